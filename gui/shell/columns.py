"""The columns beside the picture: they fold by key, by their edge, and by themselves where the picture has no room."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QByteArray, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from twostroke.gui.fields.soon import soon
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.table import Side
from twostroke.gui.shell.edge import Edge
from twostroke.gui.shell.room import AS_USUAL, NARROWEST, SIDES, SMALLEST_PICTURE, WIDTHS, Wish, Wishes, shown

Box = TypeVar("Box", bound=QBoxLayout)

ACTION = {Side.LEFT: "left_column", Side.RIGHT: "right_column"}
"""Side -> the action that folds its column, and brings it back."""

SETTLED_MS = 1000
"""Until panels have the heights that a change of the session gives them."""


class Columns(QSplitter):
    """Panels at both sides of `middle`. `changed` says that other columns are shown, or wished for; `wanted` carries a
    panel that has something to show while there are no columns.

    Nothing that is folded keeps the focus: it goes to `refuge`.
    """

    changed = Signal()
    wanted = Signal(object)

    def __init__(
        self,
        middle: QWidget,
        refuge: QWidget,
        panels: Mapping[Side, Sequence[QWidget]],
        actions: Mapping[str, QAction],
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._refuge = refuge
        self._wishes, self._before = dict(AS_USUAL), dict(AS_USUAL)
        self._order = list(SIDES)
        self._bare = False
        self._areas = {side: column(panels[side]) for side in SIDES}
        self.edges = {side: Edge(side, actions[ACTION[side]]) for side in SIDES}
        framed = QWidget()
        framed.setMinimumWidth(SMALLEST_PICTURE)
        beside(framed, self.edges[Side.LEFT], middle, self.edges[Side.RIGHT]).setStretchFactor(middle, 1)
        for part in (self._areas[Side.LEFT], framed, self._areas[Side.RIGHT]):
            self.addWidget(part)
        for side, area in self._areas.items():
            area.setMinimumWidth(NARROWEST[side])
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.setSizes([WIDTHS[Side.LEFT], 10_000, WIDTHS[Side.RIGHT]])
        self.setStretchFactor(1, 1)

    # -- what the user wants ---------------------------------------------------------------------------------------

    @property
    def wishes(self) -> Wishes:
        """What the user wants of each column."""
        return dict(self._wishes)

    @property
    def shown(self) -> frozenset[Side]:
        """The columns that are there."""
        return frozenset(side for side, area in self._areas.items() if not area.isHidden())

    def wish(self, wishes: Wishes) -> None:
        """Want this of the columns from now on."""
        self._wishes = dict(wishes)
        self._arrange()
        self.changed.emit()

    def toggle(self, side: Side) -> None:
        """Fold the column, or bring it back, whatever room it takes."""
        if side in self.shown:
            self.wish({**self._wishes, side: Wish.FOLDED})
        else:
            self._want(side)

    def toggle_both(self) -> None:
        """The picture alone; again, the columns as they were."""
        if self.shown:
            self._before = dict(self._wishes)
            self.wish(dict.fromkeys(SIDES, Wish.FOLDED))
            return
        before = self._before if set(self._before.values()) != {Wish.FOLDED} else AS_USUAL
        self.wish(before if shown(self.width(), before, self._order) else dict.fromkeys(SIDES, Wish.OPEN))

    @property
    def alone(self) -> bool:
        """Whether the user wants to see the picture alone."""
        return self._bare or set(self._wishes.values()) == {Wish.FOLDED}

    def show_bare(self, bare: bool) -> None:
        """Nothing but the picture for a while, whatever is wanted, revealed or brought."""
        self._bare = bare
        for edge in self.edges.values():
            edge.setVisible(not bare)
        self._arrange()
        self.changed.emit()

    def reveal(self, panel: QWidget) -> None:
        """Unfold a panel that has something to show, and the column that it stands in."""
        if self._bare:
            self.wanted.emit(panel)
            return
        if isinstance(panel, Panel):
            panel.fold(False)
        for side, area in self._areas.items():
            if area.isAncestorOf(panel) and side not in self.shown:
                self._want(side)
                soon(area, partial(area.ensureWidgetVisible, panel, 0, 0))

    def bring(self, panel: QWidget, *below: QWidget) -> None:
        """Reveal a panel that is asked for from elsewhere, and scroll to it unless it, or what is `below`, is read."""
        if self._bare:
            self.wanted.emit(panel)
            return
        before = self.shown
        self.reveal(panel)
        for side, area in self._areas.items():
            if area.isAncestorOf(panel):  # once it is laid out
                new = side not in before
                soon(area, partial(_bring_and_stay, area, (panel, *below), new))

    def _want(self, side: Side) -> None:
        self._order.sort(key=lambda other: other is not side)
        gently = {**self._wishes, side: Wish.AUTO}
        fits = side in shown(self.width(), gently, self._order)
        self.wish(gently if fits else {**gently, side: Wish.OPEN})

    # -- what there is room for ------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        wanted = frozenset() if self._bare else shown(self.width(), self._wishes, self._order)
        for side, area in self._areas.items():
            if area.isHidden() == (side in wanted):
                self._give_up_focus(area, side not in wanted)
                area.setVisible(side in wanted)
                self.edges[side].show_open(side in wanted)

    def _give_up_focus(self, area: QWidget, folds: bool) -> None:
        at = QApplication.focusWidget()
        if folds and at is not None and area.isAncestorOf(at):
            self._refuge.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns go where the picture would get too small, and come back with the room."""
        before = self.shown
        self._arrange()
        super().resizeEvent(event)
        if self.shown != before:
            self.changed.emit()

    def minimumSizeHint(self) -> QSize:
        """The picture's: columns give way."""
        return QSize(SMALLEST_PICTURE, super().minimumSizeHint().height())

    # -- memory ----------------------------------------------------------------------------------------------------

    def restore(self, state: QByteArray, wishes: Wishes) -> None:
        """As it was the last time."""
        self.restoreState(state)
        self.wish(wishes)


