"""The fields of a scene, and those of the lesson itself."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from twostroke.gui.model.lessons.acts import ACTS
from twostroke.gui.shell.lesson_editor.draft_fields import DraftField

SCENE: Mapping[str, tuple[str, str, int]] = {
    "title": ("Title", "What this scene is called", 1),
    "say": ("Text (Markdown; [[word]] for the glossary)", "What the learner reads", 5),
    "do": ("Acts, one a line", 'train = 500\nset = { "network.activation" = "gelu" }\nstep = "gate:1"', 5),
    "assert": ("Claims, one a line", "test.accuracy > 0.97", 3),
    "ask": ("Question", 'question = "How many fire?"\nnumber = "count(l1.firing[row])"', 4),
    "try": ("What the learner tries alone", "Make a neuron die.", 2),
    "task": ("Task, to be handed in", 'reach = ["test.accuracy > 0.95"]\npoints = 2', 3),
    "notes": ("Notes, for the lecturer alone", "Let the pulses arrive before you go on.", 2),
}
"""Heading, hint and lines of each field, by its key in the file."""

LESSON: Mapping[str, tuple[str, str, int]] = {
    "title": ("Title of the lesson", "My lesson", 1),
    "claim": ("What it proves, one sentence", "A ReLU neuron fires where its z is above 0.", 2),
    "sources": ("Sources, one a line", "", 3),
    "leaves_out": ("What the picture leaves out, one a line", "", 3),
}


class FieldsForm(QWidget):
    """`typed` carries the key of the field that was changed."""

    typed = Signal(str)
    undo_asked = Signal()
    redo_asked = Signal()

    def __init__(self, fields: Mapping[str, tuple[str, str, int]]) -> None:
        super().__init__()
        self.setObjectName("column")
        self.fields: dict[str, DraftField] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(8)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)  # a scroll area would squeeze the fields first
        for key, (title, hint, lines) in fields.items():
            field = DraftField(title, hint, lines, tuple(ACTS) if key == "do" else ())
            field.typed.connect(lambda key=key: self.typed.emit(key))
            field.undo_asked.connect(self.undo_asked)
            field.redo_asked.connect(self.redo_asked)
            layout.addWidget(field)
            self.fields[key] = field
        layout.addStretch(1)

    def show_texts(self, texts: Mapping[str, str]) -> None:
        """What the draft has there."""
        for key, text in texts.items():
            self.fields[key].show_text(text)

    def show_problem(self, key: str, problem: str) -> None:
        """What is wrong, at the field; nothing is at the others."""
        for own, field in self.fields.items():
            field.show_problem(problem if own == key else "")
