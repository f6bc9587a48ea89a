"""Datasets: shapes, balance, split, scaling and determinism for every name, and what single figures look like."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twostroke.engine.data import Dataset, features, generators, load
from twostroke.engine.data.names import DATASETS, FEATURES, LINE_FEATURES
from twostroke.engine.session.spec import DataSpec

DRAWN = [name for name, info in DATASETS.items() if info.family != "table"]
TABLES = [name for name, info in DATASETS.items() if info.rows]
ARRAYS = [f"{kind}_{part}" for part in ("train", "test") for kind in ("raw", "x", "target", "label")]


@st.composite
def specs(draw: st.DrawFn) -> DataSpec:
    """Any dataset with any setting."""
    name = draw(st.sampled_from(list(DATASETS)))
    chosen = draw(st.lists(st.sampled_from(DATASETS[name].features), unique=True)) if DATASETS[name].features else []
    return DataSpec(
        name=name,
        samples=draw(st.integers(10, 300)),
        noise=draw(st.floats(0.0, 1.0)),
        train_share=draw(st.floats(0.1, 0.9)),
        features=tuple(chosen),
        seed=draw(st.integers(0, 2**31 - 1)),
    )


def outputs_of(spec: DataSpec) -> int:
    """Width of the usual output layer."""
    return spec.info.classes if spec.info.task == "classes" else 1


def whole(dataset: Dataset, kind: str) -> Any:
    """Training and test part together."""
    return np.concatenate([getattr(dataset, f"{kind}_train"), getattr(dataset, f"{kind}_test")])


@given(specs(), st.sampled_from(["float32", "float64"]))
def test_shapes_types_and_finiteness(spec: DataSpec, dtype: str) -> None:
    """Every array has the shape, type and order that it promises, and finite numbers."""
    data = load(spec, outputs_of(spec), dtype)
    for part in ("train", "test"):
        n = len(getattr(data, f"label_{part}"))
        assert n >= 1
        assert getattr(data, f"raw_{part}").shape == (n, spec.info.inputs)
        assert getattr(data, f"x_{part}").shape == (n, spec.inputs)
        assert getattr(data, f"target_{part}").shape == (n, outputs_of(spec))
    for name in ARRAYS:
        array = getattr(data, name)
        kind = np.int64 if name.startswith("label") and spec.info.classes else np.dtype(dtype)
        assert array.dtype == kind
        assert array.flags.c_contiguous
        assert not array.flags.writeable
        assert np.isfinite(array).all()
    assert len(data.label_train) + len(data.label_test) == spec.rows
    assert len(data.feature_names) == spec.inputs
    assert len(data.class_names) == spec.info.classes
    assert data.provenance.endswith(".")


@given(specs())
def test_same_spec_same_numbers(spec: DataSpec) -> None:
    """The same settings give the same numbers, bit for bit."""
    one, two = load(spec, outputs_of(spec), "float32"), load(spec, outputs_of(spec), "float32")
    for name in ARRAYS:
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes()


@given(specs())
def test_no_sample_is_in_both_parts(spec: DataSpec) -> None:
    """Training and test part share no row: together they are the whole, sample by sample."""
    data = load(spec, outputs_of(spec), "float64")
    other = load(spec.model_copy(update={"train_share": 0.5, "seed": spec.seed}), outputs_of(spec), "float64")
    keys = ("raw", "target")
    ours, theirs = (np.column_stack([whole(d, key) for key in keys]) for d in (data, other))
    np.testing.assert_array_equal(ours[np.lexsort(ours.T)], theirs[np.lexsort(theirs.T)])
    if spec.info.family != "table":  # tables hold some flowers twice
        assert len(np.unique(whole(data, "raw"), axis=0)) == spec.rows


@given(specs())
def test_scaling_is_fitted_on_the_training_part(spec: DataSpec) -> None:
    """Mean 0 and deviation 1 over the training part alone; constant columns are 0 everywhere."""
    data = load(spec, outputs_of(spec), "float64")
    raw = features.transform(data.raw_train, spec.features)
    constant = np.ptp(raw, axis=0) == 0
    np.testing.assert_allclose(data.x_train.mean(axis=0), 0.0, atol=1e-7)
    np.testing.assert_allclose(data.x_train[:, ~constant].std(axis=0), 1.0, rtol=1e-7)
    assert not data.x_train[:, constant].any()
    assert not data.x_test[:, constant].any()
    centre, spread = raw.mean(axis=0), np.where(constant, np.inf, raw.std(axis=0))
    expected = (features.transform(data.raw_test, spec.features) - centre) / spread
    np.testing.assert_allclose(data.x_test, expected, rtol=1e-9, atol=1e-9)


@given(specs(), st.sampled_from(["float32", "float64"]))
def test_prepare_does_to_new_points_what_was_done_to_the_samples(spec: DataSpec, dtype: str) -> None:
    """`prepare` of the raw samples is the network's input, bit for bit."""
    data = load(spec, outputs_of(spec), dtype)
    for part in ("train", "test"):
        prepared = data.prepare(getattr(data, f"raw_{part}"))
        assert prepared.dtype == np.dtype(dtype)
        assert prepared.tobytes() == getattr(data, f"x_{part}").tobytes()


