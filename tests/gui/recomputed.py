"""Each kind of number worked out anew from the operands that its account shows: nothing of the explainers is used.

Functions and losses come from the slow oracle; the rest is written down as a textbook has it.
"""

import math
from collections.abc import Callable

import numpy as np

from tests.engine.naive.functions import activate, param_slope, slope
from tests.gui import recomputed_update as update
from tests.gui.operands import Shown, value_of
from twostroke.gui.model.explain.quantities import Account, Kind, Operand
from twostroke.gui.model.explain.remarks import CUT
from twostroke.gui.model.switched import gate_on
from twostroke.gui.model.view import ViewState

LEAVES = frozenset(
    {
        *(Kind.INPUT, Kind.TARGET, Kind.WEIGHT, Kind.BIAS, Kind.PARAMETER, Kind.VELOCITY, Kind.FIRST, Kind.SECOND),
        *(Kind.RUNNING_MEAN, Kind.RUNNING_VARIANCE),
    }
)
"""What nothing on a tape comes before."""


def pairs(s: Shown) -> float:
    """A sum of products, as the terms are shown."""
    total = 0.0
    for term in s.account.terms:
        values = [value_of(each) for each in (term.a, term.b) if each is not None]
        total += math.prod(values)
    return total


def weighted_sum(s: Shown) -> float:
    operands = list(s.account.operands)
    bias = next(e for e in operands if e.quantity and e.quantity.kind is Kind.BIAS)
    weights = [e for e in operands if e.quantity and e.quantity.kind is Kind.WEIGHT]
    sources = {e.quantity.unit: value_of(e) for e in operands if e.quantity and e.quantity.kind in SENT}
    return value_of(bias) + sum(value_of(e) * sources[e.quantity.source or 0] for e in weights if e.quantity)


SENT = (Kind.INPUT, Kind.A, Kind.OUTPUT)


def z(s: Shown) -> float:
    if s.has(Kind.WEIGHT):
        return weighted_sum(s)
    base = s.one(Kind.SUM) if s.has(Kind.SUM) else s.parameter("scale") * s.one(Kind.NORMALIZED) + s.parameter("shift")
    return base + (s.one(Kind.SKIP) if s.has(Kind.SKIP) else 0.0)


def activation(s: Shown) -> float:
    if s.is_nothing:
        return 0.0
    if s.view.layers[s.q.layer].gain is None:
        every = s.all(Kind.Z)
        top = max(every)
        return math.exp(s.own(Kind.Z) - top) / sum(math.exp(v - top) for v in every)
    if not gate_on(s.view.layers[s.q.layer], s.q.unit, backward=False):
        return s.own(Kind.Z)
    name, p = s.gate()
    return activate(name, s.own(Kind.Z), p)


def is_cut(s: Shown) -> bool:
    cut = s.view.layers[s.q.layer].cut
    return cut is not None and bool(cut[s.q.unit])


def gain(s: Shown) -> float:
    name, p = s.gate()
    if is_cut(s):
        return 0.0
    if s.has(Kind.Z):
        return slope(name, s.own(Kind.Z), p)
    if name in ("sigmoid", "tanh"):
        a = s.own(Kind.A)
        return a * (1 - a) if name == "sigmoid" else 1 - a * a
    return {"identity": 1.0, "step": float(p.get("surrogate") == "straight_through")}[name]


def mask(s: Shown) -> float:
    if s.is_nothing:
        return 0.0 if is_cut(s) else 1.0
    if s.has(Kind.Z):
        return s.own(Kind.A) / s.own(Kind.Z)
    return s.first()


def normalized(s: Shown) -> float:
    mean, variance = (s.one(*each) for each in ((Kind.MEAN, Kind.RUNNING_MEAN), (Kind.VARIANCE, Kind.RUNNING_VARIANCE)))
    return (s.one(Kind.SUM) - mean) / math.sqrt(variance + s.const("epsilon"))


