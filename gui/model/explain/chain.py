"""The chain of gains: one path from the loss to a parameter, factor by factor, and what the product comes to.

A gradient is the sum over all paths of the product of what lies on each: slope of the loss, gain, weight, gain, weight,
..., and what the parameter meets. Where factors are small, the product vanishes. Normalizers count with their direct
part: what goes through mean and variance is on no path.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.cursor import Phase
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.session.phrases import true_minus
from twostroke.gui.model.explain import gradients, learned, remarks
from twostroke.gui.model.explain.facts import Entry, Facts, Rule, after_all, zero
from twostroke.gui.model.explain.formula import Formula, Number, Product, Quotient
from twostroke.gui.model.explain.normalizing import spread
from twostroke.gui.model.explain.quantities import Kind, Operand, Quantity, Term
from twostroke.gui.model.numbers import percent
from twostroke.gui.model.switched import passed_by
from twostroke.gui.model.words import title_of

Floats = NDArray[np.float64]
Path = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Edge:
    """How an error signal goes back from a layer to an earlier one: `weight` (out, in), and whether a normalizer lies
    between, which a skip path goes around."""

    into: int
    weight: Floats
    is_skip: bool
    is_plain: bool = False  # a skip path that adds each neuron to its like

    @property
    def joins(self) -> NDArray[np.bool_]:
        """Which neurons it joins, (out, in)."""
        return self.weight != 0 if self.is_plain else np.ones(self.weight.shape, dtype=np.bool_)


def edges_from(facts: Facts, layer: int) -> list[Edge]:
    """All ways on from a layer towards the loss."""
    found = []
    if layer < facts.depth:
        found.append(Edge(layer + 1, np.asarray(facts.layer(layer + 1).weight, dtype=np.float64), False))
    for into, other in enumerate(facts.layers, start=1):
        if other.skip_from == layer:
            eye = np.eye(other.units, facts.shown(layer).units)
            weight = other.organs.get("skip_weight", eye)
            plain = "skip_weight" not in other.organs
            found.append(Edge(into, np.asarray(weight, dtype=np.float64), True, plain))
    return found


Onward = tuple[Floats, list[tuple[int, int]]]
"""Of each neuron the size of its best product, from the loss to its z, and where its path goes on."""

Best = dict[int, Onward]
"""By layer."""

NO_PATH = -1.0
"""In place of a size: no path leads on from there."""


def strongest(facts: Facts, layer: int, unit: int, row: int, over: tuple[int, int] | None = None) -> Path:
    """The path from a neuron to an output whose product is largest in size, of all or of those over another neuron.

    LookupError where none leads there.
    """
    best: Best = {}
    for at in range(facts.depth, layer - 1, -1):
        best[at] = _best_of(facts, at, row, best, over)
    if best[layer][0][unit] < 0:
        raise LookupError("no path leads over that neuron")
    path = [(layer, unit)]
    while path[-1][0] < facts.depth:
        at, own = path[-1]
        path.append(best[at][1][own])
    return tuple(path)


def _best_of(facts: Facts, at: int, row: int, best: Best, over: tuple[int, int] | None) -> Onward:
    units = facts.layer(at).units
    if at == facts.depth:
        own = [_size(facts, Quantity(Kind.DELTA, at, unit, None, row)) for unit in range(units)]
        return _only(np.array(own), at, over), [(at, unit) for unit in range(units)]
    size, onward = np.full(units, NO_PATH), [(at, 0)] * units
    for edge in edges_from(facts, at):
        if over is not None and at < over[0] < edge.into:
            continue
        reached = best[edge.into][0]
        through = reached * (1.0 if edge.is_skip else _through_normalizer(facts, edge.into, row))
        products = np.where((reached < 0)[:, None] | ~edge.joins, NO_PATH, np.abs(edge.weight) * through[:, None])
        chosen = products.argmax(axis=0)
        for unit in np.flatnonzero(products.max(axis=0) > size):
            size[unit], onward[unit] = products[chosen[unit], unit], (edge.into, int(chosen[unit]))
    size = np.where(size < 0, NO_PATH, size * _local(facts, at, row))
    return _only(size, at, over), onward


def _only(size: Floats, at: int, over: tuple[int, int] | None) -> Floats:
    """In the layer of the neuron that the path is to go over, that one alone."""
    if over is None or over[0] != at:
        return size
    return np.where(np.arange(len(size)) == over[1], size, NO_PATH)


def _size(facts: Facts, q: Quantity) -> float:
    value = facts.value(q)
    return 0.0 if value is None else abs(value)


def _through_normalizer(facts: Facts, layer: int, row: int) -> Floats:
    """By how much each neuron's normalizer enlarges the gradient on the direct way, (units,); 0 where not known yet."""
    units = range(facts.layer(layer).units)
    factors = [math.prod(part.value(float) for part in _normalizer(facts, layer, unit, row)) for unit in units]
    return np.nan_to_num(np.abs(np.array(factors, dtype=np.float64)))


