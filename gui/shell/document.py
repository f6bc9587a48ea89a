"""The session as a file: open, save, ask about unsaved work, and never lose the running session to a bad file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from twostroke.engine.border.commands import Capture, Edit, MarkSaved, Open
from twostroke.engine.border.snapshot import Answer, Captured
from twostroke.engine.files.disk import FileError, said
from twostroke.engine.files.kinds import recognised
from twostroke.engine.files.session_file import is_archive_name, read_saved, write_saved, write_session
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model import edits
from twostroke.gui.model.lessons import FIRST, Lesson, lesson
from twostroke.gui.shell.errors import message
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.trained import Trained, update_of
from twostroke.gui.shell.waiting import in_background, wait_until

ENDING = ".twostroke.json"
UNTITLED = "Untitled"
BEGUN_ANEW = " (begun anew)"
ARCHIVE = ".twostroke"
PATTERN = f"Sessions (*{ARCHIVE} *{ENDING});;JSON files (*.json);;All files (*)"
KINDS = f"Session, weights and data in one file (*{ARCHIVE});;Readable session (*{ENDING})"


@dataclass(frozen=True, eq=False)
class Start:
    """A session to begin with, and what it is called."""

    session: Session
    path: Path | None = None
    title: str = UNTITLED
    lesson: Lesson | None = None
    state: Mapping[str, Any] | None = None  # as a companion file holds it


def lesson_start(lesson: Lesson) -> Start:
    """To begin with a lesson."""
    return Start(lesson.session, None, lesson.title, lesson)


def dataset_in(path: Path) -> str:
    """The dataset ("table", "npz") that the file can be; empty where it is not for data."""
    kind = recognised(path)
    return "" if kind is None else kind.dataset


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
        self.title = UNTITLED
        self.with_weights = False  # whether saving writes the network as well, as it is then
        self._opening = 0  # sessions that the engine has been asked to open
        self._unsaved = False  # whether there is something to save that the engine does not know of
        self._trained = Trained()
        self._given_up = False  # whether all may be left without a question
        controller.asked.connect(self._trained.hear)

    @property
    def changed(self) -> bool:
        """Whether there are settings, or updates, that have not been saved."""
        return self._settings_changed or bool(self._updates)

    @property
    def _settings_changed(self) -> bool:
        snapshot = self._controller.snapshot
        return self._unsaved or self._controller.changing or (snapshot is not None and snapshot.changed)

    @property
    def _updates(self) -> str:
        """What training has done that is in no file, as a sentence."""
        return self._trained.unsaved(self._controller.snapshot)

    # -- open ----------------------------------------------------------------------------------------------------

    def start(self, path: Path | None) -> None:
        """What the window begins with: the session in a file, else the first lesson."""
        if path is not None and dataset_in(path):
            self.begin(Start(Session()))
        if path is None or not self.open(path):
            self.begin(lesson_start(lesson(FIRST)))

    def new(self) -> None:
        """Begin with the default session."""
        if self.may_go():
            self.begin(Start(Session()))

    def open_lesson(self, lesson: Lesson) -> None:
        """Begin with a lesson, training."""
        if self.may_go():
            self.begin(lesson_start(lesson))

    def open_dialog(self) -> None:
        """Ask for a file and open it."""
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open session", self._preferences.folder, PATTERN)
        if chosen:
            self.open(Path(chosen))

    def open(self, path: Path) -> bool:
        """Open a session file. A bad one gets a sentence; then, and after Cancel, the running session goes on.

        A table, or arrays, become the data of the running session, which can be undone. Whether the file will be the
        open one, or the data, as far as can be told now.
        """
        dataset = dataset_in(path)
        if dataset:
            command = Edit(edits.open_data, (dataset, str(path)))
            self._controller.ask(command, lambda answer: self._data_opened(path, answer))
            return True
        saved = self._read(path)
        if saved is None or not self.may_go():
            return False
        session, state = saved
        self.begin(Start(session, path, name_of(path), state=state))
        return True

    def _data_opened(self, path: Path, answer: Answer) -> bool:
        if answer.refused:
            message(self._window, f"{said(Path(path.name))} cannot be the data: {answer.refused}").open()
        return bool(answer.refused)

    def _read(self, path: Path) -> tuple[Session, Mapping[str, Any] | None] | None:
        try:
            return in_background(self._window, f"Reading {said(Path(path.name))}…", lambda: read_saved(path))
        except FileError as error:
            self._preferences.forget_recent(path)
            self.renamed.emit()
            message(self._window, str(error)).open()
            return None

    def begin(self, start: Start) -> None:
        """Have the engine open a session. When that is done it becomes the one that Save writes, and not before."""
        pace = start.lesson.pace or None if start.lesson else None
        command = Open(start.session, state=start.state, play=start.lesson is not None, pace=pace)
        self._opening += 1
        self._controller.ask(command, lambda answer: self._opened(start, answer))

    def _opened(self, start: Start, answer: Answer) -> bool:
        self._opening -= 1
        if answer.refused:
            message(self._window, f"{start.title} could not be opened: {answer.refused}").open()
            return True
        self.path, self.title, self.with_weights = start.path, start.title, start.state is not None
        self._unsaved = False
        self._trained.keep(update_of(start.state), self._controller.snapshot, own=start.lesson is None)
        if start.path is not None:
            self._preferences.add_recent(start.path)
        self.lesson_opened.emit(start.lesson)
        self.renamed.emit()
        return True

    def engine_failed(self, kept: bool) -> None:
        """The next engine does not know what had been changed. Where it does not have the network (`kept`) either, that
        is no longer the one of the file, which must not be written over with it.
        """
        self._unsaved = self.changed or not kept
        self._trained.forget_line()
        if not kept:
            self.path, self.with_weights = None, False
            self.title = self.title.removesuffix(BEGUN_ANEW) + BEGUN_ANEW
            self.renamed.emit()

    # -- save ----------------------------------------------------------------------------------------------------

    def save(self) -> bool:
        """Write to the file there is, or ask for one. Whether the session is on disk now.

        A session that was opened or saved with weights is saved with weights.
        """
        if not self._settled():
            return False
        return self.save_as() if self.path is None else self._write(self.path)

    def _settled(self) -> bool:
        """Wait until a session that is being opened has its name, so that none is written over another one's file."""
        return wait_until(self._window, "Opening…", lambda: self._opening == 0, _do_without)

    def save_as(self) -> bool:
        """Ask for a file and write to it. Whether the session is on disk now."""
        if not self._settled():
            return False
        start = self.path or Path(self._preferences.folder) / f"{_file_name(self.title)}{ARCHIVE}"
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save session", str(start), KINDS)
        if not chosen:
            return False
        return self._write(Path(chosen) if Path(chosen).suffix else Path(chosen + ARCHIVE))

    def save_with_weights(self) -> bool:
        """Save also the network as it is now, so that training goes on from there. Whether that is on disk now."""
        if not self._settled():
            return False
        before, self.with_weights = self.with_weights, True
        done = self.save()
        self.with_weights = done or before
        return done

    def _write(self, path: Path) -> bool:
        """Write the session as it is once the engine has done all that was asked of it before."""
        captured = self._capture(path)
        if captured is None:
            return False
        try:
            written = in_background(
                self._window, f"Saving {said(Path(path.name))}…", lambda: _written(path, captured), cancellable=False
            )
        except FileError as error:
            message(self._window, str(error)).open()
            return False
        if not written:  # the program ends, and leaves time for it
            return False
        self._controller.send(MarkSaved(captured.session))
        if captured.state is not None:
            self._trained.keep(update_of(captured.state), self._controller.snapshot)
        self.path, self.title, self._unsaved = path, name_of(path), False
        self._preferences.add_recent(path)
        self.renamed.emit()
        return True

    def _capture(self, path: Path) -> Captured | None:
        """The session, with the network where that is wanted; None, told to the user, where it is not to be had."""
        answers: list[Answer] = []

        def told(answer: Answer) -> bool:
            answers.append(answer)
            return True

        self._controller.ask(Capture(self.with_weights or is_archive_name(path)), told)
        if not wait_until(self._window, f"Saving {path.name}…", lambda: bool(answers), _do_without):
            return None
        if answers[0].captured is None:
            message(self._window, f"{path.name} has not been saved: {answers[0].refused}").open()
        return answers[0].captured

    def may_go(self) -> bool:
        """Whether the running session may be left: nothing unsaved, saved now, or not wanted."""
        if self._given_up or not self.changed:
            return True
        trained = bool(self._updates)
        answer = self._ask()
        if answer is QMessageBox.StandardButton.Save:
            return self.save_with_weights() if trained else self.save()
        return answer is QMessageBox.StandardButton.Discard

    def give_up(self) -> None:
        """From now on nothing is asked: there may be nobody at the window to answer, as after Ctrl-C in a terminal."""
        self._given_up = True

    def _ask(self) -> QMessageBox.StandardButton:
        kinds = QMessageBox.StandardButton
        box = QMessageBox(
            QMessageBox.Icon.Question,
            "Twostroke",
            f"Save the changes to “{self.title}”?",
            kinds.Save | kinds.Discard | kinds.Cancel,
            self._window,
        )
        settings = "Its settings have changed since they were opened or saved." if self._settings_changed else ""
        box.setInformativeText(" ".join(filter(None, (self._updates, settings))))
        box.setDefaultButton(kinds.Save)
        answer = kinds(box.exec())
        box.deleteLater()
        return answer


def _do_without() -> None:
    """Nobody waits any more for what the engine will answer."""


def _written(path: Path, captured: Captured) -> bool:
    """Write a session, with its network where that was wanted. Raises FileError."""
    if captured.state is not None:
        write_saved(path, captured.session, captured.state)
    else:
        write_session(path, captured.session)
    return True


def name_of(path: Path) -> str:
    """What a session file is called in the window."""
    return path.name.removesuffix(ENDING).removesuffix(ARCHIVE).removesuffix(".json")


def _file_name(title: str) -> str:
    """A title as a file name that every system takes."""
    kept = "".join(c if c.isalnum() else "-" for c in title.lower())
    return "-".join(part for part in kept.split("-") if part) or "session"
