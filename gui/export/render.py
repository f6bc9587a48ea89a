"""From a frame to a picture, by the same path as the screen's: resolve, scene_at, paint. Works without a display."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QFontDatabase, QGuiApplication, QImage, QPainter

from twostroke.gui.export.canvases import Canvas, Canvases
from twostroke.gui.export.kind import Needs
from twostroke.gui.export.staging import Seen, Staging
from twostroke.gui.export.steps import StepPicture
from twostroke.gui.look.painting import painting
from twostroke.gui.look.theme import FONT_FAMILY
from twostroke.gui.model.storyboard.board import Storyboard
from twostroke.gui.model.storyboard.shot_frames import BoardFrame
from twostroke.gui.model.storyboard.taken import Taken
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.paint.camera import Camera
from twostroke.gui.stage.paint.ground import Ground

if TYPE_CHECKING:
    from twostroke.gui.stage.scene.items import Scene

SAMPLE_BYTES = 256 * 2**20
"""What images that are kept may take: all samples of a film in full HD, eight in 4K."""


class AnyFrames(Protocol):
    """A film, or some of its frames."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> BoardFrame: ...


Drawing = Callable[[QPainter, QRectF], None]


def _drawn(scene: "Scene", camera: Camera, transparent: bool) -> Drawing:
    from twostroke.gui.stage.paint.painter import paint

    return lambda painter, rect: paint(painter, scene, rect, camera, bare=transparent)


@cache  # which also keeps it alive
def _own_application() -> QCoreApplication:
    return QGuiApplication(["twostroke", "-platform", "offscreen"])


def ensure_application() -> QCoreApplication:
    """The program's QGuiApplication; where there is none, one that needs no display. Call it in the main thread."""
    return QCoreApplication.instance() or _own_application()


def ensure_font() -> None:
    """Make the bundled typeface known to Qt, unless the window has done so already."""
    if FONT_FAMILY not in QFontDatabase.families():
        from twostroke.gui.look.style import load_fonts

        load_fonts()


class FrameRenderer:
    """Paints frames of a storyboard at one size."""

    def __init__(
        self,
        takes: Callable[[int], Taken],
        frames: AnyFrames,
        board: Storyboard,
        size: tuple[int, int],
    ) -> None:
        self._takes, self._frames = takes, frames
        self._staging = Staging(board)
        self._width, self._height = size
        self._transparent = board.picture.transparent
        self.told: dict[BoardFrame, str] = {}  # what stands below each frame that was painted
        self._found: tuple[int, BoardFrame] | None = None
        self._last: tuple[BoardFrame, QImage] | None = None
        self._ground = Ground()
        self._canvases = Canvases(size, self._transparent)
        self._kept: dict[BoardFrame, QImage] = {}
        self._room = SAMPLE_BYTES // (4 * self._width * self._height)

    def _frame(self, index: int) -> BoardFrame:
        """To find it takes a while, and several ask for it."""
        if self._found is None or self._found[0] != index:
            self._found = index, self._frames[index]
        return self._found[1]

    def view(self, index: int) -> ViewState:
        """What frame `index` shows."""
        frame = self._frame(index)
        view = self._staging.view(self._takes(frame.take), frame)
        self.told[frame] = view.caption
        return view

    def picture(self, needs: Needs) -> Callable[[int], Any]:
        """What turns the number of a frame into the picture that a writer needs."""
        pictures: dict[Needs, Callable[[int], Any]] = {
            Needs.IMAGE: self.image,
            Needs.DRAWING: self.drawing,
            Needs.SCENE: self.scene,
            Needs.STEP: self.step,
        }
        return pictures[needs]

    def sampler(self, needs: Needs) -> Callable[[int], Any]:
        """The same of pictures that are looked at beforehand."""
        return self.sample if needs is Needs.IMAGE else self.picture(needs)

    def scene(self, index: int) -> "Scene":
        """Frame `index` as shapes."""
        return self._seen(index)[0]

    @np.errstate(over="ignore", invalid="ignore")  # numbers near the end of their range still make a picture
    def _seen(self, index: int) -> Seen:
        return self._composed(index, self.view(index), self._width, self._height)

    def _composed(self, index: int, view: ViewState, width: float, height: float, bare: bool = False) -> Seen:
        frame = self._frame(index)
        return self._staging.seen(view, self._takes(frame.take), frame, float(width), float(height), bare)

    def drawing(self, index: int) -> Drawing:
        """A function that draws frame `index`."""
        return _drawn(*self._seen(index), self._transparent)

    def step(self, index: int) -> StepPicture:
        """Frame `index` with all that there is to say of it."""
        view, frame = self.view(index), self._frame(index)
        scene, camera = self._composed(index, view, self._width, self._height)

        def composed(width: float, height: float, bare: bool = False) -> Seen:
            return self._composed(index, view, width, height, bare)

        title, told = self._staging.title(frame), self._staging.told(view, frame)
        marked = replace(view, main=view) if self._takes(frame.take).beside else view
        drawn = _drawn(scene, camera, self._transparent)
        return StepPicture(view, scene, camera, drawn, composed, title, told, marked)

    def image(self, index: int) -> QImage:
        """Frame `index` as an image, 4 bytes a pixel. Where the film rests, the same image is handed out again."""
        frame = self._frame(index)
        if self._last is None or self._last[0] != frame:
            image = self._kept.pop(frame, None)
            self._last = frame, self._painted(index, self._canvases.free()) if image is None else image
        return self._last[1]

    def sample(self, index: int) -> QImage:
        """As `image`, and kept, where there is room, until `image` is asked for the frame: it is painted once."""
        frame = self._frame(index)
        if frame in self._kept:
            return self._kept[frame]
        own = Canvas((self._width, self._height), self._transparent)  # it would stay away from the others too long
        image = self._painted(index, own)
        if len(self._kept) < self._room:
            self._kept[frame] = image
        return image

    def _painted(self, index: int, canvas: Canvas) -> QImage:
        from twostroke.gui.stage.paint.painter import paint, paint_over

        scene, camera = self._seen(index)
        there, canvas.shows = canvas.shows, 0  # until all of it is painted
        if self._transparent:
            canvas.image.fill(0)
            with painting(canvas.image) as painter:
                paint(painter, scene, QRectF(canvas.image.rect()), camera, bare=True)
        else:
            canvas.shows = paint_over(canvas.image, scene, camera, self._ground, there)
        return canvas.handed_out()
