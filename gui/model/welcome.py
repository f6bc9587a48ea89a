"""What one can begin with: the lessons as cards, which of them comes first, and the small choices of a new session."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from twostroke.engine.session.phrases import counted
from twostroke.engine.session.spec import Session
from twostroke.gui.model import edits
from twostroke.gui.model.changes import edited
from twostroke.gui.model.lessons.shelf import Head

BEGIN, GO_ON, AGAIN = "Begin", "Go on", "Begin again"
HERE, WHERE_YOU_WERE, NEXT = "Begin here", "Go on where you were", "The next lesson"


@dataclass(frozen=True)
class Card:
    """A lesson to choose. `scene` is the one to which the card leads, from 1."""

    name: str
    number: int  # its place in the list, from 1
    title: str
    claim: str
    minutes: int
    scenes: int
    seen: int  # the furthest that was played; 0 for none
    scene: int

    @property
    def is_done(self) -> bool:
        """Whether it has been played to its end."""
        return 0 < self.scenes <= self.seen

    @property
    def share(self) -> float:
        """How much of it has been played."""
        return min(self.seen / self.scenes, 1.0) if self.scenes else 0.0

    @property
    def progress(self) -> str:
        """How far it has been played, in words."""
        if self.is_done:
            return "done"
        return f"scene {self.seen} of {self.scenes}" if self.seen else ""

    @property
    def length(self) -> str:
        """How long it takes: "8 minutes · 6 scenes"."""
        return " · ".join(counted(n, what) for n, what in ((self.minutes, "minute"), (self.scenes, "scene")) if n)

    @property
    def verb(self) -> str:
        """What choosing it does."""
        return GO_ON if self.scene > 1 else AGAIN if self.is_done else BEGIN


@dataclass(frozen=True)
class First:
    """The card to which the eye is led, and why it is that one."""

    card: Card
    why: str


def cards(lessons: Sequence[Head], seen: Callable[[str], int]) -> tuple[Card, ...]:
    """All lessons in their order; `seen` says how far each has been played. One that was begun is gone on with."""
    return tuple(_card(number, lesson, seen(lesson.name)) for number, lesson in enumerate(lessons, 1))


def _card(number: int, head: Head, seen: int) -> Card:
    scene = seen if 0 < seen < head.scenes else 1
    return Card(head.name, number, head.title, head.claim, head.minutes, head.scenes, seen, scene)


def first_of(every: Sequence[Card], last: str, scene: int) -> First:
    """Where one was - scene `scene` of the lesson `last` - unless that is over; else the next that is not done."""
    places = {card.name: place for place, card in enumerate(every)}
    place = places.get(last)
    if place is None:
        return First(every[0], HERE)
    card = every[place]
    if 0 < scene < card.scenes:
        return First(replace(card, scene=scene), WHERE_YOU_WERE)
    following = (*every[place + 1 :], *every[:place])
    return First(next((other for other in following if not other.is_done), card), NEXT)


def small_session(data: str, layers: int, units: int, activation: str) -> Session:
    """A new session on those data, with so many hidden layers of so many neurons. SessionError where that cannot be."""
    about = edits.set_dataset(Session(), data).session
    hidden = [{"units": units, "activation": activation}] * layers
    return edited(about, {("network", "layers"): hidden}, "New session").session
