"""How a session's `data` becomes arrays: drawn or read, split, made into features, scaled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.data import features, generators, tables
from twostroke.engine.data.names import DatasetInfo
from twostroke.engine.tape import Array

if TYPE_CHECKING:  # the session model imports this package for the names of the datasets
    from twostroke.engine.spec import DataSpec

EXTENT = 1.2
DRAW, SPLIT = 0, 1  # streams of random numbers: more noise must not change who is in which part


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples ready for training. All arrays are read-only, C-contiguous and of the session's precision.

    `raw` holds the samples as drawn or measured (digits: pixels 0 to 16), `x` what the network sees of them, `target`
    what it should answer. `label` is the class number (int64), or the value for regression.
    """

    info: DatasetInfo
    feature_names: tuple[str, ...]  # of the network's inputs, for the screen
    class_names: tuple[str, ...]  # empty for regression
    extent: tuple[float, float]  # plane: holds all samples; line: the drawn part of x; tables: (0, 1), unused
    provenance: str
    raw_train: Array  # (n, raw inputs)
    x_train: Array  # (n, inputs)
    target_train: Array  # (n, outputs)
    label_train: NDArray[Any]  # (n,)
    raw_test: Array
    x_test: Array
    target_test: Array
    label_test: NDArray[Any]
    features: tuple[str, ...]  # as the session names them
    centre: NDArray[np.float64]  # (inputs,) subtracted from the features
    factor: NDArray[np.float64]  # (inputs,) then multiplied; 0 for a column that is constant in the training part

    def prepare(self, raw: NDArray[Any]) -> Array:
        """What the network sees of raw samples (N, raw inputs): features, scaled as the training part was; (N, inputs).

        Raises ValueError where the number of columns is not that of the data.
        """
        points = np.asarray(raw)
        if points.ndim != 2 or points.shape[1] != self.info.inputs:
            raise ValueError(
                f"samples of {self.info.name} have {self.info.inputs} columns; got an array of shape {points.shape}"
            )
        scaled = (features.transform(points, self.features) - self.centre) * self.factor
        return np.ascontiguousarray(scaled, dtype=self.x_train.dtype)


def load(spec: DataSpec, outputs: int, dtype: str) -> Dataset:
    """The samples that `spec` describes, for a network of `outputs` output units, in "float32" or "float64".

    The same arguments give the same numbers, bit for bit. For tables, `samples` and `noise` have no meaning: they have
    their own rows. The split keeps each class's share; inputs are scaled to mean 0 and (population) standard deviation
    1 over the training part.
    """
    raw, label = _samples(spec)
    raw = raw.astype(dtype)
    train, test = _split(label, spec.info.task != "regression", spec.train_share, _stream(spec.seed, SPLIT))
    centre, factor = _scaling(features.transform(raw[train], spec.features))
    target = _targets(label, spec.info, outputs)

    def part(rows: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        x = (features.transform(raw[rows], spec.features) - centre) * factor
        value = label[rows] if spec.info.classes else label[rows].astype(dtype)
        return {"raw": raw[rows], "x": x.astype(dtype), "target": target[rows].astype(dtype), "label": value}

    arrays = {f"{key}_train": value for key, value in part(train).items()}
    arrays |= {f"{key}_test": value for key, value in part(test).items()}
    names, classes, provenance = _words(spec)
    return Dataset(
        info=spec.info,
        feature_names=names,
        class_names=classes,
        extent=_extent(spec.info, raw),
        provenance=provenance,
        features=spec.features,
        centre=_frozen(centre),
        factor=_frozen(factor),
        **{key: _frozen(value) for key, value in arrays.items()},
    )


def _stream(seed: int, purpose: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, purpose])))


def _samples(spec: DataSpec) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Raw samples (n, raw inputs) and the class or value of each (n,)."""
    if spec.info.family == "table":
        found = tables.table(spec.name)
        return found.rows, found.labels
    rng = _stream(spec.seed, DRAW)
    if spec.info.task == "regression":
        return generators.draw_values(spec.name, rng, spec.samples, spec.noise, spec.info.inputs)
    return generators.draw_classes(spec.name, rng, spec.samples, spec.noise)


def _split(
    label: NDArray[Any], stratified: bool, share: float, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the training and of the test part, each in random order; both hold a row of every class."""
    groups = [np.flatnonzero(label == c) for c in np.unique(label)] if stratified else [np.arange(len(label))]
    train, test = [], []
    for group in groups:
        order = rng.permutation(group)
        count = min(max(round(share * len(group)), 1), len(group) - 1)
        train.append(order[:count])
        test.append(order[count:])
    return rng.permutation(np.concatenate(train)), rng.permutation(np.concatenate(test))


def _scaling(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centre and factor (inputs,) that give x (n, inputs) mean 0 and population standard deviation 1."""
    varies = np.ptp(x, axis=0) > 0.0
    spread = np.where(varies, x.std(axis=0), 1.0)
    return x.mean(axis=0), np.where(varies & (spread > 0.0), 1.0 / np.where(spread > 0.0, spread, 1.0), 0.0)


def _targets(label: NDArray[Any], info: DatasetInfo, outputs: int) -> NDArray[np.float64]:
    """What the network should answer (n, outputs): the value, 0 or 1, or one-hot classes."""
    if info.classes and outputs > 1:
        return np.asarray(np.eye(outputs)[label], dtype=np.float64)
    return label.astype(np.float64)[:, None]


def _extent(info: DatasetInfo, raw: NDArray[Any]) -> tuple[float, float]:
    """The drawn square: fixed while the samples fit, so that the picture stays put, and wider where noise needs it."""
    if info.family == "table":
        return (0.0, 1.0)
    reach = float(np.abs(raw).max())
    end = EXTENT if reach <= EXTENT else np.ceil(10.0 * reach) / 10.0
    return (-float(end), float(end))


def _words(spec: DataSpec) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Names of the inputs and of the classes, and where the samples come from."""
    if spec.info.family == "table":
        found = tables.table(spec.name)
        sentence = f"{tables.PROVENANCE[spec.name]}; UCI repository, as installed with scikit-learn."
        return found.columns, found.classes, sentence
    chosen = spec.features or ("x", "y")[: spec.info.inputs]
    classes = ("class 0", "class 1") if spec.info.classes else ()
    kind = "points" if spec.info.family == "plane" else "points of the line"
    sentence = f"{spec.samples:,} {kind} drawn by this program, noise {spec.noise:g}, seed {spec.seed}."
    return tuple(features.CATALOGUE[name].title for name in chosen), classes, sentence


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array = np.ascontiguousarray(array)
    array.setflags(write=False)
    return array
