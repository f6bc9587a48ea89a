"""A gradient beside the slope that was measured: both numbers, their difference, and why they may differ."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from twostroke.engine.border.slopes import By, Kink, Measured, Nudged
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.session.phrases import counted, listed
from twostroke.gui.model.explain import learned
from twostroke.gui.model.explain.account import EXPLAINERS
from twostroke.gui.model.explain.facts import Facts
from twostroke.gui.model.explain.quantities import Account, Kind, Quantity
from twostroke.gui.model.explain.sizes import size_of
from twostroke.gui.model.explain.symbols import Symbol, neuron
from twostroke.gui.model.numbers import MOST_DIGITS, latex, number
from twostroke.gui.model.switched import passed_by
from twostroke.gui.model.view import LayerView, ViewState

PLACES: dict[Kind, Nudged] = {
    Kind.GRADIENT: "parameter",
    Kind.SAMPLE_GRADIENT: "parameter",
    Kind.UPSTREAM: "a",
    Kind.OUTPUT_UPSTREAM: "output",
    Kind.DELTA: "z",
    Kind.SUM_DELTA: "sum",
    Kind.GAIN: "gate",
}
"""Which numbers are slopes, and what they are slopes by."""

SYMBOLS: dict[Nudged, Symbol] = {
    "parameter": learned.parameter_symbol,
    "a": neuron("a"),
    "output": neuron("o"),
    "z": neuron("z"),
    "sum": neuron("h"),
    "gate": neuron("z"),
}

ROUND_OFF = {"float32": 1e-4, "float64": 1e-6}
"""Relative difference that a precision explains: it grows from layer to layer."""

OF_THE_TERMS = {"float32": 1e-5, "float64": 1e-10}
"""The same as a share of the terms that a gradient is put together from."""

TINIEST = {"float32": 1.2e-38, "float64": 2.3e-308}
"""What lies below has lost digits in that precision, or is 0."""

FURTHER = 1
"""Digits that are shown beyond those that agree."""


def by_of(q: Quantity) -> By | None:
    """What has to be nudged to check a number; None where it is no slope."""
    place = PLACES.get(q.kind)
    if place is None:
        return None
    return By(place, q.layer, q.unit, q.source, q.row, learned.key_of(q) if place == "parameter" else "")


@dataclass(frozen=True)
class Comparison:
    """What a check has found, as it is told."""

    rule: str  # LaTeX, with the number that was measured
    text: str  # the same in words
    numbers: tuple[tuple[str, str], ...]  # what each is, and the number
    agrees: bool
    verdict: str  # one sentence
    reasons: tuple[str, ...]  # sentences: why they may differ


def compare(view: ViewState, account: Account, measured: Measured) -> Comparison | None:
    """The number of the account beside what was measured; None where it is not known yet."""
    if account.value is None:
        return None
    facts = Facts(view, EXPLAINERS, view.choices.digits)
    apart = abs(account.value - measured.value)
    same = _digits_that_agree(account.value, measured.value)
    shown = min(max(view.choices.digits, same + FURTHER), MOST_DIGITS)
    meant, kinks = tuple(_deliberate(facts, measured.by)), tuple(_kinks(facts, measured))
    by_round_off = _is_round_off(facts, account, measured, apart)
    value = number(measured.value, shown)
    numbers = (
        ("by the rule", number(account.value, shown)),
        ("measured", value),
        ("difference", number(apart, 2)),
    )
    return Comparison(
        f"{_rule(facts, account.quantity, measured.by)} = {latex(measured.value, shown)}",
        f"{account.title}, measured = {value}",
        numbers,
        by_round_off,
        _verdict(by_round_off, apart, same, MEANT if meant else KINK if kinks else UNEXPLAINED),
        (*meant, *kinks, *_precision(facts, measured, apart), *_held(facts, measured)),
    )


def _digits_that_agree(one: float, other: float) -> int:
    apart, size = abs(one - other), max(abs(one), abs(other))
    if not math.isfinite(apart):
        return 0
    return MOST_DIGITS if apart == 0.0 else max(0, min(MOST_DIGITS, math.floor(-math.log10(apart / size))))


def _rule(facts: Facts, q: Quantity, by: By) -> str:
    """The central difference in symbols."""
    x, looked_at = SYMBOLS[by.place](facts, q), r"\bar{L}" if by.row is None else "L"
    if by.place == "gate":
        looked_at = "f"
    above, below = (rf"{looked_at}\left({x} {sign} \epsilon\right)" for sign in "+-")
    return rf"\frac{{{above} - {below}}}{{2 \epsilon}}"


def _is_round_off(facts: Facts, account: Account, measured: Measured, apart: float) -> bool:
    """Whether nothing but round-off is needed to explain the difference."""
    assert account.value is not None
    dtype, size = facts.session.network.dtype, max(abs(account.value), abs(measured.value))
    terms = 1.0 if account.quantity.kind is Kind.GAIN else size_of(facts, account.quantity)
    return apart <= max(ROUND_OFF[dtype] * size, OF_THE_TERMS[dtype] * terms, TINIEST[dtype], measured.uncertain)


MEANT = "They differ, and are meant to."
KINK = "They differ, as the slope changes there."
UNEXPLAINED = "They differ by more than round-off explains."


def _verdict(agrees: bool, apart: float, same: int, otherwise: str) -> str:
    if apart == 0.0:
        return "They are the same to the last digit."
    if agrees:
        return f"They agree to {counted(same, 'digit')}." if same else "They agree, as far as a difference can tell."
    return otherwise


def _deliberate(facts: Facts, by: By) -> Iterator[str]:
    """Where the gradient is meant to be another number than the slope."""
    if by.place == "gate":
        behind: range = range(by.layer, by.layer + 1)
    else:
        behind = range(by.layer + (by.place in ("a", "output")), facts.depth + 1)
        shown = [facts.shown(layer) for layer in behind]
        if any(layer.gate_backward and not layer.gate_forward for layer in shown):
            yield "The gates are left out on the forward stroke: the loss sees z, and f' is in the gradient."
        if any(layer.gate_forward and not layer.gate_backward for layer in shown):
            yield "The gates are left out on the backward stroke: the loss sees f(z), the gradient passes by f'."
        apart = sum(_one_sided(layer) for layer in shown)
        if apart:
            gates = f"The gate{'s' if apart > 1 else ''} of {counted(apart, 'neuron')}"
            yield f"{gates} {'are' if apart > 1 else 'is'} off on one stroke alone: loss and gradient see another f."
    names = dict.fromkeys(name for layer in behind for name in _surrogates(facts, layer, by))
    if names:
        which = listed(tuple(names))
        yield f"The gradient takes a surrogate for the derivative of {which}, which the loss does not see."


def _one_sided(layer: LayerView) -> int:
    """Neurons of a layer whose own gate is off on one stroke alone."""
    if not (layer.gate_forward and layer.gate_backward):
        return 0
    forward, backward = (passed_by(layer, layer.units, backward=stroke) for stroke in (False, True))
    return int((forward != backward).sum())


def _surrogates(facts: Facts, layer: int, by: By) -> Iterator[str]:
    units = (by.unit,) if by.place == "gate" else range(facts.layer(layer).units)
    for unit in units:
        entry, settings = facts.gate(layer, unit)
        if not entry.exact(settings):
            yield entry.title


def _kinks(facts: Facts, measured: Measured) -> Iterator[str]:
    """Where the loss has no one slope."""
    if not measured.kinks:
        return
    places = listed(tuple(dict.fromkeys(_place(facts, kink) for kink in measured.kinks)))
    if measured.left is None or measured.right is None:
        yield f"So near a kink that the precision of the network sees the other side of it: {places}."
        return
    left, right = (number(slope, facts.digits) for slope in (measured.left, measured.right))
    yield (
        f"A kink lies within the step: {places}. To its left the slope is {left}, to its right {right}; "
        "the measured one is their mean, the rule takes one of them, as PyTorch does."
    )


def _place(facts: Facts, kink: Kink) -> str:
    row = f", {facts.sample_name(kink.row)}" if kink.row != facts.view.row else ""
    if kink.layer == 0:
        return f"the loss at {LOSSES[facts.view.loss_name].kink_at}{row}"
    return f"z of {facts.place(Quantity(Kind.A, kink.layer, kink.unit))}{row}"


def _precision(facts: Facts, measured: Measured, apart: float) -> Iterator[str]:
    """What the numbers themselves do not know."""
    if facts.session.network.dtype == "float32" and apart:
        yield "The network computes in float32, with about 7 digits; the loss is measured in float64."
    if apart and measured.uncertain >= max(abs(measured.value) * 1e-3, apart):
        near, bound = number(measured.above, facts.digits), number(measured.uncertain, 1)
        yield f"A difference of losses near {near} tells no slope below {bound}."


def _held(facts: Facts, measured: Measured) -> Iterator[str]:
    """How the loss was measured."""
    by = measured.by
    yield f"ε = {number(measured.step, 1)}."
    if by.place == "gate":
        return
    behind = [facts.shown(layer) for layer in range(by.layer, facts.depth + 1)]
    if any(layer.dropout for layer in behind):
        yield "Dropout's mask is held fixed."
    if any(layer.normalizer == "batch" for layer in behind):
        whose = "" if by.row is None else "; L is the sum over the mini-batch, as every sample feels them"
        yield f"Batch normalization takes mean and variance of the mini-batch anew{whose}."
