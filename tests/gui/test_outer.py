"""The gradients of a layer as an outer product: each cell from the numbers at its edges, empty until it is decided."""

import math
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.cases import cases
from tests.engine.strategies import PAIRS, sessions_with
from tests.gui.explained import laid, live
from tests.gui.on_paper import TORCH, rounded, worked_out
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border.cursor import Phase, Step
from twostroke.engine.session.spec import Session
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.explain.account import EXPLAINERS, explain
from twostroke.gui.model.explain.facts import Facts
from twostroke.gui.model.explain.outer import Outer, copied, digits_of, outer_at, outer_of
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.account.account_panel import AccountPanel
from twostroke.gui.panels.account.outer_matrix import OuterMatrix, Spot, nothing
from twostroke.gui.panels.account.outer_view import OuterView

__all__ = ["bench", "settings"]

LAYERS = [{"units": 4, "activation": "relu"}, {"units": 3, "activation": "tanh"}]


def session(layers: list[dict[str, Any]] = LAYERS, **parts: Any) -> Session:
    return Session.model_validate({"network": {"layers": layers, "dtype": "float64"}, **parts})


def matrices(view: ViewState) -> list[Outer]:
    """All of a network, of the sample shown and as the mean."""
    found = []
    for number in range(1, view.depth + 1):
        has_skip = view.tape is not None and "skip_weight" in view.tape.layers[number - 1].organs
        for name in ("", "skip_weight") if has_skip else ("",):
            found += [outer_of(view, Quantity(Kind.OUTER, number, row=row, name=name)) for row in (view.row, None)]
    return found


def value(number: float | None) -> float:
    return math.nan if number is None else number


def check(view: ViewState, outer: Outer) -> None:
    """Each cell is the number of its account, the mean of the products of what is at the edges, and as well known."""
    facts = Facts(view, EXPLAINERS, 4)
    alive = np.ones(outer.products.shape) if outer.alive is None else outer.alive
    means = (outer.delta.T @ outer.a) / len(outer.delta) * alive
    sizes = (np.abs(outer.delta).T @ np.abs(outer.a)) / len(outer.delta)
    for (unit, source), shown in np.ndenumerate(outer.products):
        own = value(facts.value(outer.element(unit, source)))
        assert own == shown or (math.isnan(own) and math.isnan(shown)), (outer.title, unit, source)
        if not math.isnan(shown):
            assert abs(shown - means[unit, source]) <= 1e-12 * (sizes[unit, source] + 1e-300), outer.title
    for sample in range(len(outer.delta)):
        for unit in range(outer.products.shape[0]):
            delta, _ = outer.factors(facts, unit, 0, sample)
            assert value(facts.value(delta)) == pytest.approx(outer.delta[sample, unit], rel=1e-12, nan_ok=True)
        for source in range(outer.products.shape[1]):
            _, met = outer.factors(facts, 0, source, sample)
            assert value(facts.value(met)) == pytest.approx(outer.a[sample, source], rel=1e-12, nan_ok=True)


