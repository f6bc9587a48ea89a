"""With how many digits accounts are written, and how numbers look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.gui.explained import laid
from twostroke.engine.session.spec import Session
from twostroke.gui.model.explain.account import explain
from twostroke.gui.model.explain.digits import Digits, digits_that_add_up
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.numbers import MOST_DIGITS, as_read, latex, number


@pytest.mark.parametrize(
    ("value", "digits", "text", "typeset"),
    [
        (0.5, 3, "0.5", "0.5"),
        (0.50004, 3, "0.500", "0.500"),
        (-0.31249, 3, "−0.312", "-0.312"),
        (3.2e-4, 3, "3.2·10⁻⁴", r"3.2 \cdot 10^{-4}"),
        (-1e-6, 3, "−10⁻⁶", "-10^{-6}"),
        (1e-8, 9, "10⁻⁸", "10^{-8}"),
        (0.0012345, 2, "0.0012", "0.0012"),
        (123456.7, 3, "123457", "123457"),
        (2.5e7, 4, "2.5·10⁷", r"2.5 \cdot 10^{7}"),
        (0.9996, 3, "1.00", "1.00"),
        (0.0, 4, "0", "0"),
        (3e-320, 2, "3·10⁻³²⁰", r"3 \cdot 10^{-320}"),
        (-0.0, 4, "0", "0"),
        (float("inf"), 4, "∞", r"\infty"),
        (None, 4, "…", r"\dots"),
    ],
)
def test_numbers_are_written_as_people_write_them(value: float | None, digits: int, text: str, typeset: str) -> None:
    assert number(value, digits) == text
    assert latex(value, digits) == typeset


def test_a_number_of_single_precision_is_the_one_that_was_meant() -> None:
    """0.1 is 0.100000001490116 in float32, and nobody has typed that."""
    assert number(0.10000000149011612, 5) == "0.1"
    assert number(0.1000002, 5) == "0.10000"


def test_a_difference_comes_out_right_on_paper() -> None:
    """0.664 − 0.5356 is 0.1284 and shown as 0.13: with two digits, 0.66 − 0.54 = 0.12 would be wrong."""

    def difference(read: object) -> float:
        return read(0.664) - read(0.5356)  # type: ignore[operator, no-any-return]

    assert digits_that_add_up(difference, 0.1284, 2) == Digits(3, 2)
    assert round(0.664 - 0.536, 2) == 0.13


def test_what_cancels_beyond_nine_digits_is_said_to_be_about() -> None:
    assert digits_that_add_up(lambda read: read(1.0000000001) - read(1.0), 1e-10, 2) is None


def test_a_result_in_the_middle_gets_a_digit_more() -> None:
    """2.5 / 2 is 1.25, which two digits show as 1.2 or as 1.3."""
    assert digits_that_add_up(lambda read: read(2.5) / 2, 1.25, 2) == Digits(3, 3)


numbers = st.floats(-100, 100).filter(lambda x: abs(x) > 1e-3)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6), st.integers(2, 6))
@cases(200)
def test_sums_add_up_with_the_digits_that_are_shown(pairs: list[tuple[float, float]], digits: int) -> None:
    value = sum(a * b for a, b in pairs)
    found = digits_that_add_up(lambda read: sum(read(a) * read(b) for a, b in pairs), value, digits)
    if found is None:  # the terms cancel
        assert abs(value) < 1e-6 * max(abs(a * b) for a, b in pairs) * 10**digits
        return
    shown = [(as_read(a, found.operands), as_read(b, found.operands)) for a, b in pairs]
    assert digits <= found.result <= found.operands <= MOST_DIGITS
    assert as_read(sum(a * b for a, b in shown), found.result) == as_read(value, found.result)


def test_more_digits_are_shown_where_more_are_asked_for() -> None:
    view = laid(Session.model_validate({"network": {"dtype": "float64"}}), 3)
    accounts = [explain(view, Quantity(Kind.Z, 1, 0), digits) for digits in range(2, 10)]
    assert all(digits <= account.digits for digits, account in zip(range(2, 10), accounts, strict=True))
    assert len({account.text for account in accounts}) > 5
    assert len(accounts[0].text) < len(accounts[-1].text)


def test_long_sums_name_what_is_left_out() -> None:
    view = laid(Session.model_validate({"network": {"layers": [{"units": 12}]}}))
    account = explain(view, Quantity(Kind.Z, 2, 0), 3)
    assert len(account.terms) == 13
    assert "(9 more terms)" in account.text
    assert r"\text{(9 more terms)}" in account.numbers


def test_a_new_value_is_shown_with_the_digits_that_tell_it_from_the_old() -> None:
    training = {"optimizer": {"name": "sgd", "learning_rate": 1e-5}}
    view = laid(Session.model_validate({"network": {"dtype": "float64"}, "training": training}))
    account = explain(view, Quantity(Kind.NEXT, 1, 0, 0), 3)
    old, new = account.text.split(" − ")[0].split(" + ")[0], account.text.split(" = ")[1]
    assert old != new
    assert account.digits > 3
