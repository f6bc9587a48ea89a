"""The axis of updates: plain and logarithmic, in the curves, under the picture, by key and by click; and its gaps."""

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_snapshot
from tests.gui.output_bench import curves_panel
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border.commands import Command, Seek
from twostroke.engine.border.snapshot import Answer, Curves, Told
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.beside import Thin
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.update_axis import UpdateAxis, axis_of
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.plots import SHARES, CurvePlot
from twostroke.gui.panels.curves.curves_panel import CurvesPanel
from twostroke.gui.panels.time.run_strip import RunStrip
from twostroke.gui.shell.preferences import Preferences

__all__ = ["bench", "curves_panel", "settings"]

LONG = 1_000_000


def curves(updates: list[int], breaks: tuple[int, ...] = ()) -> Curves:
    at = np.array(updates, dtype=np.int64)
    loss = np.linspace(1.0, 0.5, len(at))
    return Curves(at, loss, 0.8 * loss, 1 - loss, 1 - 0.9 * loss, breaks)


def view(updates: list[int], breaks: tuple[int, ...] = (), log: bool = False, **facts: Any) -> ViewState:
    last = updates[-1]
    snapshot = replace(example_snapshot(update=last), curves=curves(updates, breaks), past=0, future=last)
    return resolve(replace(snapshot, **facts), None, None, Choices(log_updates=log))


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(("first", "last"), [(0, 1), (0, 0), (0, 2_000), (0, LONG), (LONG, LONG + 5), (7, 10**12)])
def test_an_axis_gives_back_the_update_that_it_was_given(first: int, last: int, log: bool) -> None:
    axis = UpdateAxis(first, log)
    for update in np.unique(np.linspace(first, last, 3_000).astype(np.int64)).tolist():
        share = axis.share(update, last)
        assert 0 <= share <= 1
        assert round(axis.update_at(share, last)) == update
        assert axis.places(np.array([update]))[0] == pytest.approx(axis.place(update))
    assert axis.share(first, last) == 0
    assert axis.share(last, last) == (1 if last > first else 0)


def test_decades_are_counted_from_the_first_update() -> None:
    assert UpdateAxis(0, True).decades(1_000) == [1, 10, 100, 1_000]
    assert UpdateAxis(500, True).decades(1_000) == [501, 510, 600]
    assert UpdateAxis(0, True).decades(0) == []


def test_an_axis_begins_where_anything_is_known() -> None:
    assert axis_of(view([0, 100], past=50)).first == 0
    assert axis_of(view([LONG, LONG + 10], past=LONG)).first == LONG
    assert axis_of(view([LONG + 5, LONG + 10], past=LONG)).first == LONG


@pytest.fixture
def strip(qtbot: QtBot) -> RunStrip:
    made = RunStrip()
    qtbot.addWidget(made)
    made.resize(1000, 60)
    dress(made, PALETTES[Theme.DARK])
    made.show()
    return made


def test_places_of_a_logarithmic_strip_and_updates_belong_together(strip: RunStrip) -> None:
    strip.show_view(view([0, 10, LONG], log=True))
    for update in (0, 1, 2, 9, 10, 999, 54_321, LONG - 1, LONG):
        assert strip.update_at(strip.x_of(update)) == update
    assert strip.x_of(1_000) == pytest.approx(strip.area().center().x(), abs=1)
    assert (strip.update_at(-50), strip.update_at(5000)) == (0, LONG)
    strip.show_view(view([0, 10, LONG], past=300, log=True))
    assert strip.update_at(strip.x_of(100)) == 300


def test_clicks_and_keys_on_a_logarithmic_strip_go_where_they_point(strip: RunStrip) -> None:
    asked: list[Command] = []

    def ask(command: Command, then: Told) -> None:
        asked.append(command)
        then(Answer())

    strip.asked.connect(ask)
    strip.show_view(view([0, 10, LONG], log=True))
    for update in (1, 2, 10, 100):
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(round(strip.x_of(update)), 30))
        assert isinstance(asked[-1], Seek)
        assert asked[-1].update == pytest.approx(update, rel=0.02)
    QTest.keyClick(strip, Qt.Key.Key_Left)
    assert asked[-1] == Seek(LONG - 1)


def test_a_run_that_was_opened_far_on_has_the_whole_strip(strip: RunStrip) -> None:
    strip.show_view(view([LONG, LONG + 100], past=LONG))
    assert strip.x_of(LONG) == strip.area().left()
    assert strip.x_of(LONG + 50) == pytest.approx(strip.area().center().x())


def inked(plot: CurvePlot, colour: int | str) -> list[tuple[int, int]]:
    """The pixels of the canvas in a colour."""
    image, wanted = plot.canvas.grab().toImage(), QColor(colour)
    return [(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y) == wanted]


