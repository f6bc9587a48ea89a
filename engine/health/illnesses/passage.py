"""What gates do to signal and gradient: vanishing, exploding, dead units, saturated ones."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.health import Cause, Finding, LayerHealth, Measure, Real
from twostroke.engine.health.case import FAR_INPUT, LARGE_STEP, Case
from twostroke.engine.health.words import figure, percent
from twostroke.engine.session.phrases import counted, listed
from twostroke.engine.session.switched_gates import BACKWARD, FORWARD

Found = Iterator[tuple[Measure, Finding | None]]

VANISHED = 0.01
"""Of a gradient at the output's pre-activation, what has to arrive at the first layer's."""

WALL = "The derivative of step is 0 everywhere: its backward door is a wall, and nothing before it can learn."

ARRIVED = 1e-3
"""Of the loss that looks at no input: below it nothing is left to learn, and no gradient is missed."""

STEEP = 300.0
"""Of the output's answer to the first pre-activations: above, small changes there throw the output anywhere."""

DEAD_SHARE = 0.5
"""Of the units of a layer. A few die in most networks of ReLU, and are not missed."""

SATURATED_SHARE = 0.75
"""Of samples and living units of a layer whose gates close gradually at both ends."""


def vanishing(case: Case) -> Found:
    """What arrives of a gradient on the way back (Hochreiter 1991; Glorot and Bengio 2010): the Jacobian, exactly.

    The gradients of the weights themselves say less: where all activations hardly move, the last one is small too.
    """
    layers = case.health.layers
    stopped = (case.passes_gates(number, BACKWARD) & layer.dead for number, layer in enumerate(case.hidden, start=1))
    blocked = any((units | layer.cut).all() for units, layer in zip(stopped, case.hidden, strict=True))
    if len(layers) < 2 or blocked or not np.isfinite(layers[0].jacobian):
        return
    measure = Measure(
        "vanishing", layers[0].jacobian / layers[-1].jacobian, VANISHED if case.left > ARRIVED else 0.0, below=True
    )
    course = case.health.course.of("jacobian")
    since = case.since(course[:, 0] / course[:, -1] < VANISHED)
    yield measure, _vanishing(case, measure, since) if measure.beyond else None


def _vanishing(case: Case, measure: Measure, since: int) -> Finding:
    first, last = case.health.layers[0], case.health.layers[-1]
    measured = (
        f"Of a gradient at the output {figure(measure.figure)} arrives at hidden 1, as root mean square over the "
        f"samples; the weights' gradients are {figure(first.gradient)} there and {figure(last.gradient)} at the output."
    )
    cause, why = _why_vanishing(case, measure.figure)
    title = "Gradient stopped by a wall" if why is WALL else "Vanishing gradient"
    return Finding(measure, title, measured, since, cause, why, _extreme(case, np.argmin))


def _why_vanishing(case: Case, arrives: float) -> tuple[Cause, str]:
    on = [case.passes_gates(number, BACKWARD) for number in range(1, len(case.hidden) + 1)]
    layers = [case.functions(number, units) for number, units in enumerate(on, start=1)]
    walls = (all(entry.constant_gain == 0.0 for entry in layer) for layer in layers)
    if any(wall and (units | layer.cut).all() for wall, units, layer in zip(walls, on, case.hidden, strict=True)):
        return Cause.ACTIVATION, WALL
    most, left = 0.5 * np.log(max(arrives, 1e-300)), case.health.layers[0].gain_product
    if np.log(np.prod([np.mean(~layer.cut) for layer in case.hidden])) < most:
        cut, units = (sum(map(count, case.hidden)) for count in (lambda it: int(it.cut.sum()), lambda it: len(it.cut)))
        return Cause.HAND, f"{cut:,} of {counted(units, 'hidden unit')} are cut, and no gradient passes what is cut."
    passed = [layer for layer in layers if layer]
    saturating = tuple(dict.fromkeys(entry.title for layer in passed for entry in layer if entry.saturating))
    if saturating and np.log(max(left, 1e-300)) < most:
        return Cause.ACTIVATION, _shrinking_gains(saturating, len(passed), left)
    gates = f"The gates leave {figure(left)} of it" if passed else "Gates are off on the backward stroke"
    return Cause.INIT, f"{gates}; the weights on the way back are so small that they take the rest."


