"""Curves over the updates, with pyqtgraph: train and test in one plot, a quiet legend above it, no mouse traps."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.panels.base.widgets import Text, small_font

SMALLEST = 1e-12  # what a loss of 0 is drawn as on a logarithmic axis
HEIGHT = 140

Series = NDArray[np.floating[Any]] | NDArray[np.int64]


class _Updates(pg.AxisItem):  # type: ignore[misc]
    """Numbers of updates as the rest of the window writes them."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """ "1,500", "250 k", "12 M"."""
        return [update_text(value) for value in values]


def update_text(value: float) -> str:
    """A number of updates in little room."""
    for size, letter in ((1_000_000, " M"), (1_000, " k")):
        if value >= 10 * size or (value >= size and size == 1_000_000):
            return f"{value / size:,.6g}{letter}"
    return f"{value:,.6g}"


class _Canvas(pg.PlotWidget):  # type: ignore[misc]
    """A plot that leaves the wheel to the scroll column around it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Pass it on."""
        event.ignore()


class CurvePlot(Dressed, QWidget):
    """Two curves over the number of updates: training solid, test dashed, so that they differ without colour too."""

    def __init__(self, title: str, share: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.title = Text(title, "muted")
        self.legend = Text()
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self._log, self._share = False, share
        self._series: tuple[Series, Series, Series] | None = None
        self.canvas = _Canvas(axisItems={"bottom": _Updates("bottom")})
        self.canvas.setFixedHeight(HEIGHT)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # no key does anything here
        self.canvas.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.item = self.canvas.getPlotItem()
        self.item.setMenuEnabled(False)
        menu = self.item.ctrlMenu  # pyqtgraph makes it without an owner, and it would stay behind
        menu.setParent(self, menu.windowFlags())
        self.item.hideButtons()
        self.item.setMouseEnabled(False, False)
        self.item.setLimits(xMin=0.0, minXRange=10.0)  # before the first update there is nothing
        self.item.showGrid(x=False, y=True, alpha=0.25)
        self.item.setDownsampling(auto=True, mode="peak")
        self.item.setClipToView(True)
        self.train, self.test = self.item.plot(), self.item.plot()
        if share:
            self.item.setYRange(0.0, 1.0, padding=0.1)
            self.item.getAxis("left").setTicks([[(0, "0 %"), (0.5, "50 %"), (1, "100 %")]])
        self.item.getAxis("left").setWidth(44)
        self.item.getAxis("bottom").setHeight(36)
        self.item.getAxis("bottom").setLabel("updates")
        self.item.getAxis("bottom").enableAutoSIPrefix(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.head = QHBoxLayout()
        self.head.setSpacing(12)
        self.head.addWidget(self.title)
        self.head.addWidget(self.legend)
        self.head.addStretch(1)
        layout.addLayout(self.head)
        layout.addWidget(self.canvas)
        self.recolour()

    def show_curves(self, update: Series, train: Series, test: Series) -> None:
        """Show both curves, an empty one not at all; the same arrays again cost nothing."""
        now = (update, train, test)
        if self._series is not None and all(a is b for a, b in zip(now, self._series, strict=True)):
            return
        self._series = now
        self._name_curves()
        self._draw()

    def set_log(self, log: bool) -> None:
        """A logarithmic axis upwards, or a plain one."""
        self._log = log
        self.item.setLogMode(y=log)
        self._draw()

    def recolour(self) -> None:
        """Opaque pens, which are much quicker than translucent ones."""
        palette = self.palette_
        self.canvas.setBackground(QColor(palette.background))
        self.train.setPen(pg.mkPen(palette.accent, width=2))
        self.test.setPen(pg.mkPen(palette.signal_negative, width=2, style=Qt.PenStyle.DashLine))
        for side in ("left", "bottom"):
            axis = self.item.getAxis(side)
            axis.setPen(pg.mkPen(palette.line))
            axis.setTextPen(pg.mkPen(palette.muted))
            axis.setTickFont(small_font(self))
        self.item.getAxis("bottom").setLabel("updates", color=palette.muted, **{"font-size": "11px"})
        self._name_curves()

    def _name_curves(self) -> None:
        """The legend; of the test part only where there is one."""
        palette = self.palette_
        has_test = self._series is None or len(self._series[2]) > 0 or not len(self._series[1])
        test = f'&nbsp;&nbsp;<span style="color:{palette.signal_negative}">– – test</span>' if has_test else ""
        self.legend.setText(f'<span style="color:{palette.accent}">— train</span>{test}')

    def _draw(self) -> None:
        if self._series is None:
            return
        update, *parts = self._series
        drawn = [np.maximum(values, SMALLEST) if self._log else values for values in parts]
        self._fit(update, np.concatenate(drawn))
        for curve, shown in zip((self.train, self.test), drawn, strict=True):
            curve.setData(np.asarray(update[: len(shown)], dtype=np.float64), np.asarray(shown, dtype=np.float64))

    def _fit(self, update: Series, values: Series) -> None:
        """Both axes to what is drawn. By itself pyqtgraph keeps the range of a longer run, to which it has clipped."""
        if len(update):
            self.item.setXRange(0.0, 1.02 * max(float(update[-1]), 10.0), padding=0.0)
        values = values[np.isfinite(values)]
        if self._share or not values.size:
            return
        ends = np.array([values.min(), values.max()], dtype=np.float64)
        low, high = (np.log10(ends) if self._log else ends).tolist()
        least = 0.1 if self._log else 1e-3 * abs(high) or 1.0  # a line that is level has room around it as well
        middle, half = (low + high) / 2, max(high - low, least) / 2
        self.item.setYRange(middle - half, middle + half, padding=0.06)
