"""Weights typed and parameters frozen in the window, by mouse and by keys, over the engine that users have."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from tests.gui.test_real_engine import Real
from tests.gui.window_bench import settings
from twostroke.engine.border.commands import Advance, Open
from twostroke.engine.border.snapshot import Snapshot, Status
from twostroke.engine.files.session_file import read_saved
from twostroke.engine.session.spec import Session
from twostroke.gui.model import by_hand
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.panels.neuron.hand import Hand
from twostroke.gui.panels.neuron.inspector import InspectorPanel
from twostroke.gui.panels.neuron.weight_cells import mark_in
from twostroke.gui.panels.neuron.weight_table import NAME, NUMBER

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
        self.until(lambda: self.controller.snapshot is not None)
        self.controller.send(Open(Session.model_validate(XOR)))
        self.until(lambda: self.now.session.data.name == "rows" and self.now.status is Status.PAUSED)
        self.controller.select(NeuronRef(1, 1))
        self.until(self.hand.isVisible)
        self.window.activateWindow()

    def until(self, holds: Any) -> None:
        self.qtbot.waitUntil(holds, timeout=60_000)

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

    def at(self, row: int, column: int) -> QPoint:
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
    xor.until(lambda: [xor.text(row) for row in range(3)] == ["0.10", "−0.25", "1.00"])
    assert xor.now.undo_label == "Set bias of hidden 1 · 2 to 1"
    for left in (2, 1, 0):
        xor.key(Qt.Key.Key_Z, CTRL)
        xor.until(lambda left=left: len(xor.now.session.network.parameters) == (left > 0) + (left > 2))
    xor.until(lambda: xor.now.undo_label is None)
    xor.key(Qt.Key.Key_Y, CTRL)
    xor.until(lambda: xor.weight(1, 0) == pytest.approx(0.1))


def test_a_double_click_types_too_and_escape_takes_it_back(xor: Xor) -> None:
    table, before = xor.hand.table, xor.weight(1, 1)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, NONE, xor.at(1, NUMBER))
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, NONE, xor.at(1, NUMBER))
    xor.type("7")
    xor.key(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is table
    assert xor.now.undo_label is None
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, NONE, xor.at(1, NUMBER))
    xor.type("2")
    xor.window.stage.setFocus()  # left, it counts as in every field
    xor.until(lambda: xor.weight(1, 1) == 2.0)
    assert before not in (2.0, 7.0)
    assert xor.now.undo_label == "Set weight 2 of hidden 1 · 2 to 2"


def test_what_is_no_number_is_told_and_the_weight_stays(xor: Xor) -> None:
    before = xor.weight(1, 0)
    for text, told in (("abc", "abc is no number"), ("1e39", "cannot be 1e+39")):
        xor.hand.type_number(by_hand.place("l1.weight", 1, 0))
        xor.type(text)
        xor.key(Qt.Key.Key_Return)
        xor.until(lambda told=told: told in xor.hand.notice.text().replace("“", "").replace("”", "").replace('"', ""))
    assert (xor.weight(1, 0), xor.now.undo_label) == (before, None)


def test_later_the_network_changes_as_it_stands(xor: Xor) -> None:
    xor.controller.send(Advance(7))
    xor.until(lambda: xor.stands_at(7))
    xor.hand.type_number(by_hand.place("l1.bias", 1))
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
    xor.hand.type_number(by_hand.place("l1.bias", 1))
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


def test_the_menu_of_a_row_freezes_it_its_array_or_all_biases(xor: Xor) -> None:
    menu = xor.hand.menu(xor.now.session, by_hand.place("l1.weight", 1, 0))
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == [
        "Type the weight 1 of hidden 1 · 2…",
        "Freeze weight 1 of hidden 1 · 2",
        "Freeze all weights of hidden 1",
        "Freeze all biases",
    ]
    menu.actions()[3].trigger()
    xor.until(lambda: xor.now.session.network.frozen == ("l1.weight",))
    xor.hand.menu(xor.now.session, by_hand.place("l1.weight", 1, 0)).actions()[2].trigger()
    left = ("l1.weight[0,0]", "l1.weight[0,1]", "l1.weight[1,1]")
    xor.until(lambda: xor.now.session.network.frozen == left)


def test_without_a_pinned_neuron_the_keys_say_what_to_do(xor: Xor) -> None:
    xor.controller.select(None)
    xor.until(lambda: not xor.hand.isVisible())
    xor.window.stage.setFocus()
    xor.key(Qt.Key.Key_K)
    assert "Pin a neuron first" in xor.window.banner.text.text().replace("\u200b", "")
    assert xor.now.undo_label is None


def test_while_a_number_is_typed_training_does_not_overwrite_it(xor: Xor) -> None:
    xor.hand.type_number(by_hand.place("l1.weight", 1, 0))
    xor.type("0.5")
    xor.controller.send(Advance(3))
    xor.until(lambda: xor.stands_at(3) and xor.text(1) != "")
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    assert field.text() == "0.5"
