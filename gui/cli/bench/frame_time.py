"""Where the time of a frame goes: of live training in the whole window, and of a film.

The calls of the window's own thread are timed by wrapping them while it runs; it costs a few microseconds each. What is
counted is the time that the thread itself was at work (`time.thread_time`), not what it waited for.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.pictures import SIZE, application, film_of, moving_frames
from twostroke.gui.cli.bench.report import Section, Table
from twostroke.gui.cli.bench.whole_window import whole_window
from twostroke.gui.cli.bench.work import whole_sessions
from twostroke.gui.panels.base.panel import Panel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from twostroke.engine.session.spec import Session
    from twostroke.gui.cli.bench.whole_window import Frames, Watched

LIVE_RUNS = 60
"""A run in the window is so many times as long as others: 3 s, unless asked otherwise."""

OURS = "twostroke."
LIVE = ("view", "scene", "painting", "panels told", "panels painted")
FILM = ("view", "scene", "painting")


class Shares:
    """Seconds of this thread by name; of calls within calls each has its own."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._inner = [0.0]

    def timed(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """`call`, with its time added to that name."""

        def run(*given: Any, **named: Any) -> Any:
            self._inner.append(0.0)
            began = time.thread_time()
            try:
                return call(*given, **named)
            finally:
                took = time.thread_time() - began
                self.seconds[name] += took - self._inner.pop()
                self._inner[-1] += took

        return run

    @contextmanager
    def within(self, where: Any, attribute: str, name: str) -> Iterator[None]:
        """Time what is called by that attribute of a module or an object, as long as the block lasts."""
        before, own = getattr(where, attribute), attribute in vars(where)
        setattr(where, attribute, self.timed(name, before))
        try:
            yield
        finally:
            if own:
                setattr(where, attribute, before)
            else:
                delattr(where, attribute)


def frame_time(options: Options) -> Section:
    """Milliseconds of one frame, by what they are spent on."""
    application()
    live, film = {}, {}
    with whole_sessions() as sessions:
        for name, session in options.chosen(sessions).items():
            with whole_window(session) as watched:
                live[name] = of_live(watched, options.seconds * LIVE_RUNS)
            film[name] = of_film(session, options.share)
    return told(live, film)


def of_live(watched: "Watched", seconds: float) -> dict[str, float]:
    """Milliseconds of the window's thread for a frame, while it trains at full speed; and how often one comes."""
    from twostroke.gui.drive import showing
    from twostroke.gui.stage import stage

    shares, window = Shares(), watched.window
    with ExitStack() as timed:
        timed.enter_context(shares.within(showing, "resolve", "view"))
        timed.enter_context(shares.within(stage, "scene_at", "scene"))
        timed.enter_context(shares.within(window.stage, "paintEvent", "painting"))
        for panel in window.panels.values():
            shows = "refresh" if isinstance(panel, Panel) else "show_view"
            timed.enter_context(shares.within(panel, shows, "panels told"))
            for widget in painting_themselves(panel):
                timed.enter_context(shares.within(widget, "paintEvent", "panels painted"))
        took, parts, frames = _busy(watched, seconds, shares)
    found = {name: 1000.0 * parts.get(name, 0.0) / len(frames.ends) for name in LIVE}
    every = 1000.0 * frames.seconds / (len(frames.ends) - 1)
    return _with_rest(found, 1000.0 * took / len(frames.ends)) | {"every": every}


def _busy(watched: "Watched", seconds: float, shares: Shares) -> "tuple[float, dict[str, float], Frames]":
    """Train for so long. The time at which the window's thread was at work, its parts, and the frames."""
    began = 0.0
    found: tuple[float, dict[str, float]] = (0.0, {})

    def begin() -> None:
        nonlocal began
        shares.seconds.clear()
        began = time.thread_time()

    def end() -> None:
        nonlocal found
        found = time.thread_time() - began, dict(shares.seconds)

    frames = watched.live(seconds, begin, end)
    return *found, frames


def painting_themselves(panel: "QWidget") -> "list[QWidget]":
    """The parts of a panel that are painted by Python."""
    from PySide6.QtWidgets import QWidget

    def own(widget: QWidget) -> bool:
        return any("paintEvent" in vars(kind) for kind in type(widget).__mro__ if kind.__module__.startswith(OURS))

    return [widget for widget in (panel, *panel.findChildren(QWidget)) if own(widget)]


def _with_rest(found: dict[str, float], together: float) -> dict[str, float]:
    return {**found, "rest": max(0.0, together - sum(found.values())), "together": together}


def of_film(session: "Session", share: float) -> dict[str, float]:
    """Milliseconds of one thread for a frame of that share of the film, where it does not rest."""
    from twostroke.gui.export import laying_out, render, staging
    from twostroke.gui.export.board_takes import takes_of
    from twostroke.gui.stage.paint import painter

    board = film_of(session)
    frames = moving_frames(board, share)
    renderer = render.FrameRenderer(takes_of(board), frames, board, SIZE)
    renderer.image(0)
    shares = Shares()
    with (
        shares.within(staging, "resolve", "view"),
        shares.within(laying_out, "scene_at", "scene"),
        shares.within(painter, "paint_over", "painting"),
    ):
        began = time.thread_time()
        for index in range(len(frames)):
            renderer.image(index)
        took = time.thread_time() - began
    return _with_rest({name: 1000.0 * shares.seconds[name] / len(frames) for name in FILM}, 1000.0 * took / len(frames))


# -- what is told ----------------------------------------------------------------------------------------------------


def told(live: dict[str, dict[str, float]], film: dict[str, dict[str, float]]) -> Section:
    """Milliseconds as tables and JSON. Pure."""
    tables = (
        _table("Where the time of a live frame goes: milliseconds of the window's thread", live, "a frame every"),
        _table("Where the time of a film's frame goes, milliseconds of one thread", film),
    )
    data = {name: {"live": live[name], "film": film[name]} for name in live}
    note = (
        "Where the time of a frame goes: what the thread waited for is not counted; view: what is known and chosen put "
        "together; panels told and painted: as often as they are, which is less than once a frame; rest: Qt, and what "
        "it paints itself."
    )
    return Section("frame", data | {"unit": "milliseconds"}, tables, (), (note,))


def _table(title: str, found: dict[str, dict[str, float]], *more: str) -> Table:
    names = list(next(iter(found.values())))
    columns = ("network", *(name for name in names if name != "every"), *more)
    return Table(title, columns, tuple((name, *map(_ms, each.values())) for name, each in found.items()))


def _ms(value: float) -> str:
    return f"{value:.2f}"
