"""Check, in the window: asked by mouse or key, told beside the number, and gone with the moment."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border import commands as c
from twostroke.engine.border.cursor import Phase, Step
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.panels.account.account_panel import AccountPanel

__all__ = ["bench", "settings"]

GRADIENT = Quantity(Kind.GRADIENT, 2, 0, 1)


@pytest.fixture
def panel(bench: Bench) -> AccountPanel:
    """The panel at the end of an update, with a mean gradient open."""
    bench.controller.step_forward()
    bench.controller.player.to_end()
    bench.controller.refresh()
    bench.controller.explain(GRADIENT)
    return bench.window.panel(AccountPanel)


def checks(bench: Bench) -> list[c.Check]:
    return [command for command in bench.link.engine.sent if isinstance(command, c.Check)]


def test_a_click_asks_and_both_numbers_are_shown(bench: Bench, panel: AccountPanel) -> None:
    assert panel.check.isHidden()
    QTest.mouseClick(panel.check.button, Qt.MouseButton.LeftButton)
    (asked,) = checks(bench)
    assert (asked.by.place, asked.by.name, asked.by.source) == ("parameter", "weight", 1)
    assert asked.update == bench.controller.tape.update
    assert not panel.check.isHidden()
    assert [name.text() for name in panel.check.names] == ["by the rule", "measured", "difference"]
    assert panel.check.values[1].text() == "0.25"
    assert panel.check.verdict.text() == "They differ by more than round-off explains."  # the engine is one on paper
    assert "ε = 10⁻⁴." in panel.check.reasons.text()


def test_a_key_does_the_same(bench: Bench, panel: AccountPanel) -> None:
    panel.check.button.setFocus(Qt.FocusReason.TabFocusReason)
    bench.key(Qt.Key.Key_Space)
    assert len(checks(bench)) == 1
    assert panel.check.button.hasFocus()


def test_what_was_measured_goes_with_the_moment_and_comes_back_with_it(bench: Bench, panel: AccountPanel) -> None:
    panel.check.button.click()
    player = bench.controller.player
    player.cursor = player.cursor.seek(Step(Phase.SUM, 1), 0.5)
    bench.controller.refresh()
    assert panel.check.isHidden()
    assert not panel.check.button.isEnabled()
    player.to_end()
    bench.controller.refresh()
    assert not panel.check.isHidden()
    bench.controller.send(c.NextTape())
    player.to_end()
    bench.controller.refresh()
    assert panel.check.isHidden()
    assert panel.check.button.isEnabled()


def test_each_number_has_its_own(bench: Bench, panel: AccountPanel) -> None:
    panel.check.button.click()
    bench.controller.explain(Quantity(Kind.DELTA, 2, 0))
    assert panel.check.isHidden()
    assert not panel.check.button.isHidden()
    bench.controller.explain(Quantity(Kind.Z, 2, 0))
    assert panel.check.button.isHidden()
    bench.controller.explain(GRADIENT)
    assert not panel.check.isHidden()
    assert len(checks(bench)) == 1


def test_why_not_is_said_there(bench: Bench, panel: AccountPanel) -> None:
    bench.link.engine.refusals[c.Check] = "Another update is looked at by now; check the number again."
    panel.check.button.click()
    assert panel.check.notice.text() == bench.link.engine.refusals[c.Check]
    assert not panel.check.notice.isHidden()
    assert panel.check.whole.isHidden()
    bench.controller.explain(Quantity(Kind.DELTA, 2, 0))
    assert panel.check.notice.isHidden()


def test_an_answer_that_comes_too_late_is_of_no_number(bench: Bench, panel: AccountPanel) -> None:
    bench.link.engine.late = True
    panel.check.button.click()
    panel.check.button.click()
    assert len(checks(bench)) == 1
    bench.controller.send(c.NextTape())
    bench.link.engine.catch_up(1)
    bench.link.engine.late = False
    bench.link.engine.catch_up()
    bench.link.deliver()
    bench.controller.player.to_end()
    bench.controller.refresh()
    assert panel.check.isHidden()
    panel.check.button.click()
    assert len(checks(bench)) == 2
    assert not panel.check.isHidden()


def test_while_live_the_button_says_what_to_do(bench: Bench, panel: AccountPanel) -> None:
    bench.controller.leave_stroke()
    bench.controller.explain(Quantity(Kind.DELTA, 2, 0))
    assert not panel.check.button.isEnabled()
    assert "press Right to look at one" in panel.check.button.toolTip()
