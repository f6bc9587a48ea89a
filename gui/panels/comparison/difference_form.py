"""The form for one difference: in what, which, and whether the first numbers are the same."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from twostroke.engine.session.spec import Session
from twostroke.gui.model.differences import DIFFERENCES, Choice, Difference, Value
from twostroke.gui.panels.base.widgets import CalmComboBox, Text, rows

MATCHED = "Same first numbers"
MATCHED_TIP = (
    "It begins with the very weights and biases of the main network wherever the shapes agree, however its own "
    "initialisation would draw them"
)


class DifferenceForm(QWidget):
    """`wanted` carries the Difference to compare with."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._kind = ""  # whose choices are shown
        self.kind, self.value = CalmComboBox(), CalmComboBox()
        self.kind.setAccessibleName("In what the other network differs")
        self.value.setAccessibleName("How it differs")
        self.matched = QCheckBox(MATCHED)
        self.matched.setToolTip(MATCHED_TIP)
        self.matched.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.add = QPushButton("Compare")
        self.add.setToolTip("Have another network train beside this one, with this one difference")
        self.add.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.add.setAutoDefault(False)
        grid = rows()
        grid.addWidget(Text("Differs in", "muted"), 0, 0)
        grid.addWidget(self.kind, 0, 1)
        grid.addWidget(Text("Which", "muted"), 1, 0)
        grid.addWidget(self.value, 1, 1)
        grid.addWidget(self.matched, 2, 1)
        grid.addWidget(self.add, 3, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(grid)
        self.kind.currentIndexChanged.connect(self._show_choices)
        self.add.clicked.connect(self._want)

    def show_session(self, session: Session) -> None:
        """Offer what `session` leaves to differ; what is chosen stays chosen where it can."""
        if session is self._session:
            return
        self._session = session
        kinds = [kind for kind in DIFFERENCES.values() if kind.choices(session)]
        _fill(self.kind, [Choice(kind.id, kind.title) for kind in kinds])
        self._show_choices()

    def allow(self, on: bool) -> None:
        """Whether one more can be compared."""
        self.add.setEnabled(on)

    def _show_choices(self) -> None:
        kind = DIFFERENCES.get(str(self.kind.currentData()))
        if kind is None or self._session is None:
            return
        if kind.id != self._kind:
            self._kind = kind.id
            self.value.clear()  # 3 layers are no seed 3
        _fill(self.value, kind.choices(self._session), kind.first(self._session))
        self.matched.setEnabled(kind.matched)

    def _want(self) -> None:
        kind = str(self.kind.currentData())
        matched = self.matched.isChecked() and self.matched.isEnabled()
        self.wanted.emit(Difference(kind, self.value.currentData(), matched))


def _fill(combo: CalmComboBox, choices: Sequence[Choice], first: Value | None = None) -> None:
    """Other entries; the one that was chosen stays where it is among them, else `first` is."""
    wanted = [(choice.title, choice.value) for choice in choices]
    if wanted == [(combo.itemText(place), combo.itemData(place)) for place in range(combo.count())]:
        return
    before = combo.currentData()
    with QSignalBlocker(combo):
        combo.clear()
        for title, value in wanted:
            combo.addItem(title, value)
        there = before if combo.findData(before) >= 0 else first
        combo.setCurrentIndex(max(0, combo.findData(there)))
