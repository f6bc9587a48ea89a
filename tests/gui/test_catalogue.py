"""The catalogue of functions: what it says, how it is sifted, and how a function gets from there into the network."""

import math
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.engine.test_one_entry import NEW, add
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.compute import gate_costs, warmup
from twostroke.engine.compute.gate_costs import GateCost
from twostroke.engine.files.patience import somebody_waits
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.bridge import Bridge
from twostroke.gui.drive.controller import Controller
from twostroke.gui.look.carried import as_load
from twostroke.gui.model.function_places import place_of, places
from twostroke.gui.model.functions_page import FILTERS, SORTINGS, curve_of, formulas, in_use, wanted
from twostroke.gui.panels.catalogue.catalogue_page import CataloguePage
from twostroke.gui.panels.catalogue.function_card import Card
from twostroke.gui.panels.network.network_panel import NetworkPanel
from twostroke.gui.panels.output.output_panel import OutputPanel
from twostroke.gui.shell.main_window import MainWindow
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.waiting import Job

__all__ = ["bench", "settings"]


@pytest.fixture(autouse=True)
def measured_on_paper(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No figure is measured, and none is kept where the user's are."""
    monkeypatch.setattr(gate_costs, "folder", lambda: tmp_path)
    monkeypatch.setattr(gate_costs, "measured", lambda name: GateCost(name, 2.0 if name == "gelu" else 0.5, 0.25))


@pytest.fixture
def page(bench: Bench) -> CataloguePage:
    bench.key(Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    window = bench.window.catalogue.window
    assert window is not None
    QTest.qWaitForWindowExposed(window)
    return window.page


# -- what it says ------------------------------------------------------------------------------------------------


def test_filters_and_search_find_what_is_so() -> None:
    def found(text: str = "", **filters: bool) -> set[str]:
        return set(wanted(CATALOGUE, text, filters, "catalogue", {}))

    assert found() == set(CATALOGUE)
    assert found(saturating=True) == {"step", "sigmoid", "tanh", "softmax"}
    assert found(zero_centred=True) == {"identity", "tanh"}
    assert found(learned=True) == {"prelu", "swish_beta", "quadratic"}
    assert found(bounded=True) == {"step", "sigmoid", "tanh", "softmax"}
    assert found(one_mask=True) == {"identity", "relu", "leaky_relu", "prelu"}
    assert found(output_only=True) == {"softmax"}
    assert found(smooth=False) >= {"step", "relu", "leaky_relu", "prelu", "elu", "selu"}
    assert found(smooth=False, learned=True) == {"prelu"}
    assert found("swish") >= {"silu", "swish_beta"}
    assert found("TRANSFORMERS") == {"gelu"}
    assert found("probability deaf") == {"sigmoid"}
    assert found("nothing has all of these words") == set()


@pytest.mark.parametrize("sorting", [each.id for each in SORTINGS])
def test_every_order_has_all_of_them(sorting: str) -> None:
    costs = {name: float(len(name)) for name in CATALOGUE if name != "relu"}
    order = wanted(CATALOGUE, "", {}, sorting, costs)
    assert sorted(order) == sorted(CATALOGUE)
    if sorting == "cost":
        assert order[-1] == "relu"  # which is not known yet
        assert [costs[name] for name in order[:-1]] == sorted(costs.values())
    if sorting == "name":
        assert order[0] == "elu"
    if sorting == "range":
        assert order[:3] == ["step", "sigmoid", "softmax"]


@pytest.mark.parametrize("name", CATALOGUE)
def test_curves_are_the_functions(name: str) -> None:
    """Values of f against the entry itself, and f' against its central difference, away from kinks."""
    entry, curve = CATALOGUE[name], curve_of(CATALOGUE[name])
    p = entry.numbers({})
    if entry.output_only:  # of two outputs, the other at 0
        assert np.allclose(curve.f, [math.exp(z) / (math.exp(z) + 1.0) for z in curve.z], rtol=1e-12)
        return
    assert curve.f.tolist() == [entry.pair(float(z), p)[0] for z in curve.z]
    nudge = 1e-6
    for z, slope in zip(curve.z.tolist(), curve.slope.tolist(), strict=True):
        if all(abs(z - kink) > 1e-3 for kink in entry.kinks):
            measured = (entry.pair(z + nudge, p)[0] - entry.pair(z - nudge, p)[0]) / (2 * nudge)
            assert abs(measured - slope) < 1e-8
    assert curve.forward is not None
    if entry.one_mask:
        assert np.allclose(curve.forward, curve.slope, rtol=1e-12, atol=0.0)
    elif p == (0.0, 0.0, 0.0):
        assert not np.array_equal(curve.forward, curve.slope)


def test_every_function_is_typeset() -> None:
    assert all(all(formulas(entry)) for entry in CATALOGUE.values())


def test_places_are_the_layers_that_can_have_it() -> None:
    session = Session.model_validate(
        {"data": "moons", "network": {"layers": [{"units": 3, "activation": "tanh"}, {"units": 2}]}}
    )
    network = session.network
    assert [place.key for place in places(network, CATALOGUE["relu"])] == ["1", "2", "A", "O"]
    assert [place.key for place in places(network, CATALOGUE["softmax"])] == ["O"]
    assert place_of(network, 0, CATALOGUE["relu"]) is None
    assert place_of(network, 1, CATALOGUE["softmax"]) is None
    assert place_of(network, 4, CATALOGUE["relu"]) is None
    assert place_of(network, 3, CATALOGUE["softmax"]) is not None
    assert in_use(network, "tanh") == "hidden 1"
    assert in_use(network, "gelu") == ""
    without = Session.model_validate({"data": "moons", "network": {"layers": []}}).network
    assert [place.key for place in places(without, CATALOGUE["relu"])] == ["O"]


# -- the page ----------------------------------------------------------------------------------------------------


def test_all_functions_are_there_with_what_they_cost(page: CataloguePage, bench: Bench) -> None:
    assert page.shown == tuple(CATALOGUE)
    assert page.isVisible()
    window = bench.window.catalogue.window
    wait_for(lambda: page.cards["gelu"].cost.text() == "2 ns, 8 × identity")
    wait_for(lambda: page.cards["relu"].cost.text() == "0.5 ns, 2 × identity")
    wait_for(lambda: not page._plain)
    assert all(card.f.is_set and card.slope.is_set for card in page.cards.values())
    assert "mini-batch of 64" in page.measured_on.text()
    assert page.cards["relu"].where.text() == "in use: hidden 1, hidden 2"
    page.sorting.setCurrentIndex(page.sorting.findData("cost"))
    assert page.shown[-1] == "gelu"
    assert window is not None
    assert window.grab().toImage().width() == window.width()


def test_a_figure_that_is_not_there_yet_is_said_to_be_measured(page: CataloguePage) -> None:
    page.show_costs({}, {}, "")
    assert page.cards["relu"].cost.text() == "being measured …"


def test_a_chip_asks_for_a_property_then_for_its_contrary(page: CataloguePage) -> None:
    chip = page.chips["saturating"]
    seen = []
    for _ in range(3):
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
        seen.append((chip.text(), chip.isChecked(), len(page.shown)))
    assert seen == [("saturating", True, 4), ("not saturating", True, 11), ("saturating", False, 15)]
    assert {each.id for each in FILTERS} == set(page.chips)


def test_what_is_typed_is_searched(page: CataloguePage) -> None:
    QTest.keyClicks(page.search, "swish")
    assert set(page.shown) >= {"silu", "swish_beta"}
    assert not page.cards["relu"].isVisible()
    assert page.count.text() == f"{len(page.shown)} of 15"
    page.search.setText("xyzzy")
    assert page.nothing.isVisible()
    page.search.clear()
    assert page.shown == tuple(CATALOGUE)
    assert not page.nothing.isVisible()


@pytest.mark.parametrize("size", [(516, 600), (1280, 680), (1920, 1000)])
def test_cards_stand_side_by_side_without_covering_each_other(page: CataloguePage, size: tuple[int, int]) -> None:
    page.window().resize(*size)
    QApplication.processEvents()
    columns = {page.cards[name].x() for name in page.shown}
    assert len(columns) == {516: 1, 1280: 2, 1920: 4}[size[0]]
    shown = [page.cards[name].geometry() for name in page.shown]
    assert not any(a.intersects(b) for i, a in enumerate(shown) for b in shown[:i])
    assert all(card.right() <= page.area.widget().width() for card in shown)


def test_escape_closes_it_and_the_key_brings_it_back(page: CataloguePage, bench: Bench) -> None:
    window = page.window()
    QTest.keyClick(page.cards["relu"], Qt.Key.Key_Escape)
    assert not window.isVisible()
    bench.window.show_catalogue()
    assert window.isVisible()
    assert bench.window.catalogue.window is window


def test_arrows_lead_from_card_to_card(page: CataloguePage) -> None:
    page.window().resize(1280, 680)
    QApplication.processEvents()
    page.cards["identity"].setFocus()
    for key, there in ((Qt.Key.Key_Right, "step"), (Qt.Key.Key_Down, "tanh"), (Qt.Key.Key_Left, "sigmoid")):
        QTest.keyClick(QApplication.focusWidget() or page, key)
        assert QApplication.focusWidget() is page.cards[there]
    for _ in range(2):  # above the first row there is none
        QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Up)
        assert QApplication.focusWidget() is page.cards["identity"]


@pytest.mark.parametrize("entry", NEW[:1])
def test_an_entry_that_is_added_is_on_the_page(bench: Bench, monkeypatch: pytest.MonkeyPatch, entry: object) -> None:
    add(monkeypatch, entry)  # type: ignore[arg-type]
    bench.window.show_catalogue()
    window = bench.window.catalogue.window
    assert window is not None
    card = window.page.cards["newcomer"]
    assert "newcomer" in window.page.shown
    assert card.f.accessibleName() == "f(z) = new(z)"
    wait_for(lambda: card.cost.text().startswith("0.5 ns"))
    assert [place.key for place in card.places] == ["1", "2", "A", "O"]


# -- into the network --------------------------------------------------------------------------------------------


def activations(bench: Bench) -> list[str]:
    assert bench.controller.snapshot is not None
    network = bench.controller.snapshot.session.network
    return [*(layer.activation.name for layer in network.layers), network.output.activation.name]


def drag(onto: QWidget, load: QMimeData, at: QPointF) -> bool:
    """As a window system does it: enter, move, and where that is accepted, drop. Whether it was."""
    held = (Qt.DropAction.CopyAction, load, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(at.toPoint(), *held)
    QApplication.sendEvent(onto, enter)
    if not enter.isAccepted():
        return False
    move = QDragMoveEvent(at.toPoint(), *held)
    move.accept()
    QApplication.sendEvent(onto, move)
    if not move.isAccepted():
        QApplication.sendEvent(onto, QDragLeaveEvent())
        return False
    drop = QDropEvent(at, *held)
    QApplication.sendEvent(onto, drop)
    return drop.isAccepted()


def middle_of(bench: Bench, layer: int) -> QPointF:
    scene = bench.window.stage.scene
    assert scene is not None
    return QPointF(bench.window.stage.camera.to_screen(scene.marks[layer].x, 0.0)[0], 200.0)


def test_a_card_is_dragged_with_its_name(page: CataloguePage, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[QMimeData] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: loads.append(drag.mimeData()))
    card = page.cards["gelu"]
    QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    QTest.mouseMove(card, QPoint(62, 61))
    assert not loads
    QTest.mouseMove(card, QPoint(90, 90))
    assert len(loads) == 1
    assert bytes(loads[0].data("application/x-twostroke-activation").data()) == b"gelu"
    assert loads[0].text() == "GELU"
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=QPoint(90, 90))


@pytest.mark.parametrize("layer", [1, 2])
def test_a_function_is_dropped_on_a_layer_of_the_picture_and_undone(bench: Bench, layer: int) -> None:
    before = activations(bench)
    assert drag(bench.window.stage, as_load("gelu"), middle_of(bench, layer))
    after = activations(bench)
    assert after[layer - 1] == "gelu"
    assert after[: layer - 1] + after[layer:] == before[: layer - 1] + before[layer:]
    bench.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, bench.window.stage)
    assert bench.link.sent[-1] == "Undo"