def sum_delta(s: Shown) -> float:
    if not s.has(Kind.PARAMETER):
        return s.one(Kind.DELTA)
    spread = math.sqrt(s.one(Kind.VARIANCE, Kind.RUNNING_VARIANCE) + s.const("epsilon"))
    if s.view.layers[s.q.layer].normalizer == "batch":
        means = {
            e.quantity.name: value_of(e) for e in s.account.operands if e.quantity and e.quantity.kind is Kind.GRADIENT
        }
        inner = s.one(Kind.DELTA)
        if s.view.tape is not None:
            inner -= means["shift"] + s.one(Kind.NORMALIZED) * means["scale"]
        return s.parameter("scale") / spread * inner
    units = range(s.view.layers[s.q.layer].units)
    up = [s.at(Kind.PARAMETER, j) * s.at(Kind.DELTA, j) for j in units]
    hat = [s.at(Kind.NORMALIZED, j) for j in units]
    inner = up[s.q.unit] - np.mean(up) - hat[s.q.unit] * np.mean([u * h for u, h in zip(up, hat, strict=True)])
    return float(inner) / spread


def variance(s: Shown) -> float:
    return float(np.mean([(each - s.one(Kind.MEAN)) ** 2 for each in s.all(Kind.SUM)]))


def next_running(s: Shown) -> float:
    old = s.one(Kind.RUNNING_MEAN, Kind.RUNNING_VARIANCE)
    if not s.has(Kind.MEAN) and not s.has(Kind.VARIANCE):
        return old
    n, m = s.view.tape.samples if s.view.tape else 1, s.const("momentum")
    new = s.one(Kind.MEAN) if s.has(Kind.MEAN) else s.one(Kind.VARIANCE) * n / (n - 1)
    return (1 - m) * old + m * new


def output_loss(s: Shown) -> float:
    """The loss of one output, by that of a sample with this output alone where that can be."""
    y, name = s.all(Kind.TARGET), s.loss
    if name in ("mse", "half_squared_error", "mae", "huber"):
        d = abs(s.one(Kind.A) - y[0])
        if name == "huber":
            bend = s.const("Huber")
            return 0.5 * d * d if d <= bend else bend * (d - bend / 2)
        return {"mse": d * d, "half_squared_error": d * d / 2, "mae": d}[name]
    if name == "binary_cross_entropy":
        if s.has(Kind.Z) and not (s.account.rule.startswith(r"\ell") and "mathrm" in s.account.rule):
            v = s.one(Kind.Z)
            return max(v, 0.0) - v * y[0] + math.log1p(math.exp(-abs(v)))
        return -math.log(s.one(Kind.A) if y[0] == 1 else 1 - s.one(Kind.A))
    if name == "cross_entropy":
        if y[0] == 0:
            return 0.0
        if s.has(Kind.Z):
            every = s.all(Kind.Z)
            top = max(every)
            return math.log(sum(math.exp(v - top) for v in every)) + top - s.own(Kind.Z)
        return -math.log(s.one(Kind.A))
    if s.outputs == 1:
        return max(0.0, 1 - (2 * y[0] - 1) * s.one(Kind.A))
    if y[0] == 1:
        return 0.0
    true = s.true_class
    return max(0.0, 1 - s.at(Kind.A, true) + s.at(Kind.A, s.q.unit))


MEAN_LOSSES = ("mse", "mae", "huber", "binary_cross_entropy", "hinge")


def loss(s: Shown) -> float:
    if s.q.row is None:
        return float(np.mean(s.all(Kind.LOSS)))
    parts = s.all(Kind.OUTPUT_LOSS)
    return s.weight() * (sum(parts) / len(parts) if s.loss in MEAN_LOSSES else sum(parts))


def sample_weight(s: Shown) -> float:
    if s.is_nothing and s.loss == "cross_entropy":
        return 1.0  # alone in the mini-batch it is the mean itself
    if s.is_nothing:
        return s.first()
    if s.view.tape is None:
        return s.const("samples of the training part") / (s.const("classes") * s.const("samples of class"))
    every = {e.name: value_of(e) for e in s.account.operands}
    own = next(v for name, v in every.items() if name.endswith(f"sample {(s.q.row or 0) + 1} of the mini-batch"))
    return own / float(np.mean(list(every.values())))


