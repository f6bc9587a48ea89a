"""How a session's `data` becomes arrays: drawn or read, split, made into features, scaled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import Array
from twostroke.engine.data import features, generators, own, series, tables
from twostroke.engine.data.names import OWN, DatasetInfo
from twostroke.engine.data.own import Samples
from twostroke.engine.files.patience import go_on

if TYPE_CHECKING:  # the session model imports this package for the names of the datasets
    from twostroke.engine.session.spec import DataSpec

EXTENT = 1.2
DRAW, SPLIT = 0, 1  # streams of random numbers: more noise must not change who is in which part
PIECE = 1_000_000  # numbers that are scaled at once: a large table needs no large arrays besides its own


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

    @cached_property
    def digest(self) -> bytes:
        """Tells apart the training parts that updates see."""
        digest = hashlib.blake2b(digest_size=16)
        for array in (self.x_train, self.target_train):
            digest.update(str((array.shape, array.dtype.str)).encode())
            digest.update(array.data)
        return digest.digest()

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
    their own rows. The split keeps each class's share, or the order of time; inputs are scaled to mean 0 and
    (population) standard deviation 1 over the training part. Raises DataProblem where a file cannot be read.
    """
    found = _samples(spec, dtype)
    raw, label = found.raw.astype(dtype, copy=False), found.label
    train, test = _parts(found, spec)
    words = _feature_names(found, spec), found.classes, found.provenance
    chosen = () if spec.info.family == "table" else spec.features  # a table's features are columns, and `raw` has them
    split = {"train": raw[train], "test": raw[test]}
    del raw, found
    if spec.missing == "mean":
        _fill_gaps(split)
    centre, factor = _scaling(split["train"], chosen)
    target = _targets(label, spec.info, outputs)
    arrays: dict[str, NDArray[Any]] = {}
    for part, rows in (("train", train), ("test", test)):
        arrays[f"raw_{part}"] = split[part]
        arrays[f"x_{part}"] = _scaled(split[part], chosen, centre, factor)
        arrays[f"target_{part}"] = target[rows].astype(dtype)
        arrays[f"label_{part}"] = label[rows] if spec.info.classes else label[rows].astype(dtype)
    names, classes, provenance = words
    return Dataset(
        info=spec.info,
        feature_names=names,
        class_names=classes,
        extent=_extent(spec.info, split.values()),
        provenance=provenance,
        features=chosen,
        centre=_frozen(centre),
        factor=_frozen(factor),
        **{key: _frozen(value) for key, value in arrays.items()},
    )


def _stream(seed: int, purpose: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, purpose])))


def _samples(spec: DataSpec, dtype: str) -> Samples:
    """All samples, before they are split."""
    rng = _stream(spec.seed, DRAW)
    if spec.name in OWN:
        return own.samples(spec, rng, dtype)
    if spec.name == "market":
        return _market(spec, rng)
    if spec.info.family == "table":
        table = tables.table(spec.name)
        about = f"{tables.PROVENANCE[spec.name]}; UCI repository, as installed with scikit-learn."
        return Samples(table.rows, table.labels, table.columns, table.classes, about)
    kind = "points" if spec.info.family == "plane" else "points of the line"
    about = f"{spec.samples:,} {kind} drawn by this program, noise {spec.noise:g}, seed {spec.seed}."
    columns = ("x", "y")[: spec.info.inputs]
    if spec.info.task == "regression":
        raw, value = generators.draw_values(spec.name, rng, spec.samples, spec.noise, spec.info.inputs)
        return Samples(raw, value, columns, (), about)
    raw, label = generators.draw_classes(spec.name, rng, spec.samples, spec.noise)
    frauds = int(np.count_nonzero(label)) if spec.name == "fraud" else 0
    about += f" {frauds:,} of them are frauds; both parts hold their share." if frauds else ""
    return Samples(raw, label, columns, ("ordinary", "fraud") if frauds else ("class 0", "class 1"), about)


