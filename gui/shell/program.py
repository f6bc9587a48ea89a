"""One run of the window: everything is built here, in order, and taken down in order."""

import logging
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import platformdirs
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from twostroke.engine.border.commands import Open, Play
from twostroke.engine.files.disk import FileError
from twostroke.engine.files.session_file import read_saved
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.bridge import Bridge
from twostroke.gui.drive.controller import Controller
from twostroke.gui.look import style
from twostroke.gui.look.icons import app_icon
from twostroke.gui.model.lessons import FIRST, Lesson, lesson
from twostroke.gui.shell.document import name_of
from twostroke.gui.shell.errors import ErrorDialog, ErrorReporter, message
from twostroke.gui.shell.main_window import MainWindow
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.waiting import settle

ENGINE_FAILED = "Training has stopped because of a fault. Any command starts it again."

log = logging.getLogger(__name__)


class Program:
    """Application, training thread and window. A context manager: leaving it ends all three."""

    def __init__(self, path: Path | None = None, preferences: Preferences | None = None) -> None:
        self.app = application()
        self.errors = ErrorReporter(Path(platformdirs.user_log_dir("twostroke", appauthor=False)))
        self.errors.install()
        session, self._state, start, problem = first_session(path)
        self.bridge = Bridge(session)
        self.controller = Controller(self.bridge)
        self.window = MainWindow(self.controller, preferences or Preferences())
        self._dialog = ErrorDialog(self.errors, self.window)
        self.bridge.engine_failed.connect(lambda error: self.errors.report(error, ENGINE_FAILED))
        self.app.aboutToQuit.connect(self.stop)
        if start is not None:
            self.window.document.adopt(None, start.title, start)
        elif path is not None:
            self.window.document.adopt(path, name_of(path), with_weights=self._state is not None)
            self.window.preferences.add_recent(path)
        self._problem = problem
        self._session = session
        self._start = start

    def open(self) -> None:
        """Show the window, then start the engine: the kernels are compiled while the window can be used already."""
        self.window.show()
        self.bridge.start()
        if self._state is not None:
            self.controller.send(Open(self._session, state=self._state))
        if self._start is not None:
            self.controller.set_pace(self._start.pace or None)
            self.controller.send(Play())
        if self._problem:
            message(self.window, self._problem).open()

    def exec(self) -> int:
        """Run until the window is closed."""
        signal.signal(signal.SIGINT, lambda *_: self.app.quit())
        return int(self.app.exec())

    def stop(self) -> None:
        """No more commands, frames, training or reading. May be called twice."""
        self.controller.stop()
        self.bridge.stop()
        settle()

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        self.window.hide()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self.errors.remove()


def application() -> QApplication:
    """The one QApplication, with its names, font and icon."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("twostroke")
    app.setApplicationDisplayName("Twostroke")
    app.setDesktopFileName("twostroke")
    app.setStyle("Fusion")
    app.setWindowIcon(app_icon())
    style.load_fonts()
    app.setFont(style.base_font())
    return app


def first_session(path: Path | None) -> tuple[Session, Mapping[str, Any] | None, Lesson | None, str]:
    """What to begin with: the file's session and state, or the first lesson; and why it is not the file's."""
    problem = ""
    if path is not None:
        try:
            return *read_saved(path), None, ""
        except FileError as error:
            problem = str(error)
    first = lesson(FIRST)
    return first.session, None, first, problem


def run_program(path: Path | None) -> int:
    """Open the window on `path`, or on the first lesson, until it is closed."""
    with Program(path) as program:
        program.open()
        return program.exec()
