"""A lesson beside the picture: what to look for, and scene after scene what is said, asked and tried."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twostroke.gui.model.lessons.script import Ask
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.in_view import come_into_view
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.base.widgets import Text, plain_button, small_button
from twostroke.gui.panels.lesson.chapters import Chapters
from twostroke.gui.panels.lesson.prediction import Prediction
from twostroke.gui.panels.lesson.reading import Reading

BEGIN = "Begin"
UNDER_WAY = "Playing this scene…"
STRAYED = "You have changed something. Return brings this scene back."
FAILED = "This scene could not be played to its end. Return tries again."
KEYS = "Space or PgDn: next scene · PgUp: back"
ALONE = "Now the keys are yours again."


@dataclass(frozen=True)
class SceneView:
    """One scene of a lesson, as the pane shows it. Texts are Markdown."""

    title: str
    number: int  # from 1
    of: int
    say: str
    ask: Ask | None = None
    attempt: str = ""
    handed_in: bool = False  # whether the lesson is an assignment
    under_way: bool = False
    strayed: bool = False
    failed: bool = False
    done: frozenset[int] = frozenset()  # scenes that were played, from 0
    verdict: str = ""  # what was answered and what is right, for who reads the scene without its fields

    @property
    def is_last(self) -> bool:
        """Whether it is the last scene."""
        return self.number == self.of


class LessonPanel(Panel):
    """The lesson's title, and its text or a scene of it. `dismissed` says that the user has put it away."""

    TITLE = "What to look for"

    dismissed = Signal()
    next_asked = Signal()
    back_asked = Signal()
    again_asked = Signal()
    restart_asked = Signal()
    hand_in_asked = Signal()
    chapter_asked = Signal(int)
    word_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Text("", "strong", wrap=True)
        self.close_button = small_button("×", "Close what to look for")
        self.close_button.clicked.connect(self._dismiss)
        self.paragraphs: list[Text] = []
        self._number = 0  # of the scene that is shown
        self._texts = QVBoxLayout()
        self._texts.setSpacing(8)
        self.scene = QWidget()
        self.place, self.say, self.attempt = Text("", "muted", wrap=True), Reading(), Reading()
        self.question = Prediction()
        self.chapters = Chapters()
        self.remark = Text("", "remark", wrap=True)
        self.next_button = plain_button(BEGIN, "The next scene (Space or PgDn)", "")
        self.back_button = plain_button("Back", "The scene before (PgUp)", "")
        self.again_button = plain_button("Return", "This scene, exactly as it was", "link")
        self.hand_in_button = plain_button("Hand in…", "Write the one file that your teacher grades", "link")
        self.restart_button = small_button("«", "Back to the first scene")
        self._lay()
        self._connect()
        self._show_text(0)

    def _lay(self) -> None:
        told = QVBoxLayout(self.scene)
        told.setContentsMargins(0, 0, 0, 0)
        told.setSpacing(6)
        for part in (self.place, self.say, self.attempt, self.question):
            told.addWidget(part)
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        buttons.addWidget(self.again_button)
        buttons.addWidget(self.hand_in_button)
        buttons.addStretch(1)
        buttons.addWidget(self.back_button)
        buttons.addWidget(self.next_button)
        self.top.addWidget(self.restart_button)
        self.top.addWidget(self.close_button)
        self.body.addWidget(self.title)
        self.body.addWidget(self.chapters)
        self.body.addLayout(self._texts)
        self.body.addWidget(self.scene)
        self.body.addLayout(buttons)
        self.body.addWidget(self.remark)
        self.body.addStretch(1)

    def _connect(self) -> None:
        self.next_button.clicked.connect(self.next_asked)
        self.back_button.clicked.connect(self.back_asked)
        self.again_button.clicked.connect(self.again_asked)
        self.restart_button.clicked.connect(self.restart_asked)
        self.hand_in_button.clicked.connect(self.hand_in_asked)
        self.chapters.chosen.connect(self.chapter_asked)
        for part in (self.say, self.attempt, self.question):
            part.word_asked.connect(self.word_asked)

    @property
    def entrance(self) -> QWidget | None:
        """What the keys come to first: the answer to the question, else the way to the next scene."""
        return self.question.entrance or (self.next_button if self.next_button.isVisible() else None)

    def set_lesson(self, title: str, paragraphs: Sequence[str], scenes: int = 0) -> None:
        """Show this lesson, none of its scenes yet; one without text hides the panel."""
        self.title.say(title)
        for old in self.paragraphs:
            self._texts.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.paragraphs = [Text(paragraph, "", wrap=True) for paragraph in paragraphs]
        for paragraph in self.paragraphs:
            self._texts.addWidget(paragraph)
        self._show_text(scenes)
        self.setVisible(bool(paragraphs))

    def show_chapters(self, titles: Sequence[str], done: frozenset[int]) -> None:
        """The scenes of the lesson, from whichever one may jump to another; and those that were played, from 0."""
        self.chapters.show_titles(titles, self)
        self.chapters.show_state(done, None)

    def _show_text(self, scenes: int) -> None:
        """No scene yet, of so many."""
        self._number = 0
        self._show_buttons(None)
        self.scene.hide()
        self.next_button.setText(BEGIN)
        self.next_button.setVisible(scenes > 0)
        self._remark(f"{scenes} scenes, step by step" if scenes else "")

    def show_scene(self, scene: SceneView) -> None:
        """Show a scene in place of the text; another one from its beginning."""
        if scene.number != self._number:
            self._number = scene.number
            come_into_view(self, QRect(0, 0, 1, 1))
        for paragraph in self.paragraphs:
            paragraph.hide()
        self.scene.show()
        self.chapters.show_state(scene.done, scene.number - 1)
        self.place.say(f"Scene {scene.number} of {scene.of} · {scene.title}")
        self.say.say(scene.say)
        self.attempt.say(scene.attempt)
        self.question.show_ask(scene.ask)
        self.question.setEnabled(not scene.under_way)
        self.next_button.setText("Next")
        self._show_buttons(scene)
        last = ALONE if scene.is_last else KEYS
        changed = FAILED if scene.failed else STRAYED if scene.strayed else last
        self._remark(UNDER_WAY if scene.under_way else changed)

    def _show_buttons(self, scene: SceneView | None) -> None:
        self.back_button.setVisible(scene is not None)
        self.back_button.setEnabled(scene is not None and scene.number > 1)
        self.again_button.setVisible(scene is not None)
        self.again_button.setEnabled(scene is not None and not scene.under_way)
        self.restart_button.setVisible(scene is not None)
        self.hand_in_button.setVisible(scene is not None and scene.handed_in)
        self.next_button.setVisible(scene is not None and not scene.is_last)

    def _remark(self, text: str) -> None:
        self.remark.say(text)
        self.remark.setVisible(bool(text))

    def refresh(self, view: ViewState) -> None:
        """A lesson's text does not depend on the numbers."""

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()
