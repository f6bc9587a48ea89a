"""A small field over the picture, at the thing whose number is typed: a weight, an input, a target, a slope."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from twostroke.engine.session.phrases import shown
from twostroke.gui.model.numbers import exact
from twostroke.gui.model.typed import real
from twostroke.gui.model.user_text import one_line

WIDTH = 150
GAP = 42  # px below the middle of the thing, so that it can be seen


class _Line(QLineEdit):
    """What is typed; `give_up` closes the field."""

    given_up = Signal()

    def give_up(self) -> None:
        """The number stays as it is."""
        self.given_up.emit()


class NumberHere(QWidget):
    """Hidden while nothing is typed. `opened` carries nothing, `refused` a sentence on what was no number."""

    opened = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._picture = parent
        self._then: Callable[[float], object] | None = None
        self._before = ""
        self.name = QLabel()
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setWordWrap(True)
        self.line = _Line()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(self.name)
        layout.addWidget(self.line)
        self.line.editingFinished.connect(self._take)
        self.line.given_up.connect(self.close_field)
        self.hide()

    def ask(self, point: QPoint, name: str, value: float | None, then: Callable[[float], object]) -> None:
        """Have the number called `name` typed near `point` of the picture; `then` gets it."""
        self._then, self._before = then, "" if value is None else exact(value)
        self.name.setText(one_line(name))
        self.line.setAccessibleName(name)
        self.line.setText(self._before)
        self.setFixedWidth(max(WIDTH, min(self.name.fontMetrics().horizontalAdvance(name) + 24, 2 * WIDTH)))
        self.adjustSize()
        self.move(self._free(point))
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.selectAll()
        self.opened.emit()

    @property
    def is_open(self) -> bool:
        """Whether a number is typed."""
        return self._then is not None

    def _free(self, point: QPoint) -> QPoint:
        """Below the point, or above it, within the picture."""
        room = self._picture.rect().adjusted(4, 4, -4, -4)
        box = QRect(QPoint(point.x() - self.width() // 2, point.y() + GAP), self.size())
        if box.bottom() > room.bottom():
            box.moveBottom(point.y() - GAP)
        box.moveLeft(min(max(box.left(), room.left()), max(room.right() - box.width(), room.left())))
        return box.topLeft()

    def close_field(self) -> None:
        """Without a number."""
        self._then = None
        self.hide()

    def _take(self) -> None:
        """By Return, or when the field is left; what has not changed asks for nothing."""
        then, text = self._then, self.line.text()
        self.close_field()
        if then is None or text == self._before:
            return
        value = real(text)
        if value is None:
            self.refused.emit(f"{shown(text)} is no number; nothing has been changed.")
        else:
            then(value)
