"""What a lesson is: frozen, as its file says it."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from twostroke.engine.claims.language import Claim
from twostroke.engine.session.spec import Session
from twostroke.gui.model.lessons.where import Place, line_of

FREE = ("network.layers", "network.init", "network.seed", "training")
MAX_UPDATES = 100_000

LESSON_ENDING = ".toml"
"""Of a file with a lesson."""


class LessonError(ValueError):
    """A lesson that cannot be read, played or found; the message is a sentence for the user."""


@dataclass(frozen=True)
class Source:
    """The file that a lesson comes from, to tell where in it something stands."""

    name: str
    text: str = field(repr=False)

    def where(self, place: Place) -> str:
        """The file and the line of a key: "mine.toml, line 7"."""
        return f"{self.name}, line {line_of(self.text, place)}"


@dataclass(frozen=True)
class Act:
    """Something that a scene does: an entry of ACTS, and how."""

    name: str
    value: Any


@dataclass(frozen=True)
class Assertion:
    """A claim that a scene proves. `share`: how often it must hold over the seeds, as (18, 20)."""

    claim: Claim
    share: tuple[int, int] = (1, 1)
    because: str = ""

    @property
    def text(self) -> str:
        """As it is written."""
        return self.claim.text


@dataclass(frozen=True)
class Ask:
    """A prediction. One of `number`, `answer` and `click` is there: an expression, so that the truth is computed.

    `answer` counts the choices from 1. `click` is the place of a neuron in its layer, from 0, or a mask of several.
    """

    question: str
    number: Claim | None = None
    tolerance: float = 0.0
    relative: float = 0.0
    choices: tuple[str, ...] = ()
    answer: Claim | None = None
    click: Claim | None = None
    layer: int = 0  # in which a neuron is clicked, from 1
    because: str = ""


@dataclass(frozen=True)
class Task:
    """What a learner has to reach, or to type, for so many points."""

    reach: tuple[Claim, ...] = ()
    number: Claim | None = None  # to be typed
    tolerance: float = 0.0
    relative: float = 0.0
    points: float = 1.0
    hint: str = ""


@dataclass(frozen=True)
class Scene:
    """One scene: what is said and done, asked and proved. `attempt` is what the learner sets up alone."""

    title: str
    say: str  # Markdown
    notes: str = ""  # for the lecturer alone
    do: tuple[Act, ...] = ()
    asserts: tuple[Assertion, ...] = ()
    ask: Ask | None = None
    task: Task | None = None
    attempt: str = ""


@dataclass(frozen=True)
class Lesson:
    """One lesson."""

    name: str  # as on the command line
    title: str
    text: tuple[str, ...]  # paragraphs: what to look for
    session: Session
    at: int = 0  # the update that export shows
    row: int = 0  # and the sample of its mini-batch
    pace: int = 0  # updates per second at which it trains live; 0 for full speed
    number: int = 0  # its place in the order; 0 for behind all that have one
    minutes: int = 0  # that it takes; 0 where nobody says
    claim: str = ""  # what it proves, one sentence
    leaves_out: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # of the glossary
    scenes: tuple[Scene, ...] = ()
    free: tuple[str, ...] = FREE  # parts of the session in which a hand-in may differ
    max_updates: int = MAX_UPDATES  # for which it may be trained
    source: Source = field(default=Source("", ""), compare=False, repr=False)

    @cached_property
    def is_assignment(self) -> bool:
        """Whether it has tasks to hand in."""
        return any(scene.task for scene in self.scenes)