def beside(parent: QWidget, *parts: QWidget) -> QHBoxLayout:
    """Lay widgets side by side, edge to edge."""
    return _filled(QHBoxLayout(parent), parts)


def stacked(parent: QWidget, *parts: QWidget) -> QVBoxLayout:
    """Lay widgets one below the other, edge to edge."""
    return _filled(QVBoxLayout(parent), parts)


def _filled(layout: Box, parts: Sequence[QWidget]) -> Box:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for part in parts:
        layout.addWidget(part)
    return layout


def column(panels: Sequence[QWidget]) -> QScrollArea:
    """Panels in a column that scrolls when it must."""
    inside = QWidget()
    inside.setObjectName("column")
    stacked(inside, *panels).addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area


def _bring(area: QScrollArea, panels: Sequence[QWidget], new: bool) -> None:
    """Scroll the heading of the first panel to the top, unless half the column, or all there is, is theirs already; in
    any case where only a part of the first one is seen.
    """
    seen, bar = area.viewport().height(), area.verticalScrollBar()
    tops = [panel.mapTo(area.viewport(), QPoint(0, 0)).y() for panel in panels]
    shown = sum(max(min(top + panel.height(), seen) - max(top, 0), 0) for top, panel in zip(tops, panels, strict=True))
    cut = tops[0] < 0 < tops[0] + panels[0].height() or tops[0] < seen < tops[0] + panels[0].height()
    if new or cut or shown < min(sum(panel.height() for panel in panels), seen // 2):
        bar.setValue(bar.value() + tops[0])


def _bring_and_stay(area: QScrollArea, panels: Sequence[QWidget], new: bool) -> None:
    """Bring, and once more when the panels above have their new heights, unless somebody has scrolled."""
    _bring(area, panels, new)
    bar = area.verticalScrollBar()
    left = bar.value()
    soon(area, lambda: _bring(area, panels, False) if bar.value() == left else None, SETTLED_MS)
