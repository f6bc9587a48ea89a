"""The window over an engine on paper, shown and ready for key and mouse events; shared by the tests of the window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.edits import to
from tests.gui.examples import example_session
from tests.gui.paper_engine import PaperLink
from twostroke.gui.drive.controller import Controller
from twostroke.gui.shell.document import Document
from twostroke.gui.shell.main_window import MainWindow
from twostroke.gui.shell.preferences import Preferences

NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Bench:
    """A shown window over an engine on paper."""

    def __init__(self, settings: QSettings) -> None:
        self.settings = settings
        self.link = PaperLink(example_session())
        self.controller = Controller(self.link)
        self.window = MainWindow(self.controller, Preferences(settings))
        self.window.resize(1280, 720)
        self.window.show()
        self.link.start()
        QTest.qWaitForWindowExposed(self.window)
        self.window.activateWindow()
        self.window.stage.setFocus()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, on: QWidget | None = None) -> None:
        """Press and release on the widget with the focus."""
        QTest.keyClick(on or QApplication.focusWidget() or self.window, key, modifiers)

    @property
    def document(self) -> Document:
        return self.window.document

    def change(self) -> None:
        """Make an edit that has not been saved."""
        self.controller.send(to(example_session((4,)), "Set units to 4"))

    def close(self) -> None:
        self.controller.stop()
        self.document.may_go = lambda: True  # type: ignore[method-assign]
        self.window.close()
        self.window.deleteLater()


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def bench(qtbot: QtBot, settings: QSettings) -> Iterator[Bench]:
    made = Bench(settings)
    yield made
    made.close()


def finish(bench: Bench) -> None:
    """Let the film of a press run out at once."""
    player = bench.controller.player
    if player._goal is not None:
        player.cursor, player._goal = player._goal, None
        bench.controller.refresh()


def file_dialogs(monkeypatch: pytest.MonkeyPatch, path: Path | str) -> None:
    """The user picks `path` in every file dialog; "" means cancel."""
    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: (str(path), ""))
