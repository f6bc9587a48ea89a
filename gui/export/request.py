"""An export as it is asked for, and the job that does it. The command line and the dialog both come through here."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from twostroke.engine.session.phrases import counted, shown
from twostroke.gui.export import formats
from twostroke.gui.export.clip import Clip, Still, check_ranges, told_time
from twostroke.gui.export.clip import Frame as ClipFrame
from twostroke.gui.export.destination import Destination
from twostroke.gui.export.job import QUEUE_FRAMES, ExportJob, Writer
from twostroke.gui.export.kind import Work
from twostroke.gui.export.player.film_moments import Moments
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.export.steps import Steps
from twostroke.gui.model.choices import Choices, Colours, LinkRef, NeuronRef, Theme
from twostroke.gui.model.moments import MomentError, parse_moment, telling_cursor
from twostroke.gui.model.reel import Reel
from twostroke.gui.model.score import Grain, Score
from twostroke.gui.stage.scene.lenses import LENSES

if TYPE_CHECKING:
    from twostroke.gui.export.render import FrameRenderer, Frames
    from twostroke.gui.export.slides.filmed import FilmAndSteps
    from twostroke.gui.export.takes import Takes

PALETTE_SAMPLES = 12
"""Of one update: they show all its colours. Twice as many made no frame visibly better, and took twice as long."""

MOST_PALETTE_SAMPLES = 24
QUEUE_BYTES = 100 * 2**20
"""What images that wait for the encoder may take: three in 4K."""


@dataclass(frozen=True)
class ExportRequest(Destination):
    """What to export and how. ExportRequestError, with a sentence, where it cannot be made; nothing is begun then."""

    target: str
    score: Score  # of its updates
    width: int = 1280
    height: int = 720
    fps: int = 30
    updates: int = 1
    seconds: float | None = None  # per update; None for the length that suits its grain
    grain: Grain = Grain.PHASE  # at whose stops a film rests
    theme: Theme = Theme.LIGHT
    colours: Colours = Colours.ORANGE_BLUE
    batch_row: int = 0  # which sample of the mini-batch the neurons show
    reduced_motion: bool = False  # cross-fades instead of travel
    digits: int = Choices.digits
    lens: str = Choices.lens  # id of what the network is seen through
    selected: NeuronRef | None = None  # that stands out, as in the window
    pinned_link: LinkRef | None = None  # whose card is shown
    moment: str = ""  # for a single picture; "" for the most telling one
    shape: str = ""  # which of the kinds with that ending, as `Format.shape` has it

    def __post_init__(self) -> None:
        formats.check_target(self.path, self.format)
        formats.check_fps(self.fps, self.format)
        formats.fitted_size(self.width, self.height, self.format)
        check_ranges(self.updates, self.length_of_update, self.fps)  # also where a single picture has no use for them
        check_lens(self.lens)
        self.still  # noqa: B018 - which checks itself, as do clips
        len(self.frames if not self.format.filmed else self.film)

    @property
    def _wanted_size(self) -> tuple[int, int]:
        return self.width, self.height

    @cached_property
    def frames(self) -> Clip | Moments | Steps | Still:
        """The frames of the result."""
        if self.format.stepwise and self.format.moving:
            return Moments(self.score, self.updates, self.length_of_update, self.fps, self.grain)
        if self.format.stepwise:
            return Steps(self.score, self.updates, self.grain)
        return self.film if self.format.moving else self.still

    @property
    def film(self) -> Clip:
        """All frames of the updates."""
        return Clip(self.score, self.updates, self.length_of_update, self.fps, self.grain)

    @property
    def length_of_update(self) -> float:
        """Seconds of the film of one update."""
        return Reel(self.score, self.grain).seconds if self.seconds is None else self.seconds

    @property
    def told_length(self) -> str:
        """How long a film takes, to be said behind its name; "" of a picture."""
        if self.format.filmed:
            return f", with a film of {told_time(self.film.length)}"
        frames = self.frames
        if isinstance(frames, Moments):
            return f", {counted(len(frames.stops), 'step')}, {told_time(frames.length)} long"
        if not isinstance(frames, Clip):
            return ""
        crowded = f" (too short to show every {self.grain})" if frames.crowded and self.grain.by_neuron else ""
        return f", {told_time(frames.length)} long{crowded}"

    @property
    def still(self) -> Still:
        """The one frame of a picture."""
        try:
            cursor = parse_moment(self.moment, self.score) if self.moment else telling_cursor(self.score.depth)
        except MomentError as error:
            raise ExportRequestError(str(error)) from error
        return Still(ClipFrame(0, cursor))

    @property
    def choices(self) -> Choices:
        """What the picture shows."""
        return Choices(
            theme=self.theme,
            colours=self.colours,
            selected=self.selected,
            pinned_link=self.pinned_link,
            batch_row=self.batch_row,
            digits=self.digits,
            lens=self.lens,
            reduced_motion=self.reduced_motion,
        )


def check_lens(id: str) -> None:
    """ExportRequestError where there is no lens of that id."""
    ids = [lens.id for lens in LENSES]
    if id not in ids:
        raise ExportRequestError(f"The lens is {shown(id)}; expected one of {', '.join(ids)}.", "The lens", "--lens")


def check_grain(text: str) -> Grain:
    """The grain of that name. ExportRequestError where there is none."""
    try:
        return Grain(text)
    except ValueError:
        sentence = f"The grain is {shown(text)}; expected one of {', '.join(Grain)}."
        raise ExportRequestError(sentence, "The grain", "--grain") from None


def make_job(request: ExportRequest, takes: "Takes") -> ExportJob:
    """The job that does what is asked; not started. Call it in the main thread."""
    from twostroke.gui.export.render import FrameRenderer

    def renderer(frames: "Frames", size: tuple[int, int]) -> FrameRenderer:
        return FrameRenderer(takes, frames, request.choices, size)

    title = f"Twostroke: {request.path.stem}"
    work = Work(request.path, request.format, request.size, request.fps, len(request.frames), title, tuple)
    if request.format.filmed:
        from twostroke.gui.export.slides.filmed import film_before

        return job_of(*film_before(work, request.film, request.still[0], request.frames, renderer), request.updates)
    return job_of(renderer(request.frames, work.size), _timed(work, request.frames), request.updates)


def job_of(renderer: "FrameRenderer | FilmAndSteps", work: Work, updates: int) -> ExportJob:
    """The job that makes the file at `work.path` of what `renderer` paints; its palette shows so many updates."""
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

    samples = map(sample, sampled(work.frames, updates))
    job = ExportJob(picture, work.frames, open_writer, work.path, frames_ahead(work.size), samples)
    return job


def _timed(work: Work, frames: Clip | Moments | Steps | Still) -> Work:
    """With what a player has to know of its frames."""
    if not isinstance(frames, Moments):
        return work
    return replace(work, times=frames.times, stops=frames.stops, length=frames.length)


def sampled(count: int, updates: int) -> range:
    """Which of so many frames a palette is made of: spread over the whole clip, PALETTE_SAMPLES of an update."""
    most = min(MOST_PALETTE_SAMPLES, PALETTE_SAMPLES * updates)
    return range(0, count, -(-count // most))


def frames_ahead(size: tuple[int, int]) -> int:
    """How many images of that size may wait for the encoder."""
    width, height = size
    return max(1, min(QUEUE_FRAMES, QUEUE_BYTES // (4 * width * height)))
