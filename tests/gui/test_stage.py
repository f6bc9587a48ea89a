"""The stage: mouse and keys become intents; the picture follows the view and the size."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.scenes import view_at
from twostroke.engine.border.cursor import Phase, Step
from twostroke.gui.model.choices import NeuronRef, Theme
from twostroke.gui.stage import stage as module
from twostroke.gui.stage.paint.camera import STRAIGHT
from twostroke.gui.stage.scene.build import stagehand
from twostroke.gui.stage.scene.items import Scene
from twostroke.gui.stage.scene.zoomed import standing
from twostroke.gui.stage.stage import Stage

REF = NeuronRef(1, 2)


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    made = Stage()
    qtbot.addWidget(made)
    made.resize(760, 500)
    made.show_view(view_at())
    made.show()
    qtbot.waitExposed(made)
    return made


def place(ref: NeuronRef) -> QPoint:
    """Where a neuron is in a stage of 760 × 500."""
    column = stagehand(view_at(), 760, 500, False).layout.columns[ref.layer]
    return QPoint(round(column.xs[ref.unit]), round(column.ys[ref.unit]))


def wheel(stage: Stage, at: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(stage.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(stage, event)


def test_before_the_first_view_there_is_empty_ground(qtbot: QtBot) -> None:
    made = Stage()
    qtbot.addWidget(made)
    made.resize(500, 400)
    image = made.grab().toImage()
    assert made.scene is None
    assert image.pixelColor(3, 3) == image.pixelColor(250, 200)


def test_it_paints_the_view_and_follows_it(stage: Stage) -> None:
    dark = stage.grab().toImage()
    stage.show_view(view_at(theme=Theme.LIGHT))
    light = stage.grab().toImage()
    assert dark.pixelColor(2, 2).lightness() < 60 < 200 < light.pixelColor(2, 2).lightness()


def test_a_view_that_cannot_be_drawn_leaves_the_last_picture_and_is_told_once(
    stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = stage.grab().toImage()

    def breaks(*_: object) -> Scene:
        raise ZeroDivisionError

    with monkeypatch.context() as broken, qtbot.captureExceptions() as told:
        broken.setattr(module, "scene_at", breaks)
        for theme in (Theme.LIGHT, Theme.DARK, Theme.LIGHT):
            stage.show_view(view_at(theme=theme))
            assert stage.grab().toImage() == good
            at = place(REF)
            assert stage.neuron_at(at.x(), at.y()) == REF
    assert [kind for kind, *_ in told] == [ZeroDivisionError]
    stage.show_view(view_at(theme=Theme.LIGHT))
    assert stage.grab().toImage() != good
    with monkeypatch.context() as broken, qtbot.captureExceptions() as told:
        broken.setattr(module, "scene_at", breaks)
        stage.show_view(view_at())
        stage.grab()
    assert [kind for kind, *_ in told] == [ZeroDivisionError]  # after a good one, a broken one is news again


def test_where_the_first_view_cannot_be_drawn_there_is_empty_ground(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> Scene:
        raise ZeroDivisionError

    monkeypatch.setattr(module, "scene_at", breaks)
    made = Stage()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show_view(view_at())
    with qtbot.captureExceptions() as told:
        image = made.grab().toImage()
    assert [kind for kind, *_ in told] == [ZeroDivisionError]
    assert image.pixelColor(3, 3) == image.pixelColor(250, 200)


def test_screen_readers_get_the_sentence(stage: Stage) -> None:
    assert stage.accessibleName() == "Stage"
    view = view_at(step=Step(Phase.GATE, 1))
    stage.show_view(view)
    assert stage.accessibleDescription() == view.caption


def test_a_title_is_shown_where_one_is_given(stage: Stage) -> None:
    stage.show_view(view_at(), "update 7")
    assert stage.scene is not None
    assert stage.scene.texts("title") == ("update 7",)


def test_click_pins_a_neuron_and_empty_ground_unpins(stage: Stage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(stage.neuron_clicked) as pinned:
        qtbot.mouseClick(stage, Qt.MouseButton.LeftButton, pos=place(REF))
    assert pinned.args == [REF]
    with qtbot.waitSignal(stage.neuron_clicked) as empty:
        qtbot.mouseClick(stage, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert empty.args == [None]


def test_hover_shows_the_label_at_once(stage: Stage, qtbot: QtBot) -> None:
    seen: list[object] = []
    stage.place_hovered.connect(seen.append)
    qtbot.mouseMove(stage, place(REF))
    assert stage.scene is not None
    assert stage.scene.texts("label")[0] == "hidden 1 · 3"
    assert stage.cursor().shape() == Qt.CursorShape.PointingHandCursor
    qtbot.mouseMove(stage, place(REF) + QPoint(1, 1))
    qtbot.mouseMove(stage, QPoint(3, 3))
    assert seen == [REF, None], "told once, not with every movement"
    assert stage.scene.texts("label") == ()


def test_leaving_ends_the_hover(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseMove(stage, place(REF))
    with qtbot.waitSignal(stage.place_hovered) as left:
        QApplication.sendEvent(stage, QEvent(QEvent.Type.Leave))
    assert left.args == [None]


def test_a_neuron_under_the_mouse_that_is_gone_is_forgotten(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseMove(stage, place(REF))
    gone = NeuronRef(3, 0)
    stage.show_view(view_at(example_session((2,)), selected=gone, hovered=gone))
    assert stage.scene is not None
    assert stage.scene.texts("label") == ()
    assert not stage.grab().isNull()
    at = place(REF)
    assert stage.neuron_at(at.x(), at.y()) in {None, *(NeuronRef(1, unit) for unit in range(2))}


def test_wheel_zooms_around_the_mouse(stage: Stage) -> None:
    at = place(REF)
    before = stage.camera.to_world(at.x(), at.y())
    wheel(stage, at, 4)
    assert stage.camera.zoom == pytest.approx(1.2**4)
    assert stage.camera.to_world(at.x(), at.y()) == pytest.approx(before)
    assert stage.neuron_at(at.x(), at.y()) == REF
    wheel(stage, at, -40)
    assert stage.camera == STRAIGHT


def test_zoom_has_an_end(stage: Stage) -> None:
    wheel(stage, place(REF), 99)
    assert stage.camera.zoom == 12.0


def test_drag_pans_and_is_no_click(stage: Stage, qtbot: QtBot) -> None:
    clicked: list[object] = []
    stage.neuron_clicked.connect(clicked.append)
    at = place(REF)
    qtbot.mousePress(stage, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(stage, at + QPoint(2, 0))
    assert stage.camera == STRAIGHT, "a hand trembles"
    qtbot.mouseMove(stage, at + QPoint(40, 25))
    qtbot.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=at + QPoint(40, 25))
    assert (stage.camera.x, stage.camera.y) == (40, 25)
    assert clicked == []
    assert stage.neuron_at(at.x() + 40, at.y() + 25) == REF


@pytest.mark.parametrize("how", ["double click", "0"])
def test_everything_fits_again(stage: Stage, qtbot: QtBot, how: str) -> None:
    wheel(stage, place(REF), 5)
    if how == "0":
        qtbot.keyClick(stage, Qt.Key.Key_0)
    else:
        qtbot.mouseDClick(stage, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert stage.camera == STRAIGHT


def test_other_keys_belong_to_the_window(stage: Stage, qtbot: QtBot) -> None:
    wheel(stage, place(REF), 5)
    qtbot.keyClick(stage, Qt.Key.Key_Space)
    assert stage.camera != STRAIGHT


def test_a_new_size_means_a_new_layout(stage: Stage, qtbot: QtBot) -> None:
    assert stage.scene is not None
    assert (stage.scene.width, stage.scene.height) == (760, 500)
    stage.resize(1000, 620)
    qtbot.waitUntil(lambda: stage.scene is not None and stage.scene.width == 1000)
    assert stage.scene.height == 620


def test_a_click_on_a_row_of_a_raster_chooses_that_sample_and_leaves_the_neuron(stage: Stage, qtbot: QtBot) -> None:
    """The first and the last row of a raster; magnified too, where rasters keep their height and are moved sideways."""
    neurons: list[object] = []
    stage.neuron_clicked.connect(neurons.append)
    view = view_at(step=Step(Phase.UPDATE), fraction=1.0)
    assert view.tape is not None
    stage.show_view(view)
    assert stage.scene is not None
    rasters = stage.scene.rasters
    assert len(rasters) == 2 * sum(layer.gain is not None for layer in view.layers[1:])
    for zoom in (1.0, 2.0):
        stage.zoom_around(rasters[0].left, rasters[0].top, zoom)
        for place in (0, 1, rasters[0].rows - 1):
            stands = next(s for s in standing(stage.scene, stage.camera.zoomed) if rasters[0] in s.marks.rasters)
            stretch = stands.stretch if zoom > 1 else 1.0
            across = (stands.x if zoom > 1 else stands.marks.x) + (rasters[0].left + 1 - stands.marks.x) * stretch
            where = across, rasters[0].top + (place + 0.5) * rasters[0].row
            with qtbot.waitSignal(stage.sample_clicked) as clicked:
                qtbot.mouseClick(stage, Qt.MouseButton.LeftButton, pos=QPointF(*where).toPoint())
            assert clicked.args == [rasters[0].first + place]
    assert neurons == []


def test_a_raster_that_is_not_known_yet_cannot_be_clicked(stage: Stage) -> None:
    stage.show_view(view_at(step=Step(Phase.INPUT)))
    assert stage.scene is not None
    assert stage.scene.rasters == ()
