"""A window in which a lesson is played, over the engine that users have."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.window_bench import settings
from twostroke.engine.border.commands import Capture
from twostroke.engine.border.snapshot import Answer, Captured
from twostroke.gui.drive.bridge import Bridge
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.lessons import lesson
from twostroke.gui.model.lessons.alone import Alone, played
from twostroke.gui.model.player import Speed
from twostroke.gui.shell.document import lesson_start
from twostroke.gui.shell.main_window import MainWindow
from twostroke.gui.shell.preferences import Preferences

__all__ = ["settings"]

LONG = 60_000
FIRST = "two-strokes"


class Taught:
    """A window with a lesson, whose films are stood at the end of."""

    def __init__(self, settings: QSettings, qtbot: QtBot, name: str) -> None:
        self.lesson, self._qtbot = lesson(name), qtbot
        self.bridge = Bridge(self.lesson.session)
        self.controller = Controller(self.bridge)
        self.window = MainWindow(self.controller, Preferences(settings))
        self.window.resize(1280, 720)
        self.window.show()
        self.bridge.start()
        self.player, self.pane = self.window.guide.player, self.window.lesson
        self.controller.set_speed(Speed.FRAME)
        self.until(lambda: self.controller.snapshot is not None)
        self.window.document.begin(lesson_start(self.lesson))
        self.until(lambda: self.player.lesson is self.lesson)

    def until(self, there: Any) -> None:
        self._qtbot.waitUntil(there, timeout=LONG)

    def arrive(self) -> None:
        self.until(lambda: not self.player.under_way)

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window.stage, key)

    def captured(self) -> Captured:
        found: list[Captured] = []

        def told(answer: Answer) -> bool:
            assert answer.captured is not None
            found.append(answer.captured)
            return True

        self.controller.ask_aside(Capture(), told)
        self.until(lambda: bool(found))
        return found[0]

    def stands_as(self, alone: Alone) -> None:
        """The very moment: settings, every number that training changes, the sample and the place in the film."""
        mine, other = self.captured(), alone.trainer.apply(Capture()).captured
        assert other is not None
        assert mine.session.model_dump(exclude={"view"}) == other.session.model_dump(exclude={"view"})
        assert mine.state is not None
        assert other.state is not None
        assert mine.state.keys() == other.state.keys()
        for key, value in mine.state.items():
            assert np.array_equal(value, other.state[key], equal_nan=np.asarray(value).dtype.kind == "f"), key
        assert self.controller.choices.batch_row == alone.choices.batch_row
        assert self.controller.choices.lens == alone.choices.lens
        tape, its = self.controller.tape, alone.trainer.tape
        assert (tape is None) == (its is None)
        if alone.cursor is not None and self.controller.player.cursor is not None:
            assert self.controller.player.cursor.moment.step == alone.cursor.moment.step

    def close(self) -> None:
        self.controller.stop()
        self.window.document.may_go = lambda: True  # type: ignore[method-assign]
        self.window.close()
        self.bridge.stop()
        self.window.deleteLater()


@pytest.fixture
def taught(qtbot: QtBot, settings: QSettings, request: pytest.FixtureRequest) -> Iterator[Taught]:
    made = Taught(settings, qtbot, getattr(request, "param", FIRST))
    yield made
    made.close()


@pytest.fixture
def at_two(taught: Taught, monkeypatch: pytest.MonkeyPatch) -> Taught:
    """At its second scene, which asks for a number."""
    monkeypatch.setattr(type(taught.player), "_pace", lambda self, rate: None)
    taught.player.play(1)
    taught.arrive()
    return taught


def moment(name: str, scene: int) -> Alone:
    return next(alone for at, alone in enumerate(played(lesson(name))) if at == scene)
