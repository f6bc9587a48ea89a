"""Every number that an account shows follows from the operands that it shows, whatever the network: worked out anew by
kind, by the line of text as it stands, and by the line of PyTorch."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.engine.strategies import PAIRS, sessions, sessions_with
from tests.gui.explained import laid, live, walked
from tests.gui.on_paper import by_torch, digits_of, rounded, worked_out
from tests.gui.recomputed import LEAVES, RULES, recompute
from twostroke.engine.border.cursor import Phase, Step
from twostroke.engine.session.spec import Session
from twostroke.gui.model.explain.account import explain
from twostroke.gui.model.explain.quantities import Account, Kind, Quantity, Term
from twostroke.gui.model.view import ViewState

DIGITS = 4


def starts(view: ViewState) -> Iterator[Quantity]:
    """New values of all kinds of parameters, and what they do not lead to."""
    assert view.tape is not None
    for number, layer in enumerate(view.tape.layers, start=1):
        unit = number % layer.units
        yield Quantity(Kind.NEXT, number, unit, 0)
        yield Quantity(Kind.NEXT, number, unit)
        yield Quantity(Kind.STEP, number, unit, 0)
        yield from (Quantity(Kind.NEXT, number, unit, name=f"param.{name}") for name in owned(view, number, unit))
        yield from (Quantity(Kind.NEXT, number, unit, name=n) for n in ("scale", "shift") if n in layer.organs)
        if "skip_weight" in layer.organs:
            yield Quantity(Kind.NEXT, number, unit, 0, None, "skip_weight")
            yield Quantity(Kind.TERM, number, unit, 0, view.row, "skip_weight")
            yield Quantity(Kind.CHAIN, number, unit, 0, view.row, "skip_weight")
        if "running_mean" in layer.organs:
            yield Quantity(Kind.NEXT_RUNNING_MEAN, number, unit)
            yield Quantity(Kind.NEXT_RUNNING_VARIANCE, number, unit)
        yield Quantity(Kind.TERM, number, unit, 0, view.row)
        yield Quantity(Kind.BACK_TERM, number, unit, 0, view.row)
        yield Quantity(Kind.SAMPLE_GRADIENT, number, unit, 0, view.row)
        yield from (Quantity(Kind.CHAIN, number, unit, source, view.row) for source in (0, None))
        yield from (Quantity(Kind.CHAIN, number, unit, name=f"param.{name}") for name in owned(view, number, unit))
        yield from (Quantity(Kind.CHAIN, number, unit, name=n) for n in ("scale", "shift") if n in layer.organs)
        if layer.gain is not None:
            yield Quantity(Kind.FORWARD_MASK, number, unit, None, view.row)
            yield Quantity(Kind.BACKWARD_MASK, number, unit, None, view.row)
    yield Quantity(Kind.LOSS)
    yield Quantity(Kind.UPSTREAM, view.depth, 0, None, view.row)


def owned(view: ViewState, layer: int, unit: int) -> list[str]:
    """What a neuron's activation learns."""
    assert view.tape is not None
    learned = {"prelu": ["negative_slope"], "swish_beta": ["beta"], "quadratic": ["a", "b", "c"]}
    name = view.layers[layer].gate(unit)[0]
    return [each for each in learned.get(name, []) if each in view.tape.layers[layer - 1].param]


def sides(account: Account) -> tuple[str, str, bool] | None:
    """Left and right of a line of text, and whether it says that they are equal; None where it is a number alone."""
    match re.split(" ([=≈]) ", account.text):
        case [left, sign, right]:
            return left, right, sign == "="
    return None


def is_near(found: float, value: float, account: Account) -> bool:
    """Whether they agree, as far as the round-off of the terms allows."""
    sizes = [abs(term.product or 0.0) for term in account.terms] + [abs(value)]
    sizes += [abs(each.value or 0.0) * 1e-3 for each in account.operands]
    return math.isclose(found, value, rel_tol=1e-9, abs_tol=1e-12 + 1e-10 * max(sizes))


