"""The data panel with data of one's own: files, a formula that is typed, points that are painted."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog
from pytestqt.qtbot import QtBot

from tests.edits import made
from tests.gui.examples import example_session
from tests.gui.test_panels_settings import shown, view_of
from twostroke.engine.border.commands import Edited
from twostroke.engine.data.names import DATASETS, OWN
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model import edits
from twostroke.gui.model.choices import Theme
from twostroke.gui.panels.data.data_panel import DataPanel
from twostroke.gui.panels.data.own_data import FormulaField, Painting, missing, problem_of
from twostroke.gui.panels.data.point_canvas import PointCanvas
from twostroke.gui.panels.data.table_fields import TargetsDialog, parted
from twostroke.gui.panels.data.thumbnails import thumbnail
from twostroke.gui.panels.network.network_panel import NetworkPanel
from twostroke.gui.panels.table import Side
from twostroke.gui.shell.room import NARROWEST


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """age, colour, size -> won."""
    path = tmp_path / "people.csv"
    rows = (f"{row},{'abc'[row % 3]},{row / 7:.2f},{('yes', 'no')[row % 2]}\n" for row in range(40))
    path.write_text("age,colour,size,won\n" + "".join(rows))
    return path


def choosing(monkeypatch: pytest.MonkeyPatch, path: Path | str) -> list[str]:
    """Let the file dialog answer `path`; the titles with which it was opened."""
    titles: list[str] = []

    def ask(_parent: object, title: str, *_: object) -> tuple[str, str]:
        titles.append(title)
        return str(path), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
    return titles


def choose(panel: DataPanel, name: str) -> None:
    panel.chooser.setCurrentIndex(panel.chooser.findData(name))


def visible(panel: DataPanel) -> list[str]:
    return [name for name, editor in panel.form.editors.items() if editor.isVisible()]


def test_the_list_ends_with_ones_own_data(qtbot: QtBot) -> None:
    panel = shown(qtbot, DataPanel(), example_session())
    titles = [panel.chooser.itemText(index) for index in range(panel.chooser.count())]
    assert titles[len(DATASETS) :] == ["Formula", "Painted points", "Rows by hand", "Own table…", "Own arrays…"]
    assert "Fraud" in titles
    assert "Market" in titles


def test_a_table_is_opened_and_reported(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, table: Path) -> None:
    panel = shown(qtbot, DataPanel(), example_session(data="sine"))
    commands = made(panel)
    titles = choosing(monkeypatch, table)
    choose(panel, "table")
    assert titles == ["Open table"]
    (command,) = commands
    assert command.label == "Open people.csv"
    assert command.session.data.path == str(table)
    assert command.session.training.loss.name == "binary_cross_entropy"
    assert panel.notice.text() == "Output is now sigmoid and loss is now binary cross-entropy."
    panel.show_view(view_of(command.session))
    assert panel.file.isVisible()
    assert panel.file.target.currentText() == "won"
    assert [panel.file.target.itemText(i) for i in range(panel.file.target.count())] == [
        "age",
        "colour",
        "size",
        "won",
        "Several…",
    ]
    assert panel.file.report.text().startswith("people.csv: 40 rows and 4 columns, divided by commas, with a header.\n")
    assert "people.csv" in panel.file.button.text()
    own = ["task", "delimiter", "header", "missing", "decimal", "encoding", "scale"]
    assert visible(panel) == ["train_share", "seed", *own]
    assert list(panel.features.buttons) == ["age", "colour", "size"]


def test_long_names_of_columns_push_no_panel_over_the_edge(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    names = [f"WWWWWWWWWWWWWWW {column}" for column in range(9)]
    path.write_text("\n".join([",".join(names), *(",".join([str(row % 7)] * 9) for row in range(40))]))
    session = edits.open_data(example_session(), "table", str(path)).session
    for kind in (DataPanel, NetworkPanel):
        assert shown(qtbot, kind(), session).minimumSizeHint().width() <= NARROWEST[Side.LEFT], kind
    network = shown(qtbot, NetworkPanel(), session)
    assert network.inputs.text().endswith("…")
    assert network.inputs.toolTip() == ", ".join(names[:-1])
    network.resize(3_000, 400)
    qtbot.waitUntil(lambda: network.inputs.text() == ", ".join(names[:-1]))


def test_target_columns_and_settings_of_a_table(qtbot: QtBot, table: Path) -> None:
    panel = shown(qtbot, DataPanel(), edits.open_data(example_session(), "table", str(table)).session)
    commands = made(panel)
    panel.features.buttons["colour"].click()
    assert commands[-1].session.data.features == ("age", "size")
    assert commands[-1].session.widths[0] == 2
    panel.file.target.setCurrentIndex(0)
    panel.file.target.activated.emit(0)
    assert commands[-1].session.data.target == "age"
    assert commands[-1].session.data.features == ()
    assert commands[-1].session.training.loss.name == "mse"
    assert commands[-1].label == "Set target to age"
    panel.form.editors["missing"].field.setCurrentIndex(1)  # type: ignore[attr-defined]
    assert commands[-1].session.data.missing == "mean"
    panel.form.editors["delimiter"].field.setCurrentIndex(2)  # type: ignore[attr-defined]
    assert "has one column only when it is divided by semicolon" in panel.notice.text()
    assert panel.form.editors["delimiter"].value() == "auto"
    assert len(commands) == 3


def test_several_targets_are_ticked(qtbot: QtBot, table: Path) -> None:
    """By keys alone; one of them is a target as ever, and Cancel leaves everything."""
    panel = shown(qtbot, DataPanel(), edits.open_data(example_session(), "table", str(table)).session)
    commands = made(panel)

    def asked() -> TargetsDialog:
        target = panel.file.target
        target.setCurrentIndex(target.findText("Several…"))
        target.activated.emit(target.currentIndex())
        assert target.currentText() == "won"
        return panel.window().findChildren(TargetsDialog)[-1]

    dialog = asked()
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert [dialog.list.item(row).text() for row in range(dialog.list.count())] == ["age", "size"]
    assert dialog.names() == ()
    assert not ok.isEnabled()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Home)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
    ok.click()
    assert commands[-1].session.data.target == ("age", "size")
    assert commands[-1].session.widths[-1] == 2
    assert commands[-1].label == "Set target to age, size"
    assert edits.shown_features(commands[-1].session) == ("colour", "won")
    asked().reject()
    assert len(commands) == 1


def test_missing_markers_are_typed(qtbot: QtBot, table: Path) -> None:
    """With commas between; none is a wish, too, and the field shows what the session says."""
    panel = shown(qtbot, DataPanel(), edits.open_data(example_session(), "table", str(table)).session)
    commands = made(panel)
    field = panel.markers.field
    assert field.text().startswith("NA, N/A, NaN, null, none")
    for typed, markers, label in (
        ('c, 0.00 ,"a, b",, c', ("c", "0.00", "a, b"), "c, 0.00, a, b"),
        ("  ", (), "none"),
    ):
        field.selectAll()
        qtbot.keyClicks(field, typed)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert commands[-1].session.data.missing_markers == markers
        assert commands[-1].label == f"Set missing markers to {label}"
        assert parted(field.text()) == markers
    report = commands[0].session.data.report
    assert report is not None
    assert any("Counted as missing" in line for line in report.sentences)
    assert (report.rows, report.kept) == (40, 26)  # without one of 0.00 and thirteen of c
    count = len(commands)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert len(commands) == count


def test_the_report_names_the_field_that_says_what_counts_as_missing(qtbot: QtBot, tmp_path: Path) -> None:
    """As it stands in the panel, and not as a session's file names it."""
    path = tmp_path / "gap.csv"
    path.write_text("age,won\n?,yes\n" + "".join(f"{row},{('yes', 'no')[row % 2]}\n" for row in range(40)))
    panel = shown(qtbot, DataPanel(), edits.open_data(example_session(), "table", str(path)).session)
    assert "“Also missing” says which words are." in panel.file.report.text()
    assert "missing_markers" not in panel.file.report.text()


