"""The panel *Health*: figures of the layers over the updates on fixed scales, and the units under their gate."""

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.ward import Ward, patient
from twostroke.engine.border import commands as c
from twostroke.engine.border.health import COURSE, Z_BINS, Z_END, Health
from twostroke.engine.session.spec import Session
from twostroke.gui.look.dress import dress
from twostroke.gui.look.style import load_fonts
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import NeuronRef, Theme
from twostroke.gui.model.health_figures import FIGURES, Figure
from twostroke.gui.model.unit_health import gate_curve
from twostroke.gui.model.user_text import breakable
from twostroke.gui.panels.base.widgets import small_font
from twostroke.gui.panels.health import course_chart, firing_bars
from twostroke.gui.panels.health.course_chart import LOW_ROW, MOST_LINES, ROW, in_full
from twostroke.gui.panels.health.health_panel import HealthPanel

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot) -> HealthPanel:
    made = HealthPanel()
    qtbot.addWidget(made)
    made.resize(290, 900)
    made.show()
    return made


def ward(panel: HealthPanel, session: Session | None = None, updates: int = 100) -> Ward:
    made = Ward(panel, session or Session())
    made.train(updates)
    return made


def health_of(made: Ward) -> Health:
    assert made.trainer.health is not None
    return made.trainer.health


def choose(panel: HealthPanel, id: str) -> None:
    panel.figure.setCurrentIndex([figure.id for figure in FIGURES].index(id))


def deep(layers: int) -> Session:
    network = {"layers": [{"units": 3, "activation": "tanh"}] * layers}
    return Session.model_validate({"data": {"name": "moons"}, "network": network})


# -- layers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("figure", FIGURES, ids=[figure.id for figure in FIGURES])
def test_the_numbers_are_those_of_the_engine(panel: HealthPanel, figure: Figure) -> None:
    made = ward(panel)
    choose(panel, figure.id)
    health = health_of(made)
    layers = health.layers[:-1] if figure.hidden else health.layers
    now = [layer.course[COURSE.index(figure.of)] for layer in layers]
    expected = [1.0 - value if figure.missing else value for value in now]
    course = panel.chart.course
    assert course is not None
    assert course.update.tolist() == health.course.update.tolist()
    assert course.values[-1].tolist() == pytest.approx(expected, nan_ok=True)
    assert [bar.text for bar in panel.bars.bars] == [figure.text(value) for value in expected]
    assert [bar.name for bar in panel.bars.bars] == [layer.name for layer in layers]
    assert panel.when.text() == f"Now, update {made.trainer.update:,}:"
    assert panel.tip.text() == breakable(figure.tip)


def test_every_figure_that_is_kept_is_shown_and_told_with_its_unit() -> None:
    assert {figure.of for figure in FIGURES} == set(COURSE)
    assert all(figure.tip.endswith(".") and len(figure.tip) < 140 for figure in FIGURES)


@pytest.mark.parametrize(
    ("value", "share", "text"),
    [
        (0.0, 0.0, "0"),
        (math.inf, 1.0, "∞"),
        (math.nan, 0.0, "–"),
        (1e-30, 0.0, "10⁻³⁰"),
        (2e7, 1.0, "2·10⁷"),
        (1e-3, 0.5, "0.001"),
    ],
)
def test_any_norm_has_a_place(value: float, share: float, text: str) -> None:
    """Also that of a network whose gradients have run away."""
    figure = next(each for each in FIGURES if each.id == "gradient")
    assert (figure.scale.share(value), figure.text(value)) == (pytest.approx(share), text)


def test_the_scale_does_not_depend_on_the_network(panel: HealthPanel) -> None:
    """The same norm has the same place, whatever else there is."""
    made = ward(panel, Session.model_validate(patient("six layers of sigmoid").session), 20)
    course = panel.chart.course
    assert course is not None
    gradient = health_of(made).layers[0].gradient
    assert course.shares[-1, 0] == pytest.approx((math.log10(gradient) + 8) / 10)
    assert course.shares[-1, 0] < course.shares[-1, -1], "the first layer's gradient has vanished"


def test_the_usual_ratio_is_marked(panel: HealthPanel) -> None:
    ward(panel)
    choose(panel, "update_ratio")
    course = panel.chart.course
    assert course is not None
    assert course.usual == pytest.approx(course.figure.scale.share(1e-3))
    assert "Usual is 10⁻³" in panel.tip.text()


