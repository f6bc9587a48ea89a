"""Where frozen and cut numbers lie in theta, and the stretches between them that the optimizer's step changes."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.compute.kernels import plan as k
from twostroke.engine.session.parameters import layer_and_name, place_of, shapes
from twostroke.engine.session.spec import Session

COLUMNS = {
    "weight": k.WEIGHT,
    "bias": k.BIAS,
    "scale": k.SCALE,
    "shift": k.SHIFT,
    "skip_weight": k.SKIP_WEIGHT,
}


def places_in_theta(
    session: Session,
    named: Sequence[str],
    learned: list[tuple[str, ...]],
    widths: tuple[int, ...],
    table: NDArray[np.int64],
) -> Iterator[NDArray[np.int64]]:
    """Where in theta the numbers of each name lie; `learned` holds the names of each layer's learned parameters."""
    known = shapes(session.network, widths) if named else {}
    for text in named:
        key, index = place_of(text)
        number, name = layer_and_name(key)
        row, shape = table[number - 1], known[key]
        if name in COLUMNS:
            begin = row[COLUMNS[name]]
        else:
            begin = row[k.PARAM] + learned[number - 1].index(name.removeprefix("param.")) * shape[0]
        whole = begin + np.arange(np.prod(shape)).reshape(shape)
        yield np.atleast_1d(whole[index] if index else whole).ravel()


def stretches(stepped: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Begin and end of each stretch of neighbouring numbers that the step changes: (stretches, 2)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], stepped, [False]]).astype(np.int8)))
    return edges.reshape(-1, 2).astype(np.int64)
