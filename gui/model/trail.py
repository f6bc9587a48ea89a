"""The number whose account is open, and the way that led there: what Back and the crumbs go along."""

from collections.abc import Callable
from dataclasses import replace

from twostroke.gui.model.choices import Choices
from twostroke.gui.model.explain.quantities import Kind, Quantity

LONGEST_WAY = 40
"""Numbers that are remembered; the first ones of a longer way are forgotten."""


def opened(quantity: Quantity) -> Callable[[Choices], Choices]:
    """Begin a new way at `quantity`."""
    return lambda choices: replace(choices, trail=(quantity,))


def followed(quantity: Quantity) -> Callable[[Choices], Choices]:
    """Go on to `quantity`, one of the numbers that the open one came from."""

    def follow(choices: Choices) -> Choices:
        if choices.quantity == quantity:
            return choices
        return replace(choices, trail=(*choices.trail, quantity)[-LONGEST_WAY:])

    return follow


def instead(quantity: Quantity) -> Callable[[Choices], Choices]:
    """Look at `quantity` in place of the open number: Back leads where it led before."""
    return lambda choices: replace(choices, trail=(*choices.trail[:-1], quantity))


def back(choices: Choices) -> Choices:
    """To the number before; from the first one, none is open."""
    return replace(choices, trail=choices.trail[:-1])


def back_to(place: int) -> Callable[[Choices], Choices]:
    """To the number at that place of the way, from 0."""
    return lambda choices: replace(choices, trail=choices.trail[: place + 1])


def closed(choices: Choices) -> Choices:
    """No number is open."""
    return replace(choices, trail=())


def of_row(choices: Choices, before: int, now: int) -> Choices:
    """Numbers of the sample that was shown become those of the one that is shown now: the same object for the same."""
    if before == now or not any(quantity.row == before for quantity in choices.trail):
        return choices
    moved = (replace(quantity, row=now) if quantity.row == before else quantity for quantity in choices.trail)
    return replace(choices, trail=tuple(moved))


def within(choices: Choices, widths: tuple[int, ...]) -> Choices:
    """Without the way where a network of these widths lacks one of its numbers."""
    if all(_exists(quantity, widths) for quantity in choices.trail):
        return choices
    return closed(choices)


def _exists(quantity: Quantity, widths: tuple[int, ...]) -> bool:
    layer = len(widths) - 1 if quantity.kind is Kind.TARGET else quantity.layer
    if not 0 <= layer < len(widths) or (quantity.unit or 0) >= widths[layer]:
        return False
    if quantity.path and not _leads(quantity.path, widths):
        return False
    from_before = quantity.source is not None and quantity.name != "skip_weight"
    return not from_before or (quantity.source or 0) < widths[layer - 1]


def _leads(path: tuple[tuple[int, int], ...], widths: tuple[int, ...]) -> bool:
    """Whether a path goes through neurons that there are, to one of the outputs."""
    there = all(0 <= layer < len(widths) and unit < widths[layer] for layer, unit in path)
    return there and path[-1][0] == len(widths) - 1
