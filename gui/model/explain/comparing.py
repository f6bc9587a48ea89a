"""The loss, and its slope at the output."""

import math
from collections.abc import Callable

import numpy as np

from twostroke.engine.border.cursor import Phase
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.gui.model.explain.digits import digits_that_add_up
from twostroke.gui.model.explain.facts import Entry, Facts, Rule, after, always, constant
from twostroke.gui.model.explain.formula import (
    Call,
    Either,
    Exact,
    Exponential,
    Formula,
    Number,
    Quotient,
    Total,
    Where,
    square,
)
from twostroke.gui.model.explain.functions import HALF, ONE, ZERO, above_zero, minus, negative, plus, times
from twostroke.gui.model.explain.notation import SIZE
from twostroke.gui.model.explain.quantities import Kind, Quantity, Term
from twostroke.gui.model.explain.symbols import fixed, index, of_sample


def absolute(part: Formula) -> Call:
    """Its size."""
    return Call((SIZE, "abs", "abs"), abs, (part,))


def sign(part: Formula) -> Call:
    """1, 0 or -1."""
    return Call((r"\mathrm{sign}", "sign", "torch.sign"), lambda x: float((x > 0) - (x < 0)), (part,))


def logarithm(part: Formula) -> Call:
    """The natural logarithm."""
    return Call((r"\ln", "ln", "torch.log"), math.log, (part,))


def at_output(facts: Facts, kind: Kind, unit: int, row: int | None) -> Number:
    """A number of an output."""
    return facts.number(Quantity(kind, facts.depth, unit, None, row))


def target(facts: Facts, unit: int, row: int | None) -> Number:
    """What the data ask of it."""
    return facts.number(Quantity(Kind.TARGET, 0, unit, None, row))


def true_class(facts: Facts, row: int | None) -> int:
    """The class that is right."""
    return int(facts.target[row or 0].argmax())


def _delta_setting(facts: Facts) -> Number:
    return constant(r"\delta_H", facts.session.training.loss.delta, "Huber's delta")


def side(facts: Facts, row: int | None) -> Formula:
    """Hinge loss of one output asks for -1 and 1 in place of 0 and 1."""
    return minus(times(Exact(2), target(facts, 0, row)), ONE)


def margin(facts: Facts, unit: int, row: int | None) -> Formula:
    """By how much the hinge loss is not content with an output: 1 - y a, or 1 - a of the true class + a."""
    a = at_output(facts, Kind.A, unit, row)
    if outputs(facts) == 1:
        return minus(ONE, times(side(facts, row), a))
    right = at_output(facts, Kind.A, true_class(facts, row), row)
    return plus(minus(ONE, right), a)


def outputs(facts: Facts) -> int:
    """How many."""
    return facts.layer(facts.depth).units


FUSED = "Loss and output activation are taken as one: ∂L/∂a times the derivative of the activation comes to this."


# The loss of one output.


def _squared(facts: Facts, q: Quantity) -> Formula:
    return square(minus(at_output(facts, Kind.A, q.unit, q.row), target(facts, q.unit, q.row)))


def _half_squared(facts: Facts, q: Quantity) -> Formula:
    return times(HALF, _squared(facts, q))


def _absolute(facts: Facts, q: Quantity) -> Formula:
    return absolute(minus(at_output(facts, Kind.A, q.unit, q.row), target(facts, q.unit, q.row)))


def _huber(facts: Facts, q: Quantity) -> Formula:
    size, bend = _absolute(facts, q), _delta_setting(facts)
    line = times(bend, minus(size, times(HALF, bend)))
    return Where(size, bend.value(float), line, times(HALF, square(size)))


def _surprise(share: Formula, long: Formula, facts: Facts, value: float) -> Formula:
    """-ln of the share that the true answer has; from z where the share is rounded to 0 or 1."""
    short = negative(logarithm(share))
    is_right = math.isnan(value) or digits_that_add_up(short.value, value, facts.digits) is not None
    return short if is_right else long


def _binary(facts: Facts, q: Quantity) -> Formula:
    """-ln a for target 1, -ln (1 - a) for target 0; stably from z: max(0, z) - y z + ln(1 + exp(-abs(z)))."""
    a, z = (at_output(facts, kind, q.unit, q.row) for kind in (Kind.A, Kind.Z))
    y = target(facts, q.unit, q.row)
    stable = plus(minus(above_zero(z), times(y, z)), logarithm(plus(ONE, Exponential(negative(absolute(z))))))
    is_one, other = y.operand.value == 1.0, minus(ONE, a)
    told = _surprise(a if is_one else other, stable, facts, stable.value(float))
    return Either(y, told if is_one else negative(logarithm(a)), negative(logarithm(other)) if is_one else told)


