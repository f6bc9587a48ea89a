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
from twostroke.gui.model.storyboard.storyboard_file import ENDING, open_storyboard
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
    found = window.findChild(Studio)
    if found is not None and found.isVisible():
        found.open_file(path)
        found.raise_()
        found.activateWindow()
        return
    board = open_storyboard(path)
    name = path.name.removesuffix(ENDING)
    _open(window, controller, Studio(window, board, Basis(Captured(board.session, board.state)), name, found), found)


def show_lesson(window: QWidget, controller: Controller, lesson: Lesson) -> None:
    """Show the scenes of a lesson as shots, in the studio that is open, or in one that opens."""
    found = window.findChild(Studio)
    if found is not None and found.isVisible():
        found.raise_()
        found.activateWindow()
    else:
        basis, look = Basis(Captured(lesson.session, None)), controller.choices
        shot = new_shot(basis, Show.UPDATE, lesson.at, lesson.row)
        picture = Picture(theme=look.theme, colours=look.colours)
        board = Storyboard(lesson.title, lesson.session, (shot,), picture, digits=look.digits)
        before, found = found, Studio(window, board, basis, lesson.name, found)
        _open(window, controller, found, before)
    found.open_lesson(lesson)


def _open(window: QWidget, controller: Controller, studio: Studio, before: Studio | None) -> None:
    if before is None:
        studio.queue.over.connect(partial(_tell, window, controller))
    else:
        before.deleteLater()
    dress(studio, palette_of(controller.choices))
    studio.show()


def show_studio(window: QWidget, controller: Controller, title: str, compare: tuple[Difference, ...] = ()) -> None:
    """Show the studio that is open, or ask for the session and open one when it has come. Training goes on."""
    found = window.findChild(Studio)
    if found is not None and found.isVisible():
        found.raise_()
        found.activateWindow()
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
        _open(window, controller, Studio(window, board, basis, title, found), found)
        return True

    controller.ask_aside(Capture(), open_with)
