"""What a lesson claims, beside what the engine says: one seed, or several."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from twostroke.engine.claims.arithmetic import ClaimError
from twostroke.engine.claims.language import Outcome, Vocabulary, judge
from twostroke.engine.data import Dataset
from twostroke.gui.model.lessons.alone import played
from twostroke.gui.model.lessons.asks import truth
from twostroke.gui.model.lessons.script import Lesson, Scene
from twostroke.gui.model.lessons.where import Place


@dataclass(frozen=True)
class Proved:
    """What became of one assertion from one seed. `problem`: why it has no meaning, with file and line."""

    scene: int  # from 1
    place: int  # among the assertions of the scene, from 0
    text: str
    value: Any
    holds: bool
    share: tuple[int, int]
    problem: str = ""


@dataclass(frozen=True)
class Proof:
    """A lesson from one seed of its network. `problems`: what is wrong with it besides its assertions."""

    name: str
    seed: int
    asserts: tuple[Proved, ...]
    problems: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        keys = ("scene", "text", "value", "holds")
        return {
            "name": self.name,
            "seed": self.seed,
            "asserts": [{key: getattr(own, key) for key in keys} for own in self.asserts],
        }


def seeds_of(lesson: Lesson, count: int) -> range:
    """So many seeds of the network, from that of the session on."""
    first = lesson.session.network.seed
    return range(first, first + count)


def prove(lesson: Lesson, seed: int | None = None, dataset: Dataset | None = None) -> Proof:
    """Play the lesson, and see what it claims at each scene. LessonError where it cannot be played."""
    asserts: list[Proved] = []
    problems: list[str] = []
    for at, alone in enumerate(played(lesson, seed, dataset)):
        scene, words = lesson.scenes[at], alone.words()
        asserts += _asserts(lesson, scene, at, words)
        problems += _unanswered(lesson, scene, at, words)
    used = lesson.session.network.seed if seed is None else seed
    return Proof(lesson.name, used, tuple(asserts), tuple(problems))


def _asserts(lesson: Lesson, scene: Scene, at: int, words: Vocabulary) -> Iterator[Proved]:
    for place, own in enumerate(scene.asserts):
        problem = ""
        try:
            found = judge(own.claim, words)
        except ClaimError as error:
            found, problem = Outcome(False, None), _told(lesson, ("scenes", at, "assert", place), error)
        yield Proved(at + 1, place, own.text, found.value, found.holds, own.share, problem)


def _unanswered(lesson: Lesson, scene: Scene, at: int, words: Vocabulary) -> Iterator[str]:
    """A question must have an answer, whatever the seed."""
    if scene.ask is None:
        return
    try:
        truth(scene.ask, words)
    except ClaimError as error:
        yield _told(lesson, ("scenes", at, "ask"), error)


def _told(lesson: Lesson, place: Place, error: ClaimError) -> str:
    end = "" if str(error).endswith("?") else "."
    return f"{lesson.source.where(place)}: {error}{end}"


@dataclass(frozen=True)
class Tally:
    """One assertion over all seeds."""

    scene: int
    place: int
    text: str
    share: tuple[int, int]
    held: tuple[bool, ...]  # by seed
    values: tuple[Any, ...]
    problem: str = ""  # of the first seed that has one

    @property
    def holds(self) -> bool:
        """Whether it holds as often as the lesson says."""
        wanted, of = self.share
        return sum(self.held) * of >= wanted * len(self.held)


def tallies(proofs: Sequence[Proof]) -> tuple[Tally, ...]:
    """The assertions of one lesson over the seeds of these proofs."""
    found = []
    for each in zip(*(proof.asserts for proof in proofs), strict=True):
        first = each[0]
        problem = next((own.problem for own in each if own.problem), "")
        held, values = tuple(own.holds for own in each), tuple(own.value for own in each)
        found.append(Tally(first.scene, first.place, first.text, first.share, held, values, problem))
    return tuple(found)
