"""Which numbers the film has computed so far. Whatever it has not computed is not shown.

The answer depends on the moment alone, never on the frames before it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.cursor import Cursor, Moment, Phase, steps
from twostroke.gui.model.score import Score
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.easing import Floats, part, smooth

MEETS = 0.42
"""When a pulse meets the door, as a share of the gate's phase."""


@dataclass(frozen=True)
class Progress:
    """How far the neurons of a layer have come in a phase, 0 to 1: all alike, or one after the other."""

    share: float  # of all, or of `unit` where there is one
    unit: int | None = None
    before: float = 1.0  # of those before it
    after: float = 0.0  # of those behind it

    @property
    def none(self) -> bool:
        """Whether nothing has passed for any of them."""
        return self.share <= 0 if self.unit is None else max(self.share, self.before, self.after) <= 0

    @property
    def full(self) -> bool:
        """Whether it is over for all of them alike."""
        return self.unit is None and self.share >= 1

    def each(self, units: int) -> float | Floats:
        """Of each of so many neurons, (units,), or one number for all."""
        if self.unit is None:
            return self.share
        found = np.full(units, self.after)
        found[: self.unit], found[self.unit] = self.before, self.share
        return found

    def of(self, unit: int) -> float:
        """Of one neuron."""
        if self.unit is None or unit == self.unit:
            return self.share
        return self.before if unit < self.unit else self.after

    def least(self, units: int) -> float:
        """Of the one that has come least far."""
        return self.share if self.unit is None else float(np.min(self.each(units)))

    def part(self, start: float, end: float) -> "Progress":
        """How much of the stretch from `start` to `end` has passed."""
        return self._eased(lambda share: part(share, start, end))

    def smooth(self) -> "Progress":
        """Starting and stopping gently."""
        return self._eased(smooth)

    def over(self, share: float) -> "Progress":
        """1 beyond that share, else 0."""
        return self._eased(lambda own: float(own > share))

    def _eased(self, change: Callable[[float], float]) -> "Progress":
        """By a `change` that leaves 0 and 1 as they are."""
        if self is DONE or self is TO_COME:
            return self
        if self.unit is None:
            share = change(self.share)
            return DONE if share == 1.0 else TO_COME if share == 0.0 else Progress(share)
        return Progress(change(self.share), self.unit, change(self.before), change(self.after))


DONE, TO_COME = Progress(1.0), Progress(0.0)


def among(known: float | Floats, at: NDArray[np.bool_]) -> float | Floats:
    """Of some of the neurons, what `Progress.each` says of all."""
    return known if isinstance(known, float) else known[at]


@dataclass(frozen=True)
class Film:
    """The steps of one update and the moment at which it stands; `moment` is None while live."""

    depth: int
    moment: Moment | None
    index: int  # of the moment's step
    own: Progress | None = None  # how far that step has come, where it is read neuron by neuron

    def at(self, phase: Phase, layer: int = 0) -> Progress:
        """How far the neurons of that layer have come in that phase; at SPREAD those of the layer before.

        Live, both strokes of the pinned sample have passed; weight gradients and the update are not known.
        """
        if self.moment is None:
            return TO_COME if phase in (Phase.WEIGHTS, Phase.UPDATE) else DONE
        at = step_index(self.depth, phase, layer)
        if at is None:
            return TO_COME
        if at == self.index:
            return self.own or Progress(self.moment.fraction)
        return DONE if at < self.index else TO_COME

    def progress(self, phase: Phase, layer: int = 0, unit: int | None = None) -> float:
        """How much of that phase at that layer has passed, 0 to 1: in all of it, or for one neuron."""
        at = self.at(phase, layer)
        if unit is not None:
            return at.of(unit)
        return at.share if at.unit is None or self.moment is None else self.moment.fraction

    def now(self, phase: Phase, layer: int = 0) -> bool:
        """Whether that phase is under way."""
        return self.moment is not None and self.moment.step.layer == layer and self.moment.step.phase is phase

    def read(self, phase: Phase, layer: int) -> Moment | None:
        """The moment, where that phase is under way and read term by term."""
        return self.moment if self.own is not None and self.own.unit is not None and self.now(phase, layer) else None

    @property
    def live(self) -> bool:
        """Whether there is no film, only the newest state."""
        return self.moment is None

    @property
    def backward(self) -> bool:
        """Whether the gradient is on its way; not during the update itself."""
        return self.moment is not None and self.moment.step.phase.is_backward

    @property
    def active_layer(self) -> int | None:
        """The layer that the moment is about; None where it is about none."""
        if self.moment is None or self.moment.step.phase in (Phase.LOSS, Phase.UPDATE):
            return None
        return self.moment.step.layer


def film_of(view: ViewState) -> Film:
    """The film of `view`."""
    cursor = view.cursor
    if cursor is None:
        return Film(view.depth, None, 0)
    return Film(view.depth, cursor.moment, cursor.index, _own(view.score, cursor))


def _own(score: Score | None, cursor: Cursor) -> Progress | None:
    """How far a step has come that is read neuron by neuron."""
    if score is None or cursor.term is None:
        return None
    if cursor.unit is None:  # the mean over the samples is the second half of its phase
        return Progress(0.5 + 0.5 * cursor.within)
    before, share, after = score.parts[cursor.index].shares(cursor.unit, score.place(cursor)[1])
    return Progress(share, cursor.unit, before, after)


def step_index(depth: int, phase: Phase, layer: int) -> int | None:
    """Where a step stands in the order of `cursor.steps`; None where the network has no such step."""
    return _order(depth).get((phase, layer))


@lru_cache(maxsize=128)
def _order(depth: int) -> dict[tuple[Phase, int], int]:
    return {(step.phase, step.layer): i for i, step in enumerate(steps(depth))}
