"""Weights typed and parameters frozen in the window, by mouse and by keys, over the engine that users have."""

import itertools
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from tests.gui.test_real_engine import Real
from tests.gui.window_bench import settings
from twostroke.engine.border.commands import Advance, Open
from twostroke.engine.border.snapshot import Snapshot, Status
from twostroke.engine.files.session_file import read_saved
from twostroke.engine.session.parameters import element
from twostroke.engine.session.settings.network_spec import NetworkSpec
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import LinkRef, NeuronRef
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.player import Stroke
from twostroke.gui.model.walk import at
from twostroke.gui.panels.neuron.hand import Hand
from twostroke.gui.panels.neuron.inspector import InspectorPanel
from twostroke.gui.panels.neuron.weight_cells import mark_in
from twostroke.gui.panels.neuron.weight_table import CARRIED, MEAN, NAME, NEXT, NUMBER, OWN

__all__ = ["settings"]

XOR: dict[str, Any] = {
    "data": {"name": "rows", "x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [0, 1, 1, 0], "x_names": ["a", "b"]},
    "network": {"layers": [{"units": 2, "activation": "sigmoid"}], "output": {"activation": "sigmoid"}},
    "training": {"batch_size": 4},
}
CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


class Xor(Real):
    """A window with XOR by hand, and hidden 1 · 2 pinned."""

    def begin(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.window.resize(1280, 720)  # so that no column folds
        self.until(lambda: self.controller.snapshot is not None)
        self.controller.send(Open(Session.model_validate(XOR)))
        self.until(lambda: self.now.session.data.name == "rows" and self.now.status is Status.PAUSED)
        self.controller.select(NeuronRef(1, 1))
        self.until(self.hand.isVisible)
        self.window.activateWindow()

    def until(self, holds: Any) -> None:
        self.qtbot.waitUntil(holds, timeout=20_000)

    @property
    def now(self) -> Snapshot:
        assert self.controller.snapshot is not None
        return self.controller.snapshot

    @property
    def hand(self) -> Hand:
        return self.window.panel(InspectorPanel).hand

    def weight(self, unit: int, source: int) -> float:
        return float(self.now.layers[0].weight[unit, source])

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def type(self, text: str) -> None:
        """In the cell that has been opened."""
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit)
        QTest.keyClicks(field, text)

    def spot(self, row: int, column: int) -> QPoint:
        return self.hand.table.visualRect(self.hand.table.numbers.index(row, column)).center()

    def text(self, row: int, column: int = NUMBER) -> str:
        return str(self.hand.table.numbers.index(row, column).data())


@pytest.fixture
def xor(qtbot: QtBot, settings: QSettings) -> Iterator[Xor]:
    made = Xor(settings)
    made.begin(qtbot)
    yield made
    made.close()


def test_weights_are_typed_by_keys_alone_one_below_the_other(xor: Xor) -> None:
    xor.window.stage.setFocus()
    for text in ("0,1", "-0.25", "1"):
        xor.key(Qt.Key.Key_W if text == "0,1" else Qt.Key.Key_Return)
        xor.type(text)
        xor.key(Qt.Key.Key_Return)
        xor.until(lambda: QApplication.focusWidget() is xor.hand.table)
    xor.until(lambda: float(xor.now.layers[0].bias[1]) == 1.0)
    assert (xor.weight(1, 0), xor.weight(1, 1)) == (pytest.approx(0.1), -0.25)
    xor.until(lambda: [xor.text(row) for row in range(3)] == ["0.1", "−0.25", "1"])
    assert xor.now.undo_label == "Set bias of hidden 1 · 2 to 1"
    for left in (2, 1, 0):
        xor.key(Qt.Key.Key_Z, CTRL)
        xor.until(lambda left=left: len(xor.now.session.network.parameters) == (left > 0) + (left > 2))
    xor.until(lambda: xor.now.undo_label is None)
    xor.key(Qt.Key.Key_Y, CTRL)
    xor.until(lambda: xor.weight(1, 0) == pytest.approx(0.1))


def test_a_double_click_types_too_and_escape_takes_it_back(xor: Xor) -> None:
    table, before = xor.hand.table, xor.weight(1, 1)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, NONE, xor.spot(1, NUMBER))
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, NONE, xor.spot(1, NUMBER))
    xor.type("7")
    xor.key(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is table
    assert xor.now.undo_label is None
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, NONE, xor.spot(1, NUMBER))
    xor.type("2")
    xor.window.stage.setFocus()  # left, it counts as in every field
    xor.until(lambda: xor.weight(1, 1) == 2.0)
    assert before not in (2.0, 7.0)
    assert xor.now.undo_label == "Set weight 2 of hidden 1 · 2 to 2"


