"""One run of the window: everything is built here, in order, and taken down in order."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import platformdirs
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from twostroke.engine.session.spec import Session
from twostroke.gui.drive.bridge import Bridge
from twostroke.gui.drive.controller import Controller
from twostroke.gui.look import style
from twostroke.gui.look.icons import app_icon
from twostroke.gui.shell.ending import Ending
from twostroke.gui.shell.errors import ErrorDialog, ErrorReporter
from twostroke.gui.shell.garbage import Garbage
from twostroke.gui.shell.main_window import MainWindow
from twostroke.gui.shell.offer import Recovery
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.unsaved import Keeper
from twostroke.gui.shell.waiting import settle

ENGINE_FAILED = "Training has stopped because of a fault. The network is as it was; any command starts training again."
NETWORK_LOST = (
    "Training has stopped because of a fault, and the network is lost. Any command begins anew; "
    "the file stays as it was last saved."
)

PUT_ASIDE_SECONDS = 5.0
"""For so long what ends the program from outside waits for unsaved work to be put aside."""

log = logging.getLogger(__name__)


class Program:
    """Application, training thread and window. A context manager: leaving it ends all three."""

    def __init__(
        self,
        path: Path | str | None = None,
        preferences: Preferences | None = None,
        on_interrupt: Callable[[int, Any], None] | None = None,
    ) -> None:
        """`path`: of a file, or a link as text.

        `on_interrupt`: what Ctrl-C does, in place of closing the window; other signals are then left alone.
        """
        self.app = application()
        self._garbage = Garbage()
        self._running = False
        self._code = 0  # with which a signal ends the program
        self._keeper: Keeper | None = None
        self._recovery: Recovery | None = None
        self._ending = Ending(self.app, self._leave, on_interrupt)
        self.errors = ErrorReporter(Path(platformdirs.user_log_dir("twostroke", appauthor=False)))
        self.errors.install()
        self.bridge = Bridge(Session())
        self.controller = Controller(self.bridge)
        self.controller.taken.connect(self._garbage.take)
        self.window = MainWindow(self.controller, preferences or Preferences())
        self._dialog = ErrorDialog(self.errors, self.window)
        self.bridge.engine_failed.connect(self._engine_failed)
        self.app.aboutToQuit.connect(self.stop)
        self._path = path

    def keep_unsaved(self, root: Path) -> None:
        """From now on, put aside below `root` what is in no file, and offer what other programs have left there."""
        window = self.window
        self._keeper = Keeper(self.controller, window.document, root)
        self._recovery = Recovery(window, window.offer, window.document, self._keeper)
        self._recovery.told.connect(lambda remark: self.controller.said.emit(remark, True))
        self.app.commitDataRequest.connect(self.put_aside)
        self._keeper.start()
        self._recovery.start()

    def open(self) -> None:
        """Show the window, then start the engine: the kernels are compiled while the window can be used already."""
        self.window.show()
        self._garbage.open()
        self.bridge.start()
        if not self.window.welcoming.on:  # from which one chooses what to begin with
            self.window.document.start(self._path)

    def _engine_failed(self, error: BaseException, kept: bool) -> None:
        self.window.document.engine_failed(kept)
        self.errors.report(error, ENGINE_FAILED if kept else NETWORK_LOST)

    def exec(self) -> int:
        """Run until the window is closed."""
        if not self.window.isVisible():  # closed while its file was being read
            return 0
        self._running = True
        code = int(self.app.exec())
        return self._code or code

    def _leave(self, code: int) -> None:
        """A signal wants the program to end, with this exit code."""
        self._code = code
        self.window.document.give_up()
        self.put_aside()
        if self._running:
            self.app.quit()
        else:  # still reading its file: before `exec` nothing hears of quit
            self.window.close()

    def put_aside(self, *_: object) -> None:
        """Have unsaved work put aside now, as this program may soon be ended."""
        if self._keeper is not None:
            self._keeper.put_now(PUT_ASIDE_SECONDS)

    def stop(self) -> None:
        """No more commands, frames, training or reading. May be called twice."""
        self.window.company.close()
        self.controller.stop()
        self.bridge.stop()
        settle()

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        self.app.aboutToQuit.disconnect(self.stop)  # it may come when the window is gone
        self._garbage.stop()
        self._end_keeping(error is not None)
        self.window.hide()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self.errors.remove()
        self._ending.remove()

    def _end_keeping(self, failed: bool) -> None:
        """What is in no file stays where it was put aside, unless the window was closed by the user, who was asked."""
        if self._keeper is None or self._recovery is None:
            return
        document = self.window.document
        asked = not self.window.isVisible() and not document.given_up
        self.app.commitDataRequest.disconnect(self.put_aside)
        self._recovery.stop()
        self._keeper.stop(keep=failed or (document.changed and not asked))


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


def run_program(path: Path | str | None) -> int:
    """Open the window on `path`, or on the welcome, until it is closed."""
    with Program(path) as program:
        program.keep_unsaved(Path(platformdirs.user_state_dir("twostroke", appauthor=False)) / "unsaved")
        if path is None:
            program.window.welcoming.prepare()
        program.open()
        return program.exec()
