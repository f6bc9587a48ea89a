"""What came of a race, as it is shown: a picture of one figure or a table of all, in the order asked for or by rank."""

import time

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from twostroke.engine.race.kept_rows import Key, key_of
from twostroke.engine.race.lineup import Lineup
from twostroke.engine.race.outcome import Row
from twostroke.engine.race.values import combination
from twostroke.engine.session.phrases import counted
from twostroke.gui.model.over_numbers import over_numbers
from twostroke.gui.model.race_figures import Figure, known_figures, strands, table_of_combinations, table_of_runs
from twostroke.gui.panels.base.widgets import CalmComboBox, Text
from twostroke.gui.shell.race.number_chart import NumberChart
from twostroke.gui.shell.race.race import Race
from twostroke.gui.shell.race.race_tables import RaceTable
from twostroke.gui.shell.race.spread_chart import RaceChart

PICTURE, AGAINST, COMBINATIONS, RUNS = "Picture", "Against number", "Table of combinations", "Table of runs"
NO_NUMBERS = "A chart against the number needs one place that is varied, over two numbers or more."
BEST, AS_ASKED = "Best median first", "In the order asked for"
RESTS = 10
"""So many times as long as showing the rows took, they are not shown anew."""

TOLD = 2
"""Failures that are told in full below the picture."""

AS_BOXES, AS_LINE = "median and quartiles, each run a dot", "the medians joined, each run a dot"


class Results(QWidget):
    """`opened` carries the row of a run that is to be opened."""

    opened = Signal(object)

    def __init__(self, race: Race, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._race = race
        self._figures: tuple[Figure, ...] = ()
        self._wished = False  # whether the user has chosen the figure
        self.figure, self.order, self.view = CalmComboBox(), CalmComboBox(), CalmComboBox()
        self.order.addItems((BEST, AS_ASKED))
        self.view.addItems((PICTURE, AGAINST, COMBINATIONS, RUNS))
        self.chart, self.against = RaceChart(), NumberChart()
        self.no_numbers = Text(NO_NUMBERS, "muted", wrap=True)
        self.combinations, self.runs = RaceTable("Combinations of the race"), RaceTable("Runs of the race")
        self.failures = Text("", "warning", wrap=True)
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.timeout.connect(self.show_rows)
        self._arrange()
        self.figure.currentIndexChanged.connect(self._wish)
        self.order.currentIndexChanged.connect(self.show_rows)
        self.view.currentIndexChanged.connect(self._choose_view)
        for shown in (self.chart, self.against, self.runs):
            shown.opened.connect(self.opened)

    def _arrange(self) -> None:
        choosers = QHBoxLayout()
        choosers.setSpacing(8)
        for combo, name in ((self.figure, "Figure"), (self.order, "Order"), (self.view, "Shown as")):
            combo.setAccessibleName(name)
            choosers.addWidget(combo)
        self.stack = QStackedWidget()
        pages = _page(self.chart), _page(self.no_numbers, self.against)
        for shown in (*pages, self.combinations, self.runs):
            self.stack.addWidget(shown)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(choosers)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.failures)

    @property
    def picture(self) -> RaceChart:
        """The picture that is shown, or was last."""
        return self.against if self.view.currentText() == AGAINST and self.against.plan is not None else self.chart

    def show_against(self, part: str, name: str) -> None:
        """Show that figure against the number that is varied."""
        self.view.setCurrentIndex(self.view.findText(AGAINST))
        place = next((i for i, each in enumerate(self._figures) if (each.part, each.name) == (part, name)), None)
        if place is not None:
            self.figure.setCurrentIndex(place)

    @property
    def chosen(self) -> Figure:
        """The figure that is shown."""
        return self._figures[max(self.figure.currentIndex(), 0)]

    def show_soon(self) -> None:
        """Show the rows, seldom where that takes long."""
        if not self._due.isActive():
            self._due.start()

    def show_rows(self) -> None:
        """Show what has come so far."""
        lineup, rows = self._race.lineup, self._race.rows
        self.setEnabled(lineup is not None)  # else it shows what was asked for before
        if lineup is None:
            return
        began = time.monotonic()
        own = [row for job in lineup.jobs if (row := rows.get(key_of(job))) is not None]
        self._offer(known_figures(own))
        view = self.view.currentText()
        if view == PICTURE:
            found = strands(lineup, rows, self.chosen, self.order.currentText() == BEST)
            self.chart.show_strands(found, self.chosen, self._title())
        elif view == AGAINST:
            self._show_against(lineup, rows)
        elif view == COMBINATIONS:
            self.combinations.show_table(table_of_combinations(lineup, rows, self._figures))
        else:
            self.runs.show_table(table_of_runs(lineup, rows, self._figures))
        self._tell_failures([row for row in own if row.failure])
        self._due.setInterval(int(1_000 * RESTS * (time.monotonic() - began)))

    def _show_against(self, lineup: Lineup, rows: dict[Key, Row]) -> None:
        found = over_numbers(lineup, rows, self.chosen)
        self.no_numbers.setVisible(found is None)
        self.against.setVisible(found is not None)
        if found is not None:
            self.against.key = lineup.keys[0]
            self.against.show_strands(found, self.chosen, f"{self._length()}; {AS_LINE}")

    def _title(self) -> str:
        lineup = self._race.lineup
        assert lineup is not None
        keys = " · ".join(lineup.keys) or "seeds alone"
        return f"{keys}, {self._length()}; {AS_BOXES}"

    def _length(self) -> str:
        assert self._race.lineup is not None
        seeds = counted(self._race.terms.seeds, "seed")
        return f"{seeds}, {counted(self._race.lineup.updates, 'update')} a run"

    def _offer(self, figures: tuple[Figure, ...]) -> None:
        """List these; the one that is shown stays, where it is among them."""
        if figures == self._figures:
            return
        before = self._figures[self.figure.currentIndex()] if self._wished else None
        self._figures = figures
        with QSignalBlocker(self.figure):
            self.figure.clear()
            self.figure.addItems([figure.title for figure in figures])
            self.figure.setCurrentIndex(figures.index(before) if before in figures else 0)

    def _wish(self) -> None:
        self._wished = True
        self.show_rows()

    def _choose_view(self, index: int) -> None:
        self.stack.setCurrentIndex(index)
        self.figure.setEnabled(self.view.currentText() in (PICTURE, AGAINST))
        self.order.setEnabled(self.view.currentText() == PICTURE)
        self.show_rows()

    def _tell_failures(self, failed: list[Row]) -> None:
        """The first of those that failed, and why."""
        assert self._race.lineup is not None
        keys = self._race.lineup.keys
        told = [
            f"{combination(dict(zip(keys, row.vary, strict=True))) or 'The session'}, seed {row.seed}: {row.failure}"
            for row in failed[:TOLD]
        ]
        more = len(failed) - TOLD
        told += [f"And {counted(more, 'run')} more: see {RUNS}."] if more > 0 else []
        self.failures.say("\n".join(told))
        self.failures.setVisible(bool(told))


def _page(*shown: QWidget) -> QScrollArea:
    """These below each other, scrolled where they are higher than the room."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    page = QWidget()
    page.setObjectName("column")
    inner = QVBoxLayout(page)
    inner.setContentsMargins(0, 0, 0, 0)
    for widget in shown:
        inner.addWidget(widget)
    inner.addStretch(1)
    area.setWidget(page)
    return area
