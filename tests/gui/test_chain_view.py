"""The chain of gains, painted: steps of a product on a log scale, opened by click and key, led over other neurons."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.gui.explained import laid
from tests.gui.test_explain_chain import PLAIN, SAME, view_of
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border.cursor import Phase, Step
from twostroke.engine.session.spec import Session
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Choices, NeuronRef, Theme
from twostroke.gui.model.explain.account import explain
from twostroke.gui.model.explain.quantities import Account, Kind, Quantity
from twostroke.gui.model.explain.staircase import another, path_of, scale_of, stairs_of
from twostroke.gui.model.numbers import number
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.account.account_panel import AccountPanel
from twostroke.gui.panels.account.chain_view import HEIGHT, ChainView

__all__ = ["bench", "settings"]

CHAIN = Quantity(Kind.CHAIN, 1, 1, 0)
DEEP = [{"units": 3, "activation": "sigmoid"}] * 30


def chain(view: ViewState, quantity: Quantity = CHAIN) -> Account:
    return explain(view, quantity, 4)


# The stairs, as pure functions.


def test_each_step_begins_where_the_one_before_ended() -> None:
    account = chain(view_of(PLAIN))
    stairs = stairs_of(account)
    assert len(stairs) == len(account.terms) == 8
    assert stairs[0].before == 0.0
    assert [stair.before for stair in stairs[1:]] == [stair.after for stair in stairs[:-1]]
    assert stairs[-1].after == pytest.approx(math.log10(abs(account.value)))
    assert stairs[-1].negative is (account.value < 0)
    assert [stair.is_gate for stair in stairs] == [False, *[False, True] * 3, False]
    assert stairs[2].quantity == account.terms[2].a.quantity
    assert ", so far " in stairs[2].text


def test_the_scale_is_the_same_for_all_and_longer_where_a_product_goes_beyond() -> None:
    assert scale_of(stairs_of(chain(view_of(PLAIN)))) == (-8, 2)
    deep = stairs_of(chain(view_of(DEEP)))
    assert scale_of(deep) == (math.floor(min(stair.after for stair in deep)), 2)
    assert scale_of(deep)[0] < -10
    assert scale_of(()) == (-8, 2)


def test_a_shut_gate_takes_the_product_to_0() -> None:
    account = chain(view_of(PLAIN))
    shut = tuple(replace(term, product=0.0) if at >= 4 else term for at, term in enumerate(account.terms))
    stairs = stairs_of(replace(account, terms=shut))
    assert [stair.after is None for stair in stairs] == [False] * 4 + [True] * 4


def test_what_is_no_chain_or_not_known_yet_has_no_steps() -> None:
    view = view_of(PLAIN)
    assert stairs_of(explain(view, Quantity(Kind.Z, 1, 1), 4)) == ()
    assert view.cursor is not None
    early = replace(view, cursor=view.cursor.seek(Step(Phase.SUM, 1), 0.5))
    assert stairs_of(chain(early)) == ()


def test_the_path_goes_over_another_neuron_and_back() -> None:
    view = view_of(PLAIN)
    account = chain(view)
    path = path_of(account)
    assert [layer for layer, _ in path] == [1, 2, 3, 4]
    at = next(
        at for at, term in enumerate(account.terms) if term.a.quantity.layer == 3 and stairs_of(account)[at].is_gate
    )
    other = another(account, at, 1, view.widths, frozenset())
    assert other is not None
    assert other.path == tuple((layer, (unit + 1) % 3 if layer == 3 else unit) for layer, unit in path)
    there = chain(view, other)
    assert abs(there.value) <= abs(account.value)
    assert path_of(there) == other.path
    back = another(there, at, -1, view.widths, frozenset())
    assert back is not None
    assert chain(view, back).value == account.value


def test_what_is_on_every_path_has_no_other() -> None:
    """The parameter's own neuron, weights, the only output; and what a skip path adds to its like."""
    view = view_of(PLAIN)
    account = chain(view)
    free = [another(account, at, 1, view.widths, frozenset()) is not None for at in range(8)]
    assert free == [False, False, True, False, True, False, False, False]
    joined = chain(view_of(SAME))
    ends = frozenset(end for pair in view_of(SAME).skip_targets for end in pair)
    for at in range(len(joined.terms)):
        assert (another(joined, at, 1, view_of(SAME).widths, ends) is not None) is (
            joined.terms[at].a.quantity.kind is Kind.BACKWARD_MASK and joined.terms[at].a.quantity.layer == 2
        )


# The widget.


@pytest.fixture
def shown(qtbot: QtBot) -> ChainView:
    """A chain through 30 layers."""
    view = laid(Session.model_validate({"network": {"layers": DEEP}}), 1)
    widget = ChainView()
    qtbot.addWidget(widget)
    widget.resize(260, HEIGHT)
    widget.show_account(view, chain(view))
    widget.show()
    return widget


def heard(widget: ChainView) -> list[Choices]:
    """What the choices become by each wish."""
    found: list[Choices] = []
    widget.chosen.connect(lambda change: found.append(change(Choices(trail=(CHAIN,)))))
    return found


def test_bars_go_down_as_the_product_does_and_stay_within(shown: ChainView) -> None:
    bars = [shown.bar(at) for at in range(len(shown.stairs))]
    assert len(bars) == 2 * 30 + 2
    assert bars[-1].bottom() > bars[0].bottom() + HEIGHT / 2
    assert all(bar.top() >= 0 and bar.bottom() <= HEIGHT and bar.right() <= 260 for bar in bars)
    assert all(one.right() <= other.left() + 0.01 for one, other in pairwise(bars))


