"""How the layers do: per layer how strong the gradient is and how many units fire."""

import numpy as np
from PySide6.QtWidgets import QWidget

from twostroke.engine.border.snapshot import Evaluation
from twostroke.gui.model.numbers import number, percent
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.bars import LOG_HIGH, LOG_LOW, Bar, LayerBars, log_share
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.base.widgets import Text

NORM_MARKS = tuple(
    ((exponent - LOG_LOW) / (LOG_HIGH - LOG_LOW), text) for exponent, text in ((-8, "10⁻⁸"), (-3, "10⁻³"), (2, "10²"))
)
SHARE_MARKS = ((0.0, "0 %"), (1.0, "100 %"))


class HealthPanel(Panel):
    """Gradient norms on one fixed logarithmic scale, firing and dead units."""

    TITLE = "Health"

    live_seconds = 0.2

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.norms = LayerBars("Norm of the weight gradient per layer", NORM_MARKS, 62)
        self.firing = LayerBars("Share of the samples for which the units of each layer fire", SHARE_MARKS, 82)
        self._evaluation: Evaluation | None = None
        norm_title = Text("Gradient norm ‖∂L/∂W‖ per layer", "muted", wrap=True)
        norm_title.setToolTip("Of the mean loss over the training part; one fixed scale for every network")
        firing_title = Text("Units firing, mean over the training part; dead units at the far end", "muted", wrap=True)
        for widget in (norm_title, self.norms, firing_title, self.firing):
            self.body.addWidget(widget)
        self.body.addStretch(1)

    def refresh(self, view: ViewState) -> None:
        """Bars where there is a new evaluation."""
        evaluation = view.snapshot.evaluation
        if evaluation is not self._evaluation:
            self._evaluation = evaluation
            names = tuple(layer.name for layer in view.layers[1:])
            self.norms.show_bars(norm_bars(evaluation, names), True)
            self.firing.show_bars(firing_bars(evaluation, names), False)


def norm_bars(evaluation: Evaluation | None, names: tuple[str, ...]) -> tuple[Bar, ...]:
    """The gradient norms of all layers on the fixed scale."""
    if evaluation is None or len(evaluation.gradient_norms) != len(names):
        return ()
    norms = zip(names, evaluation.gradient_norms, strict=True)
    return tuple(Bar(name, log_share(norm), number(norm)) for name, norm in norms)


def firing_bars(evaluation: Evaluation | None, names: tuple[str, ...]) -> tuple[Bar, ...]:
    """Per hidden layer: the mean share of samples for which a unit fires, and the share of dead units."""
    if evaluation is None or len(evaluation.firing) != len(names):
        return ()
    bars = []
    for name, firing, dead in list(zip(names, evaluation.firing, evaluation.dead, strict=True))[:-1]:
        silent = int(np.sum(dead))
        share = float(np.mean(firing))
        text = f"{percent(share, 0)} · {silent} dead" if silent else percent(share, 0)
        bars.append(Bar(name, share, text, silent / len(dead)))
    return tuple(bars)
