"""The gradients of a whole layer: the matrix, of one sample or the mean, and what the cell says that is looked at."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from twostroke.gui.model.explain.account import EXPLAINERS, explain
from twostroke.gui.model.explain.facts import Facts
from twostroke.gui.model.explain.outer import Outer
from twostroke.gui.model.explain.quantities import Quantity
from twostroke.gui.model.trail import followed, instead
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.account.outer_matrix import OuterMatrix, Spot
from twostroke.gui.panels.base.widgets import Text, plain_button


class OuterView(QWidget):
    """One matrix with its choices. `chosen` carries a change of the choices, as that of a panel."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sample = plain_button("This sample", "The outer product of one sample", "")
        self.mean = plain_button("Mean", "The mean over the mini-batch, which the optimizer takes", "")
        self.matrix, self.told = OuterMatrix(), Text("", "remark", wrap=True)
        self._view: ViewState | None = None
        which, one = QHBoxLayout(), QButtonGroup(self)
        which.setSpacing(4)
        for button in (self.sample, self.mean):
            button.setCheckable(True)
            one.addButton(button)
            which.addWidget(button)
        which.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(which)
        layout.addWidget(self.matrix)
        layout.addWidget(self.told)
        self.sample.clicked.connect(lambda: self._take(True))
        self.mean.clicked.connect(lambda: self._take(False))
        self.matrix.looked.connect(self._tell)
        self.matrix.opened.connect(self._open)
        self.hide()

    def show_outer(self, view: ViewState, outer: Outer | None) -> None:
        """Show a matrix; nothing for None."""
        self.setVisible(outer is not None)
        self._view = view
        if outer is None:
            return
        self.sample.setChecked(outer.quantity.row is not None)
        self.mean.setChecked(outer.quantity.row is None)
        self.mean.setText("Mean" if view.tape is None else f"Mean of {view.tape.samples}")
        self.matrix.show_outer(outer, view.choices.digits)
        self._tell(self.matrix.at)

    def _take(self, sample: bool) -> None:
        if self._view is not None and self.matrix.outer is not None:
            row = self._view.row if sample else None
            self.chosen.emit(instead(replace(self.matrix.outer.quantity, row=row)))

    def quantity(self, spot: Spot) -> Quantity:
        """The number that is there."""
        outer, view = self.matrix.outer, self._view
        assert outer is not None and view is not None
        if spot.unit is not None and spot.source is not None:
            return outer.element(spot.unit, spot.source)
        facts = Facts(view, EXPLAINERS, view.choices.digits)
        delta, met = outer.factors(facts, spot.unit or 0, spot.source or 0, spot.sample)
        return met if spot.unit is None else delta

    def _tell(self, spot: Spot) -> None:
        """What the number under the pointer is, and how it came about."""
        if self._view is None or self.matrix.outer is None:
            return
        account = explain(self._view, self.quantity(spot), self._view.choices.digits)
        text = f"{account.title}: {account.text}"
        self.told.say(text)
        self.matrix.setAccessibleDescription(text)

    def _open(self, spot: Spot) -> None:
        self.chosen.emit(followed(self.quantity(spot)))
