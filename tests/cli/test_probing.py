"""probe: what it prints, and how it fails."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.terminal import DIVERGING, SMALL, Run, write
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

LINE: dict[str, Any] = {"data": {"name": "absolute", "samples": 40}, "network": SMALL, "training": {"loss": "mse"}}


def test_probe_prints_tables_and_sentences(run: Run) -> None:
    outcome = run("probe", "two-strokes", "--updates", "200")
    assert (outcome.code, outcome.err) == (0, "")
    for word in ("update 200", "hidden 1, 8", "output, 1", "effective rank", "Around sample 0", "linear regions seen"):
        assert word in outcome.out
    assert "No hinges: the network reads 2 inputs" in outcome.out
    assert max(len(line) for line in outcome.out.splitlines() if "%" in line) < 110


def test_probe_as_json(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, network=SMALL | {"dtype": "float64"}, data={"samples": 60})
    outcome = run("probe", name, "--updates", "30", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    result = outcome.json
    probes = {"layers", "linear", "pattern", "regions", "hinges"}
    assert set(result) == {"update", "samples", "missing", "answers"} | probes
    assert (result["update"], result["samples"]) == (30, 30)
    assert set(result["missing"]) == {"linear", "hinges"}
    assert (result["linear"], result["hinges"]) == (None, None)
    trainer = Trainer(Session.model_validate({"network": SMALL | {"dtype": "float64"}, "data": {"samples": 60}}))
    trainer.advance(30)
    evaluation = trainer.evaluate()
    hidden = result["layers"][0]
    assert hidden["name"] == "hidden 1"
    assert np.allclose(hidden["units"]["firing"], evaluation.firing[0])
    assert hidden["units"]["dead"] == evaluation.dead[0].tolist()
    assert hidden["gradient"] == pytest.approx(evaluation.gradient_norms[0])
    x = trainer.dataset.x_train[0]
    z = np.array(result["pattern"]["weight"]) @ x + result["pattern"]["bias"]
    assert z == pytest.approx(trainer.network.forward_all(x[None])[-1][0][0])
    assert result["regions"]["resolution"] == 128
    assert 1 < result["regions"]["count"] <= 7


def test_hinges_of_a_line(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, **LINE)
    hinges = run("probe", name, "--json").json["hinges"]
    assert hinges["feature"] == "x"
    assert hinges["low"] < hinges["high"]
    assert 1 <= len(hinges["x"]) == len(hinges["slope_left"]) <= 3
    outcome = run("probe", name)
    assert "hinge at" in outcome.out
    assert f"{len(hinges['x'])} hinge" in outcome.out
    assert "No linear regions" in outcome.out


def test_the_map_of_a_linear_stack_is_written_out(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, network=SMALL, gates={"forward": False})
    outcome = run("probe", name)
    assert "One linear map: z = " in outcome.out
    assert "x₁" in outcome.out
    assert "Around sample" not in outcome.out
    assert len(run("probe", name, "--json").json["linear"]["weight"][0]) == 2


def test_a_large_map_is_told_by_its_shape_and_many_units_are_cut(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, data={"name": "iris"}, network={"layers": [{"units": 40}]})
    outcome = run("probe", name)
    assert "hidden 1: 8 more" in outcome.out
    assert "hidden 1, 33" not in outcome.out
    assert "no mask" in outcome.out
    assert "z = " in outcome.out
    name = write(tmp_path, data={"name": "wine"}, network=SMALL)
    assert "a matrix of 3 × 13" in run("probe", name).out
    assert run("probe", name, "--json").json["layers"][1]["units"]["saturated"] == [None] * 3


def test_probe_counts_updates_from_0(run: Run) -> None:
    for updates in ("-1", "100000001"):
        run("probe", "two-strokes", "--updates", updates).is_one_line_of_trouble(2, "--updates")


def test_training_that_diverges_is_a_failure(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, **DIVERGING)
    run("probe", name, "--updates", "1000").is_one_line_of_trouble(1, "1,000")


def test_probe_has_help(run: Run) -> None:
    outcome = run("probe", "--help")
    assert outcome.code == 0
    assert "--updates" in outcome.out


def test_probe_tells_the_fit_of_values(run: Run, tmp_path: Path) -> None:
    """As `train` does; of classes, and of rows without a test part, only what there is."""
    name = write(tmp_path, data={"name": "sine", "samples": 60}, network=SMALL)
    trained = run("train", name, "--updates", "20", "--json").json
    found = run("probe", name, "--updates", "20", "--json").json["r2"]
    assert found == {part: trained[part]["r2"] for part in ("train", "test")}
    assert f"R²: train {found['train']:.4f}, test {found['test']:.4f}" in run("probe", name, "--updates", "20").out
    name = write(tmp_path, data={"name": "rows", "x": [[0], [1], [2]], "y": [0.5, 1, 3]}, network=SMALL)
    assert list(run("probe", name, "--json").json["r2"]) == ["train"]
    assert "R²" not in run("probe", write(tmp_path, network=SMALL)).out


def test_probe_tells_classes_probabilities_and_the_worst_samples(run: Run, tmp_path: Path) -> None:
    network = SMALL | {"dtype": "float64"}
    name = write(tmp_path, data={"name": "fraud"}, network=network)
    found = run("probe", name, "--updates", "50", "--json").json["answers"]
    trainer = Trainer(Session.model_validate({"data": {"name": "fraud"}, "network": network}))
    trainer.advance(50)
    evaluation = trainer.evaluate()
    for part, scores in (("train", evaluation.train), ("test", evaluation.test)):
        classes = found[part]["classes"]
        assert [each["name"] for each in classes] == ["ordinary", "fraud"]
        assert [each["support"] for each in classes] == scores.confusion.sum(axis=1).tolist()
        recall = np.diag(scores.confusion) / scores.confusion.sum(axis=1)
        assert [each["recall"] for each in classes] == pytest.approx(recall)
        assert sum(found[part]["calibration"]["samples"]) == scores.confusion.sum()
        losses = [each["loss"] for each in found[part]["worst"]]
        assert losses == pytest.approx(sorted(scores.losses.tolist(), reverse=True)[:10])
        assert losses == pytest.approx([scores.losses[each["row"]] for each in found[part]["worst"]])
    outcome = run("probe", name, "--updates", "50")
    assert f"Greatest losses, test: row {found['test']['worst'][0]['row']} (" in outcome.out
    assert "train, fraud" in outcome.out
    assert "Probabilities, test: expected calibration error" in outcome.out


def test_of_values_probe_tells_the_worst_samples_alone(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, data={"name": "sine", "samples": 60}, network=SMALL)
    found = run("probe", name, "--json").json["answers"]["test"]
    assert (found["classes"], found["calibration"], len(found["worst"])) == (None, None, 10)
    assert "Probabilities" not in run("probe", name).out
