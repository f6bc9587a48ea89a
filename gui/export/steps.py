"""What slides, pages and the player take of a step: its picture, and all that there is to say of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from twostroke.gui.model.step_numbers import NO_NUMBERS, NumberTable, step_numbers
from twostroke.gui.model.view import ViewState

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from twostroke.gui.stage.paint.camera import Camera
    from twostroke.gui.stage.scene.items import Scene


class Composes(Protocol):
    """Makes a scene of that width and height, and how its network is looked at; `bare`: without caption and legend,
    which stand beside it."""

    def __call__(self, width: float, height: float, bare: bool = False) -> "tuple[Scene, Camera]": ...


@dataclass(frozen=True, eq=False)
class StepPicture:
    """One step as a writer takes it that needs more of it than its picture."""

    view: ViewState
    scene: "Scene"
    camera: "Camera"  # how its network is looked at
    draw: "Callable[[QPainter, QRectF], None]"  # as sharp as what is painted on
    compose: Composes  # the same for another width and height
    title: str  # of its shot, where that has one of its own
    told: str  # its caption, and of a long one what comes behind it
    marked: ViewState  # whose marks a legend tells: of networks that are compared those of all

    @property
    def caption(self) -> str:
        """What is happening, in one sentence."""
        return self.view.caption

    @cached_property
    def numbers(self) -> NumberTable:
        """Those that it has just made."""
        return NO_NUMBERS if self.view.tape is None else step_numbers(self.view)
