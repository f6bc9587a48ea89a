"""What films cost: each kind of file that is painted beside its encoder alone, and the memory of a large one."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twostroke.engine.files.leftovers import temporary_folder
from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.pictures import FILM_SECONDS, FPS, SIZE, application, film_of
from twostroke.gui.cli.bench.report import Goal, Section, Table, amount, rate
from twostroke.gui.cli.bench.resident import of_film
from twostroke.gui.cli.bench.rounds import Timings
from twostroke.gui.cli.bench.work import whole_sessions
from twostroke.gui.export.board_request import BoardRequest, make_board_job, sampled
from twostroke.gui.export.board_takes import takes_of

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from twostroke.engine.session.spec import Session
    from twostroke.gui.export.render import AnyFrames
    from twostroke.gui.model.storyboard.shot_frames import BoardFrame
    from twostroke.gui.model.storyboard.taken import Taken

FULL_HD = (1920, 1080)
MP4_FRAMES = 120
"""Frames of a film: as many as fit into memory as ready pictures, for the encoder alone."""

FEWEST_FRAMES = 6
ROUNDS = 5
"""A machine that others use as well has slow moments that last longer than one round."""
MP4_SHARE, OTHER_TIMES = 0.8, 1.3


@dataclass(frozen=True)
class Kind:
    """A kind of file: what it is called, its target, its size, and the frames that are made of it."""

    title: str
    target: str
    size: tuple[int, int]
    frames: int


OTHERS = (
    Kind("gif", "film.gif", SIZE, round(FILM_SECONDS * FPS)),  # whole: its palette is made once, however long it is
    Kind("webp", "film.webp", SIZE, 60),
    Kind("webm", "film.webm", SIZE, 96),
    Kind("apng", "film.apng", SIZE, 48),
    Kind("png", "pictures", SIZE, 48),
)
"""All that move and are painted, besides MP4. Of a single picture nothing is painted beside the encoder."""

WHAT_IS_FILMED = (
    f"Export: the GIF is the whole film of one update, {FILM_SECONDS:g} seconds with the moments at which it rests; "
    "of the other films, pieces of both strokes."
)
OF_OTHERS = "small"
"""The network whose update is made into the other kinds of file."""


class Excerpt:
    """Two pieces of a film, one of the forward and one of the backward stroke, of consecutive frames; or all of it."""

    def __init__(self, film: "AnyFrames", frames: int) -> None:
        half, count = (frames + 1) // 2, len(film)
        starts = (0, half) if frames >= count else (count // 8, count // 8 * 5)
        self._film = film
        self._places = [start + place for start in starts for place in range(half)][:frames]

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> "BoardFrame":
        return self._film[self._places[index]]


@dataclass(frozen=True)
class ExcerptRequest(BoardRequest):
    """An export of an excerpt of a film; `kept` is how many frames it has."""

    kept: int = MP4_FRAMES

    @property
    def frames(self) -> Any:
        """Those that are filmed."""
        return Excerpt(super().frames, self.kept)


def export(options: Options) -> Section:
    """Frames a second of films, beside those of their encoders alone, fed with pictures that are ready."""
    application()
    with whole_sessions() as sessions, temporary_folder() as folder:
        films = {
            name: filmed(session, Kind("mp4", f"{name}.mp4", FULL_HD, MP4_FRAMES), folder, options.share)
            for name, session in options.chosen(sessions).items()
        }
        others = {kind.title: filmed(sessions[OF_OTHERS], kind, folder, options.share) for kind in OTHERS}
    section, (data, table, goals, notes) = told(films, others), of_film(options)
    return replace(
        section,
        data=section.data | {"memory": data},
        tables=(*section.tables, *filter(None, [table])),
        goals=(*section.goals, *goals),
        notes=(WHAT_IS_FILMED, *notes),
    )


def filmed(session: "Session", kind: Kind, folder: Path, share: float) -> Timings:
    """Seconds for a frame of the whole export, and of the encoder alone, in turn; `share` of the usual frames."""
    frames = max(FEWEST_FRAMES, round(kind.frames * share))
    found: dict[Any, list[float]] = {"export": [], "encoder": []}
    asked = request_of(session, folder / kind.target, kind.size, frames)
    takes = takes_of(asked.board)
    images = ready(takes, asked)
    for turn in range(ROUNDS):
        for name in found:
            target = folder / f"{turn} {name} {kind.target}"
            request = request_of(session, target, kind.size, frames)
            began = time.perf_counter()
            if name == "export":
                exported(takes, request)
            else:
                encoded(images, request)
            found[name].append((time.perf_counter() - began) / frames)
    return Timings({name: tuple(values) for name, values in found.items()})


def request_of(session: "Session", target: Path, size: tuple[int, int], frames: int) -> ExcerptRequest:
    """An excerpt of the film of one update."""
    return ExcerptRequest(str(target), film_of(session, size), kept=frames)


def ready(takes: "Callable[[int], Taken]", request: BoardRequest) -> "list[QImage]":
    """All pictures of it; where the film rests, one and the same."""
    from twostroke.gui.export.render import FrameRenderer

    renderer = FrameRenderer(takes, request.frames, request.board, request.size)
    return [renderer.image(index) for index in range(len(request.frames))]


def exported(takes: "Callable[[int], Taken]", request: BoardRequest) -> None:
    """The export as command line and dialog do it."""
    job = make_board_job(request, takes)
    job.start()
    job.finish()


def encoded(images: "Sequence[QImage]", request: BoardRequest) -> None:
    """The encoder alone."""
    from twostroke.gui.export.kind import Work

    samples = [images[place] for place in sampled(len(images), len(request.board.shots))]
    fps = request.board.picture.fps
    work = Work(request.path, request.format, request.size, fps, len(images), "film", lambda: samples)
    writer = request.format.open(work)
    for image in images:
        writer.add(image)
    writer.close()


# -- what is told ----------------------------------------------------------------------------------------------------


def told(films: dict[str, Timings], others: dict[str, Timings]) -> Section:
    """Timings as tables, goals and JSON; of films by network, of others by kind of file. Pure."""
    width, height = FULL_HD
    mp4 = Table(
        f"MP4 at {width} × {height}, {FPS} frames a second: frames made per second",
        ("network", "export", "encoder alone", "share"),
        tuple(_row(name, each) for name, each in films.items()),
    )
    other = Table(
        f"Other films of {OF_OTHERS}, frames made per second",
        ("kind", "size", "export", "encoder alone", "share"),
        tuple(_row(f"{kind.title}", others[kind.title], f"{kind.size[0]} × {kind.size[1]}") for kind in OTHERS),
        names=2,
    )
    goals = [
        Goal("export", f"{name}, share of the encoder alone", _share(each), MP4_SHARE, True, "%")
        for name, each in films.items()
    ]
    goals += [
        Goal("export", f"{name}, times the encoder's time", 1.0 / _share(each), OTHER_TIMES, False, "×")
        for name, each in others.items()
    ]
    data: dict[str, Any] = {name: _plain(each) for name, each in films.items()}
    data |= {"size": list(FULL_HD), "formats": {name: _plain(each) for name, each in others.items()}}
    return Section("export", data, (mp4, other), tuple(goals))


def _share(found: Timings) -> float:
    return found.times("export", "encoder").median


def _row(name: str, found: Timings, *more: str) -> tuple[str, ...]:
    return (name, *more, rate(found.rate("export")), rate(found.rate("encoder")), amount(_share(found), "%"))


def _plain(found: Timings) -> dict[str, Any]:
    return {
        "export": found.rate("export").as_object(),
        "encoder": found.rate("encoder").as_object(),
        "share": found.times("export", "encoder").as_object(),
    }
