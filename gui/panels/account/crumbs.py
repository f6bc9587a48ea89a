"""The way that led to the open number: Back, and the symbols of the numbers before it, each a link."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.panels.account.number_link import NumberLink
from twostroke.gui.panels.base.widgets import Text, plain_button

MOST_CRUMBS = 12
"""Symbols that are shown; fewer where they have no room. All others are a few steps back."""


@dataclass(frozen=True)
class Crumb:
    """One number of the way."""

    symbol: str  # LaTeX
    title: str


class Crumbs(Dressed, QWidget):
    """`back` asks for the number before, `chosen` for that at a place of the way."""

    back = Signal()
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back_button = plain_button("‹ Back", "Back to the number before (Alt+Left)", "link")
        self.back_button.clicked.connect(self.back)
        self.more = Text("…", "muted")
        self.links = [NumberLink(spread=False) for _ in range(MOST_CRUMBS)]
        self._signs = [Text("›", "muted") for _ in range(MOST_CRUMBS)]
        self._first = 0  # place of the first one that is shown
        self._way: tuple[Crumb, ...] = ()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.back_button)
        layout.addWidget(self.more)
        for at, (link, sign) in enumerate(zip(self.links, self._signs, strict=True)):
            layout.addWidget(link)
            layout.addWidget(sign)
            link.followed.connect(lambda at=at: self.chosen.emit(self._first + at))
        layout.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_way(self, way: tuple[Crumb, ...]) -> None:
        """Show the numbers before the open one, the first one first."""
        if way != self._way:
            self._way = way
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, more of the way."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As many of the last ones as have room."""
        last = self._way[-MOST_CRUMBS:]
        for link, crumb in zip(self.links, last, strict=False):
            link.show_number(crumb.symbol, crumb.title, crumb.title)
        room = self.width() - self.back_button.sizeHint().width() - self.more.sizeHint().width() - 8
        widths = [link.sizeHint().width() + self._signs[0].sizeHint().width() + 4 for link in self.links[: len(last)]]
        hidden = next((n for n in range(len(last)) if sum(widths[n:]) <= room), len(last))
        self._first = len(self._way) - len(last) + hidden
        kept = last[hidden:]
        for at, (link, sign) in enumerate(zip(self.links, self._signs, strict=True)):
            if at < len(kept):
                link.show_number(kept[at].symbol, kept[at].title, kept[at].title)
            link.setVisible(at < len(kept))
            sign.setVisible(at < len(kept))
        self.more.setVisible(self._first > 0)
