"""Leads through a lesson: what the player plays, the pane tells; questions are answered by what the engine computes."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from twostroke.engine.claims.arithmetic import ClaimError
from twostroke.gui.drive.controller import Controller
from twostroke.gui.drive.lesson_player import LessonPlayer
from twostroke.gui.fields.soon import soon
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.lessons import is_own
from twostroke.gui.model.lessons.asks import Truth, is_right, told_answer, truth
from twostroke.gui.model.lessons.controls import CONTROL, control_of
from twostroke.gui.model.lessons.script import Ask, Lesson, LessonError, Scene, Task
from twostroke.gui.model.lessons.task_text import told_task
from twostroke.gui.model.presenter_notes import PresenterNotes
from twostroke.gui.panels.base.in_view import come_into_view
from twostroke.gui.panels.lesson.lesson_panel import LessonPanel, SceneView
from twostroke.gui.shell.lesson.frame import Frame
from twostroke.gui.shell.lesson.handing_in import HandingIn
from twostroke.gui.shell.lesson.looking import card_on, control_in, place_of
from twostroke.gui.shell.waiting import Job
from twostroke.gui.stage.stage import Stage

LOOK_MS = 20
"""Between two looks whether the answer has been computed."""

END_SECONDS = 5.0
BROUGHT_MS = 50
"""After which a panel that was brought has its place in its column."""

PANEL = "panel:"

FORWARDS = (Qt.Key.Key_Space, Qt.Key.Key_PageDown)
BACKWARDS = (Qt.Key.Key_PageUp,)
NOTED = "Noted: {number:g}. It is compared when it is graded."
TO_TYPE = "Your answer, to be handed in"
UNKNOWN = "The engine gives no answer here: {problem}."


def true_answer(lesson: Lesson, scene: int, seed: int) -> Truth:
    """What is right at a scene (from 0). ClaimError or LessonError where nothing is."""
    from twostroke.gui.model.lessons.alone import played  # with the compiler, for which the window does not wait

    ask = lesson.scenes[scene].ask
    assert ask is not None
    for at, alone in enumerate(played(lesson, seed)):
        if at == scene:
            return truth(ask, alone.words())
    raise LessonError("The lesson ends before that scene.")


def no_scene(lesson: str) -> int:
    """None of its scenes has been played before."""
    return 0


class Guide(QObject):
    """Over one window, of which `widgets` can be looked at (see `place_of`).

    `scene_changed` carries the notes of the scene for presenter mode, or None.
    """

    scene_changed = Signal(object)
    scene_shown = Signal(object)  # SceneView, or None
    scene_reached = Signal(str, int)  # of the lesson of that name, from 1

    def __init__(
        self,
        window: QWidget,
        controller: Controller,
        player: LessonPlayer,
        pane: LessonPanel,
        stage: Stage,
        widgets: Mapping[str, QWidget],
        seen: Callable[[str], int] = no_scene,
    ) -> None:
        super().__init__(window)
        self._window, self._controller, self._stage, self._widgets = window, controller, stage, widgets
        self.player, self.pane = player, pane
        self._seen = seen  # how far a lesson of the program was played before
        self._done: frozenset[int] = frozenset()  # scenes of this one that were played, from 0
        self._presented = False
        self.frame = Frame(window, lambda: card_on(stage, window))
        self._answers: dict[int, object] = {}  # by scene
        self._truths: dict[int, Truth | str] = {}
        self._fields: dict[int, Ask] = {}  # of tasks that ask for a number
        self._typed: dict[int, float] = {}  # to be handed in, by the number of the scene
        self.handing_in = HandingIn(window, controller)
        self._job: Job[Truth] | None = None
        self._asked: tuple[Lesson, int] | None = None  # of which scene the job is
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        player.changed.connect(self._show)
        player.pointed.connect(self._point)
        pane.next_asked.connect(player.next)
        pane.back_asked.connect(player.back)
        pane.again_asked.connect(player.again)
        pane.restart_asked.connect(player.restart)
        pane.hand_in_asked.connect(self._hand_in)
        pane.chapter_asked.connect(player.play)
        pane.question.answered.connect(self._answer)
        for clicked in (stage.neuron_clicked, stage.place_pinned):
            clicked.connect(self.clicked)

    def open(self, lesson: Lesson | None) -> None:
        """Show that lesson, before its first scene."""
        self._answers, self._truths, self._typed, self._fields = {}, {}, {}, {}
        scenes = lesson.scenes if lesson else ()
        self._done = frozenset(range(self._seen(lesson.name) if lesson and is_own(lesson) else 0))
        self.pane.set_lesson(lesson.title if lesson else "", lesson.text if lesson else (), len(scenes))
        self.pane.show_chapters([scene.title for scene in scenes], self._done)
        self.player.open(lesson)

    def end(self) -> None:
        """The window closes."""
        self.player.end()
        self._timer.stop()
        self.frame.around(None)
        self.handing_in.end()
        if self._job is not None:
            self._job.wait(END_SECONDS)

    # -- keys ----------------------------------------------------------------------------------------------------

    @property
    def leads(self) -> bool:
        """Whether the keys for the next scene are the lesson's: not before its first, nor once its last stands."""
        seen = self.pane.isVisible() or (self._presented and not self.pane.isHidden())
        return self.player.begun and (self.player.under_way or not self.player.is_last) and seen

    def present(self, on: bool) -> None:
        """The class sees the scene beside the picture, and not the pane. A lesson that has not begun begins."""
        self._presented = on
        if on and not self.player.begun and not self.pane.isHidden():
            self.player.next()

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key is the lesson's."""
        if event.modifiers():
            return False
        return (self.leads and Qt.Key(event.key()) in (*FORWARDS, *BACKWARDS)) or self._choice(event) > 0

    def press(self, event: QKeyEvent) -> None:
        """Do what such a key asks for; once, however long it is held down."""
        if event.isAutoRepeat():
            return
        if self._choice(event):
            self._answer(self._choice(event))
        elif Qt.Key(event.key()) in FORWARDS:
            self.player.next()
        else:
            self.player.back()

    def _choice(self, event: QKeyEvent) -> int:
        """Which answer a digit is while the class reads them numbered; 0 for none, and once one was given."""
        ask = self._scene.ask if self._scene is not None else None
        if not self._presented or ask is None or self.player.at in self._answers or self.player.under_way:
            return 0
        number = event.key() - Qt.Key.Key_0.value
        return number if 0 < number <= min(len(ask.choices), 9) else 0

    # -- a scene -------------------------------------------------------------------------------------------------

    @property
    def _scene(self) -> Scene | None:
        player = self.player
        return None if player.lesson is None or player.at is None else player.lesson.scenes[player.at]

    def _show(self) -> None:
        scene, player = self._scene, self.player
        if scene is None or player.lesson is None or player.at is None:
            self.scene_changed.emit(None)
            self.scene_shown.emit(None)
            return
        number, of = player.at + 1, len(player.lesson.scenes)
        if not player.under_way:
            self._done |= {player.at}
        shown = SceneView(
            scene.title,
            number,
            of,
            scene.say,
            scene.ask or self._field(number, scene.task),
            scene.attempt or told_task(scene.task, player.lesson.max_updates),
            player.lesson.is_assignment,
            player.under_way,
            player.strayed,
            player.failed,
            self._done,
            self._verdict(),
        )
        self.pane.show_scene(shown)
        self.scene_shown.emit(shown)
        if not player.under_way and is_own(player.lesson):
            self.scene_reached.emit(player.lesson.name, number)
        self._show_truth()
        following = player.lesson.scenes[number] if number < of else None
        notes = PresenterNotes(
            title=scene.title,
            notes=scene.notes,
            next_title=following.title if following else "",
            next_text=following.say if following else "",
            number=number,
            scenes=of,
        )
        self.scene_changed.emit(notes)

    def _point(self, at: str) -> None:
        snapshot = self._controller.snapshot
        if not at or snapshot is None:
            self.frame.around(None)
        else:
            self._bring(at)
            self.frame.around(place_of(at, self._window, self._stage, self._widgets, snapshot.session))

    def _bring(self, at: str) -> None:
        """A panel, or a control in one, into sight."""
        named = control_of(at.removeprefix(CONTROL)) if at.startswith(CONTROL) else None
        panel = at.removeprefix(PANEL) if at.startswith(PANEL) else named[0] if named else ""
        if panel:
            self.player.unfolded.emit(panel, True)
        if named and panel:
            soon(self, lambda: self._scroll_to(at), BROUGHT_MS)

    def _scroll_to(self, at: str) -> None:
        control = control_in(at, self._widgets)
        if control is not None:
            come_into_view(control)

    def _field(self, number: int, task: Task | None) -> Ask | None:
        """That of a task that asks for a number: always the same one, so that what was typed stays."""
        if task is None or task.number is None:
            return None
        return self._fields.setdefault(number, Ask(TO_TYPE, task.number))

    def _hand_in(self) -> None:
        if self.player.lesson is not None:
            self.handing_in.hand_in(self.player.lesson, self._typed)

    # -- questions -----------------------------------------------------------------------------------------------

    def clicked(self, place: object) -> None:
        """A neuron was clicked, or chosen by the keys: the answer to a question that asks for one."""
        ask = self._scene.ask if self._scene is not None else None
        if ask is not None and ask.click is not None and isinstance(place, NeuronRef) and place.layer == ask.layer:
            self._answer(place.unit + 1)

    def _answer(self, answer: object) -> None:
        at, scene = self.player.at, self._scene
        if at is None or scene is None or at in self._answers or self.player.under_way:
            return
        if scene.ask is None:
            assert isinstance(answer, float)
            self._typed[at + 1] = answer
            self._show_truth()
            return
        self._answers[at] = answer
        if at in self._truths:
            self._show()
            self.pane.question.bring_answer()
        elif self._job is None:
            self._compute(at)

    def _compute(self, at: int) -> None:
        lesson = self.player.lesson
        assert lesson is not None
        seed = lesson.session.network.seed
        self._asked, self._job = (lesson, at), Job(lambda: true_answer(lesson, at, seed), waited_for=False)
        self._job.start()
        self._timer.start()

    def _look(self) -> None:
        job = self._job
        if job is None or not job.over() or self._asked is None:
            return
        (lesson, at), self._job = self._asked, None
        self._timer.stop()
        if lesson is self.player.lesson:  # else another one was opened meanwhile
            try:
                self._truths[at] = job.result()
            except (ClaimError, ValueError) as error:
                self._truths[at] = str(error)
            self._show()
            self.pane.question.bring_answer()
        waiting = [scene for scene in self._answers if scene not in self._truths]
        if waiting:
            self._compute(waiting[0])

    def _verdict(self) -> str:
        """What was answered at this scene and what is right, as Markdown; "" before."""
        at, scene = self.player.at, self._scene
        found = None if at is None else self._truths.get(at)
        if at is None or scene is None or scene.ask is None or at not in self._answers or not isinstance(found, Truth):
            return ""
        given = self._answers[at]
        right = is_right(scene.ask, given, found)
        head = (
            f"Right: {found.told}." if right else f"Answered: {told_answer(scene.ask, given)}. Right is {found.told}."
        )
        return f"**{head}** {scene.ask.because}".strip()

    def _show_truth(self) -> None:
        at, scene = self.player.at, self._scene
        if at is not None and scene is not None and scene.ask is None and at + 1 in self._typed:
            self.pane.question.recall(self._typed[at + 1])
            self.pane.question.show_problem(NOTED.format(number=self._typed[at + 1]))
            return
        if at is None or scene is None or scene.ask is None or at not in self._answers:
            return
        found = self._truths.get(at)
        self.pane.question.recall(self._answers[at])
        if isinstance(found, Truth):
            self.pane.question.show_answer(is_right(scene.ask, self._answers[at], found), found.told)
        elif found is not None:
            self.pane.question.show_problem(UNKNOWN.format(problem=found))
