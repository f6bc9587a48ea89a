"""The dots of an image in memory: NumPy copies a rectangle of them sooner than a painter, which is opened for it."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from twostroke.gui.stage.paint.boxes import Boxes

OPAQUE = 0xFF000000

Dots = NDArray[np.uint32]
"""(height, width), 0xAARRGGBB."""


def dots(image: QImage) -> Dots:
    """Those of an image of 32 bits a dot, to write on. Ask anew before each use: where the image shares its memory with
    a copy, this gives it its own, and a painter may do so, too."""
    return _shaped(image, np.frombuffer(image.bits(), np.uint32))


def seen(image: QImage) -> Dots:
    """Those of an image of 32 bits a dot, to read; it goes on sharing its memory with its copies."""
    return _shaped(image, np.frombuffer(image.constBits(), np.uint32))


def lay(onto: QImage, below: QImage | int, boxes: Boxes) -> None:
    """Have `onto` show `below` in these boxes: an opaque image of the same size, or a packed colour. What of a box lies
    outside counts for nothing."""
    here = dots(onto)
    there = below | OPAQUE if isinstance(below, int) else seen(below)
    tall, wide = here.shape
    for left, top, right, bottom in boxes:
        rows, columns = slice(max(top, 0), max(min(bottom, tall), 0)), slice(max(left, 0), max(min(right, wide), 0))
        here[rows, columns] = there if isinstance(there, int) else there[rows, columns]


def _shaped(image: QImage, flat: Dots) -> Dots:
    return flat.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()]
