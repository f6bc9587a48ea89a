"""What a race is asked for: one or two places with their values, seeds, updates."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from twostroke.engine.race.lineup import MOST_RUNS
from twostroke.gui.fields.number_fields import CalmSpinBox, begin_alike
from twostroke.gui.model.race_terms import Terms
from twostroke.gui.panels.base.widgets import Text
from twostroke.gui.shell.race.vary_field import VaryField

SEEDS, UPDATES = 10, 10_000
MOST_UPDATES = 2_000_000_000


class RaceForm(QWidget):
    """`changed` says that it asks for something else; `declined` why a number that was typed does not stand."""

    changed = Signal()
    declined = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first, self.second = VaryField("Vary"), VaryField("And vary", optional=True)
        self.seeds = _number("Seeds", 1, MOST_RUNS, SEEDS)
        self.updates = _number("Updates of each run", 0, MOST_UPDATES, UPDATES)
        numbers = QFormLayout()
        numbers.setHorizontalSpacing(16)
        numbers.setVerticalSpacing(6)
        numbers.addRow("Seeds", self.seeds)
        numbers.addRow("Updates of each run", self.updates)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for title, field in (("Vary", self.first), ("And", self.second)):
            layout.addWidget(Text(title, "section"))
            layout.addWidget(field)
            field.changed.connect(self.changed)
        layout.addSpacing(4)
        layout.addLayout(numbers)
        for box in (self.seeds, self.updates):
            box.valueChanged.connect(self.changed)
            box.declined.connect(lambda text, box=box: self.declined.emit(_why_not(box, text)))

    def ask_for(self, terms: Terms) -> None:
        """Ask for these, which vary one place."""
        ((key, values),) = terms.vary
        self.second.place.setCurrentIndex(0)
        self.first.choose(key, values)
        self.seeds.setValue(terms.seeds)
        self.updates.setValue(terms.updates)

    def terms(self) -> Terms:
        """What it asks for now."""
        vary = tuple(found for field in (self.first, self.second) if (found := field.asked()) is not None)
        return Terms(vary, self.seeds.value(), self.updates.value())


def _number(name: str, least: int, most: int, value: int) -> CalmSpinBox:
    box = CalmSpinBox()
    box.setAccessibleName(name)
    box.setRange(least, most)
    box.setValue(value)
    begin_alike(box)
    return box


def _why_not(box: CalmSpinBox, text: str) -> str:
    least, most = box.minimum(), box.maximum()
    return f"{box.accessibleName()}: “{text}” does not do; a whole number from {least:,} to {most:,} does."
