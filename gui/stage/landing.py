"""Where a function that is dragged over the picture would land: the layer under it, marked, with what a drop does."""

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen

from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.gui.model.function_places import place_of
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.paint.camera import Camera
from twostroke.gui.stage.scene.items import Scene

SHADE = 34
"""Of 255: how much of the accent lies over the layer."""


@dataclass(frozen=True)
class Landing:
    """A layer with what would happen there; `taken` whether the function can be used there at all."""

    layer: int
    left: float  # of the widget
    right: float
    text: str
    taken: bool


def landing(view: ViewState, scene: Scene, camera: Camera, x: float, name: str) -> Landing:
    """The layer whose middle is nearest to `x`."""
    middles = [camera.to_screen(marks.x, 0.0)[0] for marks in scene.marks]
    layer = min(range(len(middles)), key=lambda at: abs(middles[at] - x))
    half = min((abs(b - a) for a, b in pairwise(middles)), default=scene.width) / 2
    entry = CATALOGUE[name]
    taken = place_of(view.snapshot.session.network, layer, entry) is not None
    return Landing(layer, middles[layer] - half, middles[layer] + half, _told(view, layer, entry.title, taken), taken)


def _told(view: ViewState, layer: int, title: str, taken: bool) -> str:
    if taken:
        return f"{title} in {view.layers[layer].name}"
    return "inputs have no gate" if layer == 0 else f"{title} is for outputs"


def paint_landing(painter: QPainter, at: Landing, height: float, palette: QPalette) -> None:
    """A band over the layer; below its top, in words, what a drop does."""
    tint = palette.color(QPalette.ColorRole.Highlight if at.taken else QPalette.ColorRole.Mid)
    over = QColor(tint)
    over.setAlpha(SHADE)
    band = QRectF(at.left, 2.0, at.right - at.left, height - 4.0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(tint, 2.0))
    painter.setBrush(over)
    painter.drawRoundedRect(band, 6.0, 6.0)
    words = painter.fontMetrics().size(Qt.TextFlag.TextSingleLine, at.text)
    box = QRectF(0.0, 0.0, words.width() + 24.0, words.height() + 12.0)
    box.moveCenter(QPointF(band.center().x(), height / 2))
    painter.setBrush(palette.color(QPalette.ColorRole.Base))
    painter.drawRoundedRect(box, 5.0, 5.0)
    painter.setPen(palette.color(QPalette.ColorRole.WindowText))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), at.text)
