"""Handing in: one file with the session as it is now, and what it gets when it is trained anew."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from twostroke.engine.border.snapshot import Snapshot
from twostroke.engine.files.disk import FileError, said
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.grading.hand_in import ENDING, LONGEST_NAME, HandIn, HandInError, write_hand_in
from twostroke.gui.model.lessons.script import Lesson, LessonError
from twostroke.gui.shell.errors import message
from twostroke.gui.shell.waiting import Job

LOOK_MS = 50
END_SECONDS = 5.0

Points = tuple[float, float]
"""Reached, and of how many."""


def points_of(lesson: Lesson, hand_in: HandIn) -> Points:
    """HandInError where it cannot be graded."""
    from twostroke.gui.model.grading.marking import Marker  # with the compiler, for which the window does not wait

    marker = Marker(lesson)
    return sum(marker.points(hand_in)), sum(marker.of)


class HandingIn(QObject):
    """Asks whose it is and where it is to go, writes it, and says what it gets."""

    def __init__(self, window: QWidget, controller: Controller) -> None:
        super().__init__(window)
        self._window, self._controller = window, controller
        self.folder: Callable[[], str] = str  # where files are
        self._job: Job[Points] | None = None
        self._path = Path()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def hand_in(self, lesson: Lesson, answers: Mapping[int, float]) -> None:
        """The session as it is, for as many updates as it has behind it."""
        snapshot = self._controller.snapshot
        if snapshot is None or self._job is not None:
            return
        learner, agreed = QInputDialog.getText(self._window, "Hand in", "Your name, as your teacher knows it:")
        if not agreed or not learner.strip():
            return
        start = "".join(letter if letter.isalnum() else "-" for letter in learner.strip()) + ENDING
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, "Hand in", os.path.join(self.folder(), start), f"Hand-ins (*{ENDING})"
        )
        if chosen:
            self._write(Path(chosen), lesson, learner.strip()[:LONGEST_NAME], snapshot, answers)

    def end(self) -> None:
        """The window closes."""
        self._timer.stop()
        if self._job is not None:
            self._job.wait(END_SECONDS)

    def _write(
        self, path: Path, lesson: Lesson, learner: str, snapshot: Snapshot, answers: Mapping[int, float]
    ) -> None:
        made = HandIn(lesson.name, learner, snapshot.session, snapshot.update, dict(answers))
        self._path = path if path.name.endswith(ENDING) else path.with_name(path.name + ENDING)
        try:
            write_hand_in(self._path, made)
        except FileError as error:
            message(self._window, str(error)).open()
            return
        self._controller.said.emit(f"{self._name} is written. Training it anew, to see what it gets…", False)
        self._job = Job(lambda: points_of(lesson, made), waited_for=False)
        self._job.start()
        self._timer.start()

    @property
    def _name(self) -> str:
        return said(Path(self._path.name))

    def _look(self) -> None:
        job = self._job
        if job is None or not job.over():
            return
        self._job = None
        self._timer.stop()
        try:
            reached, of = job.result()
            self._controller.said.emit(f"{self._name}: trained anew it gets {reached:g} of {of:g} points.", False)
        except (HandInError, LessonError, ValueError) as error:
            self._controller.said.emit(f"{self._name} would get no points. {error}", True)