def _local(facts: Facts, layer: int, row: int) -> Floats:
    """What a gate and dropout let through of the gradient, (units,)."""
    own = facts.layer(layer)
    gain = np.ones(own.units)
    if own.gain is not None:
        gain = np.where(passed_by(own, own.units, backward=True), gain, own.gain[row])
    mask = own.organs["dropout_mask"][row] if "dropout_mask" in own.organs else 1.0
    alive = np.array([not facts.is_cut(layer, unit) for unit in range(own.units)])
    return np.asarray(np.abs(gain) * mask * alive, dtype=np.float64)


# The factors of a path.


def _from_the_loss(facts: Facts, unit: int, row: int) -> list[Formula]:
    """Down to z of an output."""
    delta = Quantity(Kind.DELTA, facts.depth, unit, None, row)
    if LOSSES[facts.view.loss_name].fused or facts.layer(facts.depth).gain is None:
        return [facts.number(delta)]
    return [facts.number(replace(delta, kind=kind)) for kind in (Kind.UPSTREAM, Kind.BACKWARD_MASK)]


def _edge(facts: Facts, here: tuple[int, int], there: tuple[int, int]) -> Formula | None:
    """What lies between two neurons; None where a skip path adds one to the other as it is."""
    (layer, unit), (into, target) = here, there
    if into == layer + 1:
        return facts.number(Quantity(Kind.WEIGHT, into, target, unit))
    if facts.layer(into).skip_from != layer:
        raise LookupError(f"nothing leads from layer {layer} to layer {into}")
    if "skip_weight" in facts.layer(into).organs:
        return facts.number(Quantity(Kind.PARAMETER, into, target, unit, None, "skip_weight"))
    if unit != target:
        raise LookupError(f"the skip path into layer {into} adds each neuron to its like")
    return None


def _normalizer(facts: Facts, layer: int, unit: int, row: int) -> list[Formula]:
    if not facts.shown(layer).normalizer:
        return []
    scale = facts.number(Quantity(Kind.PARAMETER, layer, unit, name="scale"))
    return [Quotient(scale, spread(facts, Quantity(Kind.SUM, layer, unit, None, row)))]


def factors(facts: Facts, path: Path, row: int) -> list[Formula]:
    """From the loss to z of the path's first neuron."""
    found = _from_the_loss(facts, path[-1][1], row)
    for here, there in zip(path[-2::-1], path[:0:-1], strict=True):
        between = _edge(facts, here, there)
        if there[0] == here[0] + 1:
            found += _normalizer(facts, *there, row)
        found += [] if between is None else [between]
        at = Quantity(Kind.BACKWARD_MASK, here[0], here[1], None, row)
        if "dropout_mask" in facts.layer(here[0]).organs:
            found.append(facts.number(replace(at, kind=Kind.DROPOUT_MASK)))
        found.append(facts.number(at))
    return found


