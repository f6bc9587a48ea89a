"""train, trace, check and lessons: what they print, what they write, and how they fail."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from tests.cli.terminal import DIVERGING, SMALL, Run, write
from twostroke.engine.session.spec import Session
from twostroke.gui.model.lessons import lesson


def test_train_prints_one_json_object_and_writes_the_parameters(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, network=SMALL)
    outcome = run("train", name, "--updates", "50", "-o", "weights.npz", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    result = outcome.json
    assert set(result) == {"updates", "updates_per_second", "train", "test"}
    assert result["updates"] == 50
    assert result["updates_per_second"] > 0
    for part in ("train", "test"):
        assert set(result[part]) == {"loss", "accuracy"}
        assert 0 <= result[part]["accuracy"] <= 1
    with np.load(tmp_path / "weights.npz") as arrays:
        assert set(arrays) == {"l1.weight", "l1.bias", "l2.weight", "l2.bias"}
        assert arrays["l1.weight"].shape == (3, 2)
    with np.load(tmp_path / "weights.npz") as trained:
        run("trace", name, "--at", "50", "-o", "trace.npz")
        with np.load(tmp_path / "trace.npz") as tape:
            assert np.array_equal(trained["l1.weight"], tape["l1.weight"])


@pytest.mark.parametrize("command", ["train --updates 5", "trace --at 0", "check", "probe", "export -o a.png"])
def test_targets_whose_squares_overflow_are_refused_by_their_size(run: Run, tmp_path: Path, command: str) -> None:
    rows = {"name": "rows", "x": [[0], [1], [2]], "y": [0.5, 1e30, 7], "task": "regression"}
    name, (verb, *options) = write(tmp_path, data=rows, network=SMALL), command.split()
    run(verb, name, *options).is_one_line_of_trouble(2, "mine.twostroke.json: data.scale_target: ", "1e+30", "1.8e+19")


def test_accuracy_only_for_classes(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, data={"name": "parabola"}, network=SMALL)
    assert set(run("train", name, "--updates", "5", "--json").json["train"]) == {"loss", "r2"}
    assert "accuracy" not in run("train", name, "--updates", "5").out


def test_train_in_words(run: Run) -> None:
    outcome = run("train", "two-strokes", "--updates", "2000")
    assert outcome.code == 0
    assert "2,000 updates" in outcome.out
    assert "accuracy" in outcome.out


def test_the_same_session_trains_to_the_same_numbers(run: Run) -> None:
    first, second = (run("train", "two-strokes", "--updates", "300", "--json").json for _ in range(2))
    assert first["train"] == second["train"]
    assert first["test"] == second["test"]


def test_training_that_diverges_is_a_failure_that_says_where(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, **DIVERGING)
    run("train", name, "--updates", "1000", "-o", "weights.npz").is_one_line_of_trouble(1, "update")
    with np.load(tmp_path / "weights.npz") as kept:  # the last finite ones
        assert all(np.isfinite(kept[key]).all() for key in kept)


@pytest.mark.parametrize(
    ("output", "code", "word"),
    [("weights.txt", 2, ".npz"), ("missing/weights.npz", 2, "missing"), ("folder.npz", 2, "folder")],
)
def test_an_output_that_cannot_be_is_told_before_training(
    run: Run, tmp_path: Path, output: str, code: int, word: str
) -> None:
    (tmp_path / "folder.npz").mkdir()
    for command in (("train", "--updates"), ("trace", "--at")):
        run(command[0], "two-strokes", command[1], "100000000", "-o", output).is_one_line_of_trouble(code, word)


@pytest.mark.parametrize("updates", ["-1", "1000000000001"])
def test_an_absurd_number_of_updates_is_refused(run: Run, updates: str) -> None:
    run("train", "two-strokes", "--updates", updates).is_one_line_of_trouble(2, "--updates")


PER_LAYER = {
    "weight",
    "bias",
    "z",
    "a",
    "gain",
    "forward_mask",
    "dloss_da",
    "dloss_dz",
    "dloss_dweight",
    "dloss_dbias",
    "weight_next",
    "bias_next",
}
GENERAL = {"x", "target", "loss", "meta"}


def keys_of(run: Run, tmp_path: Path, name: str) -> set[str]:
    outcome = run("trace", name, "--at", "3", "-o", "trace.npz")
    assert outcome.code == 0, outcome.err
    with np.load(tmp_path / "trace.npz", allow_pickle=False) as arrays:
        meta = json.loads(str(arrays["meta"]))
        assert meta["update"] == 3
        Session.model_validate(meta["session"])
        return set(arrays)


def layer(number: int, without: set[str] = frozenset(), **learned: str) -> set[str]:  # type: ignore[assignment]
    keys = {f"l{number}.{key}" for key in PER_LAYER - without}
    for name in learned.values():
        keys |= {f"l{number}.{group}.{name}" for group in ("param", "dloss_dparam", "param_next")}
    return keys


FUSED = {"dloss_da"}


def test_trace_keys_where_loss_and_output_are_fused(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, network=SMALL)
    assert keys_of(run, tmp_path, name) == GENERAL | layer(1) | layer(2, FUSED)


def test_trace_keys_where_they_are_not(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, network=SMALL | {"output": {"activation": "tanh"}}, training={"loss": "mse"})
    assert keys_of(run, tmp_path, name) == GENERAL | layer(1) | layer(2)


def test_trace_keys_of_softmax_have_no_gain(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, data={"name": "iris"}, network=SMALL)
    assert keys_of(run, tmp_path, name) == GENERAL | layer(1) | layer(2, FUSED | {"gain"})


def test_trace_keys_of_learned_activation_parameters(run: Run, tmp_path: Path) -> None:
    layers = [{"units": 3, "activation": "prelu"}, {"units": 2, "activation": "quadratic"}]
    name = write(tmp_path, network={"layers": layers})
    quadratic = layer(2, p="a", q="b", r="c")
    assert keys_of(run, tmp_path, name) == GENERAL | layer(1, p="negative_slope") | quadratic | layer(3, FUSED)


def test_trace_as_json_carries_the_values(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, network=SMALL, training={"batch_size": 4})
    outcome = run("trace", name, "--at", "2", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    result = outcome.json
    assert (result["update"], result["samples"], result["file"]) == (2, 4, None)
    arrays = {key: np.array(array["values"]) for key, array in result["arrays"].items()}
    for key, array in result["arrays"].items():
        assert list(arrays[key].shape) == array["shape"]
    z = arrays["x"] @ arrays["l1.weight"].T + arrays["l1.bias"]
    assert np.allclose(z, arrays["l1.z"], atol=1e-5)
    assert result["meta"]["session"]["training"]["batch_size"] == 4


def test_trace_as_json_beside_a_file_carries_shapes(run: Run, tmp_path: Path) -> None:
    result = run("trace", "two-strokes", "--at", "0", "--json", "-o", "trace.npz").json
    assert result["file"] == "trace.npz"
    assert result["arrays"]["l2.weight"] == {"shape": [8, 8]}


def test_trace_in_words(run: Run) -> None:
    outcome = run("trace", "two-strokes", "--at", "200")
    assert outcome.code == 0
    assert "update 200" in outcome.out
    assert "gates shut" in outcome.out
    assert len(outcome.out.splitlines()) == 4


@pytest.mark.parametrize(("at", "shown"), [("-1", "−1"), ("100000001", "100,000,001")])
def test_an_update_that_there_cannot_be_is_refused(run: Run, at: str, shown: str) -> None:
    run("trace", "two-strokes", "--at", at).is_one_line_of_trouble(2, "--at", shown)
    run("export", "two-strokes", "-o", "film.mp4", "--at", at).is_one_line_of_trouble(2, "--at", shown)


def test_an_update_behind_a_divergence_is_a_failure(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, **DIVERGING)
    run("trace", name, "--at", "1000", "-o", "trace.npz").is_one_line_of_trouble(1, "1,000")
    assert not (tmp_path / "trace.npz").exists()


def test_a_full_disk_is_a_failure_that_leaves_nothing(run: Run, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))
    try:
        outcome = run("trace", "two-strokes", "--at", "0", "-o", "trace.npz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    outcome.is_one_line_of_trouble(1, "trace.npz")
    assert os.listdir(tmp_path) == []


def test_check_passes_and_shows_a_table(run: Run) -> None:
    outcome = run("check", "two-strokes")
    assert (outcome.code, outcome.err) == (0, "")
    for word in ("l1.weight", "l3.bias", "agree"):
        assert word in outcome.out


def test_check_as_json(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, network={"layers": [{"units": 3, "activation": "gelu"}]})
    result = run("check", name, "--json").json
    assert result["passed"] is True
    assert result["worst"] <= result["tolerance"] == 1e-6
    assert {tensor["name"] for tensor in result["tensors"]} == {"l1.weight", "l1.bias", "l2.weight", "l2.bias"}
    assert result["checked"] > 0


def test_a_gradient_that_does_not_agree_is_exit_code_1(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, network=SMALL, gates={"backward": False})
    outcome = run("check", name, "--json")
    assert outcome.code == 1
    assert outcome.json["passed"] is False
    assert "do not agree" in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_lessons_are_listed(run: Run) -> None:
    assert run("lessons").out.splitlines()[0].split(maxsplit=1) == ["two-strokes", "Two strokes, one gate"]
    listed = run("lessons", "--json").json["lessons"]
    assert listed[0] == {"name": "two-strokes", "title": lesson("two-strokes").title}


def test_no_test_figure_where_all_rows_are_learnt(run: Run, tmp_path: Path) -> None:
    rows = {"name": "rows", "x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [0, 1, 1, 0]}
    name = write(tmp_path, data=rows, network=SMALL)
    assert set(run("train", name, "--updates", "5", "--json").json) == {"updates", "updates_per_second", "train"}
    assert "test" not in run("train", name, "--updates", "5").out


def test_values_are_told_with_r_squared_and_what_became_of_them(run: Run, tmp_path: Path) -> None:
    x = np.append(np.arange(40) * 1e-6, 1e9)[:, None]
    np.savez(tmp_path / "a.npz", x=x, y=np.arange(41.0))
    name = write(tmp_path, data={"name": "npz", "path": "a.npz", "train_share": 1}, network=SMALL)
    outcome = run("train", name, "--updates", "5")
    assert "training: loss of the scaled target" in outcome.out
    assert "R²" in outcome.out
    assert '"x1": 41 different values become 2 in 32 bit' in outcome.err


def test_every_command_begins_with_the_parameters_that_the_session_gives(run: Run, tmp_path: Path) -> None:
    weight, bias = [[0.5, -0.25], [1.5, 2.0], [0.0, -1.0]], [0.125, 0.25, -0.5]
    name = write(tmp_path, network={**SMALL, "parameters": {"l1.weight": weight, "l1.bias": bias}})
    assert run("train", name, "--updates", "0", "-o", "weights.npz").code == 0
    assert run("trace", name, "--at", "0", "-o", "trace.npz").code == 0
    assert run("check", name).code == 0
    for file in ("weights.npz", "trace.npz"):
        with np.load(tmp_path / file) as arrays:
            assert arrays["l1.weight"].tolist() == weight
            assert arrays["l1.bias"].tolist() == bias


def test_parameters_of_another_shape_are_refused(run: Run, tmp_path: Path) -> None:
    outcome = run("train", write(tmp_path, network={**SMALL, "parameters": {"l1.bias": [1.0]}}), "--updates", "1")
    assert outcome.code == 2
    assert "l1.bias is a list of 1; expected a list of 3, a number for each unit" in outcome.err
