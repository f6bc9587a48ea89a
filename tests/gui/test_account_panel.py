"""The account of a number: opened by pointing, walked by mouse and keys, back again, copied."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.explained import laid, walked
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border.cursor import Phase, Step
from twostroke.engine.border.snapshot import Status
from twostroke.engine.session.spec import Session
from twostroke.gui.look import formula_lines
from twostroke.gui.look.formula_lines import fitted
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.look.typesetting import outline
from twostroke.gui.model.choices import Choices, LinkRef, NeuronRef, TargetRef, Theme
from twostroke.gui.model.explain.quantities import Account, Kind, Operand, Quantity, Term
from twostroke.gui.model.numbers import number
from twostroke.gui.model.pointed import gate_at, loss_at, parameter_at, quantity_at
from twostroke.gui.panels.account import account_panel
from twostroke.gui.panels.account.account_panel import TOGETHER, AccountPanel, copied
from twostroke.gui.panels.account.crumbs import Crumb, Crumbs
from twostroke.gui.panels.account.terms_table import FIRST, NAME, PRODUCT, SECOND, TermsTable
from twostroke.gui.panels.neuron.inspector import InspectorPanel

__all__ = ["bench", "settings"]

W = Quantity(Kind.WEIGHT, 2, 0, 1)
A = Quantity(Kind.A, 1, 1, row=0)
Z = Quantity(Kind.Z, 2, 0, row=0)
BIAS = Quantity(Kind.BIAS, 2, 0)


def operand(quantity: Quantity | None, value: float | None, symbol: str = "w", name: str = "weight") -> Operand:
    return Operand(symbol, value, quantity, name)


def account(quantity: Quantity = Z, terms: tuple[Term, ...] = (), operands: tuple[Operand, ...] = ()) -> Account:
    return Account(
        quantity, "z of hidden 2 · 1", "z_1", 0.5, r"z_1 = \sum_k w_k a_k + b", r"0.25 \cdot 2 = 0.5",
        operands, terms, "0.25 · 2 = 0.5", "torch.tensor(0.25) * 2", "A note.", 3, 4,
    )  # fmt: skip


def a_term(at: int, w: float, a: float) -> Term:
    return Term(
        operand(Quantity(Kind.WEIGHT, 2, 0, at), w, "w"),
        operand(Quantity(Kind.A, 1, at, row=0), a, "a", f"a of hidden 1 · {at + 1}"),
        w * a,
        f"from hidden 1 · {at + 1}",
    )


EVERYTHING = {
    "data": {"name": "spiral"},
    "network": {
        "layers": [
            {"units": 5, "activation": "gelu", "dropout": 0.25},
            {"units": 5, "activation": "swish_beta", "norm": "batch", "skip": 1},
            {"units": 4, "activation": ["prelu", "tanh", "relu", "quadratic"], "norm": "layer", "skip": 0},
        ]
    },
    "training": {"optimizer": {"name": "adam"}},
}

TERMS = (a_term(0, 0.5, 0.1), a_term(1, -2.0, 3.0), Term(operand(BIAS, 0.7, "b", "bias"), None, 0.7, "bias"))


def open_(bench: Bench, quantity: Quantity) -> AccountPanel:
    bench.controller.explain(quantity)
    return bench.window.panel(AccountPanel)


@pytest.fixture
def panel(bench: Bench) -> AccountPanel:
    """The panel in the window, in the film, with z of hidden 2 · 1 open."""
    bench.controller.step_forward()
    bench.controller.player.to_end()
    bench.controller.refresh()
    return open_(bench, replace(Z, row=bench.controller.view.row))


# What a place of the picture stands for.


def test_a_place_stands_for_what_is_computed_there(bench: Bench) -> None:
    controller = bench.controller
    controller.step_forward()
    links = {Phase.SUM: Kind.TERM, Phase.SPREAD: Kind.BACK_TERM, Phase.WEIGHTS: Kind.GRADIENT, Phase.UPDATE: Kind.NEXT}
    seen = set()
    for step in controller.player.cursor.steps:
        controller.player.cursor = controller.player.cursor.seek(step, 1.0)
        controller.refresh()
        view = controller.view
        assert quantity_at(view, NeuronRef(0, 1)) == Quantity(Kind.INPUT, 0, 1, row=view.row)
        assert quantity_at(view, TargetRef(0)) == Quantity(Kind.TARGET, 0, 0, row=view.row)
        assert loss_at(view) == Quantity(Kind.LOSS, row=view.row)
        neuron = quantity_at(view, NeuronRef(2, 1))
        behind = step.phase in (Phase.GATE_BACK, Phase.WEIGHTS, Phase.SPREAD) and step.layer > 2
        if step.phase.is_backward and not behind:
            assert neuron.kind is Kind.DELTA
        if step.phase is Phase.SUM and step.layer == 2:
            assert neuron.kind is Kind.Z
        if step.phase in links:
            seen.add(step.phase)
            found = quantity_at(view, LinkRef(2, 3, 1))
            assert (found.kind, found.unit, found.source) == (links[step.phase], 1, 3)
    assert seen == set(links)
    assert gate_at(view, 1, 2, True).kind is Kind.BACKWARD_MASK
    assert gate_at(view, 1, 2, False, 4) == Quantity(Kind.FORWARD_MASK, 1, 2, row=4)
    assert Step(Phase.UPDATE) in controller.player.cursor.steps


# In the window.


def test_nothing_is_computed_while_nothing_is_open(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Quantity] = []
    monkeypatch.setattr(account_panel, "explain", lambda view, quantity, digits: asked.append(quantity))
    bench.controller.step_forward()
    bench.controller.refresh()
    assert asked == []
    assert not bench.window.panel(AccountPanel).hint.isHidden()


def test_a_click_opens_the_account_and_brings_it_into_view(bench: Bench, qtbot: QtBot) -> None:
    bench.controller.step_forward()
    bench.window.stage.neuron_clicked.emit(NeuronRef(1, 2))
    panel = bench.window.panel(AccountPanel)
    assert bench.controller.choices.quantity == quantity_at(bench.controller.view, NeuronRef(1, 2))
    assert bench.controller.choices.selected == NeuronRef(1, 2)
    area = panel.parentWidget().parentWidget().parentWidget()
    qtbot.waitUntil(lambda: 0 <= panel.mapTo(area, QPoint(0, 0)).y() < area.height() - panel.height() or
                    abs(panel.mapTo(area, QPoint(0, 0)).y()) < 3)  # fmt: skip
    bench.window.stage.neuron_clicked.emit(None)
    assert bench.controller.choices.quantity is None
    assert panel.whole.isHidden()


def test_a_link_and_a_target_have_accounts_and_unpinning_closes_them(bench: Bench) -> None:
    bench.controller.step_forward()
    link = LinkRef(2, 1, 0)
    bench.window.stage.place_pinned.emit(link)
    assert bench.controller.choices.quantity == quantity_at(bench.controller.view, link)
    bench.window.stage.place_pinned.emit(link)
    assert bench.controller.choices.quantity is None
    bench.window.stage.place_pinned.emit(TargetRef(0))
    assert bench.controller.choices.quantity.kind is Kind.TARGET


def test_operands_are_walked_by_keys_and_back(bench: Bench, panel: AccountPanel) -> None:
    row = bench.controller.view.row
    start = bench.controller.choices.quantity
    table = panel.terms
    assert table.numbers.rowCount() == 8 + 1
    table.setFocus(Qt.FocusReason.TabFocusReason)
    table.setCurrentIndex(table.numbers.index(2, SECOND))
    bench.key(Qt.Key.Key_Down)
    bench.key(Qt.Key.Key_Return)
    assert bench.controller.choices.quantity == Quantity(Kind.A, 1, 3, row=row)
    assert panel.title.text().startswith(f"a of hidden 1{TOGETHER}4")
    leads = next(link for link in panel.operands if link.isVisible() and link.isEnabled())
    leads.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(leads, Qt.Key.Key_Return)
    assert len(bench.controller.choices.trail) == 3
    bench.key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert bench.controller.choices.quantity == Quantity(Kind.A, 1, 3, row=row)
    QTest.mouseClick(panel.crumbs.links[0], Qt.MouseButton.LeftButton)
    assert bench.controller.choices.trail == (start,)
    assert panel.crumbs.isHidden()


def test_tab_reaches_every_link(bench: Bench, panel: AccountPanel) -> None:
    wanted = {panel.terms, panel.by_size, panel.copy, panel.close_button}
    panel.heading.setFocus(Qt.FocusReason.TabFocusReason)
    seen = set()
    for _ in range(12):
        bench.key(Qt.Key.Key_Tab)
        seen.add(QApplication.focusWidget())
    assert wanted <= seen


def test_the_account_follows_the_film_and_tells_nothing_too_early(bench: Bench, panel: AccountPanel) -> None:
    assert panel.account.value is not None
    bench.controller.player.cursor = bench.controller.player.cursor.seek(Step(Phase.INPUT), 1.0)
    bench.controller.refresh()
    assert panel.account.value is None
    assert panel.value.accessibleName().endswith("= …")


def test_another_sample_is_followed(bench: Bench, panel: AccountPanel) -> None:
    row = bench.controller.view.row
    before = panel.account.value
    other = (row + 1) % bench.controller.tape.samples
    bench.controller.show_row(other)
    assert bench.controller.choices.quantity.row == other
    assert panel.account.value == pytest.approx(float(bench.controller.view.layers[2].z[0]))
    assert panel.account.value != before


def test_while_training_runs_numbers_are_written_and_not_set(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten formulas set anew with each refresh held the picture up for a tenth of a second."""
    at, set_anew = [0], []

    def explained(*_: object) -> Account:
        n = at[0]
        changing = account(operands=(operand(W, n + 0.25), operand(None, n + 0.75, "r", "rate")))
        return replace(changing, value=float(n), numbers=f"{n} + 1", text=f"{n} and one")

    monkeypatch.setattr(account_panel, "explain", explained)
    monkeypatch.setattr(formula_lines, "outline", lambda piece: set_anew.append(piece) or outline(piece))
    panel = open_(bench, Z)
    assert bench.controller.view is not None
    running = replace(bench.controller.view, snapshot=replace(bench.controller.view.snapshot, status=Status.RUNNING))
    panel.refresh(running)
    panel.grab()
    set_anew.clear()
    for at[0] in range(1, 5):
        panel.refresh(running)
        panel.grab()
    assert set_anew == []
    assert panel.value.accessibleName() == "4"
    assert [link.accessibleName() for link in panel.operands[:2]] == ["weight: 4.25", "rate: 4.75"]
    panel.refresh(bench.controller.view)
    assert set_anew
    assert panel.value.is_set


