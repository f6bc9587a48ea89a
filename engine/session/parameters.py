"""The parameters of a session's network by the keys of a trace: their shapes, and those that the session itself gives.

A session may write any of them, e.g. `"l1.weight": [[0.1, 0.2], [0.3, 0.4]]`; the others are drawn by `init`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from twostroke.engine.session.phrases import listed, nearest, shown
from twostroke.engine.session.settings.base import ActivationSpec
from twostroke.engine.session.settings.given import Shape, shape_of, span_problem
from twostroke.engine.session.settings.network_spec import NetworkSpec


def learned_rows(gates: Sequence[ActivationSpec]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where the learned parameters of each activation begin among those of a layer with these gates, and all names.

    Each activation has rows of its own, so that a row is one thing throughout; where two have a parameter of the same
    name, the second one's is called ACTIVATION.NAME.
    """
    rows: dict[str, int] = {}
    names: list[str] = []
    for entry in dict.fromkeys(spec.name for spec in gates):
        rows[entry] = len(names)
        learned = [p.name for p in next(s for s in gates if s.name == entry).entry.learned]
        names += [f"{entry}.{name}" if name in names else name for name in learned]
    return rows, tuple(names)


def shapes(network: NetworkSpec, widths: Sequence[int]) -> dict[str, Shape]:
    """The shape of every parameter and running figure, by its key in a trace.

    `widths`: inputs, hidden units, outputs.
    """
    found: dict[str, Shape] = {}
    for number, layer in enumerate(network.layers, start=1):
        names = ["bias", *(f"param.{name}" for name in learned_rows(layer.gates)[1])]
        names += ["scale", "shift"] if layer.norm.name != "none" else []
        names += ["running_mean", "running_variance"] if layer.norm.name == "batch" else []
        found |= _of_layer(number, widths, names, layer.skip)
    names = ["bias", *(f"param.{name}" for name in learned_rows((network.output.activation,))[1])]
    return found | _of_layer(len(widths) - 1, widths, names, network.output.skip)


def _of_layer(number: int, widths: Sequence[int], per_unit: Sequence[str], skip: int | None) -> dict[str, Shape]:
    units = widths[number]
    found: dict[str, Shape] = {f"l{number}.weight": (units, widths[number - 1])}
    found |= {f"l{number}.{name}": (units,) for name in per_unit}
    if skip is not None and widths[skip] != units:
        found[f"l{number}.skip_weight"] = (units, widths[skip])
    return found


def fitting(values: Mapping[str, Any], known: Mapping[str, Shape]) -> dict[str, Any]:
    """Those of the given parameters that a network with these shapes has."""
    return {key: own for key, own in values.items() if known.get(key) == shape_of(own)}


def parameters_problem(network: NetworkSpec, widths: Sequence[int]) -> str | None:
    """What is wrong with the parameters that the session gives, as part of a sentence."""
    known = shapes(network, widths) if network.parameters else {}
    problems = (_problem(key, values, known, network.dtype) for key, values in network.parameters.items())
    return next(filter(None, problems), None)


PLACE = re.compile(r"(l\d+\.[\w.]+)(?:\[(\d{1,6})(?:, ?(\d{1,6}))?\])?", re.ASCII)


def place_of(text: str) -> tuple[str, tuple[int, ...]]:
    """Key and index of "l1.weight[0,1]"; no index where all of the array is meant. ValueError where it is neither."""
    found = PLACE.fullmatch(text)
    if not found:
        raise ValueError(f'{shown(text)}; expected a key of a trace, "l1.bias", or an element, "l1.weight[0,1]"')
    return found[1], tuple(int(index) for index in found.groups()[1:] if index is not None)


def element(key: str, *index: int) -> str:
    """One number of an array, as `place_of` reads it."""
    return f"{key}[{','.join(map(str, index))}]"


def layer_and_name(key: str) -> tuple[int, str]:
    """The layer (from 1) and the name in it of a key of a trace: 1 and "param.slope" of "l1.param.slope"."""
    number, name = key.removeprefix("l").split(".", 1)
    return int(number), name