def test_the_engine_takes_what_is_dropped_and_takes_it_back(qtbot: QtBot, settings: QSettings) -> None:
    warmup.compile_kernels("float32")
    bridge = Bridge(Session.model_validate({"network": {"layers": [{"units": 4}, {"units": 3}]}}))
    window = MainWindow(Controller(bridge), Preferences(settings))
    window.show()
    bridge.start()
    try:
        names = lambda: [layer.activation.name for layer in window.controller.snapshot.session.network.layers]  # noqa: E731
        qtbot.waitUntil(lambda: window.stage.scene is not None, timeout=60_000)
        at = QPointF(window.stage.camera.to_screen(window.stage.scene.marks[2].x, 0.0)[0], 200.0)
        assert drag(window.stage, as_load("elu"), at)
        qtbot.waitUntil(lambda: names() == ["relu", "elu"], timeout=60_000)
        window.actions_by_id["undo"].trigger()
        qtbot.waitUntil(lambda: names() == ["relu", "relu"], timeout=60_000)
    finally:
        window.controller.stop()
        bridge.stop()
        window.document.may_go = lambda: True  # type: ignore[method-assign]
        window.close()
        window.deleteLater()


def test_a_function_is_dropped_on_the_output(bench: Bench) -> None:
    assert drag(bench.window.stage, as_load("tanh"), middle_of(bench, 3))
    assert activations(bench)[-1] == "tanh"


