"""`twostroke lessons run`: what lessons assert, beside what the engine says."""

import itertools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, wait
from pathlib import Path
from typing import Any

from twostroke.engine.compute.cores import usable
from twostroke.engine.race.local import Local
from twostroke.engine.race.racing import RaceFailed
from twostroke.engine.session.phrases import counted, shown
from twostroke.gui.cli.signals import noted
from twostroke.gui.cli.subcommands.speech import BadInput, Ended, WorkFailed, emit_json, progress, say
from twostroke.gui.model import lessons
from twostroke.gui.model.lessons import Lesson, LessonError
from twostroke.gui.model.lessons.proof import Proof, Tally, prove, seeds_of, tallies

ENDING = ".toml"
MOST_SEEDS = 1_000

LOOK = 0.2
"""Seconds between two looks whether a signal has come."""

MANY = 8
"""Plays of a lesson from which other processes are worth their start."""

Job = tuple[Lesson, int]
"""A lesson, and the seed of its network."""


def run(argument: str | None, every: bool, seeds: int, as_json: bool) -> None:
    """Play the lessons that are meant, from so many seeds each. BadInput where a file is wrong, WorkFailed where a
    claim is.
    """
    if not 1 <= seeds <= MOST_SEEDS:
        raise BadInput(f"--seeds is {shown(seeds)}; expected 1 to {MOST_SEEDS:,}.")
    chosen = _chosen(argument, every)
    jobs = [(lesson, seed) for lesson in chosen for seed in seeds_of(lesson, seeds)]
    with progress("Playing lessons", len(jobs)) as show:
        plays = iter(play_all(jobs, show))
    found = [(lesson, list(itertools.islice(plays, seeds))) for lesson in chosen]
    if as_json:
        emit_json({"lessons": [proof.as_json() for _, proofs in found for proof in proofs]})
    else:
        for lesson, proofs in found:
            say("\n".join(_told(lesson, proofs)))
    problems = [problem for lesson, proofs in found for problem in _problems(lesson, proofs)]
    if problems:
        rest = counted(len(problems) - 1, "more problem follows", "more problems follow")
        more = f" {rest}." if problems[1:] else ""
        raise WorkFailed(problems[0] + more)


def _chosen(argument: str | None, every: bool) -> tuple[Lesson, ...]:
    """The lessons that are meant: all, the file, or the one of that name."""
    if every == (argument is not None):
        raise BadInput("Say which lesson to run: its NAME, a FILE.toml, or --all for all of them.")
    try:
        if argument is None:
            return lessons.lessons()
        if argument.endswith(ENDING) or os.path.lexists(argument):
            return (lessons.open_lesson(Path(argument)),)
        return (lessons.lesson(argument),)
    except LessonError as error:
        raise BadInput(str(error)) from error


def play_all(jobs: Sequence[Job], show: Callable[[int], object]) -> list[Proof]:
    """What becomes of each lesson from its seed, in this order: on all cores, where that is worth their start."""
    try:
        if len(jobs) < MANY or usable() == 1:
            return [_shown(prove(*job), show, done) for done, job in enumerate(jobs, start=1)]
        return _by_a_crew(jobs, show)
    except LessonError as error:
        raise BadInput(str(error)) from error
    except RaceFailed as error:
        raise WorkFailed(str(error)) from error
    except BrokenExecutor as error:
        raise WorkFailed("A process that played lessons has ended: there may be too little memory.") from error


def _by_a_crew(jobs: Sequence[Job], show: Callable[[int], object]) -> list[Proof]:
    """The same by other processes, which end with this one, and before it where a signal comes."""
    found: list[Proof] = []
    with noted() as asked:
        with Local("float32") as crew:
            waiting = [crew.call(prove, *job) for job in jobs]
            for each in waiting:
                while not asked.is_set() and not wait([each], LOOK).done:
                    pass
                if asked.is_set():
                    break
                found.append(_shown(each.result(), show, len(found) + 1))
        if asked.is_set():
            raise Ended(asked.saying, asked.code)
    return found


def _shown(proof: Proof, show: Callable[[int], object], done: int) -> Proof:
    show(done)
    return proof


def _problems(lesson: Lesson, proofs: Sequence[Proof]) -> list[str]:
    """What does not hold, each as a sentence with its place in the file."""
    failed = [_failed(lesson, tally, len(proofs)) for tally in tallies(proofs) if not tally.holds]
    return failed + [problem for proof in proofs for problem in proof.problems]


def _failed(lesson: Lesson, tally: Tally, seeds: int) -> str:
    if tally.problem:
        return tally.problem
    where = lesson.source.where(("scenes", tally.scene - 1, "assert", tally.place))
    if seeds == 1:
        return f"{where}: {tally.text} does not hold; its value is {value_told(tally.values[0])}."
    wanted, of = tally.share
    often = "every time" if wanted == of else f"{wanted} of {of} times"
    return f"{where}: {tally.text} holds {sum(tally.held)} of {seeds} times; expected {often}."


def _told(lesson: Lesson, proofs: Sequence[Proof]) -> list[str]:
    """The lesson in a line for each assertion."""
    every = tallies(proofs)
    well = sum(tally.holds for tally in every)
    what = f"seed {proofs[0].seed}" if len(proofs) == 1 else counted(len(proofs), "seed")
    return [f"{lesson.name}, {what}: {well} of {counted(len(every), 'assertion')} hold", *map(_line, every)]


def _line(tally: Tally) -> str:
    often = "" if len(tally.held) == 1 else f" {sum(tally.held)} of {len(tally.held)}"
    word = "holds" if tally.holds else "FAILS"
    return f"  scene {tally.scene}  {word}{often}  {tally.text}  [{_span(tally.values)}]"


def _span(values: Sequence[Any]) -> str:
    """The value, or of several seeds the smallest and the largest."""
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) < len(values) or min(numbers) == max(numbers):
        return ", ".join(dict.fromkeys(map(value_told, values)))
    return f"{value_told(min(numbers))} to {value_told(max(numbers))}"


def value_told(value: Any) -> str:
    """A value in a few characters."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "no value"}[value]
    return f"{value:.6g}" if isinstance(value, float) else str(value)
