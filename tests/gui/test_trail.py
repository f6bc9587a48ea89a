"""The way that led to the open number, as pure functions: on, back, with its sample, and closed where it ends."""

from dataclasses import replace

import pytest

from twostroke.gui.model.choices import Choices
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.trail import LONGEST_WAY, back, back_to, followed, of_row, opened, within

W = Quantity(Kind.WEIGHT, 2, 0, 1)
A = Quantity(Kind.A, 1, 1, row=0)
Z = Quantity(Kind.Z, 2, 0, row=0)
BIAS = Quantity(Kind.BIAS, 2, 0)


def test_the_way_goes_on_and_back() -> None:
    choices = opened(Z)(Choices())
    choices = followed(A)(followed(W)(choices))
    assert choices.trail == (Z, W, A)
    assert choices.quantity == A
    assert followed(A)(choices) is choices
    assert back(choices).trail == (Z, W)
    assert back_to(0)(choices).trail == (Z,)
    assert back(back(back(choices))).quantity is None
    assert opened(BIAS)(choices).trail == (BIAS,)


def test_a_long_way_is_forgotten_at_its_beginning() -> None:
    choices = Choices()
    for unit in range(LONGEST_WAY + 5):
        choices = followed(Quantity(Kind.A, 1, unit))(choices)
    assert len(choices.trail) == LONGEST_WAY
    assert choices.trail[0].unit == 5


def test_the_way_follows_the_sample_that_is_shown() -> None:
    other = Quantity(Kind.SAMPLE_GRADIENT, 1, 0, 0, row=5)
    choices = Choices(trail=(W, A, other))
    moved = of_row(choices, 0, 3)
    assert moved.trail == (W, replace(A, row=3), other)
    assert of_row(choices, 2, 3) is choices


@pytest.mark.parametrize(
    ("quantity", "there"),
    [
        (Z, True),
        (Quantity(Kind.A, 3, 0), False),
        (Quantity(Kind.A, 2, 4), False),
        (Quantity(Kind.WEIGHT, 2, 0, 3), False),
        (Quantity(Kind.WEIGHT, 2, 0, 2), True),
        (Quantity(Kind.TARGET, 0, 1), False),
        (Quantity(Kind.TARGET, 0, 0), True),
        (Quantity(Kind.LOSS), True),
        (Quantity(Kind.PARAMETER, 2, 0, 7, name="skip_weight"), True),
        (Quantity(Kind.CHAIN, 1, 0, 0, path=((1, 0), (2, 0))), True),
        (Quantity(Kind.CHAIN, 1, 0, 0, path=((1, 0), (2, 1))), False),
        (Quantity(Kind.CHAIN, 1, 0, 0, path=((1, 0), (2, 0), (3, 0))), False),
        (Quantity(Kind.CHAIN, 1, 0, 0, path=((1, 0),)), False),  # it ends before the outputs
    ],
)
def test_what_another_network_lacks_is_closed(quantity: Quantity, there: bool) -> None:
    assert bool(within(Choices(trail=(quantity,)), (2, 3, 1)).trail) is there
