"""The loss surface in the window: asked for while it is seen, drawn cell by cell, its path a way back."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtTest import QTest

from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border.loss_surface import Directions, LossSurface, Plane, RunPath, SurfaceWish
from twostroke.engine.border.snapshot import Status
from twostroke.gui.look.colour import luminance, packed
from twostroke.gui.look.even_colours import EVEN_COLOURS
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.loss_scale import LEAST, scale_of
from twostroke.gui.model.surface_words import REACHES
from twostroke.gui.panels.base.widgets import small_font
from twostroke.gui.panels.surface.surface_panel import SurfacePanel

__all__ = ["bench", "settings"]

CELLS = 15
PATH = RunPath(
    np.array([0, 40, 80, 120]),
    np.array([-0.9, -0.5, -0.2, 0.0]),
    np.array([-0.3, 0.4, 0.3, 0.0]),
    np.array([0.02, 0.01, 0.03, 0.0]),
    np.array([1.2, 0.7, 0.4, 0.3]),
)
PLANE = Plane(np.zeros(6), np.eye(6)[0], np.eye(6)[1])


def surface(loss: np.ndarray | None = None, **parts: object) -> LossSurface:
    rows, columns = np.indices((CELLS, CELLS))
    values = 0.3 + 0.01 * ((rows - 7) ** 2 + 2 * (columns - 7) ** 2) if loss is None else loss
    found = LossSurface(
        SurfaceWish(), 120, 0, 120, "", PLANE, (1.0, 1.0), values, PATH, 0.93, 225, 225, 105, finest=True
    )
    return replace(found, **parts)  # type: ignore[arg-type]


@pytest.fixture
def panel(bench: Bench) -> SurfacePanel:
    found = bench.window.panel(SurfacePanel)
    for other in bench.window.panels.values():
        if other is not found and hasattr(other, "fold"):
            other.fold(True)
    found.fold(False)
    return found


def deliver(bench: Bench, found: LossSurface | None, at: tuple[float, float, float] | None = (0.0, 0.0, 0.0)) -> None:
    bench.link.engine.change(surface=found, on_surface=at, update=120, future=120, past=0)
    bench.link.deliver()
    QTest.qWait(60)  # until all is laid out


def wishes(bench: Bench) -> list[SurfaceWish | None]:
    return [command.surface for command in bench.link.engine.watched]


def test_it_is_asked_for_as_long_as_it_is_seen(bench: Bench) -> None:
    found = bench.window.panel(SurfacePanel)
    assert found.folded
    assert set(wishes(bench)) == {None}
    found.fold(False)
    assert wishes(bench)[-1] == SurfaceWish()
    bench.key(Qt.Key.Key_F11)
    bench.controller.leave_unseen(True)
    assert wishes(bench)[-1] is None
    bench.controller.leave_unseen(False)
    found.fold(True)
    assert wishes(bench)[-1] is None


def test_what_is_chosen_is_asked_for(bench: Bench, panel: SurfacePanel) -> None:
    assert not panel.others.isVisible()
    QTest.keyClick(panel.directions, Qt.Key.Key_Down)
    assert wishes(bench)[-1] == SurfaceWish(Directions.RANDOM)
    QTest.mouseClick(panel.others, Qt.MouseButton.LeftButton)
    assert wishes(bench)[-1] == SurfaceWish(Directions.RANDOM, 1.0, 1)
    QTest.keyClick(panel.reach, Qt.Key.Key_Down)
    assert wishes(bench)[-1] == SurfaceWish(Directions.RANDOM, 2.0, 1)
    assert panel.reach.count() == len(REACHES)
    assert panel.reach.currentText() == "2 × the weights"


def test_each_cell_is_one_colour_of_its_own_loss(bench: Bench, panel: SurfacePanel) -> None:
    """Nothing is smoothed: within a cell all pixels are alike, and beside the path its colour is that of the scale."""
    found = surface(path=replace(PATH, update=PATH.update[:0], a=PATH.a[:0], b=PATH.b[:0]))
    deliver(bench, found, None)
    picture, field = panel.chart.grab().toImage(), panel.chart.field()
    assert found.loss is not None
    shares = np.log(found.loss / found.loss.min()) / np.log(found.loss.max() / found.loss.min())
    side = field.width() / CELLS
    for row, column in np.ndindex(CELLS, CELLS):
        blue, green, red, _ = EVEN_COLOURS[round(float(shares[row, column]) * 254)].tolist()
        for across, up in ((0.2, 0.2), (0.5, 0.5), (0.8, 0.8)):
            x, y = field.left() + (column + across) * side, field.bottom() - (row + up) * side
            assert picture.pixelColor(int(x), int(y)) == QColor(red, green, blue)


def test_the_scale_says_its_ends_and_numbers_between() -> None:
    scale = scale_of(np.array([[0.02, 7.0], [np.inf, np.nan]]))
    assert scale is not None
    assert (scale.low, scale.high) == (0.02, 7.0)
    assert scale.marks()[:2] == [0.02, 7.0]
    assert {0.1, 1.0} <= set(scale.marks())
    assert scale.shares(np.array([0.02, np.sqrt(0.14), 7.0])) == pytest.approx([0, 0.5, 1])
    assert np.isnan(scale.shares(np.array([np.inf, np.nan, -np.inf]))).all()
    assert len(scale_of(np.array([1e-9, 1e30])).marks()) < 9  # type: ignore[union-attr]
    assert scale_of(np.array([np.nan, np.inf])) is None
    near = scale_of(np.array([0.6931, 0.6942]))
    assert near is not None
    assert near.texts()[:2] == [(0.0, "0.693"), (pytest.approx(1.0), "0.694")]
    level = scale_of(np.zeros(4))
    assert level is not None
    assert level.low == LEAST
    assert np.isfinite(level.shares(np.zeros(4))).all()


def test_the_colours_grow_evenly_lighter() -> None:
    """Lightness L* of CIE 1976: no step beyond twice the mean, none back."""
    light = np.array([luminance(packed(f"#{red:02x}{green:02x}{blue:02x}")) for blue, green, red, _ in EVEN_COLOURS])
    lightness = np.where(light > 0.008856, 116 * np.cbrt(light) - 16, 903.3 * light)
    steps = np.diff(lightness[::8])
    assert (steps > 0.0).all()
    assert steps.max() < 2.0 * steps.mean()
    assert lightness[-1] - lightness[0] > 70


def test_losses_that_are_not_finite_have_a_colour_of_their_own(bench: Bench, panel: SurfacePanel) -> None:
    loss = np.full((CELLS, CELLS), 0.5)
    loss[0, 0], loss[14, 14], loss[3, 3] = np.inf, np.nan, 2.0
    found = surface(loss)
    for theme in (Theme.DARK, Theme.LIGHT):
        if bench.controller.choices.theme is not theme:
            bench.controller.toggle_theme()
        deliver(bench, found)
        picture, field = panel.chart.grab().toImage(), panel.chart.field()
        wrong = QColor(PALETTES[theme].warning)
        for x, y in ((field.left() + 3, field.bottom() - 4), (field.right() - 4, field.top() + 3)):
            assert picture.pixelColor(int(x), int(y)) == wrong
        assert picture.pixelColor(int(field.center().x() + 40), int(field.center().y())) != wrong
    point = QPoint(int(panel.chart.field().right()) - 4, int(panel.chart.field().top()) + 3)
    QTest.mouseMove(panel.chart, point)
    assert panel.reading.text().startswith("Loss not finite at a 0.933, b 0.933")


def test_the_pointer_reads_cells_and_states(bench: Bench, panel: SurfacePanel) -> None:
    deliver(bench, surface())
    assert panel.reading.text().startswith("Now, update 120: ")
    assert "a 0, b 0, in the plane." in panel.reading.text()
    chart = panel.chart
    QTest.mouseMove(chart, chart.place(0.8, 0.8).toPoint())
    assert panel.reading.text() == "Loss 1.38 at a 0.8, b 0.8."
    QTest.mouseMove(chart, chart.place(-0.5, 0.4).toPoint())
    assert panel.reading.text().startswith("Update 40: its own loss 0.7, a −0.5, b 0.4, 0.01 away from the plane")


def test_a_click_on_a_state_goes_there(bench: Bench, panel: SurfacePanel) -> None:
    deliver(bench, surface())
    chart, before = panel.chart, list(bench.link.sent)
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.place(0.8, 0.8).toPoint())
    assert bench.link.sent == before, "a cell leads nowhere"
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.place(-0.5, 0.4).toPoint())
    assert bench.link.sent[len(before) :] == ["Seek"]


def test_the_mark_goes_with_the_network(bench: Bench, panel: SurfacePanel) -> None:
    deliver(bench, surface())
    still = panel.chart.grab().toImage()
    deliver(bench, panel.chart.found, (0.5, 0.5, 0.2))
    moved = panel.chart.grab().toImage()
    at = panel.chart.place(0.5, 0.5).toPoint() + QPoint(6, 0)
    assert still.pixelColor(at) != moved.pixelColor(at)
    assert "a 0.5, b 0.5, 0.2 away from the plane" in panel.reading.text()


@pytest.mark.parametrize(
    ("status", "found", "told"),
    [
        (Status.PAUSED, None, "The loss surface is being computed …"),
        (Status.RUNNING, None, "Training runs; the loss surface is computed once it stands still."),
        (Status.PAUSED, surface(finest=False), "15 × 15 cells around update 120, each computed over all 225 training "),
        (Status.PAUSED, surface(finest=False), "Finer ones follow …"),
        (Status.PAUSED, surface(samples=100), "100 of 225 training samples, always the same"),
        (Status.RUNNING, surface(), "the surface is that of before"),
        (Status.PAUSED, replace(surface(), loss=None, why="there is no way"), "at update 120: there is no way."),
    ],
)
def test_it_says_what_is_shown(
    bench: Bench, panel: SurfacePanel, status: Status, found: LossSurface | None, told: str
) -> None:
    bench.link.engine.change(status=status)
    deliver(bench, found)
    QTest.qWait(250 if status is Status.RUNNING else 1)
    assert told in panel.status.text().replace("\u200b", "")
    assert panel.chart.isVisible() == (found is not None and found.loss is not None)


def test_it_says_what_it_leaves_out(bench: Bench, panel: SurfacePanel) -> None:
    deliver(bench, surface())
    assert "Shown are 2 of 105 dimensions." in panel.about.text()
    assert "93.0 % of the variance of the 4 states" in panel.about.text()
    assert "up to 0.03 away from the plane" in panel.about.text()
    deliver(bench, surface(wish=SurfaceWish(Directions.RANDOM), share=None))
    assert "Random directions" in panel.about.text()
    assert "90° apart" in panel.about.text()


@pytest.mark.parametrize("width", [200, 236, 300, 520])
def test_it_fits_columns_of_any_width(bench: Bench, panel: SurfacePanel, width: int) -> None:
    half = (12.345, 0.0012345)
    deliver(bench, surface(np.geomspace(1e-9, 1e12, CELLS * CELLS).reshape(CELLS, CELLS), half=half))
    chart = panel.chart
    chart.resize(width, chart.heightForWidth(width))
    field = chart.field()
    assert field.left() > QFontMetrics(small_font(chart)).horizontalAdvance("−0.0012")
    assert field.right() <= width
    assert field.height() == field.width() > 100
    assert not chart.grab().toImage().isNull()