def test_a_number_begins_in_the_chosen_row_and_not_in_the_window(xor: Xor) -> None:
    """The first digit after Enter chose another speed, and a sign another rate."""
    pace, speed = xor.window.transport.pace.currentText(), xor.controller.player.speed
    QTest.mouseClick(xor.hand.table.viewport(), Qt.MouseButton.LeftButton, NONE, xor.spot(0, NUMBER))
    for text in ("10.5", "-2", ".25"):
        QTest.keyClick(xor.hand.table, text[0])
        xor.type(text[1:])
        xor.key(Qt.Key.Key_Return)
        xor.until(lambda: QApplication.focusWidget() is xor.hand.table)
    xor.until(lambda: [xor.text(row) for row in range(3)] == ["10.5", "−2", "0.25"])
    assert (xor.window.transport.pace.currentText(), xor.controller.player.speed) == (pace, speed)


def test_what_is_no_number_is_told_and_the_weight_stays(xor: Xor) -> None:
    before = xor.weight(1, 0)
    for text, told in (("abc", "abc is no number"), ("1e39", "cannot be 1e+39")):
        xor.hand.type_number(element("l1.weight", 1, 0))
        xor.type(text)
        xor.key(Qt.Key.Key_Return)
        xor.until(lambda told=told: told in xor.hand.notice.text().replace("“", "").replace("”", "").replace('"', ""))
    assert (xor.weight(1, 0), xor.now.undo_label) == (before, None)


def test_later_the_network_changes_as_it_stands(xor: Xor) -> None:
    xor.controller.send(Advance(7))
    xor.until(lambda: xor.stands_at(7))
    xor.hand.type_number(element("l1.bias", 1))
    xor.type("3")
    xor.key(Qt.Key.Key_Return)
    xor.until(lambda: float(xor.now.layers[0].bias[1]) == 3.0)
    assert xor.stands_at(7)
    assert not xor.now.session.network.parameters
    xor.key(Qt.Key.Key_Z, CTRL)
    xor.until(lambda: float(xor.now.layers[0].bias[1]) != 3.0)


