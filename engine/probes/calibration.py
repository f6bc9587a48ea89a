"""Whether outputs that are read as probabilities are right as often as they say.

Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks (2017); Brier: Verification of forecasts
expressed in terms of probability (1950).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import Array
from twostroke.engine.compute.record import frozen
from twostroke.engine.session.spec import Session

Real = NDArray[np.float64]

BINS = 10
"""Of one width, from 0 to 1."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """Over one part of the data. `mean` and `share` are NaN in bins without samples.

    Of two classes it is about the probability of the second, of more about that of the class that each sample is taken
    for.
    """

    samples: NDArray[np.int64]  # (BINS,) whose probability lies in (k / BINS, (k + 1) / BINS]; 0 is in the first
    mean: Real  # (BINS,) of their probabilities
    share: Real  # (BINS,) of them that are of the second class, or taken for the right one
    error: float  # expected calibration error: |mean - share|, weighed by the samples
    brier: float  # mean square of probability - outcome: of the second class, or summed over the classes


def gives_probabilities(session: Session) -> bool:
    """Whether the outputs can be read as probabilities of classes: the loss asks for 0 to 1, and no others occur."""
    network, training = session.network, session.training
    bounded = network.output.activation.name in ("sigmoid", "softmax")
    return session.task != "regression" and bounded and training.loss.entry.asks_for_shares


def calibration_of(output: Array, label: NDArray[np.integer], classes: int) -> Calibration | None:
    """Of probabilities (n, 1 or classes) for labels (n,), 0 to classes - 1; None where one is not finite."""
    wide, truth = output.astype(np.float64), label.astype(np.int64)
    if not wide.size or not np.isfinite(wide).all():
        return None
    if classes == 2:
        probability = wide[:, -1]
        right = truth == 1
        brier = float(((probability - right) ** 2).mean())
    else:
        probability, right = wide.max(axis=1), wide.argmax(axis=1) == truth
        brier = float(((wide - np.eye(classes)[truth]) ** 2).sum(axis=1).mean())
    place = np.searchsorted(np.linspace(0.0, 1.0, BINS + 1)[1:-1], probability)
    samples = np.bincount(place, minlength=BINS)
    sums = np.bincount(place, weights=probability, minlength=BINS)
    rights = np.bincount(place, weights=right.astype(np.float64), minlength=BINS)
    mean, share = (np.divide(each, samples, out=np.full(BINS, np.nan), where=samples > 0) for each in (sums, rights))
    error = float(np.abs(sums - rights).sum() / truth.size)
    return Calibration(frozen(samples.astype(np.int64)), frozen(mean), frozen(share), error, brier)
