"""The window as the bench has it: whole, unfolded, and its pictures counted. Nothing here judges how fast it is."""

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QApplication

from twostroke.gui.cli.bench import heavy
from twostroke.gui.cli.bench.live import _plain
from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.rounds import Timings
from twostroke.gui.cli.bench.whole_window import SHOWN, WINDOW_SIZE, Frames, whole_window
from twostroke.gui.cli.bench.work import whole_sessions
from twostroke.gui.cli.subcommands.speech import WorkFailed
from twostroke.gui.panels.base.panel import Panel


def test_everything_is_open_and_pictures_are_counted_while_it_trains(qapp: QApplication) -> None:
    places = QStandardPaths.StandardLocation
    folders = [
        Path(QStandardPaths.writableLocation(of)) for of in (places.GenericConfigLocation, places.AppDataLocation)
    ]
    before = [sorted(folder.rglob("*")) for folder in folders]
    with whole_sessions() as sessions, whole_window(sessions["small"]) as watched:
        window, controller = watched.window, watched.controller
        panels = [panel for panel in window.panels.values() if isinstance(panel, Panel) and panel is not window.lesson]
        assert all(panel.content.isVisible() for panel in panels)
        assert (window.width(), window.height()) == WINDOW_SIZE
        assert controller.choices.selected == SHOWN
        assert controller.snapshot is not None
        assert controller.snapshot.update == 0
        found = watched.live(0.3)
        assert found.seconds >= 0.3
        assert found.trained > 0
        assert len(found.updates) == len(found.ends) == len(found.gaps) + 1
        assert sum(found.gaps) == pytest.approx(found.seconds)
        assert not controller.playing
        window.stage.repaint()
        watched.frames = Frames()
        window.stage.repaint()
        assert watched.frames.ends == [], "a picture that shows nothing new is no frame"
    assert [sorted(folder.rglob("*")) for folder in folders] == before


def test_training_that_fails_is_told(qapp: QApplication) -> None:
    with whole_sessions() as sessions, whole_window(sessions["small"]) as watched:
        watched.failures.append(RuntimeError("no"))
        with pytest.raises(WorkFailed, match="could not be measured"):
            watched.live(0.1)


def test_shares_and_gaps_come_from_the_rounds() -> None:
    seconds = {"headless": (1.0, 1.0), "live": (2.0, 2.0), "frames": (0.1, 0.1)}
    timings = Timings({**seconds, "window": (4.0, 4.0), "window frames": (0.02, 0.02)})
    found = _plain((timings, [0.5, 0.25, 1.25]))
    assert found["share"]["median"] == 0.5
    assert found["window"]["share"]["median"] == 0.25
    assert found["window"]["frames_per_second"] == pytest.approx(50.0)
    assert (found["window"]["longest_gap"], found["window"]["seconds"]) == (1.25, 2.0)
    assert found["frames_per_second"] == pytest.approx(10.0)


def test_large_sessions_are_told_by_their_frames() -> None:
    frames = Frames([10.0, 10.25, 11.0], [100, 200, 500])
    section = heavy.told(dict.fromkeys(heavy.sessions(), frames))
    assert section.data["deep"] == {
        "frames_per_second": 2.0,
        "longest_gap": 0.75,
        "seconds": 1.0,
        "updates_per_second": 400.0,
    }
    assert section.tables[0].rows[1] == ("deep", "50 layers of 8", "2", "750 ms", "1", "400")
    assert [(goal.value, goal.bound, goal.reached) for goal in section.goals] == [(2.0, 30.0, False)] * 3


def test_large_sessions_are_as_large_as_they_say() -> None:
    found = {name: session for name, (_, session) in heavy.sessions().items()}
    assert found["broad"].widths[1:-1] == (300, 300)
    assert found["deep"].widths[1:-1] == (8,) * 50
    assert found["crowded"].data.rows == 20_000


@pytest.mark.slow
def test_large_sessions_are_measured(qapp: QApplication) -> None:
    section = heavy.heavy(Options(0.001))
    assert set(section.data) == set(heavy.sessions())
    assert all(each["seconds"] > 0.0 for each in section.data.values())
