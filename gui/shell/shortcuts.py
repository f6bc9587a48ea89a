"""The shortcut sheet: every action that has a key, in the order of the menus."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from twostroke.gui.model.words import DOWN, LEFT, RIGHT, UP
from twostroke.gui.shell.actions import ACTIONS, Action, key_text
from twostroke.gui.shell.room import FRAME

CTRL, SHIFT = (QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)[:-1] for key in ("Ctrl+A", "Shift+A"))

COLUMNS = (("File", "Edit"), ("Training",), ("Stroke",), ("View", "Help"))
BELOW = (
    ("Mouse", "Lesson"),
    ("Lens", "Chain of gains", "Row of updates"),
    ("Presenting",),
    ("Picture", "Points to paint"),
)
"""Submenus, and what no menu has, so that all columns are of about one height, and as wide as a small screen."""

MOUSE = (
    ("Wheel", "Zoom the network"),
    ("Drag", "Move it"),
    ("Hover", "See a value"),
    ("Click", "Pin a neuron"),
    (f"{SHIFT}Wheel", "Turn a number by 0.1"),
    (f"{CTRL}{SHIFT}Wheel", "By 0.01"),
    ("Double click", "Type it there"),
    ("Right click", "Type, freeze, cut"),
    (f"{CTRL}Click on a door", "Switch it off, or on"),
)

PICTURE = (
    (f"{UP} {DOWN}", "Walk through neurons or links"),
    (f"{SHIFT}{UP} {DOWN}", "Ten at a time"),
    (f"{CTRL}{LEFT} {RIGHT}", "Onto a link, and across it"),
    (f"{CTRL}Home, End", "The first, the last of them"),
    (f"{CTRL}{UP} {DOWN}", "Another sample of the batch"),
    ("Enter", "Pin it, or unpin it"),
    ("Esc", "Unpin it, then end the walk"),
)

CHAIN = ((f"{LEFT} {RIGHT}, {UP} {DOWN}", "Its factors, other neurons"),)  # with the staircase in focus

CLICKER = (  # second keys, which clickers send
    ("F5, Esc", "Begin, and end"),
    (". or B", "Black, until any key"),
    ("PgDown", "As the right arrow"),
    ("PgUp", "As the left arrow"),
)

UPDATES = ((f"{LEFT} {RIGHT}", "An update back or on"),)  # with the row of updates in focus

PAINTING = (
    ("Arrows, Space", "Move the cross, paint"),
    ("0, 1", "Choose the class"),
)

LESSON = (  # from its first scene to the last but one
    ("Space, PgDown", "Next scene"),
    ("PgUp", "The scene before"),
)

OTHERS = {
    "Lesson": LESSON,
    "Picture": PICTURE,
    "Mouse": MOUSE,
    "Chain of gains": CHAIN,
    "Presenting": CLICKER,
    "Row of updates": UPDATES,
    "Points to paint": PAINTING,
}
"""What no menu has."""


class ShortcutSheet(QDialog):
    """All keys at a glance."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(28, 8, 28, 0)
        layout.setSpacing(8)
        columns = QHBoxLayout()
        columns.setSpacing(24)
        for menus, others in zip(COLUMNS, BELOW, strict=True):
            columns.addLayout(_column([self._section(each, _rows(each)) for each in (*menus, *others)]))
        layout.addLayout(columns)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        buttons.setContentsMargins(28, 0, 28, 0)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 12)
        whole.addWidget(self.area, 1)
        whole.addWidget(buttons)
        self.area.setFocus()
        self._buttons = buttons
        self.resize(self.sizeHint())  # Qt itself would give a dialog two thirds of the screen at most

    def sizeHint(self) -> QSize:
        """All of it, or what the screen has room for: the rest is scrolled to, by the arrows too."""
        page, below = self.area.widget(), self._buttons.sizeHint().height() + 28
        assert page is not None
        all_of_it = page.sizeHint() + QSize(0, below)
        room = self.screen().availableSize() - FRAME
        if all_of_it.height() > room.height():
            all_of_it += QSize(self.area.verticalScrollBar().sizeHint().width(), 0)
        return all_of_it.boundedTo(room)

    def _section(self, title: str, rows: tuple[tuple[str, str], ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(0)
        grid.addWidget(labelled(title, "section"), 0, 0, 1, 2)
        for number, (key, text) in enumerate(rows, 1):
            grid.addWidget(labelled(key, "key"), number, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(labelled(text), number, 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, 84)
        return grid


def _column(sections: Iterable[QGridLayout]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(3)
    for section in sections:
        column.addLayout(section)
    column.addStretch(1)
    return column


def labelled(text: str, role: str = "") -> QLabel:
    """A label that the style sheet knows by its role."""
    label = QLabel(text)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _rows(section: str) -> tuple[tuple[str, str], ...]:
    rows = tuple((key_text(a), _name(a)) for a in ACTIONS if a.section == section and a.keys)
    return (*rows, *OTHERS.get(section, ()))


def _name(action: Action) -> str:
    return action.text.rstrip("…")
