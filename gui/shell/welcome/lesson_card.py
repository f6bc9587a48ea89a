"""A lesson as a card: its picture, its title, how long it takes, how far one is, and what it proves where that fits."""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.model.user_text import tip
from twostroke.gui.model.welcome import Card
from twostroke.gui.shell.welcome.drawn_ahead import draw

PAD, GAP, LINE = 10, 4, 3
SMALLEST_PICTURE = 40
SIZES = ((240, 15, 13), (150, 13, 12), (0, 12, 12))
"""From so many pixels of width on: pixels of the title, and of the rest."""
WRAP = Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignLeft.value | Qt.AlignmentFlag.AlignTop.value
FAR = 10_000

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CardButton(Dressed, QAbstractButton):
    """One card. `moved` carries the columns and rows of an arrow key; `looked_at` whether it is, and the Card."""

    moved = Signal(int, int)
    looked_at = Signal(bool, object)

    def __init__(self, card: Card, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = card
        self.says_claim = True
        self.shows_picture = False
        self.texts = 0  # pixels below the picture, as its neighbours have them
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_card(card)

    def show_card(self, card: Card) -> None:
        """The same lesson, perhaps further on."""
        self.card = card
        self._measured: dict[tuple[str, int], tuple[int, int, int]] = {}  # by font and width
        self.setText(card.title)
        self.setAccessibleName(f"Lesson {card.number}: {card.title}")
        self.setAccessibleDescription(". ".join(filter(None, (card.claim.rstrip("."), card.length, card.progress))))
        self.setToolTip(tip(f"{card.claim}\n{self._does}"))
        self.update()

    @property
    def _does(self) -> str:
        return f"{self.card.verb} with scene {self.card.scene}" if self.card.scene > 1 else self.card.verb

    # -- how much room it needs ------------------------------------------------------------------------------------

    def _font(self, pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(pixels)
        font.setWeight(weight)
        return font

    def _fonts(self, width: int) -> tuple[QFont, QFont]:
        """Of the title, and of the rest."""
        title, small = next(sizes for least, *sizes in SIZES if width >= least)
        return self._font(title, QFont.Weight.DemiBold), self._font(small)

    def _heights(self, width: int) -> tuple[int, int, int]:
        """Of title, claim and last line in a card of that width; it is asked for again and again while all is laid."""
        key = self.font().key(), width
        if key not in self._measured:
            room = QRect(0, 0, width - 2 * PAD, FAR)
            title, small = map(QFontMetrics, self._fonts(width))
            told = title.boundingRect(room, WRAP, self.card.title).height()
            self._measured[key] = told, small.boundingRect(room, WRAP, self.card.claim).height(), small.height()
        return self._measured[key]

    def text_height(self, width: int, with_claim: bool) -> int:
        """Of all that is below the picture."""
        title, claim, last = self._heights(width)
        return LINE + title + last + GAP + 2 * PAD + (claim + GAP if with_claim else 0)

    # -- what it looks like ------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture, line of progress, texts; a ring where the keys are."""
        p = self.palette_
        with painting(self, smooth=True) as painter:
            edge = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            on = self.hasFocus()
            painter.setPen(
                QPen(QColor(p.accent if on else p.muted if self.underMouse() else p.hairline), 2 if on else 1)
            )
            painter.setBrush(QColor(p.pressed if self.isDown() else p.raised if self.underMouse() else p.surface))
            painter.drawRoundedRect(edge, 8, 8)
            self._paint_content(painter)

    def _paint_content(self, painter: QPainter) -> None:
        p, (title, claim, last) = self.palette_, self._heights(self.width())
        bold, small = self._fonts(self.width())
        picture = QRectF(2, 2, self.width() - 4, self.height() - self.texts - 2)
        if self.shows_picture:
            draw(painter, picture, self.card.name, p)
        self._paint_progress(painter, picture.bottom())
        y = round(picture.bottom()) + LINE + PAD
        self._say(painter, bold, p.text, y, title, self.card.title)
        y += title + GAP
        if self.says_claim:
            self._say(painter, small, p.muted, y, claim, self.card.claim)
        self._paint_last(painter, small, self.height() - PAD - last, last)

    def _paint_progress(self, painter: QPainter, y: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.palette_.hairline))
        painter.drawRect(QRectF(2, y, self.width() - 4, LINE - 1))
        if self.card.share:
            painter.setBrush(QColor(self.palette_.good if self.card.is_done else self.palette_.accent))
            painter.drawRect(QRectF(2, y, (self.width() - 4) * self.card.share, LINE - 1))

    def _paint_last(self, painter: QPainter, font: QFont, y: int, height: int) -> None:
        """Minutes at the left, progress at the right."""
        p, card = self.palette_, self.card
        minutes = f"{card.minutes} min" if card.minutes else ""
        self._say(painter, font, p.muted, y, height, minutes)
        painter.setPen(QColor(p.good if card.is_done else p.accent))
        room = QRectF(PAD, y, self.width() - 2 * PAD, height)
        metrics = QFontMetrics(font)
        fits = metrics.horizontalAdvance(minutes + card.progress) + 2 * PAD <= room.width()
        told = card.progress if fits else card.progress.removeprefix("scene ")
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, told)

    def _say(self, painter: QPainter, font: QFont, colour: str, y: int, height: int, text: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(QRect(PAD, y, self.width() - 2 * PAD, height + 2), WRAP, text)

    # Qt's own names from here on

    def sizeHint(self) -> QSize:
        """Whoever lays it out decides."""
        return QSize(180, 90 + self.text_height(180, False))

    def hitButton(self, pos: QPointF) -> bool:  # type: ignore[override]
        """All of it."""
        return self.rect().contains(pos.toPoint() if isinstance(pos, QPointF) else pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows lead to its neighbours, Enter chooses it as Space does."""
        if Qt.Key(event.key()) in ARROWS:
            self.moved.emit(*ARROWS[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Its claim can be read."""
        self.looked_at.emit(True, self.card)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No more."""
        self.looked_at.emit(False, self.card)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Its claim can be read."""
        self.looked_at.emit(True, self.card)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No more."""
        self.looked_at.emit(False, self.card)
        super().focusOutEvent(event)
