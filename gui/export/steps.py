"""Updates in steps, one frame at each stop of a grain: what slides, pages and the player go through."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from twostroke.gui.export.clip import Frame
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.model.score import Grain, Score
from twostroke.gui.model.step_numbers import NO_NUMBERS, NumberTable, step_numbers
from twostroke.gui.model.view import ViewState

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from twostroke.gui.stage.paint.camera import Camera
    from twostroke.gui.stage.scene.items import Scene

MOST_STEPS = 1_000


@dataclass(frozen=True)
class Steps:
    """The stops of `grain` in each of `updates` updates. ExportRequestError where there are too many."""

    score: Score
    updates: int = 1
    grain: Grain = Grain.PHASE

    def __post_init__(self) -> None:
        if len(self) > MOST_STEPS:
            raise ExportRequestError(
                f"There would be {len(self):,} steps; at most {MOST_STEPS:,} can be exported. "
                f"Ask for fewer updates{' or for a coarser grain' if self.grain is not Grain.UPDATE else ''}."
            )

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        """How many stops there are up to the end of each part of the score."""
        return tuple(accumulate(self.score.stops_in(part, self.grain) for part in range(len(self.score.parts))))

    @property
    def per_update(self) -> int:
        """Stops of one update."""
        return self._ends[-1]

    def __len__(self) -> int:
        return self.updates * self.per_update

    def __getitem__(self, index: int) -> Frame:
        """The frame at stop `index`, counted from 0 through all updates."""
        if not 0 <= index < len(self):
            raise IndexError(f"step {index} of {len(self)}")
        take, within = divmod(index, self.per_update)
        part = bisect_right(self._ends, within)
        number = within - (self._ends[part - 1] if part else 0)
        return Frame(take, self.score.between(part, number, 1.0, self.grain))


class Composes(Protocol):
    """Makes a scene of that width and height, and how its network is looked at; `bare`: without caption and legend,
    which stand beside it."""

    def __call__(self, width: float, height: float, bare: bool = False) -> "tuple[Scene, Camera]": ...


@dataclass(frozen=True, eq=False)
class StepPicture:
    """One step as a writer takes it that needs more of it than its picture."""

    view: ViewState
    scene: "Scene"
    camera: "Camera"  # how its network is looked at
    draw: "Callable[[QPainter, QRectF], None]"  # as sharp as what is painted on
    compose: Composes  # the same for another width and height
    told: str  # its caption, and of a long one what comes behind it

    @property
    def caption(self) -> str:
        """What is happening, in one sentence."""
        return self.view.caption

    @cached_property
    def numbers(self) -> NumberTable:
        """Those that it has just made."""
        return NO_NUMBERS if self.view.tape is None else step_numbers(self.view)