def test_where_it_would_land_is_marked_and_said(bench: Bench) -> None:
    stage = bench.window.stage
    plain = stage.grab().toImage()
    held = (Qt.DropAction.CopyAction, as_load("tanh"), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(stage, QDragEnterEvent(middle_of(bench, 2).toPoint(), *held))
    QApplication.sendEvent(stage, QDragMoveEvent(middle_of(bench, 2).toPoint(), *held))
    assert stage._landing is not None
    assert (stage._landing.layer, stage._landing.text) == (2, "tanh in hidden 2")
    assert stage.grab().toImage() != plain
    QApplication.sendEvent(stage, QDropEvent(QPointF(-5, -5), *held))
    assert stage._landing is None


@pytest.mark.parametrize(("name", "layer"), [("softmax", 1), ("relu", 0)])
def test_where_it_cannot_be_nothing_is_dropped(bench: Bench, name: str, layer: int) -> None:
    before = activations(bench)
    assert not drag(bench.window.stage, as_load(name), middle_of(bench, layer))
    assert activations(bench) == before


@pytest.mark.parametrize("content", [b"", b"no function", b"\xff\xfe", b"relu\0"])
def test_what_is_no_function_is_not_taken(bench: Bench, content: bytes) -> None:
    load = QMimeData()
    load.setData("application/x-twostroke-activation", content)
    assert not drag(bench.window.stage, load, middle_of(bench, 1))
    row = bench.window.panel(NetworkPanel).layer_rows[0]
    assert not drag(row, load, QPointF(5, 5))


def test_a_function_is_dropped_on_a_row_of_the_panel(bench: Bench) -> None:
    panel = bench.window.panel(NetworkPanel)
    assert drag(panel.layer_rows[1], as_load("elu"), QPointF(5, 5))
    assert activations(bench)[1] == "elu"
    assert drag(panel.layer_rows[0].activation, as_load("tanh"), QPointF(5, 5))
    assert activations(bench)[:2] == ["tanh", "elu"]
    assert drag(panel.every, as_load("selu"), QPointF(5, 5))
    assert activations(bench)[:2] == ["selu", "selu"]
    assert drag(panel.output, as_load("identity"), QPointF(5, 5))
    assert activations(bench)[2] == "identity"
    assert not drag(panel.layer_rows[0], as_load("softmax"), QPointF(5, 5))


def test_keys_use_a_function(page: CataloguePage, bench: Bench) -> None:
    before = activations(bench)
    QTest.keyClick(page.cards["elu"], Qt.Key.Key_2)
    assert activations(bench)[:2] == [before[0], "elu"]
    QTest.keyClick(page.cards["tanh"], Qt.Key.Key_A)
    assert activations(bench)[:2] == ["tanh", "tanh"]
    wait_for(lambda: page.cards["tanh"].where.text() == "in use: hidden 1, hidden 2")
    QTest.keyClick(page.cards["softmax"], Qt.Key.Key_1)  # has no such place
    assert activations(bench)[:2] == ["tanh", "tanh"]
    QTest.keyClick(page.cards["relu"], Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert bench.link.sent[-1] == "Undo"


def test_the_button_lists_the_layers(page: CataloguePage, bench: Bench) -> None:
    card: Card = page.cards["silu"]
    QTest.mouseClick(card.use, Qt.MouseButton.LeftButton)
    menu = card.findChild(QMenu)
    assert menu is not None
    texts = [action.text() for action in menu.actions()]
    assert texts[0] == "hidden 1 (now ReLU)\t1"
    assert texts[2:] == ["all hidden layers\tA", "output (now sigmoid)\tO"]
    menu.actions()[2].trigger()
    menu.close()
    assert activations(bench)[:2] == ["silu", "silu"]


def test_the_list_of_a_layer_leads_to_the_page(bench: Bench) -> None:
    combo = bench.window.panel(NetworkPanel).layer_rows[0].activation
    combo.showPopup()
    QTest.mouseClick(combo.names.catalogue, Qt.MouseButton.LeftButton)
    window = bench.window.catalogue.window
    assert window is not None
    assert window.isVisible()
    assert activations(bench)[0] == "relu"
    assert bench.window.panel(OutputPanel).isVisible()


def wait_for(holds: object, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:  # type: ignore[operator]
        QTest.qWait(10)
    assert holds()  # type: ignore[operator]


def test_measuring_stops_with_the_window_and_goes_on_with_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    go_on = threading.Semaphore(2)

    def one(name: str) -> GateCost:
        assert go_on.acquire(timeout=20.0)
        done.append(name)
        return GateCost(name, 1.0, 1.0)

    monkeypatch.setattr(gate_costs, "measured", one)
    bench.window.show_catalogue()
    window = bench.window.catalogue.window
    assert window is not None
    wait_for(lambda: len(done) == 2)
    window.close()
    go_on.release(100)
    wait_for(lambda: window.measuring._job is None)
    stopped = len(done)
    assert stopped < len(CATALOGUE)
    window.show()
    wait_for(lambda: len(done) >= len(CATALOGUE))
    assert sorted(done) == sorted(CATALOGUE)
    wait_for(lambda: all("identity" in card.cost.text() for card in window.page.cards.values()))


@pytest.mark.parametrize("waited_for", [True, False])
def test_training_steps_back_only_for_work_that_is_waited_for(waited_for: bool) -> None:
    job = Job(somebody_waits, waited_for=waited_for)
    job.start()
    assert job.wait(20.0)
    assert job.result() is waited_for
