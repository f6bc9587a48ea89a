"""The bar at the top: what can be done on the left, where training stands on the right."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from twostroke.engine.border.snapshot import Status
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.icons import SIDE, icon
from twostroke.gui.look.painting import painting
from twostroke.gui.look.style import tabular
from twostroke.gui.look.theme import Palette
from twostroke.gui.model.numbers import UNKNOWN, number
from twostroke.gui.model.paces import PACES
from twostroke.gui.model.player import Speed
from twostroke.gui.model.score import Grain
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.words import BATCH_LOSS, TRAIN_LOSS
from twostroke.gui.panels.base.widgets import CalmComboBox

HEIGHT = 48
TRAINING = ("reset", "play", "update", "epoch")
STROKES = ("forward", "backward")
WITH_TEXT = ("forward", "backward")
WIDE = 965  # px that the bar takes with these texts; a narrower one has their icons only
WITH_ICON, WITH_BOTH = Qt.ToolButtonStyle.ToolButtonIconOnly, Qt.ToolButtonStyle.ToolButtonTextBesideIcon

STATES = {
    Status.COMPILING: "compiling…",
    Status.PAUSED: "paused",
    Status.RUNNING: "training",
    Status.STROKE: "one update",
    Status.FAILED: "stopped",
}


@dataclass(frozen=True)
class Reading:
    """What the bar says at the right."""

    state: str = "starting…"
    update: str = "0"
    epoch: str = "0.0"
    loss: str = UNKNOWN
    loss_of: str = TRAIN_LOSS
    speed: str = ""
    warning: bool = False

    @property
    def sentence(self) -> str:
        """All of it, for a screen reader."""
        told = f"{self.state}, update {self.update}, epoch {self.epoch}, {self.loss_of} {self.loss}, {self.speed}"
        return told.rstrip(", ")


def reading(view: ViewState) -> Reading:
    """Where training stands: of the tape in stroke mode, of the newest snapshot otherwise."""
    s = view.snapshot
    update, epoch = s.update, s.epoch
    loss = math.nan if s.evaluation is None else s.evaluation.train.loss  # that of one sample would be another figure
    if view.tape is not None:
        update, epoch, loss = view.tape.update, view.tape.epoch, view.tape.loss
    speed = ""
    if s.status is Status.RUNNING:
        speed = f"{round_rate(s.updates_per_second):,} updates/s"
    return Reading(
        state=STATES[s.status],
        update=f"{update:,}",
        epoch=f"{epoch:,.1f}" if epoch < 100 else f"{epoch:,.0f}",
        loss=number(loss, view.choices.digits),
        loss_of=TRAIN_LOSS if view.tape is None else BATCH_LOSS,
        speed=speed,
        warning=s.status is Status.FAILED,
    )


def round_rate(rate: float) -> int:
    """A speed with three digits that mean something."""
    if rate < 1000:
        return round(rate)
    unit = 10 ** (len(str(int(rate))) - 3)
    return int(round(rate / unit) * unit)


def pace_text(pace: float | None) -> str:
    """A pace in the list."""
    return "full speed" if pace is None else f"{pace:,.0f}/s"


class Readout(Dressed, QWidget):
    """State, update, epoch, loss and speed in columns that only ever grow, so that nothing jumps."""

    NAMES = (("update",), ("epoch",), (TRAIN_LOSS, BATCH_LOSS), ("",))  # one of them at a time; room for the widest
    SAMPLES = ("00,000", "000.0", "0.000", "000,000 updates/s")
    ORDER = (0, 2, 1, 3)  # of the columns, by what matters most: a narrow window has the first of these
    GAP, DOT = 20.0, 34.0  # px between columns; of the state's dot and the gap, where there is no room for its name

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading = Reading()
        self._widths = [0.0] * len(self.NAMES)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(120)
        self.setToolTip(
            "Train loss: mean over the training part. Batch loss, while one update is shown: mean over its mini-batch, "
            "before the update. The card in the picture has the loss of one sample."
        )

    @property
    def reading(self) -> Reading:
        """What is shown."""
        return self._reading

    def show_reading(self, reading: Reading) -> None:
        """Show it, if it is something new."""
        if reading != self._reading:
            self._reading = reading
            self.setAccessibleName(reading.sentence)
            self.update()

    def sizeHint(self) -> QSize:
        """Room for all columns but the speed, which wider windows have."""
        return QSize(440, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """From right to left, as much as there is room for; where nothing is told beside the state, its dot alone."""
        with painting(self) as painter:
            font = tabular(self.font())
            painter.setFont(font)
            metrics = QFontMetricsF(font)
            baseline = (self.height() + metrics.ascent() - metrics.descent()) / 2
            values = (self._reading.update, self._reading.epoch, self._reading.loss, self._reading.speed)
            state = self._reading.state
            seen = self._seen(metrics, values, metrics.horizontalAdvance(max(STATES.values(), key=len)) + 22)
            if not seen and (seen := self._seen(metrics, values, self.DOT)):
                state = ""
            x = float(self.width()) - 4
            for column in sorted(seen, reverse=True):
                x = self._paint_column(painter, column, values[column], x, baseline, metrics) - self.GAP
            self._paint_state(painter, state, x, baseline, metrics)

    def _seen(self, metrics: QFontMetricsF, values: tuple[str, ...], beside: float) -> list[int]:
        """The columns that have room beside so many pixels."""
        needed = [
            self._column_width(column, value, metrics) + self._name_width(column, metrics) + self.GAP
            for column, value in enumerate(values)
        ]
        room, found = self.width() - 4 + self.GAP - beside, []
        for column in self.ORDER:
            room -= needed[column]
            if room < 0:
                break
            found.append(column)
        return found

    def _name_width(self, column: int, metrics: QFontMetricsF) -> float:
        """With the space behind it."""
        return max(metrics.horizontalAdvance(f"{name} ") for name in self.NAMES[column])

    def _column_width(self, column: int, value: str, metrics: QFontMetricsF) -> float:
        wanted = max(metrics.horizontalAdvance(value), metrics.horizontalAdvance(self.SAMPLES[column]))
        self._widths[column] = max(self._widths[column], wanted)
        return self._widths[column]

    def _paint_column(
        self, painter: QPainter, column: int, value: str, right: float, baseline: float, metrics: QFontMetricsF
    ) -> float:
        """Name and value from the left of a column that ends at `right`; returns where the column begins."""
        names = self.NAMES[column]
        name = self._reading.loss_of if self._reading.loss_of in names else names[0]
        left = at = right - self._widths[column]
        if name:
            left -= self._name_width(column, metrics)
            painter.setPen(QColor(self.palette_.muted))
            painter.drawText(int(left), int(baseline), name)
        painter.setPen(QColor(self.palette_.text if name else self.palette_.muted))
        painter.drawText(int(at), int(baseline), value)
        return left

    def _paint_state(
        self, painter: QPainter, state: str, right: float, baseline: float, metrics: QFontMetricsF
    ) -> None:
        """What the engine does, behind a dot."""
        p, runs = self.palette_, self._reading.state == STATES[Status.RUNNING]
        colour = p.warning if self._reading.warning else p.good if runs else p.muted
        left = max(8.0, right - metrics.horizontalAdvance(state))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(int(left) - 12, int(baseline - metrics.xHeight() / 2) - 3, 7, 7)
        painter.setPen(QColor(p.warning if self._reading.warning else p.text))
        painter.drawText(int(left), int(baseline), state)


class Transport(Dressed, QWidget):
    """Buttons of the actions, the speed of the film, and the readout.

    `speed_chosen` carries a Speed, `grain_chosen` a Grain, `pace_chosen` updates per second or None for full speed.
    """

    speed_chosen = Signal(object)
    grain_chosen = Signal(object)
    pace_chosen = Signal(object)

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._actions = actions
        self.buttons: dict[str, QToolButton] = {}
        self.grain = CalmComboBox()
        self.speed = CalmComboBox()
        self.pace = CalmComboBox()
        self.readout = Readout()
        self._fill_pace()
        self._playing = False
        self._painted: Palette | None = None  # the colours of the play button
        self._arrange()
        self.show_playing(False)

    def _fill_pace(self) -> None:
        for pace in PACES:
            self.pace.addItem(pace_text(pace), pace or 0.0)
        self.pace.setFixedWidth(98)
        self.pace.setToolTip("Updates per second at most, while training live (keys + and −)")
        self.pace.setAccessibleName("Pace of training")
        self.pace.currentIndexChanged.connect(lambda index: self.pace_chosen.emit(self.pace.itemData(index) or None))

    def _fill_grain(self) -> None:
        for grain in Grain:
            self.grain.addItem(grain.capitalize(), grain.value)
        self.grain.setFixedWidth(84)
        self.grain.setToolTip("What one step passes (keys , and .)")
        self.grain.setAccessibleName("What one step passes")
        self.grain.currentIndexChanged.connect(lambda index: self.grain_chosen.emit(tuple(Grain)[index]))
        self.show_grain(Grain.PHASE)

    def _arrange(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 10, 0)
        layout.setSpacing(2)
        for name in TRAINING:
            layout.addWidget(self._button(name))
        layout.addSpacing(4)
        layout.addWidget(self.pace)
        layout.addSpacing(4)
        for name in STROKES:
            layout.addWidget(self._button(name))
        layout.addWidget(self._button("previous"))
        layout.addWidget(self.grain)
        layout.addWidget(self._button("next"))
        layout.addSpacing(4)
        self._fill_grain()
        for speed in Speed:
            self.speed.addItem(speed.value.capitalize(), speed.value)
        self.speed.currentIndexChanged.connect(lambda index: self.speed_chosen.emit(tuple(Speed)[index]))
        self.speed.setFixedWidth(136)
        self.speed.setToolTip("How fast the film of one update runs (keys 1 to 4, < and >)")
        self.speed.setAccessibleName("Speed of the film")
        layout.addWidget(self.speed)
        layout.addWidget(self.readout, 1)
        layout.addSpacing(2)
        layout.addWidget(self._button("theme"))

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"action-{name}")
        button.setDefaultAction(self._actions[name])
        button.setIconSize(QSize(SIDE, SIDE))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(self._actions[name].text())
        button.setToolButtonStyle(WITH_ICON if name not in WITH_TEXT else WITH_BOTH)
        self.buttons[name] = button
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow bar says with icons alone what can be done."""
        for name in WITH_TEXT:
            self.buttons[name].setToolButtonStyle(WITH_BOTH if self.width() >= WIDE else WITH_ICON)
        super().resizeEvent(event)

    @property
    def controls(self) -> dict[str, QWidget]:
        """All that can be pressed or chosen, by name."""
        return {**self.buttons, "pace": self.pace, "grain": self.grain, "speed": self.speed}

    def show_view(self, view: ViewState) -> None:
        """Show where training stands, and its pace."""
        self.readout.show_reading(reading(view))
        pace = view.snapshot.pace
        if self.pace.findData(pace or 0.0) < 0:
            with QSignalBlocker(self.pace):
                self.pace.addItem(pace_text(pace), pace)
        self.pace.select(pace or 0.0)

    def show_playing(self, playing: bool) -> None:
        """The play button shows what it would do next; of each icon that an action is given, Qt keeps something."""
        if (playing, self.palette_) == (self._playing, self._painted):
            return
        self._playing, self._painted = playing, self.palette_
        self._actions["play"].setText("Pause" if playing else "Train")
        self._actions["play"].setIcon(icon("pause" if playing else "play", self.palette_, self.palette_.on_accent))

    def show_grain(self, grain: Grain) -> None:
        """Show what one step passes."""
        self.grain.select(grain.value)
        self.buttons["next"].setAccessibleName(f"Next {grain}")
        self.buttons["previous"].setAccessibleName(f"Previous {grain}")

    def show_speed(self, speed: Speed) -> None:
        """Show the speed of the film."""
        self.speed.select(speed.value)

    def recolour(self) -> None:
        """The icons are pictures."""
        for name in self.buttons:
            if name != "play":
                self._actions[name].setIcon(icon(name, self.palette_))
        self.show_playing(self._playing)