def test_no_file_and_a_bad_file_change_nothing(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    panel = shown(qtbot, DataPanel(), example_session())
    commands = made(panel)
    choosing(monkeypatch, "")
    choose(panel, "table")
    assert panel.chooser.currentData() == "spiral"
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    choosing(monkeypatch, bad)
    choose(panel, "table")
    assert panel.chooser.currentData() == "spiral"
    assert panel.notice.text() == "There is 1 row to learn from; expected at least 10."
    choosing(monkeypatch, tmp_path / "none.npz")
    choose(panel, "npz")
    assert "there is no such file or folder" in panel.notice.text()
    assert commands == []


def test_another_file_is_asked_for_beside_the_first(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, table: Path) -> None:
    panel = shown(qtbot, DataPanel(), edits.open_data(example_session(), "table", str(table)).session)
    commands = made(panel)
    other = table.with_name("other.csv")
    other.write_text(table.read_text())
    choosing(monkeypatch, other)
    panel.file.button.click()
    assert commands[-1].session.data.path == str(other)


def test_leaving_ones_own_data_leaves_their_settings(table: Path) -> None:
    session = edits.set_own(edits.open_data(example_session(), "table", str(table)).session, "target", "age").session
    after = edits.set_dataset(session, "moons").session.data
    assert after == Session.model_validate({"data": "moons"}).data
    kept = edits.set_value(example_session(), "data.seed", 5).session
    assert edits.set_dataset(kept, "expression").session.data.seed == 5


@pytest.mark.parametrize("name", OWN)
def test_every_own_source_has_an_edit(name: str, table: Path) -> None:
    """By name alone where nothing has to be chosen; otherwise a sentence."""
    if name in ("table", "npz"):
        with pytest.raises(SessionError, match="no dataset called"):
            edits.set_dataset(example_session(), name)
        return
    command = edits.set_dataset(example_session(data="sine"), name)
    assert command.session.data.name == name
    assert command.label == f"Set data to {OWN[name].title}"
    assert command.session.task == "binary"


# Formula


def test_a_formula_is_checked_while_it_is_typed(qtbot: QtBot) -> None:
    panel = shown(qtbot, DataPanel(), edits.set_dataset(example_session(), "expression").session)
    commands = made(panel)
    field = panel.formula.field
    assert field.text() == "y > sin(pi * x) / 2"
    assert not panel.formula.problem.isVisible()
    field.selectAll()
    qtbot.keyClicks(field, "y = 2x")
    assert panel.formula.problem.isVisible()
    assert panel.formula.problem.text() == (
        'At character 6: expected an operator or the end, such as 2 * x, and found "x".'
    )
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert commands == []
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClicks(field, " * x")
    assert not panel.formula.problem.isVisible()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    (command,) = commands
    assert command.label == "Set formula to y = 2 * x"
    assert command.session.data.expression == "y = 2 * x"
    assert command.session.training.loss.name == "mse"
    panel.show_view(view_of(command.session))
    assert list(panel.features.buttons) == ["x", "x^2", "sin(x)"]


def test_a_formula_being_typed_is_not_overwritten(qtbot: QtBot) -> None:
    field = FormulaField()
    qtbot.addWidget(field)
    field.show()
    field.show_formula("y > x")
    field.activateWindow()
    field.field.setFocus()
    qtbot.waitUntil(field.field.hasFocus, timeout=60_000)
    qtbot.keyClicks(field.field, " + 1")
    field.show_formula("y > x")
    assert field.field.text() == "y > x + 1"
    field.show_formula("y > 0")  # undone, or another session
    assert field.field.text() == "y > 0"


def test_problems_of_formulas_are_sentences() -> None:
    assert problem_of("y > x") == ""
    assert problem_of("y > 5").startswith("The comparison is true nowhere")
    assert problem_of("y > x )").endswith('and found ")".')


# Points


@pytest.fixture
def canvas(qtbot: QtBot) -> PointCanvas:
    made = PointCanvas()
    qtbot.addWidget(made)
    made.resize(200, 200)
    made.show()
    return made


def at(canvas: PointCanvas, x: float, y: float) -> QPoint:
    return canvas.to_screen(x, y).toPoint()


def test_clicks_paint_and_take_away(qtbot: QtBot, canvas: PointCanvas) -> None:
    strokes: list[Any] = []
    canvas.painted.connect(strokes.append)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 0.5, -0.3))
    qtbot.mouseClick(canvas, Qt.MouseButton.RightButton, pos=at(canvas, -0.6, 0.8))
    canvas.choose(0)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 0, 0))
    assert len(strokes) == 3
    expected = [(0.5, -0.3, 1.0), (-0.6, 0.8, 0.0), (0, 0, 0)]
    for point, wanted in zip(canvas.points, expected, strict=True):
        assert point == pytest.approx(wanted, abs=0.02)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 0.5, -0.3))
    assert [label for _, _, label in canvas.points] == [0, 0]
    assert len(strokes) == 4


