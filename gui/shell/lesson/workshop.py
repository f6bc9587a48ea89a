"""Where lessons are made: recorded in the window, and edited in one of its own."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from twostroke.engine.files.disk import FileError, read_bytes, said
from twostroke.gui.drive.comparison import Comparison
from twostroke.gui.drive.controller import Controller
from twostroke.gui.drive.lesson_recorder import LessonRecorder
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.table import AnyPanel
from twostroke.gui.shell.document import Document
from twostroke.gui.shell.errors import message
from twostroke.gui.shell.lesson.record_bar import RecordBar
from twostroke.gui.shell.lesson.recording import Recording
from twostroke.gui.shell.preferences import Preferences

if TYPE_CHECKING:
    from twostroke.gui.model.lessons import Lesson
    from twostroke.gui.shell.lesson_editor.editor_window import LessonEditor

MOST_BYTES = 2**23
STILL_OPEN = "The lesson as it is edited. File > Edit a lesson… leads back to the editor."
NO_TOML = "{name} cannot be edited here, as it is no TOML: {why}. Mend that in a text editor first."


class Workshop(QObject):
    """Of one window."""

    def __init__(
        self,
        window: QWidget,
        controller: Controller,
        comparison: Comparison,
        panels: Mapping[str, AnyPanel],
        document: Document,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._window, self._controller, self._document, self._preferences = window, controller, document, preferences
        self.editor: LessonEditor | None = None
        self.begin_at: Callable[[Lesson, int], bool] = lambda lesson, scene: False  # set by whoever can open lessons
        self.bar = RecordBar()
        self.recorder = LessonRecorder(controller, comparison, self)
        self.recording = Recording(window, controller, self.recorder, self.bar)
        self.recording.begun.connect(lambda: document.lesson_opened.emit(None))  # what is open is put away
        self.recording.recorded.connect(lambda text: self._edit(text, None))
        for id, panel in panels.items():
            if isinstance(panel, Panel):
                panel.folding.connect(partial(self._folded, id, panel))

    def record(self) -> None:
        """Record a lesson from now on."""
        self.recording.begin()

    def edit(self) -> None:
        """Ask for the file of a lesson, and edit it; what is being edited already comes to the front."""
        if self.editor is not None:
            _to_front(self.editor)
            return
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Edit a lesson", self._preferences.folder, "*.toml")
        if chosen:
            self.edit_file(Path(chosen))

    def edit_file(self, path: Path) -> None:
        """Edit the lesson in that file."""
        try:
            text = read_bytes(path, MOST_BYTES).decode("utf-8-sig").replace("\r\n", "\n")
        except FileError as error:
            message(self._window, str(error)).open()
        except UnicodeDecodeError:
            message(self._window, NO_TOML.format(name=said(Path(path.name)), why="it is no text in UTF-8")).open()
        else:
            self._edit(text, path)

    def may_go(self) -> bool:
        """Whether the window may close: nothing that is recorded or edited would be lost, or nobody wants it."""
        if self._document.given_up:
            return True
        if self.recorder.on and not self.recording.may_go():
            return False
        return self.editor is None or self.editor.may_go()

    def end(self) -> None:
        """The window closes."""
        self.recorder.stop()
        if self.editor is not None:
            self.editor.end()

    def _folded(self, id: str, panel: Panel) -> None:
        self.recorder.note_panel(id, panel.folded)

    def _edit(self, text: str, path: Path | None) -> None:
        from tomlkit.exceptions import TOMLKitError  # what edits TOML is no part of the start

        from twostroke.gui.shell.lesson_editor.editor_window import LessonEditor

        if self.editor is not None and not self.editor.close():
            return
        look, folder = self._controller.choices, self._preferences.folder
        try:
            editor = LessonEditor(self._window, text, path, folder, look)
        except TOMLKitError as error:
            name = said(Path(path.name)) if path is not None else "The lesson"
            message(self._window, NO_TOML.format(name=name, why=str(error).rstrip("."))).open()
            return
        editor.played.connect(self._play)
        editor.said.connect(lambda sentence: self._controller.said.emit(sentence, False))
        editor.closed.connect(self._closed)
        self.editor = editor
        editor.show()

    def _play(self, lesson: "Lesson", scene: int) -> None:
        """In the window, which comes to the front."""
        if self.begin_at(lesson, scene):
            _to_front(self._window)
            self._controller.said.emit(STILL_OPEN, False)

    def _closed(self) -> None:
        self.editor = None


def _to_front(window: QWidget) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
