"""What a gliding camera leaves behind: the card of the loss and names beside neurons fade as wholes, so that no edge
cuts through words. Pure: no Qt.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from twostroke.gui.look.colour import Packed, mix, mixes
from twostroke.gui.stage.scene.items import NONE, Align, Item, Lines, Rects, Scene, Text
from twostroke.gui.stage.scene.layout import text_width
from twostroke.gui.stage.scene.zoomed import Zoom

CARD = frozenset({"loss card", "loss rule", "loss", "loss name", "way loss", "target mark"})
NAMES = frozenset({"input name", "class name"})

GONE = 0.2
"""With so large a share of it outside nothing of it is seen any more."""

SPARED = 0.02
"""What may be outside of something that counts as whole: an edge, no letters."""

Box = tuple[float, float, float, float]
"""Left, top, width, height, in the network."""


class Glide(NamedTuple):
    """How the network is seen now, on the way from one place to another, a `share` of which has passed."""

    now: Zoom
    begin: Zoom
    end: Zoom
    share: float


def as_it_leaves(scene: Scene, glide: Glide) -> Scene:
    """The scene with what lies across an edge fading, and without what has gone."""
    if scene.numbers is None:
        return scene
    card = _shown(scene, scene.numbers.card, glide)
    world: list[Item] = []
    for item in scene.world:
        share = 1.0
        if item.role in CARD:
            share = card
        elif item.role in NAMES and isinstance(item, Text):
            share = _shown(scene, _box(item), glide)
        if share > 0:
            world.append(item if share == 1 else _faded(item, scene.background, share))
    return replace(scene, world=tuple(world))


def _shown(scene: Scene, box: Box, glide: Glide) -> float:
    """How much of its colour something has there: all of it where it stays, none where it goes."""
    begin, end = (_outside(scene, box, zoom) <= SPARED for zoom in (glide.begin, glide.end))
    left = max(0.0, _outside(scene, box, glide.now) - SPARED) / (GONE - SPARED)
    return max(0.0, 1.0 - left) * (begin * (1 - glide.share) + end * glide.share)


def _outside(scene: Scene, box: Box, zoom: Zoom) -> float:
    """Which share of it is cut, 0 to 1."""
    x, y, width, height = box
    across = _overlap(x * zoom.by + zoom.x, width * zoom.by, 0.0, scene.width)
    down = _overlap(y * zoom.by + zoom.y, height * zoom.by, scene.top, scene.bottom)
    return 1.0 - across * down


def _overlap(begin: float, length: float, low: float, high: float) -> float:
    """Which share of it is between the two."""
    return max(0.0, min(begin + length, high) - max(begin, low)) / length


def _box(text: Text) -> Box:
    width, height = text_width(text.text, text.size), text.size
    left = {Align.LEFT: 0.0, Align.CENTRE: 0.5, Align.RIGHT: 1.0}[text.align] * width
    return text.x - left, text.y - height / 2, width, height


def _faded(item: Item, background: int, share: float) -> Item:
    """With so much of its colour left."""

    def fade(colours: Packed) -> Packed:
        mixed: Packed = mixes(background, colours, np.full(colours.shape, share))
        mixed[colours == NONE] = NONE
        return mixed

    if isinstance(item, Text):
        return replace(item, colour=mix(background, item.colour, share))
    if isinstance(item, Rects):
        return replace(item, fill=fade(item.fill), border=fade(item.border))
    if isinstance(item, Lines):
        return replace(item, colour=fade(item.colour))
    raise TypeError(f"No card and no name has {type(item).__name__}.")