def output_slope(s: Shown) -> float:
    """dL/da at an output."""
    share = s.weight() / (s.outputs if s.loss in MEAN_LOSSES else 1)
    y, a = s.all(Kind.TARGET), s.all(Kind.A)
    if s.loss == "hinge":
        return share * _hinge_slope(s)
    d = a[0] - y[0]
    if s.loss == "huber":
        d = float(np.clip(d, -s.const("Huber"), s.const("Huber")))
    plain = {"mse": 2 * d, "half_squared_error": d, "mae": float(np.sign(d)), "huber": d}
    if s.loss in plain:
        return share * plain[s.loss]
    return share * (d / (a[0] * (1 - a[0])) if s.loss == "binary_cross_entropy" else -y[0] / a[0])


def _hinge_slope(s: Shown) -> float:
    if s.outputs == 1:
        y = 2 * s.one(Kind.TARGET) - 1
        return -y if 1 - y * s.one(Kind.A) > 0 else 0.0
    true = s.true_class
    margins = {j: 1 - s.at(Kind.A, true) + s.at(Kind.A, j) for j in range(s.outputs) if j != true and _shows(s, j)}
    if s.q.unit == true:
        return -float(sum(v > 0 for v in margins.values()))
    return float(margins[s.q.unit] > 0)


def _shows(s: Shown, unit: int) -> bool:
    return any(e.quantity and e.quantity.kind is Kind.A and e.quantity.unit == unit for e in s.account.operands)


def upstream(s: Shown) -> float:
    if s.is_nothing:
        return 0.0
    if s.q.layer == s.view.depth:
        return output_slope(s)
    if s.has(Kind.DROPOUT_MASK):
        return s.one(Kind.OUTPUT_UPSTREAM) * s.one(Kind.DROPOUT_MASK)
    weights = [e for e in s.account.operands if e.quantity and e.quantity.source == s.q.unit]
    total = 0.0
    used = set()
    for each in weights:
        assert each.quantity is not None
        kinds = (Kind.DELTA,) if each.quantity.name == "skip_weight" else (Kind.DELTA, Kind.SUM_DELTA)
        key = (each.quantity.layer, each.quantity.unit)
        delta = next(
            e for e in s.account.operands if e.quantity and e.quantity.kind in kinds and _key(e) == key
            and (e.quantity.kind is not Kind.DELTA or each.quantity.name or not s.view.layers[key[0]].normalizer)
        )  # fmt: skip
        used.add(delta)
        total += value_of(each) * value_of(delta)
    plain = [
        layer.index
        for layer in s.view.layers
        if layer.skip_from == s.q.layer and s.view.layers[s.q.layer].units == layer.units
    ]
    for e in s.account.operands:
        if e.quantity and e.quantity.kind is Kind.DELTA and _key(e) in [(into, s.q.unit) for into in plain]:
            total += value_of(e)
    return total


def _key(operand: Operand) -> tuple[int, int]:
    assert operand.quantity is not None
    return operand.quantity.layer, operand.quantity.unit


def delta(s: Shown) -> float:
    if s.is_nothing:
        return 0.0
    if not s.has(Kind.UPSTREAM):
        share = s.weight() / (s.outputs if s.loss in MEAN_LOSSES else 1)
        return share * (s.one(Kind.A) - s.one(Kind.TARGET))
    if s.view.layers[s.q.layer].gain is None:
        units = range(s.outputs)
        inner = sum(s.at(Kind.A, j) * s.at(Kind.UPSTREAM, j) for j in units)
        return s.own(Kind.A) * (s.own(Kind.UPSTREAM) - inner)
    return s.one(Kind.UPSTREAM) * (s.one(Kind.GAIN) if s.has(Kind.GAIN) else 1.0)


def sample_gradient(s: Shown) -> float:
    if s.is_nothing:
        return 0.0
    if s.q.name.startswith("param."):
        name, p = s.gate()
        own = s.q.name.rpartition(".")[2]
        at = s.own(Kind.Z) if s.has(Kind.Z) else 0.0
        return s.one(Kind.UPSTREAM) * param_slope(name, own, at, p)
    return math.prod(value_of(e) for e in s.account.operands)


def gradient(s: Shown) -> float:
    if s.is_nothing:
        return 0.0
    if s.has(Kind.SAMPLE_GRADIENT):
        return float(np.mean(s.all(Kind.SAMPLE_GRADIENT)))
    rows: dict[int, list[float]] = {}
    for e in s.account.operands:
        assert e.quantity is not None
        rows.setdefault(e.quantity.row or 0, []).append(value_of(e))
    return float(np.mean([math.prod(values) for values in rows.values()]))


