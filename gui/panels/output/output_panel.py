"""What the network answers: over the plane, along the line, or class by class, with the scores of the whole data."""

from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from twostroke.engine.border.commands import LeaveTrial, PinSample, TryTestRow
from twostroke.engine.border.snapshot import DataView, Scores
from twostroke.engine.session.phrases import counted
from twostroke.gui.model.answers import worst
from twostroke.gui.model.choices import PINNED
from twostroke.gui.model.regions import can_bend_more, told, told_of_line
from twostroke.gui.model.user_text import short
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.words import fit, scores
from twostroke.gui.panels.base.lists import part_buttons
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.base.widgets import Text, plain_button
from twostroke.gui.panels.output.confusion import ConfusionMatrix
from twostroke.gui.panels.output.decision_map import DecisionMap
from twostroke.gui.panels.output.fitted_curve import FittedCurve
from twostroke.gui.panels.output.samples import Listed, SampleBrowser
from twostroke.gui.panels.output.shown_sample import ShownSample
from twostroke.gui.panels.output.trying import Trying

CAPTIONS = {
    "plane": "The output over the plane",
    "line": "The output along the line",
    "table": "Confusion matrix",
    "value": "The target is a value: there are no classes to count.",
}

REGIONS_TIP = "Draw the border of each linear region: where another pattern of gates is open"
HINGES_TIP = "Mark each hinge of the curve: where another pattern of gates is open, and the curve bends or jumps"

HINGES_RACE_TIP = (
    "Train this session with 1, 2, 3 … 34 units in its first layer, from five seeds each, and see the error"
)


