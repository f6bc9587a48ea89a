"""Where a chart lies, and its frame."""

from typing import NamedTuple

from twostroke.gui.look.colour import mix
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import NONE, Align, Item, Text, Weight, rects
from twostroke.gui.stage.scene.layout import shorten


class Place(NamedTuple):
    """A part of the picture in its pixels, and the size of what is written there."""

    x: float
    y: float
    width: float
    height: float
    text: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    @property
    def field(self) -> "Place":
        """Without the rows for heading above and numbers below, and those left of it."""
        left, top, below = 3.4 * self.text, 2.1 * self.text, 1.9 * self.text
        return Place(self.x + left, self.y + top, self.width - left, self.height - top - below, self.text)


def heading(place: Place, ink: Ink, text: str, *more: tuple[str, int]) -> list[Item]:
    """What a chart shows, at its upper left; at the right, words in colours."""
    y = place.y + 0.9 * place.text
    size, letter = 1.05 * place.text, 0.56 * place.text
    x, items = place.right, list[Item]()
    for words, colour in reversed(more):
        items.append(Text(x, y, words, place.text, colour, Align.RIGHT, role="beside"))
        x -= (len(words) + 2) * letter
    room = min(0.4 * place.field.width, x + 2 * letter - place.field.x) if more else place.field.width
    told = shorten(text, size, room)
    if told == text or not more:  # what stands at the right is understood without it
        items.append(Text(place.field.x, y, told, size, ink.text, Align.LEFT, Weight.SEMIBOLD, role="beside"))
    return items


def axes(place: Place, ink: Ink, across: tuple[str, str], up: tuple[str, str]) -> list[Item]:
    """The frame of the field, with the numbers at the ends of its axes."""
    f, size = place.field, place.text
    below, left = f.bottom + 0.9 * size, f.x - 0.5 * size
    return [
        rects(f.x, f.y, f.width, f.height, NONE, mix(ink.background, ink.line, 0.9), border_width=1.0),
        Text(f.x, below, across[0], size, ink.muted, Align.LEFT, role="axis"),
        Text(f.right, below, across[1], size, ink.muted, Align.RIGHT, role="axis"),
        Text(left, f.y + 0.5 * size, up[1], size, ink.muted, Align.RIGHT, role="axis"),
        Text(left, f.bottom - 0.5 * size, up[0], size, ink.muted, Align.RIGHT, role="axis"),
    ]
