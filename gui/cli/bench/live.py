"""Training beside the picture: in the whole window, and beside the stage alone. All painted without a screen."""

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent

from twostroke.engine.border import commands
from twostroke.engine.run.whole_run import CHUNK_SECONDS, compiled_trainer
from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.pictures import SIZE, application
from twostroke.gui.cli.bench.report import Goal, Section, Table, amount, rate
from twostroke.gui.cli.bench.rounds import Timings
from twostroke.gui.cli.bench.whole_window import WINDOW_SIZE, wait, whole_window
from twostroke.gui.cli.bench.work import whole_sessions
from twostroke.gui.cli.subcommands.speech import WorkFailed
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve

if TYPE_CHECKING:
    from twostroke.engine.session.spec import Session
    from twostroke.gui.cli.bench.whole_window import Watched

LIVE_RUNS = 40
"""A run beside a picture is so many times as long as others: 2 s, unless asked otherwise."""

ROUNDS = 3
SHARES = {"small": 0.9, "digits": 0.9, "wide": 0.6}
FRAMES = {"small": 59.0, "digits": 59.0, "wide": 40.0}
"""Goals: a timer of 16 ms gives 60 frames a second or a few more, and a run may begin or end between two of them."""

LONGEST_GAP = 50.0
"""Milliseconds."""


def live(options: Options) -> Section:
    """Updates a second beside the picture, as a share of those without a window; its frames, and the gaps in them."""
    application()
    with whole_sessions() as sessions:
        found = {name: _measured(session, options) for name, session in options.chosen(sessions).items()}
    goals = [goal for name, each in found.items() for goal in _goals(name, each)]
    return Section("live", {name: _plain(each) for name, each in found.items()}, _tables(found), tuple(goals))


def _measured(session: "Session", options: Options) -> tuple[Timings, list[float]]:
    """Seconds for an update and for a frame, a number for each round, and all gaps between frames of the window."""
    seconds, length = options.seconds * LIVE_RUNS, options.in_window(ROUNDS * LIVE_RUNS) / ROUNDS
    keys = ("headless", "live", "frames", "window", "window frames")
    found: dict[Any, list[float]] = {key: [] for key in keys}
    gaps: list[float] = []
    with whole_window(session) as watched:
        for _ in range(ROUNDS):
            trainer = compiled_trainer(session)  # anew: where its arrays happen to lie makes a tenth of its speed
            found["headless"].append(headless(trainer, seconds))
            for key, took in zip(("live", "frames"), _with_stage(session, seconds), strict=True):
                found[key].append(took)
            for key, took in zip(("window", "window frames"), _in_window(watched, length, gaps), strict=True):
                found[key].append(took)
    return Timings({name: tuple(values) for name, values in found.items()}), gaps


def _in_window(watched: "Watched", seconds: float, gaps: list[float]) -> tuple[float, float]:
    """Seconds for one update, and for one frame, in the whole window; its gaps are added to `gaps`."""
    frames = watched.live(seconds)
    gaps += frames.gaps
    return frames.seconds / max(1, frames.trained), frames.seconds / (len(frames.ends) - 1)


def headless(trainer: Any, seconds: float) -> float:
    """Seconds for one update, trained in chunks as `twostroke train` does."""
    chunk, done = 1, 0
    began = now = time.perf_counter()
    while now - began < seconds:
        before = now
        done += trainer.advance(chunk)
        now = time.perf_counter()
        if now - before < CHUNK_SECONDS / 2:
            chunk *= 2
    return (now - began) / done


# -- what is told ----------------------------------------------------------------------------------------------------

Measured = tuple[Timings, list[float]]


def _plain(found: Measured) -> dict[str, Any]:
    timings, gaps = found
    return {
        "headless": timings.rate("headless").as_object(),
        "live": timings.rate("live").as_object(),
        "share": timings.times("live", "headless").as_object(),
        "frames_per_second": timings.rate("frames").median,
        "window": {
            "live": timings.rate("window").as_object(),
            "share": timings.times("window", "headless").as_object(),
            "frames_per_second": timings.rate("window frames").median,
            "longest_gap": max(gaps),
            "seconds": sum(gaps),
            "size": list(WINDOW_SIZE),
        },
    }


def _tables(found: dict[str, Measured]) -> tuple[Table, ...]:
    columns = ("network", "headless", "updates per second", "share", "frames per second")
    width, height = WINDOW_SIZE
    window = Table(
        f"Training in the whole window, {width} × {height}, all panels open",
        (*columns, "longest gap", "of seconds"),
        tuple(
            (*_row(name, timings, "window", "window frames"), f"{1000 * max(gaps):.0f} ms", amount(round(sum(gaps), 1)))
            for name, (timings, gaps) in found.items()
        ),
    )
    width, height = SIZE
    rows = tuple(_row(name, timings, "live", "frames") for name, (timings, _) in found.items())
    return window, Table(f"Training beside the stage alone, {width} × {height}", columns, rows)


def _row(name: str, timings: Timings, updates: str, frames: str) -> tuple[str, ...]:
    return (
        name,
        rate(timings.rate("headless")),
        rate(timings.rate(updates)),
        amount(timings.times(updates, "headless").median, "%"),
        amount(timings.rate(frames).median),
    )


def _goals(name: str, found: Measured) -> list[Goal]:
    timings, gaps = found
    share, frames = timings.times("window", "headless").median, timings.rate("window frames").median
    return [
        Goal("live", f"{name}, share of headless", share, SHARES[name], True, "%"),
        Goal("live", f"{name}, frames a second", frames, FRAMES[name], True),
        Goal("live", f"{name}, longest gap between two frames", 1000 * max(gaps), LONGEST_GAP, False, "ms"),
    ]


# -- the stage alone -------------------------------------------------------------------------------------------------


def _with_stage(session: "Session", seconds: float) -> tuple[float, float]:
    """Seconds for one update, and for one frame, of a training thread and a stage that shows all it hears."""
    from twostroke.gui.drive.bridge import Bridge
    from twostroke.gui.stage.stage import Stage

    picture, bridge = _counting(Stage)(), Bridge(session)
    marks: list[tuple[float, int, int]] = []
    failures: list[BaseException] = []

    def shown(snapshot: Any) -> None:
        picture.show_view(resolve(snapshot, None, None, Choices()))
        if snapshot.update > 0:
            marks.append((time.perf_counter(), snapshot.update, picture.painted))

    def enough(length: float) -> bool:
        return bool(failures) or (len(marks) > 2 and marks[-1][0] - marks[0][0] >= length)

    picture.resize(*SIZE)
    picture.show()
    bridge.snapshot_arrived.connect(shown)
    bridge.engine_failed.connect(failures.append)
    try:
        bridge.start()
        bridge.send(commands.Play())
        wait(lambda: enough(seconds / 4))  # kernels, and the size of the runner's chunks
        marks.clear()
        wait(lambda: enough(seconds))
    finally:
        bridge.stop()
        picture.close()
        picture.deleteLater()
        bridge.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    if failures or not enough(seconds):
        raise WorkFailed("Training beside the stage could not be measured: the training thread has stopped.")
    (began, first, painted), (ended, last, more) = marks[0], marks[-1]
    return (ended - began) / max(1, last - first), (ended - began) / max(1, more - painted)


def _counting(kind: Any) -> Any:
    """A stage that counts its frames."""

    class Counted(kind):  # type: ignore[misc]
        painted = 0

        def paintEvent(self, event: Any) -> None:
            super().paintEvent(event)
            self.painted += 1

    return Counted
