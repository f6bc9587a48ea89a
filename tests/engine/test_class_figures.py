"""Figures of classes and samples beside slow, obvious computations, and beside scikit-learn where it has the same."""

import math

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, log_loss, precision_recall_fscore_support

from tests.engine import naive
from twostroke.engine.border.snapshot import Scores
from twostroke.engine.probes.calibration import BINS, Calibration, calibration_of, gives_probabilities
from twostroke.engine.probes.per_class import class_figures
from twostroke.engine.probes.worst import worst_first
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

DATA = ("fraud", "moons", "breast_cancer", "iris", "digits")


def trained(data: str, updates: int = 30, **more: object) -> Trainer:
    network = {"dtype": "float64", "layers": [{"units": 6, "activation": "tanh"}]}
    trainer = Trainer(Session.model_validate({"data": {"name": data}, "network": network, **more}))
    trainer.advance(updates)
    return trainer


def parts_of(trainer: Trainer) -> list[tuple[Scores, np.ndarray]]:
    found, data = trainer.evaluate(), trainer.dataset
    assert found.test is not None
    return [(found.train, data.label_train.astype(int)), (found.test, data.label_test.astype(int))]


@pytest.mark.parametrize("data", DATA)
def test_precision_recall_and_f1_of_each_class(data: str) -> None:
    trainer = trained(data)
    for scores, truth in parts_of(trainer):
        assert scores.confusion is not None
        assert scores.predicted is not None
        found, classes = class_figures(scores.confusion), range(len(scores.confusion))
        pairs = list(zip(truth.tolist(), scores.predicted.tolist(), strict=True))
        for kind in classes:
            hits = sum(1 for true, guess in pairs if true == guess == kind)
            support, taken = (sum(1 for pair in pairs if pair[place] == kind) for place in (0, 1))
            assert (found.support[kind], found.predicted[kind]) == (support, taken)
            wanted = [hits / n if n else math.nan for n in (taken, support)]
            assert [found.precision[kind], found.recall[kind]] == pytest.approx(wanted, abs=1e-9, nan_ok=True)
        reference = precision_recall_fscore_support(
            truth,
            scores.predicted,
            labels=list(classes),
            zero_division=np.nan,  # type: ignore[arg-type]
        )
        for mine, theirs in zip((found.precision, found.recall, found.f1, found.support), reference, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-9)


def test_a_class_that_nobody_is_taken_for_has_no_precision() -> None:
    found = class_figures(np.array([[5, 0, 0], [2, 0, 0], [0, 0, 0]]))
    assert found.precision.tolist() == pytest.approx([5 / 7, math.nan, math.nan], nan_ok=True)
    assert found.recall.tolist() == pytest.approx([1, 0, math.nan], nan_ok=True)
    assert found.f1.tolist() == pytest.approx([10 / 12, 0, math.nan], nan_ok=True)


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "hinge"])
def test_two_classes_are_parted_at_the_threshold_of_the_loss(loss: str) -> None:
    """One output stands for the second class above 0.5, under hinge above 0."""
    output = "sigmoid" if loss == "binary_cross_entropy" else "identity"
    network = {"dtype": "float64", "output": {"activation": output}}
    training = {"loss": loss, "class_weights": "balanced", "optimizer": {"name": "adam", "learning_rate": 0.01}}
    session = {"data": {"name": "fraud"}, "network": network, "training": training}
    trainer = Trainer(Session.model_validate(session))
    trainer.advance(200)
    for scores, truth in parts_of(trainer):
        taken = np.array([value > {"hinge": 0.0}.get(loss, 0.5) for value in scores.output[:, 0].tolist()])
        found = class_figures(scores.confusion)
        assert 0 < taken.sum() < truth.size
        assert found.precision[1] == pytest.approx(truth[taken].mean(), abs=1e-9)
        assert found.recall[1] == pytest.approx(taken[truth == 1].mean(), abs=1e-9)