def test_a_typed_number_after_a_save_is_a_change(xor: Xor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "xor.twostroke"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    xor.controller.send(Advance(7))
    xor.until(lambda: xor.stands_at(7))
    assert xor.window.document.save_with_weights()
    assert not xor.window.document.changed
    xor.window.activateWindow()
    xor.hand.type_number(element("l1.bias", 1))
    xor.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    xor.type("3")
    xor.key(Qt.Key.Key_Return)
    xor.until(lambda: float(xor.now.layers[0].bias[1]) == 3.0)
    assert xor.window.document.changed
    assert xor.window.document.save_with_weights()
    assert not xor.window.document.changed
    _, state = read_saved(xor.window.document.path)  # type: ignore[arg-type]
    assert state is not None
    assert state["l1.bias"][1] == 3.0


def test_a_row_is_frozen_by_its_mark_by_key_and_by_button(xor: Xor) -> None:
    table = xor.hand.table

    def frozen() -> tuple[str, ...]:
        return xor.now.session.network.frozen

    mark = mark_in(table.visualRect(table.numbers.index(0, NAME))).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, NONE, mark)
    xor.until(lambda: frozen() == ("l1.weight[1,0]",))
    xor.until(xor.hand.freeze.isChecked)
    assert "Frozen" in str(table.numbers.index(0, NAME).data(Qt.ItemDataRole.ToolTipRole))
    table.setFocus()
    xor.key(Qt.Key.Key_Down)
    assert not xor.hand.freeze.isChecked()
    xor.key(Qt.Key.Key_K)
    xor.until(lambda: frozen() == ("l1.weight[1,0]", "l1.weight[1,1]"))
    QTest.mouseClick(xor.hand.biases, Qt.MouseButton.LeftButton)
    xor.until(lambda: frozen() == ("l1.weight[1,0]", "l1.weight[1,1]", "l1.bias", "l2.bias"))
    assert xor.now.undo_label == "Freeze all biases"
    xor.key(Qt.Key.Key_Z, CTRL)
    xor.until(lambda: len(frozen()) == 2)
    QTest.mouseClick(xor.hand.freeze, Qt.MouseButton.LeftButton)
    xor.until(lambda: frozen() == ("l1.weight[1,0]",))


def test_frozen_biases_stay_where_they_are_and_come_with_the_file(
    xor: Xor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    xor.controller.send(Advance(5))
    xor.until(lambda: xor.stands_at(5))
    before = xor.now.layers[0].bias.tolist()
    QTest.mouseClick(xor.hand.biases, Qt.MouseButton.LeftButton)
    xor.until(lambda: bool(xor.now.session.network.frozen))
    assert xor.stands_at(5)
    xor.controller.send(Advance(5))
    xor.until(lambda: xor.stands_at(10))
    assert xor.now.layers[0].bias.tolist() == before
    path = tmp_path / "xor.twostroke.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    assert xor.window.document.save_as()
    assert json.loads(path.read_text())["network"]["frozen"] == ["l1.bias", "l2.bias"]


def menu(xor: Xor, place: str) -> dict[str, QAction]:
    """What the menu of a row offers."""
    xor.hand.open_menu(place, QPoint(0, 0))
    return opened(xor)


def opened(xor: Xor) -> dict[str, QAction]:
    """What the menu that is open offers; it closes when the test has chosen."""
    (shown,) = [own for own in xor.window.findChildren(QMenu) if own.isVisible()]
    found = {action.text(): action for action in shown.actions() if action.text()}
    shown.hide()
    return found


def test_a_click_on_a_number_of_the_table_explains_it(xor: Xor) -> None:
    """What a link carries, both gradients, the new value; a click on the weight itself only chooses the row."""
    xor.window.controller.step_forward()
    xor.until(lambda: xor.hand.table.numbers.columnCount() == 6)
    xor.window.controller.player.to_end()
    xor.window.controller.refresh()
    row, table = xor.window.controller.view.row, xor.hand.table
    led: list[Quantity] = []
    xor.hand.explained.connect(led.append)
    for column in (NAME, NUMBER, CARRIED, OWN, MEAN, NEXT):
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, NONE, xor.spot(1, column))
    assert led == [
        Quantity(Kind.TERM, 1, 1, 1, row),
        Quantity(Kind.SAMPLE_GRADIENT, 1, 1, 1, row),
        Quantity(Kind.GRADIENT, 1, 1, 1),
        Quantity(Kind.NEXT, 1, 1, 1),
    ]
    assert xor.window.controller.choices.quantity == led[-1]
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, NONE, xor.spot(2, CARRIED))
    assert led[-1] == Quantity(Kind.BIAS, 1, 1)


