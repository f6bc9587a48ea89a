"""The sample that the stage shows: its picture and what the network sees of it, which one it is, and the answer.

An input that is tried takes its place: there its values are typed, or its pixels drawn.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from twostroke.engine.border.snapshot import DataView, Trial
from twostroke.engine.session.spec import ViewSpec
from twostroke.gui.model.choices import PINNED
from twostroke.gui.model.numbers import apart, percent, plain
from twostroke.gui.model.user_text import short
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.words import NOT_KNOWN
from twostroke.gui.panels.base.forms import IntEditor, facts_of
from twostroke.gui.panels.base.widgets import Text, plain_button
from twostroke.gui.panels.output.inputs_table import InputsTable
from twostroke.gui.panels.output.sample_picture import LARGE, SEEN_SCALE, SamplePicture

SHOWN_VALUES = 6  # of the answers to one sample, where it has several


class ShownSample(QWidget):
    """Pictures, the number of the pinned sample, the answer, and the button that opens the list of samples.

    `pinned` carries a row of the training part, `tried` the raw values of an input to try; `left` says that nothing
    is tried any more.
    """

    pinned = Signal(int)
    tried = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trying = QToolButton()
        self.trying.setText("Test")
        self.trying.setAccessibleName("Test an input")
        self.trying.setCheckable(True)
        self.trying.setToolTip(
            "Try what the network makes of an input of your own, beginning with this sample (Esc ends)"
        )
        self.trying.clicked.connect(self._begin_or_leave)
        self.blank = plain_button("blank", "Draw on a blank picture", "link", self)
        self.blank.clicked.connect(self._wipe)
        self.inputs = InputsTable()
        self.inputs.typed.connect(self.tried)
        self._view: ViewState | None = None
        self.picture = SamplePicture("Picture of the sample shown", "as it is")
        self.seen = SamplePicture("What the network sees of it", "as seen", seen=True)
        self.sample = IntEditor(facts_of(ViewSpec, "sample"))
        self.sample.edited.connect(lambda row: self.pinned.emit(int(row)))
        self.answer = Text("", "", wrap=True)
        self.browse = QToolButton()
        self.browse.setText("List")
        self.browse.setAccessibleName("List the samples")
        self.browse.setCheckable(True)
        self.browse.setToolTip("List the samples to choose one by its picture or its values")
        name = Text("Pinned sample", "muted")
        name.setBuddy(self.sample.field)
        first = QHBoxLayout()
        first.setSpacing(4)
        for widget, stretch in ((name, 0), (self.sample, 1), (self.browse, 0), (self.trying, 0)):
            first.addWidget(widget, stretch)
        second = QHBoxLayout()
        second.setSpacing(10)
        second.addWidget(self.picture)
        second.addWidget(self.seen)
        second.addWidget(self.blank, 0, Qt.AlignmentFlag.AlignBottom)
        second.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(first)
        whole.addLayout(second)
        whole.addWidget(self.inputs)
        whole.addWidget(self.answer)
        self.picture.drawn.connect(lambda pixels: self.tried.emit(tuple(map(float, pixels.ravel()))))

    def show_view(self, view: ViewState) -> None:
        """Show which sample that is."""
        self._view, data = view, view.snapshot.data
        self.sample.set_maximum(len(data.train_label) - 1)
        self.sample.show_value(view.snapshot.sample)
        self._show_pictures(view)
        self._show_trial(view)
        self.answer.say(which(view) + answer(view))

    def _show_trial(self, view: ViewState) -> None:
        on, is_image = view.trial is not None, view.snapshot.data.info.image is not None
        self.trying.setChecked(on)
        self.inputs.setVisible(on and not is_image)
        self.blank.setVisible(on and is_image)
        if self.inputs.isVisibleTo(self):
            self.inputs.show_view(view)

    def _begin_or_leave(self, on: bool) -> None:
        """Try the sample that is shown, to be changed; or leave what is tried."""
        raw = self._view.shown_raw if self._view is not None else None
        if not on:
            self.left.emit()
        elif raw is not None:
            self.tried.emit(tuple(map(float, raw)))

    def _wipe(self) -> None:
        if self._view is not None:
            self.tried.emit((0.0,) * self._view.snapshot.data.train_raw.shape[1])

    def _show_pictures(self, view: ViewState) -> None:
        data, raw, seen = view.snapshot.data, view.shown_raw, view.layers[0].a
        shape = data.info.image
        pixels = 0 if shape is None else shape[0] * shape[1]
        for picture, values, brightest in ((self.picture, raw, _brightest(view)), (self.seen, seen, SEEN_SCALE)):
            fits = shape is not None and values is not None and len(values) == pixels
            picture.setVisible(fits)
            if picture is self.picture and (view.trial is not None) != (picture.side == LARGE):
                picture.let_draw(view.trial is not None)
            if shape is not None and values is not None and fits:
                foot = f"raw, 0 to {plain(brightest)}" if picture is self.picture else "as it is seen"
                picture.show_picture(values.reshape(shape), brightest, foot)


def _brightest(view: ViewState) -> float:
    return float(view.snapshot.data.train_raw.max(initial=0.0)) if view.snapshot.data.info.image else 1.0


def which(view: ViewState) -> str:
    """Which sample is shown, where it is not simply the pinned one."""
    if view.tape is not None:
        place = f"{view.row + 1} of {view.tape.samples} in the mini-batch"
        return f"Shown: training row {view.shown_row}, {place}{_why(view)}. "
    if view.trial is None:
        return ""
    return "Test input, not in the data. " if view.trial.row is None else f"Sample {view.trial.row} of the test part. "


def _why(view: ViewState) -> str:
    """Why this sample of several is shown, where nobody chose it on the tape."""
    if view.follows_pin:
        return ", the pinned one"
    lacks = ", as the pinned one is not in it" if view.choices.batch_row == PINNED else ""
    alone = view.tape is None or view.tape.samples == 1
    return "" if alone or view.choices.batch_row >= 0 else ", the one with the greatest loss" + lacks


def answer(view: ViewState) -> str:
    """True and predicted answer of the sample shown, in words."""
    if view.asks_values:
        return _values(view) if view.shown_raw is not None else ""
    data, output, label = view.snapshot.data, view.layers[-1].a, _label(view)
    if label is None and view.target_known:
        return ""
    loss = view.snapshot.session.training.loss.entry
    guess = int(output.argmax()) if len(output) > 1 else int(output[0] > loss.threshold)
    share = float(output[guess]) if len(output) > 1 else max(float(output[0]), 1 - float(output[0]))
    names = [short(name) for name in data.class_names]
    sure = f" ({percent(share, 0)})".replace(" %", "\u00a0%") if 0 <= share <= 1 and loss.asks_for_shares else ""
    if label is None:
        return f"Predicted {names[guess]}{sure}."
    return f"True {names[label]}, predicted {names[guess]}{sure}."


def _label(view: ViewState) -> int | None:
    """The class of what is shown; None where nobody knows it, or a tape is of other data by now."""
    data = view.snapshot.data
    if view.trial is not None:
        return _label_tried(view.trial, data)
    row = view.shown_row
    return int(data.train_label[row]) if row is not None and row < len(data.train_label) else None


def _label_tried(trial: Trial, data: DataView) -> int | None:
    """The class of a sample of the test part, or that a user gave."""
    if trial.row is not None:
        return int(data.test_label[trial.row])
    return None if trial.target is None else int(trial.target[0])


def _values(view: ViewState) -> str:
    """Targets and outputs of the sample shown, in the units of the data."""
    scale = view.snapshot.data.target_scale
    spreads = scale[1] if scale and len(scale[1]) == len(view.truths) else [0.0] * len(view.truths)
    pairs = [
        (apart(float(t), float(spread)), apart(float(a), float(spread)))
        for t, a, spread in zip(view.truths, view.predictions, spreads, strict=True)
    ]
    if not view.target_known:
        pairs = [(NOT_KNOWN, told) for _, told in pairs]
    if len(pairs) == 1:
        return f"Target {pairs[0][0]}, output {pairs[0][1]}."
    named = zip(view.layers[-1].unit_names, pairs[:SHOWN_VALUES], strict=False)
    more = f" And {len(pairs) - SHOWN_VALUES} more." if len(pairs) > SHOWN_VALUES else ""
    return " ".join(f"{name}: target {target}, output {output}." for name, (target, output) in named) + more
