"""What the blocks of the timeline are called, as much as there is room for. Pure."""

import math
from collections.abc import Callable, Sequence

from twostroke.engine.border.cursor import Cursor, Extra, Phase, Step
from twostroke.engine.session.phrases import layer_name
from twostroke.gui.model.words import LEFT

ROOMY = 4.0
"""Pixels free at each side of a name, where it need not be short..."""

TIGHT = 1.5
"""...and where it need."""

Width = Callable[[str], float]
"""How wide a text is in pixels."""

Numbers = tuple[tuple[str, float, Step], ...]
"""Of layers: the number, where its middle is, and the first step of the layer on that stroke."""


def labels(step: Step) -> tuple[str, ...]:
    """Names of a step, the longest first; the first that fits is written."""
    n = step.layer
    return {
        Phase.INPUT: ("input", "in"),
        Phase.SUM: (f"sum {n}", f"Σ {n}", "Σ"),
        Phase.GATE: (f"gate {n}", f"g {n}", "g"),
        Phase.LOSS: ("loss", "L"),
        Phase.GATE_BACK: (f"∂ gate {n}", f"∂g {n}", "∂g"),
        Phase.WEIGHTS: (f"∂ w {n}", f"∂w{n}", "∂w"),
        Phase.SPREAD: (f"spread {n}", f"{LEFT} {n}", LEFT),
        Phase.UPDATE: ("update", "up"),
    }[step.phase]


def places(cursor: Cursor) -> tuple[str, ...]:
    """Names of where the film stands, the longest first: with neuron and term, where they take turns."""
    here, unit, term = labels(cursor.moment.step), cursor.unit, cursor.term
    if term is None:
        return here
    if unit is None:
        return f"{here[0]} · mean", "mean"
    neuron = f"neuron {unit + 1}"
    if term is Extra.GATE:
        return f"{here[0]} · {neuron}", neuron, f"n{unit + 1}", f"{unit + 1}"
    told, brief = (f"term {term + 1}", f".{term + 1}") if isinstance(term, int) else (f"{term}", "")
    return f"{here[0]} · {neuron} · {told}", f"{neuron} · {told}", f"n{unit + 1} {told}", f"{unit + 1}{brief}"


def title(step: Step, depth: int) -> str:
    """What happens at a step, for the tool tip."""
    layer = "the output" if step.layer == depth else layer_name(step.layer)
    before = layer_name(step.layer - 1)
    return {
        Phase.INPUT: "The sample arrives",
        Phase.SUM: f"Signals travel into {layer} and add up to z",
        Phase.GATE: f"z becomes a at the gates of {layer}",
        Phase.LOSS: "The prediction meets its target",
        Phase.GATE_BACK: f"The gradient meets the gates of {layer}",
        Phase.WEIGHTS: f"Each weight into {layer} gets its gradient",
        Phase.SPREAD: f"The gradient travels back to {before}",
        Phase.UPDATE: "Every weight takes its step",
    }[step.phase]


def fitting(names: tuple[str, ...], width_of: Width, room: float) -> str:
    """The first of `names` that has room, a short one also where it is tight; "" where none has."""
    roomy = (name for name in names if width_of(name) <= room - 2 * ROOMY)
    tight = (name for name in names if width_of(name) <= room - 2 * TIGHT)
    return next(roomy, next(tight, ""))


def all_named(steps: Sequence[Step], rooms: Sequence[float], width_of: Width) -> bool:
    """Whether every block of a layer has room for one of its names."""
    pairs = zip(steps, rooms, strict=True)
    return all(fitting(labels(step), width_of, room) for step, room in pairs if step.layer)


def layer_numbers(steps: Sequence[Step], ends: Sequence[tuple[float, float]], width_of: Width) -> Numbers:
    """For where the blocks have no room for names: the number of each layer, the middle of its blocks on one stroke,
    and their first step; of as many layers, evenly, as have room.
    """
    spans: dict[tuple[bool, int], tuple[float, float, Step]] = {}
    for step, (left, right) in zip(steps, ends, strict=True):
        if step.layer:
            low, _, first = spans.setdefault((step.phase.is_backward, step.layer), (left, right, step))
            spans[step.phase.is_backward, step.layer] = low, right, first
    widest = max((width_of(str(layer)) for _, layer in spans), default=0.0) + 2 * TIGHT + 1.0
    narrowest = min((high - low for low, high, _ in spans.values()), default=1.0)
    every = max(math.ceil(widest / max(narrowest, 1e-6)), 1)
    found: list[tuple[str, float, Step]] = []
    for (_, layer), (low, high, first) in spans.items():
        middle = (low + high) / 2
        if layer % every == 0 and (not found or middle - found[-1][1] >= widest):
            found.append((str(layer), middle, first))
    return tuple(found)
