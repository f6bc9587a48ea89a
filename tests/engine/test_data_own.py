"""Arrays and painted points of one's own; the frauds, which are rare, and the market, which goes on in time."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from twostroke.engine.data import load
from twostroke.engine.data.series import LAGS
from twostroke.engine.session.settings.data_spec import info_of
from twostroke.engine.session.spec import DataSpec, Session
from twostroke.engine.session.spec_errors import SessionError, parse_session

BARE = {"format": "twostroke-session", "version": 1}
PAINTED = [[-0.5, 0.2, 0], [-0.4, -0.3, 0], [0.5, 0.1, 1], [0.7, -0.2, 1], [0.2, 0.4, 1]]


def refusal(data: dict[str, Any]) -> str:
    with pytest.raises(SessionError) as found:
        parse_session({**BARE, "data": data}, "s")
    return str(found.value).removeprefix("s: ")


def whole(data: Any, kind: str) -> NDArray[Any]:
    return np.concatenate([getattr(data, f"{kind}_train"), getattr(data, f"{kind}_test")])


# Arrays


def npz(folder: Path, **arrays: Any) -> str:
    path = folder / "a.npz"
    np.savez(path, **arrays)
    return str(path)


X = np.arange(60.0).reshape(20, 3)


@pytest.mark.parametrize("first", [2**53, -(2**53) - 1, 2**62])
@pytest.mark.parametrize("dtype", ["int64", "uint64"])
def test_whole_numbers_beyond_the_digits_of_a_float_stay_classes_of_their_own(
    tmp_path: Path, first: int, dtype: str
) -> None:
    """2**53 and 2**53 + 1 are one number in 64 bit floating point."""
    first += 2**63 if dtype == "uint64" else 0
    y = np.array([first, first + 1] * 10, dtype=dtype)
    spec = DataSpec(name="npz", path=npz(tmp_path, x=X, y=y))
    data = load(spec, 1, "float32")
    assert data.class_names == (str(first), str(first + 1))
    order = np.argsort(whole(data, "raw")[:, 0])
    np.testing.assert_array_equal(whole(data, "label")[order], [0, 1] * 10)


@pytest.mark.parametrize(
    ("y", "task", "classes"),
    [
        (np.arange(20) % 2, "binary", ("0", "1")),
        (np.arange(20) % 3, "classes", ("0", "1", "2")),
        (np.array(["b", "a"] * 10), "binary", ("a", "b")),
        (np.eye(4)[np.arange(20) % 4], "classes", ("0", "1", "2", "3")),
        (np.arange(20) % 2 == 0, "binary", ("0", "1")),
        (np.linspace(0, 1, 20), "regression", ()),
        (np.linspace(0, 1, 20)[:, None].astype(np.float32), "regression", ()),
    ],
)
def test_arrays_come_back(tmp_path: Path, y: NDArray[Any], task: str, classes: tuple[str, ...]) -> None:
    """x as it is, y as classes or values, whatever form it has."""
    spec = DataSpec(name="npz", path=npz(tmp_path, x=X, y=y))
    assert (spec.info.task, spec.info.inputs, spec.rows) == (task, 3, 20)
    data = load(spec, spec.info.classes if task == "classes" else 1, "float64")
    assert data.class_names == classes
    assert data.feature_names == ("x1", "x2", "x3")
    order = np.argsort(whole(data, "raw")[:, 0])
    np.testing.assert_array_equal(whole(data, "raw")[order], X)
    expected = y.argmax(axis=1) if y.ndim == 2 and y.shape[1] > 1 else y.ravel()
    found = whole(data, "label")[order]
    if classes:
        known = np.unique(expected)
        np.testing.assert_array_equal(known[found], expected)
    else:
        np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("dtype", ["float16", "longdouble"])
def test_numbers_of_other_widths(tmp_path: Path, dtype: str) -> None:
    """Half precision, where 1e30 is infinite, and what a machine has beyond double; both as the numbers they are."""
    y = np.array([0.5, 1.5, 2.5, 3.5] * 5, dtype=dtype)
    data = load(DataSpec(name="npz", path=npz(tmp_path, x=X.astype(dtype), y=y)), 1, "float32")
    assert data.info.task == "regression"
    np.testing.assert_array_equal(np.sort(whole(data, "raw"), axis=0), X)
    np.testing.assert_array_equal(np.sort(whole(data, "label")), np.sort(y).astype(np.float64))


def test_numbers_beyond_64_bit_are_too_large(tmp_path: Path) -> None:
    x = X.astype(np.longdouble)
    x[0, 0] = np.finfo(np.longdouble).max
    said = refusal({"name": "npz", "path": npz(tmp_path, x=x, y=X[:, 0])})
    assert "a.npz holds 1 number that is missing or too large; replace them." in said


def test_a_task_for_arrays(tmp_path: Path) -> None:
    """Few whole numbers as values, where the session says so."""
    path = npz(tmp_path, x=X, y=np.arange(20) % 3)
    assert DataSpec(name="npz", path=path, task="regression").info.task == "regression"


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"x": X}, "FILE has no array y; expected x (rows × inputs) and y (rows)"),
        ({"x": X[:, 0], "y": X[:, 0]}, "x of FILE has the shape 20; expected rows × inputs"),
        (
            {"x": X, "y": X[:, :, None]},
            "y of FILE has the shape 20 × 3 × 1; expected one answer a row, several numbers (regression), or a single "
            "1 among zeros (classes)",
        ),
        ({"x": X, "y": X[:7, 0]}, "x of FILE has 20 rows and y has 7; expected as many"),
        ({"x": X.astype(str), "y": X[:, 0]}, "x of FILE holds no numbers; expected numbers"),
        (
            {"x": np.where(X > 57, np.nan, X), "y": X[:, 0]},
            "x of FILE holds 2 numbers that are missing or too large; replace them",
        ),
        (
            {"x": X, "y": np.where(X[:, 0] > 50, np.inf, X[:, 0])},
            "y of FILE holds 3 numbers that are missing or too large; replace them",
        ),
        (
            {"x": X, "y": np.frombuffer(b"\1\0\x80\x7f" * 20, "<f4")},
            "y of FILE holds 20 numbers that are missing or too large; replace them",
        ),
        ({"x": X[:8], "y": X[:8, 0]}, "there are 8 rows to learn from; expected at least 10"),
        (
            {"x": np.zeros((10, 4097), np.int8), "y": np.arange(10)},
            "x of FILE has 4,097 inputs; expected at most 4,096",
        ),
    ],
)
def test_sentences_about_arrays(tmp_path: Path, arrays: dict[str, Any], said: str) -> None:
    """What is wrong with which array."""
    path = npz(tmp_path, **arrays)
    assert refusal({"name": "npz", "path": path}).replace(path, "FILE") == f"data.path: {said}."


def test_what_is_wrong_with_the_answers(tmp_path: Path) -> None:
    """One answer only, a lonely class; and a file that is no archive."""
    path = npz(tmp_path, x=X, y=np.zeros(20))
    assert refusal({"name": "npz", "path": path}).replace(path, "FILE") == (
        'data.target: y of FILE is "0" in every row, so there is nothing to learn.'
    )
    (tmp_path / "b.npz").write_bytes(b"no archive")
    said = refusal({"name": "npz", "path": str(tmp_path / "b.npz")})
    assert said.endswith("b.npz is refused: it is no NPZ archive, or is cut short.")
    (tmp_path / "c.csv").write_text("a,b\n1,2\n")
    said = refusal({"name": "npz", "path": str(tmp_path / "c.csv")})
    assert said.startswith(
        f"data.path: {tmp_path / 'c.csv'} is a table; expected an NPZ file. In a session, set data.name"
    )
    assert "'c.csv '" in refusal({"name": "npz", "path": str(tmp_path / "c.csv ")}).replace(f"{tmp_path}{os.sep}", "")
    assert refusal({"name": "npz", "path": path, "features": ["x1"]}).startswith("data.target")


def test_arrays_with_objects_are_not_unpickled(tmp_path: Path) -> None:
    """The archive's own reader refuses them."""
    path = tmp_path / "o.npz"
    np.savez(path, x=np.array([{}], dtype=object), y=np.zeros(1))
    assert "holds Python objects" in refusal({"name": "npz", "path": str(path)})


