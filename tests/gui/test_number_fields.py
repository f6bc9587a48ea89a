"""Fields for numbers, driven by real keys in several countries: what is typed stands, or the field says why not."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.test_forms import PARTS
from tests.gui.window_bench import CTRL, Bench, bench, settings
from twostroke.engine.border.commands import Edit
from twostroke.gui.export.dialog import ExportDialog
from twostroke.gui.model.numbers import exact
from twostroke.gui.panels.base.forms import Editor, Facts, editor_for, facts_of
from twostroke.gui.panels.training.training_panel import TrainingPanel, WeightList

__all__ = ["bench", "settings"]

COUNTRIES = ("C", "en_US", "de_DE", "fr_FR", "de_CH", "hi_IN", "ar_EG", "sv_SE")


@pytest.fixture(params=COUNTRIES)
def country(request: pytest.FixtureRequest) -> Iterator[str]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


def retype(field: QWidget, text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
    """Ctrl+A, the text, Return, as a user does."""
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, CTRL)
    QTest.keyClicks(field, text)
    if end is not None:
        QTest.keyClick(field, end)


def numbers() -> list[Facts]:
    """Every setting that is a number."""
    every = (facts_of(part, name) for part in PARTS for name in part.model_fields)
    return list({facts.name: facts for facts in every if facts.kind in ("int", "float", "rate", "optional")}.values())


def writings(facts: Facts) -> dict[str, float]:
    """Texts for a field, and what each means there."""
    if facts.kind == "int":
        some = {str(n): n for n in (1, 3, 30)} | {"1,000": 1000, "1.000": 1000, "1 000": 1000, "2 048": 2048}
    else:
        some = {"3": 3, "1": 1, "0,003": 0.003, "0.003": 0.003, "0,5": 0.5, ".5": 0.5, "1e-3": 0.001, "1,5e-7": 1.5e-7}
        some |= {"0.123456789": 0.123456789, "1.234,5": 1234.5, "1,234.5": 1234.5}
    return {text: value for text, value in some.items() if facts.minimum <= value <= facts.maximum}


@pytest.mark.parametrize("facts", numbers(), ids=lambda facts: facts.name)
def test_what_is_typed_stands_in_every_field(qtbot: QtBot, country: str, facts: Facts) -> None:
    editor = editor_for(facts)
    qtbot.addWidget(editor)
    editor.show()
    said: list[object] = []
    editor.edited.connect(said.append)
    for text, value in writings(facts).items():
        editor.show_value(facts.minimum if facts.minimum > 0 or facts.kind == "optional" else 0)
        retype(editor.field, text)
        assert editor.value() == value, (country, text)
        retype(editor.field, exact(value).replace("−", "-"))  # as the field shows it; these keys are ASCII
        assert editor.value() == value
    assert said


def rate_of(bench: Bench) -> Editor:
    panel = bench.window.panel(TrainingPanel)
    return next(rule.editors["learning_rate"] for rule in panel.rules.values() if rule.isVisible())


@pytest.mark.parametrize(("text", "rate"), [("3", 3.0), ("1", 1.0), ("0,02", 0.02), ("0.02", 0.02), ("10", 10.0)])
def test_the_learning_rate_that_is_typed_reaches_the_engine(bench: Bench, text: str, rate: float) -> None:
    retype(rate_of(bench).field, text)
    sent = bench.link.engine.sent[-1]
    assert isinstance(sent, Edit)
    assert rate in sent.arguments
    assert QApplication.focusWidget() is bench.window.stage
    bench.key(Qt.Key.Key_Space)
    assert bench.link.sent[-1] == "Play"


def test_space_blanks_no_number(bench: Bench) -> None:
    panels = (bench.window.panels["data"], bench.window.panels["network"], bench.window.panels["training"])
    fields = [e for panel in panels for e in panel.findChildren(Editor) if e.isVisible() and e.isEnabled()]
    tried = 0
    for editor in fields:
        if editor.facts.kind not in ("int", "float", "rate", "optional"):
            continue
        before = editor.value()
        retype(editor.field, " ", Qt.Key.Key_Return)
        assert editor.value() == before, editor.facts.name
        tried += 1
    assert tried > 8
    assert "Edit" not in bench.link.sent


def test_escape_gives_the_old_number_back(bench: Bench) -> None:
    data = bench.window.panels["data"]
    samples = next(e for e in data.findChildren(Editor) if e.facts.name == "samples")
    for editor in (samples, rate_of(bench)):
        before = editor.value()
        retype(editor.field, "7", Qt.Key.Key_Escape)
        assert editor.value() == before
        assert QApplication.focusWidget() is bench.window.stage
    assert bench.link.sent == []


@pytest.mark.parametrize(
    ("text", "told"), [("99999999", "out of range"), ("2,5", "no whole number"), ("1e", "no number")]
)
def test_what_cannot_be_is_said_and_the_old_number_stays(bench: Bench, text: str, told: str) -> None:
    data = bench.window.panels["data"]
    samples = next(e for e in data.findChildren(Editor) if e.facts.name == "samples")
    before = samples.value()
    retype(samples.field, text)
    assert samples.value() == before
    assert told in data.notice.text()
    assert bench.link.sent == []


def test_a_list_of_weights_has_either_sign(qtbot: QtBot) -> None:
    line = WeightList()
    qtbot.addWidget(line)
    line.show()
    entered, declined = [], []
    line.entered.connect(entered.append)
    line.declined.connect(declined.append)
    for text in ("1,5 0.25", "1.5; 0,25", "1.5, 0.25"):
        line.show_values((1.0, 1.0))
        line.clearFocus()
        retype(line, text)
    assert entered == [(1.5, 0.25)] * 3
    retype(line, "1 many")
    assert "many" in declined[0]
    assert line.text() == "1.5  0.25"


def test_the_export_dialog_reads_both_signs(bench: Bench, country: str, qtbot: QtBot) -> None:
    bench.key(Qt.Key.Key_E, CTRL | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: bool(bench.window.findChildren(ExportDialog)))
    dialog = bench.window.findChildren(ExportDialog)[0]
    for text in ("2,5", "2.5"):
        retype(dialog.seconds, text, Qt.Key.Key_Tab)
        assert dialog.request().board.shots[0].seconds == 2.5
    retype(dialog.fps, "1.000")  # more than there are: said, and nothing is exported
    assert dialog.fps.value() == 30
    assert "1.000" in dialog.message.text()
    assert dialog.start.isVisible()
    dialog.close()
