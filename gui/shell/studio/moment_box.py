"""The moment that a shot stands still at: the steps of an update by the names that they have on the time line, and any
other one as it is written on the command line.
"""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal

from twostroke.engine.border.cursor import Cursor
from twostroke.gui.model.moments import FORM, parse_moment, written_moment
from twostroke.gui.model.phase_names import labels, title
from twostroke.gui.model.score import Score
from twostroke.gui.panels.base.widgets import CalmComboBox

HELP = f"A step of the update, or as typed {FORM}: sum:1:neuron=2, sum:1:neuron=2:term=3, gate:1:0.5 for half of it"

ROW = 24
"""Height of a row of the list, as Qt has it where nothing can be typed, px."""


class MomentBox(CalmComboBox):
    """`entered`: one is chosen, or something was typed."""

    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(CalmComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)  # type: ignore[arg-type]  # it would make gate_back of a gate
        self.setMaxVisibleItems(40)
        self.setToolTip(HELP)
        self._shown: Cursor | None = None
        self.activated.connect(self.entered)
        line = self.lineEdit()
        assert line is not None
        line.editingFinished.connect(self.entered)

    def take_score(self, score: Score) -> None:
        """Offer the steps of that network's updates."""
        with QSignalBlocker(self):
            self.clear()
            for part in score.parts:
                self.addItem(labels(part.step)[0], written_moment(Cursor(score.depth).seek(part.step)))
                told = title(part.step, score.depth)
                self.setItemData(self.count() - 1, told, Qt.ItemDataRole.ToolTipRole)
                self.setItemData(self.count() - 1, QSize(0, ROW), Qt.ItemDataRole.SizeHintRole)
            self.setCurrentIndex(-1)

    def show_moment(self, cursor: Cursor | None) -> None:
        """A step by its name, another moment as it is written; nothing of what stands at none."""
        self._shown = cursor
        written = "" if cursor is None else written_moment(cursor)
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(written) if written else -1)
            if self.currentIndex() < 0:
                self.setEditText(written)

    def give_up(self) -> None:
        """Forget what is being typed."""
        self.show_moment(self._shown)
        self.entered.emit()

    def keep(self, cursor: Cursor | None) -> None:
        """What was typed is that one: `give_up` comes back to it."""
        self._shown = cursor

    def moment(self, score: Score) -> Cursor:
        """What is chosen or typed. MomentError where there is no such moment."""
        typed = self.currentText().strip()
        known = self.findText(typed, Qt.MatchFlag.MatchFixedString)
        return parse_moment(self.itemData(known) if known >= 0 else typed, score)
