"""One neuron in numbers: where z comes from, what its gate does on both strokes, its weights and its curve."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.look.style import mark
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.explain.quantities import Quantity
from twostroke.gui.model.inspection import Door, Inspection, Line, inspect, suggestion
from twostroke.gui.model.numbers import UNKNOWN, number
from twostroke.gui.model.portrait import portrait
from twostroke.gui.model.trail import opened
from twostroke.gui.model.user_text import tip
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.walk import exists
from twostroke.gui.model.words import neuron_name
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.base.widgets import NameButton, Text, rows, small_font
from twostroke.gui.panels.neuron.activation_curve import ActivationCurve
from twostroke.gui.panels.neuron.hand import Hand
from twostroke.gui.panels.neuron.neuron_gate import NeuronGate
from twostroke.gui.panels.neuron.portrait_view import PortraitView

NAME_WIDTH, WIDEST_NAME = 62, 92  # px of the column of names
NAME_EDGE = 16  # px beside a name
Doors = tuple[Door, Door]


def door_words(door: Door) -> str:
    """What a door lets through, and whether that is called shut."""
    if door.mask is None:
        return UNKNOWN
    return f"{number(door.mask)} shut" if door.shut else number(door.mask)


class GateDoors(Dressed, QWidget):
    """Forward and backward mask as two doors: shut, one solid bar; open, a gap as wide as the mask."""

    HEIGHT = 40

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: Doors = (Door(), Door())
        self._words = [UNKNOWN, UNKNOWN]
        self.setAccessibleName("Masks")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_doors(self, doors: Doors) -> None:
        """Show what the forward and the backward door let through."""
        words = [door_words(door) for door in doors]
        if (doors, words) != (self._doors, self._words):
            self._doors, self._words = doors, words
            forward, backward = words
            self.setAccessibleDescription(f"forward mask {forward}, backward mask {backward}")
            self.update()

    def sizeHint(self) -> QSize:
        """One row."""
        return QSize(240, self.HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Both doors, each with its name and number."""
        with painting(self, smooth=True) as painter:
            names = ("forward mask", "backward mask")
            colours = (self.palette_.signal_positive, self.palette_.gradient_negative)
            for place, (name, door, colour) in enumerate(zip(names, self._doors, colours, strict=True)):
                left = place * self.width() / 2
                self._paint_door(painter, left, door, colour)
                self._write(painter, left + 18, name, self._words[place])

    def _paint_door(self, painter: QPainter, left: float, door: Door, colour: str) -> None:
        slot = QRectF(left + 2, 3, 7, self.HEIGHT - 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.palette_.raised))
        painter.drawRoundedRect(slot, 2, 2)
        if door.mask is not None:
            self._paint_leaves(painter, slot, 0.0 if door.shut else min(abs(door.mask), 1.0), colour)

    def _write(self, painter: QPainter, left: float, name: str, told: str) -> None:
        painter.setFont(small_font(self))
        painter.setPen(QColor(self.palette_.muted))
        painter.drawText(QPointF(left, 16), name)
        painter.setFont(self.font())
        painter.setPen(QColor(self.palette_.text))
        painter.drawText(QPointF(left, 33), told)

    def _paint_leaves(self, painter: QPainter, slot: QRectF, opened: float, colour: str) -> None:
        leaf = slot.height() * (1 - opened) / 2
        painter.setBrush(QColor(colour))
        gap = QRectF(slot.left() + 2.5, slot.top() + leaf, 2, slot.height() - 2 * leaf)
        painter.drawRect(gap)
        painter.setBrush(QColor(self.palette_.shut))
        for top in (slot.top(), slot.bottom() - leaf):
            painter.drawRoundedRect(QRectF(slot.left(), top, slot.width(), leaf), 1.5, 1.5)


