"""A dialog in which one works by keys alone: none closes it, or does what is not wanted, in the middle of typing."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDialog, QLineEdit, QPushButton, QToolButton, QWidget

from twostroke.gui.shell import keys, tab

RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class KeyedDialog(QDialog):
    """Tab goes through its `parts` in their order, and F6 from one to the next.

    Return presses a button that has the focus, and no other: a field has read it. Escape gives a field in which
    something is being typed its old text back; only then it closes the dialog.
    """

    parts: tuple[QWidget, ...] = ()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """As the parts are read, whenever what is in them was made."""
        return tab.go_through([stop for part in self.parts if part.isVisible() for stop in tab.stops(part)], forwards)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no field has used."""
        field, key = self.focusWidget(), event.key()
        if key == Qt.Key.Key_F6:
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            tab.leap(self.parts, not shifted, {})
        elif key in RETURN:
            _press(field)
        elif key != Qt.Key.Key_Escape or not _gave_back(field):
            super().keyPressEvent(event)


def _press(button: QWidget | None) -> None:
    if not isinstance(button, QPushButton | QToolButton):
        return
    if button.menu() is not None:
        button.showMenu()
    else:
        button.click()


def _gave_back(field: QWidget | None) -> bool:
    before = _typed(field)
    keys.give_up(field)
    return _typed(field) != before


def _typed(field: QWidget | None) -> str:
    if isinstance(field, QComboBox):
        return field.currentText()
    return field.text() if isinstance(field, QLineEdit | QAbstractSpinBox) else ""
