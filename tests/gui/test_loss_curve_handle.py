"""The loss curve as a handle: drag to any update that is known; futures beside each other as lines with names."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Answer, Told
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model import edits
from twostroke.gui.model.beside import lines_beside, named_beside
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.curves.curves_panel import CurvesPanel
from twostroke.gui.panels.time.run_strip import RunStrip

LEFT = Qt.MouseButton.LeftButton


class Engine:
    """A real trainer behind a widget that asks it; `heard` are those who wait for an answer."""

    def __init__(self, widget: Any) -> None:
        self.widget = widget
        self.trainer = Trainer(Session.model_validate({"data": {"name": "spiral"}}))
        self.heard: list[Told] = []
        self.asked: list[c.Command] = []
        widget.asked.connect(self.ask)
        self.train(100)

    def train(self, updates: int) -> None:
        for _ in range(updates // 10):
            self.trainer.advance(10)
            self.trainer.evaluate()
        self.show()

    def ask(self, command: c.Command, told: Told | None = None) -> None:
        self.asked.append(command)
        self.trainer.apply(command)
        self.trainer.evaluate()
        self.show()
        if told is not None:
            self.heard.append(told)

    def answer(self) -> None:
        self.heard.pop(0)(Answer())

    def fork(self) -> None:
        """Another learning rate from update 40 on."""
        self.ask(c.Seek(40))
        self.ask(c.Edit(edits.set_value, ("training.optimizer.learning_rate", 0.2)))
        self.train(80)

    @property
    def view(self) -> ViewState:
        return resolve(snapshot_of(self.trainer), None, None, Choices())

    def show(self) -> None:
        if isinstance(self.widget, RunStrip | CurvesPanel):
            self.widget.show_view(self.view)


@pytest.fixture
def panel(qtbot: QtBot) -> CurvesPanel:
    made = CurvesPanel()
    qtbot.addWidget(made)
    made.resize(300, 700)
    dress(made, PALETTES[Theme.DARK])
    made.show()
    return made


def at(panel: CurvesPanel, update: int) -> Any:
    """The pixel of an update in the plot of the loss."""
    assert panel.loss is not None
    canvas = panel.loss.canvas
    place = panel.loss._axis.place(update)
    return canvas.mapFromScene(canvas.getPlotItem().vb.mapViewToScene(QPointF(place, 0.4)))


def test_the_curve_is_dragged_to_a_past_update_and_the_hand_has_one_request_under_way(panel: CurvesPanel) -> None:
    engine = Engine(panel)
    assert panel.loss is not None
    assert not panel.loss.now.isVisible(), "the newest update is shown"
    port = panel.loss.canvas.viewport()
    QTest.mousePress(port, LEFT, pos=at(panel, 70))
    QTest.mouseMove(port, at(panel, 50))
    QTest.mouseMove(port, at(panel, 30))
    assert len(engine.asked) == 1
    engine.answer()
    assert len(engine.asked) == 2
    QTest.mouseRelease(port, LEFT, pos=at(panel, 30))
    engine.answer()
    updates = [command.update for command in engine.asked if isinstance(command, c.Seek)]
    assert updates == pytest.approx([70, 30], abs=2)
    assert engine.trainer.update == updates[-1]
    assert panel.loss.now.isVisible()
    assert panel.loss.now.value() == updates[-1]


def test_the_known_future_stays_in_the_plot(panel: CurvesPanel) -> None:
    """The curve would shrink under the hand that drags it."""
    engine = Engine(panel)
    assert panel.loss is not None
    before = panel.loss.item.viewRange()[0]
    engine.ask(c.Seek(20))
    assert panel.loss.item.viewRange()[0] == before
    (ahead,) = panel.loss._thin
    assert (ahead.name, int(ahead.update[-1])) == ("", 100)
    assert panel.names.isHidden()


def test_what_is_seen_after_a_drag_is_that_moment_exactly(panel: CurvesPanel) -> None:
    engine = Engine(panel)
    engine.ask(c.Seek(60))
    fresh = Trainer(engine.trainer.session)
    fresh.advance(60)
    assert fresh.state.theta.tobytes() == engine.trainer.state.theta.tobytes()
    then, now = snapshot_of(fresh), engine.view.snapshot
    assert (then.loss, then.x.tobytes()) == (now.loss, now.x.tobytes())
    assert all(a.a.tobytes() == b.a.tobytes() for a, b in zip(then.layers, now.layers, strict=True))


def test_both_futures_are_two_lines_with_names(panel: CurvesPanel) -> None:
    engine = Engine(panel)
    engine.fork()
    assert panel.loss is not None
    (other,) = panel.loss._thin
    assert (other.name, int(other.update[-1])) == ("1", 100)
    assert panel.names.text().replace("\u200b", "") == "Thin lines: 1 First run."
    line, name = panel.loss._lines[0]
    assert line.isVisible()
    assert name.isVisible()
    assert panel.loss.item.viewRange()[0][1] > 120
    (branch,) = [branch for branch in engine.view.snapshot.branches if not branch.current]
    engine.ask(c.SwitchBranch(branch.id))
    (other,) = panel.loss._thin
    assert (other.name, int(other.update[-1])) == ("2", 120)
    assert "From update 40: " in panel.names.text().replace("\u200b", "")
    engine.ask(c.DropBranch(next(b.id for b in engine.view.snapshot.branches if not b.current)))
    assert not panel.loss._thin
    assert not line.isVisible()


def test_lines_are_the_same_object_while_nothing_changes() -> None:
    engine = Engine(DiagnosisLess())
    engine.fork()
    first = engine.view.snapshot.beside
    engine.trainer.advance(3)
    assert engine.view.snapshot.beside is first
    engine.ask(c.Seek(50))
    beside = engine.view.snapshot.beside
    assert [len(beside), len(first)] == [2, 1]
    assert beside[0] is first[0]
    assert engine.view.snapshot.beside is beside


def test_a_branch_with_another_loss_is_not_drawn_beside() -> None:
    """Its numbers mean something else; another activation's can be compared."""
    engine = Engine(DiagnosisLess())
    engine.ask(c.Seek(40))
    engine.ask(c.Edit(edits.set_activation, (1, "tanh"), 2))
    engine.train(20)
    assert [int(each.curves.update[-1]) for each in engine.view.snapshot.beside] == [100]
    engine.ask(c.Edit(edits.set_value, ("training.loss.name", "mse")))
    engine.train(20)
    assert engine.view.snapshot.beside == ()


