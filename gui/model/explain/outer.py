"""The gradient of all weights of a layer as an outer product: its error signals as a column, what they meet as a row.

Of one sample each element is one product; over a mini-batch it is the mean of the samples' products.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.cursor import Phase
from twostroke.gui.model.explain import learned
from twostroke.gui.model.explain.account import EXPLAINERS
from twostroke.gui.model.explain.digits import FURTHER, TIE, Digits
from twostroke.gui.model.explain.facts import Facts
from twostroke.gui.model.explain.gradients import factors
from twostroke.gui.model.explain.notation import Torch
from twostroke.gui.model.explain.quantities import Account, Kind, Quantity
from twostroke.gui.model.explain.symbols import of_sample, sent
from twostroke.gui.model.known import known, known_terms, known_units
from twostroke.gui.model.numbers import MOST_DIGITS, as_read, latex, number
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.words import as_sentence

Floats = NDArray[np.float64]
Known = NDArray[np.bool_]

MOST_WRITTEN = 64
"""Elements of the largest matrix whose numbers are written into its cells."""

NORMALIZED_LIVE = "Behind a normalizer these numbers are those of an update: press Right to look at one."
OF_AN_UPDATE = "Only an update has a mini-batch; this is its mean. Press Right to look at one."


@dataclass(frozen=True, eq=False)
class Outer:
    """Numbers that are not known yet are NaN. `n` is 1, or the size of the mini-batch of which this is the mean."""

    quantity: Quantity
    title: str
    symbol: str  # LaTeX
    rule: str  # LaTeX
    delta: Floats  # (n, out), of each sample's own loss
    a: Floats  # (n, in)
    products: Floats  # (out, in)
    alive: Known | None  # (out, in): links that are not cut; None where none is
    meets_neurons: bool  # whether `a` are activations, or inputs
    note: str
    dtype: str

    @property
    def account(self) -> Account:
        """What there is to say of it beside its numbers."""
        rule = f"{self.symbol} = {self.rule}"
        return Account(self.quantity, self.title, self.symbol, None, rule, rule, (), (), self.title, "", self.note)

    def element(self, unit: int, source: int) -> Quantity:
        """The address of one element."""
        return element_of(self.quantity, unit, source)

    def factors(self, facts: Facts, unit: int, source: int, sample: int) -> tuple[Quantity, Quantity]:
        """Where the two numbers lead that make the product of one of the samples."""
        row = sample if self.quantity.row is None else self.quantity.row
        delta, met = factors(facts, self.element(unit, source), row)
        assert met is not None
        return delta, met


def outer_at(q: Quantity) -> Quantity | None:
    """The matrix that a weight's gradient is an element of; None for other numbers."""
    of_a_weight = learned.key_of(q) in ("weight", "skip_weight")
    if q.kind not in (Kind.SAMPLE_GRADIENT, Kind.GRADIENT) or not of_a_weight:
        return None
    return Quantity(Kind.OUTER, q.layer, row=q.row, name=q.name)


def element_of(q: Quantity, unit: int, source: int) -> Quantity:
    """The address of one element of a matrix."""
    kind = Kind.GRADIENT if q.row is None else Kind.SAMPLE_GRADIENT
    return Quantity(kind, q.layer, unit, source, q.row, q.name)


def outer_of(view: ViewState, q: Quantity) -> Outer:
    """The matrix of a layer. LookupError where the network has no such layer, sample or skip path."""
    facts = Facts(view, EXPLAINERS, view.choices.digits)
    learned.must_exist(facts, element_of(q, 0, 0))
    met = _before(facts, q)
    delta, a = _error_signals(facts, q), _met(facts, q, met)
    cut = None if q.name else view.links[q.layer - 1].cut
    return Outer(
        q,
        _title(facts, q),
        _symbol(facts, q),
        _rule(facts, q, met),
        delta,
        a,
        _products(facts, q, delta, a),
        None if cut is None else ~cut,
        met > 0,
        _note(facts, q),
        facts.session.network.dtype,
    )


