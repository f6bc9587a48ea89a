"""Which axis of a dense layer's weights is that of its inputs, decided for all layers of a file at once.

A `weight` has units in its rows, as PyTorch lays it; a `kernel` has inputs there, as Flax and Keras do. Biases that fit
the other axis alone say otherwise; then what is square, or has none, lies that way as well.
"""

from collections.abc import Mapping, Set
from itertools import pairwise

from twostroke.engine.files.foreign.numbers import Array

Shape = tuple[int, int]  # units, inputs


def turned(layers: Mapping[str, tuple[Array, Array | None]], kernels: Set[str]) -> set[str]:
    """Names of the layers whose weights lie in the other way than their name has it.

    `layers` are weights, as they lie in the file, and biases by name, from input to output; `kernels` those with inputs
    in their rows by name.
    """
    usual = {name: _shape(weight, name in kernels) for name, (weight, _) in layers.items()}
    told = {name: _biases_say(usual[name], bias) for name, (_, bias) in layers.items()}
    sure = {way for way in told.values() if way is not None}
    shapes = list(usual.values())
    others = sure == {True} or (not sure and not _fit(shapes) and _fit([shape[::-1] for shape in shapes]))
    return {name for name, way in told.items() if (others if way is None else way)}


def _shape(weight: Array, is_kernel: bool) -> Shape:
    rows, columns = weight.shape
    return (columns, rows) if is_kernel else (rows, columns)


def _biases_say(usual: Shape, bias: Array | None) -> bool | None:
    """Whether the weights lie the other way; None where that is open."""
    units, inputs = usual
    if bias is None or units == inputs or bias.shape not in ((units,), (inputs,)):
        return None
    return bias.shape == (inputs,)


def _fit(shapes: list[Shape]) -> bool:
    return all(after[1] == before[0] for before, after in pairwise(shapes))
