"""Slides that begin with a film: one job paints its pictures and then the steps."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage

from twostroke.engine.files.holding import held
from twostroke.engine.files.sweeping import part_beside
from twostroke.gui.export.kind import Format, Needs, Work
from twostroke.gui.export.slides.deck import SlidesWriter, writable
from twostroke.gui.export.steps import StepPicture
from twostroke.gui.export.writers import FilmWriter
from twostroke.gui.model.storyboard.shot_frames import BoardFrame

if TYPE_CHECKING:
    from twostroke.gui.export.render import AnyFrames, FrameRenderer

FILM_SIDE = 720
"""Pixels of a film's shorter side, at most: what plays well out of a presentation, and can be sent."""


def film_size(width: int, height: int) -> tuple[int, int]:
    """Pixels of the film on slides of that shape, both even."""
    factor = min(1.0, FILM_SIDE / min(width, height))
    return 2 * round(factor * width / 2), 2 * round(factor * height / 2)


@dataclass(frozen=True)
class FilmAndSteps:
    """The pictures of a film, and behind them those of the slides: its poster, and each step."""

    film: "FrameRenderer"
    frames: int
    slides: "FrameRenderer"

    def picture(self, needs: Needs) -> Callable[[int], Any]:
        """What turns the number of a picture into an image, or into a step."""
        return lambda index: self.film.image(index) if index < self.frames else self.slides.step(index - self.frames)

    sampler = picture


def film_before(
    work: Work,
    film: "AnyFrames",
    poster: BoardFrame,
    steps: "AnyFrames",
    renderer: "Callable[[AnyFrames, tuple[int, int]], FrameRenderer]",
) -> tuple[FilmAndSteps, Work]:
    """What paints `film` and then `steps`, and the work of `steps` with it."""
    slides = (poster, *(steps[index] for index in range(len(steps))))
    painted = FilmAndSteps(renderer(film, film_size(*work.size)), len(film), renderer(slides, work.size))
    return painted, replace(work, frames=len(film) + len(slides), film=len(film))


class FilmedSlidesWriter(SlidesWriter):
    """Takes the pictures of a film, its poster and steps. The film lies beside the file until it is complete."""

    light = False

    def __init__(self, work: Work, kind: Format) -> None:
        super().__init__(work)
        self._left = work.film
        self._film_path = part_beside(work.path, ".mp4")
        self._kept = ExitStack()
        self._kept.callback(self._film_path.unlink, missing_ok=True)
        film = replace(work, path=self._film_path, format=kind, size=film_size(*work.size))
        try:
            self._film: FilmWriter | None = FilmWriter(film)
            self._kept.enter_context(held(self._film_path))
        except BaseException:
            self._kept.close()
            raise

    def prepare(self, picture: QImage | StepPicture) -> Any:
        """An image as the encoder takes it."""
        film = self._film
        return film.prepare(picture) if film is not None and isinstance(picture, QImage) else picture

    def add(self, picture: Any) -> None:
        """The next picture of the film, its poster, or the next slide."""
        if self._left:
            self._left -= 1
            assert self._film is not None
            self._film.add(picture)
        elif self._film is not None:
            self._end_film()
            self._add_film_slide(picture)
        else:
            super().add(picture)

    def _end_film(self) -> None:
        film, self._film = self._film, None
        if film is not None:
            film.close()

    def _add_film_slide(self, poster: StepPicture) -> None:
        deck = self._deck
        slide = self._titled_slide(self._title, "\n".join((self._title, "", "A click plays the film.")))
        content = self._film_path.read_bytes()
        self._kept.close()
        picture = BytesIO(self._png_of(poster))
        whole = 0, 0, deck.slide_width, deck.slide_height
        film = slide.shapes.add_movie(BytesIO(content), *whole, poster_frame_image=picture, mime_type="video/mp4")
        film._element.nvPicPr.cNvPr.set("descr", writable(poster.caption))

    def close(self) -> None:
        """Write the file. Of a film that was not completed, nothing stays."""
        try:
            self._end_film()
        finally:
            self._kept.close()
        super().close()