# Points


def test_painted_points_are_the_samples() -> None:
    """As painted, in two parts with both classes in each; the square widens where they need it."""
    session = parse_session({**BARE, "data": {"name": "points", "points": PAINTED}}, "s")
    assert (session.task, session.data.rows, session.widths[0]) == ("binary", 5, 2)
    data = load(session.data, 1, "float64")
    both = np.column_stack([whole(data, "raw"), whole(data, "label")])
    np.testing.assert_array_equal(sorted(both.tolist()), sorted([float(v) for v in p] for p in PAINTED))
    assert set(data.label_train) == set(data.label_test) == {0, 1}
    assert data.extent == (-1.2, 1.2)
    wide = DataSpec.model_validate({"name": "points", "points": [*PAINTED, [3, 0, 1]]})
    assert load(wide, 1, "float64").extent == (-3.0, 3.0)
    assert session.model_dump(mode="json")["data"]["points"] == PAINTED
    assert parse_session(session.model_dump(mode="json"), "s") == session


def test_painted_values() -> None:
    """Other labels than 0 and 1 are values; 0 and 1 can be asked to be."""
    points = [[x, 0, x * 2] for x in (-1, 0, 0.5, 1)]
    assert DataSpec.model_validate({"name": "points", "points": points}).info.task == "regression"
    spec = DataSpec.model_validate({"name": "points", "points": PAINTED, "task": "regression", "features": ["x"]})
    assert spec.info.task == "regression"
    assert load(spec, 1, "float32").class_names == ()


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({}, "data.points: 0 points painted; expected at least 4."),
        ({"points": PAINTED[:3]}, "data.points: 3 points painted; expected at least 4."),
        (
            {"points": PAINTED[1:]},
            "data.points: class 0 has 1 point; expected at least 2, one to learn and one to test.",
        ),
        ({"points": [*PAINTED, [0, 0, 2]], "task": "binary"}, "data.points: point 6 has the label 2; expected 0 or 1."),
        (
            {"points": PAINTED, "task": "classes"},
            "data.task: painted points have two classes or a value; use binary or regression.",
        ),
        ({"points": [[0, 0, 3]] * 4}, "data.points: every point has the value 3; expected different ones."),
        ({"points": [[0, 0]]}, "data.points: point 1 is a list of 2 entries; expected three numbers [x, y, label]."),
        ({"points": [[0, "1", 0]]}, 'data.points: point 1 has "1" in it; expected numbers from −1,000 to 1,000.'),
        ({"points": [[0, 1e9, 0]]}, "data.points: point 1 has 1e+09 in it; expected numbers from −1,000 to 1,000."),
        ({"points": "many"}, 'data.points: expected a list of points [x, y, label], and found "many".'),
        ({"points": [[0, 0, 0]] * 1001}, "data.points: there are 1,001 points; expected at most 1,000."),
    ],
)
def test_sentences_about_points(parts: dict[str, Any], said: str) -> None:
    """Which point, and what it lacks."""
    assert refusal({"name": "points", **parts}) == said


