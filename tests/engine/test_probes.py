"""The figures over the whole data, beside the oracle: scores, firing, dead units, response, gradient norms."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given

from tests.cases import cases
from tests.engine import measures, naive
from tests.engine.strategies import sessions
from tests.engine.test_trainer import session_of
from twostroke.engine.border.snapshot import Evaluation
from twostroke.engine.probes import CURVE, GRID
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

RELU_FAMILY = {"relu", "leaky_relu", "prelu", "elu", "selu", "softplus", "silu", "gelu", "step", "swish_beta"}


def oracle_of(trainer: Trainer) -> naive.Training:
    """The oracle with the trainer's parameters."""
    return naive.Training(trainer.session.model_dump(mode="json"), trainer.network.parameters())


def evaluated(session: Session, updates: int = 3) -> tuple[Trainer, Evaluation]:
    """After a few updates."""
    trainer = Trainer(session)
    trainer.advance(updates)
    return trainer, trainer.evaluate()


def fires(activation: str, a: float) -> bool:
    """As product.md has it; identity, quadratic and softmax always speak."""
    if activation in RELU_FAMILY:
        return a > 0.0
    return abs(a) > 0.5 if activation in ("sigmoid", "tanh") else True


def is_sure(oracle: naive.Training, passed: naive.Pass, target: Any) -> bool:
    """Whether no number is so near to where it begins to count that round-off decides: a kink, firing, a guess."""
    near = [measures.clearance(oracle, passed, target)]
    for layer, got, size in zip(oracle.layers, passed.layers, passed.sizes.layers, strict=True):
        firing = (np.abs(got.a) - 0.5) if layer.activation in ("sigmoid", "tanh") else got.a
        if layer.activation in {"sigmoid", "tanh"} | RELU_FAMILY:
            near.append(measures.nearest(firing, size["a"]))
    top, size = passed.layers[-1].a, passed.sizes.layers[-1]["a"]
    if top.shape[1] == 1:
        near.append(measures.nearest(top - 0.5, size))
    else:
        second, first = np.sort(top, axis=1)[:, -2:].T
        near.append(measures.nearest(first - second, size.max(axis=1)))
    return min(near) > 1e-10


@cases(25)
@given(session=sessions("float64", max_units=5))
def test_everything_beside_the_oracle(session: Session) -> None:
    """Losses, accuracy, confusion, firing shares and gradient norms of random sessions."""
    trainer, evaluation = evaluated(session)
    oracle, data = oracle_of(trainer), trainer.dataset
    on_train = oracle.both_strokes(data.x_train, data.target_train)
    on_test = oracle.both_strokes(data.x_test, data.target_test)
    assume(is_sure(oracle, on_train, data.target_train) and is_sure(oracle, on_test, data.target_test))
    assert evaluation.update == 3
    assert measures.distance(evaluation.train.loss, on_train.loss, on_train.sizes.loss) < 1e-13
    assert measures.distance(evaluation.test.loss, on_test.loss, on_test.sizes.loss) < 1e-13
    for share, layer, passed in zip(evaluation.firing, oracle.layers, on_train.layers, strict=True):
        want = [np.mean([fires(layer.activation, v) for v in column]) for column in passed.a.T]
        assert np.allclose(share, want, rtol=0, atol=1e-12)
    for norm, passed, size in zip(evaluation.gradient_norms, on_train.layers, on_train.sizes.layers, strict=True):
        want, size = (math.sqrt(sum(v**2 for v in w.ravel())) for w in (passed.dloss_dweight, size["dloss_dweight"]))
        assert measures.distance(norm, want, size) < 1e-13
    for scores, layers, label in (
        (evaluation.train, on_train.layers, data.label_train),
        (evaluation.test, on_test.layers, data.label_test),
    ):
        if data.info.task == "regression":
            assert scores.accuracy is None
            assert scores.confusion is None
            continue
        guesses = [int(row[0] > 0.5) if len(row) == 1 else int(np.argmax(row)) for row in layers[-1].a]
        table = np.zeros((data.info.classes, data.info.classes), dtype=int)
        for truth, guess in zip(label, guesses, strict=True):
            table[truth, guess] += 1
        assert np.array_equal(scores.confusion, table)
        assert scores.accuracy == pytest.approx(np.trace(table) / len(label))


def test_losses_are_weighted_by_class_and_hinge_parts_at_0() -> None:
    """Class weights count in the losses of both parts; under hinge an output above 0 stands for class 1."""
    weights = {"class_weights": {"name": "given", "values": [0.5, 3.0]}}
    trainer, evaluation = evaluated(session_of(network={"dtype": "float64"}, training=weights))
    data = trainer.dataset
    for got, x, label in (
        (evaluation.train, data.x_train, data.label_train),
        (evaluation.test, data.x_test, data.label_test),
    ):
        p = naive.predict(oracle_of(trainer).layers, x)[:, 0]
        each = [-3.0 * math.log(v) if one else -0.5 * math.log(1.0 - v) for v, one in zip(p, label, strict=True)]
        assert got.loss == pytest.approx(sum(each) / len(each), rel=1e-9)
    output = {"dtype": "float64", "output": {"activation": "identity"}}
    trainer, evaluation = evaluated(session_of(network=output, training={"loss": "hinge"}))
    z = naive.predict(oracle_of(trainer).layers, trainer.dataset.x_train)[:, 0]
    assert np.any((z > 0.0) & (z < 0.5))
    assert evaluation.train.accuracy == np.mean((z > 0.0) == trainer.dataset.label_train)


