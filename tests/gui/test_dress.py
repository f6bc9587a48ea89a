"""One way to change a theme: one style sheet, and one call that reaches all that paints itself."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

import twostroke.gui
from tests.gui.examples import example_session
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border.commands import Open
from twostroke.gui.look.dress import Dressed, dress
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import NeuronRef, Theme

__all__ = ["bench", "settings"]


class Painted(Dressed, QWidget):
    """Counts how often it is told."""

    told = 0

    def recolour(self) -> None:
        """As a widget that keeps pictures."""
        self.told += 1
        super().recolour()


def test_all_that_paints_itself_is_told_once_however_deep(qtbot: QtBot) -> None:
    root = Painted()
    qtbot.addWidget(root)
    deep = Painted(QLabel(QWidget(root)))
    assert deep.palette_ is PALETTES[Theme.DARK]
    dress(root, PALETTES[Theme.LIGHT])
    assert [(part.told, part.palette_) for part in (root, deep)] == [(1, PALETTES[Theme.LIGHT])] * 2


def test_a_theme_reaches_every_part_of_the_window(bench: Bench) -> None:
    bench.controller.send(Open(example_session(data="digits")))
    bench.controller.select(NeuronRef(1, 1))
    bench.window.actions_by_id["theme"].trigger()
    parts = [part for part in bench.window.findChildren(QWidget) if isinstance(part, Dressed)]
    kinds = {type(part).__name__ for part in parts}
    assert kinds >= {"Transport", "Readout", "DecisionMap", "GateDoors", "ActivationCurve", "TimelinePanel", "RunStrip"}
    assert kinds >= {"LayerBars", "CurvePlot", "PointCanvas", "DatasetChooser", "SamplePicture", "ConfusionMatrix"}
    assert {id(part.palette_) for part in parts} == {id(PALETTES[bench.controller.choices.theme])}
    assert bench.controller.choices.theme is Theme.LIGHT


@pytest.mark.parametrize("call", ["setStyleSheet(", "setPalette(", 'QColor("#'])
def test_colours_come_from_the_theme_alone(call: str) -> None:
    """A second style sheet, or a colour of a widget's own, would not follow the theme."""
    folder = Path(twostroke.gui.__path__[0])
    users = {str(path.relative_to(folder)) for path in folder.rglob("*.py") if call in path.read_text("utf-8")}
    assert users <= {"look/style.py"}
