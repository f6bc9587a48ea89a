"""The order in which Tab visits the window: as its parts stand in their layouts.

Qt's own order is the one in which widgets were made, and a widget that is removed may leave it in two rings.
"""

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLayout,
    QScrollArea,
    QSplitter,
    QWidget,
)

WHOLE = QAbstractScrollArea, QAbstractSpinBox, QComboBox
"""A table, a text and a field: what is in it belongs to it. (The line in a field is not to be asked for its proxy: from
then on PySide6 6.11 holds the field, also when its window is gone.)"""


def stops(part: QWidget) -> list[QWidget]:
    """What Tab visits in `part` and below, in order."""
    own = [part] if _is_stop(part) else []
    if isinstance(part, WHOLE) and not isinstance(part, QScrollArea):
        return own
    return own + [stop for child in _children(part) if child.isVisible() for stop in stops(child)]


def go_on(part: QWidget, forwards: bool) -> bool:
    """Give the focus to the next or previous stop, round and round. Says whether there was one."""
    return go_through(stops(part), forwards)


def go_through(order: Sequence[QWidget], forwards: bool) -> bool:
    """Give the focus to the next or previous of `order`, round and round. Says whether there was one."""
    if not order:
        return False
    at = QApplication.focusWidget()
    while at is not None and at not in order:  # e.g. the editor in a cell of a table
        at = at.parentWidget()
    if at is None:
        chosen = order[0 if forwards else -1]
    else:
        chosen = order[(order.index(at) + (1 if forwards else -1)) % len(order)]
    chosen.setFocus(Qt.FocusReason.TabFocusReason if forwards else Qt.FocusReason.BacktabFocusReason)
    _bring_into_view(chosen)
    return True


def is_gone(widget: QWidget | None) -> bool:
    """Whether a widget that had the focus can be used no more."""
    return widget is not None and not (widget.isVisible() and widget.isEnabled())


def leap(parts: Sequence[QWidget], forwards: bool, entrances: Mapping[QWidget, QWidget | None]) -> None:
    """Give the focus to the entrance of the next or previous of `parts`, round and round: its first stop if no other
    is given."""
    order = [part for part in parts if part.isVisible() and stops(part)]
    focus = QApplication.focusWidget()
    at = next((i for i, part in enumerate(order) if focus is part or (focus and part.isAncestorOf(focus))), None)
    if not order:
        return
    if at is None:
        at = -1 if forwards else 0
    part = order[(at + (1 if forwards else -1)) % len(order)]
    chosen = entrances.get(part) or stops(part)[0]
    chosen.setFocus(Qt.FocusReason.TabFocusReason)
    _bring_into_view(chosen)


def _is_stop(widget: QWidget) -> bool:
    by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(by_tab) and widget.isEnabled() and widget.isVisible() and widget.focusProxy() is None


def _bring_into_view(widget: QWidget) -> None:
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget)
        around = around.parentWidget()


def _children(part: QWidget) -> list[QWidget]:
    """All widgets in `part`: as they are laid out, then the others from top to bottom."""
    if isinstance(part, QSplitter):
        laid = [child for index in range(part.count()) if (child := part.widget(index)) is not None]
    else:
        layout = part.layout()
        laid = list(_in_layout(layout)) if layout is not None else []
    free = [c for c in part.children() if isinstance(c, QWidget) and not c.isWindow() and c not in laid]
    return laid + sorted(free, key=lambda child: (child.y(), child.x()))


def _in_layout(layout: QLayout) -> Iterator[QWidget]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        inner, widget = (item.layout(), item.widget()) if item is not None else (None, None)
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _in_layout(inner)
