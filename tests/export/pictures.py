"""Pictures whose number can be read back from their pixels, also after a lossy encoder."""

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

BITS = 6
ON, OFF, GROUND = QColor("#ffffff"), QColor("#000000"), QColor("#c45f00")


def picture(number: int, width: int = 192, height: int = 128) -> QImage:
    """An orange picture with the number as six black or white fields along the top."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(GROUND)
    painter = QPainter(image)
    field = width // BITS
    for bit in range(BITS):
        painter.fillRect(QRect(bit * field, 0, field, height // 2), ON if number >> bit & 1 else OFF)
    painter.end()
    return image


def number_of(rgb: np.ndarray) -> int:
    """The number in a picture of shape (height, width, 3)."""
    height, width = rgb.shape[:2]
    field = width // BITS
    middle = [rgb[height // 4, bit * field + field // 2].mean() > 127 for bit in range(BITS)]
    return sum(1 << bit for bit, on in enumerate(middle) if on)


def ground_of(rgb: np.ndarray) -> tuple[int, int, int]:
    """The colour below the fields."""
    height, width = rgb.shape[:2]
    r, g, b = rgb[height * 3 // 4, width // 2]
    return int(r), int(g), int(b)
