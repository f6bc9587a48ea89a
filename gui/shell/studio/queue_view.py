"""The exports of a studio as rows: what, how far, and buttons to end it, or to see it and where it lies."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from twostroke.gui.export.afterwards import can_be_opened, open_file, open_folder_of
from twostroke.gui.panels.base.widgets import OneLine, Text, plain_button
from twostroke.gui.shell.studio.work_queue import Export, State, WorkQueue

STEPS = 1_000
BAR_WIDTH = 140
GAP = 4
MOST_SEEN = 5
"""Rows seen at once: more would take the picture's room."""


class ExportRow(QWidget):
    """One of them, as high however it stands: nobody presses the button of another one that has come in its place."""

    def __init__(self, export: Export, queue: WorkQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.export, self._queue = export, queue
        self.name, self.told = OneLine(), Text("", "muted")
        self.told.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.name.say(export.target.name)
        self.name.setToolTip(str(export.target))
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(BAR_WIDTH)
        self.bar.setAccessibleName(f"Progress of {export.target.name}")
        self.button: QToolButton = plain_button("Cancel", f"End the export of {export.target.name}", "")
        self.button.clicked.connect(self._press)
        self.open = plain_button("Open", f"Open {export.target.name} in the program for such files", "")
        self.open.clicked.connect(self._open)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.name, 1)
        layout.addWidget(self.told)
        layout.addWidget(self.bar)
        layout.addWidget(self.open)
        layout.addWidget(self.button)

    def look(self) -> None:
        """Show how it stands now."""
        export = self.export
        self.told.say(export.told)
        self.told.setVisible(export.state is not State.FAILED)
        self.told.setMinimumWidth(max(self.told.minimumWidth(), self.told.sizeHint().width()))  # "4 s left" grows
        if export.state is State.FAILED:
            self.name.say(f"{export.target.name}: {export.message}")
        self.bar.setVisible(export.state in (State.WAITING, State.WORKING))
        self.bar.setValue(round(STEPS * export.share) if export.job is not None else 0)
        self.button.setText("Cancel" if not export.over else "Open folder")
        self.button.setVisible(export.state not in (State.FAILED, State.CANCELLED))
        self.open.setVisible(export.state is State.DONE and can_be_opened(export.target))
        self.setMinimumHeight(max(self.minimumHeight(), self.sizeHint().height()))

    def _press(self) -> None:
        if self.export.over:
            self._tell(open_folder_of(self.export.target))
        else:
            self._queue.cancel(self.export)

    def _open(self) -> None:
        self._tell(open_file(self.export.target))

    def _tell(self, why_not: str) -> None:
        self.name.say(why_not or self.export.target.name)


class QueueView(QScrollArea):
    """The newest at the top; nothing, where there is none. The one at work is in sight as it begins."""

    def __init__(self, queue: WorkQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._at_work: ExportRow | None = None
        self.rows: list[ExportRow] = []
        self.setObjectName("exports")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        inside = QWidget()
        inside.setObjectName("exports_inside")
        self._layout = QVBoxLayout(inside)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GAP)
        self._layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setWidget(inside)
        queue.changed.connect(self._look)
        self._look()

    def sizeHint(self) -> QSize:
        """As high as its rows, or as those that are seen at once."""
        return QSize(0, self._height(MOST_SEEN))

    def minimumSizeHint(self) -> QSize:
        """One row."""
        return QSize(0, self._height(1))

    def _height(self, most: int) -> int:
        high = max((row.minimumHeight() for row in self.rows), default=0)
        seen = min(most, len(self.rows))
        return seen * (high + GAP) - GAP

    def _look(self) -> None:
        new = self._queue.exports[len(self.rows) :]
        for export in new:
            row = ExportRow(export, self._queue)
            self.rows.append(row)
            self._layout.insertWidget(0, row)
        for row in self.rows:
            row.look()
        working = next((row for row in self.rows if row.export.state is State.WORKING), None)
        if new:
            self.verticalScrollBar().setValue(0)
        elif working is not None and working is not self._at_work:
            self.ensureWidgetVisible(working, 0, 0)
        self._at_work = working
        self.verticalScrollBar().setSingleStep(max(1, self._height(1) + GAP))
        self.setVisible(bool(self.rows))
        self.updateGeometry()
