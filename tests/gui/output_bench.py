"""The panels *Output* and *Curves*, each alone on the screen."""

import pytest
from pytestqt.qtbot import QtBot

from twostroke.gui.panels.curves.curves_panel import CurvesPanel
from twostroke.gui.panels.output.output_panel import OutputPanel


@pytest.fixture
def panel(qtbot: QtBot) -> OutputPanel:
    made = OutputPanel()
    qtbot.addWidget(made)
    made.resize(300, 900)
    made.show()
    return made


@pytest.fixture
def curves_panel(qtbot: QtBot) -> CurvesPanel:
    made = CurvesPanel()
    qtbot.addWidget(made)
    made.resize(290, 700)
    made.show()
    return made