@given(specs().filter(lambda spec: spec.info.task != "regression"))
def test_classes_are_balanced_and_split_evenly(spec: DataSpec) -> None:
    """Drawn classes differ by one at most; each class gives its share to the training part, and one row to each."""
    data = load(spec, outputs_of(spec), "float32")
    counts = np.bincount(whole(data, "label"), minlength=spec.info.classes)
    train = np.bincount(data.label_train, minlength=spec.info.classes)
    if spec.name == "fraud":
        assert counts[1] == max(2, round(0.04 * spec.samples))
    elif spec.info.family != "table":
        assert abs(counts[0] - counts[1]) <= 1
    assert np.all(np.abs(train - spec.train_share * counts) <= 1.0)
    assert np.all(train >= 1)
    assert np.all(counts - train >= 1)


@given(st.sampled_from(DRAWN), st.integers(0, 100), st.integers(10, 100))
def test_noise_does_not_change_the_split_or_the_clean_figure(name: str, seed: int, samples: int) -> None:
    """A little noise moves each sample a little: the same sample stays in the same row."""
    clean, noisy = (load(DataSpec(name=name, seed=seed, samples=samples, noise=n), 1, "float64") for n in (0.0, 1e-6))
    np.testing.assert_array_equal(clean.label_train > 0.5, noisy.label_train > 0.5)
    np.testing.assert_allclose(clean.raw_train, noisy.raw_train, atol=1e-4)


@given(specs().filter(lambda spec: spec.info.family == "plane"))
def test_extent_holds_every_sample(spec: DataSpec) -> None:
    """The drawn square holds all samples, and stays the usual one where they fit."""
    data = load(spec, 1, "float64")
    low, high = data.extent
    assert low == -high
    reach = np.abs(whole(data, "raw")).max()
    assert reach <= high
    assert high == 1.2 or high - reach < 0.1 + 1e-9


@pytest.mark.parametrize("name", DRAWN)
def test_clean_figures_lie_within_the_plane(name: str) -> None:
    """Without noise all points lie in [-1, 1]; clouds, which are noise by nature, nearly all."""
    raw = whole(load(DataSpec(name=name, samples=2_000, noise=0.0), 1, "float64"), "raw")
    assert np.mean(np.abs(raw) <= 1.0) > (0.99 if name == "gauss" else 0.999999)
    assert np.abs(raw).max() > 0.45


CLEAN_RULES = {
    "circle": lambda p: np.hypot(p[:, 0], p[:, 1]) < 0.6,
    "xor": lambda p: p[:, 0] * p[:, 1] > 0,
    "gauss": lambda p: p[:, 0] + p[:, 1] > 0,
    "fraud": lambda p: np.abs(p[:, 0] + p[:, 1]) < 0.2,
    "checkerboard": lambda p: (np.floor(2 * p[:, 0]) + np.floor(2 * p[:, 1])) % 2 == 1,
}


@pytest.mark.parametrize("name", CLEAN_RULES)
def test_clean_classes_obey_a_rule(name: str) -> None:
    """Without noise the classes are those that the picture promises."""
    data = load(DataSpec(name=name, samples=1_000, noise=0.0), 1, "float64")
    points, label = whole(data, "raw"), whole(data, "label")
    np.testing.assert_array_equal(CLEAN_RULES[name](points), label == 1)


def test_moons_are_two_half_circles() -> None:
    """Each class lies on a half circle of radius 2/3, one the other turned by half a turn about the middle."""
    data = load(DataSpec(name="moons", samples=1_000, noise=0.0), 1, "float64")
    for side in (0, 1):
        points = whole(data, "raw")[whole(data, "label") == side] * (1 - 2 * side) + (1 / 3, 1 / 6)
        np.testing.assert_allclose(np.hypot(points[:, 0], points[:, 1]), 2 / 3)
        assert points[:, 1].min() > 0.0


def test_spiral_is_two_arms_of_one_and_three_quarter_turns() -> None:
    """Radius grows in proportion to the angle; the arms are half a turn apart."""
    data = load(DataSpec(name="spiral", samples=1_000, noise=0.0), 1, "float64")
    points, label = whole(data, "raw"), whole(data, "label")
    radius = np.hypot(points[:, 0], points[:, 1])
    way = (radius - generators.SPIRAL_INNER) / (1 - generators.SPIRAL_INNER)
    angle = np.arctan2(points[:, 0], points[:, 1]) - 2 * np.pi * 1.75 * way - np.pi * label
    np.testing.assert_allclose(np.cos(angle), 1.0, atol=1e-12)
    assert way.min() < 0.01
    assert way.max() > 0.99


