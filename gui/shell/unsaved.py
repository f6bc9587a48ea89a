"""Puts aside what is in no file of the user's, so that it outlives a kill: at each edit, and while training goes on.

Looks on a timer. What there is to put aside is asked of the engine, as saving does, and written in a thread of its own,
one copy after the other; the picture waits for neither. What has been saved, or left on purpose, is put aside no more.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer

from twostroke.engine.border.commands import Capture
from twostroke.engine.border.snapshot import Answer, Captured
from twostroke.engine.files import unsaved
from twostroke.engine.files.disk import FileError
from twostroke.engine.files.unsaved import Note, Unsaved
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.controller import Controller
from twostroke.gui.shell.document import Document
from twostroke.gui.shell.trained import update_of
from twostroke.gui.shell.waiting import Job

LOOK_MS = 500
"""Between two looks; an edit that no other one has followed by the next look is put aside."""

PERIOD = 25.0
"""Seconds after which training that goes on is put aside anew: with the writing, within half a minute."""

NEAR_MS = 16
"""Between two looks of somebody who waits."""

IN_VAIN = "What is not saved cannot be put aside, and would be lost with the program; save it yourself. {}"


@dataclass(frozen=True, eq=False)
class _Mark:
    """What stands in the window at one moment."""

    session: Session
    generation: int
    update: int
    name: tuple[Path | None, str]

    def edited_since(self, other: "_Mark") -> bool:
        """Whether more than training has gone on."""
        same = self.session is other.session or self.session == other.session
        return not same or (self.generation, self.name) != (other.generation, other.name)


class Keeper(QObject):
    """Keeps the work of one window below `root`, from `start` to `stop`."""

    def __init__(self, controller: Controller, document: Document, root: Path) -> None:
        super().__init__(document)
        self._controller, self._document, self.root = controller, document, root
        self._place: Unsaved | None = None  # where the work of this window is put
        self._adopted: Unsaved | None = None  # where it will be put as soon as nothing is under way
        self._last: _Mark | None = None  # what has been put aside, or was to be
        self._seen: _Mark | None = None  # what stood there at the last look
        self._asked = False  # whether the engine is about to answer
        self._job: Job[Unsaved | None] | None = None
        self._began = time.monotonic()  # when the last copy was begun
        self._failed = self._told = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """From now on."""
        self._timer.start()

    def stop(self, keep: bool) -> None:
        """No more. What has been put aside stays only where `keep` says so."""
        self._timer.stop()
        if self._job is not None:
            self._job.wait(PERIOD)
            self._collect()
        for place in filter(None, (self._place, self._adopted)):
            if keep:
                place.let_go()
            else:
                place.remove()
        self._place = self._adopted = None

    def adopt(self, place: Unsaved) -> None:
        """What stands in the window has just been recovered from `place`: that is now where its work is put."""
        self._adopted = place
        self.look()

    def put_now(self, seconds: float) -> None:
        """Put aside what stands in the window now, waiting so long at most; what the user does meanwhile waits, too."""
        end = time.monotonic() + seconds
        self._wait_until_idle(end)
        if self._idle and self._wanted():
            self._ask(self._mark())
            self._wait_until_idle(end)

    def look(self) -> None:
        """See whether there is something to put aside, or to remove."""
        self._collect()
        if not self._idle or self._document.opening or self._controller.changing:
            return
        mark = self._mark()
        if self._adopted is not None:
            self._move_in(mark)
        elif not self._wanted():
            self._clear()
        elif mark is not None and self._is_due(mark):
            self._ask(mark)
        self._seen = mark

    # -- what to do ----------------------------------------------------------------------------------------------

    @property
    def _idle(self) -> bool:
        return not self._asked and self._job is None

    def _wanted(self) -> bool:
        return self._document.changed and not self._document.opening

    def _mark(self) -> _Mark | None:
        snapshot, document = self._controller.snapshot, self._document
        if snapshot is None:
            return None
        return _Mark(snapshot.session, snapshot.generation, snapshot.update, (document.path, document.title))

    def _is_due(self, mark: _Mark) -> bool:
        overdue = time.monotonic() - self._began >= PERIOD
        if overdue or self._failed:
            return overdue and (self._failed or self._last is None or not _same(mark, self._last))
        edited = self._last is None or mark.edited_since(self._last)
        return edited and self._seen is not None and not mark.edited_since(self._seen)

    def _clear(self) -> None:
        if self._place is not None:
            place, self._place, self._last = self._place, None, None
            self._do(lambda: place.remove())

    def _move_in(self, mark: _Mark | None) -> None:
        """Take the place that was adopted, in which lies what stands in the window."""
        before, self._place, self._adopted = self._place, self._adopted, None
        self._last, self._began = mark, time.monotonic()
        if before is not None:
            self._do(lambda: before.remove())

    # -- doing it ------------------------------------------------------------------------------------------------

    def _ask(self, mark: _Mark | None) -> None:
        self._last, self._began, self._asked = mark, time.monotonic(), True
        self._controller.ask_aside(Capture(), self._answered)

    def _answered(self, answer: Answer) -> bool:
        self._asked = False
        if answer.captured is None:
            self._failed = True
        else:
            self._write(self._document.as_seen(answer.captured))
        return True

    def _write(self, captured: Captured) -> None:
        held, place, root = self._document.held, self._place, self.root
        note = Note(
            title=held.title,
            path="" if held.path is None else str(held.path.absolute()),
            lesson="" if held.lesson is None else held.lesson.name,
            update=update_of(captured.state),
            at=time.time(),
            settings=self._document.settings_changed,
            weights=held.with_weights,
            seen=held.seen,
        )

        def write() -> Unsaved:
            chosen = place or unsaved.begin(root)
            chosen.put(captured.session, captured.state or {}, note)
            return chosen

        self._do(write)

    def _do(self, work: Callable[[], Unsaved | None]) -> None:
        self._job = Job(work)
        self._job.start()

    def _collect(self) -> None:
        """See what has become of the work under way."""
        job = self._job
        if job is None or not job.over():
            return
        self._job = None
        try:
            self._place = job.result() or self._place
            self._failed = False
        except FileError as error:
            self._failed = True
            if not self._told:
                self._told = True
                self._controller.said.emit(IN_VAIN.format(error), False)

    def _wait_until_idle(self, end: float) -> None:
        loop, ticker = QEventLoop(), QTimer()

        def near() -> None:
            self._collect()
            if self._idle or time.monotonic() > end:
                loop.quit()

        ticker.timeout.connect(near)
        ticker.start(NEAR_MS)
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        ticker.stop()


def _same(one: _Mark, other: _Mark) -> bool:
    return one.update == other.update and not one.edited_since(other)
