"""Choosing a lens in the window: by its key, in the menu, and where the legend names the one that is used."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.window_bench import NONE, SHIFT, Bench, bench, settings
from twostroke.engine.border.commands import Watch
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.stage.scene.items import Rects
from twostroke.gui.stage.scene.lenses import LENSES, Lens
from twostroke.gui.stage.stage import LENS_TIP

__all__ = ["bench", "settings"]

ALT = Qt.KeyboardModifier.AltModifier


def named(bench: Bench) -> str:
    """The lens that the legend names."""
    scene = bench.window.stage.scene
    assert scene is not None
    return scene.texts("legend")[0]


def chip(bench: Bench) -> QPointF:
    scene = bench.window.stage.scene
    assert scene is not None
    (item,) = scene.with_role("lens chip")
    assert isinstance(item, Rects)
    return QPointF(item.x[0] + item.width[0] / 2, item.y[0] + item.height[0] / 2)


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.id)
def test_each_lens_has_a_key(bench: Bench, lens: Lens) -> None:
    bench.key(Qt.Key(Qt.Key.Key_0 + int(lens.key[-1])), ALT)
    assert bench.controller.choices.lens == lens.id
    assert named(bench) == lens.title
    assert [each.id for each in LENSES if bench.window.actions_by_id[f"lens_{each.id}"].isChecked()] == [lens.id]


def test_v_goes_through_all_of_them(bench: Bench) -> None:
    seen = [named(bench)]
    for _ in LENSES:
        bench.key(Qt.Key.Key_V, NONE)
        seen.append(named(bench))
    assert seen == [*(lens.title for lens in LENSES), LENSES[0].title]
    bench.key(Qt.Key.Key_V, SHIFT)
    assert named(bench) == LENSES[-1].title


def test_maps_are_asked_for_as_long_as_they_are_looked_at(bench: Bench) -> None:
    def watched() -> list[bool]:
        assert bench.link.engine.watched[0] == Watch(health=True), "the panels at the right are in sight"
        return [command.maps for command in bench.link.engine.watched[1:]]

    bench.key(Qt.Key.Key_1, ALT)
    assert watched() == []
    bench.key(Qt.Key.Key_7, ALT)
    bench.key(Qt.Key.Key_Right)
    assert watched() == [True]
    scene = bench.window.stage.scene
    assert scene is not None
    assert scene.with_role("inner 1")
    bench.key(Qt.Key.Key_V)
    assert watched() == [True, False]
    bench.key(Qt.Key.Key_V, SHIFT)
    bench.link.engine_failed.emit(RuntimeError("broken"), True, None)
    bench.key(Qt.Key.Key_U)
    assert watched()[2:] == [True, True], "an engine that begins anew is asked again"


def test_a_shows_the_activation_instead_and_goes_back(bench: Bench) -> None:
    for lens in ("activation", "strokes", "activation"):
        bench.key(Qt.Key.Key_A)
        assert bench.controller.choices.lens == lens


def test_a_click_on_the_name_opens_the_menu_of_lenses(bench: Bench, qtbot: QtBot) -> None:
    bench.controller.select(NeuronRef(1, 2))
    menu = bench.window.menus.submenus["Lens"]
    QTest.mouseClick(bench.window.stage, Qt.MouseButton.LeftButton, pos=chip(bench).toPoint())
    assert QApplication.activePopupWidget() is menu
    titles = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert titles[: len(LENSES)] == [lens.title for lens in LENSES]
    menu.actions()[3].trigger()
    menu.close()
    assert named(bench) == LENSES[3].title
    assert bench.controller.choices.selected == NeuronRef(1, 2), "it is no click on empty ground"


def test_the_mouse_is_told_that_the_name_can_be_clicked(bench: Bench) -> None:
    stage = bench.window.stage
    QTest.mouseMove(stage, chip(bench).toPoint())
    assert stage.cursor().shape() is Qt.CursorShape.PointingHandCursor
    assert stage.toolTip() == LENS_TIP
    QTest.mouseMove(stage, chip(bench).toPoint() * 0.5)
    assert stage.toolTip() == ""
