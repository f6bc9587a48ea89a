"""Objects of Qt whose numbers lie in an array: they have those numbers, and are painted as others are."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from twostroke.gui.export.writers import svg_device
from twostroke.gui.look.painting import painting
from twostroke.gui.stage.paint.dots import dots
from twostroke.gui.stage.paint.many import Many
from twostroke.gui.stage.paint.shapes import SOME, draw
from twostroke.gui.stage.scene.items import NONE, Item, discs, lines, rects


def test_they_have_the_numbers_of_the_last_call() -> None:
    lines, boxes = Many(QLineF), Many(QRectF)
    for count in (3, 500, 1, 20):
        numbers = [np.arange(count) + 0.25 * at for at in range(4)]
        rows = np.stack(numbers, axis=1).tolist()
        assert [list(line.toTuple()) for line in lines.of(*numbers)] == rows
        assert boxes.of(*numbers) == [QRectF(*row) for row in rows]


def test_none_is_none() -> None:
    assert Many(QRectF).of(*[np.zeros(0)] * 4) == []


def test_nothing_is_painted_of_nothing(qapp: object) -> None:
    image, none = QImage(8, 8, QImage.Format.Format_RGB32), np.zeros(0)
    with painting(image) as painter:
        draw(painter, [rects(none, none, none, none, np.zeros(0, dtype=np.int32))])
        assert painter.isActive()


def test_each_thread_has_its_own() -> None:
    boxes, found = Many(QRectF), []
    mine = boxes.of(*[np.full(2, 1.0)] * 4)
    other = threading.Thread(target=lambda: found.extend(QRectF(box) for box in boxes.of(*[np.full(2, 9.0)] * 4)))
    other.start()
    other.join()
    assert found == 2 * [QRectF(9, 9, 9, 9)]
    assert mine == 2 * [QRectF(1, 1, 1, 1)]


@pytest.mark.parametrize("side", [3.0, 7.3, 8.5, 9.0, 9.6])
def test_rectangles_beside_each_other_are_painted_as_one_by_one(qapp: object, side: float) -> None:
    """Apart, sharing pixels at their edges, and overlapping."""
    chance = np.random.default_rng(3)
    x, y = (values.ravel() * 9.0 + 1.3 for values in np.meshgrid(np.arange(12.0), np.arange(7.0)))
    fill = chance.choice([0x20C0FF, 0xFF8000, 0x123456], len(x))
    one, other = (QImage(120, 80, QImage.Format.Format_RGB32) for _ in range(2))
    for image in (one, other):
        image.fill(0xFF101010)
        with painting(image, smooth=True) as painter:
            if image is one:
                draw(painter, [rects(x, y, side, side, fill)])
            else:
                _one_by_one(painter, x, y, side, fill)
    assert one == other


def _one_by_one(painter: QPainter, x: np.ndarray, y: np.ndarray, side: float, fill: np.ndarray) -> None:
    for left, top, colour in zip(x.tolist(), y.tolist(), fill.tolist(), strict=True):
        painter.fillRect(QRectF(left, top, side, side), QColor.fromRgb(0xFF000000 | colour))


def test_many_items_of_one_kind_are_painted_as_one_by_one(qapp: object) -> None:
    """Few things each, crossing each other, of several pens, corners and borders; with and without things."""
    chance = np.random.default_rng(5)
    items: list[Item] = []
    for count in (7, 40, 0, 1, 90, 30):
        x, y, wide, tall = chance.uniform(0.0, 90.0, (4, count))
        colours = chance.integers(0, 0xFFFFFF, count) // 0x400000 * 0x400000
        items.append(lines(x, y, wide, tall, np.rint(chance.uniform(1.0, 3.0, count) * 3) / 3, colours))
        items.append(lines(wide, y, x, tall, 2.0, colours[::-1]))
    for corner, border in ((1.5, NONE), (1.5, 0x808080), (3.0, NONE), (0.0, 0x808080), (0.0, NONE), (0.0, NONE)):
        x, y, wide, tall = *chance.uniform(2.0, 90.0, (2, 9)), *chance.uniform(2.0, 9.0, (2, 9))
        items += [rects(x, y, wide, tall, chance.integers(0, 0xFFFFFF, 9), border, corner)] * 2
    items += [discs(*chance.uniform(3.0, 90.0, (2, count)), 3.0, 0x123456, 0x654321, 1.5) for count in (3, 20)]
    images = [QImage(100, 100, QImage.Format.Format_RGB32) for _ in range(2)]
    for image, groups in zip(images, ([items], [[item] for item in items]), strict=True):
        image.fill(QColor("white"))
        with painting(image, smooth=True) as painter:
            for group in groups:
                draw(painter, group)
    assert images[0] == images[1]


FILL, RING, WIDTH = 0x123456, 0x654321, 1.5


def outlined(painter: QPainter, x: np.ndarray, y: np.ndarray, radius: np.ndarray, fill: int, ring: int) -> None:
    """By one call of Qt for each."""
    painter.setBrush(Qt.BrushStyle.NoBrush if fill == NONE else QColor.fromRgb(0xFF000000 | fill))
    painter.setPen(Qt.PenStyle.NoPen if ring == NONE else QPen(QColor.fromRgb(0xFF000000 | ring), WIDTH))
    for at in zip(x.tolist(), y.tolist(), radius.tolist(), strict=True):
        painter.drawEllipse(QPointF(*at[:2]), at[2], at[2])


@pytest.mark.parametrize("count", [SOME, SOME + 1])
@pytest.mark.parametrize(
    ("fill", "ring", "shades"), [(FILL, NONE, 0), (NONE, RING, 0), (FILL, RING, 20)], ids=["full", "hollow", "ringed"]
)
def test_discs_are_painted_about_their_middle(qapp: object, count: int, fill: int, ring: int, shades: int) -> None:
    """Where many are painted by their rectangles as well. A ring that is a disc below its disc looks as its outline: a
    dot at the edge of both is a few of 255 shades off."""
    x, y = (values.ravel()[:count] * 22.3 + 14.2 for values in np.meshgrid(np.arange(4.0), np.arange(4.0)))
    radius = np.random.default_rng(7).uniform(3.0, 10.0, count)
    images = [QImage(100, 100, QImage.Format.Format_RGB32) for _ in range(2)]
    for image in images:
        image.fill(QColor("white"))
    with painting(images[0], smooth=True) as painter:
        draw(painter, [discs(x, y, radius, fill, ring, WIDTH)])
    with painting(images[1], smooth=True) as painter:
        outlined(painter, x, y, radius, fill, ring)
    one, other = (dots(image).view(np.uint8).astype(int) for image in images)
    assert np.abs(one - other).max() <= shades
    assert np.count_nonzero(one != 255) > 500


def test_a_disc_hides_the_ring_of_the_one_before(qapp: object) -> None:
    """Each with its ring, one after the other."""
    images = [QImage(60, 60, QImage.Format.Format_RGB32) for _ in range(2)]
    x, y, radius, fill = np.array([25.0, 35.0]), np.full(2, 30.0), np.full(2, 12.0), np.array([0x00FF00, 0x0000FF])
    for image in images:
        image.fill(QColor("white"))
    with painting(images[0], smooth=True) as painter:
        draw(painter, [discs(x, y, radius, fill, RING, WIDTH)])
    with painting(images[1], smooth=True) as painter:
        for at in range(2):
            draw(painter, [discs(x[at], y[at], radius[at], fill[at], RING, WIDTH)])
    assert images[0] == images[1]
    assert images[0].pixelColor(35, 30) == QColor(0, 0, 255)


def test_a_file_of_shapes_has_one_for_a_disc(qapp: object) -> None:
    """With its ring as an outline: whoever opens it takes hold of the disc."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    with painting(svg_device(buffer, (60, 60), "disc")) as painter:
        draw(painter, [discs(np.array([30.0]), np.array([30.0]), 12.0, FILL, RING, WIDTH)])
    assert bytes(buffer.data().data()).count(b"<circle") + bytes(buffer.data().data()).count(b"<ellipse") == 1
