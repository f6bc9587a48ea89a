"""Which frames a clip has: pure arithmetic, so that any frame can be painted without the ones before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from twostroke.engine.border.cursor import Cursor
from twostroke.engine.session.phrases import counted, shown
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.model.reel import SECONDS, Reel
from twostroke.gui.model.score import Grain, Score
from twostroke.gui.model.storyboard.limits import LEAST_SECONDS, MAX_FRAMES, MOST_FPS, MOST_SECONDS

MAX_UPDATES = 1_000


@dataclass(frozen=True)
class Frame:
    """One picture of the clip: which update, and where on its tape."""

    take: int  # 0 for the first update shown
    cursor: Cursor


def check_ranges(updates: int, seconds: float, fps: int) -> None:
    """ExportRequestError where one of the numbers of a clip makes no sense by itself."""
    if not 1 <= fps <= MOST_FPS:
        raise ExportRequestError(f"fps is {shown(fps)}; expected 1 to {MOST_FPS} frames a second.")
    if not 1 <= updates <= MAX_UPDATES:
        raise ExportRequestError(f"updates is {shown(updates)}; expected 1 to {MAX_UPDATES:,}.")
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise ExportRequestError(
            f"seconds per update is {shown(seconds)}; expected {LEAST_SECONDS:g} to {MOST_SECONDS:g}."
        )


def told_time(seconds: float) -> str:
    """A length as people say it."""
    minutes, left = divmod(round(seconds), 60)
    if not minutes:
        return f"{round(seconds, 1):g} s"
    return f"{minutes} min {left} s" if left else f"{minutes} min"


@dataclass(frozen=True)
class Clip:
    """`updates` updates, `seconds` each, which rest at the stops of `grain`. ExportRequestError where out of range."""

    score: Score
    updates: int = 1
    seconds: float = SECONDS
    fps: int = 30
    grain: Grain = Grain.PHASE

    def __post_init__(self) -> None:
        check_ranges(self.updates, self.seconds, self.fps)
        if len(self) > MAX_FRAMES:
            raise ExportRequestError(
                f"The clip would have {len(self):,} frames; at most {MAX_FRAMES:,} can be exported. "
                "Ask for fewer updates, fewer seconds per update or fewer frames a second"
                f"{', or for a coarser grain' if self.grain.by_neuron else ''}."
            )

    @property
    def frames_per_update(self) -> int:
        """Frames that show one update."""
        return max(1, round(self.seconds * self.fps))

    def __len__(self) -> int:
        return self.updates * self.frames_per_update

    def __getitem__(self, index: int) -> Frame:
        """Frame `index`. The last frame of each update shows it complete."""
        if not 0 <= index < len(self):
            raise IndexError(f"frame {index} of {len(self)}")
        take, within = divmod(index, self.frames_per_update)
        return Frame(take, self._reel.at((within + 1) / self.frames_per_update))

    def __iter__(self) -> Iterator[Frame]:
        return (self[index] for index in range(len(self)))

    @cached_property
    def _reel(self) -> Reel:
        return Reel(self.score, self.grain)

    @property
    def told(self) -> str:
        """How long an update takes, and how many steps pass in it."""
        steps = counted(self._reel.stops, "step")
        told = f"{steps}, {counted(self.frames_per_update, 'frame')}, {told_time(self.seconds)}"
        return f"{told}; some steps pass between two frames" if self.crowded else told

    @property
    def crowded(self) -> bool:
        """Whether there are not frames enough for every step to be seen."""
        return self._reel.stops > self.frames_per_update

    @property
    def length(self) -> float:
        """Seconds of the whole clip."""
        return len(self) / self.fps


@dataclass(frozen=True)
class Still:
    """A clip of one frame."""

    frame: Frame

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: int) -> Frame:
        if index != 0:
            raise IndexError(f"frame {index} of 1")
        return self.frame
