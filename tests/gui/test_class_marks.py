"""Classes have hues and shapes of their own, train and test are filled and hollow, solid and dashed: what is blue or
orange is the sign of a number, and nothing else.
"""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.scenes import scene_of, view_at
from twostroke.engine.border.cursor import Phase, Step
from twostroke.engine.data.names import DATASETS
from twostroke.gui.look.class_marks import SHAPES, draw_mark
from twostroke.gui.look.colour import contrast, packed, rgb
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import PALETTES, Palette, palette_of
from twostroke.gui.model.choices import Choices, Colours, Theme
from twostroke.gui.panels.base.plots import CurvePlot
from twostroke.gui.panels.data.own_data import Painting
from twostroke.gui.panels.data.thumbnails import thumbnail
from twostroke.gui.panels.output.output_panel import OutputPanel

SIDE = 21


def far(one: str, other: str) -> float:
    """How far two colours lie apart in red, green and blue, each weighed as the eye does."""
    a, b = np.array(rgb(one), dtype=float), np.array(rgb(other), dtype=float)
    return float(np.sqrt(((a - b) ** 2 * (2, 4, 3)).sum()))


LOOKS = [Choices(theme=theme, colours=colours) for theme in Theme for colours in Colours]


def named(look: Choices) -> str:
    return f"{look.theme}, {look.colours}"


def signs(palette: Palette) -> tuple[str, str]:
    return palette.signal_negative, palette.signal_positive


@pytest.mark.parametrize("look", LOOKS, ids=named)
def test_ten_hues_differ_from_each_other_and_from_the_signs(look: Choices) -> None:
    palette = palette_of(look)
    assert len(palette.classes) == 10
    for one, other in itertools.combinations(palette.classes, 2):
        assert far(one, other) > 70, (one, other)
    for hue, sign in itertools.product(palette.classes, signs(palette)):
        assert far(hue, sign) > 90, (hue, sign)
    for hue, sign in itertools.product(palette.classes, (palette.gradient_negative, palette.gradient_positive)):
        assert far(hue, sign) > 60, (hue, sign)
    for hue in palette.classes:
        assert contrast(packed(hue), packed(palette.background)) >= (4.5 if look.theme is Theme.PROJECTOR else 3.0)


def marked(index: int, *, filled: bool) -> QImage:
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    draw_mark(painter, index, QPointF(SIDE / 2, SIDE / 2), 6.0, "#000000", "#ffffff", filled=filled)
    painter.end()
    return image


def test_shapes_tell_classes_apart_without_colour(qapp: QApplication) -> None:
    pictures = [marked(index, filled=True) for index in range(SHAPES)]
    assert all(one != other for one, other in itertools.combinations(pictures, 2))
    pairs = {(index % SHAPES, PALETTES[Theme.DARK].class_hue(index)) for index in range(10)}
    assert len(pairs) == 10


def test_train_is_filled_and_test_hollow(qapp: QApplication) -> None:
    for index in range(SHAPES):
        middles = [
            marked(index, filled=filled).pixelColor(SIDE // 2, SIDE // 2).lightness() for filled in (True, False)
        ]
        assert middles[0] < 60 < 200 < middles[1]


def near_a_sign(image: QImage, palette: Palette, within: float = 40.0) -> int:
    """How many spots of three by three pixels have the colour of a sign: edges of letters may be tinted."""
    rgb32 = image.convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(rgb32.constBits(), dtype=np.uint8).reshape(rgb32.height(), -1, 4)[:, : rgb32.width(), 2::-1]
    hits = 0
    for sign in signs(palette):
        near = np.abs(data.astype(int) - rgb(sign)).max(axis=2) < within
        hits += int(sliding_window_view(near, (3, 3)).all(axis=(2, 3)).sum())
    return hits


@pytest.mark.parametrize("look", LOOKS, ids=named)
@pytest.mark.parametrize("data", ["spiral", "sine", "digits", "iris"])
def test_no_picture_of_the_answers_has_the_colours_of_signs(qtbot: QtBot, data: str, look: Choices) -> None:
    panel = OutputPanel()
    qtbot.addWidget(panel)
    dress(panel, palette_of(look))
    view = view_at(example_session((4,), data=data))
    response = None if view.snapshot.evaluation is None else view.snapshot.evaluation.response
    if response is not None and response.ndim == 2:
        evaluation = replace(
            view.snapshot.evaluation, response=np.linspace(0, 1, response.size).reshape(response.shape)
        )
        view = replace(view, snapshot=replace(view.snapshot, evaluation=evaluation))
    panel.resize(300, 500)
    panel.show()
    panel.show_view(view)
    for chart in (panel.map, panel.curve, panel.matrix):
        if chart.isVisible():
            assert near_a_sign(chart.grab().toImage(), palette_of(look)) == 0


@pytest.mark.parametrize("look", LOOKS, ids=named)
def test_curves_are_solid_and_dashed_in_no_colour(qtbot: QtBot, look: Choices) -> None:
    plot = CurvePlot("Loss")
    qtbot.addWidget(plot)
    dress(plot, palette_of(look))
    assert plot.train.opts["pen"].style() is Qt.PenStyle.SolidLine
    assert plot.test.opts["pen"].style() is Qt.PenStyle.DashLine
    assert not {plot.train.opts["pen"].color().name(), plot.test.opts["pen"].color().name()} & set(
        signs(palette_of(look))
    )
    update = np.arange(5)
    plot.show_curves(update, 1.0 / (1 + update), 1.2 / (1 + update))
    assert near_a_sign(plot.grab().toImage(), palette_of(look)) == 0


@pytest.mark.parametrize("look", LOOKS, ids=named)
def test_points_to_paint_have_the_marks_of_their_classes(qtbot: QtBot, look: Choices) -> None:
    painting = Painting()
    qtbot.addWidget(painting)
    dress(painting, palette_of(look))
    painting.show_points(tuple((x / 5, 0.3, float(x % 2)) for x in range(-5, 6)))
    painting.show()
    assert near_a_sign(painting.canvas.grab().toImage(), palette_of(look)) == 0
    icons = [button.icon().pixmap(14, 14).toImage() for button in painting.group.buttons()]
    assert icons[0] != icons[1]


@pytest.mark.parametrize("look", LOOKS, ids=named)
def test_the_list_of_datasets_shows_classes_as_classes(qapp: QApplication, look: Choices) -> None:
    for name, info in DATASETS.items():
        if info.task != "regression" and info.family != "table" and not info.image:
            picture = thumbnail(name, palette_of(look)).pixmap(80, 80).toImage()
            assert near_a_sign(picture, palette_of(look), 20.0) == 0, name


@pytest.mark.parametrize("step", [None, Step(Phase.GATE, 1), Step(Phase.GATE_BACK, 2)])
def test_the_hatch_of_a_gate_that_is_off_is_in_the_legend(step: Step | None) -> None:
    for stroke in ("forward", "backward"):
        scene = scene_of(example_session(gates={stroke: False}), step)
        assert "gate switched off" in scene.texts("legend")
        assert scene.with_role("legend off")
    assert "gate switched off" not in scene_of(example_session(), step).texts("legend")
