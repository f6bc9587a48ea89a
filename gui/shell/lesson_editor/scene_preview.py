"""What a scene will look like: its page as the pane has it, the picture of its moment, and what its claims come to."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from twostroke.gui.model.lessons.script import Lesson
from twostroke.gui.model.lessons.task_text import told_task
from twostroke.gui.panels.base.widgets import Text
from twostroke.gui.panels.lesson.lesson_panel import LessonPanel, SceneView
from twostroke.gui.shell.lesson_editor.previewing import Preview
from twostroke.gui.stage.stage import Stage

PLAYING = "Playing this scene…"


class ScenePreview(QWidget):
    """Nothing of it can be pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.stage, self.page = Stage(), LessonPanel()
        self.stage.setMinimumSize(300, 240)
        self.stage.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stage.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.page.setEnabled(False)
        self.claims = Text("", "", wrap=True)
        self.state = Text("", "muted", wrap=True)
        told = QWidget()
        told.setObjectName("column")
        below = QVBoxLayout(told)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.page)
        below.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(told)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.stage, 3)
        words = QVBoxLayout()
        words.setContentsMargins(12, 0, 0, 0)
        words.addWidget(self.state)
        words.addWidget(self.claims)
        layout.addLayout(words)
        layout.addWidget(area, 2)

    def show_page(self, lesson: Lesson, scene: int) -> None:
        """What is read, at once; the picture follows."""
        own, of = lesson.scenes[scene], len(lesson.scenes)
        attempt = own.attempt or told_task(own.task, lesson.max_updates)
        self.page.set_lesson(lesson.title, (own.say,), of)
        self.page.show_scene(SceneView(own.title, scene + 1, of, own.say, own.ask, attempt))
        for button in (self.page.close_button, self.page.restart_button, self.page.back_button, self.page.next_button):
            button.hide()
        self.page.again_button.hide()
        self.page.remark.hide()
        self.claims.say("")
        self.state.say(PLAYING)

    def show_moment(self, found: Preview) -> None:
        """The picture of the moment, and the claims."""
        self.stage.show_view(found.view)
        self.claims.say("\n".join(_told(*claim) for claim in found.claims))
        self.state.say(f"After update {found.view.snapshot.update:,}.")

    def show_trouble(self, problem: str) -> None:
        """Why there is no other one."""
        self.state.say(problem)
        self.claims.say("")


def _told(text: str, holds: bool, value: str) -> str:
    return f"{'holds' if holds else 'FAILS'}: {text}   [{value}]"
