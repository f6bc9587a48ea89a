"""What is exported, whatever it comes from: a session, and shots of it in order. Frozen; no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from twostroke.engine.border.cursor import Cursor
from twostroke.engine.border.snapshot import Curves
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import Choices, Colours, LinkRef, NeuronRef, Theme
from twostroke.gui.model.differences import Difference, told
from twostroke.gui.model.lessons.script import Lesson
from twostroke.gui.model.outcome import LETTERS, names_of
from twostroke.gui.model.score import Grain, Score, score_of_session
from twostroke.gui.model.storyboard.cues import Cue, cues
from twostroke.gui.model.storyboard.taken import Played

MOST_BESIDE = len(LETTERS) - 1
"""Networks beside the main one in one picture."""


class StoryboardError(ValueError):
    """A storyboard that cannot be; the message is a sentence for the user."""


class Layout(StrEnum):
    """What a picture shows of the network."""

    STAGE = "stage"
    OUTPUT = "output"  # and what it answers: decision map, fitted curve or answers
    CURVES = "curves"  # and how the training went


class Show(StrEnum):
    """What a shot is of."""

    MOMENT = "moment"
    FORWARD = "forward"  # the forward stroke of an update
    BACKWARD = "backward"
    UPDATE = "update"
    TRAINING = "training"  # from an update to another one


@dataclass(frozen=True)
class Picture:
    """How all shots look. Sizes in pixels."""

    width: int = 1280
    height: int = 720
    fps: int = 30
    theme: Theme = Theme.LIGHT
    layout: Layout = Layout.STAGE
    title: bool = True
    captions: bool = True
    legend: bool = True
    transparent: bool = False
    colours: Colours = Colours.ORANGE_BLUE
    reduced_motion: bool = False  # as in the window that asks for it; no file says so


@dataclass(frozen=True)
class Shot:
    """One thing that is shown. `until` is the last update of a training; `moment` where a picture stands still."""

    show: Show
    at: int
    seconds: float
    until: int = 0
    moment: Cursor | None = None
    grain: Grain = Grain.PHASE
    caption: str = ""  # "": what the program says of each moment
    camera: NeuronRef | None = None  # looked at closely; None for the whole network
    neuron: NeuronRef | None = None  # that stands out
    link: LinkRef | None = None  # whose card is shown
    lens: str = Choices.lens
    row: int = 0  # of the mini-batch: the sample that is shown; or GREATEST_LOSS
    title: str = ""  # in place of the storyboard's own
    played: Played | None = field(default=None, repr=False)  # all that is seen, where it was taken beforehand
    scene: int = 0  # of a lesson: which of its scenes, from 1

    @cached_property
    def cues(self) -> tuple[Cue, ...]:
        """Its caption as lines that can be read one after the other."""
        return cues(self.caption, self.seconds)

    def goes_on_at(self, *, training: bool) -> int:
        """The update of a shot behind it that says none: a training begins with the weights that this one made."""
        made = training and self.show in (Show.BACKWARD, Show.UPDATE)
        return max(self.at, self.until) + made


@dataclass(frozen=True)
class Storyboard:
    """A session from where it begins, and what is shown of it. Networks in `compare` are trained beside it."""

    title: str
    session: Session
    shots: tuple[Shot, ...]
    picture: Picture = Picture()
    compare: tuple[Difference, ...] = ()
    digits: int = Choices.digits
    state: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)  # with which it was saved
    past: Curves | None = field(default=None, compare=False, repr=False)  # the training that came before that state
    lesson: Lesson | None = field(default=None, compare=False, repr=False)  # of which its shots are scenes

    @property
    def is_played(self) -> bool:
        """Whether all its shots show what was taken beforehand: nothing has to be trained for it."""
        return all(shot.played is not None for shot in self.shots)

    @cached_property
    def score(self) -> Score:
        """Of its updates."""
        return score_of_session(self.session)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Of its networks, the main one first."""
        return names_of(told(difference.made_on(self.session)) for difference in self.compare)
