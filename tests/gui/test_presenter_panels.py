"""Output and curves beside the presented picture: large, without controls, and gone when the mode is left."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.window_bench import Bench
from tests.gui.window_bench import bench as bench
from tests.gui.window_bench import settings as settings
from twostroke.gui.panels.curves.curves_panel import CurvesPanel
from twostroke.gui.panels.network.network_panel import NetworkPanel
from twostroke.gui.panels.output.output_panel import OutputPanel
from twostroke.gui.shell.presenter.panels_beside import WIDTH, PanelsBeside


@pytest.fixture
def beside(bench: Bench) -> PanelsBeside:
    """Of a lecturer who presents the output."""
    bench.key(Qt.Key.Key_F5)
    bench.key(Qt.Key.Key_Q)
    QApplication.processEvents()
    (found,) = bench.window.findChildren(PanelsBeside)
    return found


def test_a_key_shows_the_output_then_the_curves_then_neither(bench: Bench, beside: PanelsBeside) -> None:
    whole = bench.window.width()
    assert isinstance(beside.shown, OutputPanel)
    assert bench.window.stage.width() == whole - beside.width()
    bench.key(Qt.Key.Key_Q)
    assert isinstance(beside.shown, CurvesPanel)
    bench.key(Qt.Key.Key_Q)
    QApplication.processEvents()
    assert beside.shown is None
    assert not beside.isVisible()
    assert bench.window.stage.width() == whole


def test_a_panel_that_has_something_to_show_is_shown_here(bench: Bench, beside: PanelsBeside) -> None:
    wishes, columns = bench.window.columns.wishes, bench.window.columns
    columns.reveal(bench.window.panel(CurvesPanel))
    assert isinstance(beside.shown, CurvesPanel)
    columns.bring(bench.window.panel(OutputPanel))
    assert isinstance(beside.shown, OutputPanel)
    columns.reveal(bench.window.panel(NetworkPanel))  # settings: none of the class's business
    assert isinstance(beside.shown, OutputPanel)
    assert columns.wishes == wishes
    assert columns.shown == frozenset()


def test_where_nobody_presents_there_is_none(bench: Bench) -> None:
    bench.key(Qt.Key.Key_Q)
    (beside,) = bench.window.findChildren(PanelsBeside)
    assert not beside.isVisible()


def test_there_is_nothing_to_touch(bench: Bench, beside: PanelsBeside) -> None:
    bench.controller.one_update()  # which shows some controls of the panel again
    QApplication.processEvents()
    panel, sent = beside.shown, len(bench.link.sent)
    assert panel is not None
    for kind in (QAbstractButton, QComboBox, QAbstractSpinBox):
        assert [each for each in panel.findChildren(kind) if each.isVisible() and each is not panel.heading] == []
    for y in range(10, beside.height(), 25):
        QTest.mouseClick(beside, Qt.MouseButton.LeftButton, pos=QPoint(60, y))
    assert len(bench.link.sent) == sent


def test_the_panel_follows_the_network_and_is_drawn_larger(bench: Bench, beside: PanelsBeside, qtbot: QtBot) -> None:
    beside.draw_larger(1.5)
    QApplication.processEvents()
    qtbot.waitUntil(lambda: beside._picture.width() == round(1.5 * WIDTH))
    assert beside.width() == round(1.5 * WIDTH)
    panel = beside.shown
    assert panel is not None
    bench.controller.one_update()
    assert panel._view is bench.controller.view
    before = beside._picture.cacheKey()
    bench.controller.toggle_theme()
    qtbot.waitUntil(lambda: beside._picture.cacheKey() != before)
    ground = beside._picture.toImage().pixelColor(2, beside._picture.height() - 3)
    assert ground.lightness() > 200


def test_they_go_with_the_mode_and_come_with_it(bench: Bench, beside: PanelsBeside) -> None:
    bench.key(Qt.Key.Key_Escape)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not beside.isVisible()
    mine = [w for w in QApplication.topLevelWidgets() if isinstance(w, QWidget) and w.isVisible()]
    assert mine == [bench.window]
    bench.key(Qt.Key.Key_F5)
    assert isinstance(beside.shown, OutputPanel)
    assert beside.isVisible()
