"""Examinations and diagnoses of networks that are extreme in any way: none fails, or says a number that is none."""

import re
from typing import Any

import numpy as np
from hypothesis import given, reject
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.cases import cases
from tests.engine.strategies import EVERY
from twostroke.engine.catalogue.optimizers import OPTIMIZERS
from twostroke.engine.health.words import figure, percent
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

NO_NUMBER = re.compile(r"\b(nan|inf)\b", re.IGNORECASE)
NUMBERS = (0.0, 1.0, -3.0, 1e-6, 1e4, 1e12)


@st.composite
def drawn_data(draw: st.DrawFn) -> dict[str, Any]:
    """One sample or more of one's own, constant or far off, or of the catalogue; with a test part or none."""
    share = draw(st.sampled_from([0.5, 0.9, 1.0]))
    if draw(st.booleans()):
        name = draw(st.sampled_from(["spiral", "sine", "iris", "fraud", "reg-plane"]))
        return {"name": name, "train_share": share, **({} if name == "iris" else {"samples": 30})}
    count = draw(st.sampled_from([1, 2, 5]))
    numbers = st.sampled_from(NUMBERS)
    rows = draw(st.lists(st.lists(numbers, min_size=2, max_size=2), min_size=count, max_size=count))
    kind = draw(st.sampled_from(["constant", "values", "one class", "classes"]))
    answers: list[Any] = {
        "constant": [2.0] * count,
        "values": [float(k * 1e3) for k in range(count)],
        "one class": [1] * count,
        "classes": [k % 2 for k in range(count)],
    }[kind]
    task = "binary" if "class" in kind else "regression"
    scale = draw(st.sampled_from(["standard", "none"]))
    return {"name": "rows", "x": rows, "y": answers, "task": task, "train_share": share, "scale": scale}


@st.composite
def extremes(draw: st.DrawFn) -> dict[str, Any]:
    layers = [
        {
            "units": draw(st.sampled_from([1, 3])),
            "activation": draw(st.sampled_from(EVERY)),
            "norm": draw(st.sampled_from(["none", "none", "batch", "layer"])),
            "dropout": draw(st.sampled_from([0.0, 0.0, 0.9])),
        }
        for _ in range(draw(st.integers(0, 4)))
    ]
    init = draw(
        st.sampled_from(["zeros", "he_normal", {"name": "normal", "std": 1e-4}, {"name": "normal", "std": 10.0}])
    )
    network = {
        "layers": layers,
        "output": {"activation": draw(st.sampled_from(["identity", "relu", "step", "sigmoid", "tanh", "softmax"]))},
        "dtype": draw(st.sampled_from(["float32", "float64"])),
        "init": init,
        "cut": [f"l{number}.unit[0]" for number in range(1, len(layers) + 1) if draw(st.booleans())],
    }
    optimizer = {
        "name": draw(st.sampled_from(sorted(OPTIMIZERS))),
        "learning_rate": draw(st.sampled_from([0.1, 1e-9, 100.0])),
    }
    gates = {"forward": draw(st.booleans()), "backward": draw(st.booleans())}
    return {
        "data": draw(drawn_data()),
        "network": network,
        "training": {"optimizer": optimizer, "batch_size": draw(st.sampled_from([1, 2, 10]))},
        "gates": gates,
    }


@np.errstate(over="ignore", invalid="ignore")
def sentences(told: dict[str, Any]) -> list[str]:
    """All that is said of a session in 1,600 updates. ValueError where it cannot be."""
    trainer = Trainer(Session.model_validate(told))
    trainer.examines = True
    said: list[str] = []
    for updates in (0, 1, 3, 30, 300, 300, 1000):
        trainer.advance(updates)
        trainer.evaluate()
        for finding in trainer.examine().findings:
            said += (finding.title, finding.measured, finding.why)
    return said


@cases(40, deadline=None)
@given(told=extremes())
def test_extreme_networks_are_examined_and_diagnosed(told: dict[str, Any]) -> None:
    try:
        said = sentences(told)
    except ValidationError:  # such a session cannot be, and a sentence says why
        reject()
    assert [sentence for sentence in said if NO_NUMBER.search(sentence)] == []


def test_what_outgrows_every_number_is_told_all_the_same() -> None:
    layers = [{"units": units, "activation": "leaky_relu", "norm": "batch"} for units in (3, 1, 1)]
    layers[1]["activation"], layers[2]["dropout"] = "gelu", 0.9
    said = sentences(
        {
            "data": {"name": "spiral", "train_share": 0.9, "samples": 30},
            "network": {"layers": layers, "dtype": "float64", "init": {"name": "normal", "std": 10.0}},
            "training": {"optimizer": {"name": "sgd", "learning_rate": 100.0}, "batch_size": 2},
            "gates": {"forward": False, "backward": True},
        }
    )
    assert any("∞" in sentence for sentence in said)


def test_no_figure_and_no_share_is_beyond_words() -> None:
    assert [figure(value) for value in (np.inf, -np.inf, np.nan)] == ["∞", "−∞", "no number"]
    assert [percent(share) for share in (99.0, 1e9, np.inf)] == ["9900 %", "1.0·10¹¹ %", "∞ %"]