class DiagnosisLess:
    """Nobody who looks."""

    def __init__(self) -> None:
        self.asked = self

    def connect(self, _: object) -> None:
        """Nothing is asked."""


def test_the_strip_has_room_for_the_longest_future_and_names_it(qtbot: QtBot) -> None:
    strip = RunStrip()
    qtbot.addWidget(strip)
    strip.resize(900, 60)
    dress(strip, PALETTES[Theme.DARK])
    strip.show()
    engine = Engine(strip)
    engine.ask(c.Seek(40))
    engine.ask(c.Edit(edits.set_value, ("training.optimizer.learning_rate", 0.2)))
    engine.train(20)
    assert strip.x_of(100) == pytest.approx(strip.area().right())
    assert strip._told(50) == "Go to update 50\n1: First run"
    view = engine.view
    alone = replace(view, snapshot=replace(view.snapshot, beside=()))
    assert strip.update_at(strip.area().right()) == 60, "the other future is another branch"
    with_line = strip.grab().toImage()
    strip.show_view(alone)
    assert strip.grab().toImage() != with_line


def test_names_and_figures_of_lines() -> None:
    engine = Engine(DiagnosisLess())
    engine.fork()
    snapshot = engine.view.snapshot
    ((number, label, curves),) = named_beside(snapshot)
    assert (number, label) == ("1", "First run")
    (line,) = lines_beside(snapshot, lambda each: each.train_loss)
    assert line.values is curves.train_loss
    assert np.array_equal(line.update, np.arange(10, 110, 10))
