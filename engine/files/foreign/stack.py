"""Dense layers that a file holds, and the session that has them: with data that fit, and guesses told as such."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.files.disk import FileError, said
from twostroke.engine.files.foreign.conversion import Conversion, converted
from twostroke.engine.files.foreign.stand_in import data_for
from twostroke.engine.files.foreign.wishes import Wishes
from twostroke.engine.session.phrases import counted
from twostroke.engine.session.spec import MAX_LAYERS, MAX_UNITS, SESSION_FORMAT, SESSION_VERSION, Session
from twostroke.engine.session.spec_errors import SessionError, parse_session

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Dense:
    """One layer. What is None, the file does not say."""

    weight: Array  # (out, in)
    bias: Array | None = None  # (out,); None: it has none
    gate: Any = None  # an activation, as a session has it
    learned: Mapping[str, Array] = field(default_factory=dict)  # its learned numbers, (out,) each
    norm: Mapping[str, Any] | None = None  # as a session has it
    figures: Mapping[str, Array] = field(default_factory=dict)  # scale, shift, running figures, (out,) each
    dropout: float = 0.0

    @property
    def units(self) -> int:
        """Neurons of the layer."""
        return int(self.weight.shape[0])


@dataclass(frozen=True)
class Model:
    """What a file says: layers from input to output, in which precision, and what was not taken over."""

    layers: Sequence[Dense]
    dtype: str = "float32"
    remarks: tuple[str, ...] = ()


def assemble(model: Model, wishes: Wishes, path: Path) -> Conversion:
    """The session with this network. Raises FileError where there can be none."""
    where = said(Path(path.name))
    _check(model.layers, where)
    remarks = list(model.remarks)
    *hidden, last = model.layers
    gates = _hidden_gates(hidden, wishes, remarks)
    output = _output_gate(last, wishes, remarks)
    if _name(output) == "softmax" and last.units == 1:
        raise FileError(
            f"{where} ends in softmax of one unit, which is always 1; expected two units or more, or sigmoid."
        )
    inputs = int(model.layers[0].weight.shape[1])
    data = data_for(wishes, inputs, last.units, _name(output), remarks)
    told_output = {} if output is None else {"output": {"activation": output}}
    fitting = _fitting(data, told_output, where)
    _check_widths(fitting, inputs, last.units, where, wishes)
    if output is None:
        remarks.append(
            f"The file does not say the activation of its output; {fitting.network.output.activation.name} goes with "
            "the data."
        )
    arrays, frozen = _arrays(model.layers)
    if frozen:
        remarks.append(f"{counted(len(frozen), 'layer has', 'layers have')} no biases: they are 0 here, and frozen.")
    network = {
        "layers": [_layer(layer, gate) for layer, gate in zip(hidden, gates, strict=True)],
        **told_output,
        "dtype": model.dtype,
        **({"frozen": frozen} if frozen else {}),
    }
    return converted({"data": data, "network": network}, arrays, path.stem, where, remarks)


def _check(layers: Sequence[Dense], where: str) -> None:
    if not layers:
        raise FileError(f"{where} holds no dense layer, and a session is made of these.")
    if len(layers) > MAX_LAYERS + 1:
        raise FileError(f"{where} has {len(layers):,} dense layers; expected at most {MAX_LAYERS + 1}.")
    for number, layer in enumerate(layers, start=1):
        if not 1 <= layer.units <= MAX_UNITS or not layer.weight.shape[1]:
            raise FileError(f"Layer {number} of {where} has {layer.units:,} units; expected 1 to {MAX_UNITS:,}.")
        for values in (layer.weight, layer.bias, *layer.learned.values(), *layer.figures.values()):
            if values is not None and not np.isfinite(values).all():
                raise FileError(f"Layer {number} of {where} has a number that is not finite.")
    for number, (one, other) in enumerate(pairwise(layers), start=1):
        if other.weight.shape[1] != one.units:
            raise FileError(
                f"Layer {number + 1} of {where} takes {other.weight.shape[1]:,} numbers, and the one before has "
                f"{counted(one.units, 'unit')}."
            )
    if layers[-1].norm is not None or layers[-1].dropout:
        raise FileError(
            f"The output layer of {where} has a normalizer or dropout; in a session hidden layers have them."
        )


def _hidden_gates(hidden: Sequence[Dense], wishes: Wishes, remarks: list[str]) -> list[Any]:
    unsaid = [layer for layer in hidden if layer.gate is None]
    _check_wish("activation", wishes.activation, bool(unsaid))
    if unsaid and not wishes.activation:
        remarks.append(
            "The file does not say the activation of its hidden layers; relu is taken. Say it with --activation."
        )
    return [(wishes.activation or "relu") if layer.gate is None else layer.gate for layer in hidden]


def _output_gate(last: Dense, wishes: Wishes, remarks: list[str]) -> Any:
    """None where it follows from the data."""
    _check_wish("output", wishes.output, last.gate is None)
    if last.gate is not None or wishes.output or wishes.data:
        return wishes.output or last.gate
    remarks.append(
        "The file does not say the activation of its output; identity is taken, which gives the sums. Say it with "
        "--output."
    )
    return "identity"


def _check_wish(option: str, wish: str, asked: bool) -> None:
    if wish and not asked:
        raise FileError(f"--{option} is {wish}, and the file says which it is; leave the option out.")


def _name(gate: Any) -> str:
    return str(gate["name"]) if isinstance(gate, Mapping) else gate or ""


def _fitting(data: Mapping[str, Any], output: Mapping[str, Any], where: str) -> Session:
    """A session of these data and nothing else, which says how wide a network they ask for."""
    told = {"format": SESSION_FORMAT, "version": SESSION_VERSION, "data": data, "network": {"layers": [], **output}}
    try:
        return parse_session(told, where)
    except SessionError as error:
        raise FileError(str(error)) from error


def _check_widths(session: Session, inputs: int, outputs: int, where: str, wishes: Wishes) -> None:
    wide = (session.widths[0], session.widths[-1])
    if wide != (inputs, outputs):
        raise FileError(
            f"{where} takes {counted(inputs, 'input')} and gives {counted(outputs, 'output')}; the data "
            f"{wishes.data or session.data.name} have {wide[0]:,} and ask for {wide[1]:,}. Name others with --data."
        )


def _layer(layer: Dense, gate: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"units": layer.units, "activation": gate}
    if layer.norm is not None:
        told["norm"] = dict(layer.norm)
    if layer.dropout:
        told["dropout"] = layer.dropout
    return told


def _arrays(layers: Sequence[Dense]) -> tuple[dict[str, Array], list[str]]:
    """All parameters by the keys of a trace, and those that stay as they are."""
    arrays: dict[str, Array] = {}
    frozen = []
    for number, layer in enumerate(layers, start=1):
        arrays[f"l{number}.weight"] = layer.weight
        arrays[f"l{number}.bias"] = np.zeros(layer.units) if layer.bias is None else layer.bias
        arrays |= {f"l{number}.param.{name}": values for name, values in layer.learned.items()}
        arrays |= {f"l{number}.{name}": values for name, values in layer.figures.items()}
        if layer.bias is None:
            frozen.append(f"l{number}.bias")
    return arrays, frozen
