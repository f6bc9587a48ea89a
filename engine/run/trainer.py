"""A training session without a thread: commands in, exact state out. Single-threaded, deterministic, no clock."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Answer, Captured, Status
from twostroke.engine.compute.kernels.plan import State
from twostroke.engine.compute.network import Network
from twostroke.engine.compute.record import awaited, copy_state, frozen
from twostroke.engine.data import Dataset
from twostroke.engine.files import companion
from twostroke.engine.probes.one_slope import measure
from twostroke.engine.run import by_hand, carry, trial
from twostroke.engine.run.course import Course
from twostroke.engine.run.curves import measured_by
from twostroke.engine.run.grafting import Grafted, copied
from twostroke.engine.run.history import LIMIT_BYTES, Branch, same_state
from twostroke.engine.run.loading import load_data
from twostroke.engine.run.machine import Setting, check_pace
from twostroke.engine.run.stretch import update_of
from twostroke.engine.run.undo import Left, Memento, UndoStack, added, taken_back
from twostroke.engine.session.spec import Session, WeightsSpec, same_settings

BY_WHICH_NOTHING_CHANGES = (c.Capture, c.Watch, c.Check, c.HoldAt, c.KeepJournal, c.Note)
"""Commands that ask or bound only: they end no dial, and what was said stays."""


class Trainer(Course):
    """One session in training, on data that are loaded unless given.

    ValueError where the parameters or the state given do not fit the session.
    """

    def __init__(
        self,
        session: Session,
        parameters: Mapping[str, Any] | None = None,
        state: Mapping[str, Any] | None = None,
        history_bytes: int = LIMIT_BYTES,
        dataset: Dataset | None = None,
    ) -> None:
        super().__init__(history_bytes)
        self.generation = 0
        self.undo_stack, self.redo_stack = UndoStack(), UndoStack()
        self.document = 0
        self.pace: float | None = None  # kept for whoever has a clock
        self.kernels_ready = True  # a runner that compiles beside the window says False until it is done
        self._dial = ""  # the one that the last command has turned
        self._open(c.Open(session, parameters, state), dataset)
        self.generation = 0

    # -- state ---------------------------------------------------------------------------------------------------

    @property
    def changed(self) -> bool:
        """Whether there are settings that have not been saved."""
        return not same_settings(self.session, self.opened)

    @property
    def _used(self) -> bool:
        """Whether anybody has opened, trained or changed this session: else undo has nothing to bring back."""
        return bool(self.document or self.update or self.undo_stack or self.redo_stack)

    def _open(self, command: c.Open, dataset: Dataset | None = None) -> None:
        session = command.session.model_copy(update={"weights": WeightsSpec()})
        check_pace(command.pace)
        dataset = dataset or load_data(session)
        network = Network(session)
        if command.parameters is not None:
            network.set_parameters(command.parameters)
        if command.like is not None:
            carry.begin_like(network, Network(command.like))
        state = carry.fresh_state(network) if command.state is None else companion.state_from(network, command.state)
        before = self._memento(command.label, kept=False, leaving=True) if command.label and self._used else None
        self._install(carry.with_valid_sample(session, dataset), dataset, network, state, None)
        self._follow()
        self.opened = self.session
        self.pace, self.document = command.pace, command.document
        self.pending = None if command.play else 0
        self.status = Status.RUNNING if command.play else Status.PAUSED
        self.updates_at_snapshot = self.update
        self.generation += 1
        self.redo_stack.clear()
        if before is None:
            self.undo_stack.clear()
        else:
            self.undo_stack.push(before)

    # -- commands ------------------------------------------------------------------------------------------------

    def apply(self, command: c.Command, number: int = 0) -> Answer:
        """Do what a user asked. ValueError, with a sentence for the user, leaves everything as it was."""
        handlers: dict[type, Callable[[Any], Answer | None]] = {
            c.Edit: self._edit,
            c.Open: self._open,
            c.Adopt: self._adopt,
            c.Graft: self._graft,
            c.HoldAt: self._hold_at,
            c.Reset: self._reset,
            c.Play: self._play,
            c.Pause: self._pause,
            c.Advance: self._advance,
            c.AdvanceEpoch: self._advance_epoch,
            c.Record: self._record,
            c.NextTape: self._next_tape,
            c.PreviousTape: self._previous_tape,
            c.LeaveStroke: self._leave_stroke,
            c.PinSample: self._pin_sample,
            c.TryInput: self._try_input,
            c.TryTestRow: self._try_test_row,
            c.LeaveTrial: self._leave_trial,
            c.MarkSaved: self._mark_saved,
            c.Capture: self._capture,
            c.Watch: self._watch,
            c.Check: self._check,
            c.Seek: self._seek,
            c.StepBack: self._step_back,
            c.SwitchBranch: self._switch_branch,
            c.DropBranch: self._drop_branch,
            c.SetPace: self._set_pace,
            c.Undo: self._undo,
            c.Redo: self._redo,
        }
        if not isinstance(command, BY_WHICH_NOTHING_CHANGES):
            self.notice = None
        answer = handlers[type(command)](command) or Answer()
        if not isinstance(command, (c.Edit, *BY_WHICH_NOTHING_CHANGES)):
            self._dial = ""
        return replace(answer, number=number)

    def _edit(self, command: c.Edit) -> Answer:
        edited = command.made_on(self.session)
        if edited.numbers:
            return self._type(edited)
        if edited.session == self.session and not edited.afresh:
            return Answer()
        kept = not edited.afresh and carry.keeps_weights(self.session, edited.session)
        top = self.undo_stack.top if edited.dial and edited.dial == self._dial else None
        turned_on = top is not None and top.kept == kept
        before = None if turned_on else self._memento(edited.label, kept)
        self._change(carry.sharing(edited.session, self.session), afresh=edited.afresh)
        if kept:
            self._changes = added(self._changes[:-1] if turned_on else self._changes, edited.label)
        self.redo_stack.clear()
        if before is None:
            self.undo_stack.relabel(edited.label)
        else:
            self.undo_stack.push(before)
        self._dial = edited.dial
        return Answer(remark=edited.remark)

    def _type(self, edited: c.Edited) -> Answer:
        """Give numbers of the network other values as it stands; at update 0 the session begins with them."""
        state = copy_state(self.state)
        by_hand.put(self.network, state, edited.numbers)
        if same_state(state, self.state):
            return Answer()
        top = self.undo_stack.top if edited.dial and edited.dial == self._dial else None
        turned_on = top is not None and not top.kept and update_of(top.state) == self.update
        before = self._memento(edited.label, kept=False, replaces=False)
        begins = self.update == 0
        session = by_hand.begun_with(self.session, self.network, state, edited.numbers) if begins else self.session
        self._change(session, replace(before, session=session, state=state))
        self._changes = (*(self._changes[:-1] if turned_on else self._changes), edited.label)
        self.redo_stack.clear()
        if turned_on:
            self.undo_stack.relabel(edited.label)
        else:
            self.undo_stack.push(before)
        self._dial = edited.dial
        return Answer(remark=by_hand.NOT_HELD if begins and session is before.session else edited.remark)

    def _adopt(self, command: c.Adopt) -> None:
        dataset = self.dataset if carry.share_data(command.session, self.session) else load_data(command.session)
        network = Network(command.session)
        state = companion.state_from(network, command.state)
        before = self._memento(command.label, kept=False)
        self._rebuild(carry.with_valid_sample(command.session, dataset), dataset, network, state)
        self.redo_stack.clear()
        self.undo_stack.push(before)

    def _hold_at(self, command: c.HoldAt) -> None:
        self.bound = command.update

    def _reset(self, command: c.Reset) -> None:
        before = self._memento("Reset", kept=False)
        self._rebuild(self.session, self.dataset)
        self.redo_stack.clear()
        self.undo_stack.push(before)

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
        self.failure = None
        self.pending = updates
        self.status = Status.PAUSED if updates == 0 else Status.RUNNING

    def _record(self, command: c.Record) -> None:
        for row in command.rows:
            self._check_row(row)
        self.pending = 0
        if command.rows:
            self._lay(rows=command.rows)
        elif not command.pinned or self._reach(self.session.view.sample):
            self._lay(self.tape)

    def _reach(self, row: int) -> bool:
        """Train on to the update whose mini-batch holds `row`. Whether it came so far."""
        if self.tape is not None and row in self.tape.rows:
            return True
        samples = self.feed.x.shape[0]
        while ahead := awaited(row, self.session, samples, self.state.clock)[0] - self.update:
            self.tape = None
            if self.advance(ahead) < ahead:
                return False
        return True

    def _next_tape(self, command: c.NextTape) -> None:
        if self.tape is None:
            return self._record(c.Record())
        if self.advance(1) == 1:
            self._lay()
        return None

    def _previous_tape(self, command: c.PreviousTape) -> None:
        if self.tape is not None and self.update > self.history.past:
            self._depart()
            self.status = Status.STROKE
            self._go_to(self.update - 1)

    def _leave_stroke(self, command: c.LeaveStroke) -> None:
        self.tape = None
        if self.status is Status.STROKE:
            self.status = Status.PAUSED

    def _pin_sample(self, command: c.PinSample) -> None:
        self._check_row(command.row)
        self.session = carry.with_sample(self.session, command.row)
        self._tried = None

    def _check_row(self, row: int) -> None:
        count = self.feed.x.shape[0]
        if not 0 <= row < count:
            raise ValueError(f"there is no sample {row}; the training part has rows 0 to {count - 1}")

    def _try_input(self, command: c.TryInput) -> None:
        self._try(trial.typed(command.values, self.dataset, command.target))

    def _try_test_row(self, command: c.TryTestRow) -> None:
        self._try(trial.of_test_part(command.row, self.dataset))

    def _try(self, tried: trial.Tried) -> None:
        self._leave_stroke(c.LeaveStroke())
        self._tried = tried

    def _leave_trial(self, command: c.LeaveTrial) -> None:
        self._tried = None

    def _set_pace(self, command: c.SetPace) -> None:
        check_pace(command.updates_per_second)
        self.pace = command.updates_per_second

    def _mark_saved(self, command: c.MarkSaved) -> None:
        self.opened = command.session

    def _capture(self, command: c.Capture) -> Answer:
        captured = self.captured() if command.state else Captured(self.session, None)
        if command.line:
            self._depart()
            self.history.note(self.state)
            captured = replace(captured, line=copied(self.history.branch, self.update))
        return Answer(captured=captured)

    def _watch(self, command: c.Watch) -> None:
        """Have the maps and the like at once where the figures are of now."""
        self.maps, self.examines, self.parts = command.maps, command.health, command.regions
        self.health = self.health if command.health else None
        self.regions = self.regions if command.regions else None
        self.surface_wish = command.surface
        self.surface = self.surface if command.surface else None
        if self.maps and self.evaluation is not None and self.evaluation.update == self.update:
            self.evaluation = replace(self.evaluation, **self.evaluator.portraits(self.network))

    def _check(self, command: c.Check) -> Answer:
        """Only a tape has a mini-batch, and a loss that a nudge can be seen in."""
        if self.tape is None:
            raise ValueError("Only numbers of one update can be checked: press Right to look at one, and check again.")
        if self.tape.update != command.update:
            raise ValueError("Another update is looked at by now; check the number again.")
        return Answer(measured=measure(self.network, self.tape, command.by))

    def captured(self) -> Captured:
        """The session with copies of all that training changes."""
        arrays = companion.state_arrays(self.network, self.state)
        curves = self.history.branch.curves.curves(self.update, measured_by(self.session))
        return Captured(self.session, {key: frozen(values) for key, values in arrays.items()}, curves=curves)

    def _undo(self, command: c.Undo) -> None:
        self._travel(self.undo_stack, self.redo_stack)

    def _redo(self, command: c.Redo) -> None:
        self._travel(self.redo_stack, self.undo_stack)

    # -- history -------------------------------------------------------------------------------------------------

    def _seek(self, command: c.Seek) -> None:
        self._depart()  # a change that no update has followed yet stays on the line as well
        self._go_to(command.update)

    def _step_back(self, command: c.StepBack) -> None:
        self._depart()
        self._go_to(max(self.history.past, self.update - max(0, command.updates)))

    def _switch_branch(self, command: c.SwitchBranch) -> None:
        self._depart()
        before = self.history.branch.id
        self.history.switch(command.id)
        try:
            self._go_to(self.history.branch.end)
        except BaseException:  # such as data that have changed, or that nobody wants to wait for
            self.history.switch(before)
            raise

    def _drop_branch(self, command: c.DropBranch) -> None:
        self.history.drop(command.id)

    def _graft(self, command: c.Graft) -> None:
        assert isinstance(command.line, Branch)
        self._depart()
        branch = copied(command.line, command.line.end, self._with_these_data)
        branch.label, branch.changes = command.label, command.changes
        self.history.graft(branch)
        grafted = Grafted(branch, self.history.branch.id, self.update)
        self.redo_stack.clear()
        self.undo_stack.push(replace(self._memento(f"Add {command.label}", kept=True), grafted=grafted))

    def _with_these_data(self, setting: Setting) -> Setting:
        """The same setting with the data of this run, where they are the same: then nobody has to load them again."""
        same = carry.share_data(setting.session, self.session)
        return Setting(setting.session, self.dataset) if same else setting

    def _travel_graft(self, grafted: Grafted, undoing: bool) -> None:
        """Without the branch that was added, or with it again; what the run is otherwise stays."""
        self._depart()
        id, known = grafted.branch.id, {branch.id for branch in self.history.branches()}
        if not undoing:
            if id not in known:
                self.history.graft(grafted.branch, id)
            return
        if self.history.branch.id == id:
            self.history.switch(grafted.line)
            self._go_to(max(grafted.update, self.history.past))
        if id in known:
            self.history.drop(id)

    # -- changes and undo ----------------------------------------------------------------------------------------

    def _memento(self, label: str, kept: bool, replaces: bool | None = None, leaving: bool = False) -> Memento:
        """The session and its network as they are, beside a change; `replaces`: which replaces network and history;
        `leaving`: which opens another session, so that this one's state is no longer changed.
        """
        replaces = not kept if replaces is None else replaces
        history = self.history if replaces else None
        state = self.state if leaving else copy_state(self.state)
        left = Left(self.document, self.opened, self.pace, self.dataset) if leaving else None
        return Memento(label, self.session, state, history, kept, self._touched, self._changes, left)

    def _travel(self, source: UndoStack, other: UndoStack) -> None:
        memento = source.top
        if memento is None:
            return
        back = self._memento(memento.label, memento.kept, memento.history is not None, memento.left is not None)
        undoing = source is self.undo_stack
        if memento.grafted is not None:
            back = replace(back, grafted=memento.grafted)
            self._travel_graft(memento.grafted, undoing)
        else:
            self._change(memento.session, memento)
        if memento.history is None and memento.grafted is None:
            self._changes = taken_back(self._changes, memento.label, undoing)
        if memento.left is not None:
            self._return_to(memento.left)
        source.pop()
        other.push(back)

    def _return_to(self, left: Left) -> None:
        """Stand still in the session that was left."""
        self.document, self.opened, self.pace = left.document, left.opened, left.pace
        self.pending, self.status = 0, Status.PAUSED
        self.updates_at_snapshot = self.update

    def _change(self, session: Session, memento: Memento | None = None, *, afresh: bool = False) -> None:
        """Go on with another session: with a memento's weights, with those there are, or with fresh ones."""
        dataset = self._data_of(session, memento)
        session = carry.with_valid_sample(session, dataset)
        if memento is None and (afresh or not carry.keeps_weights(self.session, session)):
            self._rebuild(session, dataset)
            return
        network, before, touched = Network(session), self.state, self._touched
        status = Status.RUNNING if self.status is Status.RUNNING else Status.PAUSED
        if memento is not None and not memento.kept:
            self._install(session, dataset, network, copy_state(memento.state), memento.history or self.history)
            self.history.branch.curves.leap()
            touched = True
            if memento.history is not None:
                self.generation += 1
                touched, self._changes = memento.touched, memento.changes
        else:
            dropped = memento.state if memento else None
            state = carry.carry_over(self.network, network, self.state, dropped, same_data=dataset is self.dataset)
            touched = touched or not same_state(before, state)
            self._install(session, dataset, network, state, self.history)
        self._touched = touched
        self.status = status

    def _data_of(self, session: Session, memento: Memento | None) -> Dataset:
        if memento is not None and memento.left is not None:
            return memento.left.dataset
        return self.dataset if carry.share_data(session, self.session) else load_data(session)

    def _rebuild(
        self, session: Session, dataset: Dataset, network: Network | None = None, state: State | None = None
    ) -> None:
        """Begin anew: with fresh weights, or where `state` stands."""
        network = network or Network(session)
        status = Status.RUNNING if self.status is Status.RUNNING else Status.PAUSED
        self._install(session, dataset, network, state or carry.fresh_state(network), None)
        self._follow()
        self.updates_at_snapshot = self.update
        self.status = status
        self.generation += 1
