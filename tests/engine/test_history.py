"""The history: what it keeps, and that any update comes back exactly; judged by a plain list of all states.

The run here is a toy whose updates can be done a million at a time: each adds setting * update to a number, so that the
number tells which updates were done under which setting.
"""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.cases import cases
from twostroke.engine.compute.kernels.plan import State
from twostroke.engine.run.history import LIMIT_BYTES, NEAR, History, same_state, thin
from twostroke.engine.run.packing import state_bytes
from twostroke.engine.run.stretch import Stretch, update_of


def toy_state(number: int = 0, update: int = 0, room: int = 1) -> State:
    """A state that holds one number, and `room` in all."""
    parts: dict[str, Any] = {name: np.zeros(0) for name in State._fields}
    parts["theta"] = np.full(room, number, dtype=np.int64)
    parts["clock"] = np.array([update, 0, 0, 0], dtype=np.int64)
    return State(**parts)


def toy_run(setting: int, state: State, updates: int) -> None:
    """Add setting * u for each update u that is done."""
    assert updates >= 0
    begin = update_of(state)
    state.theta[:] += setting * sum_of(begin, begin + updates)
    state.clock[0] += updates


def sum_of(begin: int, end: int) -> int:
    """begin + (begin + 1) + ... + (end - 1)."""
    return (end * (end - 1) - begin * (begin - 1)) // 2


ONE = state_bytes(toy_state())


