"""The gradient of a layer's weights, painted: δ down the side, what it meets along the top, their products as cells.

Colours have the scale of all gradients and signals of the picture. A large layer is one image, however many cells.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from twostroke.gui.look.colour import mixed, packed, readable_on, signed_shades
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.look.ring import Ringed
from twostroke.gui.look.theme import Palette
from twostroke.gui.model.explain.digits import Digits
from twostroke.gui.model.explain.outer import MOST_WRITTEN, Outer, digits_of
from twostroke.gui.model.numbers import number
from twostroke.gui.model.user_text import tip
from twostroke.gui.panels.base.lists import PICTURE_KEYS
from twostroke.gui.panels.base.widgets import small_font
from twostroke.gui.stage.scene.scales import gradient_strength, signal_strength

Floats = NDArray[np.float64]

GAP = 4  # px between edges and cells
BAND = 14  # px of an edge without numbers
OF_A_SAMPLE, WIDEST_BAND = 3, 42  # px of one sample in an edge, and of all
ROW, WIDEST = 20, 60  # px of a cell, at most
HIGHEST = 300  # px of all rows; beyond, they get thinner
GRID_FROM = 6  # px of a cell from which cells stand apart
LETTERS = 16  # px above and beside for δ and a
KEY = 20  # px of the legend
DARK = 0.6
"""How far cells that are 0 go towards black: the rows of gates that are shut."""

HELP = "Arrows go from cell to cell, Enter or a click opens one; a click at the edge opens δ or a."


@dataclass(frozen=True)
class Spot:
    """What is looked at: a cell, or a number at the edge (`source` or `unit` None) of one of the samples."""

    unit: int | None
    source: int | None
    sample: int = 0


class OuterMatrix(Dressed, Ringed):
    """One matrix. `looked` and `opened` carry a Spot."""

    looked = Signal(object)
    opened = Signal(object)
    own_keys = PICTURE_KEYS

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Outer product")
        self.setToolTip(tip(HELP))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.outer: Outer | None = None
        self.at = Spot(0, 0)
        self._digits: Digits | None = None
        self._wanted = 3
        self._images: tuple[QImage, QImage, QImage] | None = None

    def show_outer(self, outer: Outer, digits: int) -> None:
        """Show another one, or other numbers of the same."""
        self.outer, self._wanted, self._images = outer, digits, None
        rows, columns = outer.products.shape
        self.at = Spot(min(self.at.unit or 0, rows - 1), min(self.at.source or 0, columns - 1), 0)
        self._fit()
        self.update()

    def _fit(self) -> None:
        """As high as its rows; with numbers where they have room."""
        if self.outer is None:
            return
        wanted = Digits(self._wanted, self._wanted)
        may_be = self.outer.products.size <= MOST_WRITTEN and len(self.outer.delta) == 1 and self._has_room(wanted)
        found = digits_of(self.outer, self._wanted) if may_be else None
        self._digits = None if found is None or not self._has_room(found) else found
        height = round(self._top + self._high * self.outer.products.shape[0] + GAP + KEY)
        if height != self.height():
            self.setFixedHeight(height)

    # Where things are.

    def _text_width(self, values: Floats, digits: int) -> int:
        letters = self.fontMetrics()
        return max(letters.horizontalAdvance(number(float(value), digits)) for value in values.ravel()) + 6

    def _has_room(self, digits: Digits) -> bool:
        assert self.outer is not None
        widest = max(
            self._text_width(self.outer.products, digits.result), self._text_width(self.outer.a, digits.operands)
        )
        left = LETTERS + self._text_width(self.outer.delta, digits.operands) + GAP
        return bool((self.width() - left) / self.outer.products.shape[1] >= widest)

    @property
    def _band(self) -> int:
        """Of an edge without numbers: one sample, or all of them side by side."""
        samples = 1 if self.outer is None else len(self.outer.delta)
        return BAND if samples == 1 else max(BAND, min(samples * OF_A_SAMPLE, WIDEST_BAND))

    @property
    def _left(self) -> int:
        if self.outer is None or self._digits is None:
            return LETTERS + self._band + GAP
        return LETTERS + self._text_width(self.outer.delta, self._digits.operands) + GAP

    @property
    def _top(self) -> int:
        return LETTERS + (self._band if self._digits is None else ROW) + GAP

    @property
    def _wide(self) -> float:
        columns = 1 if self.outer is None else self.outer.products.shape[1]
        return min((self.width() - self._left - 1) / columns, WIDEST)

    @property
    def _high(self) -> float:
        rows = 1 if self.outer is None else self.outer.products.shape[0]
        return min(ROW, HIGHEST / rows)

    def cell(self, unit: int, source: int) -> QRectF:
        """Where a product stands."""
        return QRectF(self._left + source * self._wide, self._top + unit * self._high, self._wide, self._high)

    def spot_at(self, x: float, y: float) -> Spot | None:
        """What is at a pixel."""
        if self.outer is None:
            return None
        rows, columns = self.outer.products.shape
        samples, band = len(self.outer.delta), self._left - LETTERS - GAP
        source, unit = int((x - self._left) // self._wide), int((y - self._top) // self._high)
        across, down = 0 <= source < columns, 0 <= unit < rows
        if across and down:
            return Spot(unit, source)
        if down and LETTERS <= x < LETTERS + band:
            return Spot(unit, None, int((x - LETTERS) * samples / band))
        high = self._top - LETTERS - GAP
        if across and LETTERS <= y < LETTERS + high:
            return Spot(None, source, int((y - LETTERS) * samples / high))
        return None

    def _look(self, spot: Spot) -> None:
        self.at = spot
        self.looked.emit(spot)
        self.update()

    # Qt's own names from here on

    def sizeHint(self) -> QSize:
        """As wide as the panel."""
        return QSize(200, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, larger cells."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From cell to cell, or into one."""
        if self.outer is None or event.key() not in self.own_keys:
            event.ignore()
            return
        unit, source = self.at.unit or 0, self.at.source or 0
        rows, columns = self.outer.products.shape
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.at)
            return
        down, right = STEPS.get(Qt.Key(event.key()), (0, 0))
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            source = 0 if event.key() == Qt.Key.Key_Home else columns - 1
        self._look(Spot(min(max(unit + down, 0), rows - 1), min(max(source + right, 0), columns - 1)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """What is under the pointer is looked at."""
        spot = self.spot_at(event.position().x(), event.position().y())
        self.setCursor(Qt.CursorShape.ArrowCursor if spot is None else Qt.CursorShape.PointingHandCursor)
        if spot is not None and spot != self.at:
            self._look(spot)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens it."""
        spot = self.spot_at(event.position().x(), event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and spot is not None:
            self.opened.emit(spot)

    def leaveEvent(self, event: QEvent) -> None:
        """What was looked at last stays."""
        super().leaveEvent(event)
        self.unsetCursor()

    def recolour(self) -> None:
        """The images in the colours of the theme."""
        self._images = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Both edges, the cells, what is looked at, and the legend."""
        if self.outer is None:
            return
        with painting(self) as painter:
            painter.setFont(small_font(self))
            self._paint_images(painter)
            self._paint_letters(painter)
            if self._digits is not None:
                self._paint_numbers(painter, self._digits)
            self._paint_mark(painter)
            self._paint_legend(painter)
            self.paint_ring(painter, self.rect())

    def _paint_images(self, painter: QPainter) -> None:
        assert self.outer is not None
        if self._images is None:
            palette = self.palette_
            delta, a, products = self.outer.delta.T, self.outer.a, self.outer.products
            self._images = (gradients(delta, palette), signals(a, palette), gradients(products, palette))
        rows, columns = self.outer.products.shape
        down, across = rows * self._high, columns * self._wide
        left = QRectF(LETTERS, self._top, self._left - LETTERS - GAP, down)
        top = QRectF(self._left, LETTERS, across, self._top - LETTERS - GAP)
        for place, image in zip((left, top, QRectF(self._left, self._top, across, down)), self._images, strict=True):
            finer = image.width() > place.width() or image.height() > place.height()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, finer)
            painter.drawImage(place, image)
            painter.setPen(QColor(self.palette_.line))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place)
        painter.setPen(QColor(self.palette_.line))
        if self._high >= GRID_FROM:
            for row in range(1, rows):
                y = self._top + row * self._high
                painter.drawLine(QPointF(LETTERS, y), QPointF(left.right(), y))
                painter.drawLine(QPointF(self._left, y), QPointF(self._left + across, y))
        if self._wide >= GRID_FROM:
            for column in range(1, columns):
                x = self._left + column * self._wide
                painter.drawLine(QPointF(x, LETTERS), QPointF(x, top.bottom()))
                painter.drawLine(QPointF(x, self._top), QPointF(x, self._top + down))

    def _paint_letters(self, painter: QPainter) -> None:
        painter.setPen(QColor(self.palette_.muted))
        middle = int(Qt.AlignmentFlag.AlignCenter)
        assert self.outer is not None
        rows, columns = self.outer.products.shape
        painter.drawText(QRectF(0, self._top, LETTERS - 2, min(rows * self._high, HIGHEST)), middle, "δ")
        met = "a" if self.outer.meets_neurons else "x"
        painter.drawText(QRectF(self._left, 0, columns * self._wide, LETTERS - 2), middle, met)

    def _paint_numbers(self, painter: QPainter, digits: Digits) -> None:
        outer = self.outer
        assert outer is not None and self._images is not None
        delta, a, products = self._images
        rows, columns = outer.products.shape
        for unit in range(rows):
            edge = QRectF(LETTERS, self._top + unit * self._high, self._left - LETTERS - GAP, self._high)
            _write(painter, edge, float(outer.delta[0, unit]), digits.operands, delta.pixel(0, unit))
            for source in range(columns):
                ink = products.pixel(source, unit)
                _write(painter, self.cell(unit, source), float(outer.products[unit, source]), digits.result, ink)
        for source in range(columns):
            edge = QRectF(self._left + source * self._wide, LETTERS, self._wide, ROW)
            _write(painter, edge, float(outer.a[0, source]), digits.operands, a.pixel(source, 0))

    def _paint_mark(self, painter: QPainter) -> None:
        if self.at.unit is None or self.at.source is None:
            return
        painter.setPen(QPen(QColor(self.palette_.text), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        cell = self.cell(self.at.unit, self.at.source)
        painter.drawRect(cell.adjusted(0.5, 0.5, -0.5, -0.5) if cell.height() >= GRID_FROM else cell)

    def _paint_legend(self, painter: QPainter) -> None:
        y, x = self.height() - KEY + 6, 0.0
        ends = np.concatenate([-np.geomspace(1.0, 1e-4, 24), np.geomspace(1e-4, 1.0, 24)])
        x = self._write_key(painter, x, y, "−1")
        painter.drawImage(QRectF(x, y, 56, 10), gradients(ends[None, :], self.palette_))
        x = self._write_key(painter, x + 60, y, "1, log")
        for text, colour in (("0", nothing(self.palette_)), ("not known yet", self.palette_.surface)):
            swatch = QRectF(x + 6, y, 10, 10)
            painter.fillRect(swatch, QColor(colour))
            painter.setPen(QColor(self.palette_.line))
            painter.drawRect(swatch)
            x = self._write_key(painter, x + 20, y, text)

    def _write_key(self, painter: QPainter, x: float, y: float, text: str) -> float:
        painter.setPen(QColor(self.palette_.muted))
        wide = painter.fontMetrics().horizontalAdvance(text)
        painter.drawText(QRectF(x, y - 4, wide + 2, 18), int(Qt.AlignmentFlag.AlignVCenter), text)
        return x + wide + 4


STEPS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
"""Rows and columns that a key goes on."""


def _write(painter: QPainter, place: QRectF, value: float, digits: int, ground: int) -> None:
    if np.isnan(value):
        return
    painter.setPen(QColor(readable_on(ground & 0xFFFFFF)))
    painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), number(value, digits))


def nothing(palette: Palette) -> str:
    """The colour of 0."""
    return mixed(palette.background, "#000000", DARK)


def gradients(values: Floats, palette: Palette) -> QImage:
    """Gradients by the fixed scale; 0 dark, what is not known yet as the panel."""
    return _image(values, gradient_strength(values), (palette.gradient_negative, palette.gradient_positive), palette)


def signals(values: Floats, palette: Palette) -> QImage:
    """Signals by the fixed scale."""
    return _image(values, signal_strength(values), (palette.signal_negative, palette.signal_positive), palette)


def _image(values: Floats, strength: NDArray[np.floating], hues: tuple[str, str], palette: Palette) -> QImage:
    colours = signed_shades(packed(palette.raised), packed(hues[0]), packed(hues[1]), values, strength)
    colours = np.where(values == 0, packed(nothing(palette)), colours)
    colours = np.where(np.isnan(values), packed(palette.surface), colours)
    pixels = np.ascontiguousarray(colours, dtype=np.int32)
    rows, columns = pixels.shape
    return QImage(pixels.tobytes(), columns, rows, columns * 4, QImage.Format.Format_RGB32).copy()
