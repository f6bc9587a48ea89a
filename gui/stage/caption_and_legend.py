"""Caption and legend alone, below several pictures of which none has the room for its own."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.build import frame_at
from twostroke.gui.stage.scene.items import Scene, Text
from twostroke.gui.stage.stage import Stage

HEIGHT = 118
"""Pixels: two lines of caption, three of legend."""


class CaptionAndLegend(Stage):
    """What is said of the main picture, without the network."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Caption and legend")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setMinimumSize(0, HEIGHT)
        self.setMaximumHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def draw_larger(self, scale: float) -> None:
        """The same, in a height that goes with it."""
        self.setMinimumSize(0, round(scale * HEIGHT))
        self.setMaximumHeight(round(scale * HEIGHT))
        super().draw_larger(scale)

    @np.errstate(over="ignore", invalid="ignore")
    def _compose(self, view: ViewState) -> Scene:
        """The legend lies below, as links do: it rests, where two lines of a new caption come so near to it that it
        would be painted again."""
        scene = frame_at(view, self.width() / self.scale, self.height() / self.scale)
        caption = tuple(item for item in scene.frame if isinstance(item, Text) and item.role == "caption")
        return replace(scene, frame=caption, ground=(tuple(item for item in scene.frame if item not in caption),))
