"""What becomes of the loss: nothing learnt at all, or too much by heart."""

import numpy as np

from twostroke.engine.border.health import Cause, Finding, Measure, Real
from twostroke.engine.health.case import LARGE_STEP, Case
from twostroke.engine.health.illnesses.passage import VANISHED, Found
from twostroke.engine.health.words import figure
from twostroke.engine.session.switched_gates import BACKWARD, FORWARD

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

TINY = 1e-4
"""Of the weights' size, in the layer that moves most: steps below this are too small to have learnt anything."""

OF_ALL = 1e-3
"""Of the loss that looks at no input: where the test loss is below it, what it rises by is nothing to speak of."""

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
    if (wall := _wall(case, cut=True)) is not None:
        return wall
    if all(case.held(number) for number in range(1, len(case.health.layers) + 1)):
        return Cause.HAND, "What could be learnt is frozen: no update moves a weight."
    alike = [layer for layer in case.hidden if len(layer.firing) > 1 and layer.effective_rank < ALIKE]
    if alike and case.session.network.init.name in ("zeros", "uniform", "normal"):
        why = f"All units of {alike[0].name} do the same, as their weights began alike: none can become anything else."
        return Cause.INIT, why
    if not np.ptp(case.dataset.x_train, axis=0).any():
        return Cause.INPUTS, "All training samples have the same inputs: nothing tells one from another."
    if (wall := _wall(case, cut=False)) is not None:
        return wall
    if not _bends(case):
        why = (
            "Without a gate that bends, any number of layers is a single linear map, and these data need "
            "more than that."
        )
        return Cause.ACTIVATION, why
    step = case.largest_step[0]
    largest = float(np.nanmax([layer.update_ratio for layer in case.health.layers]))
    if _vanishes(case):
        numbers = range(1, len(case.hidden) + 1)
        passed = (case.functions(number, case.passes_gates(number, BACKWARD)) for number in numbers)
        bent = any(entry.saturating for layer in passed for entry in layer)
        why = (
            "Hardly any gradient arrives at the first layer, so it stays as it began, and the last ones get no further."
        )
        return Cause.ACTIVATION if bent else Cause.INIT, why
    if largest < TINY:
        return Cause.SLOWNESS, f"The steps are tiny, {figure(largest)} of the weights at present."
    if step > LARGE_STEP:
        return (
            Cause.RATE,
            f"The steps were up to {figure(step)} of the weights: training jumps about and settles nowhere.",
        )
    if case.follows_another:
        return Cause.GATES, "Gates are off on one stroke only: what the weights follow is not the gradient of the loss."
    return (
        Cause.CAPACITY,
        "Signal and gradient look sound: the network may be too small, or the inputs may not tell the answer.",
    )


def _vanishes(case: Case) -> bool:
    first, last = case.health.layers[0].jacobian, case.health.layers[-1].jacobian
    return bool(case.hidden) and first < VANISHED * last


def _bends(case: Case) -> bool:
    """Whether anything on the way forward is more than an affine map."""
    for number, (spec, layer) in enumerate(zip(case.session.network.layers, case.hidden, strict=True), start=1):
        gates = case.functions(number, case.passes_gates(number, FORWARD) & ~layer.cut)
        if spec.norm.name == "layer" or any(entry.name != "identity" for entry in gates):
            return True
    return False


def _wall(case: Case, cut: bool) -> tuple[Cause, str] | None:
    """A layer that nothing passes, where no skip path leads past it: as all of it is cut, or dead."""
    if any(layer.skip is not None for layer in (*case.session.network.layers, case.session.network.output)):
        return None
    for number, layer in enumerate(case.hidden, start=1):
        if cut and layer.cut.all():
            return Cause.HAND, f"All units of {layer.name} are cut: nothing of the inputs arrives at the output."
        silent = layer.dead & case.passes_gates(number, FORWARD)
        if not cut and (silent | layer.cut).all():
            cause = Cause.RATE if case.largest_step[0] > LARGE_STEP else Cause.INIT
            return cause, f"All units of {layer.name} are dead: nothing of the inputs arrives at the output."
    return None


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
    if test[-1] <= OF_ALL * case.constant_loss or case.constant_loss <= 0.0:
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
