"""The chain of gains as steps on a log scale: what each factor does to the product, and paths beside the chosen one."""

import math
from dataclasses import dataclass, replace

from twostroke.gui.model.explain.chain import Path
from twostroke.gui.model.explain.quantities import Account, Kind, Quantity
from twostroke.gui.model.numbers import number

LOW, HIGH = -8, 2
"""Powers of ten of the scale, the same for all chains; one that goes beyond makes it longer."""

OF_NEURONS = (Kind.DELTA, Kind.UPSTREAM, Kind.BACKWARD_MASK)
GATES = (Kind.BACKWARD_MASK, Kind.DROPOUT_MASK)


@dataclass(frozen=True)
class Stair:
    """One factor. `before` and `after` are powers of ten of the product's size; None where it is 0."""

    text: str  # what it is, its number, and the product up to it
    before: float | None
    after: float | None
    negative: bool  # the product's sign
    is_gate: bool
    quantity: Quantity | None  # where it leads


def stairs_of(account: Account) -> tuple[Stair, ...]:
    """The factors of a chain in their order; none where it is not known yet, no chain, or without bounds."""
    if account.quantity.kind is not Kind.CHAIN or not all(_is_finite(term.product) for term in account.terms):
        return ()
    found, before = [], 0.0 if account.terms else None
    for term in account.terms:
        product, own, digits = term.product or 0.0, term.a, account.digits
        after = math.log10(abs(product)) if product else None
        text = f"{own.name}: {number(own.value, digits)}, so far {number(product, digits)}"
        is_gate = own.quantity is not None and own.quantity.kind in GATES
        found.append(Stair(text, before, after, product < 0, is_gate, own.quantity))
        before = after
    return tuple(found)


def _is_finite(product: float | None) -> bool:
    return product is not None and math.isfinite(product)


def scale_of(stairs: tuple[Stair, ...]) -> tuple[int, int]:
    """The powers of ten at both ends of the scale."""
    sizes = [size for stair in stairs for size in (stair.before, stair.after) if size is not None]
    return min(LOW, math.floor(min(sizes, default=0.0))), max(HIGH, math.ceil(max(sizes, default=0.0)))


def path_of(account: Account) -> Path:
    """From the parameter's neuron to an output."""
    met = [term.a.quantity for term in account.terms]
    neurons = [(each.layer, each.unit) for each in met if each is not None and each.kind in OF_NEURONS]
    return tuple(dict.fromkeys([(account.quantity.layer, account.quantity.unit), *reversed(neurons)]))


def layer_of(account: Account, at: int) -> int:
    """Whose neuron the factor belongs to, or the link leads to on the way back: what a menu on it offers others of."""
    met = [term.a.quantity for term in account.terms[at:]]
    return next((each.layer for each in met if each is not None and each.kind in OF_NEURONS), account.quantity.layer)


def another(account: Account, at: int, by: int, widths: tuple[int, ...], joined: frozenset[int]) -> Quantity | None:
    """The chain over a neighbour, `by` places on, of the neuron whose factor is number `at`; None where it has none.

    The parameter's own neuron is on every path. Layers in `joined` are ends of skip paths, which add like to like.
    """
    own = account.terms[at].a.quantity
    path = path_of(account)
    if own is None or own.kind not in OF_NEURONS or own.layer in (path[0][0], *joined) or widths[own.layer] < 2:
        return None
    unit = (own.unit + by) % widths[own.layer]
    other = tuple((layer, unit if layer == own.layer else each) for layer, each in path)
    return replace(account.quantity, path=other)
