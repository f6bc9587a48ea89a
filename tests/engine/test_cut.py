"""Cut links carry nothing on either stroke; cut units send nothing and get no gradient. All else is as it was."""

from typing import Any

import numpy as np
import pytest

from tests.engine import naive
from twostroke.engine.compute import uncompiled
from twostroke.engine.compute.network import Network
from twostroke.engine.probes import gradcheck
from twostroke.engine.probes.linear import pattern_map
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError, parse_session

BARE = {"format": "twostroke-session", "version": 1}
LAYERS: list[dict[str, Any]] = [
    {"units": 3, "activation": "prelu", "norm": "batch"},
    {"units": 4, "activation": "sigmoid", "dropout": 0.2},
    {"units": 4, "activation": "tanh", "skip": 1},
]
CUT = ["l1.unit[1]", "l2.weight[3,0]", "l2.unit[0]", "l2.unit[2]", "l3.skip_weight[1,2]", "l4.weight[0,3]"]
GATES = [
    {"forward": True, "backward": True},
    {"forward": False, "backward": True},
    {"forward": True, "backward": False},
]


def session_with(cut: Any = CUT, layers: Any = LAYERS, **rest: Any) -> Session:
    network = {"layers": layers, "cut": cut, "dtype": "float64"}
    return parse_session({**BARE, "network": network, **rest}, "a.json")


@pytest.mark.parametrize("gates", GATES)
def test_a_cut_unit_sends_nothing_and_gets_no_gradient(gates: dict[str, bool]) -> None:
    tape = Trainer(session_with(gates=gates)).record()
    for number, units in ((1, [1]), (2, [0, 2])):
        layer = tape.layers[number - 1]
        assert layer.gain is not None
        assert layer.dloss_da is not None
        for values in (layer.a, layer.output, layer.gain, layer.forward_mask, layer.dloss_da, layer.dloss_dz):
            assert not values[:, units].any()
        assert not layer.dloss_dweight[units].any()
        assert not layer.dloss_dbias[units].any()
        assert not tape.layers[number].dloss_dweight[:, units].any()
        assert np.abs(layer.dloss_dz).sum() > 0.0
    first = tape.layers[0]
    assert first.dloss_dparam["negative_slope"][1] == 0.0
    assert first.organs["dloss_dscale"][1] == first.organs["dloss_dshift"][1] == 0.0
    assert not tape.layers[2].organs["dloss_dskip_weight"][:, 1].any()


def test_a_cut_link_carries_nothing_before_and_after_updates() -> None:
    trainer = Trainer(session_with(training={"optimizer": {"name": "adamw"}, "l1": 0.01, "l2": 0.1}))
    for _ in range(2):
        tape = trainer.record()
        assert (tape.layers[1].weight[3, 0], tape.layers[1].dloss_dweight[3, 0]) == (0.0, 0.0)
        organs = tape.layers[2].organs
        assert (organs["skip_weight"][1, 2], organs["dloss_dskip_weight"][1, 2]) == (0.0, 0.0)
        assert (tape.layers[3].weight_next[0, 3], tape.layers[3].dloss_dweight[0, 3]) == (0.0, 0.0)
        trainer.advance(20)


def test_nothing_else_is_drawn_otherwise() -> None:
    whole, cut = Network(session_with([])).parameters(), Network(session_with()).parameters()
    whole["l2.weight"][3, 0] = whole["l3.skip_weight"][1, 2] = whole["l4.weight"][0, 3] = 0.0
    for key, values in cut.items():
        assert np.array_equal(values, whole[key]), key


