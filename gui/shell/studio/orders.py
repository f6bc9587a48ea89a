"""From a storyboard and a kind of file to the work that makes it: what cannot be is refused before anything begins."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from twostroke.engine.files.disk import FileError
from twostroke.engine.files.in_use import check_free
from twostroke.gui.export.board_request import BoardRequest, make_board_job
from twostroke.gui.export.kind import Format
from twostroke.gui.export.model_files.model_formats import ModelFormat, check_place
from twostroke.gui.export.refusals import ExportError, ExportRequestError
from twostroke.gui.export.solution.sheets import sheet_for
from twostroke.gui.model.solution.wishes import Wishes
from twostroke.gui.model.storyboard.board import Show, Storyboard
from twostroke.gui.model.storyboard.shot_frames import frames_of
from twostroke.gui.model.storyboard.taken import Taken
from twostroke.gui.shell.studio.beside_job import BesideJob, Look
from twostroke.gui.shell.studio.work_queue import Running

if TYPE_CHECKING:
    from twostroke.gui.export.board_takes import BoardTakes

NO_FILE = "{target} is a folder; say the name of a file, such as film{ending}."
NO_PLACE = "Say where it goes: a name such as film.mp4."
FEWEST_DIGITS_ON_PAPER = 4

Begin = Callable[[], Running]


@dataclass(frozen=True)
class Making:
    """What is asked for beside the storyboard. `shape`: which of those with one ending; `most_mb`: of a GIF."""

    made_by: object  # an entry of FORMATS, SHEETS or MODEL_FORMATS
    target: str
    shape: str = ""
    subtitles: str = ""
    most_mb: float | None = None
    student: str = ""


def job_for(board: Storyboard, index: int, making: Making) -> Begin:
    """What begins the work. A picture is that of frame `index`; paper, code and numbers are of its update and sample.

    ExportRequestError where it cannot be.
    """
    if not making.target:
        raise ExportRequestError(NO_PLACE)
    ending = getattr(making.made_by, "ending", "")
    if ending and (making.target.endswith(("/", os.sep)) or os.path.isdir(making.target)):
        raise ExportRequestError(NO_FILE.format(target=making.target, ending=ending))
    if isinstance(making.made_by, Format):
        return _film_or_picture(board, index, making, making.made_by)
    if isinstance(making.made_by, ModelFormat):
        return _model(board, index, making, making.made_by)
    return _paper(board, index, making)


def _film_or_picture(board: Storyboard, index: int, making: Making, kind: Format) -> Begin:
    if not kind.moving and not kind.stepwise:
        board = still(board, index)
    request = BoardRequest(making.target, board, making.shape, making.subtitles, making.most_mb)

    def begin() -> Running:
        takes = LateTakes(board)
        job = make_board_job(request, takes)
        takes.unwanted = lambda: job.stopping
        return job

    return begin


def still(board: Storyboard, index: int) -> Storyboard:
    """A board whose one shot ends at that frame."""
    frame, instants = frames_of(board)[index], frames_of(board).instants
    shot, update = board.shots[frame.shot], instants[frame.take].update
    if shot.show is Show.TRAINING:
        shot = replace(shot, at=min(shot.at, max(0, update - 1)), until=max(update, 1))
    else:
        shot = replace(shot, show=Show.MOMENT, moment=frame.cursor)
    return replace(board, shots=(shot,))


class LateTakes:
    """Takes whose training begins with the first that is asked for: beside the window, and no longer than wanted."""

    def __init__(self, board: Storyboard) -> None:
        self._board = board
        self._takes: BoardTakes | None = None
        self.unwanted: Callable[[], bool] = bool

    def __call__(self, index: int) -> Taken:
        """The take of that instant."""
        from twostroke.gui.export.board_takes import BoardTakes

        if self._takes is None:
            self._takes = BoardTakes(self._board, self._look)
        return self._takes(index)

    def _look(self, update: int) -> None:
        if self.unwanted():
            raise ExportError("Cancelled.")


def _seen(board: Storyboard, index: int) -> tuple[int, int]:
    """The update and the sample that a frame shows."""
    frames = frames_of(board)
    frame = frames[index]
    return frames.instants[frame.take].update, board.shots[frame.shot].row


def _paper(board: Storyboard, index: int, making: Making) -> Begin:
    path = Path(making.target)
    sheet_for(path)
    _check_free(board, path)
    at, row = _seen(board, index)
    digits = max(FEWEST_DIGITS_ON_PAPER, board.digits)
    shot = board.shots[frames_of(board)[index].shot]
    looked_at = shot.camera or shot.neuron
    neurons = () if looked_at is None or looked_at.layer == 0 else ((looked_at.layer, looked_at.unit),)
    wishes = Wishes(making.student, digits, neurons, making.shape == "sheet")

    def work(look: Look) -> None:
        from twostroke.gui.export.solution.sheets import save, solve

        save(path, solve(board.session, at, row, wishes, board.state, look), wishes)

    return lambda: BesideJob(work, path)


def _check_free(board: Storyboard, path: Path) -> None:
    try:
        check_free((path,), (), board.session)
    except FileError as error:
        raise ExportRequestError(str(error)) from error


def _model(board: Storyboard, index: int, making: Making, kind: ModelFormat) -> Begin:
    path = Path(making.target)
    check_place(path)
    _check_free(board, path)
    write = kind.write(making.shape)
    at, row = _seen(board, index)
    state, asked = (None, at or None) if kind.code else (board.state, None)  # a program trains from the first update

    def work(look: Look) -> None:
        from twostroke.gui.export.model_files.subject import Subject

        try:
            write(Subject(board.session, state, asked, at, row, look), path)()
        except FileError as error:
            raise ExportError(str(error)) from error

    return lambda: BesideJob(work, path)
