"""Each edit a user can make of a session, as a pure function: session and what to change it to -> the session after it.

They travel to the engine as they are, and are applied there to the session in force, so that no two edits undo one
another. Every function returns a valid `Edited` with a label for the undo menu, or raises `SessionError` with a
sentence for the user. Where one setting takes another along, the remark says so.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from twostroke.engine.border.commands import Change, Edited
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.data.names import OWN, DatasetInfo, Task, dataset_named
from twostroke.engine.session.phrases import counted, layer_name
from twostroke.engine.session.renumbering import renumbered, renumbered_gates
from twostroke.engine.session.settings.data_spec import info_of
from twostroke.engine.session.settings.pairing import class_weight_problem, loss_for
from twostroke.engine.session.settings.training_spec import LossSpec
from twostroke.engine.session.spec import (
    FITTING,
    MAX_UNITS,
    ActivationSpec,
    Session,
    pairing_problem,
)
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.model import by_hand, cutting, gate_switches, reviving
from twostroke.gui.model.changes import Path, declared_title, dial_of, edited, told_value
from twostroke.gui.model.numbers import plain
from twostroke.gui.model.typed_rows import PRESETS, Rows
from twostroke.gui.model.words import feature_title, title_of

KEPT = frozenset(("samples", "noise", "train_share", "seed"))
"""Settings that stay when other data are chosen."""

STARTS: dict[str, dict[str, Any]] = {
    "expression": {"expression": "y > sin(pi * x) / 2"},
    "rows": {**PRESETS["XOR"].settings(), "train_share": 1.0},
    "points": {
        "points": (
            (-0.8, 0.1, 0),
            (-0.6, 0.5, 0),
            (-0.5, -0.3, 0),
            (-0.4, 0.2, 0),
            (-0.2, 0.7, 0),
            (-0.3, -0.7, 0),
            (0.8, -0.1, 1),
            (0.6, -0.5, 1),
            (0.5, 0.3, 1),
            (0.4, -0.2, 1),
            (0.2, -0.7, 1),
            (0.3, 0.7, 1),
        )
    },
}
"""What one's own data begin with, where no file has to be chosen."""


def set_value(session: Session, path: str, value: Any) -> Edited:
    """Set one plain setting by its dotted path, e.g. "training.batch_size"; the label takes the title it declares."""
    steps = tuple(path.split("."))
    label = f"Set {declared_title(session, steps)} to {told_value(value, steps[-1])}"
    return edited(session, {steps: value}, label, dial=dial_of(path, value))


def set_dataset(session: Session, name: str) -> Edited:
    """Other data: its own columns, sample 0 pinned, and an output and loss that fit where the old ones cannot."""
    info = dataset_named(name)
    if info is None and name not in STARTS:
        raise SessionError(f"There is no dataset called {name!r}. Choose one from the list.")
    if info is None:
        return _set_data(session, {"name": name, **STARTS[name]}, f"Set data to {OWN[name].title}")
    return _set_data(session, {"name": info.name}, f"Set data to {info.title}")


def open_data(session: Session, name: str, path: str) -> Edited:
    """A file of one's own, the dataset `name` being "table" or "npz"; everything about it is found out anew."""
    return _set_data(session, {"name": name, "path": path}, f"Open {FilePath(path).name}")


def set_own(session: Session, key: str, value: Any) -> Edited:
    """One setting of one's own data, e.g. "target"; the columns that are inputs are chosen anew with another target."""
    part = _data(session) | {key: value}
    if key in ("target", "delimiter", "header", "decimal", "encoding", "missing_markers"):
        part["features"] = ()
    label = (
        "Paint points"
        if key == "points"
        else f"Set {declared_title(session, ('data', key))} to {_own_words(key, value)}"
    )
    return _set_data(session, part, label)


def _own_words(key: str, value: Any) -> str:
    """The value as an undo step tells it: what a user has named as it is written."""
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return str(value) if key in ("target", "expression") else told_value(value)


def set_rows(session: Session, rows: Rows) -> Edited:
    """Rows that were typed, in place of those there were."""
    return _set_data(session, _data(session) | rows.settings(), "Type rows")


