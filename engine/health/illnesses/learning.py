"""What becomes of the loss: nothing learnt at all, or too much by heart."""

import numpy as np

from twostroke.engine.border.health import Cause, Finding, Measure, Real
from twostroke.engine.health.case import LARGE_STEP, Case
from twostroke.engine.health.illnesses.passage import Found
from twostroke.engine.health.words import figure

UNLEARNT = 0.98
"""Of the loss that looks at no input."""

PATIENCE_EPOCHS, PATIENCE_UPDATES = 10.0, 1_000
"""Before which nobody has to have learnt anything."""

RISEN = 1.3
"""Times its smallest value, to which the test loss may rise while the training loss still falls."""

FALLS = 0.9
"""Of its value where the test loss was smallest, to which the training loss has to have fallen for that."""

SMOOTHED = 5
"""Evaluations of which the mean is taken: a single one jumps about."""

ALIKE = 1.05
"""Effective rank below which the units of a layer all do the same."""


def not_learning(case: Case) -> Found:
    """The loss is where a constant answer would leave it."""
    if case.evaluation is None or case.constant_loss <= 0.0:
        return
    if case.epochs < PATIENCE_EPOCHS or case.update < PATIENCE_UPDATES:
        return
    loss = case.evaluation.train.loss
    measure = Measure("not_learning", loss / case.constant_loss, UNLEARNT)
    if not measure.beyond:
        yield measure, None
        return
    measured = (
        f"After {case.update:,} updates the training loss is {figure(loss)}; an answer that looks at no input has "
        f"{figure(case.constant_loss)}."
    )
    since = case.since(case.curves.train_loss > UNLEARNT * case.constant_loss, case.curves.update)
    cause, why = _why_nothing(case)
    yield measure, Finding(measure, "Nothing learnt", measured, since, cause, why)


def _why_nothing(case: Case) -> tuple[Cause, str]:
    layers = case.session.network.layers
    alike = [layer for layer in case.hidden if len(layer.firing) > 1 and layer.effective_rank < ALIKE]
    if alike and case.session.network.init.name in ("zeros", "uniform", "normal"):
        why = f"All units of {alike[0].name} do the same, as their weights began alike: none can become anything else."
        return Cause.INIT, why
    if all(gate.name == "identity" for layer in layers for gate in layer.gates) or not case.session.gates.forward:
        why = (
            "Without a gate that bends, any number of layers is a single linear map, and these data need "
            "more than that."
        )
        return Cause.ACTIVATION, why
    step = case.largest_step[0]
    if np.nanmax(case.health.layers[-1].update_ratio) < 1e-4:
        return (
            Cause.RATE,
            f"The steps are tiny, {figure(case.health.layers[-1].update_ratio)} of the weights at present.",
        )
    if step > LARGE_STEP:
        return (
            Cause.RATE,
            f"The steps were up to {figure(step)} of the weights: training jumps about and settles nowhere.",
        )
    return (
        Cause.CAPACITY,
        "Signal and gradient look sound: the network may be too small, or the inputs may not tell the answer.",
    )


def overfit(case: Case) -> Found:
    """The test loss rises while the training loss falls."""
    test, train = (_smooth(values) for values in (case.curves.test_loss, case.curves.train_loss))
    if len(test) < 2 * SMOOTHED:
        return
    best = int(test.argmin())
    measure = Measure("overfit", float(test[-1] / test[best]) if test[best] > 0.0 else 1.0, RISEN)
    if not measure.beyond:
        yield measure, None
        return
    if not train[-1] < FALLS * train[best]:  # both rise: whatever that is, it is not by heart
        return
    least = best + int(np.argmin(case.curves.test_loss[best : best + SMOOTHED]))
    at = int(case.curves.update[least])
    measured = (
        f"The test loss was smallest around update {at:,}, {figure(test[best])}, and is {figure(test[-1])} now, while "
        f"the training loss fell from {figure(train[best])} to {figure(train[-1])}. (Means of {SMOOTHED} evaluations.)"
    )
    slopes = sum(len(gate.entry.learned) for layer in case.session.network.layers for gate in layer.gates)
    why = (
        f"The network has {case.session.parameter_count + slopes:,} parameters for {case.health.samples:,} training "
        "samples, and learns them by heart."
    )
    yield measure, Finding(measure, "Overfitting", measured, at, Cause.CAPACITY, why)


def _smooth(values: object) -> Real:
    wide = np.asarray(values, dtype=np.float64)
    if len(wide) < SMOOTHED:
        return wide[:0]
    return np.convolve(wide, np.full(SMOOTHED, 1.0 / SMOOTHED), mode="valid")
