"""A question of a lesson: the learner predicts first, and then sees what the engine says."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from twostroke.gui.model.lessons.script import Ask
from twostroke.gui.panels.base.in_view import come_into_view
from twostroke.gui.panels.base.widgets import Text, plain_button
from twostroke.gui.panels.lesson.reading import Reading

NO_NUMBER = "Type a number, as 0.25 or 3e-4."
CHOOSE = "Choose one first."
CLICK = "Click the neuron in the picture."


class Prediction(QWidget):
    """One question at a time. `answered` carries a number, or the number of a choice, from 1; a neuron is clicked
    elsewhere.
    """

    answered = Signal(object)
    word_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ask: Ask | None = None
        self.text, self.reveal = Reading(), Reading()
        self.verdict, self.hint = Text("", "strong", wrap=True), Text("", "remark", wrap=True)
        self.field = QLineEdit()
        self.field.setAccessibleName("Your answer")
        self.field.setPlaceholderText("Your prediction")
        self.button = plain_button("Answer", "Compare with what the engine computes", "")
        self.choices: list[QRadioButton] = []
        self._choices = QVBoxLayout()
        self._choices.setSpacing(2)
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.text)
        layout.addLayout(self._choices)
        layout.addLayout(row)
        for part in (self.hint, self.verdict, self.reveal):
            layout.addWidget(part)
        self.field.returnPressed.connect(self._answer)
        self.button.clicked.connect(self._answer)
        self.hide()
        for reading in (self.text, self.reveal):
            reading.word_asked.connect(self.word_asked)

    @property
    def entrance(self) -> QWidget | None:
        """Where a key answers; None where nothing is asked, or all is answered, or a neuron is to be clicked."""
        chosen = [button for button in self.choices if button.isChecked()]
        return (*chosen, *self.choices, self.field)[0] if self.button.isVisible() and self.isEnabled() else None

    def show_ask(self, ask: Ask | None) -> None:
        """Another question, not answered yet; None for none."""
        if ask is self.ask:
            return
        self.ask = ask
        self.setVisible(ask is not None)
        for old in self.choices:
            self._choices.removeWidget(old)
            old.deleteLater()
        self.choices = []
        if ask is None:
            return
        self.text.say(f"**{ask.question}**")
        for choice in ask.choices:
            button = QRadioButton(choice.replace("&", "&&"))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._choices.addWidget(button)
            self.choices.append(button)
        self.field.clear()
        self.field.setVisible(ask.number is not None)
        self._open(True)
        self._say(CLICK if ask.click is not None else "", "", "")

    def recall(self, answer: object) -> None:
        """What the learner has answered: it stands there when one comes back."""
        if isinstance(answer, int) and 0 < answer <= len(self.choices):
            self.choices[answer - 1].setChecked(True)
        elif isinstance(answer, float) and not self.field.text():
            self.field.setText(f"{answer:.15g}")

    def show_answer(self, right: bool, told: str) -> None:
        """What is true, after the learner's answer."""
        assert self.ask is not None
        wrong = f"Not quite. Right is “{told}”." if self.choices else f"Not quite: it is {told}."
        verdict = f"Right: {told}." if right else wrong
        self._open(False)
        self._say("", verdict, self.ask.because)

    def bring_answer(self) -> None:
        """Scroll what has just been told into view."""
        come_into_view(self.reveal if self.reveal.isVisible() else self.verdict)

    def show_problem(self, problem: str) -> None:
        """Why there is no answer."""
        self._say(problem, "", "")

    def _open(self, on: bool) -> None:
        asks = self.ask is not None and self.ask.click is None
        self.button.setVisible(on and asks)
        self.field.setReadOnly(not on)
        for button in self.choices:
            button.setEnabled(on)

    def _say(self, hint: str, verdict: str, because: str) -> None:
        for label, text in ((self.hint, hint), (self.verdict, verdict)):
            label.say(text)
            label.setVisible(bool(text))
        self.reveal.say(because)

    def _answer(self) -> None:
        if self.ask is None or self.field.isReadOnly():
            return
        if self.choices:
            chosen = [number for number, button in enumerate(self.choices, 1) if button.isChecked()]
            self.answered.emit(chosen[0]) if chosen else self.show_problem(CHOOSE)
            return
        try:
            self.answered.emit(number_in(self.field.text()))
        except ValueError:
            self.show_problem(NO_NUMBER)


def number_in(text: str) -> float:
    """The finite number that a learner means: with a comma for the point, with any sign for minus. ValueError."""
    value = float(text.strip().replace("\N{MINUS SIGN}", "-").replace(",", ".").replace("_", "?"))
    if not math.isfinite(value):
        raise ValueError(text)
    return value
