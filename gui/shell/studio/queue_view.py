"""The exports of a studio as rows: what, how far, and buttons to end it, or to see it and where it lies."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QVBoxLayout, QWidget

from twostroke.gui.export.afterwards import can_be_opened, open_file, open_folder_of
from twostroke.gui.panels.base.widgets import OneLine, Text, plain_button
from twostroke.gui.shell.studio.work_queue import Export, State, WorkQueue

STEPS = 1_000
BAR_WIDTH = 140
MOST_OVER = 3
"""Rows of exports that are over: more would take the picture's room."""


class ExportRow(QWidget):
    """One of them."""

    def __init__(self, export: Export, queue: WorkQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.export, self._queue = export, queue
        self.name, self.told = OneLine(), Text("", "muted")
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
        if export.state is State.FAILED:
            self.name.say(f"{export.target.name}: {export.message}")
        self.bar.setVisible(export.state in (State.WAITING, State.WORKING))
        self.bar.setValue(round(STEPS * export.share) if export.job is not None else 0)
        self.button.setText("Cancel" if not export.over else "Open folder")
        self.button.setVisible(export.state not in (State.FAILED, State.CANCELLED))
        self.open.setVisible(export.state is State.DONE and can_be_opened(export.target))

    def _press(self) -> None:
        if self.export.over:
            open_folder_of(self.export.target)
        else:
            self._queue.cancel(self.export)

    def _open(self) -> None:
        open_file(self.export.target)


class QueueView(QWidget):
    """The newest at the top, those that are over as long as few came after them; nothing, where there is none."""

    def __init__(self, queue: WorkQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self.rows: list[ExportRow] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        queue.changed.connect(self._look)
        self._look()

    def _look(self) -> None:
        for export in self._queue.exports[len(self.rows) :]:
            row = ExportRow(export, self._queue)
            self.rows.append(row)
            self._layout.insertWidget(0, row)
        for row in self.rows:
            row.look()
        for row in [row for row in self.rows if row.export.over][:-MOST_OVER]:
            row.hide()
        self.setVisible(bool(self.rows))
