"""A drawing as an SVG element, to stand in a page of HTML."""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtGui import QPainter

from twostroke.gui.export.slim_svg import slimmed
from twostroke.gui.export.writers import svg_device
from twostroke.gui.look.painting import painting


def element(draw: Callable[[QPainter, QRectF], None], size: tuple[int, int], title: str) -> str:
    """The element, `size` large at most; `title` is read to who does not see it."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    with painting(svg_device(buffer, size, title), smooth=True) as painter:
        draw(painter, QRectF(0, 0, *size))
    content = slimmed(bytes(buffer.data().data())).decode()
    return content[content.index("<svg") :]