def chain(s: Shown) -> float:
    """The product of what is on the path; a scale goes with the variance of its layer."""
    if s.is_nothing:
        return 0.0
    product = 1.0
    if s.q.name.startswith("param."):
        if any(e.name == CUT for e in s.account.operands):
            return 0.0
        name, p = s.gate()
        product = param_slope(name, s.q.name.rpartition(".")[2], s.own(Kind.Z) if s.has(Kind.Z) else 0.0, p)
    for each in s.account.operands:
        if each.quantity is None or each.quantity.kind in FIGURES or each.quantity.kind is Kind.Z:
            continue
        if each.quantity.name.startswith("param."):
            continue
        product *= value_of(each)
        if each.quantity.name == "scale":
            own = next(e for e in s.account.operands if _is_figure_of(s, e, *_key(each)))
            epsilon = s.const(f"epsilon of the normalizer of {s.view.layers[each.quantity.layer].name}")
            product /= math.sqrt(value_of(own) + epsilon)
    return product


FIGURES = (Kind.VARIANCE, Kind.RUNNING_VARIANCE)


def _is_figure_of(s: Shown, operand: Operand, layer: int, unit: int) -> bool:
    q = operand.quantity
    if q is None or q.kind not in FIGURES or q.layer != layer:
        return False
    return s.view.layers[layer].normalizer == "layer" or q.unit == unit


def product(s: Shown) -> float:
    return 0.0 if s.is_nothing else math.prod(value_of(e) for e in s.account.operands)


def skip(s: Shown) -> float:
    return pairs(s) if s.has(Kind.PARAMETER) else s.first()


RULES: dict[Kind, Callable[[Shown], float]] = {
    Kind.TERM: product, Kind.BACK_TERM: product, Kind.SUM: weighted_sum, Kind.SKIP: skip, Kind.Z: z,
    Kind.MEAN: lambda s: float(np.mean(s.all(Kind.SUM))), Kind.VARIANCE: variance, Kind.NORMALIZED: normalized,
    Kind.NEXT_RUNNING_MEAN: next_running, Kind.NEXT_RUNNING_VARIANCE: next_running,
    Kind.A: activation, Kind.GAIN: gain, Kind.FORWARD_MASK: mask,
    Kind.BACKWARD_MASK: lambda s: 1.0 if s.is_nothing else s.one(Kind.GAIN),
    Kind.DROPOUT_MASK: lambda s: s.const("drawn") / (1 - s.const("dropout")), Kind.OUTPUT: product,
    Kind.SAMPLE_WEIGHT: sample_weight, Kind.OUTPUT_LOSS: output_loss, Kind.LOSS: loss,
    Kind.UPSTREAM: upstream, Kind.OUTPUT_UPSTREAM: upstream, Kind.DELTA: delta, Kind.SUM_DELTA: sum_delta,
    Kind.CHAIN: chain,
    Kind.SAMPLE_GRADIENT: sample_gradient, Kind.GRADIENT: gradient, Kind.SQUARES: update.squares,
    Kind.LAYER_SQUARES: lambda s: sum(s.all(Kind.SQUARES)),
    Kind.NORM: lambda s: math.sqrt(sum(s.all(Kind.LAYER_SQUARES))),
    Kind.CLIP_FACTOR: update.factor, Kind.CLIPPED: update.clipped,
    Kind.STEP_GRADIENT: update.penalised, Kind.RATE: update.rate,
    Kind.NEXT_VELOCITY: update.next_velocity, Kind.NEXT_SECOND: update.next_second,
    Kind.NEXT_FIRST: lambda s: s.const("beta1") * s.one(Kind.FIRST) + (1 - s.const("beta1")) * update.taken(s),
    Kind.CORRECTED_FIRST: update.corrected, Kind.CORRECTED_SECOND: update.corrected,
    Kind.STEP: update.step, Kind.NEXT: update.new_value,
}  # fmt: skip
"""How each kind follows from what its account shows."""


def recompute(view: ViewState, account: Account) -> float:
    """The account's number from its operands."""
    return RULES[account.quantity.kind](Shown(view, account))
