"""Where lessons are made: recorded in the window, and written into a file."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from twostroke.gui.drive.comparison import Comparison
from twostroke.gui.drive.controller import Controller
from twostroke.gui.drive.lesson_recorder import LessonRecorder
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.table import AnyPanel
from twostroke.gui.shell.lesson.record_bar import RecordBar
from twostroke.gui.shell.lesson.recording import Recording
from twostroke.gui.shell.preferences import Preferences


class Workshop(QObject):
    """Of one window. `leave` puts away the lesson that is open in it."""

    def __init__(
        self,
        window: QWidget,
        controller: Controller,
        comparison: Comparison,
        panels: Mapping[str, AnyPanel],
        preferences: Preferences,
        leave: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window, self._controller, self._preferences = window, controller, preferences
        self.bar = RecordBar()
        self.recorder = LessonRecorder(controller, comparison, self)
        self.recording = Recording(window, controller, self.recorder, self.bar)
        self.recording.begun.connect(leave)
        self.recording.recorded.connect(self._recorded)
        for id, panel in panels.items():
            if isinstance(panel, Panel):
                panel.folding.connect(partial(self._folded, id, panel))

    def record(self) -> None:
        """Record a lesson from now on."""
        self.recording.begin()

    def _folded(self, id: str, panel: Panel) -> None:
        self.recorder.note_panel(id, panel.folded)

    def _recorded(self, text: str) -> None:
        from twostroke.gui.shell.lesson import (
            lesson_to_file as saving,
        )  # with what writes TOML, for which the start does not wait

        path = saving.ask_where(self._window, Path(self._preferences.folder) / "my-lesson.toml")
        if path is not None:
            self._controller.said.emit(saving.write(self._window, saving.named_after(text, path), path), False)
        elif not saving.is_given_up(self._window):
            self._recorded(text)
