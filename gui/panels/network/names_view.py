"""The list of activations: typed letters look for a title, and for what other libraries call the same."""

import time

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QListView, QToolButton

ALSO = Qt.ItemDataRole.UserRole + 1
"""Role of an entry's other names, a tuple."""


class NamesView(QListView):
    """A list in which letters typed one after the other are one word; below it, the way to the catalogue."""

    def __init__(self) -> None:
        super().__init__()
        self.catalogue = QToolButton(self)
        self.catalogue.setText("All functions…")
        self.catalogue.setToolTip("All activation functions on one page: curves, formulas, costs on this machine")
        self.catalogue.setProperty("role", "link")
        self.catalogue.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setViewportMargins(0, 0, 0, self.catalogue.sizeHint().height())
        self._typed, self._at = "", 0.0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The button stands below the entries."""
        super().resizeEvent(event)
        high = self.catalogue.sizeHint().height()
        inside = self.contentsRect()
        self.catalogue.setGeometry(inside.left(), inside.bottom() + 1 - high, inside.width(), high)

    def keyboardSearch(self, search: str) -> None:
        """Go to the first entry whose title begins with what was typed; where there is none, to one that is called so
        elsewhere.
        """
        now = time.monotonic()
        going_on = now - self._at <= QApplication.keyboardInputInterval() / 1000.0
        self._typed, self._at = (self._typed if going_on else "") + search.lower(), now
        model = self.model()
        rows = [model.index(row, 0) for row in range(model.rowCount())]
        titles = (row for row in rows if str(row.data()).lower().startswith(self._typed))
        others = (row for row in rows if any(name.startswith(self._typed) for name in row.data(ALSO) or ()))
        found = next(titles, None) or next(others, None)
        if found is not None:
            self.setCurrentIndex(found)
