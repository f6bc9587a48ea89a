"""Figures over a whole data set: scores, firing, dead units, response over the plane, gradient norms per layer."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.snapshot import Evaluation, Scores
from twostroke.engine.border.tape import Array
from twostroke.engine.compute.kernels.plan import Feed
from twostroke.engine.compute.network import Network, Survey
from twostroke.engine.compute.record import frozen
from twostroke.engine.data import Dataset
from twostroke.engine.probes.maps import cell_middles, map_feed, maps
from twostroke.engine.probes.portraits import along_line, liked
from twostroke.engine.session.spec import ClassWeights

GRID = 64
"""Points along each side of the plane at which the response is taken."""

CURVE = 200
"""Points along the line at which the response is taken."""

GRADIENT_ROWS = 1_000
"""Rows of the training part over which the gradient norms are taken, at most."""


def class_weights(spec: ClassWeights, label: NDArray[np.int64], classes: int) -> Array | None:
    """What each class counts (classes,), for the labels (n,) of the training part; None where all count the same.

    Balanced weights are n / (classes * samples of the class), as scikit-learn's; a class without samples gets 0.
    """
    if spec.name == "none":
        return None
    if spec.name == "given":
        return np.array(spec.values, dtype=np.float64)
    count = np.bincount(label, minlength=classes)
    return np.divide(label.size, classes * count, out=np.zeros(classes), where=count > 0)


def predicted_class(output: Array, threshold: float = 0.5) -> NDArray[np.int64]:
    """Class numbers (n,) for outputs (n, outputs): the largest, or above `threshold` where there is one output."""
    if output.shape[1] == 1:
        return np.asarray(output[:, 0] > threshold, dtype=np.int64)
    return np.asarray(output.argmax(axis=1), dtype=np.int64)


def r_squared(output: Array, target: Array) -> float | None:
    """1 - residual / total sum of squares, the mean over the outputs, for outputs and targets (n, outputs).

    As sklearn.metrics.r2_score; None where the targets of an output do not differ.
    """
    wide = target.astype(np.float64)
    total = ((wide - wide.mean(axis=0)) ** 2).sum(axis=0)
    if not (np.ptp(wide, axis=0) > 0.0).all() or not total.all():
        return None
    return float((1.0 - ((wide - output) ** 2).sum(axis=0) / total).mean())


def scores(survey: Survey, label: Array, target: Array, classes: int, threshold: float = 0.5) -> Scores:
    """Loss of one part of the data, and for `classes` > 0 accuracy and confusion matrix, else R²."""
    loss = float(survey.sample_loss.mean(dtype=np.float64))
    output, losses = frozen(survey.output), frozen(survey.sample_loss)
    if not classes:
        return Scores(loss, None, None, r_squared(output, target), output=output, losses=losses)
    truth, guess = label.astype(np.int64), predicted_class(survey.output, threshold)
    confusion = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(confusion, (truth, guess), 1)
    accuracy = float((truth == guess).mean())
    return Scores(loss, accuracy, frozen(confusion), predicted=frozen(guess), output=output, losses=losses)


def response_points(dataset: Dataset) -> Array | None:
    """Raw points at which the response is drawn: (GRID * GRID, 2) or (CURVE, 1); None for tables."""
    low, high = dataset.extent
    if dataset.info.picture == "line":
        return np.linspace(low, high, CURVE).reshape(-1, 1)
    if dataset.info.picture == "plane":
        return cell_middles(low, high, GRID)
    return None


def response(network: Network, points: Feed, dataset: Dataset) -> Array:
    """The only output over the response points, or of several the last, in the units of the data.

    (GRID, GRID) for the plane, (CURVE,) for the line.
    """
    flat = dataset.values(network.survey(points).output)[:, -1]
    return frozen(flat.reshape(GRID, GRID) if dataset.info.picture == "plane" else flat)


def gradient_norms(network: Network, feed: Feed) -> tuple[float, ...]:
    """Frobenius norm of dL/dW per layer, of the mean loss over the first `GRADIENT_ROWS` rows."""
    n = min(feed.x.shape[0], GRADIENT_ROWS)
    buffers = network.buffers(n)
    network.stroke(feed, np.arange(n), buffers)
    # In float64: the squares of large float32 gradients overflow long before the gradients do.
    wide = buffers.grad.astype(np.float64)
    return tuple(float(np.linalg.norm(network.weight(layer, wide))) for layer in range(1, network.depth + 1))


class Evaluator:
    """Takes the figures of one network on one data set; keeps the prepared arrays between evaluations."""

    def __init__(self, network: Network, dataset: Dataset) -> None:
        self.dataset = dataset
        weights = class_weights(network.session.training.class_weights, dataset.label_train, dataset.info.classes)
        on_train, on_test = (
            (None, None) if weights is None else (weights[dataset.label_train], weights[dataset.label_test])
        )
        self.train = network.feed(dataset.x_train, dataset.target_train, on_train)
        self.test = network.feed(dataset.x_test, dataset.target_test, on_test) if len(dataset.x_test) else None
        self.threshold = network.session.training.loss.entry.threshold
        points = response_points(dataset)
        self.points: Feed | None = None
        if points is not None:
            x = dataset.prepare(points)
            self.points = network.feed(x, np.zeros((x.shape[0], network.widths[-1])))

    def portraits(self, network: Network) -> dict[str, Any]:
        """What each neuron of `network` answers to, as far as the data can show it, by its name in Evaluation."""
        points, info = map_feed(network, self.dataset), self.dataset.info
        line = self.points if info.picture == "line" else None
        return {
            "maps": None if points is None else maps(network, points),
            "lines": None if line is None else along_line(network, line),
            "liked": None if info.image is None else liked(network, self.train),
        }

    @np.errstate(over="ignore", invalid="ignore")  # numbers that are no longer finite come out as such
    def evaluate(self, network: Network, update: int, with_maps: bool = False) -> Evaluation:
        """All figures of `network` as it is now, after `update` updates."""
        on_train, data = network.survey(self.train), self.dataset
        on_test = None if self.test is None else network.survey(self.test)
        classes = data.info.classes
        ends = np.cumsum(network.widths[1:])[:-1]
        silent = (on_train.fired == 0) & (on_train.opened == 0) & ~network.cut_units
        share = on_train.fired / max(1, self.train.x.shape[0])
        return Evaluation(
            update=update,
            train=scores(on_train, data.label_train, data.target_train, classes, self.threshold),
            test=None
            if on_test is None
            else scores(on_test, data.label_test, data.target_test, classes, self.threshold),
            dead=tuple(frozen(part) for part in np.split(silent, ends)),
            firing=tuple(frozen(part) for part in np.split(share, ends)),
            response=None if self.points is None else response(network, self.points, data),
            gradient_norms=gradient_norms(network, self.train),
            **(self.portraits(network) if with_maps else {}),
        )
