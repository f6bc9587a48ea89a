"""What the optimizer's steps do: too small, too large, no number any more."""

import numpy as np

from twostroke.engine.border.health import Cause, Finding, Measure
from twostroke.engine.health.case import FAR_INPUT, LARGE_STEP, Case
from twostroke.engine.health.illnesses.passage import Found
from twostroke.engine.health.words import figure
from twostroke.engine.session.shrinking import GROWS, shrinking
from twostroke.engine.session.switched_gates import BACKWARD, FORWARD

SMALL_STEP = 1e-5
"""Of the weights' size, in the layer that moves most; about 1e-3 is usual."""

SETTLED = 0.5
"""Of the loss that looks at no input: below it a network may have arrived, and small steps are no illness."""

EARLIEST = 20
"""Updates before which steps are no sign of anything: weights may begin at 0."""


NO_GRADIENT = 1e-9
"""At and below which there is no gradient that a higher rate could make use of."""


def small_steps(case: Case) -> Found:
    """Steps that get nowhere, while much is left to learn."""
    largest, layer = _largest_step(case)
    free = [layer.gradient for number, layer in enumerate(case.health.layers, start=1) if not case.held(number)]
    some = max(free, default=0.0) > NO_GRADIENT
    if case.update < EARLIEST or case.evaluation is None or not np.isfinite(largest) or not some:
        return
    measure = Measure("small_steps", largest, SMALL_STEP if case.left > SETTLED else 0.0, below=True)
    if not measure.beyond:
        yield measure, None
        return
    since = case.since(case.usual_ratios.max(axis=1) < SMALL_STEP)
    measured = (
        f"An update moves the weights by {figure(largest)} of their size, in the layer that moves most; about 10⁻³ is "
        f"usual. The loss is {figure(case.evaluation.train.loss)}, with {figure(case.constant_loss)} for a constant."
    )
    why = f"The learning rate {case.rate:g} is too small for these gradients: it would take ages to arrive."
    yield measure, Finding(measure, "Steps too small", measured, since, Cause.RATE, why, layer)


def _largest_step(case: Case) -> tuple[float, int]:
    """Of the layer that moves most, in the median of the latest examinations, and that layer; NaN before there are
    enough.

    Where that is small and the newest is not, it is the newest: what had arrived was changed since then.
    """
    if not np.isfinite(case.latest_ratio).any():
        return np.nan, 1
    newest = np.nan_to_num(case.health.course.of("update_ratio")[-1])
    ratios = newest if np.nanmax(case.latest_ratio) < SMALL_STEP <= newest.max() else case.latest_ratio
    layer = int(np.nanargmax(ratios))
    return float(ratios[layer]), layer + 1


def large_steps(case: Case) -> Found:
    """Steps that overrun what the gradient knows: it is the slope here, not there.

    What is smaller since a setting was changed is so at once, and not when the median has followed.
    """
    ratios = np.fmin(case.latest_ratio, case.ratio_since_change)
    if case.update < EARLIEST or not np.isfinite(ratios).any():
        return
    layer = int(np.nanargmax(ratios)) + 1
    measure = Measure("large_steps", float(ratios[layer - 1]), LARGE_STEP)
    if not measure.beyond:
        yield measure, None
        return
    name = case.health.layers[layer - 1].name
    since = case.since(case.usual_ratios.max(axis=1) > LARGE_STEP)
    measured = (
        f"An update moves the weights of {name} by {figure(measure.figure)} of their size, in the median of the latest "
        "examinations; about 10⁻³ is usual."
    )
    far = float(case.input_sizes.max(initial=0.0))
    if far > FAR_INPUT:
        why = f"An input is {figure(far)} on average, and the gradient of its weights grows with it."
        yield measure, Finding(measure, "Steps too large", measured, since, Cause.INPUTS, why, layer)
        return
    shrunk = shrinking(case.session)
    if shrunk.share > LARGE_STEP:
        why = (
            f"Learning rate times {shrunk.name} is {figure(shrunk.share)}: every update shrinks weights by that share, "
            "whatever the loss says."
        )
        yield measure, Finding(measure, "Steps too large", measured, since, Cause.SHRINKING, why, layer)
        return
    name = case.session.training.optimizer.name
    why = f"The learning rate {case.rate:g} is too high for {name} here: training jumps about."
    yield measure, Finding(measure, "Steps too large", measured, since, Cause.RATE, why, layer)


def not_finite(case: Case) -> Found:
    """Training has stopped at a number that is none."""
    measure = Measure("not_finite", 0.0 if case.failure is None else 1.0, 0.5)
    if case.failure is None:
        yield measure, None
        return
    where = case.failure.where
    measured = (
        f"At update {case.failure.update:,} the {where} was the first number that is not finite; training stopped."
    )
    cause, why = _why_not_finite(case)
    layers = (number for number, layer in enumerate(case.health.layers, start=1) if where.endswith(f" of {layer.name}"))
    yield measure, Finding(measure, "Not a number", measured, case.failure.update, cause, why, next(layers, None))


def _why_not_finite(case: Case) -> tuple[Cause, str]:
    """In the order of `run.failures`, whose sentence stands above the picture."""
    shrunk, far = shrinking(case.session), float(case.input_sizes.max(initial=0.0))
    if shrunk.share > GROWS:
        why = (
            f"Learning rate times {shrunk.name} is {figure(shrunk.share)}, above 2: every update turns the signs of "
            "weights and makes them larger."
        )
        return Cause.SHRINKING, why
    if far > FAR_INPUT:
        return Cause.INPUTS, f"An input is {figure(far)} on average; products of it outgrow every number."
    if case.target_size > FAR_INPUT:
        return (
            Cause.TARGETS,
            f"A target is {figure(case.target_size)} on average, and the first gradients grow with it.",
        )
    hidden = range(1, len(case.hidden) + 1)
    squaring = [case.functions(number, case.passes_gates(number, FORWARD)) for number in hidden]
    if sum(any(entry.name == "quadratic" for entry in layer) for layer in squaring) > 1:
        why = "Each layer with quadratic gates squares what the one before has made: large numbers outgrow every bound."
        return Cause.ACTIVATION, why
    by_backward = (case.passes_gates(number, FORWARD) & ~case.passes_gates(number, BACKWARD) for number in hidden)
    if any(units.any() for units in by_backward):
        some = "Gates are" if not case.session.gates.backward else "Some gates are"
        why = f"{some} off on the backward stroke: what the weights follow is not the gradient of the loss."
        return Cause.GATES, why
    why = f"With a learning rate of {case.rate:g} each step overshot the one before, until the numbers ran out."
    return Cause.RATE, why
