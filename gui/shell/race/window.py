"""The window of a race, beside the main one: what is asked for left, what came of it right."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from twostroke.engine.border.snapshot import Snapshot, Status
from twostroke.engine.files.disk import FileError, said
from twostroke.engine.race.outcome import Row
from twostroke.engine.race.values import combination
from twostroke.engine.session.phrases import counted
from twostroke.engine.session.spec import Session, same_settings
from twostroke.engine.session.spec_errors import parse_session
from twostroke.gui.drive.controller import Controller
from twostroke.gui.export.refusals import ExportError
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import palette_of
from twostroke.gui.model.race_terms import HINGES_TITLE, Terms, about, said_of
from twostroke.gui.model.regions import can_bend_more
from twostroke.gui.model.user_text import short
from twostroke.gui.panels.base.widgets import Text
from twostroke.gui.shell.document import Document, Start
from twostroke.gui.shell.errors import message
from twostroke.gui.shell.keyed_dialog import KeyedDialog
from twostroke.gui.shell.race.race import Race
from twostroke.gui.shell.race.race_form import UPDATES, RaceForm
from twostroke.gui.shell.race.saving import STILLS, save_picture, still_for
from twostroke.gui.shell.race.shown_results import Results
from twostroke.gui.shell.room import FRAME
from twostroke.gui.shell.waiting import in_background

FIRST_SIZE = QSize(1180, 660)
FORM_WIDTH = 320

UNDER_WAY = "A race is under way. Cancel it, and ask for this one then."
NOT_YET = "The session is still being opened; race it when it is there."
UNNAMED = "SESSION.twostroke.json"
TABLES, PICTURES = "Tables (*.csv)", ";;".join(f"{kind.title} (*{kind.ending})" for kind in STILLS)


def show_race(window: QWidget, controller: Controller, document: Document, hinges: bool = False) -> None:
    """Show the window of the race; there is one beside each main window. `hinges`: with that race asked for."""
    found = window.findChild(RaceWindow)
    if found is None:
        if controller.snapshot is None:
            controller.said.emit(NOT_YET, False)
            return
        found = RaceWindow(window, controller, document)
    found.show()
    found.raise_()
    found.activateWindow()
    if hinges:
        found.ask_for_hinges()


class RaceWindow(KeyedDialog):
    """Closed, it ends what is under way, and keeps what is finished."""

    def __init__(self, window: QWidget, controller: Controller, document: Document) -> None:
        super().__init__(window)
        self._controller, self._document = controller, document
        self._title, self._saved = "", False  # of the session that is raced; whether it is in a file as it is
        self._ready_asked = False  # whether a race that is ready was asked for, and is looked at
        self._seen: Session | None = None  # the one that is open in the main window
        self.race = Race(self)
        self.form, self.results = RaceForm(), Results(self.race)
        self._build_left()
        self._build_foot()
        self._arrange()
        self._connect()
        dress(self, palette_of(controller.choices))
        self.setMinimumWidth(self._foot.sizeHint().width())  # a button's own is below that of its words
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize() - FRAME))
        self.take_session()
        self.form.first.list.setFocus()

    # -- parts -----------------------------------------------------------------------------------------------------

    def _build_left(self) -> None:
        self.of = Text("", "strong", wrap=True)
        self.other = Text("The window has another session now.", "muted", wrap=True)
        self.take = QPushButton("Race that one")
        self.ready = QPushButton(HINGES_TITLE)
        self.ready.setToolTip("Ask for more and more units in the first layer: the error with 1, 2, 3 … hinges")
        self.ready.setAutoDefault(False)
        self.status = Text("", wrap=True)
        self.status.setAccessibleName("State of the race")
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Runs that are done")
        self.start, self.cancel = QPushButton("Start"), QPushButton("Cancel")
        self.start.setDefault(True)
        self.take.setAutoDefault(False)
        self.cancel.setAutoDefault(False)

    def _build_foot(self) -> None:
        self.save_table, self.read_table = QPushButton("Save table…"), QPushButton("Read table…")
        self.save_picture, self.copy = QPushButton("Save picture…"), QPushButton("Copy command")
        self.leave = QPushButton("Close")
        tips = {
            self.save_table: "Write the runs as twostroke race -o does, which can go on from there",
            self.read_table: "Take over the runs of such a table that belong to this race",
            self.save_picture: "Write the picture, as PNG, SVG or PDF",
            self.copy: "Copy the command that does this race without the window",
        }
        for button in (*tips, self.leave):
            button.setAutoDefault(False)
            button.setToolTip(tips.get(button, ""))

    def _arrange(self) -> None:
        page = QWidget()
        page.setObjectName("column")
        left = QVBoxLayout(page)
        left.setContentsMargins(20, 16, 16, 16)
        left.setSpacing(10)
        for widget in (self.of, self.other, self.take, self.form, self.ready, self.status, self.bar):
            left.addWidget(widget)
        buttons = QHBoxLayout()
        for button in (self.start, self.cancel):
            buttons.addWidget(button)
        buttons.addStretch(1)
        left.addLayout(buttons)
        left.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedWidth(FORM_WIDTH)
        area.setWidget(page)
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(20, 12, 20, 16)
        foot.setSpacing(8)
        for button in (self.save_table, self.read_table, self.save_picture, self.copy):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        right = QVBoxLayout()
        right.setContentsMargins(0, 16, 20, 0)
        right.addWidget(self.results)
        upper = QHBoxLayout()
        upper.setContentsMargins(0, 0, 0, 0)
        upper.addWidget(area)
        upper.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(upper, 1)
        layout.addWidget(self._foot)
        self.parts = (area, self.results, self._foot)

    def _connect(self) -> None:
        self.form.changed.connect(self._ask)
        self.form.declined.connect(self._say)
        self.race.lined_up.connect(self._show_all)
        self.race.lined_up.connect(self._offer_start)
        self.race.came.connect(self._show_progress)
        self.race.ended.connect(self._show_all)
        self.results.opened.connect(self.open_run)
        self.start.clicked.connect(self._start)
        self.cancel.clicked.connect(self._cancel)
        self.take.clicked.connect(self.take_session)
        self.ready.clicked.connect(self.ask_for_hinges)
        self.leave.clicked.connect(self.close)
        self.save_table.clicked.connect(self._save_table)
        self.read_table.clicked.connect(self._read_table)
        self.save_picture.clicked.connect(self._save_picture)
        self.copy.clicked.connect(self._copy)
        self._controller.taken.connect(self._follow)
        parent, application = self.parentWidget(), QCoreApplication.instance()
        assert parent is not None and application is not None
        parent.installEventFilter(self)
        application.aboutToQuit.connect(self.race.settle)

    # -- what is asked for -----------------------------------------------------------------------------------------

    def take_session(self) -> None:
        """Race the session that is open now."""
        snapshot = self._controller.snapshot
        assert snapshot is not None
        self._title = self._document.title
        self._saved = self._document.path is not None and not self._document.settings_changed
        self.race.take_session(snapshot.session, self._document.path)
        self.setWindowTitle(f"Race – {short(self._title)}")
        self.of.say(f"Race of “{short(self._title)}”")
        self._seen = None
        self._follow(snapshot)
        self._ask()

    def ask_for_hinges(self) -> None:
        """Ask for the error of the open session against the number of its hinges, after as many updates as it has."""
        snapshot = self._controller.snapshot
        if self.race.running or snapshot is None:
            self._say(UNDER_WAY)
            return
        self.take_session()
        self.form.ask_for(Terms.of_hinges(snapshot.update or UPDATES))
        self.results.show_against("train", "loss")
        self._ready_asked = True

    def _follow(self, snapshot: Snapshot) -> None:
        """Tell that the session of the window is another one now."""
        if snapshot.session is not self._seen:
            self._seen = snapshot.session
            others = not same_settings(snapshot.session, self.race.session)
            self.other.setVisible(others)
            self.take.setVisible(others)
            self.ready.setVisible(can_bend_more(snapshot.session))

    def _ask(self) -> None:
        self.race.ask(self.form.terms())
        self._offer()

    def _say(self, sentence: str) -> None:
        self.status.say(sentence)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def _show_all(self) -> None:
        self.results.show_rows()
        self._offer()

    def _offer_start(self) -> None:
        """Give the keys to Start where all was asked for by one click."""
        if self._ready_asked and self.start.isEnabled():
            self.start.setFocus()
        self._ready_asked = False

    def _show_progress(self) -> None:
        self.results.show_soon()
        self._offer()

    def _offer(self) -> None:
        """Say how it stands, and offer what can be done."""
        race, lineup = self.race, self.race.lineup
        running, left = race.running, len(race.left)
        self.status.setProperty("role", "")
        self.status.say(self._state(left))
        self.form.setEnabled(not running)
        self.take.setEnabled(not running)
        self.ready.setEnabled(not running)
        self.start.setVisible(not running)
        self.cancel.setVisible(running)
        self.start.setText("Go on" if race.rows and left else "Start")
        self.start.setEnabled(lineup is not None and left > 0)
        self.bar.setVisible(running)
        if lineup is not None:
            self.bar.setRange(0, len(lineup.jobs))
            self.bar.setValue(len(lineup.jobs) - left)
        self.save_table.setEnabled(bool(race.rows))
        self.save_picture.setEnabled(bool(race.rows))
        self.read_table.setEnabled(lineup is not None and not running)
        self.copy.setEnabled(lineup is not None)

    def _state(self, left: int) -> str:
        race, lineup = self.race, self.race.lineup
        if lineup is None:
            return race.problem or "Looking at what is asked for…"
        seconds = race.seconds_left(self._speed())
        if race.running:
            done = f"{len(lineup.jobs) - left:,} of {counted(len(lineup.jobs), 'run')} done"
            return f"{done}. {about(seconds)}" if race.rows else f"{done}; processes are starting."
        told = said_of(lineup, left, seconds)
        return f"{race.problem} {told}" if race.problem else told

    def _speed(self) -> float:
        """Updates a second of the network in the window; 0 where it does not run as fast as it can."""
        snapshot = self._controller.snapshot
        fast = snapshot is not None and snapshot.status is Status.RUNNING and snapshot.pace is None
        return snapshot.updates_per_second if fast and snapshot is not None else 0.0

    # -- what is done ----------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self.race.go_on()
        self._offer()
        self.cancel.setFocus()

    def _cancel(self) -> None:
        self.race.cancel()
        self.status.say("Stopping…")

    def open_run(self, row: Row) -> None:
        """Open the session of a run in the main window, as any other: it asks about unsaved work, and can be undone."""
        job, lineup = self.race.job_of(row), self.race.lineup
        if job is None or lineup is None or not self._document.may_go():
            return
        session = parse_session(job.written, "the session of a run")
        session = session.model_copy(update={"view": self._controller.seen(session.view)})
        values = combination(dict(zip(lineup.keys, row.vary, strict=True)))
        title = ", ".join(filter(None, (self._title, values, f"seed {row.seed}")))
        self._document.begin(Start(session, None, title))
        self._say(f"Opened in the window: {title}. At update {lineup.updates:,} it has these figures.")

    def _save_table(self) -> None:
        options = QFileDialog.Option.DontConfirmOverwrite  # what is in it already stays
        chosen, _ = QFileDialog.getSaveFileName(self, "Save table", "race.csv", TABLES, "", options)
        if chosen:
            path = Path(chosen if Path(chosen).suffix else f"{chosen}.csv")
            self._save(path, partial(self.race.write, path))

    def _read_table(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "Read table", "", TABLES)
        if not chosen:
            return
        try:
            found = self.race.read(Path(chosen))
        except FileError as error:
            message(self, str(error)).open()
            return
        self._show_all()
        self._say(f"{counted(found, 'run')} in {said(Path(Path(chosen).name))}. {self.status.text()}")

    def _save_picture(self) -> None:
        chosen, pattern = QFileDialog.getSaveFileName(self, "Save picture", "race.png", PICTURES)
        plan = self.results.picture.plan
        if not chosen or plan is None:
            return
        path = Path(chosen)
        kind = still_for(path) or next((each for each in STILLS if each.ending in pattern), STILLS[0])
        path = path if still_for(path) else path.with_name(path.name + kind.ending)
        self._save(path, lambda: save_picture(path, kind, plan, self.results.chart.palette_))

    def _save(self, path: Path, write: Callable[[], None]) -> None:
        try:
            in_background(self, f"Saving {said(Path(path.name))}…", write, cancellable=False)
        except (FileError, ExportError) as error:
            message(self, str(error)).open()
            return
        self._say(f"Saved {said(path)}.")

    def _copy(self) -> None:
        """The command for a shell. What it needs, and does not find yet, is told."""
        path = self.race.file if self._saved else None
        QGuiApplication.clipboard().setText(self.race.terms.command(str(path) if path else UNNAMED, "race.csv"))
        needs = "" if path else f" It needs the session as it was raced in a file; save it as {UNNAMED}."
        self._say(f"Copied the command.{needs}")

    # -- events ----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the window, but never while a race runs."""
        if event.key() == Qt.Key.Key_Escape and self.race.running:
            event.ignore()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close with the main window."""
        if event.type() == QEvent.Type.Hide and not event.spontaneous():
            self.close()
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        """However it is closed, end what is under way."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.race.end()

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the terms again, where the window was closed before they had been."""
        super().showEvent(event)
        if not event.spontaneous() and self.race.lineup is None:
            self._ask()