def test_the_menu_of_a_row_freezes_it_its_array_or_all_biases(xor: Xor) -> None:
    place = element("l1.weight", 1, 0)
    assert list(menu(xor, place)) == [
        "Type the weight 1 of hidden 1 · 2…",
        "Explain the new weight 1 of hidden 1 · 2",
        "Explain its gradient",
        "Explain the gradients of the whole layer",
        "Freeze weight 1 of hidden 1 · 2",
        "Freeze all weights of hidden 1",
        "Freeze all biases",
        "Cut link 1 into hidden 1 · 2",
        "Cut neuron hidden 1 · 2",
    ]
    menu(xor, place)["Freeze all weights of hidden 1"].trigger()
    xor.until(lambda: xor.now.session.network.frozen == ("l1.weight",))
    menu(xor, place)["Freeze weight 1 of hidden 1 · 2"].trigger()
    left = ("l1.weight[0,0]", "l1.weight[0,1]", "l1.weight[1,1]")
    xor.until(lambda: xor.now.session.network.frozen == left)


def test_a_link_is_cut_and_mended_by_key_button_and_mark(xor: Xor) -> None:
    table, before = xor.hand.table, xor.weight(1, 0)

    def cut() -> tuple[str, ...]:
        return xor.now.session.network.cut

    xor.window.stage.setFocus()
    xor.key(Qt.Key.Key_C)
    xor.until(lambda: cut() == ("l1.weight[1,0]",))
    xor.until(lambda: xor.weight(1, 0) == 0.0 and xor.hand.cut.isChecked())
    assert "Cut" in str(table.numbers.index(0, NAME).data(Qt.ItemDataRole.ToolTipRole))
    mark = mark_in(table.visualRect(table.numbers.index(0, NAME))).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, NONE, mark)
    xor.until(lambda: cut() == () and xor.weight(1, 0) == before)
    QTest.mouseClick(xor.hand.cut, Qt.MouseButton.LeftButton)
    xor.until(lambda: xor.weight(1, 0) == 0.0)
    xor.key(Qt.Key.Key_Z, CTRL)
    xor.until(lambda: xor.weight(1, 0) == before)
    assert xor.hand.cut.isEnabled()
    table.choose(element("l1.bias", 1))
    assert not xor.hand.cut.isEnabled()


def test_a_neuron_is_cut_and_mended(xor: Xor) -> None:
    QTest.mouseClick(xor.hand.cut_neuron, Qt.MouseButton.LeftButton)
    xor.until(lambda: xor.now.session.network.cut == ("l1.unit[1]",))
    xor.until(lambda: float(xor.now.layers[0].a[1]) == 0.0)
    assert xor.hand.cut_neuron.isChecked()
    assert xor.now.undo_label == "Cut neuron hidden 1 · 2"
    QTest.mouseClick(xor.hand.cut_neuron, Qt.MouseButton.LeftButton)
    xor.until(lambda: xor.now.session.network.cut == ())
    xor.controller.select(NeuronRef(2, 0))
    xor.until(lambda: not xor.hand.cut_neuron.isEnabled())


def test_cutting_amid_a_run_keeps_the_rest_of_it_and_undo_brings_the_learned_weight(xor: Xor) -> None:
    xor.controller.send(Advance(9))
    xor.until(lambda: xor.stands_at(9))
    before = [layer.weight.copy() for layer in xor.now.layers]
    xor.key(Qt.Key.Key_C)
    xor.until(lambda: xor.weight(1, 0) == 0.0)
    assert xor.stands_at(9)
    assert xor.weight(1, 1) == before[0][1, 1]
    xor.key(Qt.Key.Key_Z, CTRL)
    xor.until(lambda: bool((xor.now.layers[0].weight == before[0]).all()))


