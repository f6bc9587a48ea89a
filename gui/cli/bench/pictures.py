"""What pictures cost: frames of the stage, live and of a film, painted in one thread without a screen."""

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from twostroke.engine.run.capture import snapshot_of
from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.report import Goal, Section, Table, rate
from twostroke.gui.cli.bench.rounds import Contender, Timings, measure
from twostroke.gui.cli.bench.work import whole_sessions
from twostroke.gui.look.painting import painting
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.score import score_of_session
from twostroke.gui.model.storyboard.board import Picture, Storyboard
from twostroke.gui.model.storyboard.of_session import Asked, shots_of
from twostroke.gui.model.storyboard.shot_frames import BoardFrame, frames_of
from twostroke.gui.model.view import ViewState

if TYPE_CHECKING:
    from twostroke.engine.session.spec import Session

SIZE = (1280, 720)
MOMENTS = 48
"""Different snapshots of live training that are painted in turn."""

UPDATE = 200
"""The update that is painted and filmed."""

FILM_SECONDS, FPS = 12.0, 30
FILM_GOALS = {"small": 200.0, "digits": 200.0, "wide": 120.0}
ROUNDS, FILM_ROUNDS = 5, 3


def application() -> QApplication:
    """The one QApplication, without a screen unless there is one already; with the bundled typeface."""
    from twostroke.gui.export.render import ensure_font

    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(["twostroke", "-platform", "offscreen"])
    ensure_font()
    return app


def stage(options: Options) -> Section:
    """Frames a second of the picture, live and in the film."""
    _app = application()
    with whole_sessions() as sessions:
        chosen = options.chosen(sessions)
        live = [_live((name, "live"), _snapshots(session)) for name, session in chosen.items()]
        timings = measure(live, options.seconds, ROUNDS)
        for name, session in chosen.items():
            timings.seconds[name, "film"] = filmed(session, options.share)
    return told(list(chosen), timings)


def told(names: list[str], timings: Timings) -> Section:
    """Timings as a table, goals and JSON. Pure."""
    kinds = ("live", "film")
    rows = tuple((name, *(rate(timings.rate((name, kind))) for kind in kinds)) for name in names)
    data = {name: {kind: timings.rate((name, kind)).as_object() for kind in kinds} for name in names}
    width, height = SIZE
    title = f"Stage at {width} × {height}, frames per second of one thread"
    goals = tuple(
        Goal("stage", f"{name}, frames of a film a second", timings.rate((name, "film")).median, goal, True)
        for name, goal in FILM_GOALS.items()
        if name in names
    )
    note = f"The film of the stage: the {FILM_SECONDS:g} seconds of one update, without the moments at which it rests."
    return Section("stage", data | {"size": list(SIZE)}, (Table(title, ("network", *kinds), rows),), goals, (note,))


def _snapshots(session: "Session") -> list[ViewState]:
    from twostroke.engine.run.trainer import Trainer

    trainer = Trainer(session)
    trainer.advance(UPDATE)
    live = []
    for _ in range(MOMENTS):
        trainer.advance(1)
        trainer.evaluate()
        live.append(resolve(snapshot_of(trainer), None, None, Choices()))
    return live


def _live(name: tuple[str, str], views: list[ViewState]) -> Contender:
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


# -- the film --------------------------------------------------------------------------------------------------------


def film_of(session: "Session", size: tuple[int, int] = SIZE) -> Storyboard:
    """The film of one update, as it is exported."""
    shots = shots_of(Asked(at=UPDATE, seconds=FILM_SECONDS), score_of_session(session))
    width, height = size
    return Storyboard("", session, shots, Picture(width, height, FPS, title=False))


def moving_frames(board: Storyboard, share: float) -> list[BoardFrame]:
    """The frames of a film one after the other, without those at which the picture stands still: the first `share`."""
    film = frames_of(board)
    frames = [film[index] for index in range(len(film))]
    moving = [frame for frame, before in zip(frames, [None, *frames], strict=False) if frame != before]
    return moving[: math.ceil(len(moving) * share)]


def filmed(session: "Session", share: float) -> tuple[float, ...]:
    """Seconds for a frame of that share of the film, a number for each round, by the renderer that exports it."""
    from twostroke.gui.export.board_takes import takes_of
    from twostroke.gui.export.render import FrameRenderer

    board = film_of(session)
    takes, frames = takes_of(board), moving_frames(board, share)

    def run(count: int) -> None:
        renderer = FrameRenderer(takes, frames, board, SIZE)
        for index in range(count):
            renderer.image(index)

    run(min(MOMENTS, len(frames)))
    found = []
    for _ in range(FILM_ROUNDS):
        began = time.perf_counter()
        run(len(frames))
        found.append((time.perf_counter() - began) / len(frames))
    return tuple(found)