def test_evaluation_is_of_the_network_in_use() -> None:
    """Batch normalization by its running figures, nothing dropped."""
    layers = [{"units": 4, "norm": "batch", "dropout": 0.5}]
    trainer, evaluation = evaluated(session_of(network={"dtype": "float64", "layers": layers}), 30)
    p = naive.predict(oracle_of(trainer).layers, trainer.dataset.x_test)[:, 0]
    each = [-math.log(v if one else 1.0 - v) for v, one in zip(p, trainer.dataset.label_test, strict=True)]
    assert evaluation.test.loss == pytest.approx(sum(each) / len(each), rel=1e-9)


def test_dead_units() -> None:
    """A ReLU whose bias is far below fires for no training sample; its neighbours do; a leaky one is not dead."""
    for activation, is_dead in (("relu", True), ("leaky_relu", False), ("elu", False)):
        trainer = Trainer(session_of(network={"layers": [{"units": 6, "activation": activation}]}))
        trainer.network.bias(1)[2] = -1.5 * np.abs(trainer.network.weight(1)[2]).sum() * np.abs(trainer.feed.x).max()
        if activation == "elu":
            trainer.network.bias(1)[2] = -2.0
            trainer.network.weight(1)[2] = 0.0
        evaluation = trainer.evaluate()
        assert evaluation.firing[0][2] == 0.0
        assert bool(evaluation.dead[0][2]) is is_dead
        assert not evaluation.dead[0][[0, 1, 3, 4, 5]].any()
        assert snapshot_of(trainer).layers[0].dead.tolist() == evaluation.dead[0].tolist()


def test_a_dead_unit_neither_signals_nor_learns() -> None:
    """What the word claims: a is 0 for every sample, and an epoch of training leaves its weights as they are."""
    trainer = Trainer(session_of(network={"layers": [{"units": 6}]}))
    trainer.network.bias(1)[2] = -100.0
    assert trainer.evaluate().dead[0][2]
    before = trainer.network.weight(1)[2].copy()
    trainer.advance(40)
    assert np.array_equal(trainer.network.weight(1)[2], before)
    assert not any(layer[:, 2].any() for layer in [trainer.network.forward_all(trainer.dataset.x_train)[0][1]])


@pytest.mark.parametrize("features", [[], ["x^2", "sin(y)", "x*y"]])
def test_response_over_the_plane(features: list[str]) -> None:
    """Row 0 is at the bottom, column 0 at the left, each value at the centre of its cell."""
    session = session_of(data={"name": "moons", "samples": 60, "features": features}, network={"dtype": "float64"})
    trainer, evaluation = evaluated(session)
    assert evaluation.response is not None
    assert evaluation.response.shape == (GRID, GRID)
    low, high = trainer.dataset.extent
    cell = (high - low) / GRID
    for row, column in ((0, 0), (0, GRID - 1), (GRID - 1, 0), (10, 40)):
        point = np.array([[low + (column + 0.5) * cell, low + (row + 0.5) * cell]])
        want = naive.predict(oracle_of(trainer).layers, trainer.dataset.prepare(point))[0, 0]
        assert evaluation.response[row, column] == pytest.approx(want, rel=1e-9)


def test_response_of_two_softmax_outputs_is_the_share_of_the_second_class() -> None:
    """So that both kinds of output draw the same map."""
    parts: dict[str, Any] = {"output": {"activation": "softmax"}, "dtype": "float64"}
    trainer, evaluation = evaluated(session_of(network=parts, training={"loss": "cross_entropy"}))
    assert evaluation.response is not None
    low, high = trainer.dataset.extent
    cell = (high - low) / GRID
    corner = trainer.dataset.prepare(np.array([[low + cell / 2, low + cell / 2]]))
    want = naive.predict(oracle_of(trainer).layers, corner)[0]
    assert len(want) == 2
    assert evaluation.response[0, 0] == pytest.approx(want[1], rel=1e-9)


def test_response_along_the_line() -> None:
    """From one end of the drawn part to the other."""
    trainer, evaluation = evaluated(session_of(data={"name": "sine", "samples": 30}, network={"dtype": "float64"}))
    assert evaluation.response is not None
    assert evaluation.response.shape == (CURVE,)
    ends = trainer.dataset.prepare(np.array(trainer.dataset.extent)[:, None])
    want = naive.predict(oracle_of(trainer).layers, ends)[:, 0]
    assert evaluation.response[[0, -1]] == pytest.approx(want, rel=1e-9)


def test_tables_have_no_response() -> None:
    """Nothing to draw over four inputs."""
    assert evaluated(session_of(data={"name": "iris"}))[1].response is None


def test_curves_follow_the_evaluations() -> None:
    """One entry per evaluation, one per update, and none from a future that was taken back."""
    trainer = Trainer(session_of())
    for _ in range(4):
        trainer.advance(10)
        last = trainer.evaluate()
        trainer.evaluate()
    curves = snapshot_of(trainer).curves
    assert curves.update.tolist() == [10, 20, 30, 40]
    assert curves.train_loss[-1] == last.train.loss
    assert curves.test_accuracy[-1] == last.test.accuracy
    regression = snapshot_of(evaluated(session_of(data={"name": "sine", "samples": 30}))[0]).curves
    assert regression.train_accuracy.size == 0
    assert regression.train_loss.size == 1
