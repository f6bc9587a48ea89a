"""A training session without a thread: commands in, exact state out. Single-threaded, deterministic, no clock."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from twostroke.engine import commands as c
from twostroke.engine import failures, optimizers
from twostroke.engine.data import Dataset, load
from twostroke.engine.kernels import train
from twostroke.engine.kernels.plan import State
from twostroke.engine.network import Network
from twostroke.engine.probes import Evaluator
from twostroke.engine.record import copy_state, record_update
from twostroke.engine.snapshot import Evaluation, Failure, Snapshot, Status
from twostroke.engine.snapshots import CurveLog, build_snapshot, data_view
from twostroke.engine.spec import Session, ViewSpec
from twostroke.engine.tape import Tape

STROKES_KEPT = 200
"""Updates of the stroke mode that can be taken back."""

UNDO_BYTES = 256 * 2**20
"""Memory that weights kept for undo may take."""


@dataclass(frozen=True, eq=False)
class Memento:
    """A session as undo keeps it, with the state in which it was left.

    Where the change kept the weights (`kept`), undoing it keeps the weights as they have become since, and only what
    the change had dropped comes back from `state`; otherwise all of `state` does.
    """

    label: str
    session: Session
    state: State
    curves: CurveLog
    kept: bool


class Trainer:
    """One session in training. ValueError where parameters given do not fit the session."""

    def __init__(self, session: Session, parameters: Mapping[str, Any] | None = None) -> None:
        self.generation = 0
        self.serial = 0
        self.undo_stack: list[Memento] = []
        self.redo_stack: list[Memento] = []
        self.notice: str | None = None
        self.pace: float | None = None  # kept for whoever has a clock
        self.kernels_ready = True  # a runner that compiles beside the window says False until it is done
        self._open(c.Open(session, parameters))
        self.generation = 0

    # -- state ---------------------------------------------------------------------------------------------------

    @property
    def update(self) -> int:
        """Updates done since the weights were drawn."""
        return int(self.state.clock[0])

    @property
    def epoch(self) -> float:
        """Epochs done, with the part of the one under way."""
        return float(self.state.clock[1] + self.state.clock[2] / self.feed.x.shape[0])

    def _install(self, session: Session, dataset: Dataset, network: Network, state: State) -> None:
        self.session, self.dataset, self.network = session, dataset, network
        self.rule = optimizers.rule(session)
        self.data_view = data_view(dataset)
        self.evaluator = Evaluator(network, dataset)
        self.feed = self.evaluator.train
        self.state = state
        self.network.theta = state.theta
        self.buffers = network.buffers(min(session.training.batch_size, self.feed.x.shape[0]))
        self.tape: Tape | None = None
        self.failure: Failure | None = None
        self.evaluation: Evaluation | None = None
        self._past: deque[State] = deque(maxlen=STROKES_KEPT)

    def _open(self, command: c.Open) -> None:
        dataset = _load(command.session)
        network = Network(command.session)
        if command.parameters is not None:
            network.set_parameters(command.parameters)
        self._install(_with_valid_sample(command.session, dataset), dataset, network, fresh_state(network))
        self.opened = self.session
        self.curves = CurveLog()
        self.status = Status.PAUSED
        self.pending: int | None = 0
        self.updates_at_snapshot = 0
        self.generation += 1
        self.undo_stack.clear()
        self.redo_stack.clear()

    # -- commands ------------------------------------------------------------------------------------------------

    def apply(self, command: c.Command) -> None:
        """Do what a user asked. ValueError, with a sentence for the user, leaves everything as it was."""
        self.notice = None
        handlers: dict[type, Callable[[Any], None]] = {
            c.Configure: self._configure, c.Open: self._open, c.Reset: self._reset, c.Play: self._play,
            c.Pause: self._pause, c.Advance: self._advance, c.AdvanceEpoch: self._advance_epoch,
            c.Record: self._record, c.NextTape: self._next_tape, c.PreviousTape: self._previous_tape,
            c.LeaveStroke: self._leave_stroke, c.PinSample: self._pin_sample, c.MarkSaved: self._mark_saved,
            c.SetPace: self._set_pace, c.Undo: self._undo, c.Redo: self._redo,
        }  # fmt: skip
        handlers[type(command)](command)

    def _configure(self, command: c.Configure) -> None:
        if command.session == self.session:
            return
        before = self._memento(command.label, kept=keeps_weights(self.session, command.session))
        self._change(command.session)
        self.redo_stack.clear()
        self._push(self.undo_stack, before)

    def _reset(self, command: c.Reset) -> None:
        before = self._memento("Reset", kept=False)
        self._rebuild(self.session, self.dataset)
        self.redo_stack.clear()
        self._push(self.undo_stack, before)

    def _play(self, command: c.Play) -> None:
        self._run(None)

    def _pause(self, command: c.Pause) -> None:
        if self.status is Status.RUNNING:
            self.status = Status.PAUSED

    def _advance(self, command: c.Advance) -> None:
        self._run(max(0, command.updates))

    def _advance_epoch(self, command: c.AdvanceEpoch) -> None:
        left = self.feed.x.shape[0] - int(self.state.clock[2])
        left = left or self.feed.x.shape[0]
        self._run(-(-left // self.session.training.batch_size))

    def _run(self, updates: int | None) -> None:
        self.tape = None
        self._past.clear()
        self.failure = None
        self.pending = updates
        self.status = Status.PAUSED if updates == 0 else Status.RUNNING

    def _record(self, command: c.Record) -> None:
        self.status = Status.STROKE
        self.pending = 0
        if self.tape is None:
            self._past.clear()
            self.tape = self.record()

    def _next_tape(self, command: c.NextTape) -> None:
        if self.tape is None:
            return self._record(c.Record())
        before = copy_state(self.state)
        if self.advance(1) == 1:
            self._past.append(before)
            self.status = Status.STROKE
            self.tape = self.record()
        return None

    def _previous_tape(self, command: c.PreviousTape) -> None:
        if self.tape is not None and self._past:
            self._restore(self._past.pop())
            self.status = Status.STROKE
            self.tape = self.record()

    def _leave_stroke(self, command: c.LeaveStroke) -> None:
        self.tape = None
        self._past.clear()
        if self.status is Status.STROKE:
            self.status = Status.PAUSED

    def _pin_sample(self, command: c.PinSample) -> None:
        count = self.feed.x.shape[0]
        if not 0 <= command.row < count:
            raise ValueError(f"there is no sample {command.row}; the training part has rows 0 to {count - 1}")
        self.session = self.session.model_copy(update={"view": ViewSpec(sample=command.row)})

    def _set_pace(self, command: c.SetPace) -> None:
        if command.updates_per_second is not None and not command.updates_per_second > 0:
            raise ValueError(f"the pace is {command.updates_per_second} updates per second; expected more than 0")
        self.pace = command.updates_per_second

    def _mark_saved(self, command: c.MarkSaved) -> None:
        self.opened = command.session

    def _undo(self, command: c.Undo) -> None:
        self._travel(self.undo_stack, self.redo_stack)

    def _redo(self, command: c.Redo) -> None:
        self._travel(self.redo_stack, self.undo_stack)

    # -- changes and undo ----------------------------------------------------------------------------------------

    def _memento(self, label: str, kept: bool) -> Memento:
        return Memento(label, self.session, copy_state(self.state), self.curves.copy(), kept)

    def _push(self, stack: list[Memento], memento: Memento) -> None:
        stack.append(memento)
        sizes = [3 * m.state.theta.nbytes for m in stack]
        while len(stack) > 1 and sum(sizes) > UNDO_BYTES:
            stack.pop(0)
            sizes.pop(0)

    def _travel(self, source: list[Memento], other: list[Memento]) -> None:
        if not source:
            return
        memento = source[-1]
        back = self._memento(memento.label, memento.kept)
        self._change(memento.session, memento)
        source.pop()
        self._push(other, back)

    def _change(self, session: Session, memento: Memento | None = None) -> None:
        """Go on with another session: with a memento's weights, with those there are, or with fresh ones."""
        dataset = self.dataset if _same_data(session, self.session) else _load(session)
        session = _with_valid_sample(session, dataset)
        if memento is None and not keeps_weights(self.session, session):
            self._rebuild(session, dataset)
            return
        network = Network(session)
        if memento is not None and not memento.kept:
            state = copy_state(memento.state)
            self.curves = memento.curves.copy()
            self.generation += 1
        else:
            dropped = memento.state if memento else None
            state = carry_over(self.network, network, self.state, dropped, same_data=dataset is self.dataset)
        status = Status.RUNNING if self.status is Status.RUNNING else Status.PAUSED
        self._install(session, dataset, network, state)
        self.curves.cut(self.update)
        self.status = status

    def _rebuild(self, session: Session, dataset: Dataset) -> None:
        network = Network(session)
        status = Status.RUNNING if self.status is Status.RUNNING else Status.PAUSED
        self._install(session, dataset, network, fresh_state(network))
        self.curves = CurveLog()
        self.updates_at_snapshot = 0
        self.status = status
        self.generation += 1

    def _restore(self, state: State) -> None:
        """Take the parameters, the optimizer's memory and the clock from `state`."""
        for own, kept in zip(self.state, state, strict=True):
            own[:] = kept
        self.evaluation = None
        self.curves.cut(self.update)

    # -- training ------------------------------------------------------------------------------------------------

    def wanted(self, limit: int) -> int:
        """How many updates to do next, at most `limit`."""
        if self.status is not Status.RUNNING:
            return 0
        return limit if self.pending is None else min(limit, self.pending)

    def advance(self, updates: int) -> int:
        """Train. Returns the updates done: fewer only where a number turned not finite.

        Then the state is the last one in which every number was finite, and `failure` says where the first other
        one appeared.
        """
        before = copy_state(self.state)
        value = np.zeros(1)
        done = self._run_kernel(updates, value)
        if done < updates:
            self._restore(before)
            self._run_kernel(done, value)
            self.failure = failures.locate(self.record())
            self.status = Status.FAILED
        elif self.pending is not None and self.status is Status.RUNNING:
            self.pending = max(0, self.pending - done)
            self.status = Status.RUNNING if self.pending else Status.PAUSED
        return done

    def _run_kernel(self, updates: int, value: Any) -> int:
        return int(train.run(self.network.plan, self.rule, self.feed, self.state, self.buffers, updates, value))

    def record(self) -> Tape:
        """The tape of the update that comes next; the state stays as it is."""
        return record_update(self.network, self.rule, self.feed, self.state)

    def evaluate(self) -> Evaluation:
        """Take the figures over the whole data, and add them to the curves."""
        self.evaluation = self.evaluator.evaluate(self.network, self.update)
        self.curves.add(self.evaluation)
        return self.evaluation

    def snapshot(self, updates_per_second: float = 0.0) -> Snapshot:
        """The state now, in arrays that later updates do not touch."""
        self.serial += 1
        since, self.updates_at_snapshot = self.update - self.updates_at_snapshot, self.update
        return build_snapshot(self, since, updates_per_second)


