"""A panel that is scrolled out of sight: left alone while training runs, and up to date where it is seen."""

import pytest
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.test_panels_settings import view_of
from twostroke.engine.border.snapshot import Status
from twostroke.gui.panels.training.training_panel import TrainingPanel


@pytest.fixture
def scrolled_away(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> tuple[QScrollArea, TrainingPanel]:
    """A panel below what is seen of a column, which has shown that training runs."""
    monkeypatch.setattr("twostroke.gui.panels.base.panel.SELDOM_SECONDS", 600.0)
    area, column, panel = QScrollArea(), QWidget(), TrainingPanel()
    panel.live_seconds = 0.01
    lines = QVBoxLayout(column)
    lines.addSpacing(2_000)
    lines.addWidget(panel)
    area.setWidgetResizable(True)
    area.setWidget(column)
    qtbot.addWidget(area)
    area.resize(400, 300)
    area.show()
    qtbot.waitExposed(area)
    assert panel.content.visibleRegion().isEmpty()
    for size in (20, 21):
        panel.show_view(view_of(example_session(training={"batch_size": size}), status=Status.RUNNING))
    qtbot.wait(50)
    assert panel.rest.editors["batch_size"].value() == 20
    return area, panel


def test_a_panel_out_of_sight_is_left_alone_while_training_runs_and_catches_up_in_sight(
    qtbot: QtBot, scrolled_away: tuple[QScrollArea, TrainingPanel]
) -> None:
    area, panel = scrolled_away
    area.ensureWidgetVisible(panel)
    qtbot.waitUntil(lambda: panel.rest.editors["batch_size"].value() == 21, timeout=60_000)
    panel.show_view(view_of(example_session(training={"batch_size": 22}), status=Status.RUNNING))
    qtbot.waitUntil(lambda: panel.rest.editors["batch_size"].value() == 22, timeout=60_000)


def test_a_panel_out_of_sight_shows_at_once_where_training_stops(
    scrolled_away: tuple[QScrollArea, TrainingPanel],
) -> None:
    panel = scrolled_away[1]
    panel.show_view(view_of(example_session(training={"batch_size": 22})))
    assert panel.rest.editors["batch_size"].value() == 22
