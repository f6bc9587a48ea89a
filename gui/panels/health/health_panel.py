"""How the layers and their units do: one figure of all layers over the updates, and the units of one layer."""

from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtWidgets import QWidget

from twostroke.engine.border import commands as c
from twostroke.engine.border.health import Health
from twostroke.gui.model.choices import Choices, NeuronRef
from twostroke.gui.model.health_figures import FIGURES, Figure
from twostroke.gui.model.unit_health import known_health, units_of
from twostroke.gui.model.update_axis import UpdateAxis, axis_of
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.bars import Bar, LayerBars
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.base.seeking import within
from twostroke.gui.panels.base.widgets import CalmComboBox, Text, rows
from twostroke.gui.panels.health.collapse_view import CollapseView
from twostroke.gui.panels.health.course_chart import CourseChart, course_of
from twostroke.gui.panels.health.firing_bars import FiringBars
from twostroke.gui.panels.health.gate_spread import GateSpread

FIRST = "gradient"
NUMBERS = 50  # px for the numbers beside the bars, at least


class HealthPanel(Panel):
    """Layers above, units below; all on fixed scales."""

    TITLE = "Health"

    live_seconds = 0.4
    needs_health = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawn: tuple[object, ...] = ()  # the examination, and what is chosen of it
        self._layer: int | None = None  # that was chosen, 1...depth
        self._pinned: NeuronRef | None = None
        self.waiting = Text("", "muted", wrap=True)
        self.figure = CalmComboBox()
        self.figure.setAccessibleName("Figure of the layers")
        for each in FIGURES:
            self.figure.addItem(each.title, each.id)
        self.figure.select(FIRST)
        self.figure.currentIndexChanged.connect(self._refresh)
        self.tip = Text("", "remark", wrap=True)
        self.chart = CourseChart()
        self.chart.pointed.connect(self._show_bars)
        self.chart.sought.connect(self._seek)
        self.when = Text("", "muted", wrap=True)
        self.bars = LayerBars("Figure of each layer", NUMBERS)
        self.layer = CalmComboBox()
        self.layer.setAccessibleName("Layer whose units are shown")
        self.layer.activated.connect(self._choose_layer)
        self.collapse = CollapseView()
        self.firing, self.spread = FiringBars(), GateSpread()
        for view in (self.firing, self.spread):
            view.pinned.connect(self._pin)
            view.hovered.connect(self._hover)
        self._lay_out()

    def _lay_out(self) -> None:
        self.inside = QWidget()
        grid = rows(self.inside)
        whole = (self.tip, self.chart, self.when, self.bars)
        grid.addWidget(self.collapse, 0, 0, 1, 2)
        grid.addWidget(Text("Of each layer", "muted"), 1, 0)
        grid.addWidget(self.figure, 1, 1)
        for row, widget in enumerate(whole, start=2):
            grid.addWidget(widget, row, 0, 1, 2)
        last = len(whole) + 2
        grid.addWidget(Text("Units of", "muted"), last, 0)
        grid.addWidget(self.layer, last, 1)
        for row, view in enumerate((self.firing, self.spread), start=last + 1):
            grid.addWidget(view, row, 0, 1, 2)
        self.body.addWidget(self.waiting)
        self.body.addWidget(self.inside)
        self.inside.hide()

    @property
    def chosen_figure(self) -> Figure:
        """What is shown of the layers."""
        return FIGURES[max(self.figure.currentIndex(), 0)]

    def refresh(self, view: ViewState) -> None:
        """Draw anew where there is another examination, or something else is chosen."""
        health = known_health(view)
        self.waiting.setVisible(health is None)
        self.waiting.say("" if health is not None else "Being examined…")
        self.inside.setVisible(health is not None)
        if health is None:
            return
        if view.choices.selected != self._pinned:
            self._pinned = view.choices.selected
            self._layer = None
        axis, figure = axis_of(view), self.chosen_figure
        now = (health, axis, figure.id, view.choices.selected, self._layer, view.choices.digits)
        if now != self._drawn:
            self._drawn = now
            self.collapse.show_health(health, view.snapshot.session.network.dtype, view.choices.digits)
            self._show_layers(health, figure, axis)
            self._show_units(view, health)

    def _show_layers(self, health: Health, figure: Figure, axis: UpdateAxis) -> None:
        self.tip.say(figure.tip)
        self.figure.setToolTip(figure.tip)
        pinned = None if self._pinned is None or self._pinned.layer == 0 else self._pinned.layer - 1
        course = course_of(figure, health, axis)
        self.chart.show_course(course, pinned)
        self.when.setVisible(not course.many)
        self.bars.setVisible(not course.many)
        self._show_bars()

    def _show_bars(self) -> None:
        """Of now, or of the examination that is pointed at."""
        course = self.chart.course
        if course is None or course.many or not course.update.size:
            return
        at = len(course.update) - 1 if self.chart.at is None else self.chart.at
        now = "Now, update" if self.chart.at is None else "At update"
        self.when.say(f"{now} {int(course.update[at]):,}:")
        shares = np.nan_to_num(course.shares[at]).tolist()
        bars = tuple(Bar(name, shares[i], course.text(at, i)) for i, name in enumerate(course.names))
        self.bars.show_bars(bars, course.figure.gradient, course.marks)

    def _show_units(self, view: ViewState, health: Health) -> None:
        names = tuple(layer.name for layer in health.layers)
        if tuple(self.layer.itemText(i) for i in range(self.layer.count())) != names:
            self.layer.clear()
            for number, name in enumerate(names, start=1):
                self.layer.addItem(name, number)
        pinned = self._pinned.layer if self._pinned is not None and self._pinned.layer > 0 else 1
        shown = min(pinned if self._layer is None else self._layer, len(names))
        self.layer.select(shown)
        units = units_of(view, health, shown)
        self.firing.show_units(units)
        self.spread.show_units(units)

    # -- what the user does ----------------------------------------------------------------------------------------

    def _choose_layer(self, index: int) -> None:
        self._layer = index + 1
        self._refresh()

    def _shown_layer(self) -> int:
        return max(self.layer.currentIndex(), 0) + 1

    def _pin(self, unit: int) -> None:
        self.chosen.emit(partial(replace, selected=NeuronRef(self._shown_layer(), unit), pinned_link=None))

    def _hover(self, unit: int | None) -> None:
        self.chosen.emit(partial(_with_hovered, None if unit is None else NeuronRef(self._shown_layer(), unit)))

    def _seek(self, update: int) -> None:
        if self._view is not None:
            self.command.emit(c.Seek(within(update, self._view.snapshot)))


def _with_hovered(who: NeuronRef | None, choices: Choices) -> Choices:
    return replace(choices, hovered=who)
