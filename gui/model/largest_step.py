"""The largest step of an update, whatever takes it: a weight, a bias or another number that is learned."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import LayerTape, Tape
from twostroke.gui.model.once import once
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.words import title_of

ORGANS = ("scale", "shift", "skip_weight")


@dataclass(frozen=True)
class LargestStep:
    """How far, what moves, and in which layer, 1...depth."""

    size: float
    what: str  # "weight", "bias", "scale", the title of a learned setting ...
    layer: int


def largest_step(view: ViewState) -> LargestStep:
    """The largest one on the tape; of several that are equally large a weight, and the first."""
    assert view.tape is not None
    weights = (LargestStep(link.steps.largest, "weight", link.layer) for link in view.links if link.steps is not None)
    return max((*weights, _of_others(view.tape)), key=lambda step: step.size)


@once
def _of_others(tape: Tape) -> LargestStep:
    """The largest one of what is no weight."""
    every = [LargestStep(size, what, at) for at, each in enumerate(tape.layers, start=1) for what, size in _sizes(each)]
    return max(every, key=lambda step: step.size)


def _sizes(layer: LayerTape) -> Iterator[tuple[str, float]]:
    yield "bias", _apart(layer.bias, layer.bias_next)
    for name, values in layer.param.items():
        yield title_of(name), _apart(values, layer.param_next[name])
    for name in ORGANS:
        if name in layer.organs and f"{name}_next" in layer.organs:
            yield name.replace("_", " "), _apart(layer.organs[name], layer.organs[f"{name}_next"])


def _apart(now: NDArray[np.floating], later: NDArray[np.floating]) -> float:
    return float(np.abs(later - now).max(initial=0.0))