def test_leaving_the_network_closes_it(bench: Bench, panel: AccountPanel) -> None:
    open_(bench, replace(Z, unit=3))
    bench.change()  # layer 2 is the output now, with one neuron
    assert bench.controller.choices.quantity is None
    assert not panel.hint.isHidden()


@pytest.mark.parametrize("theme", Theme)
def test_every_formula_of_the_panel_is_typeset(bench: Bench, panel: AccountPanel, theme: Theme) -> None:
    bench.window.apply_look(Choices(theme=theme))
    assert all(formula.is_set for formula in (panel.value, panel.rule, panel.numbers))
    assert panel.value.palette_ == PALETTES[theme]
    assert panel.terms.numbers.link.name() == PALETTES[theme].accent


def test_the_panel_never_grows_wider_than_its_column(bench: Bench, panel: AccountPanel) -> None:
    bench.controller.choose(replace(bench.controller.choices, digits=9))
    for _ in range(3):
        QApplication.processEvents()
    area = panel.parentWidget().parentWidget()
    assert panel.width() <= area.width()
    assert panel.terms.horizontalScrollBar().maximum() >= 0


# Its parts.


def test_copying(bench: Bench, panel: AccountPanel) -> None:
    for what in ("LaTeX", "text", "PyTorch"):
        panel.copy_as(what)
        assert QGuiApplication.clipboard().text() == copied(panel.account, what)
        assert what in panel.notice.text()
    assert [action.text() for action in panel.copy.menu().actions()] == ["As LaTeX", "As text", "As a line of PyTorch"]


