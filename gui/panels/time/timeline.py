"""The film of one update as labelled blocks to scale, to be scrubbed; below it the updates of the whole run."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from twostroke.engine.border.cursor import WEIGHT_OF_PHASE, Cursor, Phase, Step, steps
from twostroke.gui.look.colour import mixed
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting, saved
from twostroke.gui.look.ring import Ringed
from twostroke.gui.look.style import tabular
from twostroke.gui.model.phase_names import (
    TIGHT,
    Numbers,
    all_named,
    fitting,
    labels,
    layer_numbers,
    places,
    title,
)
from twostroke.gui.model.score import Grain
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.time.run_strip import RunStrip

MARGIN = 16.0
TOP = 10.0
BLOCK = 22.0
GAP = 2.0
STRIP_TOP = 40  # of the row of updates, below the playing head
HEIGHT = 100
THINNEST = 6.0  # blocks narrower than this have no gaps between them


@dataclass(frozen=True)
class Block:
    """One step's share of the line: from `start` to `end`, 0 to 1."""

    step: Step
    start: float
    end: float


def blocks(depth: int) -> tuple[Block, ...]:
    """All steps of an update to scale."""
    lengths = [WEIGHT_OF_PHASE[step.phase] for step in steps(depth)]
    ends = np.cumsum(lengths) / sum(lengths)
    starts = np.concatenate(([0.0], ends[:-1]))
    return tuple(Block(s, float(a), float(b)) for s, a, b in zip(steps(depth), starts, ends, strict=True))


