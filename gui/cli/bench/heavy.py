"""Sessions that ask much of the window: broad layers, many layers, many points in the map; trained at full speed."""

from typing import Any

from twostroke.engine.session.spec import Session
from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.report import Goal, Section, Table, amount
from twostroke.gui.cli.bench.whole_window import WINDOW_SIZE, Frames, whole_window

RUNS = 120
"""A run is so many times as long as others: 6 s, unless asked otherwise."""

FRAMES = 30.0
"""Goal: frames a second."""


def sessions() -> dict[str, tuple[str, Session]]:
    """Name -> what it is, and the session."""
    return {
        "broad": ("two layers of 300", _session([300, 300], 1_000)),
        "deep": ("50 layers of 8", _session([8] * 50, 1_000)),
        "crowded": ("20,000 points in the map", _session([8, 8], 20_000)),
    }


def _session(widths: list[int], samples: int) -> Session:
    layers = [{"units": units, "activation": "tanh"} for units in widths]
    optimizer = {"name": "sgd", "learning_rate": 1e-3}  # so small that no run leaves the finite numbers
    return Session.model_validate(
        {
            "data": {"name": "spiral", "samples": samples},
            "network": {"layers": layers},
            "training": {"optimizer": optimizer},
        }
    )


def heavy(options: Options) -> Section:
    """Frames a second, and the longest gap between two, in the whole window."""
    seconds = options.in_window(RUNS)
    found = {}
    for name, (_, session) in sessions().items():
        with whole_window(session) as watched:
            found[name] = watched.live(seconds)
    return told(found)


def told(found: dict[str, Frames]) -> Section:
    """Frames as a table, goals and JSON. Pure."""
    titles = {name: title for name, (title, _) in sessions().items()}
    data = {name: _plain(frames) for name, frames in found.items()}
    rows = tuple(
        (
            name,
            titles[name],
            amount(each["frames_per_second"]),
            f"{1000 * each['longest_gap']:.0f} ms",
            amount(round(each["seconds"], 1)),
            amount(each["updates_per_second"]),
        )
        for name, each in data.items()
    )
    width, height = WINDOW_SIZE
    title = f"Large sessions in the whole window, {width} × {height}, training"
    columns = ("session", "what it has", "frames per second", "longest gap", "of seconds", "updates per second")
    goals = tuple(
        Goal("heavy", f"{name}, frames a second", each["frames_per_second"], FRAMES, True)
        for name, each in data.items()
    )
    return Section("heavy", data, (Table(title, columns, rows, names=2),), goals)


def _plain(frames: Frames) -> dict[str, Any]:
    return {
        "frames_per_second": (len(frames.ends) - 1) / frames.seconds,
        "longest_gap": max(frames.gaps),
        "seconds": frames.seconds,
        "updates_per_second": frames.trained / frames.seconds,
    }
