"""How the training goes: loss and accuracy so far, and per layer how strong the gradient is and how many units fire."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from twostroke.engine.border.snapshot import Evaluation
from twostroke.gui.look.dress import dress
from twostroke.gui.model.beside import last_of_all, lines_beside, named_beside
from twostroke.gui.model.numbers import number, percent
from twostroke.gui.model.update_axis import axis_of
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.bars import LOG_HIGH, LOG_LOW, Bar, LayerBars, log_share
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.base.seeking import Seeking, shown_update, within
from twostroke.gui.panels.base.widgets import Text

if TYPE_CHECKING:
    from twostroke.gui.panels.base.plots import CurvePlot

NORM_MARKS = tuple(
    ((exponent - LOG_LOW) / (LOG_HIGH - LOG_LOW), text) for exponent, text in ((-8, "10⁻⁸"), (-3, "10⁻³"), (2, "10²"))
)
SHARE_MARKS = ((0.0, "0 %"), (1.0, "100 %"))


class DiagnosisPanel(Panel):
    """Loss and accuracy curves, gradient norms on one fixed logarithmic scale, firing and dead units."""

    TITLE = "Diagnosis"

    live_seconds = 0.2

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss: CurvePlot | None = None
        self.accuracy: CurvePlot | None = None
        self.log = QCheckBox("log", self)
        self.log.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.log.setAccessibleName("Logarithmic loss axis")
        self.log.setToolTip("Logarithmic axis: equal factors take equal room, so that small losses stay visible")
        self.log.toggled.connect(self._set_log)
        self.log_updates = QCheckBox("Logarithmic updates", self)
        self.log_updates.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.log_updates.setToolTip("Each factor of ten takes equal room: the beginning of a long run can be seen (X)")
        self.log_updates.clicked.connect(self._choose_log_updates)
        self.norms = LayerBars("Norm of the weight gradient per layer", NORM_MARKS, 62)
        self.firing = LayerBars("Share of the samples for which the units of each layer fire", SHARE_MARKS, 82)
        self._plots = QVBoxLayout()
        self._plots.setSpacing(6)
        self.names = Text("", "muted", wrap=True, parent=self)
        self.names.hide()
        self._seeking = Seeking(self.asked.emit)
        self._evaluation: Evaluation | None = None
        self.body.addLayout(self._plots)
        self.body.addWidget(self.log_updates)
        norm_title = Text("Gradient norm ‖∂L/∂W‖ per layer", "muted", wrap=True)
        norm_title.setToolTip("Of the mean loss over the training part; one fixed scale for every network")
        firing_title = Text("Units firing, mean over the training part; dead units at the far end", "muted", wrap=True)
        for widget in (norm_title, self.norms, firing_title, self.firing):
            self.body.addWidget(widget)
        self.body.addStretch(1)

    def refresh(self, view: ViewState) -> None:
        """Curves where there are new points, bars where there is a new evaluation."""
        self._build_plots()
        assert self.loss is not None
        assert self.accuracy is not None
        snapshot, curves = view.snapshot, view.snapshot.curves
        self.loss.title.say("Loss (scaled)" if view.snapshot.data.target_scale else "Loss")
        axis = axis_of(view)
        losses = lines_beside(snapshot, lambda each: each.train_loss)
        shares = lines_beside(snapshot, lambda each: each.train_accuracy)
        self.loss.show_curves(curves.update, curves.train_loss, curves.test_loss, curves.breaks, axis, losses)
        self._show_names(view)
        has_accuracy = view.snapshot.session.task != "regression"
        self.accuracy.setVisible(has_accuracy)
        if has_accuracy:
            self.accuracy.show_curves(
                curves.update, curves.train_accuracy, curves.test_accuracy, curves.breaks, axis, shares
            )
        self._show_now(view)
        self.log_updates.setChecked(view.choices.log_updates)
        evaluation = view.snapshot.evaluation
        if evaluation is not self._evaluation:
            self._evaluation = evaluation
            names = tuple(layer.name for layer in view.layers[1:])
            self.norms.show_bars(norm_bars(evaluation, names), True)
            self.firing.show_bars(firing_bars(evaluation, names), False)

    def _show_names(self, view: ViewState) -> None:
        """What the thin lines are."""
        told = [f"{number} {label}" for number, label, _ in named_beside(view.snapshot)]
        self.names.say(f"Thin lines: {'; '.join(told)}." if told else "")
        self.names.setVisible(bool(told))

    def _show_now(self, view: ViewState) -> None:
        """Where the run stands, unless that is the end of the curves; the hand is ahead of it."""
        shown = shown_update(view) if self._seeking.wanted is None else self._seeking.wanted
        self._seeking.stay_within(view.snapshot)
        for plot in (self.loss, self.accuracy):
            if plot is not None:
                plot.show_now(shown if shown < last_of_all(view.snapshot) else None)

    def _drag(self, update: int) -> None:
        if self._view is not None:
            self._seeking.drag_to(within(update, self._view.snapshot), shown_update(self._view))
            self._show_now(self._view)

    def _let_go(self, update: int) -> None:
        if self._view is not None and self._seeking.wanted is not None:
            self._seeking.let_go(within(update, self._view.snapshot), shown_update(self._view))
            self._show_now(self._view)

    def _build_plots(self) -> None:
        """Make the plots when they are first seen: importing pyqtgraph takes longer than all else of the start."""
        if self.loss is not None:
            return
        from twostroke.gui.panels.base.plots import CurvePlot

        self.loss = CurvePlot("Loss")
        self.accuracy = CurvePlot("Accuracy", share=True)
        for plot in (self.loss, self.accuracy):
            dress(plot, self.palette_)
            plot.dragged.connect(self._drag)
            plot.released.connect(self._let_go)
            plot.setToolTip("Drag to go to any update that is known")
            self._plots.addWidget(plot)
        self._plots.insertWidget(1, self.names)
        self.loss.head.addWidget(self.log)
        self.loss.set_log(self.log.isChecked())

    def _choose_log_updates(self, on: bool) -> None:
        self.chosen.emit(partial(replace, log_updates=on))

    def _set_log(self, log: bool) -> None:
        if self.loss is not None:
            self.loss.set_log(log)


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
