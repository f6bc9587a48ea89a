"""Any frame of a storyboard, painted beside the window: of several that are asked for, the newest."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QRectF, QSize, Signal
from PySide6.QtGui import QImage

from twostroke.engine.data.problems import DataProblem
from twostroke.gui.export.refusals import ExportError
from twostroke.gui.look.painting import painting
from twostroke.gui.model.storyboard.board import Layout, Storyboard
from twostroke.gui.model.storyboard.shot_frames import Frames, frames_of
from twostroke.gui.model.storyboard.taken import Taken
from twostroke.gui.shell.studio.work_queue import UNEXPECTED

if TYPE_CHECKING:
    from twostroke.gui.export.render import FrameRenderer


@dataclass(frozen=True)
class Wanted:
    """A frame of a board as an image of that size."""

    board: Storyboard
    index: int
    pixels: QSize
    copied: bool = False  # for the clipboard, and not to be shown


class Superseded(Exception):
    """Something else is wanted by now."""


class PreviewPainter(QObject):
    """`painted` carries what was wanted and its image, `failed` why there is none, `training` how far the way is."""

    painted = Signal(object, QImage)
    failed = Signal(str)
    training = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: Wanted | None = None
        self._ended = False
        self._news = threading.Condition()
        self._board: Storyboard | None = None
        self._frames: Frames | None = None
        self._takes: Callable[[int], Taken] | None = None
        self._renderer: FrameRenderer | None = None
        self._thread = threading.Thread(target=self._run, name="studio-preview", daemon=True)
        application = QCoreApplication.instance()
        assert application is not None
        application.aboutToQuit.connect(self.close)

    def show(self, wanted: Wanted) -> None:
        """Paint that, and nothing that was asked for before and is not begun."""
        with self._news:
            self._wanted = wanted
            self._news.notify()
        if not self._thread.ident:
            self._thread.start()

    def close(self) -> None:
        """End the thread, and wait for it."""
        with self._news:
            self._ended = True
            self._news.notify()
        if self._thread.ident:
            self._thread.join()

    # -- in the thread -----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while (wanted := self._next()) is not None:
            try:
                self.painted.emit(wanted, self._image(wanted))
            except Superseded:
                continue
            except (ExportError, DataProblem) as error:
                self._board = None
                self.failed.emit(str(error))
            except Exception as error:
                self._board = None
                self.failed.emit(UNEXPECTED)
                threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, self._thread)))

    def _next(self) -> Wanted | None:
        with self._news:
            self._news.wait_for(lambda: self._ended or self._wanted is not None)
            wanted, self._wanted = self._wanted, None
            return None if self._ended else wanted

    def _image(self, wanted: Wanted) -> QImage:
        renderer = self._renderer_of(wanted.board)
        picture = wanted.board.picture
        draw = renderer.drawing(min(wanted.index, len(frames_of(wanted.board)) - 1))
        image = QImage(wanted.pixels, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        with painting(image, smooth=True) as painter:
            painter.scale(wanted.pixels.width() / picture.width, wanted.pixels.height() / picture.height)
            draw(painter, QRectF(0, 0, picture.width, picture.height))
        return image

    def _renderer_of(self, board: Storyboard) -> "FrameRenderer":
        """That of the board; what was trained for the one before is kept where it shows the same instants."""
        from twostroke.gui.export.board_takes import takes_of
        from twostroke.gui.export.render import FrameRenderer

        if self._renderer is None or not self._stands_for(board):
            frames = frames_of(board)
            if self._takes is None or board.is_played or not self._same_instants(board, frames):
                self._takes = None
                self._takes = takes_of(board, self._look)
            self._board, self._frames = board, frames
            size = board.picture.width, board.picture.height
            self._renderer = FrameRenderer(self._takes, frames, board, size)
        return self._renderer

    def _stands_for(self, board: Storyboard) -> bool:
        """Whether it is the board that is known; storyboards are alike whatever state they begin in."""
        return self._board is not None and self._board == board and self._board.state is board.state

    def _same_instants(self, board: Storyboard, frames: Frames) -> bool:
        before, known = self._board, self._frames
        if before is None or known is None:
            return False
        one, other = _trained_for(before), _trained_for(board)
        return one == other and before.state is board.state and known.instants == frames.instants

    def _look(self, update: int) -> None:
        """Training has come to `update`; it goes on for what else is wanted by now, where that lies ahead."""
        self.training.emit(update)
        wanted = self._wanted
        if self._ended or (wanted is not None and self._has_passed(wanted, update)):
            raise Superseded

    def _has_passed(self, wanted: Wanted, update: int) -> bool:
        if not self._stands_for(wanted.board) or self._frames is None:
            return True
        return self._frames.update(self._frames[min(wanted.index, len(self._frames) - 1)]) <= update


def _trained_for(board: Storyboard) -> tuple[object, ...]:
    """What takes depend on besides their instants: with curves there are figures on the way."""
    return board.session, board.compare, {shot.lens for shot in board.shots}, board.picture.layout is Layout.CURVES
