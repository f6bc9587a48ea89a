"""The session as a file: open, save, ask about unsaved work, and never lose the running session to a bad file."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from twostroke.engine.border.commands import Capture, Command, Edit, MarkSaved, Open
from twostroke.engine.border.snapshot import Answer, Captured, Snapshot
from twostroke.engine.files.disk import FileError, said
from twostroke.engine.files.foreign.wishes import Wishes
from twostroke.engine.files.kinds import recognised
from twostroke.engine.files.seen import Seen, Since, see, since
from twostroke.engine.files.session_file import is_archive_name, read_saved, write_saved, write_session
from twostroke.engine.files.unsaved import Note
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model import edits
from twostroke.gui.model.lessons import FIRST, LESSON_ENDING, Lesson, LessonError, lesson
from twostroke.gui.model.user_text import short
from twostroke.gui.shell import foreign
from twostroke.gui.shell.errors import message
from twostroke.gui.shell.held import UNTITLED, Held, Opened
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.questions import Way, whether_to_overwrite, whether_to_replace, whether_to_save
from twostroke.gui.shell.trained import update_of
from twostroke.gui.shell.waiting import in_background, wait_until

if TYPE_CHECKING:
    from twostroke.engine.files.foreign.conversion import Conversion

ENDING = ".twostroke.json"
BEGUN_ANEW = " (begun anew)"
LOST = (
    "There are no trained weights to save: they were lost when training stopped by a fault, and the network has "
    "begun anew. Its file is as it was last saved; open it again to go on from there. Save keeps the settings alone."
)
ARCHIVE = ".twostroke"
STORYBOARD_ENDING = ".storyboard.toml"
MODELS = " ".join(f"*.{ending}" for ending in foreign.ENDINGS)
PATTERN = (
    f"Sessions, lessons and storyboards (*{ARCHIVE} *{ENDING} *{LESSON_ENDING});;Models ({MODELS});;"
    "JSON files (*.json);;All files (*)"
)
ONE_FILE = f"Session, weights and data in one file (*{ARCHIVE})"
READABLE = f"Readable session (*{ENDING})"


@dataclass(frozen=True, eq=False)
class Start:
    """A session to begin with, and what it is called."""

    session: Session
    path: Path | None = None
    title: str = UNTITLED
    lesson: Lesson | None = None
    state: Mapping[str, Any] | None = None  # as a companion file holds it
    seen: Seen | None = None  # the file when it was read
    recovered: Note | None = None  # where it is not as in the file


def lesson_start(lesson: Lesson) -> Start:
    """To begin with a lesson."""
    return Start(lesson.session, None, lesson.title, lesson)


def is_storyboard(path: Path) -> bool:
    """Whether the file is for the studio."""
    return path.name.lower().endswith(STORYBOARD_ENDING)


def dataset_in(path: Path) -> str:
    """The dataset ("table", "npz") that the file can be; empty where it is not for data."""
    kind = recognised(path)
    return "" if kind is None else kind.dataset


class Document(QObject):
    """What the running session is called, and where it is kept. `renamed` says that the name has changed."""

    renamed = Signal()
    storyboard_asked = Signal(Path)  # that the studio shall show a file
    data_asked = Signal()  # that a file shall become the data
    lesson_opened = Signal(object)  # Lesson, or None where the session belongs to no lesson
    saved = Signal(str)  # what has been written, as a sentence

    def __init__(self, window: QWidget, controller: Controller, preferences: Preferences) -> None:
        super().__init__(window)
        self._window = window
        self._controller = controller
        self._preferences = preferences
        self._all = Opened()
        self._opening = 0  # sessions that the engine has been asked to open
        self._given_up = False  # whether all may be left without a question
        controller.asked.connect(self._hear)
        controller.taken.connect(self._follow)

    @property
    def held(self) -> Held:
        """What is known of the session that is open."""
        return self._all.now

    @property
    def path(self) -> Path | None:
        """The file that Save writes; None where it has to be asked for."""
        return self.held.path

    @property
    def title(self) -> str:
        """What the session is called."""
        return self.held.title

    @property
    def with_weights(self) -> bool:
        """Whether saving writes the network as well, as it is then."""
        return self.held.with_weights

    @property
    def changed(self) -> bool:
        """Whether there are settings, or updates, that have not been saved."""
        return self.settings_changed or bool(self._updates)

    @property
    def settings_changed(self) -> bool:
        """Whether there are settings that have not been saved."""
        snapshot = self._controller.snapshot
        return self.held.unsaved or self._controller.changing or (snapshot is not None and snapshot.changed)

    @property
    def opening(self) -> bool:
        """Whether the engine has been asked to open a session, and has not done so yet."""
        return self._opening > 0

    @property
    def _updates(self) -> str:
        """What training has done that is in no file, as a sentence."""
        return "" if self.held.lost else self.held.trained.unsaved(self._controller.snapshot)

    # -- open ----------------------------------------------------------------------------------------------------

    def start(self, what: Path | str | None) -> None:
        """What the window begins with: the session in a file, or that of a link, else the first lesson."""
        if isinstance(what, Path) and (dataset_in(what) or is_storyboard(what)):
            self.begin(Start(Session()))
        if what is None or not (self.open(what) if isinstance(what, Path) else self.open_link(what)):
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
        if is_storyboard(path):
            self.storyboard_asked.emit(path)
            return True
        dataset = dataset_in(path)
        if dataset:
            command = Edit(edits.open_data, (dataset, str(path)))
            self._controller.ask(command, lambda answer: self._data_opened(path, answer))
            self.data_asked.emit()
            return True
        if foreign.opens(path):
            wishes = foreign.asked_wishes(self._window, path)
            return wishes is not None and self.open_foreign(str(path), wishes)
        start = self._read(path)
        if start is None or not self.may_go():
            return False
        self.begin(start)
        return True

    def open_link(self, text: str = "") -> bool:
        """Open a link, or ask for one. Whether it will be the open session."""
        link = text or foreign.asked_link(self._window)
        return bool(link) and self.open_foreign(link, Wishes())

    def open_dropped(self, what: Path | str | None) -> None:
        """Open a file, or a link."""
        if isinstance(what, Path):
            self.open(what)
        elif what:
            self.open_link(what)

    def paste(self) -> None:
        """Open the link that was copied, if one was."""
        link = foreign.link_in_clipboard()
        if link:
            self.open_link(link)

    def open_foreign(self, argument: str, wishes: Wishes) -> bool:
        """Open what a link or a model of another program becomes. A bad one gets a sentence."""
        try:
            found = in_background(self._window, "Reading…", lambda: foreign.read(argument, wishes))
        except FileError as error:
            message(self._window, str(error)).open()
            return False
        if found is None or not self.may_go():
            return False
        self.begin(Start(found.session, None, found.title, state=found.weights), lambda done: self._tell(done, found))
        return True

    def _tell(self, done: bool, found: "Conversion") -> None:
        said = foreign.said_of(found)
        if done and said:
            message(self._window, said, QMessageBox.Icon.Information).open()

    def _data_opened(self, path: Path, answer: Answer) -> bool:
        if answer.refused:
            message(self._window, f"{said(Path(path.name))} cannot be the data: {answer.refused}").open()
        return bool(answer.refused)

    def _read(self, path: Path) -> Start | None:
        try:
            return in_background(self._window, f"Reading {said(Path(path.name))}…", lambda: _start_from(path))
        except FileError as error:
            self._preferences.forget_recent(path)
            self.renamed.emit()
            message(self._window, str(error)).open()
            return None

    def begin(self, start: Start, then: Callable[[bool], object] = bool) -> None:
        """Have the engine open a session. When that is done it becomes the one that Save writes, and not before.

        Undo brings back the one before, with its name and its file. `then` is told whether it has been opened.
        """
        pace = start.lesson.pace or None if start.lesson else None
        play = start.lesson is not None and start.recovered is None
        number = self._all.number()
        label = "New session" if start.title == UNTITLED else f"Open {short(start.title)}"
        command = Open(start.session, None, start.state, play, pace, label, number)
        self._opening += 1
        self._controller.ask(command, lambda answer: self._opened(start, number, then, answer))

    def _opened(self, start: Start, number: int, then: Callable[[bool], object], answer: Answer) -> bool:
        self._opening -= 1
        if answer.refused:
            message(self._window, f"{start.title} could not be opened: {answer.refused}").open()
            then(False)
            return True
        self._all.add(number, Held(start.title, start.path, start.seen, start.state is not None, start.lesson))
        self.held.trained.keep(update_of(start.state), self._controller.snapshot, own=start.lesson is None)
        if start.recovered is not None:
            self.held.unsaved, self.held.with_weights = start.recovered.settings, start.recovered.weights
            self.held.trained.lose()
        if start.path is not None:
            self._preferences.add_recent(start.path)
        self._controller.see_as(start.session.view)
        self.lesson_opened.emit(start.lesson)
        self.renamed.emit()
        then(True)
        return True

    def _hear(self, command: Command) -> None:
        """The engine is asked for something."""
        self.held.trained.hear(command)

    def _follow(self, snapshot: Snapshot) -> None:
        """Undo has brought back a session that was left, or redo has opened the next one again."""
        self.held.lost = self.held.lost and snapshot.update == 0
        if self._all.follow(snapshot.document):
            self.lesson_opened.emit(self.held.lesson)
            self.renamed.emit()

    def keep_played(self) -> None:
        """The session stands where a lesson has led it, and can be led again: nothing of it would be lost."""
        snapshot = self._controller.snapshot
        if snapshot is not None:
            self.held.trained.keep(snapshot.update, snapshot, own=False)
            self._controller.ask_aside(MarkSaved(snapshot.session), None)

    def engine_failed(self, kept: bool) -> None:
        """The next engine does not know what had been changed. Where it does not have the network (`kept`) either, that
        is no longer the one of the file, which must not be written over with it.
        """
        held = self.held
        held.unsaved = self.changed or not kept
        held.trained.forget_line()
        self._all.begin_anew()
        if not kept:
            held.path, held.with_weights, held.lost = None, False, True
            held.title = held.title.removesuffix(BEGUN_ANEW) + BEGUN_ANEW
            self.renamed.emit()

    # -- save ----------------------------------------------------------------------------------------------------

    def save(self) -> bool:
        """Write to the file there is, or ask for one. Whether the session is on disk now.

        A session that was opened or saved with weights is saved with weights.
        """
        if not self._settled():
            return False
        way = self._way_to_its_file()
        if way is Way.OVERWRITE and self.path is not None:
            return self._write(self.path)
        return way is Way.ELSEWHERE and self.save_as()

    def _way_to_its_file(self) -> Way:
        """Whether to write to the session's file; asked where that is no longer what was opened or saved."""
        path, seen = self.path, self.held.seen
        if path is None:
            return Way.ELSEWHERE
        if seen is None:
            return Way.OVERWRITE
        found = in_background(self._window, f"Looking at {said(Path(path.name))}…", lambda: since(path, seen))
        if found is None:
            return Way.CANCEL
        return Way.OVERWRITE if found is Since.SAME else whether_to_overwrite(self._window, path, found)

    def _settled(self) -> bool:
        """Wait until a session that is being opened has its name, so that none is written over another one's file."""
        return wait_until(self._window, "Opening…", lambda: self._opening == 0, _do_without)

    def save_as(self) -> bool:
        """Ask for a file and write to it. Whether the session is on disk now."""
        if not self._settled():
            return False
        start = self.path or Path(self._preferences.folder) / f"{_file_name(self.title)}{ARCHIVE}"
        kinds = (ONE_FILE, READABLE) if is_archive_name(start) else (READABLE, ONE_FILE)
        way = Way.ELSEWHERE
        while way is Way.ELSEWHERE:
            chosen, kind = QFileDialog.getSaveFileName(self._window, "Save session", str(start), ";;".join(kinds))
            if not chosen:
                return False
            start = _with_ending(Path(chosen), kind)
            asked = start == Path(chosen) or not os.path.lexists(start)  # by the dialog, of the name that was typed
            way = Way.OVERWRITE if asked else whether_to_replace(self._window, start)
        return way is Way.OVERWRITE and self._write(start)

    def save_with_weights(self) -> bool:
        """Save also the network as it is now, so that training goes on from there. Whether that is on disk now."""
        if not self._settled():
            return False
        held = self.held
        if held.lost:
            message(self._window, LOST).open()
            return False
        before, held.with_weights = held.with_weights, True
        done = self.save()
        held.with_weights = done or before
        return done

    def _write(self, path: Path) -> bool:
        """Write the session as it is once the engine has done all that was asked of it before."""
        captured = self._capture(path)
        if captured is None:
            return False
        whole = self.as_seen(captured)
        try:
            seen = in_background(
                self._window, f"Saving {said(Path(path.name))}…", lambda: _written(path, whole), cancellable=False
            )
        except FileError as error:
            message(self._window, str(error)).open()
            return False
        if seen is None:  # the program ends, and leaves time for it
            return False
        self._controller.send(MarkSaved(captured.session))
        held, updates = self.held, self._updates
        if captured.state is not None:
            held.trained.keep(update_of(captured.state), self._controller.snapshot)
        held.path, held.title, held.seen, held.unsaved = path, name_of(path), seen, False
        self._preferences.add_recent(path)
        self.renamed.emit()
        self.saved.emit(confirmation(path, captured, trained=bool(updates)))
        return True

    def _capture(self, path: Path) -> Captured | None:
        """The session, with the network where that is wanted; None, told to the user, where it is not to be had.

        What was rescued of an engine that has failed is there though no other can go on with it.
        """
        weights = (self.with_weights or is_archive_name(path)) and not self.held.lost
        answers: list[Answer] = []

        def told(answer: Answer) -> bool:
            answers.append(answer)
            return True

        self._controller.ask(Capture(weights), told)
        if not wait_until(self._window, f"Saving {path.name}…", lambda: bool(answers), _do_without):
            return None
        rescued = self._controller.rescued
        if answers[0].captured is None and rescued is not None:
            return rescued if weights else Captured(rescued.session, None)
        if answers[0].captured is None:
            message(self._window, f"{path.name} has not been saved: {answers[0].refused}").open()
        return answers[0].captured

    def as_seen(self, captured: Captured) -> Captured:
        """The same, to be opened as it is seen now."""
        view = self._controller.seen(captured.session.view)
        return replace(captured, session=captured.session.model_copy(update={"view": view}))

    def may_go(self) -> bool:
        """Whether the running session may be left: nothing unsaved, saved now, or not wanted."""
        if self._given_up or not self.changed:
            return True
        trained = bool(self._updates)
        settings = "Its settings have changed since they were opened or saved." if self.settings_changed else ""
        answer = whether_to_save(self._window, self.title, " ".join(filter(None, (self._updates, settings))))
        if answer is QMessageBox.StandardButton.Save:
            return self.save_with_weights() if trained else self.save()
        return answer is QMessageBox.StandardButton.Discard

    @property
    def given_up(self) -> bool:
        """Whether nothing is asked any more."""
        return self._given_up

    def give_up(self) -> None:
        """From now on nothing is asked: there may be nobody at the window to answer, as after Ctrl-C in a terminal."""
        self._given_up = True


