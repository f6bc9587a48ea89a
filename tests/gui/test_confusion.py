"""The confusion matrix of the panel *Output*: test or train, its cells by keys."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.test_panels_output import live, panel
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
