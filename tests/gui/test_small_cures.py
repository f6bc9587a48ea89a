"""Small things that lecturers stumbled over: lists that open over the pointer, names that are not found, numbers that
were cut, a hint that covered the legend.
"""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session, example_snapshot
from tests.gui.scenes import texts_of
from tests.gui.window_bench import Bench, bench, settings
from twostroke.gui.look import style
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.numbers import number
from twostroke.gui.model.resolve import resolve
from twostroke.gui.panels.data.data_panel import DatasetChooser
from twostroke.gui.panels.network.layer_row import activation_combo
from twostroke.gui.shell.shortcuts import ShortcutSheet
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.free_place import Bounds, free_row

__all__ = ["bench", "settings"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lin", "identity"),
        ("le", "leaky_relu"),
        ("rel", "relu"),
        ("rect", "relu"),
        ("sig", "sigmoid"),
    ],
)
def test_letters_find_an_activation_by_any_of_its_names(qtbot: QtBot, typed: str, found: str) -> None:
    combo = activation_combo("Activation")
    qtbot.addWidget(combo)
    combo.select("tanh")
    combo.show()
    combo.setFocus()
    QTest.keyClicks(combo, typed)
    assert combo.currentData() == found


def test_the_list_of_datasets_opens_below_its_field(qtbot: QtBot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    style.apply(app, PALETTES[Theme.DARK])
    chooser = DatasetChooser()
    qtbot.addWidget(chooser)
    chooser.move(20, 20)
    chooser.setCurrentIndex(5)
    chooser.show()
    chooser.showPopup()
    top = chooser.view().window().mapToGlobal(QPoint(0, 0)).y()
    assert top >= chooser.mapToGlobal(QPoint(0, chooser.height())).y() - 1
    chooser.hidePopup()


@pytest.mark.parametrize("value", [12_345.678, 987_654.0, -54_321.0, 345.6])
def test_the_loss_card_tells_a_large_prediction_in_full(value: float) -> None:
    snapshot = example_snapshot(example_session((3,), data="reg-plane"))
    last = replace(snapshot.layers[-1], a=np.array([value]))
    view = resolve(replace(snapshot, layers=(*snapshot.layers[:-1], last)), None, None, Choices())
    scene = scene_at(view, 700.0, 545.0)
    assert number(float(view.predictions[0])) in [text.text for text in texts_of(scene, "loss")]


def test_the_sheet_tells_the_keys_of_the_row_of_updates_and_of_the_canvas(bench: Bench) -> None:
    bench.window.helping.show_shortcuts()
    sheet = bench.window.findChild(ShortcutSheet)
    assert sheet is not None
    said = {label.text() for label in sheet.findChildren(QLabel)}
    assert {"Row of updates", "An update back or on", "Points to paint", "Move the cross, paint"} <= said
    page = sheet.area.widget()
    assert page is not None
    assert page.sizeHint().width() <= 1280


@pytest.mark.parametrize("size", [(700.0, 545.0), (1340.0, 903.0)])
@pytest.mark.parametrize("hidden", [(8, 8), (2,), (6,) * 6])
def test_there_is_a_row_for_the_hint_that_covers_no_text(hidden: tuple[int, ...], size: tuple[float, float]) -> None:
    scene = scene_at(resolve(example_snapshot(example_session(hidden)), None, None, Choices()), *size)
    wide, tall = 480.0, 34.0
    top = free_row(scene.items, wide, tall, Bounds(0.0, scene.top, size[0], size[1] - 2.0))
    left = (size[0] - wide) / 2
    for text in (*texts_of(scene, "legend"), *texts_of(scene, "caption"), *texts_of(scene, "header")):
        beside = text.x > left + wide or text.y > top + tall or text.y < top
        assert beside, text.text


def test_qt_knows_that_tab_is_no_search(qtbot: QtBot) -> None:
    """A closed list goes on with Tab, whatever has been typed."""
    combo = activation_combo("Activation")
    qtbot.addWidget(combo)
    combo.select("relu")
    combo.show()
    QTest.keyClick(combo, Qt.Key.Key_Tab)
    assert combo.currentData() == "relu"
