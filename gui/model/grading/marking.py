"""What a hand-in is worth: its session is trained anew, and the claims of the tasks are judged there."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from twostroke.engine.claims.arithmetic import ClaimError
from twostroke.engine.claims.language import Claim, judge, number_of
from twostroke.engine.claims.subject import subject_of
from twostroke.engine.claims.vocabulary import Words
from twostroke.engine.data import Dataset
from twostroke.engine.run.loading import load_data
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.run.whole_run import train_for
from twostroke.engine.session.phrases import shown
from twostroke.engine.session.spec import Session
from twostroke.gui.model.grading.hand_in import HandIn, HandInError, read_hand_in
from twostroke.gui.model.lessons.alone import played
from twostroke.gui.model.lessons.asks import within
from twostroke.gui.model.lessons.lesson_file import open_lesson
from twostroke.gui.model.lessons.script import Lesson, LessonError, Task

SECONDS = 60.0
"""That training one hand-in may take."""

TOO_LONG = f"Training it for as many updates takes more than {SECONDS:g} seconds."

NO_MEMORY = "There was not enough memory to train it."


@dataclass(frozen=True)
class Marks:
    """A row of the table. `points` by task, in the order of the scenes; () where it could not be graded."""

    file: str
    learner: str
    points: tuple[float, ...]
    of: tuple[float, ...]
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            "file": self.file,
            "learner": self.learner,
            "points": sum(self.points),
            "of": sum(self.of),
            "tasks": list(self.points),
            "reason": self.reason,
        }


def tasks_of(lesson: Lesson) -> Iterator[tuple[int, Task]]:
    """The tasks, each with the number of its scene, from 1."""
    for number, scene in enumerate(lesson.scenes, 1):
        if scene.task is not None:
            yield number, scene.task


def not_marked(task: Path, file: Path) -> Marks:
    """The row of a file with which the process that marked it has ended."""
    return Marks(file.name, "", (), _marker(task).of, NO_MEMORY)


def mark_file(task: Path, file: Path) -> Marks:
    """The row of a file in the folder of hand-ins; whatever is wrong with it is its reason."""
    marker = _marker(task)
    learner = ""
    try:
        found = read_hand_in(file, marker.own_data)
        learner = found.learner
        return Marks(file.name, learner, marker.points(found), marker.of)
    except HandInError as error:
        return Marks(file.name, learner, (), marker.of, str(error))
    except MemoryError:
        return Marks(file.name, learner, (), marker.of, NO_MEMORY)
    except LessonError:
        raise
    except Exception as error:  # one file must not keep all others from their marks
        return Marks(file.name, learner, (), marker.of, f"It cannot be graded: {type(error).__name__}.")


@lru_cache(maxsize=1)
def _marker(task: Path) -> "Marker":
    return Marker(open_lesson(task))


class Marker:
    """Marks hand-ins for one lesson with tasks."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.tasks = tuple(tasks_of(lesson))
        self.of = tuple(task.points for _, task in self.tasks)
        self.own_data = lesson.session.data.model_dump(mode="json")
        self._truths: dict[int, float] = {}

    @np.errstate(over="ignore", invalid="ignore")
    def points(self, found: HandIn) -> tuple[float, ...]:
        """By task. HandInError where it is not for this lesson, or cannot be trained anew."""
        if found.lesson != self.lesson.name:
            raise HandInError(f"It is for the lesson {shown(found.lesson)}; expected {shown(self.lesson.name)}.")
        check_settings(self.lesson, found)
        words = self._trained(found)
        return tuple(task.points * self._is_done(scene, task, found, words) for scene, task in self.tasks)

    @cached_property
    def _data(self) -> Dataset:
        return load_data(self.lesson.session)

    def _data_of(self, session: Session) -> Dataset:
        """Those of the task, once for all, unless it leaves free what they depend on."""
        same = _what_data_depend_on(session) == _what_data_depend_on(self.lesson.session)
        return self._data if same else load_data(session)

    def _trained(self, found: HandIn) -> Words:
        """The names of claims of its network, trained anew."""
        try:
            trainer = Trainer(found.session, dataset=self._data_of(found.session))
        except ValueError as error:
            raise HandInError(str(error)) from error
        end = time.monotonic() + SECONDS
        done, _ = train_for(trainer, found.updates, lambda done: None, lambda: time.monotonic() > end)
        if trainer.failure is not None:
            raise HandInError(f"Trained anew it fails: {trainer.failure.message}")
        if done < found.updates:
            raise HandInError(TOO_LONG)
        return Words(subject_of(trainer, lambda tape: 0), {})

    def _is_done(self, scene: int, task: Task, found: HandIn, words: Words) -> bool:
        if task.number is not None:
            answer = found.answers.get(scene)
            return answer is not None and within(answer, self._truth(scene, task.number), task.tolerance, task.relative)
        try:
            return all(judge(claim, words).holds for claim in task.reach)
        except ClaimError:  # of a layer that it does not have, say
            return False

    def _truth(self, scene: int, number: Claim) -> float:
        """What is to be typed at a scene, as the lesson plays it. LessonError where that has no value."""
        if scene not in self._truths:
            alone = next(alone for at, alone in enumerate(played(self.lesson, dataset=self._data), 1) if at == scene)
            try:
                self._truths[scene] = float(number_of(number, alone.words()))
            except ClaimError as error:
                raise LessonError(f"The task of scene {scene} has no value: {error}.") from error
        return self._truths[scene]


def _what_data_depend_on(session: Session) -> tuple[Any, ...]:
    return session.data, session.outputs, session.network.dtype, session.training.loss


def check_settings(lesson: Lesson, found: HandIn) -> None:
    """That it differs from the session of the task only where that leaves one free. HandInError."""
    if found.updates > lesson.max_updates:
        raise HandInError(f"It was trained for {found.updates:,} updates; the task allows {lesson.max_updates:,}.")
    own = dict(_leaves(lesson.session.model_dump(mode="json", exclude={"weights", "view"})))
    others = dict(_leaves(found.session.model_dump(mode="json", exclude={"weights", "view"})))
    for place in sorted(own.keys() | others.keys()):
        if own.get(place) != others.get(place) and not any(_is_in(place, free) for free in lesson.free):
            raise HandInError(
                f"Its {place} is {shown(others.get(place))}; the task has {shown(own.get(place))} there, "
                f"and leaves only {', '.join(lesson.free)} free."
            )


def _is_in(place: str, part: str) -> bool:
    return place == part or place.startswith(f"{part}.")


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Each setting by its dotted place; a list is one."""
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from _leaves(each, f"{place}.{key}" if place else str(key))
    else:
        yield place, value