def test_ranks_of_a_wide_layer_are_told_apart(panel: HealthPanel) -> None:
    figure = next(each for each in FIGURES if each.id == "effective_rank")
    for units, share in ((8, 0.5), (64, 1 / 3)):
        layers = [{"units": units, "activation": "tanh"}] * 2
        made = ward(panel, Session.model_validate({"network": {"layers": layers}}), 2)
        assert figure.scale_of(health_of(made)).share(4.0) == pytest.approx(share)


def test_the_marks_of_every_scale_have_room_beside_it(panel: HealthPanel) -> None:
    """In the typeface of the program: the 1 of 100 % was cut off."""
    load_fonts()
    measure, health = QFontMetricsF(small_font(panel)), health_of(ward(panel))
    texts = {text for figure in FIGURES for _, text in figure.scale_of(health).marks} | {"100 %"}
    assert max(map(measure.horizontalAdvance, texts)) <= min(course_chart.LEFT, firing_bars.LEFT) - 5


def test_an_examination_is_looked_at_and_gone_to(panel: HealthPanel) -> None:
    made = ward(panel)
    chart, course = panel.chart, panel.chart.course
    assert course is not None
    field = chart._field(course)
    second = QPoint(round(field.left() + float(course.places[1]) * field.width()), round(field.center().y()))
    QTest.mouseMove(chart, second)
    chart._point(chart._nearest(QPointF(second)))
    assert panel.when.text() == f"At update {int(course.update[1]):,}:"
    assert panel.bars.bars[0].text == course.figure.text(float(course.values[1, 0]))
    QTest.mouseClick(chart, LEFT, pos=second)
    assert made.sent == [c.Seek(int(course.update[1]))]
    assert made.trainer.update == int(course.update[1])


def test_keys_go_through_the_examinations(panel: HealthPanel) -> None:
    made = ward(panel)
    course = panel.chart.course
    assert course is not None
    panel.chart.setFocus()
    for _ in range(2):
        QTest.keyClick(panel.chart, Qt.Key.Key_Left)
    assert panel.when.text() == f"At update {int(course.update[-3]):,}:"
    QTest.keyClick(panel.chart, Qt.Key.Key_Return)
    assert made.sent == [c.Seek(int(course.update[-3]))]


@pytest.mark.parametrize(("layers", "row"), [(MOST_LINES + 2, ROW), (30, LOW_ROW)])
def test_many_layers_are_rows(panel: HealthPanel, layers: int, row: int) -> None:
    ward(panel, deep(layers), 10)
    course = panel.chart.course
    assert course is not None
    assert course.many
    assert not panel.bars.isVisible()
    assert panel.chart.sizeHint().height() >= row * (layers + 1)
    heat = panel.chart._heat()
    assert heat.height() == layers + 1
    assert heat.pixelColor(heat.width() - 1, 0).alpha() == 255


def test_of_another_network_nothing_is_shown(panel: HealthPanel) -> None:
    made = ward(panel, updates=5)
    assert panel.inside.isVisible()
    view = panel._view
    assert view is not None
    other = replace(view.snapshot, health=replace(health_of(made), layers=health_of(made).layers[1:]))
    panel.show_view(replace(view, snapshot=other))
    assert not panel.inside.isVisible()
    assert panel.waiting.text() == "Being examined…"


# -- units -----------------------------------------------------------------------------------------------------------


def test_the_units_are_those_of_the_pinned_neuron_s_layer(panel: HealthPanel) -> None:
    made = ward(panel)
    assert panel.layer.currentText() == "hidden 1"
    made.choices = replace(made.choices, selected=NeuronRef(2, 3))
    made.show()
    assert panel.layer.currentText() == "hidden 2"
    assert panel.firing.units is not None
    assert panel.firing.units.pinned == 3
    assert panel.firing.units.layer is health_of(made).layers[1]
    panel.layer.setCurrentIndex(0)
    panel.layer.activated.emit(0)
    assert panel.firing.units.layer is health_of(made).layers[0]
    assert panel.firing.units.pinned is None