@given(st.sampled_from(PAIRS).flatmap(sessions_with), st.data())
@cases(15, deadline=None)
def test_each_cell_follows_from_what_is_at_its_edges(tried: Session, data: st.DataObject) -> None:
    """At the end of an update, and at any moment of it."""
    view = laid(tried, 1)
    for outer in matrices(view):
        assert not np.isnan(outer.products).any()
        check(view, outer)
    assert view.score is not None
    parts = view.score.parts
    for place in data.draw(st.lists(st.integers(len(parts) // 3, len(parts) - 1), min_size=2, max_size=3)):
        passed = min(data.draw(st.integers(0, parts[place].beats)) + 0.5, parts[place].beats)
        cursor = view.score.cursor((place, passed), by_neuron=data.draw(st.booleans()))
        now = replace(view, cursor=cursor)
        for outer in matrices(now):
            check(now, outer)


def test_nothing_is_there_before_the_stroke_has_decided_it() -> None:
    view = laid(session(), 1)
    assert view.cursor is not None
    early = replace(view, cursor=view.cursor.seek(Step(Phase.GATE_BACK, 2), 1.0))
    sample, mean = matrices(early)[2:4]
    assert np.isnan(sample.products).all()
    assert np.isnan(mean.products).all()
    assert not np.isnan(sample.delta).any()
    assert not np.isnan(sample.a).any()
    before = matrices(replace(view, cursor=view.cursor.seek(Step(Phase.SUM, 1), 0.0)))[2]
    assert np.isnan(before.a).all()
    assert np.isnan(before.delta).all()


def test_while_live_there_is_no_mean_and_nothing_behind_a_normalizer() -> None:
    view = live(session(), 1)
    sample, mean = (outer_of(view, Quantity(Kind.OUTER, 2, row=row)) for row in (0, None))
    check(view, sample)
    assert not np.isnan(sample.products).any()
    assert np.isnan(mean.products).all()
    assert "Only an update has a mini-batch" in mean.note
    normed = live(session([{"units": 3, "norm": "layer"}]), 1)
    behind = outer_of(normed, Quantity(Kind.OUTER, 1, row=0))
    assert np.isnan(behind.products).all()
    assert "Press" in behind.note.title()


def test_a_shut_gate_leaves_a_row_of_noughts_and_a_cut_link_one() -> None:
    tried = session()
    network = tried.network.model_copy(update={"cut": ("l2.weight[1,2]",)})
    view = laid(tried.model_copy(update={"network": network}), 2)
    first = outer_of(view, Quantity(Kind.OUTER, 1, row=view.row))
    assert view.tape is not None
    shut = view.tape.layers[0].gain[view.row] == 0
    assert shut.any()
    assert not first.products[shut].any()
    second = outer_of(view, Quantity(Kind.OUTER, 2, row=view.row))
    assert second.products[1, 2] == 0.0
    assert second.alive is not None
    check(view, second)


def test_what_is_not_there_is_refused() -> None:
    view = laid(session(), 0)
    for quantity in (Quantity(Kind.OUTER, 1, row=0, name="skip_weight"), Quantity(Kind.OUTER, 9, row=0)):
        with pytest.raises(LookupError):
            outer_of(view, quantity)
    assert outer_at(Quantity(Kind.GRADIENT, 1, 2, 0)) == Quantity(Kind.OUTER, 1)
    assert outer_at(Quantity(Kind.SAMPLE_GRADIENT, 1, 2, 0, 3)) == Quantity(Kind.OUTER, 1, row=3)
    assert outer_at(Quantity(Kind.GRADIENT, 1, 2)) is None
    assert outer_at(Quantity(Kind.NEXT, 1, 2, 0)) is None


# Written and copied.


@pytest.mark.parametrize("digits", [2, 3, 9])
def test_the_numbers_that_are_written_are_right_on_paper(digits: int) -> None:
    outer = outer_of(laid(session(), 2), Quantity(Kind.OUTER, 2, row=0))
    found = digits_of(outer, digits)
    assert found is not None
    _, delta, a, *rows = copied(outer, "text", digits).split("\n")
    column, row = ([worked_out(each) for each in line.split(": ")[1].split("\t")] for line in (delta, a))
    for left, cells in zip(column, rows, strict=True):
        for top, cell in zip(row, cells.split("\t"), strict=True):
            shown = worked_out(cell)
            assert rounded(left * top, found.result) == rounded(shown, found.result) or shown == left * top == 0.0


def test_pytorch_makes_the_same_matrix_of_it() -> None:
    cut = session().network.model_copy(update={"cut": ("l2.weight[1,2]",)})
    for tried in (session(), session().model_copy(update={"network": cut})):
        for outer in matrices(laid(tried, 2)):
            line = copied(outer, "PyTorch", 4)
            found = eval(line, {"__builtins__": {}}, {"torch": TORCH})  # noqa: S307 - of the program's own writing
            assert found == pytest.approx(outer.products, rel=1e-9, abs=1e-12)
            assert ("torch.outer" in line) is (outer.quantity.row is not None)


def test_latex_has_column_row_and_matrix() -> None:
    sample, mean = matrices(laid(session(), 2))[:2]
    assert copied(sample, "LaTeX", 3).count(r"\begin{pmatrix}") == 3
    assert copied(mean, "LaTeX", 3).count(r"\begin{pmatrix}") == 1
    for outer in (sample, mean):
        latex = copied(outer, "LaTeX", 3)
        assert latex.count("{") == latex.count("}")
        assert latex.startswith(outer.symbol)


# Painted.


def shown(qtbot: QtBot, view: ViewState, outer: Outer) -> OuterView:
    widget = OuterView()
    qtbot.addWidget(widget)
    widget.resize(260, 400)
    widget.show_outer(replace(view, choices=Choices(trail=(outer.quantity,))), outer)
    widget.show()
    return widget


def heard(widget: OuterView) -> list[Choices]:
    found: list[Choices] = []
    start = widget.matrix.outer
    assert start is not None
    widget.chosen.connect(lambda change: found.append(change(Choices(trail=(start.quantity,)))))
    return found


def middle(matrix: OuterMatrix, unit: int, source: int) -> QPoint:
    return matrix.cell(unit, source).center().toPoint()


@pytest.mark.parametrize("theme", list(Theme))
def test_rows_of_shut_gates_are_dark_and_what_is_open_is_empty(qtbot: QtBot, theme: Theme) -> None:
    view = laid(session([{"units": 40, "activation": "relu"}]), 2)
    outer = outer_of(view, Quantity(Kind.OUTER, 1, row=view.row))
    matrix = shown(qtbot, view, outer).matrix
    palette = PALETTES[theme]
    matrix.use_palette(palette)
    seen = matrix.grab().toImage()
    dark = [seen.pixelColor(middle(matrix, unit, 1)).name() == nothing(palette) for unit in range(40)]
    assert dark == [bool(delta == 0) for delta in outer.delta[0]]
    assert any(dark)
    assert not all(dark)
    unknown = replace(outer, products=np.full(outer.products.shape, np.nan))
    matrix.show_outer(unknown, 3)
    seen = matrix.grab().toImage()
    assert {seen.pixelColor(middle(matrix, unit, 1)).name() for unit in range(1, 40)} == {palette.surface}


def test_the_pointer_is_told_the_product_and_a_click_leads_to_it(qtbot: QtBot) -> None:
    view = laid(session(), 2)
    widget = shown(qtbot, view, outer_of(view, Quantity(Kind.OUTER, 2, row=view.row)))
    found, matrix = heard(widget), widget.matrix
    QTest.mouseMove(matrix, middle(matrix, 1, 2))
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=middle(matrix, 1, 2))
    gradient = Quantity(Kind.SAMPLE_GRADIENT, 2, 1, 2, view.row)
    assert found[-1].trail[-1] == gradient
    account = explain(view, gradient, 3)
    assert widget.told.text() == f"{account.title}: {account.text}" == matrix.accessibleDescription()
    cell = matrix.cell(1, 2)
    for spot, kind in (
        (QPoint(20, cell.center().toPoint().y()), Kind.DELTA),
        (QPoint(cell.center().toPoint().x(), 20), Kind.A),
    ):
        QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=spot)
        assert found[-1].trail[-1].kind is kind
    assert found[-1].trail[-1].unit == 2
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert len(found) == 3


def test_keys_go_from_cell_to_cell(qtbot: QtBot) -> None:
    view = laid(session(), 2)
    widget = shown(qtbot, view, outer_of(view, Quantity(Kind.OUTER, 2)))
    found = heard(widget)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Return):
        QTest.keyClick(widget.matrix, key)
    assert widget.matrix.at == Spot(2, 2)
    assert found[-1].trail[-1] == Quantity(Kind.GRADIENT, 2, 2, 2)
    QTest.keyClick(widget.matrix, Qt.Key.Key_Home)
    assert widget.matrix.at == Spot(2, 0)


