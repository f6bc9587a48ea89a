"""Rows typed by hand, all rows in training, several outputs, scaling, and numbers that keep their precision."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import r2_score

from twostroke.engine.border.commands import PinSample
from twostroke.engine.data import load
from twostroke.engine.files.session_file import read_session, write_session
from twostroke.engine.probes.evaluation import r_squared, response_points
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.loading import load_data
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import DataSpec, Session
from twostroke.engine.session.spec_errors import SessionError, parse_session

BARE = {"format": "twostroke-session", "version": 1}
XOR: dict[str, Any] = {"name": "rows", "x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [0, 1, 1, 0]}
TEXTBOOK: dict[str, Any] = {"name": "rows", "x": [[0.05, 0.1]], "y": [[0.01, 0.99]]}
STAMPS = 1.7e9 + np.arange(400) / 10


def session(data: dict[str, Any], **parts: Any) -> Session:
    return parse_session({**BARE, "data": data, **parts}, "s")


def refusal(**data: Any) -> str:
    with pytest.raises(SessionError) as found:
        session({**XOR, **data})
    return str(found.value).removeprefix("s: ")


# Rows


def test_all_four_rows_of_xor_are_learnt_and_nothing_is_tested() -> None:
    trainer = Trainer(
        session(
            XOR,
            network={"layers": [{"units": 4, "activation": "tanh"}]},
            training={"optimizer": {"name": "adam", "learning_rate": 0.05}, "batch_size": 4},
        )
    )
    np.testing.assert_array_equal(trainer.dataset.x_train, XOR["x"])
    trainer.advance(500)
    evaluation = trainer.evaluate()
    assert evaluation.train.accuracy == 1.0
    assert evaluation.test is None
    curves = snapshot_of(trainer).curves
    assert (len(curves.train_loss), len(curves.test_loss), len(curves.test_accuracy)) == (1, 0, 0)


def test_one_row_with_two_targets_is_regression_with_two_outputs() -> None:
    made = session(
        TEXTBOOK,
        network={
            "layers": [{"units": 2, "activation": "sigmoid"}],
            "output": {"activation": "sigmoid"},
            "dtype": "float64",
        },
        training={"loss": "half_squared_error", "optimizer": {"name": "sgd", "learning_rate": 0.5}, "batch_size": 1},
    )
    assert made.widths == (2, 2, 2)
    one = [[0.15, 0.2], [0.25, 0.3]], [0.35, 0.35]
    two = [[0.4, 0.45], [0.5, 0.55]], [0.6, 0.6]
    parameters = {"l1.weight": one[0], "l1.bias": one[1], "l2.weight": two[0], "l2.bias": two[1]}
    trainer = Trainer(made, {key: np.array(value) for key, value in parameters.items()})
    tape = trainer.record()
    np.testing.assert_array_equal(tape.x, [[0.05, 0.1]])
    np.testing.assert_array_equal(tape.target, [[0.01, 0.99]])

    def sigmoid(z: Any) -> Any:
        return 1.0 / (1.0 + np.exp(-z))

    hidden = sigmoid(np.array(one[0]) @ [0.05, 0.1] + one[1])
    out = sigmoid(np.array(two[0]) @ hidden + two[1])
    error = out - [0.01, 0.99]
    assert tape.loss == pytest.approx(0.5 * float(error @ error), rel=1e-12)
    assert tape.loss == pytest.approx(0.298371109, abs=1e-9)  # as the example is known
    slope = error * out * (1 - out)
    np.testing.assert_allclose(tape.layers[1].dloss_dweight, np.outer(slope, hidden), rtol=1e-12)
    np.testing.assert_allclose(tape.layers[1].weight_next[0, 0], 0.358916480, atol=1e-9)
    assert trainer.evaluate().train.r2 is None


@pytest.mark.parametrize(
    ("y", "task", "found", "classes", "outputs"),
    [
        ([0, 1, 1, 0], "auto", "binary", 2, 1),
        ([0, 0, 0, 1], "auto", "binary", 2, 1),
        ([-1, 1, 1, 1], "auto", "binary", 2, 1),
        ([0, 1, 2, 3], "auto", "regression", 0, 1),
        ([0, 1, 2, 3], "classes", "classes", 4, 1),
        ([0, 1, 1, 0], "regression", "regression", 0, 1),
        ([0.5, 0.25, 1, 0], "auto", "regression", 0, 1),
        ([1, 1, 1, 1], "auto", "regression", 0, 1),
        ([[0], [1], [1], [0]], "auto", "regression", 0, 1),
        ([[0, 1], [1, 0], [1, 0], [0, 1]], "auto", "regression", 0, 2),
        ([[0, 1], [1, 0], [1, 0], [0, 1]], "classes", "binary", 2, 1),
        ([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]], "classes", "classes", 3, 1),
    ],
)
def test_what_answers_ask_for(y: Any, task: str, found: str, classes: int, outputs: int) -> None:
    info = DataSpec.model_validate({**XOR, "y": y, "task": task}).info
    assert (info.task, info.classes, info.outputs) == (found, classes, outputs)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"x": [[0, 0], [1]]}, "data.x: row 2 has 1 number and row 1 2; expected as many in every row."),
        ({"x": []}, "data.x: there is no row; expected at least one list of numbers, such as [[0, 1]]."),
        ({"x": [[], []]}, "data.x: row 1 is empty; expected a list of numbers."),
        ({"x": [0, 1]}, "data.x: row 1 is 0; expected a list of numbers."),
        ({"x": "a"}, 'data.x: expected a list of rows of numbers, and found "a".'),
        ({"x": [[float("nan"), 0]]}, "data.x: row 1 has nan in it; expected numbers within ±1e+30."),
        ({"x": [[True, 0]]}, "data.x: row 1 has true in it; expected numbers within ±1e+30; write true as 1 and"),
        ({"y": ["a", 0, 0, 0]}, 'data.y: row 1 has "a" in it; expected numbers within ±1e+30; write classes as'),
        ({"y": [10**400, 0, 0, 0]}, "data.y: row 1 has a number of more than 15 digits in it; expected"),
        ({"y": [0, 1]}, "data.y: there are 2 answers for 4 rows; expected as many."),
        ({"y": [0, [1], 1, 0]}, "data.y: row 2 has a list of numbers and row 1 one number; expected"),
        ({"y": [[0, 1], [1], [1, 0], [0, 1]]}, "data.y: row 2 has 1 number and row 1 2; expected as"),
        ({"y": [1, 1, 1, 1], "task": "binary"}, "data.y: every row has the same class; expected at"),
        ({"y": [0, 1, 2, 2], "task": "binary"}, "data.task: y has 3 different answers, and binary needs 2; use"),
        ({"x_names": ["a"]}, "data.x_names: 1 name for 2 columns of x; expected as many."),
        ({"x_names": ["a", "a"]}, 'data.x_names: the name "a" stands twice; expected different names.'),
        ({"x_names": [1, "a"]}, "data.x_names: found 1; expected names in quotes, of 1 to 100 characters."),
        ({"x": [[0.0] * 10] * 1001}, "data.x: there are 1,001 entries; expected at most 1,000: put them"),
        ({"x": [[0.0] * 20] * 500, "y": [0, 1] * 250}, "data.x: the rows hold 10,500 numbers; expected"),
        ({"y": [0, 0, 0, 1], "train_share": 0.5}, "data.train_share: a class needs two rows, one to"),
        ({"features": ["x"]}, "data: the dataset rows uses its own columns; leave features empty."),
        ({"path": "a.csv"}, "data: path belongs to the dataset table or npz, not to rows; leave it out."),
        ({"scale": "yes"}, 'data.scale: unknown scale "yes"; expected standard or none.'),
    ],
)  # fmt: skip
def test_what_rows_cannot_be(data: dict[str, Any], said: str) -> None:
    assert refusal(**data).startswith(said)


def test_a_session_with_rows_is_written_as_it_was_read(tmp_path: Path) -> None:
    file = tmp_path / "a.twostroke.json"
    names = {"x_names": ["a", "b"], "y_names": ["a xor b"]}
    for more in ({}, {"scale": "standard", "scale_target": True, "task": "regression"}, {"train_share": 0.5}):
        made = session({**XOR, **names, **more})
        write_session(file, made)
        assert read_session(file) == made
        written = json.loads(file.read_text("utf-8"))["data"]
        assert (written["x"], written["y"], written["x_names"]) == (XOR["x"], XOR["y"], ["a", "b"])
    assert load_data(made).feature_names == ("a", "b")


# A training share of 1


@pytest.mark.parametrize("name", ["spiral", "sine", "iris", "market", "fraud"])
def test_any_dataset_can_be_learnt_whole(name: str) -> None:
    trainer = Trainer(session({"name": name, "train_share": 1, "samples": 50}))
    trainer.advance(3)
    data = trainer.dataset
    assert (len(data.x_train), len(data.x_test)) == (trainer.session.data.rows, 0)
    assert trainer.evaluate().test is None
    trainer.apply(PinSample(trainer.session.data.rows - 1))


# Precision and scaling


def npz(folder: Path, **arrays: Any) -> str:
    path = folder / "a.npz"
    np.savez(path, **arrays)
    return str(path)


def test_seconds_since_1970_stay_different_times(tmp_path: Path) -> None:
    """An offset is taken away in 64 bit, before the numbers are cast; of the target, too."""
    table = tmp_path / "a.csv"
    table.write_text(
        "t,u,out\n" + "".join(f"{t!r},{i % 7},{t / 4!r}\n" for i, t in enumerate(STAMPS.tolist())), "utf-8"
    )
    for spec in (
        DataSpec(name="table", path=str(table), train_share=1),
        DataSpec(name="npz", path=npz(tmp_path, x=STAMPS[:, None], y=STAMPS / 4), train_share=1),
    ):
        data = load(spec, 1, "float32")
        want = (STAMPS - STAMPS.mean()) / STAMPS.std()
        assert data.x_train.dtype == data.target_train.dtype == np.float32
        np.testing.assert_allclose(data.x_train[:, 0], want, atol=1e-6)
        np.testing.assert_allclose(data.target_train[:, 0], want, atol=1e-6)
        np.testing.assert_allclose(data.values(data.target_train)[:, 0], STAMPS / 4, atol=1e-4)
        np.testing.assert_array_equal(data.label_train, STAMPS / 4)
        assert data.remarks == ()


def test_numbers_of_more_digits_than_64_bit_are_told(tmp_path: Path) -> None:
    """Sixty ids became a few numbers, and nothing was said."""
    rows = [f"{123456789012345678 + row * 7 % 600},{row / 7:.3f},{'xy'[row % 2]}" for row in range(60)]
    path = tmp_path / "a.csv"
    path.write_text("a,b,c\n" + "\n".join(rows))
    (said,) = load(DataSpec(name="table", path=str(path), train_share=1), 1, "float64").remarks
    assert said.startswith('"a": its values lie as close as 64 bit can tell')
    noisy = np.append(np.arange(40) / 10, np.arange(40) * 0.1)
    plain = DataSpec(name="npz", path=npz(tmp_path, x=noisy[:, None], y=noisy * 1e20), train_share=1)
    assert not any("as close as" in said for said in load(plain, 1, "float64").remarks)


def test_values_that_still_fall_together_are_told(tmp_path: Path) -> None:
    """An outlier squeezes the others into one number of 32 bit; 64 bit keeps them apart."""
    x = np.append(np.arange(399) * 1e-6, 1e9)
    path = npz(tmp_path, x=x[:, None], y=np.append(np.arange(399) * 1e-9, 1e6))
    spec = DataSpec(name="npz", path=path, train_share=1)
    about = "400 different values become 2 in 32 bit, too close together"
    data = load(spec, 1, "float32")
    assert data.remarks[0] == f'"x1": {about}; network.dtype "float64" may keep them apart.'
    assert data.remarks[1].startswith(f'The target "output 1": {about}')
    assert data.remarks[0] in data.provenance
    plain = DataSpec(name="npz", path=npz(tmp_path, x=np.arange(40.0)[:, None], y=np.arange(40.0)), train_share=1)
    assert load(plain, 1, "float32").remarks == ()


def test_values_are_scaled_over_the_training_part_and_shown_in_their_own_units(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(60, 2))
    y = np.column_stack([1000 + 50 * x[:, 0], -3 + x[:, 1]])
    spec = DataSpec(name="npz", path=npz(tmp_path, x=x, y=y))
    assert (spec.info.task, spec.info.outputs, spec.info.output_names) == ("regression", 2, ("y1", "y2"))
    data = load(spec, 2, "float64")
    np.testing.assert_allclose(data.target_train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(data.target_train.std(axis=0), 1, atol=1e-12)
    for part in ("train", "test"):
        np.testing.assert_allclose(data.values(getattr(data, f"target_{part}")), getattr(data, f"label_{part}"))
    for off in (False, "none"):
        bare = load(DataSpec.model_validate({**spec.model_dump(mode="json"), "scale_target": off}), 2, "float64")
        np.testing.assert_array_equal(bare.target_train, bare.label_train)
        assert bare.target_scale is None


def test_inputs_stay_as_they_are_on_request(tmp_path: Path) -> None:
    path = npz(tmp_path, x=np.arange(40.0).reshape(20, 2), y=np.arange(20) % 2)
    data = load(DataSpec(name="npz", path=path, scale="none"), 1, "float64")
    np.testing.assert_array_equal(data.x_train, data.raw_train)
    np.testing.assert_array_equal(data.prepare(data.raw_test), data.x_test)


def test_r_squared_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    truth = rng.normal(size=(30, 3)) * [1, 10, 100]
    guess = truth + rng.normal(size=(30, 3))
    assert r_squared(guess, truth) == pytest.approx(r2_score(truth, guess), rel=1e-12)
    assert r_squared(np.zeros((3, 1)), np.ones((3, 1))) is None


def table(folder: Path) -> str:
    path = folder / "b.csv"
    rows = (f"{i},{i * i},{'ab'[i % 2]},{100 + 3 * i},{i % 2}\n" for i in range(20))
    path.write_text("p,q,kind,out,other\n" + "".join(rows), "utf-8")
    return str(path)


def test_a_table_with_several_targets_asks_for_their_values(tmp_path: Path) -> None:
    made = session({"name": "table", "path": table(tmp_path), "target": ["out", "q"], "train_share": 1})
    assert (made.task, made.outputs, made.data.info.output_names) == ("regression", 2, ("out", "q"))
    data = load_data(made)
    assert data.feature_names == ("p", "kind = a", "kind = b", "other")
    i = np.arange(20)
    np.testing.assert_array_equal(data.label_train, np.column_stack([100 + 3 * i, i * i]))
    np.testing.assert_array_equal(data.raw_train[:, 0], i)
    np.testing.assert_allclose(data.values(data.target_train), data.label_train, atol=1e-4)
    report = made.data.report
    assert report is not None
    assert any('Targets "out", "q": values' in sentence for sentence in report.sentences)
    file = tmp_path / "c.twostroke.json"
    write_session(file, made)
    assert read_session(file) == made


def test_what_several_targets_lack_is_said_of_each(tmp_path: Path) -> None:
    """Which of them have gaps, and for which words."""
    path = tmp_path / "gaps.csv"
    path.write_text("p,out,q\n" + "".join(f"{i},{'?' if i < 2 else i},{'n/a' if i == 5 else i}\n" for i in range(20)))
    report = session({"name": "table", "path": str(path), "target": ["out", "q"]}).data.report
    assert report is not None
    assert report.sentences[-2:] == (
        'Dropped 3 rows with missing values: "out" 2, "q" 1.',
        'Counted as missing: "?" 2, "n/a" 1; data.missing_markers says which words are.',
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"target": ["out", "kind"]}, "data.task: the target"),
        ({"target": ["out", "out"]}, "data.target: the list names one column twice"),
        ({"target": ["out", 4]}, "data.target: the list names one column twice"),
        ({"target": []}, "data.target: the list is empty; expected at least one column."),
        ({"target": ["out", True]}, "data.target: found true; expected a column's name or number, or a list of them."),
        ({"target": ["out", "zzz"]}, "data.target: unknown column"),
        ({"target": ["out", "q"], "task": "classes"}, "data.task: several targets are values, not classes"),
        ({"target": ["out", "q"], "features": ["q"]}, 'data.features: "q" is a target; it cannot be an input too.'),
    ],
)
def test_what_several_targets_cannot_be(tmp_path: Path, data: dict[str, Any], said: str) -> None:
    with pytest.raises(SessionError) as found:
        session({"name": "table", "path": table(tmp_path), **data})
    assert str(found.value).removeprefix("s: ").startswith(said)


def test_an_answer_that_a_float_cannot_hold_is_refused() -> None:
    """2**53 + 1 would become the class 2**53 in silence; 2**53 itself is kept."""
    kept = DataSpec.model_validate({**XOR, "y": [0, 2**53, 2**53, 0]})
    assert load(kept, 1, "float32").class_names == ("0", "9007199254740992")
    with pytest.raises(ValueError, match="row 2 has 9007199254740993, which becomes 9007199254740992 in 64 bit"):
        DataSpec.model_validate({**XOR, "y": [0, 2**53 + 1, 2**53, 0]})


def test_what_is_answered_over_the_plane_of_two_typed_inputs() -> None:
    """At the cells nearest to the four rows it is what the rows themselves get; with three inputs there is no plane."""
    trainer = Trainer(session(XOR, network={"layers": [{"units": 4, "activation": "tanh"}], "dtype": "float64"}))
    assert trainer.dataset.extent == (-1.2, 1.2)
    response = trainer.evaluate().response
    assert response is not None
    points = response_points(trainer.dataset)
    assert points is not None
    network = trainer.network
    feed = network.feed(np.array(points), np.zeros((len(points), 1)))
    np.testing.assert_array_equal(response.ravel(), network.survey(feed).output[:, 0])
    wide = {**XOR, "x": [[*row, 1] for row in XOR["x"]]}
    assert Trainer(session(wide)).evaluate().response is None
