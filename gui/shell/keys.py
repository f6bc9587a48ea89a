"""Which keys belong to the widget that has the focus, and must not reach the window's single-key actions.

Qt asks the focus widget and its parents first whether a key is theirs ("shortcut override"). Text fields say so
themselves; buttons, sliders and lists do not, and would never see Space or an arrow key.
"""

from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QMenuBar,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

ARROWS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}
PAGES = {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
USES_PAGES = (QAbstractSpinBox, QTextEdit, QPlainTextEdit)
TEXT = (QLineEdit, QAbstractSpinBox, QTextEdit, QPlainTextEdit)


@runtime_checkable
class GivesUp(Protocol):
    """A field that can forget what is being typed."""

    def give_up(self) -> None:
        """The text of before."""


@runtime_checkable
class HasKeys(Protocol):
    """A widget of this project that does something with keys that are the window's elsewhere."""

    own_keys: frozenset[Qt.Key]


@runtime_checkable
class Searched(Protocol):
    """A closed list of choices in which typed letters look for an entry while `searched`."""

    searched: bool


def is_text(widget: QWidget | None) -> bool:
    """Whether a widget takes typed text."""
    return isinstance(widget, TEXT) or (isinstance(widget, QComboBox) and widget.isEditable())


def _begins_typing(cells: QAbstractItemView, event: QKeyEvent) -> bool:
    """Whether a key is the first of what is typed into the chosen cell: "0.5" must not begin with the whole network."""
    return (
        bool(cells.editTriggers() & QAbstractItemView.EditTrigger.AnyKeyPressed)
        and event.text() > " "
        and event.text().isprintable()
    )


def give_up(field: QWidget | None) -> None:
    """Take back what is being typed in `field`, where it is a field that can do so."""
    if isinstance(field, GivesUp):
        field.give_up()


def belongs_to(widget: QWidget | None, event: QKeyEvent) -> bool:
    """Whether the focus widget wants this key for itself.

    A closed combo box keeps Up and Down, and what can begin an entry's name where Tab led to it: "relu" must not reset
    the network. After a choice with the mouse, letters and Space belong to the window.
    """
    key = Qt.Key(event.key())
    bare = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    if widget is None or not bare or key is Qt.Key.Key_Escape or Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35:
        return False
    if key in PAGES:  # what a clicker sends
        return isinstance(widget, USES_PAGES)
    if is_text(widget):
        return True
    if isinstance(widget, QAbstractItemView) and _begins_typing(widget, event):
        return True
    if isinstance(widget, HasKeys):
        return key in widget.own_keys
    if isinstance(widget, QAbstractItemView | QMenuBar):
        return key in ARROWS or key is Qt.Key.Key_Space
    if isinstance(widget, QAbstractButton):
        return key is Qt.Key.Key_Space
    if isinstance(widget, QAbstractSlider):
        return key in ARROWS
    if isinstance(widget, Searched) and widget.searched and event.text().isalnum():
        return True
    return isinstance(widget, QComboBox) and key in (Qt.Key.Key_Up, Qt.Key.Key_Down)
