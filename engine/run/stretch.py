"""Stretches of a run with their checkpoints, and the way from these to any state on a line of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from twostroke.engine.compute.kernels.plan import State
from twostroke.engine.run.packing import Form, pack

S = TypeVar("S")
"""A setting: what an update depends on besides the state. The history compares settings and hands them back."""

Run = Callable[[S, State, int], None]
"""Does so many updates on a state in place, under a setting."""


def update_of(state: State) -> int:
    """Updates done when the run was in `state`."""
    return int(state.clock[0])


@dataclass(eq=False)
class Stretch(Generic[S]):
    """Training under one setting. It begins where `parent` was left; `own` where its first state is not that one."""

    setting: S
    begin: int
    parent: Stretch[S] | None
    own: bool
    updates: list[int] = field(default_factory=list)  # of the checkpoints, rising
    states: list[bytes] = field(default_factory=list)  # packed
    form: Form | None = None  # of these
    each: int = 0  # bytes of a checkpoint: under one setting all are of one size, and thousands are slow to ask

    def unpacked(self, place: int) -> State:
        """A copy of the checkpoint at that place."""
        assert self.form is not None
        return self.form.unpack(self.states[place])

    def copy(self) -> Stretch[S]:
        """The same with lists of its own; the checkpoints themselves never change."""
        return replace(self, updates=list(self.updates), states=list(self.states))

    def put(self, state: State) -> bool:
        """Keep a checkpoint in its place, where there is none of that update. Whether there was none."""
        update = update_of(state)
        place = bisect_left(self.updates, update)
        if self.updates[place : place + 1] == [update]:
            return False
        self.form = self.form or Form.of(state)
        self.updates.insert(place, update)
        self.states.insert(place, pack(state))
        return True


@dataclass(frozen=True, eq=False)
class Line(Generic[S]):
    """A line of the history from the update `past`, the first that can be reached, to `end`; nobody else has it."""

    past: int
    end: int
    path: tuple[Stretch[S], ...]

    def at(self, update: int, run: Run[S]) -> State:
        """The state at `update`, which is kept for those that follow. ValueError where it can not be reached."""
        path = up_to(self.path, update)
        state = state_at(path, update, run)
        path[-1].put(state)
        return state

    def kept(self) -> list[int]:
        """The updates of all checkpoints on it, rising."""
        ends = [*(stretch.begin for stretch in self.path[1:]), self.end]
        pairs = zip(self.path, ends, strict=True)
        return sorted({update for stretch, end in pairs for update in stretch.updates if self.past <= update <= end})


def up_to(path: Sequence[Stretch[S]], update: int) -> Sequence[Stretch[S]]:
    """The stretches of a line up to the one in force at `update`."""
    return path[: max(1, bisect_right([stretch.begin for stretch in path], update))]


def state_at(path: Sequence[Stretch[S]], update: int, run: Run[S]) -> State:
    """The state at `update`, at the end of `path`: from the nearest checkpoint before it, and on by `run`."""
    place, state = _nearest(path, update)
    for stretch, end in zip(path[place:], [*(s.begin for s in path[place + 1 :]), update], strict=True):
        run(stretch.setting, state, end - update_of(state))
    return state


def _nearest(path: Sequence[Stretch[S]], update: int) -> tuple[int, State]:
    """The nearest checkpoint at or before `update`, the end of `path`: its stretch's place, and a copy of it."""
    limit = update
    for place in range(len(path) - 1, -1, -1):
        stretch = path[place]
        found = bisect_right(stretch.updates, limit)
        if found:
            return place, stretch.unpacked(found - 1)
        limit = min(limit, stretch.begin)
    raise ValueError(f"update {update:,} can no longer be reached")
