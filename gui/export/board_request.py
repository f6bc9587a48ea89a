"""A storyboard as it is exported: which of its frames a kind of file takes, and the job that makes it."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from twostroke.engine.session.phrases import counted, listed, shown
from twostroke.gui.export import formats
from twostroke.gui.export.destination import check_spares_data
from twostroke.gui.export.job import QUEUE_FRAMES, ExportJob, Writer
from twostroke.gui.export.kind import Around, Format, Told, Work
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.model.moments import telling_cursor
from twostroke.gui.model.storyboard.board import Show, Storyboard, StoryboardError
from twostroke.gui.model.storyboard.checks import check_board
from twostroke.gui.model.storyboard.cues import Cue, as_srt, as_vtt
from twostroke.gui.model.storyboard.shot_frames import BoardFrame, Frames, frames_of
from twostroke.gui.model.storyboard.taken import Taken
from twostroke.gui.model.user_text import legible
from twostroke.gui.model.words import told_time
from twostroke.gui.stage.scene.links import MOST_LINKS

if TYPE_CHECKING:
    from twostroke.gui.export.render import AnyFrames, FrameRenderer
    from twostroke.gui.export.slides.filmed import FilmAndSteps

SUBTITLES: dict[str, Callable[[list[Cue]], str]] = {"srt": as_srt, "vtt": as_vtt}

MOST_MOMENTS, TRAINING_RATE = 1_800, 12
"""Moments of a player, and how many a second of a training: each of these has weights of its own, and the page stays
small."""

MOST_ON_SHEET = 100_000
"""Links on one sheet of panels: about 50 MB."""

MOST_STEPS = 1_000
NEAR = 1e-3
"""Seconds: what lies nearer to a stop is not told from it."""

LEAST_MB, MOST_MB = 0.05, 4_000.0

PALETTE_SAMPLES = 12
"""Of one shot: they show all its colours. Twice as many made no frame visibly better, and took twice as long."""

MOST_PALETTE_SAMPLES = 24
QUEUE_BYTES = 100 * 2**20
"""What images that wait for the encoder may take: three in 4K."""


@dataclass(frozen=True)
class Picked:
    """Some frames of a storyboard, as a kind of file takes them. `times`, `stops` and `length` are a player's."""

    frames: tuple[BoardFrame, ...]
    times: tuple[float, ...] = ()
    stops: tuple[int, ...] = ()
    length: float = 0.0

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, index: int) -> BoardFrame:
        return self.frames[index]