def _shrinking_gains(saturating: tuple[str, ...], layers: int, left: float) -> str:
    size = "at most 1/4" if saturating == ("sigmoid",) else "below 1 wherever z is not 0"
    gain = f"The gain of {listed(saturating)} is {size}"
    if layers == 1:
        return f"The gate on the way back multiplies by its gain, which leaves {figure(left)}. {gain}."
    return (
        f"Each of {layers} gates on the way back multiplies by its gain; together they leave "
        f"{figure(left)}. {gain}, so the factors shrink layer after layer."
    )


def _extreme(case: Case, which: Callable[[Real], np.intp]) -> int:
    """The hidden layer to which the output answers least, or most."""
    return int(which(np.nan_to_num([layer.jacobian for layer in case.hidden]))) + 1


def exploding(case: Case) -> Found:
    """How strongly the output answers to the first pre-activations."""
    if not case.hidden:
        return
    first = case.health.layers[0].jacobian
    measure = Measure("exploding", first, STEEP)
    if not measure.beyond:
        yield measure, None
        return
    since = case.since(case.health.course.of("jacobian")[:, 0] > STEEP)
    another = case.follows_another
    measured = (
        f"Over the training samples a gradient at the output arrives {figure(first)} times as large at the "
        f"pre-activations of hidden 1; above {figure(STEEP)}, it throws the weights there anywhere."
        if another
        else f"Over the training samples the output answers to the pre-activations of hidden 1 with a slope of "
        f"{figure(first)}; above {figure(STEEP)}, the smallest change there throws it anywhere."
    )
    step, at = case.largest_step
    if case.health.course.update.size and since > 0 and step > LARGE_STEP:
        why = f"The weights have grown since: at update {at:,} one step was {percent(step)} of their size."
        cause = Cause.RATE
    else:
        grown = first ** (1.0 / max(1, len(case.hidden)))
        why = (
            f"On the way {'back ' if another else ''}through {counted(len(case.hidden), 'layer')} "
            f"{'the gradient grows' if another else 'signal and gradient grow'} {figure(grown)} times in each: the "
            "initial weights are too wide for so many inputs."
        )
        cause = Cause.INIT
    worst = _extreme(case, np.argmax)
    yield measure, Finding(measure, "Exploding gradient", measured, since, cause, why, worst)


def dead(case: Case) -> Found:
    """Units that fire for no sample, and whose gates are shut on a stroke that passes them."""
    for number, layer in enumerate(case.hidden, start=1):
        if layer.cut.all():
            continue
        forward, backward = (case.passes_gates(number, stroke) for stroke in (FORWARD, BACKWARD))
        units = layer.dead & (forward | backward)
        measure = Measure("dead", float(units[~layer.cut].mean()), DEAD_SHARE, layer=number)
        yield measure, _dead(case, measure, layer, units) if measure.beyond else None


def _dead(case: Case, measure: Measure, layer: LayerHealth, units: NDArray[np.bool_]) -> Finding:
    number = case.hidden.index(layer) + 1
    count, there, samples = int(units.sum()), int((~layer.cut).sum()), case.health.samples
    uncut = " that are not cut" if layer.cut.any() else ""
    since = case.since(case.health.course.of("dead")[:, number - 1] > DEAD_SHARE)
    silent, stuck = (case.passes_gates(number, stroke)[units] for stroke in (FORWARD, BACKWARD))
    measured = (
        f"{count:,} of {counted(there, 'unit')} of {layer.name}{uncut} {'fires' if count == 1 else 'fire'} for none of "
        f"the {samples:,} training samples: {_passes_dead(silent, stuck)}."
    )
    functions, (step, at) = case.functions(number, units), case.largest_step
    name = listed(entry.title for entry in functions)
    far = float(case.input_sizes.max(initial=0.0))
    if far > FAR_INPUT:
        cause = Cause.INPUTS
        why = (
            f"An input is {figure(far)} on average, so a small step of its weight moves z far below 0 for all samples."
        )
    elif since > 0 and step > LARGE_STEP:
        cause = Cause.RATE
        why = (
            f"A learning rate of {case.rate:g} is high here: at update {at:,} one step was {percent(step)} of the "
            f"weights, far enough to throw z below 0 for all samples, where {name} shuts."
        )
    elif since == 0:
        cause = Cause.INIT
        why = "They were shut from the beginning: with these first weights and biases z is above 0 for no sample."
    else:
        cause = Cause.ACTIVATION
        where = "all but shut far below 0" if any(entry.shut_below > 0.0 for entry in functions) else "shut below 0"
        if not stuck.all():
            why = f"{name} is {where}, and training has moved them there."
        elif silent.all():
            why = f"{name} is {where} on both strokes, so a unit that training has moved there stays there."
        else:
            why = f"{name} is {where} on the backward stroke, so a unit that training has moved there stays there."
    return Finding(measure, f"Dead units in {layer.name}", measured, since, cause, why)


