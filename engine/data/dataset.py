"""How a session's `data` becomes arrays: drawn or read, split, made into features, scaled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import Array
from twostroke.engine.data import features, generators, own, series, tables
from twostroke.engine.data.names import OWN, DatasetInfo
from twostroke.engine.data.own import Samples
from twostroke.engine.data.scaling import (
    Scale,
    fallen_together,
    input_scale,
    scale_inputs,
    target_scale,
    too_close_to_tell,
)
from twostroke.engine.data.splitting import parts
from twostroke.engine.session.phrases import counted, shown

if TYPE_CHECKING:  # the session model imports this package for the names of the datasets
    from twostroke.engine.session.spec import DataSpec

EXTENT = 1.2
DRAW, SPLIT = 0, 1  # streams of random numbers: more noise must not change who is in which part
TOLD = 4  # columns whose values fall together that are named; of more it is said how many

KEPT_AS_READ = ("table", "npz", "rows")
"""Data that keep the precision in which they were read until they are centred and scaled."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples ready for training. All arrays are read-only and C-contiguous.

    `raw` holds the samples as drawn or measured (digits: pixels 0 to 16), `x` what the network sees of them, `target`
    what it should answer. `label` is the class number (int64), or the value for regression, in its own units. They are
    of the session's precision, but for `raw` and `label` of `KEPT_AS_READ`. The test part may be empty.
    """

    info: DatasetInfo
    feature_names: tuple[str, ...]  # of the network's inputs, for the screen
    class_names: tuple[str, ...]  # empty for regression
    extent: tuple[float, float]  # plane: holds all samples; line: the drawn part of x; tables: (0, 1), unused
    provenance: str
    raw_train: Array  # (n, raw inputs)
    x_train: Array  # (n, inputs)
    target_train: Array  # (n, outputs)
    label_train: NDArray[Any]  # (n,), or (n, outputs) where several values are asked for
    raw_test: Array
    x_test: Array
    target_test: Array
    label_test: NDArray[Any]
    features: tuple[str, ...]  # as the session names them
    centre: NDArray[np.float64]  # (inputs,) subtracted from the features
    factor: NDArray[np.float64]  # (inputs,) then multiplied; 0 for a column that is constant in the training part
    target_scale: Scale | None = None  # centre and spread (outputs,) of values that are scaled for training
    remarks: tuple[str, ...] = ()  # what has become of the data, each a sentence

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

    def values(self, output: NDArray[Any]) -> NDArray[np.float64]:
        """What outputs of the network (..., outputs) say in the units of the data."""
        centre, spread = self.target_scale or (0.0, 1.0)
        return np.asarray(output, dtype=np.float64) * spread + centre


def load(spec: DataSpec, outputs: int, dtype: str) -> Dataset:
    """The samples that `spec` describes, for a network of `outputs` output units, in "float32" or "float64".

    The same arguments give the same numbers, bit for bit. For tables, `samples` and `noise` have no meaning: they have
    their own rows. The split keeps each class's share, or the order of time; inputs, and values where the session says
    so, are scaled to mean 0 and (population) standard deviation 1 over the training part. Tables and arrays of one's
    own are cast only then. Raises DataProblem where a file cannot be read.
    """
    found = _samples(spec)
    kept = spec.name in KEPT_AS_READ
    raw, label = found.raw if kept else found.raw.astype(dtype, copy=False), found.label
    train, test = split_of(label, spec.train_share, spec.seed, bool(spec.info.classes), found.in_order)
    words = _feature_names(found, spec), found.classes, found.provenance
    chosen = () if spec.info.family == "table" else spec.features  # a table's features are columns, and `raw` has them
    split = {"train": raw[train], "test": raw[test]}
    del raw, found
    if spec.missing == "mean":
        _fill_gaps(split)
    scale = input_scale(split["train"], chosen, spec.scale == "standard")
    target, target_units = _targets(label, train, spec, outputs)
    arrays: dict[str, NDArray[Any]] = {}
    for part, rows in (("train", train), ("test", test)):
        arrays[f"raw_{part}"] = split[part]
        arrays[f"x_{part}"] = scale_inputs(split[part], chosen, scale, dtype)
        arrays[f"target_{part}"] = target[rows].astype(dtype)
        arrays[f"label_{part}"] = label[rows] if kept or spec.info.classes else label[rows].astype(dtype)
    names, classes, provenance = words
    remarks = tuple(_remarks(spec.info, names, arrays)) if kept else ()
    return Dataset(
        info=spec.info,
        feature_names=names,
        class_names=classes,
        extent=_extent(spec.info, split.values()),
        provenance=" ".join((provenance, *remarks)),
        features=chosen,
        centre=_frozen(scale[0]),
        factor=_frozen(scale[1]),
        target_scale=target_units,
        remarks=remarks,
        **{key: _frozen(value) for key, value in arrays.items()},
    )


def split_of(
    label: NDArray[Any], share: float, seed: int, classes: bool, in_order: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the training and of the test part, as `data.seed` splits them."""
    return parts(label, share, _stream(seed, SPLIT), classes, in_order)


