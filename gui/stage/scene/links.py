"""Links: width |w|, colour the sign of w, brightness what the lens reads; the strongest are drawn one by one."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.cursor import Phase
from twostroke.gui.look.colour import Packed, mix, mixes, signed_shades
from twostroke.gui.model.once import lately, once
from twostroke.gui.model.reach import Reach
from twostroke.gui.model.view import LinkView
from twostroke.gui.stage.scene.dashes import dashed
from twostroke.gui.stage.scene.easing import part, smooth
from twostroke.gui.stage.scene.film import Film
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import Floats, Item, Lines, Polygon, same_lines
from twostroke.gui.stage.scene.layout import Column, Layout
from twostroke.gui.stage.scene.lenses import Lens, Reading
from twostroke.gui.stage.scene.scales import gradient_strength, pen_width, weight_width
from twostroke.gui.stage.scene.sight import Window, in_view
from twostroke.gui.stage.scene.stagehand import Scenery, Stagehand
from twostroke.gui.stage.scene.sums import travelled

MOST_LINKS = 1_500
"""Links drawn one by one in the whole picture."""

QUIET = 0.15
"""Share of its colour that a link keeps which carries nothing that is known."""

SPARSE = 120
"""With up to so many links in a layer pair, quiet ones keep that share; with more, less of it."""

DENSE = 400
"""Beyond so many links in a layer pair, only so many of the strongest keep their halo when its phase is over, and
in that phase the halo stands for the link: two lines for each of a thousand links are too many to see or to paint."""

BY_TERM = (Phase.SUM, Phase.WEIGHTS, Phase.SPREAD)
"""Phases in which something happens on each link."""

STILL = 0.07
"""...and one that is known to carry nothing: a link out of a closed unit."""

GREY = 0.4
"""Share of grey of a link that has no counterpart in the network it is compared with."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """The links of one layer pair that are drawn one by one, weak to strong. Arrays (n,)."""

    layer: int  # that they lead into
    source: NDArray[np.intp]  # unit of the layer before
    target: NDArray[np.intp]
    brightness: Floats
    total: int

    def of(self, array: Floats) -> Floats:
        """Of each what stands in `array`, (out, in)."""
        out: Floats = array[self.target, self.source]
        return out


@dataclass(frozen=True, eq=False)
class Ends:
    """Where links begin (at the layer before) and end. Arrays (n,)."""

    x1: Floats
    y1: Floats
    x2: Floats
    y2: Floats
    near: float  # how much closer one looks at either end


@once
def ends_of(drawn: Drawn, layout: Layout) -> Ends:
    """The ends of the drawn links of one layer pair."""
    left, right = layout.columns[drawn.layer - 1], layout.columns[drawn.layer]
    source, target = drawn.source, drawn.target
    near = max(left.near, right.near)
    return Ends(left.out_xs[source], left.link_ys[source], right.in_xs[target], right.link_ys[target], near)


@dataclass(frozen=True)
class Pass:
    """How far the film has come for the links of one layer pair, 0 to 1 each: the same in many frames."""

    summed: float
    spread: float
    weighed: float
    updated: float
    backward: bool
    weighing: bool  # whether dL/dw of this pair is under way
    updating: bool
    reach: Reach | None = None  # of the phase under way, where it is read term by term

    @property
    def phase(self) -> Phase:
        """In which links learn what they carry, or the next weight."""
        return Phase.UPDATE if self.updating else Phase.SPREAD if self.backward else Phase.SUM

    @staticmethod
    def of(film: Film, layer: int) -> "Pass":
        """At this moment of `film`, for the links into `layer`."""
        return Pass(
            summed=film.progress(Phase.SUM, layer),
            spread=film.progress(Phase.SPREAD, layer),
            weighed=film.at(Phase.WEIGHTS, layer).share,
            updated=film.progress(Phase.UPDATE),
            backward=film.backward,
            weighing=film.now(Phase.WEIGHTS, layer),
            updating=film.progress(Phase.UPDATE) > 0 or film.now(Phase.UPDATE),
            reach=next(filter(None, (Reach.of(film.read(phase, layer)) for phase in BY_TERM)), None),
        )


@dataclass(frozen=True)
class Look:
    """All that decides how the links of one layer pair are drawn. As long as it stays the same, so do their items."""

    limit: int  # links drawn one by one
    scenery: Scenery
    at: Pass
    window: Window | None = None  # where only links are drawn that cross it


@once
def looks(hand: Stagehand) -> tuple[Look, ...]:
    """Those of all layer pairs."""
    window = hand.window
    limits = quotas([_candidates(link, hand) for link in hand.view.links])
    pairs = zip(hand.view.links, limits, strict=True)
    live = Pass.of(hand.film, 1) if hand.film.live else None  # then it is that of all
    return tuple(Look(limit, hand.scenery, live or Pass.of(hand.film, link.layer), window) for link, limit in pairs)


def _candidates(link: LinkView, hand: Stagehand) -> int:
    """How many links of a pair may be drawn: all, or those in view."""
    if hand.window is None:
        return link.weight.size
    return int(np.count_nonzero(in_view(hand.layout, link.layer, hand.window)))


def quotas(sizes: list[int], most: int = MOST_LINKS) -> list[int]:
    """How many links of each layer pair are drawn: equal shares, and what small pairs leave goes to the larger."""
    given = [0] * len(sizes)
    left = most
    for rank, at in enumerate(sorted(range(len(sizes)), key=lambda i: sizes[i])):
        given[at] = min(sizes[at], left // (len(sizes) - rank))
        left -= given[at]
    return given


@lately
def strongest(link: LinkView, look: Look) -> Drawn:
    limit, focus = look.limit, look.scenery.focus
    brightness = _brightness(link, look)
    rank = (brightness + _weight_rank(link)).ravel()
    if focus is not None:
        touched = np.zeros(link.weight.shape, dtype=np.bool_)
        if focus.layer == link.layer:
            touched[focus.unit, :] = True
        elif focus.layer == link.layer - 1:
            touched[:, focus.unit] = True
        rank = rank + 10.0 * touched.ravel()
        brightness = np.where(touched, np.maximum(brightness * 1.15, 0.3), brightness * 0.3)
    if link.cut is not None:  # they are drawn on their own (see locks_and_gaps.py)
        rank = np.where(link.cut.ravel(), -np.inf, rank)
        limit = min(limit, link.alive)
    if look.window is not None:
        rank = np.where(in_view(look.scenery.layout, link.layer, look.window).ravel(), rank, -np.inf)
        limit = min(limit, int(np.count_nonzero(np.isfinite(rank))))
    kept = _largest(rank, limit)
    kept = kept[np.argsort(rank[kept], kind="stable")]
    target, source = np.unravel_index(kept, link.weight.shape)
    return Drawn(link.layer, source, target, brightness.ravel()[kept], link.alive)


def _largest(rank: Floats, count: int) -> NDArray[np.intp]:
    """Places of that many of the largest, in no order; of none, where all links of a pair are cut."""
    first = rank.size - count
    return np.argpartition(rank, first)[first:] if 0 < first < rank.size else np.arange(max(first, 0), rank.size)


def weight_rank(weight: Floats) -> Floats:
    """Among links that are equally bright the heavier ones are drawn."""
    out: Floats = 1e-3 * np.minimum(np.abs(weight), 10.0)
    return out


@once
def _weight_rank(link: LinkView) -> Floats:
    return weight_rank(link.weight)


def in_a_crowd(weight: Floats) -> Floats:
    """Brightness where only the large weights shall stand out, each by its weight."""
    out: Floats = np.minimum(0.08 + 0.5 * np.abs(weight), 0.55)
    return out


@once
def _in_a_crowd(link: LinkView) -> Floats:
    return in_a_crowd(link.weight)


@once
def _carried(link: LinkView, reading: Reading[LinkView]) -> Floats | None:
    """Brightness of each link once what the lens reads is known, (out, in)."""
    strength = reading.strength(link)
    return None if strength is None else carrying(strength)


def carrying(strength: Floats) -> Floats:
    """Brightness of links that carry something of that strength."""
    return np.where(strength > 0, 0.2 + 0.8 * strength, STILL)


def quiet_brightness(layout: Layout, size: int) -> float:
    """Of a link in a layer pair of that size that carries nothing that is known."""
    crowding = min(layout.link_unit / layout.metrics.unit, 1.0)
    sparse = min(max(SPARSE / size, 0.3), 1.0)  # many quiet links would add up to one solid area
    return QUIET * min(0.4 + 0.6 * crowding, sparse)


def reading_of(lens: Lens, at: Pass) -> Reading[LinkView] | None:
    """What the lens reads of links now."""
    return lens.update if at.updating else lens.backward if at.backward else lens.forward


def known_share(reading: Reading[LinkView], at: Pass, shape: tuple[int, ...]) -> Floats:
    """How far it is known of links of a pair of that shape (out, in) what a lens reads, 0 to 1, broadcasting to it."""
    since = reading.since or at.phase
    if at.reach is not None and at.reach.phase is since:
        return at.reach.products(shape)
    match since:
        case Phase.SUM:
            return travelled(at.summed, shape[1])[None, :]
        case Phase.SPREAD:
            return travelled(at.spread, shape[0])[:, None]
        case Phase.UPDATE:
            return np.full((1, 1), updated_share(at))
        case _:
            return np.ones((1, 1))


def updated_share(at: Pass) -> float:
    """How far the weights are on their way to the next ones."""
    return smooth(part(at.updated, 0.15, 0.8))


def _brightness(link: LinkView, look: Look) -> Floats:
    """How bright each link of the pair is, (out, in)."""
    at, layout, reading = look.at, look.scenery.layout, reading_of(look.scenery.lens, look.at)
    if reading is None:
        if not at.updating or link.weight.size > DENSE:  # in a crowd only the large weights stand out
            return _in_a_crowd(link)
        return np.full(link.weight.shape, 0.55)
    quiet = np.full(link.weight.shape, quiet_brightness(layout, link.weight.size))
    shown = known_share(reading, at, link.weight.shape)
    carried = _carried(link, reading) if shown.any() else None
    if carried is None:
        return quiet
    out: Floats = quiet + (carried - quiet) * shown
    return out


_made: WeakKeyDictionary[LinkView, dict[str, Lines]] = WeakKeyDictionary()


def _as_before(link: LinkView, made: Lines) -> Lines:
    """`made`, or what was made last of this pair where that looks the same: widths and colours go in steps, and often
    none of a thousand links has come to its next one. The same object is not painted again.
    """
    last = _made.setdefault(link, {})
    before = last.get(made.role)
    if before is None or not same_lines(before, made):
        last[made.role] = made
        return made
    return before


def _widths(link: LinkView, look: Look, drawn: Drawn) -> Floats:
    """Width of each drawn link in pixels; during the update on its way from w to the next w."""
    unit = look.scenery.layout.link_unit
    now = weight_width(drawn.of(link.weight), unit)
    moved = updated_share(look.at)
    if moved <= 0 or link.weight_next is None:
        return pen_width(now)
    later = weight_width(drawn.of(link.weight_next), unit)
    return pen_width(now + (later - now) * moved)


def _signs(link: LinkView, look: Look) -> Floats:
    """Whose sign each link has the colour of, (out, in): its weight, or what the lens reads and is known."""
    moved = link.weight_next is not None and look.at.updated > 0.5
    weight = link.weight_next if moved and link.weight_next is not None else link.weight
    reading = reading_of(look.scenery.lens, look.at)
    if reading is None or not reading.signed:
        return weight
    return signs_of(reading, look.at, weight, reading.values(link))


def signs_of(reading: Reading[LinkView], at: Pass, weight: Floats, values: Floats | None) -> Floats:
    """The same for a lens that reads `values` of links with that weight, (..., out, in)."""
    if values is None or not reading.signed:
        return weight
    out: Floats = np.where(known_share(reading, at, weight.shape[-2:]) > 0, values, weight)
    return out


def hues_of(look: Look) -> tuple[int, int]:
    """Of links of either sign."""
    return look.scenery.ink.signal_negative, look.scenery.ink.signal_positive


def _colours(link: LinkView, look: Look, drawn: Drawn) -> Packed:
    """Of each drawn link; grey where the lens has nothing to compare it with."""
    ink = look.scenery.ink
    bright = ink.of_links(drawn.brightness)
    colours = signed_shades(ink.background, *hues_of(look), drawn.of(_signs(link, look)), bright)
    if link.alone is None:
        return colours
    crowd = min(max(SPARSE / link.weight.size, 0.35), 1.0)
    keep = GREY * crowd * np.clip(drawn.brightness / STILL, 0.3, 1.0)  # less, beside the one that stands out
    greys = mixes(ink.background, np.full(len(colours), ink.muted, dtype=np.int32), keep)
    return np.where(link.alone[drawn.target, drawn.source], greys, colours)


@lately
def link_lines(link: LinkView, look: Look) -> tuple[Item, ...]:
    drawn = strongest(link, look)
    if len(drawn.source) > DENSE and look.at.weighing:
        return ()
    ends = ends_of(drawn, look.scenery.layout)
    colours = _colours(link, look, drawn)
    widths = _widths(link, look, drawn) / ends.near
    made = Lines(ends.x1, ends.y1, ends.x2, ends.y2, widths, colours, f"link {link.layer}")
    if look.scenery.ink.dashed:
        made = dashed(made, drawn.of(_signs(link, look)) < 0, look.scenery.layout.link_unit / ends.near)
    return (_as_before(link, made),)


def link_bands(drawn: Drawn, scenery: Scenery) -> tuple[Item, ...]:
    """What stands for the links that are not drawn one by one."""
    if len(drawn.source) == drawn.total:
        return ()
    return (_band(scenery.layout, drawn.layer, scenery.ink),)


@once
def _band(layout: Layout, layer: int, ink: Ink) -> Item:
    left, right = layout.columns[layer - 1], layout.columns[layer]
    points = (
        (left.right, _top(left)),
        (right.left, _top(right)),
        (right.left, _bottom(right)),
        (left.right, _bottom(left)),
    )
    return Polygon(points, mix(ink.background, ink.line, 0.28), f"band {right.index}")


def _top(column: Column) -> float:
    return float(column.link_ys[0])


def _bottom(column: Column) -> float:
    return float(column.link_ys[-1])


def _weight_gradient(link: LinkView, look: Look, drawn: Drawn) -> tuple[Floats, float]:
    """The dL/dw that each drawn link shows, (n,), and how far it has faded in.

    First the shown sample's own δ · a, then the mean over the mini-batch, which is what the update uses.
    """
    above, below, fraction, samples = link.above, link.below, look.at.weighed, look.scenery.samples
    assert link.dloss_dweight is not None and above.delta is not None
    if look.at.reach is not None and look.at.weighing:
        came = drawn.of(look.at.reach.products(link.weight.shape))
        return came * above.delta[drawn.target] * below.output[drawn.source], 1.0
    if fraction <= 0.5 and samples > 1:
        own: Floats = above.delta[drawn.target] * below.output[drawn.source]
        return own, smooth(part(fraction, 0.05, 0.3)) * (1 - 0.7 * smooth(part(fraction, 0.42, 0.5)))
    mean = drawn.of(link.dloss_dweight)
    return mean, smooth(part(fraction, 0.05, 0.5)) if samples == 1 else 0.3 + 0.7 * smooth(part(fraction, 0.5, 0.75))


@lately
def halos(link: LinkView, look: Look) -> tuple[Item, ...]:
    """dL/dw as a glow around the link, from the moment it is known until the update has used it."""
    drawn, at, layout = strongest(link, look), look.at, look.scenery.layout
    if at.weighed <= 0 or link.dloss_dweight is None:
        return ()
    value, shown = _weight_gradient(link, look, drawn)
    strength = gradient_strength(value)
    loud = 1.0 if at.weighing else 0.45 if at.backward else 0.7
    loud *= 1.0 - 0.75 * smooth(part(at.updated, 0.55, 0.95))
    some = strength > 0.05
    if not some.any() or loud * shown <= 0:
        return ()
    ink, ends, unit = look.scenery.ink, ends_of(drawn, layout), layout.link_unit
    order = np.flatnonzero(some)[np.argsort(strength[some], kind="stable")]
    if not at.weighing:
        order = order[-DENSE:]
    colours = signed_shades(
        ink.background,
        ink.gradient_negative,
        ink.gradient_positive,
        value[order],
        strength[order] ** 1.5 * 0.85 * loud * shown,
    )
    if len(drawn.source) > DENSE:  # no link below it, and wide ones would cover each other
        width = np.where(strength[order] > 0.7, 2.0, 1.0)
    else:
        width = pen_width(_widths(link, look, drawn)[order] + (1.5 + 6.5 * strength[order]) * unit)
    x1, y1, x2, y2 = ends.x1[order], ends.y1[order], ends.x2[order], ends.y2[order]
    made = Lines(x1, y1, x2, y2, width / ends.near, colours, f"halo {link.layer}")
    return (_as_before(link, made),)