def test_what_is_copied() -> None:
    assert copied(account(), "LaTeX") == r"z_1 = \sum_k w_k a_k + b = 0.25 \cdot 2 = 0.5"
    assert copied(account(), "text") == "z of hidden 2 · 1: 0.25 · 2 = 0.5"
    assert copied(account(), "PyTorch") == "torch.tensor(0.25) * 2"


def shown(qtbot: QtBot, terms: tuple[Term, ...], by_size: bool = False, digits: int = 3) -> TermsTable:
    table = TermsTable()
    qtbot.addWidget(table)
    table.resize(290, 200)
    table.show_terms(terms, digits, by_size)
    table.show()
    return table


def texts(table: TermsTable, column: int) -> list[str]:
    model = table.numbers
    return [model.data(model.index(row, column)) for row in range(model.rowCount())]


def test_terms_in_their_order_and_by_size(qtbot: QtBot) -> None:
    table = shown(qtbot, TERMS)
    assert texts(table, NAME) == ["from hidden 1 · 1", "from hidden 1 · 2", "bias"]
    assert texts(table, PRODUCT) == ["0.05", "−6", "0.7"]
    assert [table.numbers.headerData(c, Qt.Orientation.Horizontal) for c in range(4)] == ["term", "w", "a", "w · a"]
    assert table.textElideMode() is Qt.TextElideMode.ElideMiddle, "all names begin alike"
    table.show_terms(TERMS, 3, True)
    assert texts(table, NAME) == ["from hidden 1 · 2", "bias", "from hidden 1 · 1"]
    assert texts(table, SECOND) == ["3", "", "0.1"]