def _passes_dead(silent: NDArray[np.bool_], stuck: NDArray[np.bool_]) -> str:
    """What becomes of signal and gradient in dead units, whose gates are passed on these strokes."""
    if stuck.all() and silent.all():
        return "no signal passes, and no gradient that could bring one back"
    if silent.all():
        return f"no signal passes; a gradient does{_off(stuck)} off on the backward stroke"
    if stuck.all():
        return f"a signal passes{_off(silent)} off on the forward stroke, but no gradient that could bring one back"
    return "signal and gradient pass only where gates are off"


def _off(on: NDArray[np.bool_]) -> str:
    return " only where gates are" if on.any() else ", as their gates are"


def saturated(case: Case) -> Found:
    """Gates that close gradually at both ends, and are shut for most samples."""
    for number, layer in enumerate(case.hidden, start=1):
        on = case.passes_gates(number, FORWARD) | case.passes_gates(number, BACKWARD)
        dims = _closing(case, number) & on
        alive = dims & ~layer.cut & ~layer.dead
        if not alive.any():
            continue
        measure = Measure("saturated", float(layer.saturated[alive].mean()), SATURATED_SHARE, layer=number)
        yield measure, _saturated(case, measure, layer, dims) if measure.beyond else None


def _closing(case: Case, number: int) -> NDArray[np.bool_]:
    """Whether the gates of hidden layer 1... close gradually at both ends, (units,)."""
    gates = case.session.network.layers[number - 1].gates
    return np.array([gate.entry.saturating and gate.entry.shut_below > 0.0 for gate in gates])


def _saturated(case: Case, measure: Measure, layer: LayerHealth, closing: NDArray[np.bool_]) -> Finding:
    number = case.hidden.index(layer) + 1
    name = listed(entry.title for entry in case.functions(number, closing))
    stuck = case.passes_gates(number, BACKWARD)[closing]
    consequence = "what they send on hardly follows z, though the gradient passes"
    if stuck.any():
        where = "" if stuck.all() else " and passes its gate on the backward stroke"
        consequence = f"the gradient that arrives there{where} is all but gone"
    course = case.health.course.of("saturated")[:, number - 1]
    since = case.since(course > SATURATED_SHARE)
    measured = (
        f"In {percent(measure.figure)} of all cases, {'units' if closing.all() else f'units of {name}'} times "
        f"{case.health.samples:,} training samples, the gain of {layer.name} is below 0.01: {consequence}."
    )
    far, (step, at) = float(case.input_sizes.max(initial=0.0)), case.largest_step
    size = float(np.sqrt(np.mean((np.square(layer.z_mean) + np.square(layer.z_spread))[closing])))
    if number == 1 and far > FAR_INPUT:
        cause = Cause.INPUTS
        why = f"An input is {figure(far)} on average, which drives z to {figure(size)}, into the flat ends."
    elif since > 0 and step > LARGE_STEP:
        cause = Cause.RATE
        why = (
            f"Large steps drove it there, one of {percent(step)} of the weights at update {at:,}: z is "
            f"{figure(size)} now."
        )
    else:
        cause = Cause.INIT
        why = f"z is {figure(size)} on average: the weights are too wide for {name}, flat out there."
    return Finding(measure, f"Saturated gates in {layer.name}", measured, since, cause, why)
