"""The bar of a recording: that it records, which scene, what it is called and says, and what was done in it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from twostroke.gui.fields.lines import TextLine
from twostroke.gui.look.style import mark

NOTHING = "Nothing yet. What you do with the program becomes this scene: train, step, change a setting, pin a neuron."
BUTTONS = (
    ("new", "New scene", "This scene ends here, and the next one begins"),
    ("stop", "Stop", "End the recording, and write the lesson"),
    ("discard", "Discard", "End the recording, and keep nothing of it"),
)


class RecordBar(QWidget):
    """Takes no room while it is hidden. `chosen` carries "new", "stop" or "discard"."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Recording a lesson")
        mark(self, "tone", "warning")
        self.scene = QLabel()
        self.scene.setTextFormat(Qt.TextFormat.PlainText)
        self.title, self.say = TextLine(), TextLine()
        self.title.setPlaceholderText("Title of this scene")
        self.title.setAccessibleName("Title of this scene")
        self.title.setMaximumWidth(260)
        self.say.setPlaceholderText("What this scene says, now or later")
        self.say.setAccessibleName("What this scene says")
        self.done = QLabel()
        self.done.setTextFormat(Qt.TextFormat.PlainText)
        self.done.setWordWrap(True)
        self.done.setAccessibleName("What was recorded in this scene")
        self.buttons = {name: self._button(name, word, tip) for name, word, tip in BUTTONS}
        self._lay()
        self.hide()

    def _button(self, name: str, word: str, tip: str) -> QPushButton:
        button = QPushButton(word)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.chosen.emit(name))
        return button

    def _lay(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.scene)
        line.addWidget(self.title, 1)
        line.addWidget(self.say, 2)
        for button in self.buttons.values():
            line.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 6, 12, 6)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addWidget(self.done)

    def show_scene(self, number: int) -> None:
        """A scene begins, of which nothing is known yet."""
        self.scene.setText(f"● Recording scene {number}")
        self.title.clear()
        self.say.clear()
        self.show_done(())
        self.show()

    def show_done(self, told: Sequence[str], lost: str = "") -> None:
        """What was done in it, act by act in words, and what no act can say."""
        text = f"{' · '.join(told)}." if told else NOTHING
        self.done.setText(f"{text[:1].upper()}{text[1:]} {lost}".strip())
