"""Two networks side by side in the whole window, in step: how often they are painted, and how far they go."""

from typing import TYPE_CHECKING

from twostroke.gui.cli.bench.live import FRAMES, LIVE_RUNS
from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.pictures import application
from twostroke.gui.cli.bench.report import Goal, Section, Table, amount
from twostroke.gui.cli.bench.whole_window import WINDOW_SIZE, whole_window
from twostroke.gui.cli.bench.work import whole_sessions
from twostroke.gui.model.differences import Difference

if TYPE_CHECKING:
    from twostroke.engine.session.spec import Session
    from twostroke.gui.cli.bench.whole_window import Frames

OTHER = Difference("activation", "tanh")


def beside(options: Options) -> Section:
    """Frames a second of two networks in step, updates a second of each, and the longest gap between two frames."""
    application()
    with whole_sessions() as sessions:
        chosen = options.chosen(sessions)
        found = {name: _measured(session, options.in_window(LIVE_RUNS)) for name, session in chosen.items()}
    data = {
        name: {
            "frames_per_second": _rate(frames),
            "updates_per_second": _speed(frames),
            "longest_gap": max(frames.gaps),
        }
        for name, frames in found.items()
    }
    rows = tuple(
        (name, amount(_rate(frames)), f"{_speed(frames):,.0f}", f"{1000 * max(frames.gaps):.0f} ms")
        for name, frames in found.items()
    )
    width, height = WINDOW_SIZE
    title = f"Two networks side by side in step, {width} × {height}, all panels open"
    goals = tuple(
        Goal("beside", f"{name}, frames a second of two side by side", _rate(found[name]), FRAMES[name], True)
        for name in ("small",)
        if name in found
    )
    columns = ("network", "frames per second", "updates per second", "longest gap")
    return Section("beside", data, (Table(title, columns, rows),), goals)


def _measured(session: "Session", seconds: float) -> "Frames":
    with whole_window(session) as watched:
        company = watched.window.company
        try:
            company.add(OTHER)
            watched.until(lambda: bool(company.comparison.views))
            return watched.live(seconds)
        finally:
            company.close()


def _rate(frames: "Frames") -> float:
    return (len(frames.ends) - 1) / frames.seconds


def _speed(frames: "Frames") -> float:
    return frames.trained / frames.seconds
