"""What all tables of the panels need of Qt's models."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
"""The parent of all cells of a table."""


def alignment(column: int) -> Qt.AlignmentFlag:
    """Names, in the first column, begin at one edge; numbers end at one."""
    return (Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
