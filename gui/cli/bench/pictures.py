"""What pictures cost: frames of the stage, training beside the stage, and films. All painted without a screen."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QRectF, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from twostroke.engine.border import commands
from twostroke.engine.files.leftovers import temporary_folder
from twostroke.engine.run.capture import snapshot_of
from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.report import Section, Table, amount, rate
from twostroke.gui.cli.bench.rounds import Contender, Timings, measure
from twostroke.gui.cli.bench.work import whole_sessions
from twostroke.gui.cli.subcommands.speech import WorkFailed
from twostroke.gui.cli.subcommands.training import CHUNK_SECONDS, compiled_trainer
from twostroke.gui.look.painting import painting
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState

if TYPE_CHECKING:
    from twostroke.engine.session.spec import Session
    from twostroke.gui.export.takes import SessionTakes

SIZE = (1280, 720)
MOMENTS = 48
"""Different snapshots, and moments of the film, that are painted in turn."""

UPDATE = 200
"""The update that is painted and filmed."""

LIVE_RUNS = 40
"""A run beside the stage is so many times as long as others: 2 s, unless asked otherwise."""

FILM_RUNS = 1_200
"""Frames of a film for each second of a run: 60, unless asked otherwise."""

FEWEST_FRAMES, MOST_FRAMES = 6, 60
ROUNDS = 5
PATIENCE = 300.0
"""Seconds that compiling the kernels may take."""

LOOK_MS = 20


def application() -> QApplication:
    """The one QApplication, without a screen unless there is one already; with the bundled typeface."""
    from twostroke.gui.export.render import ensure_font

    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(["twostroke", "-platform", "offscreen"])
    ensure_font()
    return app


# -- the stage -------------------------------------------------------------------------------------------------------


def stage(options: Options) -> Section:
    """Frames a second of the picture, live and in the film."""
    _app = application()
    with whole_sessions() as sessions:
        views = {name: _views(session) for name, session in sessions.items()}
    contenders = [_painted((name, kind), of) for name, kinds in views.items() for kind, of in kinds.items()]
    timings = measure(contenders, options.seconds, ROUNDS)
    rows = tuple((name, *(rate(timings.rate((name, kind))) for kind in kinds)) for name, kinds in views.items())
    data = {name: {kind: timings.rate((name, kind)).as_object() for kind in kinds} for name, kinds in views.items()}
    width, height = SIZE
    title = f"Stage at {width} × {height}, frames per second"
    return Section("stage", data | {"size": list(SIZE)}, (Table(title, ("network", "live", "film"), rows),))


def _views(session: "Session") -> dict[str, list[ViewState]]:
    """Moments of live training, and of the film of one update."""
    from twostroke.engine.border.cursor import Cursor
    from twostroke.engine.run.trainer import Trainer

    trainer = Trainer(session)
    trainer.advance(UPDATE)
    live = []
    for _ in range(MOMENTS):
        trainer.advance(1)
        trainer.evaluate()
        live.append(resolve(snapshot_of(trainer), None, None, Choices()))
    trainer.apply(commands.Record())
    snapshot = snapshot_of(trainer)
    begin = Cursor(trainer.network.depth)
    film = [
        resolve(snapshot, snapshot.tape, begin.at_time((moment + 0.5) / MOMENTS), Choices())
        for moment in range(MOMENTS)
    ]
    return {"live": live, "film": film}


def _painted(name: tuple[str, str], views: list[ViewState]) -> Contender:
    from twostroke.gui.stage.paint.ground import Ground
    from twostroke.gui.stage.paint.painter import paint
    from twostroke.gui.stage.scene.build import scene_at

    width, height = SIZE
    image = QImage(width, height, QImage.Format.Format_RGB32)
    moment, ground = 0, Ground()

    def run(frames: int) -> None:
        nonlocal moment
        for _ in range(frames):
            scene = scene_at(views[moment], float(width), float(height))
            with painting(image) as painter:
                paint(painter, scene, QRectF(0, 0, width, height), ground=ground)
            moment = (moment + 1) % len(views)

    return Contender(name, run)


# -- training beside the stage ---------------------------------------------------------------------------------------


def live(options: Options) -> Section:
    """Updates a second while the stage is painted 60 times a second, as a share of those without a window."""
    application()
    data, rows = {}, []
    with whole_sessions() as sessions:
        for name, session in sessions.items():
            timings = _beside(session, options.seconds * LIVE_RUNS)
            share = timings.times("live", "headless")
            painted = timings.rate("frames").median
            data[name] = {
                "headless": timings.rate("headless").as_object(),
                "live": timings.rate("live").as_object(),
                "share": share.as_object(),
                "frames_per_second": painted,
            }
            rows.append(
                (
                    name,
                    rate(timings.rate("headless")),
                    rate(timings.rate("live")),
                    amount(painted),
                    amount(share.median, "%"),
                )
            )
    columns = ("network", "headless", "beside the stage", "frames per second", "share")
    return Section("live", data, (Table("Training beside the stage, updates per second", columns, tuple(rows)),))


def _beside(session: "Session", seconds: float) -> Timings:
    trainer = compiled_trainer(session)
    found: dict[Any, list[float]] = {"headless": [], "live": [], "frames": []}
    for _ in range(ROUNDS):
        found["headless"].append(_headless(trainer, seconds))
        updates, frames = _with_stage(session, seconds)
        found["live"].append(updates)
        found["frames"].append(frames)
    return Timings({name: tuple(values) for name, values in found.items()})


def _headless(trainer: Any, seconds: float) -> float:
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
        _wait(lambda: enough(seconds / 4))  # kernels, and the size of the runner's chunks
        marks.clear()
        _wait(lambda: enough(seconds))
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


def _wait(until: Callable[[], bool]) -> None:
    """Let Qt run until then; at most PATIENCE seconds."""
    loop, timer, limit = QEventLoop(), QTimer(), time.monotonic() + PATIENCE
    timer.timeout.connect(lambda: loop.quit() if until() or time.monotonic() > limit else None)
    timer.start(LOOK_MS)
    loop.exec()
    timer.stop()


# -- films -----------------------------------------------------------------------------------------------------------


def export(options: Options) -> Section:
    """Frames a second of an MP4 film, beside those of the encoder alone."""
    from twostroke.gui.export.takes import SessionTakes

    application()
    frames = max(FEWEST_FRAMES, min(MOST_FRAMES, round(options.seconds * FILM_RUNS)))
    with whole_sessions() as sessions, temporary_folder() as folder:
        found = {
            name: _filmed(SessionTakes(session, UPDATE), len(session.widths) - 1, folder, frames)
            for name, session in sessions.items()
        }
    rows = tuple(
        (
            name,
            rate(each.rate("export")),
            rate(each.rate("encoder")),
            amount(each.times("export", "encoder").median, "%"),
        )
        for name, each in found.items()
    )
    data = {
        name: {
            "export": each.rate("export").as_object(),
            "encoder": each.rate("encoder").as_object(),
            "share": each.times("export", "encoder").as_object(),
        }
        for name, each in found.items()
    }
    width, height = SIZE
    title = f"MP4 at {width} × {height}, frames per second"
    return Section("export", data, (Table(title, ("network", "export", "encoder alone", "share"), rows),))


def _filmed(takes: "SessionTakes", depth: int, folder: Path, frames: int) -> Timings:
    from twostroke.gui.export.kind import Work
    from twostroke.gui.export.render import FrameRenderer
    from twostroke.gui.export.request import ExportRequest, make_job
    from twostroke.gui.export.writers import FilmWriter

    width, height = SIZE
    fps = 30
    request = ExportRequest(
        str(folder / "film.mp4"), depth, width=width, height=height, fps=fps, updates=1, seconds=frames / fps
    )
    renderer = FrameRenderer(takes, request.frames, request.choices, SIZE)
    images = [renderer.image(index) for index in range(len(request.frames))]

    def exported() -> None:
        job = make_job(request, takes)
        job.start()
        job.finish()

    def encoded() -> None:
        path = folder / "encoder.mp4"
        writer = FilmWriter(Work(path, request.format, SIZE, fps, len(images), path.stem, lambda: images))
        for image in images:
            writer.add(image)
        writer.close()

    found: dict[Any, list[float]] = {"export": [], "encoder": []}
    for _ in range(ROUNDS):
        for name, work in (("export", exported), ("encoder", encoded)):
            began = time.perf_counter()
            work()
            found[name].append((time.perf_counter() - began) / len(images))
    return Timings({name: tuple(values) for name, values in found.items()})
