"""A list of numbers into which any other may be typed."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from twostroke.gui.fields.calm import takes_wheel
from twostroke.gui.model import typed
from twostroke.gui.model.numbers import exact
from twostroke.gui.panels.base.widgets import CalmComboBox


class _NumberLine(QLineEdit):
    """The text of a list of numbers: Space would blank a number that is selected, and the wheel is the column's."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """No number begins or ends with a space."""
        if event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the scroll column unless the list has the focus."""
        if takes_wheel(self, event):
            super().wheelEvent(event)


class NumberCombo(CalmComboBox):
    """A list of numbers into which any other may be typed. `entered` carries the new one."""

    entered = Signal(float)
    declined = Signal(str)

    def __init__(self, numbers: tuple[float, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers = numbers
        self._number = 0.0
        self.setEditable(True)
        self.setInsertPolicy(CalmComboBox.InsertPolicy.NoInsert)
        self.line = _NumberLine(self)
        self.setLineEdit(self.line)
        self.setCompleter(None)  # type: ignore[arg-type]  # it would make 3e-05 of a 3
        for number in numbers:
            self.addItem(exact(number), number)
        self.activated.connect(self._commit)
        self.line.editingFinished.connect(self._commit)

    def number(self) -> float:
        """The number last shown or entered."""
        return self._number

    def show_number(self, number: float) -> None:
        """Show `number`, without a signal."""
        self._number = number
        with QSignalBlocker(self):
            self.setCurrentIndex(self._numbers.index(number) if number in self._numbers else -1)
            self.setEditText(exact(number))

    def typing(self) -> bool:
        """Whether the user is in the middle of typing."""
        return self.line.hasFocus() and self.currentText() != exact(self._number)

    def give_up(self) -> None:
        """Forget what is being typed."""
        self.show_number(self._number)

    def _commit(self, *_: object) -> None:
        text = self.currentText()
        number = typed.real(text)
        if number is None:
            self.give_up()
            self.declined.emit(text.strip())
        elif number != self._number:
            self.show_number(number)
            self.entered.emit(number)
