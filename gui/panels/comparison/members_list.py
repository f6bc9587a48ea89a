"""The networks that are compared, each with what can be done with it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twostroke.gui.model.outcome import LETTERS, Member
from twostroke.gui.panels.base.widgets import OneLine, Text, plain_button, small_button

BRANCH_TIP = "Add network {letter}, with all its updates, to the branches of this run"


class MemberRow(QWidget):
    """One network: letter and title, and its problem where it has one."""

    chosen = Signal()
    branched = Signal()
    closed = Signal()

    def __init__(self, letter: str, main: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = OneLine()
        self.problem = Text("", "warning", wrap=True)
        self.problem.hide()
        self._letter = letter
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(Text(letter, "strong"))
        line.addWidget(self.name, 1)
        if not main:
            make = plain_button("make main", f"Go on with network {letter} alone in this session", "link")
            make.clicked.connect(self.chosen)
            branch = plain_button("branch", BRANCH_TIP.format(letter=letter), "link")
            branch.clicked.connect(self.branched)
            close = small_button("×", f"Compare without network {letter}")
            close.clicked.connect(self.closed)
            line.addWidget(branch)
            line.addWidget(make)
            line.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addLayout(line)
        layout.addWidget(self.problem)

    def show_member(self, member: Member) -> None:
        """Its title, and what is wrong."""
        self.name.say(member.title)
        self.problem.say(member.problem)
        self.problem.setVisible(bool(member.problem))


class MembersList(QWidget):
    """`made_main`, `branched` and `closed` carry the place of a companion, from 0."""

    made_main = Signal(int)
    branched = Signal(int)
    closed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[MemberRow] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(3)

    def show_members(self, members: Sequence[Member]) -> None:
        """One row for each."""
        while len(self.rows) > len(members):
            row = self.rows.pop()
            row.hide()
            row.deleteLater()
        while len(self.rows) < len(members):
            self._add(len(self.rows))
        for row, member in zip(self.rows, members, strict=True):
            row.show_member(member)

    def _add(self, place: int) -> None:
        row = MemberRow(LETTERS[place], place == 0, self)
        row.chosen.connect(lambda: self.made_main.emit(place - 1))
        row.branched.connect(lambda: self.branched.emit(place - 1))
        row.closed.connect(lambda: self.closed.emit(place - 1))
        self.rows.append(row)
        self._layout.addWidget(row)
