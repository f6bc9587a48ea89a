"""The editor of lessons: scenes left, the fields of one in the middle, and right what it will look like."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from twostroke.engine.data.folder import session_folder
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import palette_of
from twostroke.gui.model.choices import Look
from twostroke.gui.model.lessons import LESSON_ENDING, Lesson, LessonError
from twostroke.gui.model.lessons.draft import Draft, place_of_trouble
from twostroke.gui.model.lessons.lesson_file import parse_lesson
from twostroke.gui.panels.base.widgets import Text
from twostroke.gui.shell.keyed_dialog import KeyedDialog
from twostroke.gui.shell.lesson import lesson_to_file
from twostroke.gui.shell.lesson_editor.previewing import Previewing
from twostroke.gui.shell.lesson_editor.scene_form import LESSON, SCENE, FieldsForm
from twostroke.gui.shell.lesson_editor.scene_preview import ScenePreview
from twostroke.gui.shell.room import FRAME

FIRST_SIZE = QSize(1240, 860)
LIST_WIDTH, FORM_WIDTH = 222, 420
WAIT_MS = 500
"""After what was typed last the draft is read again: in the middle of a word nothing is to be told."""

WRONG = "Something is wrong, so nothing is played; the picture is the one before."
THE_LESSON = "The lesson"
NO_SCENE = -2
UNSAVED = "The lesson has been changed. Save it?"
SCENES = (
    ("add", "New", "A new scene behind this one"),
    ("double", "Double", "Another scene like this one"),
    ("up", "Earlier", "This scene earlier"),
    ("down", "Later", "This scene later"),
    ("delete", "Delete", "Without this scene"),
)
BUTTONS = (
    ("undo", "Undo", "Take back the last change of the lesson"),
    ("redo", "Redo", "Make it again"),
    ("play", "Play", "Play the lesson to this scene in the main window"),
    ("save", "Save", "Write the lesson to its file, with its data"),
    ("save_as", "Save as…", "Write it to another file"),
    ("close", "Close", "Close the editor"),
)


class LessonEditor(KeyedDialog):
    """Of one draft. `played` carries a Lesson to be opened, and the scene; `said` a sentence for the user; `closed`: no
    more."""

    played = Signal(object, int)
    said = Signal(str)
    closed = Signal()

    def __init__(self, window: QWidget, text: str, path: Path | None, folder: str, look: Look) -> None:
        """`folder`: where a file is asked for. TOMLKitError where `text` cannot be read."""
        super().__init__(window)
        self.draft, self.path, self._folder, self._colours = Draft(text), path, folder, look
        self._saved = text if path is not None else ""
        self._shown = NO_SCENE  # whose fields are on the screen, as `_at` counts
        self.setModal(False)
        self.scenes = QListWidget()
        self.scenes.setAccessibleName("Scenes")
        self.scenes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.lesson_form, self.scene_form = FieldsForm(LESSON), FieldsForm(SCENE)
        self.forms = QStackedWidget()
        self.preview, self.previewing = ScenePreview(), Previewing(self)
        self.problem = Text("", "warning", wrap=True)
        self.buttons = {name: _button(word, tip, name) for name, word, tip in (*SCENES, *BUTTONS)}
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self.read)
        self._arrange()
        self._connect()
        dress(self, palette_of(look))
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize() - FRAME))
        self._stand_alone()
        self._show_draft(1 if self.draft.titles else 0)

    def _stand_alone(self) -> None:
        """The main window, where what is edited plays, may lie above it: a dialog would always cover it."""
        self.winId()
        self.windowHandle().setTransientParent(None)  # type: ignore[arg-type]

    # -- parts -----------------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        left = QWidget()
        beside = QVBoxLayout(left)
        beside.setContentsMargins(12, 10, 0, 10)
        beside.addWidget(self.scenes, 1)
        for names in (("add", "double"), ("up", "down"), ("delete",)):
            beside.addLayout(_row([self.buttons[name] for name in names]))
        left.setFixedWidth(LIST_WIDTH)
        for form in (self.lesson_form, self.scene_form):
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            area.setWidget(form)
            self.forms.addWidget(area)
        parts = QSplitter()
        for part in (self.forms, self.preview):
            parts.addWidget(part)
        parts.setSizes([FORM_WIDTH, FIRST_SIZE.width() - FORM_WIDTH - LIST_WIDTH])
        middle = QHBoxLayout()
        middle.addWidget(left)
        middle.addWidget(parts, 1)
        feet, foot = QWidget(), _row([self.buttons[name] for name, *_ in BUTTONS[:2]])
        foot.addWidget(self.problem, 1)
        for name, *_ in BUTTONS[2:]:
            foot.addWidget(self.buttons[name])
        foot.setContentsMargins(12, 0, 12, 10)
        feet.setLayout(foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 12, 0)
        layout.addLayout(middle, 1)
        layout.addWidget(feet)
        self.parts = (left, self.forms, self.preview, feet)

    def _connect(self) -> None:
        does: dict[str, Callable[[], object]] = {
            "add": lambda: self._rearrange(self.draft.add(self._at)),
            "double": lambda: self._rearrange(self.draft.add(self._at, like=self._at)),
            "up": lambda: self._rearrange(self.draft.move(self._at, -1)),
            "down": lambda: self._rearrange(self.draft.move(self._at, 1)),
            "delete": lambda: self._rearrange(self.draft.delete(self._at)),
            "undo": lambda: self._travel(self.draft.undo),
            "redo": lambda: self._travel(self.draft.redo),
            "play": self.play,
            "save": self.save,
            "save_as": self.save_as,
            "close": self.close,
        }
        for name, action in does.items():
            self.buttons[name].clicked.connect(lambda _=False, action=action: self._do(action))
        for keys, name in (("Ctrl+S", "save"), ("Ctrl+Z", "undo"), ("Ctrl+Shift+Z", "redo"), ("F5", "play")):
            QShortcut(QKeySequence(keys), self).activated.connect(self.buttons[name].click)
        self.scenes.currentRowChanged.connect(self._show_scene)
        for form in (self.lesson_form, self.scene_form):
            form.typed.connect(lambda _: self._wait.start())
            form.undo_asked.connect(self.buttons["undo"].click)
            form.redo_asked.connect(self.buttons["redo"].click)
        self.previewing.found.connect(self.preview.show_moment)
        self.previewing.failed.connect(self._show_trouble)

    # -- what is shown ---------------------------------------------------------------------------------------------

    @property
    def _at(self) -> int:
        """The scene that is shown, from 0; -1 for the lesson itself."""
        return self.scenes.currentRow() - 1

    def _show_draft(self, row: int) -> None:
        before = self.scenes.blockSignals(True)
        self.scenes.clear()
        self.scenes.addItem(THE_LESSON)
        self.scenes.addItems([f"{number}. {title}" for number, title in enumerate(self.draft.titles, 1)])
        self.scenes.setCurrentRow(min(row, self.scenes.count() - 1))
        self.scenes.blockSignals(before)
        self._show_scene()

    def _show_scene(self, _: int = 0) -> None:
        at = self._at
        self._keep(self._shown)
        self._shown = at
        self.forms.setCurrentIndex(0 if at < 0 else 1)
        if at < 0:
            self.lesson_form.show_texts({key: self.draft.lesson_field(key) for key in LESSON})
        else:
            self.scene_form.show_texts({key: self.draft.field(at, key) for key in SCENE})
        for name in ("double", "up", "down", "delete"):
            self.buttons[name].setEnabled(at >= 0)
        self._look()

    def _keep(self, at: int) -> None:
        """Take what is typed into the draft."""
        if at == -1:
            for key, field in self.lesson_form.fields.items():
                if field.text.strip() != self.draft.lesson_field(key).strip():
                    self.draft.set_lesson_field(key, field.text)
        elif 0 <= at < len(self.draft.titles):
            for key, field in self.scene_form.fields.items():
                self.draft.set_field(at, key, field.text)

    def read(self) -> None:
        """Read what was typed: it is right, or what is wrong is told where it is."""
        self._wait.stop()
        titles = self.draft.titles
        self._keep(self._at)
        if titles != self.draft.titles:
            self._show_draft(self.scenes.currentRow())
        else:
            self._look()

    def _look(self) -> None:
        self.buttons["undo"].setEnabled(self.draft.can_undo)
        self.buttons["redo"].setEnabled(self.draft.can_redo)
        name = self.path.name if self.path is not None else f"{lesson_to_file.UNNAMED} (in no file yet)"
        self.setWindowTitle(f"{name}{'' if self._is_saved else ' *'} – Lesson editor")
        try:
            lesson = self._lesson()
        except LessonError as error:
            self._show_trouble(str(error))
            return
        self._show_problem("")
        at = max(self._at, 0)
        if lesson.scenes:
            self.preview.show_page(lesson, at)
            self.previewing.ask(lesson, at, self._colours)

    def _lesson(self) -> Lesson:
        path = self.path or Path(self._folder) / f"{lesson_to_file.UNNAMED}{LESSON_ENDING}"
        with session_folder(path.parent):
            return parse_lesson(lesson_to_file.named_after(self.draft.text, path).encode(), path.name)

    def _show_trouble(self, problem: str) -> None:
        self.preview.show_trouble(WRONG)
        self._show_problem(problem)

    def _show_problem(self, problem: str) -> None:
        """Below, and at the field that it is about."""
        self.problem.say(problem)
        place = place_of_trouble(problem) if problem else None
        here = place is not None and place[0] == self._at
        line = f"Line {place[2] + 1}: " if place is not None and place[2] is not None else ""
        said = problem.split(": ", 1)[-1]
        self.scene_form.show_problem(place[1] if place is not None and here else "", f"{line}{said}")

    # -- what is done ----------------------------------------------------------------------------------------------

    def _do(self, action: Callable[[], object]) -> None:
        """What was typed counts before anything else is done."""
        self.read()
        action()

    def _rearrange(self, there: int) -> None:
        self._shown = NO_SCENE
        self._show_draft(there + 1)

    def _travel(self, way: Callable[[], None]) -> None:
        way()
        self._shown = NO_SCENE
        self._show_draft(self.scenes.currentRow())

    def play(self) -> None:
        """Open it in the main window."""
        try:
            self.played.emit(self._lesson(), max(self._at, 0))
        except LessonError as error:
            self._show_problem(str(error))

    def save(self) -> bool:
        """Write it to its file, or ask for one. Whether it is there now."""
        return self._write(self.path) if self.path is not None else self.save_as()

    def save_as(self) -> bool:
        """Ask for a file, and write it."""
        start = self.path or Path(self._folder) / f"{lesson_to_file.UNNAMED}{LESSON_ENDING}"
        path = lesson_to_file.ask_where(self, start)
        return path is not None and self._write(path)

    def _write(self, path: Path) -> bool:
        text = lesson_to_file.named_after(self.draft.text, path)
        told = lesson_to_file.write(self, text, path)
        if not told:
            return False
        self.path, self._saved = path, self.draft.text
        self.said.emit(told)
        self._look()
        return True

    @property
    def _is_saved(self) -> bool:
        return self.draft.text == self._saved

    def may_go(self) -> bool:
        """Whether it may be closed: saved, or not wanted."""
        self.read()
        if self._is_saved:
            return True
        ways = QMessageBox.StandardButton
        asked = QMessageBox.question(self, "Lesson editor", UNSAVED, ways.Save | ways.Discard | ways.Cancel)
        return asked is ways.Discard or (asked is ways.Save and self.save())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes it as Close does, and asks first."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Not with changes that are in no file, unless that is wanted."""
        if not self.may_go():
            event.ignore()
            return
        self.end()
        event.accept()
        self.closed.emit()
        self.deleteLater()

    def end(self) -> None:
        """No more of it: the program ends."""
        self.hide()
        self._wait.stop()
        self.previewing.end()


def _button(word: str, tip: str, name: str) -> QPushButton:
    button = QPushButton(word)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setAutoDefault(False)
    button.setObjectName(f"editor-{name}")
    return button


def _row(buttons: list[QPushButton]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for button in buttons:
        row.addWidget(button)
    return row