def test_spiral_at_the_usual_noise_can_be_told_apart_and_shows_the_noise() -> None:
    """The nearest training point decides right for 97 % of the test half, yet the arms are visibly rough."""
    right, off = [], []
    for seed in range(10):
        data = load(DataSpec(name="spiral", samples=500, noise=0.1, train_share=0.5, seed=seed), 1, "float64")
        distance = np.linalg.norm(data.raw_test[:, None] - data.raw_train[None], axis=2)
        right.append(np.mean(data.label_train[distance.argmin(axis=1)] == data.label_test))
        clean = load(DataSpec(name="spiral", samples=500, noise=0.0, train_share=0.5, seed=seed), 1, "float64")
        off.append(np.linalg.norm(data.raw_train - clean.raw_train, axis=1).mean())
    assert min(right) >= 0.97
    assert np.mean(off) > 0.025  # 1 % of the drawn square: three pixels of a small map


@pytest.mark.parametrize("name", ["parabola", "sine", "absolute", "step", "reg-plane", "reg-gauss"])
def test_regression_targets(name: str) -> None:
    """Clean values are those of the function and within [-1, 1]; noise is on the value, not on the point."""
    clean = load(DataSpec(name=name, samples=400, noise=0.0), 1, "float64")
    noisy = load(DataSpec(name=name, samples=400, noise=0.2), 1, "float64")
    x, value = clean.raw_train[:, 0], clean.target_train[:, 0]
    rule = {"parabola": x**2, "sine": np.sin(np.pi * x), "absolute": np.abs(x), "step": np.heaviside(x, 0.0)}
    if name in rule:
        np.testing.assert_allclose(value, rule[name], rtol=1e-12)
    assert np.abs(value).max() <= 1.0
    assert np.ptp(value) > 0.9
    np.testing.assert_array_equal(clean.raw_train, noisy.raw_train)
    assert noisy.class_names == ()
    difference = noisy.target_train[:, 0] - value
    assert 0.07 < difference.std() < 0.13  # 0.2 of the spread of 0.5
    np.testing.assert_array_equal(noisy.label_train, noisy.target_train[:, 0])


@pytest.mark.parametrize(("name", "outputs"), [("spiral", 2), ("iris", 3), ("breast_cancer", 2), ("digits", 10)])
def test_classes_are_one_hot_for_several_outputs(name: str, outputs: int) -> None:
    """One row of the identity matrix for each sample."""
    data = load(DataSpec(name=name), outputs, "float32")
    assert data.target_train.shape[1] == outputs
    np.testing.assert_array_equal(data.target_train.argmax(axis=1), data.label_train)
    np.testing.assert_array_equal(data.target_train.sum(axis=1), 1.0)
    assert set(np.unique(data.target_train)) == {0.0, 1.0}


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_those_of_scikit_learn(name: str) -> None:
    """All rows, whatever `samples` and `noise` say, in the order of columns and classes of the source."""
    from sklearn import datasets

    source = getattr(datasets, f"load_{name}")()
    data = load(DataSpec(name=name, samples=10, noise=1.0), outputs_of(DataSpec(name=name)), "float64")
    ours = np.column_stack([whole(data, "raw"), whole(data, "label")])
    theirs = np.column_stack([source.data, source.target])
    np.testing.assert_array_equal(ours[np.lexsort(ours.T)], theirs[np.lexsort(theirs.T)])
    assert len(data.raw_train) + len(data.raw_test) == DATASETS[name].rows
    assert len(data.class_names) == DATASETS[name].classes


def test_digits_stay_pixels() -> None:
    """Raw digits are 0 to 16; a pixel that no training image uses is 0 for the network, not NaN."""
    data = load(DataSpec(name="digits", train_share=0.1), 10, "float32")
    assert data.raw_train.min() == 0.0
    assert data.raw_train.max() == 16.0
    unused = ~data.raw_train.any(axis=0)
    assert unused.any()
    lit = np.full((1, 64), 16.0)
    assert not data.prepare(lit)[:, unused].any()


def test_features() -> None:
    """Each feature is what the screen calls it."""
    point = np.array([[0.25, -0.5]])
    got = features.transform(point, FEATURES)[0]
    np.testing.assert_allclose(got, [0.25, -0.5, 0.0625, 0.25, -0.125, np.sqrt(0.5), -1.0])
    assert set(FEATURES) | set(LINE_FEATURES) == set(features.CATALOGUE)
    spec = DataSpec(name="spiral", features=("sin(y)", "x^2"))
    assert load(spec, 1, "float32").feature_names == ("sin(πy)", "x²")
    assert load(DataSpec(name="sine"), 1, "float32").feature_names == ("x",)


def test_prepare_refuses_samples_of_another_width() -> None:
    """A sentence, not an array of the wrong shape."""
    data = load(DataSpec(name="spiral"), 1, "float32")
    with pytest.raises(ValueError, match=r"samples of spiral have 2 columns; got an array of shape \(3, 1\)"):
        data.prepare(np.zeros((3, 1)))


def test_seed_changes_the_samples_and_the_split() -> None:
    """Two seeds give two draws; of a table, two splits."""
    for name in ("spiral", "iris"):
        one, two = (load(DataSpec(name=name, seed=seed), outputs_of(DataSpec(name=name)), "float64") for seed in (1, 2))
        assert not np.array_equal(one.raw_train, two.raw_train)
