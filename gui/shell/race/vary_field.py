"""One place that a race varies: its name, or its path, and the values: ticked where it is one of a list, else typed."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from twostroke.gui.model.race_places import PLACES, Place
from twostroke.gui.panels.base.widgets import CalmComboBox

NOTHING = "Nothing else"
OTHER = "Another place…"
HIGHEST_LIST = 166
"""Pixels of a list; two of them have room on a small screen."""


class VaryField(QWidget):
    """`changed` says that it asks for something else. `optional`: nothing may be chosen, and is at first."""

    changed = Signal()

    def __init__(self, name: str, optional: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = CalmComboBox()
        self.place.setAccessibleName(name)
        if optional:
            self.place.addItem(NOTHING)
        for place in PLACES:
            self.place.addItem(place.title, place)
        self.place.addItem(OTHER, Place("", OTHER, ""))
        self.path = QLineEdit()
        self.path.setAccessibleName(f"{name}: path in the session")
        self.path.setPlaceholderText("such as training.batch_size")
        self.list = QListWidget()
        self.list.setAccessibleName(f"{name}: values")
        self.typed = QLineEdit()
        self.typed.setAccessibleName(f"{name}: values, with commas")
        self.typed.setPlaceholderText("values, with commas")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self.place, self.path, self.list, self.typed):
            layout.addWidget(widget)
        self.place.currentIndexChanged.connect(self._choose)
        self.path.textChanged.connect(self.changed)
        self.typed.textChanged.connect(self.changed)
        self.list.itemChanged.connect(self.changed)
        self._choose()

    def choose(self, key: str, values: str | None = None) -> None:
        """Vary that place, over these values, or those that it begins with."""
        places = [self.place.itemData(index) for index in range(self.place.count())]
        known = [index for index, place in enumerate(places) if place is not None and place.key == key]
        self.place.setCurrentIndex(known[0] if known else self.place.count() - 1)
        if not known or not key:
            self.path.setText(key)
        if values is not None:
            self._show_values(values)

    def asked(self) -> tuple[str, str] | None:
        """The place and its values as text; None where nothing is chosen."""
        place: Place | None = self.place.currentData()
        if place is None:
            return None
        return place.key or self.path.text().strip(), ",".join(self.ticked()) if place.choices else self.typed.text()

    def ticked(self) -> list[str]:
        """The values that are ticked."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return [str(i.data(Qt.ItemDataRole.UserRole)) for i in items if i.checkState() is Qt.CheckState.Checked]

    def _choose(self) -> None:
        place: Place | None = self.place.currentData()
        self.path.setVisible(place is not None and not place.key)
        self.list.setVisible(place is not None and bool(place.choices))
        self.typed.setVisible(place is not None and not place.choices)
        if place is not None:
            self._show_values(place.values)
        self.changed.emit()

    def _show_values(self, values: str) -> None:
        place: Place = self.place.currentData()
        if not place.choices:
            self.typed.setText(values)
            return
        ticked = values.split(",")
        with QSignalBlocker(self.list):
            self.list.clear()
            for value, title in place.choices:
                item = QListWidgetItem(title, self.list)
                item.setData(Qt.ItemDataRole.UserRole, value)
                item.setFlags(
                    Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
                )
                item.setCheckState(Qt.CheckState.Checked if value in ticked else Qt.CheckState.Unchecked)
            self.list.setCurrentRow(0)
        lines = self.list.sizeHintForRow(0) * self.list.count() + 2 * self.list.frameWidth()
        self.list.setFixedHeight(min(lines, HIGHEST_LIST))
        self.changed.emit()
