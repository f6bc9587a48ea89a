"""SVG made small: nothing of the drawing changes, and each outline is there once."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPainterPath, QPen
from PySide6.QtSvg import QSvgRenderer

from twostroke.gui.export.slim_svg import SHORTEST, slimmed
from twostroke.gui.export.writers import svg_device
from twostroke.gui.look.painting import painting
from twostroke.gui.stage.paint.shapes import draw
from twostroke.gui.stage.scene.items import Align, Text

pytestmark = pytest.mark.usefixtures("application")

SIZE = 320, 180


def letters(painter: QPainter) -> None:
    draw(painter, [Text(160.0, 30.0 * row, "gate gate 025", 14.0 + row, 0x1B1F24, Align.CENTRE) for row in range(1, 6)])


def lines(painter: QPainter) -> None:
    pen = QPen(QColor("#c45f00"), 2.5)
    for number in range(8):
        pen.setDashPattern([4.0, 2.0 + number]) if number % 2 else pen.setStyle(Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(10.123456, 20.0 * number), QPointF(300.0, 160.987654))


def black(painter: QPainter) -> None:
    """What Qt leaves to what holds anyway."""
    painter.fillRect(QRectF(10, 10, 50, 50), QColor("#000000"))
    painter.setPen(QPen(QColor("#000000"), 1.0))
    painter.drawEllipse(QRectF(80, 10, 60, 60))


def placed(painter: QPainter) -> None:
    """Moved, turned, made small and cut off; one outline in each place and two fillings of it."""
    path = QPainterPath()
    path.addEllipse(QPointF(0, 0), 4000.0, 2500.0)
    path.addEllipse(QPointF(0, 0), 2000.0, 1200.0)
    for number in range(6):
        path.setFillRule(Qt.FillRule.WindingFill if number % 2 else Qt.FillRule.OddEvenFill)
        painter.save()
        painter.translate(40.0 + 45.0 * number, 90.0)
        painter.rotate(15.0 * number)
        painter.scale(0.005, 0.005)
        painter.fillPath(path, QColor("#1769aa"))
        painter.restore()


def mixed(painter: QPainter) -> None:
    gradient = QLinearGradient(0.0, 0.0, 320.0, 0.0)
    gradient.setColorAt(0.0, QColor("#7b3fb0"))
    gradient.setColorAt(1.0, QColor("#1c7a50"))
    painter.fillRect(QRectF(0, 0, 320, 60), gradient)
    painter.setOpacity(0.4)
    painter.fillRect(QRectF(20, 40, 200, 100), QColor(200, 30, 30, 120))
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(QColor("#4aa3df"))
    painter.drawImage(QRectF(240, 100, 60, 60), image)


DRAWINGS = (letters, lines, black, placed, mixed)


def drawn(picture: Callable[[QPainter], None]) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    with painting(svg_device(buffer, SIZE, "A < B & “C”"), smooth=True) as painter:
        picture(painter)
    return bytes(buffer.data().data())


def seen(content: bytes) -> np.ndarray:
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    image.fill(QColor("#fbfbf9"))
    with painting(image, smooth=True) as painter:
        QSvgRenderer(QByteArray(content)).render(painter)
    return np.frombuffer(image.constBits(), np.uint8).astype(int)


@pytest.mark.parametrize("picture", DRAWINGS)
def test_nothing_of_the_drawing_changes(picture: Callable[[QPainter], None]) -> None:
    content = drawn(picture)
    before, after = seen(content), seen(slimmed(content))
    assert len(np.unique(before)) > 5
    assert np.abs(before - after).max() <= 40  # at an edge, of 255; a shape that is missing or black has 100 and more
    assert np.mean(np.abs(before - after) > 8) < 0.001


def test_each_outline_is_there_once() -> None:
    content = slimmed(drawn(letters)).decode()
    outlines = [found for found in re.findall(r' d="([^"]*)"', content) if len(found) >= SHORTEST]
    assert len(outlines) == len(set(outlines)) == len(set("gate025"))
    assert content.count("<use") == 5 * len("gategate025")
    assert len(content) * 5 < len(drawn(letters))


def test_each_use_has_its_outline() -> None:
    for picture in DRAWINGS:
        root = ElementTree.fromstring(slimmed(drawn(picture)))
        names = [each.attrib["id"] for each in root.iter() if "id" in each.attrib]
        asked = {each.attrib["{http://www.w3.org/1999/xlink}href"][1:] for each in root.iter("{*}use")}
        assert len(names) == len(set(names))
        assert asked <= set(names)
        assert root.findtext("{*}title") == "A < B & “C”"
        assert root.attrib["viewBox"] == "0 0 320 180"


def test_two_drawings_can_stand_in_one_page() -> None:
    one, other = (set(re.findall(r' id="([^"]*)"', slimmed(drawn(each)).decode())) for each in (letters, placed))
    assert one
    assert other
    assert not one & other


def test_it_is_the_same_each_time() -> None:
    assert slimmed(drawn(placed)) == slimmed(drawn(placed))
