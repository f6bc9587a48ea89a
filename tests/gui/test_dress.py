"""One way to change a theme: one style sheet, and one call that reaches all that paints itself."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

import twostroke.gui
from tests.gui.examples import example_session
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border.commands import Open
from twostroke.gui.look.dress import Dressed, dress
from twostroke.gui.look.theme import PALETTES, palette_of
from twostroke.gui.model.choices import Choices, Colours, NeuronRef, Theme

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


@pytest.mark.slow
def test_the_window_follows_every_choice_and_comes_back_as_it_was(bench: Bench) -> None:
    """What is kept of a picture must not be kept for another theme, nor for other colours of signs."""
    bench.controller.send(Open(example_session(data="digits")))
    bench.controller.select(NeuronRef(1, 1))
    looks = [Choices(theme=theme, colours=colours) for theme, colours in zip(Theme, Colours, strict=True)]
    seen(bench, looks[-1])  # so that all panels have come to rest
    first = [seen(bench, look) for look in looks]
    assert all(one != other for one, other in combinations(first, 2))
    for look, before in reversed(list(zip(looks, first, strict=True))):
        assert seen(bench, look) == before, look
        palette = palette_of(look)
        named = {rgb32(each) for each in (*palette.names().values(), *palette.classes) if each.startswith("#")}
        strange = {each for other in looks for each in signs(other)} - named
        assert not {hex(each) for each in strange & colours_of(before)}, look


def test_the_menu_has_themes_and_colours(bench: Bench) -> None:
    submenu = bench.window.menus.submenus["Colours"]
    texts = [action.text() for action in submenu.actions() if not action.isSeparator()]
    assert texts == ["Light", "Dark", "Projector", "Orange and blue", "Blue and red", "For grey print"]
    bench.window.actions_by_id["theme_projector"].trigger()
    bench.window.actions_by_id["colours_grey"].trigger()
    shown = bench.controller.choices
    assert (shown.theme, shown.colours) == (Theme.PROJECTOR, Colours.GREY)
    assert not bench.window.actions_by_id["theme"].isChecked()
    assert [action.text() for action in submenu.actions() if action.isChecked()] == ["Projector", "For grey print"]
    bench.window.actions_by_id["theme"].trigger()
    assert bench.controller.choices.theme is Theme.DARK


def seen(bench: Bench, look: Choices) -> QImage:
    bench.controller.alter(lambda choices: replace(choices, theme=look.theme, colours=look.colours))
    assert bench.window.actions_by_id[f"theme_{look.theme}"].isChecked()
    assert bench.window.actions_by_id[f"colours_{look.colours}"].isChecked()
    return bench.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def rgb32(colour: str) -> int:
    return int(colour[1:], 16)


def signs(look: Choices) -> set[int]:
    p = palette_of(look)
    return set(map(rgb32, (p.signal_negative, p.signal_positive, p.gradient_negative, p.gradient_positive)))


def colours_of(image: QImage) -> set[int]:
    return set(np.unique(np.frombuffer(image.constBits(), np.uint32) & 0xFFFFFF).tolist())


@pytest.mark.parametrize("call", ["setStyleSheet(", "setPalette(", 'QColor("#'])
def test_colours_come_from_the_theme_alone(call: str) -> None:
    """A second style sheet, or a colour of a widget's own, would not follow the theme."""
    folder = Path(twostroke.gui.__path__[0])
    users = {str(path.relative_to(folder)) for path in folder.rglob("*.py") if call in path.read_text("utf-8")}
    assert users <= {"look/style.py"}
