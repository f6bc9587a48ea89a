"""The table of a neuron's weights: however many there are, only those that are seen are measured."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from twostroke.gui.model.weights import Weights
from twostroke.gui.panels.neuron import weight_table
from twostroke.gui.panels.neuron.weight_table import MOST_ROWS, NUMBER, WeightTable

ROWS = 400


def weights(long_at: int) -> Weights:
    """All of them short, but for one."""
    numbers = np.full(ROWS, 0.5)
    numbers[long_at] = -123456.0
    names = tuple(f"x{row}" for row in range(ROWS))
    none = (False,) * ROWS
    return Weights("from", names, names, none, none, ROWS, numbers, numbers, numbers, numbers, numbers, True)


@pytest.fixture
def table(qtbot: QtBot) -> WeightTable:
    made = WeightTable()
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    return made


def test_a_number_that_comes_into_sight_gets_its_room(table: WeightTable) -> None:
    table.show_weights(weights(ROWS - 1))
    narrow = table.columnWidth(NUMBER)
    bar = table.verticalScrollBar()
    bar.setValue(bar.maximum())
    text = table.numbers.index(ROWS - 1, NUMBER).data()
    assert narrow < table.fontMetrics().horizontalAdvance(text) < table.columnWidth(NUMBER)
    bar.setValue(0)
    assert table.columnWidth(NUMBER) > narrow, "as numbers come and go, columns do not jump"


def test_few_numbers_are_written_for_a_picture(table: WeightTable, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[float] = []

    def noted(value: float, digits: int) -> str:
        written.append(value)
        return str(value)

    monkeypatch.setattr(weight_table, "number", noted)
    table.show_weights(weights(0))
    assert 0 < len(written) <= 5 * (MOST_ROWS + 1)
