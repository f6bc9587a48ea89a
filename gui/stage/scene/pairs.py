"""The links of all layer pairs: one by one in a film, of which most pairs rest; those of one shape together while
training runs (see `alike.py`)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from twostroke.gui.look.colour import signed_shades
from twostroke.gui.model.once import lately
from twostroke.gui.model.view import LinkView, ViewState
from twostroke.gui.stage.scene.alike import SEVERAL
from twostroke.gui.stage.scene.dashes import dashed
from twostroke.gui.stage.scene.items import Floats, Item, Lines
from twostroke.gui.stage.scene.links import (
    Drawn,
    Look,
    carrying,
    ends_of,
    halos,
    hues_of,
    in_a_crowd,
    known_share,
    link_bands,
    link_lines,
    looks,
    quiet_brightness,
    signs_of,
    strongest,
    weight_rank,
)
from twostroke.gui.stage.scene.scales import pen_width, weight_width
from twostroke.gui.stage.scene.stagehand import Stagehand

Items = tuple[Item, ...]

Known = dict[int, tuple[Drawn, Lines]]
"""By layer."""


def choose(hand: Stagehand) -> tuple[Drawn, ...]:
    """The links to draw, per layer pair: the strongest in the current lens."""
    known, pairs = _together(hand), zip(hand.view.links, looks(hand), strict=True)
    return tuple(known[link.layer][0] if link.layer in known else strongest(link, look) for link, look in pairs)


def links(hand: Stagehand) -> list[tuple[Items, Items]]:
    """Per layer pair what lies below its links, a quiet band and the halos of dL/dw; and the links, weak to strong."""
    known = _together(hand)
    groups: list[tuple[Items, Items]] = []
    for link, look in zip(hand.view.links, looks(hand), strict=True):
        drawn, made = known.get(link.layer) or (strongest(link, look), None)
        glow, lines = ((), (made,)) if made is not None else (halos(link, look), link_lines(link, look))
        groups.append(((*link_bands(drawn, look.scenery), *glow), lines))
    return groups


def _together(hand: Stagehand) -> Known:
    """Of pairs that are worked out together; nothing of a film."""
    return _of_view(hand.view, looks(hand)) if hand.film.live and hand.view.depth > SEVERAL else {}


@lately
def _of_view(view: ViewState, found: tuple[Look, ...]) -> Known:
    alike: dict[tuple[tuple[int, ...], int], list[tuple[LinkView, Look]]] = {}
    for link, look in zip(view.links, found, strict=True):
        focus = look.scenery.focus
        beside = focus is not None and link.layer - focus.layer in (0, 1)
        if link.cut is None and link.alone is None and not beside and look.window is None:
            alike.setdefault((link.weight.shape, look.limit), []).append((link, look))
    known: Known = {}
    for pairs in alike.values():
        if len(pairs) >= SEVERAL:
            known.update(_of_one_shape([link for link, _ in pairs], pairs[0][1]))
    return known


@dataclass(frozen=True, eq=False)
class Stack:
    """The drawn links of several layer pairs, weak to strong. Arrays (pairs, n)."""

    place: np.ndarray  # in the flat weights of the pair
    weight: Floats
    brightness: Floats
    signs: Floats  # whose sign each has the colour of


def _of_one_shape(pairs: list[LinkView], look: Look) -> Iterator[tuple[int, tuple[Drawn, Lines]]]:
    stack, (ink, layout) = _strongest(pairs, look), (look.scenery.ink, look.scenery.layout)
    target, source = np.divmod(stack.place, pairs[0].weight.shape[1])
    colours = signed_shades(ink.background, *hues_of(look), stack.signs, ink.of_links(stack.brightness))
    widths = pen_width(weight_width(stack.weight, layout.link_unit))
    for at, link in enumerate(pairs):
        drawn = Drawn(link.layer, source[at], target[at], stack.brightness[at], link.alive)
        ends = ends_of(drawn, layout)
        width = widths[at] / ends.near
        made = Lines(ends.x1, ends.y1, ends.x2, ends.y2, width, colours[at], f"link {link.layer}")
        if ink.dashed:
            made = dashed(made, stack.signs[at] < 0, layout.link_unit / ends.near)
        yield link.layer, (drawn, made)


def _strongest(pairs: list[LinkView], look: Look) -> Stack:
    """As `links.strongest` finds them in each pair."""
    weight = np.stack([link.weight for link in pairs])
    values, size = _values(pairs, look), weight[0].size
    brightness = _brightness(weight, values, look)
    rank = (brightness + weight_rank(weight)).reshape(len(pairs), size)
    if look.scenery.focus is not None:
        brightness = brightness * 0.3
    reading = look.scenery.lens.forward
    signs = weight if reading is None else signs_of(reading, look.at, weight, values)
    flat = [each.reshape(len(pairs), size) for each in (weight, brightness)]
    if look.limit < size:
        kept = np.argpartition(rank, size - look.limit, axis=1)[:, size - look.limit :]
    else:
        kept = np.broadcast_to(np.arange(size), rank.shape)
    order = np.argsort(np.take_along_axis(rank, kept, 1), axis=1, kind="stable")
    place = np.take_along_axis(kept, order, 1)
    heavy, bright = (np.take_along_axis(each, place, 1) for each in flat)
    own = heavy if signs is weight else np.take_along_axis(signs.reshape(len(pairs), size), place, 1)
    return Stack(place, heavy, bright, own)


def _values(pairs: list[LinkView], look: Look) -> Floats | None:
    """What the lens reads of them while training runs, (pairs, out, in)."""
    reading = look.scenery.lens.forward
    read = [] if reading is None else [reading.values(link) for link in pairs]
    known = [values for values in read if values is not None]
    return np.stack(known) if len(known) == len(pairs) else None


def _brightness(weight: Floats, values: Floats | None, look: Look) -> Floats:
    """How bright each link is while training runs, (pairs, out, in)."""
    reading, shape = look.scenery.lens.forward, weight.shape[1:]
    if reading is None:
        return in_a_crowd(weight)
    quiet = np.full(weight.shape, quiet_brightness(look.scenery.layout, weight[0].size))
    if values is None:
        return quiet
    out: Floats = quiet + (carrying(reading.strength_of(values)) - quiet) * known_share(reading, look.at, shape)
    return out
