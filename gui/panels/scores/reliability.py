"""The reliability diagram: of samples with about one probability, how many turn out so, and of how many."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from twostroke.engine.session.phrases import counted
from twostroke.gui.look.colour import mixed
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.model.numbers import number, percent
from twostroke.gui.panels.base.widgets import small_font

if TYPE_CHECKING:
    from twostroke.engine.probes.calibration import Calibration

LEFT, TOP = 44, 8
FIELD = 132  # px of the diagram upwards
MARKS = 16  # px for the numbers of an axis
COUNTS = 48  # px of the counts below
LINE = 12  # px of a number above a bar
NAMES = 16
DOT = 3.4
Flag = Qt.AlignmentFlag


class ReliabilityDiagram(Dressed, QWidget):
    """Dots on the diagonal where probabilities are right as often as they say; below, the samples of each bin."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Reliability diagram")
        self.found: Calibration | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_calibration(self, found: "Calibration | None") -> None:
        """Show these bins."""
        if found is self.found:
            return
        self.found = found
        self.setAccessibleDescription("; ".join(self.lines()))
        self.setToolTip("\n".join(self.lines()))
        self.update()

    def lines(self) -> list[str]:
        """What each bin that is not empty says."""
        if self.found is None:
            return []
        edges, found = np.linspace(0.0, 1.0, len(self.found.samples) + 1), self.found
        return [
            f"{percent(edges[k], 0)} to {percent(edges[k + 1], 0)}: {counted(int(found.samples[k]), 'sample')}, "
            f"probability {percent(found.mean[k])}, true of {percent(found.share[k])}"
            for k in np.flatnonzero(found.samples)
        ]

    def sizeHint(self) -> QSize:
        """Fits a column of the window."""
        return QSize(256, TOP + FIELD + MARKS + COUNTS + NAMES)

    def minimumSizeHint(self) -> QSize:
        """Still readable."""
        return QSize(180, self.sizeHint().height())

    def field(self) -> QRectF:
        """Where probabilities lie, across, and shares, upwards."""
        return QRectF(LEFT, TOP, self.width() - LEFT - 8, FIELD)

    def place(self, probability: float, share: float) -> QPointF:
        """The pixel of a bin."""
        field = self.field()
        return QPointF(field.left() + probability * field.width(), field.bottom() - share * field.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Axes, the diagonal, what is missing to it, dots, counts."""
        if self.found is None:
            return
        with painting(self, smooth=True) as painter:
            painter.setFont(small_font(self))
            self._paint_axes(painter)
            self._paint_dots(painter)
            self._paint_counts(painter)

    def _paint_axes(self, painter: QPainter) -> None:
        field, palette = self.field(), self.palette_
        painter.fillRect(field, QColor(palette.background))
        painter.setPen(QPen(QColor(palette.line), 1))
        painter.drawRect(field)
        painter.setPen(QPen(QColor(palette.muted), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(self.place(0, 0), self.place(1, 1))
        painter.setPen(QColor(palette.muted))
        for share in (0.0, 0.5, 1.0):
            text, y = percent(share, 0), self.place(0, share).y()
            beside = QRectF(0, min(max(y - 8, 0), field.bottom() - 14), LEFT - 5, 16)
            painter.drawText(beside, Flag.AlignRight | Flag.AlignVCenter, text)
            width = painter.fontMetrics().horizontalAdvance(text)
            left = self.place(share, 0).x() - share * width
            painter.drawText(QRectF(left, field.bottom() + 1, width + 1, MARKS), Flag.AlignLeft, text)

    def _paint_dots(self, painter: QPainter) -> None:
        assert self.found is not None
        palette, found = self.palette_, self.found
        full = np.flatnonzero(found.samples)
        dots = [self.place(float(found.mean[k]), float(found.share[k])) for k in full]
        for k, dot in zip(full, dots, strict=True):
            painter.setPen(QPen(QColor(palette.warning), 2))
            painter.drawLine(dot, self.place(float(found.mean[k]), float(found.mean[k])))
        painter.setPen(QPen(QColor(palette.text), 1.4))
        painter.drawPolyline(dots)
        painter.setPen(QPen(QColor(palette.background), 1))
        painter.setBrush(QColor(palette.text))
        for dot in dots:
            painter.drawEllipse(dot, DOT, DOT)

    def _paint_counts(self, painter: QPainter) -> None:
        """Bars on a logarithmic scale: next to thousands, ten samples would have none."""
        assert self.found is not None
        palette, counts, field = self.palette_, self.found.samples, self.field()
        wide, foot = field.width() / len(counts), field.bottom() + MARKS + COUNTS
        most = np.log1p(max(int(counts.max()), 1))
        texts = {int(k): count_text(int(counts[k])) for k in np.flatnonzero(counts)}
        measure = painter.fontMetrics().horizontalAdvance
        crowded = max(map(measure, texts.values())) > wide - 3
        for k, text in texts.items():
            high = (COUNTS - 2 * LINE - 2) * float(np.log1p(counts[k]) / most)
            bar = QRectF(field.left() + k * wide + 1, foot - high, wide - 2, high)
            painter.fillRect(bar, QColor(mixed(palette.raised, palette.muted, 0.6)))
            painter.setPen(QColor(palette.muted))
            lift = LINE * (1 + (crowded and k % 2))
            above = QRectF(bar.left() - 9, bar.top() - lift - 1, bar.width() + 18, LINE + 1)
            painter.drawText(above, Flag.AlignCenter, text)
        painter.setPen(QColor(palette.muted))
        painter.drawText(QRectF(field.left(), foot, field.width(), NAMES), Flag.AlignCenter, "samples (log scale)")


def count_text(count: int) -> str:
    """A number of samples in the room of three digits."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if count >= size:
            return f"{count / size:.0f}{letter}"
    return str(count)


def figures_text(found: "Calibration") -> str:
    """Both figures in one line."""
    return f"Expected calibration error {percent(found.error)}; Brier score {number(found.brier)}"
