"""Which frames a storyboard has: pure arithmetic, so that any frame can be painted without the ones before it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from twostroke.engine.border.cursor import Cursor, Phase
from twostroke.gui.model.reel import Reel
from twostroke.gui.model.score import Grain, Score
from twostroke.gui.model.storyboard.board import Shot, Show, Storyboard
from twostroke.gui.model.storyboard.taken import Played, Taken

GLIDE = 0.8
"""Seconds in which a camera comes from where it looked in the shot before."""

MOMENT_SECONDS, TRAINING_SECONDS = 3.0, 10.0
USUAL_TRAINING = 1_000
"""Updates of a training that is new."""

WATCHED = 2 / 3
"""The share of its time in which a training of a lesson comes to its end where one line is said of it."""

TRAINING_STEPS = 8
"""Pictures of a training on slides and pages: a page of panels, its first and its last update among them."""

FORWARD_PHASES = frozenset({Phase.INPUT, Phase.SUM, Phase.GATE, Phase.LOSS})


@dataclass(frozen=True, order=True)
class Instant:
    """What has to be known of the engine for a frame: the network at an update, with the tape of it or without."""

    update: int
    taped: bool


@dataclass(frozen=True)
class BoardFrame:
    """One picture: which instant, where on its tape (None without one), and how its shot has come along."""

    take: int  # the place of the instant in `Frames.instants`, or in `PlayedFrames.takes`
    cursor: Cursor | None
    shot: int
    line: int = -1  # of the shot's own caption; -1 for none
    glide: float = 1.0  # how far the camera has come


@dataclass(frozen=True)
class Frames:
    """The frames of a storyboard."""

    board: Storyboard

    @cached_property
    def _counts(self) -> tuple[int, ...]:
        return tuple(max(1, round(shot.seconds * self.board.picture.fps)) for shot in self.board.shots)

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        return tuple(accumulate(self._counts))

    def __len__(self) -> int:
        return self._ends[-1]

    @property
    def length(self) -> float:
        """Seconds of all."""
        return len(self) / self.board.picture.fps

    @cached_property
    def instants(self) -> tuple[Instant, ...]:
        """All that has to be trained for, in the order in which a training comes to it."""
        found: set[Instant] = set()
        for shot, count in zip(self.board.shots, self._counts, strict=True):
            if shot.show is Show.TRAINING:
                found.update(Instant(update, False) for update in training_updates(shot, count))
            else:
                found.add(Instant(shot.at, True))
        return tuple(sorted(found))

    def begins(self, shot: int) -> int:
        """The first frame of a shot."""
        return self._ends[shot - 1] if shot else 0

    def __getitem__(self, index: int) -> BoardFrame:
        if not 0 <= index < len(self):
            raise IndexError(f"frame {index} of {len(self)}")
        place = bisect_right(self._ends, index)
        shot, count, within = self.board.shots[place], self._counts[place], index - self.begins(place)
        take, cursor = self._shown(place, within, count)
        return BoardFrame(take, cursor, place, _line(shot, within / count), self._glide(place, within))

    def _shown(self, place: int, within: int, count: int) -> tuple[int, Cursor | None]:
        """Which take a frame of a shot shows, and where on its tape."""
        shot = self.board.shots[place]
        if shot.show is Show.TRAINING:
            return self._place(Instant(training_update(shot, within, count), False)), None
        stroke = self._stroke(place)
        return self._place(Instant(shot.at, True)), shot.moment if stroke is None else stroke.at((within + 1) / count)

    def _place(self, instant: Instant) -> int:
        return bisect_left(self.instants, instant)

    def update(self, frame: BoardFrame) -> int:
        """The update that a frame shows."""
        return self.instants[frame.take].update

    def _stroke(self, place: int) -> "Stroke | None":
        """That a shot goes through; None where it shows a moment, or a training."""
        shot = self.board.shots[place]
        stays = shot.moment is not None or shot.show is Show.TRAINING
        return None if stays else self._strokes[shot.grain, shot.show]

    @cached_property
    def _strokes(self) -> "dict[tuple[Grain, Show], Stroke]":
        own = {(shot.grain, shot.show) for shot in self.board.shots if shot.moment is None}
        return {(grain, show): Stroke(Reel(self.board.score, grain), show) for grain, show in own}

    def is_crowded(self, place: int) -> bool:
        """Whether a shot has not frames enough for every stop of its stroke to be seen."""
        stroke = self._stroke(place)
        return stroke is not None and stroke.count > self._counts[place]

    def steps_of(self, place: int) -> int:
        """How many steps a shot has, which is known sooner than they are."""
        shot, stroke = self.board.shots[place], self._stroke(place)
        own = 1 if stroke is None else stroke.count
        return max(len(self.milestones(place)), own, len(shot.cues))

    def _glide(self, place: int, within: int) -> float:
        """Smoothly at both ends; in a short shot sooner, so that the next one begins where it came to."""
        before = self.board.shots[place - 1].camera if place else self.board.shots[place].camera
        if before == self.board.shots[place].camera:
            return 1.0
        ways = min(GLIDE * self.board.picture.fps, self._counts[place] - 1)
        passed = min(1.0, within / ways) if ways else 1.0
        return passed * passed * (3 - 2 * passed)

    def milestones(self, place: int) -> list[int]:
        """The frames of a training that are its steps, evenly from its first to its last; each shows another update."""
        if self.board.shots[place].show is not Show.TRAINING:
            return []
        begin, last = self.begins(place), self._watched(place) - 1
        ways = max(1, min(TRAINING_STEPS - 1, last))
        frames = [begin + round(way / ways * last) for way in range(ways + 1)]
        return list({self[frame].take: frame for frame in frames}.values())

    def _watched(self, place: int) -> int:
        """In how many of its frames a training comes to its end."""
        return self._counts[place]

    @cached_property
    def stops(self) -> tuple[tuple[BoardFrame, int], ...]:
        """One frame at each stop of a shot's grain, and its shot: what slides and pages go through."""
        shots = enumerate(self.board.shots)
        return tuple((frame, place) for place, shot in shots for frame in self._captioned(place, shot))

    def _captioned(self, place: int, shot: Shot) -> list[BoardFrame]:
        return _captioned(self._steps(place, shot), len(shot.cues))

    @cached_property
    def arrivals(self) -> tuple[tuple[float, BoardFrame], ...]:
        """Each stop of a stroke at the moment that it is reached, which may lie between two frames, or before the
        first: its place among them, and what is seen there."""
        return tuple(arrival for place in range(len(self.board.shots)) for arrival in self._arrivals(place))

    @property
    def opening(self) -> tuple[tuple[float, BoardFrame], ...]:
        """The same of the beginning, where the first shot is a stroke."""
        stroke = self._stroke(0)
        return () if stroke is None else ((-1.0, replace(self[0], cursor=stroke.at(0.0))),)

    def _arrivals(self, place: int) -> Iterator[tuple[float, BoardFrame]]:
        count, stroke = self._counts[place], self._stroke(place)
        if stroke is None:
            return
        for share, cursor in zip(stroke.arrivals, stroke.stops, strict=True):
            at = share * count - 1  # frame n shows what has come when n + 1 of them have passed
            yield self.begins(place) + at, replace(self[self.begins(place) + int(max(at, 0))], cursor=cursor)

    def _steps(self, place: int, shot: Shot) -> list[BoardFrame]:
        if shot.show is Show.TRAINING:
            return [BoardFrame(self[index].take, None, place) for index in self.milestones(place)]
        at, stroke = self._place(Instant(shot.at, True)), self._stroke(place)
        return [BoardFrame(at, cursor, place) for cursor in ([shot.moment] if stroke is None else stroke.stops)]


