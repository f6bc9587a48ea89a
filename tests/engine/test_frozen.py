"""Frozen parameters: no update changes them, whatever the rule; the others learn, and gradients are still shown."""

from typing import Any

import numpy as np
import pytest

from twostroke.engine.compute.network import Network
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError, parse_session

BARE = {"format": "twostroke-session", "version": 1}
LAYERS = [{"units": 3, "activation": "prelu", "norm": "batch"}, {"units": 2, "activation": "tanh", "skip": 0}]
FROZEN = ["l1.weight", "l1.scale[1]", "l1.param.negative_slope", "l2.weight[1,2]", "l2.bias[0]", "l3.bias"]
RULES: list[dict[str, Any]] = [
    {"optimizer": {"name": "sgd"}},
    {"optimizer": {"name": "sgd", "momentum": 0.9, "nesterov": True}, "l1": 0.01, "l2": 0.1},
    {"optimizer": {"name": "rmsprop"}},
    {"optimizer": {"name": "adagrad"}},
    {"optimizer": {"name": "adam"}, "clip": {"name": "norm", "limit": 0.01}},
    {"optimizer": {"name": "adamw"}, "clip": {"name": "value", "limit": 0.01}, "l2": 0.1},
]


def session_with(frozen: Any, **training: Any) -> Session:
    network = {"layers": LAYERS, "frozen": frozen}
    return parse_session({**BARE, "network": network, "training": training}, "a.json")


def held(network: Network) -> dict[str, Any]:
    own = network.parameters()
    places = {"l1.scale[1]": own["l1.scale"][1], "l2.weight[1,2]": own["l2.weight"][1, 2]}
    places |= {"l2.bias[0]": own["l2.bias"][0]}
    return places | {key: own[key].tolist() for key in ("l1.weight", "l1.param.negative_slope", "l3.bias")}


@pytest.mark.parametrize("training", RULES)
def test_no_rule_changes_them_and_all_others_learn(training: dict[str, Any]) -> None:
    trainer = Trainer(session_with(FROZEN, **training))
    before, all_before = held(trainer.network), trainer.network.parameters()
    record = trainer.record()
    assert np.all(record.layers[0].dloss_dweight != 0.0)
    trainer.advance(30)
    assert held(trainer.network) == before
    changed = {key: own != all_before[key] for key, own in trainer.network.parameters().items()}
    assert changed["l1.scale"].tolist() == [True, False, True]
    assert changed["l2.weight"].tolist() == [[True, True, True], [True, True, False]]
    assert changed["l2.bias"].tolist() == [False, True]
    assert changed["l3.weight"].all()


@pytest.mark.parametrize("units", [4, 256])
def test_all_may_be_frozen_in_a_layer_of_any_size(units: int) -> None:
    """Large layers learn within the product that computes their gradient, unless some of it is frozen."""
    keys = [f"l{i}.{name}" for i in (1, 2, 3) for name in ("weight", "bias")]
    network = {"layers": [{"units": units}, {"units": units}], "frozen": keys}
    settings = {**BARE, "network": network, "training": {"batch_size": 64, "optimizer": "sgd"}}
    trainer = Trainer(parse_session(settings, "a.json"))
    before = trainer.network.parameters()
    trainer.advance(3)
    for key, own in trainer.network.parameters().items():
        assert np.array_equal(own, before[key]), key


def test_a_frozen_number_leaves_the_large_layer_around_it_to_learn() -> None:
    network = {"layers": [{"units": 256}, {"units": 256}], "frozen": ["l2.weight[3,200]"]}
    settings = {**BARE, "network": network, "training": {"batch_size": 64, "optimizer": "sgd"}}
    free = {**settings, "network": {**network, "frozen": []}}
    held_one, all_free = (Trainer(parse_session(own, "a.json")) for own in (settings, free))
    before = held_one.network.weight(2).copy()
    held_one.advance(1)
    all_free.advance(1)
    assert held_one.network.weight(2)[3, 200] == before[3, 200]
    expected = all_free.network.weight(2).copy()
    expected[3, 200] = before[3, 200]
    np.testing.assert_allclose(held_one.network.weight(2), expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("frozen", "said"),
    [
        (["l1.wieght"], "did you mean l1.weight?"),
        (["l1.running_mean"], "which is no parameter that updates change"),
        (["l2.weight[2,0]"], "expected an index from [0,0] to [1,2]."),
        (["l2.weight[1]"], "expected an index from [0,0] to [1,2]."),
        (["l2.bias[2]"], "expected an index from [0] to [1]."),
        (["l2.bias[-1]"], 'expected a key of a trace, "l1.bias", or an element, "l1.weight[0,1]".'),
        (["bias"], 'expected a key of a trace, "l1.bias", or an element, "l1.weight[0,1]".'),
        ([5], "network.frozen[0]"),
        ("l1.bias", "network.frozen"),
    ],
)
def test_what_cannot_be_frozen_is_refused_with_a_sentence(frozen: Any, said: str) -> None:
    with pytest.raises(SessionError) as caught:
        session_with(frozen)
    assert said in str(caught.value)
    assert "network.frozen" in str(caught.value)


def test_a_session_that_freezes_nothing_is_written_as_before() -> None:
    assert "frozen" not in Session().model_dump(mode="json")["network"]
