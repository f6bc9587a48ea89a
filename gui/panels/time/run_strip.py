"""The updates of this run from the first to the newest, with the loss, to be dragged along; and its branches."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QToolButton, QToolTip, QWidget

from twostroke.engine.border.commands import DropBranch, Seek, SwitchBranch
from twostroke.engine.border.snapshot import BranchView, Snapshot
from twostroke.engine.session.phrases import counted
from twostroke.gui.fields.letter_menu import LetterMenu
from twostroke.gui.look.colour import mixed
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.look.ring import Ringed
from twostroke.gui.look.style import COMPACT, tabular
from twostroke.gui.model.beside import largest_loss, last_of_all, named_beside
from twostroke.gui.model.numbers import number
from twostroke.gui.model.update_axis import UpdateAxis, axis_of
from twostroke.gui.model.user_text import literal, short, tip
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.words import TRAIN_LOSS
from twostroke.gui.panels.base.seeking import Seeking, shown_update, within
from twostroke.gui.panels.base.widgets import plain_button
from twostroke.gui.panels.time.loss_line import LossLine

MARGIN = 16.0
TEXT_LINE = 14.0  # baseline of the row of text
TOP = 20.0  # of the curve
BOTTOM = 9.0  # below the line of updates
BUTTON = 22
HANDLE = 4.0  # radius
ALONE = 2  # lines beside this one, of which there is room for the names
NAME = 22  # characters of such a name
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}  # updates


class RunStrip(Dressed, Ringed):
    """Updates to click and drag. `command` carries engine commands, `asked` one with whom to tell its answer."""

    command = Signal(object)
    asked = Signal(object, object)
    own_keys = frozenset(STEPS)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(COMPACT)
        self.setAccessibleName("Updates of this run")
        self.setAccessibleDescription(
            "Drag, or Left and Right, to stand at another update; Home and End are the first and the newest"
        )
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._view: ViewState | None = None
        self._axis, self._last = UpdateAxis(), 0
        self._loss = LossLine()
        self._beside: dict[int, LossLine] = {}
        self._seeking = Seeking(self.asked.emit)
        self.newest = self._button("newest", "To the newest update (End)")
        self.newest.clicked.connect(self._go_to_newest)
        self.branches = self._button("", "Branches: other futures of this run")
        self.branches.clicked.connect(self._open_menu)
        self.branches.hide()
        self.newest.setEnabled(False)

    def _button(self, text: str, tip: str) -> QToolButton:
        button = plain_button(text, tip, "link", self)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        return button

    def show_view(self, view: ViewState) -> None:
        """Show where the run stands."""
        self._view, self._axis = view, axis_of(view)
        snapshot = view.snapshot
        self._last = last_of_all(snapshot)
        self._seeking.stay_within(snapshot)
        self.newest.setEnabled(snapshot.update < snapshot.future)
        self._show_branches(snapshot.branches)
        self.update()

    def recolour(self) -> None:
        """The style sheet may have made the buttons larger."""
        self._place_buttons()
        super().recolour()

    # -- branches ------------------------------------------------------------------------------------------------

    def _show_branches(self, branches: tuple[BranchView, ...]) -> None:
        text = f"{len(branches)} branches…" if len(branches) > 1 else ""
        if text != self.branches.text():
            self.branches.setText(text)
            self.branches.setVisible(bool(text))
            self._place_buttons()

    def menu(self) -> QMenu:
        """All branches to choose from, and those that can be dropped. Deletes itself when closed."""
        menu = LetterMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        branches = self._view.snapshot.branches if self._view is not None else ()
        menu.setToolTipsVisible(True)
        for branch in branches:
            action = menu.addAction(branch_text(branch))
            action.setToolTip(branch_tip(branch))
            action.setCheckable(True)
            action.setChecked(branch.current)
            action.triggered.connect(lambda _=False, id=branch.id: self.command.emit(SwitchBranch(id)))
        others = [branch for branch in branches if not branch.current]
        if others:
            menu.addSeparator()
            drop = LetterMenu("Drop a branch", menu)
            menu.addMenu(drop)
            for branch in others:
                action = drop.addAction(branch_text(branch))
                action.triggered.connect(lambda _=False, id=branch.id: self.command.emit(DropBranch(id)))
        return menu

    def _open_menu(self) -> None:
        menu = self.menu()
        corner = self.branches.mapToGlobal(QPoint(0, 0))
        menu.popup(corner - QPoint(0, menu.sizeHint().height()))

    # -- geometry ------------------------------------------------------------------------------------------------

    def area(self) -> QRectF:
        """Where the updates lie, left of the buttons."""
        right = self.width() - MARGIN - self._button_width() - 10
        return QRectF(MARGIN, TOP, max(right - MARGIN, 1.0), max(self.height() - TOP - BOTTOM, 1.0))

    def _button_width(self) -> int:
        shown = [self.newest, *([self.branches] if self.branches.text() else [])]
        return max(button.sizeHint().width() for button in shown)

    def _place_buttons(self) -> None:
        width = self._button_width()
        left = int(self.width() - MARGIN - width + 4)
        self.branches.setGeometry(left, 4, width, BUTTON)
        self.newest.setGeometry(left, self.height() - BUTTON - 4, width, BUTTON)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons stay at the right end."""
        super().resizeEvent(event)
        self._place_buttons()

    def update_at(self, x: float) -> int | None:
        """The update at pixel `x`, as near as can be gone to; None while nothing is known."""
        if self._view is None:
            return None
        snapshot, area = self._view.snapshot, self.area()
        share = (x - area.left()) / area.width()
        update = round(self._axis.update_at(min(max(share, 0.0), 1.0), self._last))
        return within(update, snapshot)

    def x_of(self, update: int) -> float:
        """Where an update lies, in pixels."""
        area = self.area()
        return area.left() + area.width() * self._axis.share(update, self._last)

    # -- going there ---------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on, while the button is held."""
        if self._seeking.wanted is not None:
            self._drag_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Where the hand is in the end counts, also if an answer is still under way."""
        update = self.update_at(event.position().x())
        if self._seeking.wanted is not None and update is not None:
            self._seeking.let_go(update, self._shown_update())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """To the update before or after; Home and End are the window's."""
        step = STEPS.get(Qt.Key(event.key()))
        if step is None or self._view is None:
            super().keyPressEvent(event)
            return
        shown = self._shown_update()
        self._seeking.step_to(within(shown + step, self._view.snapshot), shown)

    def _drag_to(self, x: float) -> None:
        update = self.update_at(x)
        if update is not None:
            self._seeking.drag_to(update, self._shown_update())
        self.update()

    def _go_to_newest(self) -> None:
        if self._view is not None:
            self.command.emit(Seek(self._view.snapshot.future))

    def _shown_update(self) -> int:
        return 0 if self._view is None else shown_update(self._view)

    def event(self, event: QEvent) -> bool:
        """A tool tip says to which update a click goes, and which branches are drawn."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            update = self.update_at(event.pos().x())
            if update is not None and event.pos().x() <= self.area().right() + HANDLE:
                QToolTip.showText(event.globalPos(), self._told(update), self)
            return True
        return super().event(event)

    def _told(self, update: int) -> str:
        """Where a click goes, and a line for each branch that is drawn beside this one."""
        lines = named_beside(self._view.snapshot) if self._view is not None else ()
        return tip("\n".join([f"Go to update {update:,}", *(f"{name}: {label}" for name, label, _ in lines)]))

    # -- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The loss, the line of updates, and where the run stands."""
        with painting(self, smooth=True) as painter:
            painter.fillRect(self.rect(), QColor(self.palette_.surface))
            if self._view is not None:
                painter.setFont(tabular(self.font(), 11))
                self._paint_line(painter, self._view.snapshot)
                self._paint_now(painter, self._view)
            self.paint_ring(painter, self.rect())

    def _paint_line(self, painter: QPainter, snapshot: Snapshot) -> None:
        p, area = self.palette_, self.area()
        y, now = area.bottom(), self.x_of(min(self._shown_update(), snapshot.future))
        painter.setPen(QPen(QColor(p.hairline), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        for update in self._axis.decades(self._last) if self._axis.log else ():  # not evenly: as a ruler shows it
            painter.drawLine(QPointF(self.x_of(update), area.top()), QPointF(self.x_of(update), y))
        painter.setPen(QPen(QColor(p.faint), 2))
        painter.drawLine(QPointF(self.x_of(snapshot.past), y), QPointF(now, y))
        if snapshot.future > snapshot.update:  # known, and to be lived through again
            painter.setPen(QPen(QColor(mixed(p.surface, p.accent, 0.6)), 2, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(now, y), QPointF(self.x_of(snapshot.future), y))
        top = largest_loss(snapshot) if snapshot.beside else None
        if top is not None:
            self._paint_beside(painter, snapshot, top)
        self._loss.paint(painter, snapshot.curves, area, self._axis, self._last, QColor(p.muted), top)

    def _paint_beside(self, painter: QPainter, snapshot: Snapshot, top: float) -> None:
        """Other branches and the known future, fainter than the past of this one; branches with their numbers."""
        p, area = self.palette_, self.area()
        kept = self._beside
        self._beside = {each.id: kept.get(each.id, LossLine()) for each in snapshot.beside}
        quiet = QColor(mixed(p.surface, p.muted, 0.6))
        for each in snapshot.beside:
            self._beside[each.id].paint(painter, each.curves, area, self._axis, self._last, quiet, top)
        painter.setPen(QColor(p.muted))
        for name, label, curves in named_beside(snapshot):
            known = np.flatnonzero(np.isfinite(curves.train_loss))
            if known.size:
                told = f"{name} {short(label, NAME)}" if len(snapshot.beside) <= ALONE else name
                x = self.x_of(int(curves.update[known[-1]]))
                y = area.bottom() - area.height() * float(curves.train_loss[known[-1]]) / top
                width = QFontMetricsF(painter.font()).horizontalAdvance(told)
                painter.drawText(QPointF(min(x, area.right()) - width, max(y - 3, TOP + 8)), told)

    def _paint_now(self, painter: QPainter, view: ViewState) -> None:
        """A line with a handle at the update that is shown, or that the hand is at; its number and the newest loss."""
        p, area = self.palette_, self.area()
        metrics = QFontMetricsF(painter.font())
        update = self._shown_update() if self._seeking.wanted is None else self._seeking.wanted
        x = self.x_of(update)
        painter.setPen(QPen(QColor(p.text), 1.5))
        painter.drawLine(QPointF(x, TEXT_LINE - metrics.ascent()), QPointF(x, area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(p.text))
        painter.drawEllipse(QPointF(x, area.bottom()), HANDLE, HANDLE)
        told = now_text(view.snapshot, update, view.choices.digits)
        width = metrics.horizontalAdvance(told)
        left = x + 7 if x + 7 + width <= area.right() else x - 7 - width
        painter.setPen(QColor(p.muted))
        painter.drawText(QPointF(left, TEXT_LINE), told)


def now_text(snapshot: Snapshot, update: int, digits: int) -> str:
    """ "update 812 of 1,204 · train loss 0.31"; the newest update needs no other beside it."""
    of = f" of {snapshot.future:,}" if update < snapshot.future else ""
    evaluation = snapshot.evaluation
    return f"update {update:,}{of}" + (
        f" · {TRAIN_LOSS} {number(evaluation.train.loss, digits)}" if evaluation is not None else ""
    )


def branch_text(branch: BranchView) -> str:
    """What a branch is called in the menu, and how far it goes."""
    known = branch.end - branch.start
    return literal(f"{branch.label} · {counted(known, 'update')}")


def branch_tip(branch: BranchView) -> str:
    """All that was changed where the branch begins, a line each; its name where that is not known."""
    return tip("\n".join(branch.changes) or branch.label)
