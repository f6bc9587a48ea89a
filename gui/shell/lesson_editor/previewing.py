"""A scene played beside the window, for its preview: where it stands, as a view, and the value of each claim."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from twostroke.gui.model.choices import Look
from twostroke.gui.model.lessons.script import Lesson, LessonError
from twostroke.gui.model.view import ViewState
from twostroke.gui.shell.waiting import Job

LOOK_MS = 30
END_SECONDS = 5.0


@dataclass(frozen=True)
class Preview:
    """What there is to see of a scene. `claims`: each with whether it holds, and its value in words."""

    view: ViewState
    claims: tuple[tuple[str, bool, str], ...]


def preview(lesson: Lesson, scene: int, look: Look) -> Preview:
    """Play the lesson to the end of that scene, from 0. LessonError where it cannot be played so far."""
    from twostroke.engine.claims.arithmetic import ClaimError  # with the compiler, for which the window does not wait
    from twostroke.engine.claims.language import judge
    from twostroke.engine.run.capture import snapshot_of
    from twostroke.gui.model.lessons.alone import played
    from twostroke.gui.model.resolve import resolve

    alone = next(own for at, own in enumerate(played(lesson)) if at == scene)
    words, claims = alone.words(), list[tuple[str, bool, str]]()
    for own in lesson.scenes[scene].asserts:
        try:
            found = judge(own.claim, words)
            claims.append((own.text, found.holds, _value(found.value)))
        except ClaimError as error:
            claims.append((own.text, False, str(error)))
    with np.errstate(over="ignore", invalid="ignore"):  # numbers near the end of their range are shown as they are
        alone.trainer.evaluate()
        snapshot = snapshot_of(alone.trainer)
        view = resolve(
            snapshot, snapshot.tape, alone.cursor, replace(alone.choices, theme=look.theme, colours=look.colours)
        )
    return Preview(view, tuple(claims))


def _value(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "no value"}[value]
    return f"{value:.4g}" if isinstance(value, float) else str(value)


class Previewing(QObject):
    """One scene at a time; what is asked for meanwhile comes next. `found` carries a Preview, `failed` why not."""

    found = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job[Preview] | None = None
        self._next: Callable[[], Preview] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        """Whether a scene is being played."""
        return self._job is not None

    def ask(self, lesson: Lesson, scene: int, look: Look) -> None:
        """Play that scene, in place of any that waits."""
        self._next = lambda: preview(lesson, scene, look)
        self._begin()

    def end(self) -> None:
        """The window closes."""
        self._timer.stop()
        self._next = None
        if self._job is not None:
            self._job.wait(END_SECONDS)

    def _begin(self) -> None:
        if self._job is None and self._next is not None:
            self._job, self._next = Job(self._next, waited_for=False), None
            self._job.start()
            self._timer.start()

    def _look(self) -> None:
        job = self._job
        if job is None or not job.over():
            return
        self._timer.stop()
        self._job = None
        if self._next is None:  # else nobody wants to see this one any more
            try:
                self.found.emit(job.result())
            except (LessonError, ValueError) as error:
                self.failed.emit(str(error))
        self._begin()
