"""What the engine takes only while somebody looks at it: asked for when a part of the window comes into sight."""

from collections.abc import Callable

from twostroke.engine.border.commands import Watch
from twostroke.engine.border.snapshot import Snapshot
from twostroke.gui.model.choices import Choices
from twostroke.gui.stage.scene.lenses import lens_of


class Watching:
    """Asks by `ask` where something else is looked at than before."""

    def __init__(self, ask: Callable[[Watch], object]) -> None:
        self._ask = ask
        self._asked = Watch()
        self.neuron = False  # whether the panel of the pinned neuron is in sight
        self.health = False  # whether anything is that shows how the network is doing
        self.window = True  # whether there is a window to look at
        self.regions = False  # whether the map is, with the regions on it
        self.surface = False  # whether the panel of the loss surface is

    def look(self, snapshot: Snapshot | None, choices: Choices) -> None:
        """Have taken what is looked at."""
        if snapshot is None:
            return
        pinned = self.neuron and choices.selected is not None
        maps = lens_of(choices.lens).maps or (pinned and _has_portraits(snapshot))
        surface = choices.surface if self.surface and self.window else None
        wanted = Watch(maps, self.health and self.window, self.regions and self.window, surface)
        if wanted != self._asked:
            self._asked = wanted
            self._ask(wanted)

    def forget(self) -> None:
        """The engine is gone; the next one takes nothing yet."""
        self._asked = Watch()


def _has_portraits(snapshot: Snapshot) -> bool:
    """Whether the data can show what a neuron answers to."""
    info = snapshot.data.info
    return info.picture != "table" or info.image is not None