def _before(facts: Facts, q: Quantity) -> int:
    """The layer whose outputs the error signals meet."""
    return (facts.layer(q.layer).skip_from or 0) if q.name else q.layer - 1


def _rows(facts: Facts, q: Quantity) -> list[int]:
    return list(range(facts.samples)) if q.row is None else [q.row]


def _error_signals(facts: Facts, q: Quantity) -> Floats:
    """Of each sample's own loss, as far as they are known."""
    layer, view = facts.layer(q.layer), facts.view
    behind = not q.name and bool(facts.shown(q.layer).normalizer)
    if _is_lacking(facts, q):
        return np.full((len(_rows(facts, q)), layer.units), np.nan)
    values = layer.organs["dloss_dsum"] if behind else layer.dloss_dz
    there = known_units(view, Phase.GATE_BACK, q.layer, layer.units)
    if behind:  # it mixes the error signals of all its neurons
        there = np.full(layer.units, known(view, Phase.GATE_BACK, q.layer))
    own = values[_rows(facts, q)].astype(np.float64) * facts.samples
    return np.where(there[None, :], own, np.nan)


def _is_lacking(facts: Facts, q: Quantity) -> bool:
    """While live there is no mini-batch, and no gradient behind a normalizer."""
    behind = not q.name and bool(facts.shown(q.layer).normalizer)
    return not facts.on_tape and (q.row is None or behind)


def _met(facts: Facts, q: Quantity, before: int) -> Floats:
    values = facts.outputs(before)[_rows(facts, q)].astype(np.float64)
    if before == 0:
        return values
    there = known_units(facts.view, Phase.GATE, before, values.shape[1])
    return np.where(there[None, :], values, np.nan)


def _products(facts: Facts, q: Quantity, delta: Floats, a: Floats) -> Floats:
    """As far as they have been decided; of links that are cut 0."""
    values = delta[0][:, None] * a[0][None, :]
    if q.row is None and facts.on_tape:
        found = learned.arrays(facts, element_of(q, 0, 0), "dloss_d{}")
        assert found is not None
        values = np.asarray(found, dtype=np.float64)
    cut = None if q.name else facts.view.links[q.layer - 1].cut
    values = values if cut is None else np.where(cut, 0.0, values)
    return np.where(_decided(facts, q, values.shape), values, np.nan)


def _decided(facts: Facts, q: Quantity, shape: tuple[int, ...]) -> Known:
    """Which elements the backward stroke has laid down, (out, in): the mean over samples comes in the end."""
    view = facts.view
    whole = known(view, Phase.WEIGHTS, q.layer)
    if whole or q.name or (q.row is None and facts.samples > 1):
        return np.full(shape, whole)
    there = np.repeat(known_units(view, Phase.WEIGHTS, q.layer, shape[0])[:, None], shape[1], axis=1)
    for unit in np.flatnonzero(~there.all(axis=1))[:1]:  # they are read one after the other
        there[unit] = known_terms(view, Phase.WEIGHTS, q.layer, int(unit), shape[1])
    return there


# What it is called.


def _title(facts: Facts, q: Quantity) -> str:
    name = facts.shown(q.layer).name
    which = f"of all weights of the skip path into {name}" if q.name else f"of all weights into {name}"
    if q.row is None:
        return f"mean gradient {which}"
    other = "" if q.row == facts.view.row else f", {facts.sample_name(q.row)}"
    return f"this sample's gradient {which}{other}"


def _symbol(facts: Facts, q: Quantity) -> str:
    loss = r"\bar{L}" if q.row is None else f"L{of_sample(facts, q)}"
    return rf"\frac{{\partial {loss}}}{{\partial {'U' if q.name else 'W'}^{{({q.layer})}}}}"


