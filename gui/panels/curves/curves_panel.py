"""How the training went: loss, accuracy or R² so far, beside other branches and what is known to come."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from twostroke.gui.look.dress import dress
from twostroke.gui.model.beside import last_of_all, lines_beside, named_beside
from twostroke.gui.model.update_axis import axis_of
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.base.seeking import Seeking, shown_update, within
from twostroke.gui.panels.base.widgets import CalmComboBox, Text

if TYPE_CHECKING:
    from twostroke.gui.panels.base.plots import CurvePlot

LENGTHS = (1, 5, 10, 20, 50)
"""Points of a curve whose mean is drawn in place of each."""

ABOUT_R2 = (
    "The share of the targets' variance that the network explains: 1 where every answer is right, 0 where they are no "
    "better than the mean of the targets. Far below that, a curve leaves the chart."
)


class CurvesPanel(Panel):
    """Loss, accuracy or R² over the updates, smoothed on demand; dragged, a curve leads to any known update."""

    TITLE = "Curves"

    live_seconds = 0.2

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss: CurvePlot | None = None
        self.accuracy: CurvePlot | None = None
        self.r2: CurvePlot | None = None
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
        self.smoothing = self._smoothing_field()

    def _smoothing_field(self) -> CalmComboBox:
        field = CalmComboBox()
        for length in LENGTHS:
            field.addItem("none" if length == 1 else f"mean of {length} points", length)
        field.setToolTip("Draw the mean of the last points in place of each; what was measured stays behind, pale")
        field.setAccessibleName("Smoothing of the curves")
        field.currentIndexChanged.connect(lambda _: self._set_smoothing())
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Text("Smoothing", "muted"))
        row.addWidget(field, 1)
        self.body.addLayout(row)
        return field

    def refresh(self, view: ViewState) -> None:
        """Curves where there are new points."""
        self._build_plots()
        assert self.loss is not None
        snapshot, curves = view.snapshot, view.snapshot.curves
        self.loss.title.say("Loss (scaled)" if snapshot.data.target_scale else "Loss")
        self._show_curves(view, self.loss, "loss")
        self._show_names(view)
        values = snapshot.session.task == "regression"
        self._show_or_hide(view, self.accuracy, "accuracy", not values)
        if values:
            self._build_r2()
        differs = curves.train_r2.size or curves.test_r2.size or not curves.update.size
        self._show_or_hide(view, self.r2, "r2", values and bool(differs))
        self._show_now(view)
        self.log_updates.setChecked(view.choices.log_updates)

    def _show_or_hide(self, view: ViewState, plot: "CurvePlot | None", figure: str, shown: bool) -> None:
        if plot is not None:
            plot.setVisible(shown)
            if shown:
                self._show_curves(view, plot, figure)

    def _show_curves(self, view: ViewState, plot: "CurvePlot", figure: str) -> None:
        """`figure`: how the fields of Curves end that it shows."""
        curves = view.snapshot.curves
        train, test = (getattr(curves, f"{part}_{figure}") for part in ("train", "test"))
        thin = lines_beside(view.snapshot, lambda each: getattr(each, f"train_{figure}"))
        plot.show_curves(curves.update, train, test, curves.breaks, axis_of(view), thin)

    def _show_names(self, view: ViewState) -> None:
        """What the thin lines are."""
        told = [f"{number} {label}" for number, label, _ in named_beside(view.snapshot)]
        self.names.say(f"Thin lines: {'; '.join(told)}." if told else "")
        self.names.setVisible(bool(told))

    def _show_now(self, view: ViewState) -> None:
        """Where the run stands, unless that is the end of the curves; the hand is ahead of it."""
        shown = shown_update(view) if self._seeking.wanted is None else self._seeking.wanted
        self._seeking.stay_within(view.snapshot)
        for plot in self.plots:
            plot.show_now(shown if shown < last_of_all(view.snapshot) else None)

    @property
    def plots(self) -> "tuple[CurvePlot, ...]":
        """All that have been made."""
        return tuple(plot for plot in (self.loss, self.accuracy, self.r2) if plot is not None)

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
        from twostroke.gui.panels.base.plots import SHARES, CurvePlot

        self.loss = self._added(CurvePlot("Loss"))
        self._plots.addWidget(self.names)
        self.accuracy = self._added(CurvePlot("Accuracy", SHARES))
        self.loss.head.addWidget(self.log)
        self.loss.set_log(self.log.isChecked())

    def _build_r2(self) -> None:
        """Not before values are to be predicted."""
        if self.r2 is None:
            from twostroke.gui.panels.base.plots import R_SQUARED, CurvePlot

            self.r2 = self._added(CurvePlot("R²", R_SQUARED))
            self.r2.title.setToolTip(ABOUT_R2)

    def _added(self, plot: "CurvePlot") -> "CurvePlot":
        dress(plot, self.palette_)
        plot.dragged.connect(self._drag)
        plot.released.connect(self._let_go)
        plot.setToolTip("Drag to go to any update that is known")
        plot.set_smoothing(int(self.smoothing.currentData()))
        self._plots.addWidget(plot)
        return plot

    def _choose_log_updates(self, on: bool) -> None:
        self.chosen.emit(partial(replace, log_updates=on))

    def _set_smoothing(self) -> None:
        for plot in self.plots:
            plot.set_smoothing(int(self.smoothing.currentData()))

    def _set_log(self, log: bool) -> None:
        if self.loss is not None:
            self.loss.set_log(log)
