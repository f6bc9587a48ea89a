"""Rows typed by hand in the data panel: cells, names, presets, paste, undo; and what is shown of them."""

from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.edits import made
from tests.gui.examples import example_session
from tests.gui.scenes import texts_of
from tests.gui.test_panels_settings import shown, view_of
from tests.gui.window_bench import Bench, settings
from twostroke.engine.border.commands import Open
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.model import edits
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.typed_rows import PRESETS, Rows, rows_of
from twostroke.gui.panels.data.data_panel import DataPanel
from twostroke.gui.panels.data.rows_table import RowsTable, block_of
from twostroke.gui.stage.scene.build import scene_at

__all__ = ["settings"]


@pytest.fixture
def panel(qtbot: QtBot) -> DataPanel:
    return shown(qtbot, DataPanel(), edits.set_dataset(example_session(), "rows").session)


def texts(panel: DataPanel) -> list[list[str]]:
    table = panel.rows.table
    return [
        [item.text() if (item := table.item(row, column)) else "" for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def type_into(panel: DataPanel, row: int, column: int, text: str) -> None:
    item = panel.rows.table.item(row, column)
    assert item is not None
    item.setText(text)


def press(panel: DataPanel, text: str) -> None:
    (button,) = (each for each in (*panel.rows.presets, *panel.rows.buttons) if each.text() == text)
    button.click()


def test_the_table_shows_names_and_rows(panel: DataPanel) -> None:
    assert panel.rows.isVisible()
    want = [["a", "b", "a xor b"], ["0", "0", "0"], ["0", "1", "1"], ["1", "0", "1"], ["1", "1", "0"]]
    assert texts(panel) == want
    assert panel.session.data.train_share == 1.0
    assert (panel.session.task, panel.session.data.scale) == ("binary", "none")


@pytest.mark.parametrize(("text", "value"), [("0,5", 0.5), ("-2.25", -2.25), ("\u22123", -3.0), ("1e3", 1000.0)])
def test_a_cell_takes_a_number_with_either_sign(panel: DataPanel, text: str, value: float) -> None:
    commands = made(panel)
    type_into(panel, 2, 0, text)
    (command,) = commands
    assert command.label == "Type rows"
    assert command.session.data.x[1] == (value, 1.0)


def test_what_is_no_number_is_given_back_with_a_sentence(panel: DataPanel) -> None:
    commands = made(panel)
    type_into(panel, 1, 0, "yes")
    assert commands == []
    assert texts(panel)[1][0] == "0"
    assert panel.rows.problem.text() == '"yes" is no number; the cell keeps the one it had.'


def test_names_are_typed_above(panel: DataPanel) -> None:
    commands = made(panel)
    type_into(panel, 0, 1, "second")
    assert commands[-1].session.data.x_names == ("a", "second")


def test_a_refused_name_is_told_and_the_cell_shows_the_old_one(panel: DataPanel) -> None:
    made(panel)
    type_into(panel, 0, 1, "a")
    assert "stands twice" in panel.notice.text()
    assert texts(panel)[0][1] == "b"


@pytest.mark.parametrize(
    ("button", "widths", "rows"),
    [("+ row", (2, 1), 5), ("− row", (2, 1), 3), ("+ input", (3, 1), 4), ("+ answer", (2, 2), 4)],
)
def test_buttons_add_and_remove(panel: DataPanel, button: str, widths: tuple[int, int], rows: int) -> None:
    commands = made(panel)
    press(panel, button)
    found = rows_of(commands[-1].session.data)
    assert ((found.inputs, found.outputs), len(found.cells)) == (widths, rows)


def test_the_last_column_of_its_kind_and_the_last_row_stay(panel: DataPanel) -> None:
    commands = made(panel)
    panel.rows.table.setCurrentCell(1, 2)
    press(panel, "− column")
    assert commands == []
    one = Rows(("x1", "y1"), 1, ((0.5, 1.0),))
    panel.show_view(view_of(edits.set_rows(panel.session, one).session))
    press(panel, "− row")
    assert commands == []


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_a_session(panel: DataPanel, name: str) -> None:
    session: Session = edits.set_rows(panel.session, PRESETS[name]).session
    assert rows_of(session.data) == PRESETS[name]
    assert session.outputs == PRESETS[name].outputs
    if name != "XOR":
        commands = made(panel)
        press(panel, name)
        assert commands[-1].session == session


def test_cells_of_a_spreadsheet_are_pasted(panel: DataPanel, qtbot: QtBot) -> None:
    commands = made(panel)
    QGuiApplication.clipboard().setText("0,5\t1\n2\t3,25\n")
    panel.rows.table.setCurrentCell(4, 1)
    panel.rows.table.setFocus()
    qtbot.keyClick(panel.rows.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    cells = rows_of(commands[-1].session.data).cells
    assert cells[3:] == ((1.0, 0.5, 1.0), (0.0, 2.0, 3.25))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1;2,5", ((1.0, 2.5),)),
        ("1\r\n2\r\n", ((1.0,), (2.0,))),
        ("1\tx", 'Nothing was pasted: "x" is no number.'),
        (" ", "Nothing was pasted: the clipboard holds no cells with numbers."),
    ],
)
def test_what_is_copied(text: str, found: Any) -> None:
    assert block_of(text) == found


def test_leaving_rows_brings_a_test_part_back(panel: DataPanel) -> None:
    assert edits.set_dataset(panel.session, "spiral").session.data.train_share == 0.5


def test_long_names_do_not_widen_the_panel(qtbot: QtBot, panel: DataPanel) -> None:
    before = panel.rows.minimumSizeHint().width()
    many = Rows(tuple(f"a very long name of a column {place}" for place in range(20)), 19, ((0.0,) * 20,))
    panel.show_view(view_of(edits.set_rows(panel.session, many).session))
    assert isinstance(panel.rows, RowsTable)
    assert panel.rows.minimumSizeHint().width() == before


def test_no_button_is_cut(qtbot: QtBot, settings: QSettings) -> None:
    """In the narrowest column of a window that its screen gives 1280 × 720."""
    bench = Bench(settings)
    bench.controller.send(Open(edits.set_dataset(example_session(), "rows").session))
    (table,) = bench.window.findChildren(RowsTable)
    qtbot.waitUntil(lambda: table.isVisible() and table.rows is not None)
    QApplication.processEvents()
    for button in (*table.presets, *table.buttons):
        assert button.width() >= button.sizeHint().width(), button.text()
    bench.close()


@pytest.mark.parametrize(("cell", "text"), [((1, 0), "10.5"), ((1, 0), "0.5"), ((1, 0), "-3"), ((0, 0), "rate")])
def test_the_first_key_typed_into_a_chosen_cell_is_part_of_it(
    qtbot: QtBot, settings: QSettings, cell: tuple[int, int], text: str
) -> None:
    """0 showed the whole network, 1 chose a speed, r began again; the cell got the rest: a wrong number."""
    bench = Bench(settings)
    bench.controller.send(Open(edits.set_dataset(example_session(), "rows").session))
    (rows,) = bench.window.findChildren(RowsTable)
    qtbot.waitUntil(lambda: rows.isVisible() and rows.rows is not None)
    QApplication.processEvents()
    place = rows.table.visualItemRect(rows.table.item(*cell)).center()
    QTest.mouseClick(rows.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    for sign in text:
        QTest.keyClick(QApplication.focusWidget(), sign)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: rows.table.item(*cell).text().replace("−", "-") == text)
    bench.close()


def test_tab_leads_into_a_cell_and_enter_to_the_one_below(qtbot: QtBot, settings: QSettings) -> None:
    """No cell was chosen: nobody saw where the first digit would go, and each number took another Down."""
    bench = Bench(settings)
    bench.controller.send(Open(edits.set_dataset(example_session(), "rows").session))
    (rows,) = bench.window.findChildren(RowsTable)
    qtbot.waitUntil(lambda: rows.isVisible() and rows.rows is not None)
    rows.table.setFocus(Qt.FocusReason.TabFocusReason)
    assert (rows.table.currentRow(), rows.table.currentColumn()) == (1, 0)
    for text in ("7", "8", "9"):
        QTest.keyClicks(QApplication.focusWidget(), text)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: QApplication.focusWidget() is rows.table)
        QApplication.processEvents()
    assert [rows.table.item(row, 0).text() for row in (1, 2, 3, 4)] == ["7", "8", "9", "1"]
    assert rows.table.currentRow() == 4
    bench.close()