def chain_of(quantity: Quantity, row: int) -> Quantity | None:
    """The strongest path behind the gradient of a parameter; None for other numbers."""
    if quantity.kind not in (Kind.SAMPLE_GRADIENT, Kind.GRADIENT):
        return None
    return learned.of(quantity, Kind.CHAIN, row if quantity.row is None else quantity.row)


def path_of(facts: Facts, q: Quantity) -> Path:
    """The path of a chain, from the parameter's neuron to an output."""
    return q.path or strongest(facts, q.layer, q.unit, q.row or 0)


def _chain(facts: Facts, q: Quantity) -> Rule | None:
    """The product over the path, with what the parameter meets."""
    none = gradients.nothing(facts, q)
    if none is not None:
        return none
    path = path_of(facts, q)
    found = all_factors(facts, q, path)
    formula = Product(tuple(found))
    return Rule(formula, "", _building_up(facts, q, found), _note(facts, q, path, formula.value(float)))


def all_factors(facts: Facts, q: Quantity, path: Path) -> list[Formula]:
    """From the loss to the parameter of a chain: what it learns of a gate stands in place of that gate's gain."""
    row, key = q.row or 0, learned.key_of(q)
    found = factors(facts, path, row)
    if gradients.is_slope(q):
        own = zero(remarks.CUT) if facts.is_cut(q.layer, q.unit) else gradients.gate_slope(facts, q, row)
        return [*found[:-1], own]
    if key in ("weight", "bias"):
        found += _normalizer(facts, q.layer, q.unit, row)
    met = gradients.factors(facts, q, row)[1]
    return found if met is None else [*found, facts.number(met)]


def _building_up(facts: Facts, q: Quantity, found: list[Formula]) -> tuple[Term, ...]:
    """Each factor, and what the product comes to with it."""
    terms: list[Term] = []
    product = 1.0
    for factor in found:
        value = factor.value(float)
        own = factor.operand if isinstance(factor, Number) else _composed(facts, q, factor, value)
        before = Operand("P", None if math.isnan(product) else product, None, "the product so far") if terms else None
        product *= value
        terms.append(Term(own, before, None if math.isnan(product) else product, own.name))
    return tuple(terms)


def _composed(facts: Facts, q: Quantity, factor: Formula, value: float) -> Operand:
    """A factor that is put together from others: a normalizer's, or what a gate's slope is by a learned number."""
    known = None if math.isnan(value) else value
    if isinstance(factor, Quotient):
        scale = factor.operands[0]
        return Operand(scale.symbol, known, None, f"{scale.name}, over the root of the variance")
    named = title_of(learned.own_name(facts, q))
    by = learned.parameter_symbol(facts, replace(q, row=None))
    return Operand(rf"\frac{{\partial f}}{{\partial {by}}}", known, None, f"slope of the gate by its {named}")


def _note(facts: Facts, q: Quantity, path: Path, product: float) -> str:
    """How much of the gradient comes over this path."""
    which = "The path that carries most" if not q.path else "This path"
    way = " ← ".join(facts.place(Quantity(Kind.A, *each)) for each in path)
    whole = facts.value(learned.of(q, Kind.SAMPLE_GRADIENT, q.row))
    part = "" if not whole or math.isnan(product) else true_minus(percent(product / whole, 0))
    share = f" It comes to {part} of this sample's gradient, the sum over all paths." if part else ""
    normal = any(facts.shown(layer).normalizer for layer, _ in path)
    past = " What goes through means and variances of a normalizer is on no path." if normal else ""
    return f"{which}: {way}.{share}{past}"


ENTRIES: dict[Kind, Entry] = {
    Kind.CHAIN: Entry("chain of gains", learned.of_parameter("C"), None, after_all(Phase.WEIGHTS), _chain),
}
"""What there is to say of it."""
