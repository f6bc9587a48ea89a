"""Lists of which a row can be chosen, what says of which part of the data they are, and the keys that go through."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QButtonGroup, QHeaderView, QTableView, QToolButton, QWidget

from twostroke.gui.panels.base.widgets import small_font

HEAD = 22  # px

PICTURE_KEYS = frozenset(
    map(Qt.Key, (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
                 Qt.Key.Key_End, Qt.Key.Key_Return, Qt.Key.Key_Enter))
)  # fmt: skip
"""Keys that a picture of many numbers has for itself: to go from one to the next, and to open it."""


def make_list(view: QTableView, name: str, row: int) -> None:
    """Have `view` show rows of `row` pixels, all of them in the column, to be read and chosen but not written."""
    view.setAccessibleName(name)
    view.setFont(small_font(view))
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    view.setTabKeyNavigation(False)
    view.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # long names of one table differ at their ends
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.verticalHeader().setDefaultSectionSize(row)
    view.horizontalHeader().setFont(small_font(view))
    view.horizontalHeader().setFixedHeight(HEAD)


def part_buttons(parent: QWidget, does: str, name: str, changed: Callable[[], object]) -> QButtonGroup:
    """*test* (0, at first) and *train* (1). `does` and `name` say of "{}", the part, what they do and are."""
    group = QButtonGroup(parent)
    for place, part in enumerate(("test", "train")):
        button = QToolButton(parent)
        button.setText(part)
        button.setCheckable(True)
        button.setChecked(place == 0)
        button.setToolTip(does.format(part))
        button.setAccessibleName(name.format(part))
        group.addButton(button, place)
    group.idClicked.connect(lambda _: changed())
    return group
