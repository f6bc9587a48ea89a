"""Where the keys are is seen on boxes and lists, ticked or chosen or not, and nothing moves as they come."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QListWidget, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from twostroke.gui.look import style
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Theme


@pytest.fixture(params=list(PALETTES))
def theme(request: pytest.FixtureRequest) -> Theme:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    style.apply(app, PALETTES[request.param])
    return request.param


INDICATOR = 20
"""Pixels from the left that hold the box and what is around it."""


def grabbed(qtbot: QtBot, widget: QWidget, focused: bool, around: QWidget) -> QImage:
    """As it looks in a window that is used, with the keys, or without them."""
    qtbot.addWidget(around)
    around.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.resize(160, 60)
    around.show()
    around.activateWindow()
    qtbot.waitUntil(around.isActiveWindow)
    has = widget if focused else around
    has.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(has.hasFocus)
    QApplication.processEvents()
    return widget.grab().toImage()


def changed(one: QImage, other: QImage, columns: range) -> int:
    """How many pixels of these columns are clearly another colour."""
    count = 0
    for x in columns:
        for y in range(one.height()):
            here, there = one.pixelColor(x, y), other.pixelColor(x, y)
            parts = zip(here.getRgb()[:3], there.getRgb()[:3], strict=True)  # type: ignore[index, arg-type]
            count += sum(abs(a - b) for a, b in parts) > 90
    return count


@pytest.mark.parametrize("on", [False, True])
@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_a_box_that_has_the_keys_is_told_and_its_words_stay(
    qtbot: QtBot, theme: Theme, kind: type[QAbstractButton], on: bool
) -> None:
    pictures = []
    for focused in (False, True):
        box = kind()
        box.setText("Legend")
        box.setChecked(on)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        around = QWidget()
        box.setParent(around)
        pictures.append(grabbed(qtbot, box, focused, around))
    assert changed(*pictures, range(INDICATOR)) > 20
    assert changed(*pictures, range(INDICATOR, pictures[0].width())) == 0


def test_a_list_that_has_the_keys_is_told(qtbot: QtBot, theme: Theme) -> None:
    pictures = []
    for focused in (False, True):
        shots = QListWidget()
        shots.addItems(["1", "2"])
        shots.setCurrentRow(0)
        around = QWidget()
        shots.setParent(around)
        pictures.append(grabbed(qtbot, shots, focused, around))
    assert changed(*pictures, range(pictures[0].width())) > 1_000
