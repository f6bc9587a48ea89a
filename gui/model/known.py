"""What is known at a moment: which numbers of an update the cursor has passed. Whatever it has not is told as "…"."""

from collections.abc import Callable

import numpy as np

from twostroke.engine.border.cursor import Cursor, Extra, Phase, Step, TermRef
from twostroke.gui.model.cut_and_frozen import Mask
from twostroke.gui.model.score import Score
from twostroke.gui.model.view import ViewState


def known(view: ViewState, phase: Phase, layer: int = 0, unit: int | None = None, term: TermRef | None = None) -> bool:
    """Whether `phase` at `layer` is over at the cursor; always, where no tape is read.

    With `unit` it is asked of that neuron alone, with `term` of what it has met: of a product, a bias, a gate.
    `unit` counts in `layer`, for SPREAD in the layer before it, which receives.
    """
    cursor = view.cursor
    if cursor is None:
        return True
    index = cursor.steps.index(Step(phase, layer))
    if cursor.index != index or cursor.fraction >= 1:
        return cursor.index >= index
    if unit is None or view.score is None:
        return False
    return passed(view.score, cursor, unit, term)


def passed(score: Score, cursor: Cursor, unit: int, term: TermRef | None = None) -> bool:
    """Whether the step under way is over for one neuron, or one of its terms has come in.

    What acts at the same time in all neurons is over with the step. A link that is cut has no term: it is known to
    carry nothing as soon as its neuron is done.
    """
    if cursor.term is None:
        return False
    if cursor.term is Extra.MEAN:
        return True
    part = score.parts[cursor.index]
    beat = None if term is None else part.beat(unit, term)
    return score.place(cursor)[1] >= (part.done(unit) if beat is None else beat + 1)


def known_units(view: ViewState, phase: Phase, layer: int, units: int) -> Mask:
    """Of which neurons `phase` at `layer` is over, (units,)."""

    def under_way(cursor: Cursor, score: Score) -> list[bool]:
        return [passed(score, cursor, unit) for unit in range(units)]

    return _each(view, phase, layer, under_way, units)


def known_terms(view: ViewState, phase: Phase, layer: int, unit: int, links: int) -> Mask:
    """Which products of a neuron are known, (links,)."""

    def under_way(cursor: Cursor, score: Score) -> list[bool]:
        return [passed(score, cursor, unit, term) for term in range(links)]

    return _each(view, phase, layer, under_way, links)


def _each(
    view: ViewState, phase: Phase, layer: int, under_way: Callable[[Cursor, Score], list[bool]], size: int
) -> Mask:
    """All or nothing, unless the step is being read neuron by neuron."""
    whole = known(view, phase, layer)
    if whole or view.cursor is None or view.score is None or view.cursor.moment.step != Step(phase, layer):
        return np.full(size, whole)
    return np.array(under_way(view.cursor, view.score), dtype=np.bool_)


def known_signals(view: ViewState, layer: int, unit: int) -> Mask:
    """Which terms w · a of a neuron are known, (links,): none before its sum has begun, and in one that is read term by
    term only those that it has met."""
    links, moment = view.layers[layer - 1].units, view.moment
    if moment is not None and moment.term is not None and moment.step == Step(Phase.SUM, layer):
        return known_terms(view, Phase.SUM, layer, unit, links)
    return np.full(links, begun(view, Phase.SUM, layer))


def begun(view: ViewState, phase: Phase, layer: int) -> bool:
    """Whether `phase` at `layer` is under way or over; always, where no tape is read."""
    cursor = view.cursor
    if cursor is None:
        return True
    index = cursor.steps.index(Step(phase, layer))
    return cursor.index > index or (cursor.index == index and cursor.fraction > 0)


def known_sources(view: ViewState, layer: int) -> Mask:
    """Of which neurons it is known what they send on, (units,); inputs are there from the beginning."""
    units = view.layers[layer].units
    return np.ones(units, dtype=np.bool_) if layer == 0 else known_units(view, Phase.GATE, layer, units)
