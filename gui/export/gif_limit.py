"""A GIF that is no larger than it may be: made as asked for, and where that is too large, from it with less.

First it shows fewer frames a second, down to as many as still look like a motion; then it gets smaller. What a try made
tells about how much the next one has to save, so that there are few of them.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from twostroke.engine.files.holding import held
from twostroke.engine.files.leftovers import unfinished
from twostroke.engine.files.sweeping import part_beside
from twostroke.gui.export.job import Smaller
from twostroke.gui.export.kind import Format, Work
from twostroke.gui.export.refusals import ExportError
from twostroke.gui.export.writers import GifWriter

LEAST_FPS = 10
"""Frames a second below which a stroke is no motion any more."""

LEAST_WIDTH = 240
MOST_TRIES = 8

EASY = 0.97
"""What a try aims at, as a share of the limit."""


class CappedGifWriter:
    """The film as asked for; then, where it is too large, as large as it may be."""

    light = GifWriter.light

    def __init__(self, work: Work, most_bytes: int) -> None:
        self._work, self._most = work, most_bytes
        self._writer = GifWriter(work)

    def prepare(self, picture: QImage) -> Any:
        """The image as a frame."""
        return self._writer.prepare(picture)

    def add(self, picture: Any) -> None:
        """The next frame: an image, or what `prepare` made of it."""
        self._writer.add(picture)

    def close(self) -> None:
        """Complete the file."""
        self._writer.close()

    def too_large(self) -> bool:
        """Whether the file that was made is larger than it may be."""
        return os.path.getsize(self._work.path) > self._most

    def shrink(self, look: Callable[[], None]) -> Smaller:
        """Make it smaller; ExportError where it cannot be so small. What `look` raises ends it between two frames."""
        path = self._work.path
        whole = part_beside(path, path.suffix)  # a name that others know, should this process be killed
        every, scale, size = 1, 1.0, os.path.getsize(path)
        os.replace(path, whole)
        with unfinished(whole):
            for _ in range(MOST_TRIES):
                every, scale = self._less(every, scale, size / (EASY * self._most))
                if scale < 1.0 and scale * self._work.size[0] < LEAST_WIDTH:
                    break
                size = self._made(whole, every, scale, look)
                if size <= self._most:
                    return self._smaller(every, scale)
        raise ExportError(
            f"The GIF cannot be made in {self._most / 1e6:g} MB: with few frames a second and "
            f"{LEAST_WIDTH} pixels wide it still takes {size / 1e6:.2g} MB. Allow more, show less, or choose .mp4."
        )

    def _less(self, every: int, scale: float, times: float) -> tuple[int, float]:
        """What to leave out where a try was so many times too large."""
        most = max(self._work.fps // LEAST_FPS, 1)
        if every < most:
            return min(max(round(every * times), every + 1), most), scale
        return every, scale * max(min(times**-0.6, 0.92), 0.4)  # flat pictures shrink less than their area

    def _smaller(self, every: int, scale: float) -> Smaller:
        width, height = (max(16, round(side * scale)) for side in self._work.size)
        return Smaller(-(-self._work.frames // every), (width, height))

    def _ending_after(self, every: int) -> Format:
        """Its last frame stays as long as those that it stands for, of which there may be fewer."""
        chosen = self._work.format
        assert chosen.codec is not None
        left = (self._work.frames - 1) % every + 1
        hundredths = max(2, round(100 * left / self._work.fps))  # see GIF_FPS
        container = {**chosen.codec.container, "final_delay": f"{hundredths}"}
        return replace(chosen, codec=replace(chosen.codec, container=container))

    def _made(self, whole: Path, every: int, scale: float, look: Callable[[], None]) -> int:
        """The size of the file with each so many-th frame, so much smaller."""
        count, (width, height) = self._smaller(every, scale)
        fps = Fraction(self._work.fps, every)  # so that the film takes as long as before

        def pictures(step: int = 1) -> Iterator[QImage]:
            for at, frame in enumerate(_decoded(whole, look)):
                if at % every == 0 and (at // every) % step == 0:
                    yield _image(frame, width, height)

        step = max(1, count // 16)
        work = replace(
            self._work,
            format=self._ending_after(every),
            size=(width, height),
            fps=fps,
            frames=count,
            samples=lambda: pictures(step),
            most_bytes=None,
        )
        writer = GifWriter(work)
        with held(work.path):  # which is another file than the one that was held as it was `whole`
            try:
                for picture in pictures():
                    writer.add(picture)
            except BaseException:
                with suppress(Exception):  # why it could not be completed is known
                    writer.close()
                raise
            writer.close()
        return os.path.getsize(self._work.path)


def _decoded(path: Path, look: Callable[[], None]) -> Iterator[Any]:
    """Its frames. It is `look` that ends it, in here, where the file is closed, so that it can be removed at once."""
    import av

    with av.open(f"file:{path}", format="gif") as film:
        for frame in film.decode(video=0):
            look()
            yield frame.to_ndarray(format="bgra")


def _image(pixels: Any, width: int, height: int) -> QImage:
    tall, wide = pixels.shape[:2]
    image = QImage(pixels.tobytes(), wide, tall, 4 * wide, QImage.Format.Format_RGB32).copy()
    if (wide, tall) == (width, height):
        return image
    smooth = Qt.TransformationMode.SmoothTransformation
    return image.scaled(width, height, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
