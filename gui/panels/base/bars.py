"""One horizontal bar a layer, all on the same fixed scale, each with its number."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.panels.base.widgets import small_font

ROW, SCALE, NAME = 20, 16, 62


@dataclass(frozen=True)
class Bar:
    """One layer's bar: how long (0 to 1), with which number."""

    name: str
    share: float
    text: str


class LayerBars(Dressed, QWidget):
    """The bars; marks are the texts under the scale with their places (0 to 1)."""

    def __init__(self, name: str, text_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._bars: tuple[Bar, ...] = ()
        self._marks: tuple[tuple[float, str], ...] = ()
        self._text_width = text_width
        self._gradient = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, bars: tuple[Bar, ...], gradient: bool, marks: tuple[tuple[float, str], ...]) -> None:
        """Show `bars`, in the colour of gradients or of signals, on the scale of `marks`."""
        if (bars, gradient, marks) == (self._bars, self._gradient, self._marks):
            return
        self._marks = marks
        if len(bars) != len(self._bars):
            self.updateGeometry()
        self._bars, self._gradient = bars, gradient
        self.setAccessibleDescription("; ".join(f"{bar.name} {bar.text}" for bar in bars))
        self.update()

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._bars

    def sizeHint(self) -> QSize:
        """One row a layer, and the scale."""
        return QSize(260, ROW * len(self._bars) + SCALE)

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for any column."""
        return QSize(160, ROW * len(self._bars) + SCALE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names, troughs, bars, numbers, scale."""
        if not self._bars:
            return
        with painting(self) as painter:
            painter.setFont(small_font(self))
            longest = max(painter.fontMetrics().horizontalAdvance(bar.text) for bar in self._bars)
            room = max(self._text_width, longest + 2)
            wide = self.width() - NAME - room - 8
            for row, bar in enumerate(self._bars):
                self._paint_bar(painter, bar, row * ROW, wide, room)
            painter.setPen(QColor(self.palette_.muted))
            for place, text in self._marks:
                width = painter.fontMetrics().horizontalAdvance(text)
                left = NAME + place * wide - place * width
                painter.drawText(
                    QRectF(left, ROW * len(self._bars), width + 1, SCALE), Qt.AlignmentFlag.AlignCenter, text
                )

    def _paint_bar(self, painter: QPainter, bar: Bar, top: float, wide: float, room: float) -> None:
        flag, palette = Qt.AlignmentFlag, self.palette_
        painter.setPen(QColor(palette.muted))
        painter.drawText(QRectF(0, top, NAME - 4, ROW), flag.AlignLeft | flag.AlignVCenter, bar.name)
        trough = QRectF(NAME, top + 5, wide, ROW - 10)
        painter.fillRect(trough, QColor(palette.raised))
        colour = palette.gradient_positive if self._gradient else palette.signal_positive
        painter.fillRect(QRectF(trough.left(), trough.top(), wide * bar.share, trough.height()), QColor(colour))
        painter.setPen(QColor(palette.text))
        number = QRectF(trough.right() + 6, top, room, ROW)
        painter.drawText(number, flag.AlignLeft | flag.AlignVCenter, bar.text)