class Lines(QWidget):
    """What there is to say, in two columns; rows are made once and used again. The name of a line leads to where its
    number comes from: `asked` carries the quantity.
    """

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = rows(self)
        self._grid.setColumnMinimumWidth(0, NAME_WIDTH)
        self._grid.setVerticalSpacing(3)
        self.rows: list[tuple[NameButton, Text]] = []
        self._leads: list[Quantity | None] = []

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Show `lines`; texts that are the same are not touched."""
        while len(self.rows) < len(lines):
            row = (_line_name(), Text("", wrap=True))
            row[0].clicked.connect(partial(self._ask, len(self.rows)))
            for column, label in enumerate(row):
                self._grid.addWidget(label, len(self.rows), column)
            row[1].setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.rows.append(row)
        for (name, text), line in zip(self.rows, lines, strict=False):
            name.show_name(line.name)
            name.setEnabled(line.quantity is not None)
            name.setAccessibleName(f"{line.name}: where it comes from")
            text.say(line.text)
            if text.toolTip() != line.tip:
                text.setToolTip(line.tip)
            name.setToolTip(tip(line.name))
            mark(text, "role", "strong" if line.strong else "")
        self._leads = [line.quantity for line in lines]
        self._widen(lines)
        for place, row in enumerate(self.rows):
            if row[0].isHidden() == (place < len(lines)):
                for label in row:
                    label.setVisible(place < len(lines))

    def _widen(self, lines: tuple[Line, ...]) -> None:
        """Names of ours are never cut; those that a user gave are, where they are long."""
        letters = self.rows[0][0].fontMetrics() if self.rows else self.fontMetrics()
        widest = max((letters.horizontalAdvance(line.name) for line in lines), default=0) + NAME_EDGE
        width = min(max(widest, NAME_WIDTH), WIDEST_NAME)
        self._grid.setColumnMinimumWidth(0, width)
        for name, _ in self.rows:
            name.setFixedWidth(width)

    def _ask(self, place: int) -> None:
        quantity = self._leads[place]
        if quantity is not None:
            self.asked.emit(quantity)


def _line_name() -> NameButton:
    button = NameButton(cut=Qt.TextElideMode.ElideRight)
    button.setProperty("role", "line")
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)  # else the text is centred
    button.setFixedWidth(NAME_WIDTH)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


class InspectorPanel(Panel):
    """The neuron that is selected, or a proposal of one. `explained`: the account of a number has been asked for."""

    TITLE = "Neuron"

    explained = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Text("", "strong", wrap=True)
        self.about = Text("", "muted", wrap=True)
        self.propose = NameButton()
        self.propose.setProperty("role", "link")
        self.propose.clicked.connect(self._select_proposed)
        self.gate = NeuronGate()
        self.gate.hide()
        self.gate.asked.connect(self.asked)
        self.gate.notice.refused.connect(self.needed)
        self.lines = Lines()
        self.lines.asked.connect(self._explain)
        self.doors = GateDoors()
        self.note = Text("", "", wrap=True)
        self.portrait = PortraitView()
        self.curve = ActivationCurve()
        self.hand = Hand()
        self.hand.asked.connect(self.asked)
        self.hand.explained.connect(self._explain)
        self.hand.notice.refused.connect(self.needed)
        self.table = self.hand.table
        self._proposed: NeuronRef | None = None
        above = (self.title, self.about, self.gate, self.propose, self.lines, self.doors)
        for widget in (*above, self.note, self.portrait, self.curve, self.hand):
            self.body.addWidget(widget)
        self.body.addStretch(1)

    def refresh(self, view: ViewState) -> None:
        """What there is to say of the selected neuron; without one, a sentence and a proposal."""
        selected = view.choices.selected
        if selected is None or not exists(selected, view.widths):
            self._show_proposal(view)
        else:
            self._show(view, selected)
            self.gate.show_neuron(view, selected)

    def _show_proposal(self, view: ViewState) -> None:
        for widget in (self.gate, self.lines, self.doors, self.note, self.portrait, self.curve, self.hand):
            widget.hide()
        self.title.say("No neuron selected")
        self.about.say(
            "Click a neuron in the picture, or walk to it with Up and Down and press Enter, to see where its numbers "
            "come from."
        )
        self._proposed = suggestion(view)
        self.propose.show_name(f"Show {neuron_name(view, self._proposed.layer, self._proposed.unit)}")
        self.propose.show()

    def _show(self, view: ViewState, selected: NeuronRef) -> None:
        inspection: Inspection = inspect(view, selected)
        self.propose.hide()
        self.title.say(inspection.title)
        self.about.say(inspection.about)
        self.lines.show_lines(inspection.lines)
        self.lines.show()
        self.doors.setVisible(inspection.doors is not None)
        if inspection.doors is not None:
            self.doors.show_doors(inspection.doors)
        self.note.say(inspection.note)
        self.note.setVisible(bool(inspection.note))
        told = portrait(view, selected)
        self.portrait.setVisible(told is not None)
        if told is not None:
            self.portrait.show_portrait(told)
        self.curve.setVisible(inspection.curve is not None)
        if inspection.curve is not None:
            self.curve.show_point(inspection.curve)
        self.hand.setVisible(inspection.weights is not None)
        if inspection.weights is not None:
            self.hand.show_weights(view, selected, inspection.weights)

    def _explain(self, quantity: Quantity) -> None:
        self.chosen.emit(opened(quantity))
        self.explained.emit()

    def _select_proposed(self) -> None:
        if self._proposed is not None:
            self.chosen.emit(partial(replace, selected=self._proposed))
