"""From a frame to a picture, by the same path as the screen's: resolve, scene_at, paint. Works without a display."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QFontDatabase, QGuiApplication, QImage, QPainter

from twostroke.engine.border.cursor import Cursor, Extra
from twostroke.gui.export.canvases import Canvas, Canvases
from twostroke.gui.export.clip import Frame
from twostroke.gui.export.kind import Needs
from twostroke.gui.export.steps import StepPicture
from twostroke.gui.export.takes import Take, Takes
from twostroke.gui.look.painting import painting
from twostroke.gui.look.theme import FONT_FAMILY
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.score import score_of
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.paint.camera import STRAIGHT, Camera
from twostroke.gui.stage.paint.ground import Ground

if TYPE_CHECKING:
    from twostroke.gui.stage.scene.items import Scene

SAMPLE_BYTES = 256 * 2**20
"""What images that are kept may take: all samples of a clip in full HD, eight in 4K."""


class Frames(Protocol):
    """A clip or a still."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> Frame: ...


Drawing = Callable[[QPainter, QRectF], None]


def _drawn(scene: "Scene") -> Drawing:
    from twostroke.gui.stage.paint.painter import paint

    return lambda painter, rect: paint(painter, scene, rect)


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


def on_tape(cursor: Cursor, take: Take) -> Cursor:
    """The same moment of an update whose mini-batch may be smaller: one sample alone has no mean of its own."""
    if cursor.term is not Extra.MEAN or take.tape.samples > 1:
        return cursor
    return score_of(take.tape, take.snapshot.session.network).read(cursor, by_neuron=True)


class FrameRenderer:
    """Paints the frames of a clip at one size."""

    def __init__(self, takes: Takes, frames: Frames, choices: Choices, size: tuple[int, int]) -> None:
        self._takes, self._frames, self._choices = takes, frames, choices
        self._width, self._height = size
        self._last: tuple[Frame, QImage] | None = None
        self._ground = Ground()
        self._canvases = Canvases(size)
        self._kept: dict[Frame, QImage] = {}
        self._room = SAMPLE_BYTES // (4 * self._width * self._height)

    def view(self, index: int) -> ViewState:
        """What frame `index` shows."""
        frame = self._frames[index]
        take = self._takes(frame.take)
        return resolve(take.snapshot, take.tape, on_tape(frame.cursor, take), self._choices)

    def picture(self, needs: Needs) -> Callable[[int], Any]:
        """What turns the number of a frame into the picture that a writer needs."""
        pictures: dict[Needs, Callable[[int], Any]] = {
            Needs.IMAGE: self.image,
            Needs.DRAWING: self.drawing,
            Needs.SCENE: self.scene,
            Needs.STEP: self.step,
        }
        return pictures[needs]

    def scene(self, index: int) -> "Scene":
        """Frame `index` as shapes."""
        return self._composed(self.view(index), self._width, self._height)

    def _composed(self, view: ViewState, width: float, height: float, bare: bool = False) -> "Scene":
        from twostroke.gui.stage.scene.build import scene_at

        return scene_at(view, float(width), float(height), bare=bare)

    def drawing(self, index: int) -> Drawing:
        """A function that draws frame `index`."""
        return _drawn(self.scene(index))

    def step(self, index: int) -> StepPicture:
        """Frame `index` with all that there is to say of it."""
        view = self.view(index)
        scene = self._composed(view, self._width, self._height)

        def composed(width: float, height: float, bare: bool = False) -> "tuple[Scene, Camera]":
            return self._composed(view, width, height, bare), STRAIGHT

        return StepPicture(view, scene, STRAIGHT, _drawn(scene), composed)

    def image(self, index: int) -> QImage:
        """Frame `index` as an image, 4 bytes a pixel. Where the film rests, the same image is handed out again."""
        frame = self._frames[index]
        if self._last is None or self._last[0] != frame:
            image = self._kept.pop(frame, None)
            self._last = frame, self._painted(index, self._canvases.free()) if image is None else image
        return self._last[1]

    def sample(self, index: int) -> QImage:
        """As `image`, and kept, where there is room, until `image` is asked for the frame: it is painted once."""
        frame = self._frames[index]
        if frame in self._kept:
            return self._kept[frame]
        image = self._painted(index, Canvas((self._width, self._height)))  # it would stay away from the others too long
        if len(self._kept) < self._room:
            self._kept[frame] = image
        return image

    def _painted(self, index: int, canvas: Canvas) -> QImage:
        from twostroke.gui.stage.paint.painter import paint

        scene = self.scene(index)
        with painting(canvas.image) as painter:
            paint(painter, scene, QRectF(0, 0, self._width, self._height), ground=self._ground)
        return canvas.handed_out()