def _class(facts: Facts, q: Quantity) -> Formula:
    """-ln a of the true class; stably from z: ln of the sum of exp(z), less its z."""
    y = target(facts, q.unit, q.row)
    if q.unit != true_class(facts, q.row):
        return Either(y, negative(logarithm(at_output(facts, Kind.A, q.unit, q.row))), ZERO)
    z = [at_output(facts, Kind.Z, unit, q.row) for unit in range(outputs(facts))]
    stable = minus(logarithm(Total(tuple(map(Exponential, z)))), z[q.unit])
    values = [each.value(float) for each in z]
    top = max(values)
    value = math.log(sum(math.exp(each - top) for each in values)) + top - values[q.unit]
    return Either(y, _surprise(at_output(facts, Kind.A, q.unit, q.row), stable, facts, value), ZERO)


def _hinge(facts: Facts, q: Quantity) -> Formula:
    positive = above_zero(margin(facts, q.unit, q.row))
    if outputs(facts) == 1:
        return positive
    return Either(target(facts, q.unit, q.row), ZERO, positive)


# The slope of the loss at one output: dL/da of the sample's own loss, without weights and shares.


def _squared_slope(facts: Facts, q: Quantity) -> Formula:
    return times(Exact(2), _half_squared_slope(facts, q))


def _half_squared_slope(facts: Facts, q: Quantity) -> Formula:
    return minus(at_output(facts, Kind.A, q.unit, q.row), target(facts, q.unit, q.row))


def _absolute_slope(facts: Facts, q: Quantity) -> Formula:
    return sign(_half_squared_slope(facts, q))


def _huber_slope(facts: Facts, q: Quantity) -> Formula:
    difference, bend = _half_squared_slope(facts, q), _delta_setting(facts)
    return Where(absolute(difference), bend.value(float), times(bend, sign(difference)), difference)


def _binary_slope(facts: Facts, q: Quantity) -> Formula:
    a = at_output(facts, Kind.A, q.unit, q.row)
    return Quotient(_half_squared_slope(facts, q), times(a, minus(ONE, a)))


def _class_slope(facts: Facts, q: Quantity) -> Formula:
    return negative(Quotient(target(facts, q.unit, q.row), at_output(facts, Kind.A, q.unit, q.row)))


def _hinge_slope(facts: Facts, q: Quantity) -> Formula:
    if outputs(facts) == 1:
        return Where(margin(facts, 0, q.row), 0.0, negative(side(facts, q.row)), ZERO)
    if q.unit != true_class(facts, q.row):
        return Where(margin(facts, q.unit, q.row), 0.0, ONE, ZERO)
    others = [unit for unit in range(outputs(facts)) if unit != q.unit]
    return negative(Total(tuple(Where(margin(facts, unit, q.row), 0.0, ONE, ZERO) for unit in others)))


Builder = Callable[[Facts, Quantity], Formula]

FORMULAS: dict[str, tuple[Builder, Builder, bool]] = {
    "mse": (_squared, _squared_slope, True),
    "half_squared_error": (_half_squared, _half_squared_slope, False),
    "mae": (_absolute, _absolute_slope, True),
    "huber": (_huber, _huber_slope, True),
    "binary_cross_entropy": (_binary, _binary_slope, True),
    "cross_entropy": (_class, _class_slope, False),
    "hinge": (_hinge, _hinge_slope, True),
}
"""Loss -> the loss of one output, its slope, and whether a sample's loss is the mean over the outputs or their sum."""


def is_weighted(facts: Facts) -> bool:
    """Whether the classes count differently."""
    return facts.session.training.class_weights.name != "none" and LOSSES[facts.view.loss_name].needs_classes


def shared(facts: Facts, q: Quantity, formula: Formula) -> Formula:
    """What belongs to one output or all of them as the sample's loss counts it."""
    if FORMULAS[facts.view.loss_name][2] and outputs(facts) > 1:
        formula = Quotient(formula, Exact(outputs(facts)))
    if not is_weighted(facts):
        return formula
    return times(facts.number(Quantity(Kind.SAMPLE_WEIGHT, row=q.row)), formula)


def _output_loss(facts: Facts, q: Quantity) -> Rule:
    return Rule(FORMULAS[facts.view.loss_name][0](facts, q))


def _loss(facts: Facts, q: Quantity) -> Rule | None:
    return _mean_loss(facts) if q.row is None else _sample_loss(facts, q)


def _mean_loss(facts: Facts) -> Rule | None:
    if not facts.on_tape:
        return None
    losses = [facts.operand(Quantity(Kind.LOSS, row=row)) for row in range(facts.samples)]
    terms = tuple(Term(each, None, each.value, each.name) for each in losses)
    count = len(losses)
    symbols = rf"\frac{{1}}{{{count}}} \sum_{{n=1}}^{{{count}}} L[n]"
    return Rule(Quotient(Total(tuple(map(Number, losses))), Exact(count)), symbols, terms, "Without penalties.")


