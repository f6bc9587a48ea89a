"""What stays legible while one looks closer: titles and masks of the layers in sight, and the label, in their own size.

Each layer's stand above and below it, whatever is magnified in between. Those of the next layer out of sight wait at
the edge, with an arrow. Pure: no Qt.
"""

from dataclasses import dataclass, replace

import numpy as np

from twostroke.gui.model.explain.quantities import Quantity
from twostroke.gui.model.words import LEFT, RIGHT
from twostroke.gui.stage.scene.free_place import Bounds, free_place
from twostroke.gui.stage.scene.items import Align, Card, Item, Lines, Marks, Rects, Scene, Text
from twostroke.gui.stage.scene.layout import text_width

GAP = 14.0
"""Least distance between what belongs to two layers, in pixels."""

WIDEST = 0.5
"""Strips become wider with the network, up to this share of the picture."""


@dataclass(frozen=True)
class Zoom:
    """How the network is seen: magnified `by` times, then moved by (`x`, `y`) pixels."""

    by: float
    x: float
    y: float


@dataclass(frozen=True)
class Standing:
    """Where the marks of a layer stand: their middle, how much wider its strips are (0 where only its title has room),
    and an arrow where it is out of sight: -1 to the left, 1 to the right."""

    marks: Marks
    x: float
    stretch: float
    beyond: int
    heading: tuple[Item, ...]


def over(scene: Scene, zoom: Zoom) -> tuple[Item, ...]:
    """Titles and masks, for a magnified network."""
    items: list[Item] = []
    for place in standing(scene, zoom):
        items += [_slid(item, place.marks.x, place.x, 1.0) for item in place.heading]
        if place.stretch:
            items += [_slid(item, place.marks.x, place.x, place.stretch) for item in place.marks.strips]
    edge = _words_end(scene)
    words = tuple(replace(text, x=edge, align=Align.RIGHT) for text in scene.words)
    return (*items, *words)


def label(scene: Scene, zoom: Zoom) -> tuple[Item, ...]:
    """The card of what is pointed at, beside it in a magnified network."""
    return () if scene.card is None else _card(scene, scene.card, zoom)


def sample_at(scene: Scene, zoom: Zoom, x: float, y: float) -> int | None:
    """Place in the mini-batch of the sample whose row of a raster is seen at that point."""
    for place in _as_seen(scene, zoom):
        for raster in place.marks.rasters:
            if (sample := raster.at(_unstretched(place, x), y)) is not None:
                return sample
    return None


def mask_at(scene: Scene, zoom: Zoom, x: float, y: float) -> Quantity | None:
    """The number of the cell of a mask or a raster that is seen at that point."""
    numbers = scene.numbers
    if numbers is None:
        return None
    for place in _as_seen(scene, zoom):
        found = numbers.on_strips(scene.marks.index(place.marks), _unstretched(place, x), y)
        if found is not None:
            return found
    return None


def _as_seen(scene: Scene, zoom: Zoom) -> tuple[Standing, ...]:
    if zoom.by != 1.0:
        return tuple(place for place in standing(scene, zoom) if place.stretch)
    return tuple(Standing(marks, marks.x, 1.0, 0, ()) for marks in scene.marks)  # nothing is magnified


def _unstretched(place: Standing, x: float) -> float:
    return place.marks.x + (x - place.x) / place.stretch


def standing(scene: Scene, zoom: Zoom) -> tuple[Standing, ...]:
    """Those in sight, first those that stand at their layers, and the nearest on either side that has room at the
    edge."""
    every = [_stand(scene, marks, zoom, zoom.by) for marks in scene.marks]
    within = [place for place in every if not place.beyond]
    within.sort(key=lambda place: round(abs(place.x - place.marks.x * zoom.by - zoom.x)))
    nearest = [*[p for p in every if p.beyond < 0][-1:], *[p for p in every if p.beyond > 0][:1]]
    kept: list[Standing] = []
    for place in (*within, *nearest):
        less = (_stand(scene, place.marks, zoom, most) for most in (1.0, 0.0))
        kept += [fits for fits in (place, *less) if _has_room(fits, kept)][:1]
    return tuple(kept)


def _has_room(place: Standing, kept: list[Standing]) -> bool:
    return all(abs(place.x - other.x) >= _apart(place, other) for other in kept)


