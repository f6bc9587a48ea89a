"""Small pictures of the datasets for the chooser: the generators' own points, or a sign for a table or one's own.

Tables are drawn as a sign because reading them imports scikit-learn, which takes longer than a list may take to open.
"""

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPen, QPixmap, QPolygonF

from twostroke.engine.data import load
from twostroke.engine.data.names import DATASETS, DatasetInfo
from twostroke.engine.session.spec import DataSpec
from twostroke.gui.look.class_marks import draw_shape
from twostroke.gui.look.painting import painting
from twostroke.gui.look.theme import Palette

SIDE = 40  # px; twice that in the picture, for screens of high density
POINTS = 160
ZERO_IMAGE = ("00111100", "01100110", "01000010", "01000010", "01000010", "01000010", "01100110", "00111100")


@lru_cache(maxsize=64)
def thumbnail(name: str, palette: Palette) -> QIcon:
    """The picture of dataset `name`. Needs a QGuiApplication."""
    pixmap = QPixmap(2 * SIDE, 2 * SIDE)
    pixmap.fill(QColor(palette.background))
    with painting(pixmap, smooth=True) as painter:
        painter.setPen(Qt.PenStyle.NoPen)
        _draw(painter, name, palette)
    return QIcon(pixmap)


def _draw(painter: QPainter, name: str, palette: Palette) -> None:
    info = DATASETS.get(name)
    if info is None:
        _draw_own(painter, name, palette)
    elif info.image:
        _draw_image(painter, palette)
    elif name == "market":
        _draw_series(painter, palette)
    elif info.family == "table":
        _draw_table(painter, info.classes, palette)
    else:
        _draw_points(painter, info, palette)


def _draw_points(painter: QPainter, info: DatasetInfo, palette: Palette) -> None:
    data = load(DataSpec(name=info.name, samples=POINTS, noise=0.02, train_share=0.9, seed=3), 1, "float32")
    low, high = data.extent
    across = (data.raw_train[:, 0] - low) / (high - low)
    value = data.label_train.astype(np.float64)
    if info.family == "line":
        bottom, top = float(value.min()), float(value.max())
        up = 0.15 + 0.7 * (value - bottom) / max(top - bottom, 1e-9)
        level = np.ones_like(value)
    else:
        up = (data.raw_train[:, 1].astype(np.float64) - low) / (high - low)
        level = 2 * value - 1 if info.task != "regression" else value / max(float(np.abs(value).max()), 1e-9)
    for x, y, v in zip(across, up, level, strict=True):
        of_class = info.task != "regression" and info.family != "line"
        painter.setBrush(QColor(palette.class_hue(int(v > 0)) if of_class else palette.signal(float(v))))
        painter.drawEllipse(QPointF(2 * SIDE * float(x), 2 * SIDE * (1 - float(y))), 2.6, 2.6)


def _draw_own(painter: QPainter, name: str, palette: Palette) -> None:
    """A sign for what a user brings: f(x), a few points, a table, brackets around numbers."""
    if name == "points":
        for x, y, level in (
            (24, 30, -1.0),
            (34, 52, -1.0),
            (20, 48, -1.0),
            (56, 26, 1.0),
            (50, 44, 1.0),
            (62, 54, 1.0),
        ):
            painter.setBrush(QColor(palette.class_hue(int(level > 0))))
            draw_shape(painter, int(level > 0), QPointF(x, y), 5)
        return
    if name == "rows":
        _draw_table(painter, 2, palette)
        return
    if name == "table":
        _draw_table(painter, 0, palette)
        return
    font = QFont(painter.font())
    font.setPixelSize(26)
    font.setItalic(name == "expression")
    painter.setFont(font)
    painter.setPen(QColor(palette.text))
    sign = "f(x)" if name == "expression" else "[ x ]"
    painter.drawText(QRectF(0, 0, 2 * SIDE, 2 * SIDE), Qt.AlignmentFlag.AlignCenter, sign)


def _draw_series(painter: QPainter, palette: Palette) -> None:
    """The returns of some days, one after the other."""
    data = load(DataSpec(name="market", samples=40, noise=0.1, train_share=0.9, seed=3), 1, "float32")
    value = data.label_train / np.abs(data.label_train).max()
    across = np.linspace(10, 2 * SIDE - 10, len(value))
    line = [QPointF(float(x), SIDE - 0.38 * 2 * SIDE * float(y)) for x, y in zip(across, value, strict=True)]
    painter.setPen(QPen(QColor(palette.signal_positive), 2.4))
    painter.drawPolyline(QPolygonF(line))


def _draw_table(painter: QPainter, classes: int, palette: Palette) -> None:
    """Rows with a column of classes in front."""
    kinds = [palette.class_hue(k) for k in range(classes)] if classes else [palette.muted]
    for row in range(5):
        y = 12 + 12 * row
        painter.setBrush(QColor(kinds[row % len(kinds)]))
        painter.drawRoundedRect(QRectF(12, y, 10, 8), 2, 2)
        painter.setBrush(QColor(palette.line))
        for column in range(3):
            painter.drawRoundedRect(QRectF(28 + 14 * column, y, 11, 8), 2, 2)


def _draw_image(painter: QPainter, palette: Palette) -> None:
    """The digit 0 in 8 x 8 pixels."""
    painter.setBrush(QColor(palette.text))
    for row, line in enumerate(ZERO_IMAGE):
        for column, on in enumerate(line):
            if on == "1":
                painter.drawRect(QRectF(8 + 8 * column, 8 + 8 * row, 8, 8))
