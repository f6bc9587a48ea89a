"""A network on its way: training, and going to any update of its history. What a user asks for is above (`trainer`)."""

import sys
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import numpy as np

from twostroke.engine.border.health import Health
from twostroke.engine.border.loss_surface import LossSurface, SurfaceWish
from twostroke.engine.border.snapshot import Evaluation, Failure, Status
from twostroke.engine.border.tape import Tape
from twostroke.engine.border.tiling import Regions
from twostroke.engine.compute import optimizing
from twostroke.engine.compute.kernels import train
from twostroke.engine.compute.kernels.plan import State
from twostroke.engine.compute.network import Network
from twostroke.engine.compute.record import record_update
from twostroke.engine.data import Dataset
from twostroke.engine.health.case import Case
from twostroke.engine.health.diagnosis import diagnosed
from twostroke.engine.health.examine import examine
from twostroke.engine.probes import Evaluator
from twostroke.engine.run import carry, failures
from twostroke.engine.run.curves import measured_by
from twostroke.engine.run.history import History, updates_apart
from twostroke.engine.run.machine import Machine, Setting, machine_of
from twostroke.engine.run.second_core import SecondCore
from twostroke.engine.run.trial import Tried
from twostroke.engine.session.spec import Session


class Course:
    """Where a network stands in its training, and all that leads from there on and back. It begins with `_install`."""

    def __init__(self, history_bytes: int) -> None:
        self.history_bytes = history_bytes
        self.alone = True  # whether both cores are there for training; a window wants one of them
        self._second = SecondCore()
        self.status = Status.PAUSED
        self.pending: int | None = 0  # updates still to do; None without end
        self.bound: int | None = None  # the update to wait at; None for none
        self.maps = False  # whether evaluations have the maps of all neurons
        self.examines = False  # whether somebody wants to know how the network is doing
        self.parts = False  # whether somebody looks at the regions into which the gates part the plane
        self.surface_wish: SurfaceWish | None = None  # which loss surface somebody looks at
        self.notice: str | None = None
        self.serial = 0
        self.updates_at_snapshot = 0
        self._tried: Tried | None = None
        self._touched = False  # whether the state may be another than that of the line of the history
        self._changes: tuple[str, ...] = ()  # made since that line was last gone on with, by their labels

    @property
    def update(self) -> int:
        """Updates done since the weights were drawn."""
        return int(self.state.clock[0])

    @property
    def epoch(self) -> float:
        """Epochs done, with the part of the one under way."""
        return float(self.state.clock[1] + self.state.clock[2] / self.feed.x.shape[0])

    @property
    def tried(self) -> Tried | None:
        """What is shown in place of the pinned sample; with other data it has gone."""
        return self._tried if self._tried is not None and self._tried.dataset is self.dataset else None

    @property
    def stride(self) -> int:
        """Updates from one checkpoint to the next."""
        return self.history.spacing

    def _install(
        self, session: Session, dataset: Dataset, network: Network, state: State, history: History[Setting] | None
    ) -> None:
        """Go on with these; without a history with one that begins here. What may fail comes before what changes."""
        rule = optimizing.rule(session)
        evaluator = Evaluator(network, dataset)
        setting = Setting(session, dataset)
        machine = machine_of(setting, network, evaluator.train)
        history = history or self._fresh_history(setting, state)
        network.theta, network.running = state.theta, state.running
        self.session, self.dataset, self.network, self.state = session, dataset, network, state
        self.rule, self.evaluator, self.feed = rule, evaluator, evaluator.train
        self.setting, self.machine, self.history = setting, machine, history
        self.tape: Tape | None = None
        self.failure: Failure | None = None
        self.evaluation: Evaluation | None = None
        self.health: Health | None = None
        self.regions: Regions | None = None
        self.surface: LossSurface | None = None  # stays where the run only goes along its line

    def _fresh_history(self, setting: Setting, state: State) -> History[Setting]:
        stride = updates_apart(state.theta.size, setting.session.training.batch_size)
        return History(self._replay, setting, state, stride, self.history_bytes)

    # -- training ------------------------------------------------------------------------------------------------

    def wanted(self, limit: int) -> int:
        """How many updates to do next, at most `limit`."""
        if self.status is not Status.RUNNING:
            return 0
        asked = limit if self.pending is None else min(limit, self.pending)
        return asked if self.bound is None else max(0, min(asked, self.bound - self.update))

    def advance(self, updates: int) -> int:
        """Train. Returns the updates done: fewer only where a number turned not finite.

        Then the state is the last one in which every number was finite, and `failure` says where the first other
        one appeared. Where the history knows what comes, the run goes along its line, changes of settings and all.
        """
        done = 0
        while done < updates:
            part = min(updates - done, self.stride, self.prepare())
            went = self._advance_part(part)
            done += went
            if went < part or not self.settle():
                break
        self.count_down(done)
        return done

    def prepare(self) -> int:
        """Be ready to train on. Returns the updates until the setting changes on this line of the history."""
        self._depart()
        self.history.note(self.state)
        if self.machine.setting is not self.setting:
            self.machine = machine_of(self.setting)
        change = self.history.next_change(self.update)
        return sys.maxsize if change is None else change - self.update

    def settle(self) -> bool:
        """Change the setting where this line of the history does. Whether training can go on."""
        return not self.history.changes(self.update) or self._cross()

    def count_down(self, updates: int) -> None:
        """So many of the updates that were asked for have been done."""
        if self.failure is None and self.pending is not None and self.status is Status.RUNNING:
            self.pending = max(0, self.pending - updates)
            self.status = Status.RUNNING if self.pending else Status.PAUSED

    def come_to(self, state: State) -> None:
        """Training that runs on by itself has come to `state`, under the same setting."""
        self.history.note(state)
        updates = int(state.clock[0]) - self.update
        for own, new in zip(self.state, state, strict=True):
            own[:] = new
        self.history.reached(self.update)
        self.count_down(updates)

    def break_off(self, updates: int) -> None:
        """Go `updates` further, to the last state in which every number is finite, and find the first other one."""
        self._run_kernel(self.machine, self.state, updates, np.zeros(1))
        self.history.reached(self.update)
        self.failure = failures.locate(self.record(), self.session)
        self.status = Status.FAILED

    def _cross(self) -> bool:
        """Change the setting as this line does here; stand still where that cannot be."""
        try:
            self._take_up(*self.history.cross(self.state))
        except ValueError as error:  # its data are gone
            self.notice, self.status = str(error), Status.PAUSED
            return False
        return True

    def _advance_part(self, updates: int) -> int:
        """Train from one checkpoint towards the next, under one setting."""
        begin = self.update
        self.history.note(self.state)
        done = self._run_kernel(self.machine, self.state, updates, np.zeros(1))
        if done < updates:
            self._restore(self.history.at(begin)[1])
            self.break_off(done)
        self.history.reached(self.update)
        return done

    def _run_kernel(self, machine: Machine, state: State, updates: int, value: Any) -> int:
        network = machine.network
        with self._second.lent(network) if self.alone else nullcontext():
            return int(train.run(network.plan, machine.rule, machine.feed, state, machine.buffers, updates, value))

    def record(self, rows: tuple[int, ...] = ()) -> Tape:
        """The tape of the update that comes next, with `rows` of the training part or its own; the state stays."""
        shown = np.array(rows, dtype=np.int64) if rows else None
        return record_update(self.network, self.rule, self.feed, self.state, shown)

    def evaluate(self) -> Evaluation:
        """Take the figures over the whole data, and add them to the curves."""
        self.evaluation = self.evaluator.evaluate(self.network, self.update, self.maps)
        if self.history.follows(self.setting, self.update):
            self.history.branch.curves.add(self.evaluation, measured_by(self.session))
        return self.evaluation

    def examine(self) -> Health:
        """See how the network is doing, now."""
        return self.admit(examine(self.network, self.dataset, self.record()))

    def admit(self, found: Health) -> Health:
        """Take note of what was found of a state on this line, and say what is wrong."""
        log = self.history.branch.health
        if self.history.follows(self.setting, found.update):
            log.add(found)
        found = replace(found, course=log.course(self.update))
        curves = self.history.branch.curves.curves(self.update, measured_by(self.session))
        changed = self.history.changed(self.setting, found.update)
        case = Case(self.session, self.dataset, found, self.evaluation, curves, self.failure, changed)
        self.health = diagnosed(case)
        return self.health

    def count_snapshot(self) -> int:
        """Take note that a snapshot is taken. Returns the updates done since the last one."""
        self.serial += 1
        since, self.updates_at_snapshot = self.update - self.updates_at_snapshot, self.update
        return since

    # -- along the history -----------------------------------------------------------------------------------------

    def _lay(self, tape: Tape | None = None, rows: tuple[int, ...] = ()) -> None:
        """Stand still at `tape`, or at that of the update that comes next, of `rows`; without one where memory runs
        out.
        """
        self.tape, self.status, self._tried = None, Status.PAUSED, None
        self.tape = tape or self.record(rows)
        self.status = Status.STROKE

    def _go_to(self, update: int) -> None:
        """Stand at an update of this line."""
        setting, state = self.history.at(update)
        self._take_up(setting, state)
        self.history.branch.curves.leap()
        self.pending, self.failure = 0, None
        self.updates_at_snapshot = self.update
        in_stroke = self.status is Status.STROKE
        self.status, self.tape = Status.PAUSED, None
        if in_stroke:
            self._lay()

    def _take_up(self, setting: Setting, state: State) -> None:
        """Go on as the line does: from `state`, under `setting`."""
        if setting is self.setting:
            self._restore(state)
            return
        view = {"view": self.session.view}
        dataset = setting.dataset
        session = carry.with_valid_sample(setting.session.model_copy(update=view), dataset)
        self._install(session, dataset, Network(session), state, self.history)
        self.setting = setting

    def _depart(self) -> None:
        """Let the history know under which setting the run goes on, where that may have changed."""
        self.setting = self.history.depart(self.setting, self.state, self._changes, self._touched)
        self._follow()

    def _follow(self) -> None:
        """The run is on the line of the history."""
        self._changes, self._touched = (), False

    def _replay(self, setting: Setting, state: State, updates: int) -> None:
        """Do past updates on `state` again. They were finite then, so they are now."""
        if self.machine.setting is not setting:
            self.machine = machine_of(setting)
        done = self._run_kernel(self.machine, state, updates, np.zeros(1))
        assert done == updates, "a past update could not be repeated"

    def _restore(self, state: State) -> None:
        """Take the parameters, the optimizer's memory and the clock from `state`."""
        for own, kept in zip(self.state, state, strict=True):
            own[:] = kept
        self.evaluation = None
        self.health = self.regions = None
