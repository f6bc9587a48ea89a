"""Plays a lesson beside the window, so that its scenes become shots; it can be ended at any time."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from twostroke.gui.model.lessons import Lesson, LessonError
from twostroke.gui.model.storyboard.board import Picture, Storyboard, StoryboardError
from twostroke.gui.shell.studio.work_queue import UNEXPECTED
from twostroke.gui.shell.waiting import Job

LOOK_MS = 30
"""Between two looks whether it is over."""


Make = Callable[[Callable[[], None]], Storyboard]
"""Plays a lesson; calls now and then what it is given, and lets through what that raises."""


def scenes_of(read: Callable[[], Lesson], picture: Picture) -> Make:
    """All scenes of the lesson that `read` returns."""

    def make(look: Callable[[], None]) -> Storyboard:
        from twostroke.gui.model.storyboard.of_lesson import storyboard_of  # with the compiler

        return storyboard_of(read(), picture, look)

    return make


class LessonPlaying(QObject):
    """`played` carries the storyboard, `failed` why there is none: a sentence."""

    played = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job[Storyboard] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        application = QCoreApplication.instance()
        assert application is not None
        application.aboutToQuit.connect(self.stop)

    @property
    def on(self) -> bool:
        """Whether one is being played."""
        return self._job is not None

    def play(self, make: Make, name: str) -> None:
        """Play `make`, a lesson of that name, in place of what is being played."""
        self.stop()

        def work() -> Storyboard:
            return make(lambda: job.patience.check(name))

        job = self._job = Job(work, waited_for=False)
        job.start()
        self._timer.start()

    def stop(self) -> None:
        """End it; nothing comes of it, and nobody waits."""
        self._timer.stop()
        job, self._job = self._job, None
        if job is not None:
            job.leave()

    def _look(self) -> None:
        job = self._job
        if job is None or not job.over():
            return
        self._timer.stop()
        self._job = None
        try:
            found = job.result()
        except (LessonError, StoryboardError) as error:
            self.failed.emit(str(error))
        except Exception:
            self.failed.emit(UNEXPECTED)
            raise  # to the window's log
        else:
            self.played.emit(found)
