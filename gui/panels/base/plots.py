"""Curves over the updates, with pyqtgraph: train and test in one plot, a quiet legend above it, no mouse traps."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twostroke.gui.look.colour import mixed
from twostroke.gui.look.dress import Dressed
from twostroke.gui.model.beside import Thin
from twostroke.gui.model.smoothing import running_mean
from twostroke.gui.model.update_axis import UpdateAxis, alone, update_text, with_gaps
from twostroke.gui.panels.base.widgets import Text, small_font

PLAIN = UpdateAxis()
SMALLEST = 1e-12  # what a loss of 0 is drawn as on a logarithmic axis
HEIGHT = 140
DECADE = 40
"""Pixels that the name of a power of ten takes."""
STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)  # of train and test
PALE = 0.45  # how much of its colour is left of what lies behind a smoothed curve
DOT = 4  # diameter of a figure between two gaps

Series = NDArray[np.floating[Any]] | NDArray[np.int64]


@dataclass(frozen=True)
class Ends:
    """The ends of an axis upwards that are the same for every run, and its marks.

    Below `low` it reaches as far as the curves do, though not below `lowest` as long as some of them lies above.
    """

    low: float
    lowest: float
    high: float
    marks: tuple[tuple[float, str], ...]

    def around(self, values: Series) -> tuple[float, float]:
        """Both ends where these values, which are finite, are drawn."""
        if not values.size:
            return self.low, self.high
        least, most = float(values.min()), float(values.max())
        return min(self.low, least if most < self.lowest else max(least, self.lowest)), self.high


SHARES = Ends(0.0, 0.0, 1.0, ((0, "0 %"), (0.5, "50 %"), (1, "100 %")))
R_SQUARED = Ends(0.0, -1.0, 1.0, ((-1, "−1"), (0, "0"), (0.5, "0.5"), (1, "1")))


class _Updates(pg.AxisItem):  # type: ignore[misc]
    """Numbers of updates as the rest of the window writes them."""

    axis = UpdateAxis()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """On a logarithmic axis the powers of ten after the first update, as many as have room."""
        if not self.axis.log:
            return list(super().tickValues(low, high, size))
        decades = self.axis.decades(self.axis.update(high))
        every = -(-len(decades) // max(1, int(size / DECADE)))
        return [(1.0, [self.axis.place(update) for update in [self.axis.first, *decades[::every]]])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """ "1,500", "250 k", "12 M"; in powers of ten after a first update that is not 0 "+100"."""
        if not self.axis.log or not self.axis.first:
            return [update_text(round(self.axis.update(value), 6)) for value in values]
        after = [round(self.axis.update(value)) - self.axis.first for value in values]
        return [f"+{update_text(more)}" if more else update_text(self.axis.first) for more in after]


class _Canvas(pg.PlotWidget):  # type: ignore[misc]
    """A plot that leaves the wheel to the scroll column around it. `hand` carries a place of the axis of updates, and
    whether the button is still down there."""

    hand = Signal(float, bool)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The hand takes the curve."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.hand.emit(self._place(event), True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """It drags."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.hand.emit(self._place(event), True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """It lets go."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.hand.emit(self._place(event), False)

    def _place(self, event: QMouseEvent) -> float:
        return float(self.getPlotItem().vb.mapSceneToView(self.mapToScene(event.position().toPoint())).x())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Pass it on."""
        event.ignore()


class CurvePlot(Dressed, QWidget):
    """Two curves over the number of updates: training solid, test dashed, so that they differ without colour too.

    Where they are smoothed, the legend says so, and what was measured lies behind them, thin and pale. `dragged`
    carries the update where the hand is, `released` that where it let go.
    """

    dragged = Signal(int)
    released = Signal(int)

    def __init__(self, title: str, ends: Ends | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.title = Text(title, "muted")
        self.legend = Text()
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.smoothing = Text("", "muted", wrap=True)
        self.smoothing.hide()
        self._log, self._ends, self._length = False, ends, 1
        self._series: tuple[Series, Series, Series] | None = None
        self._breaks: tuple[int, ...] = ()
        self._thin: tuple[Thin, ...] = ()
        self._lines: list[tuple[Any, Any]] = []  # for the thin ones: line and name
        self._ends_at: dict[int, tuple[float, float]] = {}  # of those with a name
        self._axis = UpdateAxis()
        self._updates = _Updates("bottom")
        self.canvas = _Canvas(axisItems={"bottom": self._updates}, enableMenu=False)
        self.canvas.setFixedHeight(HEIGHT)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # no key does anything here
        self.canvas.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.item = self.canvas.getPlotItem()
        self.canvas.hand.connect(self._move_to)
        self.canvas.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.item.vb.sigResized.connect(lambda _: self._place_names())
        menu = self.item.ctrlMenu  # pyqtgraph makes it without an owner, and it would stay behind
        menu.setParent(self, menu.windowFlags())
        self.item.hideButtons()
        self.item.setMouseEnabled(False, False)
        self.item.showGrid(x=False, y=True, alpha=0.25)
        self.raw_train, self.raw_test = (self.item.plot(connect="finite") for _ in range(2))
        self.train, self.test = (self.item.plot(connect="finite") for _ in range(2))
        self.train_dots, self.test_dots = (self.item.plot(pen=None, symbol="o", symbolSize=DOT) for _ in range(2))
        self.now = pg.InfiniteLine(angle=90, movable=False)
        self.item.addItem(self.now, ignoreBounds=True)
        self.now.hide()
        if ends is not None:
            self.item.setYRange(ends.low, ends.high, padding=0.1)
            self.item.getAxis("left").setTicks([list(ends.marks)])
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
        layout.addWidget(self.smoothing)
        layout.addWidget(self.canvas)
        self.recolour()

    def show_curves(
        self,
        update: Series,
        train: Series,
        test: Series,
        breaks: tuple[int, ...] = (),
        axis: UpdateAxis = PLAIN,
        thin: tuple[Thin, ...] = (),
    ) -> None:
        """Show both curves, an empty one not at all; the same arrays again cost nothing. `breaks`: as in `Curves`."""
        now = (update, train, test)
        same = self._series is not None and all(a is b for a, b in zip(now, self._series, strict=True))
        same = same and [(a.name, id(a.values)) for a in thin] == [(b.name, id(b.values)) for b in self._thin]
        if same and axis == self._axis:
            return
        self._series, self._breaks, self._axis, self._thin = now, breaks, axis, thin
        self._name_curves()
        self._draw()

    def show_now(self, update: int | None) -> None:
        """A line at the update that is shown; none while the newest is."""
        if update is not None:
            self.now.setPos(self._axis.place(update))
        if self.now.isVisible() != (update is not None):
            self.now.setVisible(update is not None)

    def _move_to(self, place: float, down: bool) -> None:
        (self.dragged if down else self.released).emit(round(max(self._axis.update(place), 0.0)))

    def set_log(self, log: bool) -> None:
        """A logarithmic axis upwards, or a plain one."""
        self._log = log
        self.item.setLogMode(y=log)
        self._draw()

    def set_smoothing(self, length: int) -> None:
        """Draw the mean of the last `length` points in place of each; 1 for the curves as they were measured."""
        self._length = length
        self.smoothing.say(f"Mean of {length} points; pale: as measured")
        self.smoothing.setVisible(length > 1)
        self._draw()

    def recolour(self) -> None:
        """Opaque pens, which are much quicker than translucent ones."""
        palette = self.palette_
        self.canvas.setBackground(QColor(palette.background))
        self.train.setPen(pg.mkPen(palette.text, width=2))
        self.test.setPen(pg.mkPen(palette.muted, width=2, style=Qt.PenStyle.DashLine))
        pale = (mixed(palette.background, colour, PALE) for colour in (palette.text, palette.muted))
        for curve, colour, style in zip((self.raw_train, self.raw_test), pale, STYLES, strict=True):
            curve.setPen(pg.mkPen(colour, width=1, style=style))
        self.train_dots.setSymbolPen(None)
        self.train_dots.setSymbolBrush(QColor(palette.text))
        self.test_dots.setSymbolPen(pg.mkPen(palette.muted, width=1.2))
        self.test_dots.setSymbolBrush(QColor(palette.background))
        self.now.setPen(pg.mkPen(palette.accent, width=1))
        self._colour_thin()
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
        test = f'&nbsp;&nbsp;<span style="color:{palette.muted}">– – test</span>' if has_test else ""
        self.legend.setText(f'<span style="color:{palette.text}">— train</span>{test}')

    def _draw(self) -> None:
        if self._series is None:
            return
        update, *parts = self._series
        drawn = [np.maximum(values, SMALLEST) if self._log else values for values in parts]
        lines = [self._smooth(line.values, line.breaks) for line in self._thin]
        lines = [np.maximum(values, SMALLEST) if self._log else values for values in lines]
        self._fit(update, np.concatenate([*drawn, *lines]))
        self._draw_thin(lines)
        places = self._axis.places(update)
        curves = ((self.train, self.train_dots, self.raw_train), (self.test, self.test_dots, self.raw_test))
        for (curve, dots, raw), values in zip(curves, drawn, strict=True):
            raw.setVisible(self._length > 1)
            if self._length > 1:
                raw.setData(*with_gaps(places, values, self._breaks))
            at, shown = with_gaps(places, self._smooth(values, self._breaks), self._breaks)
            lone = alone(shown)
            curve.setData(at, shown)
            dots.setData(at[lone], shown[lone])

    def _smooth(self, values: Series, breaks: tuple[int, ...]) -> Series:
        return values if self._length == 1 else running_mean(values, breaks, self._length)

    def _draw_thin(self, values: list[Series]) -> None:
        while len(self._lines) < len(values):
            line, name = self.item.plot(connect="finite"), pg.TextItem(anchor=(1, 1))
            name.setFont(small_font(self))
            name.textItem.document().setDocumentMargin(1)
            line.setZValue(-1)
            self.item.addItem(name, ignoreBounds=True)
            self._lines.append((line, name))
        self._colour_thin()
        self._ends_at = {}
        for place, (line, name) in enumerate(self._lines):
            thin = self._thin[place] if place < len(values) else None
            known = np.flatnonzero(np.isfinite(values[place])) if thin is not None else np.zeros(0, dtype=np.intp)
            line.setVisible(known.size > 0)
            name.setVisible(known.size > 0 and thin is not None and bool(thin.name))
            if thin is None or not known.size:
                continue
            at = self._axis.places(thin.update)
            line.setData(*with_gaps(at, values[place], thin.breaks))
            if thin.name:
                high = float(values[place][known[-1]])
                name.setText(thin.name)
                self._ends_at[place] = float(at[known[-1]]), float(np.log10(high)) if self._log else high
        self._place_names()

    def _place_names(self) -> None:
        """Each name above the end of its line, or below where there is no room; none over another, all in full."""
        view = self.item.vb
        (left, right), (low, high) = view.viewRange()
        across, up = (right - left) / max(view.width(), 1.0), (high - low) / max(view.height(), 1.0)
        taken: list[tuple[float, float]] = []
        for place, (x, y) in sorted(self._ends_at.items(), key=lambda end: -end[1][1]):
            name = self._lines[place][1]
            size = name.boundingRect()
            wide, row = size.width() * across, size.height() * up
            x = min(max(x, left + wide), right)
            above = max(y, low) if y + row <= high else min(y, high) - row
            y = min([above, *(other - row for at, other in taken if abs(at - x) < wide)])
            name.setPos(x, y)
            taken.append((x, y))

    def _colour_thin(self) -> None:
        palette = self.palette_
        for place, (line, name) in enumerate(self._lines):
            ahead = place < len(self._thin) and not self._thin[place].name
            dots = pg.mkPen(palette.text, width=1, style=Qt.PenStyle.DotLine)
            line.setPen(dots if ahead else pg.mkPen(palette.muted, width=1))
            name.setColor(QColor(palette.muted))

    def _fit(self, update: Series, values: Series) -> None:
        """Both axes to what is drawn. By itself pyqtgraph keeps the range of a longer run, to which it has clipped."""
        last = [float(each[-1]) for each in (update, *(line.update for line in self._thin)) if len(each)]
        if last:
            self._fit_updates(max(last))
        values = values[np.isfinite(values)]
        if self._ends is not None:
            self.item.setYRange(*self._ends.around(values), padding=0.1)
            return
        if not values.size:
            return
        ends = np.array([values.min(), values.max()], dtype=np.float64)
        low, high = (np.log10(ends) if self._log else ends).tolist()
        least = 0.1 if self._log else 1e-3 * abs(high) or 1.0  # a line that is level has room around it as well
        middle, half = (low + high) / 2, max(high - low, least) / 2
        self.item.setYRange(middle - half, middle + half, padding=0.06)

    def _fit_updates(self, last: float) -> None:
        """From the first update, before which there is nothing."""
        axis = self._updates.axis = self._axis
        begin = axis.place(axis.first)
        length = 1.02 * (axis.place(max(last, axis.first + 10.0)) - begin)
        self.item.setXRange(begin, begin + length, padding=0.0)
        self._updates.picture = None  # drawn again, also where the range is as it was
        self._updates.update()
