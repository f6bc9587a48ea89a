"""Widgets for the data that a user brings: a file with its target and report, a formula, points to paint.

Each emits what the user wants and shows what a session says; the data panel makes the edits.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from twostroke.engine.data.expression import MAX_LENGTH, ExpressionError
from twostroke.engine.data.formulas import described
from twostroke.engine.data.painted import MIN_POINTS
from twostroke.engine.session.spec import DataSpec
from twostroke.gui.fields.number_fields import EntryLine
from twostroke.gui.look.class_marks import class_icon
from twostroke.gui.look.dress import Dressed
from twostroke.gui.model.user_text import one_line, short, tip
from twostroke.gui.panels.base.widgets import CalmComboBox, NameButton, Text, rows
from twostroke.gui.panels.data.point_canvas import Point, PointCanvas
from twostroke.gui.panels.data.table_fields import MARKERS_NAME

TARGET_HELP = "The column that the network learns to predict"
SHOWN_TARGETS = 200  # columns that the list of targets offers; another one can be named in the session's file
SEVERAL = "Several…"
MARKERS_KEY = "data.missing_markers"  # what a session's file calls the panel's field


class FileRows(QWidget):
    """The file of a table or of arrays, the column to predict, and what was found in the file."""

    wanted = Signal()  # another file
    target_chosen = Signal(str)
    several_wanted = Signal(tuple, tuple)  # columns of numbers, and those that are targets

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = NameButton(cut=Qt.TextElideMode.ElideRight)
        self.button.setAccessibleName("Choose another file")
        self.button.clicked.connect(self.wanted)
        self.target = CalmComboBox()
        self.target.setAccessibleName("Target")
        self.target.setToolTip(TARGET_HELP)
        self._several = ""  # the entry for several targets, where a session names them
        self._numbers: tuple[str, ...] = ()  # columns that may be targets together
        self._targets: tuple[str, ...] = ()
        self._chosen = ""
        self.target.activated.connect(lambda _: self._choose_target())
        self.target_name = Text("Target", "muted")
        self.target_name.setBuddy(self.target)
        self.report = Text("", "muted", wrap=True)
        grid = rows()
        grid.addWidget(Text("File", "muted"), 0, 0)
        grid.addWidget(self.button, 0, 1)
        grid.addWidget(self.target_name, 1, 0)
        grid.addWidget(self.target, 1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(grid)
        layout.addWidget(self.report)

    def show_data(self, data: DataSpec) -> None:
        """Show the file, and of a table its columns and report."""
        self.button.show_name(f"{short(Path(data.path).name, 18)}…")
        self.button.setToolTip(tip(f"{data.path}\nChoose another file"))
        report = data.report
        for widget in (self.target, self.target_name):
            widget.setVisible(report is not None)
        if report is None:
            self.report.say(f"{data.info.help}.")
            return
        self._several = ", ".join(data.target) if isinstance(data.target, tuple) else ""
        chosen = self._several or report.target
        self._targets = data.target if isinstance(data.target, tuple) else (report.target,)
        self._numbers = tuple(column.name for column in report.columns if column.kind == "number")
        self._list(offered([column.name for column in report.columns], chosen))
        self._chosen = chosen
        self.target.select(chosen)
        self.target.setToolTip(tip(f"{chosen}\n{TARGET_HELP}"))
        self.report.say("\n".join(report.sentences).replace(f"; {MARKERS_KEY} says", f"; “{MARKERS_NAME}” says"))

    def _choose_target(self) -> None:
        """One column, or what leads to several; these stay where their own entry is chosen."""
        chosen = self.target.currentData()
        if chosen is None:
            self.target.select(self._chosen)
            self.several_wanted.emit(self._numbers, self._targets)
        elif chosen != self._several:
            self.target_chosen.emit(str(chosen))

    def _list(self, names: Sequence[str]) -> None:
        entries = [*names, *([None] if len(self._numbers) > 1 else [])]
        if entries != [self.target.itemData(index) for index in range(self.target.count())]:
            self.target.clear()
            for place, name in enumerate(entries):
                self.target.addItem(SEVERAL if name is None else one_line(name), name)
                self.target.setItemData(
                    place,
                    "Several columns, an output for each" if name is None else tip(name),
                    Qt.ItemDataRole.ToolTipRole,
                )


def offered(names: Sequence[str], chosen: str) -> list[str]:
    """The names that a list offers: not too many, but the chosen one in any case."""
    first = list(names[:SHOWN_TARGETS])
    return first if chosen in first else [*first, chosen]


class FormulaField(QWidget):
    """A formula to type; what is wrong with it stands below while it is typed. `entered` carries a good one."""

    entered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = EntryLine()
        self.field.setAccessibleName("Formula")
        self.field.setMaxLength(MAX_LENGTH)
        self.field.setPlaceholderText("y > sin(pi * x)")
        self.field.setToolTip(
            "y > f(x) divides the plane, y = f(x) is a curve, z = f(x, y) a value over the plane.\n"
            "+ - * / ^, pi, e, sin cos tan exp log sqrt abs tanh sign min max. Return takes the formula over."
        )
        self.problem = Text("", "muted", wrap=True)
        self.problem.setAccessibleName("What is wrong with the formula")
        self._shown = ""
        self.field.textEdited.connect(self._check)
        self.field.editingFinished.connect(self._enter)
        self.field.given_up.connect(lambda: self._check(self._shown))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.field)
        layout.addWidget(self.problem)
        self.problem.hide()
        self.setFocusProxy(self.field)

    def show_formula(self, text: str) -> None:
        """Show a session's formula, unless another one is being typed."""
        if text != self._shown or not self.field.hasFocus():
            self._shown = text
            self.field.give(text)
            self._check(text)

    def _check(self, text: str) -> bool:
        sentence = problem_of(text)
        self.problem.say(sentence)
        self.problem.setVisible(bool(sentence))
        return not sentence

    def _enter(self) -> None:
        text = self.field.text().strip()
        if text != self._shown and self._check(text):
            self._shown = text
            self.field.give(text)
            self.entered.emit(text)