def _market(spec: DataSpec, rng: np.random.Generator) -> Samples:
    raw, value = series.draw_market(rng, spec.samples, spec.noise)
    days = [f"return −{lag}" for lag in range(series.LAGS, 0, -1)]  # so many days before the one to predict
    about = (
        f"{spec.samples:,} days drawn by this program, noise {spec.noise:g}, seed {spec.seed}. "
        "The test part are the days after those of the training part: nothing is learnt from the future."
    )
    return Samples(raw, value, tuple(days), (), about, in_order=True)


def _feature_names(found: Samples, spec: DataSpec) -> tuple[str, ...]:
    """Names of the network's inputs, for the screen."""
    if spec.info.family == "table" or not spec.features:
        return found.columns
    return tuple(features.CATALOGUE[name].title for name in spec.features)


def _parts(found: Samples, spec: DataSpec) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the training and of the test part."""
    if found.in_order:
        rows = np.arange(len(found.label))
        count = min(max(round(spec.train_share * len(rows)), 1), len(rows) - 1)
        return rows[:count], rows[count:]
    return _split(found.label, spec.info.task != "regression", spec.train_share, _stream(spec.seed, SPLIT))


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


def _fill_gaps(split: dict[str, NDArray[Any]]) -> None:
    """Put the mean of its column over the training part where a value is missing (NaN), in both parts."""
    train = split["train"]
    for place in range(train.shape[1]):
        known = train[:, place][~np.isnan(train[:, place])]
        mean = known.mean(dtype=np.float64) if len(known) else 0.0
        for part in split.values():
            part[np.isnan(part[:, place]), place] = mean


def _scaling(raw: NDArray[Any], chosen: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centre and factor (inputs,) that give the features of raw samples mean 0 and population standard deviation 1."""
    if chosen or raw.size <= PIECE:
        return _scaling_of(features.transform(raw, chosen))
    pieces = np.array_split(raw, -(-raw.size // PIECE), axis=1)
    parts = [_scaling_of(_wide(piece)) for piece in pieces if piece.size]
    return np.concatenate([centre for centre, _ in parts]), np.concatenate([factor for _, factor in parts])


def _wide(piece: NDArray[Any]) -> NDArray[np.float64]:
    go_on("the data")
    return piece.astype(np.float64)


def _scaling_of(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    varies = np.ptp(x, axis=0) > 0.0
    spread = np.where(varies, x.std(axis=0), 1.0)
    return x.mean(axis=0), np.where(varies & (spread > 0.0), 1.0 / np.where(spread > 0.0, spread, 1.0), 0.0)


def _scaled(
    raw: NDArray[Any], chosen: Sequence[str], centre: NDArray[np.float64], factor: NDArray[np.float64]
) -> NDArray[Any]:
    """What the network sees of raw samples: (n, inputs), of their precision. Row by row, so pieces change no bit."""
    x = np.empty((len(raw), len(centre)), dtype=raw.dtype)
    step = max(1, PIECE // max(1, len(centre)))
    for begin in range(0, len(raw), step):
        go_on("the data")
        piece = slice(begin, begin + step)
        x[piece] = (features.transform(raw[piece], chosen) - centre) * factor
    return x


def _targets(label: NDArray[Any], info: DatasetInfo, outputs: int) -> NDArray[np.float64]:
    """What the network should answer (n, outputs): the value, 0 or 1, or one-hot classes."""
    if info.classes and outputs > 1:
        return np.asarray(np.eye(outputs)[label], dtype=np.float64)
    return label.astype(np.float64)[:, None]


def _extent(info: DatasetInfo, parts: Iterable[NDArray[Any]]) -> tuple[float, float]:
    """The drawn square: fixed while the samples fit, so that the picture stays put, and wider where noise needs it."""
    if info.family == "table":
        return (0.0, 1.0)
    reach = max(float(np.abs(part).max()) for part in parts)
    end = EXTENT if reach <= EXTENT else np.ceil(10.0 * reach) / 10.0
    return (-float(end), float(end))


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array = np.ascontiguousarray(array)
    array.setflags(write=False)
    return array
