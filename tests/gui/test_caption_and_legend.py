"""Caption and legend below several pictures: those of the main one, and nothing of its network."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.scenes import same_items, view_at
from twostroke.engine.border.cursor import Phase, Step
from twostroke.gui.model.apart import DIFFERENCE
from twostroke.gui.model.choices import Theme
from twostroke.gui.stage.caption_and_legend import HEIGHT, CaptionAndLegend
from twostroke.gui.stage.paint import pieces
from twostroke.gui.stage.scene.build import BARE, frame_at, scene_at
from twostroke.gui.stage.scene.items import Item, Scene, Text

SESSIONS = {
    "small": example_session((6, 4), "relu"),
    "many links": example_session((60, 60), "tanh"),
    "dropout": example_session((6, 4), "relu", network={"layers": [{"units": 5, "dropout": 0.5}, {"units": 4}]}),
    "cut": example_session((6, 4), "relu", network={"cut": ["l1.unit[2]"]}),
}


def frame_of(scene: Scene) -> tuple[object, ...]:
    roles = [item.role if isinstance(item, Text) else "" for item in scene.frame]
    return scene.frame[roles.index("caption") :]


@pytest.mark.parametrize("lens", ["strokes", "gain", DIFFERENCE])
@pytest.mark.parametrize("step", [None, Step(Phase.SUM, 1), Step(Phase.UPDATE)])
@pytest.mark.parametrize("name", SESSIONS)
def test_they_are_those_of_the_whole_picture(name: str, step: Step | None, lens: str) -> None:
    view = view_at(SESSIONS[name], step, lens=lens, theme=Theme.LIGHT, digits=4)
    for seen in (view, replace(view, main=view)):
        for size in ((1200.0, float(HEIGHT)), (560.0, 300.0)):
            own, whole = frame_at(seen, *size), scene_at(seen, *size)
            wanted = frame_of(whole)
            assert len(own.frame) == len(wanted)
            assert all(same_items(a, b) for a, b in zip(own.frame, wanted, strict=True))
            assert (own.top, own.bottom, own.background) == (whole.top, whole.bottom, whole.background)


def test_nothing_of_the_network_is_drawn_nor_meant(qtbot: QtBot) -> None:
    widget = CaptionAndLegend()
    qtbot.addWidget(widget)
    widget.resize(900, HEIGHT)
    widget.show_view(view_at(SESSIONS["small"]))
    scene = widget.scene
    assert scene is not None
    assert [scene.world, scene.marks, scene.words, scene.glow, scene.label] == [()] * 5
    told = frame_at(view_at(SESSIONS["small"]), 900.0, float(HEIGHT)).frame
    assert [[item.role for item in part] for part in (scene.frame, *scene.ground)] == [
        ["caption"],
        [item.role for item in told if item.role != "caption"],
    ]
    assert scene.texts("caption")
    assert not widget.grab().toImage().isNull()


def test_the_legend_rests_while_the_caption_changes(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where that takes two lines, right above it; and the picture is that of one who has seen nothing before."""
    painted: list[str] = []
    draw = pieces.draw

    def noted(painter: QPainter, items: Iterable[Item]) -> None:
        items = tuple(items)
        painted.extend(item.role for item in items)
        draw(painter, items)

    monkeypatch.setattr(pieces, "draw", noted)
    widget, fresh = CaptionAndLegend(), CaptionAndLegend()
    for seen in (widget, fresh):
        qtbot.addWidget(seen)
        seen.resize(500, HEIGHT)
    view = view_at(SESSIONS["small"])
    told = [
        f"Live: {count} updates since the last frame. {'The picture shows training sample 0. ' * 2}" for count in "789"
    ]
    for caption in told:
        widget.show_view(replace(view, caption=caption))
        painted.clear()
        image = widget.grab().toImage()
    assert painted == ["caption"]
    fresh.show_view(replace(view, caption=told[-1]))
    assert image == fresh.grab().toImage()


def test_a_picture_that_is_low_goes_without_strips_rather_than_have_texts_on_each_other() -> None:
    """Beside a large one, which shows them. All that is written lies within it."""
    low, high = (scene_at(view_at(SESSIONS["small"]), 250.0, height, written=BARE) for height in (135.0, 300.0))
    assert [marks.strips for marks in low.marks] == [()] * len(low.marks)
    assert not low.words
    assert any(marks.strips for marks in high.marks)
    for scene in (low, high):
        assert all(item.y + item.size / 2 <= scene.height for item in scene.items if isinstance(item, Text))