@dataclass(frozen=True)
class BoardRequest:
    """Where a storyboard goes. ExportRequestError, with a sentence, where it cannot; nothing is begun then.

    `target`: a path as it is typed. `shape`: which of the kinds with its ending, as `Format.shape` has it.
    `subtitles`: a key of SUBTITLES, for a file of that ending beside the film. `most_mb`: of a GIF, which is kept.
    `seen`: the frame that a picture shows; None for the end of the first shot, of a whole update for its most telling
    moment.
    """

    target: str
    board: Storyboard
    shape: str = ""
    subtitles: str = ""
    most_mb: float | None = None
    seen: int | None = None

    def __post_init__(self) -> None:
        picture, chosen = self.board.picture, self.format
        formats.check_target(self.path, chosen)
        check_spares_data(self.board.session, (self.path,))
        formats.check_fps(picture.fps, chosen)
        try:
            check_board(self.board)
        except StoryboardError as error:
            raise ExportRequestError(str(error)) from error
        self.size  # noqa: B018 - which checks itself
        if picture.transparent:
            formats.check_transparent(chosen)
        self._check_extras()
        self._check_sheet(len(self.frames))

    def _check_extras(self) -> None:
        chosen = self.format
        if self.subtitles and self.subtitles not in SUBTITLES:
            sentence = f"The kind of subtitles is {shown(self.subtitles)}; expected {listed(SUBTITLES)}."
            raise ExportRequestError(sentence, "The kind of subtitles", "--subtitles")
        if self.subtitles and not chosen.can_have_subtitles:
            raise ExportRequestError(f"Subtitles stand beside a film, as .mp4 is; {chosen.label} is none.")
        if self.subtitles:
            formats.check_target(self.path.with_suffix(f".{self.subtitles}"), chosen)
        if self.most_mb is None:
            return
        if not chosen.can_be_capped:
            sentence = f"A limit of megabytes goes with .gif alone; {chosen.label} has no such limit."
            raise ExportRequestError(sentence, "A limit of megabytes", "--max-mb")
        if not LEAST_MB <= self.most_mb <= MOST_MB:
            sentence = f"The limit of megabytes is {shown(self.most_mb)}; expected {LEAST_MB} to {MOST_MB:,.0f}."
            raise ExportRequestError(sentence, "The limit of megabytes", "--max-mb")

    def _check_sheet(self, panels: int) -> None:
        links = sum(before * after for before, after in pairwise(self.board.session.widths))
        if self.format.on_one_sheet and panels * min(links, MOST_LINKS) > MOST_ON_SHEET:
            raise ExportRequestError(
                f"One sheet with {panels:,} panels of a network of {links:,} links would be larger than programs for "
                "drawings open. Choose .pdf, which has pages, or ask for fewer shots or a coarser grain."
            )

    @property
    def path(self) -> Path:
        """Where the result goes."""
        return Path(self.target)

    @property
    def format(self) -> Format:
        """The kind of file."""
        return formats.format_for(self.target, self.shape)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height that the result has."""
        return formats.fitted_size(self.board.picture.width, self.board.picture.height, self.format)

    @cached_property
    def film(self) -> Frames:
        """All frames of the storyboard."""
        return frames_of(self.board)

    @cached_property
    def frames(self) -> Frames | Picked:
        """Those of the result."""
        if self.format.stepwise and self.format.moving:
            return _moments(self.film)
        if self.format.stepwise:
            steps_in(self.film)
            return Picked(tuple(frame for frame, _ in self.film.stops))
        if self.format.moving:
            return self.film
        return Picked((self.poster,))

    @property
    def poster(self) -> BoardFrame:
        """The one frame of a picture."""
        if self.seen is not None:
            return self.film[self.seen]
        end = self.film[self.film.begins(1) - 1]
        if end.cursor is None or self.board.shots[0].show is not Show.UPDATE:
            return end
        return replace(end, cursor=telling_cursor(end.cursor.depth))

    @property
    def told_length(self) -> str:
        """How long a film takes, to be said behind its name; "" of a picture."""
        if self.format.filmed:
            return f", with a film of {told_time(self.film.length)}"
        if not self.format.moving:
            return ""
        length = f"{told_time(self.film.length)} long"
        if isinstance(self.frames, Picked):
            return f", {counted(len(self.frames.stops), 'step')}, {length}"
        return f", {length}{self._crowded}"

    @property
    def _crowded(self) -> str:
        """Of the first shot in which neurons take turns more quickly than frames come."""
        shots = enumerate(self.board.shots)
        grain = next((shot.grain for at, shot in shots if shot.grain.by_neuron and self.film.is_crowded(at)), None)
        return "" if grain is None else f" (too short to show every {grain})"


def steps_in(film: Frames) -> int:
    """How many there are. ExportRequestError where there are too many."""
    count = sum(map(film.steps_of, range(len(film.board.shots))))
    if count > MOST_STEPS:
        raise ExportRequestError(
            f"There would be {count:,} steps; at most {MOST_STEPS:,} can be exported. "
            "Ask for fewer updates or shots, or for a coarser grain."
        )
    return count


def _moments(film: Frames) -> Picked:
    """Of a film so many a second that it moves, each once, and all stops of its grains, whenever they are reached.

    Stops are these, the steps of its trainings and the ends of its shots. Frame n shows what has come when n + 1 of
    them have passed, so it begins then, and before all of them stands the beginning of a stroke.
    """
    steps_in(film)  # which refuses what would be too much
    fps = film.board.picture.fps
    shots = range(len(film.board.shots))
    milestones = {frame for shot in shots for frame in film.milestones(shot)}
    arrivals = sorted(film.arrivals, key=_place)
    reached = [place for place, _ in arrivals]
    moving = (place for place in _moving(film) if not _is_near(place, reached, NEAR * fps))
    shown = ((float(place), film[place]) for place in {*moving, *milestones})
    timed = sorted([*film.opening, *shown, *arrivals], key=_place)
    kept = [next(run) for _, run in groupby(timed, key=lambda moment: _seen(moment[1]))]
    wanted = {(frame.shot, frame.take, frame.cursor) for frame, _ in film.stops}
    frames = [frame for _, frame in kept]
    stops = [at for at, frame in enumerate(frames) if (frame.shot, frame.take, frame.cursor) in wanted]
    last = [at for at, frame in enumerate(frames) if at + 1 == len(frames) or frames[at + 1].shot != frame.shot]
    times = tuple((place + 1.0) / fps for place, _ in kept)
    return Picked(tuple(frames), times, tuple(sorted({*stops, *last})), film.length)


def _place(moment: tuple[float, BoardFrame]) -> float:
    return moment[0]


def _is_near(place: int, places: list[float], reach: float) -> bool:
    """Whether one of `places`, which are in order, is no farther than that."""
    at = bisect_left(places, place - reach)
    return at < len(places) and places[at] <= place + reach


def _moving(film: Frames) -> Iterator[int]:
    """Frames between which it moves: all of a short film, and fewer of a training."""
    usual = -(-len(film) // MOST_MOMENTS)
    of_training = max(usual, round(film.board.picture.fps / TRAINING_RATE))
    for place, shot in enumerate(film.board.shots):
        step = of_training if shot.show is Show.TRAINING else usual
        yield from range(film.begins(place), film.begins(place + 1), step)


def _seen(frame: BoardFrame) -> BoardFrame:
    return replace(frame, glide=1.0)


def make_board_job(request: BoardRequest, takes: Callable[[int], Taken]) -> ExportJob:
    """The job that does what is asked; not started. Call it in the main thread."""
    from twostroke.gui.export.render import FrameRenderer

    board, frames = request.board, request.frames

    def renderer(frames: "AnyFrames", size: tuple[int, int]) -> FrameRenderer:
        return FrameRenderer(takes, frames, board, size)

    work = _work(request)
    if request.format.filmed:
        from twostroke.gui.export.slides.filmed import film_before

        return job_of(*film_before(work, request.film, request.poster, frames, renderer), len(board.shots))
    painted = renderer(frames, work.size)
    job = job_of(painted, work, len(board.shots))
    if request.subtitles:
        job.beside[request.path.with_suffix(f".{request.subtitles}")] = lambda: _subtitles(request, painted.told)
    return job


def _work(request: BoardRequest) -> Work:
    picture, frames = request.board.picture, request.frames
    work = Work(
        request.path,
        request.format,
        request.size,
        picture.fps,
        len(frames),
        legible(request.board.title) or f"Twostroke: {request.path.stem}",
        tuple,
        transparent=picture.transparent,
        cut=picture.transparent and any(shot.camera for shot in request.board.shots),
        most_bytes=None if request.most_mb is None else int(request.most_mb * 1e6),
    )
    if request.format.stepwise and not request.format.moving:
        return replace(work, around=_around(request), told=Told(picture.title, picture.captions, picture.legend))
    if not isinstance(frames, Picked):
        return work
    return replace(work, times=frames.times, stops=frames.stops, length=frames.length)


def _around(request: BoardRequest) -> tuple[Around, ...]:
    stops = [(frame.line, request.board.shots[place]) for frame, place in request.film.stops]
    return tuple(
        Around(
            shot.lens, shot.show is not Show.TRAINING, legible(shot.title), shot.cues[line].text if line >= 0 else ""
        )
        for line, shot in stops
    )


def job_of(renderer: "FrameRenderer | FilmAndSteps", work: Work, shots: int) -> ExportJob:
    """The job that makes the file at `work.path` of what `renderer` paints; its palette shows so many shots."""
    from twostroke.gui.export.render import ensure_application, ensure_font
    from twostroke.gui.stage.paint.first import paint_first

    ensure_application()
    ensure_font()
    paint_first()
    chosen = work.format
    picture = renderer.picture(chosen.needs)
    sample = renderer.sampler(chosen.needs)

    def open_writer(path: Path) -> Writer:
        return chosen.open(replace(work, path=path, samples=job.take_samples, look=job.still_wanted))

    samples = map(sample, sampled(work.frames, shots))
    job = ExportJob(picture, work.frames, open_writer, work.path, frames_ahead(work.size), samples)
    return job


def sampled(count: int, shots: int) -> range:
    """Which of so many frames a palette is made of: spread over the whole film, PALETTE_SAMPLES of a shot."""
    most = min(MOST_PALETTE_SAMPLES, PALETTE_SAMPLES * shots)
    return range(0, count, -(-count // most))


def frames_ahead(size: tuple[int, int]) -> int:
    """How many images of that size may wait for the encoder."""
    width, height = size
    return max(1, min(QUEUE_FRAMES, QUEUE_BYTES // (4 * width * height)))


def _subtitles(request: BoardRequest, captions: Mapping[BoardFrame, str]) -> bytes:
    film = map(request.film.__getitem__, range(len(request.film)))
    told = [_said(request.board, frame, captions[frame]) for frame in film]
    return SUBTITLES[request.subtitles](spoken(told, request.board.picture.fps)).encode()


def _said(board: Storyboard, frame: BoardFrame, caption: str) -> str:
    """Its caption; of a training that has none, one that can be read before the next comes."""
    shot = board.shots[frame.shot]
    if shot.show is not Show.TRAINING or frame.line >= 0:
        return caption
    return f"Training from update {shot.at:,} to update {shot.until:,}."


def spoken(captions: list[str], fps: int) -> list[Cue]:
    """Captions of frames as lines with their times: one as long as it stays."""
    cues, at = list[Cue](), 0
    for text, run in groupby(captions):
        count = len(list(run))
        if text:
            cues.append(Cue(at / fps, (at + count) / fps, text))
        at += count
    return cues
