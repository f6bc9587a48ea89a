"""The strip between a column and the picture: a click folds the column, and brings it back."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QKeySequence, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.panels.table import Side
from twostroke.gui.shell.room import EDGE

GRIP = QSize(10, 44)  # of the mark behind the chevron
CHEVRON = QSize(4, 8)


class Edge(Dressed, QAbstractButton):
    """A button as high as the picture, with a chevron that points where the column would go. It does `action`."""

    def __init__(self, side: Side, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side, self._action = side, action
        self._open = True
        self.setFixedWidth(EDGE)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(action.trigger)
        self._tell()

    def show_open(self, open_: bool) -> None:
        """Show whether the column is there."""
        if open_ != self._open:
            self._open = open_
            self._tell()
            self.update()

    def _tell(self) -> None:
        name = f"{'Fold' if self._open else 'Show'} the {self._side.value} column"
        key = self._action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self.setAccessibleName(name)
        self.setToolTip(f"{name} ({key})" if key else name)

    def sizeHint(self) -> QSize:
        """As wide as it is; the height follows the picture."""
        return QSize(EDGE, GRIP.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground of the picture; a mark where the pointer or the focus is."""
        p, middle = self.palette_, QPointF(self.width() / 2, self.height() / 2)
        marked = self.underMouse() or self.hasFocus()
        with painting(self, smooth=True) as painter:
            painter.fillRect(self.rect(), QColor(p.background))
            grip = QRectF(0, 0, GRIP.width(), GRIP.height())
            grip.moveCenter(middle)
            painter.setPen(QPen(QColor(p.accent), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(p.raised if marked else p.surface))
            painter.drawRoundedRect(grip, 4, 4)
            painter.setPen(QPen(QColor(p.text if marked else p.muted), 1.5, c=Qt.PenCapStyle.RoundCap))
            painter.drawPolyline(self._chevron(middle))

    def _chevron(self, middle: QPointF) -> QPolygonF:
        leftwards = (self._side is Side.LEFT) == self._open
        tip = -CHEVRON.width() / 2 if leftwards else CHEVRON.width() / 2
        half = CHEVRON.height() / 2
        return QPolygonF([middle + QPointF(-tip, -half), middle + QPointF(tip, 0), middle + QPointF(-tip, half)])
