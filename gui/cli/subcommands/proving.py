"""`twostroke lessons run`: what lessons assert, beside what the engine says."""

import itertools
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from twostroke.engine.session.phrases import counted, shown
from twostroke.gui.cli.subcommands.all_cores import done_by_all
from twostroke.gui.cli.subcommands.speech import BadInput, WorkFailed, emit_json, progress, say
from twostroke.gui.model import lessons
from twostroke.gui.model.lessons import LESSON_ENDING, Lesson, LessonError
from twostroke.gui.model.lessons.lesson_file import open_lesson
from twostroke.gui.model.lessons.proof import Proof, Tally, prove, seeds_of, tallies

MOST_SEEDS = 1_000

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
        if argument.endswith(LESSON_ENDING) or os.path.lexists(argument):
            return (open_lesson(Path(argument)),)
        return (lessons.lesson(argument),)
    except LessonError as error:
        raise BadInput(str(error)) from error


def play_all(jobs: Sequence[Job], show: Callable[[int], object]) -> list[Proof]:
    """What becomes of each lesson from its seed, in this order."""
    try:
        return done_by_all(prove, jobs, show, _lost, MANY)
    except LessonError as error:
        raise BadInput(str(error)) from error


def _lost(lesson: Lesson, seed: int) -> Proof:
    raise WorkFailed(f"A process that played {lesson.name} from seed {seed} has ended: there may be too little memory.")


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
    verb = "holds" if well == len(every) == 1 else "hold"
    return [f"{lesson.name}, {what}: {well} of {counted(len(every), 'assertion')} {verb}", *map(_line, every)]


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
