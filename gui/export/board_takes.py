"""The instants that a storyboard shows, from its session and those beside it in training."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from twostroke.engine.border import commands
from twostroke.engine.session.spec import Session
from twostroke.gui.export.past_curves import with_past
from twostroke.gui.export.refusals import ExportError
from twostroke.gui.export.takes import train_to, with_tape
from twostroke.gui.model.storyboard.board import Layout, Storyboard
from twostroke.gui.model.storyboard.shot_frames import Instant, PlayedFrames, frames_of
from twostroke.gui.model.storyboard.taken import Taken
from twostroke.gui.stage.scene.lenses import lens_of

if TYPE_CHECKING:
    from twostroke.engine.border.snapshot import Snapshot
    from twostroke.engine.run.trainer import Trainer

KEPT_BYTES = 64 * 2**20
"""What takes may fill that could be asked for again, as by who drags a slider."""


MOST_POINTS = 300
"""Of a curve."""


def takes_of(board: Storyboard, on_progress: Callable[[int], None] = lambda update: None) -> Callable[[int], Taken]:
    """What the takes of a storyboard's frames are: those that were taken beforehand, else those of its training."""
    frames = frames_of(board)
    return frames.takes.__getitem__ if isinstance(frames, PlayedFrames) else BoardTakes(board, on_progress)


class BoardTakes:
    """Take i is instant i of the frames of `board`. Random access; in order it is quickest.

    Training always goes through all the instants before, so that curves have the same points in whatever order takes
    are asked for. ExportError where training fails before an instant. What `on_progress` raises comes through; asked
    again, training goes on where it was.
    """

    def __init__(self, board: Storyboard, on_progress: Callable[[int], None] = lambda update: None) -> None:
        self._instants = frames_of(board).instants
        self._maps = any(lens_of(shot.lens).maps for shot in board.shots)
        self._board, self.on_progress = board, on_progress
        self._kept: OrderedDict[int, Taken] = OrderedDict()
        self._milestones = self._on_the_way()
        self._trainers: list[Trainer] = []  # none as long as nothing is asked for
        self._next = 0  # the first instant that training has not come to
        self._first = 0

    def _on_the_way(self) -> range:
        """Updates at which curves have points besides those that are shown."""
        if self._board.picture.layout is not Layout.CURVES:
            return range(0)
        last = self._instants[-1].update
        return range(0, last, max(1, last // MOST_POINTS))

    def _begin(self) -> None:
        board = self._board
        trainers = [_begun(board.session, board.state, self._maps)]
        for difference in board.compare:
            like = board.session if difference.matched else None
            trainers.append(_begun(difference.made_on(board.session).session, None, self._maps, like))
        self._trainers, self._next = trainers, 0
        past, begun = board.past, trainers[0].update
        self._first = begun if past is None or not past.update.size else int(past.update[0])  # of all curves

    def __call__(self, index: int) -> Taken:
        """The take of that instant."""
        if index in self._kept:
            self._kept.move_to_end(index)
            return self._kept[index]
        if index < self._next or not self._trainers:
            self._begin()
        while self._next <= index:
            self._reach(self._instants[self._next].update)
            self._next += 1
        take = self._taken(self._instants[index])
        self._keep(index, take)
        return take

    def _reach(self, update: int) -> None:
        """With figures on the way, where curves show it."""
        for name, trainer in zip(self._board.names, self._trainers, strict=True):
            now = trainer.update
            for stop in (*(each for each in self._milestones if max(now, self._first) <= each < update), update):
                try:
                    train_to(trainer, stop, self.on_progress)
                except ExportError as error:
                    if not self._board.compare:
                        raise
                    letter, told = name.split(maxsplit=1)
                    raise ExportError(f"Network {letter} ({told}): {error}") from error
                with np.errstate(over="ignore", invalid="ignore"):  # numbers near the end of their range have a place
                    trainer.evaluate()

    def _taken(self, instant: Instant) -> Taken:
        first, *rest = self._trainers
        main = with_past(_snapshot(first, instant.taped), self._board.past)
        rows = () if main.tape is None else tuple(main.tape.rows.tolist())  # another weight seed takes others
        others = tuple(_snapshot(trainer, instant.taped, rows) for trainer in rest)
        return Taken(main, main.tape, others, self._board.names)

    def _keep(self, index: int, take: Taken) -> None:
        """As many as there is room for, and two in any case."""
        size = sum(trainer.state.theta.nbytes for trainer in self._trainers) * (4 if take.tape is None else 8)
        self._kept[index] = take
        while len(self._kept) > max(2, KEPT_BYTES // max(size, 1)):
            self._kept.popitem(last=False)


def _begun(session: Session, state: Mapping[str, Any] | None, maps: bool, like: Session | None = None) -> "Trainer":
    from twostroke.engine.run.trainer import Trainer

    trainer = Trainer(session, state=state)
    if like is not None:
        trainer.apply(commands.Open(session, like=like))
    trainer.apply(commands.Watch(maps))
    return trainer


def _snapshot(trainer: "Trainer", taped: bool, rows: tuple[int, ...] = ()) -> "Snapshot":
    from twostroke.engine.run.capture import snapshot_of

    return with_tape(trainer, rows) if taped else snapshot_of(trainer)
