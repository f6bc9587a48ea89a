"""Images that are painted over once nobody has use for what was on them.

The system gives a new image of this size as pages that it clears one by one at the first touch, and takes them back
afterwards: of a film in HD that was a fifth of the painter's time, and the encoder waited for it.
"""

import weakref

from PySide6.QtGui import QImage

MOST_IMAGES = 16
"""Images that wait for an encoder, and those at work on both sides of the queue."""


class Canvas:
    """An image to paint on. What was painted last is there still: `shows` is its number, 0 where it has none."""

    def __init__(self, size: tuple[int, int], transparent: bool = False) -> None:
        opaque, clear = QImage.Format.Format_RGB32, QImage.Format.Format_ARGB32_Premultiplied
        self.image = QImage(*size, clear if transparent else opaque)
        self.shows = 0
        self._copy: weakref.ref[QImage] | None = None

    @property
    def free(self) -> bool:
        """Whether the copy is gone. Of one that lives on elsewhere Qt keeps the pixels: painting makes new ones."""
        return self._copy is None or self._copy() is None

    def handed_out(self) -> QImage:
        """A copy, which shares the memory."""
        copy = QImage(self.image)
        self._copy = weakref.ref(copy)
        return copy


class Canvases:
    """Canvases of one size, as many as are in use at a time."""

    def __init__(self, size: tuple[int, int], transparent: bool = False) -> None:
        self._size, self._transparent = size, transparent
        self._known: list[Canvas] = []

    def free(self) -> Canvas:
        """One that may be painted on."""
        for canvas in self._known:
            if canvas.free:
                return canvas
        canvas = Canvas(self._size, self._transparent)
        if len(self._known) < MOST_IMAGES:
            self._known.append(canvas)
        return canvas
