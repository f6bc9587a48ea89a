"""Inputs that are tried: what the network makes of them, scaled as the data are, by the newest weights."""

import numpy as np
import pytest

from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Snapshot, Status
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session


def trainer_of(data: str, **parts: object) -> Trainer:
    return Trainer(Session.model_validate({"data": {"name": data, **parts}}))


def output(trainer: Trainer, x: np.ndarray) -> np.ndarray:
    """What the network answers, by passes of its own."""
    passes = trainer.network.both_strokes(x, np.zeros((len(x), trainer.network.widths[-1])))
    return passes.layers[-1].a[0]


def unknown(snapshot: Snapshot) -> bool:
    """Whether nothing is said of target, loss and gradients."""
    deltas = [layer.dloss_dz for layer in snapshot.layers]
    upstream = [layer.dloss_da for layer in snapshot.layers if layer.dloss_da is not None]
    return bool(np.isnan(snapshot.loss)) and all(np.isnan(a).all() for a in (snapshot.target, *deltas, *upstream))


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        ("spiral", {"features": ["x", "y", "x^2", "sin(y)"]}),
        ("sine", {}),
        ("iris", {}),
        ("digits", {}),
        ("market", {}),
    ],
)
def test_a_typed_input_is_scaled_as_the_data_are(data: str, parts: dict[str, object]) -> None:
    trainer = trainer_of(data, **parts)
    raw = trainer.dataset.raw_train[7]
    trainer.apply(c.TryInput(tuple(float(value) for value in raw)))
    trainer.advance(5)
    shown = snapshot_of(trainer)
    assert np.array_equal(shown.x, trainer.dataset.x_train[7])
    assert np.allclose(shown.layers[-1].a, output(trainer, trainer.dataset.x_train[7:8]), rtol=1e-5, atol=1e-7)
    assert shown.trial is not None
    assert shown.trial.row is None
    assert np.array_equal(shown.trial.values, raw)
    assert unknown(shown)
    assert all(np.isfinite(layer.z).all() and np.isfinite(layer.forward_mask).all() for layer in shown.layers)


def test_the_pinned_sample_comes_back() -> None:
    trainer = trainer_of("iris")
    trainer.apply(c.PinSample(5))
    before = snapshot_of(trainer)
    trainer.apply(c.TryInput((5.0, 3.0, 1.4, 0.2)))
    during = snapshot_of(trainer)
    assert during.sample == 5
    assert during.session is before.session, "nothing of it is in the session"
    trainer.apply(c.LeaveTrial())
    after = snapshot_of(trainer)
    assert after.trial is None
    assert (after.loss, after.x.tobytes()) == (before.loss, before.x.tobytes())


def test_training_is_the_same_with_a_trial_and_without() -> None:
    plain, trying = trainer_of("spiral"), trainer_of("spiral")
    trying.apply(c.TryInput((0.3, -0.2)))
    for trainer in (plain, trying):
        for _ in range(3):
            trainer.advance(7)
            snapshot_of(trainer)
    assert plain.state.theta.tobytes() == trying.state.theta.tobytes()


def test_a_sample_of_the_test_part_has_target_and_gradients() -> None:
    session = {"data": {"name": "iris"}, "training": {"class_weights": {"name": "balanced"}}}
    trainer = Trainer(Session.model_validate(session))
    trainer.apply(c.TryTestRow(3))
    shown = snapshot_of(trainer)
    assert shown.trial is not None
    assert shown.trial.row == 3
    assert np.array_equal(shown.target, trainer.dataset.target_test[3])
    assert np.array_equal(shown.trial.values, trainer.dataset.raw_test[3])
    assert trainer.evaluator.test is not None
    survey = trainer.network.survey(trainer.evaluator.test)
    assert shown.loss == pytest.approx(float(survey.sample_loss[3]), rel=1e-5)
    assert np.isfinite(shown.layers[0].dloss_dz).all()


@pytest.mark.parametrize(
    "leaves",
    [c.PinSample(2), c.Record(), c.LeaveTrial(), c.Open(Session.model_validate({"data": {"name": "spiral"}}))],
)
def test_what_ends_a_trial(leaves: c.Command) -> None:
    trainer = trainer_of("spiral")
    trainer.apply(c.TryInput((0.3, -0.2)))
    trainer.apply(leaves)
    assert snapshot_of(trainer).trial is None


@pytest.mark.parametrize("stays", [c.Play(), c.Pause(), c.Reset(), c.Advance(3), c.Seek(0)])
def test_what_does_not(stays: c.Command) -> None:
    trainer = trainer_of("spiral")
    trainer.apply(c.TryInput((0.3, -0.2)))
    trainer.apply(stays)
    assert snapshot_of(trainer).trial is not None


def test_a_trial_leaves_the_stroke_mode_and_lets_training_run() -> None:
    trainer = trainer_of("spiral")
    trainer.apply(c.Record())
    trainer.apply(c.TryInput((0.0, 0.0)))
    assert (trainer.tape, trainer.status) == (None, Status.PAUSED)
    trainer.apply(c.Play())
    trainer.apply(c.TryInput((0.1, 0.0)))
    assert trainer.status is Status.RUNNING


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (c.TryInput((1.0,)), "is 2 numbers; got 1"),
        (c.TryInput((1.0, float("nan"))), "finite numbers"),
        (c.TryInput((1e300, 1.0)), "finite numbers"),
        (c.TryTestRow(10_000), "no sample 10000 in the test part; it has rows 0 to"),
        (c.TryTestRow(-1), "no sample -1"),
    ],
)
def test_what_cannot_be_tried_is_refused_and_changes_nothing(command: c.Command, said: str) -> None:
    trainer = trainer_of("spiral")
    trainer.apply(c.Record())
    with pytest.raises(ValueError, match=said):
        trainer.apply(command)
    assert trainer.tape is not None
    assert snapshot_of(trainer).trial is None


def test_the_evaluation_says_what_each_sample_is_taken_for() -> None:
    trainer = trainer_of("iris")
    trainer.advance(20)
    scores = trainer.evaluate().train
    assert scores.predicted is not None
    assert scores.confusion is not None
    label = trainer.dataset.label_train
    for (truth, guess), count in np.ndenumerate(scores.confusion):
        assert np.count_nonzero((label == truth) & (scores.predicted == guess)) == count
