"""The fields of the bar at the top have room for each of their texts, at the smallest usual window."""

import pytest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionComboBox

from tests.gui.window_bench import Bench, bench, settings
from twostroke.gui.look import style
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Theme
from twostroke.gui.shell.transport import Transport

__all__ = ["bench", "settings"]


@pytest.mark.parametrize("name", ["pace", "grain", "speed"])
def test_no_text_is_shortened(bench: Bench, name: str, qapp: QApplication) -> None:
    """It was "Frame … frame"."""
    style.apply(qapp, PALETTES[Theme.DARK])
    bench.window.resize(1280, 720)
    bar = bench.window.findChild(Transport)
    assert bar is not None
    field = getattr(bar, name)
    option = QStyleOptionComboBox()
    field.initStyleOption(option)
    control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
    room = field.style().subControlRect(control, option, part, field).width()
    texts = [field.itemText(place) for place in range(field.count())]
    assert texts
    assert [text for text in texts if field.fontMetrics().horizontalAdvance(text) > room] == []
    assert bar.readout.width() >= bar.readout.sizeHint().width(), "what is read beside them has its room"