def slow_calibration(output: np.ndarray, truth: np.ndarray, classes: int) -> tuple[list[list[float]], float, float]:
    """Bins as [samples, mean, share], error, Brier score; one sample after the other."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    brier = 0.0
    for row, true in zip(output.tolist(), truth.tolist(), strict=True):
        of_two = classes == 2
        probability = row[-1] if of_two else max(row)
        right = true == 1 if of_two else row.index(probability) == true
        place = next(k for k in range(BINS) if k == BINS - 1 or probability <= np.linspace(0, 1, BINS + 1)[k + 1])
        bins[place].append((probability, right))
        outcome = [float(right)] if of_two else [float(true == kind) for kind in range(classes)]
        given = [probability] if of_two else row
        brier += sum((p - y) ** 2 for p, y in zip(given, outcome, strict=True)) / len(truth)
    told = [[len(b), *(sum(pair[k] for pair in b) / len(b) if b else math.nan for k in (0, 1))] for b in bins]
    error = sum(n / len(truth) * abs(mean - share) for n, mean, share in told if n)
    return told, error, brier


def same(found: Calibration | None, output: np.ndarray, truth: np.ndarray, classes: int) -> None:
    assert found is not None
    bins, error, brier = slow_calibration(output, truth, classes)
    np.testing.assert_allclose(np.column_stack([found.samples, found.mean, found.share]), bins, rtol=0, atol=1e-9)
    assert (found.error, found.brier) == pytest.approx((error, brier), abs=1e-9)


@pytest.mark.parametrize("data", DATA)
def test_probabilities_beside_outcomes(data: str) -> None:
    trainer = trained(data)
    assert gives_probabilities(trainer.session)
    classes = trainer.dataset.info.classes
    for scores, truth in parts_of(trainer):
        found = calibration_of(scores.output, truth, classes)
        same(found, scores.output, truth, classes)
        full = found.samples > 0
        right = truth == 1 if classes == 2 else scores.predicted == truth
        probability = scores.output[:, -1] if classes == 2 else scores.output.max(axis=1)
        share, mean = calibration_curve(right, probability, n_bins=BINS)
        np.testing.assert_allclose(found.share[full], share, rtol=0, atol=1e-9)
        np.testing.assert_allclose(found.mean[full], mean, rtol=0, atol=1e-9)
        given = probability if classes == 2 else scores.output
        theirs = brier_score_loss(truth, given, labels=range(classes), scale_by_half=classes == 2)
        assert found.brier == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("columns", [1, 2, 3, 10])
def test_probabilities_on_the_edges_of_the_bins(columns: int) -> None:
    rng, classes = np.random.default_rng(3), max(columns, 2)
    output = rng.choice([0.0, 0.1, 0.2, 0.3, 0.6, 0.7, 1.0, 0.5], (200, columns))
    truth = rng.integers(0, classes, 200)
    same(calibration_of(output, truth, classes), output, truth, classes)


def test_what_is_no_probability_has_no_calibration() -> None:
    assert calibration_of(np.array([[0.5], [np.nan]]), np.array([0, 1]), 2) is None
    assert calibration_of(np.zeros((0, 1)), np.zeros(0, dtype=int), 2) is None
    for data, output, loss, gives in (
        ("moons", "sigmoid", "mse", True),
        ("moons", "identity", "mse", False),
        ("moons", "identity", "hinge", False),
        ("iris", "softmax", "cross_entropy", True),
        ("sine", "identity", "mse", False),
    ):
        network = {"output": {"activation": output}}
        session = Session.model_validate({"data": {"name": data}, "network": network, "training": {"loss": loss}})
        assert gives_probabilities(session) is gives, (data, output, loss)


@pytest.mark.parametrize("data", ["fraud", "iris", "sine", "market"])
def test_the_loss_of_each_sample(data: str) -> None:
    trainer = trained(data)
    oracle = naive.Training(trainer.session.model_dump(mode="json"), trainer.network.parameters())
    found, own = trainer.evaluate(), trainer.dataset
    parts = ((found.train, own.x_train, own.target_train), (found.test, own.x_test, own.target_test))
    for scores, x, target in parts:
        assert scores is not None
        for row in range(0, len(x), 17):
            alone = oracle.both_strokes(x[row : row + 1], target[row : row + 1])
            assert scores.losses[row] == pytest.approx(alone.loss, rel=1e-9)
        assert scores.losses.mean() == pytest.approx(scores.loss, rel=1e-9)


@pytest.mark.parametrize("data", ["moons", "digits"])
def test_the_losses_are_those_of_scikit_learn(data: str) -> None:
    trainer = trained(data)
    for scores, truth in parts_of(trainer):
        labels = range(trainer.dataset.info.classes)
        for row in range(0, truth.size, 23):
            one = log_loss(truth[row : row + 1], scores.output[row : row + 1, :], labels=labels)
            assert scores.losses[row] == pytest.approx(one, rel=1e-9)


def test_the_worst_come_first() -> None:
    rng = np.random.default_rng(11)
    losses = rng.integers(0, 20, 500).astype(np.float32)
    slowly = sorted(range(500), key=lambda row: (-losses[row], row))
    assert worst_first(losses).tolist() == slowly
    for most in (0, 1, 7, 100, 499, 500, 9_000):
        assert worst_first(losses, most).tolist() == slowly[:most]
    assert worst_first(np.array([1.0, np.nan, 3.0, np.inf])).tolist() == [1, 3, 2, 0]
    assert worst_first(np.zeros(0)).size == 0
