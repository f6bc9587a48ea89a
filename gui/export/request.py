"""An export as it is asked for, and the job that does it. The command line and the dialog both come through here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twostroke.gui.export import formats
from twostroke.gui.export.clip import Clip, Still, check_ranges, parse_moment, telling_cursor
from twostroke.gui.export.clip import Frame as ClipFrame
from twostroke.gui.export.job import ExportJob, Writer
from twostroke.gui.export.kind import Format, Work
from twostroke.gui.model.choices import Choices, Theme

if TYPE_CHECKING:
    from twostroke.gui.export.takes import Takes

PALETTE_SAMPLES = 24


@dataclass(frozen=True)
class ExportRequest:
    """What to export and how. ExportRequestError, with a sentence, where it cannot be made; nothing is begun then."""

    target: str
    depth: int  # layers with weights
    width: int = 1280
    height: int = 720
    fps: int = 30
    updates: int = 1
    seconds: float = 12.0  # per update
    theme: Theme = Theme.LIGHT
    batch_row: int = 0  # which sample of the mini-batch the neurons show
    reduced_motion: bool = False  # cross-fades instead of travel
    moment: str = ""  # for a single picture; "" for the most telling one

    def __post_init__(self) -> None:
        formats.check_target(self.path, self.format)
        formats.check_fps(self.fps, self.format)
        formats.fitted_size(self.width, self.height, self.format)
        check_ranges(self.updates, self.seconds, self.fps)  # also where a single picture has no use for them
        self._still()
        len(self.frames)  # a clip checks itself

    @property
    def path(self) -> Path:
        """Where the result goes."""
        return Path(self.target)

    @property
    def format(self) -> Format:
        """The kind of file."""
        return formats.format_for(self.target)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height that the result has."""
        return formats.fitted_size(self.width, self.height, self.format)

    @property
    def frames(self) -> Clip | Still:
        """The frames of the result."""
        if self.format.moving:
            return Clip(self.depth, self.updates, self.seconds, self.fps)
        return self._still()

    def _still(self) -> Still:
        cursor = parse_moment(self.moment, self.depth) if self.moment else telling_cursor(self.depth)
        return Still(ClipFrame(0, cursor))

    @property
    def choices(self) -> Choices:
        """What the picture shows."""
        return Choices(theme=self.theme, batch_row=self.batch_row, reduced_motion=self.reduced_motion)


def make_job(request: ExportRequest, takes: "Takes") -> ExportJob:
    """The job that does what is asked; not started. Call it in the main thread."""
    from twostroke.gui.export.render import FrameRenderer, ensure_application, ensure_font

    ensure_application()
    ensure_font()
    renderer = FrameRenderer(takes, request.frames, request.choices, request.size)
    chosen, count = request.format, len(request.frames)
    picture = renderer.picture(chosen.needs)
    title = f"Twostroke: {request.path.stem}"

    def open_writer(path: Path) -> Writer:
        return chosen.open(
            Work(path, chosen, request.size, request.fps, count, title, lambda: _samples(picture, count))
        )

    return ExportJob(picture, count, open_writer, request.path)


def _samples(picture: Callable[[int], Any], count: int) -> Iterator[Any]:
    """Pictures spread over the whole clip, for a palette that fits all of it."""
    step = max(1, count // PALETTE_SAMPLES)
    return (picture(index) for index in range(0, count, step))
