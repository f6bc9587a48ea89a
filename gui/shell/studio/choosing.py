"""What the forms of the studio have in common."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox


def select(box: QComboBox, data: object) -> None:
    """Show the entry that carries what is equal to `data`, without a signal; Qt compares numbers and texts alone."""
    for index in range(box.count()):
        if box.itemData(index) == data:
            with QSignalBlocker(box):
                box.setCurrentIndex(index)
            return