def test_no_line_leads_over_updates_that_nobody_evaluated(curves_panel: CurvesPanel, qtbot: QtBot) -> None:
    """Between the stretches nothing is drawn; a figure that stands alone is a dot."""
    curves_panel.show_view(view([0, 100, 200, 500, 800, 900, 1_000], breaks=(3, 4)))
    qtbot.wait(20)
    plot = curves_panel.loss
    assert plot is not None
    colour = plot.palette_.text
    pixels = inked(plot, colour)
    box = plot.item.getViewBox()
    places = {u: plot.canvas.mapFromScene(box.mapViewToScene(QPointF(u, 0.7))).x() for u in (200, 500, 800)}
    dots = [x for x, _ in pixels if places[200] + 4 < x < places[800] - 4]
    assert dots
    assert all(abs(x - places[500]) <= 3 for x in dots)
    assert any(x < places[200] - 4 for x, _ in pixels)
    assert any(x > places[800] + 4 for x, _ in pixels)


def test_the_first_evaluation_can_be_seen(curves_panel: CurvesPanel, qtbot: QtBot) -> None:
    curves_panel.show_view(view([5]))
    qtbot.wait(20)
    assert curves_panel.loss is not None
    assert inked(curves_panel.loss, curves_panel.loss.palette_.text)


def test_a_logarithmic_axis_gives_the_beginning_room(curves_panel: CurvesPanel, qtbot: QtBot) -> None:
    updates = [0, 1, 10, 100, 1_000, 10_000, 100_000, LONG]
    curves_panel.show_view(view(updates, log=True))
    qtbot.wait(20)
    plot = curves_panel.loss
    assert plot is not None
    places = plot.train.getOriginalDataset()[0]
    np.testing.assert_allclose(places, np.log10(1.0 + np.array(updates)), rtol=1e-12)
    (left, right), _ = plot.item.viewRange()
    assert (left, right) == pytest.approx((0.0, 1.02 * places[-1]))
    axis = plot.item.getAxis("bottom")
    ((_, ticks),) = axis.tickValues(left, right, 400)
    assert axis.tickStrings(ticks, 1.0, 1.0) == ["0", "1", "10", "100", "1,000", "10 k", "100 k", "1 M"]
    ((_, ticks),) = axis.tickValues(left, right, 160)
    assert axis.tickStrings(ticks, 1.0, 1.0) == ["0", "1", "100", "10 k", "1 M"]
    curves_panel.show_view(view(updates))
    np.testing.assert_array_equal(plot.train.getOriginalDataset()[0], updates)
    curves_panel.show_view(view([LONG, LONG + 10, LONG + 100], past=LONG, log=True))
    ((_, ticks),) = axis.tickValues(*plot.item.viewRange()[0], 400)
    assert axis.tickStrings(ticks, 1.0, 1.0) == ["1 M", "+1", "+10", "+100"]


def test_the_axis_is_chosen_by_key_and_by_click_and_remembered(bench: Bench, settings: QSettings) -> None:
    box = bench.window.findChild(CurvesPanel).log_updates
    bench.key(Qt.Key.Key_X)
    assert bench.controller.choices.log_updates
    assert bench.window.actions_by_id["log_updates"].isChecked()
    bench.window.findChild(CurvesPanel).show_view(bench.controller.view)
    QTest.qWait(300)
    assert box.isChecked()
    box.click()
    assert not bench.controller.choices.log_updates
    assert not bench.window.actions_by_id["log_updates"].isChecked()
    box.click()
    bench.window.close()
    assert Preferences(settings).choices(Choices()).log_updates


def test_names_stand_at_the_ends_of_their_lines_in_full(qtbot: QtBot) -> None:
    """Also at the top of the chart, where several lines end in one place, and where a run has only begun."""
    plot = CurvePlot("Accuracy", SHARES)
    qtbot.addWidget(plot)
    dress(plot, PALETTES[Theme.DARK])
    plot.resize(300, 180)
    plot.show()
    at = np.arange(0, 2000, 20)
    few = np.arange(2)
    thin = [Thin(name, at, np.full(len(at), end)) for name, end in (("B", 1.0), ("C", 0.999), ("D", 0.4), ("E", 0.0))]
    plot.show_curves(at, np.linspace(0.0, 1.0, len(at)), np.zeros(0), thin=(*thin, Thin("F", few, np.ones(2))))
    plot.grab()
    names = [item for item in plot.item.items if isinstance(item, pg.TextItem)]
    assert [name.toPlainText() for name in names] == list("BCDEF")
    field = plot.item.vb.sceneBoundingRect()
    boxes = [name.mapRectToScene(name.boundingRect()) for name in names]
    assert [field.adjusted(-1, -1, 1, 1).contains(box) for box in boxes] == [True] * 5
    assert not [(a, b) for a, b in combinations(boxes, 2) if a.adjusted(1, 1, -1, -1).intersects(b)]
    line = plot.item.vb.mapViewToScene(QPointF(at[-1], 0.4)).y()
    assert boxes[2].bottom() == pytest.approx(line, abs=1.0), "above its end, where there is room"
