"""What the loss and the accuracy are made of: classes, samples, and how far probabilities can be believed."""

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QWidget

from twostroke.engine.border.commands import PinSample, TryTestRow
from twostroke.engine.border.snapshot import DataView, Scores
from twostroke.engine.session.phrases import counted
from twostroke.gui.model.answers import calibration, class_figures, has_probabilities, labels, scores_of, worst
from twostroke.gui.model.numbers import number
from twostroke.gui.model.user_text import short
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.lists import part_buttons
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.base.widgets import Text, plain_button
from twostroke.gui.panels.scores.class_table import ClassTable
from twostroke.gui.panels.scores.reliability import ReliabilityDiagram, figures_text
from twostroke.gui.panels.scores.worst_table import Worst, WorstTable

MOST = 100
"""Samples in the list of the worst."""

NO_PROBABILITIES = "No calibration: the outputs are no probabilities of classes."
UNKNOWN = "No calibration: not every output is a finite number."


class ScoresPanel(Panel):
    """Precision and recall of each class, the samples with the greatest loss, the reliability of probabilities."""

    TITLE = "Classes and samples"

    live_seconds = 0.5

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.part = part_buttons(
            self, "Show the figures of the {} samples", "Classes and samples of the {} part", self._show_again
        )
        self.head = Text("", "muted", wrap=True)
        self.classes = ClassTable()
        self.rare = plain_button("rare first", "List the classes with the fewest samples first", "link", self)
        self.threshold = Text("", "muted", wrap=True)
        self.listing = Text("", "muted", wrap=True)
        self.all = plain_button("all", "List the samples of all classes", "link", self)
        self.samples = WorstTable()
        self.about = Text("", "muted", wrap=True)
        self.diagram = ReliabilityDiagram()
        self.figures = Text("", "", wrap=True)
        self._class: int | None = None  # whose samples are listed
        self._arrange()
        self.rare.clicked.connect(self.classes.rare_first)
        self.classes.picked.connect(self._choose_class)
        self.all.clicked.connect(lambda: self._choose_class(None))
        self.samples.picked.connect(self._pick)

    def _arrange(self) -> None:
        rows = ((self.head, self.rare, *self.part.buttons()), (self.listing, self.all))
        lines = [QHBoxLayout() for _ in rows]
        for line, (text, *buttons) in zip(lines, rows, strict=True):
            line.setSpacing(4)
            line.addWidget(text, 1)
            for button in buttons:
                line.addWidget(button)
        self.body.addLayout(lines[0])
        self.body.addWidget(self.classes)
        self.body.addWidget(self.threshold)
        self.body.addSpacing(6)
        self.body.addLayout(lines[1])
        self.body.addWidget(self.samples)
        self.body.addSpacing(6)
        for widget in (self.about, self.diagram, self.figures):
            self.body.addWidget(widget)
        self.body.addStretch(1)

    def _show_again(self) -> None:
        if self._view is not None:
            self.refresh(self._view)

    def refresh(self, view: ViewState) -> None:
        """Tables where there are new figures; marks where another sample is shown."""
        data, test = view.snapshot.data, self._of_test(view)
        for button in self.part.buttons():
            button.setVisible(len(data.test_label) > 0)
        scores = scores_of(view, test)
        if self._class is not None and self._class >= len(data.class_names):
            self._class = None
        self._show_classes(view, scores)
        self._show_worst(view, scores, test)
        self._show_calibration(view, scores, test)

    def _of_test(self, view: ViewState) -> bool:
        """Whether it is about the test part."""
        return self.part.checkedId() == 0 and len(view.snapshot.data.test_label) > 0

    def _show_classes(self, view: ViewState, scores: Scores | None) -> None:
        names = view.snapshot.data.class_names
        shown = bool(names) and scores is not None and scores.confusion is not None
        self.head.say("Figures of each class" if names else "Worst samples")
        self.classes.setVisible(shown)
        self.rare.setVisible(shown and len(names) > 1)
        told = threshold_text(view) if shown else ""
        self.threshold.say(told)
        self.threshold.setVisible(bool(told))
        if shown and scores is not None:
            self.classes.show_figures(class_figures(scores), names, self._class)

    def _show_worst(self, view: ViewState, scores: Scores | None, test: bool) -> None:
        data = view.snapshot.data
        listed = None if scores is None else self._worst(data, test, scores)
        self.listing.say("" if listed is None else self._list_name(data, listed))
        self.all.setVisible(self._class is not None)
        row = None if view.trial is None else view.trial.row
        self.samples.show_samples(listed, row if test else view.shown_row if view.trial is None else None)

    def _worst(self, data: DataView, test: bool, scores: Scores) -> Worst:
        assert scores.losses is not None
        of_class = None if self._class is None else np.flatnonzero(labels(data, test) == self._class)
        return Worst(data, test, scores, worst(scores.losses, of_class, MOST))

    def _list_name(self, data: DataView, listed: Worst) -> str:
        label, part = labels(data, listed.test), "test" if listed.test else "training"
        total = len(label) if self._class is None else int((label == self._class).sum())
        count = counted(total, f"{part} sample")
        if len(listed.rows) < total:
            count = f"{len(listed.rows):,} of {count}"
        of = f" of {short(data.class_names[self._class])}" if self._class is not None else ""
        return f"{count}{of}, the greatest loss first; click one to show it."

    def _show_calibration(self, view: ViewState, scores: Scores | None, test: bool) -> None:
        session, data = view.snapshot.session, view.snapshot.data
        comparable = scores is not None and has_probabilities(session)
        found = calibration(scores, data, test) if comparable and scores is not None else None
        self.diagram.setVisible(found is not None)
        self.figures.setVisible(found is not None)
        self.about.setVisible(bool(data.class_names) and scores is not None)
        self.about.say(about_calibration(data) if found is not None else UNKNOWN if comparable else NO_PROBABILITIES)
        if found is not None:
            self.diagram.show_calibration(found)
            self.figures.say(figures_text(found))

    def _choose_class(self, kind: int | None) -> None:
        """List the samples of one class; of all for None, or where it was listed before."""
        self._class = None if kind == self._class else kind
        self._show_again()

    def _pick(self, test: bool, row: int) -> None:
        """Show a sample; one of the training part is pinned."""
        self.command.emit(TryTestRow(row) if test else PinSample(row))


def threshold_text(view: ViewState) -> str:
    """Where a single output stands for the second class; "" where there are several."""
    if view.layers[-1].units != 1:
        return ""
    name = short(view.snapshot.data.class_names[-1])
    threshold = view.snapshot.session.training.loss.entry.threshold
    return f"A sample is taken for {name} where the output is above {number(threshold)}."


def about_calibration(data: DataView) -> str:
    """What the diagram shows."""
    if len(data.class_names) != 2:
        return "Calibration. Across: the probability of the predicted class. Upwards: how many of these are right."
    name = short(data.class_names[1])
    return f"Calibration. Across: the probability of {name}. Upwards: how many of these are {name}."