def test_a_link_of_the_picture_has_the_menu_under_the_mouse(xor: Xor) -> None:
    stage = xor.window.stage
    xor.until(lambda: stage.scene is not None)
    assert stage.scene is not None
    links = stage.scene.link_targets[1]
    x, y = links.x1 + 0.4 * (links.x2 - links.x1), links.y1 + 0.4 * (links.y2 - links.y1)
    spot = QPoint(round(x), round(float(y[list(links.source).index(1)])))
    assert stage.place_at(spot.x(), spot.y()) == LinkRef(2, 1, 0)
    click = partial(QContextMenuEvent, QContextMenuEvent.Reason.Mouse, spot, stage.mapToGlobal(spot))
    QApplication.sendEvent(stage, click())
    opened(xor)["Cut link 2 into output · 1"].trigger()
    xor.until(lambda: xor.now.session.network.cut == ("l2.weight[0,1]",))
    xor.until(lambda: bool(stage.scene and "cut" in stage.scene.texts("legend")))
    QApplication.sendEvent(stage, click())
    typing = opened(xor)["Type the weight 2 of output · 1…"]
    xor.window.activateWindow()
    typing.trigger()
    xor.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    assert xor.controller.choices.pinned_link == LinkRef(2, 1, 0)
    xor.type("2")
    xor.key(Qt.Key.Key_Return)
    xor.until(lambda: "Mend the link first" in xor.hand.notice.text().replace("\u200b", ""))


def test_by_keys_in_the_picture_links_and_neurons_are_frozen_and_cut_where_the_keys_stand(xor: Xor) -> None:
    def network() -> NetworkSpec:
        return xor.now.session.network

    xor.window.stage.setFocus()
    xor.controller.walk(at(LinkRef(1, 1, 0), xor.now.session.widths))
    xor.key(Qt.Key.Key_K)
    xor.until(lambda: network().frozen == ("l1.weight[0,1]",))
    xor.until(lambda: bool(xor.window.stage.scene and "frozen" in xor.window.stage.scene.texts("legend")))
    xor.key(Qt.Key.Key_C)
    xor.until(lambda: network().cut == ("l1.weight[0,1]",))
    xor.controller.walk(at(NeuronRef(1, 0), xor.now.session.widths))
    xor.key(Qt.Key.Key_C)
    xor.until(lambda: network().cut == ("l1.weight[0,1]", "l1.unit[0]"))
    xor.key(Qt.Key.Key_K)
    xor.until(lambda: network().frozen == ("l1.weight[0,1]", "l1.bias[0]"))
    xor.key(Qt.Key.Key_W)
    xor.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    xor.type("0.75")
    xor.key(Qt.Key.Key_Return)
    xor.until(lambda: float(xor.now.layers[0].bias[0]) == 0.75)


def test_without_a_pinned_neuron_the_keys_say_what_to_do(xor: Xor) -> None:
    xor.controller.select(None)
    xor.until(lambda: not xor.hand.isVisible())
    xor.window.stage.setFocus()
    xor.key(Qt.Key.Key_K)
    assert "Pin a neuron first" in xor.window.banner.text.text().replace("\u200b", "")
    assert xor.now.undo_label is None


def test_while_a_number_is_typed_training_does_not_overwrite_it(xor: Xor) -> None:
    xor.hand.type_number(element("l1.weight", 1, 0))
    xor.type("0.5")
    xor.controller.send(Advance(3))
    xor.until(lambda: xor.stands_at(3) and xor.text(1) != "")
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    assert field.text() == "0.5"


def test_no_number_of_the_table_is_cut_where_names_have_room(xor: Xor) -> None:
    xor.controller.play_stroke(Stroke.BACKWARD)
    xor.controller.select(NeuronRef(1, 0))
    xor.until(lambda: xor.hand.table.numbers.columnCount() == 6)
    xor.window.resize(1280, 720)
    for digits in (3, 9):
        xor.controller.change_digits(digits - xor.controller.choices.digits)
        xor.until(lambda digits=digits: xor.hand.table.numbers.digits == digits)
        table, margin = xor.hand.table, 6  # of Qt, left and right of a text
        for row, column in itertools.product(range(table.numbers.rowCount()), range(1, 6)):
            text = table.numbers.index(row, column).data()
            assert table.fontMetrics().horizontalAdvance(text) + margin <= table.columnWidth(column), text
        scrolls = table.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        assert scrolls is (digits == 9)
