"""What the network answers: over the plane, along the line, or class by class, with the scores of the whole data."""

from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from twostroke.engine.border.commands import PinSample
from twostroke.engine.border.snapshot import DataView
from twostroke.engine.session.spec import ViewSpec
from twostroke.gui.model.choices import PINNED
from twostroke.gui.model.numbers import apart, percent
from twostroke.gui.model.user_text import short
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.words import fit, scores
from twostroke.gui.panels.base.forms import IntEditor, facts_of
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.base.widgets import Text
from twostroke.gui.panels.output.confusion import ConfusionMatrix, SamplePicture
from twostroke.gui.panels.output.decision_map import DecisionMap
from twostroke.gui.panels.output.fitted_curve import FittedCurve

CAPTIONS = {
    "plane": "The output over the plane",
    "line": "The output along the line",
    "table": "Confusion matrix",
    "value": "The target is a value: there are no classes to count.",
}


SHOWN_VALUES = 6  # of the answers to one sample, where it has several


class OutputPanel(Panel):
    """One picture of the answers, fitting the data, and the sample that the stage shows."""

    TITLE = "Output"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scores = Text("", "strong")
        self.fit = Text("", "muted", wrap=True)
        self.caption = Text("", "muted", wrap=True)
        self.map = DecisionMap()
        self.curve = FittedCurve()
        self.matrix = ConfusionMatrix()
        self.picture = SamplePicture()
        self.sample = IntEditor(facts_of(ViewSpec, "sample"))
        self.answer = Text("", "", wrap=True)
        self.part = self._part_buttons()
        self._arrange()
        for chart in (self.map, self.curve):
            chart.picked.connect(self._pick)
        self.sample.edited.connect(lambda row: self.command.emit(PinSample(int(row))))

    def _part_buttons(self) -> QButtonGroup:
        group = QButtonGroup(self)
        for place, name in enumerate(("test", "train")):
            button = QToolButton(self)
            button.setText(name)
            button.setCheckable(True)
            button.setChecked(place == 0)
            button.setToolTip(f"Count the {name} samples")
            button.setAccessibleName(f"Confusion matrix of the {name} samples")
            group.addButton(button, place)
        group.idClicked.connect(self._recount)
        return group

    def _recount(self, _: int) -> None:
        if self._view is not None:
            self._show_matrix(self._view)

    def _arrange(self) -> None:
        title = QHBoxLayout()
        title.setSpacing(4)
        title.addWidget(self.caption, 1)
        for button in self.part.buttons():
            title.addWidget(button)
        self.body.addWidget(self.scores)
        self.body.addWidget(self.fit)
        self.body.addLayout(title)
        for chart in (self.map, self.curve, self.matrix):
            chart.hide()
            self.body.addWidget(chart)
        pinned = QHBoxLayout()
        name = Text("Pinned sample", "muted")
        name.setBuddy(self.sample.field)
        pinned.addWidget(name)
        pinned.addWidget(self.sample, 1)
        beside = QVBoxLayout()
        beside.addLayout(pinned)
        beside.addWidget(self.answer)
        beside.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.picture)
        foot.addLayout(beside, 1)
        self.body.addLayout(foot)
        self.body.addStretch(1)

    def refresh(self, view: ViewState) -> None:
        """Scores, the picture that fits the data, the sample shown."""
        data = view.snapshot.data
        self.scores.say(scores(view))
        self.fit.say(fit(view))
        self.fit.setVisible(bool(self.fit.text()))
        self._show_family(data)
        if data.info.picture == "table":
            self._show_matrix(view)
        else:
            self._show_chart(view)
        self._show_sample(view)

    def _show_family(self, data: DataView) -> None:
        picture = data.info.picture
        shown = "value" if picture == "table" and data.info.task == "regression" else picture
        for chart, mine in ((self.map, "plane"), (self.curve, "line"), (self.matrix, "table")):
            if chart.isHidden() == (mine == shown):
                chart.setVisible(mine == shown)
        for button in self.part.buttons():
            button.setVisible(shown == "table" and len(data.test_label) > 0)
        self.picture.setVisible(data.info.image is not None)
        self.caption.say(CAPTIONS[shown])

    def _show_chart(self, view: ViewState) -> None:
        data, evaluation = view.snapshot.data, view.snapshot.evaluation
        batch = () if view.tape is None else tuple(int(row) for row in view.tape.rows)
        chart = self.map if data.info.picture == "plane" else self.curve
        self.map.use_middle(view.snapshot.session.training.loss.entry.threshold)
        chart.show_data(data, None if evaluation is None else evaluation.response, shown_row(view), batch)

    def _show_matrix(self, view: ViewState) -> None:
        evaluation = view.snapshot.evaluation
        if evaluation is None:
            self.matrix.show_matrix(None, ())
            return
        part = evaluation.test if self.part.checkedId() == 0 else None
        part = part or evaluation.train
        self.matrix.show_matrix(part.confusion, view.snapshot.data.class_names)

    def _show_sample(self, view: ViewState) -> None:
        data, row = view.snapshot.data, shown_row(view)
        self.sample.set_maximum(len(data.train_label) - 1)
        self.sample.show_value(view.snapshot.sample)
        if data.info.image is not None and row < len(data.train_label):
            self.picture.show_picture(data.train_raw[row].reshape(data.info.image))
        on_tape = "" if view.tape is None else f"Shown: training row {row}, {view.row + 1} of "
        batch = "" if view.tape is None else f"{view.tape.samples} in the mini-batch{_why(view)}. "
        self.answer.say(on_tape + batch + _answer(view, row))

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
        elif row != view.snapshot.sample:
            self.command.emit(PinSample(row))
        else:  # the strokes follow a sample that was there from the beginning only once it is picked
            self.chosen.emit(partial(replace, batch_row=PINNED))


