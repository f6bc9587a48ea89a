"""Forms: every field of the session model gets a widget from its declaration, and an editor respects its user."""

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field, create_model
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDoubleSpinBox, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from twostroke.engine.session import spec
from twostroke.gui.panels.base import forms
from twostroke.gui.panels.base.forms import Editor, Form, editor_for, facts_of
from twostroke.gui.panels.data.data_panel import DataPanel
from twostroke.gui.panels.network.network_panel import NetworkPanel
from twostroke.gui.panels.output.output_panel import OutputPanel
from twostroke.gui.panels.training.training_panel import TrainingPanel

PARTS: tuple[type[BaseModel], ...] = (
    spec.DataSpec,
    spec.LayerSpec,
    spec.NormSpec,
    spec.OutputSpec,
    spec.Init,
    spec.NetworkSpec,
    spec.LossSpec,
    *spec.OPTIMIZERS.values(),
    spec.Schedule,
    spec.Clip,
    spec.ClassWeights,
    spec.TrainingSpec,
    spec.GatesSpec,
    spec.ViewSpec,
)
COMPOSED = {
    ("DataSpec", "name"),
    ("DataSpec", "features"),
    ("DataSpec", "path"),
    ("DataSpec", "target"),
    ("DataSpec", "expression"),
    ("DataSpec", "points"),
    ("DataSpec", "x"),
    ("DataSpec", "y"),
    ("DataSpec", "x_names"),
    ("DataSpec", "y_names"),
    ("LayerSpec", "activation"),
    ("LayerSpec", "neurons"),
    ("LayerSpec", "norm"),
    ("LayerSpec", "skip"),
    ("OutputSpec", "activation"),
    ("OutputSpec", "skip"),
    ("GatesSpec", "off"),
    ("ViewSpec", "lens"),
    ("ViewSpec", "grain"),
    ("ViewSpec", "digits"),
    ("NetworkSpec", "layers"),
    ("NetworkSpec", "output"),
    ("NetworkSpec", "init"),
    ("NetworkSpec", "parameters"),
    ("NetworkSpec", "cut"),
    ("NetworkSpec", "frozen"),  # this, the parameters and the markers are written in the session's file
    ("DataSpec", "missing_markers"),
    ("ClassWeights", "values"),
    ("TrainingSpec", "loss"),
    ("TrainingSpec", "optimizer"),
    ("TrainingSpec", "schedule"),
    ("TrainingSpec", "clip"),
    ("TrainingSpec", "class_weights"),
    *((rule.__name__, "name") for rule in spec.OPTIMIZERS.values()),
}
"""Fields with widgets of their own: choosers, layer rows, buttons."""


def fields() -> Iterator[tuple[type[BaseModel], str]]:
    for part in PARTS:
        for name in part.model_fields:
            yield part, name


@pytest.mark.parametrize(("part", "name"), list(fields()))
def test_every_field_has_one_widget_or_is_composed(qtbot: QtBot, part: type[BaseModel], name: str) -> None:
    facts = facts_of(part, name)
    if (part.__name__, name) in COMPOSED:
        assert facts.kind == "other"
        return
    editor = editor_for(facts)
    qtbot.addWidget(editor)
    assert facts.title
    assert editor.field.toolTip()
    assert editor.field.accessibleName() == facts.title
    default = part.model_fields[name].default
    editor.show_value(default)
    assert editor.value() == default
    if facts.kind == "optional":
        editor.show_value(0.5)
        assert editor.value() == 0.5
        editor.show_value(None)
        assert editor.value() is None


def test_the_panels_together_show_every_single_field(qtbot: QtBot) -> None:
    shown: list[tuple[str, str]] = []
    network = NetworkPanel()
    network.show_session(spec.Session())
    for panel in (DataPanel(), network, TrainingPanel(), OutputPanel()):
        qtbot.addWidget(panel)
        for form in panel.findChildren(Form):
            shown += [(editor.facts.title, editor.facts.name) for editor in form.editors.values()]
        shown += [(e.facts.title, e.facts.name) for e in panel.findChildren(Editor)]
    for part, name in fields():
        if (part.__name__, name) not in COMPOSED and (part, name) != (spec.LayerSpec, "units"):
            assert (facts_of(part, name).title, name) in shown, f"{part.__name__}.{name} has no widget"


def test_a_new_field_appears_by_itself(qtbot: QtBot) -> None:
    grown = create_model(
        "Grown", __base__=spec.TrainingSpec, decay=(float, Field(0.5, ge=0, le=1, title="Decay", description="of it"))
    )
    form = Form(grown)
    qtbot.addWidget(form)
    editor = form.editors["decay"]
    assert isinstance(editor.field, QDoubleSpinBox)
    assert (editor.field.minimum(), editor.field.maximum()) == (0, 1)
    assert editor.field.toolTip() == "Of it\n0 to 1"
    assert "batch_size" in form.editors


class Sample(BaseModel):
    """One field of each kind."""

    on: bool = Field(True, description="switch")
    whole: int = Field(3, ge=1, le=9, json_schema_extra={"unit": "px"})
    real: float = Field(0.25, ge=0, lt=1)
    rate: float = Field(0.03, gt=0, le=100, json_schema_extra={"scale": "log"})
    kind: Literal["mse", "mae"] = "mse"
    many: tuple[str, ...] = ()


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    made = Form(Sample)
    qtbot.addWidget(made)
    made.show()
    made.show_values(Sample())
    return made


