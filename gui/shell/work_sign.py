"""A line over the picture while the engine is at work on a command for long: what it reads, how far, and Cancel."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from twostroke.engine.border.snapshot import Progress
from twostroke.gui.panels.base.widgets import OneLine
from twostroke.gui.shell.waiting import show_share

LOOK_MS = 100  # between looks at how far it is
WORKING = "The engine is at work on the last change…"


class WorkSign(QWidget):
    """Not there while nothing takes long. `cancelled` says that the user does not want to wait any more."""

    cancelled = Signal()

    def __init__(self, reading: Callable[[], Progress | None], parent: QWidget | None = None) -> None:
        """`reading` tells what is being read, which can be cancelled; None where nothing is."""
        super().__init__(parent)
        self.setObjectName("banner")
        self.setProperty("tone", "remark")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Work under way")
        self._reading = reading
        self.text = OneLine()
        self.text.say(WORKING)
        self.bar = QProgressBar()
        self.bar.setMinimumWidth(40)
        self.bar.setMaximumWidth(160)
        self.cancel = QPushButton("Cancel")
        self.cancel.setAutoDefault(False)
        self.cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.cancel.clicked.connect(self.cancelled)
        self._ticker = QTimer(self)
        self._ticker.setInterval(LOOK_MS)
        self._ticker.timeout.connect(self._look)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 8, 6)
        layout.setSpacing(12)
        layout.addWidget(self.text, 3)
        layout.addWidget(self.bar, 1)
        layout.addWidget(self.cancel)
        self.hide()

    def show_work(self, on: bool) -> None:
        """Show the line, or take it away."""
        if on:
            self._look()
            self._ticker.start()
        else:
            self._ticker.stop()
        self.setVisible(on)

    def _look(self) -> None:
        reading = self._reading()
        self.text.say(WORKING if reading is None else f"Reading {reading.what}…")
        self.cancel.setVisible(reading is not None)
        show_share(self.bar, 0.0 if reading is None else reading.share)
