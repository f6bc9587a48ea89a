"""The scenes of a lesson as chapters: a dot each, which leads there; those that were played are filled."""

from collections.abc import Sequence, Set

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.model.user_text import tip

SIDE = 20  # pixels of a dot with the room around it
ACROSS = 11
"""Dots in a row."""


class Dot(Dressed, QAbstractButton):
    """One scene."""

    def __init__(self, number: int, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number, self._title = number, title
        self.done = self.current = False
        self.setFixedSize(SIDE, SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_state(False, False)

    def show_state(self, done: bool, current: bool) -> None:
        """Whether it was played to its end, and whether it is the one that is shown."""
        self.done, self.current = done, current
        state = "this one" if current else "played" if done else ""
        told = f"Scene {self._number}: {self._title}{f' ({state})' if state else ''}"
        self.setAccessibleName(told)
        self.setToolTip(tip(told))
        self.update()

    def sizeHint(self) -> QSize:
        """Always the same."""
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Filled where it was played, larger where it is shown."""
        p = self.palette_
        with painting(self, smooth=True) as painter:
            middle = QPointF(SIDE / 2, SIDE / 2)
            colour = QColor(p.accent if self.current else p.good if self.done else p.muted)
            painter.setPen(QPen(colour, 1.5))
            painter.setBrush(colour if self.current or self.done else QColor(p.surface))
            painter.drawEllipse(middle, *((5.5, 5.5) if self.current else (4.0, 4.0)))
            if self.hasFocus() or self.underMouse():
                painter.setPen(QPen(QColor(p.text if self.hasFocus() else p.muted), 1.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(middle, 8.5, 8.5)


class Chapters(QWidget):
    """`chosen` carries the number of a scene, from 0."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Scenes of the lesson")
        self.dots: list[Dot] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._grid.setColumnStretch(ACROSS, 1)
        self.hide()

    def show_titles(self, titles: Sequence[str], like: Dressed) -> None:
        """These scenes, none of them the one that is shown, in the colours of `like`."""
        for old in self.dots:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.dots = [Dot(number, title) for number, title in enumerate(titles, 1)]
        for place, dot in enumerate(self.dots):
            dot.use_palette(like.palette_)
            dot.clicked.connect(lambda _=False, place=place: self.chosen.emit(place))
            self._grid.addWidget(dot, *divmod(place, ACROSS))
        self.setVisible(len(self.dots) > 1)

    def show_state(self, done: Set[int], at: int | None) -> None:
        """Scenes that were played, and the one that is shown, from 0."""
        for place, dot in enumerate(self.dots):
            dot.show_state(place in done, place == at)
