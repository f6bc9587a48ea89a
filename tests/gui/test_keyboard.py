"""The window by keys alone, on its real widgets: Tab goes everywhere and round, the focus is seen, a clicker steps."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QPushButton, QWidget

from tests.edits import to
from tests.gui.examples import example_session
from tests.gui.tab_stops import is_stop
from tests.gui.window_bench import CTRL, NONE, SHIFT, Bench, bench, settings
from twostroke.engine.border.commands import Seek
from twostroke.gui.panels.data.point_canvas import PointCanvas
from twostroke.gui.shell.shortcuts import ShortcutSheet

__all__ = ["bench", "settings"]


def round_trip(bench: Bench, modifiers: Qt.KeyboardModifier = NONE) -> list[QWidget]:
    """What Tab visits from the stage until it is at the stage again."""
    bench.window.stage.setFocus()
    seen: list[QWidget] = []
    for _ in range(300):
        at = QApplication.focusWidget()
        assert at is not None
        QTest.keyClick(at, Qt.Key.Key_Backtab if modifiers is SHIFT else Qt.Key.Key_Tab, modifiers)
        at = QApplication.focusWidget()
        assert at is not None
        seen.append(at)
        if at is bench.window.stage:
            return seen
    pytest.fail(f"caught among {[w.accessibleName() or type(w).__name__ for w in seen[-5:]]}")


def reachable(window: QWidget) -> set[QWidget]:
    """All visible widgets that take the focus by Tab."""
    return {w for w in window.findChildren(QWidget) if is_stop(w) and w.isEnabled() and w.window() is window}


def test_tab_goes_once_through_everything_and_comes_round(bench: Bench) -> None:
    bench.controller.send(to(example_session((4, 4, 4)), "Add"))
    bench.controller.send(to(example_session((4,)), "Remove"))
    QApplication.processEvents()
    bench.document.may_go = lambda: True  # type: ignore[method-assign]
    bench.document.new()
    QApplication.processEvents()
    seen = round_trip(bench)
    assert len(seen) == len(set(seen))
    assert set(seen) == reachable(bench.window)
    assert round_trip(bench, SHIFT)[:-1] == seen[:-1][::-1]


def test_tab_goes_as_the_parts_stand(bench: Bench) -> None:
    bench.controller.send(to(example_session((4, 4, 4)), "Add"))
    QApplication.processEvents()
    window, seen = bench.window, round_trip(bench)
    parts = (
        window.panels["output"],
        window.timeline,
        window.transport,
        *(window.panels[n] for n in ("data", "network", "training")),
    )
    first = [next(i for i, w in enumerate(seen) if w is part or part.isAncestorOf(w)) for part in parts]
    assert first == sorted(first)
    rows = [row.units.field for row in window.panels["network"].layer_rows]  # type: ignore[union-attr]
    assert [w for w in seen if w in rows] == rows


def test_tab_goes_on_after_the_field_with_the_focus_is_removed(bench: Bench) -> None:
    bench.controller.send(to(example_session((4, 4)), "Add"))
    bench.window.panels["network"].layer_rows[-1].units.field.setFocus()  # type: ignore[union-attr]
    bench.controller.send(to(example_session((4,)), "Remove"))
    QApplication.processEvents()
    QTest.keyClick(QApplication.focusWidget() or bench.window, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() in reachable(bench.window)
    round_trip(bench)


def test_what_tab_reaches_is_scrolled_into_view(bench: Bench) -> None:
    bench.window.resize(960, 600)
    bench.window.stage.setFocus()
    for _ in range(200):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        at = QApplication.focusWidget()
        assert not at.visibleRegion().isEmpty(), at.accessibleName()
        if at is bench.window.stage:
            return


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_focus_is_seen_on_whatever_has_it(bench: Bench, theme: str) -> None:
    if theme == "light":
        bench.key(Qt.Key.Key_T, CTRL)
    order = round_trip(bench)
    for at in order:
        order[order.index(at) - 1].setFocus()
        without = at.grab().toImage()
        at.setFocus(Qt.FocusReason.TabFocusReason)
        assert at.grab().toImage() != without, (type(at).__name__, at.accessibleName())


def test_a_click_draws_no_ring_around_the_picture(bench: Bench) -> None:
    round_trip(bench)[0].setFocus()
    without = bench.window.stage.grab().toImage()
    bench.window.stage.setFocus(Qt.FocusReason.MouseFocusReason)
    assert bench.window.stage.grab().toImage() == without


# -- a clicker -------------------------------------------------------------------------------------------------------


def test_a_clicker_steps_on_and_back_wherever_the_focus_is(bench: Bench) -> None:
    bench.key(Qt.Key.Key_PageDown)
    assert bench.link.sent == ["Record"]
    for at in round_trip(bench):
        if isinstance(at, QAbstractSpinBox):
            continue
        at.setFocus()
        before = bench.controller.player.cursor
        bench.key(Qt.Key.Key_PageDown)
        assert bench.controller.player.cursor != before, (type(at).__name__, at.accessibleName())
        bench.key(Qt.Key.Key_PageUp)
        assert bench.controller.player.cursor == before


def test_a_number_keeps_its_own_page_keys(bench: Bench) -> None:
    field = next(w for w in round_trip(bench) if isinstance(w, QAbstractSpinBox))
    field.setFocus()
    bench.key(Qt.Key.Key_PageDown)
    assert "Record" not in bench.link.sent


def test_the_sheet_names_the_keys_of_a_clicker(bench: Bench) -> None:
    sheet = ShortcutSheet(bench.window)
    assert {"PgUp", "PgDown"} <= {label.text() for label in sheet.findChildren(QWidget) if hasattr(label, "text")}


# -- keys of single widgets ------------------------------------------------------------------------------------------


def test_the_arrows_go_along_the_updates(bench: Bench) -> None:
    bench.link.engine.change(update=7, future=9, past=0)
    bench.link.deliver()
    strip = bench.window.timeline.run
    strip.setFocus(Qt.FocusReason.TabFocusReason)
    for key, update in ((Qt.Key.Key_Left, 6), (Qt.Key.Key_Right, 8)):
        bench.link.engine.change(update=7)
        bench.link.deliver()
        bench.key(key)
        assert bench.link.engine.sent[-1] == Seek(update)
    bench.key(Qt.Key.Key_Space)
    assert bench.link.sent[-1] == "Play"


def test_the_canvas_has_its_keys(bench: Bench) -> None:
    canvas = PointCanvas(bench.window.centralWidget())
    canvas.setGeometry(300, 100, 220, 220)
    canvas.show()
    canvas.setFocus()
    bench.key(Qt.Key.Key_Right)
    bench.key(Qt.Key.Key_0)
    bench.key(Qt.Key.Key_Space)
    assert canvas.points == ((0.1, 0.0, 0.0),)
    assert bench.link.sent == []


# -- lists of choices --------------------------------------------------------------------------------------------------


def test_letters_look_for_an_entry_where_tab_led_and_start_nothing(bench: Bench) -> None:
    for combo in [w for w in round_trip(bench) if isinstance(w, QComboBox) and not w.isEditable()]:
        combo.setFocus(Qt.FocusReason.TabFocusReason)
        lesson, sent = bench.window.lesson.isVisible(), len(bench.link.sent)
        for letter in "relufbxwkc12":
            QTest.keyClick(combo, letter)
        assert bench.window.lesson.isVisible() == lesson
        assert not {"Reset", "Train", "Record"} & set(bench.link.sent[sent:]), combo.accessibleName()


def test_letters_choose_an_activation(bench: Bench) -> None:
    rows = bench.window.panels["network"].layer_rows  # type: ignore[union-attr]
    combo = rows[0].findChild(QComboBox)
    combo.setFocus(Qt.FocusReason.TabFocusReason)
    for letter in "rel":
        QTest.keyClick(combo, letter)
    assert combo.currentText() == "ReLU"
    assert "Reset" not in bench.link.sent


def test_letters_are_the_windows_after_a_choice_with_the_mouse(bench: Bench) -> None:
    combo = next(w for w in round_trip(bench) if isinstance(w, QComboBox))
    combo.setFocus(Qt.FocusReason.MouseFocusReason)
    bench.key(Qt.Key.Key_R)
    assert bench.link.sent[-1] == "Reset"


# -- from part to part -----------------------------------------------------------------------------------------------


def parts_by_f6(bench: Bench, modifiers: Qt.KeyboardModifier) -> list[str]:
    """Names of the parts that hold the focus after each press, from the picture until it has the focus again."""
    window = bench.window
    names = {**window.panels, "transport": window.transport, "stage": window.stage}
    window.stage.setFocus()
    seen: list[str] = []
    while "stage" not in seen and len(seen) < 30:
        bench.key(Qt.Key.Key_F6, modifiers)
        at = QApplication.focusWidget()
        seen.append(next(n for n, part in names.items() if at is part or part.isAncestorOf(at)))
    return seen


def test_f6_leads_from_part_to_part_and_round(bench: Bench) -> None:
    forwards = parts_by_f6(bench, NONE)
    assert {"output", "transport", "data", "network", "training", "stage"} <= set(forwards)
    assert len(forwards) == len(set(forwards))
    assert parts_by_f6(bench, SHIFT)[:-1] == forwards[:-1][::-1]
    assert parts_by_f6(bench, SHIFT)[0] == "training"


def test_f6_leads_to_train_not_to_reset(bench: Bench) -> None:
    while QApplication.focusWidget() is not bench.window.transport.buttons["play"]:
        bench.key(Qt.Key.Key_F6)
        assert QApplication.focusWidget() is not bench.window.transport.buttons["reset"]


def test_the_sheet_fits_the_screen_and_scrolls(bench: Bench) -> None:
    """At 960 x 600 its right side, its end and its button were beyond the edge."""
    bench.window.helping.show_shortcuts()
    sheet = bench.window.findChild(ShortcutSheet)
    room = sheet.screen().availableSize()
    assert sheet.width() < room.width()
    assert sheet.height() < room.height()
    assert sheet.size() == sheet.sizeHint(), "as much as there is room for"
    sheet.resize(700, 400)
    QApplication.processEvents()
    assert QApplication.focusWidget() is sheet.area
    close = sheet.findChild(QPushButton)
    assert sheet.rect().contains(close.geometry().translated(close.parentWidget().pos()))
    for key, bar in (
        (Qt.Key.Key_Down, sheet.area.verticalScrollBar()),
        (Qt.Key.Key_Right, sheet.area.horizontalScrollBar()),
    ):
        QTest.keyClick(QApplication.focusWidget() or sheet, key)
        assert bar.value() > 0
    QTest.keyClick(QApplication.focusWidget() or sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_f6_leads_out_of_a_number_and_over_folded_columns(bench: Bench) -> None:
    next(w for w in round_trip(bench) if isinstance(w, QAbstractSpinBox)).setFocus()
    bench.key(Qt.Key.Key_F9)
    assert set(parts_by_f6(bench, NONE)) == {"timeline", "transport", "stage"}