@dataclass(frozen=True)
class PlayedFrames(Frames):
    """Those of shots that were taken beforehand, for which nothing has to be trained any more."""

    @cached_property
    def instants(self) -> tuple[Instant, ...]:
        """None."""
        return ()

    @cached_property
    def takes(self) -> tuple[Taken, ...]:
        """All that is seen, each once."""
        return tuple(self._places)

    @cached_property
    def _places(self) -> dict[Taken, int]:
        every = dict.fromkeys(take for place in range(len(self.board.shots)) for take in self._played(place).takes)
        return {take: place for place, take in enumerate(every)}

    def _played(self, place: int) -> Played:
        found = self.board.shots[place].played
        assert found is not None
        return found

    def update(self, frame: BoardFrame) -> int:
        """The update that a frame shows."""
        return self.takes[frame.take].snapshot.update

    def _stroke(self, place: int) -> "Stroke | None":
        return self._played_strokes[place]

    @cached_property
    def _played_strokes(self) -> "tuple[Stroke | None, ...]":
        reels = [(self._played(place).reel, shot.show) for place, shot in enumerate(self.board.shots)]
        return tuple(None if reel is None else Stroke(reel, show) for reel, show in reels)

    def _shown(self, place: int, within: int, count: int) -> tuple[int, Cursor | None]:
        played, stroke = self._played(place), self._stroke(place)
        last = len(played.takes) - 1
        if stroke is not None:
            return self._places[played.takes[last]], stroke.at((within + 1) / count)
        ways = self._watched(place) - 1
        return self._places[played.takes[round(min(within / ways, 1.0) * last) if ways > 0 else last]], played.cursor

    def _watched(self, place: int) -> int:
        """As many as its first line is read in: the others tell how it ends."""
        shot, count = self.board.shots[place], self._counts[place]
        if shot.show is not Show.TRAINING or not shot.cues:
            return count
        share = shot.cues[0].end / shot.seconds if len(shot.cues) > 1 else WATCHED
        return max(1, round(share * count))

    def steps_of(self, place: int) -> int:
        """As those of shots of a session, but that a training is at its end for all lines but the first."""
        lines = len(self.board.shots[place].cues)
        own = len(self.milestones(place))
        return own + max(lines - 1, 0) if own else super().steps_of(place)

    def _captioned(self, place: int, shot: Shot) -> list[BoardFrame]:
        stops = self._steps(place, shot)
        if shot.show is not Show.TRAINING or not shot.cues:
            return _captioned(stops, len(shot.cues))
        others = [replace(stops[-1], line=line) for line in range(1, len(shot.cues))]
        return [*(replace(stop, line=0) for stop in stops), *others]

    def _steps(self, place: int, shot: Shot) -> list[BoardFrame]:
        if shot.show is Show.TRAINING:
            return super()._steps(place, shot)
        played, stroke = self._played(place), self._stroke(place)
        cursors = [played.cursor] if stroke is None else stroke.stops
        return [BoardFrame(self._places[played.takes[-1]], cursor, place) for cursor in cursors]


