"""Shots as the file of a storyboard can say them."""

from dataclasses import replace

from twostroke.gui.model.storyboard.board import Shot, Show
from twostroke.gui.model.storyboard.limits import LEAST_SECONDS, MOST_SECONDS, MOST_UPDATES


def within_limits(shot: Shot) -> Shot:
    """The nearest that one can be."""
    training = shot.show is Show.TRAINING
    at = min(shot.at, MOST_UPDATES - 1 if training else MOST_UPDATES)
    until = min(max(shot.until, at + 1), MOST_UPDATES) if training else at
    return replace(shot, at=at, until=until, seconds=min(max(shot.seconds, LEAST_SECONDS), MOST_SECONDS))
