"""From near, of a large network the strongest links in view are drawn, and not those that are strong elsewhere."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from tests.edits import to
from tests.gui.examples import example_session
from tests.gui.scenes import view_at
from tests.gui.test_close_up import HEIGHT, WIDE, WIDTH
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border.cursor import Phase, Step
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.stage.paint.camera import Camera
from twostroke.gui.stage.scene.build import scene_at, stagehand
from twostroke.gui.stage.scene.items import Scene
from twostroke.gui.stage.scene.links import MOST_LINKS, looks, strongest
from twostroke.gui.stage.scene.sight import Window, in_view, window_of
from twostroke.gui.stage.scene.zoomed import Zoom

__all__ = ["bench", "settings"]

CLOSE = Zoom(8.0, -8.0 * 0.51 * WIDTH + WIDTH / 2, -8.0 * 0.31 * HEIGHT + HEIGHT / 2)
"""Into the middle between the two large layers, above the middle."""


def window() -> Window:
    found = window_of(CLOSE, WIDTH, HEIGHT)
    assert found is not None
    return found


def seen(**choices: object) -> Scene:
    return scene_at(view_at(WIDE, Step(Phase.SUM, 2), 1.0, **choices), WIDTH, HEIGHT, None, 8.0, window())


def crosses(x1: float, y1: float, x2: float, y2: float, w: Window) -> bool:
    """By many points of the line."""
    t = np.linspace(0.0, 1.0, 4001)
    x, y = x1 + t * (x2 - x1), y1 + t * (y2 - y1)
    return bool(np.any((x >= w.left) & (x <= w.right) & (y >= w.top) & (y <= w.bottom)))


def all_cross(scene: Scene, every: int) -> bool:
    """Whether of the links that are drawn, one of `every`, cross the window."""
    lines = []
    for t in scene.link_targets:
        ends = [np.broadcast_to(values, t.source.shape) for values in (t.x1, t.y1, t.x2, t.y2)]
        lines += list(zip(*ends, strict=True))[::every]
    assert lines
    return all(crosses(*map(float, line), window()) for line in lines)


def test_a_window_holds_what_is_seen_and_a_little_more_in_steps() -> None:
    w = window()
    left, right = -CLOSE.x / 8, (WIDTH - CLOSE.x) / 8
    top, bottom = -CLOSE.y / 8, (HEIGHT - CLOSE.y) / 8
    across, down = WIDTH / 32, HEIGHT / 32
    assert left - across < w.left <= left < right <= w.right < right + across
    assert top - down < w.top <= top < bottom <= w.bottom < bottom + down
    assert window_of(Zoom(1.5, -20.0, -10.0), WIDTH, HEIGHT) is None
    little = Zoom(8.0, CLOSE.x + 1e-6, CLOSE.y)
    assert window_of(little, WIDTH, HEIGHT) == w, "the scene stays the same"


def test_all_that_is_drawn_crosses_the_window() -> None:
    assert all_cross(seen(), 29)


def test_of_those_in_view_the_strongest_are_drawn() -> None:
    hand = stagehand(view_at(WIDE, Step(Phase.SUM, 2), 1.0), WIDTH, HEIGHT, False, None, 8.0, window())
    link, look = hand.view.links[1], looks(hand)[1]
    mask = in_view(hand.layout, 2, window())
    chosen = strongest(link, look)
    assert len(chosen.source) == look.limit < np.count_nonzero(mask) < mask.size
    kept = np.zeros(mask.shape, dtype=bool)
    kept[chosen.target, chosen.source] = True
    assert not (kept & ~mask).any()
    carried = np.abs(link.signal)
    assert carried[~mask].max() > carried[kept].min(), "elsewhere there are stronger ones"
    assert carried[kept].min() > carried[mask & ~kept].max() - 1e-3, "among equally bright ones the heavier are drawn"


def test_the_count_is_true_and_says_that_it_is_of_what_is_in_view() -> None:
    scene = seen()
    assert scene.counts["links"] == 2 * 300 + 300 * 300 + 300
    assert scene.counts["links_drawn"] == sum(len(targets.source) for targets in scene.link_targets) <= MOST_LINKS
    assert any("Up to 1,500 of 90,900 links drawn, the strongest in view" in text for text in scene.texts("legend"))


def test_a_small_network_keeps_all_its_links_from_near() -> None:
    view = view_at(example_session((4, 3)), Step(Phase.SUM, 2), 1.0)
    scene = scene_at(view, WIDTH, HEIGHT, None, 8.0, window())
    assert scene.counts["links_drawn"] == scene.counts["links"]
    assert not any("in view" in text for text in scene.texts("legend"))


def test_beside_a_pinned_neuron_no_more_than_what_is_in_view_is_drawn() -> None:
    scene = seen(selected=NeuronRef(1, 3))
    assert scene.counts["links_drawn"] <= MOST_LINKS
    assert all_cross(scene, 41)


@pytest.mark.parametrize("moved", [0.4, 40.0])
def test_the_stage_composes_anew_where_other_links_come_into_view(bench: Bench, moved: float) -> None:
    bench.controller.send(to(example_session((60, 60)), "wide"))
    QApplication.processEvents()
    stage = bench.window.stage
    stage._look(Camera(8.0, -1200.0, -900.0))
    before = stage.scene
    stage._look(Camera(8.0, -1200.0 - 8 * moved, -900.0))
    assert (stage.scene is before) is (moved < 1.0)
