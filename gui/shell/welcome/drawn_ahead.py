"""The pictures of the lessons, drawn ahead by `make lessons`: to play a lesson to its scene would need the compiler."""

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from twostroke.gui.look.theme import PALETTES, Palette
from twostroke.gui.model.choices import Theme

ROUND = 6.0

DRAWN = Theme.LIGHT, Theme.DARK
"""That of the projector has the pictures of the light one, and signs have their usual colours."""


@lru_cache(maxsize=64)
def picture_of(lesson: str, palette: Palette) -> QImage:
    """Of that lesson, in the nearest of what was drawn; a null image where there is none."""
    file = files("twostroke.resources").joinpath("cards", f"{lesson}-{_drawn(palette).value}.webp")
    return QImage.fromData(file.read_bytes()) if file.is_file() else QImage()


def _drawn(palette: Palette) -> Theme:
    return palette.theme if palette.theme in DRAWN else Theme.LIGHT


@lru_cache(maxsize=64)
def _scaled(lesson: str, palette: Palette, width: int, height: int) -> QImage:
    image = picture_of(lesson, palette)
    if image.isNull():
        return image
    size = QSize(width, height)
    by = Qt.AspectRatioMode.KeepAspectRatio
    return image.scaled(size, by, Qt.TransformationMode.SmoothTransformation)


def draw(painter: QPainter, box: QRectF, lesson: str, palette: Palette) -> None:
    """The whole picture in the middle of a rounded box."""
    path = QPainterPath()
    path.addRoundedRect(box, ROUND, ROUND)
    painter.fillPath(path, QColor(PALETTES[_drawn(palette)].background))
    ratio = painter.device().devicePixelRatioF()
    image = _scaled(lesson, palette, round(box.width() * ratio), round(box.height() * ratio))
    if not image.isNull():
        wide, high = image.width() / ratio, image.height() / ratio
        at = QRectF(box.center().x() - wide / 2, box.center().y() - high / 2, wide, high)
        painter.setClipPath(path)
        painter.drawImage(at, image)
        painter.setClipping(False)