def check(view: ViewState, account: Account) -> None:
    """One account, in all ways."""
    where = f"{account.quantity}: {account.text}"
    if account.value is None:
        assert account.quantity.kind in (Kind.UPSTREAM, Kind.OUTPUT_UPSTREAM), where  # of a fused loss at a = 0 or 1
        return
    for latex in (account.symbol, account.rule, account.numbers):
        assert latex.strip(), where
        assert latex.count("{") == latex.count("}"), latex
        assert latex.count(r"\left") == latex.count(r"\right"), latex
    if account.quantity.kind in LEAVES:
        assert not account.operands, where
        return
    assert is_near(recompute(view, account), account.value, account), where
    assert is_near(by_torch(account.torch), account.value, account), account.torch
    line = sides(account)
    if line is not None:
        left, right, equal = line
        found, digits = worked_out(left), max(account.digits, digits_of(right))
        if equal and worked_out(right) == 0.0:
            assert abs(found) < 1e-12, where
        elif equal:
            assert rounded(found, digits) == rounded(worked_out(right), digits), where


def check_all(session: Session, updates: int) -> None:
    view = laid(session, updates)
    for account in walked(view, starts(view), DIGITS).values():
        check(view, account)


@given(st.sampled_from(PAIRS).flatmap(sessions_with), st.integers(0, 4))
@cases(40, deadline=None)
def test_every_number_follows_from_its_operands(session: Session, updates: int) -> None:
    check_all(session, updates)


@given(sessions(max_units=5), st.integers(0, 3))
@cases(15, deadline=None)
def test_every_number_of_plain_networks_follows_from_its_operands(session: Session, updates: int) -> None:
    check_all(session, updates)


LIVE = (
    Kind.A,
    Kind.GAIN,
    Kind.FORWARD_MASK,
    Kind.BACKWARD_MASK,
    Kind.OUTPUT,
    Kind.UPSTREAM,
    Kind.DELTA,
    Kind.SUM_DELTA,
)


def while_live(view: ViewState) -> Iterator[Quantity]:
    """What there is of a network as it is used."""
    yield Quantity(Kind.LOSS, row=0)
    for layer in range(1, view.depth + 1):
        unit = layer % view.layers[layer].units
        yield from (Quantity(kind, layer, unit, None, 0) for kind in LIVE if kind not in MASKS or has_gate(view, layer))
        yield from (Quantity(kind, layer, unit, 0, 0) for kind in (Kind.TERM, Kind.BACK_TERM, Kind.SAMPLE_GRADIENT))


MASKS = (Kind.GAIN, Kind.FORWARD_MASK, Kind.BACKWARD_MASK)


def has_gate(view: ViewState, layer: int) -> bool:
    """Softmax has none of its own."""
    return view.layers[layer].gain is not None


@given(st.sampled_from(PAIRS).flatmap(sessions_with), st.integers(0, 2))
@cases(25, deadline=None)
def test_every_number_while_live_follows_from_its_operands(session: Session, updates: int) -> None:
    view = live(session, updates)
    for account in walked(view, while_live(view), DIGITS).values():
        check(view, account)


def test_an_update_s_own_numbers_are_unknown_while_live() -> None:
    view = live(Session(), 1)
    for kind in (Kind.GRADIENT, Kind.NEXT, Kind.STEP):
        account = explain(view, Quantity(kind, 1, 0, 0), DIGITS)
        assert account.value is None
        assert account.text.endswith("…")
        assert account.numbers.endswith(r"\dots")
    assert explain(view, Quantity(Kind.LOSS), DIGITS).value is None


def nothing_is_computed(view: ViewState, account: Account) -> None:
    """Of a number that is open: no partial sum, and only those products of its terms whose moment has come."""
    assert not re.search(r"\d \(\d+ more term", account.text), account.text
    for term in account.terms:
        if term.b is None and term.product == term.a.value:
            continue
        own = product_of(account.quantity, term)
        come = own is not None and explain(view, own, DIGITS).value is not None
        assert (term.product is not None) <= come, (account.text, term.name)


