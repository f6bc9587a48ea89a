"""The best answer that looks at no input: what a network has to beat."""

import numpy as np

from twostroke.engine.border.health import Real
from twostroke.engine.data import Dataset
from twostroke.engine.probes.evaluation import class_weights
from twostroke.engine.probes.sample_losses import sample_losses
from twostroke.engine.session.spec import LossSpec, TrainingSpec

HALVINGS = 45
"""Of the span of the targets: what is left is 1e-13 of it."""


def constant_loss(training: TrainingSpec, data: Dataset) -> float:
    """The least training loss of a constant answer."""
    loss, target = training.loss, data.target_train.astype(np.float64)
    if not np.ptp(target, axis=0).any():  # their mean may be off by a rounding
        return 0.0
    each = class_weights(training.class_weights, data.label_train, data.info.classes)
    weight = np.ones(len(target)) if each is None else each[data.label_train]
    if loss.name == "hinge":
        return _least_hinge(loss, target, weight)
    answer = np.average(target, axis=0, weights=weight)
    if loss.name == "mae":
        answer = np.median(target, axis=0)
    elif loss.name == "huber":
        answer = _middle(target, loss.delta)
    tiny = np.finfo(np.float64).tiny
    z = answer
    if loss.name == "binary_cross_entropy":
        z = np.log(np.maximum(answer, tiny)) - np.log(np.maximum(1.0 - answer, tiny))
    elif loss.name == "cross_entropy":
        z = np.log(np.maximum(answer, tiny))
    return _mean_loss(loss, z, answer, target, weight)


def _mean_loss(loss: LossSpec, z: Real, a: Real, target: Real, weight: Real) -> float:
    rows = np.broadcast_to
    losses = sample_losses(loss, rows(z, target.shape).copy(), rows(a, target.shape).copy(), target)
    return float(np.mean(losses * weight))


def _middle(target: Real, delta: float) -> Real:
    """Where the slope of the Huber loss is 0, (outputs,): between median and mean, by bisection."""
    low, high = target.min(axis=0), target.max(axis=0)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        below = np.clip(middle - target, -delta, delta).sum(axis=0) < 0.0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(high)


def _least_hinge(loss: LossSpec, target: Real, weight: Real) -> float:
    """The loss bends at whole numbers only. Between more than two classes it falls, as long as there is anything to
    gain, by 1 more for the commonest ones (Murota 2003, "Discrete Convex Analysis": it is L-natural-convex).
    """
    classes = target.shape[1]
    if classes == 1:
        return min(_mean_loss(loss, end, end, target, weight) for end in (np.array([-1.0]), np.array([1.0])))
    each, share = np.eye(classes), weight @ target / len(target)

    def of(answer: Real) -> float:
        return float(classes * _mean_loss(loss, answer, answer, each, share))

    order = np.argsort(-share, kind="stable")
    answer, least = np.zeros(classes), of(np.zeros(classes))
    while True:
        raised = [answer + np.isin(np.arange(classes), order[:few]) for few in range(1, classes)]
        losses = [of(tried) for tried in raised]
        if not min(losses) < least:
            return least
        answer, least = raised[int(np.argmin(losses))], min(losses)
