"""What nobody expected: exceptions and Qt's own messages go to a log file; the user sees one dialog, not a hundred."""

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import QMessageBox, QWidget

from twostroke.engine.files.disk import check_plain

LOG_NAME = "twostroke.log"
LOG_BYTES = 500_000

LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

log = logging.getLogger("twostroke")


class ErrorReporter(QObject):
    """Catches what is not caught elsewhere. `install` it once, `remove` it at the end.

    `happened` carries one sentence and the traceback; it is emitted from any thread and received in the window's.
    """

    happened = Signal(str, str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = folder / LOG_NAME
        self.count = 0  # of warnings and errors so far
        self._handler = _file_handler(self.path)
        self._counter = _Counter(self)
        self._seen: set[str] = set()
        self._before: tuple[Callable[..., object], Callable[..., object]] | None = None

    def install(self) -> None:
        """Listen from now on."""
        root = logging.getLogger()
        root.addHandler(self._handler)
        root.addHandler(self._counter)
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread
        qInstallMessageHandler(_qt_message)

    def remove(self) -> None:
        """Put everything back as it was."""
        if self._before is None:
            return
        sys.excepthook, threading.excepthook = self._before
        self._before = None
        qInstallMessageHandler(None)
        root = logging.getLogger()
        root.removeHandler(self._handler)
        root.removeHandler(self._counter)
        self._handler.close()

    def report(self, error: BaseException, where: str) -> None:
        """Log `error`, and tell the user unless the same one has been told before."""
        details = "".join(traceback.format_exception(error))
        log.error("%s\n%s", where, details)
        place = f"{type(error).__name__}{traceback.extract_tb(error.__traceback__)[-1:]}"
        if place not in self._seen:
            self._seen.add(place)
            if sys.stderr is not None:
                print(f"twostroke: {where} {type(error).__name__}; see {self.path}", file=sys.stderr)
            self.happened.emit(where, details)

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self.report(error, "Something went wrong inside the window.")

    def _uncaught_in_thread(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None and not issubclass(caught.exc_type, SystemExit):
            self.report(caught.exc_value, "Something went wrong beside the window.")


class ErrorDialog(QObject):
    """Shows what an ErrorReporter reports: one dialog at a time."""

    def __init__(self, reporter: ErrorReporter, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._path = reporter.path
        self.box: QMessageBox | None = None
        reporter.happened.connect(self.show)

    def show(self, sentence: str, details: str) -> None:
        """Tell the user, unless a dialog is open already."""
        if self.box is not None:
            return
        self.box = message(self._window, sentence, QMessageBox.Icon.Critical)
        self.box.setInformativeText(f"What happened is written to {self._path}. The session can still be saved.")
        self.box.setDetailedText(details)
        self.box.finished.connect(self._closed)
        self.box.open()

    def _closed(self) -> None:
        self.box = None


def message(parent: QWidget, sentence: str, icon: QMessageBox.Icon = QMessageBox.Icon.Warning) -> QMessageBox:
    """A dialog with one sentence, not shown yet; it does not stop the training."""
    box = QMessageBox(icon, "Twostroke", sentence, QMessageBox.StandardButton.Ok, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)  # names of files may look like tags
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box


class _Counter(logging.Handler):
    """Counts warnings and errors, so that a smoke test can insist on silence."""

    def __init__(self, reporter: ErrorReporter) -> None:
        super().__init__(logging.WARNING)
        self._reporter = reporter

    def emit(self, record: logging.LogRecord) -> None:
        self._reporter.count += 1


def _file_handler(path: Path) -> logging.Handler:
    """A log file that cannot grow without end; nothing where the folder cannot be written, or where no file stands."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        check_plain(path)
        handler: logging.Handler = RotatingFileHandler(
            path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler


def _qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    harmless = text.startswith("This plugin does not support")  # a platform without a screen says what it lacks
    level = logging.DEBUG if harmless else LEVELS.get(kind, logging.WARNING)
    logging.getLogger("qt").log(level, "%s", text)
