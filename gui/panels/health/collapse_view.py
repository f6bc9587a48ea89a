"""Linear collapse: the one matrix that all layers are, with its bias, and how far it is from the stack."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QVBoxLayout, QWidget

from twostroke.engine.border.health import Health
from twostroke.gui.look.colour import readable_on
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.model.collapse import apart, title
from twostroke.gui.model.numbers import FEWEST_DIGITS, USUAL_DIGITS, number
from twostroke.gui.panels.account.outer_matrix import signals
from twostroke.gui.panels.base.widgets import Text, small_font

Floats = NDArray[np.float64]

LETTERS = 16  # px above for x and b
ROW, WIDEST = 20, 60  # px of a cell, at most
HIGHEST = 200  # px of all rows; beyond, they get thinner
BETWEEN = 8  # px between weights and biases
EDGE = 14  # px that a column of biases has at least
MOST_WRITTEN = 64
"""Elements of the largest matrix whose numbers are written into its cells."""


class MapMatrix(Dressed, QWidget):
    """Weights (outputs, inputs) and, a little apart, biases, as cells on the fixed scale of signals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The one matrix of all layers, and its bias")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.weight, self.bias = np.zeros((1, 1)), np.zeros(1)
        self.wanted = USUAL_DIGITS
        self._images: tuple[QImage, QImage] | None = None
        self._digits: int | None = None  # as many as have room in every cell; None for no numbers

    def show_map(self, weight: Floats, bias: Floats, digits: int) -> None:
        """Show another one."""
        self.weight, self.bias, self.wanted, self._images = weight, bias, digits, None
        self._fit()
        self.update()

    def _fit(self) -> None:
        tried = range(self.wanted, FEWEST_DIGITS - 1, -1) if self.weight.size <= MOST_WRITTEN else ()
        self._digits = next((digits for digits in tried if self._has_room(digits)), None)
        height = round(LETTERS + self._high * len(self.bias)) + 2
        if height != self.height():
            self.setFixedHeight(height)

    def _has_room(self, digits: int) -> bool:
        letters = QFontMetrics(small_font(self))
        both = (*self.weight.ravel(), *self.bias)
        widest = max(letters.horizontalAdvance(number(float(value), digits)) for value in both) + 4
        return widest <= min((self.width() - BETWEEN - 1) / (self.weight.shape[1] + 1), WIDEST)

    # Where things are.

    @property
    def _high(self) -> float:
        return min(ROW, HIGHEST / len(self.bias))

    @property
    def _wide(self) -> float:
        columns, room = self.weight.shape[1], self.width() - BETWEEN - 1
        even = room / (columns + 1)
        return min(even if even >= EDGE else (room - EDGE) / columns, WIDEST)

    def cell(self, output: int, column: int) -> QRectF:
        """Where a weight stands; behind the last column, a bias."""
        biases = column == self.weight.shape[1]
        left = column * self._wide + (BETWEEN if biases else 0)
        return QRectF(left, LETTERS + output * self._high, max(self._wide, EDGE) if biases else self._wide, self._high)

    def told(self, x: float, y: float) -> str:
        """The number at a pixel, in words; "" where there is none."""
        output, columns = int((y - LETTERS) // self._high), self.weight.shape[1]
        if y < LETTERS or output >= len(self.bias):
            return ""
        if self.cell(output, columns).left() <= x <= self.cell(output, columns).right():
            return f"b of output {output + 1}: {number(float(self.bias[output]), self.wanted)}"
        column = int(x // self._wide)
        if not 0 <= column < columns:
            return ""
        weight = number(float(self.weight[output, column]), self.wanted)
        return f"W from input {column + 1} to output {output + 1}: {weight}"

    # Qt's own names from here on

    def sizeHint(self) -> QSize:
        """As wide as the panel."""
        return QSize(200, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, larger cells."""
        super().resizeEvent(event)
        self._fit()

    def recolour(self) -> None:
        """The cells in the colours of the theme."""
        self._images = None
        self.update()

    def event(self, event: QEvent) -> bool:
        """A tool tip with the number under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.told(event.pos().x(), event.pos().y()), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Both blocks of cells, and what they are."""
        if self._images is None:
            self._images = (signals(self.weight, self.palette_), signals(self.bias[:, None], self.palette_))
        last, columns = len(self.bias) - 1, self.weight.shape[1]
        blocks = (
            self.cell(0, 0).united(self.cell(last, columns - 1)),
            self.cell(0, columns).united(self.cell(last, columns)),
        )
        with painting(self) as painter:
            painter.setFont(small_font(self))
            for place, image, letter in zip(blocks, self._images, ("W", "b"), strict=True):
                self._paint_block(painter, place, image, letter)
            if self._digits is not None:
                self._paint_numbers(painter, self._images, self._digits)

    def _paint_block(self, painter: QPainter, place: QRectF, image: QImage, letter: str) -> None:
        finer = image.width() > place.width() or image.height() > place.height()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, finer)
        painter.drawImage(place, image)
        painter.setPen(QColor(self.palette_.line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place)
        painter.setPen(QColor(self.palette_.muted))
        painter.drawText(QRectF(place.left(), 0, place.width(), LETTERS - 2), Qt.AlignmentFlag.AlignCenter, letter)

    def _paint_numbers(self, painter: QPainter, images: tuple[QImage, QImage], digits: int) -> None:
        columns = self.weight.shape[1]
        for output, column in np.ndindex(len(self.bias), columns + 1):
            of_bias = column == columns
            value = self.bias[output] if of_bias else self.weight[output, column]
            ground = images[1].pixel(0, output) if of_bias else images[0].pixel(column, output)
            painter.setPen(QColor(readable_on(ground & 0xFFFFFF)))
            text = number(float(value), digits)
            painter.drawText(self.cell(output, column), Qt.AlignmentFlag.AlignCenter, text)


class CollapseView(QWidget):
    """Seen only where the layers are one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Text("", "", wrap=True)
        self.matrix = MapMatrix()
        self.apart = Text("", "muted", wrap=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 6)
        box.setSpacing(4)
        for widget in (self.title, self.matrix, self.apart):
            box.addWidget(widget)
        self.hide()

    def show_health(self, health: Health, dtype: str, digits: int) -> None:
        """Show the map that `health` has, or nothing."""
        found = health.collapse
        self.setVisible(found is not None)
        if found is not None:
            self.title.say(title(len(health.layers), found.product))
            self.matrix.show_map(found.weight, found.bias, digits)
            self.apart.say(apart(health, dtype))
