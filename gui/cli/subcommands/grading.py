"""`twostroke grade` and `twostroke handin`: what learners hand in, and what it is worth."""

import csv
import io
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from twostroke.engine.files.disk import FileError, reason, replacing, said
from twostroke.engine.files.in_use import check_free
from twostroke.engine.session.phrases import counted, listed, shown
from twostroke.gui.cli.subcommands import sessions
from twostroke.gui.cli.subcommands.all_cores import done_by_all
from twostroke.gui.cli.subcommands.results import check_place
from twostroke.gui.cli.subcommands.speech import BadInput, WorkFailed, emit_json, progress, say
from twostroke.gui.model.grading.hand_in import ENDING, LONGEST_NAME, HandIn, write_hand_in
from twostroke.gui.model.grading.marking import Marks, mark_file, not_marked, tasks_of
from twostroke.gui.model.lessons import Lesson, LessonError
from twostroke.gui.model.lessons.lesson_file import open_lesson
from twostroke.gui.model.user_text import harmless

MANY = 5
"""Files from which other processes are worth their start."""


def grade(task: Path, folder: Path, table: Path | None, as_json: bool) -> None:
    """Mark each file of a folder, into a table. BadInput where task or folder are none."""
    lesson = _assignment(task)
    if table is not None:
        _check_table(table, task, lesson)
    files = _files(folder, [task] if table is None else [task, table])
    with progress("Grading", len(files)) as show:
        rows = _all_marks(task, files, show)
    if table is not None:
        _write(table, lesson, rows)
    if as_json:
        emit_json({"lesson": lesson.name, "marks": [row.as_json() for row in rows]})
        return
    bad = sum(bool(row.reason) for row in rows)
    told = f"{counted(len(rows) - bad, 'hand-in')} graded"
    say(f"{told}, {bad} could not be: the table says why." if bad else f"{told}.")


def hand_in(session: str, task: Path, learner: str, updates: int | None, answers: Sequence[str], out: Path) -> None:
    """Write what a learner hands in. BadInput where that is no hand-in for the task."""
    lesson = _assignment(task)
    if not learner.strip() or len(learner) > LONGEST_NAME:
        raise BadInput(f"--name is {shown(learner)}; expected a text of 1 to {LONGEST_NAME} letters.")
    found = sessions.find(session)
    replace(found, files=(*found.files, task)).check_output(out)
    check_place("-o", out, f"NAME{ENDING}")
    wanted = found.start if updates is None else updates
    if wanted < 0:
        raise BadInput(f"--updates is {shown(wanted)}; expected 0 or more.")
    made = HandIn(lesson.name, learner.strip(), found.session, wanted, _answers(answers, lesson))
    try:
        write_hand_in(out, made)
    except FileError as error:
        raise WorkFailed(str(error)) from error
    try:
        marks = mark_file(task, out)
    except LessonError as error:
        raise BadInput(str(error)) from error
    if marks.reason:
        say(f"{said(out)} is written, but would get no points: {marks.reason}")
    else:
        say(f"{said(out)} is written; by a training anew it gets {sum(marks.points):g} of {sum(marks.of):g} points.")


def _answers(typed: Sequence[str], lesson: Lesson) -> dict[int, float]:
    """What is typed at each scene. BadInput where it is no number, or the scene asks for none."""
    asking = [scene for scene, each in tasks_of(lesson) if each.number is not None]
    found: dict[int, float] = {}
    for text in typed:
        scene, value = _answer(text)
        if scene not in asking:
            wanted = f"expected one for scene {listed(map(str, asking))}" if asking else "no scene of this task does"
            raise BadInput(f"--answer is {shown(text)}, and scene {shown(scene)} asks for no number; {wanted}.")
        found[scene] = value
    return found


def _answer(text: str) -> tuple[int, float]:
    scene, _, value = text.partition("=")
    try:
        found = int(scene), float(value)
    except ValueError:
        found = 0, math.nan
    if not math.isfinite(found[1]):
        raise BadInput(f"--answer is {shown(text)}; expected SCENE=NUMBER, as 2=0.25.")
    return found


def _check_table(table: Path, task: Path, lesson: Lesson) -> None:
    """BadInput where what was handed in, or the task, would be gone, or nothing can be written."""
    if table.name.lower().endswith(ENDING):
        raise BadInput(f"--csv is {said(table)}, a name of hand-ins; expected a name of a table, as marks.csv.")
    try:
        check_free([table], [task], lesson.session)
    except FileError as error:
        raise BadInput(str(error)) from error
    check_place("--csv", table, "a name of a table, as marks.csv")


def _assignment(task: Path) -> Lesson:
    try:
        lesson = open_lesson(task)
    except LessonError as error:
        raise BadInput(str(error)) from error
    if not any(tasks_of(lesson)):
        raise BadInput(f"{said(task)} has no task; expected a lesson with [scenes.task] in a scene.")
    return lesson


def _files(folder: Path, others: Sequence[Path]) -> list[Path]:
    """What lies in the folder, by name; no hidden files, and not the task or the table itself."""
    try:
        found = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        raise BadInput(f"{said(folder)} cannot be read: {reason(error)}.") from error
    own = {os.path.abspath(path) for path in others}
    files = [path for path in found if not path.name.startswith(".") and os.path.abspath(path) not in own]
    if not files:
        raise BadInput(f"{said(folder)} is empty; expected hand-ins, as NAME{ENDING}.")
    return files


def _all_marks(task: Path, files: Sequence[Path], show: Callable[[int], object]) -> list[Marks]:
    try:
        return done_by_all(mark_file, [(task, file) for file in files], show, not_marked, MANY)
    except LessonError as error:
        raise BadInput(str(error)) from error


def _write(table: Path, lesson: Lesson, rows: Sequence[Marks]) -> None:
    """A row a file; whole or not at all."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    tasks = [f"scene {scene}" for scene, _ in tasks_of(lesson)]
    writer.writerow(["file", "learner", "points", "of", *tasks, "reason"])
    for row in rows:
        each = [f"{own:g}" for own in row.points] or [""] * len(tasks)
        total = f"{sum(row.points):g}"
        writer.writerow(
            [harmless(row.file), harmless(row.learner), total, f"{sum(row.of):g}", *each, harmless(row.reason)]
        )
    try:
        with replacing(table) as stream:
            stream.write(text.getvalue().encode("utf-8", "backslashreplace"))
    except FileError as error:
        raise WorkFailed(str(error)) from error