def shown_row(view: ViewState) -> int:
    """Row of the training part that the stage shows: the pinned one, or one of the tape's mini-batch."""
    if view.tape is None:
        return view.snapshot.sample
    return int(view.tape.rows[view.row])


def _why(view: ViewState) -> str:
    """Why this sample of several is shown, where nobody chose it on the tape."""
    if view.follows_pin:
        return ", the pinned one"
    lacks = ", as the pinned one is not in it" if view.choices.batch_row == PINNED else ""
    alone = view.tape is None or view.tape.samples == 1
    return "" if alone or view.choices.batch_row >= 0 else ", the one with the greatest loss" + lacks


def _answer(view: ViewState, row: int) -> str:
    """True and predicted answer of the sample shown, in words."""
    data, output = view.snapshot.data, view.layers[-1].a
    if row >= len(data.train_label):
        return ""
    if view.asks_values:
        return _values(view)
    label = float(data.train_label[row])
    loss = view.snapshot.session.training.loss.entry
    guess = int(output.argmax()) if len(output) > 1 else int(output[0] > loss.threshold)
    share = float(output[guess]) if len(output) > 1 else max(float(output[0]), 1 - float(output[0]))
    names = [short(name) for name in data.class_names]
    sure = f" ({percent(share, 0)})".replace(" %", "\u00a0%") if 0 <= share <= 1 and loss.asks_for_shares else ""
    return f"True {names[int(label)]}, predicted {names[guess]}{sure}."


def _values(view: ViewState) -> str:
    """Targets and outputs of the sample shown, in the units of the data."""
    scale = view.snapshot.data.target_scale
    spreads = scale[1] if scale and len(scale[1]) == len(view.truths) else [0.0] * len(view.truths)
    pairs = [
        (apart(float(t), float(spread)), apart(float(a), float(spread)))
        for t, a, spread in zip(view.truths, view.predictions, spreads, strict=True)
    ]
    if len(pairs) == 1:
        return f"Target {pairs[0][0]}, output {pairs[0][1]}."
    named = zip(view.layers[-1].unit_names, pairs[:SHOWN_VALUES], strict=False)
    more = f" And {len(pairs) - SHOWN_VALUES} more." if len(pairs) > SHOWN_VALUES else ""
    return " ".join(f"{name}: target {target}, output {output}." for name, (target, output) in named) + more
