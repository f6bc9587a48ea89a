"""What a scene is made of: frozen primitives in pixels, with one array entry per thing where there are many.

Colours are packed ints (see `colour`); -1 means none. Items are painted in the order in which a scene lists them.
"""

import math
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twostroke.gui.look.colour import Packed
from twostroke.gui.model.choices import LinkRef, NeuronRef
from twostroke.gui.model.explain.quantities import Quantity
from twostroke.gui.model.line_breaks import kept_together

Floats = NDArray[np.floating[Any]]
NONE = -1


@dataclass(frozen=True, eq=False)
class Lines:
    """Straight lines. All arrays (n,)."""

    x1: Floats
    y1: Floats
    x2: Floats
    y2: Floats
    width: Floats
    colour: Packed
    role: str = ""


@dataclass(frozen=True, eq=False)
class Discs:
    """Circles, filled, ringed or both. All arrays (n,)."""

    x: Floats
    y: Floats
    radius: Floats
    fill: Packed  # NONE for a hollow one
    ring: Packed  # NONE for no ring
    ring_width: Floats
    role: str = ""


@dataclass(frozen=True, eq=False)
class Rects:
    """Upright rectangles, all with the same corner radius. Arrays (n,); (x, y) is the upper left corner."""

    x: Floats
    y: Floats
    width: Floats
    height: Floats
    fill: Packed
    border: Packed
    corner: float = 0.0
    border_width: float = 1.0
    role: str = ""

    def filled(self, fill: Packed) -> "Rects":
        """The same with other colours. (`dataclasses.replace` takes five times as long.)"""
        sides = self.x, self.y, self.width, self.height
        return Rects(*sides, fill, self.border, self.corner, self.border_width, self.role)


@dataclass(frozen=True, eq=False)
class Pictures:
    """Small pictures of one resolution, (n, rows, columns) colours, the first row above. Other arrays (n,)."""

    x: Floats  # upper left corners
    y: Floats
    side: Floats
    colours: Packed
    smooth: bool = False  # whether neighbours flow into each other, or are cells with edges
    role: str = ""


@dataclass(frozen=True)
class Polygon:
    """One filled shape."""

    points: tuple[tuple[float, float], ...]
    fill: int
    role: str = ""


class Weight(IntEnum):
    """Boldness of text, in the font's own numbers."""

    REGULAR = 400
    MEDIUM = 500
    SEMIBOLD = 600


class Align(IntEnum):
    """Where a text's point lies: at its left end, middle or right end. Vertically always the middle."""

    LEFT = -1
    CENTRE = 0
    RIGHT = 1


@dataclass(frozen=True)
class Text:
    """One text at (x, y). With `wrap` > 0 it is broken into lines of that width, centred around y."""

    x: float
    y: float
    text: str
    size: float
    colour: int
    align: Align = Align.CENTRE
    weight: Weight = Weight.REGULAR
    wrap: float = 0.0
    role: str = ""

    @property
    def written(self) -> str:
        """The text as its lines may be broken."""
        return kept_together(self.text) if self.wrap else self.text


same_text = lru_cache(maxsize=4_096)(Text)
"""A text that most frames show alike: of the same arguments the same object, which is not compared with itself."""

Item = Lines | Discs | Rects | Pictures | Polygon | Text


@dataclass(frozen=True, eq=False)
class Targets:
    """Where the mouse finds neurons. Arrays (n,)."""

    layer: NDArray[np.intp]
    unit: NDArray[np.intp]
    x: Floats
    y: Floats
    reach: Floats

    def at(self, x: float, y: float) -> NeuronRef | None:
        """The neuron at that point, the nearest where several reach it."""
        if not len(self.x):
            return None
        away = np.hypot(self.x - x, self.y - y) - self.reach
        best = int(np.argmin(away))
        return NeuronRef(int(self.layer[best]), int(self.unit[best])) if away[best] <= 0 else None


