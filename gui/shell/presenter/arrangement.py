"""What presenter mode takes in its hands of the window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QWidget

from twostroke.gui.shell.banner import Banner
from twostroke.gui.shell.columns import Columns
from twostroke.gui.shell.presenter.panels_beside import PanelsBeside
from twostroke.gui.shell.side_by_side import SideBySide


@dataclass(frozen=True)
class Parts:
    """Of one window. `controls` are hidden while the lecturer presents."""

    window: QMainWindow
    stand: QWidget  # what the class sees of it
    pictures: SideBySide
    panels_beside: PanelsBeside
    columns: Columns
    banner: Banner
    controls: Sequence[QWidget]
    actions: Mapping[str, QAction]


@dataclass(frozen=True)
class Before:
    """How the window stood, so that it can be left exactly so."""

    state: Qt.WindowState
    geometry: QRect
    columns: QByteArray
    shown: tuple[QWidget, ...]

    @classmethod
    def of(cls, parts: Parts) -> "Before":
        """As it stands now."""
        window = parts.window
        shown = tuple(each for each in parts.controls if not each.isHidden())
        return cls(window.windowState(), window.geometry(), parts.columns.saveState(), shown)

    def bring_back(self, parts: Parts) -> None:
        """As it stood."""
        for each in self.shown:
            each.show()
        parts.columns.show_bare(False)
        window = parts.window
        window.setWindowState(self.state)
        if not self.state & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen):
            window.setGeometry(self.geometry)
        parts.columns.restoreState(self.columns)
