"""What the pinned neuron computes, as a picture: a map, a curve with its hinges, or the pictures it likes."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.model.portrait import LinePortrait, PicturePortrait, PlanePortrait, Portrait
from twostroke.gui.panels.base.widgets import Text, small_font
from twostroke.gui.panels.output.samples import grey_picture
from twostroke.gui.stage.scene.ink import ink_of
from twostroke.gui.stage.scene.lenses import RESPONSE

SIDE, CURVE_HEIGHT, PICTURE, FOOT, GAP = 132, 110, 64, 15, 8  # px


class _Canvas(Dressed, QWidget):
    """The picture alone."""

    def __init__(self) -> None:
        super().__init__()
        self.portrait: Portrait | None = None
        self.setAccessibleName("What this neuron computes")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_portrait(self, portrait: Portrait) -> None:
        """Show another one."""
        self.portrait = portrait
        self.setAccessibleDescription(portrait.words)
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its kind."""
        heights = {PlanePortrait: SIDE, LinePortrait: CURVE_HEIGHT, PicturePortrait: PICTURE + FOOT}
        return QSize(SIDE, heights.get(type(self.portrait), SIDE))

    def paintEvent(self, event: QPaintEvent) -> None:
        """By its kind."""
        with painting(self, smooth=True) as painter:
            match self.portrait:
                case PlanePortrait():
                    self._paint_plane(painter, self.portrait)
                case LinePortrait():
                    self._paint_line(painter, self.portrait)
                case PicturePortrait():
                    self._paint_pictures(painter, self.portrait)

    def _paint_plane(self, painter: QPainter, told: PlanePortrait) -> None:
        field = QRectF(0.5, 0.5, SIDE - 1, SIDE - 1)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ink = ink_of(self.palette_)
        values = told.response[::-1]
        painter.drawImage(field, _image(RESPONSE.shades(ink, ink.rest, values, RESPONSE.strength(values))))
        painter.setPen(QColor(self.palette_.line))
        painter.drawRect(field)
        if told.sample is not None:
            low, high = told.extent
            x, y = ((value - low) / (high - low) for value in told.sample)
            self._ring(painter, QPointF(field.left() + x * field.width(), field.bottom() - y * field.height()))

    def _paint_line(self, painter: QPainter, told: LinePortrait) -> None:
        field = QRectF(1, 4, self.width() - 2, CURVE_HEIGHT - 8)
        curves = [told.a] if told.answer is None else [told.a, told.answer]
        low = min(0.0, *(float(np.nanmin(np.nan_to_num(curve))) for curve in curves))
        high = max(0.0, *(float(np.nanmax(np.nan_to_num(curve))) for curve in curves))
        span, (left, right) = max(high - low, 1e-9), told.extent

        def at(x: float, value: float) -> QPointF:
            across = field.left() + (x - left) / (right - left) * field.width()
            return QPointF(across, field.bottom() - (value - low) / span * field.height())

        def curve(values: NDArray[np.floating]) -> QPolygonF:
            places = zip(np.linspace(left, right, len(values)), np.nan_to_num(values), strict=True)
            return QPolygonF([at(float(x), float(value)) for x, value in places])

        palette = self.palette_
        painter.setPen(QPen(QColor(palette.line), 1))
        painter.drawLine(at(left, 0.0), at(right, 0.0))
        for hinge in told.hinges:
            painter.setPen(QPen(QColor(palette.warning), 1.6, Qt.PenStyle.DashLine))
            painter.drawLine(at(hinge, low), at(hinge, high))
        if told.answer is not None:
            painter.setPen(QPen(QColor(palette.muted), 1.4, Qt.PenStyle.DotLine))
            painter.drawPolyline(curve(told.answer))
        painter.setPen(QPen(QColor(palette.signal_positive), 2.2))
        painter.drawPolyline(curve(told.a))
        if told.sample is not None:
            x = np.linspace(left, right, len(told.a))
            self._ring(painter, at(told.sample, float(np.interp(told.sample, x, np.nan_to_num(told.a)))))

    def _ring(self, painter: QPainter, at: QPointF) -> None:
        """The sample that is shown."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((self.palette_.background, 3.6), (self.palette_.text, 1.8)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawEllipse(at, 4.5, 4.5)

    def _paint_pictures(self, painter: QPainter, told: PicturePortrait) -> None:
        painter.setFont(small_font(self))
        for place, (pixels, name) in enumerate(zip(told.pictures, told.names, strict=True)):
            field = QRectF(place * (PICTURE + GAP), 0, PICTURE, PICTURE)
            painter.drawImage(field, grey_picture(pixels, self.palette_, told.brightest))
            painter.setPen(QColor(self.palette_.line))
            painter.drawRect(field.adjusted(0.5, 0.5, -0.5, -0.5))
            painter.setPen(QColor(self.palette_.muted))
            painter.drawText(QRectF(field.left(), PICTURE, PICTURE, FOOT), Qt.AlignmentFlag.AlignCenter, name)


def _image(colours: NDArray[np.int32]) -> QImage:
    pixels = np.ascontiguousarray(colours.astype(np.uint32) | 0xFF000000)
    height, width = pixels.shape
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGB32).copy()


class PortraitView(QWidget):
    """The picture, and what it is in words; or why there is none yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Text("", "muted", wrap=True)
        self.canvas = _Canvas()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.canvas)
        layout.addWidget(self.words)

    def show_portrait(self, told: Portrait | str) -> None:
        """Show a portrait, or a sentence."""
        self.canvas.setVisible(not isinstance(told, str))
        self.words.say(told if isinstance(told, str) else told.words)
        if not isinstance(told, str):
            self.canvas.show_portrait(told)
