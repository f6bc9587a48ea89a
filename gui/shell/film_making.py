"""Films and pictures out of the window: of the update on the stage, or put together shot by shot in the studio."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from twostroke.gui.drive.comparison import Comparison
from twostroke.gui.drive.controller import Controller
from twostroke.gui.fields.soon import soon
from twostroke.gui.model.words import no_film_of
from twostroke.gui.shell.document import Document
from twostroke.gui.shell.errors import message
from twostroke.gui.shell.questions import whether_to_end


class Exporting(QObject):
    """For one window, its document, and what is compared in it."""

    def __init__(self, window: QWidget, controller: Controller, document: Document, comparison: Comparison) -> None:
        super().__init__(window)
        self._window, self._controller, self._document, self._comparison = window, controller, document, comparison
        self._has_studio = False
        document.storyboard_asked.connect(self._show_storyboard)

    def update(self) -> None:
        """Export the update on the stage; from live training, the coming one."""
        snapshot = self._controller.snapshot
        tried = None if snapshot is None else snapshot.trial
        note = no_film_of(tried) if tried is not None else ""
        # The tape comes before the view that shows it: the dialog opens when both are there.
        self._controller.with_update(lambda: soon(self, partial(self._export, note)))

    def _export(self, note: str) -> None:
        from twostroke.gui.export.dialog import export_update  # no part of the start

        if self._controller.view is not None:
            export_update(self._window, self._controller.view, note)

    def studio(self) -> None:
        """Show the studio, with the update that is looked at or comes as its first shot."""
        from twostroke.gui.shell.studio.of_window import show_studio  # no part of the start

        self._has_studio = True
        compare = tuple(companion.difference for companion in self._comparison.companions)
        show_studio(self._window, self._controller, self._document.title, compare)

    def lesson(self) -> None:
        """Show the scenes of the lesson that is open as shots in the studio."""
        from twostroke.gui.shell.studio.of_window import show_lesson

        lesson = self._document.held.lesson
        if lesson is not None:
            self._has_studio = True
            show_lesson(self._window, self._controller, lesson)

    def _show_storyboard(self, path: Path) -> None:
        from twostroke.gui.model.storyboard.board import StoryboardError
        from twostroke.gui.shell.studio.of_window import show_file

        self._has_studio = True
        try:
            show_file(self._window, self._controller, path)
        except StoryboardError as error:
            message(self._window, str(error)).open()

    def may_go(self) -> bool:
        """Whether nothing is being exported, or it may be ended; nobody is asked where nobody may be there."""
        if not self._has_studio or self._document.given_up:
            return True
        from twostroke.gui.shell.studio.work_queue import WorkQueue

        under_way = [export for queue in self._window.findChildren(WorkQueue) for export in queue.left]
        return not under_way or whether_to_end(self._window, [export.target.name for export in under_way])
