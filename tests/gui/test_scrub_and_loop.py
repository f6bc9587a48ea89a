"""The film of a deep network scrubbed, and a stroke or a layer looped, in the whole window: by mouse and by keys."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from tests.edits import to
from tests.gui.examples import example_session
from tests.gui.window_bench import NONE, SHIFT, Bench, bench, finish, settings
from twostroke.engine.border.cursor import Cursor, Step, steps
from twostroke.gui.model.player import AtEnd, Stroke
from twostroke.gui.model.score import Grain
from twostroke.gui.panels.time.timeline import BLOCK, TOP

__all__ = ["bench", "settings"]
LEFT = Qt.MouseButton.LeftButton
DEPTH = 50


def here(bench: Bench) -> Cursor:
    cursor = bench.controller.player.cursor
    assert cursor is not None
    return cursor


@pytest.mark.slow
def test_a_drag_passes_every_layer_of_a_deep_network_forth_and_back(bench: Bench) -> None:
    bench.controller.send(to(example_session((2,) * (DEPTH - 1)), "Make it deep"))
    line, y = bench.window.timeline, int(TOP + BLOCK / 2)
    seen: list[tuple[float, Step]] = []
    watching = bench.controller.stage_view.connect(lambda view: seen.append((here(bench).time, view.moment.step)))
    bench.controller.step_forward()
    QTest.mousePress(line, LEFT, NONE, QPoint(17, y))
    for x in [*range(18, line.width() - 15, 3), *range(line.width() - 16, 17, -3)]:
        QTest.mouseMove(line, QPoint(x, y))
    QTest.mouseRelease(line, LEFT, NONE, QPoint(17, y))
    bench.controller.stage_view.disconnect(watching)
    assert {step for _, step in seen} == set(steps(DEPTH))
    times = [time for time, _ in seen]
    assert times.index(max(times)) == pytest.approx(len(times) / 2, rel=0.05)
    assert max(times) > 0.99
    assert times[-1] < 0.01


@pytest.mark.slow
def test_keys_pass_a_deep_network_layer_by_layer(bench: Bench) -> None:
    bench.controller.send(to(example_session((2,) * (DEPTH - 1)), "Make it deep"))
    bench.key(Qt.Key.Key_Comma)
    assert bench.controller.player.grain is Grain.LAYER
    bench.controller.step_forward()
    presses = 0
    while not here(bench).at_end:
        bench.key(Qt.Key.Key_Right)
        finish(bench)
        presses += 1
    assert presses == 2 * DEPTH + 2
    bench.key(Qt.Key.Key_Left, SHIFT)
    assert here(bench).moment.step.layer == DEPTH


def by_keys(bench: Bench) -> None:
    bench.key(Qt.Key.Key_O)


def by_mouse(bench: Bench) -> None:
    action = bench.window.actions_by_id["loop"]
    menu = next(menu for menu in bench.window.menuBar().findChildren(QMenu) if action in menu.actions())
    menu.popup(QPoint(0, 0))
    QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(action).center())
    menu.hide()


def play_stroke(bench: Bench, by_mouse: bool) -> None:
    if by_mouse:
        QTest.mouseClick(bench.window.transport.buttons["backward"], LEFT)
    else:
        bench.key(Qt.Key.Key_B)


def step(bench: Bench, by_mouse: bool) -> None:
    if by_mouse:
        box = bench.window.transport.grain
        box.setCurrentIndex(box.findData(Grain.LAYER.value))
        QTest.mouseClick(bench.window.transport.buttons["next"], LEFT)
    else:
        bench.key(Qt.Key.Key_Comma)
        bench.key(Qt.Key.Key_Right)


@pytest.mark.parametrize("loop", [by_keys, by_mouse])
def test_a_stroke_and_one_layer_are_looped(bench: Bench, loop: Callable[[Bench], None]) -> None:
    player, mouse = bench.controller.player, loop is by_mouse
    loop(bench)
    assert player.at_end is AtEnd.LOOP
    play_stroke(bench, mouse)
    assert player.playing is Stroke.BACKWARD
    assert begins_anew(bench)
    bench.controller.previous_stroke()
    bench.controller.previous_stroke()
    step(bench, mouse)
    assert here(bench).moment.step.layer == 1
    assert begins_anew(bench)
    loop(bench)
    assert player.at_end is AtEnd.STOP


def begins_anew(bench: Bench) -> bool:
    """Whether what plays is where it began, once its end has been there and was seen for a while."""
    player = bench.controller.player
    start, goal = player._start, player._goal
    assert goal is not None
    player._arrive(goal, 0.0)
    assert player.cursor == goal
    player.tick()
    return player.cursor == start