def test_a_thousand_points_are_a_session() -> None:
    """The bounds on whole sessions leave room for them."""
    points = [[x / 500 - 1, 0, x % 2] for x in range(1000)]
    assert parse_session({**BARE, "data": {"name": "points", "points": points}}, "s").data.rows == 1000


# Generators


@pytest.mark.parametrize("samples", [10, 50, 500, 5_000])
def test_frauds_are_rare_and_in_both_parts(samples: int) -> None:
    """4 % of the samples, at least two; the split keeps their share."""
    for seed in range(5):
        data = load(DataSpec(name="fraud", samples=samples, seed=seed), 1, "float64")
        frauds = max(2, round(0.04 * samples))
        assert np.bincount(whole(data, "label")).tolist() == [samples - frauds, frauds]
        assert abs(int(data.label_train.sum()) - frauds / 2) <= 0.5
        assert data.class_names == ("ordinary", "fraud")
    assert data.provenance.endswith(f"{frauds:,} of them are frauds; both parts hold their share.")


def test_no_line_tells_frauds_from_ordinary_cases() -> None:
    """They lie between and on both sides; without noise a curved border separates them."""
    data = load(DataSpec(name="fraud", samples=2_000, noise=0.0), 1, "float64")
    raw, label = whole(data, "raw"), whole(data, "label")
    for angle in np.linspace(0, np.pi, 90):
        along = raw @ [np.cos(angle), np.sin(angle)]
        least, most = along[label == 0].min(), along[label == 0].max()
        frauds = along[label == 1]
        assert ((frauds > least) & (frauds < most)).any()
    assert np.abs(raw[label == 1].sum(axis=1)).max() < np.abs(raw[label == 0].sum(axis=1)).max()


