"""What Tab can stop at in a window, by what Qt says of it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QWidget


def is_stop(widget: QWidget) -> bool:
    """Whether it takes the focus by Tab itself. A field's inner line is the field.

    The line is not asked for its proxy: PySide6 6.11 would hold the field ever after.
    """
    if isinstance(widget, QLineEdit) and isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox):
        return False
    by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(by_tab) and widget.isVisible() and widget.focusProxy() is None
