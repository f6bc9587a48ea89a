"""The timeline: blocks to scale, names that fit, scrubbing, and the loss of the run."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session, example_snapshot
from twostroke.engine.border.cursor import WEIGHT_OF_PHASE, Cursor, Phase, Step, steps
from twostroke.engine.border.snapshot import Curves
from twostroke.gui.look.dress import dress
from twostroke.gui.look.painting import painting
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.phase_names import TIGHT, all_named, fitting, labels, layer_numbers, title
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.update_axis import UpdateAxis
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.time.loss_line import LossLine, loss_lines
from twostroke.gui.panels.time.timeline import (
    BLOCK,
    MARGIN,
    TOP,
    TimelinePanel,
    blocks,
    is_backward,
)


def view(cursor: Cursor | None = None, depth: int = 3) -> ViewState:
    snapshot = example_snapshot(example_session((8,) * (depth - 1)), stroke=cursor is not None)
    return resolve(snapshot, snapshot.tape, cursor, Choices())


@pytest.fixture
def panel(qtbot: QtBot) -> TimelinePanel:
    made = TimelinePanel()
    qtbot.addWidget(made)
    made.resize(1000, 92)
    made.show_view(view(Cursor(3)))
    made.show()
    return made


def colours_in(panel: TimelinePanel, x0: float, x1: float) -> list[str]:
    """The colours along the middle of the row of blocks, between two pixels."""
    image = panel.grab().toImage()
    y = int(TOP + 3)
    return [image.pixelColor(x, y).name() for x in range(int(x0), int(x1))]


def test_blocks_are_to_scale_and_leave_no_gap() -> None:
    found = blocks(3)
    assert [block.step for block in found] == list(steps(3))
    assert found[0].start == 0
    assert found[-1].end == pytest.approx(1)
    assert all(a.end == b.start for a, b in pairwise(found))
    ratio = (found[1].end - found[1].start) / (found[2].end - found[2].start)
    assert ratio == pytest.approx(WEIGHT_OF_PHASE[Phase.SUM] / WEIGHT_OF_PHASE[Phase.GATE])


def test_blocks_and_cursor_agree() -> None:
    cursor = Cursor(4)
    for block in blocks(4):
        assert cursor.seek(block.step).time == pytest.approx(block.end)


@pytest.mark.parametrize("depth", [1, 3, 20, 65])
@pytest.mark.parametrize("width", [200, 640, 1250])
def test_no_name_is_wider_than_its_block(qtbot: QtBot, depth: int, width: int) -> None:
    panel = TimelinePanel()
    qtbot.addWidget(panel)
    panel.resize(width, 92)
    font = QFont(panel.font())
    font.setPixelSize(11)
    metrics = QFontMetricsF(font)
    end = 0.0
    for block in blocks(depth):
        rect = panel.rect_of(block)
        name = fitting(labels(block.step), metrics.horizontalAdvance, rect.width())
        assert not name or metrics.horizontalAdvance(name) <= rect.width() - 2 * TIGHT
        assert rect.width() > 0
        assert rect.left() >= end - 1e-6
        end = rect.right()


def test_a_wide_line_names_every_phase(panel: TimelinePanel) -> None:
    metrics = QFontMetricsF(panel.font())
    for block in blocks(3):
        assert fitting(labels(block.step), metrics.horizontalAdvance, panel.rect_of(block).width())


@pytest.mark.parametrize("width", [1250, 1430, 1890])
@pytest.mark.parametrize("depth", [2, 4, 7, 10, 21, 51, 101])
def test_no_layer_is_without_a_name_or_a_number(qtbot: QtBot, depth: int, width: int) -> None:
    """Where names have no room in every block, one number stands for each layer or for each few."""
    panel = TimelinePanel()
    qtbot.addWidget(panel)
    panel.resize(width, 92)
    font = QFont(panel.font())
    font.setPixelSize(11)
    width_of = QFontMetricsF(font).horizontalAdvance
    every = blocks(depth)
    told = [block.step for block in every]
    rooms = [panel.rect_of(block).width() for block in every]
    if all_named(told, rooms, width_of):
        assert all(fitting(labels(step), width_of, room) for step, room in zip(told, rooms, strict=True) if step.layer)
        return
    numbers = layer_numbers(told, [(panel.x_of(block.start), panel.x_of(block.end)) for block in every], width_of)
    for (one, x, _), (other, after, _) in pairwise(numbers):
        assert x + width_of(one) / 2 < after - width_of(other) / 2, (one, other)
    assert len(numbers) >= min(2 * depth, width / 50) - 1


def test_names_and_titles_exist_for_every_phase() -> None:
    for step in steps(3):
        assert labels(step)[0]
        assert title(step, 3)
    assert title(Step(Phase.SUM, 3), 3) == "Signals travel into the output and add up to z"
    assert title(Step(Phase.SPREAD, 2), 3) == "The gradient travels back to hidden 1"


def test_the_update_belongs_to_the_backward_stroke() -> None:
    kinds = [is_backward(step) for step in steps(3)]
    assert kinds == sorted(kinds)
    assert not is_backward(Step(Phase.LOSS))
    assert is_backward(Step(Phase.UPDATE))


def test_dragging_scrubs(panel: TimelinePanel, qtbot: QtBot) -> None:
    seen: list[float] = []
    panel.scrubbed.connect(seen.append)
    y = int(TOP + BLOCK / 2)
    QTest.mousePress(panel, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(500, y))
    QTest.mouseMove(panel, QPoint(750, y))
    QTest.mouseMove(panel, QPoint(5000, y))
    QTest.mouseRelease(panel, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(5000, y))
    count = len(seen)
    QTest.mouseMove(panel, QPoint(300, y))
    assert seen[0] == pytest.approx((500 - MARGIN) / (1000 - 2 * MARGIN))
    assert seen[-1] == 1.0
    assert len(seen) == count >= 2


def test_a_click_on_the_loss_does_not_scrub(panel: TimelinePanel) -> None:
    seen: list[float] = []
    panel.scrubbed.connect(seen.append)
    QTest.mouseClick(panel, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(500, 80))
    assert seen == []


@pytest.mark.parametrize("theme", list(Theme))
def test_the_current_phase_stands_out_in_the_colour_of_its_stroke(panel: TimelinePanel, theme: Theme) -> None:
    palette = PALETTES[theme]
    dress(panel, palette)
    for phase, hue in (
        (Step(Phase.SUM, 2), palette.signal_positive),
        (Step(Phase.SPREAD, 3), palette.gradient_negative),
    ):
        panel.show_view(view(Cursor(3).seek(phase)))
        rect = next(panel.rect_of(block) for block in blocks(3) if block.step == phase)
        assert colours_in(panel, rect.left() + 4, rect.right() - 6).count(hue) > rect.width() * 0.6
        assert hue not in colours_in(panel, MARGIN, rect.left() - 8)
        assert hue not in colours_in(panel, rect.right() + 8, 1000 - MARGIN)


def test_half_of_a_phase_fills_half_of_its_block(panel: TimelinePanel) -> None:
    hue = PALETTES[Theme.DARK].signal_positive
    panel.show_view(view(Cursor(3).seek(Step(Phase.SUM, 2), 0.5)))
    rect = next(panel.rect_of(block) for block in blocks(3) if block.step == Step(Phase.SUM, 2))
    share = colours_in(panel, rect.left(), rect.right()).count(hue) / rect.width()
    assert 0.4 < share < 0.55


def test_while_live_no_phase_stands_out(panel: TimelinePanel) -> None:
    palette = PALETTES[Theme.DARK]
    panel.show_view(view())
    row = colours_in(panel, 0, 1000)
    assert palette.signal_positive not in row
    assert palette.gradient_negative not in row


def curves(loss: list[float]) -> Curves:
    at = np.arange(len(loss)) * 10
    values = np.array(loss)
    return Curves(at, values, values, np.array([]), np.array([]))


def lines(loss: list[float], area: QRectF, last: int, **parts: Any) -> list[list[tuple[float, float]]]:
    drawn = loss_lines(replace(curves(loss), **parts), area, UpdateAxis(), last)
    return [[(p.x(), p.y()) for p in line] for line in drawn]


def test_the_loss_runs_from_0_at_the_bottom_to_its_largest_value() -> None:
    area = QRectF(10, 20, 200, 40)
    assert lines([4.0, 2.0, 0.0], area, 20) == [[(10, 20), (110, 40), (210, 60)]]


def test_the_loss_has_gaps_where_it_is_not_known() -> None:
    """Not finite, or nothing was evaluated; what stands alone is a point."""
    area = QRectF(0, 0, 60, 10)
    assert lines([1.0], area, 0) == [[(0, 0)]]
    assert lines([1.0, float("nan"), 0.5, float("inf")], area, 30) == [[(0, 0)], [(40, 5)]]
    assert lines([1.0, 1.0, 0.5, 0.5], area, 30, breaks=(2,)) == [[(0, 0), (20, 0)], [(40, 5), (60, 5)]]
    assert lines([1.0, 1.0, 0.5, 0.5], area, 30, breaks=(2, 3)) == [[(0, 0), (20, 0)], [(40, 5)], [(60, 5)]]
    assert lines([], area, 30) == []


def test_thousands_of_points_are_thinned_and_the_last_one_stays() -> None:
    area = QRectF(0, 0, 100, 10)
    (line,) = lines([1.0] * 5000 + [0.0], area, 50_000)
    assert len(line) <= 2 * 100 + 2
    assert line[-1][1] == pytest.approx(10)


def painted(line: LossLine, shown: Curves, last: int, colour: str = "#808080") -> QImage:
    image = QImage(120, 40, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    with painting(image) as painter:
        line.paint(painter, shown, QRectF(10, 10, 100, 20), UpdateAxis(), last, QColor(colour))
    return image


def test_the_line_of_the_loss_is_painted_anew_once_it_would_lie_elsewhere() -> None:
    line, shown = LossLine(), curves([1.0, 0.2, 0.6, 0.1])
    first = painted(line, shown, 30)
    assert painted(line, shown, 30) == first
    for other in ((curves([1.0, 0.7, 0.1]), 30), (shown, 60), (shown, 30, "#ff0000"), (shown, 30)):
        assert painted(line, *other) == painted(LossLine(), *other)
    assert painted(LossLine(), shown, 60) != first
    long = curves([1.0, 0.2] * 5_000)
    assert painted(line, long, 100_000) == painted(line, long, 100_100)  # a tenth of a pixel


def test_painting_survives_an_empty_run_and_a_narrow_window(panel: TimelinePanel) -> None:
    empty = view()
    empty = replace(empty, snapshot=replace(empty.snapshot, curves=curves([]), update=0))
    panel.resize(200, 92)
    panel.show_view(empty)
    assert not panel.grab().isNull()


def test_another_depth_gives_other_blocks(panel: TimelinePanel) -> None:
    panel.show_view(view(Cursor(5), depth=5))
    rect = panel.rect_of(blocks(5)[0])
    found = panel.block_at(rect.center().x(), rect.center().y())
    assert found is not None
    assert found.step == Step(Phase.INPUT)
    last = panel.rect_of(blocks(5)[-1])
    found = panel.block_at(last.center().x(), last.center().y())
    assert found is not None
    assert found.step == Step(Phase.UPDATE)
