"""A safetensors file of dense layers: names and shapes say the order; activations are asked for.

A group of arrays with one beginning of their names is a layer, by the names that PyTorch, Flax and this program give
them: `weight` or `kernel`, `bias`, and for a normalizer `running_mean` and `running_var`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from twostroke.engine.files import companion
from twostroke.engine.files.beside import MAX_COMPANION
from twostroke.engine.files.companion import PREFIX
from twostroke.engine.files.disk import FileError, read_bytes, said
from twostroke.engine.files.foreign.conversion import Conversion
from twostroke.engine.files.foreign.numbers import Array, array_of
from twostroke.engine.files.foreign.orientation import turned
from twostroke.engine.files.foreign.own_file import conversion_of
from twostroke.engine.files.foreign.stack import Dense, Model
from twostroke.engine.session.phrases import counted, named, shown

MAX_HEADER = 2**20

WEIGHT, BIAS = ("weight", "kernel"), ("bias",)
RUNNING = {"running_mean": "running_mean", "running_var": "running_variance", "running_variance": "running_variance"}
COUNTERS = ("num_batches_tracked",)
OWN = ("scale", "shift", "param.negative_slope")
"""What a layer of this program may have in the same group."""

NORMALIZER = "{}: taken for the normalizer {} before the activation, with an epsilon of 1e-5."

MOST_SOUGHT = 9
"""Layers of which every order is tried, where that of their names is none."""

Group = dict[str, Array]


def read_model(path: Path) -> Model:
    """The layers in the file. Raises FileError."""
    content = read_bytes(path, MAX_COMPANION)
    try:
        arrays, wide = _arrays(content)
        layers, remarks = layers_of(arrays)
    except ValueError as error:
        raise FileError(f"{said(path)} {error}.") from error
    return Model(layers, "float64" if wide else "float32", tuple(remarks))


def layers_of(arrays: Mapping[str, Array]) -> tuple[list[Dense], list[str]]:
    """The layers that arrays of these names are, and what was guessed. ValueError, as the end of a sentence."""
    groups, kernels = _groups(arrays)
    return _layers(groups, kernels)


def session_within(path: Path) -> Conversion | None:
    """The session that a file of this program's own export names, with the file's weights; None of other files.

    Raises FileError.
    """
    content = read_bytes(path, MAX_COMPANION)
    try:
        about = _header(content).get("__metadata__")
        text = about.get("session") if isinstance(about, Mapping) else None
        if not isinstance(text, str):
            return None
        arrays = companion.from_bytes(content)
    except ValueError as error:
        raise FileError(f"{said(path)} {error}.") from error
    return conversion_of(text, arrays, path)


def _arrays(content: bytes) -> tuple[dict[str, Array], bool]:
    """All arrays by name, and whether any is of 64 bit."""
    _header(content)
    found = companion.deserialized(content)
    if any(name.startswith(PREFIX) for name, _ in found):
        raise ValueError("belongs to a session of the same name, which ends in .twostroke.json; open that")
    kept = [(name, facts) for name, facts in found if name.rpartition(".")[2] not in COUNTERS]
    arrays = {name: array_of(name, facts["dtype"], facts["shape"], facts["data"]) for name, facts in kept}
    return arrays, any(facts["dtype"] == "F64" for _, facts in kept)


def _header(content: bytes) -> Mapping[str, Any]:
    """The header, in which no array is twice: of two, the library would take one."""
    length = int.from_bytes(content[:8], "little")
    if not 2 <= length <= min(MAX_HEADER, len(content) - 8):
        raise ValueError(f"has a header of {length:,} bytes; expected at most {MAX_HEADER:,} and no more than it holds")

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("names an array twice")
        return found

    try:  # whole numbers as floats, for Python refuses to read those of thousands of digits
        header = json.loads(content[8 : 8 + length], object_pairs_hook=once, parse_int=float)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError("is no safetensors file, or is damaged") from error
    if not isinstance(header, dict):
        raise ValueError("is no safetensors file, or is damaged")
    return header


def _groups(arrays: Mapping[str, Array]) -> tuple[dict[str, Group], set[str]]:
    """Arrays by the beginning of their names, in the order of these, numbers as numbers; and which have a kernel."""
    groups: dict[str, Group] = {}
    kernels: set[str] = set()
    for name in sorted(arrays, key=_natural):
        begin, _, end = name.rpartition(".")
        if begin.endswith(".param"):
            begin, end = begin.removesuffix(".param"), f"param.{end}"
        if end not in (*WEIGHT, *BIAS, *RUNNING, *OWN):
            raise ValueError(f"holds {shown(name)}, which is no weight or bias of a dense layer")
        key = "weight" if end in WEIGHT else RUNNING.get(end, end)
        group = groups.setdefault(begin, {})
        if key in group:
            raise ValueError(f"holds {shown(name)}, which it has by another name as well")
        group[key] = arrays[name]
        if end == "kernel":
            kernels.add(begin)
    for begin, group in groups.items():
        if len(group.keys() & set(RUNNING.values())) == 1:
            raise ValueError(
                f"holds {shown(begin)} with one running figure alone; expected running_mean and running_var"
            )
    return groups, kernels


def _natural(name: str) -> list[tuple[int, int, str]]:
    parts = filter(None, re.split(r"([0-9]{1,9})", name))
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def _layers(groups: Mapping[str, Group], kernels: Set[str]) -> tuple[list[Dense], list[str]]:
    remarks: list[str] = []
    layers: list[Dense] = []
    names: list[str] = []
    dense = {name: (group["weight"], group.get("bias")) for name, group in groups.items() if _is_dense(group)}
    other_way = turned(dense, kernels)
    for name, group in _together(groups).items():
        weight = group.get("weight")
        if weight is None or weight.ndim not in (1, 2):
            raise ValueError(f"holds {shown(name or next(iter(group)))}, which is no dense layer")
        if weight.ndim == 2:
            by_rows = (name in kernels) != (name in other_way)
            layers.append(_dense(name, group, by_rows))
            if name in other_way:
                axes = "inputs, columns are units" if by_rows else "units, columns are inputs"
                remarks.append(f"{named(name or 'weight')}: rows are {axes}.")
            names.append(named(name or "weight"))
            remarks += _guesses(layers[-1], names[-1])
        elif not layers:
            raise ValueError(f"begins with {shown(name)}, which is no dense layer")
        else:
            layers[-1] = _with_more(layers[-1], name, names[-1], group, remarks)
    order = _order(layers, names)
    if len(order) > 1:
        remarks.insert(0, f"The layers in this order: {', '.join(names[place] for place in order)}.")
    return [layers[place] for place in order], remarks


def _together(groups: Mapping[str, Group]) -> Mapping[str, Group]:
    """Each dense layer with what belongs to it behind it: what has the same numbers in its name, else what follows it.

    In the order of their names fc1, fc2, norm1 and norm2 would leave both normalizers to the second.
    """
    behind: dict[str, list[str]] = {name: [] for name, group in groups.items() if _is_dense(group)}
    before = ""
    for name, group in groups.items():
        if name in behind:
            before = name
            continue
        alike = [layer for layer in behind if _counted(layer) == _counted(name)]
        own = alike[0] if len(alike) == 1 and _has_width(groups[alike[0]], group) else before
        if own not in behind:
            return groups
        behind[own].append(name)
    return {name: groups[name] for layer, more in behind.items() for name in (layer, *more)}


def _counted(name: str) -> list[str]:
    return re.findall("[0-9]{1,9}", name)


def _has_width(dense: Group, group: Group) -> bool:
    """Whether all numbers of the group are one for each unit, or one for all."""
    return all(values.shape in [(1,), *((size,) for size in dense["weight"].shape)] for values in group.values())


def _is_dense(group: Group) -> bool:
    return "weight" in group and group["weight"].ndim == 2


def _dense(name: str, group: Group, inputs_in_rows: bool) -> Dense:
    lying, bias = group["weight"], group.get("bias")
    weight = lying.T if inputs_in_rows else lying
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError(f"has {counted(bias.size, 'bias', 'biases')} for {shown(name)}, of shape {lying.shape}")
    layer = Dense(weight, bias)
    figures = {key: group[key] for key in ("scale", "shift", *RUNNING.values()) if key in group}
    if figures:
        norm = "batch" if "running_mean" in figures else "layer"
        layer = replace(layer, norm={"name": norm}, figures=figures)
    slope = group.get("param.negative_slope")
    return layer if slope is None else replace(layer, gate="prelu", learned={"negative_slope": slope})


def _guesses(layer: Dense, said: str) -> Iterator[str]:
    """What the names of a layer's own arrays leave open."""
    if layer.norm is not None:
        yield NORMALIZER.format(said, layer.norm["name"])
    if layer.learned:
        yield f"{said}: its learned slopes are taken for those of prelu."


