"""What an entry of `formats.FORMATS` says of a kind of file, and what a writer is told when it is opened."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

from twostroke.gui.export.job import Writer
from twostroke.gui.model.storyboard.limits import MOST_FPS


class Needs(StrEnum):
    """What a writer takes as the picture of a frame."""

    IMAGE = "image"  # painted: a QImage of Format_RGB32
    DRAWING = "drawing"  # a function that draws it with a QPainter in a QRectF
    SCENE = "scene"  # the shapes themselves
    STEP = "step"  # a steps.StepPicture
    FILM_AND_STEPS = "film and steps"  # images of a film, then steps: its poster, and each of the others


@dataclass(frozen=True)
class Codec:
    """An encoder of FFmpeg, as PyAV names it, and how it is set."""

    name: str
    pixels: str
    clear: str = ""  # pixels that can be transparent; "" where none can
    options: Mapping[str, str] = field(default_factory=dict)  # of the stream
    container: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Around:
    """What stands around a picture on a page, as far as it is known before the picture is there."""

    lens: str = ""  # "": that of the first picture
    taped: bool = True  # whether it shows an update, and not where training stands
    title: str = ""  # of its shot, where that has one of its own
    caption: str = ""  # of its shot, the same


@dataclass(frozen=True)
class Told:
    """Which words stand around pictures on a page."""

    title: bool = True
    caption: bool = True
    legend: bool = True


@dataclass(frozen=True)
class Work:
    """What a writer is opened for."""

    path: Path
    format: "Format"
    size: tuple[int, int]
    fps: int | Fraction
    frames: int
    title: str
    samples: Callable[[], Iterable[Any]]  # pictures spread over the whole film; to be asked for once, and all taken
    times: tuple[float, ...] = ()  # for a player: the second at which each picture begins...
    stops: tuple[int, ...] = ()  # ...which of them are stops...
    length: float = 0.0  # ...and the seconds of all
    around: tuple[Around, ...] = ()  # of each picture, where it is a step; () for all alike
    told: Told = Told()
    film: int = 0  # of slides: how many of the pictures are those of a film before them
    transparent: bool = False  # whether pictures have no background...
    cut: bool = False  # ...and a magnified network, which nothing covers at its edges
    most_bytes: int | None = None  # that the file may have
    look: Callable[[], None] = lambda: None  # to be called often by what takes long at the end: it may end the work


@dataclass(frozen=True)
class Format:
    """One kind of file."""

    title: str
    ending: str  # "" for a folder
    open: Callable[[Work], Writer]
    needs: Needs = Needs.IMAGE
    moving: bool = False
    stepwise: bool = False  # a picture of each stop of the grain, and, where it moves, of what is between them
    shape: str = ""  # where an ending stands for several kinds: how this one is asked for; "" for the usual one
    codec: Codec | None = None  # None where Qt or Python writes the file
    even: bool = False  # width and height must be even
    most_fps: int = MOST_FPS
    instead: str = ""  # what to choose where the codec is missing
    can_be_capped: bool = False  # whether the file can be told how large it may be
    on_one_sheet: bool = False  # whether all its pictures stand on one page, however many they are
    hint: Callable[[Path, int], str] | None = None  # what to do with the file and its so many pictures, in one line

    def made_as(self, shape: str) -> bool:
        """Whether that shape asks for this: "film" for what moves, "steps" for what goes stepwise."""
        usual = {"": True, "film": self.moving, "steps": self.stepwise}
        return shape == self.shape or (not self.shape and usual.get(shape, False))

    @property
    def made_of(self) -> str:
        """What there are several of in it, in one word."""
        return "frame" if self.moving else "step" if self.stepwise else "picture"

    @property
    def filmed(self) -> bool:
        """Whether a film stands before its steps."""
        return self.needs is Needs.FILM_AND_STEPS

    @property
    def can_be_clear(self) -> bool:
        """Whether it shows pictures without a background."""
        return bool(self.codec.clear) if self.codec is not None else self.needs is Needs.DRAWING

    @property
    def can_have_subtitles(self) -> bool:
        """Whether it is a film that players look for a file of subtitles beside."""
        return self.moving and self.needs is Needs.IMAGE and bool(self.ending)

    @property
    def label(self) -> str:
        """Its title, and the ending that chooses it."""
        return f"{self.title} ({self.ending})" if self.ending else self.title
