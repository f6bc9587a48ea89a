"""Links by the mouse, on the real window: told of under it, pinned by a click; and the account of what is pinned."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from tests.gui.window_bench import NONE, Bench, bench, settings
from twostroke.gui.model.choices import LinkRef, NeuronRef
from twostroke.gui.panels.account.account_panel import AccountPanel
from twostroke.gui.panels.neuron.inspector import InspectorPanel

__all__ = ["bench", "settings"]

WANTED = LinkRef(2, 3, 5)


def spot(bench: Bench, link: LinkRef) -> QPoint:
    """A point of the stage where the mouse finds that link."""
    stage = bench.window.stage
    assert stage.scene is not None
    found = stage.scene.link_targets[link.layer - 1]
    place = list(zip(found.source.tolist(), found.target.tolist(), strict=True)).index((link.source, link.target))
    for share in (0.05, 0.1, 0.15, 0.3, 0.5, 0.7, 0.9):
        x = found.x1 + share * (found.x2 - found.x1)
        y = float(found.y1[place] + share * (found.y2[place] - found.y1[place]))
        seen = stage.camera.to_screen(x, y)
        point = QPoint(round(seen[0]), round(seen[1]))
        if stage.place_at(point.x(), point.y()) == link:
            return point
    raise AssertionError("the link is nowhere the nearest one")


def label(bench: Bench) -> tuple[str, ...]:
    assert bench.window.stage.scene is not None
    return bench.window.stage.scene.texts("label")


def click(bench: Bench, point: QPoint) -> None:
    QTest.mouseClick(bench.window.stage, Qt.MouseButton.LeftButton, NONE, point)
    QApplication.processEvents()


def test_a_link_under_the_mouse_is_told_of(bench: Bench) -> None:
    QTest.mouseMove(bench.window.stage, spot(bench, WANTED))
    assert bench.controller.choices.hovered == WANTED
    assert label(bench)[0] == "hidden 1 · 4 → hidden 2 · 6"
    assert {"w", "w · a"} <= set(label(bench))
    assert "Enter" not in label(bench), "the keys stand elsewhere"
    scene = bench.window.stage.scene
    assert scene is not None
    assert any(item.role == "walked" for item in scene.items), "and outlined"
    QTest.mouseMove(bench.window.stage, QPoint(3, 3))
    assert label(bench) == ()


def test_a_click_pins_a_link_and_another_one_lets_go(bench: Bench) -> None:
    point = spot(bench, WANTED)
    click(bench, point)
    chosen = bench.controller.choices
    assert (chosen.pinned_link, chosen.selected) == (WANTED, NeuronRef(2, 5))
    QTest.mouseMove(bench.window.stage, QPoint(3, 3))
    assert label(bench)[0] == "hidden 1 · 4 → hidden 2 · 6", "what is pinned stays told of"
    click(bench, point)
    chosen = bench.controller.choices
    assert chosen.pinned_link is chosen.selected is None


def test_the_row_of_a_pinned_link_is_chosen(bench: Bench) -> None:
    """The buttons freeze and cut what is outlined, not the row of before."""
    table = bench.window.panel(InspectorPanel).hand.table
    click(bench, spot(bench, WANTED))
    assert table.place == "l2.weight[5,3]"
    table.choose("l2.weight[5,0]")
    bench.controller.refresh()
    assert table.place == "l2.weight[5,0]", "another row can be chosen all the same"
    click(bench, spot(bench, LinkRef(2, 4, 5)))
    assert table.place == "l2.weight[5,4]"


def test_links_are_found_where_a_magnified_network_shows_them_and_not_below_it(bench: Bench) -> None:
    stage = bench.window.stage
    point = spot(bench, WANTED)
    stage.zoom_around(point.x(), point.y(), 3.0)
    assert stage.place_at(point.x(), point.y()) == WANTED
    assert stage.scene is not None
    hidden = [stage.place_at(x, stage.height() - 4.0) for x in range(0, stage.width(), 3)]
    assert hidden == [None] * len(hidden), "the legend is there"


def test_what_is_pinned_is_brought_into_view(bench: Bench) -> None:
    """In a low window its account stood below the edge of its column."""
    bench.window.resize(1280, 600)
    QApplication.processEvents()
    account = bench.window.panel(AccountPanel)
    area = next(a for a in bench.window.findChildren(QScrollArea) if a.isAncestorOf(account))
    assert account.mapTo(area, QPoint(0, 0)).y() > area.height() // 2
    click(bench, spot(bench, WANTED))
    assert account.mapTo(area, QPoint(0, 0)).y() == 0
    area.verticalScrollBar().setValue(area.verticalScrollBar().value() + 60)
    click(bench, spot(bench, LinkRef(2, 3, 4)))
    assert account.mapTo(area, QPoint(0, 0)).y() == 0, "the head of what is new, not the place where one read"


def test_a_column_that_comes_back_begins_with_what_is_pinned(bench: Bench) -> None:
    """Its heading was above the edge."""
    bench.window.resize(960, 600)
    QApplication.processEvents()
    account = bench.window.panel(AccountPanel)
    assert not account.isVisible()
    click(bench, spot(bench, LinkRef(1, 0, 2)))
    area = next(a for a in bench.window.findChildren(QScrollArea) if a.isAncestorOf(account))
    assert account.isVisible()
    assert account.mapTo(area, QPoint(0, 0)).y() == 0
