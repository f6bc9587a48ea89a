"""What can go together: output activation, loss, task and class weights; and what is taken where none is named."""

from collections.abc import Mapping
from typing import Any

from twostroke.engine.catalogue import activations
from twostroke.engine.data.names import DatasetInfo, Task
from twostroke.engine.session.phrases import counted, listed
from twostroke.engine.session.settings.base import ActivationSpec, named
from twostroke.engine.session.settings.data_spec import DataSpec, info_of
from twostroke.engine.session.settings.training_spec import LossSpec, TrainingSpec

FITTING = {
    "regression": ("identity", "mse"),
    "binary": ("sigmoid", "binary_cross_entropy"),
    "classes": ("softmax", "cross_entropy"),
}
"""Task -> output activation and loss that are taken where a session names neither."""

BY_LOSS = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid", "hinge": "identity"}
"""Loss -> the output activation that goes with it, where only one does or one is usual."""


def fill_output_and_loss(value: Any) -> Any:
    """Where a session leaves out the output activation or the loss, take the ones that fit the data and each other."""
    if not isinstance(value, Mapping):
        return value
    data, network, training = (value.get(key, {}) for key in ("data", "network", "training"))
    data = data.model_dump() if isinstance(data, DataSpec) else named(data)
    if not (isinstance(data, Mapping) and isinstance(network, Mapping) and isinstance(training, Mapping)):
        return value
    output = network.get("output", {})
    output = named(output)
    if isinstance(output, Mapping) and "name" in output:  # "softmax" alone, for {"activation": "softmax"}
        output = {"activation": output}
    given_activation = _name_of(output.get("activation")) if isinstance(output, Mapping) else None
    given_loss = _name_of(training.get("loss"))
    info = info_of(data)
    activation, loss = FITTING[info.task if info else "binary"]
    if given_activation is None and given_loss is not None:
        activation = BY_LOSS.get(given_loss, activation)
        if given_loss in ("mse", "mae", "huber") and activation == "softmax":
            activation = "sigmoid"
    if given_loss is None and given_activation is not None:
        by_output = {"softmax": "cross_entropy", "sigmoid": "binary_cross_entropy"}
        loss = by_output.get(given_activation, "mse") if not info or info.task != "regression" else "mse"
    if given_activation is None and isinstance(output, Mapping):
        network = {**network, "output": {**output, "activation": activation}}
    elif isinstance(output, Mapping):
        network = {**network, "output": output}
    if given_loss is None and training.get("loss", "") is not None:
        settings = training["loss"] if isinstance(training.get("loss"), Mapping) else {}
        training = {**training, "loss": {**settings, "name": loss}}
    return {**value, "network": network, "training": training}


def _name_of(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("name")
    if isinstance(value, ActivationSpec | LossSpec):
        value = value.name
    return None if value is None else activations.ALIASES.get(str(value), str(value))


def pairing_problem(task: Task, outputs: int, activation: str, loss: str) -> str | None:
    """Why an output activation, a loss and a task cannot go together, with a proposal; None where they can."""
    if activation == "softmax" and task == "regression":
        better = "identity" if loss in ("mse", "mae", "huber") else "identity, and the loss mse"
        return f"network.output.activation softmax needs classes, and this data asks for a number; use {better}"
    if loss == "cross_entropy" and task == "regression":
        return "training.loss cross_entropy needs classes, and this data asks for a number; use mse"
    if loss == "binary_cross_entropy" and task == "regression":
        return "training.loss binary_cross_entropy needs classes, and this data asks for a number; use mse"
    if loss == "hinge" and task == "regression":
        return "training.loss hinge needs classes, and this data asks for a number; use mse"
    if loss == "hinge" and activation in ("softmax", "sigmoid"):
        better = "cross_entropy" if activation == "softmax" else "binary_cross_entropy"
        return (
            f"training.loss hinge needs an output that can be negative, not {activation}; "
            f"use the output activation identity, or the loss {better}"
        )
    if loss == "cross_entropy" and activation != "softmax":
        return f"training.loss cross_entropy needs the output activation softmax, not {activation}; use softmax"
    if loss == "binary_cross_entropy" and activation != "sigmoid":
        better = "cross_entropy" if activation == "softmax" else "mse"
        return (
            f"training.loss binary_cross_entropy needs the output activation sigmoid, not {activation}; "
            f"use sigmoid, or the loss {better}"
        )
    return None


WEIGHABLE = ("binary_cross_entropy", "cross_entropy", "hinge")
"""Losses in which classes can weigh differently."""


def class_weight_problem(info: DatasetInfo, training: TrainingSpec) -> str | None:
    """Why the class weights cannot be used with this data and loss; None where they can."""
    weights = training.class_weights
    if weights.name == "none":
        return None
    if training.loss.name not in WEIGHABLE:
        return f"training.class_weights go with the losses {listed(WEIGHABLE)}, not {training.loss.name}; use none"
    if weights.name == "given" and len(weights.values) != info.classes:
        given = counted(len(weights.values), "value", "values")
        return f"training.class_weights has {given}; expected {info.classes}, one for each class"
    return None