def _apart(one: Standing, other: Standing) -> float:
    """How far they are from each other at least: a title alone keeps clear of titles, and off the strips of others."""
    if one.stretch and other.stretch:
        return _half(one) + _half(other) + GAP
    titles = _half(replace(one, stretch=0.0)) + _half(replace(other, stretch=0.0)) + GAP / 2
    return max(titles, 1.0 + sum(each.marks.strip_half * each.stretch for each in (one, other)))


def _stand(scene: Scene, marks: Marks, zoom: Zoom, most: float) -> Standing:
    """Where they would stand alone, their strips stretched `most` times at most; 0 for none."""
    width, _ = scene.room
    beside_words = scene.words and marks.strips and most > 0
    low, high = (_words_end(scene) + GAP if beside_words else 4.0), width - 4.0
    seen = marks.x * zoom.by + zoom.x
    room = WIDEST * width / max(2 * marks.strip_half, 1.0)
    stretch = max(min(most, marks.stretch, room), 1.0) if most > 0 else 0.0
    beyond = -1 if seen < 0 else 1 if seen > width else 0
    heading = _titled(marks, beyond, zoom.by)
    half = _half(Standing(marks, seen, stretch, beyond, heading))
    return Standing(marks, min(max(seen, low + half), max(high - half, low + half)), stretch, beyond, heading)


def _half(place: Standing) -> float:
    """How far it reaches on either side."""
    strips = place.marks.strips if place.stretch else ()
    texts = (t for t in (*place.heading, *strips) if isinstance(t, Text))
    return max([place.marks.strip_half * place.stretch, *(text_width(t.text, t.size) / 2 for t in texts)])


def _titled(marks: Marks, beyond: int, by: float) -> tuple[Item, ...]:
    """The heading, whole as soon as it has room, with an arrow to a layer out of sight."""
    wide = [text_width(text.text, text.size) for text in marks.own if isinstance(text, Text)]
    heading = marks.own if wide and max(wide) + GAP <= marks.room * by else marks.heading
    if not beyond or not heading or not isinstance(heading[0], Text):
        return heading
    first = heading[0]
    text = f"{LEFT} {first.text}" if beyond < 0 else f"{first.text} {RIGHT}"
    return (replace(first, text=text, x=marks.x), *heading[1:])


def _words_end(scene: Scene) -> float:
    """Where the words beside the strips end, at the left edge; 0 without any."""
    return max((text_width(text.text, text.size) + 14.0 for text in scene.words), default=0.0)


def _slid(item: Item, about: float, to: float, stretch: float) -> Item:
    """`item` moved from `about` to `to` and, but for text, stretched sideways."""
    if isinstance(item, Text):
        return replace(item, x=to + item.x - about)
    if isinstance(item, Rects):
        return replace(item, x=to + (item.x - about) * stretch, width=item.width * stretch)
    if isinstance(item, Lines):
        return replace(item, x1=to + (item.x1 - about) * stretch, x2=to + (item.x2 - about) * stretch)
    raise TypeError(f"No heading or strip has {type(item).__name__}.")


def _card(scene: Scene, card: Card, zoom: Zoom) -> tuple[Item, ...]:
    """The label in its own size, beside what it tells of, within the picture."""
    left, top = card_place(scene, card, zoom)
    return tuple(_moved(item, left - card.left, top - card.top) for item in card.items)


def card_place(scene: Scene, card: Card, zoom: Zoom) -> tuple[float, float]:
    """The upper left corner of the card."""
    slide = np.array([zoom.x, zoom.y, zoom.x, zoom.y])
    things, others = card.things * zoom.by + slide, card.others * zoom.by + slide
    right, low = scene.room
    bounds = Bounds(4.0, max(scene.top, 4.0), right - 4.0, low - 4.0)
    return free_place(things, card.width, card.height, bounds, level=card.level, others=others, worth=card.worth)


def _moved(item: Item, dx: float, dy: float) -> Item:
    if isinstance(item, Text):
        return replace(item, x=item.x + dx, y=item.y + dy)
    if isinstance(item, Rects):
        return replace(item, x=item.x + dx, y=item.y + dy)
    raise TypeError(f"No label has {type(item).__name__}.")
