"""How the training went: loss and accuracy so far, beside other branches and what is known to come."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from twostroke.gui.look.dress import dress
from twostroke.gui.model.beside import last_of_all, lines_beside, named_beside
from twostroke.gui.model.update_axis import axis_of
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.base.seeking import Seeking, shown_update, within
from twostroke.gui.panels.base.widgets import Text

if TYPE_CHECKING:
    from twostroke.gui.panels.base.plots import CurvePlot


class CurvesPanel(Panel):
    """Loss and accuracy over the updates; a curve that is dragged leads to any update that is known."""

    TITLE = "Curves"

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
        self._plots = QVBoxLayout()
        self._plots.setSpacing(6)
        self.names = Text("", "muted", wrap=True, parent=self)
        self.names.hide()
        self._seeking = Seeking(self.asked.emit)
        self.body.addLayout(self._plots)
        self.body.addWidget(self.log_updates)

    def refresh(self, view: ViewState) -> None:
        """Curves where there are new points."""
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
