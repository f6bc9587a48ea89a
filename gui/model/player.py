"""Plays one update as a film: where the cursor stands, and how it moves on. Pure logic over an injected clock.

The window's timer calls `tick`; tests call it with a clock of their own, so that nothing has to wait.
"""

import time
from collections.abc import Callable
from enum import StrEnum

from twostroke.engine.border.cursor import WEIGHT_OF_PHASE, Cursor, Phase, Step
from twostroke.gui.model import jumps
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.score import Grain, Score

FRAMES_PER_PHASE = 8
"""Presses that one phase takes, frame by frame; at a finer grain, that one of its units takes."""

LONGEST_STEP = 0.25
"""Seconds that one tick may pass over at most: after a pause of the whole window the film goes on, it does not jump."""


class Stroke(StrEnum):
    """One of the two halves of an update."""

    FORWARD = "forward"  # from the input to the loss
    BACKWARD = "backward"  # from the loss to the new weights


class AtEnd(StrEnum):
    """What happens when what plays is over."""

    STOP = "stop"
    LOOP = "loop"  # it begins anew
    GO_ON = "go on"  # the other stroke follows, and then the next update


class Speed(StrEnum):
    """How fast the film runs; the value is what the screen says."""

    FRAME = "frame by frame"
    CRAWL = "0.1 phases/s"
    SLOWER = "0.2 phases/s"
    SLOW = "slow"
    NORMAL = "normal"
    QUICK = "3 phases/s"
    QUICKER = "6 phases/s"
    FAST = "update in 1 s"


SECONDS_PER_WEIGHT = {
    Speed.CRAWL: 10.0,
    Speed.SLOWER: 5.0,
    Speed.SLOW: 2.0,
    Speed.NORMAL: 0.7,
    Speed.QUICK: 1 / 3,
    Speed.QUICKER: 1 / 6,
}
"""Seconds for each unit of `cursor.WEIGHT_OF_PHASE`: pulses cross one layer in 3.2 s (slow) and in 1.1 s (normal)."""

WEIGHT_OF_GRAIN = {Grain.TERM: 0.8, Grain.NEURON: 1.2}
"""What one press takes at a fine grain, in the same unit: in its share of a phase nobody could follow it."""

LONGEST_PRESS = 3.0
"""...and seconds that it takes at most."""

HOLD = 0.6
"""Seconds for which the end is seen of what begins anew."""


def faster(speed: Speed, by: int) -> Speed:
    """The speed `by` places on, or before with a negative number; at the ends it stays."""
    every = tuple(Speed)
    return every[min(max(every.index(speed) + by, 0), len(every) - 1)]


def whole_weight(depth: int) -> float:
    """The film of a whole update, in units of `cursor.WEIGHT_OF_PHASE`."""
    return sum(WEIGHT_OF_PHASE[step.phase] for step in Cursor(depth).steps)


