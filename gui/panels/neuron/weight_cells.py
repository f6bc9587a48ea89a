"""The cells of the table of weights: marks that are painted, and the field in which a number is typed."""

from PySide6.QtCore import QAbstractItemModel, QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from twostroke.gui.look.icons import icon
from twostroke.gui.look.painting import saved
from twostroke.gui.look.theme import PALETTES, Palette
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.numbers import exact
from twostroke.gui.panels.base.cells import Index

FIELD_WIDTH = 110  # px: a number with all its digits; it lies over the name beside it
SIDE = 13


def mark_in(cell: QRect) -> QRect:
    """Where the mark of a row is, at the end of its name."""
    return QRect(cell.right() - SIDE - 1, cell.center().y() - SIDE // 2, SIDE, SIDE)


class NumberCells(QStyledItemDelegate):
    """`typed` carries a row and what was typed in it."""

    typed = Signal(int, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.palette_: Palette = PALETTES[Theme.DARK]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Names with a mark behind, pale under the mouse where there is none yet; the rest as usual."""
        mark = index.data(Qt.ItemDataRole.DecorationRole)
        if mark is None:
            super().paint(painter, option, index)
            return
        place, hovered = mark_in(option.rect), option.state & QStyle.StateFlag.State_MouseOver
        named = QStyleOptionViewItem(option)
        named.rect.setRight(place.left() - 1)
        super().paint(painter, named, index)
        if mark or hovered:
            with saved(painter):
                icon(mark or "lock", self.palette_, "" if mark else self.palette_.faint).paint(painter, place)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """The mark is painted here, not by the style."""
        super().initStyleOption(option, index)
        option.features &= ~QStyleOptionViewItem.ViewItemFeature.HasDecoration

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A field in place of the cell."""
        field = QLineEdit(parent)
        field.setAccessibleName("Number of the weight")
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        return field

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """All the digits there are."""
        assert isinstance(editor, QLineEdit)
        if not editor.isModified():
            editor.setText(exact(float(index.data(Qt.ItemDataRole.EditRole))))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """What was typed, where something was."""
        assert isinstance(editor, QLineEdit)
        if editor.isModified():
            self.typed.emit(index.row(), editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Wide enough for a number with all its digits, over the names beside it."""
        rect = QRect(option.rect)
        editor.setGeometry(rect.adjusted(min(0, rect.width() - FIELD_WIDTH), 0, 0, 0))