def test_a_stroke_paints_points_a_little_apart_and_is_one_edit(qtbot: QtBot, canvas: PointCanvas) -> None:
    strokes: list[Any] = []
    canvas.painted.connect(strokes.append)
    start = at(canvas, -0.9, 0)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 101):
        qtbot.mouseMove(canvas, start + QPoint(step, 0))
    canvas.show_points(())  # an older session arrives in the middle of the stroke
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(100, 0))
    assert len(strokes) == 1
    assert 6 <= len(canvas.points) <= 8


def test_the_keyboard_paints(qtbot: QtBot, canvas: PointCanvas) -> None:
    chosen: list[int] = []
    canvas.label_chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_0, Qt.Key.Key_Space):
        qtbot.keyClick(canvas, key)
    assert canvas.points == ((0.0, 0.0, 1.0), (0.2, 0.1, 0.0))
    assert chosen == [0]
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert canvas.points == ((0.0, 0.0, 1.0),)


def test_far_points_of_a_file_are_in_the_square(canvas: PointCanvas) -> None:
    canvas.show_points(((5.0, 0.0, 1.0), (0.0, -3.0, 0.0)))
    assert canvas.rect().contains(at(canvas, 5.0, 0.0))
    assert canvas.to_plane(canvas.to_screen(0.0, -3.0)) == pytest.approx((0, -3), abs=0.01)


