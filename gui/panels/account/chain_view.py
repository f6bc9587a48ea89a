"""The chain of gains, painted: the product from the loss to a parameter, factor by factor, on one log scale.

A bar goes from the product before a factor to the product with it: down where it shrinks, up where it grows. Gates are
filled, weights are outlines. So a gradient that vanishes is a staircase, and what takes it down can be seen.
"""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.look.ring import Ringed
from twostroke.gui.model.explain.quantities import Account, Quantity
from twostroke.gui.model.explain.staircase import Stair, another, layer_of, scale_of, stairs_of
from twostroke.gui.model.numbers import ten_to
from twostroke.gui.model.trail import followed, instead
from twostroke.gui.model.user_text import tip
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.account.detour_menu import detour_menu
from twostroke.gui.panels.base.lists import PICTURE_KEYS
from twostroke.gui.panels.base.widgets import small_font

HEIGHT, PAD = 120, 6
LEFT = 38  # px for the scale's numbers
WIDEST = 22  # px of a factor
THINNEST = 2.0  # px of a bar: a factor of 1 is one, too
EVERY = 2  # powers of ten between two lines of the scale
LEGEND = "filled: gates"
HELP = (
    "Left and Right go along the factors, Enter or a click opens one. Up and Down, a right click on a factor, or a "
    "click on a neuron in the picture lead the path over another neuron."
)


