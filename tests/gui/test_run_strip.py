"""The row of updates: going to any of them with the mouse, one request at a time, and the branches of the run."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_snapshot
from twostroke.engine.border.commands import Command, DropBranch, Seek, SwitchBranch
from twostroke.engine.border.snapshot import Answer, BranchView, Told
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.time.run_strip import RunStrip, branch_text, now_text

BRANCHES = (
    BranchView(0, "First run", 0, 1200, False),
    BranchView(3, "From update 800: set learning rate to 0.1", 800, 2000, True),
)


def view(**facts: Any) -> ViewState:
    snapshot = replace(example_snapshot(update=1000), **({"future": 2000} | facts))
    return resolve(snapshot, None, None, Choices())


@pytest.fixture
def strip(qtbot: QtBot) -> RunStrip:
    made = RunStrip()
    qtbot.addWidget(made)
    made.resize(1000, 60)
    dress(made, PALETTES[Theme.DARK])
    made.show_view(view())
    made.show()
    return made


class Asked(list[Any]):
    """The commands of a strip; `answer` answers the one that is under way."""

    def __init__(self, strip: RunStrip) -> None:
        super().__init__()
        self.heard: list[Told] = []
        strip.command.connect(self.append)
        strip.asked.connect(self._ask)

    def _ask(self, command: Command, then: Told) -> None:
        self.append(command)
        self.heard.append(then)

    def answer(self, refused: str = "") -> bool:
        return self.heard.pop(0)(Answer(refused=refused))


def sent(strip: RunStrip) -> Asked:
    return Asked(strip)


def at(strip: RunStrip, update: int) -> QPoint:
    return QPoint(round(strip.x_of(update)), 30)


def test_places_and_updates_belong_together(strip: RunStrip) -> None:
    for update in (0, 500, 2000):
        found = strip.update_at(strip.x_of(update))
        assert found == update
    assert (strip.update_at(-50), strip.update_at(5000)) == (0, 2000)
    strip.show_view(view(past=300))
    assert strip.update_at(strip.x_of(100)) == 300


def test_a_click_goes_to_an_update_past_or_to_come(strip: RunStrip) -> None:
    commands = sent(strip)
    for update in (400, 1800):
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=at(strip, update))
        assert commands[-1].update == pytest.approx(update, abs=3)
        strip.show_view(view(update=commands[-1].update))
        commands.answer()
    assert len(commands) == 2


def test_while_dragging_one_request_is_under_way_and_the_end_counts(strip: RunStrip) -> None:
    commands = sent(strip)
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=at(strip, 900))
    for update in (800, 700, 600):
        QTest.mouseMove(strip, at(strip, update))
    assert len(commands) == 1
    strip.show_view(view(serial=2, update=950))  # of before it was asked
    assert len(commands) == 1
    strip.show_view(view(serial=3, update=900))
    commands.answer()
    assert [round(c.update, -1) for c in commands] == [900, 600]
    QTest.mouseMove(strip, at(strip, 500))
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=at(strip, 500))
    assert [round(c.update, -1) for c in commands] == [900, 600, 500]
    QTest.mouseMove(strip, at(strip, 100))
    assert len(commands) == 3
    assert not commands.answer("it is gone"), "the window tells of a refusal"
    assert len(commands) == 3


def test_a_drag_asks_only_for_updates_that_the_newest_view_has(strip: RunStrip) -> None:
    commands = sent(strip)
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=at(strip, 900))
    QTest.mouseMove(strip, at(strip, 1900))
    strip.show_view(view(serial=2, update=0, future=50))  # reset meanwhile, by a key
    commands.answer()
    assert [round(c.update, -1) for c in commands] == [900, 50]
    strip.show_view(view(serial=3, update=50, future=50))
    commands.answer()
    assert len(commands) == 2
    strip.grab()
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=at(strip, 900))
    assert len(commands) == 2


def test_the_newest_update_is_one_click_away(strip: RunStrip) -> None:
    commands = sent(strip)
    strip.newest.click()
    assert commands == [Seek(2000)]
    strip.show_view(view(update=2000))
    assert not strip.newest.isEnabled()


def test_branches_are_listed_chosen_and_dropped(strip: RunStrip) -> None:
    assert not strip.branches.isVisible()
    before = strip.area().width()
    strip.show_view(view(branches=BRANCHES))
    assert strip.branches.isVisible()
    assert strip.branches.text() == "2 branches…"
    assert strip.area().width() < before
    commands = sent(strip)
    menu = strip.menu()
    first, second = menu.actions()[:2]
    assert (first.text(), first.isChecked()) == ("First run · 1,200 updates", False)
    assert (second.text(), second.isChecked()) == ("From update 800: set learning rate to 0.1 · 1,200 updates", True)
    first.trigger()
    drop = menu.actions()[-1].menu()
    assert [action.text() for action in drop.actions()] == ["First run · 1,200 updates"]
    drop.actions()[0].trigger()
    assert commands == [SwitchBranch(0), DropBranch(0)]
    menu.close()


def test_the_tool_tip_of_a_branch_tells_all_that_was_changed_there(strip: RunStrip) -> None:
    several = replace(BRANCHES[1], changes=("Set L2 to 0.1", "Set a < b", "Set L2 to 0.2"))
    strip.show_view(view(branches=(BRANCHES[0], several)))
    menu = strip.menu()
    assert menu.toolTipsVisible()
    first, second = menu.actions()[:2]
    assert first.toolTip() == "First run"
    document = QTextDocument()
    document.setHtml(second.toolTip())
    assert document.toPlainText().splitlines() == list(several.changes)
    menu.close()


def test_what_stands_beside_the_handle() -> None:
    past, now = view(update=812), view(update=2000)
    assert now_text(past.snapshot, 812, 3).startswith("update 812 of 2,000 · train loss ")
    assert now_text(now.snapshot, 2000, 3).startswith("update 2,000 · train loss ")
    assert branch_text(replace(BRANCHES[1], label="A & B")) == "A && B · 1,200 updates"


def test_the_known_future_is_drawn_and_the_rest_is_quiet(strip: RunStrip) -> None:
    def dots() -> int:
        image, y = strip.grab().toImage(), round(strip.area().bottom())
        row = [image.pixelColor(x, y).name() for x in range(round(strip.x_of(1100)), round(strip.x_of(1900)))]
        return len(set(row))

    known = dots()
    strip.show_view(view(update=2000))
    assert known > dots()