def problem_of(text: str) -> str:
    """What is wrong with a formula, as a sentence; "" where nothing is."""
    try:
        described(text)
    except ExpressionError as error:
        said = re.sub(r"^at (character)", r"At \1", str(error))
        return f"{said[0].upper()}{said[1:]}."
    return ""


class Painting(Dressed, QWidget):
    """A canvas with the choice of a class. `painted` carries the points once they make a dataset."""

    painted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = PointCanvas()
        self.hint = Text("", "muted", wrap=True)
        self.group = QButtonGroup(self)
        bar = QHBoxLayout()
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(Text("Paint", "muted"))
        for label in (0, 1):
            self.group.addButton(self._button(label), label)
            bar.addWidget(self.group.button(label))
        self.clear = QToolButton()
        self.clear.setText("Clear")
        self.clear.setToolTip("Take all points away")
        self.clear.clicked.connect(self.canvas.clear)
        bar.addStretch(1)
        bar.addWidget(self.clear)
        self.group.button(1).setChecked(True)
        self.group.idClicked.connect(self.canvas.choose)
        self.canvas.label_chosen.connect(lambda label: self.group.button(label).setChecked(True))
        self.canvas.painted.connect(self._take)
        self._session_points: tuple[Point, ...] = ()
        self.recolour()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self.canvas)
        layout.addWidget(self.hint)

    def recolour(self) -> None:
        """The buttons bear the marks of their classes."""
        for label in (0, 1):
            self.group.button(label).setIcon(class_icon(label, self.palette_))
        super().recolour()

    @staticmethod
    def _button(label: int) -> QToolButton:
        button = QToolButton()
        button.setText(f"class {label}")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setCheckable(True)
        button.setToolTip(f"Paint points of class {label}; the right button paints the other class")
        return button

    def show_points(self, points: tuple[Point, ...]) -> None:
        """Show a session's points; an unfinished painting stays until the session's own points change."""
        if points != self._session_points or missing(self.canvas.points) == "":
            self._session_points = points
            self.canvas.show_points(points)
            self._say()

    def _take(self, points: tuple[Point, ...]) -> None:
        self._say()
        if not missing(points):
            self.painted.emit(points)

    def _say(self) -> None:
        lacking = missing(self.canvas.points)
        self.hint.say(f"{lacking} Until then the old points stay in use." if lacking else "")
        self.hint.setVisible(bool(lacking))


def missing(points: Sequence[Point]) -> str:
    """What the points lack to be a dataset of two classes or of values, as a sentence; "" for nothing."""
    labels = [label for _, _, label in points]
    if not set(labels) <= {0.0, 1.0}:
        return ""  # values, painted elsewhere
    if len(points) < MIN_POINTS or min(labels.count(0.0), labels.count(1.0)) < 2:
        return f"Paint at least {MIN_POINTS} points, two of each class."
    return ""
