"""Which classes the network takes for which; a click on a cell asks for its samples."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from twostroke.gui.look.class_marks import draw_mark
from twostroke.gui.look.colour import mixed
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting, saved
from twostroke.gui.model.user_text import one_line
from twostroke.gui.panels.base.widgets import small_font

TOP = 34  # room above the cells for "predicted" and the names
LARGEST_CELL = 56
MARK = 11  # px for the mark of a class beside its name


class ConfusionMatrix(Dressed, QWidget):
    """True classes downwards, predicted ones across, each with its mark; right answers in the hue of their class,
    mistaken ones grey, by share of the row.

    `clicked` carries the true and the predicted class of a cell.
    """

    clicked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Confusion matrix")
        self._matrix: NDArray[np.int64] | None = None
        self._names: tuple[str, ...] = ()
        self._chosen: tuple[int, int] | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Click a cell to list its samples")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_matrix(self, matrix: NDArray[np.int64] | None, names: tuple[str, ...]) -> None:
        """Show `matrix` [true, predicted] for the classes `names`."""
        if matrix is self._matrix and names == self._names:
            return
        if matrix is None or self._matrix is None or matrix.shape != self._matrix.shape:
            self.updateGeometry()
        self._matrix, self._names = matrix, tuple(map(one_line, names))
        right = 0 if matrix is None else int(np.trace(matrix))
        total = 0 if matrix is None else int(matrix.sum())
        self.setAccessibleDescription(f"{right} of {total} right")
        self.update()

    def choose(self, cell: tuple[int, int] | None) -> None:
        """Mark the cell (true, predicted) whose samples are listed; None for none."""
        if cell != self._chosen:
            self._chosen = cell
            self.update()

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """The cell (true, predicted) at a pixel."""
        wide, high = self._sizes()
        column, row = int((x - self._left()) // wide), int((y - TOP) // high)
        inside = self._matrix is not None and 0 <= row < len(self._names) and 0 <= column < len(self._names)
        return (row, column) if inside else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the samples of a cell."""
        cell = self.cell_at(event.position().x(), event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.clicked.emit(*cell)

    def _left(self) -> int:
        """Room for the names of the rows."""
        metrics = self.fontMetrics()
        longest = max((metrics.horizontalAdvance(name) for name in self._names), default=0)
        return 20 + MARK + min(longest, self.width() // 3)

    def _cell(self, width: int) -> tuple[float, float]:
        classes = max(1, len(self._names))
        across = (width - self._left() - 4) / classes
        return across, min(across, LARGEST_CELL)

    def _sizes(self) -> tuple[float, float]:
        """Width and height of a cell as painted."""
        wide, high = self._cell(self.width())
        return wide, min(high, (self.height() - TOP - 2) / max(1, len(self._names)))

    def hasHeightForWidth(self) -> bool:
        """Cells keep their shape."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all rows."""
        return round(TOP + self._cell(width)[1] * max(1, len(self._names)) + 4)

    def sizeHint(self) -> QSize:
        """Fits a column of the window."""
        return QSize(270, self.heightForWidth(270))

    def minimumSizeHint(self) -> QSize:
        """Still readable."""
        return QSize(180, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names, cells, counts."""
        if self._matrix is None or not self._names:
            return
        with painting(self) as painter:
            painter.setFont(small_font(self))
            wide, high = self._sizes()
            self._paint_names(painter, wide, high)
            sums = np.maximum(self._matrix.sum(axis=1), 1)
            for (row, column), n in np.ndenumerate(self._matrix):
                cell = QRectF(self._left() + column * wide, TOP + row * high, wide - 1, high - 1)
                hue = self.palette_.class_hue(row) if row == column else self.palette_.muted
                self._paint_cell(painter, cell, int(n), float(n / sums[row]), hue, row == column)
                if (row, column) == self._chosen:
                    painter.setPen(QPen(QColor(self.palette_.text), 2))
                    painter.drawRect(cell.adjusted(1, 1, -1, -1))

    def _paint_cell(self, painter: QPainter, cell: QRectF, n: int, share: float, hue: str, right: bool) -> None:
        strength = 0.0 if n == 0 else 0.2 + 0.8 * share
        colour = mixed(self.palette_.raised, hue, strength)
        painter.fillRect(cell, QColor(colour))
        if n or right:
            painter.setPen(QColor(self.palette_.readable_on(colour)))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, str(n))

    def _paint_names(self, painter: QPainter, wide: float, high: float) -> None:
        left, metrics, flag = self._left(), painter.fontMetrics(), Qt.AlignmentFlag
        painter.setPen(QPen(QColor(self.palette_.muted)))
        painter.drawText(QRectF(left, 0, wide * len(self._names), 16), flag.AlignCenter, "predicted")
        with saved(painter):
            painter.translate(0, TOP + high * len(self._names))
            painter.rotate(-90)
            painter.drawText(QRectF(0, 0, high * len(self._names), 14), flag.AlignCenter, "true")
        for place, name in enumerate(self._names):
            room = wide - 2 - MARK
            above = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(room)) if room > 8 else ""
            beside = metrics.elidedText(name, Qt.TextElideMode.ElideRight, left - 20 - MARK)
            painter.setPen(QPen(QColor(self.palette_.text)))
            shift = MARK if above else 0
            painter.drawText(QRectF(left + place * wide + shift, 16, wide - shift, TOP - 18), flag.AlignCenter, above)
            row = QRectF(16 + MARK, TOP + place * high, left - 20 - MARK, high)
            painter.drawText(row, flag.AlignRight | flag.AlignVCenter, beside)
            across = metrics.horizontalAdvance(above)
            head = left + place * wide + wide / 2 + (-across / 2 if above else 0.0)
            self._paint_mark(painter, place, QPointF(head, 16 + (TOP - 18) / 2))
            at = left - 10 - metrics.horizontalAdvance(beside)
            self._paint_mark(painter, place, QPointF(at, row.center().y()))

    def _paint_mark(self, painter: QPainter, index: int, at: QPointF) -> None:
        with saved(painter):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_mark(painter, index, at, 3.4, self.palette_.class_hue(index), self.palette_.surface)