def _rule(facts: Facts, q: Quantity, before: int) -> str:
    behind = not q.name and facts.shown(q.layer).normalizer
    letter = r"\tilde{\delta}" if behind else r"\delta"
    delta = f"{letter}^{{({q.layer})}}"
    met = sent(facts, before, "").removesuffix("_{}")
    if q.row is not None:
        sample = of_sample(facts, q)
        turned = met if met == "x" and not sample else rf"\left({met}{sample}\right)"
        return rf"{delta}{sample} \, {turned}^{{\top}}"
    n = facts.samples
    return rf"\frac{{1}}{{{n}}} \sum_{{n=1}}^{{{n}}} {delta}[n] \, \left({met}[n]\right)^{{\top}}"


def _note(facts: Facts, q: Quantity) -> str:
    if _is_lacking(facts, q):
        return OF_AN_UPDATE if q.row is None else NORMALIZED_LIVE
    if q.row is None:
        return f"The mean over the mini-batch of {facts.samples}, without penalties; at the edges all its samples."
    return "Of this sample's own loss alone. A gate that is shut leaves its whole row at 0."


# With which digits, and copied.


def digits_of(outer: Outer, digits: int) -> Digits | None:
    """With how many digits column, row and cells are written, so that all products come out right on paper: fewer than
    asked for where 9 are too few for that. None for a mean and for a large matrix."""
    if len(outer.delta) > 1 or outer.products.size > MOST_WRITTEN:
        return None
    pairs = [Digits(operands, result) for result in _tried(digits) for operands in range(result, MOST_DIGITS + 1)]
    return next((each for each in pairs if _adds_up(outer, each)), None)


def _tried(digits: int) -> list[int]:
    """As many as asked for, some more, or less."""
    return [*range(digits, min(digits + FURTHER, MOST_DIGITS) + 1), *range(digits - 1, 0, -1)]


def _adds_up(outer: Outer, digits: Digits) -> bool:
    for (unit, source), value in np.ndenumerate(outer.products):
        if np.isnan(value) or (outer.alive is not None and not outer.alive[unit, source]):
            continue
        delta, a = (as_read(float(v), digits.operands) for v in (outer.delta[0, unit], outer.a[0, source]))
        near = {as_read(delta * a * (1 + by), digits.result) for by in (-TIE, TIE)}
        if near != {as_read(float(value), digits.result)}:
            return False
    return True


def copied(outer: Outer, what: str, digits: int) -> str:
    """The matrix as "LaTeX", as "text" (a line a row), or as a line of "PyTorch"."""
    if what == "PyTorch":
        return _torch(outer)
    found = digits_of(outer, digits) or Digits(digits, digits)
    if what == "LaTeX":
        parts = [outer.symbol, outer.rule, _pmatrix(outer.products, found.result)]
        if len(outer.delta) == 1:
            parts.insert(2, f"{_pmatrix(outer.delta.T, found.operands)} {_pmatrix(outer.a, found.operands)}")
        return " = ".join(parts)
    lines = [as_sentence(outer.title)]
    for name, values in (("δ", outer.delta), ("a", outer.a)):
        lines += [f"{name}: {_row(values[0], found.operands)}"] if len(outer.delta) == 1 else []
    return "\n".join([*lines, *(_row(row, found.result) for row in outer.products)])


def _row(values: Floats, digits: int) -> str:
    return "\t".join(number(float(value), digits) for value in values)


def _pmatrix(values: Floats, digits: int) -> str:
    rows = r" \\ ".join(" & ".join(latex(float(value), digits) for value in row) for row in values)
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def _torch(outer: Outer) -> str:
    how = Torch(outer.dtype)

    def listed(values: Floats) -> str:
        return f"[{', '.join(how.number(None if np.isnan(v) else float(v)) for v in values)}]"

    def table(values: Floats) -> str:
        return how.tensor(f"[{', '.join(map(listed, values))}]")

    if outer.quantity.row is None:
        line = f"{table(outer.delta)}.T @ {table(outer.a)} / {len(outer.delta)}"
    else:
        line = f"torch.outer({how.tensor(listed(outer.delta[0]))}, {how.tensor(listed(outer.a[0]))})"
    return line if outer.alive is None else f"({line}) * {table(outer.alive.astype(np.float64))}"
