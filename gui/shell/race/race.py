"""A race of one session: which runs it has, as it is asked for; the runs beside the window; what has come of them.

Nothing here shows anything. Reading the data and lining up take a thread, the runs processes: the window never waits.
"""

import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from twostroke.engine.compute.cores import usable
from twostroke.engine.files.patience import Cancelled
from twostroke.engine.race.kept_rows import KeptRows, Key, key_of
from twostroke.engine.race.lineup import Job, Lineup, line_up
from twostroke.engine.race.outcome import Row
from twostroke.engine.session.spec import Session
from twostroke.gui.model.race_terms import Terms, seconds_for
from twostroke.gui.shell import waiting
from twostroke.gui.shell.race.race_work import MakeCrew, RaceWork, beside_the_window

TYPING_MS, LOOK_MS = 250, 100
"""After the last letter before the terms are looked at; between two looks at what is under way."""

END = 1.0
"""Seconds for which the end of the program waits for the processes, which end by themselves all the same."""


class Race(QObject):
    """`lined_up` says that the terms have been looked at: there is a `lineup`, or a `problem`. `came` says that there
    are more rows, `ended` that nothing is under way any more.
    """

    lined_up = Signal()
    came = Signal()
    ended = Signal()

    def __init__(self, parent: QObject | None = None, make: MakeCrew = beside_the_window) -> None:
        super().__init__(parent)
        self.lineup: Lineup | None = None
        self.problem = ""  # with the terms, or why the runs do not go on
        self.terms = Terms((), 1, 0)
        self.session = Session()
        self.file: Path | None = None
        self._make = make
        self._known: dict[str, dict[Key, Row]] = {}  # race -> what came of it: no change of the terms loses a row
        self._looking: waiting.Job[Lineup] | None = None
        self._work: RaceWork | None = None
        self._ending: RaceWork | None = None  # what was under way when the window was closed
        self._began, self._cost_begun = 0.0, 0.0
        self._typing, self._ticker = QTimer(self), QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._look_at_terms)
        self._ticker.setInterval(LOOK_MS)
        self._ticker.timeout.connect(self._look)

    # -- what is asked for -----------------------------------------------------------------------------------------

    def take_session(self, session: Session, file: Path | None) -> None:
        """Race that session from now on, which is in `file`."""
        self.session, self.file = session, file
        self.ask(self.terms)

    def ask(self, terms: Terms) -> None:
        """Race by these terms. While they are looked at there is neither lineup nor problem."""
        self.terms, self.lineup, self.problem = terms, None, ""
        self._forget_look()
        self._typing.start()

    def _forget_look(self) -> None:
        if self._looking is not None:
            self._looking.leave()
            self._looking = None

    def _look_at_terms(self) -> None:
        session, terms, file = self.session, self.terms, self.file
        self._looking = waiting.Job(lambda: line_up(session, terms.parsed(), terms.seeds, terms.updates, file))
        self._looking.start()
        self._ticker.start()

    def _take_lineup(self, job: "waiting.Job[Lineup]") -> None:
        self._looking = None
        try:
            self.lineup = job.result()
        except (ValueError, Cancelled) as error:  # RaceProblem, SessionError, DataProblem: each a sentence
            self.problem = str(error)
        self.lined_up.emit()

    # -- what has come of it ---------------------------------------------------------------------------------------

    @property
    def rows(self) -> dict[Key, Row]:
        """What has come of the race that is asked for."""
        return self._known.setdefault(self.lineup.race, {}) if self.lineup else {}

    @property
    def left(self) -> list[Job]:
        """Runs that are still to be done, and those that may end otherwise the next time."""
        rows = self.rows
        jobs = self.lineup.jobs if self.lineup else ()
        return [job for job in jobs if (row := rows.get(key_of(job))) is None or not row.lasting]

    def job_of(self, row: Row) -> Job | None:
        """The run that a row is of."""
        jobs = self.lineup.jobs if self.lineup else ()
        return next((job for job in jobs if key_of(job) == key_of(row)), None)

    def write(self, path: Path) -> None:
        """The table, as `twostroke race -o` writes it; what is in it already stays. FileError."""
        assert self.lineup is not None
        KeptRows(path, self.lineup).add(list(self.rows.values()))

    def read(self, path: Path) -> int:
        """Take over the rows of such a table that belong to this race; how many. FileError where it is of another."""
        assert self.lineup is not None
        found = KeptRows(path, self.lineup).rows
        self.rows.update({key: row for key, row in found.items() if key not in self.rows})
        return len(found)

    # -- the runs --------------------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """Whether there may be more rows."""
        return self._work is not None

    def go_on(self) -> None:
        """Do what is left."""
        left = self.left
        if left and self._work is None:
            self.problem = ""
            self._began, self._cost_begun = time.monotonic(), sum(job.cost for job in left)
            self._work = RaceWork(left, self._make)
            self._work.start()
            self._ticker.start()

    def cancel(self) -> None:
        """Leave what is finished."""
        if self._work is not None:
            self._work.cancel()

    def seconds_left(self, updates_per_second: float) -> float | None:
        """About how long the rest takes: by what is done, before that by the speed of the session's own network."""
        left = self.left
        cost = sum(job.cost for job in left)
        done = self._cost_begun - cost
        if self.running and done > 0.0:
            return (time.monotonic() - self._began) * cost / done
        return seconds_for(left, self.session, updates_per_second, usable())

    def end(self) -> None:
        """Nothing goes on: the window is closed. Its processes end within moments, by themselves."""
        self._typing.stop()
        self._ticker.stop()
        self._forget_look()
        work, self._work = self._work, None
        if work is not None:
            work.cancel()
            self._take(work.take())
            self._ending = work

    def settle(self) -> None:
        """Wait for them for a moment, as the program ends."""
        self.end()
        if self._ending is not None:
            self._ending.wait(END)

    # -- looks -----------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        looking, work = self._looking, self._work
        if looking is not None and looking.over():
            self._take_lineup(looking)
        if work is not None:
            running = work.running  # before its last rows are taken
            self._take(work.take())
            if not running:
                self._finish(work)
        if self._looking is None and self._work is None:
            self._ticker.stop()

    def _take(self, rows: list[Row]) -> None:
        if rows:
            self.rows.update({key_of(row): row for row in rows})
            self.came.emit()

    def _finish(self, work: RaceWork) -> None:
        self._work = None
        self.problem = work.problem
        if work.error is not None:
            self.problem = "The race has stopped because of a fault; the details are in the log. Go on tries again."
        self.ended.emit()
        if work.error is not None:
            raise work.error  # to the window's error log
