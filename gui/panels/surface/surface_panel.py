"""The loss surface through two directions, with the path of the run; computed while the network stands still."""

from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from twostroke.engine.border.loss_surface import Directions, SurfaceWish
from twostroke.gui.model import surface_words
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.numbers import shown_with
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.base.seeking import Seeking, shown_update, within
from twostroke.gui.panels.base.widgets import CalmComboBox, Text, plain_button, rows
from twostroke.gui.panels.surface.surface_chart import SurfaceChart

TITLES = {Directions.PATH: "Path of the run", Directions.RANDOM: "Random directions"}
TIPS = {
    Directions.PATH: "The two directions in which the states of this run differ most (principal components)",
    Directions.RANDOM: "Two random directions; each unit's weights move by as much as they are long",
}


class SurfacePanel(Panel):
    """Which directions and how far; the cells; what is under the pointer; and what all of it leaves out."""

    TITLE = "Loss surface"

    live_seconds = 0.2
    needs_surface = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seeking = Seeking(self.asked.emit)
        self.directions = CalmComboBox()
        self.directions.setAccessibleName("Directions of the loss surface")
        for each, title in TITLES.items():
            self.directions.addItem(title, each)
        self.directions.activated.connect(self._choose_directions)
        self.reach = CalmComboBox()
        self.reach.setAccessibleName("How far the loss surface goes")
        self.reach.activated.connect(self._choose_reach)
        self.others = plain_button("others", "Draw two other random directions", "link", self)
        self.others.clicked.connect(self._draw_others)
        self.status = Text("", "muted", wrap=True)
        self.chart = SurfaceChart()
        self.chart.pointed.connect(self._show_reading)
        self.chart.picked.connect(self._seek)
        self.reading = Text("", wrap=True)
        self.about = Text("", "remark", wrap=True)
        self._there = (self.chart, self.reading, self.about)  # where there is a surface
        self._lay_out()
        for widget in (self.others, *self._there):
            widget.hide()

    def _lay_out(self) -> None:
        grid = rows()
        grid.addWidget(Text("Directions", "muted"), 0, 0)
        grid.addWidget(self.directions, 0, 1)
        grid.addWidget(Text("Reach", "muted"), 1, 0)
        second = QHBoxLayout()
        second.addWidget(self.reach, 1)
        second.addWidget(self.others)
        grid.addLayout(second, 1, 1)
        self.body.addLayout(grid)
        for widget in (self.status, *self._there):
            self.body.addWidget(widget)

    def refresh(self, view: ViewState) -> None:
        """Draw anew where there is another surface, or the network has moved on it."""
        wish, found = view.choices.surface, view.snapshot.surface
        self._show_wish(wish)
        self.status.say(surface_words.status(view.snapshot, wish))
        there = found is not None and found.loss is not None
        for widget in self._there:
            widget.setVisible(there)
        if found is not None and there:
            now = view.snapshot.on_surface
            self.chart.show_surface(found, None if now is None else now[:2], shown_update(view))
            self.chart.name_losses(view.snapshot.data.target_scale is not None)
            self.about.say(surface_words.about(view.snapshot))
            self.chart.setAccessibleDescription(f"{self.status.text()} {self.about.text()}")
            self._show_reading()

    def _show_wish(self, wish: SurfaceWish) -> None:
        self.directions.select(wish.directions)
        self.directions.setToolTip(TIPS[wish.directions])
        self.others.setVisible(wish.directions is Directions.RANDOM)
        texts = [surface_words.reach_text(reach, wish.directions) for reach in surface_words.REACHES]
        if [self.reach.itemText(i) for i in range(self.reach.count())] != texts:
            self.reach.clear()
            for reach, text in zip(surface_words.REACHES, texts, strict=True):
                self.reach.addItem(text, reach)
        self.reach.select(wish.reach)

    def _show_reading(self) -> None:
        """What is under the pointer; else where the network is."""
        found, at = self.chart.found, self.chart.at
        if self._view is None or found is None:
            return
        with shown_with(self._view.choices.digits):
            if isinstance(at, tuple):
                self.reading.say(surface_words.cell(found, *at))
            elif at is not None:
                self.reading.say(surface_words.state(found, at))
            else:
                self.reading.say(surface_words.now(self._view))

    # -- what the user does ----------------------------------------------------------------------------------------

    def _choose_directions(self) -> None:
        self._wish(directions=self.directions.currentData())

    def _choose_reach(self) -> None:
        self._wish(reach=self.reach.currentData())

    def _draw_others(self) -> None:
        if self._view is not None:
            self._wish(seed=self._view.choices.surface.seed + 1)

    def _wish(self, **change: object) -> None:
        self.chosen.emit(partial(_with_wish, change))

    def _seek(self, update: int) -> None:
        if self._view is not None:
            self._seeking.let_go(within(update, self._view.snapshot), shown_update(self._view))


def _with_wish(change: dict[str, object], choices: Choices) -> Choices:
    return replace(choices, surface=replace(choices.surface, **change))  # type: ignore[arg-type]