def test_painting_sends_only_what_is_a_dataset(qtbot: QtBot) -> None:
    painting = Painting()
    qtbot.addWidget(painting)
    painting.show()
    sets: list[Any] = []
    painting.painted.connect(sets.append)
    points = edits.set_dataset(example_session(), "points").session.data.points
    painting.show_points(points)
    painting.clear.click()
    assert sets == []
    assert painting.hint.text() == "Paint at least 4 points, two of each class. Until then the old points stay in use."
    painting.show_points(points)  # the session has not changed: the new painting goes on
    assert painting.canvas.points == ()
    for x, button in ((0.2, Qt.MouseButton.LeftButton), (-0.2, Qt.MouseButton.RightButton)):
        for y in (0.5, -0.5):
            qtbot.mouseClick(painting.canvas, button, pos=at(painting.canvas, x, y))
    assert len(sets) == 1
    assert len(sets[0]) == 4
    assert not painting.hint.isVisible()
    painting.group.button(0).click()
    assert painting.canvas.label == 0


def test_painted_points_are_an_edit(qtbot: QtBot) -> None:
    panel = shown(qtbot, DataPanel(), edits.set_dataset(example_session(), "points").session)
    commands: list[Edited] = made(panel)
    assert visible(panel) == ["train_share", "seed"]
    qtbot.mouseClick(panel.painting.canvas, Qt.MouseButton.LeftButton, pos=at(panel.painting.canvas, 0.0, 0.0))
    (command,) = commands
    assert command.label == "Paint points"
    assert len(command.session.data.points) == 13
    panel.show_view(view_of(command.session))
    panel.show_view(view_of(edits.set_dataset(example_session(), "points").session))  # undone
    assert len(panel.painting.canvas.points) == 12


def test_what_points_lack() -> None:
    assert missing([(0, 0, 1.5)]) == ""
    assert missing([(0, 0, 1)] * 9) != ""
    assert missing([(0, 0, 1), (0, 0, 0)] * 2) == ""


@pytest.mark.parametrize("theme", Theme)
def test_every_source_has_a_picture(qtbot: QtBot, theme: Theme) -> None:
    pictures = {name: thumbnail(name, PALETTES[theme]).pixmap(40).toImage() for name in (*OWN, "market", "fraud")}
    assert not any(picture.isNull() for picture in pictures.values())
    assert all(pictures[one] != pictures[other] for one in pictures for other in pictures if one < other)
