"""The list of activations: typed letters look for a title, and for what other libraries call the same."""

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QListView

from twostroke.engine.catalogue.other_names import ENTRIES

ALSO = Qt.ItemDataRole.UserRole + 1
"""Role of an entry's other names, a tuple."""


def also_called(activation: str) -> tuple[str, ...]:
    """Other names of an activation that mean the same to the last number."""
    found = (each for each in ENTRIES if each.kind == "activation" and each.ours == activation and not each.but)
    return tuple(name for each in found for name in each.names)


class NamesView(QListView):
    """A list in which letters typed one after the other are one word."""

    def __init__(self) -> None:
        super().__init__()
        self._typed, self._at = "", 0.0

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
