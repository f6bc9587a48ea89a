"""Plays one update as a film: where the cursor stands, and how it moves on. Pure logic over an injected clock.

The window's timer calls `tick`; tests call it with a clock of their own, so that nothing has to wait.
"""

import time
from collections.abc import Callable
from enum import StrEnum

from twostroke.engine.border.cursor import WEIGHT_OF_PHASE, Cursor, Phase, Step
from twostroke.gui.model.score import Grain, Score

FRAMES_PER_PHASE = 8
"""Presses that one phase takes, frame by frame; at a finer grain, that one of its units takes."""

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


WEIGHT_OF_GRAIN = {Grain.TERM: 0.8, Grain.NEURON: 1.2}
"""What one press takes at a fine grain, in the same unit: in its share of a phase nobody could follow it."""


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
        return Cursor(cursor.depth, 0, 0.0), loss
    return Cursor(cursor.depth, loss.index + 1, 0.0), cursor.last()


class Player:
    """Where reading stands on the tape, and what is being played. Without a tape there is no cursor."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last_tick = 0.0
        self._goal: Cursor | None = None
        self._rate = 0.0  # of the film's time, 0 to 1, a second
        self._score: Score | None = None
        self.cursor: Cursor | None = None
        self.speed = Speed.NORMAL
        self.grain = Grain.PHASE
        self.stroke: Stroke | None = None  # the stroke that was asked for last, while it is not over

    @property
    def moving(self) -> bool:
        """Whether the cursor moves by itself at present."""
        return self._goal is not None

    @property
    def playing(self) -> Stroke | None:
        """The stroke that runs at present."""
        return self.stroke if self.moving else None

    def lay(self, score: Score) -> None:
        """Put a new tape in; the cursor stands at the end of its first phase."""
        self.clear()
        self._score, self.cursor = score, Cursor(score.depth)

    def clear(self) -> None:
        """Take the tape out."""
        self._score = self.cursor = self._goal = self.stroke = None

    def pause(self) -> None:
        """Stand still here."""
        self._goal = None

    def take(self, grain: Grain) -> None:
        """Step by that grain from now on; where a phase is over, it is shown as that grain shows it."""
        self.grain = grain
        if self._score is not None and self.cursor is not None and not self.moving and self.cursor.fraction >= 1:
            self.cursor = self._score.read(self.cursor, grain.by_neuron)

    def press(self, stroke: Stroke) -> None:
        """Play a stroke: from its beginning, or on from where it was paused. While it runs: pause."""
        if self._score is None or self.cursor is None:
            return
        first, last = (self._score.read(end, self.grain.by_neuron) for end in half(self.cursor, stroke))
        if self.playing is stroke:
            self.pause()
            return
        if self.stroke is not stroke or not first.time <= self.cursor.time < last.time:
            self.cursor = first
        self.stroke = stroke
        if self.speed is not Speed.FRAME:
            self._run_to(last, 1.0 / duration(self.cursor.depth, self.speed))

    def forward(self) -> bool:
        """On to the next stop; its film plays. False at the very end, where nothing happens."""
        if self._score is None or self.cursor is None:
            return False
        here = self._settled(self._score, self.cursor)
        goal = self._score.after(here, self.grain)
        if goal is None:
            return False
        self.stroke = None
        if self.speed is Speed.FRAME:
            self.cursor = self._score.frame_on(here, self._frames_of, FRAMES_PER_PHASE)
            return True
        if here.fraction >= 1:
            here = self._score.cursor((here.index + 1, 0.0), self.grain.by_neuron)
        self.cursor = here
        self._run_to(goal, self._rate_to(goal))
        return True

    def back(self) -> bool:
        """Back to the stop before, at once. False at the very beginning, where nothing happens."""
        if self._score is None or self.cursor is None:
            return False
        if self.speed is Speed.FRAME:
            before = self._score.frame_back(self.cursor, self._frames_of, FRAMES_PER_PHASE)
        else:
            before = self._score.before(self.cursor, self.grain)
        if before is None:
            return False
        self.pause()
        self.stroke = None
        self.cursor = before
        return True

    def begin(self) -> None:
        """Stand where the step from the update before leads: at the first stop, frame by frame at the first frame."""
        if self._score is not None and self.speed is Speed.FRAME:
            start = Cursor(self._score.depth, 0, 0.0)
            self.cursor = self._score.frame_on(start, self._frames_of, FRAMES_PER_PHASE)

    def to_end(self) -> None:
        """Stand at the end of the update."""
        if self.cursor is not None:
            self.pause()
            self.cursor = self.cursor.last()

    def seek(self, moment: float) -> None:
        """Stand at `moment` (0 to 1) of the film."""
        if self._score is not None:
            self.pause()
            self.stroke = None
            self.cursor = self._score.at_time(moment, self.grain.by_neuron)

    def tick(self) -> bool:
        """Move on by the time that has passed. Whether the cursor has moved."""
        if self._score is None or self.cursor is None or self._goal is None:
            return False
        if self.speed is Speed.FRAME:
            self.pause()
            return False
        now = self._clock()
        elapsed = min(now - self._last_tick, LONGEST_STEP)
        self._last_tick = now
        moment = self.cursor.time + elapsed * self._rate
        if moment >= self._goal.time:
            self.cursor, self._goal, self.stroke = self._goal, None, None
        else:
            self.cursor = self._at_time(self._score, self.cursor, moment)
        return True

    def _at_time(self, score: Score, before: Cursor, moment: float) -> Cursor:
        """The cursor there. A phase that was begun neuron by neuron goes on so."""
        there = Cursor(score.depth).at_time(moment)
        begun = before.term is not None and before.index == there.index
        return score.read(there, begun or self.grain.by_neuron)

    @property
    def _frames_of(self) -> Grain:
        """Whose stops have frames between them: no more than a phase has."""
        return self.grain if self.grain.by_neuron else Grain.PHASE

    def _settled(self, score: Score, cursor: Cursor) -> Cursor:
        """The cursor, after finishing what is under way."""
        if self.moving:
            self.pause()
            self.cursor = score.after(cursor, self.grain) or cursor
        return self.cursor or cursor

    def _rate_to(self, goal: Cursor) -> float:
        """How fast the film of one press runs."""
        assert self.cursor is not None
        whole = 1.0 / duration(goal.depth, self.speed)
        if self.grain not in WEIGHT_OF_GRAIN:
            return whole
        every = sum(WEIGHT_OF_PHASE[step.phase] for step in goal.steps)
        return whole * (goal.time - self.cursor.time) * every / WEIGHT_OF_GRAIN[self.grain]

    def _run_to(self, goal: Cursor, rate: float) -> None:
        self._goal, self._rate = goal, rate
        self._last_tick = self._clock()
