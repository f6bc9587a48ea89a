"""Where a chart lies, and its frame."""

from typing import NamedTuple

from twostroke.gui.look.colour import mix
from twostroke.gui.model.numbers import apart, number
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import NONE, Align, Item, Text, Weight, rects
from twostroke.gui.stage.scene.layout import shorten, text_width

NEAR = 0.02
"""Ends that differ by no larger share of themselves are told with more digits."""

SPARE = 1.1
"""How much wider letters may be than an average of them."""

MOST_LABELS = 0.4
"""Share of a chart's width that numbers left of its field may take."""


class Place(NamedTuple):
    """A part of the picture in its pixels, and the size of what is written there."""

    x: float
    y: float
    width: float
    height: float
    text: float
    labels: float = 2.9  # room for the numbers left of the field, in sizes of the text

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
        left, top, below = (self.labels + 0.5) * self.text, 2.1 * self.text, 1.9 * self.text
        return Place(self.x + left, self.y + top, self.width - left, self.height - top - below, self.text)

    def labelled(self, *told: str) -> "Place":
        """With room for these numbers left of the field, as far as it does not get narrow."""
        widest = SPARE * max(text_width(each, 1.0) for each in told) + 0.1
        return self._replace(labels=max(self.labels, min(widest, MOST_LABELS * self.width / self.text)))


def ends(low: float, high: float) -> tuple[str, str]:
    """The numbers at the ends of an axis: short, and different where they are."""
    near = 0 < high - low < NEAR * max(abs(low), abs(high))
    return (apart(low, high - low), apart(high, high - low)) if near else (number(low, 3), number(high, 3))


def fitted(text: str, size: float, room: float) -> float:
    """The size in which `text` fits into `room`, at most `size`."""
    return min(size, room / max(SPARE * text_width(text, 1.0), 1e-6))


def heading(place: Place, ink: Ink, text: str, *more: tuple[str, int], named: bool = False) -> list[Item]:
    """What a chart shows, at its upper left; at the right, words in colours. Where there is no room for both, it stays
    away, or, where it has to be `named`, the last of the words do.
    """
    y = place.y + 0.9 * place.text
    size = 1.05 * place.text
    between = text_width("  ", place.text)
    if named:
        room = place.right - place.field.x - text_width(text, size)
        while more and sum(text_width(words, place.text) + between for words, _ in more) > room:
            more = more[:-1]
    x, items = place.right, list[Item]()
    for words, colour in reversed(more):
        items.append(Text(x, y, words, place.text, colour, Align.RIGHT, role="beside"))
        x -= text_width(words, place.text) + between
    room = place.field.width if named or not more else min(0.4 * place.field.width, x + between - place.field.x)
    told = shorten(text, size, room)
    if told == text or named or not more:  # what stands at the right is understood without it
        items.append(Text(place.field.x, y, told, size, ink.text, Align.LEFT, Weight.SEMIBOLD, role="beside"))
    return items


def axes(place: Place, ink: Ink, across: tuple[str, str], up: tuple[str, str]) -> list[Item]:
    """The frame of the field, with the numbers at the ends of its axes, which are smaller where they have no room."""
    f, size = place.field, place.text
    below, left = f.bottom + 0.9 * size, f.x - 0.5 * size
    wide = fitted("".join(across), size, f.width - 0.6 * size)
    high = min(fitted(each, size, left - place.x) for each in up)
    items: list[Item] = [
        rects(f.x, f.y, f.width, f.height, NONE, mix(ink.background, ink.line, 0.9), border_width=1.0),
        Text(f.x, below, across[0], wide, ink.muted, Align.LEFT, role="axis"),
        Text(f.right, below, across[1], wide, ink.muted, Align.RIGHT, role="axis"),
        Text(left, f.y + 0.5 * size, up[1], high, ink.muted, Align.RIGHT, role="axis"),
    ]
    if f.height > 2 * size:
        items.append(Text(left, f.bottom - 0.5 * size, up[0], high, ink.muted, Align.RIGHT, role="axis"))
    return items