def heard(form: Form) -> list[tuple[str, Any]]:
    said: list[tuple[str, Any]] = []
    form.edited.connect(lambda name, value: said.append((name, value)))
    return said


def test_kinds_become_widgets(form: Form) -> None:
    kinds = {"on": QCheckBox, "whole": QSpinBox, "real": QDoubleSpinBox, "rate": QComboBox, "kind": QComboBox}
    assert {name: type(e.field).__mro__ for name, e in form.editors.items()}.keys() == kinds.keys()
    for name, kind in kinds.items():
        assert isinstance(form.editors[name].field, kind)
    assert form.editors["whole"].field.suffix() == " px"
    rates = [form.editors["rate"].field.itemData(i) for i in range(form.editors["rate"].field.count())]
    assert rates[0] == 1e-5
    assert rates[-1] == 10
    assert rates[1:4] == [3e-5, 1e-4, 3e-4]
    assert 0.03 in rates


def test_showing_says_nothing(form: Form) -> None:
    said = heard(form)
    form.show_values(Sample(on=False, whole=7, real=0.75, rate=0.123, kind="mae"))
    assert said == []
    assert [editor.value() for editor in form.editors.values()] == [False, 7, 0.75, 0.123, "mae"]


def test_the_user_s_edits_are_said_once(qtbot: QtBot, form: Form) -> None:
    said = heard(form)
    form.editors["on"].field.click()
    form.editors["whole"].field.stepUp()
    form.editors["real"].field.setFocus()
    form.editors["real"].field.selectAll()
    qtbot.keyClicks(form.editors["real"].field, "0.5")
    assert said[-1][0] == "whole"  # typing is not finished
    qtbot.keyClick(form.editors["real"].field, Qt.Key.Key_Return)
    rate = form.editors["rate"].field
    rate.lineEdit().setText("0.02")
    qtbot.keyClick(rate.lineEdit(), Qt.Key.Key_Return)
    form.editors["kind"].field.setCurrentIndex(1)
    assert said == [("on", False), ("whole", 4), ("real", 0.5), ("rate", 0.02), ("kind", "mae")]


def test_nonsense_in_the_rate_is_taken_back(qtbot: QtBot, form: Form) -> None:
    said = heard(form)
    line = form.editors["rate"].field.lineEdit()
    line.setText("fast")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert said == []
    assert line.text() == "0.03"


def test_a_user_who_types_is_left_alone(qtbot: QtBot, form: Form) -> None:
    field = form.editors["whole"].field
    qtbot.waitExposed(form)
    form.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus, timeout=60_000)
    field.selectAll()
    qtbot.keyClicks(field, "8")
    form.show_values(Sample(whole=5))
    assert field.cleanText() == "8"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert form.editors["whole"].value() == 8
    form.show_values(Sample(whole=8))
    field.selectAll()
    qtbot.keyClicks(field, "x")  # no number: when the field is left, what has come meanwhile stands there
    form.show_values(Sample(whole=6))
    field.clearFocus()
    qtbot.waitUntil(lambda: field.cleanText() == "6", timeout=60_000)


def test_a_refused_edit_goes_back(form: Form) -> None:
    form.editors["whole"].field.stepUp()
    form.revert()
    assert form.editors["whole"].value() == 3


def wheel(widget: QWidget) -> bool:
    """Turn the wheel over `widget`; whether it took the turn."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        widget.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_the_wheel_changes_nothing_without_focus(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    other, form = QCheckBox(), Form(Sample)
    layout.addWidget(other)
    layout.addWidget(form)
    form.show_values(Sample())
    window.show()
    window.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus, timeout=60_000)
    said = heard(form)
    for name in ("whole", "real", "rate", "kind"):
        assert not wheel(form.editors[name].field)
    assert not wheel(form.editors["rate"].field.lineEdit())
    assert said == []
    form.editors["whole"].field.setFocus()
    qtbot.waitUntil(form.editors["whole"].field.hasFocus, timeout=60_000)
    wheel(form.editors["whole"].field)
    assert said == [("whole", 4)]


@pytest.mark.parametrize(
    ("start", "steps", "end"),
    [(0.03, 1, 0.04), (0.03, -1, 0.02), (0.01, -1, 0.009), (0.01, 1, 0.02), (0.0, 1, 0.001), (1e-8, -1, 9e-9)],
)
def test_arrows_change_the_leading_digit(qtbot: QtBot, start: float, steps: int, end: float) -> None:
    editor = editor_for(forms.Facts("weight", "float", "Weight", "", 0.0, 10.0))
    qtbot.addWidget(editor)
    editor.show_value(start)
    editor.field.stepBy(steps)
    assert editor.value() == pytest.approx(end)


def test_a_number_that_may_be_left_out(qtbot: QtBot) -> None:
    editor = editor_for(facts_of(spec.LayerSpec, "l2"))
    qtbot.addWidget(editor)
    said: list[object] = []
    editor.edited.connect(said.append)
    box = editor.field
    assert isinstance(box, QDoubleSpinBox)
    assert (editor.value(), box.text()) == (None, "as in training")
    for _ in range(2):
        box.stepUp()
    assert said == [0.0, 0.001]
    box.setValue(0.0)
    for _ in range(2):
        box.stepDown()
    assert said[2:] == [0.0, None]
    editor.revert()
    box.lineEdit().setText("0.3")
    box.interpretText()
    assert said[-1] == 0.3
    box.lineEdit().clear()
    box.interpretText()
    assert said[-1] is None
    assert box.validate("-0.5", 0)[0] == QValidator.State.Intermediate
