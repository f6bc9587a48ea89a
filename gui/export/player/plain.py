"""Scenes as plain data: each shape and each of its arrays once, each picture as the numbers of its shapes.

What rests from picture to picture is not written again, so what is written is what differs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.gui.export.player.letters import Letters
from twostroke.gui.export.player.places import all_whole, whole
from twostroke.gui.stage.paint.camera import STRAIGHT, Camera
from twostroke.gui.stage.paint.pieces import pieces
from twostroke.gui.stage.scene.items import NONE, Discs, Item, Lines, Pictures, Polygon, Rects, Scene, Text
from twostroke.gui.stage.scene.layout import metrics

PLAIN = STRAIGHT, 1.0
"""How most pictures are seen."""

Written = list[Any]
"""A shape: its kind, then numbers of arrays, places and colours; `resources/player/player.js` reads it."""


class Shapes:
    """What all pictures of a page share."""

    def __init__(self) -> None:
        self.letters = Letters()
        self.arrays: list[list[int]] = []
        self._arrays: dict[bytes, int] = {}

    def written(self, item: Item) -> Written:
        """A shape."""
        return _WRITERS[type(item)](self, item)

    def array(self, values: NDArray[Any]) -> int:
        """The number of an array of whole numbers."""
        key = values.tobytes()
        if key not in self._arrays:
            self._arrays[key] = len(self.arrays)
            self.arrays.append(values.ravel().tolist())
        return self._arrays[key]

    def places(self, *values: NDArray[Any]) -> list[int]:
        """The numbers of arrays of places or lengths."""
        return [self.array(all_whole(each)) for each in values]

    def colours(self, *values: NDArray[Any]) -> list[int]:
        """The numbers of arrays of colours."""
        return [self.array(np.where(each == NONE, NONE, each & 0xFFFFFF).astype(np.int64)) for each in values]


def _lines(page: Shapes, item: Lines) -> Written:
    return ["L", *page.places(item.x1, item.y1, item.x2, item.y2, item.width), *page.colours(item.colour)]


def _discs(page: Shapes, item: Discs) -> Written:
    own = page.colours(item.fill, item.ring)
    return ["D", *page.places(item.x, item.y, item.radius, item.ring_width), *own]


def _rects(page: Shapes, item: Rects) -> Written:
    edge = whole(item.corner), whole(item.border_width)
    sides = page.places(item.x, item.y, item.width, item.height)
    return ["R", *sides, *page.colours(item.fill, item.border), *edge]


def _pictures(page: Shapes, item: Pictures) -> Written:
    rows, columns = item.colours.shape[1:]
    return [
        "P",
        *page.places(item.x, item.y, item.side),
        *page.colours(item.colours),
        rows,
        columns,
        int(item.smooth),
    ]


def _polygon(page: Shapes, item: Polygon) -> Written:
    return ["G", *page.places(np.array(item.points).ravel()), item.fill & 0xFFFFFF]


def _text(page: Shapes, item: Text) -> Written:
    return ["T", page.letters.word(item), whole(item.x), whole(item.y), item.colour & 0xFFFFFF]


_WRITERS: dict[type, Callable[[Shapes, Any], Written]] = {
    Lines: _lines,
    Discs: _discs,
    Rects: _rects,
    Pictures: _pictures,
    Polygon: _polygon,
    Text: _text,
}


@dataclass
class Composition:
    """All pictures for one size."""

    page: Shapes
    width: float
    height: float
    size: tuple[float, float] = (0.0, 0.0)  # for which the first one is composed
    background: int = 0
    items: list[Written] = field(default_factory=list)
    pictures: list[list[int]] = field(default_factory=list)
    _numbers: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _last: dict[int, tuple[Item, int]] = field(default_factory=dict)

    def add(self, scene: Scene, camera: Camera = STRAIGHT) -> None:
        """The next picture, its network as the camera sees it. It may be composed for another size of that shape."""
        self.size = self.size if any(self.size) else (scene.width, scene.height)
        scale = self.size[0] / scene.width
        self.background = scene.background & 0xFFFFFF
        found = [(item, self._number(item), within) for item, within in chain(*pieces(scene, camera))]
        self._last = {id(item): (item, number) for item, number, _ in found}  # held, so that ids stay theirs
        seen = {True: camera, False: STRAIGHT}
        looks = {within: [self._look(each, scale)] for within, each in seen.items()} if (camera, scale) != PLAIN else {}
        runs = ((looks.get(within, []), run) for within, run in groupby(found, key=itemgetter(2)))
        self.pictures.append([number for look, run in runs for number in (*look, *(number for _, number, _ in run))])

    def _look(self, camera: Camera, scale: float) -> int:
        """From here on all is magnified and moved."""
        return self._kept(["V", round(camera.zoom * scale, 4), whole(camera.x * scale), whole(camera.y * scale)])

    def _number(self, item: Item) -> int:
        known = self._last.get(id(item))
        if known is not None:
            return known[1]
        return self._kept(self.page.written(item))

    def _kept(self, written: Written) -> int:
        key = tuple(written)
        if key not in self._numbers:
            self._numbers[key] = len(self.items)
            self.items.append(written)
        return self._numbers[key]

    @property
    def told(self) -> dict[str, Any]:
        """As the page has it."""
        return {
            "width": self.size[0],
            "height": self.size[1],
            "text": metrics(*self.size).small,
            "background": self.background,
            "items": self.items,
            "pictures": self.pictures,
        }


def told(page: Shapes, compositions: Sequence[Composition], grid: int, em: int) -> dict[str, Any]:
    """All that is drawn."""
    return {
        "grid": grid,
        "em": em,
        "outlines": page.letters.outlines,
        "words": page.letters.words,
        "arrays": page.arrays,
        "compositions": [each.told for each in compositions],
    }