def test_terms_of_one_factor_lead_from_their_value(qtbot: QtBot) -> None:
    losses = tuple(
        Term(operand(Quantity(Kind.LOSS, row=n), 0.5 * n, "L", f"loss of sample {n}"), None, 0.5 * n,
             f"sample {n} of the mini-batch")
        for n in range(4)
    )  # fmt: skip
    table = shown(qtbot, losses)
    assert texts(table, NAME) == ["sample 0", "sample 1", "sample 2", "sample 3"]
    assert [table.isColumnHidden(column) for column in (FIRST, SECOND)] == [True, True]
    assert table.numbers.headerData(PRODUCT, Qt.Orientation.Horizontal) == "L"
    led: list[Quantity] = []
    table.followed.connect(led.append)
    at = table.visualRect(table.numbers.index(2, PRODUCT)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert led == [Quantity(Kind.LOSS, row=2)]


LONG = tuple(replace(a_term(at, -0.123456789, 1.23456789 + at), name=f"from hidden 1 · {at + 1}") for at in range(5))


def test_many_digits_get_two_rows_a_term_and_nothing_goes_sideways(qtbot: QtBot) -> None:
    table = shown(qtbot, TERMS)
    table.resize(256, 200)
    table.show_terms(LONG, 9, False)
    table.show()
    assert table.numbers.is_stacked
    assert table.numbers.rowCount() == 10
    assert [table.numbers.index(row, 1).data() for row in (0, 1)] == [number(LONG[0].product, 9), "1.23456789"]
    assert table.numbers.index(1, 0).data() == "−0.123456789"
    assert [table.numbers.headerData(c, Qt.Orientation.Horizontal) for c in range(2)] == ["term", "w · a"]
    shown_columns = [c for c in range(4) if not table.isColumnHidden(c)]
    assert shown_columns == [0, 1]
    assert sum(table.columnWidth(c) for c in shown_columns) <= table.viewport().width()
    assert not table.horizontalScrollBar().isVisible()
    led: list[Quantity] = []
    table.followed.connect(led.append)
    for row, column in ((2, 0), (2, 1), (3, 0), (3, 1)):
        at = table.visualRect(table.numbers.index(row, column)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert led == [Quantity(Kind.WEIGHT, 2, 0, 1), Quantity(Kind.A, 1, 1, row=0)]
    table.show_terms(LONG, 3, False)
    assert not table.numbers.is_stacked
    assert table.numbers.rowCount() == 5


def test_the_terms_of_a_chain_are_headed_as_what_they_are(qtbot: QtBot) -> None:
    factors = tuple(
        Term(a_term(at, 0.5, 0.1).a, Operand("P", 0.7, None, "the product so far"), 0.35, "w") for at in range(2)
    )
    table = shown(qtbot, factors)
    heads = [table.numbers.headerData(column, Qt.Orientation.Horizontal) for column in range(4)]
    assert heads == ["factor", "", "before", "so far"]


def test_a_click_on_a_factor_leads_there_and_on_a_product_nowhere(qtbot: QtBot) -> None:
    table = shown(qtbot, TERMS, by_size=True)
    led: list[Quantity] = []
    table.followed.connect(led.append)
    for column in (NAME, FIRST, SECOND, PRODUCT):
        at = table.visualRect(table.numbers.index(0, column)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert led == [Quantity(Kind.WEIGHT, 2, 0, 1), Quantity(Kind.A, 1, 1, row=0)]


def test_operands_are_shown_with_the_digits_of_the_formula(panel: AccountPanel) -> None:
    table, account = panel.terms, panel.account
    assert account.operand_digits >= account.digits >= 3
    told = [texts(table, FIRST)[row] for row in range(2)]
    assert told == [number(term.a.value, account.operand_digits) for term in account.terms[:2]]


@pytest.mark.parametrize("of_each_layer", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_every_formula_of_a_network_with_all_organs_is_typeset(qtbot: QtBot, of_each_layer: bool) -> None:
    view = laid(Session.model_validate(EVERYTHING), 1)
    starts = [Quantity(Kind.NEXT, layer, 0, source) for layer in (1, 2, 3, 4) for source in (None, 0)]
    starts += [Quantity(Kind.NEXT, 2, 0, name=name) for name in ("scale", "shift", "param.beta")]
    starts += [Quantity(Kind.NEXT, 3, 0, 0, name="skip_weight"), Quantity(Kind.TERM, 1, 0, 0, view.row)]
    kinds: dict[tuple[Kind, int], Account] = {}
    for quantity, found in walked(view, starts).items():
        kinds.setdefault((quantity.kind, quantity.layer if of_each_layer else 0), found)
    assert len({kind for kind, _ in kinds}) > 25
    for found in kinds.values():
        for latex in (found.symbol, found.rule, found.numbers, *(each.symbol for each in found.operands)):
            laid_out = fitted(latex, 266.0, 17.0)
            assert laid_out is not None, latex
            assert laid_out[0].width * laid_out[1] <= 266.0, latex


def test_many_terms_scroll(qtbot: QtBot) -> None:
    table = shown(qtbot, tuple(a_term(at, 0.001 * at, 1.0) for at in range(784)))
    assert table.numbers.rowCount() == 784
    assert table.height() < 250
    assert table.verticalScrollBar().maximum() > 0


def test_crumbs_that_have_no_room_give_way_at_the_beginning(qtbot: QtBot) -> None:
    crumbs = Crumbs()
    qtbot.addWidget(crumbs)
    crumbs.resize(250, 30)
    way = tuple(Crumb(f"a_{{{n}}}^{{(1)}}", f"a of hidden 1 · {n}") for n in range(20))
    crumbs.show()
    crumbs.show_way(way)
    seen = [link for link in crumbs.links if link.isVisible()]
    assert 2 <= len(seen) < 12
    assert seen[-1].accessibleName() == "a of hidden 1 · 19"
    assert crumbs.more.isVisible()
    chosen: list[int] = []
    crumbs.chosen.connect(chosen.append)
    seen[-1].click()
    assert chosen == [19]
    crumbs.show_way(way[:1])
    assert [link.isVisible() for link in crumbs.links].count(True) == 1
    assert not crumbs.more.isVisible()


def test_the_chain_of_gains_opens_from_a_gradient(bench: Bench, panel: AccountPanel) -> None:
    """Of a weight or a bias; from there Back leads to the gradient again."""
    assert panel.chain_button.isHidden()
    gradient = Quantity(Kind.GRADIENT, 1, 0, 1)
    open_(bench, gradient)
    assert not panel.chain_button.isHidden()
    panel.chain_button.click()
    assert panel.account is not None
    assert panel.account.quantity == Quantity(Kind.CHAIN, 1, 0, 1, bench.controller.view.row)
    assert "The path that carries most" in panel.note.text()
    assert panel.chain_button.isHidden()
    panel.crumbs.back.emit()
    assert bench.controller.choices.quantity == gradient


@pytest.mark.parametrize(
    ("place", "quantity"),
    [
        ("l2.weight[3,1]", Quantity(Kind.NEXT, 2, 3, 1)),
        ("l2.bias[3]", Quantity(Kind.NEXT, 2, 3)),
        ("l1.param.negative_slope[0]", Quantity(Kind.NEXT, 1, 0, name="param.negative_slope")),
        ("l2.skip_weight[1,0]", Quantity(Kind.NEXT, 2, 1, 0, name="skip_weight")),
    ],
)
def test_a_learned_number_is_named_as_sessions_do(place: str, quantity: Quantity) -> None:
    assert parameter_at(place, Kind.NEXT) == quantity


def test_the_menu_of_a_row_and_of_the_picture_explains(bench: Bench) -> None:
    bench.controller.step_forward()
    bench.controller.select(NeuronRef(2, 1))
    hand = bench.window.panel(InspectorPanel).hand
    for opens in (
        lambda: hand.open_menu("l2.bias[1]", QPoint()),
        lambda: bench.window.by_hand.open_menu(NeuronRef(2, 1), QPoint()),
    ):
        bench.controller.explain(Z)
        opens()
        menu = QApplication.activePopupWidget()
        next(action for action in menu.actions() if action.text().startswith("Explain the new")).trigger()
        menu.close()
        assert bench.controller.choices.trail == (Quantity(Kind.NEXT, 2, 1),)


def test_a_product_is_written_in_numbers(panel: AccountPanel, bench: Bench) -> None:
    """Its symbol is its rule: only the result was to be read."""
    term = Quantity(Kind.TERM, 2, 0, 1, bench.controller.view.row)
    assert open_(bench, term) is panel
    assert panel.account is not None
    assert r"\cdot" in panel.account.numbers
    assert panel.numbers.isVisible()
    assert not panel.rule.isVisible()
    open_(bench, W)
    assert not panel.numbers.isVisible(), "a weight is given"


def test_the_weights_of_a_skip_path_have_a_head(qtbot: QtBot) -> None:
    """Their column had none, and that of the products was called value."""
    weight = Quantity(Kind.PARAMETER, 3, 0, 1, None, "skip_weight")
    term = Term(operand(weight, 0.5, "u"), operand(Quantity(Kind.INPUT, 0, 1, row=0), 2.0, "x"), 1.0, "from input · y")
    heads = [shown(qtbot, (term,)).numbers.headerData(c, Qt.Orientation.Horizontal) for c in range(4)]
    assert heads == ["term", "u", "x", "u · x"]


def test_one_term_is_one(panel: AccountPanel) -> None:
    panel.account = account(terms=TERMS[:1])
    panel._show_terms()
    assert panel.terms_title.text() == "1 term"


def test_names_end_in_no_comma_where_the_sample_is_left_out(qtbot: QtBot) -> None:
    name = "loss of output · {}, sample 3 of the mini-batch"
    losses = (Quantity(Kind.OUTPUT_LOSS, 0, unit, row=2) for unit in range(2))
    terms = [Term(operand(q, 0.5, "l"), None, 0.5, name.format("ab"[at])) for at, q in enumerate(losses)]
    assert texts(shown(qtbot, tuple(terms)), NAME) == ["loss of output · a", "loss of output · b"]
