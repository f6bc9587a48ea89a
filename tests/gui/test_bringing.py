"""A panel that is brought stays in view when those above it get other heights, unless somebody scrolls."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QWidget

from tests.gui.window_bench import Bench, bench, settings
from twostroke.gui.panels.table import Side
from twostroke.gui.shell import columns

__all__ = ["bench", "settings"]


def top(area: QScrollArea, panel: QWidget) -> int:
    return panel.mapTo(area.viewport(), QPoint(0, 0)).y()


@pytest.mark.parametrize("scrolled", [0, 60])
def test_a_panel_stays_where_it_was_brought(bench: Bench, monkeypatch: pytest.MonkeyPatch, scrolled: int) -> None:
    monkeypatch.setattr(columns, "SETTLED_MS", 400)
    window = bench.window
    area = window.columns._areas[Side.RIGHT]
    scores, above = window.panels["scores"], window.panels["output"]
    above.setMinimumHeight(above.height() + 200)
    QTest.qWait(100)
    window.columns.bring(scores)
    QTest.qWait(100)
    assert top(area, scores) == 0
    area.verticalScrollBar().setValue(area.verticalScrollBar().value() + scrolled)
    above.setMinimumHeight(0)
    QTest.qWait(100)
    moved = top(area, scores)
    assert moved < 0
    QTest.qWait(500)
    assert top(area, scores) == (moved if scrolled else 0)
