"""Where the first number that is not finite appeared, why that is likely, and sentences that say so."""

from collections.abc import Iterator

import numpy as np

from twostroke.engine.border.snapshot import Failure
from twostroke.engine.border.tape import Array, Tape
from twostroke.engine.catalogue.optimizers import OPTIMIZERS
from twostroke.engine.session.phrases import MINUS
from twostroke.engine.session.shrinking import GROWS, shrinking
from twostroke.engine.session.spec import Session

FAR = 100.0
"""Inputs and targets beyond this are not on the scale that the initialisations expect, which is about 1."""


MANY = ("new weights", "new biases")


def _in_order(tape: Tape) -> Iterator[tuple[str, Array | None]]:
    """Every array of the tape with its name, in the order in which they were computed."""
    for layer in tape.layers:
        yield f"weighted sum of {layer.name}", layer.organs.get("sum")
        yield f"pre-activation z of {layer.name}", layer.z
        yield f"activation a of {layer.name}", layer.a
    yield "loss", np.array([tape.loss])
    for layer in reversed(tape.layers):
        yield f"upstream gradient of {layer.name}", layer.dloss_da
        yield f"error signal of {layer.name}", layer.dloss_dz
        yield f"weight gradient of {layer.name}", layer.dloss_dweight
        yield f"bias gradient of {layer.name}", layer.dloss_dbias
    for layer in tape.layers:
        yield f"new weights of {layer.name}", layer.weight_next
        yield f"new biases of {layer.name}", layer.bias_next
        for name, values in layer.param_next.items():
            yield f"new {name} of {layer.name}", values
        for name in ("scale", "shift", "skip_weight", "running_mean", "running_variance"):
            yield f"new {name.replace('_', ' ')} of {layer.name}", layer.organs.get(f"{name}_next")


def first_place(tape: Tape) -> str | None:
    """The first place on `tape` with a number that is not finite, in words; None where all are."""
    for where, array in _in_order(tape):
        if array is not None and not np.isfinite(array).all():
            return where
    return None


def locate(tape: Tape, session: Session) -> Failure:
    """Where the update on `tape`, which failed, first had a number that is not finite."""
    where = first_place(tape) or "optimizer's memory"  # the one thing that is not on the tape
    of = "one of the" if where.startswith(MANY) else "the"
    message = (
        f"Training stopped at update {tape.update:,}: {of} {where} is no longer a finite number. "
        f"{likely_cause(tape, session)} The network stands at its last finite weights."
    )
    return Failure(tape.update, where, message)


def likely_cause(tape: Tape, session: Session) -> str:
    """What makes numbers grow without end, with figures, and what to do; in one sentence or two."""
    causes = (
        _given_too_large(tape, session),
        _shrinking_too_far(session),
        _far("inputs", tape.x),
        _far("targets", tape.target),
        _high_rate(session),
    )
    return next(filter(None, causes), "Try a smaller learning rate or another activation.")


def _given_too_large(tape: Tape, session: Session) -> str:
    """Of an update that nothing has been learned before."""
    if tape.update > 0 or not session.network.parameters:
        return ""
    reach = max(float(np.abs(part).max(initial=0.0)) for layer in tape.layers for part in (layer.weight, layer.bias))
    return f"The network.parameters reach {reach:.3g}; begin with numbers of about 1." if reach > FAR else ""


def _shrinking_too_far(session: Session) -> str:
    found = shrinking(session)
    if found.share <= GROWS:
        return ""
    rate, name, product = session.training.optimizer.learning_rate, found.name, f"{found.share:g}"
    return (
        f"The learning rate {rate:g} times {name} {found.decay:g} is {product}: each update multiplies the weights by "
        f"1 {MINUS} {product}, so that they grow. Choose rate and {name} so that their product is far below 1."
    )


def _far(what: str, values: Array) -> str:
    largest = float(np.abs(values[np.isfinite(values)]).max(initial=0.0))
    if largest <= FAR:
        return ""
    return f"The {what} reach {largest:.3g}, and training expects numbers of about 1: have them scaled."


def _high_rate(session: Session) -> str:
    optimizer = session.training.optimizer
    usual = OPTIMIZERS[optimizer.name].usual_rate
    if optimizer.learning_rate <= usual:
        return ""
    return (
        f"The learning rate {optimizer.learning_rate:g} is high for {optimizer.name}; try {usual:g} or less, "
        "or another activation."
    )
