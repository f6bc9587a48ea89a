"""An illness in the window over the engine that users have: seen by its words, healed by a click, undone by a key."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.test_real_engine import Real
from tests.gui.ward import click, patient
from tests.gui.window_bench import settings
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Snapshot, Status
from twostroke.engine.session.spec import Session
from twostroke.gui.panels.health.diagnosis_panel import DiagnosisPanel
from twostroke.gui.panels.health.health_panel import HealthPanel

__all__ = ["settings"]

LONG = 60_000  # ms


@pytest.fixture
def real(qtbot: QtBot, settings: QSettings) -> Iterator[Real]:
    made = Real(settings)
    yield made
    made.close()


def snapshot_of(real: Real) -> Snapshot:
    assert real.controller.snapshot is not None
    return real.controller.snapshot


def examined(real: Real, update: int) -> bool:
    now = real.controller.snapshot
    return now is not None and now.health is not None and now.health.update == now.update == update


def test_dead_units_are_seen_healed_and_taken_back(real: Real, qtbot: QtBot) -> None:
    panel = real.window.panel(DiagnosisPanel)

    def train(updates: int) -> None:
        until = snapshot_of(real).update + updates
        real.controller.send(c.Advance(updates))
        qtbot.waitUntil(lambda: examined(real, until), timeout=LONG)

    def words() -> list[str]:
        return [card.title.text() for card in panel.shown if card.isVisible()]

    qtbot.waitUntil(lambda: real.controller.snapshot is not None, timeout=LONG)
    real.controller.send(c.Open(Session.model_validate(patient("ReLU at rate 10").session)))
    qtbot.waitUntil(lambda: examined(real, 0), timeout=LONG)
    qtbot.waitUntil(lambda: panel.quiet.text().startswith("Nothing wrong found over "), timeout=LONG)
    for _ in range(2):
        train(250)
    qtbot.waitUntil(lambda: "Dead units in hidden 2" in words(), timeout=LONG)
    assert panel.heading.warnings == 1
    theta = [layer.weight.copy() for layer in snapshot_of(real).layers]
    click(panel.shown[0].buttons[0])
    qtbot.waitUntil(lambda: examined(real, 0), timeout=LONG)
    train(500)
    qtbot.waitUntil(lambda: panel.shown[0].outcome.text().endswith("at update 500: healthy"), timeout=LONG)
    assert panel.heading.warnings == 0
    real.window.stage.setFocus()
    QTest.keyClick(real.window.stage, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: panel.heading.warnings == 1, timeout=LONG)
    assert words() == ["Dead units in hidden 2"]
    assert not panel.shown[0].outcome.isVisible()
    now: Any = [layer.weight for layer in snapshot_of(real).layers]
    assert all((a == b).all() for a, b in zip(theta, now, strict=True))


def test_the_figures_follow_the_training(real: Real, qtbot: QtBot) -> None:
    panel = real.window.panel(HealthPanel)
    qtbot.waitUntil(lambda: panel.inside.isVisible(), timeout=LONG)
    real.controller.send(c.Play())
    qtbot.waitUntil(lambda: panel.chart.course is not None and len(panel.chart.course.update) >= 3, timeout=LONG)
    real.controller.send(c.Pause())
    qtbot.waitUntil(lambda: snapshot_of(real).status is Status.PAUSED, timeout=LONG)
    qtbot.waitUntil(lambda: panel.when.text() == f"Now, update {snapshot_of(real).update:,}:", timeout=LONG)