def test_the_market_learns_from_the_past_alone() -> None:
    """Each row's target is the last input of the next row, and the test part comes after the training part."""
    spec = DataSpec(name="market", samples=200, train_share=0.7)
    data = load(spec, 1, "float64")
    assert (len(data.label_train), len(data.label_test)) == (140, 60)
    raw, label = whole(data, "raw"), whole(data, "label")
    assert raw.shape == (200, LAGS)
    np.testing.assert_array_equal(raw[1:, -1], label[:-1])
    np.testing.assert_array_equal(raw[1:, :-1], raw[:-1, 1:])
    assert "days after those of the training part" in data.provenance
    assert data.feature_names[0] == "return −8"


def test_the_market_is_predictable_only_without_noise() -> None:
    """A linear forecast from the lags explains nearly all of the clean series, some at 0.1, hardly any at 1."""
    explained = []
    for noise in (0.0, 0.1, 1.0):
        data = load(DataSpec(name="market", samples=4_000, noise=noise), 1, "float64")
        x = np.column_stack([data.x_train, np.ones(len(data.x_train))])
        weights = np.linalg.lstsq(x, data.label_train, rcond=None)[0]
        error = np.column_stack([data.x_test, np.ones(len(data.x_test))]) @ weights - data.label_test
        explained.append(1 - error.var() / data.label_test.var())
    assert explained[0] > 0.9
    assert 0.4 < explained[1] < 0.9
    assert -0.1 < explained[2] < 0.15


def test_the_market_has_storms() -> None:
    """The size of a day's noise goes along with that of the day before: volatility clusters."""
    data = load(DataSpec(name="market", samples=20_000, noise=1.0), 1, "float64")
    size = np.abs(whole(data, "label"))
    assert np.corrcoef(size[1:], size[:-1])[0, 1] > 0.1
    assert 1.7 < whole(data, "label").std() < 2.4


def test_facts_before_a_session_is_complete(tmp_path: Path) -> None:
    """What pairing asks: the facts where the data can be read, None where not."""
    found = info_of({"name": "expression", "expression": "y = x^2"})
    assert found is not None
    assert found.task == "regression"
    assert info_of({"name": "table", "path": str(tmp_path / "none.csv")}) is None
    assert info_of({}) == DataSpec().info
    assert info_of({"name": "nothing"}) is None


def test_only_a_table_has_a_report() -> None:
    """Other data have none."""
    assert Session().data.report is None
