"""What can go together: output activation, loss, task and class weights; and what is taken where none is named."""

from collections.abc import Mapping
from typing import Any

from twostroke.engine.catalogue import activations
from twostroke.engine.catalogue.losses import LOSSES, LossName, fused_with
from twostroke.engine.data.names import DatasetInfo, Task
from twostroke.engine.session.phrases import counted, listed
from twostroke.engine.session.settings.base import ActivationSpec
from twostroke.engine.session.settings.data_spec import DataSpec, info_of
from twostroke.engine.session.settings.elsewhere import name_of, named
from twostroke.engine.session.settings.training_spec import LossSpec, TrainingSpec

FITTING = {
    "regression": ("identity", "mse"),
    "binary": ("sigmoid", "binary_cross_entropy"),
    "classes": ("softmax", "cross_entropy"),
}
"""Task -> output activation and loss that are taken where a session names neither."""

ANYWHERE: LossName = "mse"
"""The loss that goes with every output but softmax, and with every task."""


def loss_for(output: str, task: Task) -> LossName:
    """The loss to take where only the output activation is known."""
    made_for = fused_with(output)
    return made_for.name if made_for is not None and task != "regression" else ANYWHERE


def fill_output_and_loss(value: Any) -> tuple[Any, tuple[str, ...]]:
    """Where a session leaves out the output activation or the loss, take the ones that fit the data and each other.

    Also returns which of the two, "output" and "loss", have been filled in.
    """
    if not isinstance(value, Mapping):
        return value, ()
    data, network, training = (value.get(key, {}) for key in ("data", "network", "training"))
    data = named(data)
    if not (isinstance(data, Mapping | DataSpec) and isinstance(network, Mapping) and isinstance(training, Mapping)):
        return value, ()
    output = network.get("output", {})
    output = named(output)
    if isinstance(output, Mapping) and "name" in output:  # "softmax" alone, for {"activation": "softmax"}
        output = {"activation": output}
    given_activation = _name_of(output.get("activation"), "activation") if isinstance(output, Mapping) else None
    given_loss = _name_of(training.get("loss"), "loss")
    info = data.info if isinstance(data, DataSpec) else info_of(data)
    task = info.task if info else "binary"
    activation, loss = FITTING[task]
    if given_activation is None and given_loss in LOSSES:
        activation = LOSSES[given_loss].output or activation
        if not LOSSES[given_loss].output and activations.CATALOGUE[activation].output_only:
            activation = "sigmoid"
    if given_loss is None and given_activation is not None:
        loss = loss_for(given_activation, task)
    filled: tuple[str, ...] = ()
    if given_activation is None and isinstance(output, Mapping):
        network = {**network, "output": {**output, "activation": activation}}
        filled = ("output",)
    elif isinstance(output, Mapping):
        network = {**network, "output": output}
    if given_loss is None and training.get("loss", "") is not None:
        settings = training["loss"] if isinstance(training.get("loss"), Mapping) else {}
        training = {**training, "loss": {**settings, "name": loss}}
        filled = (*filled, "loss")
    return {**value, "network": network, "training": training}, filled


def _name_of(value: Any, kind: str) -> str | None:
    if isinstance(value, ActivationSpec | LossSpec):
        value = value.name
    own = (*activations.CATALOGUE, *activations.ALIASES) if kind == "activation" else tuple(LOSSES)
    name = name_of(kind, value, own)
    return None if name is None else activations.ALIASES.get(name, name)


def pairing_problem(task: Task, activation: str, loss: str) -> str | None:
    """Why an output activation, a loss and a task cannot go together, with a proposal; None where they can."""
    entry = LOSSES[loss]
    made_for = fused_with(activation)
    better = made_for.name if made_for is not None else ANYWHERE
    if activations.CATALOGUE[activation].output_only and task == "regression":
        use = f"identity, and the loss {ANYWHERE}" if entry.needs_classes else "identity"
        return f"network.output.activation {activation} needs classes, and this data asks for a number; use {use}"
    if entry.needs_classes and task == "regression":
        return f"training.loss {loss} needs classes, and this data asks for a number; use {ANYWHERE}"
    if min(entry.targets) < 0.0 and made_for is not None:
        return (
            f"training.loss {loss} needs an output that can be negative, not {activation}; "
            f"use the output activation {entry.output}, or the loss {better}"
        )
    if entry.fused and activation != entry.output:
        return (
            f"training.loss {loss} needs the output activation {entry.output}, not {activation}; "
            f"use {entry.output}, or the loss {better}"
        )
    return None


def class_weight_problem(info: DatasetInfo, training: TrainingSpec) -> str | None:
    """Why the class weights cannot be used with this data and loss; None where they can."""
    weights = training.class_weights
    if weights.name == "none":
        return None
    if not training.loss.entry.needs_classes:
        weighable = [entry.name for entry in LOSSES.values() if entry.needs_classes]
        return f"training.class_weights go with the losses {listed(weighable)}, not {training.loss.name}; use none"
    if weights.name == "given" and len(weights.values) != info.classes:
        given = counted(len(weights.values), "value", "values")
        return f"training.class_weights has {given}; expected {info.classes}, one for each class"
    return None