def _set_data(session: Session, settings: Mapping[str, Any], label: str) -> Edited:
    """The data that `settings` describe, with the old samples, noise, share and seed where they name none."""
    left = KEPT if session.data.name != "rows" else KEPT - {"train_share"}  # rows begin with all of them learnt
    part = {key: value for key, value in _data(session).items() if key in left} | dict(settings)
    info = info_of(part)
    changes: dict[Path, Any] = {("data",): part}
    if info is None or info != session.data.info:
        changes[("view", "sample")] = 0
    output: str = session.network.output.activation.name
    loss: str = session.training.loss.name
    if info is not None and not _suits(info.task, session.task, output, loss):
        output, loss = FITTING[info.task]
        changes |= {("network", "output", "activation"): output, ("training", "loss"): loss}
    if info is not None:
        changes |= _weights_dropped(session, info, loss)
    try:
        return edited(session, changes, label, asked="data")
    except SessionError as error:  # beside the fields in question, the name of the key says nothing
        said = re.sub(r"^Data\.\w+: ", "", str(error))
        raise SessionError(f"{said[0].upper()}{said[1:]}", error.problems) from error


def _weights_dropped(session: Session, info: DatasetInfo, loss: str) -> dict[Path, Any]:
    """No class weights where data or loss cannot have them."""
    training = session.training.model_copy(update={"loss": LossSpec.model_validate(loss)})
    return {("training", "class_weights"): "none"} if class_weight_problem(info, training) else {}


def _data(session: Session) -> dict[str, Any]:
    return session.data.model_dump(mode="json")


def _suits(task: Task, before: Task, output: str, loss: str) -> bool:
    """Whether output and loss may stay with the new task. A pair that was the usual one of another task may not."""
    usual = (output, loss) == FITTING[before]
    return (task == before or not usual) and pairing_problem(task, output, loss) is None


def use_feature(session: Session, feature: str, wanted: bool) -> Edited:
    """Have an input made from x and y, or a column of one's own table, or do without it; the last one stays."""
    known = session.data.info.features
    now = shown_features(session)
    wanted_all = {*now} | {feature} if wanted else {*now} - {feature}
    if not wanted_all:
        raise SessionError("The network needs at least one input. Add another one first.")
    chosen = tuple(name for name in known if name in wanted_all)
    own = usual_features(session)
    label = f"{'Add' if wanted else 'Remove'} input {feature_title(feature)}"
    return edited(session, {("data", "features"): () if chosen == own else chosen}, label)


def shown_features(session: Session) -> tuple[str, ...]:
    """The inputs by name, of one's own table the columns; empty for tables that always use all of theirs."""
    return session.data.features or usual_features(session)


def usual_features(session: Session) -> tuple[str, ...]:
    """The inputs where none are chosen: of one's own table without the columns that number its rows."""
    info, report = session.data.info, session.data.report
    if report is not None:
        return report.usual
    return info.features if info.family == "table" else info.features[: info.inputs]


def add_layer(session: Session, after: int | None = None) -> Edited:
    """A hidden layer like the one it follows. `after` counts from 1, 0 is the input; None means the last."""
    layers = _layers(session)
    place = len(layers) if after is None else after
    model = dict(layers[place - 1] if place else (layers[0] if layers else {"units": 8, "activation": "relu"}))
    model.pop("skip", None)
    layers.insert(place, model)
    return _relayer(session, layers, lambda source: source + (source > place), f"Add {layer_name(place + 1)}")


def remove_layer(session: Session, layer: int | None = None) -> Edited:
    """Take away hidden layer `layer` (from 1; None means the last), and the skip paths that would lead nowhere."""
    layers = _layers(session)
    if not layers:
        raise SessionError("There is no hidden layer left to remove.")
    place = len(layers) if layer is None else layer
    del layers[_index(session, place)]

    def moved(source: int) -> int | None:
        return None if source == place else source - (source > place)

    return _relayer(session, layers, moved, f"Remove {layer_name(place)}")


def _relayer(session: Session, layers: list[dict[str, Any]], moved: Callable[[int], int | None], label: str) -> Edited:
    """Other hidden layers; each skip path reads what it read before, by its new number, or goes."""
    output = session.network.output.model_dump(mode="json")
    for number, part in enumerate((*layers, output), start=1):
        source = moved(part["skip"]) if part.get("skip") is not None else None
        part.pop("skip", None)
        if source is not None and source < number:
            part["skip"] = source
    changes: dict[Path, Any] = {("network", "layers"): layers, ("network", "output"): output}
    changes |= {("network", key): named for key, named in renumbered(session.network, moved).items()}
    if session.gates.off:
        changes[("gates", "off")] = renumbered_gates(session.gates.off, moved)
    return edited(session, changes, label)


