"""One warning: what is wrong, what was measured, since when, why it happens here, and what usually helps."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Snapshot
from twostroke.engine.session.phrases import layer_name
from twostroke.gui.look.colour import mixed
from twostroke.gui.look.dress import Dressed, dress
from twostroke.gui.look.painting import painting
from twostroke.gui.model.cards import Card, Key
from twostroke.gui.model.remedies import Remedy
from twostroke.gui.panels.base.widgets import Notice, Text, plain_button
from twostroke.gui.panels.health.card_title import CardTitle
from twostroke.gui.panels.health.wrapped_button import WrappedButton

BAND = 4  # px of colour at the left edge
EDIT_TIP = "One step that Undo takes back"
BACK_TIP = "What comes after stays: Undo beside this warning goes on to it again"
Offered = Callable[[Snapshot, Card], tuple[Remedy, ...]]


class FindingCard(Dressed, QWidget):
    """`taken` carries a remedy that has been chosen, `asked` any other command; `led` says whether the eye is to be led
    to the layer, and `pinned` that it is to stay there; `dismissed` that the card has been read.
    """

    taken = Signal(object)
    asked = Signal(object)
    led = Signal(bool)
    pinned = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key: Key | None = None
        self._shown: tuple[object, ...] = ()
        self._colour = "warning"
        self.title = CardTitle()
        self.title.toggled.connect(self._show_details)
        self.outcome = Text("", "strong", wrap=True)
        self.remedy = Text("", "muted", wrap=True)
        self.undo = plain_button("Undo", "Take the remedy back", "")
        self.close_button = plain_button("×", "Done with this warning", "")
        self.close_button.clicked.connect(self.dismissed)
        self.undo.clicked.connect(self._undo)
        self.measured = Text("", "", wrap=True)
        self.since = plain_button("", "Go to the update at which it was first seen", "link")
        self.since.clicked.connect(self._go_back)
        self.lead = plain_button("", "", "link")
        self.lead.clicked.connect(self.pinned)
        self.why = Text("", "muted", wrap=True)
        self.helps = Text("What usually helps:", "muted")
        self.notice = Notice()
        self.buttons: list[WrappedButton] = []
        self._remedies: tuple[Remedy, ...] = ()
        self._card: Card | None = None
        self._lay_out()

    def _lay_out(self) -> None:
        self.after = QWidget()
        row = QHBoxLayout(self.after)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.outcome, 1)
        row.addWidget(self.undo, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.details = QWidget()
        inside = QVBoxLayout(self.details)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(5)
        links = QHBoxLayout()
        links.addWidget(self.since)
        links.addWidget(self.lead)
        links.addStretch(1)
        inside.addWidget(self.measured)
        inside.addLayout(links)
        inside.addWidget(self.why)
        inside.addWidget(self.helps)
        self._column = inside
        whole = QVBoxLayout(self)
        whole.setContentsMargins(BAND, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.title)
        below = QVBoxLayout()
        below.setContentsMargins(10, 0, 8, 0)
        below.setSpacing(5)
        for part in (self.after, self.remedy, self.notice, self.details):
            below.addWidget(part)
        whole.addLayout(below)
        whole.addSpacing(6)
        for part in (self.after, self.remedy, self.details):
            part.hide()

    def show_card(self, card: Card, snapshot: Snapshot, offered: Offered) -> None:
        """Show what is known of it; the same again costs nothing."""
        undoable = card.treatment is not None and card.treatment.can_be_undone(snapshot)
        now = (card, snapshot.session, undoable)
        if now == self._shown:
            return
        if card.key != self.key:
            self.notice.remark("")
        self._shown, self._card, self.key = now, card, card.key
        finding, treatment = card.finding, card.treatment
        self._colour = "warning" if card.ill else "good" if card.healthy else "muted"
        self.title.show_title(finding.title, card.ill, card.healthy)
        self.title.setAccessibleDescription(finding.measured)
        self.outcome.say(card.outcome)
        self.remedy.say("" if treatment is None else f"After: {treatment.remedy.label}")
        self.remedy.setVisible(treatment is not None)
        self.after.setVisible(bool(card.outcome))
        self.undo.setVisible(undoable)
        self.close_button.setVisible(treatment is not None)
        self.measured.say(finding.measured)
        self._show_links(card, len(snapshot.layers))
        self.why.say(finding.why)
        self._show_remedies(offered(snapshot, card))
        self._show_details()
        self.update()

    def _show_links(self, card: Card, depth: int) -> None:
        self.since.setText(f"Since update {card.finding.since:,}")
        layer = card.finding.place
        self.lead.setVisible(layer is not None)
        if layer is not None:
            name = layer_name(layer, depth)
            self.lead.setText(f"Show {name}")
            of_layer = card.finding.measure.layer is not None
            tip = (
                f"Pin the neuron of {name} that shows it most"
                if of_layer
                else f"It shows most in {name}: pin a neuron there"
            )
            self.lead.setToolTip(tip)
            self.lead.setAccessibleName(tip)

    def _show_remedies(self, remedies: tuple[Remedy, ...]) -> None:
        self._remedies = remedies
        while len(self.buttons) < len(remedies):
            button = WrappedButton()
            dress(button, self.palette_)
            button.clicked.connect(partial(self._take, len(self.buttons)))
            self._column.addWidget(button)
            self.buttons.append(button)
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(remedies))
            if place < len(remedies):
                button.say(remedies[place].label)
                goes_back = isinstance(remedies[place].command, c.Seek)
                button.setToolTip(BACK_TIP if goes_back else EDIT_TIP)
        self.helps.setVisible(bool(remedies))

    def unfold(self, on: bool) -> None:
        """Show all of it, or what is wrong alone."""
        if self.title.isChecked() != on:
            self.title.setChecked(on)

    def _show_details(self) -> None:
        """What was measured when it was last found is told as long as it is true."""
        self.details.setVisible(self.title.isChecked() and self._card is not None and self._card.ill)

    def _take(self, place: int) -> None:
        if place < len(self._remedies):
            self.taken.emit(self._remedies[place])

    def _undo(self) -> None:
        if self._card is not None and self._card.treatment is not None:
            self.asked.emit(self._card.treatment.undo)

    def _go_back(self) -> None:
        if self._card is not None:
            self.asked.emit(c.Seek(self._card.finding.since))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Lead the eye to the layer."""
        super().enterEvent(event)
        self.led.emit(True)

    def leaveEvent(self, event: QEvent) -> None:
        """No longer."""
        super().leaveEvent(event)
        self.led.emit(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A tinted ground with a band at the left."""
        colour = getattr(self.palette_, self._colour)
        with painting(self, smooth=True) as painter:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(mixed(self.palette_.surface, colour, 0.14)))
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(0, 0, BAND, self.height()), 2, 2)
