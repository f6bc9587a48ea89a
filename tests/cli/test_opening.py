"""`twostroke open`: a link or a file of another program, printed or written as a session."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.cli.terminal import Run
from twostroke.engine.files.session_file import read_saved, read_session
from twostroke.gui.shell import app

LINK = "https://playground.tensorflow.org/#dataset=xor&networkShape=3&seed=0.5&discretize=true"


def test_what_is_printed_is_a_session(run: Run, tmp_path: Path) -> None:
    outcome = run("open", LINK)
    assert outcome.code == 0
    (tmp_path / "mine.twostroke.json").write_text(outcome.out, "utf-8")
    assert read_session(tmp_path / "mine.twostroke.json").widths == (2, 3, 1)
    assert "not taken over: discretize." in outcome.err
    assert run("train", "mine.twostroke.json", "--updates", "25", "--json").code == 0


def test_what_is_written_is_the_same(run: Run, tmp_path: Path) -> None:
    told = run("open", LINK, "--json")
    assert told.err == ""
    assert any("discretize" in remark for remark in told.json["remarks"])
    for name in ("a.twostroke", "a.twostroke.json"):
        outcome = run("open", LINK, "-o", name)
        assert outcome.code == 0
        assert f"Playground: xor is written to {name}." in outcome.out
        session, state = read_saved(tmp_path / name)
        assert (session.model_dump(mode="json"), state) == (told.json["session"], None)


def test_many_weights_need_a_file(run: Run, tmp_path: Path) -> None:
    wide = LINK.replace("networkShape=3", "networkShape=200,60")
    run("open", wide).is_one_line_of_trouble(2, "12,721 weights do not fit", "-o NAME.twostroke")
    assert run("open", wide, "-o", "wide.twostroke").code == 0
    session, state = read_saved(tmp_path / "wide.twostroke")
    assert state is not None
    assert state["l2.weight"].shape == (60, 200)
    assert session.widths == (2, 200, 60, 1)


def test_a_network_of_our_own_export_is_printed_with_its_weights(run: Run, tmp_path: Path) -> None:
    model = tmp_path / "net.safetensors"
    run("export", "two-strokes", "-o", str(model), "--at", "5")
    told = json.loads(run("open", str(model)).out)
    weights = load_file(model)
    assert told["network"]["parameters"]["l1.weight"] == weights["l1.weight"].tolist()
    assert set(told["network"]["parameters"]) == set(weights)


def test_a_table_becomes_the_data(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("a,b,won\n" + "1,2,0\n3,4,1\n" * 8)
    outcome = run("open", "people.csv")
    assert outcome.code == 0
    told = json.loads(outcome.out)
    assert (told["data"]["name"], told["data"]["path"]) == ("table", "people.csv")
    assert told["network"]["output"] == {"activation": "sigmoid"}


def test_a_model_and_what_its_file_does_not_say(run: Run, tmp_path: Path) -> None:
    save_file({"0.weight": np.eye(2, dtype="f4"), "1.weight": np.ones((1, 2), "f4")}, tmp_path / "m.safetensors")
    outcome = run("open", "m.safetensors")
    assert "Say it with --activation." in outcome.err
    outcome = run("open", "m.safetensors", "--activation", "tanh", "--output", "sigmoid", "--data", "moons", "--json")
    told = outcome.json["session"]
    assert (told["network"]["layers"][0]["activation"], told["data"]["name"]) == ("tanh", "moons")
    assert not any("Say it" in remark for remark in outcome.json["remarks"])
    run("open", "m.safetensors", "--activation", "rleu").is_one_line_of_trouble(2, "did you mean", "relu")
    (tmp_path / "m.pt").write_bytes(b"\x80\x02\x8a\x0al\xfc\x9cF\xf9")
    run("open", "m.pt").is_one_line_of_trouble(2, "is a PyTorch model", "import torch, safetensors.torch;")


def test_trouble_is_a_sentence(run: Run, tmp_path: Path) -> None:
    run("open", "nothing.onnx").is_one_line_of_trouble(2, "nothing.onnx", "there is no such file")
    run("open", LINK + "&learningRate=x").is_one_line_of_trouble(2, "learningRate in the link", "expected a number")
    run("open", LINK, "-o", "a.txt").is_one_line_of_trouble(2, "-o", ".twostroke")
    run("open", LINK, "--activation", "relu").is_one_line_of_trouble(2, "--activation", "a link says all of it")
    run("open", ".").is_one_line_of_trouble(2, "it is a folder")
    (tmp_path / "notes.txt").write_text("hello\n")
    run("open", "notes.txt").is_one_line_of_trouble(2, "nothing that becomes a session", "TensorFlow Playground")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_wrong_link_at_the_start_is_told_before_a_window_opens(run: Run) -> None:
    run(LINK + "&learningRate=fast").is_one_line_of_trouble(2, 'learningRate in the link is "fast"')
    run("https://example.org/page").is_one_line_of_trouble(2, "link")


def test_a_link_at_the_start_goes_to_the_window(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[object] = []
    monkeypatch.setattr(app, "display_problem", lambda: None)
    monkeypatch.setattr(app, "run", lambda what: begun.append(what) or 0)
    assert run(LINK).code == 0
    assert begun == [LINK]
