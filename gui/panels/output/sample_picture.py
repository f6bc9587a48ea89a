"""One sample as a picture: grey as it was taken, or coloured as the network sees it; on what is tried one can draw."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from twostroke.gui.look.colour import ramp_between
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.model.numbers import plain
from twostroke.gui.panels.base.widgets import small_font
from twostroke.gui.panels.output.samples import grey_picture

SMALL, LARGE, FOOT = 72, 136, 15
"""Pixels of its side, to be looked at and to be drawn on; of the word below it."""

SEEN_SCALE = 3.0
"""Scaled inputs of this size have the full colour: three standard deviations."""


class SamplePicture(Dressed, QWidget):
    """One sample as a picture, e.g. a digit of 8 x 8 pixels, with a word below it.

    `seen`: as the network sees it, in the colours of signals, where 0 is the ground; else grey, as it was taken.
    Where it can be drawn on, `drawn` carries the pixels (rows, columns) that the hand wants.
    """

    drawn = Signal(object)

    def __init__(self, name: str, foot: str, seen: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.foot, self._seen = foot, seen
        self._hand: NDArray[np.floating] | None = None  # while a button is down: what has been drawn so far
        self.let_draw(False)
        self._pixels: NDArray[np.floating] | None = None
        self._brightest = 1.0

    def let_draw(self, on: bool) -> None:
        """Larger, so that a pixel can be hit; the left button brightens, the right one darkens."""
        self._drawable = on
        self.side = LARGE if on else SMALL
        self.setFixedSize(self.side, self.side + FOOT)
        self.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)

    def show_picture(self, pixels: NDArray[np.floating], brightest: float, foot: str = "") -> None:
        """Show `pixels` (rows, columns); grey ones are from dark at 0 to bright at `brightest`."""
        self._brightest, self.foot = brightest, foot or self.foot
        if self._hand is not None:  # the hand is ahead of what the engine has answered
            return
        if self._pixels is None or not np.array_equal(pixels, self._pixels):
            self._pixels = pixels
            self.setToolTip(_told(pixels))
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The first pixel."""
        if self._drawable and self._pixels is not None:
            self._hand = self._pixels.copy()
            self._draw(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The next one."""
        self._draw(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of a stroke."""
        self._hand = None

    def _draw(self, event: QMouseEvent) -> None:
        if self._hand is None:
            return
        rows, columns = self._hand.shape
        row, column = int(event.position().y() * rows / self.side), int(event.position().x() * columns / self.side)
        bright = bool(event.buttons() & Qt.MouseButton.LeftButton)
        value = self._brightest if bright else 0.0
        if 0 <= row < rows and 0 <= column < columns and self._hand[row, column] != value:
            self._hand = self._hand.copy()
            self._hand[row, column] = value
            self._pixels = self._hand
            self.update()
            self.drawn.emit(self._hand)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The pixels and the word."""
        if self._pixels is None:
            return
        image = (
            self._coloured(self._pixels) if self._seen else grey_picture(self._pixels, self.palette_, self._brightest)
        )
        with painting(self) as painter:
            place = QRectF(0, 0, self.side, self.side)
            painter.drawImage(place, image)
            painter.setPen(QColor(self.palette_.line))
            painter.drawRect(place.adjusted(0, 0, -1, -1))
            self._paint_foot(painter)

    def _paint_foot(self, painter: QPainter) -> None:
        painter.setFont(small_font(self))
        painter.setPen(QColor(self.palette_.muted))
        painter.drawText(QRectF(0, self.side, self.side, FOOT), Qt.AlignmentFlag.AlignCenter, self.foot)

    def _coloured(self, pixels: NDArray[np.floating]) -> QImage:
        p = self.palette_
        table = ramp_between(p.signal_negative, p.background, p.signal_positive)
        level = np.nan_to_num(np.clip(pixels / SEEN_SCALE, -1.0, 1.0))
        colours = np.ascontiguousarray(table[np.rint((level + 1) / 2 * (len(table) - 1)).astype(np.intp)])
        height, width = pixels.shape
        return QImage(colours.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def _told(pixels: NDArray[np.floating]) -> str:
    """All values, as a table of text."""
    return "\n".join("  ".join(plain(round(float(value), 2)) for value in line) for line in pixels)