def _with_more(layer: Dense, name: str, of: str, group: Group, remarks: list[str]) -> Dense:
    """A layer, called `of`, with the normalizer, or the learned slopes, that follow it."""
    units, weight = layer.units, group["weight"]
    if any(values.shape not in ((units,), (1,)) for values in group.values()):
        raise ValueError(f"holds {shown(name)}, whose size is not that of the layer before")
    if "bias" not in group and layer.gate is None:
        remarks.append(f"{named(name)}, of {of}: a number for each unit and no bias, taken for learned slopes (prelu).")
        return replace(layer, gate="prelu", learned={"negative_slope": np.broadcast_to(weight, (units,)).copy()})
    if layer.norm is not None or "bias" not in group:
        raise ValueError(f"holds {shown(name)}, which is no part that the layer before can have")
    figures = {"scale": weight, "shift": group["bias"]}
    figures |= {key: group[key] for key in RUNNING.values() if key in group}
    kind = "batch" if "running_mean" in group else "layer"
    remarks.append(NORMALIZER.format(f"{named(name)}, of {of}", kind))
    return replace(layer, norm={"name": kind}, figures=figures)


def _order(layers: Sequence[Dense], names: Sequence[str]) -> list[int]:
    """Places of the layers from input to output: that of their names, or the only one in which widths fit."""
    places = list(range(len(layers)))
    if all(layers[b].weight.shape[1] == layers[a].units for a, b in pairwise(places)):
        return places
    found = list(islice(_orders(layers, [], places), 2)) if len(layers) <= MOST_SOUGHT else []
    if len(found) != 1:
        raise ValueError(
            f"holds the layers {', '.join(names[:6])}, whose widths do not fit in the order of their names, nor in a "
            "single other one"
        )
    return found[0]


def _orders(layers: Sequence[Dense], begun: list[int], left: list[int]) -> Iterator[list[int]]:
    if not left:
        yield begun
    for place in left:
        if not begun or layers[place].weight.shape[1] == layers[begun[-1]].units:
            yield from _orders(layers, [*begun, place], [other for other in left if other != place])