def _stream(seed: int, purpose: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, purpose])))


def _samples(spec: DataSpec) -> Samples:
    """All samples, before they are split."""
    rng = _stream(spec.seed, DRAW)
    if spec.name in OWN:
        return own.samples(spec, rng)
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


def _fill_gaps(split: dict[str, NDArray[Any]]) -> None:
    """Put the mean of its column over the training part where a value is missing (NaN), in both parts."""
    train = split["train"]
    for place in range(train.shape[1]):
        known = train[:, place][~np.isnan(train[:, place])]
        mean = known.mean(dtype=np.float64) if len(known) else 0.0
        for part in split.values():
            part[np.isnan(part[:, place]), place] = mean


def _targets(
    label: NDArray[Any], train: NDArray[np.int64], spec: DataSpec, outputs: int
) -> tuple[NDArray[np.float64], Scale | None]:
    """What the network should answer (n, outputs): values, 0 or 1, or one-hot classes; and how values are scaled."""
    if spec.info.classes and outputs > 1:
        values = np.asarray(np.eye(outputs)[label], dtype=np.float64)
    else:
        values = label.astype(np.float64).reshape(len(label), -1)
    if not spec.scales_target:
        return values, None
    centre, spread = target_scale(values[train])
    return (values - centre) / spread, (_frozen(centre), _frozen(spread))


def _remarks(info: DatasetInfo, names: Sequence[str], arrays: Mapping[str, NDArray[Any]]) -> Iterator[str]:
    """Where different values of the training part are one number to the network, as sentences."""
    seen, target = arrays["x_train"], arrays["target_train"]
    bits = 8 * seen.dtype.itemsize
    advice = 'network.dtype "float64" may keep them apart' if bits == 32 else "subtract what they have in common"
    found = [(shown(names[column]), *counts) for column, *counts in fallen_together(arrays["raw_train"], seen)]
    close = [shown(names[column]) for column in too_close_to_tell(arrays["raw_train"])]
    if not info.classes:
        values = arrays["label_train"].reshape(target.shape)
        outputs = info.output_names or tuple(f"output {place}" for place in range(1, target.shape[1] + 1))
        found += [(f"The target {shown(outputs[k])}", *counts) for k, *counts in fallen_together(values, target)]
        close += [f"The target {shown(outputs[k])}" for k in too_close_to_tell(values)]
    for called in close[:TOLD]:
        yield f"{called}: its values lie as close as 64 bit can tell, and may be rounded; count them from a nearer one."
    for name, before, after in found[:TOLD]:
        yield f"{name}: {before:,} different values become {after:,} in {bits} bit, too close together; {advice}."
    if found[TOLD:]:
        yield f"So do values of {counted(len(found) - TOLD, 'more column')}."


def _extent(info: DatasetInfo, parts: Iterable[NDArray[Any]]) -> tuple[float, float]:
    """The drawn square: fixed while the samples fit, so that the picture stays put, and wider where noise needs it."""
    if info.picture == "table":
        return (0.0, 1.0)
    reach = max(float(np.abs(part).max()) for part in parts if len(part))
    if info.name == "rows":
        return (-EXTENT * (reach or 1.0), EXTENT * (reach or 1.0))
    end = EXTENT if reach <= EXTENT else np.ceil(10.0 * reach) / 10.0
    return (-float(end), float(end))


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array = np.ascontiguousarray(array)
    array.setflags(write=False)
    return array
