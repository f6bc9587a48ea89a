"""The table of panels: an entry is all that a panel needs to stand in the window, be fed, be heard and be dressed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, QSettings
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.gui.window_bench import Bench, settings
from twostroke.engine.border.commands import Reset
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Choices, NeuronRef, Theme
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.table import PANELS, Entry, Side
from twostroke.gui.shell import window_panels

__all__ = ["settings"]


class Newcomer(Panel):
    """A panel that the window has never heard of."""

    TITLE = "Newcomer"
    live_seconds = 0.0
    seen: ViewState | None = None

    def refresh(self, view: ViewState) -> None:
        self.seen = view


@pytest.fixture(params=list(Side), ids=[side.value for side in Side])
def side(request: pytest.FixtureRequest) -> Side:
    found: Side = request.param
    return found


@pytest.fixture
def bench(qtbot: QtBot, settings: QSettings, monkeypatch: pytest.MonkeyPatch, side: Side) -> Iterator[Bench]:
    monkeypatch.setattr(window_panels, "PANELS", (*PANELS, Entry("newcomer", Newcomer, side)))
    made = Bench(settings)
    yield made
    made.close()


def place(bench: Bench, part: QWidget) -> QRect:
    return QRect(part.mapTo(bench.window, QPoint(0, 0)), part.size())


def test_an_entry_is_all_that_a_panel_needs(bench: Bench, side: Side) -> None:
    panel = bench.window.panel(Newcomer)
    assert panel is bench.window.panels["newcomer"]
    at, stage = place(bench, panel), place(bench, bench.window.stage)
    beside = {
        Side.LEFT: at.right() < stage.left(),
        Side.RIGHT: at.left() > stage.right(),
        Side.BOTTOM: at.top() > stage.bottom() and at.width() > stage.width(),
    }
    assert [found for found, holds in beside.items() if holds] == [side]
    bench.link.engine.change(update=77)
    bench.link.deliver()
    assert panel.seen is not None
    assert panel.seen.snapshot.update == 77
    panel.command.emit(Reset())
    assert bench.link.sent[-1] == "Reset"
    panel.chosen.emit(lambda choices: replace(choices, selected=NeuronRef(1, 2)))
    assert bench.controller.choices.selected == NeuronRef(1, 2)
    bench.window.apply_look(Choices(theme=Theme.LIGHT))
    assert panel.palette_ is PALETTES[Theme.LIGHT]


def test_panels_have_one_id_and_one_title_each() -> None:
    assert len({entry.id for entry in PANELS}) == len(PANELS)
    titles = [entry.kind.TITLE for entry in PANELS]
    assert all(titles)
    assert len(set(titles)) == len(titles)


def test_heading_and_accessible_name_are_the_title(qtbot: QtBot) -> None:
    for entry in PANELS:
        panel = entry.kind()
        qtbot.addWidget(panel)
        assert panel.accessibleName() == entry.kind.TITLE
        if isinstance(panel, Panel):
            assert panel.heading.text() == entry.kind.TITLE
