"""A drawing as an SVG element, to stand in a page of HTML."""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize
from PySide6.QtGui import QPainter

from twostroke.gui.export.writers import FONT_ATTRIBUTES
from twostroke.gui.look.painting import painting


def element(draw: Callable[[QPainter, QRectF], None], size: tuple[int, int]) -> str:
    """The element, `size` large at most."""
    from PySide6.QtSvg import QSvgGenerator

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(96)
    generator.setSize(QSize(*size))
    generator.setViewBox(QRectF(0, 0, *size))
    with painting(generator, smooth=True) as painter:
        draw(painter, QRectF(0, 0, *size))
    content = FONT_ATTRIBUTES.sub(b"", bytes(buffer.data().data())).decode()
    return content[content.index("<svg") :]