@pytest.mark.parametrize("theme", list(Theme))
def test_it_is_painted_in_the_colours_of_the_theme(shown: ChainView, theme: Theme) -> None:
    palette = PALETTES[theme]
    shown.use_palette(palette)
    seen = shown.grab().toImage()
    colours = {seen.pixelColor(x, y).name() for x in range(40, 260) for y in range(HEIGHT)}
    assert {palette.gradient_negative, palette.gradient_positive} & colours


def test_a_click_opens_the_factor_under_it(shown: ChainView) -> None:
    found = heard(shown)
    middle = shown.bar(4).center()
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton, pos=QPoint(round(middle.x()), HEIGHT // 2))
    assert found[-1].trail == (CHAIN, shown.stairs[4].quantity)
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert len(found) == 1


def test_keys_go_along_open_and_change_the_path(shown: ChainView) -> None:
    said: list[str] = []
    shown.pointed.connect(said.append)
    found = heard(shown)
    QTest.keyClick(shown, Qt.Key.Key_Home)
    QTest.keyClick(shown, Qt.Key.Key_Right)
    QTest.keyClick(shown, Qt.Key.Key_Right)
    assert said[-1] == shown.stairs[2].text == shown.accessibleDescription()
    QTest.keyClick(shown, Qt.Key.Key_Return)
    assert found[-1].trail[-1] == shown.stairs[2].quantity
    QTest.keyClick(shown, Qt.Key.Key_Down)
    assert [quantity.kind for quantity in found[-1].trail] == [Kind.CHAIN]
    assert len(found[-1].trail[-1].path) == 31
    QTest.keyClick(shown, Qt.Key.Key_End)
    QTest.keyClick(shown, Qt.Key.Key_Up)
    assert len(found) == 2


def test_the_panel_shows_it_below_the_rule(bench: Bench) -> None:
    bench.controller.step_forward()
    bench.controller.player.to_end()
    bench.controller.refresh()
    panel = bench.window.panel(AccountPanel)
    bench.controller.explain(Quantity(Kind.GRADIENT, 1, 1, 0))
    assert panel.chain.isHidden()
    panel.chain_button.click()
    assert not panel.chain.isHidden()
    assert panel.factor.text() == panel.chain.stairs[-1].text
    panel.chain.setFocus(Qt.FocusReason.TabFocusReason)
    bench.key(Qt.Key.Key_Home)
    assert panel.factor.text() == panel.chain.stairs[0].text
    bench.key(Qt.Key.Key_Return)
    assert bench.controller.choices.quantity == panel.account.quantity
    assert bench.controller.choices.quantity.kind is Kind.DELTA
    assert panel.chain.isHidden()
    assert panel.factor.isHidden()


# Led over another neuron by the mouse.


def chain_in(bench: Bench) -> AccountPanel:
    """The chain behind a weight into the first hidden layer, at the end of an update."""
    bench.controller.step_forward()
    bench.controller.player.to_end()
    bench.controller.refresh()
    bench.controller.explain(Quantity(Kind.GRADIENT, 1, 0, 0))
    panel = bench.window.panel(AccountPanel)
    panel.chain_button.click()
    return panel


def test_a_click_on_a_neuron_leads_the_path_over_it(bench: Bench) -> None:
    panel = chain_in(bench)
    before = path_of(panel.account)
    layer, unit = before[1]
    other = NeuronRef(layer, 1 - unit if unit < 2 else 0)
    bench.window.stage.neuron_clicked.emit(other)
    assert path_of(panel.account) == (before[0], (other.layer, other.unit), *before[2:])
    assert [each.kind for each in bench.controller.choices.trail] == [Kind.GRADIENT, Kind.CHAIN]
    bench.window.stage.neuron_clicked.emit(NeuronRef(layer, unit))
    assert path_of(panel.account) == before


def test_a_click_on_a_neuron_that_is_no_way_opens_its_account(bench: Bench) -> None:
    panel = chain_in(bench)
    chain = bench.controller.choices.quantity
    bench.window.stage.neuron_clicked.emit(NeuronRef(1, 0))
    assert panel.account.quantity.kind is Kind.DELTA
    bench.controller.explain_back()
    assert bench.controller.choices.quantity == chain
    bench.window.stage.neuron_clicked.emit(NeuronRef(0, 0))
    assert panel.account.quantity.kind is Kind.INPUT


def offered(panel: AccountPanel) -> list[QAction]:
    (menu,) = [own for own in panel.chain.findChildren(QMenu) if own.isVisible()]
    found = [action for action in menu.actions() if action.text()]
    menu.hide()
    return found


def test_a_right_click_on_a_factor_offers_the_neurons_beside_it(bench: Bench) -> None:
    panel = chain_in(bench)
    before = path_of(panel.account)
    layer = before[1][0]
    at = next(at for at, term in enumerate(panel.account.terms) if term.a.quantity.layer == layer)
    point = panel.chain.bar(at).center().toPoint()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, panel.chain.mapToGlobal(point))
    QApplication.sendEvent(panel.chain, event)
    found = offered(panel)
    assert len(found) == bench.controller.view.layers[layer].units - 1
    assert all(action.text().startswith("Over hidden 2 · ") for action in found)
    wanted = found[0].text().split(": ")[1]
    found[0].trigger()
    assert path_of(panel.account) != before
    assert number(panel.account.value, bench.controller.choices.digits) == wanted


def test_the_button_offers_them_too_and_says_where_there_are_none(bench: Bench) -> None:
    panel = chain_in(bench)
    assert not panel.detour_button.isHidden()
    panel.chain._look(len(panel.chain.stairs) - 1)
    panel.detour_button.click()
    (only,) = offered(panel)
    assert only.text() == "Every path goes over this neuron"
    assert not only.isEnabled()
    bench.controller.explain(Quantity(Kind.GRADIENT, 1, 0, 0))
    assert panel.detour_button.isHidden()