def set_units(session: Session, layer: int, units: int) -> Edited:
    """Units of hidden layer `layer` (from 1); new neurons have the layer's activation."""
    index = _index(session, layer)
    spec = session.network.layers[index]
    path: Path = ("network", "layers", index)
    changes: dict[Path, Any] = {(*path, "units"): units}
    if spec.neurons:
        added = (spec.activation,) * max(0, min(units, MAX_UNITS) - len(spec.neurons))
        changes[(*path, "neurons")] = _uneven(spec.activation, (*spec.neurons, *added)[: max(units, 0)])
    label = f"Set {layer_name(layer)} to {counted(units, 'unit')}"
    return edited(session, changes, label, dial=f"units of {layer}")


def set_activation(session: Session, layer: int | None, name: str) -> Edited:
    """Activation of all neurons of hidden layer `layer` (from 1; None: of every one), with its default parameters."""
    changes: dict[Path, Any] = {}
    for index in range(len(session.network.layers)) if layer is None else (_index(session, layer),):
        path: Path = ("network", "layers", index)
        changes |= {(*path, "activation"): name, (*path, "neurons"): ()}
    where = "all hidden layers" if layer is None else layer_name(layer)
    return edited(session, changes, f"Set {where} to {title_of(name)}")


def set_activation_parameter(session: Session, layer: int, name: str, value: float | str) -> Edited:
    """One parameter of the activation of hidden layer `layer` (from 1)."""
    activation = session.network.layers[_index(session, layer)].activation
    path: Path = ("network", "layers", layer - 1, "activation")
    changed = {"name": activation.name, **activation.params, name: value}
    label = f"Set {title_of(name)} of {layer_name(layer)} to {told_value(value, name)}"
    return edited(session, {path: changed}, label, dial=dial_of(f"{name} of {layer}", value))


def set_neuron(session: Session, layer: int, unit: int, name: str) -> Edited:
    """Activation of neuron `unit` (from 0) of hidden layer `layer` (from 1) alone, with its default parameters."""
    return _set_neuron(session, layer, unit, name, f"Set {layer_name(layer)} · {unit + 1} to {title_of(name)}")


def set_neuron_parameter(session: Session, layer: int, unit: int, name: str, value: float | str) -> Edited:
    """One parameter of the activation of that neuron alone."""
    own = session.network.layers[_index(session, layer)].gates[_unit(session, layer, unit)]
    changed = {"name": own.name, **own.params, name: value}
    label = f"Set {title_of(name)} of {layer_name(layer)} · {unit + 1} to {told_value(value, name)}"
    return replace(_set_neuron(session, layer, unit, changed, label), dial=dial_of(f"{name} of {layer}.{unit}", value))


def _set_neuron(session: Session, layer: int, unit: int, activation: Any, label: str) -> Edited:
    spec = session.network.layers[_index(session, layer)]
    each: list[Any] = [gate.model_dump(mode="json") for gate in spec.gates]
    each[_unit(session, layer, unit)] = activation
    path: Path = ("network", "layers", layer - 1, "neurons")
    after = edited(session, {path: each}, label)
    own = after.session.network.layers[layer - 1]
    return edited(session, {path: _uneven(own.activation, own.neurons)}, label)


def _uneven(activation: ActivationSpec, neurons: Sequence[ActivationSpec]) -> tuple[Any, ...]:
    """What a file says of the neurons: nothing where all have the layer's activation."""
    return () if set(neurons) <= {activation} else tuple(each.model_dump(mode="json") for each in neurons)


def level_neurons(session: Session, layer: int) -> Edited:
    """All neurons of hidden layer `layer` (from 1) alike again."""
    path: Path = ("network", "layers", _index(session, layer), "neurons")
    name = session.network.layers[layer - 1].activation.name
    return edited(session, {path: ()}, f"Set all neurons of {layer_name(layer)} to {title_of(name)}")


def set_layer(session: Session, layer: int, key: str, value: Any) -> Edited:
    """One further setting of layer `layer` (from 1; the one behind the hidden ones is the output).

    `key`: "norm.name", "norm.momentum", "norm.epsilon", "dropout", "skip", "l1" or "l2".
    """
    network = session.network
    is_output = layer == len(network.layers) + 1
    place: Path = ("network", "output") if is_output else ("network", "layers", _index(session, layer))
    title = LAYER_TITLES.get(key, key.upper())
    where = "the output" if is_output else layer_name(layer)
    label = f"Set {title} of {where} to {_layer_value(key, value)}"
    return edited(session, {(*place, *key.split(".")): value}, label, dial=dial_of(f"{key} of {layer}", value))


