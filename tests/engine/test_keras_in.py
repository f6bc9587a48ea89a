"""Models that Keras 3 has written (`tests/engine/keras`, with what Keras answers), and what is made of broken ones."""

import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from twostroke.engine.compute.network import Network
from twostroke.engine.files.disk import FileError
from twostroke.engine.files.foreign.hdf5 import Hdf5
from twostroke.engine.files.foreign.opening import open_foreign
from twostroke.engine.files.foreign.wishes import Wishes

FILES = Path(__file__).parent / "keras"
ANSWERS = json.loads((FILES / "answers.json").read_text())


def members(name: str = "sequential") -> dict[str, bytes]:
    with zipfile.ZipFile(FILES / f"{name}.keras") as archive:
        return {member: archive.read(member) for member in archive.namelist()}


def written(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(("name", "places"), [("sequential", 1e-6), ("functional", 1e-6), ("bfloat16", 0.02)])
def test_the_session_answers_as_keras_does(name: str, places: float) -> None:
    """Keras itself computes bfloat16 with three digits."""
    found = open_foreign(str(FILES / f"{name}.keras"), Wishes())
    answers = Network(found.session).predict(np.array(ANSWERS["x"], np.float32))
    np.testing.assert_allclose(answers, ANSWERS[name], rtol=places, atol=places)


def test_what_is_beside_the_weights_is_taken_over() -> None:
    network = open_foreign(str(FILES / "sequential.keras"), Wishes()).session.network
    assert network.layers[0].dropout == 0.2
    norm = network.layers[1].norm
    assert (norm.name, norm.epsilon, norm.momentum) == ("batch", 0.001, 0.1)
    assert network.layers[2].activation.params == {"negative_slope": 0.1}
    assert network.frozen == ("l3.bias",)
    network = open_foreign(str(FILES / "functional.keras"), Wishes()).session.network
    assert (network.layers[1].norm.name, network.layers[1].activation.name) == ("layer", "prelu")


def test_a_normalizer_behind_an_activation_goes_into_the_next_layer(tmp_path: Path) -> None:
    """As many models have it: Dense with relu, then BatchNormalization."""
    arrays = open_foreign(str(FILES / "sequential.keras"), Wishes()).session.network.parameters
    given = {key: np.array(values) for key, values in arrays.items()}
    parts = members()
    told = json.loads(parts["config.json"])
    layers = told["config"]["layers"]
    layers[4], layers[5] = layers[5], layers[4]
    found = open_foreign(
        str(written(tmp_path / "m.keras", parts | {"config.json": json.dumps(told).encode()})), Wishes()
    )
    assert found.session.network.layers[1].norm.name == "none"
    assert any("becomes part of the weights behind it" in remark for remark in found.remarks)
    x = np.array(ANSWERS["x"])
    a = np.tanh(np.maximum(x @ given["l1.weight"].T + given["l1.bias"], 0) @ given["l2.weight"].T + given["l2.bias"])
    a = (a - given["l2.running_mean"]) / np.sqrt(given["l2.running_variance"] + 1e-3)
    z = (a * given["l2.scale"] + given["l2.shift"]) @ given["l3.weight"].T
    for number, slope in (("4", 0.1), ("5", 0.2)):
        z = np.where(z > 0, z, slope * z) @ given[f"l{number}.weight"].T + given[f"l{number}.bias"]
    answers = Network(found.session).predict(x.astype(np.float32))
    np.testing.assert_allclose(answers, np.exp(z) / np.exp(z).sum(axis=1, keepdims=True), rtol=1e-5)


def refusal(path: Path) -> str:
    with pytest.raises(FileError) as caught:
        open_foreign(str(path), Wishes())
    said = str(caught.value)
    assert said.isprintable()
    assert said.endswith((".", "?"))
    assert len(said) < 500
    return said


Change = Callable[[dict[str, Any]], Any]


def layer(place: int, **changes: Any) -> Change:
    """Another class, or another setting, of one layer."""

    def change(told: dict[str, Any]) -> None:
        found = told["config"]["layers"][place]
        found["class_name"] = changes.pop("class_name", found["class_name"])
        found["config"].update(changes)

    return change


WRONG: list[tuple[Change, str]] = [
    (layer(1, class_name="Lambda"), 'the layer Lambda ("first")'),
    (layer(1, class_name="LSTM"), "the layer LSTM"),
    (layer(1, class_name="L\u202e\0"), r'the layer "L\u202e\u0000"'),
    (layer(1, class_name="L" * 5_000), f'the layer "{"L" * 39}…"'),
    (layer(1, class_name="Conv2D"), "a session cannot say"),
    (layer(1, activation="hard_sigmoid"), 'with the activation "hard_sigmoid"'),
    (layer(1, activation={"class_name": "function", "config": {"a": 1}}), "with the activation of its own"),
    (layer(1, use_bias=False), "with 2 arrays of weights; expected 1"),
    (
        layer(1, activation={"class_name": "__lambda__", "config": {"value": ["4wEA"]}}),
        "with the activation of its own",
    ),
    (layer(1, activation={"value": ["4wEA", None, None]}), "with the activation of its own"),
    (layer(4, axis=2), "over axis 2"),
    (layer(4, class_name="LayerNormalization", rms_scaling=True), "with rms_scaling"),
    (layer(4, class_name="Dropout", rate="much"), "in a way that Keras does not"),
    (layer(5, activation="softmax"), "output layer only"),
    (
        lambda told: told["config"].update(layers=[told["config"]["layers"][k] for k in (0, 1, 2, 3, 5, 4)]),
        "its answers",
    ),
    (lambda told: told["config"]["layers"].append(told["config"]["layers"].pop(4)), "4 numbers for 2 units"),
    (lambda told: told["config"]["layers"].insert(1, told["config"]["layers"].pop(4)), "scales 4 numbers"),
    (layer(7, class_name="ReLU", max_value=6.0), "a largest value"),
    (lambda told: told.update(class_name="MyModel"), 'of the class "MyModel"'),
    (lambda told: told["config"].pop("layers"), "in a way that Keras does not"),
    (lambda told: told["config"].update(layers=[]), "no dense layer"),
    (lambda told: told["config"].update(layers=5), "in a way that Keras does not"),
    (lambda told: told["config"]["layers"].pop(1), "with 4 numbers for 5 units"),
    (lambda told: told["config"].update(layers=told["config"]["layers"] * 200), "expected at most 1,000"),
    (lambda told: told["config"]["layers"].append({"class_name": "Dense", "config": {"name": "d"}}), "0 arrays"),
]


@pytest.mark.parametrize(("change", "said"), WRONG)
def test_layers_that_a_session_cannot_say(tmp_path: Path, change: Change, said: str) -> None:
    parts = members()
    told = json.loads(parts["config.json"])
    change(told)
    assert said in refusal(written(tmp_path / "m.keras", parts | {"config.json": json.dumps(told).encode()}))


def test_branches_are_refused(tmp_path: Path) -> None:
    parts = members("functional")
    text = parts["config.json"].decode()
    name = json.loads(text)["config"]["layers"][2]["config"]["name"]
    begin = text.index('"keras_history": ["', text.index(f'"name": "{name}"', text.index("inbound_nodes") + 400))
    changed = text[:begin] + text[begin:].replace(f'["{name}"', '["input_layer"', 1)
    assert changed != text
    said = refusal(written(tmp_path / "m.keras", parts | {"config.json": changed.encode()}))
    assert "layers one after the other" in said


def test_an_answer_from_within_is_refused(tmp_path: Path) -> None:
    """Of two outputs, the one on the way was passed over."""
    parts = members("functional")
    told = json.loads(parts["config.json"])
    last = told["config"]["output_layers"][0]
    for given in ([["dense_8", 0, 0], [last, 0, 0]], {"a": [last, 0, 0], "b": ["dense_8", 0, 0]}, ["dense_8", 0, 0]):
        told["config"]["output_layers"] = given
        said = refusal(written(tmp_path / "m.keras", parts | {"config.json": json.dumps(told).encode()}))
        assert "expected the last one alone" in said


ARCHIVES: dict[str, tuple[dict[str, bytes], str]] = {
    "no config": ({"config.json": b""}, "cannot be read"),
    "no JSON": ({"config.json": b"{]"}, "is not JSON"),
    "deep": ({"config.json": b'{"a":' * 50_000}, "nested too deeply"),
    "a key twice": ({"config.json": b'{"class_name": "A", "class_name": "B"}'}, "stands twice"),
    "a list": ({"config.json": b"[1]"}, "in a way that Keras does not"),
    "no HDF5": ({"model.weights.h5": b"hello"}, "no HDF5 file"),
    "a newer HDF5": ({"model.weights.h5": b"\x89HDF\r\n\x1a\n\x02\x08\x08" + bytes(200)}, "newer form"),
    "zeros": ({"model.weights.h5": b"\x89HDF\r\n\x1a\n" + bytes(5) + b"\x08\x08" + bytes(200)}, "newer form"),
    "a way out": ({"../../evil": b"x"}, "plain name"),
    "in several files": ({"model.weights.json": b"{}"}, "several files"),
    "a bomb": ({"config.json": b" " * (5 * 2**20)}, "expected at most 4 MB"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives(tmp_path: Path, name: str) -> None:
    parts, said = ARCHIVES[name]
    assert said in refusal(written(tmp_path / "m.keras", members() | parts))


def what_became_of(content: bytes) -> str:
    try:
        file = Hdf5(content)
        for path, place in file.arrays().items():
            file.array(place, path)
    except ValueError as error:
        return str(error)
    return "read"


def test_weights_that_were_cut_or_changed() -> None:
    """Whatever stands in the file: it is read, or refused with a sentence, and soon."""
    whole = members()["model.weights.h5"]
    draw = random.Random(1)
    for number in range(400):
        content = bytearray(whole)
        if number % 4 == 0:
            content = content[: draw.randrange(len(content))]
        for _ in range(draw.randrange(1, 6)):
            if content:
                reach = min(len(content), 4_000 if number % 2 else len(content))
                content[draw.randrange(reach)] = draw.choice([0, 1, 8, 255])
        assert what_became_of(bytes(content)).startswith(("read", "holds ", "is written"))


def test_numbers_in_the_other_order() -> None:
    """Each array of the file, with its bytes turned around and said so, is the same."""
    whole = bytearray(members()["model.weights.h5"])
    file = Hdf5(bytes(whole))
    path = "layers/dense/vars/0"
    at = file.arrays()[path]
    before, _ = file.array(at, path)
    data = before.astype("<f4").tobytes()
    begin = whole.index(data)
    whole[begin : begin + len(data)] = before.astype(">f4").tobytes()
    kind = whole.index(b"\x11\x20\x1f\x00\x04\x00\x00\x00", at)
    whole[kind + 1] |= 1
    after, _ = Hdf5(bytes(whole)).array(at, path)
    assert np.array_equal(before, after)
