"""Numbers that are too large for what training computes of them: refused by their size, before it begins.

An update moves a weight by rate · error · input, and the input meets it again: inputs are squared. So are targets, by
losses that square the error.
"""

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.data.dataset import Dataset
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.session.phrases import shown


def check_squares(data: Dataset, loss_squares: bool) -> None:
    """That the squares of what the network sees, and is to answer, are finite. Raises DataProblem.

    Only numbers that are not scaled can be too large.
    """
    columns = _too_large(data.x_train, data.x_test)
    if columns.size:
        column = int(columns[0])
        reach = _reach(data.x_train[:, column], data.x_test[:, column])
        raise DataProblem("scale", _sentence(f"the input {shown(data.feature_names[column])} reaches", reach, data))
    if loss_squares and _too_large(data.target_train, data.target_test).size:
        raise DataProblem(
            "scale_target", _sentence("the target reaches", _reach(data.target_train, data.target_test), data)
        )


def _most(dtype: np.dtype[np.floating]) -> float:
    """The largest number whose square is finite."""
    return float(np.sqrt(np.finfo(dtype).max))


def _too_large(*parts: NDArray[np.floating]) -> NDArray[np.int64]:
    """Columns of (n, columns) that hold such numbers."""
    most = _most(parts[0].dtype)
    found = [(part.max(axis=0) > most) | (part.min(axis=0) < -most) for part in parts if len(part)]
    return np.flatnonzero(np.any(found, axis=0))


def _reach(*parts: NDArray[np.floating]) -> float:
    return max(float(np.abs(part).max()) for part in parts if len(part))


def _sentence(what: str, reach: float, data: Dataset) -> str:
    dtype = data.x_train.dtype
    return (
        f"{what} {reach:.3g}, the square of which is beyond what {8 * dtype.itemsize} bit can hold; expected at most "
        f'{_most(dtype):.2g}: have it scaled ("standard"), or set network.dtype to "float64"'
    )