def fresh_state(network: Network) -> State:
    """The state before the first update."""
    zeros = np.zeros_like(network.theta)
    return State(network.theta, zeros, zeros.copy(), np.zeros(4, dtype=np.int64))


def keeps_weights(old: Session, new: Session) -> bool:
    """Whether the weights of `old` can stay under `new`: same shapes, same precision, same beginning."""
    return (
        old.widths == new.widths
        and old.network.dtype == new.network.dtype
        and old.network.init == new.network.init
        and old.network.seed == new.network.seed
    )


def carry_over(old: Network, new: Network, state: State, dropped: State | None, *, same_data: bool) -> State:
    """The state for `new` with the weights of `old`, whose shapes are the same.

    Learned activation parameters stay where the layer keeps its activation, and the optimizer's memory stays where
    the optimizer stays; elsewhere they come from `dropped`, a state of `new`, or begin anew where there is none. On
    other data the epoch begins anew.
    """
    fresh = copy_state(fresh_state(new) if dropped is None else dropped)
    same_rule = old.session.training.optimizer.name == new.session.training.optimizer.name
    for target, source in zip(fresh[:3], state[:3], strict=True):
        if target is not fresh.theta and not same_rule:
            continue
        for layer in range(1, new.depth + 1):
            new.weight(layer, target)[:] = old.weight(layer, source)
            new.bias(layer, target)[:] = old.bias(layer, source)
            if old.activations[layer - 1].name == new.activations[layer - 1].name:
                for name in new.params(layer):
                    new.param(layer, name, target)[:] = old.param(layer, name, source)
    fresh.clock[:3] = state.clock[:3]
    if same_rule:
        fresh.clock[3] = state.clock[3]
    if not same_data:
        fresh.clock[2] = 0
    return fresh


def _load(session: Session) -> Dataset:
    return load(session.data, session.outputs, session.network.dtype)


def _same_data(one: Session, other: Session) -> bool:
    return (one.data, one.outputs, one.network.dtype) == (other.data, other.outputs, other.network.dtype)


def _with_valid_sample(session: Session, dataset: Dataset) -> Session:
    """A pinned sample beyond the end of the training part becomes the first one."""
    if session.view.sample < dataset.x_train.shape[0]:
        return session
    return session.model_copy(update={"view": ViewSpec(sample=0)})