class ChainView(Dressed, Ringed):
    """The factors of one chain. `chosen` carries a change of the choices, as that of a panel; `pointed` what the factor
    that is looked at says.
    """

    chosen = Signal(object)
    pointed = Signal(str)
    own_keys = PICTURE_KEYS

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Chain of gains")
        self.setToolTip(tip(HELP))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.stairs: tuple[Stair, ...] = ()
        self.at = 0  # the factor that is looked at
        self._account: Account | None = None
        self._view: ViewState | None = None
        self._widths: tuple[int, ...] = ()
        self._joined: frozenset[int] = frozenset()
        self.hide()

    def show_account(self, view: ViewState, account: Account) -> None:
        """Show the chain that this account tells of; nothing where it is another number's."""
        self._account, self._view, self._widths = account, view, view.widths
        self._joined = frozenset(end for pair in view.skip_targets for end in pair)
        stairs = stairs_of(account)
        self.setVisible(bool(stairs))
        if stairs != self.stairs:
            self.at = min(self.at, max(len(stairs) - 1, 0)) if len(stairs) == len(self.stairs) else len(stairs) - 1
            self.stairs = stairs
            self._look(self.at)
            self.update()

    def _look(self, at: int) -> None:
        """Look at one factor."""
        if self.stairs:
            self.at = max(0, min(at, len(self.stairs) - 1))
            self.setAccessibleDescription(self.stairs[self.at].text)
            self.pointed.emit(self.stairs[self.at].text)
            self.update()

    def _open(self, at: int) -> None:
        quantity: Quantity | None = self.stairs[at].quantity
        if quantity is not None:
            self.chosen.emit(followed(quantity))

    def _change_path(self, by: int) -> None:
        found = None if self._account is None else another(self._account, self.at, by, self._widths, self._joined)
        if found is not None:
            self.chosen.emit(instead(found))

    def open_menu(self, at: int, point: QPoint) -> None:
        """Offer the neurons beside the one of that factor, at a point of the screen."""
        if self._account is not None and self._view is not None and self.stairs:
            chain, layer = self._account.quantity, layer_of(self._account, at)
            menu = detour_menu(self, self._view, chain, layer, lambda taken: self.chosen.emit(instead(taken)))
            menu.popup(point)

    # Where things are.

    @property
    def _column(self) -> float:
        return min((self.width() - LEFT - PAD) / max(len(self.stairs), 1), WIDEST)

    def _y(self, size: float | None) -> float:
        """Of a power of ten; 0 is at the bottom."""
        low, high = scale_of(self.stairs)
        share = 0.0 if size is None else (size - low) / (high - low)
        return PAD + (HEIGHT - 2 * PAD) * (1.0 - share)

    def bar(self, at: int) -> QRectF:
        """The bar of one factor."""
        stair = self.stairs[at]
        top, bottom = sorted((self._y(stair.before), self._y(stair.after)))
        width = self._column
        gap = min(2.0, width / 4)
        return QRectF(LEFT + at * width + gap / 2, top, width - gap, max(bottom - top, THINNEST))

    def _under(self, x: float) -> int | None:
        at = int((x - LEFT) // self._column)
        return at if 0 <= at < len(self.stairs) else None

    # Qt's own names from here on

    def sizeHint(self) -> QSize:
        """As wide as the panel."""
        return QSize(200, HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Along the factors, into one, or over to another neuron."""
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._look(self.at + (1 if event.key() == Qt.Key.Key_Right else -1))
            case Qt.Key.Key_Home | Qt.Key.Key_End:
                self._look(0 if event.key() == Qt.Key.Key_Home else len(self.stairs) - 1)
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._change_path(1 if event.key() == Qt.Key.Key_Down else -1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.stairs:
                self._open(self.at)
            case _:
                event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """What is under the pointer is looked at."""
        at = self._under(event.position().x())
        leads = at is not None and self.stairs[at].quantity is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor)
        if at is not None and at != self.at:
            self._look(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens a factor."""
        at = self._under(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and at is not None:
            self._open(at)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Other neurons for the factor under the mouse; by the menu key, for the one that is looked at."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        at = self._under(event.pos().x()) if by_mouse else self.at
        if at is not None:
            self._look(at)
            self.open_menu(at, event.globalPos() if by_mouse else self.mapToGlobal(self.rect().center()))

    def leaveEvent(self, event: QEvent) -> None:
        """What was looked at last stays."""
        super().leaveEvent(event)
        self.unsetCursor()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Scale, bars, and a mark at the one that is looked at."""
        with painting(self) as painter:
            self._paint_scale(painter)
            for at in range(len(self.stairs)):
                self._paint_bar(painter, at)
            self._paint_legend(painter)
            self.paint_ring(painter, self.rect())

    def _paint_scale(self, painter: QPainter) -> None:
        painter.setFont(small_font(self))
        low, high = scale_of(self.stairs)
        every = EVERY * max(1, (high - low) // 10)
        for power in range(high - high % every, low - 1, -every):
            y = self._y(float(power))
            painter.setPen(QColor(self.palette_.hairline if power else self.palette_.line))
            painter.drawLine(QPointF(LEFT, y), QPointF(self.width() - PAD, y))
            painter.setPen(QColor(self.palette_.muted))
            text = "1" if power == 0 else ten_to(power)
            room = QRectF(0, y - 8, LEFT - 5, 16)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)

    def _paint_legend(self, painter: QPainter) -> None:
        """Where the bars are not: on the way down above their end, on the way up below it."""
        grows = bool(self.stairs) and (self.stairs[-1].after or 0.0) > 0.0
        place = Qt.AlignmentFlag.AlignBottom if grows else Qt.AlignmentFlag.AlignTop
        painter.setPen(QColor(self.palette_.muted))
        room = QRectF(LEFT, PAD + 1, self.width() - LEFT - PAD, HEIGHT - 2 * PAD - 2)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | place), LEGEND)

    def _paint_bar(self, painter: QPainter, at: int) -> None:
        stair, bar, palette = self.stairs[at], self.bar(at), self.palette_
        colour = QColor(palette.gradient_negative if stair.negative else palette.gradient_positive)
        if stair.after is None:
            colour = QColor(palette.shut)
        if at == self.at:
            painter.fillRect(QRectF(bar.left() - 1, PAD, bar.width() + 2, HEIGHT - 2 * PAD), QColor(palette.raised))
        filled = stair.is_gate or at == 0
        painter.setPen(QPen(colour, 1.0))
        painter.setBrush(colour if filled else Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
