"""Any past update again, bit for bit: checkpoints within a bound of memory, and replay from them by the very kernel.

A run is a tree. A *stretch* is training under one setting; a change of a setting begins a new one. A *branch* is a
line of stretches from the first update to its end. Going back and on with other settings begins a new branch; the old
future stays until it is dropped. Where a checkpoint lies depends on how fast the machine was; what a replay gives does
not, because an update depends on state and setting alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple

from twostroke.engine.border.snapshot import BranchCurves, BranchView
from twostroke.engine.compute.kernels.plan import State
from twostroke.engine.compute.record import copy_state
from twostroke.engine.health.log import HealthLog
from twostroke.engine.run.curves import CurveLog, Subject
from twostroke.engine.run.packing import state_bytes
from twostroke.engine.run.stretch import Line, S, Stretch, state_at, up_to, update_of

LIMIT_BYTES, MOST_CHECKPOINTS = 64 * 2**20, 4_000
"""Memory that checkpoints may take, and how many there may be. With so many, the way back to an update costs a replay
of less than a hundredth of it; to choose among more would hold the window up for longer than a frame."""

WORK_APART = 4_000_000
"""Parameters times samples that one replay from checkpoint to checkpoint goes through: some 10 ms."""

UPDATES_APART = (64, 2_000)
"""Bounds of the updates between two checkpoints: to copy the state must cost nothing beside them."""

ROOM_AFTER = 0.75
"""Share of the limit that is left in use when checkpoints had to be thinned, so that it happens now and then only."""

NEAR = 200
"""Of the latest checkpoints of a stretch all are kept, however close they lie, so that a step back costs nothing."""

FIRST_LABEL = "First run"

NAMED = 3
"""Changes that the name of a branch tells one by one, at most."""

MOST_CHANGES, MOST_BRANCHES = 1_000, 200
"""Changes of the setting that a line remembers, and branches: each keeps a session or figures, some kilobytes that no
array's size tells."""

MOST_BESIDE = 6
"""Other branches whose curves are shown, the latest ones: more could not be told apart."""

FINEST, COARSEST = 2.0**-12, 2.0**30
"""Between which `thin`'s growth is looked for."""


def same_state(one: State, other: State) -> bool:
    """Whether two states are the same bit for bit."""
    pairs = zip(one, other, strict=True)
    return all(a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in pairs)


def thin(updates: Sequence[int], growth: float, pinned: Callable[[int], bool]) -> list[int]:
    """Which checkpoints to keep of those at `updates`, in rising order; returns their places.

    The first, the newest and the pinned ones stay. Between two neighbours a < b that stay, either nothing was dropped,
    or b - a <= growth * (newest - b + 1): a replay costs at most `growth` times the way back.
    """
    newest = updates[-1]
    kept = [len(updates) - 1]
    for place in range(len(updates) - 2, 0, -1):
        above = updates[kept[-1]]
        if pinned(place) or above - updates[place - 1] > growth * (newest - above + 1):
            kept.append(place)
    if len(updates) > 1:
        kept.append(0)
    return kept[::-1]


@dataclass(eq=False)
class Branch(Generic[S]):
    """One line through the tree, from the first update to `end`."""

    id: int
    label: str
    start: int  # where it leaves the line that it came from
    end: int
    leaf: Stretch[S]
    curves: CurveLog  # the figures of all evaluations on this line
    changes: tuple[str, ...] = ()  # all that was changed at `start`
    health: HealthLog = field(default_factory=HealthLog)  # of all examinations on this line

    def path(self) -> list[Stretch[S]]:
        """Its stretches, in the order of their updates."""
        found: list[Stretch[S]] = []
        stretch: Stretch[S] | None = self.leaf
        while stretch is not None:
            found.append(stretch)
            stretch = stretch.parent
        return found[::-1]

    def parts(self) -> Iterator[tuple[Stretch[S], int]]:
        """Its stretches, each with the update at which the line leaves it."""
        path = self.path()
        for stretch, after in itertools.pairwise(path):
            yield stretch, after.begin
        yield self.leaf, self.end


class Point(NamedTuple, Generic[S]):
    """A checkpoint on a line."""

    update: int
    stretch: Stretch[S]
    state: bytes  # packed

    @property
    def pinned(self) -> bool:
        """Whether no replay could give this state."""
        return self.stretch.own and self.update == self.stretch.begin


