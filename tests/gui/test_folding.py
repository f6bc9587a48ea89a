"""Columns and panels fold, by key, by mouse and by themselves, on the real window: the picture gets the room."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.test_keyboard import reachable, round_trip
from tests.gui.window_bench import CTRL, NONE, Bench, bench, settings
from twostroke.engine.border.snapshot import Status
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.lessons import lessons
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.table import PANELS, Side
from twostroke.gui.shell.actions import ACTIONS
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.room import AS_USUAL, COMFORTABLE, SIDES, SMALLEST_PICTURE, Wish, shown
from twostroke.gui.shell.shortcuts import ShortcutSheet

__all__ = ["bench", "settings"]

KEYS = {Side.LEFT: Qt.Key.Key_F7, Side.RIGHT: Qt.Key.Key_F8}
BOTH = frozenset(SIDES)


@pytest.fixture
def again(qtbot: QtBot, settings: QSettings, bench: Bench) -> Iterator[Bench]:
    """A second window, as the next run finds it; made with what the first has left by then."""
    made = Bench(settings)
    yield made
    made.close()


def panel(bench: Bench, id: str) -> Panel:
    found = bench.window.panels[id]
    assert isinstance(found, Panel)
    return found


def height_at_rest(widget: QWidget) -> int:
    """Once it is laid out, for which a new style sheet takes several rounds."""
    seen = [0]
    while len(seen) < 5 or len(set(seen[-5:])) > 1:
        QTest.qWait(20)
        seen.append(widget.height())
    return seen[-1]


def width(bench: Bench, wide: int, tall: int = 600) -> int:
    """Make the window that size; how wide the picture is then."""
    bench.window.resize(wide, tall)
    QApplication.processEvents()
    return bench.window.stage.width()


# -- by key and mouse ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", SIDES)
def test_a_key_folds_a_column_and_brings_it_back(bench: Bench, side: Side) -> None:
    before = bench.window.stage.width()
    bench.key(KEYS[side])
    QApplication.processEvents()
    assert bench.window.columns.shown == BOTH - {side}
    assert bench.window.stage.width() > before + 250
    bench.key(KEYS[side])
    QApplication.processEvents()
    assert bench.window.columns.shown == BOTH
    assert bench.window.stage.width() == before


def test_one_key_folds_both_and_brings_them_back_as_they_were(bench: Bench) -> None:
    bench.key(Qt.Key.Key_F7)
    bench.key(Qt.Key.Key_F9)
    QApplication.processEvents()
    assert bench.window.columns.shown == frozenset()
    assert bench.window.stage.width() > bench.window.width() - 40
    bench.key(Qt.Key.Key_F9)
    assert bench.window.columns.shown == {Side.RIGHT}


def test_columns_folded_one_by_one_come_back_together(bench: Bench) -> None:
    for key in (Qt.Key.Key_F7, Qt.Key.Key_F8, Qt.Key.Key_F9):
        bench.key(key)
    assert bench.window.columns.shown == BOTH


@pytest.mark.parametrize("side", SIDES)
def test_a_click_on_the_edge_folds_and_the_same_place_brings_back(bench: Bench, side: Side) -> None:
    edge = bench.window.columns.edges[side]
    for there in (False, True):
        QTest.mouseClick(edge, Qt.MouseButton.LeftButton, pos=QPoint(edge.width() // 2, 40))
        QApplication.processEvents()
        assert (side in bench.window.columns.shown) is there
        assert edge.isVisible()
        assert edge.accessibleName() == f"{'Fold' if there else 'Show'} the {side.value} column"
        assert KEYS[side].name.removeprefix("Key_") in edge.toolTip()


def test_the_menu_ticks_what_is_there(bench: Bench) -> None:
    ticks = [bench.window.actions_by_id[name] for name in ("left_column", "right_column", "alone")]
    assert [tick.isChecked() for tick in ticks] == [True, True, False]
    bench.window.actions_by_id["left_column"].trigger()
    assert [tick.isChecked() for tick in ticks] == [False, True, False]
    bench.window.actions_by_id["alone"].trigger()
    assert [tick.isChecked() for tick in ticks] == [False, False, True]
    menus = {action.id: action.menu for action in ACTIONS}
    assert {menus[name] for name in ("left_column", "right_column", "alone")} == {"View"}


def test_the_sheet_of_keys_names_them(bench: Bench) -> None:
    sheet = ShortcutSheet(bench.window)
    assert {"F7", "F8", "F9"} <= {label.text() for label in sheet.findChildren(QWidget) if hasattr(label, "text")}


def test_the_keys_fold_while_one_types(bench: Bench) -> None:
    field = panel(bench, "data").form.editors["samples"].field  # type: ignore[attr-defined]
    field.setFocus()
    bench.key(Qt.Key.Key_F7)
    assert Side.LEFT not in bench.window.columns.shown
    assert QApplication.focusWidget() is bench.window.stage
    bench.key(Qt.Key.Key_Space)
    assert bench.link.sent[-1] == "Play"


# -- panels ----------------------------------------------------------------------------------------------------------

FOLDING = [entry.id for entry in PANELS if issubclass(entry.kind, Panel) and entry.id != "lesson"]


def test_a_heading_folds_its_panel(bench: Bench, qtbot: QtBot) -> None:
    for id in FOLDING:
        found = panel(bench, id)
        found.fold(False)
        before = height_at_rest(found)
        QTest.mouseClick(found.heading, Qt.MouseButton.LeftButton)
        assert found.folded, id
        qtbot.waitUntil(lambda found=found: found.height() < 40)
        assert found.heading.accessibleDescription() == "folded", id
        for key, folded in ((Qt.Key.Key_Return, False), (Qt.Key.Key_Space, True), (Qt.Key.Key_Enter, False)):
            found.heading.setFocus(Qt.FocusReason.TabFocusReason)
            bench.key(key)
            assert found.folded is folded, id
        assert bench.link.sent == []
        qtbot.waitUntil(lambda found=found, before=before: found.height() == before)


def test_what_unfolds_below_the_edge_of_its_column_is_scrolled_into_sight(bench: Bench) -> None:
    width(bench, 1280, 500)
    area = bench.window.columns._areas[Side.RIGHT]
    for found in area.findChildren(Panel):
        found.fold(False)
    last = panel(bench, "comparison")
    last.fold(True)
    height_at_rest(last)
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    for press in ("click", "key"):
        if press == "click":
            QTest.mouseClick(last.heading, Qt.MouseButton.LeftButton)
        else:
            last.heading.setFocus(Qt.FocusReason.TabFocusReason)
            bench.key(Qt.Key.Key_Return)
        assert not last.folded
        assert height_at_rest(last) > 60
        assert last.visibleRegion().boundingRect().height() == last.height(), press
        last.fold(True)
        height_at_rest(last)


def test_of_a_panel_that_is_higher_than_its_column_the_heading_is_seen(bench: Bench) -> None:
    width(bench, 1280, 420)
    health = panel(bench, "health")
    health.fold(True)
    height_at_rest(health)
    health.content.setMinimumHeight(1_000)
    QTest.mouseClick(health.heading, Qt.MouseButton.LeftButton)
    height_at_rest(health)
    assert health.heading.visibleRegion().boundingRect().height() == health.heading.height()


def test_the_focus_stays_with_the_heading_of_what_is_folded(bench: Bench) -> None:
    data = panel(bench, "data")
    data.form.editors["samples"].field.setFocus()  # type: ignore[attr-defined]
    data.fold(True)
    assert QApplication.focusWidget() is data.heading


def test_tab_skips_what_is_folded(bench: Bench) -> None:
    panel(bench, "network").fold(True)
    bench.key(Qt.Key.Key_F8)
    seen = round_trip(bench)
    assert set(seen) == reachable(bench.window)
    assert panel(bench, "network").heading in seen
    assert not any(panel(bench, "network").content.isAncestorOf(at) for at in seen)
    assert not any(panel(bench, "output").isAncestorOf(at) for at in seen)
    assert set(bench.window.columns.edges.values()) <= set(seen)


def test_the_text_of_a_lesson_folds_too(bench: Bench) -> None:
    bench.document.open_lesson(lessons()[0])
    lesson = bench.window.lesson
    lesson.heading.click()
    assert not lesson.title.isVisible()
    assert lesson.close_button.isVisible()
    bench.key(Qt.Key.Key_L)
    assert lesson.title.isVisible(), "the key brings back what to look for"


# -- what costs nothing ----------------------------------------------------------------------------------------------


def test_what_is_folded_is_not_refreshed_and_catches_up(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    for id in FOLDING:
        monkeypatch.setattr(panel(bench, id), "refresh", lambda view, id=id: shown.append(id))
    bench.key(Qt.Key.Key_F8)
    panel(bench, "network").fold(True)
    shown.clear()
    bench.link.engine.change(update=5, status=Status.RUNNING)
    bench.link.deliver()
    QTest.qWait(150)
    assert set(shown) == {"data", "training"}
    shown.clear()
    bench.key(Qt.Key.Key_F8)
    panel(bench, "network").fold(False)
    assert set(shown) == {"output", "account", "inspector", "curves", "diagnosis", "health", "network"}


# -- what is needed comes back ---------------------------------------------------------------------------------------


def test_a_click_on_a_neuron_unfolds_the_inspector(bench: Bench) -> None:
    inspector = panel(bench, "inspector")
    inspector.fold(True)
    bench.key(Qt.Key.Key_F8)
    bench.window.stage.neuron_clicked.emit(NeuronRef(1, 2))
    QTest.qWait(20)
    assert inspector.title.isVisible()  # type: ignore[attr-defined]
    assert not inspector.visibleRegion().isEmpty()


def test_who_wants_the_picture_alone_clicks_neurons_in_it(bench: Bench) -> None:
    bench.key(Qt.Key.Key_F9)
    bench.window.stage.neuron_clicked.emit(NeuronRef(1, 2))
    assert bench.window.columns.shown == frozenset()
    assert bench.controller.choices.selected == NeuronRef(1, 2)


def test_a_click_on_empty_ground_unfolds_nothing(bench: Bench) -> None:
    bench.key(Qt.Key.Key_F8)
    bench.window.stage.neuron_clicked.emit(None)
    assert bench.window.columns.shown == {Side.LEFT}


def test_why_an_edit_is_refused_is_seen(bench: Bench) -> None:
    data = panel(bench, "data")
    data.fold(True)
    bench.key(Qt.Key.Key_F9)
    data.decline("Samples: “x” is no number.")  # type: ignore[attr-defined]
    QTest.qWait(20)
    assert Side.LEFT in bench.window.columns.shown
    assert data.notice.isVisible()  # type: ignore[attr-defined]
    assert not data.notice.visibleRegion().isEmpty()  # type: ignore[attr-defined]


def test_a_remark_unfolds_nothing(bench: Bench) -> None:
    bench.key(Qt.Key.Key_F9)
    panel(bench, "data").notice.remark("Loss is now mse.")  # type: ignore[attr-defined]
    assert bench.window.columns.shown == frozenset()


def test_a_dropped_table_opens_the_data_panel(bench: Bench, tmp_path: Path) -> None:
    table = tmp_path / "points.csv"
    table.write_text("a,b,class\n" + "".join(f"{i}.5,{i % 3},{'yes' if i % 2 else 'no'}\n" for i in range(20)))
    panel(bench, "data").fold(True)
    bench.key(Qt.Key.Key_F9)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(table))])
    button = Qt.MouseButton.LeftButton
    bench.window.dropEvent(QDropEvent(QPointF(400, 300), Qt.DropAction.CopyAction, data, button, NONE))
    assert panel(bench, "data").content.isVisible()


# -- room ------------------------------------------------------------------------------------------------------------


def test_a_narrow_window_folds_by_itself_and_a_wide_one_unfolds(bench: Bench) -> None:
    assert width(bench, 960) >= COMFORTABLE
    assert bench.window.columns.shown == {Side.LEFT}
    assert width(bench, 760, 500) >= COMFORTABLE
    assert bench.window.columns.shown == frozenset()
    assert width(bench, 1280, 720) >= 600
    assert bench.window.columns.shown == BOTH
    assert bench.window.columns.wishes == AS_USUAL


def test_no_width_goes_against_what_the_user_chose(bench: Bench) -> None:
    bench.key(Qt.Key.Key_F7)
    for wide in (960, 1920, 1280):
        width(bench, wide)
        assert Side.LEFT not in bench.window.columns.shown, wide
    bench.key(Qt.Key.Key_F7)
    width(bench, 960)
    bench.key(Qt.Key.Key_F8)
    assert bench.window.columns.shown == {Side.RIGHT}, "the one that is wanted now comes first"
    bench.key(Qt.Key.Key_F7)
    assert bench.window.columns.shown == {Side.LEFT}
    bench.key(Qt.Key.Key_F7)
    assert bench.window.columns.shown == frozenset(), "folding one brings up no other"


def test_both_are_shown_where_both_are_asked_for(bench: Bench) -> None:
    wide = 2 * 14 + 264 + 316 + SMALLEST_PICTURE
    assert shown(wide, dict.fromkeys(SIDES, Wish.OPEN)) == BOTH
    assert shown(wide, AS_USUAL) == {Side.LEFT}
    assert shown(wide, {Side.LEFT: Wish.AUTO, Side.RIGHT: Wish.OPEN}) == {Side.RIGHT}
    assert shown(760, dict.fromkeys(SIDES, Wish.OPEN), (Side.RIGHT, Side.LEFT)) == {Side.RIGHT}


def test_no_part_is_cut_at_any_size(bench: Bench) -> None:
    window = bench.window
    for wide, tall in ((760, 500), (950, 560), (960, 600), (1272, 640), (1432, 800)):
        width(bench, wide, tall)
        assert (window.width(), window.height()) == (wide, tall)
        for part in (
            window.transport,
            window.stage,
            window.timeline,
            window.timeline.run,
            *window.transport.buttons.values(),
        ):
            at = part.mapTo(window, QPoint(0, 0))
            assert at.x() >= 0, part
            assert at.x() + part.width() <= wide, part
            assert at.y() + part.height() <= tall, part
            assert part.visibleRegion().boundingRect().size() == part.size(), part
        for button in window.transport.buttons.values():
            assert button.width() >= button.sizeHint().width()


def test_the_picture_keeps_its_place_when_it_gets_room(bench: Bench) -> None:
    stage = bench.window.stage
    stage.zoom_around(stage.width() / 2, stage.height() / 2, 2.0)
    bench.key(Qt.Key.Key_F9)
    QApplication.processEvents()
    assert stage.camera.zoom == pytest.approx(2.0)
    assert stage.camera.to_world(stage.width() / 2, stage.height() / 2) == pytest.approx(
        (stage.width() / 2, stage.height() / 2)
    )


# -- memory ----------------------------------------------------------------------------------------------------------


def test_what_is_folded_is_so_the_next_time(bench: Bench, request: pytest.FixtureRequest) -> None:
    bench.key(Qt.Key.Key_F8)
    panel(bench, "network").fold(True)
    second: Bench = request.getfixturevalue("again")
    assert second.window.columns.shown == {Side.LEFT}
    assert panel(second, "network").folded
    assert not panel(second, "data").folded
    assert not second.window.actions_by_id["right_column"].isChecked()


def test_damaged_memory_is_as_usual(settings: QSettings) -> None:
    for damaged in ("maybe", "", 7, ["open"], b"\x00"):
        for name in ("columns/left", "columns/right", "folded/data", "folded/scores", "folded/nobody"):
            settings.setValue(name, damaged)
        found = Preferences(settings)
        assert found.columns == AS_USUAL
        assert found.folded == {entry.id for entry in PANELS if entry.folded} == {"scores", "surface", "comparison"}


def test_undo_still_has_its_keys(bench: Bench) -> None:
    bench.change()
    bench.key(Qt.Key.Key_F9)
    bench.key(Qt.Key.Key_Z, CTRL)
    assert bench.link.sent[-1] == "Undo"
