"""Walking through the picture by keys, on the real window: neurons, links, targets, samples; pinned and told."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from tests.edits import to
from tests.gui.examples import example_session
from tests.gui.scenes import lines_of
from tests.gui.window_bench import CTRL, NONE, SHIFT, Bench, bench, settings
from twostroke.gui.model.choices import LinkRef, NeuronRef, Place, TargetRef
from twostroke.gui.model.numbers import number
from twostroke.gui.shell.shortcuts import ShortcutSheet
from twostroke.gui.stage.scene.items import Text

__all__ = ["bench", "settings"]

UP, DOWN, LEFT, RIGHT = Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right
ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


def at(bench: Bench) -> Place | None:
    walked = bench.controller.choices.walked
    return None if walked is None else walked.place


def press(bench: Bench, *keys: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> Place | None:
    for key in keys:
        bench.key(key, modifiers)
    return at(bench)


def label(bench: Bench) -> tuple[str, ...]:
    assert bench.window.stage.scene is not None
    return bench.window.stage.scene.texts("label")


def test_up_and_down_go_through_all_neurons_of_a_layer_and_round(bench: Bench) -> None:
    assert press(bench, DOWN) == NeuronRef(1, 0)
    seen = [press(bench, DOWN) for _ in range(8)]
    assert seen == [NeuronRef(1, unit) for unit in (*range(1, 8), 0)]
    assert press(bench, UP) == NeuronRef(1, 7)
    assert label(bench)[0] == "hidden 1 · 8"
    assert "8 of 8" in label(bench)


def test_ctrl_with_left_and_right_leads_from_the_inputs_over_links_to_the_targets_and_back(bench: Bench) -> None:
    press(bench, DOWN)
    there = [press(bench, LEFT, modifiers=CTRL) for _ in range(3)]
    assert there == [LinkRef(1, 0, 0), NeuronRef(0, 0), NeuronRef(0, 0)]
    way = [press(bench, RIGHT, modifiers=CTRL) for _ in range(8)]
    kinds = [type(place) for place in way]
    assert kinds == [LinkRef, NeuronRef, LinkRef, NeuronRef, LinkRef, NeuronRef, TargetRef, TargetRef]
    back = [press(bench, LEFT, modifiers=CTRL) for _ in range(8)]
    assert isinstance(back[-1], NeuronRef)
    assert back[-1].layer == 0


def test_the_links_into_a_neuron_are_walked_one_by_one_and_read(bench: Bench) -> None:
    press(bench, DOWN, DOWN)  # hidden 1 · 2
    press(bench, RIGHT, RIGHT, modifiers=CTRL)
    neuron = at(bench)
    assert isinstance(neuron, NeuronRef)
    assert neuron.layer == 2
    press(bench, LEFT, modifiers=CTRL)
    seen = [press(bench, DOWN) for _ in range(8)]
    assert {(p.layer, p.target) for p in seen if isinstance(p, LinkRef)} == {(2, neuron.unit)}
    assert {p.source for p in seen if isinstance(p, LinkRef)} == set(range(8))
    link = seen[-1]
    assert isinstance(link, LinkRef)
    assert label(bench)[0] == f"hidden 1 · {link.source + 1} → hidden 2 · {link.target + 1}"
    assert "w" in label(bench)
    assert len(lines_of(bench.window.stage.scene, "walked")) == 4  # type: ignore[arg-type]


def test_links_out_of_a_neuron_are_walked_from_it(bench: Bench) -> None:
    press(bench, DOWN, DOWN, DOWN)
    press(bench, RIGHT, modifiers=CTRL)
    seen = [press(bench, DOWN) for _ in range(8)]
    assert {(p.layer, p.source) for p in seen if isinstance(p, LinkRef)} == {(2, 2)}
    assert {p.target for p in seen if isinstance(p, LinkRef)} == set(range(8))


def test_on_a_tape_a_link_tells_its_gradient_and_next_weight_when_they_are_known(bench: Bench) -> None:
    bench.key(RIGHT)
    assert bench.controller.in_stroke
    press(bench, DOWN)
    press(bench, LEFT, modifiers=CTRL)
    view = bench.controller.view
    assert view is not None
    assert "∂L/∂w, mean" not in label(bench)
    player = bench.controller.player
    assert player.cursor is not None
    bench.controller.scrub(player.cursor.last().time)
    link = bench.controller.view.links[0]  # type: ignore[union-attr]
    told = dict(zip(label(bench)[1::2], label(bench)[2::2], strict=True))
    assert link.dloss_dweight is not None
    assert told["∂L/∂w, mean"].replace("−", "-").startswith(f"{link.dloss_dweight[0, 0]:.2f}"[:4])
    assert "w next" in told


def test_enter_pins_and_enter_unpins(bench: Bench) -> None:
    assert "unpins" not in (press(bench, DOWN), label(bench))[1]
    press(bench, DOWN, ENTER)
    assert "unpins" in label(bench)
    assert bench.controller.choices.selected == NeuronRef(1, 1)
    press(bench, ENTER)
    assert bench.controller.choices.selected is None
    press(bench, ENTER, DOWN, ENTER)
    assert bench.controller.choices.selected == NeuronRef(1, 2), "another one than the first"


def test_a_link_is_pinned_with_its_neuron_and_stays_when_the_focus_goes(bench: Bench) -> None:
    press(bench, DOWN)
    link = press(bench, LEFT, modifiers=CTRL)
    press(bench, ENTER)
    assert bench.controller.choices.pinned_link == link
    assert bench.controller.choices.selected == NeuronRef(1, 0)
    bench.key(Qt.Key.Key_Tab)
    assert at(bench) is None
    assert label(bench)[0].endswith("→ hidden 1 · 1")
    bench.window.stage.setFocus()
    assert press(bench, DOWN) == link, "the walk goes on from what is pinned"
    press(bench, ENTER)
    assert bench.controller.choices.pinned_link is bench.controller.choices.selected is None


def test_escape_unpins_then_ends_the_walk_then_leaves_the_stroke(bench: Bench) -> None:
    bench.key(RIGHT)
    press(bench, DOWN, ENTER, ESC)
    assert (bench.controller.choices.selected, at(bench)) == (None, NeuronRef(1, 0))
    assert press(bench, ESC) is None
    assert bench.controller.in_stroke
    press(bench, ESC)
    assert not bench.controller.in_stroke


def test_left_and_right_alone_still_step_the_phases(bench: Bench) -> None:
    press(bench, DOWN)
    bench.key(RIGHT)
    assert bench.controller.in_stroke
    assert at(bench) == NeuronRef(1, 0)


def test_a_wide_layer_is_walked_ten_at_a_time_and_to_its_ends(bench: Bench) -> None:
    bench.controller.send(to(example_session((300,)), "Set units to 300"))
    press(bench, DOWN)
    assert press(bench, DOWN, DOWN, modifiers=SHIFT) == NeuronRef(1, 20)
    assert press(bench, Qt.Key.Key_End, modifiers=CTRL) == NeuronRef(1, 299)
    assert "300 of 300" in label(bench)
    assert press(bench, DOWN, modifiers=SHIFT) == NeuronRef(1, 299)
    assert press(bench, Qt.Key.Key_Home, modifiers=CTRL) == NeuronRef(1, 0)


def test_a_network_without_the_place_ends_the_walk(bench: Bench) -> None:
    press(bench, UP, UP)
    assert at(bench) == NeuronRef(1, 7)
    bench.change()  # to 4 units
    assert at(bench) is None
    assert press(bench, DOWN) == NeuronRef(1, 0)


def test_in_another_session_the_walk_begins_anew(bench: Bench) -> None:
    press(bench, DOWN, DOWN, DOWN, ESC)
    assert press(bench, DOWN) == NeuronRef(1, 2)  # in the same one it goes on
    bench.document.new()
    assert at(bench) is None
    assert press(bench, DOWN) == NeuronRef(1, 0)


def test_screen_readers_are_told_where_one_stands(bench: Bench) -> None:
    press(bench, DOWN)
    told = bench.window.stage.accessibleDescription()
    assert told.startswith("hidden 1 · 1, ")
    assert "1 of 8" in told
    press(bench, DOWN)
    assert bench.window.stage.accessibleDescription().startswith("hidden 1 · 2, ")
    press(bench, ESC)
    assert bench.controller.view is not None
    assert bench.window.stage.accessibleDescription() == bench.controller.view.caption


def test_ctrl_with_up_and_down_shows_another_sample_of_the_mini_batch(bench: Bench) -> None:
    bench.key(RIGHT)
    view = bench.controller.view
    assert view is not None
    assert view.tape is not None
    bench.key(DOWN, CTRL)
    assert bench.controller.choices.batch_row == (view.row + 1) % view.tape.samples
    bench.key(UP, CTRL)
    bench.key(UP, CTRL)
    assert bench.controller.choices.batch_row == (view.row - 1) % view.tape.samples


def test_the_hint_is_there_after_tab_and_goes_with_the_first_key(bench: Bench) -> None:
    stage = bench.window.stage
    without = stage.grab().toImage()
    bench.key(Qt.Key.Key_Tab)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab, SHIFT)
    assert stage.hasFocus()
    hinted = stage.grab().toImage()
    assert hinted != without
    scene = stage.scene
    assert scene is not None
    for text in (item for item in scene.frame if isinstance(item, Text)):
        read = QRect(round(text.x) - 2, round(text.y) - 3, 4, 6)
        assert hinted.copy(read) == without.copy(read), f"{text.text} is covered"
    press(bench, DOWN, ESC)


def test_the_sheet_tells_the_keys(bench: Bench) -> None:
    bench.window.helping.show_shortcuts()
    sheet = bench.window.findChild(ShortcutSheet)
    assert sheet is not None
    said = {w.text() for w in sheet.findChildren(QLabel)}
    assert {"Walk through neurons or links", "Onto a link, and across it", "Pin it, or unpin it"} <= said
    size = sheet.sizeHint()
    assert size.width() <= 1280
    assert size.height() <= 680, "on a small screen, with a title bar"


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_where_one_stands_is_seen(bench: Bench, theme: str) -> None:
    if theme == "light":
        bench.controller.toggle_theme()
    before = bench.window.stage.grab().toImage()
    press(bench, DOWN)
    ring = bench.window.stage.scene.with_role("walked")  # type: ignore[union-attr]
    assert len(ring) == 1
    assert bench.window.stage.grab().toImage() != before


def test_a_link_tells_this_samples_gradient_and_the_mean_over_the_mini_batch(bench: Bench) -> None:
    """Live there is no mini-batch: what is told is the pinned sample's own, and named so."""
    bench.controller.pin(LinkRef(1, 0, 1))
    assert "∂L/∂w, this sample" in label(bench)
    assert "∂L/∂w, mean" not in label(bench)
    bench.key(RIGHT)
    player = bench.controller.player
    bench.controller.scrub(1.0)
    assert player.cursor is not None
    view = bench.controller.view
    assert view is not None
    assert view.tape is not None
    layer = view.tape.layers[0]
    each = layer.dloss_dz[:, 1] * view.tape.x[:, 0]  # of the mean loss: samples times as small as each one's own
    told = dict(zip(label(bench)[1::2], label(bench)[2::2], strict=True))
    assert told["∂L/∂w, this sample"] == number(float(each[view.row] * view.tape.samples))
    assert told["∂L/∂w, mean"] == f"{number(float(each.sum()))} (of {view.tape.samples} samples)"
