"""Buttons that lead to a number: its symbol, typeset, with its value and its name beside it."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.model.user_text import tip
from twostroke.gui.panels.base.formula_view import Laid, paint_formula, set_in_one_line

PAD = 4  # px at each end
GAP = 10  # px between number and name
LETTER = 1.2
"""Letters of the symbol, in those of the panel."""


class NumberLink(Dressed, QAbstractButton):
    """A number in one line. As a link it is pressed by click, Space or Enter; a constant leads nowhere."""

    followed = Signal()

    def __init__(self, spread: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._latex = self._plain = self._name = self._behind = ""
        self._set: Laid | None = None
        self._spread = spread
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        across = QSizePolicy.Policy.Ignored if spread else QSizePolicy.Policy.Fixed
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.followed)

    def show_number(self, latex: str, plain: str, name: str, leads: bool = True, behind: str = "") -> None:
        """Show `latex`, which `plain` says in a line of text, and `name` beside it; `behind` is written after it."""
        now = (latex, plain, name, leads, behind)
        if now == (self._latex, self._plain, self._name, self.isEnabled(), self._behind):
            return
        if latex != self._latex:
            self._set = set_in_one_line(latex)
        self._latex, self._plain, self._name, self._behind = latex, plain, name, behind
        self.setEnabled(leads)
        self.setAccessibleName(plain if name in ("", plain) else f"{name}: {plain}")
        self.setToolTip(tip(name))
        self.setCursor(Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor)
        self.updateGeometry()
        self.update()

    @property
    def _letter(self) -> float:
        return self.fontInfo().pixelSize() * LETTER

    @property
    def _number_width(self) -> int:
        if self._set is not None:
            return round(self._set.width * self._letter) + self._behind_width
        return self.fontMetrics().horizontalAdvance(self._plain)

    @property
    def _behind_width(self) -> int:
        return self.fontMetrics().horizontalAdvance(f" {self._behind}") if self._behind else 0

    # Qt's own names from here on

    def sizeHint(self) -> QSize:
        """As wide as the number, as high as the line."""
        high = 0.0 if self._set is None else self._set.height * self._letter
        return QSize(self._number_width + 2 * PAD, max(round(high) + 4, self.fontMetrics().height() + 6))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter follows the link, too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The number, its name, and a ring where the focus is."""
        with painting(self, smooth=True) as painter:
            leads = self.isEnabled()
            painter.setPen(QColor(self.palette_.accent if leads else self.palette_.text))
            self._paint_number(painter)
            if self._spread:
                painter.setPen(QColor(self.palette_.text if self.underMouse() and leads else self.palette_.muted))
                self._paint_name(painter)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(self.palette_.accent), 1))
                painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)

    def _paint_number(self, painter: QPainter) -> None:
        if self._set is None:
            painter.drawText(self.rect().adjusted(PAD, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), self._plain)
            return
        top = (self.height() - self._set.height * self._letter) / 2
        paint_formula(painter, self._set, self._letter, QPointF(PAD, top))
        end = self.rect().adjusted(PAD + round(self._set.width * self._letter), 0, 0, 0)
        painter.drawText(end, int(Qt.AlignmentFlag.AlignVCenter), f" {self._behind}")

    def _paint_name(self, painter: QPainter) -> None:
        left = PAD + self._number_width + GAP
        room = QRect(left, 0, max(self.width() - left - PAD, 0), self.height())
        name = self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), name)
