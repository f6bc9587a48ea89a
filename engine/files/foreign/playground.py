"""A link to the TensorFlow Playground as a session that learns the same function from the same weights.

The page's rules: each sample of the training part in its order, the mean gradient of half the squared error over a
mini-batch, w -= rate · (gradient + penalty), penalties on weights alone; tanh at the output for classes, which are -1
and 1, and the sum itself for values; weights uniform in [-0.5, 0.5), biases 0.1. Samples and weights come from the
link's seed. It computes in 64 bit, and so does the session.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.data.painted import MAX_POINTS
from twostroke.engine.files.disk import FileError
from twostroke.engine.files.foreign.conversion import Conversion, converted
from twostroke.engine.files.foreign.playground_data import FEATURES, Sample, draw
from twostroke.engine.files.foreign.playground_link import Setup, read_link
from twostroke.engine.files.foreign.seedrandom import SeedRandom
from twostroke.engine.files.foreign.split_rows import arranged
from twostroke.engine.session.phrases import counted

BIAS = 0.1
SEED = 1  # of the session's split
LEAST_SHARE = 0.1
MOST_WEIGHTS = 100_000
"""What the page draws has to be drawn one by one; its buttons reach 384."""

WHERE = "The link"

OF_POINTS = {"x": "x", "y": "y", "xSquared": "x^2", "ySquared": "y^2", "xTimesY": "x*y"}
"""Inputs that points of the plane offer here as well; sin(x) is sin(πx) there."""

NAMES = {**OF_POINTS, "sinX": "sin(x)", "sinY": "sin(y)"}
ACTIVATIONS = {"tanh": "tanh", "relu": "relu", "sigmoid": "sigmoid", "linear": "identity"}


def from_link(text: str) -> Conversion:
    """The session that the page of this link begins with. Raises FileError."""
    setup = read_link(text)
    rng = SeedRandom(setup.seed)
    classes = setup.names["problem"] == "classification"
    dataset = setup.names["dataset" if classes else "regDataset"]
    samples = draw(dataset, rng, setup.numbers["noise"] / 100.0)
    arrays = _weights(setup, rng)
    remarks = list(setup.remarks)
    train, test = _parts(samples, setup.numbers["percTrainData"], remarks)
    rate = setup.numbers["regularizationRate"]
    told = {
        "data": _data(setup, train, test, remarks),
        "network": {
            "layers": [{"units": units, "activation": ACTIVATIONS[setup.names["activation"]]} for units in setup.shape],
            "output": {"activation": "tanh" if classes else "identity"},
            "init": {"name": "uniform", "low": -0.5, "high": 0.5},
            "dtype": "float64",
        },
        "training": {
            "loss": "half_squared_error",
            "optimizer": {"name": "sgd", "learning_rate": setup.numbers["learningRate"]},
            "batch_size": int(setup.numbers["batchSize"]),
            "shuffle": False,
            "l1": rate if setup.names["regularization"] == "L1" else 0.0,
            "l2": rate if setup.names["regularization"] == "L2" else 0.0,
        },
    }
    remarks += _of_learning(setup, len(train), classes)
    return converted(told, arrays, f"Playground: {dataset}", WHERE, remarks)


def _weights(setup: Setup, rng: SeedRandom) -> dict[str, NDArray[Any]]:
    """Weights are drawn for each unit in turn, after the samples; where all begin at 0, biases do."""
    widths = (len(setup.features), *setup.shape, 1)
    if sum(a * b for a, b in pairwise(widths)) > MOST_WEIGHTS:
        raise FileError(
            f"networkShape in the link makes a network of more than {MOST_WEIGHTS:,} weights; expected fewer."
        )
    arrays: dict[str, NDArray[Any]] = {}
    for number, (before, units) in enumerate(pairwise(widths), start=1):
        drawn = np.array([[rng.random() - 0.5 for _ in range(before)] for _ in range(units)])
        arrays[f"l{number}.weight"] = np.zeros_like(drawn) if setup.zero else drawn
        arrays[f"l{number}.bias"] = np.full(units, 0.0 if setup.zero else BIAS)
    return arrays


def _parts(samples: list[Sample], percent: float, remarks: list[str]) -> tuple[list[Sample], list[Sample]]:
    """Training and test part, as far as a session holds them."""
    count = int(min(len(samples) * percent / 100.0, len(samples)))
    train, test = samples[:count], samples[count:]
    if not train:
        raise FileError(f"percTrainData in the link is {percent:g}, which leaves no sample to learn from.")
    kept = train[:MAX_POINTS]
    room = min(MAX_POINTS - len(kept), int(len(kept) / LEAST_SHARE) - len(kept))
    if len(kept) < len(train):
        remarks.append(
            f"A session holds {MAX_POINTS:,} samples of its own: it learns from the first {len(kept):,} of "
            f"{len(train):,}, so not quite the same."
        )
    if room < len(test):
        remarks.append(
            f"Of {counted(len(test), 'test sample')} the first {room:,} are kept; a session holds no more beside what "
            "it learns from."
        )
    return kept, test[:room]


def _data(setup: Setup, train: list[Sample], test: list[Sample], remarks: list[str]) -> dict[str, Any]:
    rows, share = arranged(train, test, SEED)
    common = {"task": "regression", "scale": "none", "train_share": share, "seed": SEED}
    if all(feature in OF_POINTS for feature in setup.features):
        points = [list(row) for row in rows]
        return {"name": "points", "points": points, "features": [NAMES[key] for key in setup.features], **common}
    remarks.append(
        "The page takes sin of x as it is, a feature here of πx: so its inputs are columns of rows typed by hand, and "
        "no features of a plane."
    )
    inputs = [[FEATURES[key](x, y) for key in setup.features] for x, y, _ in rows]
    names = [NAMES[key] for key in setup.features]
    return {"name": "rows", "x": inputs, "y": [label for _, _, label in rows], "x_names": names, **common}


def _of_learning(setup: Setup, train: int, classes: bool) -> list[str]:
    """Where the page learns in a way that a session cannot say, as sentences."""
    found = []
    if classes:
        found.append("The page's classes are the values −1 and 1, and so they are here; no accuracy is counted.")
    batch = int(setup.numbers["batchSize"])
    if batch > train:
        found.append(
            f"The mini-batch of {batch:,} is larger than the training part of {train:,}: the page never updates, and "
            "here an update sees all samples."
        )
    elif train % batch:
        found.append(
            f"The mini-batch of {batch:,} leaves {train % batch:,} of {train:,} samples over: here they are an update "
            "of their own, on the page they join the first one of the next epoch."
        )
    if setup.names["regularization"] == "L1" and setup.numbers["regularizationRate"]:
        found.append("On the page a weight that L1 takes across 0 stays 0 for good; here it goes on learning.")
    return found
