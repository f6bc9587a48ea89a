"""Gates of single neurons that are off on one stroke: beside the oracle, in tapes, checks and probes."""

from typing import Any

import numpy as np
import pytest

from tests.engine import naive
from tests.engine.measures import tape_distances, worst
from twostroke.engine.compute import uncompiled
from twostroke.engine.probes import gradcheck
from twostroke.engine.probes.layers import layer_probe
from twostroke.engine.probes.linear import linear_map
from twostroke.engine.race.varying import varied
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError, parse_session

BARE = {"format": "twostroke-session", "version": 1}
LAYERS: list[dict[str, Any]] = [
    {"units": 3, "activation": "prelu"},
    {"units": 4, "activation": "sigmoid", "neurons": ["sigmoid", "relu", "quadratic", "relu"]},
]
OFF = ["l1.unit[1].backward", "l1.unit[2].forward", "l2.unit[2].backward", "l2.unit[1].forward", "l2.unit[1].backward"]
EVERY = [f"l{layer}.unit[{unit}]" for layer, units in ((1, 3), (2, 4)) for unit in range(units)]


def session_with(off: Any = OFF, layers: Any = LAYERS, dtype: str = "float64", **rest: Any) -> Session:
    network = {"layers": layers, "dtype": dtype, **rest.pop("network", {})}
    return parse_session({**BARE, "network": network, "gates": {"off": off}, **rest}, "a.json")


def test_each_stroke_passes_by_what_is_off_there_and_by_nothing_else() -> None:
    tape = Trainer(session_with()).record()
    first, second = tape.layers[:2]
    assert first.gain is not None
    assert first.dloss_da is not None
    assert np.array_equal(first.a[:, 2], first.z[:, 2])
    assert not np.array_equal(first.a[:, 1], first.z[:, 1])
    assert np.array_equal(first.forward_mask[:, 2], np.ones(tape.samples))
    assert np.array_equal(first.dloss_dz[:, 1], first.dloss_da[:, 1])
    assert np.array_equal(first.dloss_dz[:, [0, 2]], (first.dloss_da * first.gain)[:, [0, 2]])
    assert first.dloss_dparam["negative_slope"][1] == 0.0
    assert np.all(first.dloss_dparam["negative_slope"][[0, 2]] != 0.0)
    assert first.off_forward is not None
    assert first.off_backward is not None
    assert (first.off_forward.tolist(), first.off_backward.tolist()) == ([False, False, True], [False, True, False])
    assert second.dloss_dparam["a"][2] == 0.0
    assert tape.layers[2].off_forward is tape.layers[2].off_backward is None


@pytest.mark.parametrize("stroke", ["forward", "backward"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_all_off_is_the_stroke_off_to_the_bit(stroke: str, dtype: str) -> None:
    one = Trainer(session_with([f"{place}.{stroke}" for place in EVERY], dtype=dtype))
    settings = session_with([], dtype=dtype).model_dump(mode="json") | {"gates": {stroke: False}}
    whole = Trainer(Session.model_validate(settings))
    for trainer in (one, whole):
        trainer.advance(30)
    for key, values in one.network.parameters().items():
        assert np.array_equal(values, whole.network.parameters()[key]), key


def test_a_stroke_that_is_off_for_all_needs_no_gate_of_its_own() -> None:
    settings = session_with().model_dump(mode="json") | {"gates": {"backward": False, "off": [OFF[0]]}}
    tape = Trainer(Session.model_validate(settings)).record()
    assert (tape.layers[0].off_backward, tape.layers[0].gate_backward) == (None, False)


@pytest.mark.parametrize(
    "layers",
    [LAYERS, [{**LAYERS[0], "norm": "batch"}, {**LAYERS[1], "skip": 1}], [{**LAYERS[0], "norm": "layer"}, LAYERS[1]]],
)
@pytest.mark.parametrize("cut", [[], ["l1.unit[1]", "l2.unit[2]"]])
def test_tapes_and_training_agree_with_the_oracle(layers: Any, cut: list[str]) -> None:
    cut = [] if layers[0].get("norm") == "layer" else cut
    trainer = Trainer(session_with(layers=layers, network={"cut": cut}))
    oracle = naive.Training(trainer.session.model_dump(mode="json"), trainer.network.parameters())
    for _ in range(4):
        tape = trainer.record()
        want = oracle.update(tape.x, tape.target)
        far, where = worst(tape_distances(tape, oracle, want))
        assert far < 1e-12, where
        trainer.advance(1)
    for key, values in oracle.parameters().items():
        np.testing.assert_allclose(trainer.network.parameters()[key], values, rtol=1e-9, atol=1e-12, err_msg=key)


def test_off_on_both_strokes_the_gradient_is_that_of_the_loss() -> None:
    both = [f"l1.unit[1].{stroke}" for stroke in ("forward", "backward")]
    report = gradcheck.check(session_with(both))
    assert report.passed
    assert report.note is None
    one = gradcheck.check(session_with(both[1:]))
    assert "The gates of 1 neuron are off in one stroke" in str(one.note)


def test_before_kernels_are_there_it_is_the_same() -> None:
    trainer = Trainer(session_with())
    x = trainer.dataset.x_train[:5]
    own = uncompiled.forward(trainer.network, x)
    compiled = trainer.network.both_strokes(x, trainer.dataset.target_train[:5]).layers
    for one, other in zip(own, compiled, strict=True):
        np.testing.assert_allclose(one.a, other.a, rtol=1e-12, atol=1e-14)


def test_probes_know_of_it() -> None:
    layers = [{"units": 3, "activation": "relu"}]
    linear = session_with([f"l1.unit[{unit}].forward" for unit in range(3)], layers)
    assert linear_map(Trainer(linear).network) is not None
    with pytest.raises(ValueError, match="kink"):
        linear_map(Trainer(session_with(["l1.unit[0].forward"], layers)).network)
    trainer = Trainer(session_with([f"l1.unit[{unit}].backward" for unit in range(3)], layers))
    assert layer_probe(trainer.network, trainer.dataset, 0).layers[0].gain_product == 1.0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("l1.unit[0]", "expected the gate of a hidden neuron"),
        ("l1.unit[0].sideways", "expected the gate of a hidden neuron"),
        ("l1.weight[0,0].forward", "expected the gate of a hidden neuron"),
        ("l3.unit[0].forward", "belongs to the loss"),
        ("l9.unit[0].forward", "is no hidden layer; the network has 2"),
        ("l0.unit[0].forward", "is no hidden layer"),
        ("l1.unit[3].forward", "expected an index from"),
    ],
)
def test_what_has_no_gate_is_refused(text: str, told: str) -> None:
    with pytest.raises(SessionError, match=told):
        session_with([text])


def test_a_session_without_any_is_written_as_before() -> None:
    assert session_with([]).model_dump(mode="json")["gates"] == {"forward": True, "backward": True}
    assert session_with().model_dump(mode="json")["gates"]["off"] == OFF


def test_in_a_race_of_depths_what_names_a_layer_that_goes_goes() -> None:
    flat = parse_session(varied(session_with(), {"network.depth": 1}), "flat")
    assert flat.gates.off == ("l1.unit[1].backward", "l1.unit[2].forward")
    assert parse_session(varied(session_with(), {"network.depth": 3}), "deep").gates.off == tuple(OFF)
