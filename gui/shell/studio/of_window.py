"""Opens the studio over the session of the window, as it is at this moment; there is one beside each main window."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from twostroke.engine.border.commands import Capture
from twostroke.engine.border.snapshot import Answer, Captured
from twostroke.gui.drive.controller import Controller
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import palette_of
from twostroke.gui.model.differences import Difference
from twostroke.gui.model.lessons import Lesson
from twostroke.gui.model.storyboard.board import Picture, Show, Storyboard
from twostroke.gui.model.storyboard.scenes import LessonBoard
from twostroke.gui.model.storyboard.storyboard_file import ENDING, read_storyboard
from twostroke.gui.shell.studio.begun import Basis, first_board, new_shot
from twostroke.gui.shell.studio.studio import Studio
from twostroke.gui.shell.studio.work_queue import Export, State

WRITTEN = "The export is done: {}"
NOT_YET = "The session is still being opened; the studio can show it when it is there."


def _tell(window: QWidget, controller: Controller, export: Export) -> None:
    """In the window, where the studio is closed."""
    if any(studio.isVisible() for studio in window.findChildren(Studio)) or export.state is State.CANCELLED:
        return
    failed = export.state is State.FAILED
    controller.said.emit(f"{export.target.name}: {export.message}" if failed else WRITTEN.format(export.target), False)


def show_file(window: QWidget, controller: Controller, path: Path) -> None:
    """Show the storyboard of a file in the studio that is open, or in one that opens. Raises StoryboardError."""
    studio = _raised(window)
    if studio is not None:
        studio.open_file(path)
        return
    board = read_storyboard(path)
    if isinstance(board, LessonBoard):
        _open_over(window, controller, board.lesson).open_file(path)
        return
    _open(window, controller, board, Basis(Captured(board.session, board.state)), path.name.removesuffix(ENDING))


def show_lesson(window: QWidget, controller: Controller, lesson: Lesson) -> None:
    """Show the scenes of a lesson as shots, in the studio that is open, or in one that opens."""
    (_raised(window) or _open_over(window, controller, lesson)).open_lesson(lesson)


def _open_over(window: QWidget, controller: Controller, lesson: Lesson) -> Studio:
    """A new studio over the session of a lesson, as long as this is not played yet."""
    basis, look = Basis(Captured(lesson.session, None)), controller.choices
    shot = new_shot(basis, Show.UPDATE, lesson.at, lesson.row)
    picture = Picture(theme=look.theme, colours=look.colours)
    board = Storyboard(lesson.title, lesson.session, (shot,), picture, digits=look.digits)
    return _open(window, controller, board, basis, lesson.name)


def _raised(window: QWidget) -> Studio | None:
    """The studio that is open, brought to the front."""
    found = window.findChild(Studio)
    if found is None or not found.isVisible():
        return None
    found.raise_()
    found.activateWindow()
    return found


def _open(window: QWidget, controller: Controller, board: Storyboard, basis: Basis, name: str) -> Studio:
    """A new one, which goes on with what the one that was closed exports and keeps."""
    before = window.findChild(Studio)
    studio = Studio(window, board, basis, name, before)
    if before is None:
        studio.queue.over.connect(partial(_tell, window, controller))
    else:
        before.deleteLater()
    dress(studio, palette_of(controller.choices))
    studio.show()
    return studio


def show_studio(window: QWidget, controller: Controller, title: str, compare: tuple[Difference, ...] = ()) -> None:
    """Show the studio that is open, or ask for the session and open one when it has come. Training goes on."""
    if _raised(window) is not None:
        return
    if controller.view is None:
        controller.said.emit(NOT_YET, False)
        return

    def open_with(answer: Answer) -> bool:
        view, captured = controller.view, answer.captured
        if captured is None or view is None:
            return False
        basis = Basis(captured)
        board = first_board(basis, view, title, compare)
        studio = _open(window, controller, board, basis, title)
        if view.tape is not None and view.cursor is not None:
            studio.preview.show_moment(view.cursor)
        return True

    controller.ask_aside(Capture(), open_with)
