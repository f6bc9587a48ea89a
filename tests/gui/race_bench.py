"""The window of a race over runs that are done in this process; shared by its tests."""

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.engine.test_race import Here
from tests.gui.test_real_engine import Real, real
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.race.lineup import Job
from twostroke.engine.session.spec import Session
from twostroke.gui.model.user_text import BREAK
from twostroke.gui.shell.main_window import MainWindow
from twostroke.gui.shell.race.race_brush import Dot
from twostroke.gui.shell.race.window import RaceWindow

__all__ = ["bench", "real", "settings"]

Crew = Callable[[Sequence[Job]], None]


def nothing(_: Sequence[Job]) -> None:
    pass


class Gate:
    """Lets so many runs pass, and the others when it is opened."""

    def __init__(self, passing: int) -> None:
        self.left, self.open, self.met = passing, threading.Event(), threading.Event()

    def __call__(self, jobs: Sequence[Job]) -> None:
        self.left -= len(jobs)
        if self.left < 0:
            self.met.set()
            self.open.wait(30)


Opens = Callable[..., RaceWindow]


def opened(window: MainWindow, qtbot: QtBot, before: Crew = nothing, updates: int = 20, seeds: int = 3) -> RaceWindow:
    """The window over runs that are done in this process, so many updates each."""
    window.actions_by_id["race"].trigger()
    found = window.findChild(RaceWindow)
    assert isinstance(found, RaceWindow)
    found.race._make = lambda _: nullcontext(Here(before))
    found.form.seeds.setValue(seeds)
    found.form.updates.setValue(updates)
    looked_at(found, qtbot)
    return found


@pytest.fixture
def race(bench: Bench, qtbot: QtBot) -> Opens:
    """Opens it beside a window over an engine on paper."""
    return partial(opened, bench.window, qtbot)


@pytest.fixture
def real_race(real: Real, qtbot: QtBot) -> Opens:
    """Opens it beside a window with its engine."""
    qtbot.waitUntil(lambda: real.controller.snapshot is not None, timeout=60_000)
    return partial(opened, real.window, qtbot)


def said(window: RaceWindow) -> str:
    return window.status.text().replace(BREAK, "")


def looked_at(window: RaceWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.race.lineup is not None or bool(window.race.problem), timeout=30_000)


def run(window: RaceWindow, qtbot: QtBot) -> None:
    looked_at(window, qtbot)
    QTest.mouseClick(window.start, Qt.MouseButton.LeftButton)
    ended(window, qtbot)


def ended(window: RaceWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.race.running, timeout=60_000)


def dots(window: RaceWindow) -> Sequence[Dot]:
    assert window.results.chart.plan is not None
    return window.results.chart.plan.dots


def window_session(real: Real | Bench) -> Session:
    assert real.controller.snapshot is not None
    return real.controller.snapshot.session
