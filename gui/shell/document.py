"""The session as a file: open, save, ask about unsaved work, and never lose the running session to a bad file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from twostroke.engine.border.commands import MarkSaved
from twostroke.engine.files.disk import FileError, said
from twostroke.engine.files.session_file import read_saved, write_saved, write_session
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.lessons import Lesson
from twostroke.gui.shell.errors import message
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.waiting import in_background

ENDING = ".twostroke.json"
PATTERN = f"Sessions (*{ENDING});;JSON files (*.json);;All files (*)"


class Document(QObject):
    """What the running session is called, and where it is kept. `renamed` says that the name has changed."""

    renamed = Signal()
    lesson_opened = Signal(object)  # Lesson, or None where the session belongs to no lesson

    def __init__(self, window: QWidget, controller: Controller, preferences: Preferences) -> None:
        super().__init__(window)
        self._window = window
        self._controller = controller
        self._preferences = preferences
        self.path: Path | None = None
        self.title = "Untitled"
        self.with_weights = False  # whether saving writes the network as well, as it is then

    @property
    def changed(self) -> bool:
        """Whether there are settings that have not been saved."""
        return self._controller.snapshot is not None and self._controller.snapshot.changed

    # -- open ----------------------------------------------------------------------------------------------------

    def new(self) -> None:
        """Begin with the default session."""
        if self.may_go():
            self._begin(Session(), None, "Untitled")

    def open_lesson(self, lesson: Lesson) -> None:
        """Begin with a lesson, training."""
        if self.may_go():
            self._begin(lesson.session, None, lesson.title, lesson)

    def open_dialog(self) -> None:
        """Ask for a file and open it."""
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open session", self._preferences.folder, PATTERN)
        if chosen:
            self.open(Path(chosen))

    def open(self, path: Path) -> bool:
        """Open a session file. A bad one gets a sentence; then, and after Cancel, the running session goes on."""
        saved = self._read(path)
        if saved is None or not self.may_go():
            return False
        session, state = saved
        self._begin(session, path, name_of(path), state=state)
        self._preferences.add_recent(path)
        self.renamed.emit()
        return True

    def _read(self, path: Path) -> tuple[Session, Mapping[str, Any] | None] | None:
        try:
            return in_background(self._window, f"Reading {said(Path(path.name))}…", lambda: read_saved(path))
        except FileError as error:
            self._preferences.forget_recent(path)
            self.renamed.emit()
            message(self._window, str(error)).open()
            return None

    def _begin(
        self,
        session: Session,
        path: Path | None,
        title: str,
        lesson: Lesson | None = None,
        state: Mapping[str, Any] | None = None,
    ) -> None:
        pace = lesson.pace or None if lesson else None
        self._controller.open(session, play=lesson is not None, pace=pace, state=state)
        self.adopt(path, title, lesson, with_weights=state is not None)

    def adopt(self, path: Path | None, title: str, lesson: Lesson | None = None, *, with_weights: bool = False) -> None:
        """Take note of what the session is called that the engine runs already."""
        self.path, self.title, self.with_weights = path, title, with_weights
        self.lesson_opened.emit(lesson)
        self.renamed.emit()

    # -- save ----------------------------------------------------------------------------------------------------

    def save(self) -> bool:
        """Write to the file there is, or ask for one. Whether the session is on disk now.

        A session that was opened or saved with weights is saved with weights.
        """
        return self.save_as() if self.path is None else self._write(self.path)

    def save_as(self) -> bool:
        """Ask for a file and write to it. Whether the session is on disk now."""
        start = self.path or Path(self._preferences.folder) / f"{_file_name(self.title)}{ENDING}"
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save session", str(start), PATTERN)
        if not chosen:
            return False
        return self._write(Path(chosen) if Path(chosen).suffix else Path(chosen + ENDING))

    def save_with_weights(self) -> bool:
        """Save also the network as it is now, so that training goes on from there. Whether that is on disk now."""
        before, self.with_weights = self.with_weights, True
        done = self.save()
        self.with_weights = done or before
        return done

    def _write(self, path: Path) -> bool:
        snapshot = self._controller.capture() if self.with_weights else self._controller.snapshot
        if snapshot is None:
            message(self._window, f"{path.name} has not been saved: the engine does not answer. Try again.").open()
            return False
        session = snapshot.session
        try:
            if snapshot.capture is not None and self.with_weights:
                write_saved(path, session, snapshot.capture)
            else:
                write_session(path, session)
        except FileError as error:
            message(self._window, str(error)).open()
            return False
        self._controller.send(MarkSaved(session))
        self.path, self.title = path, name_of(path)
        self._preferences.add_recent(path)
        self.renamed.emit()
        return True

    def may_go(self) -> bool:
        """Whether the running session may be left: nothing unsaved, saved now, or not wanted."""
        if not self.changed:
            return True
        answer = self._ask()
        if answer is QMessageBox.StandardButton.Save:
            return self.save()
        return answer is QMessageBox.StandardButton.Discard

    def _ask(self) -> QMessageBox.StandardButton:
        kinds = QMessageBox.StandardButton
        box = QMessageBox(
            QMessageBox.Icon.Question,
            "Twostroke",
            f"Save the changes to “{self.title}”?",
            kinds.Save | kinds.Discard | kinds.Cancel,
            self._window,
        )
        box.setInformativeText("Its settings have changed since they were opened or saved.")
        box.setDefaultButton(kinds.Save)
        answer = kinds(box.exec())
        box.deleteLater()
        return answer


def name_of(path: Path) -> str:
    """What a session file is called in the window."""
    return path.name.removesuffix(ENDING).removesuffix(".json")


def _file_name(title: str) -> str:
    """A title as a file name that every system takes."""
    kept = "".join(c if c.isalnum() else "-" for c in title.lower())
    return "-".join(part for part in kept.split("-") if part) or "session"
