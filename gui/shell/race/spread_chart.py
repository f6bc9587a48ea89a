"""The picture of a race in the window: a click on a dot, or Enter, asks for that run."""

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from twostroke.engine.race.outcome import Row
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.look.ring import Ringed
from twostroke.gui.look.style import tabular
from twostroke.gui.model.race_figures import Figure, Strand, remark_on, spread_text
from twostroke.gui.model.user_text import tip
from twostroke.gui.shell.race import spread_picture as picture
from twostroke.gui.shell.race.number_picture import NumberPlan
from twostroke.gui.shell.race.race_brush import DOT, Dot
from twostroke.gui.shell.race.spread_picture import ROW, Plan

NEAR = 8.0
"""Pixels from a dot within which the pointer means it."""

PIXELS = 13
PALE = 0.35
"""How much is seen of what is no longer asked for."""

KEYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
"""Combinations down and up, runs of one to and fro."""

OPENING = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RaceChart(Dressed, Ringed):
    """`opened` carries the row of a run. The arrows go from run to run, and Enter opens one."""

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plan: Plan | NumberPlan | None = None
        self._shown: tuple[list[Strand], Figure, str] | None = None
        self._drawn: QPixmap | None = None
        self._at: tuple[int, int] = (0, 0)  # combination and run where the keys stand
        self._under: Dot | None = None  # the pointer
        self.setAccessibleName("Spread of the race")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_strands(self, found: list[Strand], figure: Figure, title: str) -> None:
        """Show these, from above."""
        self._shown = found, figure, title
        self.setFixedHeight(self._height(found))
        self._plan_anew()

    def _height(self, found: list[Strand]) -> int:
        return picture.height_for(found)

    def _planned(self, found: list[Strand], figure: Figure, title: str, font: QFont) -> Plan | NumberPlan | None:
        return picture.plan(found, figure, title, font, float(self.width()))

    def _step(self, key: int) -> tuple[int, int] | None:
        """How far a key goes among the combinations, and among the runs of one."""
        return KEYS.get(Qt.Key(key))

    def _stands_in(self, plan: Plan | NumberPlan) -> QRect:
        """Around which part the ring of the keys goes."""
        return QRect(0, round(plan.area.top()) + self._at[0] * ROW, self.width(), ROW)

    def sizeHint(self) -> QSize:
        """As high as it has combinations."""
        return QSize(520, self._height(self._shown[0]) if self._shown else 4 * ROW)

    def recolour(self) -> None:
        """Draw it in the theme's colours."""
        self._drawn = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, a longer axis."""
        super().resizeEvent(event)
        self._plan_anew()

    def _plan_anew(self) -> None:
        if self._shown is not None:
            font = tabular(self.font(), PIXELS)
            self.plan = self._planned(*self._shown, font)
        self._drawn = self._under = None
        self._describe()
        self.update()

    # -- where one points ----------------------------------------------------------------------------------------

    def dot_at(self, place: QPointF) -> Dot | None:
        """The run that is meant by a place."""
        dots = self.plan.dots if self.plan else ()
        near = min(dots, key=lambda dot: _distance(dot, place), default=None)
        return near if near is not None and _distance(near, place) <= NEAR else None

    @property
    def chosen(self) -> Dot | None:
        """The run where the keys stand."""
        line, number = self._at
        own = [dot for dot in self.plan.dots if dot.line == line] if self.plan else []
        return own[min(number, len(own) - 1)] if own else None

    def told_of(self, dot: Dot) -> str:
        """A run in words."""
        assert self.plan is not None
        label = self.plan.strands[dot.line].label
        return f"{label}, seed {dot.row.seed}: {self.plan.figure.text(dot.value)}"

    def _describe(self) -> None:
        if self.plan is None or not self.plan.strands:
            self.setAccessibleDescription("")
            return
        strand = self.plan.strands[min(self._at[0], len(self.plan.strands) - 1)]
        figure, here = self.plan.figure, self.chosen
        parts = [f"{strand.label}: {figure.title} {spread_text(strand.spread, figure) or 'not known'}"]
        parts += [remark_on(strand), f"here {self.told_of(here)}" if here else ""]
        self.setAccessibleDescription("; ".join(filter(None, parts)))

    # -- events --------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """A tool tip for the run under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            dot = self.dot_at(QPointF(event.pos()))
            if dot is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), tip(f"{self.told_of(dot)}\nClick to open this run"), self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the run under the pointer."""
        under = self.dot_at(event.position())
        if under is not self._under:
            self._under = under
            self.setCursor(Qt.CursorShape.PointingHandCursor if under else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """No run is under the pointer any more."""
        self._under = None
        self.update()
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for the run under the pointer."""
        dot = self.dot_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and dot is not None:
            self.opened.emit(dot.row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From run to run, and open one."""
        step, chosen = self._step(event.key()), self.chosen
        if step is not None and self.plan is not None and self.plan.strands:
            self._go(*step)
        elif event.key() in OPENING and chosen is not None:
            self._open(chosen.row)
        else:
            event.ignore()

    def _open(self, row: Row) -> None:
        self.opened.emit(row)

    def _go(self, down: int, on: int) -> None:
        assert self.plan is not None
        line = min(max(self._at[0] + down, 0), len(self.plan.strands) - 1)
        last = max(len(self.plan.strands[line].runs) - 1, 0)
        self._at = line, min(max(min(self._at[1], last) + on, 0), last)
        self._describe()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, kept until something differs, with a ring around the run that is meant."""
        if self.plan is None:
            return
        if self._drawn is None:
            ratio = self.devicePixelRatioF()
            self._drawn = QPixmap(self.size() * ratio)
            self._drawn.setDevicePixelRatio(ratio)
            with painting(self._drawn, smooth=True) as painter:
                self.plan.draw(painter, self.palette_)
        with painting(self, smooth=True) as painter:
            painter.setOpacity(1.0 if self.isEnabled() else PALE)
            painter.drawPixmap(0, 0, self._drawn)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.palette_.accent), 2.0))
            for dot in (self._under, self.chosen if self.hasFocus() else None):
                if dot is not None:
                    painter.drawEllipse(dot.at, DOT + 4, DOT + 4)
            self.paint_ring(painter, self._stands_in(self.plan))


def _distance(dot: Dot, place: QPointF) -> float:
    return float((dot.at - place).manhattanLength())
