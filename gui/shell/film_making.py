"""Films and pictures out of the window: of the update on the stage, or put together shot by shot in the studio."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from twostroke.gui.drive.controller import Controller
from twostroke.gui.export.dialog import export_update
from twostroke.gui.model.words import no_film_of


class Exporting(QObject):
    """For one window; `title` says what the session is called."""

    def __init__(self, window: QWidget, controller: Controller, title: Callable[[], str]) -> None:
        super().__init__(window)
        self._window, self._controller, self._title = window, controller, title

    def update(self) -> None:
        """Export the update on the stage; from live training, the coming one."""
        snapshot = self._controller.snapshot
        tried = None if snapshot is None else snapshot.trial
        note = no_film_of(tried) if tried is not None else ""
        # The tape comes before the view that shows it: the dialog opens when both are there.
        self._controller.with_update(lambda: QTimer.singleShot(0, self, partial(self._export, note)))

    def _export(self, note: str) -> None:
        if self._controller.view is not None:
            export_update(self._window, self._controller.view, note)

    def studio(self) -> None:
        """Show the studio, with the update that is looked at or comes as its first shot."""
        from twostroke.gui.shell.studio.of_window import show_studio  # no part of the start

        show_studio(self._window, self._controller, self._title())