@dataclass(frozen=True, eq=False)
class LinkTargets:
    """Where the mouse finds the links into one layer that are drawn one by one. Arrays (n,); one x where it is that of
    all.
    """

    layer: int
    source: NDArray[np.intp]
    target: NDArray[np.intp]
    x1: Floats | float
    y1: Floats
    x2: Floats | float
    y2: Floats

    def nearest(self, x: float, y: float) -> tuple[float, LinkRef] | None:
        """How far the nearest link is from that point, and which one it is; None beside all of them."""
        within = np.logical_and(np.less_equal(self.x1, x), np.greater_equal(self.x2, x))
        if not len(self.source) or not within.any():
            return None
        slope = (self.y2 - self.y1) / (self.x2 - self.x1)
        away = np.where(within, np.abs(self.y1 + slope * (x - self.x1) - y) / np.hypot(1.0, slope), np.inf)
        best = int(np.argmin(away))
        return float(away[best]), LinkRef(self.layer, int(self.source[best]), int(self.target[best]))


@dataclass(frozen=True)
class RasterTarget:
    """Where the mouse finds the samples of a mini-batch: the rows of one raster, the first one being sample `first`."""

    left: float
    right: float
    top: float
    row: float  # height of a row
    first: int
    rows: int

    def at(self, x: float, y: float) -> int | None:
        """Place in the mini-batch of the sample at that point."""
        place = int((y - self.top) // self.row)
        return self.first + place if self.left <= x <= self.right and 0 <= place < self.rows else None


@dataclass(frozen=True, eq=False)
class Marks:
    """What stands above and below one layer, in the order of painting."""

    x: float  # middle of the layer
    heading: tuple[Item, ...]
    strips: tuple[Item, ...]
    strip_half: float  # half the width of their cells
    stretch: float  # how much wider they may become where one looks closer
    rasters: tuple[RasterTarget, ...]
    run: tuple[Item, ...]  # what this layer and others beside it do, said once; not where one looks closer
    own: tuple[Item, ...]  # the heading there, as soon as there is room for it; () for the one above
    room: float  # from layer to layer


@dataclass(frozen=True, eq=False)
class Card:
    """The label of a thing about (`x`, `y`), the `things` that it must not cover, and the `others` that it had better
    not: left, top, right, bottom each, (n, 4); a pixel of each of these counts as its `worth` says, (n,). `level` where
    it is liked best right or left of them.
    """

    x: float
    y: float
    things: Floats
    others: Floats
    worth: Floats
    level: bool
    left: float
    top: float
    width: float
    height: float
    items: tuple[Item, ...]


class FindsNumbers(Protocol):
    """Where the mouse finds numbers beside neurons and links."""

    @property
    def card(self) -> tuple[float, float, float, float]:
        """That of the loss, in the network: left, top, width, height."""

    def in_network(self, x: float, y: float) -> Quantity | None:
        """At a point of the network."""

    def on_strips(self, layer: int, x: float, y: float) -> Quantity | None:
        """At a point of the masks of a layer."""


@dataclass(frozen=True, eq=False)
class Scene:
    """One picture. `glow`, `ground` and `world` may be zoomed and panned; `frame` (title, caption, legend) stays where
    it is. `marks`, `words` (beside the strips) and `card` move with the network and keep their size.

    `glow` lies below all else, the groups of `ground` on it and beside each other. As long as one does not change, its
    items are the same objects in all frames, so that a painter can keep its picture.
    """

    width: float
    height: float
    background: int
    ground: tuple[tuple[Item, ...], ...]
    world: tuple[Item, ...]
    marks: tuple[Marks, ...]
    words: tuple[Text, ...]
    card: Card | None
    frame: tuple[Item, ...]
    targets: Targets
    top: float  # the network's own part of the picture, from here...
    bottom: float  # ...to here
    link_targets: tuple[LinkTargets, ...] = ()
    numbers: FindsNumbers | None = None
    counts: dict[str, int] = field(default_factory=dict)  # "links", "links_drawn"
    glow: tuple[Item, ...] = ()
    part: tuple[float, float] | None = None  # width and height of what the network alone has, of a picture with charts

    @property
    def room(self) -> tuple[float, float]:
        """Right and lower edge of where the network may be seen, with its titles, strips and card."""
        return self.part or (self.width, self.height)

    @property
    def rasters(self) -> tuple[RasterTarget, ...]:
        """Where the samples of the mini-batch can be chosen."""
        return tuple(raster for marks in self.marks for raster in marks.rasters)

    @property
    def over(self) -> tuple[Item, ...]:
        """What stands over the network: titles and strips, row by row, as it is read."""
        headings = [item for marks in self.marks for item in (*marks.heading, *marks.run)]
        headings.sort(key=lambda item: item.y if isinstance(item, Text) else math.inf)
        strips = (item for marks in self.marks for item in marks.strips)
        return (*headings, *strips, *self.words)

    @property
    def label(self) -> tuple[Item, ...]:
        """The card of what is pointed at, above all else: caption and legend must not run through it."""
        return self.card.items if self.card is not None else ()

    def on_lens(self, x: float, y: float) -> bool:
        """Whether the legend names the lens at that point."""
        chips = (item for item in self.frame if isinstance(item, Rects) and item.role == "lens chip")
        return any(0 <= x - chip.x[0] <= chip.width[0] and 0 <= y - chip.y[0] <= chip.height[0] for chip in chips)

    def link_at(self, x: float, y: float, reach: float) -> LinkRef | None:
        """The nearest link that is drawn at most `reach` from that point."""
        found = [near for links in self.link_targets if (near := links.nearest(x, y)) is not None]
        if not found:
            return None
        away, link = min(found, key=lambda near: near[0])
        return link if away <= reach else None

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in the order of painting."""
        ground = (item for group in self.ground for item in group)
        return (*self.glow, *ground, *self.world, *self.over, *self.frame, *self.label)

    def texts(self, role: str | None = None) -> tuple[str, ...]:
        """All that is written, or what is written in one role."""
        return tuple(i.text for i in self.items if isinstance(i, Text) and role in (None, i.role))

    def with_role(self, role: str) -> tuple[Item, ...]:
        """The items of one role."""
        return tuple(i for i in self.items if i.role == role)


def lines(
    x1: ArrayLike, y1: ArrayLike, x2: ArrayLike, y2: ArrayLike, width: ArrayLike, colour: ArrayLike, role: str = ""
) -> Lines:
    """Lines from anything that broadcasts to one length."""
    a = _alike(x1, y1, x2, y2, width)
    return Lines(a[0], a[1], a[2], a[3], a[4], _colours(colour, a[0].shape), role)


def discs(
    x: ArrayLike,
    y: ArrayLike,
    radius: ArrayLike,
    fill: ArrayLike = NONE,
    ring: ArrayLike = NONE,
    ring_width: ArrayLike = 1.0,
    role: str = "",
) -> Discs:
    """Discs from anything that broadcasts to one length."""
    a = _alike(x, y, radius, ring_width)
    return Discs(a[0], a[1], a[2], _colours(fill, a[0].shape), _colours(ring, a[0].shape), a[3], role)


def rects(
    x: ArrayLike,
    y: ArrayLike,
    width: ArrayLike,
    height: ArrayLike,
    fill: ArrayLike = NONE,
    border: ArrayLike = NONE,
    corner: float = 0.0,
    border_width: float = 1.0,
    role: str = "",
) -> Rects:
    """Rectangles from anything that broadcasts to one length."""
    a = _alike(x, y, width, height)
    shape = a[0].shape
    return Rects(a[0], a[1], a[2], a[3], _colours(fill, shape), _colours(border, shape), corner, border_width, role)


def same_lines(some: Lines, others: Lines) -> bool:
    """Whether both look the same."""
    names = ("x1", "y1", "x2", "y2", "width", "colour")
    return some.role == others.role and all(np.array_equal(getattr(some, n), getattr(others, n)) for n in names)


def _alike(*values: ArrayLike) -> list[Floats]:
    """As arrays of one length; a single number stands for all. (`np.broadcast_arrays` takes ten times as long.)"""
    arrays = [np.asarray(value, dtype=np.float64) for value in values]
    shape = next((array.shape for array in arrays if array.ndim and len(array) != 1), (1,))
    return [array if array.shape == shape else _filled(array, shape) for array in arrays]


def _filled(array: Floats, shape: tuple[int, ...]) -> Floats:
    out: Floats = np.empty(shape)
    out[:] = array
    return out


def _colours(colour: ArrayLike, shape: tuple[int, ...]) -> Packed:
    packed = np.asarray(colour, dtype=np.int32)
    if packed.shape == shape:
        return packed
    out = np.empty(shape, dtype=np.int32)
    out[:] = packed
    return out
