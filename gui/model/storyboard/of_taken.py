"""The shot of an update that is there already: on the stage, or trained for by who asked for it alone."""

from dataclasses import replace

from twostroke.engine.border.snapshot import Captured
from twostroke.gui.model.reel import Reel
from twostroke.gui.model.score import score_of
from twostroke.gui.model.storyboard.board import Shot
from twostroke.gui.model.storyboard.taken import Played, Taken


def taken_shot(shot: Shot, taken: Taken) -> Shot:
    """The shot of what was taken, which has a tape; its mini-batch may be smaller than others."""
    snapshot, tape = taken.snapshot, taken.tape
    assert tape is not None
    stays = shot.moment is not None
    reel = None if stays else Reel(score_of(tape, snapshot.session.network), shot.grain)
    return replace(shot, played=Played((taken,), Captured(snapshot.session, None), shot.moment, reel))
