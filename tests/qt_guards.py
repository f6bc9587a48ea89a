"""Fixtures under which a test of the window cannot pass noisily or leave something behind.

A conftest.py of a folder whose tests use Qt imports them all.
"""

import gc
import inspect
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QStandardPaths, QThread, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget

from tests import origins

QStandardPaths.setTestModeEnabled(True)

GRACE = 10.0  # seconds in which a timer, thread or widget on its way out must be gone, on a busy machine

# What the platform plugin without a screen cannot do, and says each time it is asked.
HARMLESS = [r"This plugin does not support \w+"]
LOUD = {QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg}


class _Collector(logging.Handler):
    """Keeps log records of WARNING and above."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"log, {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def expect_message() -> Iterator[Callable[[str], None]]:
    """An unexpected warning, of Qt or in the log, fails the test. Call it with a pattern to expect one."""
    said: list[str] = []
    expected: list[str] = []

    def handler(kind: QtMsgType, context: object, text: str) -> None:
        if kind in LOUD and not any(re.search(pattern, text) for pattern in HARMLESS):
            said.append(f"Qt: {text}")

    collector = _Collector(said)
    logging.getLogger().addHandler(collector)
    previous = qInstallMessageHandler(handler)
    yield expected.append
    qInstallMessageHandler(previous)
    logging.getLogger().removeHandler(collector)
    surprises = [text for text in said if not any(re.search(pattern, text) for pattern in expected)]
    unheard = [pattern for pattern in expected if not any(re.search(pattern, text) for text in said)]
    if surprises:
        pytest.fail("unexpected messages:\n" + "\n".join(surprises), pytrace=False)
    if unheard:
        pytest.fail("expected messages that never came:\n" + "\n".join(unheard), pytrace=False)


@pytest.fixture(autouse=True)
def nothing_left(expect_message: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A top-level widget, running QThread or active QTimer that outlives its test fails it and is named."""
    timers = origins.watch(monkeypatch, QTimer, "start")
    threads = origins.watch(monkeypatch, QThread, "start")
    before = {id(widget) for widget in top_levels()}

    def left() -> list[str]:
        found = [f"timer, started at {place}" for t, place in timers.items() if shiboken6.isValid(t) and t.isActive()]
        found += [
            f"thread, started at {place}" for t, place in threads.items() if shiboken6.isValid(t) and t.isRunning()
        ]
        return found + [described(widget) for widget in top_levels() if id(widget) not in before]

    yield
    deadline = time.monotonic() + GRACE
    _end_what_ends()
    while (remains := left()) and time.monotonic() < deadline:
        gc.collect()  # takes longer than many a test: for what goes only so
        _end_what_ends()
    if remains:
        pytest.fail("left behind: " + "; ".join(remains), pytrace=False)


@pytest.fixture(scope="session", autouse=True)
def nothing_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    """A widget of ours that Qt has deleted, and that something in Python still holds, fails the run.

    What is connected to a signal of an object without a parent, and is no method, lives as long as that object, with
    all that it names: a closed window, say, with its pictures. Looked for once, since it takes longer than most tests,
    and not where a test has failed: its traceback holds what it stood in.
    """
    yield
    if request.session.testsfailed:
        return
    for item in request.session.items:
        (getattr(item, "funcargs", None) or {}).clear()  # pytest holds what the last test was given until all is over
    gc.collect()
    kept = Counter(described(found) for found in gc.get_objects() if _of_ours(found) and not shiboken6.isValid(found))
    if kept:
        names = [f"{count} times {name}" for name, count in kept.most_common(10)]
        pytest.fail("held though Qt has deleted it: " + "; ".join(names), pytrace=False)


def _of_ours(found: object) -> bool:
    kind = type(found)  # a weak proxy says that it is what it stands for, or cannot any more
    return issubclass(kind, shiboken6.Object) and kind.__module__.startswith(("twostroke.", "test"))


def _end_what_ends() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.processEvents()


@pytest.fixture(autouse=True)
def undressed(nothing_left: object) -> None:
    """A test begins as the program does, without a style sheet: a window that is built under one takes twice as long,
    since Qt looks again, with each layer of widgets, for the rules of all that are in there.
    """
    app = QApplication.instance()
    if isinstance(app, QApplication) and app.styleSheet():
        app.setStyleSheet("")


def top_levels() -> list[QWidget]:
    """Widgets without a parent; popups that belong to a widget go with it."""
    if QApplication.instance() is None:
        return []
    return [widget for widget in QApplication.topLevelWidgets() if widget.parent() is None]


def described(widget: QWidget) -> str:
    """A widget by class, title and the place where its class is written."""
    kind = type(widget)
    try:
        place = f"{Path(inspect.getsourcefile(kind) or '').name}:{inspect.getsourcelines(kind)[1]}"
    except (TypeError, OSError):  # a class of Qt itself has no source
        place = "Qt"
    title = "deleted"
    if shiboken6.isValid(widget):
        title = widget.windowTitle() or widget.objectName() or "untitled"
    return f"widget {kind.__name__} ({title}, class from {place})"
