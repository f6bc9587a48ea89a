"""From a storyboard and a kind of file to the work that makes it: what cannot be is refused before anything begins."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twostroke.engine.files.disk import FileError
from twostroke.engine.session.spec import Session
from twostroke.gui.export.board_request import BoardRequest, make_board_job
from twostroke.gui.export.destination import check_spares_data
from twostroke.gui.export.kind import Format
from twostroke.gui.export.model_files.model_formats import ModelFormat, check_place
from twostroke.gui.export.refusals import ExportError, ExportRequestError
from twostroke.gui.export.solution.sheets import sheet_for
from twostroke.gui.model.choices import GREATEST_LOSS, row_of
from twostroke.gui.model.solution.wishes import Wishes
from twostroke.gui.model.storyboard.board import Shot, Storyboard
from twostroke.gui.model.storyboard.shot_frames import PlayedFrames, frames_of
from twostroke.gui.model.storyboard.taken import Taken
from twostroke.gui.shell.studio.beside_job import BesideJob
from twostroke.gui.shell.studio.work_queue import Running

NO_FILE = "{target} is a folder; say the name of a file, such as film{ending}."
ON_THE_WAY = "Of a training in a lesson, that can be made of its end alone: go to the last frame of this shot."
NO_PROGRAM = (
    "A program trains from the first update on, and scenes of a lesson may change the network on the way. "
    "Choose a model or numbers here, or File > Export code, model or numbers… in the window."
)
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
    seen = None if kind.moving or kind.stepwise else index
    request = BoardRequest(making.target, board, making.shape, making.subtitles, making.most_mb, seen)

    def begin() -> Running:
        takes = LateTakes(board)
        job = make_board_job(request, takes)
        takes.unwanted = lambda: job.stopping
        return job

    return begin


class LateTakes:
    """Takes whose training begins with the first that is asked for: beside the window, and no longer than wanted."""

    def __init__(self, board: Storyboard) -> None:
        self._board = board
        self._takes: Callable[[int], Taken] | None = None
        self.unwanted: Callable[[], bool] = bool

    def __call__(self, index: int) -> Taken:
        """The take of that instant."""
        from twostroke.gui.export.board_takes import takes_of

        if self._takes is None:
            self._takes = takes_of(self._board, self._look)
        return self._takes(index)

    def _look(self, update: int) -> None:
        if self.unwanted():
            raise ExportError("Cancelled.")


@dataclass(frozen=True)
class _Seen:
    """What a frame shows, and the state in which training has to begin to come there."""

    session: Session
    state: Mapping[str, Any] | None
    at: int
    row: int | None  # None for the sample with the greatest loss
    shot: Shot


def _seen(board: Storyboard, index: int) -> _Seen:
    """ExportRequestError where no state is known of a lesson."""
    frames = frames_of(board)
    frame, update = frames[index], frames.update(frames[index])
    shot = board.shots[frame.shot]
    if shot.played is None or not isinstance(frames, PlayedFrames):
        row = None if shot.row == GREATEST_LOSS else shot.row
        return _Seen(board.session, board.state, update, row, shot)
    take, end = shot.played.takes[-1], shot.played.end
    if frames.takes[frame.take] is not take:
        raise ExportRequestError(ON_THE_WAY)
    row = 0 if take.tape is None else row_of(take.tape, shot.row, end.session.view.sample)
    return _Seen(end.session, end.state, update, row, shot)


def _paper(board: Storyboard, index: int, making: Making) -> Begin:
    path = Path(making.target)
    sheet_for(path)
    check_spares_data(board.session, (path,))
    seen = _seen(board, index)
    digits = max(FEWEST_DIGITS_ON_PAPER, board.digits)
    looked_at = seen.shot.camera or seen.shot.neuron
    neurons = () if looked_at is None or looked_at.layer == 0 else ((looked_at.layer, looked_at.unit),)
    wishes = Wishes(making.student, digits, neurons, making.shape == "sheet")

    def work(job: BesideJob) -> None:
        from twostroke.gui.export.solution.sheets import save, solve

        save(path, solve(seen.session, seen.at, seen.row, wishes, seen.state, job.look), wishes, job.reach)

    return lambda: BesideJob(work, path)


def _model(board: Storyboard, index: int, making: Making, kind: ModelFormat) -> Begin:
    path = Path(making.target)
    check_place(path)
    check_spares_data(board.session, kind.files(path))
    write = kind.write(making.shape)
    if kind.code and board.is_played:
        raise ExportRequestError(NO_PROGRAM)
    seen = _seen(board, index)
    state, asked = (None, seen.at or None) if kind.code else (seen.state, None)  # it trains from the first update

    def work(job: BesideJob) -> None:
        from twostroke.gui.export.model_files.subject import Subject

        try:
            write(Subject(seen.session, state, asked, seen.at, seen.row, job.look), path)()
        except FileError as error:
            raise ExportError(str(error)) from error

    return lambda: BesideJob(work, path)
