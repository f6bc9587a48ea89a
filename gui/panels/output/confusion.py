"""Which classes the network takes for which; a click on a cell, or Enter, asks for its samples."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from twostroke.engine.session.phrases import counted
from twostroke.gui.look.class_marks import draw_mark
from twostroke.gui.look.colour import mixed
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting, saved
from twostroke.gui.look.ring import Ringed
from twostroke.gui.model.user_text import one_line
from twostroke.gui.panels.base.widgets import small_font

TOP = 34  # room above the cells for "predicted" and the names
LARGEST_CELL = 56
MARK = 11  # px for the mark of a class beside its name
STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
"""Where an arrow leads from a cell (true, predicted)."""

OPENING = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ConfusionMatrix(Dressed, Ringed):
    """True classes downwards, predicted ones across, each with its mark; right answers in the hue of their class,
    mistaken ones grey, by share of the row.

    `clicked` carries the true and the predicted class of a cell.
    """

    clicked = Signal(int, int)
    own_keys = frozenset((*STEPS, *OPENING))

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Confusion matrix")
        self._matrix: NDArray[np.int64] | None = None
        self._names: tuple[str, ...] = ()
        self._chosen: tuple[int, int] | None = None
        self._at = (0, 0)  # where the keys stand
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Click a cell to list its samples; by keys, go there with the arrows and press Enter")
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
        last = max(len(names) - 1, 0)
        self._at = (min(self._at[0], last), min(self._at[1], last))
        self._describe()
        self.update()

    def _describe(self) -> None:
        """How many are right, and what the cell says where the keys stand."""
        if self._matrix is None or not self._names:
            self.setAccessibleDescription("")
            return
        right, total = int(np.trace(self._matrix)), int(self._matrix.sum())
        true, predicted = (self._names[place] for place in self._at)
        here = f"true {true}, predicted {predicted}: {counted(int(self._matrix[self._at]), 'sample')}"
        self.setAccessibleDescription(f"{right} of {total} right; {here}")

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
            self._at = cell
            self._describe()
            self.clicked.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows go from cell to cell; Enter lists the samples of one."""
        step = STEPS.get(Qt.Key(event.key()))
        if self._matrix is None or not self._names:
            event.ignore()
        elif step is not None:
            last = len(self._names) - 1
            self._at = (min(max(self._at[0] + step[0], 0), last), min(max(self._at[1] + step[1], 0), last))
            self._describe()
            self.update()
        elif event.key() in OPENING:
            self.clicked.emit(*self._at)
        else:
            event.ignore()

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
                if (row, column) == self._at:
                    self.paint_ring(painter, cell.toAlignedRect().adjusted(-1, -1, 1, 1))

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
