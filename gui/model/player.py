"""Plays one update as a film: where the cursor stands, and how it moves on. Pure logic over an injected clock.

The window's timer calls `tick`; tests call it with a clock of their own, so that nothing has to wait.
"""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from twostroke.engine.border.cursor import WEIGHT_OF_PHASE, Cursor, Phase, Step

FRAMES_PER_PHASE = 8
"""Presses that one phase takes, frame by frame."""

LONGEST_STEP = 0.25
"""Seconds that one tick may pass over at most: after a pause of the whole window the film goes on, it does not jump."""


class Stroke(StrEnum):
    """One of the two halves of an update."""

    FORWARD = "forward"  # from the input to the loss
    BACKWARD = "backward"  # from the loss to the new weights


class Speed(StrEnum):
    """How fast the film runs; the value is what the screen says."""

    FRAME = "frame by frame"
    SLOW = "slow"
    NORMAL = "normal"
    FAST = "update in 1 s"


SECONDS_PER_WEIGHT = {Speed.SLOW: 2.0, Speed.NORMAL: 0.7}
"""Seconds for each unit of `cursor.WEIGHT_OF_PHASE`: pulses cross one layer in 3.2 s and in 1.1 s."""


def duration(depth: int, speed: Speed) -> float:
    """Seconds that the film of a whole update takes at `speed`. ValueError frame by frame: that has no duration."""
    if speed is Speed.FRAME:
        raise ValueError("frame by frame has no duration")
    if speed is Speed.FAST:
        return 1.0
    return SECONDS_PER_WEIGHT[speed] * sum(WEIGHT_OF_PHASE[step.phase] for step in Cursor(depth).steps)


def half(cursor: Cursor, stroke: Stroke) -> tuple[Cursor, Cursor]:
    """The first and the last point of a stroke."""
    loss = cursor.seek(Step(Phase.LOSS))
    if stroke is Stroke.FORWARD:
        return replace(cursor, index=0, fraction=0.0), loss
    return replace(cursor, index=loss.index + 1, fraction=0.0), cursor.last()


class Player:
    """Where reading stands on the tape, and what is being played. Without a tape there is no cursor."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last_tick = 0.0
        self._goal: Cursor | None = None
        self.cursor: Cursor | None = None
        self.speed = Speed.NORMAL
        self.stroke: Stroke | None = None  # the stroke that was asked for last, while it is not over

    @property
    def moving(self) -> bool:
        """Whether the cursor moves by itself at present."""
        return self._goal is not None

    @property
    def playing(self) -> Stroke | None:
        """The stroke that runs at present."""
        return self.stroke if self.moving else None

    def lay(self, depth: int) -> None:
        """Put a new tape in; the cursor stands at the end of its first phase."""
        self.clear()
        self.cursor = Cursor(depth)

    def clear(self) -> None:
        """Take the tape out."""
        self.cursor = self._goal = self.stroke = None

    def pause(self) -> None:
        """Stand still here."""
        self._goal = None

    def press(self, stroke: Stroke) -> None:
        """Play a stroke: from its beginning, or on from where it was paused. While it runs: pause."""
        if self.cursor is None:
            return
        first, last = half(self.cursor, stroke)
        if self.playing is stroke:
            self.pause()
            return
        if self.stroke is not stroke or not first.time <= self.cursor.time < last.time:
            self.cursor = first
        self.stroke = stroke
        if self.speed is not Speed.FRAME:
            self._run_to(last)

    def forward(self) -> bool:
        """On to the end of the next phase; its film plays. False at the very end, where nothing happens."""
        if self.cursor is None:
            return False
        here = self._settled()
        if here.at_end and here.fraction >= 1:
            return False
        self.stroke = None
        if self.speed is Speed.FRAME:
            self.cursor = _one_frame_on(here)
            return True
        if here.fraction >= 1:
            here = here.next()
            self.cursor = replace(here, fraction=0.0)
        self._run_to(replace(here, fraction=1.0))
        return True

    def back(self) -> bool:
        """Back to the end of the phase before, at once. False at the very beginning, where nothing happens."""
        if self.cursor is None:
            return False
        frame = self.speed is Speed.FRAME and self.cursor.fraction > 1 / FRAMES_PER_PHASE
        if self.cursor.at_start and not frame:
            return False
        self.pause()
        self.stroke = None
        self.cursor = _one_frame_back(self.cursor) if frame else self.cursor.previous()
        return True

    def to_end(self) -> None:
        """Stand at the end of the update."""
        if self.cursor is not None:
            self.pause()
            self.cursor = self.cursor.last()

    def seek(self, moment: float) -> None:
        """Stand at `moment` (0 to 1) of the film."""
        if self.cursor is not None:
            self.pause()
            self.stroke = None
            self.cursor = self.cursor.at_time(moment)

    def tick(self) -> bool:
        """Move on by the time that has passed. Whether the cursor has moved."""
        if self.cursor is None or self._goal is None:
            return False
        if self.speed is Speed.FRAME:
            self.pause()
            return False
        now = self._clock()
        elapsed = min(now - self._last_tick, LONGEST_STEP)
        self._last_tick = now
        moment = self.cursor.time + elapsed / duration(self.cursor.depth, self.speed)
        if moment >= self._goal.time:
            self.cursor, self._goal, self.stroke = self._goal, None, None
        else:
            self.cursor = self.cursor.at_time(moment)
        return True

    def _settled(self) -> Cursor:
        """The cursor, after finishing a phase whose film still runs."""
        assert self.cursor is not None
        if self.moving:
            self.pause()
            self.cursor = replace(self.cursor, fraction=1.0)
        return self.cursor

    def _run_to(self, goal: Cursor) -> None:
        self._goal = goal
        self._last_tick = self._clock()


def _one_frame_on(cursor: Cursor) -> Cursor:
    """The next of the FRAMES_PER_PHASE points of a phase, or the first of the next phase."""
    if cursor.fraction >= 1:
        return replace(cursor.next(), fraction=1 / FRAMES_PER_PHASE)
    frame = int(cursor.fraction * FRAMES_PER_PHASE + 1e-9) + 1
    return replace(cursor, fraction=min(1.0, frame / FRAMES_PER_PHASE))


def _one_frame_back(cursor: Cursor) -> Cursor:
    """The point before among the FRAMES_PER_PHASE points of a phase."""
    frame = math.ceil(cursor.fraction * FRAMES_PER_PHASE - 1e-9) - 1
    return replace(cursor, fraction=max(1, frame) / FRAMES_PER_PHASE)