@pytest.mark.parametrize("units", [5, 128])
def test_cut_units_are_as_if_they_were_not_there(units: int) -> None:
    """By loops and by BLAS, whose weights learn within the product."""
    layers = [{"units": units, "activation": "tanh"}, {"units": 3}]
    settings = {"training": {"batch_size": 32, "optimizer": "sgd"}}
    trainer = Trainer(session_with([f"l1.unit[{u}]" for u in (0, 3)], layers, **settings))
    begin = trainer.network.parameters()
    keep = np.delete(np.arange(units), [0, 3])
    less = Trainer(session_with([], [{**layers[0], "units": keep.size}, layers[1]], **settings))
    given = {**begin, "l2.weight": begin["l2.weight"][:, keep]}
    less.network.set_parameters(given | {key: begin[key][keep] for key in ("l1.weight", "l1.bias")})
    for one in (trainer, less):
        one.advance(50)
    own, expected = trainer.network.parameters(), less.network.parameters()
    np.testing.assert_allclose(own["l2.weight"][:, keep], expected["l2.weight"], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(own["l1.weight"][keep], expected["l1.weight"], rtol=1e-9, atol=1e-12)
    assert np.array_equal(own["l1.weight"][[0, 3]], begin["l1.weight"][[0, 3]])
    assert np.array_equal(own["l2.weight"][:, [0, 3]], begin["l2.weight"][:, [0, 3]])


def test_training_agrees_with_the_oracle() -> None:
    session = session_with(layers=[{**layer, "dropout": 0.0} for layer in LAYERS])
    trainer = Trainer(session)
    oracle = naive.Training(session.model_dump(mode="json"), trainer.network.parameters())
    for _ in range(5):
        tape = trainer.record()
        oracle.update(tape.x, tape.target)
        trainer.advance(1)
    for key, values in oracle.parameters().items():
        np.testing.assert_allclose(trainer.network.parameters()[key], values, rtol=1e-9, atol=1e-12, err_msg=key)


def test_every_gradient_agrees_with_differences_and_all_are_compared() -> None:
    report = gradcheck.check(session_with())
    assert report.passed
    assert all(tensor.checked + tensor.skipped == tensor.elements for tensor in report.tensors)


def test_a_wrong_gradient_of_a_cut_link_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    stroke = Network.stroke

    def wrong(self: Network, feed: Any, rows: Any, buffers: Any, *rest: Any, **named: Any) -> float:
        value = stroke(self, feed, rows, buffers, *rest, **named)
        buffers.grad[self.layout.cut] = 1.0
        return value

    monkeypatch.setattr(Network, "stroke", wrong)
    assert not gradcheck.check(session_with()).passed


def test_probes_leave_cut_units_out() -> None:
    layers = [{"units": 4, "activation": "relu"}]
    trainer = Trainer(session_with(["l1.unit[2]"], layers))
    trainer.advance(10)
    network, x = trainer.network, trainer.dataset.x_train
    z = network.forward_all(x[:1])[-1][0]
    np.testing.assert_allclose(pattern_map(network, x[0])(x[:1]), z, rtol=1e-9, atol=1e-12)
    found = trainer.evaluate()
    assert not found.dead[0][2]
    assert found.firing[0][2] == 0.0


@pytest.mark.parametrize("gates", GATES)
def test_the_first_picture_shows_the_same_before_the_kernels_are_there(gates: dict[str, bool]) -> None:
    trainer = Trainer(session_with(gates=gates))
    x = trainer.dataset.x_train[:2]
    compiled = trainer.network.both_strokes(x, trainer.dataset.target_train[:2]).layers
    for own, expected in zip(uncompiled.forward(trainer.network, x), compiled, strict=True):
        np.testing.assert_allclose(own.a, expected.a, rtol=1e-12)
        np.testing.assert_allclose(own.gain, expected.gain, rtol=1e-12)


def test_saved_weights_of_cut_links_do_not_come_back() -> None:
    network = Network(session_with())
    network.set_parameters({key: np.ones_like(own) for key, own in network.parameters().items()})
    assert network.weight(2)[3, 0] == 0.0
    assert network.weight(2)[3, 1] == 1.0


def test_training_goes_on_when_a_link_is_cut_and_mended() -> None:
    def with_cut(*cut: str) -> Session:
        return session_with(list(cut), [{"units": 3}])

    trainer = Trainer(with_cut())
    drawn = trainer.network.weight(1)[0, 1]
    trainer.advance(20)
    learned = trainer.network.weight(1).copy()
    trainer._change(with_cut("l1.weight[0,1]"))
    assert trainer.network.weight(1)[0, 1] == 0.0
    assert trainer.network.weight(1)[0, 0] == learned[0, 0]
    trainer._change(with_cut())
    assert trainer.network.weight(1)[0, 1] == drawn
    assert trainer.update == 20


@pytest.mark.parametrize("other", [{"activation": "relu"}, {"norm": "batch"}, {"activation": "quadratic"}, {"skip": 0}])
@pytest.mark.parametrize("mended", [False, True])
def test_all_that_was_learned_stays_where_theta_is_laid_out_anew(other: dict[str, Any], mended: bool) -> None:
    """Parameters come and go before the weights that are cut: their places are those of other weights then."""
    cut = ["l2.weight[0,1]", "l3.weight[0,0]", "l3.weight[0,3]"]
    one = session_with(cut, [{"units": 3, "activation": "prelu"}, {"units": 4}])
    two = session_with(cut[mended:], [{"units": 3, "activation": "prelu"} | other, {"units": 4}])
    for before, after in ((one, two), (two, one)):
        trainer = Trainer(before)
        trainer.advance(20)
        learned = [trainer.network.weight(layer).copy() for layer in (1, 2, 3)]
        drawn = Network(after).weight(2)[0, 1]
        trainer._change(after)
        learned[1][0, 1] = drawn if mended and after is two else 0.0
        for layer, expected in enumerate(learned, start=1):
            assert trainer.network.weight(layer).tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        (["l2.wieght[0,0]"], "did you mean l2.weight?"),
        (["l2.weight"], "expected an index from [0,0] to [3,2]."),
        (["l2.weight[4,0]"], "expected an index from [0,0] to [3,2]."),
        (["l2.weight[1]"], "expected an index from [0,0] to [3,2]."),
        (["l1.unit[3]"], "expected an index from [0] to [2]."),
        (["l1.unit"], "expected an index from [0] to [2]."),
        (["l1.bias[0]"], "which is no link or hidden unit of the network"),
        (["l4.unit[0]"], "a unit of the output layer, which the loss needs; cut the links into it, or a hidden unit."),
        (["l5.unit[0]"], "which is no link or hidden unit of the network"),
        (["l1.unit[-1]"], 'expected a link, "l2.weight[1,0]", or a hidden unit, "l1.unit[1]".'),
        (["unit"], 'expected a link, "l2.weight[1,0]", or a hidden unit, "l1.unit[1]".'),
        ([5], "network.cut[0]"),
        ("l1.unit[1]", "network.cut"),
    ],
)
def test_what_cannot_be_cut_is_refused_with_a_sentence(cut: Any, said: str) -> None:
    with pytest.raises(SessionError) as caught:
        session_with(cut)
    assert said in str(caught.value)
    assert "network.cut" in str(caught.value)


def test_a_unit_that_a_normalizer_weighs_against_others_cannot_be_cut() -> None:
    layers = [{"units": 3, "norm": "layer"}]
    assert session_with(["l1.weight[0,1]"], layers).network.cut == ("l1.weight[0,1]",)
    with pytest.raises(SessionError, match="use the normalizer batch or none in layers\\[0\\]"):
        session_with(["l1.unit[1]"], layers)


def test_a_session_that_cuts_nothing_is_written_as_before() -> None:
    assert "cut" not in Session().model_dump(mode="json")["network"]
