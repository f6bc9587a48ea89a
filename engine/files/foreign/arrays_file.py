"""NPZ files that this program's export has written: a trace, which names its session, or parameters alone."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.files.archive import read_arrays
from twostroke.engine.files.beside import MAX_COMPANION
from twostroke.engine.files.disk import FileError, said
from twostroke.engine.files.foreign.conversion import Conversion
from twostroke.engine.files.foreign.numbers import in_64_bit
from twostroke.engine.files.foreign.own_file import conversion_of
from twostroke.engine.files.foreign.stack import Model
from twostroke.engine.files.foreign.weights_file import layers_of

META = "meta"
PARAMETER = re.compile(r"l\d+\.(weight|bias|skip_weight|scale|shift|running_mean|running_variance|param\.\w+)")
"""Of all arrays of a trace, those that the parameters of a network have."""


def session_within(path: Path) -> Conversion | None:
    """The session of a trace, with the parameters from before its update; None where the file names none.

    Raises FileError.
    """
    arrays = read_arrays(path, MAX_COMPANION)
    if META not in arrays:
        return None
    try:
        told = json.loads(str(arrays[META]))
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, Mapping) or "session" not in told:
        raise FileError(f"{said(path)} is no trace: its array meta names no session.")
    return conversion_of(json.dumps(told["session"]), arrays, path, exact=False)


def read_model(path: Path) -> Model:
    """The layers of the parameters in the file. Raises FileError."""
    arrays = {key: values for key, values in read_arrays(path, MAX_COMPANION).items() if PARAMETER.fullmatch(key)}
    try:
        for key, values in arrays.items():
            _check(key, values)
        layers, remarks = layers_of({key: in_64_bit(values) for key, values in arrays.items()})
    except ValueError as error:
        raise FileError(f"{said(path)} {error}.") from error
    wide = any(values.dtype == np.float64 for values in arrays.values())
    return Model(layers, "float64" if wide else "float32", tuple(remarks))


def _check(key: str, values: NDArray[Any]) -> None:
    if values.dtype.kind != "f":
        raise ValueError(f"holds {key} as {values.dtype}; expected numbers with a point, of 16, 32 or 64 bit")