def number_problem(network: NetworkSpec, widths: Sequence[int], text: str, value: float) -> str | None:
    """What is wrong with giving one number of the network, "l1.weight[0,1]", that value; as part of a sentence."""
    beyond = span_problem(value, network.dtype)
    problem = _place_problem(text, shapes(network, widths))
    if problem is None and not place_of(text)[1]:
        problem = f"{shown(text)}; expected one number of it"
    if problem is None and beyond:
        problem = f"{value:g}; expected a number that {network.dtype} holds, {beyond}"
    if problem is None and ".running_variance" in text and value < 0:
        problem = f"{value:g}; a variance is 0 or more"
    return problem


def frozen_problem(network: NetworkSpec, widths: Sequence[int]) -> str | None:
    """What is wrong with what the session freezes, as part of a sentence."""
    return next(_unfrozen(network, widths), None)


def frozen_fitting(network: NetworkSpec, widths: Sequence[int], frozen: Sequence[str]) -> list[str]:
    """Those of the frozen places that the network has."""
    known = _changed_by_updates(network, widths)
    return [text for text in frozen if _place_problem(text, known) is None]


def _unfrozen(network: NetworkSpec, widths: Sequence[int]) -> Iterator[str]:
    known = _changed_by_updates(network, widths) if network.frozen else {}
    for i, text in enumerate(network.frozen):
        problem = _place_problem(text, known)
        if problem:
            yield f"network.frozen[{i}] is {problem}"


def _changed_by_updates(network: NetworkSpec, widths: Sequence[int]) -> dict[str, Shape]:
    return {key: shape for key, shape in shapes(network, widths).items() if ".running_" not in key}


def _place_problem(text: str, known: Mapping[str, Shape]) -> str | None:
    try:
        key, index = place_of(text)
    except ValueError as error:
        return str(error)
    if key not in known:
        guess = nearest(key, known)
        some = f"expected one that updates change, such as {listed(list(known)[:4])}"
        return f"{shown(text)}, which is no parameter that updates change; " + (
            f"did you mean {guess}?" if guess else some
        )
    problem = range_problem(index, known[key]) if index else None
    return problem and f"{shown(text)}{problem}"


def range_problem(index: tuple[int, ...], shape: Shape) -> str | None:
    """What is wrong with the index of one number of an array, as the end of a sentence."""
    if len(index) == len(shape) and all(i < size for i, size in zip(index, shape, strict=True)):
        return None
    last = ",".join(str(size - 1) for size in shape)
    first = ",".join("0" for _ in shape)
    return f"; expected an index from [{first}] to [{last}]"


def _problem(key: str, values: Sequence[Any], known: Mapping[str, Shape], dtype: str) -> str | None:
    if key not in known:
        guess = nearest(key, known)
        some = f"expected one that the network has, such as {listed(list(known)[:4])}"
        return f"unknown key {shown(key)} in network.parameters; " + (f"did you mean {guess}?" if guess else some)
    if shape_of(values) != known[key]:
        meant = "a row for each unit" if key.endswith("weight") else "a number for each unit"
        return f"network.parameters: {key} is {_times(shape_of(values))}; expected {_times(known[key])}, {meant}"
    flat = [number for row in values for number in row] if isinstance(values[0], tuple) else values
    return numbers_problem(key, flat, dtype)


def numbers_problem(key: str, flat: Sequence[float], dtype: str) -> str | None:
    """What is wrong with numbers that the parameter of that key is to have, as a sentence without its point."""
    beyond = next(filter(None, (span_problem(number, dtype) for number in flat)), None)
    if beyond:
        return f"network.parameters: {key} has a number beyond {dtype}, {beyond}"
    if key.endswith(".running_variance") and min(flat) < 0:
        return f"network.parameters: {key} has a negative number; a variance is 0 or more"
    return None


def _times(shape: Shape) -> str:
    return " x ".join(map(str, shape)) if len(shape) > 1 else f"a list of {shape[0]}"
