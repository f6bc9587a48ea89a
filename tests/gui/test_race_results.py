"""What came of a race, in its window: the spread, each run of it, tables, files."""

import shlex
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QToolTip
from pytestqt.qtbot import QtBot

from tests.gui.race_bench import Gate, Opens, dots, looked_at, race, real_race, run, said, window_session
from tests.gui.test_real_engine import Real, real
from tests.gui.window_bench import Bench, bench, file_dialogs, settings
from twostroke.engine.border.commands import Advance
from twostroke.engine.files.session_file import write_session
from twostroke.engine.race.kept_rows import KeptRows
from twostroke.engine.race.values import vary_of
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.shell.race import race as race_module
from twostroke.gui.shell.race import window as window_module
from twostroke.gui.shell.race.shown_results import AS_ASKED, COMBINATIONS, PICTURE, RUNS
from twostroke.gui.shell.race.window import RaceWindow

__all__ = ["bench", "race", "real", "real_race", "settings"]

# -- what came of it -------------------------------------------------------------------------------------------------


def test_a_click_on_a_dot_opens_that_run_which_can_be_undone(
    real: Real, real_race: Opens, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Discard)
    before = window_session(real)
    real.controller.send(Advance(5))
    qtbot.waitUntil(lambda: real.stands_at(5), timeout=30_000)
    window = real_race()
    run(window, qtbot)
    dot = next(dot for dot in dots(window) if dot.row.vary == ("tanh",) and dot.row.seed == before.network.seed + 2)
    QTest.mouseClick(window.results.chart, Qt.MouseButton.LeftButton, pos=dot.at.toPoint())
    qtbot.waitUntil(lambda: window_session(real).network.seed == dot.row.seed, timeout=30_000)
    assert {layer.activation.name for layer in window_session(real).network.layers} == {"tanh"}
    assert real.window.document.title.endswith(f"network.activation=tanh, seed {dot.row.seed}")
    assert real.window.document.path is None
    real.controller.send(Advance(20))
    qtbot.waitUntil(lambda: real.stands_at(20), timeout=30_000)
    evaluation = real.controller.snapshot.evaluation if real.controller.snapshot else None
    assert evaluation is not None
    assert dot.row.train is not None
    qtbot.waitUntil(lambda: loss_now(real) == dot.row.train["loss"], timeout=30_000)  # type: ignore[index]
    assert window.other.isVisible()
    real.window.actions_by_id["undo"].trigger()
    qtbot.waitUntil(lambda: window_session(real).network.seed == before.network.seed, timeout=30_000)
    assert real.stands_at(5)
    assert window_session(real).network.layers == before.network.layers


def loss_now(real: Real) -> float:
    snapshot = real.controller.snapshot
    assert snapshot is not None
    assert snapshot.evaluation is not None
    return float(snapshot.evaluation.train.loss)