def _sample_loss(facts: Facts, q: Quantity) -> Rule:
    parts = [
        facts.operand(Quantity(Kind.OUTPUT_LOSS, facts.depth, unit, None, q.row)) for unit in range(outputs(facts))
    ]
    if len(parts) == 1:
        return Rule(shared(facts, q, Number(parts[0])))
    terms = tuple(Term(each, None, each.value, each.name) for each in parts)
    formula = shared(facts, q, Total(tuple(map(Number, parts))))
    share = rf"\frac{{1}}{{{len(parts)}}} " if FORMULAS[facts.view.loss_name][2] else ""
    weight = rf"c{of_sample(facts, q)} \, " if is_weighted(facts) else ""
    symbols = rf"{weight}{share}\sum_{{k=1}}^{{{len(parts)}}} \ell_{{k}}{of_sample(facts, q)}"
    return Rule(formula, symbols, terms)


def _loss_value(facts: Facts, q: Quantity) -> float:
    tape = facts.view.tape
    if tape is None:
        return math.nan if q.row is None else facts.view.loss
    return tape.loss if q.row is None else float(tape.sample_loss[q.row])


def _loss_note(facts: Facts, q: Quantity) -> str:
    loss = LOSSES[facts.view.loss_name]
    which = f"The mean over the mini-batch of {facts.samples}." if q.row is None else "Of this sample alone."
    return f"{loss.full_title[0].upper()}{loss.full_title[1:]}. {which}"


def _sample_weight(facts: Facts, q: Quantity) -> Rule | None:
    """What a sample counts: the weight of its class, for cross-entropy over the mean of the mini-batch."""
    tape = facts.view.tape
    if not is_weighted(facts):
        return Rule(constant("1", 1.0, "all classes count alike"))
    if tape is None:
        return _weight_alone(facts)
    if tape.class_weight is None:
        return None
    own = [_class_weight(facts, row, float(weight)) for row, weight in enumerate(tape.class_weight)]
    if not LOSSES[facts.view.loss_name].divides_by_weights:
        return Rule(own[q.row or 0])
    mean = Quotient(Total(tuple(own)), Exact(len(own)))
    terms = tuple(Term(each.operand, None, each.operand.value, each.operand.name) for each in own)
    count = len(own)
    symbols = rf"\frac{{{own[q.row or 0].operand.symbol}}}{{\frac{{1}}{{{count}}} \sum_{{n=1}}^{{{count}}} c_{{y[n]}}}}"
    note = "As PyTorch, the mean loss is divided by the sum of the weights."
    return Rule(Quotient(own[q.row or 0], mean), symbols, terms, note)


def _weight_alone(facts: Facts) -> Rule:
    """While live, of the sample shown: by itself it is its own mean."""
    if LOSSES[facts.view.loss_name].divides_by_weights:
        return Rule(constant("1", 1.0, "by itself, a sample counts as 1"))
    spec, right = facts.session.training.class_weights, _class_of(facts, 0)
    if spec.name == "given":
        return Rule(_class_weight(facts, 0, spec.values[right]))
    labels = facts.view.snapshot.data.train_label
    samples = constant("S", len(labels), "samples of the training part")
    classes = constant("C", max(2, outputs(facts)), "classes")
    own = constant(f"S_{{{right + 1}}}", int(np.count_nonzero(labels == right)), f"samples of class {right + 1}")
    return Rule(Quotient(samples, times(classes, own)), note="Balanced: samples / (classes · samples of the class).")


def _class_of(facts: Facts, row: int) -> int:
    right = facts.target[row]
    return int(right[0]) if len(right) == 1 else int(right.argmax())


def _class_weight(facts: Facts, row: int, weight: float) -> Number:
    which = f"weight of class {_class_of(facts, row) + 1}, of {facts.sample_name(row)}"
    return constant(rf"c_{{y[{row + 1}]}}", weight, which)


def output_upstream(facts: Facts, q: Quantity) -> Rule:
    """dL/da at an output."""
    loss = LOSSES[facts.view.loss_name]
    note = "Loss and output activation are taken as one: this is the long way, step by step." if loss.fused else ""
    return Rule(shared(facts, q, FORMULAS[loss.name][1](facts, q)), note=note)


def fused_delta(facts: Facts, q: Quantity) -> Rule:
    """dL/dz where loss and output activation are taken as one: prediction less target."""
    return Rule(shared(facts, q, _half_squared_slope(facts, q)), note=FUSED)


ENTRIES: dict[Kind, Entry] = {
    Kind.SAMPLE_WEIGHT: Entry("sample weight", fixed("c"), None, always, _sample_weight),
    Kind.OUTPUT_LOSS: Entry(
        "loss",
        lambda facts, q: rf"\ell_{{{index(q.unit)}}}{of_sample(facts, q)}",
        None,
        after(Phase.LOSS),
        _output_loss,
    ),
    Kind.LOSS: Entry(
        "loss",
        lambda facts, q: r"\bar{L}" if q.row is None else f"L{of_sample(facts, q)}",
        _loss_value,
        after(Phase.LOSS),
        _loss,
        _loss_note,
    ),
}
"""What there is to say of each."""
