"""The heading of a panel, which folds it: by a click, by Space or Return."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.look.warning_sign import warning_sign

HEIGHT = 24
PIXELS = 11
CHEVRON = QSize(8, 4)
GAP, SIGN = 10, 14  # px before the sign of warnings, and of it


class FoldHeading(Dressed, QAbstractButton):
    """A title in small capitals with a chevron at its end. Checked means unfolded."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setChecked(True)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(text)
        self._warnings, self._words = 0, ""
        self.toggled.connect(self._tell)
        self._tell(True)

    def show_sign(self, warnings: int, words: str) -> None:
        """How many warnings there are, for a panel that may be folded; `words` say it in full."""
        if (warnings, words) != (self._warnings, self._words):
            self._warnings, self._words = warnings, words
            self._tell(self.isChecked())
            self.update()

    @property
    def warnings(self) -> int:
        """How many warnings the heading tells of."""
        return self._warnings

    def _tell(self, unfolded: bool) -> None:
        state = "unfolded" if unfolded else "folded"
        self.setAccessibleDescription(f"{state}, {self._words}" if self._words else state)
        what = f"{'Fold' if unfolded else 'Unfold'} “{self.text()}”"
        self.setToolTip(f"{what}: {self._words}" if self._words else what)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return does what Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Title and chevron."""
        width = QFontMetricsF(self._font()).horizontalAdvance(self.text())
        return QSize(round(width) + 3 * CHEVRON.width(), HEIGHT)

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(PIXELS)
        font.setWeight(QFont.Weight.DemiBold)
        font.setCapitalization(QFont.Capitalization.AllUppercase)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 104)
        return font

    def paintEvent(self, event: QPaintEvent) -> None:
        """Title left, chevron right, and a ring where the focus is."""
        p = self.palette_
        with painting(self, smooth=True) as painter:
            painter.setFont(self._font())
            painter.setPen(QColor(p.text if self.underMouse() else p.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
            if self._warnings:
                self._paint_sign(painter)
            painter.setPen(QPen(QColor(p.text if self.underMouse() else p.muted), 1.3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(self._chevron())
            if self.hasFocus():
                painter.setPen(QPen(QColor(p.accent), 1))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 2.5, -0.5, -2.5), 3, 3)

    def _paint_sign(self, painter: QPainter) -> None:
        """A triangle and the count, behind the title."""
        p = self.palette_
        sign = QRectF(QFontMetricsF(self._font()).horizontalAdvance(self.text()) + GAP, 0, SIGN, SIGN)
        sign.moveTop((self.height() - SIGN) / 2)
        warning_sign(painter, sign, p)
        font = QFont(self._font())
        font.setPixelSize(SIGN)
        painter.setFont(font)
        painter.setPen(QColor(p.warning))
        place = QRectF(sign.right() + 5, 0, 40, self.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"{self._warnings}")

    def _chevron(self) -> QPolygonF:
        """Up where a click folds, down where it unfolds."""
        half, tip = CHEVRON.width() / 2, CHEVRON.height() / 2 * (-1 if self.isChecked() else 1)
        middle = QPointF(self.width() - half - 4, self.height() / 2)
        return QPolygonF([middle + QPointF(-half, -tip), middle + QPointF(0, tip), middle + QPointF(half, -tip)])