def _captioned(stops: list[BoardFrame], lines: int) -> list[BoardFrame]:
    """With the lines of the caption, in order; the last stop comes again as long as lines are left."""
    if lines <= len(stops):
        return [replace(stop, line=at * lines // len(stops) if lines else -1) for at, stop in enumerate(stops)]
    more = [stops[-1]] * (lines - len(stops))
    return [replace(stop, line=line) for line, stop in enumerate([*stops, *more])]


@dataclass(frozen=True)
class Stroke:
    """The film of a stroke, or of the whole update: the same clock as that of the update, cut at the loss."""

    reel: Reel
    show: Show

    @cached_property
    def _spans(self) -> tuple[float, float]:
        """Where it begins and ends, as shares of the update's film."""
        times = [span.moving + span.rest for span in self.reel.spans]
        phases = [part.step.phase for part in self.reel.score.parts]
        forward = sum(time for time, phase in zip(times, phases, strict=True) if phase in FORWARD_PHASES)
        turn = forward / sum(times)
        return {Show.FORWARD: (0.0, turn), Show.BACKWARD: (turn, 1.0)}.get(self.show, (0.0, 1.0))

    @property
    def seconds(self) -> float:
        """How long it takes at the usual speed."""
        begin, end = self._spans
        return self.reel.seconds * (end - begin)

    def at(self, share: float) -> Cursor:
        """Where reading stands when `share` of its time has passed."""
        begin, end = self._spans
        inside = 1e-9 if self.show is Show.FORWARD else 0.0  # its end is not yet the other stroke's beginning
        return self.reel.at(begin + share * (end - begin) - inside)

    @cached_property
    def _own(self) -> list[tuple[float, Cursor]]:
        """Each of its stops, with the share of the update's film that has passed then."""
        score, grain = self.reel.score, self.reel.grain
        every = [(index, number) for index in range(len(score.parts)) for number in range(score.stops_in(index, grain))]
        return [
            (share, score.between(index, number, 1.0, grain))
            for share, (index, number) in zip(self.reel.arrivals, every, strict=True)
            if self._has(index)
        ]

    def _has(self, part: int) -> bool:
        """Whether it comes to that part of the update."""
        forward = self.reel.score.parts[part].step.phase in FORWARD_PHASES
        return self.show is Show.UPDATE or forward == (self.show is Show.FORWARD)

    @cached_property
    def count(self) -> int:
        """How many stops it has."""
        score, grain = self.reel.score, self.reel.grain
        return sum(score.stops_in(part, grain) for part in range(len(score.parts)) if self._has(part))

    @property
    def stops(self) -> list[Cursor]:
        """Each of its stops."""
        return [cursor for _, cursor in self._own]

    @property
    def arrivals(self) -> list[float]:
        """When each of them is reached, as a share (0 to 1) of its time."""
        begin, end = self._spans
        return [(share - begin) / (end - begin) for share, _ in self._own]


def usual_seconds(show: Show, score: Score, grain: Grain) -> float:
    """How long a shot takes unless it says so."""
    if show is Show.MOMENT:
        return MOMENT_SECONDS
    return TRAINING_SECONDS if show is Show.TRAINING else round(Stroke(Reel(score, grain), show).seconds, 3)


def every(shot: Shot, count: int) -> int:
    """A training shows every so many-th update: as few are left out as make it last `count` frames."""
    return max(1, -(-(shot.until - shot.at) // max(count - 1, 1)))


def training_update(shot: Shot, frame: int, count: int) -> int:
    """The update that a frame of a training shows: the first one in the first frame, the last one in the last."""
    if frame == count - 1:
        return shot.until
    step = every(shot, count)
    ways = -(-(shot.until - shot.at) // step)
    return min(shot.at + round(frame / (count - 1) * ways) * step, shot.until)


def training_updates(shot: Shot, count: int) -> set[int]:
    """All that a training of `count` frames shows."""
    return {training_update(shot, frame, count) for frame in range(count)}


def _line(shot: Shot, share: float) -> int:
    passed = share * shot.seconds
    return bisect_right([cue.begin for cue in shot.cues], passed) - 1


def frames_of(board: Storyboard) -> Frames:
    """The frames of a storyboard."""
    return PlayedFrames(board) if board.is_played else Frames(board)
