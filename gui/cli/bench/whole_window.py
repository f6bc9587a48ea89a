"""The whole window as the user gets it, without a screen: what is painted, and when. Nothing of the user is touched."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QSettings, QTimer

from twostroke.engine.border.snapshot import Status
from twostroke.engine.files.leftovers import temporary_folder
from twostroke.engine.files.session_file import write_session
from twostroke.gui.cli.bench.pictures import application
from twostroke.gui.cli.bench.rounds import nothing
from twostroke.gui.cli.subcommands.speech import WorkFailed
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.panels.base.panel import Panel

if TYPE_CHECKING:
    from twostroke.engine.session.spec import Session
    from twostroke.gui.drive.bridge import Bridge
    from twostroke.gui.shell.main_window import MainWindow
    from twostroke.gui.stage.scene.items import Scene

WINDOW_SIZE = (1440, 900)
PATIENCE = 300.0
"""Seconds that compiling the kernels may take."""

LOOK_MS = 20
SHOWN = NeuronRef(1, 0)
"""The neuron that is pinned: its numbers, and its weights as a table, are shown beside the picture."""

FAILED = "The window could not be measured: its training thread has stopped."


@dataclass
class Frames:
    """Pictures of the network that showed something new: when each was painted, and the update that it shows."""

    ends: list[float] = field(default_factory=list)
    updates: list[int] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """From the first to the last."""
        return self.ends[-1] - self.ends[0] if self.ends else 0.0

    @property
    def trained(self) -> int:
        """Updates from the first to the last."""
        return self.updates[-1] - self.updates[0]

    @property
    def gaps(self) -> list[float]:
        """Seconds from each to the next."""
        return [later - sooner for sooner, later in zip(self.ends, self.ends[1:], strict=False)]


class Watched:
    """A shown window whose pictures are counted. `on_paint` hears of each, with the scene, when it is painted."""

    def __init__(self, window: "MainWindow", bridge: "Bridge") -> None:
        self.window, self.bridge = window, bridge
        self.controller = window.controller
        self.frames = Frames()
        self.failures: list[object] = []
        self.on_paint: Callable[[Scene], object] | None = None
        self._last: object = None
        self._paint = window.stage.paintEvent
        window.stage.__dict__["paintEvent"] = self._painted
        bridge.engine_failed.connect(self._failed)

    def _failed(self, error: object, kept: bool, rescued: object) -> None:
        self.failures.append(error)

    def _painted(self, event: Any) -> None:
        view = self.controller.view
        self._paint(event)
        if view is not None and view is not self._last:
            self._last = view
            self.frames.ends.append(time.perf_counter())
            self.frames.updates.append(view.snapshot.update)
        if self.on_paint is not None and self.shown is not None:
            self.on_paint(self.shown)

    @property
    def shown(self) -> "Scene | None":
        """The picture."""
        return self.window.stage.scene

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of each layer, the input first."""
        assert self.controller.snapshot is not None
        return self.controller.snapshot.session.widths

    def until(self, holds: Callable[[], bool], seconds: float = 0.0) -> None:
        """Let the window live until then, which may take so many seconds and PATIENCE. WorkFailed where that does not
        come, or training has failed."""
        if not wait(lambda: self._failed_by_now or holds(), seconds) or self._failed_by_now:
            raise WorkFailed(FAILED)

    @property
    def _failed_by_now(self) -> bool:
        snapshot = self.controller.snapshot
        return bool(self.failures) or (snapshot is not None and snapshot.failure is not None)

    def live(
        self, seconds: float, begin: Callable[[], object] = nothing, end: Callable[[], object] = nothing
    ) -> Frames:
        """Train at full speed for so long, after a quarter of it to get into its stride; then stand still.

        `begin` and `end` are called as that time begins and ends.
        """
        self.trigger("play")
        self.frames = Frames()
        self.until(lambda: len(self.frames.ends) > 2 and self.frames.seconds >= seconds / 4)
        self.frames = found = Frames()
        begin()
        self.until(lambda: len(found.ends) > 2 and found.seconds >= seconds, seconds)
        end()
        self.frames = Frames()
        self.trigger("play")
        self.until(lambda: not self.controller.playing)
        return found

    def trigger(self, action: str) -> None:
        """What the key of an action does."""
        self.window.actions_by_id[action].trigger()

    def let_go(self) -> None:
        """Count no more."""
        self.window.stage.__dict__.pop("paintEvent", None)
        self.on_paint = None


@contextmanager
def whole_window(session: "Session") -> Iterator[Watched]:
    """The window with every panel unfolded, a neuron pinned and `session` at its first update, ready to train.

    What the user has set, and what programs have put aside, is neither read nor written. There is no lesson's text: the
    session belongs to none.
    """
    from twostroke.gui.drive.bridge import Bridge
    from twostroke.gui.drive.controller import Controller
    from twostroke.gui.shell import program
    from twostroke.gui.shell.garbage import Garbage
    from twostroke.gui.shell.main_window import MainWindow
    from twostroke.gui.shell.preferences import Preferences
    from twostroke.gui.shell.unsaved import Keeper

    application()
    program.application()
    with temporary_folder() as folder:
        path = folder / "bench.twostroke.json"
        write_session(path, session)
        bridge = Bridge(session)
        controller = Controller(bridge)
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        garbage = Garbage()
        controller.taken.connect(garbage.take)
        window = MainWindow(controller, Preferences(settings))
        keeper = Keeper(controller, window.document, folder / "unsaved")
        watched = Watched(window, bridge)
        try:
            keeper.start()
            _open(watched, path)
            yield watched
        finally:
            _close(watched, keeper)
            garbage.stop()


def _open(watched: Watched, path: Path) -> None:
    window, controller = watched.window, watched.controller
    window.resize(*WINDOW_SIZE)
    for panel in window.panels.values():
        if isinstance(panel, Panel):
            panel.fold(False)
    window.show()
    watched.bridge.start()
    window.document.start(path)

    def ready() -> bool:
        found = controller.snapshot
        opened = window.document.path == path
        return opened and found is not None and found.status is Status.PAUSED and bool(watched.frames.ends)

    watched.until(ready)
    controller.select(SHOWN)


def _close(watched: Watched, keeper: Any) -> None:
    from twostroke.gui.shell.waiting import settle

    watched.let_go()
    watched.controller.stop()
    watched.bridge.stop()
    settle()
    keeper.stop(keep=False)
    watched.window.hide()
    watched.window.deleteLater()
    with suppress(RuntimeError):
        watched.bridge.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def wait(until: Callable[[], bool], seconds: float = 0.0) -> bool:
    """Let Qt run until then, at most so many seconds more than PATIENCE. Whether it has come."""
    loop, timer, limit = QEventLoop(), QTimer(), time.monotonic() + PATIENCE + seconds
    timer.timeout.connect(lambda: loop.quit() if until() or time.monotonic() > limit else None)
    timer.start(LOOK_MS)
    loop.exec()
    timer.stop()
    return until()
