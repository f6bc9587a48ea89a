"""The cards beside and below each other, as large as there is room for; it scrolls where they would be too small."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from twostroke.gui.model.welcome import Card
from twostroke.gui.shell.welcome.lesson_card import SMALLEST_PICTURE, CardButton

MOST_COLUMNS = 5
NARROWEST = 112
GAP = 12
SCROLL_BAR = 12


def laid(count: int, columns: int, size: QSize, height: int) -> list[QRect]:
    """Where `count` cards of that height lie in so many columns of an area of that size."""
    width = (size.width() - (columns - 1) * GAP) // columns
    lines = [divmod(place, columns) for place in range(count)]
    return [QRect(QPoint(column * (width + GAP), row * (height + GAP)), QSize(width, height)) for row, column in lines]


class CardGrid(QScrollArea):
    """`chosen` carries a Card; `looked_at` whether one is, and which; `left` that an arrow leads out at the left."""

    chosen = Signal(object)
    looked_at = Signal(bool, object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cards")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.inside = QWidget()
        self.inside.setObjectName("cards_inside")
        self.setWidget(self.inside)
        self.buttons: list[CardButton] = []
        self.columns = MOST_COLUMNS
        self.says_claims = True
        self._pictures = QTimer(self)  # one after the other, once the page is there: it would wait for all of them
        self._pictures.timeout.connect(self._show_picture)

    def show_cards(self, cards: Sequence[Card]) -> None:
        """These lessons, which stay the same while the program runs."""
        if len(self.buttons) == len(cards):
            for button, card in zip(self.buttons, cards, strict=True):
                button.show_card(card)
            return
        for place, card in enumerate(cards):
            button = CardButton(card, self.inside)
            button.clicked.connect(lambda _=False, button=button: self.chosen.emit(button.card))
            button.looked_at.connect(self.looked_at)
            button.moved.connect(lambda across, down, place=place: self._move(place, across, down))
            button.show()
            self.buttons.append(button)
        self._lay()

    def showEvent(self, event: QShowEvent) -> None:
        """The pictures follow."""
        super().showEvent(event)
        self._pictures.start()

    def _show_picture(self) -> None:
        waiting = next((button for button in self.buttons if not button.shows_picture), None)
        if waiting is None:
            self._pictures.stop()
            return
        waiting.shows_picture = True
        waiting.update()

    def _move(self, place: int, across: int, down: int) -> None:
        """To the neighbour of a card; out of the first column to the left."""
        if across < 0 and place % self.columns == 0:
            self.left.emit()
            return
        target = place + across + down * self.columns
        if 0 <= target < len(self.buttons):
            self.buttons[target].setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(self.buttons[target])

    def _lay(self) -> None:
        if not self.buttons:
            return
        room = self.maximumViewportSize()
        self.columns = max(min((room.width() + GAP) // (NARROWEST + GAP), MOST_COLUMNS), 1)
        rows = -(-len(self.buttons) // self.columns)
        width = (room.width() - (self.columns - 1) * GAP) // self.columns
        share = (room.height() - (rows - 1) * GAP) // rows
        picture = width // 2
        with_claims = [picture + button.text_height(width, True) for button in self.buttons]
        least = [SMALLEST_PICTURE + button.text_height(width, False) for button in self.buttons]
        self.says_claims = share >= max(with_claims)
        self._place(room, max(min(share, max(with_claims)), *least), rows)

    def _place(self, room: QSize, height: int, rows: int) -> None:
        whole = rows * (height + GAP) - GAP
        scrolls = whole > room.height()
        size = QSize(room.width() - (SCROLL_BAR if scrolls else 0), max(whole, room.height()))
        self.inside.setFixedSize(size)
        boxes = laid(len(self.buttons), self.columns, size, height)
        for first in range(0, len(self.buttons), self.columns):
            row = self.buttons[first : first + self.columns]
            texts = max(button.text_height(boxes[0].width(), self.says_claims) for button in row)
            for button, box in zip(row, boxes[first:], strict=False):
                button.says_claim, button.texts = self.says_claims, texts
                button.setGeometry(box)
                button.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As large as there is room for."""
        super().resizeEvent(event)
        self._lay()