def test_an_answer_that_comes_while_the_next_cell_is_typed_into_takes_nothing_away(
    qtbot: QtBot, settings: QSettings
) -> None:
    """Typed 1, Tab, 2, Tab, 3 into x1, x2 and y while kernels compiled: x2 kept its old number."""
    bench = Bench(settings)
    bench.controller.send(Open(edits.set_dataset(example_session(), "rows").session))
    (rows,) = bench.window.findChildren(RowsTable)
    qtbot.waitUntil(lambda: rows.isVisible() and rows.rows is not None)
    place = rows.table.visualItemRect(rows.table.item(1, 0)).center()
    QTest.mouseClick(rows.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    bench.link.engine.late = True
    for answers, text in enumerate("789"):
        QTest.keyClick(QApplication.focusWidget(), text)
        if answers:
            bench.link.engine.catch_up(1)
            bench.link.deliver()
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    bench.link.engine.late = False
    bench.link.engine.catch_up()
    bench.link.deliver()
    assert [rows.table.item(1, column).text() for column in range(3)] == ["7", "8", "9"]
    assert rows.rows is not None
    assert rows.rows.cells[0] == (7.0, 8.0, 9.0)
    assert bench.link.engine.now.session.data.x[0] == (7.0, 8.0)
    bench.close()


def test_the_card_of_the_loss_shows_both_targets_of_the_sample() -> None:
    """By their letters, where the words leave no room; more than fit are counted."""
    for preset, aim, found in (("Sample", "0.01, 0.99", "y"), ("many", "9 values", "targets")):
        rows = PRESETS.get(preset) or Rows(("x", *(f"y{k}" for k in range(9))), 1, ((0.5,) * 10,))
        trainer = Trainer(edits.set_rows(edits.set_dataset(example_session((2,)), "rows").session, rows).session)
        tape = trainer.record()
        cursor = Cursor(tape.depth).seek(Step(Phase.LOSS, 0), 1.0)
        view = resolve(snapshot_of(trainer), tape, cursor, Choices())
        texts = [item.text for item in texts_of(scene_at(view, 1280, 720), "loss")]
        assert texts[texts.index(found) + 1] == aim
