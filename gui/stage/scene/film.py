"""Which numbers the film has computed so far. Whatever it has not computed is not shown.

The answer depends on the moment alone, never on the frames before it.
"""

from dataclasses import dataclass
from functools import lru_cache

from twostroke.engine.border.cursor import Moment, Phase, steps
from twostroke.gui.model.view import ViewState


@dataclass(frozen=True)
class Film:
    """The steps of one update and the moment at which it stands; `moment` is None while live."""

    depth: int
    moment: Moment | None
    index: int  # of the moment's step

    def progress(self, phase: Phase, layer: int = 0) -> float:
        """How much of that phase at that layer has passed, 0 to 1.

        Live, both strokes of the pinned sample have passed; weight gradients and the update are not known.
        """
        if self.moment is None:
            return 0.0 if phase in (Phase.WEIGHTS, Phase.UPDATE) else 1.0
        at = step_index(self.depth, phase, layer)
        if at is None:
            return 0.0
        return 1.0 if at < self.index else self.moment.fraction if at == self.index else 0.0

    def now(self, phase: Phase, layer: int = 0) -> bool:
        """Whether that phase is under way."""
        return self.moment is not None and self.moment.step.layer == layer and self.moment.step.phase is phase

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
    return Film(view.depth, cursor.moment if cursor else None, cursor.index if cursor else 0)


def step_index(depth: int, phase: Phase, layer: int) -> int | None:
    """Where a step stands in the order of `cursor.steps`; None where the network has no such step."""
    return _order(depth).get((phase, layer))


@lru_cache(maxsize=128)
def _order(depth: int) -> dict[tuple[Phase, int], int]:
    return {(step.phase, step.layer): i for i, step in enumerate(steps(depth))}
