"""The pictures of networks that are compared: beside each other, two by two, or one large, others at its right."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from twostroke.gui.look.style import COMPACT, write_larger
from twostroke.gui.model.in_company import told_of
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.widgets import OneLine, Text, plain_button, small_button
from twostroke.gui.stage.caption_and_legend import CaptionAndLegend
from twostroke.gui.stage.stage import Stage

ALONE = QSize(360, 320)
IN_COMPANY = QSize(170, 120)
"""The least that a picture takes."""

ROOMY = 560
"""Width of a picture below which its legend would take a third of it."""

LARGE, SMALL = 5, 3
"""Shares of the width: below a large one, small ones had no height for their layers."""


class Heading(QWidget):
    """Which network a picture shows, where that stands, and buttons. `enlarged` and `closed` were pressed."""

    enlarged = Signal()
    closed = Signal()

    def __init__(self, letter: str, main: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(COMPACT)
        self.title, self.figures = OneLine(), OneLine()
        self.figures.setProperty("role", "muted")
        self.large = plain_button("large", f"Show network {letter} large, or all alike again", "link")
        self.large.clicked.connect(self.enlarged)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(Text(letter, "strong"))
        line.addWidget(self.title, 1)
        self._buttons = (self.large,) if main else (self.large, self._close_button(letter))
        for button in self._buttons:
            line.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 4, 8, 2)
        layout.setSpacing(0)
        layout.addLayout(line)
        layout.addWidget(self.figures)

    def draw_larger(self, scale: float) -> None:
        """So much larger than usual, and then only to be looked at."""
        for label in self.findChildren(Text):
            write_larger(label, scale)
        for button in self._buttons:
            button.setVisible(scale == 1.0)

    def _close_button(self, letter: str) -> QToolButton:
        close = small_button("×", f"Compare without network {letter}")
        close.clicked.connect(self.closed)
        return close


class Seen(QWidget):
    """A picture with its heading."""

    def __init__(self, letter: str, stage: Stage, main: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading, self.stage = Heading(letter, main), stage
        self.view: ViewState | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.heading)
        layout.addWidget(stage, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def draw_larger(self, scale: float) -> None:
        """So much larger than usual."""
        self.stage.draw_larger(scale)
        self.heading.draw_larger(scale)

    def show_view(self, view: ViewState) -> None:
        """Show the network at this moment."""
        self.view = view
        self.stage.show_view(view)


class SideBySide(QWidget):
    """The main picture and those beside it. `closed` carries the place of one beside it, from 0; `added` a Stage."""

    closed = Signal(int)
    added = Signal(object)

    def __init__(self, stage: Stage, letters: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("company")
        self._letters = letters
        self.main = Seen(letters[0], stage, True)
        self.main.heading.hide()
        self.main.heading.enlarged.connect(lambda: self.enlarge(0))
        self.others: list[Seen] = []
        self.large: int | None = None
        self._bare = False  # whether caption and legend stand below all
        self._told: ViewState | None = None  # what they say there
        self._scale = 1.0  # how much larger all is drawn
        self.below = CaptionAndLegend()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._grid, 1)
        whole.addWidget(self.below)
        self._arrange()

    @property
    def every(self) -> Sequence[Seen]:
        """All pictures, the main one first."""
        return (self.main, *self.others)

    def show_number(self, others: int) -> None:
        """So many pictures beside the main one."""
        while len(self.others) > others:
            seen = self.others.pop()
            self._grid.removeWidget(seen)
            seen.hide()
            seen.deleteLater()
        while len(self.others) < others:
            self._add(len(self.others))
        if self.large is not None and self.large >= len(self.every):
            self.large = None
        self.main.heading.setVisible(others > 0)
        for seen in self.every:
            seen.stage.setMinimumSize(IN_COMPANY if others else ALONE)
        self._arrange()

    def draw_larger(self, scale: float) -> None:
        """All pictures with what is written in and above them, also those that come."""
        self._scale = scale
        self.below.draw_larger(scale)
        for seen in self.every:
            seen.draw_larger(scale)
        self._arrange()

    def _add(self, place: int) -> None:
        stage = Stage()
        stage.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys are the main picture's
        stage.setAccessibleName(f"Stage of network {self._letters[place + 1]}")
        seen = Seen(self._letters[place + 1], stage, False, self)
        seen.heading.closed.connect(lambda: self.closed.emit(place))
        seen.heading.enlarged.connect(lambda: self.enlarge(place + 1))
        seen.draw_larger(self._scale)
        self.others.append(seen)
        self.added.emit(stage)

    def enlarge(self, place: int | None) -> None:
        """Show that one large; all alike where it is."""
        self.large = None if place == self.large or not self.others else place
        self._arrange()

    def _arrange(self) -> None:
        for seen in self.every:
            self._grid.removeWidget(seen)
        for line in range(len(self._letters)):
            self._grid.setRowStretch(line, 0)
            self._grid.setColumnStretch(line, 0)
        if self.large is None:
            self._lay_alike()
        else:
            self._lay_one_large(self.large)
        self._bare = self._are_small
        self.below.setVisible(self._bare)
        for place, seen in enumerate(self.every):
            seen.stage.show_bare(self._bare if self.large is None else place != self.large)
            seen.show()
        self.tell()

    @property
    def _are_small(self) -> bool:
        """Whether no picture has room for caption and legend; two wide ones, and one that is large, have."""
        return self.large is None and len(self.others) > (0 if self.width() < 2 * ROOMY * self._scale else 1)

    def show_main(self, view: ViewState) -> None:
        """What is said below all, where there is room for it nowhere else."""
        self._told = view
        self.tell()

    def tell(self) -> None:
        """Say it anew: what is true of the main network alone depends on the others, too."""
        if self._bare and self._told is not None:
            told = told_of(self._told, (seen.view for seen in self.others if seen.view is not None))
            self.below.show_view(replace(self._told, main=self._told, caption=told))  # with the marks of the others

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two pictures that get narrow, or wide enough, are laid out anew."""
        super().resizeEvent(event)
        if self._are_small != self._bare:
            self._arrange()

    def _lay_alike(self) -> None:
        for place, seen in enumerate(self.every):
            self._grid.addWidget(seen, place // 2, place % 2)
            self._grid.setColumnStretch(place % 2, 1)
            self._grid.setRowStretch(place // 2, 1)

    def _lay_one_large(self, large: int) -> None:
        small = [seen for place, seen in enumerate(self.every) if place != large]
        self._grid.addWidget(self.every[large], 0, 0, len(small), 1)
        for row, seen in enumerate(small):
            self._grid.addWidget(seen, row, 1)
            self._grid.setRowStretch(row, 1)
        self._grid.setColumnStretch(0, LARGE)
        self._grid.setColumnStretch(1, SMALL)
