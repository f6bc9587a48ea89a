"""The losses of one sample, their derivatives, and the mean over a mini-batch, with or without class weights.

Definitions are those of torch.nn: MSELoss, L1Loss, HuberLoss, BCELoss, CrossEntropyLoss and MultiMarginLoss. Hinge with
one output is max(0, 1 - y a) with y = -1 or 1; half_squared_error is the textbooks' sum of squares over two.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tests.engine.naive.functions import Matrix

FUSED = {("binary_cross_entropy", "sigmoid"), ("cross_entropy", "softmax")}


def loss_of(settings: Any) -> tuple[str, float]:
    """Name and Huber delta of the loss from a session's dictionary."""
    return (settings, 1.0) if isinstance(settings, str) else (settings["name"], settings.get("delta", 1.0))


def log_one_plus_exp(z: float) -> float:
    """log(1 + exp(z)); for large z the 1 no longer counts."""
    return z + math.log1p(math.exp(-z)) if z > 0 else math.log1p(math.exp(z))


def class_of(t: Matrix) -> int:
    """The class that a target (outputs,) stands for: one output says 0 or 1, several are one-hot."""
    if len(t) == 1:
        return 1 if t[0] > 0.5 else 0
    return int(np.argmax(t))


def margins(a: Matrix, t: Matrix) -> list[float]:
    """What hinge takes the positive part of: one number for one output, else one for each wrong class (0 at the true).

    The margin 1 - y a, or 1 - a_true + a_j.
    """
    if len(a) == 1:
        return [1.0 - (2.0 * t[0] - 1.0) * a[0]]
    true = class_of(t)
    return [0.0 if j == true else 1.0 - a[true] + a[j] for j in range(len(a))]


def sample_loss(name: str, z: Matrix, a: Matrix, t: Matrix, delta: float = 1.0) -> float:
    """Loss of one sample from the output layer's z (outputs,) and a (outputs,)."""
    n = len(a)
    if name == "mse":
        return sum((a[i] - t[i]) ** 2 for i in range(n)) / n
    if name == "half_squared_error":
        return sum((a[i] - t[i]) ** 2 for i in range(n)) / 2.0
    if name == "mae":
        return sum(abs(a[i] - t[i]) for i in range(n)) / n
    if name == "huber":
        e = [abs(a[i] - t[i]) for i in range(n)]
        return sum(0.5 * v**2 if v <= delta else delta * (v - 0.5 * delta) for v in e) / n
    if name == "binary_cross_entropy":  # -t log p - (1 - t) log(1 - p) with p = sigmoid(z): log p = -log(1 + exp(-z))
        return sum(t[i] * log_one_plus_exp(-z[i]) + (1.0 - t[i]) * log_one_plus_exp(z[i]) for i in range(n)) / n
    if name == "cross_entropy":  # -sum t log softmax(z)
        top = max(z)
        log_sum = top + math.log(sum(math.exp(v - top) for v in z))
        return sum(t[i] * (log_sum - z[i]) for i in range(n))
    if name == "hinge":
        return sum(max(0.0, v) for v in margins(a, t)) / n
    raise KeyError(name)


def sample_slope(name: str, a: Matrix, t: Matrix, delta: float = 1.0) -> Matrix:
    """dl/da of one sample's loss l, where loss and output are not fused."""
    n = len(a)
    e = [a[i] - t[i] for i in range(n)]
    if name == "mse":
        return np.array([2.0 * v / n for v in e])
    if name == "half_squared_error":
        return np.array(e)
    if name == "mae":
        return np.array([float(np.sign(v)) / n for v in e])
    if name == "huber":
        return np.array([(v if abs(v) <= delta else delta * float(np.sign(v))) / n for v in e])
    if name == "hinge":
        return hinge_slope(a, t)
    raise KeyError(name)


def hinge_slope(a: Matrix, t: Matrix) -> Matrix:
    """dl/da of hinge: each margin that is positive pushes; at the kink none does."""
    positive = [v > 0.0 for v in margins(a, t)]
    if len(a) == 1:
        return np.array([-(2.0 * t[0] - 1.0) * positive[0]])
    out = np.array([1.0 if p else 0.0 for p in positive])
    out[class_of(t)] = -float(sum(positive))
    return out / len(a)


def fused_slope(name: str, a: Matrix, t: Matrix) -> Matrix:
    """dl/dz of one sample: p - t over the number of elements that the sample's loss is the mean of."""
    elements = len(a) if name == "binary_cross_entropy" else 1
    return np.array([(a[i] - t[i]) / elements for i in range(len(a))])


def shares(name: str, target: Matrix, weights: Sequence[float] | None = None) -> Matrix:
    """How much each sample counts in the loss of the mini-batch, (B,): 1/B each without class weights.

    With them w/B, but for cross-entropy w over the sum of the w, as in torch.nn.CrossEntropyLoss.
    """
    samples = len(target)
    w = [1.0 if weights is None else float(weights[class_of(t)]) for t in target]
    if name == "cross_entropy":
        return np.array([v / sum(w) for v in w])
    return np.array([v / samples for v in w])


def batch_loss(name: str, each: Matrix, target: Matrix, weights: Sequence[float] | None = None) -> float:
    """Loss of the mini-batch from that of each sample."""
    share = shares(name, target, weights)
    return float(sum(share[s] * each[s] for s in range(len(each))))


def class_weights_of(settings: Any, target: Matrix | None) -> Sequence[float] | None:
    """The class weights from a session's dictionary and the targets of the training part (N, outputs)."""
    if settings in (None, "none"):
        return None
    if settings == "balanced":
        assert target is not None, "balanced weights need the targets of the training part"
        return balanced(target)
    return [float(v) for v in (settings["values"] if isinstance(settings, Mapping) else settings)]


def balanced(target: Matrix) -> list[float]:
    """Samples / (classes · samples of the class), for targets (N, outputs); one output stands for two classes."""
    classes = max(2, target.shape[1])
    found = [class_of(t) for t in target]
    counts = [found.count(c) for c in range(classes)]
    return [len(found) / (classes * count) if count else 0.0 for count in counts]
