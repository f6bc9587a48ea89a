"""The way of commands to a trainer, on which a journal can be kept: exact, as each is noted when its turn comes."""

import time

from twostroke.engine.border import commands as c
from twostroke.engine.border.done import Done
from twostroke.engine.border.snapshot import Answer, Status
from twostroke.engine.run.trainer import BY_WHICH_NOTHING_CHANGES, Trainer
from twostroke.engine.run.undo import Memento


class Journal:
    """Of one trainer. While none is asked for, commands pass as if it were not there."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._done: list[Done] | None = None
        self._changes: dict[bool, list[int]] = {}  # those that undo (True) and redo would find, by their numbers
        self._count = 0
        self._since = 0.0  # when training without end, or the last command while it ran, was asked for

    def apply(self, command: c.Command, number: int = 0) -> Answer:
        """As the trainer's own."""
        if isinstance(command, c.KeepJournal):
            self._done = [] if command.on else None
            self._changes, self._count = {True: [], False: []}, 0
            return Answer(number)
        if isinstance(command, c.Note):
            return self._noted(command, number)
        if self._done is None or isinstance(command, BY_WHICH_NOTHING_CHANGES):
            return self._trainer.apply(command, number)
        return self._kept(command, number)

    def _noted(self, command: c.Note, number: int) -> Answer:
        if self._done is None:
            return Answer(number)
        session, update = self._trainer.session, self._trainer.update
        if command.what is None:  # only where it stands by now
            return Answer(number, journal=(*self._done, Done(command, session, session, update, update)))
        self._done.append(Done(command, session, session, update, update, seconds=self._seconds()))
        return Answer(number, journal=tuple(self._done))

    def _kept(self, command: c.Command, number: int) -> Answer:
        trainer = self._trainer
        seconds, session, update = self._seconds(), trainer.session, trainer.update
        undo, redo = trainer.undo_stack.top, trainer.redo_stack.top
        answer = trainer.apply(command, number)
        if isinstance(command, c.Undo | c.Redo):
            undoing = isinstance(command, c.Undo)
            change, kept = self._travelled(undo if undoing else redo, undoing)
        else:
            change, kept = self._made(undo)
        assert self._done is not None
        self._done.append(Done(command, session, trainer.session, update, trainer.update, change, kept, seconds))
        return answer

    def _seconds(self) -> float:
        """That training without end has been running since it was last asked."""
        now = time.monotonic()
        ran = self._trainer.status is Status.RUNNING and self._trainer.pending is None
        since, self._since = self._since, now
        return now - since if ran else 0.0

    def _made(self, before: Memento | None) -> tuple[int | None, bool]:
        """The change that undo would take back now and could not before; one that was turned on is the same."""
        now = self._trainer.undo_stack.top
        if now is None or now is before:
            return None, True
        if before is None or now.state is not before.state:
            self._count += 1
            self._changes[True].append(self._count)
            self._changes[False].clear()
        return (self._changes[True][-1] if self._changes[True] else None), now.kept

    def _travelled(self, memento: Memento | None, undoing: bool) -> tuple[int | None, bool]:
        """What an undo or a redo has taken back or made again."""
        own = self._changes[undoing]
        if memento is None or not own:
            return None, memento is None or memento.kept
        self._changes[not undoing].append(own[-1])
        return own.pop(), memento.kept
