"""The linear regions on the decision map: drawn where they are, counted in words, taken only while they are seen."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border.commands import Watch
from twostroke.engine.border.tiling import Regions
from twostroke.gui.model.regions import told
from twostroke.gui.panels.output.decision_map import borders
from twostroke.gui.panels.output.output_panel import OutputPanel

__all__ = ["bench", "settings"]

FINER = 3
HALVES = np.repeat(np.array([[0] * 8 + [1] * 8], dtype=np.int32), 16, axis=0)  # left and right


def panel_of(bench: Bench) -> OutputPanel:
    return bench.window.panel(OutputPanel)


def deliver(bench: Bench, regions: Regions | None) -> None:
    bench.link.engine.change(regions=regions)
    bench.link.deliver()


def wishes(bench: Bench) -> list[bool]:
    return [command.regions for command in bench.link.engine.watched]


def test_a_border_is_where_neighbours_differ() -> None:
    rng = np.random.default_rng(3)
    regions = rng.integers(0, 3, (7, 7)).astype(np.int32)
    picture = borders(regions, "#102030", 7 * FINER, 7 * FINER)
    shown = {(x, y) for x in range(7 * FINER) for y in range(7 * FINER) if QColor(picture.pixelColor(x, y)).alpha()}

    def cell(x: int, y: int) -> int:
        return int(regions[6 - y // FINER, x // FINER])

    expected = {
        (x, y)
        for x in range(7 * FINER)
        for y in range(7 * FINER)
        if (x and cell(x - 1, y) != cell(x, y)) or (y and cell(x, y - 1) != cell(x, y))
    }
    assert shown == expected
    assert picture.pixelColor(*next(iter(shown))).red() in range(0x0E, 0x13)


def test_they_are_asked_for_as_long_as_they_are_seen(bench: Bench) -> None:
    panel = panel_of(bench)
    assert panel.regions.isVisible()
    assert wishes(bench) == [False]
    QTest.mouseClick(panel.regions, Qt.MouseButton.LeftButton)
    assert wishes(bench) == [False, True]
    panel.fold(True)
    assert wishes(bench)[-1] is False
    panel.fold(False)
    assert wishes(bench)[-1] is True
    assert bench.link.engine.watched[-1] == Watch(health=True, regions=True)
    QTest.mouseClick(panel.regions, Qt.MouseButton.LeftButton)
    assert wishes(bench)[-1] is False


def test_they_are_drawn_and_counted(bench: Bench) -> None:
    panel = panel_of(bench)
    QTest.mouseClick(panel.regions, Qt.MouseButton.LeftButton)
    deliver(bench, Regions(1_234, 2, HALVES))
    assert panel.map._regions is HALVES
    assert panel.tiles.isVisible()
    assert panel.tiles.text().startswith("2 linear regions at update 1,234")
    assert "16 × 16 points" in panel.tiles.text()
    QTest.mouseClick(panel.regions, Qt.MouseButton.LeftButton)
    assert panel.map._regions is None
    assert not panel.tiles.isVisible()


def test_the_border_stands_where_the_regions_meet(bench: Bench) -> None:
    chart = panel_of(bench).map
    before = chart.grab().toImage()
    chart.show_regions(HALVES)
    after = chart.grab().toImage()
    changed = {
        x for x in range(after.width()) for y in range(after.height()) if after.pixel(x, y) != before.pixel(x, y)
    }
    assert changed
    field = chart.field()
    assert all(abs(x / after.devicePixelRatio() - field.center().x()) < field.width() / 16 for x in changed)
    chart.show_regions(None)
    assert chart.grab().toImage() == before


def test_colours_follow_the_theme(bench: Bench) -> None:
    panel = panel_of(bench)
    QTest.mouseClick(panel.regions, Qt.MouseButton.LeftButton)
    deliver(bench, Regions(7, 2, HALVES))
    dark = panel.map.grab().toImage()
    bench.controller.toggle_theme()
    light = panel.map.grab().toImage()
    assert dark != light
    assert panel.map._borders is not None
    picture = panel.map._borders
    lines = {picture.pixelColor(x, 9).name() for x in range(picture.width()) if picture.pixelColor(x, 9).alpha()}
    assert len(lines) == 1
    assert QColor(lines.pop()).lightness() < 100  # dark on light


@pytest.mark.parametrize("why", ["hidden 1 has tanh, which is curved; use ReLU in the hidden layers"])
def test_where_there_are_none_it_says_why(bench: Bench, why: str) -> None:
    panel = panel_of(bench)
    QTest.mouseClick(panel.regions, Qt.MouseButton.LeftButton)
    deliver(bench, Regions(5, 0, None, why))
    assert panel.tiles.text() == f"No linear regions: {why}."


def test_one_region_is_one() -> None:
    assert told(Regions(0, 1, np.zeros((4, 4), dtype=np.int32))).startswith("1 linear region at update 0:")
