"""Where everything stands: any depth, any width, any size. Pixels; input left, output and loss right."""

import math
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from twostroke.gui.model.user_text import clusters
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.items import Floats

MANY = 40
"""Layers with more units than this become a block of cells..."""

SMALL_CELL = 5.0
"""...as does one whose neurons would have a smaller radius than this in pixels, and an input that is a picture."""

LARGEST_CELL = 24.0
"""Side of a cell at most, in units..."""

LARGEST = 54.0
"""...and radius of a neuron..."""

LONGEST = 440.0
"""...and from layer to layer."""

LANE = 17.0
"""Height of a lane for skip paths above the layers, in units."""

LEGEND_ROW = 1.75
"""Height of a row of the legend, in sizes of its text."""

CHARACTER = 0.56
"""Width of an average character as a share of the text size, in Inter."""

WIDE = 1.8
"""Width of an ideograph, in average characters."""

LOWEST = 60.0
"""Pixels of the layers' height below which a small picture beside others goes without strips."""

NARROW = frozenset("·⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Characters of powers of ten, which take about six tenths of that."""


def text_width(text: str, size: float) -> float:
    """About how wide `text` will be; the scene is computed without fonts."""
    return _characters(text) * size * CHARACTER


@lru_cache(maxsize=4096)
def _characters(text: str) -> float:
    """The width of `text` in average characters: ideographs and emoji are wider, accents take no room."""
    if text.isascii():
        return float(len(text))
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    none = sum(unicodedata.category(c) in ("Mn", "Me", "Cf") for c in text)
    return len(text) - none + (WIDE - 1.0) * wide - 0.4 * sum(c in NARROW for c in text)


@lru_cache(maxsize=4096)
def shorten(text: str, size: float, room: float) -> str:
    """`text`, cut to fit `room` pixels, with an ellipsis where something was cut."""
    if text_width(text, size) <= room:
        return text
    kept, left = "", room / (size * CHARACTER) - 1.0
    for piece in clusters(text):
        left -= _characters(piece)
        if left < 0 and kept:
            break
        kept += piece
    return kept.rstrip() + "…"


@dataclass(frozen=True)
class Metrics:
    """Sizes that the whole scene shares. `unit` is 1 in a picture of 1180 × 680."""

    width: float
    height: float
    unit: float
    small: float  # text sizes
    label: float
    caption: float
    margin: float


@lru_cache(maxsize=16)
def metrics(width: float, height: float) -> Metrics:
    """The sizes for a picture of that size; no text is smaller than 11 pixels."""
    unit = min(max(min(width / 1180.0, height / 680.0), 0.72), 3.0)
    return Metrics(
        width=width,
        height=height,
        unit=unit,
        small=max(11.0, 11.5 * unit),
        label=max(11.5, 13.0 * unit),
        caption=max(13.5, 16.0 * unit),
        margin=max(14.0, 22.0 * unit),
    )


@dataclass(frozen=True)
class Bands:
    """The picture from top to bottom: y of each band's middle, or its top and height."""

    title: float
    header: float
    header_end: float
    area_top: float
    area_height: float
    strips_top: float
    strips_height: float
    caption: float
    legend_top: float


@dataclass(frozen=True)
class Block:
    """A layer drawn as a matrix of cells."""

    columns: int
    rows: int
    cell: float
    left: float
    top: float
    picture: bool = False  # whether its cells are the pixels of a picture

    @property
    def width(self) -> float:
        """Pixels."""
        return self.columns * self.cell

    @property
    def height(self) -> float:
        """Pixels."""
        return self.rows * self.cell


@dataclass(frozen=True, eq=False)
class Column:
    """One layer's place. Arrays are (units,)."""

    index: int
    x: float  # middle
    xs: Floats  # middles of neurons or cells
    ys: Floats
    radius: float  # of a neuron, or half a cell
    gate_x: float  # left face of the gate
    gate_width: float  # thickness of a door
    gate_half: float  # half the height of a gate
    in_x: float  # where links arrive
    out_x: float  # where links leave, right of the gate
    link_ys: Floats
    block: Block | None
    room: float  # width that belongs to this layer
    near: float = 1.0  # of a block whose cells are neurons where one looks closer: how much (see close_up.py)

    @property
    def apart(self) -> bool:
        """Whether its neurons stand each by itself, with its own gate and ends of links."""
        return self.block is None or self.near > 1.0

    @cached_property
    def gate_xs(self) -> Floats:
        """The left face of each gate."""
        return self._each(self.gate_x)

    @cached_property
    def in_xs(self) -> Floats:
        """Where the links of each neuron arrive."""
        return self._each(self.in_x)

    @cached_property
    def out_xs(self) -> Floats:
        """Where they leave."""
        return self._each(self.out_x)

    @property
    def left(self) -> float:
        """The left edge of it all."""
        return self.in_x if self.block is None or self.near == 1.0 else self.block.left

    @property
    def right(self) -> float:
        """The right edge."""
        return self.out_x if self.block is None or self.near == 1.0 else self.block.left + self.block.width

    def _each(self, x: float) -> Floats:
        return self.xs + (x - self.x) if self.near > 1.0 or self.block is None else np.full(len(self.xs), x)


@dataclass(frozen=True, eq=False)
class Layout:
    """The whole picture's geometry."""

    metrics: Metrics
    bands: Bands
    columns: tuple[Column, ...]
    pulse: float  # radius of the largest pulse, one for all layers
    card: tuple[float, float, float, float]  # the loss node: x, y, width, height
    link_unit: float  # scale of the widths of links: less where neurons are crowded, the same for all layers
    near: float = 1.0  # how much closer one looks at discs that have room for a number then alone


def bands(
    m: Metrics,
    *,
    has_title: bool,
    has_raster: bool,
    legend_rows: int,
    two_lines: bool,
    lanes: int = 0,
    has_caption: bool = True,
    head: float = 0.0,
) -> Bands:
    """How the height is shared out; `lanes` for skip paths lie between the headers and the layers, `head` above all."""
    u = m.unit
    title = m.margin * 0.6 + m.label * 0.8
    top = max((title + m.label * 1.1) if has_title else m.margin * 0.55, head)
    header_height = m.label * (2.6 if two_lines else 1.5)
    legend_height = legend_rows * m.small * LEGEND_ROW
    legend_top = m.height - legend_height - m.margin * 0.35
    caption_height = m.caption * (4.1 if m.width < 40 * m.caption else 2.9 if m.width < 60 * m.caption else 2.4)
    caption_height = caption_height if has_caption else 0.0
    caption = legend_top - caption_height * 0.5
    strip_rows = 2 * strip_cell(m) + strip_gap(m) + m.small * 1.7
    strips_height = strip_rows + (2 * raster_height(m) + 8 * u if has_raster else 0.0)
    area_top = top + header_height + (8 + LANE * lanes) * u
    if not has_caption and caption - strips_height - area_top - 13 * u < LOWEST:
        strips_height = 0.0
    strips_top = caption - caption_height * 0.5 - strips_height - 4 * u
    return Bands(
        title=title,
        header=top + header_height / 2,
        header_end=top + header_height + 2 * u,
        area_top=area_top,
        area_height=max(strips_top - area_top - 9 * u, 40.0),
        strips_top=strips_top,
        strips_height=strips_height,
        caption=caption,
        legend_top=legend_top,
    )


def strip_cell(m: Metrics) -> float:
    """Height of a cell of the mask strips, and its greatest width."""
    return max(round(13.0 * m.unit), 11)


def strip_gap(m: Metrics) -> float:
    """Between forward and backward strip, where the joints are."""
    return max(5.0 * m.unit, 5.0)


def raster_height(m: Metrics) -> float:
    """Room for one raster of the mini-batch."""
    return min(max(m.height * 0.042, 17.0), 60.0)


def layout_of(view: ViewState, m: Metrics, b: Bands) -> Layout:
    """Places for all layers of `view`: the same object in all frames of a network in that size, of a film and live."""
    ends = (0, len(view.layers) - 1)  # elsewhere the names take no room
    layers = tuple(
        LayerSize(layer.index, layer.units, layer.unit_names if layer.index in ends else ()) for layer in view.layers
    )
    return _layout(layers, view.snapshot.session.data.info.image, m, b)


@dataclass(frozen=True)
class LayerSize:
    """What of a layer decides how much room it takes."""

    index: int
    units: int
    unit_names: tuple[str, ...]


@lru_cache(maxsize=8)  # of four networks, what is said below them, a presenter's view and an export
def _layout(layers: tuple[LayerSize, ...], image: tuple[int, int] | None, m: Metrics, b: Bands) -> Layout:
    u, blocks = m.unit, tuple(_is_block(layer, b.area_height, image) for layer in layers)
    card_width, card_height = max(104.0, 122.0 * u), max(84.0, 100.0 * u)
    card_x = m.width - m.margin - card_width
    first, pitch, shift = _across(layers, blocks, m, b, card_x, image)
    card_x -= shift
    radii = _radii(layers, blocks, b.area_height, pitch, u)
    columns = tuple(
        _block(layer, first + i * pitch, pitch, m, b, image)
        if blocks[i]
        else _column(layer, first + i * pitch, radii[i], pitch, b, u)
        for i, layer in enumerate(layers)
    )
    drawn = [c.radius for c in columns if c.block is None]
    least = min(drawn, default=8.0)
    pulse = min(max(0.62 * least, 4.5 * u), 10.0 * u)
    link_unit = max(min(0.62 * least, 8.5 * u) / 8.5, 0.25)
    middle = b.area_top + b.area_height / 2
    return Layout(m, b, columns, pulse, (card_x, middle - card_height / 2, card_width, card_height), link_unit)


def _across(
    layers: tuple[LayerSize, ...],
    blocks: tuple[bool, ...],
    m: Metrics,
    b: Bands,
    card_x: float,
    image: tuple[int, int] | None,
) -> tuple[float, float, float]:
    """x of the first layer, from layer to layer, and how far the card moves in from the right.

    The ends take as much room as the first and the last layer need, which depends on the pitch: the third round has it
    near enough.
    """
    u, depth = m.unit, len(layers) - 1
    names, classes = _label_room(layers[0], m), _class_room(layers[-1], m)
    first, pitch = m.margin, (card_x - m.margin) / (depth + 1)
    for _ in range(3):
        radii = _radii(layers, blocks, b.area_height, pitch, u)
        halves = [_half(layers[i], blocks[i], radii[i], pitch, m, b, image) for i in (0, -1)]
        first = m.margin * 0.6 + names + halves[0] + 4 * u
        last = card_x - classes - halves[1] - min(1.2 * halves[1], 32.0 * u) - max(18.0, 26.0 * u)
        pitch = max((last - first) / depth, 1.0)
    spare = max(pitch - LONGEST * u, 0.0) * depth  # few layers: the picture stays in the middle
    return first + spare / 2, pitch - spare / depth, spare / 2


def _half(
    layer: LayerSize, block: bool, radius: float, pitch: float, m: Metrics, b: Bands, image: tuple[int, int] | None
) -> float:
    """Half the width of a layer at an end, without its gates."""
    if not block:
        return radius
    columns, _, cell = _grid(layer, pitch, m, b, image)
    return columns * cell / 2


def _label_room(first: LayerSize, m: Metrics) -> float:
    """Width for the names of the inputs, left of them."""
    if first.units > MANY:
        return 0.0
    widest = max(text_width(name, m.small) for name in first.unit_names)
    return min(widest + 10 * m.unit, 0.15 * m.width)


def _class_room(last: LayerSize, m: Metrics) -> float:
    """Width for the names of the classes, right of the outputs."""
    if last.units < 2 or last.units > MANY:
        return 0.0
    return min(max(text_width(name, m.small) for name in last.unit_names), 0.09 * m.width) + 16 * m.unit


def _picture_columns(layer: LayerSize, image: tuple[int, int] | None) -> int | None:
    """How wide the picture is that the inputs are; None where they are none."""
    return image[1] if layer.index == 0 and image and image[0] * image[1] == layer.units else None


def _grid(
    layer: LayerSize, pitch: float, m: Metrics, b: Bands, image: tuple[int, int] | None
) -> tuple[int, int, float]:
    """Columns, rows and cell of a block: the largest cells that the room of the layer allows, its height too."""
    u, units = m.unit, layer.units
    wide, tall = 0.64 * pitch, max(b.area_height - 2 * (8 * u + 1.6 * m.small), 0.5 * b.area_height)
    across = _picture_columns(layer, image)
    choices = np.arange(1, units + 1) if across is None else np.array([across])
    rows = np.ceil(units / choices)
    cells = np.minimum(np.minimum(wide / choices, tall / rows), LARGEST_CELL * u)
    best = int(np.argmax(cells))
    columns = int(choices[best])
    return columns, math.ceil(units / columns), float(cells[best])


def _is_block(layer: LayerSize, height: float, image: tuple[int, int] | None) -> bool:
    picture = layer.index == 0 and image is not None and layer.units > MANY / 2
    return picture or layer.units > MANY or height / layer.units * 0.4 < SMALL_CELL / 2


def _row_pitch(units: int, height: float, u: float) -> float:
    return min(height / units, 320.0 * u)


def _radii(
    layers: tuple[LayerSize, ...], blocks: tuple[bool, ...], height: float, pitch: float, u: float
) -> list[float]:
    """Each layer's radius: as crowding allows, and not too different from the smallest, to be comparable."""
    free = [min(LARGEST * u, 0.43 * _row_pitch(k.units, height, u), 0.16 * pitch) for k in layers]
    least = min((r for r, is_block in zip(free, blocks, strict=True) if not is_block), default=12.0)
    return [max(min(r, max(1.4 * least, 20.0 * u)), 2.0) for r in free]


def _column(layer: LayerSize, x: float, radius: float, room: float, b: Bands, u: float) -> Column:
    units = layer.units
    row = _row_pitch(units, b.area_height, u)
    middle = b.area_top + b.area_height / 2
    ys = middle + (np.arange(units) - (units - 1) / 2) * row
    ring = ring_width(radius, u)
    door = min(max(0.34 * radius, 2.5), 11.0 * u)
    gate_x = x + radius + ring + min(max(0.35 * radius, 3.0, min(0.85 * radius, 0.055 * room)), 20.0 * u)
    has_gate = layer.index > 0
    out_x = gate_x + door + min(max(0.3 * radius, 2.0), 10.0 * u) if has_gate else x + radius + ring
    half = min(radius + 1.0, 0.45 * row)
    return Column(
        index=layer.index,
        x=x,
        xs=np.full(units, x),
        ys=ys,
        radius=radius,
        gate_x=gate_x,
        gate_width=door,
        gate_half=half,
        in_x=x - radius - ring - 1.5 * u,
        out_x=out_x,
        link_ys=ys,
        block=None,
        room=room,
    )


def _block(layer: LayerSize, x: float, room: float, m: Metrics, b: Bands, image: tuple[int, int] | None) -> Column:
    u, units = m.unit, layer.units
    columns, rows, cell = _grid(layer, room, m, b, image)
    left, top = x - columns * cell / 2, b.area_top + (b.area_height - rows * cell) / 2
    block = Block(columns, rows, cell, left, top, _picture_columns(layer, image) is not None)
    at = np.arange(units)
    xs = block.left + (at % columns + 0.5) * cell
    ys = block.top + (at // columns + 0.5) * cell
    gate_x = block.left + block.width + 6 * u
    link_ys = block.top + (at + 0.5) / units * block.height
    out_x = gate_x + 5 * u if layer.index > 0 else block.left + block.width + 3 * u
    return Column(
        index=layer.index,
        x=x,
        xs=xs,
        ys=ys,
        radius=cell / 2,
        gate_x=gate_x,
        gate_width=4 * u,
        gate_half=block.height / 2,
        in_x=block.left - 3 * u,
        out_x=out_x,
        link_ys=link_ys,
        block=block,
        room=room,
    )


def ring_width(radius: float, u: float) -> float:
    """Thickness of the ring that carries the gradient."""
    return min(max(0.12 * radius, 1.2), 6.0 * u)
