"""A panel over a real trainer, which is examined while it trains: what a user sees of an illness and its remedy."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from tests.engine.health_sessions import ILL, Patient
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Answer, Status, Told
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.panels.base.panel import Panel


def patient(name: str) -> Patient:
    return next(each for each in ILL if each.name == name)


class Ward:
    """`show` is what the engine and the controller do after each step."""

    def __init__(self, panel: Panel, session: Session) -> None:
        self.panel = panel
        self.choices = Choices()
        self.trainer = Trainer(session)
        self.trainer.examines = True
        self.sent: list[c.Command] = []
        self.number = 0
        self.running = False
        self.refuses = ""  # why the next command is not done
        panel.command.connect(self.ask)
        panel.asked.connect(self.ask)
        panel.chosen.connect(self.choose)
        self.examine()

    def train(self, updates: int, examinations: int = 5) -> None:
        for _ in range(examinations):
            self.trainer.advance(max(1, updates // examinations))
            self.examine()

    def examine(self) -> None:
        self.trainer.evaluate()
        self.trainer.examine()
        self.show()

    def ask(self, command: c.Command, told: Told | None = None) -> None:
        self.sent.append(command)
        self.number += 1
        if not self.refuses:
            self.trainer.apply(command)
        if told is not None:
            told(Answer(self.number, self.refuses))
        self.show()

    def choose(self, change: Callable[[Choices], Choices]) -> None:
        self.choices = change(self.choices)
        self.show()

    def show(self) -> None:
        status = Status.RUNNING if self.running else self.trainer.status
        snapshot = snapshot_of(self.trainer)
        object.__setattr__(snapshot, "answered", self.number)
        object.__setattr__(snapshot, "status", status)
        self.panel.live_seconds = 0.0
        self.panel.show_view(resolve(snapshot, self.trainer.tape, None, self.choices))


def click(button: QAbstractButton | QWidget) -> None:
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
