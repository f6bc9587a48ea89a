"""Storyboards of updates one after the other: of a session that is trained, of a snapshot, or of a score alone."""

from dataclasses import replace
from typing import Any

from twostroke.engine.border.snapshot import Captured, Snapshot
from twostroke.engine.session.spec import Session
from twostroke.gui.export.board_takes import takes_of
from twostroke.gui.export.render import FrameRenderer
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.reel import Reel
from twostroke.gui.model.score import Grain, Score
from twostroke.gui.model.storyboard.board import Picture, Shot, Show, Storyboard
from twostroke.gui.model.storyboard.of_taken import taken_shot
from twostroke.gui.model.storyboard.shot_frames import Frames, frames_of
from twostroke.gui.model.storyboard.taken import Played, Taken

PLAIN = Picture(title=False)


def of_session(
    session: Session, at: int = 0, count: int = 1, picture: Picture = PLAIN, digits: int = Choices.digits, **shot: Any
) -> Storyboard:
    """`count` updates of a session from update `at` on, or one moment of them; `shot`: as a `Shot` has it."""
    asked = {"show": Show.MOMENT if shot.get("moment") else Show.UPDATE, "seconds": 12.0, **shot}
    shots = tuple(Shot(at=at + number, **asked) for number in range(count))
    return Storyboard("", session, shots, picture, digits=digits)


def of_snapshot(snapshot: Snapshot, picture: Picture = PLAIN, digits: int = Choices.digits, **shot: Any) -> Storyboard:
    """The update on the tape of a snapshot."""
    assert snapshot.tape is not None
    board = of_session(snapshot.session, snapshot.tape.update, 1, picture, digits, **shot)
    return replace(board, shots=(taken_shot(board.shots[0], Taken(snapshot, snapshot.tape)),))


def of_score(score: Score, count: int = 1, seconds: float = 12.0, fps: int = 30, grain: Grain = Grain.PHASE) -> Frames:
    """The frames of `count` updates of a network that has that score, of which nothing else is known."""
    session, nothing = Session(), Any
    taken = [Played((Taken(nothing, None),), Captured(session, None), reel=Reel(score, grain)) for _ in range(count)]
    shots = tuple(Shot(Show.UPDATE, at, seconds, grain=grain, played=each) for at, each in enumerate(taken))
    return frames_of(Storyboard("", session, shots, Picture(fps=fps)))


def renderer(board: Storyboard) -> FrameRenderer:
    """What paints the frames of a storyboard in its size."""
    return FrameRenderer(takes_of(board), frames_of(board), board, (board.picture.width, board.picture.height))
