"""A compared network becomes a branch of the run: by its button, with its curve, to be gone on with, and undone."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.test_company_window import Window
from tests.gui.window_bench import settings
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import BranchView, Snapshot
from twostroke.gui.drive.comparison import IS_BRANCH
from twostroke.gui.model.beside import named_beside
from twostroke.gui.model.differences import Difference
from twostroke.gui.panels.time.run_strip import branch_text

__all__ = ["settings"]

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot: QtBot, settings: QSettings) -> Iterator[Window]:
    made = Window(qtbot, settings)
    yield made
    made.close()


def now(window: Window) -> Snapshot:
    found = window.controller.snapshot
    assert found is not None
    return found


def branches(window: Window) -> tuple[BranchView, ...]:
    return now(window).branches


def button(window: Window, place: int = 0) -> QToolButton:
    (found,) = (
        each for each in window.panel.members.rows[place + 1].findChildren(QToolButton) if each.text() == "branch"
    )
    return found


def compared(window: Window, *differences: Difference, update: int = 6) -> None:
    for difference in differences:
        window.company.add(difference)
    window.until(lambda: window.at(0))
    window.panel.fold(False)
    window.controller.send(c.Advance(update))
    window.until(lambda: window.at(update))
    window.until(lambda: len(window.panel.members.rows) == 1 + len(differences))


def test_by_the_keyboard_it_is_a_branch_with_its_curve_and_gone_again(window: Window) -> None:
    compared(window, Difference("activation", "tanh"))
    asked = button(window)
    assert asked.focusPolicy() & Qt.FocusPolicy.TabFocus
    asked.setFocus()
    QTest.keyClick(asked, Qt.Key.Key_Space)
    window.until(lambda: len(branches(window)) == 2)
    _, branch = branches(window)
    assert (branch.label, branch.start, branch.end, branch.current) == (
        "Network B: all hidden layers: tanh",
        0,
        6,
        False,
    )
    assert branch_text(branch) == "Network B: all hidden layers: tanh · 6 updates"
    window.until(lambda: [name for _, name, _ in named_beside(now(window))] == [branch.label])
    assert window.window.banner.text.text().replace("\u200b", "") == IS_BRANCH.format(name="Network B")
    assert len(window.others) == 1, "it is still compared"
    QTest.keyClick(window.window, Qt.Key.Key_Z, CONTROL)
    window.until(lambda: len(branches(window)) == 1)
    assert now(window).redo_label == "Add Network B: all hidden layers: tanh"
    assert window.at(6)


def test_a_deeper_one_is_gone_on_with_and_back(window: Window) -> None:
    compared(window, Difference("depth", 4), Difference("activation", "tanh"))
    own = now(window).session
    there = window.others[0].snapshot
    assert there is not None
    weights = [layer.weight.tobytes() for layer in there.layers]
    QTest.mouseClick(button(window), Qt.MouseButton.LeftButton)
    window.until(lambda: len(branches(window)) == 2)
    window.controller.send(c.SwitchBranch(branches(window)[1].id))
    window.until(lambda: len(now(window).session.network.layers) == 4)
    assert [layer.weight.tobytes() for layer in now(window).layers] == weights
    assert now(window).update == 6
    window.controller.send(c.Play())
    window.until(lambda: now(window).update > 60)
    window.controller.send(c.Pause())
    window.until(lambda: now(window).status.name == "PAUSED")
    QTest.keyClick(window.window, Qt.Key.Key_Right)
    window.until(lambda: window.controller.in_stroke)
    window.controller.send(c.LeaveStroke())
    QTest.keyClick(window.window, Qt.Key.Key_Z, CONTROL)
    window.until(lambda: len(branches(window)) == 1)
    assert (now(window).update, now(window).session.network) == (6, own.network)


def test_every_compared_network_has_the_button_and_the_main_one_none(window: Window) -> None:
    compared(window, Difference("seed", 5), Difference("depth", 1))
    texts = [[each.text() for each in row.findChildren(QToolButton)] for row in window.panel.members.rows]
    assert [row.count("branch") for row in texts] == [0, 1, 1]
    QTest.mouseClick(button(window, 1), Qt.MouseButton.LeftButton)
    window.until(lambda: len(branches(window)) == 2)
    assert branches(window)[1].label.startswith("Network C: ")
