"""How fields stand at the right of the studio: names in one column, and what belongs together in one row."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from twostroke.gui.panels.base.widgets import Text

FORM_WIDTH, MARGIN = 336, 16
"""Of all fields with their names, and what is right of them, where the bar is that scrolls; in pixels."""
NAME_WIDTH, NAME_GAP, FIELD_HEIGHT, ROW_GAP = 54, 10, 26, 5
SECOND_WIDTH, SECOND_NAME_WIDTH = 108, 48
"""Of the second field of a row, and of its name where it has one: as wide in each row, so that their edges meet."""


class Fields(QFormLayout):
    """Rows of a form, whose names are as wide in every form of the studio."""

    def __init__(self) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(NAME_GAP)
        self.setVerticalSpacing(ROW_GAP)
        self.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def put(self, name: str, field: QWidget) -> None:
        """A row; its name is also what a screen reader calls the field, unless that has another."""
        label = QLabel(name)
        label.setFixedWidth(NAME_WIDTH)
        field.setFixedHeight(FIELD_HEIGHT)
        self.addRow(label, field)
        if not field.accessibleName():
            field.setAccessibleName(name)


def beside(one: QWidget, other: QWidget, width: int = SECOND_WIDTH) -> QWidget:
    """Both in one row, where the other one needs no name; the first has what that leaves."""
    other.setFixedWidth(width)
    other.setToolTip(other.toolTip() or other.accessibleName())
    return _row((one, other), 6, one)


def named_beside(one: QWidget, name: str, other: QWidget, width: int = SECOND_WIDTH) -> tuple[QWidget, QWidget]:
    """Both in one row, and in it the part that names and shows the other one; hidden, it leaves the first all of it."""
    other.setFixedWidth(width)
    label = QLabel(name)
    label.setFixedWidth(SECOND_NAME_WIDTH)
    second = _row((label, other), 8, other)
    return _row((one, second), 10, one), second


def _row(widgets: tuple[QWidget, ...], gap: int, wide: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    for widget in widgets:
        widget.setFixedHeight(FIELD_HEIGHT)
        layout.addWidget(widget, int(widget is wide))
    return row


def titled(parts: tuple[tuple[str, QWidget], ...]) -> QWidget:
    """Forms below each other, each under its title."""
    page = QWidget()
    page.setObjectName("column")
    page.setFixedWidth(FORM_WIDTH)
    fields = QVBoxLayout(page)
    fields.setContentsMargins(0, 8, 0, 0)
    fields.setSpacing(8)
    for place, (title, form) in enumerate(parts):
        if place:
            fields.addSpacing(4)
        fields.addWidget(Text(title, "section"))
        fields.addWidget(form)
    fields.addStretch(1)
    return page


def scrolled(page: QWidget) -> QScrollArea:
    """In a column that scrolls where it is too high, by a bar beside its fields."""
    area = QScrollArea()
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields scroll into sight by themselves
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFixedWidth(FORM_WIDTH + MARGIN)
    area.setWidget(page)
    return area
