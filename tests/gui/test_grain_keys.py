"""Stepping in the whole window, by keys and by the bar: what a step passes is chosen, named and done."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.gui.window_bench import NONE, SHIFT, Bench, bench, finish, settings
from twostroke.engine.border.cursor import Extra, Phase
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.player import AtEnd, Speed
from twostroke.gui.model.score import Grain

__all__ = ["bench", "settings"]


def test_keys_choose_what_a_step_passes_and_it_is_named_everywhere(bench: Bench) -> None:
    window = bench.window
    for key, grain in ((Qt.Key.Key_Period, "neuron"), (Qt.Key.Key_Period, "term"), (Qt.Key.Key_Period, "term")):
        bench.key(key)
        assert window.transport.grain.currentText() == grain.capitalize()
        assert window.actions_by_id["next"].text() == f"Next {grain}"
        assert window.actions_by_id["previous"].toolTip().startswith(f"Previous {grain} (←)\n")
        assert window.transport.buttons["next"].accessibleName() == f"Next {grain}"
        assert f"by one {grain}" in window.timeline.accessibleDescription()
    for _ in range(4):
        bench.key(Qt.Key.Key_Comma)
    assert bench.controller.player.grain is Grain.UPDATE
    assert window.transport.grain.currentText() == "Update"


def test_the_list_chooses_it_too(bench: Bench) -> None:
    box = bench.window.transport.grain
    box.setCurrentIndex(box.findData("term"))
    assert bench.controller.player.grain is Grain.TERM


@pytest.mark.parametrize("keys", [(Qt.Key.Key_Right, Qt.Key.Key_Left), (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)])
def test_arrows_and_a_clicker_go_term_by_term(bench: Bench, keys: tuple[Qt.Key, Qt.Key]) -> None:
    bench.controller.set_grain(Grain.TERM)
    seen = []
    for _ in range(5):
        bench.key(keys[0])
        finish(bench)
        view = bench.controller.view
        assert view is not None
        assert view.moment is not None
        seen.append((view.moment.step.phase, view.moment.unit, view.moment.term))
    assert seen == [
        (Phase.INPUT, None, None),
        (Phase.SUM, 0, 0),
        (Phase.SUM, 0, 1),
        (Phase.SUM, 0, Extra.BIAS),
        (Phase.SUM, 1, 0),
    ]
    bench.key(keys[1])
    cursor = bench.controller.player.cursor
    assert cursor is not None
    assert (cursor.unit, cursor.term) == (0, Extra.BIAS)


def test_keys_jump(bench: Bench) -> None:
    def phase() -> Phase:
        cursor = bench.controller.player.cursor
        assert cursor is not None
        return cursor.moment.step.phase

    bench.key(Qt.Key.Key_J)
    assert phase() is Phase.LOSS
    bench.key(Qt.Key.Key_Right, SHIFT)
    assert phase() is Phase.GATE_BACK
    bench.key(Qt.Key.Key_Left, SHIFT)
    assert phase() is Phase.INPUT
    bench.controller.select(NeuronRef(1, 2))
    for wanted in (Phase.SUM, Phase.GATE, Phase.GATE_BACK):
        bench.key(Qt.Key.Key_M)
        assert phase() is wanted


def test_keys_choose_what_follows_and_how_fast(bench: Bench) -> None:
    window, player = bench.window, bench.controller.player
    for key, at_end, ticks in (
        (Qt.Key.Key_O, AtEnd.LOOP, (True, False)),
        (Qt.Key.Key_P, AtEnd.GO_ON, (False, True)),
        (Qt.Key.Key_P, AtEnd.STOP, (False, False)),
    ):
        bench.key(key)
        QApplication.processEvents()
        assert player.at_end is at_end
        assert tuple(window.actions_by_id[name].isChecked() for name in ("loop", "play_on")) == ticks
    bench.controller.set_speed(Speed.SLOW)
    bench.key(Qt.Key.Key_Less, NONE)
    assert player.speed is Speed.SLOWER
    assert window.transport.speed.currentText() == Speed.SLOWER.value
    bench.key(Qt.Key.Key_Greater, NONE)
    assert player.speed is Speed.SLOW