def product_of(q: Quantity, term: Term) -> Quantity | None:
    """The address of a term of a sum; None where it has none."""
    first, second = term.a.quantity, None if term.b is None else term.b.quantity
    if first is None or second is None:
        return None
    if q.kind is Kind.GRADIENT:
        return replace(q, kind=Kind.SAMPLE_GRADIENT, row=first.row)
    if first.kind not in (Kind.WEIGHT, Kind.PARAMETER):
        return None
    kind = Kind.TERM if q.kind in (Kind.Z, Kind.SUM, Kind.SKIP) else Kind.BACK_TERM
    name = first.name if first.kind is Kind.PARAMETER else ""
    return Quantity(kind, first.layer, first.unit, first.source, second.row, name)


@pytest.mark.parametrize("fraction", [0.0, 1.0])
def test_at_the_input_no_product_is_there_and_what_goes_into_it_is(fraction: float) -> None:
    """Numbers that are known are shown, products not before the stroke arrives."""
    view = laid(Session.model_validate({"data": {"name": "digits"}}), 1)
    assert view.cursor is not None
    early = replace(view, cursor=view.cursor.seek(Step(Phase.INPUT, 0), fraction))
    account = explain(early, Quantity(Kind.Z, 1, 0), DIGITS)
    assert account.value is None
    assert "… (61 more terms)" in account.text
    assert all(term.product is None for term in account.terms if term.b is not None)
    assert all(term.b.value is not None for term in account.terms if term.b is not None)
    term = explain(early, Quantity(Kind.TERM, 1, 0, 3), DIGITS)
    assert term.value is None
    assert all(each.value is not None for each in term.operands)
    under_way = replace(view, cursor=view.cursor.seek(Step(Phase.SUM, 1), 0.5))
    assert explain(under_way, Quantity(Kind.TERM, 1, 0, 3), DIGITS).value is not None


@given(st.sampled_from(PAIRS).flatmap(sessions_with), st.data())
@cases(12, deadline=None)
def test_what_is_known_follows_from_what_is_known(session: Session, data: st.DataObject) -> None:
    """At any moment: no operand of a known number is open, and what is open is shown so, and never as 0."""
    view = laid(session, 1)
    quantities = list(walked(view, starts(view), DIGITS))
    assert view.score is not None
    parts = view.score.parts
    for place in data.draw(st.lists(st.integers(0, len(parts) - 1), min_size=2, max_size=4, unique=True)):
        passed = data.draw(st.integers(0, parts[place].beats)) + data.draw(st.sampled_from([0.0, 0.5]))
        cursor = view.score.cursor((place, min(passed, parts[place].beats)), by_neuron=data.draw(st.booleans()))
        now = replace(view, cursor=cursor)
        for quantity in quantities[::3]:
            account = explain(now, quantity, DIGITS)
            open_ones = [each for each in account.operands if each.value is None]
            assert "nan" not in account.text + account.numbers
            if account.value is None:
                nothing_is_computed(now, account)
                assert account.text.endswith("…"), account.text
                assert account.numbers.endswith(r"\dots"), account.numbers
            else:
                assert not open_ones, f"{account.text}: {open_ones[0].name}"


def test_single_precision_is_right_to_the_digits_that_it_has() -> None:
    """Operands are shown as they are, so the arithmetic comes out as far as float32 goes."""
    view = laid(Session(), 20)
    for account in walked(view, starts(view), 3).values():
        if account.value is not None and account.operands:
            found = recompute(view, account)
            size = max(abs(each.value or 0.0) for each in account.operands)
            assert found == pytest.approx(account.value, rel=2e-5, abs=1e-6 * size)


def test_each_kind_is_worked_out_or_ends_the_walk() -> None:
    assert set(Kind) == LEAVES | set(RULES) | {Kind.OUTER}  # a matrix of numbers that are: test_outer.py


def test_a_wrong_number_would_be_seen() -> None:
    view = laid(Session(), 1)
    account = next(a for q, a in walked(view, starts(view)).items() if q.kind is Kind.DELTA)
    assert account.value is not None
    with pytest.raises(AssertionError):
        check(view, replace(account, value=account.value * 1.001))