def test_unsaved_work_is_asked_about_first(
    bench: Bench, race: Opens, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = race()
    run(window, qtbot)
    bench.change()
    qtbot.waitUntil(lambda: bench.document.changed, timeout=30_000)
    before = window_session(bench)
    asked = list[str]()

    def cancel(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(QMessageBox, "exec", cancel)
    window.open_run(dots(window)[0].row)
    assert len(asked) == 1
    qtbot.wait(100)
    assert window_session(bench) is before


def test_the_keys_go_from_run_to_run(bench: Bench, race: Opens, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = race()
    run(window, qtbot)
    chart, opened = window.results.chart, list[object]()
    chart.opened.connect(opened.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(chart, key)
    chosen = chart.chosen
    assert chosen is not None
    own = [dot for dot in dots(window) if dot.line == 1]
    assert chosen is own[-1]
    assert chart.told_of(chosen) in chart.accessibleDescription()
    monkeypatch.setattr(bench.window.document, "may_go", lambda: False)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert opened == [chosen.row]
    place = own[0].at.toPoint()
    QGuiApplication.sendEvent(chart, QHelpEvent(QEvent.Type.ToolTip, place, chart.mapToGlobal(place)))
    assert "Click to open this run" in QToolTip.text()
    QToolTip.hideText()


def test_every_figure_and_table_is_shown_and_sorted(race: Opens, qtbot: QtBot) -> None:
    window = race()
    run(window, qtbot)
    results = window.results
    shown = [results.figure.itemText(index) for index in range(results.figure.count())]
    assert shown == ["Test accuracy", "Test loss", "Train accuracy", "Train loss", "Updates a second"]
    results.figure.setCurrentText("Train loss")
    values = {dot.value for dot in dots(window)}
    assert values == {row.train["loss"] for row in window.race.rows.values() if row.train}
    results.order.setCurrentText(AS_ASKED)
    assert results.chart.plan is not None
    assert [strand.label for strand in results.chart.plan.strands] == ["tanh", "ReLU", "GELU"]
    results.view.setCurrentText(RUNS)
    column = 2 + shown.index("Train loss")
    results.runs.sortByColumn(column, Qt.SortOrder.DescendingOrder)
    model = results.runs.model()
    found = [model.index(line, column).data(Qt.ItemDataRole.UserRole) for line in range(model.rowCount())]
    assert found == sorted(values, reverse=True)
    opened = list[object]()
    results.runs.opened.disconnect()
    results.runs.opened.connect(opened.append)
    results.runs.activated.emit(model.index(0, 0))
    assert [row.train["loss"] for row in opened] == found[:1]  # type: ignore[attr-defined]
    results.view.setCurrentText(COMBINATIONS)
    assert results.combinations.model().rowCount() == 3
    results.view.setCurrentText(PICTURE)


@pytest.mark.parametrize("theme", list(Theme))
def test_the_picture_follows_the_theme(bench: Bench, race: Opens, qtbot: QtBot, theme: Theme) -> None:
    window = race()
    run(window, qtbot)
    bench.window.apply_look(Choices(theme=theme))
    picture = window.results.chart.grab().toImage()
    assert picture.pixelColor(2, 2) == QColor(window.results.chart.palette_.background)
    seen = {picture.pixelColor(dot.at.toPoint()).name() for dot in dots(window)}
    assert window.results.chart.palette_.text in seen


# -- files -----------------------------------------------------------------------------------------------------------


def test_the_table_is_that_of_the_command_and_goes_on_from_it(
    race: Opens, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, path = race(), tmp_path / "race.csv"
    run(window, qtbot)
    file_dialogs(monkeypatch, path)
    QTest.mouseClick(window.save_table, Qt.MouseButton.LeftButton)
    assert window.race.lineup is not None
    assert KeptRows(path, window.race.lineup).rows == window.race.rows
    window.race._known.clear()
    QTest.mouseClick(window.read_table, Qt.MouseButton.LeftButton)
    assert len(window.race.rows) == 9
    assert said(window).startswith("9 runs in")
    assert len(dots(window)) == 9


def test_a_table_of_another_race_is_told_and_stays(
    race: Opens, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, path = race(), tmp_path / "race.csv"
    path.write_text("a,b\n1,2\n")
    run(window, qtbot)
    file_dialogs(monkeypatch, path)
    for button in (window.save_table, window.read_table):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        box = window.findChildren(QMessageBox)[-1]
        assert "is no table of a race" in box.text()
        box.close()
    assert path.read_text() == "a,b\n1,2\n"


@pytest.mark.parametrize(("name", "head"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.pdf", b"%PDF")])
def test_the_picture_is_saved(
    race: Opens,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    head: bytes,
) -> None:
    window = race()
    run(window, qtbot)
    file_dialogs(monkeypatch, tmp_path / name)
    QTest.mouseClick(window.save_picture, Qt.MouseButton.LeftButton)
    content = (tmp_path / name).read_bytes()
    assert content.startswith(head)
    assert b"<text" not in content
    assert name in said(window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "b"), ""))
    QTest.mouseClick(window.save_picture, Qt.MouseButton.LeftButton)
    assert (tmp_path / "b.png").exists()


def test_the_command_is_copied_with_the_file_of_the_session(
    bench: Bench, race: Opens, qtbot: QtBot, tmp_path: Path
) -> None:
    window = race()
    QTest.mouseClick(window.copy, Qt.MouseButton.LeftButton)
    assert "save it as SESSION.twostroke.json" in said(window)
    path = tmp_path / "mine.twostroke.json"
    write_session(path, Session())
    bench.window.document.open(path)
    qtbot.waitUntil(lambda: bench.window.document.path == path, timeout=30_000)
    window.take_session()
    looked_at(window, qtbot)
    QTest.mouseClick(window.copy, Qt.MouseButton.LeftButton)
    words = shlex.split(QGuiApplication.clipboard().text())
    assert words[:3] == ["twostroke", "race", str(path)]
    assert vary_of([words[4]]) == window.race.terms.parsed()
    assert said(window) == "Copied the command."


def test_another_session_in_the_window_is_told_and_can_be_taken(bench: Bench, race: Opens, qtbot: QtBot) -> None:
    window = race()
    assert not window.other.isVisible()
    before = window.race.session
    bench.change()
    qtbot.waitUntil(window.other.isVisible, timeout=30_000)
    assert window.race.session is before
    QTest.mouseClick(window.take, Qt.MouseButton.LeftButton)
    assert window.race.session is window_session(bench)
    assert not window.other.isVisible()
    looked_at(window, qtbot)


def test_every_field_and_button_has_a_name(race: Opens) -> None:
    window = race()
    form, results = window.form, window.results
    fields = [form.seeds, form.updates, results.figure, results.order, results.view, results.chart, results.runs]
    fields += [results.combinations, window.status, window.bar]
    for field in (form.first, form.second):
        fields += [field.place, field.path, field.list, field.typed]
    assert all(field.accessibleName() for field in fields)


def test_before_there_is_a_session_there_is_no_race(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    said = list[str]()
    bench.controller.said.connect(lambda sentence, _: said.append(sentence))
    monkeypatch.setattr(bench.controller, "snapshot", None)
    window_module.show_race(bench.window, bench.controller, bench.window.document)
    assert said == [window_module.NOT_YET]
    assert bench.window.findChild(RaceWindow) is None


def test_the_end_of_the_program_waits_for_a_moment_only(race: Opens, qtbot: QtBot) -> None:
    gate = Gate(1)
    window = race(gate)
    QTest.mouseClick(window.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(gate.met.is_set, timeout=30_000)
    window.race.settle()
    assert race_module.END <= 2.0
    assert not window.race.running
    gate.open.set()
