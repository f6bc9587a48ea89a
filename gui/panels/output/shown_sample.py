"""The sample that the stage shows: its picture and what the network sees of it, which one it is, and the answer."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from twostroke.engine.session.spec import ViewSpec
from twostroke.gui.look.colour import ramp_between
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.model.choices import PINNED
from twostroke.gui.model.numbers import apart, percent, plain
from twostroke.gui.model.user_text import short
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.words import NOT_KNOWN
from twostroke.gui.panels.base.forms import IntEditor, facts_of
from twostroke.gui.panels.base.widgets import Text, small_font
from twostroke.gui.panels.output.samples import grey_picture

SHOWN_VALUES = 6  # of the answers to one sample, where it has several
SEEN_SCALE = 3.0
"""Scaled inputs of this size have the full colour: three standard deviations."""


class SamplePicture(Dressed, QWidget):
    """One sample as a picture, e.g. a digit of 8 x 8 pixels, with a word below it.

    `seen`: as the network sees it, in the colours of signals, where 0 is the ground; else grey, as it was taken.
    """

    SIDE = 72
    FOOT = 15

    def __init__(self, name: str, foot: str, seen: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(self.SIDE, self.SIDE + self.FOOT)
        self.setAccessibleName(name)
        self.foot, self._seen = foot, seen
        self._pixels: NDArray[np.floating] | None = None
        self._brightest = 1.0

    def show_picture(self, pixels: NDArray[np.floating], brightest: float, foot: str = "") -> None:
        """Show `pixels` (rows, columns); grey ones are from dark at 0 to bright at `brightest`."""
        self._brightest, self.foot = brightest, foot or self.foot
        if self._pixels is None or not np.array_equal(pixels, self._pixels):
            self._pixels = pixels
            self.setToolTip(_told(pixels))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The pixels and the word."""
        if self._pixels is None:
            return
        image = (
            self._coloured(self._pixels) if self._seen else grey_picture(self._pixels, self.palette_, self._brightest)
        )
        with painting(self) as painter:
            place = QRectF(0, 0, self.SIDE, self.SIDE)
            painter.drawImage(place, image)
            painter.setPen(QColor(self.palette_.line))
            painter.drawRect(place.adjusted(0, 0, -1, -1))
            self._paint_foot(painter)

    def _paint_foot(self, painter: QPainter) -> None:
        painter.setFont(small_font(self))
        painter.setPen(QColor(self.palette_.muted))
        painter.drawText(QRectF(0, self.SIDE, self.SIDE, self.FOOT), Qt.AlignmentFlag.AlignCenter, self.foot)

    def _coloured(self, pixels: NDArray[np.floating]) -> QImage:
        p = self.palette_
        table = ramp_between(p.signal_negative, p.background, p.signal_positive)
        level = np.nan_to_num(np.clip(pixels / SEEN_SCALE, -1.0, 1.0))
        colours = np.ascontiguousarray(table[np.rint((level + 1) / 2 * (len(table) - 1)).astype(np.intp)])
        height, width = pixels.shape
        return QImage(colours.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def _told(pixels: NDArray[np.floating]) -> str:
    """All values, as a table of text."""
    return "\n".join("  ".join(plain(round(float(value), 2)) for value in line) for line in pixels)


class ShownSample(QWidget):
    """Pictures, the number of the pinned sample, the answer, and the button that opens the list of samples.

    `pinned` carries a row of the training part.
    """

    pinned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = SamplePicture("Picture of the sample shown", "as it is")
        self.seen = SamplePicture("What the network sees of it", "as seen", seen=True)
        self.sample = IntEditor(facts_of(ViewSpec, "sample"))
        self.sample.edited.connect(lambda row: self.pinned.emit(int(row)))
        self.answer = Text("", "", wrap=True)
        self.browse = QToolButton()
        self.browse.setText("Samples")
        self.browse.setCheckable(True)
        self.browse.setToolTip("List the samples to choose one by its picture or its values")
        name = Text("Pinned sample", "muted")
        name.setBuddy(self.sample.field)
        first = QHBoxLayout()
        for widget, stretch in ((name, 0), (self.sample, 1), (self.browse, 0)):
            first.addWidget(widget, stretch)
        second = QHBoxLayout()
        second.setSpacing(10)
        second.addWidget(self.picture)
        second.addWidget(self.seen)
        second.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(first)
        whole.addLayout(second)
        whole.addWidget(self.answer)

    def show_view(self, view: ViewState) -> None:
        """Show which sample that is."""
        data = view.snapshot.data
        self.sample.set_maximum(len(data.train_label) - 1)
        self.sample.show_value(view.snapshot.sample)
        self._show_pictures(view)
        self.answer.say(which(view) + answer(view))

    def _show_pictures(self, view: ViewState) -> None:
        data, raw, seen = view.snapshot.data, view.shown_raw, view.layers[0].a
        shape = data.info.image
        pixels = 0 if shape is None else shape[0] * shape[1]
        for picture, values, brightest in ((self.picture, raw, _brightest(view)), (self.seen, seen, SEEN_SCALE)):
            fits = shape is not None and values is not None and len(values) == pixels
            picture.setVisible(fits)
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
        return None if view.trial.row is None else int(data.test_label[view.trial.row])
    row = view.shown_row
    return int(data.train_label[row]) if row is not None and row < len(data.train_label) else None


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
