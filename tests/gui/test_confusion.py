"""The confusion matrix of the panel *Output*: test or train, its cells by keys."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.test_panels_output import live, panel
from twostroke.engine.border.commands import PinSample
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.panels.output.output_panel import OutputPanel

__all__ = ["panel"]


def test_the_matrix_switches_between_test_and_train(qtbot: QtBot, panel: OutputPanel) -> None:
    view = live(example_session(data="iris"))
    test, train = np.diag([5, 5, 5]), np.diag([9, 9, 8])
    evaluation = view.snapshot.evaluation
    evaluation = replace(
        evaluation, test=replace(evaluation.test, confusion=test), train=replace(evaluation.train, confusion=train)
    )
    panel.show_view(replace(view, snapshot=replace(view.snapshot, evaluation=evaluation)))
    here = "true 0, predicted 0"
    assert panel.matrix.accessibleDescription() == f"15 of 15 right; {here}: 5 samples"
    panel.part.button(1).click()
    assert panel.matrix.accessibleDescription() == f"26 of 26 right; {here}: 9 samples"


def test_the_caption_keeps_its_room_beside_the_buttons(qtbot: QtBot, panel: OutputPanel) -> None:
    panel.resize(296, 900)
    panel.show()
    panel.show_view(live(example_session(data="spiral")))
    panel.counts.setChecked(True)
    QTest.qWait(30)
    assert panel.part.button(1).isVisible()
    assert panel.part.button(1).y() > panel.map.y(), "test and train belong to the matrix and the list"
    widest = max(panel.caption.fontMetrics().horizontalAdvance(word) for word in panel.caption.text().split())
    assert panel.caption.width() > 2 * widest


def test_each_cell_of_the_matrix_is_reached_by_keys(panel: OutputPanel) -> None:
    view = live(example_session(data="iris"))
    confusion = np.array([[5, 0, 0], [0, 4, 1], [0, 2, 3]])
    evaluation = replace(view.snapshot.evaluation, test=replace(view.snapshot.evaluation.test, confusion=confusion))
    panel.show_view(replace(view, snapshot=replace(view.snapshot, evaluation=evaluation)))
    matrix, asked = panel.matrix, []
    matrix.clicked.connect(lambda true, predicted: asked.append((true, predicted)))
    assert matrix.focusPolicy() & Qt.FocusPolicy.TabFocus
    matrix.setFocus(Qt.FocusReason.TabFocusReason)
    before = matrix.grab().toImage()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(matrix, key)
    assert matrix.grab().toImage() != before, "a ring shows where the keys stand"
    assert matrix.accessibleDescription().endswith("true 1, predicted 2: 1 sample")
    QTest.keyClick(matrix, Qt.Key.Key_Return)
    QTest.keyClick(matrix, Qt.Key.Key_Down)
    QTest.keyClick(matrix, Qt.Key.Key_Left)
    QTest.keyClick(matrix, Qt.Key.Key_Enter)
    assert asked == [(1, 2), (2, 1)]


OWN = {"name": "rows", "x": [[0, 0, 1], [1, 0, 0], [0, 1, 1], [1, 1, 0], [2, 0, 1], [0, 2, 2]], "y": [0, 1, 1, 0, 1, 0]}


@pytest.mark.parametrize("data", ["spiral", "fraud", "iris", "breast_cancer", "digits", OWN])
def test_a_cell_of_any_data_lists_its_samples_worst_first_and_one_is_pinned(
    qtbot: QtBot, panel: OutputPanel, data: Any
) -> None:
    given = data if isinstance(data, dict) else {"name": data}
    trainer = Trainer(Session.model_validate({"data": {**given, "train_share": 0.5}}))
    trainer.advance(5)
    trainer.evaluate()
    view = resolve(snapshot_of(trainer), None, None, Choices())
    panel.show_view(view)
    if view.snapshot.data.info.picture == "plane":
        assert panel.matrix.isHidden()
        panel.counts.click()
    assert panel.matrix.isVisible()
    panel.part.button(1).click()
    scores, label = trainer.evaluation.train, trainer.dataset.label_train
    true, guess = np.unravel_index(int(scores.confusion.argmax()), scores.confusion.shape)
    panel.matrix.clicked.emit(int(true), int(guess))
    cell = [row for row in range(len(label)) if (label[row], scores.predicted[row]) == (true, guess)]
    assert panel.browser.model.listed.rows.tolist() == sorted(cell, key=lambda row: (-scores.losses[row], row))
    said: list[object] = []
    panel.command.connect(said.append)
    panel.browser.picked.emit(False, cell[-1])
    assert said == ([PinSample(cell[-1])] if cell[-1] else [])


def test_the_matrix_of_a_plane_takes_its_cell_along(panel: OutputPanel) -> None:
    trainer = Trainer(Session.model_validate({"data": {"name": "moons"}}))
    trainer.evaluate()
    panel.show_view(resolve(snapshot_of(trainer), None, None, Choices()))
    panel.counts.click()
    panel.matrix.clicked.emit(0, 0)
    assert len(panel.browser.model.listed.rows) < len(trainer.dataset.label_test)
    panel.counts.click()
    assert panel.matrix.isHidden()
    assert len(panel.browser.model.listed.rows) == len(trainer.dataset.label_test)
