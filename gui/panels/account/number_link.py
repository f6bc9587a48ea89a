"""Buttons that lead to a number: its symbol, typeset, with its value and its name beside it."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.formula_lines import Laid, paint_formula, set_in_one_line
from twostroke.gui.look.painting import painting
from twostroke.gui.model.user_text import tip

PAD = 4  # px at each end
GAP = 10  # px between number and name
LETTER = 1.2
"""Letters of the symbol, in those of the panel."""


class NumberLink(Dressed, QAbstractButton):
    """A number in one line, its name beside it or, where that has no room, below. As a link it is pressed by click,
    Space or Enter; a constant leads nowhere.
    """

    followed = Signal()

    def __init__(self, spread: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._latex = self._plain = self._name = self._behind = ""
        self._shorter: tuple[str, ...] = ()
        self._set: Laid | None = None
        self._spread = spread
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        across = QSizePolicy.Policy.Ignored if spread else QSizePolicy.Policy.Fixed
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.followed)

    def show_number(
        self, latex: str, plain: str, name: str, leads: bool = True, behind: str = "", shorter: tuple[str, ...] = ()
    ) -> None:
        """Show `latex`, which `plain` says in a line of text, and `name` beside it, or the first of the `shorter`
        ones that has room; `behind` is written after it.
        """
        now = (latex, plain, name, leads, behind, shorter)
        if now == (self._latex, self._plain, self._name, self.isEnabled(), self._behind, self._shorter):
            return
        if latex != self._latex:
            self._set = set_in_one_line(latex)
        self._latex, self._plain, self._name, self._behind, self._shorter = latex, plain, name, behind, shorter
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

    @property
    def _room(self) -> int:
        """Pixels beside the number."""
        return self.width() - self._number_width - GAP - 2 * PAD

    @property
    def name_shown(self) -> str:
        """The name as there is room for it; that of the line below where none of them fits."""
        names = (self._name, *self._shorter)
        beside = next((each for each in names if self._wanted(each) <= self._room), "")
        return beside or next((each for each in names if self._wanted(each) <= self.width() - 2 * PAD), self._name)

    def _wanted(self, name: str) -> int:
        return self.fontMetrics().horizontalAdvance(name)

    @property
    def _below(self) -> int:
        return self.fontMetrics().height()

    @property
    def _is_below(self) -> bool:
        return self._spread and bool(self._name) and self._wanted(self.name_shown) > self._room

    # Qt's own names from here on

    def sizeHint(self) -> QSize:
        """As wide as the number, as high as the line."""
        high = 0.0 if self._set is None else self._set.height * self._letter
        line = max(round(high) + 4, self.fontMetrics().height() + 6)
        return QSize(self._number_width + 2 * PAD, line + (self._below if self._is_below else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Whether the name has room beside the number depends on the width."""
        super().resizeEvent(event)
        if self._spread and event.size().width() != event.oldSize().width():
            self.updateGeometry()

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
        line = self.rect().adjusted(PAD, 0, 0, -self._below if self._is_below else 0)
        if self._set is None:
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), self._plain)
            return
        top = (line.height() - self._set.height * self._letter) / 2
        paint_formula(painter, self._set, self._letter, QPointF(PAD, top))
        end = line.adjusted(round(self._set.width * self._letter), 0, 0, 0)
        painter.drawText(end, int(Qt.AlignmentFlag.AlignVCenter), f" {self._behind}")

    def _paint_name(self, painter: QPainter) -> None:
        left = PAD if self._is_below else PAD + self._number_width + GAP
        top = self.height() - self._below - 1 if self._is_below else 0
        room = QRect(left, top, max(self.width() - left - PAD, 0), self.height() - top)
        name = self.fontMetrics().elidedText(self.name_shown, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), name)
