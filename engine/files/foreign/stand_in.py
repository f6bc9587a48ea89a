"""The data of a session whose network comes from a file: those that were named, or rows that stand in for them."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from twostroke.engine.data.answers import MAX_CLASSES
from twostroke.engine.data.arrays import MAX_OUTPUTS
from twostroke.engine.data.names import DATASETS, dataset_named
from twostroke.engine.data.typed import MAX_NUMBERS
from twostroke.engine.files.disk import FileError
from twostroke.engine.files.foreign.wishes import Wishes
from twostroke.engine.files.kinds import recognised
from twostroke.engine.session.phrases import counted, listed, shown

ROWS = 4
DIGITS = 2


def data_for(wishes: Wishes, inputs: int, outputs: int, gate: str, remarks: list[str]) -> dict[str, Any]:
    """What `data` of a session says; `gate` is the output's activation. Raises FileError."""
    if not wishes.data:
        return _made_up(inputs, outputs, gate, remarks)
    remarks.append("The data are taken as they are, not scaled, as the network of the file knows no other numbers.")
    if dataset_named(wishes.data) is not None:
        return {"name": wishes.data, "scale": "none"}
    path = Path(wishes.data)
    kind = recognised(path) if os.path.lexists(path) else None
    if kind is None or not kind.dataset:
        raise FileError(
            f"--data is {shown(wishes.data)}; expected a table (.csv), arrays (.npz), or one of {listed(DATASETS)}."
        )
    return {"name": kind.dataset, "path": str(path), "scale": "none", "scale_target": "none"}


def _made_up(inputs: int, outputs: int, gate: str, remarks: list[str]) -> dict[str, Any]:
    """Few rows of random numbers, with answers of the kind that the output gives."""
    classes = outputs if gate == "softmax" else 2 if gate == "sigmoid" and outputs == 1 else 0
    count = classes or min(ROWS, MAX_NUMBERS // (inputs + outputs))
    if not count or count * (inputs + outputs) > MAX_NUMBERS or classes > MAX_CLASSES or outputs > MAX_OUTPUTS:
        raise FileError(
            f"The network has {counted(inputs, 'input')} and {counted(outputs, 'output')}: too many for rows that "
            "stand in for data; name a table or arrays with --data."
        )
    rows = np.random.Generator(np.random.PCG64(0)).standard_normal((count, inputs)).round(DIGITS)
    answers: list[Any] = list(range(classes)) if classes else [0.0 if outputs == 1 else [0.0] * outputs] * count
    remarks.append(
        f"The file holds no data: {counted(count, 'row')} of random numbers stand in for them. Name yours with --data."
    )
    task = "classes" if classes > 2 else "binary" if classes else "regression"
    return {"name": "rows", "x": rows.tolist(), "y": answers, "task": task}
