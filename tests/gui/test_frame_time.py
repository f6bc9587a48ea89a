"""Where the bench says that the time of a frame goes. Nothing here judges how much it is."""

import time
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from twostroke.gui.cli.bench import frame_time
from twostroke.gui.cli.bench.whole_window import whole_window
from twostroke.gui.cli.bench.work import whole_sessions
from twostroke.gui.panels.output.output_panel import OutputPanel


def test_calls_within_calls_have_their_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0

    def work(seconds: float) -> str:
        nonlocal now
        now += seconds
        return "done"

    monkeypatch.setattr(time, "thread_time", lambda: now)
    shares, thing = frame_time.Shares(), SimpleNamespace(inner=lambda: work(3.0))
    thing.outer = lambda: (work(1.0), thing.inner(), work(1.0))
    before = vars(thing).copy()
    with shares.within(thing, "inner", "inner"), shares.within(thing, "outer", "outer"):
        assert thing.outer() == ("done", "done", "done")
        assert thing.inner() == "done"
    assert shares.seconds == {"outer": 2.0, "inner": 6.0}
    assert vars(thing) == before


def test_what_fails_is_timed_and_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = frame_time.Shares()
    with pytest.raises(ZeroDivisionError):
        shares.timed("failing", lambda: 1 / 0)()
    assert set(shares.seconds) == {"failing"}


def test_a_frame_is_told_part_by_part_and_the_window_stays_as_it_was(qapp: QApplication) -> None:
    with whole_sessions() as sessions, whole_window(sessions["small"]) as watched:
        window = watched.window
        own = {widget: set(vars(widget)) for widget in (window.stage, *window.panels.values())}
        live = frame_time.of_live(watched, 0.4)
        assert {widget: set(vars(widget)) for widget in own} == own
    film = frame_time.of_film(sessions["small"], 0.02)
    assert list(live) == [*frame_time.LIVE, "rest", "together", "every"]
    assert list(film) == [*frame_time.FILM, "rest", "together"]
    for found, parts in ((live, frame_time.LIVE), (film, frame_time.FILM)):
        assert all(found[part] > 0.0 for part in ("scene", "painting"))
        assert sum(found[part] for part in (*parts, "rest")) == pytest.approx(found["together"], rel=0.01)
    section = frame_time.told({"small": live}, {"small": film})
    assert [table.columns[-1] for table in section.tables] == ["a frame every", "together"]
    assert section.data["small"] == {"live": live, "film": film}


def test_what_python_paints_of_a_panel_is_found(qapp: QApplication) -> None:
    panel = OutputPanel()
    found = frame_time.painting_themselves(panel)
    assert panel.heading in found
    assert not any(type(widget) is QLabel for widget in found)
    panel.deleteLater()
