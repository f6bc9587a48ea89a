"""What the last evaluation says of classes and samples of one part of the data. Pure: no Qt.

It is worked out where it is looked at, once for each evaluation. The probes that do it come with the network, so they
are imported when there is one.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.snapshot import DataView, Scores
from twostroke.engine.session.spec import Session
from twostroke.gui.model.once import once
from twostroke.gui.model.view import ViewState

if TYPE_CHECKING:
    from twostroke.engine.probes.calibration import Calibration
    from twostroke.engine.probes.per_class import ClassFigures

Rows = NDArray[np.intp]


def labels(data: DataView, test: bool) -> NDArray[Any]:
    """What is right for all samples of the part."""
    return data.test_label if test else data.train_label


def scores_of(view: ViewState, test: bool) -> Scores | None:
    """The figures of one part; None before the first ones, and while those known are of other data."""
    evaluation, data = view.snapshot.evaluation, view.snapshot.data
    found = None if evaluation is None else evaluation.test if test else evaluation.train
    if found is None or found.losses is None or len(found.losses) != len(labels(data, test)):
        return None
    if found.confusion is not None and len(found.confusion) != len(data.class_names):
        return None
    return found


def worst(losses: NDArray[Any], rows: Rows | None = None, most: int | None = None) -> Rows:
    """Of `rows`, or all, those with the greatest loss first."""
    from twostroke.engine.probes.worst import worst_first

    return worst_first(losses, most) if rows is None else rows[worst_first(losses[rows], most)]


@once
def class_figures(scores: Scores) -> "ClassFigures | None":
    """None where there are no classes."""
    from twostroke.engine.probes.per_class import class_figures

    return None if scores.confusion is None else class_figures(scores.confusion)


@once
def calibration(scores: Scores, data: DataView, test: bool) -> "Calibration | None":
    """None where there is nothing to be compared. Only of outputs that are probabilities."""
    from twostroke.engine.probes.calibration import calibration_of

    if scores.output is None or not data.class_names:
        return None
    return calibration_of(scores.output, labels(data, test), len(data.class_names))


def has_probabilities(session: Session) -> bool:
    """Whether the outputs can be read as probabilities of classes."""
    from twostroke.engine.probes.calibration import gives_probabilities

    return gives_probabilities(session)
