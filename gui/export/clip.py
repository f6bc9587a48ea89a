"""Which frames a clip has: pure arithmetic, so that any frame can be painted without the ones before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from twostroke.engine.border.cursor import WEIGHT_OF_PHASE, Cursor, Phase, Step
from twostroke.engine.session.phrases import shown
from twostroke.gui.export.kind import MOST_FPS
from twostroke.gui.export.refusals import ExportRequestError

HOLD_OF_PHASE: dict[Phase, float] = {Phase.GATE: 0.8, Phase.LOSS: 0.9, Phase.GATE_BACK: 0.9, Phase.UPDATE: 0.6}
"""How long the picture stands still after a phase, in the unit of WEIGHT_OF_PHASE: the turning points of the film."""

MAX_FRAMES = 36_000  # 20 minutes at 30 frames a second
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
    if not 0.1 <= seconds <= 600:
        raise ExportRequestError(f"seconds per update is {shown(seconds)}; expected 0.1 to 600.")


@dataclass(frozen=True)
class Clip:
    """`updates` updates of a network of `depth` layers, `seconds` each. ExportRequestError where out of range."""

    depth: int
    updates: int = 1
    seconds: float = 12.0
    fps: int = 30

    def __post_init__(self) -> None:
        check_ranges(self.updates, self.seconds, self.fps)
        if len(self) > MAX_FRAMES:
            raise ExportRequestError(
                f"The clip would have {len(self):,} frames; at most {MAX_FRAMES:,} can be exported. "
                "Ask for fewer updates, fewer seconds per update or fewer frames a second."
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
        return Frame(take, self.cursor_at((within + 1) / self.frames_per_update))

    def __iter__(self) -> Iterator[Frame]:
        return (self[index] for index in range(len(self)))

    def cursor_at(self, share: float) -> Cursor:
        """Where reading stands when `share` (0 to 1) of one update's time has passed, holds included."""
        left = min(max(share, 0.0), 1.0) * sum(move + hold for move, hold in self._lengths)
        cursor = Cursor(self.depth)
        for index, (move, hold) in enumerate(self._lengths):
            if left < move:
                return Cursor(self.depth, index, left / move)
            cursor = Cursor(self.depth, index, 1.0)
            left -= move + hold
            if left < 0:
                return cursor
        return cursor

    @cached_property
    def _lengths(self) -> list[tuple[float, float]]:
        """For each step: how long it moves, and how long the picture then stands still."""
        phases = [step.phase for step in Cursor(self.depth).steps]
        return [(WEIGHT_OF_PHASE[phase], HOLD_OF_PHASE.get(phase, 0.0)) for phase in phases]


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


def telling_cursor(depth: int) -> Cursor:
    """The moment a single picture shows unless asked otherwise: the gradient at the gates of hidden 1."""
    return Cursor(depth).seek(Step(Phase.GATE_BACK, 1))


def parse_moment(text: str, depth: int) -> Cursor:
    """`PHASE`, `PHASE:LAYER` or `PHASE:LAYER:FRACTION`, e.g. "gate_back:1".

    ExportRequestError where there is no such moment.
    """
    parts = text.split(":")
    try:
        phase = Phase(parts[0].strip())
        layer = int(parts[1]) if len(parts) > 1 else None
        fraction = float(parts[2]) if len(parts) > 2 else 1.0
        if len(parts) > 3 or not 0.0 <= fraction <= 1.0:
            raise ValueError
    except ValueError:
        raise ExportRequestError(
            f"There is no moment {text!r}. Expected PHASE, PHASE:LAYER or PHASE:LAYER:FRACTION, with a phase out of "
            f"{', '.join(Phase)}, a layer from 1 to {depth} and a fraction from 0 to 1, as in gate_back:1."
        ) from None
    places = sorted(step.layer for step in Cursor(depth).steps if step.phase is phase)
    if layer is None and places:
        layer = places[0]
    if layer not in places:
        raise ExportRequestError(f"There is no moment {text!r}: {_where(phase, places)}")
    return Cursor(depth).seek(Step(phase, layer), fraction)


def _where(phase: Phase, places: list[int]) -> str:
    """At which layers a phase happens, as the end of a sentence."""
    if not places:  # only the spread can be missing
        return "a network without hidden layers has no spread. Choose another phase, as in gate_back:1."
    if places == [0]:
        return f"input, loss and update take no layer. Write {phase}, or {phase}:0:0.5 for the middle of it."
    if len(places) == 1:
        return f"{phase} happens only at layer {places[0]} of this network. Write {phase}:{places[0]}."
    return f"{phase} happens at layers {places[0]} to {places[-1]} of this network, as in {phase}:{places[0]}."
