"""What is typed as a number: either decimal sign, marks between thousands, and nothing that was not meant."""

import time

import pytest

from twostroke.gui.model.typed import partial, real, whole


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3), ("0.003", 0.003), ("0,003", 0.003), (",5", 0.5), ("3.", 3), ("1e-3", 1e-3), ("1,5e−3", 1.5e-3),
        ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1,234", 1.234), ("1.234.567", 1234567), ("1 234,5", 1234.5),
        ("1’234.5", 1234.5), ("1\u202f234,5", 1234.5), ("12,34,567.5", 1234567.5), ("−2", -2), ("٣٫٥", 3.5),
        (" 7 ", 7), ("10000,5", 10000.5),
    ],
)  # fmt: skip
def test_a_number_in_any_writing(text: str, number: float) -> None:
    assert real(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "1e",
        "1 2",
        "1,2,3",
        "1..2",
        "1.2.3,4",
        "0,003,000",
        "1.234 567,8",
        "1_000",
        "nan",
        "inf",
        "1e999",
        "-0,001e-400",
    ],
)
def test_what_is_none_becomes_none(text: str) -> None:
    assert real(text) is None
    assert whole(text) is None


@pytest.mark.parametrize("text", ["1" * 32_000 + "x", "1," * 16_000 + "x", " " * 32_000 + "x", "1" * 32_000])
def test_a_page_that_was_pasted_is_none_at_once(text: str) -> None:
    """It took a minute, in which the window stood still."""
    began = time.process_time()
    assert real(text) is None
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("text", "number"), [("1,000", 1000), ("1.000", 1000), ("1 000", 1000), ("3.0", 3), ("2e3", 2000)]
)
def test_whole_numbers_know_thousands(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize("text", ["0,003", "0.003", "2.5", "1,5"])
def test_a_fraction_is_no_whole_number(text: str) -> None:
    assert whole(text) is None


def test_only_a_space_at_an_end_can_become_none() -> None:
    assert all(map(partial, ("", "-", "1e", "1e-", "1.", "1 0", "٣٫")))
    assert not any(map(partial, (" ", "\u00a0", "3 ", " 3", "fast")))