class TimelinePanel(Dressed, Ringed):
    """The phases of one update, and the updates of the run. `scrubbed` carries the point of the film, 0 to 1."""

    TITLE = "Timeline"

    command = Signal(object)
    asked = Signal(object, object)
    chosen = Signal(object)
    scrubbed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.TITLE)
        self.show_grain(Grain.PHASE)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._view: ViewState | None = None
        self._blocks: tuple[Block, ...] = ()
        self._numbers: tuple[tuple[int, tuple[Block, ...]], Numbers] | None = None
        self._scrubbing = False
        self._under_mouse: Block | None = None
        self.run = RunStrip(self)
        self.run.command.connect(self.command)
        self.run.asked.connect(self.asked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The row of updates fills what is below the blocks."""
        super().resizeEvent(event)
        self.run.setGeometry(0, STRIP_TOP, self.width(), max(self.height() - STRIP_TOP, 1))

    def sizeHint(self) -> QSize:
        """As wide as there is room, as tall as its two rows."""
        return QSize(600, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """The height never changes."""
        return QSize(200, HEIGHT)

    def show_grain(self, grain: Grain) -> None:
        """Say what the arrow keys pass."""
        told = f"The phases of one update, to scale. Arrow keys move the picture by one {grain}."
        self.setAccessibleDescription(told)

    def show_view(self, view: ViewState) -> None:
        """Show where the film stands, and the loss so far."""
        before, self._view = self._view, view
        if before is None or view.depth != before.depth:
            self._blocks = blocks(view.depth)
            self._under_mouse = None
        self.run.show_view(view)
        if before is None or (view.depth, view.cursor) != (before.depth, before.cursor):
            self.update()

    # -- geometry ------------------------------------------------------------------------------------------------

    def x_of(self, moment: float) -> float:
        """Where a point of the film (0 to 1) lies, in pixels."""
        return MARGIN + moment * (self.width() - 2 * MARGIN)

    def moment_at(self, x: float) -> float:
        """The point of the film at pixel `x`, 0 to 1."""
        return min(max((x - MARGIN) / max(1.0, self.width() - 2 * MARGIN), 0.0), 1.0)

    def block_at(self, x: float, y: float) -> Block | None:
        """The block at a pixel."""
        if not TOP <= y <= TOP + BLOCK or not MARGIN <= x <= self.width() - MARGIN:
            return None
        moment = self.moment_at(x)
        return next((block for block in self._blocks if moment <= block.end), None)

    def rect_of(self, block: Block) -> QRectF:
        """A block's place; very narrow ones touch each other."""
        left, right = self.x_of(block.start), self.x_of(block.end)
        gap = GAP if right - left > THINNEST else 0.0
        return QRectF(left, TOP, right - left - gap, BLOCK)

    # -- mouse ---------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Scrub from here."""
        inside = event.position().y() <= TOP + BLOCK + 6
        if event.button() == Qt.MouseButton.LeftButton and inside and self._view is not None:
            self._scrubbing = True
            self.scrubbed.emit(self.moment_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub on, or light up the block under the mouse."""
        if self._scrubbing:
            self.scrubbed.emit(self.moment_at(event.position().x()))
        under = self.block_at(event.position().x(), event.position().y())
        if under is not self._under_mouse:
            self._under_mouse = under
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of scrubbing."""
        self._scrubbing = False

    def leaveEvent(self, event: QEvent) -> None:
        """No block is under the mouse."""
        self._under_mouse = None
        self.update()

    def event(self, event: QEvent) -> bool:
        """A tool tip names the phase, also where its block has no room for a name."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            block = self.block_at(event.pos().x(), event.pos().y())
            if block is not None and self._view is not None:
                QToolTip.showText(event.globalPos(), title(block.step, self._view.depth), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    # -- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The row of blocks, unless only what lies below it is to be painted."""
        with painting(self, smooth=True) as painter:
            painter.fillRect(event.rect(), QColor(self.palette_.surface))
            if self._view is not None and event.rect().top() < STRIP_TOP:
                painter.setFont(tabular(self.font(), 11))
                numbers = self._layer_numbers(QFontMetricsF(painter.font()).horizontalAdvance)
                self._paint_blocks(painter, self._view.cursor, not numbers)
                self._paint_numbers(painter, self._view.cursor, numbers)
            self.paint_ring(painter, self.rect().adjusted(0, 0, 0, STRIP_TOP - self.height()))

    def _layer_numbers(self, width_of: Callable[[str], float]) -> Numbers:
        """Those that stand in place of names that have no room; none where there is room for them."""
        key = (self.width(), self._blocks)
        if self._numbers is None or self._numbers[0] != key:
            told = [block.step for block in self._blocks]
            rooms = [self.rect_of(block).width() for block in self._blocks]
            ends = [(self.x_of(block.start), self.x_of(block.end)) for block in self._blocks]
            self._numbers = key, () if all_named(told, rooms, width_of) else layer_numbers(told, ends, width_of)
        return self._numbers[1]

    def _paint_numbers(self, painter: QPainter, cursor: Cursor | None, numbers: Numbers) -> None:
        """Which layer the blocks belong to, on a ground that sets it off."""
        p, width_of = self.palette_, QFontMetricsF(painter.font()).horizontalAdvance
        for text, x, first in numbers:
            passed = cursor is not None and cursor.steps.index(first) <= cursor.index
            wide = width_of(text) + 2 * TIGHT
            rect = QRectF(x - wide / 2, TOP + 4, wide, BLOCK - 8)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(p.surface))
            painter.drawRoundedRect(rect, 3, 3)
            painter.setPen(QColor(p.text if passed else p.muted))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_blocks(self, painter: QPainter, cursor: Cursor | None, named: bool) -> None:
        for index, block in enumerate(self._blocks):
            rect = self.rect_of(block)
            fill, text = self._block_colours(index, block, cursor)
            here = cursor is not None and index == cursor.index
            names = labels(block.step) if named or not block.step.layer else ()  # else the layers' numbers stand there
            names = places(cursor) if cursor is not None and here and cursor.term is not None else names
            self._paint_block(painter, rect, names, fill, text)
            if cursor is not None and index == cursor.index:
                hue = self._hue(block)
                past = QRectF(rect.left(), 0, rect.width() * cursor.fraction, self.height())
                with saved(painter):
                    painter.setClipRect(past)
                    self._paint_block(painter, rect, names, hue, self.palette_.readable_on(hue))
                self._paint_head(painter, past.right())

    def _paint_block(self, painter: QPainter, rect: QRectF, names: tuple[str, ...], fill: str, text: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(rect, 3, 3) if rect.width() > THINNEST else painter.drawRect(rect)
        name = fitting(names, QFontMetricsF(painter.font()).horizontalAdvance, rect.width())
        if name:
            painter.setPen(QColor(text))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, name)

    def _hue(self, block: Block) -> str:
        return self.palette_.backward_words if is_backward(block.step) else self.palette_.forward_words

    def _block_colours(self, index: int, block: Block, cursor: Cursor | None) -> tuple[str, str]:
        """Fill and text: quiet while live and for what is still to come; full is what has passed of the current one."""
        p, hue = self.palette_, self._hue(block)
        lit = 0.12 if block is self._under_mouse else 0.0
        if cursor is None:
            return mixed(p.surface, hue, 0.12 + lit), p.muted
        if index == cursor.index:
            return mixed(p.surface, hue, 0.28 + lit), p.text
        if index < cursor.index:
            return mixed(p.surface, hue, 0.42 + lit), p.text
        return mixed(p.surface, hue, 0.14 + lit), p.muted

    def _paint_head(self, painter: QPainter, x: float) -> None:
        """The playing head, above and below its block so that no name is crossed out."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.palette_.text))
        for edge, back in ((TOP - 1, -5), (TOP + BLOCK + 1, 5)):
            corners = (QPointF(x - 4, edge + back), QPointF(x + 4, edge + back), QPointF(x, edge))
            painter.drawPolygon(QPolygonF(corners))


def is_backward(step: Step) -> bool:
    """Whether a step belongs to the backward stroke, which ends with the update."""
    return step.phase.is_backward or step.phase is Phase.UPDATE