def duration(depth: int, speed: Speed) -> float:
    """Seconds that the film of a whole update takes at `speed`. ValueError frame by frame: that has no duration."""
    if speed is Speed.FRAME:
        raise ValueError("frame by frame has no duration")
    return 1.0 if speed is Speed.FAST else SECONDS_PER_WEIGHT[speed] * whole_weight(depth)


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
        self._start: Cursor | None = None  # where what plays began
        self._again_at: float | None = None  # when it begins anew
        self._score: Score | None = None
        self.cursor: Cursor | None = None
        self.speed = Speed.NORMAL
        self.grain = Grain.PHASE
        self.at_end = AtEnd.STOP
        self.stroke: Stroke | None = None  # the stroke that was asked for last, while it is not over
        self.over = False  # whether the next update is to follow, which is not on this tape

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
        self.over = False

    def pause(self) -> None:
        """Stand still here."""
        self._goal = self._again_at = None

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
            self._run(self.cursor, last, first)

    def forward(self) -> bool:
        """On to the next stop; its film plays. False at the very end, where nothing happens."""
        if self._score is None or self.cursor is None:
            return False
        here = self._settled(self._score, self.cursor)
        self.cursor, goal = here, self._score.after(here, self.grain)
        if goal is None:
            return False
        self.stroke = None
        if self.speed is Speed.FRAME:
            self.cursor = self._score.frame_on(here, self._frames_of, FRAMES_PER_PHASE)
            return True
        if here.fraction >= 1:
            here = self._score.cursor((here.index + 1, 0.0), self.grain.by_neuron)
        self._run(here, goal, here)
        return True

    @property
    def ahead(self) -> Cursor | None:
        """Where the next step leads from where this one ends; None behind the last, and without a tape."""
        here = self.cursor if self._goal is None or self.stroke is not None else self._goal
        return None if self._score is None or here is None else self._score.after(here, self.grain)

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

    def to_loss(self) -> None:
        """Stand where the prediction has met its target."""
        if self._score is not None:
            self.stand_at(jumps.loss(self._score))

    def to_next_stroke(self) -> bool:
        """Stand at the beginning of the next stroke. False where that is in the next update."""
        return self._leap(jumps.next_stroke)

    def to_previous_stroke(self) -> bool:
        """Stand at the beginning of this stroke, or from there of the one before. False where that is in an earlier
        update."""
        return self._leap(jumps.previous_stroke)

    def to_neuron(self, who: NeuronRef) -> None:
        """Stand at the next moment of a neuron: its sum, its gate, on the way back its gate and its weights."""
        if self._score is not None and self.cursor is not None:
            self.stand_at(jumps.next_moment_of(self._score, who, self.cursor, self.grain.by_neuron))

    def _leap(self, to: Callable[[Score, Cursor], Cursor | None]) -> bool:
        there = None if self._score is None or self.cursor is None else to(self._score, self.cursor)
        if there is not None:
            self.stand_at(there)
        return there is not None

    def stand_at(self, there: Cursor) -> None:
        """Stand there, as the grain shows it."""
        assert self._score is not None
        self.pause()
        self.stroke = None
        self.cursor = self._score.read(there, self.grain.by_neuron)

    def seek(self, moment: float) -> None:
        """Stand at `moment` (0 to 1) of the film."""
        if self._score is not None:
            self.stand_at(self._score.at_time(moment, self.grain.by_neuron))

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
        if self._again_at is not None:
            return self._begin_anew(now)
        moment = self.cursor.time + elapsed * self._rate(self._goal)
        if moment >= self._goal.time:
            self._arrive(self._goal, now)
        else:
            self.cursor = self._at_time(self._score, self.cursor, moment)
        return True

    def _arrive(self, goal: Cursor, now: float) -> None:
        """At the end of what plays."""
        self.cursor, stroke = goal, self.stroke
        if self.at_end is AtEnd.LOOP:
            self._again_at = now + HOLD
            return
        self._goal = self.stroke = None
        if self.at_end is AtEnd.GO_ON and stroke is Stroke.FORWARD:
            self.press(Stroke.BACKWARD)
        self.over = self.at_end is AtEnd.GO_ON and stroke is Stroke.BACKWARD

    def _begin_anew(self, now: float) -> bool:
        """Whether it has, after its end was seen for a while; it stays there where it is to stop meanwhile."""
        if self.at_end is not AtEnd.LOOP:
            self._goal = self.stroke = self._again_at = None
            return True
        if self._again_at is None or now < self._again_at:
            return False
        self._again_at, self.cursor = None, self._start
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
        if self._goal is None:
            return cursor
        at_goal = cursor == self._goal or self.stroke is None
        settled = self._goal if at_goal else score.after(cursor, self.grain) or cursor
        self.pause()
        return settled

    def _rate(self, goal: Cursor) -> float:
        """How much of the film, 0 to 1, passes in a second."""
        whole = 1.0 / duration(goal.depth, self.speed)
        if self.stroke is not None or self._start is None or self.grain not in WEIGHT_OF_GRAIN:
            return whole
        seconds = WEIGHT_OF_GRAIN[self.grain] / (whole * whole_weight(goal.depth))
        return (goal.time - self._start.time) / min(seconds, LONGEST_PRESS)

    def _run(self, cursor: Cursor, goal: Cursor, start: Cursor) -> None:
        """From `cursor` to `goal`; where it begins anew, from `start`."""
        self.cursor, self._start = cursor, start
        self._goal, self._again_at = goal, None
        self._last_tick = self._clock()
