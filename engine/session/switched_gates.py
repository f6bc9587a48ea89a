"""Gates of single neurons that a session takes out of one stroke: `l1.unit[2].backward`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from twostroke.engine.session.parameters import range_problem
from twostroke.engine.session.phrases import shown

FORWARD, BACKWARD = "forward", "backward"
PLACE = re.compile(rf"l(\d{{1,6}})\.unit\[(\d{{1,6}})\]\.({FORWARD}|{BACKWARD})", re.ASCII)
Switch = tuple[int, int, str]
"""Layer (from 1), unit (from 0) and stroke."""


def switch_of(text: str) -> Switch | None:
    """What "l1.unit[2].backward" names; None where it is no such place."""
    found = PLACE.fullmatch(text)
    return (int(found[1]), int(found[2]), found[3]) if found else None


def switch_place(layer: int, unit: int, stroke: str) -> str:
    """The place of one neuron's gate on one stroke, as `switch_of` reads it."""
    return f"l{layer}.unit[{unit}].{stroke}"


def off_units(off: Sequence[str], layer: int, stroke: str) -> tuple[int, ...]:
    """The units of `layer` whose gates are off on that stroke, in rising order."""
    found = (switch_of(text) for text in off)
    return tuple(sorted({each[1] for each in found if each is not None and (each[0], each[2]) == (layer, stroke)}))


def off_problem(off: Sequence[str], widths: Sequence[int]) -> str | None:
    """What is wrong with the gates that a session switches off, as part of a sentence. `widths`: inputs, hidden units,
    outputs.
    """
    return next(_problems(off, widths), None)


def off_fitting(off: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Those of the gates that a network of these widths has."""
    return [text for text in off if _problem(text, widths) is None]


def _problems(off: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    for i, text in enumerate(off):
        problem = _problem(text, widths)
        if problem:
            yield f"gates.off[{i}] is {shown(text)}{problem}"


def _problem(text: str, widths: Sequence[int]) -> str | None:
    """What is wrong with one entry, as what follows it in a sentence."""
    switch = switch_of(text)
    if switch is None:
        return '; expected the gate of a hidden neuron on one stroke, "l1.unit[2].backward" or "l1.unit[2].forward"'
    layer, unit, _ = switch
    hidden = len(widths) - 2
    if layer == hidden + 1:
        return ", a gate of the output layer, which belongs to the loss; only those of hidden layers can be off"
    if not 1 <= layer <= hidden:
        return f", which is no hidden layer; the network has {hidden}"
    return range_problem((unit,), (widths[layer],))