def test_at_the_edges_of_a_mean_all_samples_can_be_clicked(qtbot: QtBot) -> None:
    view = laid(session(), 2)
    assert view.tape is not None
    widget = shown(qtbot, view, outer_of(view, Quantity(Kind.OUTER, 2)))
    rows = {
        widget.quantity(spot).row
        for x in range(60)
        if (spot := widget.matrix.spot_at(x, middle(widget.matrix, 0, 0).y())) and spot.source is None
    }
    assert rows == set(range(view.tape.samples))


def test_a_large_layer_is_quick(qtbot: QtBot) -> None:
    """300 x 64: what one frame of it takes, far below what the hand would feel."""
    parts = {"data": {"name": "digits"}, "training": {"loss": "cross_entropy"}}
    view = laid(Session.model_validate({"network": {"layers": [{"units": 300}]}, **parts}), 1)
    widget = shown(qtbot, view, outer_of(view, Quantity(Kind.OUTER, 1, row=view.row)))
    times = []
    for _ in range(5):
        start = perf_counter()
        widget.show_outer(view, outer_of(view, Quantity(Kind.OUTER, 1, row=view.row)))
        widget.matrix.grab()
        times.append(perf_counter() - start)
    assert min(times) < 0.1
    assert widget.matrix.height() < 400


# In the panel.


def test_the_panel_opens_it_from_a_gradient_and_goes_back(bench: Bench) -> None:
    bench.controller.step_forward()
    bench.controller.player.to_end()
    bench.controller.refresh()
    panel = bench.window.panel(AccountPanel)
    bench.controller.explain(Quantity(Kind.GRADIENT, 1, 1, 0))
    assert panel.matrix.isHidden()
    panel.matrix_button.click()
    assert bench.controller.choices.quantity == Quantity(Kind.OUTER, 1)
    assert not panel.matrix.isHidden()
    assert panel.matrix_button.isHidden()
    assert panel.chain_button.isHidden()
    panel.matrix.sample.click()
    assert bench.controller.choices.quantity == Quantity(Kind.OUTER, 1, row=bench.controller.view.row)
    assert panel.matrix.sample.isChecked()
    assert "this sample's gradient of all weights into hidden 1" in panel.title.text()
    for what in ("text", "LaTeX", "PyTorch"):
        panel.copy_as(what)
        assert QGuiApplication.clipboard().text() == copied(panel.outer, what, bench.controller.choices.digits)
    bench.controller.explain_back()
    assert bench.controller.choices.quantity == Quantity(Kind.GRADIENT, 1, 1, 0)
    assert panel.matrix.isHidden()


def test_a_layer_that_is_gone_is_said_to_be(bench: Bench) -> None:
    bench.controller.explain(Quantity(Kind.OUTER, 1, row=0, name="skip_weight"))
    panel = bench.window.panel(AccountPanel)
    assert panel.outer is None
    assert "has no such number" in panel.hint.text()
