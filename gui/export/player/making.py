"""Makes the page of the player of the moments of a film."""

from twostroke.gui.export.kind import Work
from twostroke.gui.export.player.one_file import page, snippet
from twostroke.gui.export.player.places import GRID
from twostroke.gui.export.player.plain import Composition, Shapes, told
from twostroke.gui.export.steps import StepPicture
from twostroke.gui.model.choices import Choices, Look, Theme
from twostroke.gui.stage.paint.outlines import EM

NARROW = (360.0, 560.0)
"""For a telephone that is held upright: what is written is legible there."""

BESIDE = 640.0
"""Width for a page on which there is something else as well..."""

MUCH_WIDER = 1.5
"""...where the picture is so many times wider."""


def sizes(width: int, height: int) -> tuple[tuple[float, float], ...]:
    """Those that the pictures are composed for, the one that was asked for first."""
    beside = [(BESIDE, round(BESIDE * height / width))] if width >= MUCH_WIDER * BESIDE else []
    narrow = [NARROW] if width > NARROW[0] else []
    return ((float(width), float(height)), *beside, *narrow)


class PlayerWriter:
    """One page. `to_paste`: as an element for another page."""

    def __init__(self, work: Work, to_paste: bool = False) -> None:
        self._work, self._to_paste = work, to_paste
        self._stops = frozenset(work.stops)
        self._shapes = Shapes()
        self._compositions = [Composition(self._shapes, *size) for size in sizes(*work.size)]
        self._captions: list[str] = []
        self._title = ""  # of the shot that was told of last
        self._count = 0
        self._look: Look = Choices(theme=Theme.LIGHT)

    def add(self, picture: StepPicture) -> None:
        """The next moment, which is told in words where it is a stop."""
        first, *others = self._compositions
        first.add(picture.scene, picture.camera)
        for other in others:
            other.add(*picture.compose(other.width, other.height))
        if self._count in self._stops:
            new = picture.title and picture.title != self._title
            self._captions.append(f"{picture.title}: {picture.caption}" if new else picture.caption)
            self._title = picture.title
        self._count += 1
        self._look = picture.view.choices

    def close(self) -> None:
        """Write the file, if all moments are there."""
        if self._count == self._work.frames:
            self._work.path.write_bytes(self._content().encode("utf-8", "replace"))

    def _content(self) -> str:
        title = self._work.title
        steps = {
            "title": title,
            "captions": self._captions,
            "stops": self._work.stops,
            "times": [round(1_000 * time) for time in self._work.times],
            "length": round(1_000 * self._work.length),
        }
        whole = page(title, self._look, steps, told(self._shapes, self._compositions, GRID, EM))
        return snippet(title, whole) if self._to_paste else whole
