"""Inputs and values are centred and scaled in 64 bit, whatever the precision of the network, and in bounded memory.

A large offset (seconds since 1970) must be gone before a number is cast: in 32 bit, times a second apart are the same.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.data import features
from twostroke.engine.files.patience import go_on

PIECE = 1_000_000
"""Numbers that are scaled at once: a large table needs no large arrays besides its own."""

LOOKED_AT = 1_000_000
"""Numbers in which values that fall together are looked for, but at least `LEAST_ROWS` rows of each column."""

LEAST_ROWS = 1_000

FELL_TOGETHER = 0.01
"""Share of a column's different values that are lost, from which it is told: 100,000 random ones lose 0.3 % in 32 bit
by mere chance."""

Scale = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Centre (columns,), which is subtracted, and factor (columns,), by which is multiplied then."""


def input_scale(raw: NDArray[Any], chosen: Sequence[str], scaled: bool) -> Scale:
    """What gives the features of raw samples mean 0 and population standard deviation 1; nothing where not `scaled`."""
    if not scaled:
        width = len(chosen) or raw.shape[1]
        return np.zeros(width), np.ones(width)
    if chosen or raw.size <= PIECE:
        return _of(features.transform(raw, chosen))
    pieces = np.array_split(raw, -(-raw.size // PIECE), axis=1)
    parts = [_of(_wide(piece)) for piece in pieces if piece.size]
    return np.concatenate([centre for centre, _ in parts]), np.concatenate([factor for _, factor in parts])


def _wide(piece: NDArray[Any]) -> NDArray[np.float64]:
    go_on("the data")
    return piece.astype(np.float64)


def _of(x: NDArray[np.float64]) -> Scale:
    varies = np.ptp(x, axis=0) > 0.0
    spread = np.where(varies, x.std(axis=0), 1.0)
    return x.mean(axis=0), np.where(varies & (spread > 0.0), 1.0 / np.where(spread > 0.0, spread, 1.0), 0.0)


def target_scale(values: NDArray[np.float64]) -> Scale:
    """Mean (outputs,) and population standard deviation (outputs,) of values (n, outputs), 1 where they are all one."""
    spread = values.std(axis=0)
    return values.mean(axis=0), np.where((np.ptp(values, axis=0) > 0.0) & (spread > 0.0), spread, 1.0)


def scale_inputs(raw: NDArray[Any], chosen: Sequence[str], scale: Scale, dtype: Any) -> NDArray[Any]:
    """What the network sees of raw samples: (n, inputs), of `dtype`. Row by row, so pieces change no bit."""
    centre, factor = scale
    x = np.empty((len(raw), len(centre)), dtype=dtype)
    step = max(1, PIECE // max(1, len(centre)))
    for begin in range(0, len(raw), step):
        go_on("the data")
        piece = slice(begin, begin + step)
        x[piece] = (features.transform(raw[piece], chosen) - centre) * factor
    return x


def fallen_together(before: NDArray[Any], after: NDArray[Any]) -> Iterator[tuple[int, int, int]]:
    """Columns of `after` (n, columns) with fewer different values than `before` had: column, values before and after.

    Looked for in the first rows, and told where they are more than chance would have it.
    """
    rows = max(LEAST_ROWS, LOOKED_AT // max(1, before.shape[1]))
    for column in range(before.shape[1]):
        go_on("the data")
        apart, left = (len(np.unique(array[:rows, column])) for array in (before, after))
        if apart - left > FELL_TOGETHER * apart:
            yield column, apart, left


def too_close_to_tell(values: NDArray[Any]) -> Iterator[int]:
    """Columns of (n, columns) in 64 bit whose values mostly lie side by side in it: what they were read from had more.

    Looked for in the first rows.
    """
    rows = max(LEAST_ROWS, LOOKED_AT // max(1, values.shape[1]))
    for column in range(values.shape[1]):
        go_on("the data")
        known = np.unique(values[:rows, column])
        if len(known) > 1 and np.median(np.diff(known)) <= np.spacing(np.abs(known[[0, -1]]).max()):
            yield column
