"""A lesson is recorded: the bar, what was done by now in words, and the text that comes of it."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from twostroke.gui.drive.controller import Controller
from twostroke.gui.drive.lesson_recorder import Journal, LessonRecorder
from twostroke.gui.shell.lesson.record_bar import RecordBar

NAME, TITLE = "my-lesson", "My lesson"
BEGUN = "Recording from update 0 on. Do in the window what the lesson is to do."


class Recording(QObject):
    """`recorded` carries the text of a lesson, as a file has it; `begun` says that one is recorded."""

    begun = Signal()
    recorded = Signal(str)

    def __init__(self, window: QWidget, controller: Controller, recorder: LessonRecorder, bar: RecordBar) -> None:
        super().__init__(window)
        self._window, self._controller, self.recorder, self.bar = window, controller, recorder, bar
        self._lost: tuple[str, ...] = ()
        self._number = 1
        recorder.changed.connect(self._changed)
        recorder.grown.connect(self._show)
        recorder.told.connect(lambda sentence: controller.said.emit(sentence, False))
        bar.chosen.connect(self._choose)

    def begin(self) -> None:
        """Record, unless it does already."""
        self.recorder.begin()

    def _changed(self) -> None:
        self.bar.hide()
        if self.recorder.on:
            self._number, self._lost = 1, ()
            self.bar.show_scene(1)
            self.begun.emit()
            self._controller.said.emit(BEGUN, False)

    def _choose(self, name: str) -> None:
        title, say = self.bar.title.text(), self.bar.say.text()
        if name == "new":
            self.recorder.end_scene(title, say, self._next)
        elif name == "stop":
            self.recorder.end_scene(title, say, self._stop)
        elif self.may_go():
            self.recorder.stop()

    def may_go(self) -> bool:
        """Whether what was recorded may be lost."""
        asked = QMessageBox.question(self._window, "Discard the recording", "Discard all that was recorded?")
        return asked is QMessageBox.StandardButton.Yes

    def _next(self, journal: Journal) -> None:
        self._number += 1
        self.bar.show_scene(self._number)

    def _stop(self, journal: Journal) -> None:
        from twostroke.gui.model.lessons.lesson_writing import written_recording
        from twostroke.gui.model.lessons.recorded import recorded

        self.recorder.stop()
        self.recorded.emit(written_recording(NAME, TITLE, recorded(journal.session, journal.done)))

    def _show(self, journal: Journal) -> None:
        """What the scene under way consists of by now."""
        from twostroke.gui.model.lessons.acts import read_act, told_act
        from twostroke.gui.model.lessons.recorded import recorded

        found = recorded(journal.session, journal.done)
        scene = found.scenes[self._number - 1] if len(found.scenes) >= self._number else None
        self.bar.show_done([told_act(read_act(act)) for act in scene.acts] if scene else (), " ".join(found.lost))
        new = [sentence for sentence in found.lost if sentence not in self._lost]
        self._lost = found.lost
        if new:
            self._controller.said.emit(new[0], True)
