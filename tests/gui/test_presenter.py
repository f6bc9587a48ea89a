"""Presenter mode: the picture alone, nothing to touch by accident, a clicker's keys, and all as before afterwards."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.scenes import view_at
from tests.gui.window_bench import CTRL, NONE, SHIFT, Bench, finish
from tests.gui.window_bench import bench as bench
from tests.gui.window_bench import settings as settings
from twostroke.engine.border.cursor import Phase, Step
from twostroke.gui.look.painting import painting
from twostroke.gui.model.choices import LinkRef, NeuronRef, Theme
from twostroke.gui.panels.network.network_panel import NetworkPanel
from twostroke.gui.panels.output.output_panel import OutputPanel
from twostroke.gui.panels.table import Side
from twostroke.gui.shell.presenter.back_row import enlargement
from twostroke.gui.shell.room import Wish
from twostroke.gui.stage.paint.camera import STRAIGHT
from twostroke.gui.stage.paint.ground import Ground
from twostroke.gui.stage.paint.painter import paint
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.items import Text

REF = NeuronRef(1, 2)


def place(bench: Bench, ref: NeuronRef) -> QPoint:
    """Where a neuron is seen."""
    stage = bench.window.stage
    assert stage.scene is not None
    targets = stage.scene.targets
    (at,) = [i for i in range(len(targets.x)) if (targets.layer[i], targets.unit[i]) == (ref.layer, ref.unit)]
    return QPoint(round(stage.scale * targets.x[at]), round(stage.scale * targets.y[at]))


def wheel(bench: Bench, at: QPoint, held: Qt.KeyboardModifier) -> None:
    stage, none = bench.window.stage, Qt.MouseButton.NoButton
    points = QPointF(at), QPointF(stage.mapToGlobal(at)), QPoint(), QPoint(0, 120)
    QApplication.sendEvent(stage, QWheelEvent(*points, none, held, Qt.ScrollPhase.NoScrollPhase, False))


def present(bench: Bench, key: Qt.Key = Qt.Key.Key_F5, held: Qt.KeyboardModifier = NONE) -> None:
    bench.key(key, held)
    QApplication.processEvents()


def click(bench: Bench, at: QPoint, held: Qt.KeyboardModifier = NONE) -> None:
    QTest.mouseClick(bench.window.stage, Qt.MouseButton.LeftButton, held, at)


@pytest.mark.parametrize(
    ("screen", "wanted"), [((1280, 720), 1.5), ((1920, 1080), 2.25), ((1024, 768), 1.2), ((800, 600), 1.0)]
)
def test_the_picture_is_drawn_as_one_of_480_lines(screen: tuple[int, int], wanted: float) -> None:
    assert enlargement(QSize(*screen)) == pytest.approx(wanted, abs=0.001)


@pytest.mark.parametrize(("key", "held"), [(Qt.Key.Key_F11, NONE), (Qt.Key.Key_F5, NONE), (Qt.Key.Key_F5, SHIFT)])
def test_a_key_leaves_the_picture_alone_on_the_screen(bench: Bench, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
    window = bench.window
    present(bench, key, held)
    assert window.isFullScreen()
    assert window.actions_by_id["full_screen"].isChecked()
    assert not window.actions_by_id["full_screen_with_panels"].isChecked()
    shown = (
        window.menuBar(),
        window.transport,
        window.timeline,
        window.panel(OutputPanel),
        window.columns.edges[Side.LEFT],
    )
    assert not any(each.isVisible() for each in shown)
    assert window.stage.size() == window.size()


def test_f11_fills_the_screen_and_goes_back(bench: Bench) -> None:
    bench.key(Qt.Key.Key_F11)
    assert bench.window.isFullScreen()
    assert bench.window.actions_by_id["full_screen"].isChecked()
    bench.key(Qt.Key.Key_Escape)
    assert not bench.window.isFullScreen()
    assert not bench.window.actions_by_id["full_screen"].isChecked()


@pytest.mark.parametrize("key", [Qt.Key.Key_F11, Qt.Key.Key_Escape])
def test_all_is_as_before_when_it_is_left(bench: Bench, key: Qt.Key) -> None:
    window = bench.window
    window.resize(1310, 700)
    window.panel(NetworkPanel).fold(True)
    window.columns.setSizes([290, 630, 362])
    window.columns.toggle(Side.LEFT)
    QApplication.processEvents()
    before = window.geometry(), window.columns.sizes(), window.columns.wishes, window.stage.geometry()
    present(bench)
    bench.controller.select(REF)  # the account of a number would be brought into sight
    bench.window._show_pinned()
    bench.key(key)
    QApplication.processEvents()
    assert not window.isFullScreen()
    assert (window.geometry(), window.columns.sizes(), window.columns.wishes, window.stage.geometry()) == before
    assert window.preferences.columns[Side.LEFT] is Wish.FOLDED
    assert window.panel(NetworkPanel).folded
    shown = (
        window.menuBar(),
        window.transport,
        window.timeline,
        window.panel(OutputPanel),
        window.columns.edges[Side.LEFT],
    )
    assert all(each.isVisible() for each in shown)
    assert window.stage.scale == 1.0
    assert window.acceptDrops()


@pytest.mark.parametrize("presenting", [pytest.param(False, marks=pytest.mark.slow), True])
def test_t_goes_through_all_themes(bench: Bench, presenting: bool) -> None:
    bench.controller.use_theme(Theme.LIGHT)
    if presenting:
        present(bench)
    grounds: list[str] = []
    for theme in (Theme.DARK, Theme.PROJECTOR, Theme.LIGHT):
        bench.key(Qt.Key.Key_T)
        QApplication.processEvents()
        assert bench.controller.choices.theme is theme
        assert bench.window.actions_by_id[f"theme_{theme}"].isChecked()
        grounds.append(bench.window.stage.grab().toImage().pixelColor(2, 2).name())
    assert len(set(grounds)) == 3
    assert bench.window.isFullScreen() is presenting


def test_a_maximised_window_is_maximised_again(bench: Bench) -> None:
    bench.window.showMaximized()
    bench.key(Qt.Key.Key_F11)
    assert bench.window.isFullScreen()
    bench.key(Qt.Key.Key_F11)
    assert bench.window.isMaximized()
    assert not bench.window.isFullScreen()


def test_where_the_system_ends_the_full_screen_the_mode_ends(bench: Bench, qtbot: QtBot) -> None:
    present(bench)
    bench.window.showNormal()
    qtbot.waitUntil(lambda: not bench.window.presenter.on)
    assert bench.window.transport.isVisible()


def test_a_window_that_is_closed_while_presenting_opens_as_it_was(bench: Bench) -> None:
    present(bench)
    bench.document.may_go = lambda: True  # type: ignore[method-assign]
    bench.window.close()
    again = Bench(bench.settings)
    assert not again.window.isFullScreen()
    assert again.window.columns.shown == {Side.LEFT, Side.RIGHT}
    again.close()


def test_a_clicker_alone_begins_steps_and_ends(bench: Bench) -> None:
    present(bench)
    bench.key(Qt.Key.Key_PageDown)
    finish(bench)
    assert bench.controller.in_stroke
    first = bench.controller.player.cursor
    bench.key(Qt.Key.Key_PageDown)
    finish(bench)
    assert bench.controller.player.cursor != first
    bench.key(Qt.Key.Key_PageUp)
    assert bench.controller.player.cursor == first
    bench.key(Qt.Key.Key_F5)  # out of step with the program: nothing ends that has just begun
    assert bench.window.presenter.on
    bench.key(Qt.Key.Key_Escape)
    assert not bench.window.presenter.on
    assert bench.controller.in_stroke


def test_esc_leaves_the_mode_before_anything_else(bench: Bench) -> None:
    bench.controller.select(REF)
    present(bench)
    bench.key(Qt.Key.Key_Escape)
    assert not bench.window.presenter.on
    assert bench.controller.choices.selected == REF


def test_what_is_said_above_the_picture_is_as_large(bench: Bench) -> None:
    window, sizes = bench.window, []
    heading = window.company.pictures.main.heading
    for scale in (1.0, 1.5, 1.0):
        window.presenter._draw_larger(scale)
        bench.controller.said.emit("A sentence.", False)
        labels = (window.banner.text, heading.title, heading.figures)
        sizes.append({label.fontInfo().pixelSize() for label in labels})
        assert heading.large.isHidden() == (scale != 1.0)
    assert sizes == [{13}, {20}, {13}]


# -- the mouse ------------------------------------------------------------------------------------------------------


def test_the_mouse_finds_neurons_where_the_larger_picture_shows_them(bench: Bench) -> None:
    stage = bench.window.stage
    before = place(bench, REF)
    stage.draw_larger(1.5)
    after = place(bench, REF)
    assert after != before
    assert stage.neuron_at(after.x(), after.y()) == REF
    QTest.mouseMove(stage, after)
    assert bench.controller.choices.hovered == REF
    assert stage.scene is not None
    assert (stage.scene.width, stage.scene.height) == (stage.width() / 1.5, stage.height() / 1.5)


def test_the_wheel_looks_closer_at_what_is_under_the_mouse_in_the_larger_picture(bench: Bench) -> None:
    stage = bench.window.stage
    stage.draw_larger(1.5)
    at = place(bench, REF)
    wheel(bench, at, NONE)
    assert stage.camera.zoom > 1
    assert stage.neuron_at(at.x(), at.y()) == REF
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, NONE, at)
    QTest.mouseMove(stage, at + QPoint(30, 20))
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, NONE, at + QPoint(30, 20))
    assert stage.neuron_at(at.x() + 30, at.y() + 20) == REF


def test_a_click_pins_a_neuron_and_a_second_one_unpins_it(bench: Bench) -> None:
    present(bench)
    click(bench, place(bench, REF))
    assert bench.controller.choices.selected == REF
    click(bench, QPoint(3, 3))  # empty ground: a slip
    assert bench.controller.choices.selected == REF
    click(bench, place(bench, REF))
    assert bench.controller.choices.selected is None


def test_a_click_pins_a_link(bench: Bench) -> None:
    present(bench)
    a, b = place(bench, NeuronRef(0, 0)), place(bench, NeuronRef(1, 0))
    middle = (a + b) / 2
    assert isinstance(bench.window.stage.place_at(middle.x(), middle.y()), LinkRef)
    click(bench, middle)
    assert isinstance(bench.controller.choices.pinned_link, LinkRef)


def test_a_slip_of_the_mouse_changes_nothing(bench: Bench) -> None:
    present(bench)
    stage, at = bench.window.stage, place(bench, REF)
    sent, choices, places = len(bench.link.sent), bench.controller.choices, []
    for signal in (stage.menu_asked, stage.place_typed, stage.place_turned, stage.gate_switched, stage.lens_asked):
        signal.connect(lambda *_: places.append(_))
    wheel(bench, at, NONE)
    wheel(bench, at, SHIFT)
    wheel(bench, at, CTRL | SHIFT)
    QTest.mouseDClick(stage, Qt.MouseButton.LeftButton, NONE, at)
    QTest.mouseClick(stage, Qt.MouseButton.RightButton, NONE, at)
    QApplication.sendEvent(stage, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, stage.mapToGlobal(at)))
    for door in range(8, 60, 4):
        click(bench, at + QPoint(door, 3), CTRL)
        click(bench, at + QPoint(door, 3)) if not stage.place_at(at.x() + door, at.y() + 3) else None
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, NONE, at)
    QTest.mouseMove(stage, at + QPoint(80, 40))
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, NONE, at + QPoint(80, 40))
    assert stage.camera == STRAIGHT
    assert places == []
    assert len(bench.link.sent) == sent
    assert bench.controller.choices.selected == choices.selected
    assert not bench.window.acceptDrops()


def test_with_ctrl_the_wheel_looks_closer(bench: Bench) -> None:
    present(bench)
    wheel(bench, place(bench, REF), CTRL)
    assert bench.window.stage.camera != STRAIGHT


def test_the_mouse_is_free_again_afterwards(bench: Bench) -> None:
    present(bench)
    bench.key(Qt.Key.Key_F11)
    wheel(bench, place(bench, REF), NONE)
    assert bench.window.stage.camera != STRAIGHT


def test_keys_that_need_what_is_hidden_do_nothing_until_it_is_back(bench: Bench) -> None:
    window = bench.window
    present(bench)
    for key in (Qt.Key.Key_F7, Qt.Key.Key_F9, Qt.Key.Key_N, Qt.Key.Key_K):
        bench.key(key)
    assert window.columns.shown == frozenset()
    assert set(window.columns.wishes.values()) == {Wish.AUTO}
    bench.key(Qt.Key.Key_Escape)
    bench.key(Qt.Key.Key_F7)
    assert window.columns.shown == {Side.RIGHT}


# -- black screen and pointer -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [Qt.Key.Key_Period, Qt.Key.Key_B])
def test_the_clickers_key_blacks_the_screen_until_any_key(bench: Bench, key: Qt.Key) -> None:
    window, grain = bench.window, bench.controller.player.grain
    present(bench)
    bench.key(key)
    assert window.presenter.black.on
    assert window.presenter.black.geometry() == window.rect()
    window.guide.frame.show()
    window.guide.frame.raise_()  # as it does while a lesson points at something
    assert window.childAt(window.rect().center()) is window.presenter.black
    assert window.children()[-1] is window.presenter.black
    window.guide.frame.hide()
    image = window.grab().toImage()
    assert {
        image.pixel(x, y) & 0xFFFFFF for x in range(0, image.width(), 37) for y in range(0, image.height(), 41)
    } == {0}
    bench.key(Qt.Key.Key_PageDown)  # it ends the black, and does nothing else
    assert not window.presenter.black.on
    assert window.presenter.on
    assert not bench.controller.in_stroke
    assert bench.controller.player.grain is grain


def test_nothing_is_composed_or_painted_while_the_screen_is_black(bench: Bench) -> None:
    window, seen = bench.window, []
    present(bench)
    bench.key(Qt.Key.Key_Period)
    bench.controller.stage_view.connect(seen.append)
    bench.controller.one_update()
    QApplication.processEvents()
    assert seen == []
    QTest.keyClick(window.stage, Qt.Key.Key_Shift)  # no key by itself
    assert window.presenter.black.on
    bench.key(Qt.Key.Key_Escape)
    assert [view.snapshot.update for view in seen] == [1]
    assert window.presenter.on  # Esc ended the black alone


def test_a_click_ends_the_black_screen(bench: Bench) -> None:
    present(bench)
    bench.window.presenter.black_out()
    QTest.mouseClick(bench.window.presenter.black, Qt.MouseButton.LeftButton)
    assert not bench.window.presenter.black.on


def test_a_full_stop_steps_by_less_and_b_plays_where_nobody_presents(bench: Bench) -> None:
    for again in range(2):
        grain = bench.controller.player.grain
        bench.key(Qt.Key.Key_Period)
        assert bench.controller.player.grain is not grain
        assert not bench.window.presenter.black.on
        if not again:
            present(bench)
            bench.key(Qt.Key.Key_Escape)
    bench.key(Qt.Key.Key_B)
    assert bench.controller.in_stroke


def test_the_pointer_follows_the_mouse_and_goes_when_it_rests(bench: Bench) -> None:
    pointer, stage = bench.window.presenter.pointer, bench.window.stage
    bench.key(Qt.Key.Key_I)
    assert not pointer.on  # nobody presents
    present(bench)
    pointer._rest.setInterval(30)
    bench.key(Qt.Key.Key_I)
    assert bench.window.actions_by_id["pointer"].isChecked()
    QTest.mouseMove(stage, QPoint(200, 150))
    assert pointer._at == QPoint(200, 150)
    colour = bench.window.grab().toImage().pixelColor(200, 150)
    assert (colour.red(), colour.blue()) == (255, 0x30)
    QTest.qWait(80)
    assert pointer._at is None
    assert bench.window.grab().toImage().pixelColor(200, 150) != colour
    QTest.mouseMove(stage, QPoint(220, 150))
    assert pointer._at == QPoint(220, 150)
    QApplication.sendEvent(stage, QEvent(QEvent.Type.Leave))
    assert pointer._at is None
    bench.key(Qt.Key.Key_Escape)
    assert not pointer.on
    assert not bench.window.actions_by_id["pointer"].isChecked()


# -- the larger picture ---------------------------------------------------------------------------------------------


def test_the_larger_picture_is_the_same_kept_and_painted_afresh() -> None:
    ground, size = Ground(), QRectF(0, 0, 1280, 720)
    for moment in (Step(Phase.SUM, 1), Step(Phase.GATE, 1), Step(Phase.GATE, 1)):
        scene = scene_at(view_at(step=moment), 1280 / 1.5, 720 / 1.5)
        pictures = [QImage(1280, 720, QImage.Format.Format_RGB32) for _ in range(2)]
        for picture, kept in zip(pictures, (ground, None), strict=True):
            with painting(picture) as painter:
                paint(painter, scene, size, ground=kept)
        assert pictures[0] == pictures[1]


@pytest.mark.parametrize("hidden", [(8, 8), (3,), (8,) * 6, (24, 24), (60, 12)])
@pytest.mark.parametrize("step", [None, Step(Phase.GATE_BACK, 1)])
def test_no_text_of_the_picture_is_smaller_than_16_pixels_of_720(hidden: tuple[int, ...], step: Step | None) -> None:
    scale = enlargement(QSize(1280, 720))
    scene = scene_at(view_at(example_session(hidden), step), 1280 / scale, 720 / scale)
    texts = [item for item in scene.items if isinstance(item, Text)]
    assert min(text.size for text in texts) * scale >= 16
    assert all(-1 <= text.x <= scene.width + 1 and 0 <= text.y <= scene.height for text in texts)
