"""Where the first number that is not finite appeared, and a sentence that says so."""

from collections.abc import Iterator

import numpy as np

from twostroke.engine.border.snapshot import Failure
from twostroke.engine.border.tape import Array, Tape


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


def locate(tape: Tape) -> Failure:
    """Where the update on `tape`, which failed, first had a number that is not finite."""
    return _failure(tape.update, first_place(tape) or "optimizer's memory")  # the one thing that is not on the tape


def _failure(update: int, where: str) -> Failure:
    message = (
        f"Training stopped at update {update:,}: the {where} is no longer a finite number. "
        "The last finite weights are kept; try a smaller learning rate or another activation."
    )
    return Failure(update, where, message)
