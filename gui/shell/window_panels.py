"""The panels as the window has them: which there are, who hears them, and what is computed while they are seen."""

from collections.abc import Callable, Collection
from functools import partial
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from twostroke.gui.drive.controller import Controller
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.lesson.lesson_panel import LessonPanel
from twostroke.gui.panels.neuron.inspector import InspectorPanel
from twostroke.gui.panels.output.output_panel import OutputPanel
from twostroke.gui.panels.table import PANELS, AnyPanel, Side
from twostroke.gui.shell.preferences import Preferences

P = TypeVar("P", bound=AnyPanel)


class WindowPanels:
    """One of each in the table."""

    def __init__(self, controller: Controller, preferences: Preferences) -> None:
        self.by_id: dict[str, AnyPanel] = {entry.id: entry.kind() for entry in PANELS}
        self._controller, self._preferences = controller, preferences
        self._shown: Collection[Side] = ()

    def of(self, kind: type[P]) -> P:
        """The panel of that class."""
        return next(panel for panel in self.by_id.values() if isinstance(panel, kind))

    def on(self, side: Side) -> list[AnyPanel]:
        """Those at that side, in their order."""
        return [self.by_id[entry.id] for entry in PANELS if entry.side is side]

    def show(self, on: bool) -> None:
        """Those of a network: what their fields begin with is in no session."""
        for panel in self.by_id.values():
            if isinstance(panel, Panel) and not isinstance(panel, LessonPanel):
                panel.setVisible(on)

    def connect_to(self, reveal: Callable[[QWidget], object]) -> None:
        """Have them heard; `reveal` brings one into sight."""
        for panel in self.by_id.values():  # each by itself: a fault in one keeps no other from its view
            self._controller.panel_view.connect(panel.show_view)
            panel.command.connect(self._controller.send)
            panel.asked.connect(self._controller.ask)
            panel.chosen.connect(self._controller.alter)
        for id, panel in self.by_id.items():
            if isinstance(panel, Panel):
                panel.needed.connect(partial(reveal, panel))
                panel.folding.connect(partial(self._keep_folded, id, panel))
        self.of(OutputPanel).regions.toggled.connect(lambda: self.tell_of_seen(self._shown))

    def fold_as_before(self) -> None:
        """As the last window left them."""
        for id in self._preferences.folded:
            panel = self.by_id[id]
            if isinstance(panel, Panel):
                panel.fold(True)

    def tell_of_seen(self, shown: Collection[Side]) -> None:
        """What a neuron answers to, and how the network is doing, are computed while they can be seen."""
        self._shown = shown
        seen = [self.by_id[entry.id] for entry in PANELS if entry.side in shown]
        open_ = [panel for panel in seen if isinstance(panel, Panel) and not panel.folded]
        self._controller.show_neuron(self.of(InspectorPanel) in open_)
        self._controller.show_health(any(panel.needs_health for panel in open_))
        self._controller.show_surface(any(panel.needs_surface for panel in open_))
        output = self.of(OutputPanel)
        self._controller.show_regions(output in open_ and output.regions.isChecked())

    def _keep_folded(self, id: str, panel: Panel) -> None:
        self._preferences.keep_folded(id, panel.folded)
        self.tell_of_seen(self._shown)
