"""What the network answers over the plane, behind the samples."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from twostroke.engine.border.snapshot import DataView
from twostroke.gui.look.colour import mixed, ramp_between
from twostroke.gui.model.numbers import plain
from twostroke.gui.model.output_charts import STRENGTH, Frame, plane_frame, signed_level, value_scale
from twostroke.gui.model.user_text import one_line
from twostroke.gui.panels.output.chart import PointChart

BORDER = 190  # of 255: how dense the borders of regions are


class DecisionMap(PointChart):
    """The output over the plane: towards the hue of class 0 or 1, or of a value's sign."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Decision map: the output over the plane", parent)
        self._scale = 1.0
        self._middle = 0.5
        self._regions: NDArray[np.int32] | None = None
        self._borders: QImage | None = None  # of the regions, in the colours of now

    def show_regions(self, regions: NDArray[np.int32] | None) -> None:
        """Draw the borders between cells (n, n), row 0 at the bottom, that have different numbers; None for none."""
        if regions is not self._regions:
            self._regions, self._borders = regions, None
            self.update()

    def recolour(self) -> None:
        """The borders, too."""
        self._borders = None
        super().recolour()

    def use_middle(self, middle: float) -> None:
        """Between two classes the output `middle` is the border: one half, or 0 where the loss asks for −1 and 1."""
        if middle != self._middle:
            self._middle = middle
            self.update()

    def frame_of(self, data: DataView) -> Frame:
        """The square of the data; values share one scale that is fixed by the targets."""
        self._scale = value_scale(data)
        return plane_frame(data)

    def places(self, raw: NDArray[np.floating], label: NDArray[np.floating]) -> NDArray[np.floating]:
        """The samples' own places."""
        return raw

    def trial_place(self, values: NDArray[np.floating]) -> tuple[float, float]:
        """Its own place."""
        return float(values[0]), float(values[1])

    def values_at(self, x: float, y: float) -> tuple[float, ...]:
        """Both of them."""
        return x, y

    def axis_names(self) -> tuple[str, str]:
        """Typed rows have names of their own."""
        if self.data is None or self.data.info.name != "rows":
            return super().axis_names()
        across, up = map(one_line, self.data.feature_names)
        return across, up

    def level(self, value: NDArray[np.floating]) -> NDArray[np.floating]:
        """Outputs on the signed scale from −1 to 1; for classes the border is the middle."""
        assert self.data is not None
        return signed_level(value, self.data, self._middle)

    def point_colour(self, label: float) -> str:
        """By class; or by the target, grey at 0, which stands out from the map's background."""
        if not self._is_regression:
            return self.palette_.class_hue(int(label))
        level = float(self.level(np.array(label)))
        end = self.palette_.signal_positive if level > 0 else self.palette_.signal_negative
        return mixed(self.palette_.muted, end, abs(level))

    def point_class(self, label: float) -> int:
        """Its own, unless labels are values."""
        return 0 if self._is_regression else int(label)

    def class_ends(self) -> tuple[int, ...]:
        """The two there are, unless labels are values."""
        return () if self._is_regression else (0, 1)

    @property
    def _is_regression(self) -> bool:
        return self.data is not None and self.data.info.task == "regression"

    def legend(self) -> tuple[str, str, str, str] | None:
        """The ends of the scale."""
        if self.data is None:
            return None
        if self._is_regression:
            end = float(f"{self._scale:.2g}")
            low, high = plain(-end), plain(end)
        else:
            low, high = plain(2 * self._middle - 1), "1"
        return low, self._end(False), high, self._end(True)

    def _end(self, positive: bool) -> str:
        p = self.palette_
        if self._is_regression:
            return mixed(p.background, p.signal_positive if positive else p.signal_negative, STRENGTH)
        return mixed(p.background, p.class_hue(int(positive)), STRENGTH)

    def paint_field(self, painter: QPainter, field: QRectF) -> None:
        """The response as a smooth picture; over it the borders of the regions."""
        self._paint_response(painter, field)
        if self._regions is not None:
            size = (field.size() * self.devicePixelRatio()).toSize()
            if self._borders is None or self._borders.size() != size:
                self._borders = borders(self._regions, self.palette_.text, size.width(), size.height())
            painter.drawImage(field, self._borders)

    def _paint_response(self, painter: QPainter, field: QRectF) -> None:
        if self.response is None or self.response.ndim != 2:
            return
        table = ramp_between(self._end(False), self.palette_.background, self._end(True))
        level = np.nan_to_num(self.level(self.response[::-1]))
        pixels = np.ascontiguousarray(table[np.rint((level + 1) / 2 * (len(table) - 1)).astype(np.intp)])
        height, width = pixels.shape[:2]
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(field, image)


def borders(regions: NDArray[np.int32], colour: str, width: int, height: int) -> QImage:
    """A line of one pixel wherever neighbours are of different regions; else nothing. The first row is the lowest."""
    across = ((np.arange(width) + 0.5) * regions.shape[1] / width).astype(np.intp)
    down = ((np.arange(height) + 0.5) * regions.shape[0] / height).astype(np.intp)
    shown = regions[::-1][down][:, across]
    edge = np.zeros(shown.shape, dtype=np.bool_)
    edge[:, 1:] |= shown[:, 1:] != shown[:, :-1]
    edge[1:] |= shown[1:] != shown[:-1]
    ink = QColor(colour)
    ink.setAlpha(BORDER)
    pixels = np.ascontiguousarray(np.where(edge, ink.rgba(), 0).astype(np.uint32))
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32).copy()
