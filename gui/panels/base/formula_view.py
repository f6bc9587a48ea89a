"""A formula in a panel: typeset, in as many lines as its width needs; as plain text where it cannot be set."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.formula_lines import Laid, fitted, paint_formula
from twostroke.gui.look.painting import painting

SIZE = 1.35
"""Letters of a formula, in those of the panel: the mathematical typeface looks smaller."""


class FormulaView(Dressed, QWidget):
    """One formula. Its name for screen readers is the plain text."""

    def __init__(self, larger: float = 1.0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._larger = larger
        self._latex = self._plain = ""
        self.bar = QScrollBar(Qt.Orientation.Horizontal, self)
        self.bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.bar.setAccessibleName("Rest of the formula")
        self.bar.valueChanged.connect(self.update)
        self.bar.hide()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_formula(self, latex: str, plain: str) -> None:
        """Show `latex`; `plain` says the same in a line of text."""
        if (latex, plain) == (self._latex, self._plain):
            return
        self._latex, self._plain = latex, plain
        self.setAccessibleName(plain)
        self.bar.setValue(0)
        self.updateGeometry()
        self._place_bar()
        self.update()

    @property
    def is_set(self) -> bool:
        """Whether it is typeset, and not plain text."""
        return self._fitted(self.width()) is not None

    def _fitted(self, width: int) -> tuple[Laid, float] | None:
        letter = self.fontInfo().pixelSize() * SIZE * self._larger
        return fitted(self._latex, float(max(width, 40)), letter) if self._latex else None

    def _place_bar(self) -> None:
        found = self._fitted(self.width())
        over = 0 if found is None else round(found[0].width * found[1] - self.width())
        self.bar.setVisible(over > 0)
        if over > 0:
            self.bar.setRange(0, over)
            self.bar.setPageStep(self.width())
            high = self.bar.sizeHint().height()
            self.bar.setGeometry(0, self.height() - high, self.width(), high)

    # Qt's own names from here on

    def heightForWidth(self, width: int) -> int:
        """All lines, and the scroll bar where a line has no room."""
        found = self._fitted(width)
        if found is None:
            return self._text_box(width).height() if self._plain else 0
        laid, letter = found
        over = laid.width * letter > width
        return int(laid.height * letter + 3) + (self.bar.sizeHint().height() if over else 0)

    def hasHeightForWidth(self) -> bool:
        """A narrow one has more lines."""
        return True

    def sizeHint(self) -> QSize:
        """As high as the present width asks for."""
        return QSize(200, self.heightForWidth(self.width()))

    def _text_box(self, width: int) -> QRect:
        flags = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere
        return self.fontMetrics().boundingRect(QRect(0, 0, max(width, 40), 10_000), int(flags), self._plain)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The lines follow the width."""
        super().resizeEvent(event)
        self._place_bar()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The formula, or its text."""
        found = self._fitted(self.width())
        with painting(self, smooth=True) as painter:
            painter.setPen(QColor(self.palette_.text))
            if found is None:
                flags = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere
                painter.drawText(self.rect(), int(flags), self._plain)
            else:
                paint_formula(painter, *found, QPointF(-self.bar.value() if self.bar.isVisible() else 0, 1.0))