def test_a_click_on_a_bar_or_a_mark_pins_the_neuron(panel: HealthPanel) -> None:
    made = ward(panel)
    firing, spread = panel.firing, panel.spread
    assert firing.units is not None
    step = firing._step(firing.units)
    QTest.mouseClick(firing, LEFT, pos=QPoint(round(firing._field().left() + 2.5 * step), 30))
    assert made.choices.selected == NeuronRef(1, 2)
    QTest.mouseClick(spread, LEFT, pos=QPoint(120, round(spread._y_of_row(5))))
    assert made.choices.selected == NeuronRef(1, 5)
    QTest.keyClick(spread, Qt.Key.Key_Left)
    assert made.choices.selected == NeuronRef(1, 4)
    QTest.keyClick(firing, Qt.Key.Key_Right)
    assert made.choices.selected == NeuronRef(1, 5)
    assert firing.accessibleDescription().startswith("hidden 1 · 6 fires for ")


def test_the_unit_under_the_pointer_is_marked_in_the_picture(panel: HealthPanel) -> None:
    made = ward(panel)
    panel.firing._hover(2)
    assert made.choices.hovered == NeuronRef(1, 2)
    panel.firing._hover(None)
    assert made.choices.hovered is None


def test_a_unit_in_words(panel: HealthPanel) -> None:
    made = ward(panel, Session.model_validate(patient("ReLU with biases of -10").session), 10)
    units = panel.firing.units
    assert units is not None
    assert units.told(0).startswith(
        "hidden 1 · 1 is dead: it fires for none of 250 samples, its gate is shut for 100 %"
    )
    assert health_of(made).layers[0].dead[0]


def test_where_the_gate_is_shut_is_told_by_the_catalogue() -> None:
    relu, tanh, leaky = gate_curve("relu", ()), gate_curve("tanh", ()), gate_curve("leaky_relu", ())
    assert relu.z[relu.shut].max() <= 0.0
    assert relu.z[~relu.shut].min() > 0.0
    assert 2.9 < np.abs(tanh.z[tanh.shut]).min() < 3.1, "1 − tanh² is below 0.01 from about 3 on"
    assert not leaky.shut.any()


def test_softmax_has_no_curve_of_one_number(panel: HealthPanel) -> None:
    session = Session.model_validate(
        {"data": {"name": "iris"}, "network": {"output": "softmax"}, "training": {"loss": "cross_entropy"}}
    )
    made = ward(panel, session, 10)
    made.choices = replace(made.choices, selected=NeuronRef(len(health_of(made).layers), 1))
    made.show()
    assert panel.spread.units is not None
    assert panel.spread.units.curve is None
    assert not panel.spread.grab().isNull()


def test_the_histogram_counts_every_sample(panel: HealthPanel) -> None:
    made = ward(panel)
    counts = health_of(made).layers[0].z_counts
    assert counts.shape[1] == Z_BINS
    assert (counts.sum(axis=1) == health_of(made).samples).all()
    assert Z_END == 6.0


def test_both_themes_and_what_is_pinned_are_seen(panel: HealthPanel) -> None:
    made = ward(panel)
    pictures = []
    for theme in Theme:
        dress(panel, PALETTES[theme])
        for pinned in (None, NeuronRef(1, 0)):
            made.choices = replace(made.choices, selected=pinned)
            made.show()
            pictures.append(panel.grab().toImage())
    assert all(a != b for place, a in enumerate(pictures) for b in pictures[:place])


def test_the_same_examination_is_drawn_once(panel: HealthPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    made = ward(panel)
    drawn: list[int] = []
    monkeypatch.setattr(panel, "_show_layers", lambda *_: drawn.append(1))
    made.show()
    assert drawn == []
    made.train(5, 1)
    assert drawn == [1]


def test_names_for_those_who_hear_them(panel: HealthPanel) -> None:
    ward(panel)
    parts = (panel.figure, panel.chart, panel.bars, panel.layer, panel.firing, panel.spread)
    assert all(part.accessibleName() for part in parts)
    assert len({part.accessibleName() for part in parts}) == len(parts)
    assert all(part.focusPolicy() & Qt.FocusPolicy.TabFocus for part in (panel.chart, panel.firing, panel.spread))


def test_the_axis_says_an_update_in_full() -> None:
    assert [in_full(update) for update in (0, 797_554, 12_004_415)] == ["0", "797,554", "12,004,415"]