class OutputPanel(Panel):
    """One picture of the answers, fitting the data, and the sample that the stage shows.

    `followed` carries a row of the training part that was chosen on a tape, to be pinned; `race_asked` asks for the
    error against the number of hinges.
    """

    TITLE = "Output"

    followed = Signal(int)
    race_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scores = Text("", "strong")
        self.fit = Text("", "muted", wrap=True)
        self.caption = Text("", "muted", wrap=True)
        self.map = DecisionMap()
        self.curve = FittedCurve()
        self.matrix = ConfusionMatrix()
        self.shown = ShownSample()
        self.picture, self.sample, self.answer = self.shown.picture, self.shown.sample, self.shown.answer
        self.browser = SampleBrowser()
        self.listing = Text("", "muted", wrap=True)
        self.all = plain_button("all", "List all samples of this part", "link", self)
        self._cell: tuple[int, int] | None = None  # true and predicted class of the samples that are listed
        self.part = part_buttons(
            self, "Count and list the {} samples", "Confusion matrix and list of the {} samples", self._show_again
        )
        self.counts = QToolButton(self)
        self.counts.setText("Matrix")
        self.counts.setCheckable(True)
        self.counts.setToolTip("Show which class is taken for which, and the samples of each cell")
        self.counts.setAccessibleName("Confusion matrix")
        self.counts.toggled.connect(self._show_counts)
        self.tiles = Text("", "muted", wrap=True)
        self.tiles.hide()
        self.more = plain_button("error against their number…", HINGES_RACE_TIP, "link", self)
        self.more.hide()
        self.more.clicked.connect(self.race_asked)
        self.regions = QToolButton(self)
        self.regions.setCheckable(True)
        self.regions.toggled.connect(lambda _: self._show_again())
        self._arrange()
        for chart in (self.map, self.curve):
            chart.picked.connect(self._pick)
        self.shown.pinned.connect(lambda row: self.command.emit(PinSample(row)))
        self._trying = Trying(self.asked.emit)
        self.hear = self._trying.hear
        self.command.connect(self.hear)
        self.shown.left.connect(lambda: self.command.emit(LeaveTrial()))
        for hand in (self.shown.tried, self.map.dragged, self.curve.dragged):
            hand.connect(self._try)
        self.shown.browse.toggled.connect(lambda _: self._show_again())
        self.matrix.clicked.connect(self._list_cell)
        self.all.clicked.connect(lambda: self._list_cell(None, None))
        self.browser.picked.connect(self._pick_listed)

    def _try(self, values: tuple[float, ...]) -> None:
        """Another input; a target that was given by hand stays."""
        trial = None if self._view is None else self._view.trial
        target = None if trial is None or trial.target is None else tuple(map(float, trial.target))
        self._trying.want(values, target)

    def _show_again(self) -> None:
        if self._view is not None:
            self.refresh(self._view)

    def _arrange(self) -> None:
        title = QHBoxLayout()
        title.setSpacing(4)
        title.addWidget(self.caption, 1)
        for button in (self.regions, self.counts):
            title.addWidget(button)
        parts = QHBoxLayout()
        parts.setSpacing(4)
        parts.addStretch(1)
        for choice in self.part.buttons():
            parts.addWidget(choice)
        self.body.addWidget(self.scores)
        self.body.addWidget(self.fit)
        self.body.addLayout(title)
        self.body.addWidget(self.tiles)
        self.body.addWidget(self.more)
        for chart in (self.map, self.curve):
            chart.hide()
            self.body.addWidget(chart)
        self.body.addLayout(parts)
        self.matrix.hide()
        self.body.addWidget(self.matrix)
        self.body.addWidget(self.shown)
        above = QHBoxLayout()
        above.addWidget(self.listing, 1)
        above.addWidget(self.all)
        self.body.addLayout(above)
        self.body.addWidget(self.browser)
        self.body.addStretch(1)

    def refresh(self, view: ViewState) -> None:
        """Scores, the picture that fits the data, the sample shown."""
        data = view.snapshot.data
        self.scores.say(scores(view))
        self.fit.say(fit(view))
        self.fit.setVisible(bool(self.fit.text()))
        self._show_family(data)
        self._show_regions(view)
        if data.info.picture != "table":
            self._show_chart(view)
        if not self.matrix.isHidden():
            self._show_matrix(view)
        self.shown.show_view(view)
        self._show_list(view)

    def _show_family(self, data: DataView) -> None:
        picture = data.info.picture
        shown = "value" if picture == "table" and data.info.task == "regression" else picture
        counts = shown == "table" or (self.counts.isChecked() and bool(data.info.classes))
        self.counts.setVisible(shown != "table" and bool(data.info.classes))
        for chart, on in ((self.map, shown == "plane"), (self.curve, shown == "line"), (self.matrix, counts)):
            if chart.isHidden() == on:
                chart.setVisible(on)
        for button in self.part.buttons():
            button.setVisible((counts or self.shown.browse.isChecked()) and len(data.test_label) > 0)
        self.caption.say(CAPTIONS[shown])

    def _show_regions(self, view: ViewState) -> None:
        """Their borders on the map or the hinges on the curve, and their number in words."""
        info, evaluation = view.snapshot.data.info, view.snapshot.evaluation
        line = info.picture == "line"
        shown = info.family == "plane" or line
        regions = view.snapshot.regions if shown and self.regions.isChecked() else None
        self.regions.setVisible(shown)
        self.regions.setText("Hinges" if line else "Regions")
        self.regions.setToolTip(HINGES_TIP if line else REGIONS_TIP)
        self.regions.setAccessibleName("Hinges of the curve" if line else "Linear regions of the plane")
        self.map.show_regions(None if regions is None else regions.region)
        self.curve.show_hinges(None if regions is None else regions.hinges)
        self.tiles.say("" if regions is None else told_of_line(regions, evaluation) if line else told(regions))
        self.tiles.setVisible(regions is not None)
        on_line = regions is not None and regions.hinges is not None
        self.more.setVisible(on_line and can_bend_more(view.snapshot.session))

    def _show_counts(self, on: bool) -> None:
        """With the matrix of a plane goes the choice of one of its cells."""
        if not on:
            self._cell = None
        self._show_again()

    def _show_chart(self, view: ViewState) -> None:
        data, evaluation = view.snapshot.data, view.snapshot.evaluation
        batch = () if view.tape is None else tuple(int(row) for row in view.tape.rows)
        chart = self.map if data.info.picture == "plane" else self.curve
        self.map.use_middle(view.snapshot.session.training.loss.entry.threshold)
        chart.show_data(data, None if evaluation is None else evaluation.response, view.shown_row, batch)
        trial = view.trial
        chart.show_trial(None if trial is None else trial.values, trial is not None and trial.row is None)

    def _show_matrix(self, view: ViewState) -> None:
        evaluation = view.snapshot.evaluation
        if evaluation is None:
            self.matrix.show_matrix(None, ())
            return
        part = self._scores(view)
        self.matrix.show_matrix(None if part is None else part.confusion, view.snapshot.data.class_names)

    def _of_test(self, view: ViewState) -> bool:
        """Whether the test part is counted and listed."""
        return self.part.checkedId() == 0 and len(view.snapshot.data.test_label) > 0

    def _scores(self, view: ViewState) -> Scores | None:
        evaluation = view.snapshot.evaluation
        if evaluation is None:
            return None
        return (evaluation.test if self._of_test(view) else None) or evaluation.train

    def _show_list(self, view: ViewState) -> None:
        """The samples of the part, or those of a cell, where they are wanted."""
        shown = self.shown.browse.isChecked()
        classes = len(view.snapshot.data.class_names)
        if self._cell is not None and (not shown or max(self._cell) >= classes):
            self._cell = None
        self.matrix.choose(self._cell)
        for widget, on in ((self.browser, shown), (self.listing, shown), (self.all, self._cell is not None)):
            widget.setVisible(on)
        if shown:
            listed = self._listed(view)
            of_trial = None if view.trial is None else view.trial.row
            self.listing.say(self._list_name(view, listed))
            self.browser.show_samples(listed, of_trial if listed.test else view.shown_row)

    def _listed(self, view: ViewState) -> Listed:
        data, test, part = view.snapshot.data, self._of_test(view), self._scores(view)
        label = data.test_label if test else data.train_label
        predicted = None if part is None else part.predicted
        if predicted is not None and len(predicted) != len(label):  # of other data, until the next figures come
            predicted = None
        if self._cell is None:
            return Listed(data, test, np.arange(len(label)), predicted)
        none = np.zeros(0, dtype=np.intp)
        true, guess = self._cell
        rows = none if predicted is None else np.flatnonzero((label == true) & (predicted == guess))
        if part is not None and part.losses is not None:
            rows = worst(part.losses, rows)
        return Listed(data, test, rows, predicted)

    def _list_name(self, view: ViewState, listed: Listed) -> str:
        part = counted(len(listed.rows), f"{'test' if listed.test else 'training'} sample")
        if self._cell is None:
            return f"{part}; click one to show it."
        true, guess = (short(view.snapshot.data.class_names[kind]) for kind in self._cell)
        return f"{part}: true {true}, predicted {guess}; worst first."

    def _list_cell(self, true: int | None, guess: int | None) -> None:
        """List the samples of a cell of the matrix; all of the part for None."""
        self._cell = None if true is None or guess is None else (true, guess)
        if self.shown.browse.isChecked():
            self._show_again()
        else:
            self.shown.browse.setChecked(True)

    def _pick_listed(self, test: bool, row: int) -> None:
        """Show a sample of the list: one of the training part is pinned."""
        view = self._view
        if view is None:
            return
        if test:
            self.command.emit(TryTestRow(row))
        elif view.tape is None or row in view.tape.rows:
            self._pick(row)
        else:
            self.command.emit(PinSample(row))

    def _pick(self, row: int) -> None:
        """Pin a sample; on a tape, show that one of the mini-batch.

        The charts may be a view behind: a sample that the newest view does not hold is not picked.
        """
        view, shown = self._view, self._shown
        if view is None or shown is None or view.snapshot.data is not shown.snapshot.data:
            return
        if view.tape is not None:
            for place in np.flatnonzero(view.tape.rows == row)[:1]:
                self.chosen.emit(partial(replace, batch_row=int(place)))
                self.followed.emit(row)
        elif row != view.snapshot.sample or view.trial is not None:
            self.command.emit(PinSample(row))
        else:  # the strokes follow a sample that was there from the beginning only once it is picked
            self.chosen.emit(partial(replace, batch_row=PINNED))
