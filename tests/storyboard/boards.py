"""Storyboards for tests, as they are written."""

from pathlib import Path

from twostroke.gui.model.storyboard.board import Storyboard
from twostroke.gui.model.storyboard.storyboard_file import parse_storyboard

NAME = "mine.storyboard.toml"
HEAD = 'format = "twostroke-storyboard"\nversion = 1\ntitle = "Mine"\n'
SESSION = 'session = "two-strokes"\n'
LESSON, SCENE = 'lesson = "two-strokes"\n', "[[shots]]\nscene = 1\n"
SHOT = "[[shots]]\nat = 20\n"
SMALL = '[picture]\nsize = "480x270"\nfps = 5\n'
CURVES = SMALL + 'layout = "curves"\n'
TRAINING = '[[shots]]\nshow = "training"\nat = 0\nuntil = 40\nseconds = 1\n'


def written(*parts: str, session: str = SESSION, folder: Path = Path()) -> Storyboard:
    """The storyboard of these parts below its head."""
    found = parse_storyboard("\n".join([HEAD + session, *parts]).encode(), NAME, folder)
    assert isinstance(found, Storyboard)
    return found
