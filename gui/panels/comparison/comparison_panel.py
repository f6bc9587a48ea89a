"""Networks beside the main one: the form for the difference, curves of all in one chart, a table of what came of it.

The numbers of the others are no part of the view: whoever knows them says so by `show_members`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from twostroke.gui.fields.number_fields import NumberBox
from twostroke.gui.look.dress import dress
from twostroke.gui.model.outcome import LETTERS, USUAL_LEVEL, Member, is_classes, lines, table
from twostroke.gui.model.update_axis import axis_of
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.base.widgets import Notice, Text, small_font
from twostroke.gui.panels.comparison.difference_form import DifferenceForm
from twostroke.gui.panels.comparison.members_list import MembersList

if TYPE_CHECKING:
    from twostroke.gui.panels.base.plots import CurvePlot, Ends

MOST = len(LETTERS)
NAMES = 68  # px of the names of the figures, beside four columns
IN_STEP_TIP = "All stand at the same update at every moment; else each trains at its own full speed"


class ComparisonPanel(Panel):
    """`wanted` carries a Difference; `made_main`, `branched` and `closed` the place of a companion; `stepped` whether
    they keep step.
    """

    TITLE = "Comparison"

    live_seconds = 0.25

    wanted = Signal(object)
    made_main = Signal(int)
    branched = Signal(int)
    closed = Signal(int)
    stepped = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form, self.members, self.notice = DifferenceForm(), MembersList(), Notice()
        self.in_step = QCheckBox("In step")
        self.in_step.setToolTip(IN_STEP_TIP)
        self.in_step.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.in_step.setChecked(True)
        self.level = NumberBox()
        self.level.setAccessibleName("Level to be reached")
        self.loss: CurvePlot | None = None
        self.scores: dict[bool, CurvePlot] = {}  # by whether the task is classes
        self._members: tuple[Member, ...] = ()
        self._level = USUAL_LEVEL
        self._cells: list[list[Text]] = []
        self._arrange()
        self.form.wanted.connect(self.wanted)
        self.members.made_main.connect(self.made_main)
        self.members.branched.connect(self.branched)
        self.members.closed.connect(self.closed)
        self.in_step.clicked.connect(self.stepped)
        self.level.valueChanged.connect(self._set_level)

    def _arrange(self) -> None:
        self.outcome = QWidget()
        whole = QVBoxLayout(self.outcome)
        whole.setContentsMargins(0, 4, 0, 0)
        whole.setSpacing(5)
        level = QHBoxLayout()
        self._level_name = Text("", "muted")
        level.addWidget(self._level_name)
        level.addWidget(self.level)
        level.addStretch(1)
        self._plots, self._table = QVBoxLayout(), QGridLayout()
        self._table.setContentsMargins(0, 0, 0, 0)
        self._table.setHorizontalSpacing(7)
        self._table.setVerticalSpacing(2)
        whole.addWidget(self.members)
        whole.addWidget(self.in_step)
        whole.addLayout(self._plots)
        whole.addLayout(self._table)
        whole.addLayout(level)
        for part in (self.form, self.notice, self.outcome):
            self.body.addWidget(part)
        self.outcome.hide()

    def show_members(self, members: Sequence[Member], in_step: bool) -> None:
        """These are compared, the main network first; nothing is where it stands alone."""
        self._members = tuple(members) if len(members) > 1 else ()
        self.in_step.setChecked(in_step)
        self.form.allow(len(members) < MOST)
        self.outcome.setVisible(bool(self._members))
        if self._view is not None:
            self.show_view(self._view)

    def refuse(self, sentence: str) -> None:
        """Why nothing is compared."""
        self.notice.refuse(sentence)

    def refresh(self, view: ViewState) -> None:
        """The form follows the session, the rest the networks."""
        self.form.show_session(view.snapshot.session)
        if not self._members:
            return
        self.members.show_members(self._members)
        classes = is_classes(view.snapshot)
        self._show_level(classes)
        self._show_curves(view, classes)
        self._show_table(table(self._members, self._level))

    def _show_level(self, classes: bool) -> None:
        self._level_name.say("Accuracy to reach, %" if classes else "R² to reach")
        value = round(100 * self._level, 9) if classes else self._level
        if self.level.value() != value and not self.level.hasFocus():
            self.level.blockSignals(True)
            self.level.setRange(0.0, 100.0 if classes else 1.0)
            self.level.setValue(value)
            self.level.blockSignals(False)

    def _set_level(self, value: float) -> None:
        if self._view is not None:
            classes = is_classes(self._view.snapshot)
            self._level = value / 100 if classes else value
            self.refresh(self._view)

    def _show_curves(self, view: ViewState, classes: bool) -> None:
        curves, axis = view.snapshot.curves, axis_of(view)
        none = curves.test_loss[:0]
        losses = lines(self._members, lambda each: each.train_loss)
        self.loss = self.loss or self._added("Loss, training part", None)
        self.loss.show_curves(curves.update, curves.train_loss, none, curves.breaks, axis, losses)
        plot = self._score_plot(classes)
        for kind, each in self.scores.items():
            each.setVisible(kind is classes)
        figure = "train_accuracy" if classes else "train_r2"
        scores = lines(self._members, lambda each: getattr(each, figure))
        plot.show_curves(curves.update, getattr(curves, figure), none, curves.breaks, axis, scores)

    def _score_plot(self, classes: bool) -> "CurvePlot":
        """Of accuracy, or of R²."""
        from twostroke.gui.panels.base.plots import R_SQUARED, SHARES

        if classes not in self.scores:
            title, ends = ("Accuracy", SHARES) if classes else ("R²", R_SQUARED)
            self.scores[classes] = self._added(f"{title}, training part", ends)
        return self.scores[classes]

    def _added(self, title: str, ends: "Ends | None") -> "CurvePlot":
        """A plot, made when it is first seen: importing pyqtgraph takes longer than all else of the start."""
        from twostroke.gui.panels.comparison.curves_of_all import CurvesOfAll

        plot = CurvesOfAll(title, ends)
        dress(plot, self.palette_)
        self._plots.addWidget(plot)
        return plot

    def _show_table(self, found: Sequence[Sequence[str]]) -> None:
        wanted = [("", *LETTERS[: len(self._members)]), *found]
        if [len(row) for row in wanted] != [len(row) for row in self._cells]:
            self._lay_cells(wanted)
        for cells, row in zip(self._cells, wanted, strict=True):
            for cell, text in zip(cells, row, strict=True):
                cell.say(text)

    def _lay_cells(self, wanted: Sequence[Sequence[str]]) -> None:
        for cell in (cell for row in self._cells for cell in row):
            cell.hide()
            cell.deleteLater()
        self._cells = []
        for y, row in enumerate(wanted):
            cells = [Text("", "strong" if y == 0 else "muted" if x == 0 else "", wrap=x == 0) for x in range(len(row))]
            for x, cell in enumerate(cells):
                cell.setFont(small_font(self))
                side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
                self._table.addWidget(cell, y, x, side if x else Qt.AlignmentFlag(0))
            self._cells.append(cells)
        self._table.setColumnStretch(0, 1)
        self._table.setColumnMinimumWidth(0, NAMES)