LAYER_TITLES = {
    "norm.name": "normalizer",
    "norm.momentum": "norm momentum",
    "norm.epsilon": "norm epsilon",
    "dropout": "dropout",
    "skip": "skip",
}


def _layer_value(key: str, value: Any) -> str:
    if key == "skip":
        return "none" if value is None else layer_name(value)
    return "that of training" if value is None else str(value) if key == "norm.name" else told_value(value)


def set_output_parameter(session: Session, name: str, value: float | str) -> Edited:
    """One parameter of the output's activation."""
    activation = session.network.output.activation
    changed = {"name": activation.name, **activation.params, name: value}
    path: Path = ("network", "output", "activation")
    label = f"Set {title_of(name)} of the output to {told_value(value, name)}"
    return edited(session, {path: changed}, label, dial=dial_of(f"{name} of the output", value))


def set_output(session: Session, activation: str) -> Edited:
    """The output's activation; the loss follows where the two could not go together."""
    changes: dict[Path, Any] = {("network", "output", "activation"): activation}
    loss: str = session.training.loss.name
    if pairing_problem(session.task, activation, loss):
        loss = changes[("training", "loss")] = loss_for(activation, session.task)
    changes |= _weights_dropped(session, session.data.info, loss)
    return edited(session, changes, f"Set output to {title_of(activation)}", asked="output")


def set_loss(session: Session, loss: str) -> Edited:
    """The loss; the output's activation follows where the two could not go together."""
    changes: dict[Path, Any] = {("training", "loss"): loss}
    activation = session.network.output.activation.name
    if session.task != "regression" and pairing_problem(session.task, activation, loss):
        changes[("network", "output", "activation")] = LOSSES[loss].output
    changes |= _weights_dropped(session, session.data.info, loss)
    return edited(session, changes, f"Set loss to {title_of(loss)}", asked="loss")


def set_optimizer(session: Session, name: str) -> Edited:
    """The rule of the update. A learning rate that the user chose stays; a default one becomes the other's default."""
    old = session.training.optimizer
    label = f"Set optimizer to {title_of(name)}"
    if old.name == name:
        return Edited(session, label)
    changed: dict[str, Any] = {"name": name}
    if old.learning_rate != type(old)().learning_rate:
        changed["learning_rate"] = old.learning_rate
    return edited(session, {("training", "optimizer"): changed}, label, asked="optimizer")


def set_init(session: Session, name: str) -> Edited:
    """The distribution of the first weights, with its default settings; what the gain follows stays."""
    changed = {"name": name, "gain": session.network.init.gain}
    return edited(session, {("network", "init"): changed}, f"Set initialisation to {title_of(name)}")


def set_class_weights(session: Session, name: str) -> Edited:
    """How much each class counts: "none", "balanced", or "given", which begins with 1 for each class."""
    values = session.training.class_weights.values or (1.0,) * session.data.info.classes
    said = {"given": "a list", "none": "none"}.get(name, name)
    changed = {"name": name, "values": values} if name == "given" else name
    return edited(session, {("training", "class_weights"): changed}, f"Set class weights to {said}")


def set_class_weight_values(session: Session, values: Sequence[float]) -> Edited:
    """The list of class weights, one for each class."""
    told = " ".join(plain(value) for value in values)
    return edited(session, {("training", "class_weights"): list(values)}, f"Set class weights to {told}")


def _layers(session: Session) -> list[dict[str, Any]]:
    return [layer.model_dump(mode="json") for layer in session.network.layers]


def _unit(session: Session, layer: int, unit: int) -> int:
    units = session.network.layers[_index(session, layer)].units
    if not 0 <= unit < units:
        raise SessionError(f"There is no neuron {unit + 1} in {layer_name(layer)}; it has {units}.")
    return unit


def _index(session: Session, layer: int) -> int:
    if not 1 <= layer <= len(session.network.layers):
        raise SessionError(f"There is no hidden layer {layer}; the network has {len(session.network.layers)}.")
    return layer - 1


BY_LAYER: frozenset[Change] = frozenset(
    (
        add_layer,
        remove_layer,
        set_units,
        set_activation,
        set_activation_parameter,
        set_neuron,
        set_neuron_parameter,
        level_neurons,
        set_layer,
        *by_hand.EDITS,
        *cutting.EDITS,
        *gate_switches.EDITS,
        *reviving.EDITS,
    )
)
"""Edits that name a layer by its number."""