class History(Generic[S]):
    """The past of one network. `run(setting, state, updates)` does updates on `state` in place.

    `spacing`: updates between two checkpoints that are no longer near. The checkpoints take at most `limit_bytes`, or
    as much as one state where that is more.
    """

    def __init__(
        self,
        run: Callable[[S, State, int], None],
        setting: S,
        state: State,
        spacing: int,
        limit_bytes: int = LIMIT_BYTES,
    ) -> None:
        self._run = run
        self.spacing = spacing
        self._limit = min(limit_bytes, MOST_CHECKPOINTS * state_bytes(state))
        self._serial = 0
        self._growth = FINEST
        update = update_of(state)
        first = Stretch(setting, update, None, own=True)
        self.branch: Branch[S] = Branch(0, FIRST_LABEL, update, update, first, CurveLog())
        self._branches = [self.branch]
        self._beside_key: tuple[object, ...] = ()
        self._others: tuple[BranchCurves, ...] = ()
        self._beside: tuple[BranchCurves, ...] = ()
        self.nbytes = 0
        self._add(first, state)

    # -- what is known -------------------------------------------------------------------------------------------

    @property
    def past(self) -> int:
        """The smallest update of this line that can be reached."""
        earliest = _earliest(self.branch)
        return self.branch.end if earliest is None else earliest

    def branches(self) -> tuple[BranchView, ...]:
        """All branches, in the order in which they began."""
        return tuple(BranchView(b.id, b.label, b.start, b.end, b is self.branch, b.changes) for b in self._branches)

    def beside(self, update: int, measured: Subject) -> tuple[BranchCurves, ...]:
        """The curves of the latest other branches, and of this one beyond `update`; the same object while none changes.

        Other branches stand still: what is kept of them holds until there are others, or other things are `measured`.
        """
        key = (self.branch.id, self._serial, len(self._branches), measured)
        if key != self._beside_key:
            others = [branch for branch in self._branches if branch is not self.branch][-MOST_BESIDE:]
            found = ((branch.id, branch.curves.comparable(branch.end, measured)) for branch in others)
            self._others = tuple(BranchCurves(id, curves) for id, curves in found if curves is not None)
            self._beside_key, self._beside = key, self._others
        ahead = self.branch.curves.curves(self.branch.end, measured) if update < self.branch.end else None
        if ahead is None:
            self._beside = self._others
        elif len(self._beside) == len(self._others) or self._beside[-1].curves is not ahead:
            self._beside = (*self._others, BranchCurves(self.branch.id, ahead))
        return self._beside

    def next_change(self, update: int) -> int | None:
        """The first update after `update` at which the setting of this line changes; None where it does not."""
        return next((s.begin for s in self.branch.path() if s.begin > update), None)

    def changes(self, update: int) -> bool:
        """Whether the setting of this line changes at `update`."""
        return any(stretch.begin == update for stretch in self.branch.path())

    def changed(self, setting: S, update: int) -> int:
        """The update since which this line is trained under `setting`: `update` itself where it is not yet."""
        stretch = self._path_to(update)[-1]
        return stretch.begin if stretch.setting is setting else update

    def follows(self, setting: S, update: int) -> bool:
        """Whether an evaluation at `update` under `setting` tells of this line: so far it has no other future."""
        return update >= self.branch.end or self._path_to(update)[-1].setting is setting

    def at(self, update: int) -> tuple[S, State]:
        """Setting and state at `update` of this line, exactly; at a change, those after it.

        ValueError, as a sentence, where the line does not go there.
        """
        if not self.past <= update <= self.branch.end:
            raise ValueError(f"update {update:,} is not in the history; expected {self.past:,} to {self.branch.end:,}")
        path = self._path_to(update)
        return path[-1].setting, state_at(path, update, self._run)

    def line(self) -> Line[S]:
        """This line as it is now, for another thread: what becomes of the history does not touch it."""
        return Line(self.past, self.branch.end, tuple(stretch.copy() for stretch in self.branch.path()))

    def _path_to(self, update: int) -> Sequence[Stretch[S]]:
        """The stretches of this line up to the one in force at `update`."""
        return up_to(self.branch.path(), update)

    # -- going on ------------------------------------------------------------------------------------------------

    def depart(self, setting: S, state: State, changes: tuple[str, ...], touched: bool) -> S:
        """Take note that the run goes on from `state` under `setting`; returns the setting to go on with.

        The setting and state of the line at that update continue it. Others begin a new stretch: at the end of the
        line as its continuation, before it as a new branch called after `changes`. `touched`: whether the state may be
        another than that of the line.
        """
        update = update_of(state)
        stretch = self._path_to(update)[-1]
        if setting is stretch.setting and not touched:
            return setting
        touched = touched and self._differs(update, state)
        if not touched and setting == stretch.setting:
            return stretch.setting
        child = Stretch(setting, update, _left_at(stretch, update), own=touched)
        if update < self.branch.end:
            self._fork(child, update, changes)
        self.branch.leaf = child
        if touched:
            self._add(child, state)
        self._forget()
        return setting

    def _forget(self) -> None:
        """Give up the past before the later half of very many changes, and the first of very many branches."""
        path = self.branch.path()
        later = path[-(MOST_CHANGES // 2) :]
        entered = next((stretch for stretch in later if stretch.updates), None)
        if len(path) > MOST_CHANGES and entered is not None:
            entered.parent, entered.own = None, True
        elif len(self._branches) > MOST_BRANCHES:
            self._branches.remove(next(other for other in self._branches[1:] if other is not self.branch))
        else:
            return
        self._keep(point for line in self._branches for point in _points(line))

    def _differs(self, update: int, state: State) -> bool:
        if not self.past <= update <= self.branch.end:
            return True
        try:
            return not same_state(self.at(update)[1], state)
        except ValueError:  # the data that lead there have changed; kept as it is, the state needs none of them
            return True

    def _fork(self, leaf: Stretch[S], update: int, changes: tuple[str, ...]) -> None:
        self._serial += 1
        said = f"From update {update:,}: {_told(changes) or 'other data'}"
        curves, health = self.branch.curves.copy(update), self.branch.health.copy(update)
        self.branch = Branch(self._serial, said, update, update, leaf, curves, changes, health)
        self._branches.append(self.branch)

    def note(self, state: State) -> None:
        """Keep a checkpoint of `state`, which lies on this line."""
        self._add(self._path_to(update_of(state))[-1], state)

    def cross(self, state: State) -> tuple[S, State]:
        """Setting and state to go on with where `state` has come to a change of this line."""
        update = update_of(state)
        begun = [stretch for stretch in self._path_to(update) if stretch.begin == update]
        own = [stretch.unpacked(0) for stretch in begun if stretch.own]
        return begun[-1].setting, own[-1] if own else copy_state(state)

    def reached(self, update: int) -> None:
        """The line goes as far as `update` now."""
        self.branch.end = max(self.branch.end, update)

    def switch(self, id: int) -> None:
        """Make another branch the line that is gone on with. ValueError where there is none such."""
        self.branch = self._find(id)

    def graft(self, branch: Branch[S], id: int | None = None) -> None:
        """Have a line of another run as a branch, with a number of its own, or the one it had here before.

        ValueError, as a sentence, where the memory of the history cannot hold it.
        """
        self._serial += id is None
        branch.id = self._serial if id is None else id
        self._branches.append(branch)
        self.nbytes = sum(stretch.each * len(stretch.states) for stretch in self._stretches())
        if self.nbytes > self._limit:
            self._shrink()
        if branch not in self._branches:
            raise ValueError(f"“{branch.label}” has no room in the history; drop another branch first")

    def drop(self, id: int) -> None:
        """Forget a branch, and all checkpoints that no other one needs. ValueError for the one that is gone on with."""
        branch = self._find(id)
        if branch is self.branch:
            raise ValueError(f"“{branch.label}” is what is shown at present; switch to another branch first")
        self._branches.remove(branch)
        self._keep(point for line in self._branches for point in _points(line))

    def _find(self, id: int) -> Branch[S]:
        for branch in self._branches:
            if branch.id == id:
                return branch
        raise ValueError(f"there is no branch {id}; expected one of {', '.join(str(b.id) for b in self._branches)}")

    # -- memory --------------------------------------------------------------------------------------------------

    def _add(self, stretch: Stretch[S], state: State) -> None:
        stretch.each = stretch.each or state_bytes(state)
        if not stretch.put(state):
            return
        self.nbytes += stretch.each
        far = len(stretch.updates) - NEAR
        if far >= 1 and stretch.updates[far + 1] - stretch.updates[far - 1] <= self.spacing:
            self.nbytes -= stretch.each
            del stretch.updates[far], stretch.states[far]
        if self.nbytes > self._limit:
            self._shrink()

    def _shrink(self) -> None:
        """Keep fewer checkpoints, with as little growth as the limit allows; then as few as it takes."""
        lines = [line for line in map(_Line.of, self._branches) if line.points]
        room = ROOM_AFTER * self._limit
        growth = max(FINEST, self._growth / 2)
        kept = _thinned(lines, growth)
        while _bytes(kept) > room and growth < COARSEST:
            growth *= 2
            kept = _thinned(lines, growth)
        self._growth = growth
        if _bytes(kept) > self._limit:
            kept = self._fewest(kept)
        self._keep(kept)

    def _fewest(self, points: list[Point[S]]) -> list[Point[S]]:
        """As many of these as the limit allows; the newest of this line at least. The past is given up from afar."""
        newest = _points(self.branch)[-1]
        others = [point for point in points if point.state is not newest.state]
        kept = [newest]
        room = self._limit - newest.stretch.each
        for point in sorted(others, key=lambda point: point.update, reverse=True):
            room -= point.stretch.each
            if room < 0:
                break
            kept.append(point)
        return kept

    def _keep(self, points: Iterable[Point[S]]) -> None:
        """Drop all checkpoints but these, and branches that can no longer be reached."""
        kept = {id(point.state) for point in points}
        for stretch in self._stretches():
            pairs = [(u, s) for u, s in zip(stretch.updates, stretch.states, strict=True) if id(s) in kept]
            stretch.updates, stretch.states = [u for u, _ in pairs], [s for _, s in pairs]
        self._branches = [b for b in self._branches if b is self.branch or _earliest(b) is not None]
        self.nbytes = sum(stretch.each * len(stretch.states) for stretch in self._stretches())

    def _stretches(self) -> list[Stretch[S]]:
        """The stretches of all branches, each once."""
        return list({id(stretch): stretch for branch in self._branches for stretch in branch.path()}.values())


class _Line(NamedTuple, Generic[S]):
    """The checkpoints on a line, as `thin` asks of them again and again."""

    points: list[Point[S]]
    updates: list[int]
    pinned: set[int]  # places

    @classmethod
    def of(cls, branch: Branch[S]) -> _Line[S]:
        points = _points(branch)
        updates = [point.update for point in points]
        pinned = {place for place, point in enumerate(points) if point.pinned}
        return cls(points, updates, pinned)


def _points(branch: Branch[S]) -> list[Point[S]]:
    """The checkpoints on a line, in rising order."""
    return [
        Point(update, stretch, state)
        for stretch, end in branch.parts()
        for update, state in zip(stretch.updates, stretch.states, strict=True)
        if update <= end
    ]


def _thinned(lines: list[_Line[S]], growth: float) -> list[Point[S]]:
    """What stays of all lines, each once."""
    kept: dict[int, Point[S]] = {}
    for points, updates, pinned in lines:
        chosen = [points[place] for place in thin(updates, growth, pinned.__contains__)]
        kept |= {id(point.state): point for point in chosen}
    return list(kept.values())


def _bytes(points: list[Point[S]]) -> int:
    return sum(point.stretch.each for point in points)


def _starts(stretch: Stretch[S]) -> bool:
    """Whether the stretch can be entered: by replay, or by the checkpoint at its beginning."""
    return not stretch.own or (bool(stretch.updates) and stretch.updates[0] == stretch.begin)


def _left_at(stretch: Stretch[S], update: int) -> Stretch[S]:
    """The stretch that a new one continues where `stretch` is left: itself, if any update was done in it until then."""
    while stretch.begin == update and not stretch.own and stretch.parent is not None:
        stretch = stretch.parent
    return stretch


def _earliest(branch: Branch[S]) -> int | None:
    """The first update from which replay leads to the end of the line; None where there is none."""
    earliest = None
    for stretch, end in reversed(list(branch.parts())):
        if stretch.updates and stretch.updates[0] <= end:
            earliest = stretch.updates[0]
        if not _starts(stretch):
            break
    return earliest


def updates_apart(parameters: int, batch_size: int) -> int:
    """How many updates there are from one checkpoint to the next."""
    least, most = UPDATES_APART
    return max(least, min(most, WORK_APART // (parameters * batch_size)))


def _told(changes: tuple[str, ...]) -> str:
    """The changes as the end of a sentence: three of them at most by their names."""
    named = [f"{change[:1].lower()}{change[1:]}" for change in changes]
    if len(named) > NAMED:
        named = [*named[: NAMED - 1], f"{len(named) - NAMED + 1} other changes"]
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