class Walk:
    """A run that goes to and fro through a history, as the trainer does; beside it all states in plain lists."""

    def __init__(self, limit: int = LIMIT_BYTES, spacing: int = 3) -> None:
        self.setting, self.state = 1, toy_state()
        self.touched = False
        self.history = History(toy_run, self.setting, self.state, spacing, limit)
        self.lines = {0: [(1, 0)]}  # branch -> for each update: the setting from there on, and the number

    @property
    def here(self) -> tuple[int, int, int]:
        """Update, setting, number."""
        return update_of(self.state), self.setting, int(self.state.theta[0])

    def depart(self) -> None:
        update, setting, number = self.here
        line = self.lines[self.history.branch.id]
        self.setting = self.history.depart(self.setting, self.state, ("A change",), self.touched)
        self.touched = False
        if (setting, number) == line[update]:
            return
        if update + 1 < len(line):
            self.lines[self.history.branch.id] = line = line[: update + 1]
        line[update] = (setting, number)

    def train(self, updates: int, chunk: int) -> None:
        self.depart()
        line, history = self.lines[self.history.branch.id], self.history
        while updates:
            change = history.next_change(update_of(self.state))
            part = min(updates, chunk, updates if change is None else change - update_of(self.state))
            history.note(self.state)
            self.lengthen(line, part)
            toy_run(self.setting, self.state, part)
            history.reached(update_of(self.state))
            updates -= part
            if update_of(self.state) == change:
                self.setting, self.state = history.cross(self.state)
            self.prune()

    def lengthen(self, line: list[tuple[int, int]], updates: int) -> None:
        update, setting, number = self.here
        for u in range(update, update + updates):
            number += setting * u
            if u + 1 == len(line):
                line.append((setting, number))

    def prune(self) -> None:
        """Where memory is short, other branches may vanish."""
        known = {view.id for view in self.history.branches()}
        self.lines = {id: line for id, line in self.lines.items() if id in known}

    def change(self, setting: int, touch: int) -> None:
        self.setting = setting
        self.state.theta[:] += touch
        self.touched = self.touched or touch != 0

    def seek(self, share: float) -> None:
        self.depart()
        self.prune()
        first, last = self.history.past, self.history.branch.end
        self.setting, self.state = self.history.at(first + round(share * (last - first)))

    def switch(self, number: int) -> None:
        self.depart()
        self.prune()
        views = self.history.branches()
        self.history.switch(views[number % len(views)].id)
        self.setting, self.state = self.history.at(self.history.branch.end)

    def drop(self, number: int) -> None:
        others = [view for view in self.history.branches() if not view.current]
        if others:
            self.history.drop(others[number % len(others)].id)
            self.prune()

    def check(self) -> None:
        """The run is where its line says, and so is all that can be reached."""
        history, line = self.history, self.lines[self.history.branch.id]
        assert history.branch.end == len(line) - 1
        if not self.touched:
            update, setting, number = self.here
            assert number == line[update][1]
        for update in {history.past, (history.past + history.branch.end) // 2, history.branch.end}:
            setting, state = history.at(update)
            assert (update_of(state), setting, int(state.theta[0])) == (update, *line[update])


numbers, shares = st.integers(0, 5), st.floats(0, 1)
STEPS = st.one_of(
    st.tuples(st.just("train"), st.integers(1, 60), st.integers(1, 20)),
    st.tuples(st.just("change"), st.integers(1, 3), st.sampled_from([0, 0, 1000])),
    st.tuples(st.just("seek"), shares),
    st.tuples(st.just("switch"), numbers),
    st.tuples(st.just("drop"), numbers),
)


@cases(400)
@example(
    steps=[("train", 1, 1), ("change", 2, 7), ("seek", 1), ("change", 1, 0), ("seek", 0), ("train", 1, 1)], states=2
)
@example(steps=[("train", 9, 9), ("change", 2, 7), ("train", 9, 9), ("seek", 0.2), ("train", 14, 2)], states=1_000)
@example(steps=[("train", 50, 1), ("seek", 0.5), ("change", 2, 0), ("train", 40, 1)], states=4)
@given(steps=st.lists(STEPS, min_size=5, max_size=40), states=st.sampled_from([1, 2, 3, 4, 5, 8, 1_000]))
def test_whatever_is_done_any_update_comes_back(steps: list[tuple[Any, ...]], states: int) -> None:
    """Training, changes, going back, branches: as the plain lists say, and within the memory given."""
    walk = Walk(limit=states * ONE)
    for name, *arguments in steps:
        getattr(walk, name)(*arguments)
        walk.check()
        assert walk.history.nbytes <= states * ONE
        held = {id(s) for b in walk.history._branches for t in b.path() for s in t.states}
        assert walk.history.nbytes == len(held) * ONE


def test_the_same_settings_continue_the_line() -> None:
    """Back and on again, also over a change of the setting: no branch, and the change happens again."""
    walk = Walk()
    walk.train(10, 4)
    walk.change(2, 0)
    walk.train(10, 4)
    end = walk.here
    walk.seek(0.2)
    assert walk.here == (4, 1, sum_of(0, 4))
    walk.train(16, 3)
    assert walk.here == end
    walk.train(5, 5)
    assert [(view.id, view.start, view.end) for view in walk.history.branches()] == [(0, 0, 25)]


def test_a_change_and_back_is_no_change() -> None:
    """Settings are compared where the run goes on, so that undoing a change leaves no branch behind."""
    walk = Walk()
    walk.train(10, 4)
    walk.seek(0.5)
    walk.change(7, 50)
    walk.change(1, -50)
    walk.train(3, 1)
    assert len(walk.history.branches()) == 1


def test_a_change_in_the_past_begins_a_branch() -> None:
    """With a label; the old future stays, can be returned to and be dropped."""
    walk = Walk()
    walk.train(2_000, 100)
    old = walk.here
    walk.seek(0.6)
    walk.setting = 5
    walk.depart()
    walk.train(100, 10)
    first, second = walk.history.branches()
    assert (second.label, second.start, second.end) == ("From update 1,200: a change", 1_200, 1_300)
    assert (first.label, first.end, first.current, second.current) == ("First run", 2_000, False, True)
    with pytest.raises(ValueError, match="switch to another branch first"):
        walk.history.drop(second.id)
    walk.switch(0)
    assert walk.here == old
    walk.drop(1)
    assert [view.id for view in walk.history.branches()] == [0]
    with pytest.raises(ValueError, match=r"there is no branch 1; expected one of 0"):
        walk.history.switch(1)


def test_dropping_a_branch_frees_what_only_it_needed() -> None:
    """Also the part of a shared stretch beyond the fork."""
    walk = Walk(spacing=1)
    walk.train(100, 1)
    walk.seek(0.1)
    walk.change(2, 0)
    walk.train(1, 1)
    before = walk.history.nbytes
    walk.drop(0)
    assert walk.history.nbytes < before - 80 * ONE
    walk.check()


@pytest.mark.parametrize("states", [4, 12, 40])
@pytest.mark.parametrize("fork", [0.5, 0.9, 0.98])
def test_every_update_of_two_branches(states: int, fork: float) -> None:
    """Whatever was thinned: neither branch takes a checkpoint of the other for its own."""
    walk = Walk(limit=states * ONE)
    walk.train(300, 1)
    walk.seek(fork)
    walk.change(2, 0)
    walk.train(300, 1)
    for number in (0, 1):
        walk.switch(number)
        line = walk.lines[walk.history.branch.id]
        for update in range(walk.history.past, len(line)):
            setting, state = walk.history.at(update)
            assert (setting, int(state.theta[0])) == line[update]


def test_a_branch_for_which_there_is_no_room() -> None:
    """It vanishes from the list when its last checkpoint had to go; the line that is gone on with never does."""
    walk = Walk(limit=ONE)
    walk.train(100, 10)
    walk.seek(0.5)
    walk.change(2, 0)
    walk.train(100, 10)
    assert [view.id for view in walk.history.branches()] == [1]
    walk.check()


def test_updates_beyond_the_line_are_refused() -> None:
    """A sentence with the range."""
    walk = Walk()
    walk.train(2_000, 100)
    for update in (-1, 2_001):
        with pytest.raises(ValueError, match=r"is not in the history; expected 0 to 2,000$"):
            walk.history.at(update)


def test_what_comes_back_can_be_changed() -> None:
    """It is a copy: training on from it leaves the checkpoints alone."""
    walk = Walk()
    walk.train(10, 5)
    walk.history.at(5)[1].theta[:] = -1
    assert int(walk.history.at(5)[1].theta[0]) == sum_of(0, 5)


# --- Which checkpoints stay ------------------------------------------------------------------------------------------


@given(
    gaps=st.lists(st.integers(1, 1000), max_size=60),
    growth=st.floats(0, 4),
    pinned=st.sets(st.integers(0, 60)),
)
def test_thin(gaps: list[int], growth: float, pinned: set[int]) -> None:
    """First, newest and pinned stay; each gap was there before, or is within `growth` of the way back."""
    updates = np.cumsum([0, *gaps]).tolist()
    kept = thin(updates, growth, pinned.__contains__)
    assert kept == sorted(set(kept))
    assert {0, len(updates) - 1} | {place for place in pinned if place < len(updates)} <= set(kept)
    for one, two in itertools.pairwise(kept):
        a, b = updates[one], updates[two]
        assert two == one + 1 or b - a <= growth * (updates[-1] - b + 1)


@pytest.mark.parametrize("chunk", [1, 7, 500])
@pytest.mark.parametrize("states", [10, 100, 300])
def test_the_way_back_grows_slowly(states: int, chunk: int) -> None:
    """With room for n states and a run of N chunks, going back d updates replays at most F * d, N^(4/n) = 1 + F."""
    history = History(toy_run, 1, toy_state(), 50, states * ONE)
    state = toy_state()
    for turn in range(1, 4001):
        history.note(state)
        toy_run(1, state, chunk)
        history.reached(update_of(state))
        assert history.nbytes <= states * ONE
        if turn % 100 == 0:
            updates = history.branch.leaf.updates
            assert updates[0] == 0
            assert updates[-1] == update_of(state) - chunk
            factor = max(turn ** (4 / states) - 1, 0.5)
            worst = max((b - a) / (updates[-1] - b + 50 + 2 * chunk) for a, b in itertools.pairwise(updates))
            assert worst <= factor


def test_checkpoints_lie_apart_though_memory_is_plenty() -> None:
    """The latest ones stand as they were noted, those before at most `spacing` apart: a slow pace fills no memory."""
    history, state = History(toy_run, 1, toy_state(), 100), toy_state()
    for _ in range(5_000):
        history.note(state)
        toy_run(1, state, 1)
        history.reached(update_of(state))
    gaps = np.diff(history.branch.leaf.updates)
    assert len(gaps) < NEAR + 2 * 5_000 / 100
    assert gaps.max() <= 100
    assert (gaps[-NEAR + 2 :] == 1).all()


def test_checkpoints_are_few_enough_to_choose_among(monkeypatch: pytest.MonkeyPatch) -> None:
    """However small they are: choosing holds the window up. Going back is still a short way."""
    monkeypatch.setattr("twostroke.engine.run.history.MOST_CHECKPOINTS", 1_000)
    history, state = History(toy_run, 1, toy_state(), 1), toy_state()
    for _ in range(8_000):
        history.note(state)
        toy_run(1, state, 1)
        history.reached(update_of(state))
        assert len(history.branch.leaf.updates) <= 1_000
    updates = np.array(history.branch.leaf.updates)
    assert len(updates) > 2 * NEAR
    assert (np.diff(updates) <= np.maximum(1, 0.02 * (8_000 - updates[1:]))).all()


def test_a_state_larger_than_the_limit() -> None:
    """The newest checkpoint stays, so that there is a way back at all."""
    state = toy_state(room=1_000)
    history = History(toy_run, 1, state, 10, 100)
    for _ in range(20):
        history.note(state)
        toy_run(1, state, 10)
        history.reached(update_of(state))
    assert history.nbytes == state_bytes(state)
    assert (history.past, history.branch.end) == (190, 200)
    assert int(history.at(195)[1].theta[0]) == sum_of(0, 195)


def test_same_state_is_about_bits() -> None:
    """NaN is itself, and 0 is not -0."""
    zero, minus, nan = (toy_state()._replace(theta=np.array([v])) for v in (0.0, -0.0, np.nan))
    assert same_state(nan, toy_state()._replace(theta=np.array([np.nan])))
    assert not same_state(zero, minus)
    assert not same_state(zero, zero._replace(theta=np.zeros(1, dtype=np.float32)))
    assert not same_state(zero, zero._replace(theta=np.zeros(2)))


def test_a_stretch_begins_without_checkpoints() -> None:
    """They are its own, not those of another."""
    one, two = (Stretch(1, 0, None, own=True) for _ in range(2))
    assert one.updates is not two.updates