def _do_without() -> None:
    """Nobody waits any more for what the engine will answer."""


def _start_from(path: Path) -> Start:
    """What a session file, or that of a lesson, holds. Raises FileError."""
    if path.suffix.lower() == LESSON_ENDING:
        try:
            from twostroke.gui.model.lessons.lesson_file import open_lesson  # no part of the start

            return lesson_start(open_lesson(path))
        except LessonError as error:
            raise FileError(str(error)) from error
    seen = see(path)  # before it is read: what is changed meanwhile is noticed
    session, state = read_saved(path)
    return Start(session, path, name_of(path), state=state, seen=seen)


def _written(path: Path, captured: Captured) -> Seen:
    """Write a session, with its network where that was wanted. Raises FileError."""
    if captured.state is not None:
        write_saved(path, captured.session, captured.state)
    else:
        write_session(path, captured.session)
    return see(path)


def confirmation(path: Path, captured: Captured, trained: bool) -> str:
    """What has been written to `path`; `trained`: whether the network has been trained since it was last in a file."""
    name = f"Saved {said(Path(path.name))}"
    if captured.state is None:
        without = "without the weights. To keep what was trained: File, Save with weights."
        return f"{name} {without}" if trained else f"{name}: the settings, without weights."
    own = captured.session.data.path if is_archive_name(path) else ""
    data = f" and the data {said(Path(Path(own).name))}" if own else ""
    return f"{name} with the weights of update {update_of(captured.state):,}{data}."


def name_of(path: Path) -> str:
    """What a session file is called in the window."""
    return path.name.removesuffix(ENDING).removesuffix(ARCHIVE).removesuffix(".json")


def _with_ending(path: Path, kind: str) -> Path:
    """The name that was chosen, with the ending of the chosen `kind` where it has none of a session."""
    if is_archive_name(path) or path.name.lower().endswith(".json"):
        return path
    return path.with_name(path.name + (ENDING if kind == READABLE else ARCHIVE))


def _file_name(title: str) -> str:
    """A title as a file name that every system takes."""
    kept = "".join(c if c.isalnum() else "-" for c in title.lower())
    return "-".join(part for part in kept.split("-") if part) or "session"
