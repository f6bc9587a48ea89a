"""What a table wants told as a list: the words that count as missing, and several columns to predict."""

import csv
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from twostroke.gui.fields.number_fields import EntryLine
from twostroke.gui.model.user_text import one_line, tip
from twostroke.gui.panels.base.widgets import Text, rows

MARKERS_NAME = "Also missing"


def joined(words: Sequence[str]) -> str:
    """The words with commas between them; one that holds a comma or a quote stands in quotes."""
    return ", ".join('"' + word.replace('"', '""') + '"' if {",", '"'} & set(word) else word for word in words)


def parted(text: str) -> tuple[str, ...]:
    """The words of such a line, without those that are empty or there already."""
    found = next(csv.reader([text.replace("\n", " ")], skipinitialspace=True), [])
    return tuple(dict.fromkeys(word.strip() for word in found if word.strip()))


class MarkersField(QWidget):
    """The words that count as missing besides empty cells, in one line. `entered` carries those that were typed."""

    entered = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = EntryLine()
        self.field.setAccessibleName("Missing markers")
        self.field.setPlaceholderText("only empty cells")
        self._shown: tuple[str, ...] = ()
        self.field.editingFinished.connect(self._enter)
        name = Text(MARKERS_NAME, "muted")
        name.setBuddy(self.field)
        grid = rows(self)
        grid.addWidget(name, 0, 0)
        grid.addWidget(self.field, 0, 1)
        self.setFocusProxy(self.field)

    def show_markers(self, markers: tuple[str, ...]) -> None:
        """Show a session's words, unless others are being typed."""
        if markers != self._shown or not self.field.hasFocus():
            self._give(markers)

    def _give(self, markers: tuple[str, ...]) -> None:
        self._shown = markers
        self.field.give(joined(markers))
        self.field.setCursorPosition(0)
        told = ", ".join(markers) or "none"
        self.field.setToolTip(
            tip(f"Cells that count as missing, besides empty ones: {told}\nWith commas between; capitals or not")
        )

    def _enter(self) -> None:
        markers = parted(self.field.text())
        changed = markers != self._shown
        self._give(markers)
        if changed:
            self.entered.emit(markers)


class TargetsDialog(QDialog):
    """Columns of numbers to choose several targets from; `chosen` has their names, in the order of the table.

    Deletes itself when closed.
    """

    chosen = Signal(tuple)

    def __init__(self, names: Sequence[str], targets: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Targets")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = QListWidget()
        self.list.setAccessibleName("Columns to predict")
        for name in names:
            item = QListWidgetItem(one_line(name), self.list)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setToolTip(tip(name))
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked if name in targets else Qt.CheckState.Unchecked)
        self.list.setSpacing(3)
        self.list.setCurrentRow(0)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.chosen.emit(self.names()))
        self.list.itemChanged.connect(lambda _: self._judge())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(Text("Columns to predict", "heading"))
        layout.addWidget(Text("Values that the network learns: an output for each. Columns of numbers only.", "muted"))
        layout.addWidget(self.list, 1)
        layout.addWidget(self.buttons)
        self.resize(420, 380)
        self._judge()

    def names(self) -> tuple[str, ...]:
        """The columns that are ticked."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return tuple(
            str(item.data(Qt.ItemDataRole.UserRole)) for item in items if item.checkState() is Qt.CheckState.Checked
        )

    def _judge(self) -> None:
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(self.names()))
