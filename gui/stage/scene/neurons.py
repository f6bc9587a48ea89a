"""Neurons: a disc and a ring, coloured by what the lens reads, and a number or a sign where it fits."""

import math
from dataclasses import dataclass

import numpy as np

from twostroke.engine.border.cursor import Phase
from twostroke.gui.look.colour import Packed, mix, mixes, readable_on
from twostroke.gui.model.once import lately, once
from twostroke.gui.model.reach import Reach, sums_at
from twostroke.gui.model.view import LayerView, LinkView, ViewState
from twostroke.gui.stage.scene.alike import Spots, groups
from twostroke.gui.stage.scene.close_up import shrunk
from twostroke.gui.stage.scene.figures import closer, has_room_inside, numbers, plates
from twostroke.gui.stage.scene.film import DONE, TO_COME, Film, Progress
from twostroke.gui.stage.scene.gates import shut_backward, shut_forward
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.inner import has_pictures, pictures
from twostroke.gui.stage.scene.items import NONE, Align, Floats, Item, Text, discs, lines, rects
from twostroke.gui.stage.scene.layout import MANY, Column, Layout, ring_width, shorten, text_width
from twostroke.gui.stage.scene.lenses import Lens, Scale
from twostroke.gui.stage.scene.signs import dashed_ring, hatch, snips
from twostroke.gui.stage.scene.stagehand import Scenery, Stagehand
from twostroke.gui.stage.scene.sums import JOURNEY, last_arrival, partial_z

SIGN_FROM = 6.0
"""Smallest radius in pixels that gets a plus or minus sign."""


@dataclass(frozen=True)
class Told:
    """How far the film has come for the neurons of one layer: the same in many frames. All from 0 to 1."""

    summed: float | Reach  # of the sum, when the last term has come in
    known: Progress  # 1 where what the lens reads is shown, or else the sum so far
    turning: Progress  # from the colour of z to that of what the lens reads
    back_known: Progress  # 1 where what the lens reads of the backward stroke is shown
    returning: Progress  # to its colour
    gated: Progress  # how much is seen of the gates in a block
    ringed: Progress  # ... and of the gradient's ring


TURNS: dict[Phase, tuple[float, float, float]] = {
    Phase.GATE: (0.62, 0.5, 0.85),
    Phase.GATE_BACK: (0.72, 0.62, 0.85),
    Phase.UPDATE: (0.5, 0.3, 0.7),
}
"""When in a phase a number is known, and when the circle's colour begins and ends to turn into that of the number."""


def _told(hand: Stagehand, layer: LayerView) -> Told:
    film, index = hand.film, layer.index
    if index == 0:
        return Told(0.0, film.at(Phase.INPUT).over(0.35), DONE, TO_COME, TO_COME, TO_COME, TO_COME)
    gate, ringed = film.at(Phase.GATE, index), film.at(Phase.GATE_BACK, index).part(0.62, 0.85)
    known, turning = _come(film, hand.lens.disc.since or Phase.GATE, index)
    runs_back = hand.lens.back is not None and not film.live  # live, no stroke is the one that is running
    back_known, returning = _come(film, Phase.GATE_BACK, index) if runs_back else (TO_COME, TO_COME)
    return Told(_summed(hand, layer, known), known, turning, back_known, returning, gate.part(0.3, 0.7), ringed)


def _come(film: Film, since: Phase, layer: int) -> tuple[Progress, Progress]:
    """Whether a number is known that a phase brings, and how far the colour has turned into its own."""
    if since is Phase.INPUT:
        return DONE, DONE
    at, begins, ends = TURNS[since]
    progress = film.at(since, 0 if since is Phase.UPDATE else layer)
    return progress.over(at), progress.part(begins, ends)


def _summed(hand: Stagehand, layer: LayerView, known: Progress) -> float | Reach:
    """How far the sums have come, as far as it is seen."""
    if known.unit is not None or known.share > 0:
        return 1.0
    reach = Reach.of(hand.film.read(Phase.SUM, layer.index))
    before = hand.view.layers[layer.index - 1].units
    return reach or last_arrival(hand.film.progress(Phase.SUM, layer.index), before)


@dataclass(frozen=True, eq=False)
class Terms:
    """What a layer sums up. Kept with the layer, so it must not refer to it, as a LinkView does."""

    weight: Floats  # (out, in)
    output: Floats  # (in,)


@once
def _terms(link: LinkView) -> Terms:
    return Terms(link.weight, link.below.output)


def neurons(hand: Stagehand) -> list[Item]:
    """All layers' neurons, and the names of the inputs."""
    items: list[Item] = []
    for group in groups(hand):
        layer = group.layer
        terms, told = _terms(hand.view.links[layer.index - 1]) if layer.index else None, _told(hand, layer)
        near = group.columns[0].near
        if not group.columns[0].apart:
            items += _cells(layer, hand.scenery, terms, told)
        else:
            frame = _frame(hand.layout, layer.index, hand.ink) if near > 1.0 else []
            items += [*frame, *shrunk(_discs(layer, group.spots, hand.scenery, terms, told), near)]
    first = hand.view.layers[0]
    return [*items, *_input_names(hand.layout, hand.ink, first.unit_names)]


def sum_so_far(hand: Stagehand, layer: LayerView) -> Floats | None:
    """What has come in at each neuron of a layer with weights, (units,); z in the end, None before the first term, NaN
    where there is none yet."""
    at = Reach.of(hand.film.read(Phase.SUM, layer.index)) or hand.film.progress(Phase.SUM, layer.index)
    return _sum_so_far(layer, _terms(hand.view.links[layer.index - 1]), at)


def _sum_so_far(layer: LayerView, terms: Terms, at: float | Reach) -> Floats | None:
    if layer.z is None:
        return None
    if isinstance(at, Reach):
        return sums_at(layer, terms.weight, terms.output, at)
    return None if at < JOURNEY else partial_z(terms.weight, terms.output, layer.z, at)


@dataclass(frozen=True, eq=False)
class Shown:
    """Numbers that neurons of a layer show, (units,), on which scale; NaN where it is not known, or not this."""

    values: Floats
    scale: Scale


def _shown(layer: LayerView, lens: Lens, terms: Terms | None, told: Told) -> tuple[Shown, ...]:
    """What is shown: of one stroke, or of both, where some neurons have come to the second and others not."""
    values = _forward_values(layer, lens, terms, told)
    before = () if values is None else (Shown(values, lens.disc.scale),)
    returned = lens.back.values(layer) if lens.back is not None and not told.back_known.none else None
    if returned is None or lens.back is None:
        return before
    if told.back_known.full:
        return (Shown(returned, lens.back.scale),)
    back = told.back_known.each(layer.units)
    after = Shown(np.where(back, returned, np.nan), lens.back.scale)
    return (*(Shown(np.where(back, np.nan, each.values), each.scale) for each in before), after)


def numbers_shown(hand: Stagehand, view: ViewState, index: int) -> Floats:
    """The numbers that neurons of a layer of `view` show at the moment of the scene, (units,); NaN where there is none.
    `view` has the shape of the scene's own.
    """
    layer, terms = view.layers[index], _terms(view.links[index - 1]) if index else None
    out = np.full(layer.units, np.nan)
    for each in _shown(layer, hand.lens, terms, _told(hand, layer)):
        out = np.where(np.isnan(each.values), out, each.values)
    return out


def _forward_values(layer: LayerView, lens: Lens, terms: Terms | None, told: Told) -> Floats | None:
    if told.known.full:
        return lens.disc.values(layer)
    sums = _sum_so_far(layer, terms, told.summed) if lens.sums and terms is not None else None
    if told.known.none:
        return sums
    values = lens.disc.values(layer)
    before = np.full(layer.units, np.nan) if sums is None else sums
    return sums if values is None else np.where(told.known.each(layer.units), values, before)


def _fills(layer: LayerView, scenery: Scenery, terms: Terms | None, told: Told) -> Packed:
    """Each neuron's colour, (units,): crossing over while the gate works, on either stroke."""
    ink, lens = scenery.ink, scenery.lens
    values, scale = _forward_values(layer, lens, terms, told), lens.disc.scale
    colours = _colours(ink, scale, values, layer.units)
    if values is not None and not told.turning.none and not told.turning.full:
        share = _each(told.turning, layer.units)
        turns = (share > 0) & (share < 1)
        before = _colours(ink, scale, layer.z if lens.sums else None, layer.units)
        after = _colours(ink, scale, lens.disc.values(layer), layer.units)
        colours = np.where(turns, _crossed(before, after, share), colours)
    if lens.back is None or told.returning.none:
        return colours
    after = _colours(ink, lens.back.scale, lens.back.values(layer), layer.units)
    return after if told.returning.full else _crossed(colours, after, _each(told.returning, layer.units))


def _each(turning: Progress, units: int) -> Floats:
    """How far each neuron has turned, (units,)."""
    return np.broadcast_to(turning.smooth().each(units), units)


def _crossed(before: Packed, after: Packed, share: Floats) -> Packed:
    triples = zip(before.tolist(), after.tolist(), share.tolist(), strict=True)
    return np.array([mix(b, a, each) for b, a, each in triples], dtype=np.int32)


def _colours(ink: Ink, scale: Scale, values: Floats | None, units: int) -> Packed:
    if values is None:
        return np.full(units, ink.background, dtype=np.int32)
    colours = scale.shades(ink, ink.rest, values, scale.strength(values))
    return np.where(np.isnan(values), ink.background, colours).astype(np.int32)


def _dimmed(colours: Packed, keep: Floats, background: int) -> Packed:
    if np.all(keep == 1.0):
        return colours
    return np.where(colours == NONE, NONE, mixes(background, colours, keep)).astype(np.int32)


@lately
def _discs(layer: LayerView, spots: Spots, scenery: Scenery, terms: Terms | None, told: Told) -> list[Item]:
    ink, u, keep = scenery.ink, scenery.unit, scenery.emphasis(layer)
    shown = _shown(layer, scenery.lens, terms, told)
    colours = _dimmed(_fills(layer, scenery, terms, told), keep, ink.background)
    dead, cut, hollow = layer.crossed, _cut(layer), layer.crossed_out | _cut(layer)
    fill = np.where(dead | cut, ink.background, colours).astype(np.int32)
    some = mix(ink.line, ink.muted, 0.25)
    outline = ink.outline if not has_pictures(scenery, layer) or shown else some
    told_edge = np.where(_unknown(shown, layer.units), outline, some)
    edge = np.where(dead, mix(ink.background, ink.muted, 0.7), told_edge).astype(np.int32)
    edge = np.where(cut, NONE, _dimmed(edge, keep, ink.background)).astype(np.int32)
    items: list[Item] = [
        discs(spots.xs, spots.ys, spots.radius, fill, edge, max(1.0, 1.1 * u), f"neuron {layer.index}")
    ]
    items += pictures(scenery, layer, spots.xs, spots.ys, scenery.lens.side * spots.radius)
    items += _hatches(scenery, layer, spots.xs, spots.ys, spots.radius)
    items += _crosses(scenery, spots, dead, beside=layer.dead_over == 1)
    items += _dashes(scenery, spots, cut)
    items += _rings(scenery, layer, spots, keep, told.ringed)
    items += _focus_ring(scenery, layer, spots)
    for each in shown:
        items += _told_of(scenery, layer, spots, each, fill, hollow)
    return items


def _unknown(shown: tuple[Shown, ...], units: int) -> np.ndarray:
    """Of which neurons nothing is shown, (units,)."""
    unknown = np.ones(units, dtype=np.bool_)
    for each in shown:
        unknown &= np.isnan(each.values)
    return unknown


def _told_of(
    scenery: Scenery, layer: LayerView, spots: Spots, shown: Shown, fill: Packed, hollow: np.ndarray
) -> list[Item]:
    """The number of each neuron; or else its sign, where that is seen, and the number of the one that stands out."""
    values, scale = shown.values, shown.scale
    inside = has_room_inside(closer(scenery, spots) * spots.radius)
    items = numbers(scenery, layer, spots, values, fill, ~hollow, scale.fine)
    if items is None:
        signs = _signs(spots, scale, values, fill, ~hollow)
        return [*signs, *plates(scenery, layer, spots, values, fill, scale.fine)]
    return items if inside else [*_signs(spots, scale, values, fill, ~hollow), *items]


def _cut(layer: LayerView) -> np.ndarray:
    return np.zeros(layer.units, dtype=np.bool_) if layer.cut is None else layer.cut


def _dashes(scenery: Scenery, spots: Spots, cut: np.ndarray) -> list[Item]:
    """The outline of a cut neuron: hollow as a dead one, but open all round."""
    if not cut.any():
        return []
    radius = spots.radius - 0.5
    xs, ys = spots.xs[cut], spots.ys[cut]
    return [dashed_ring(xs, ys, radius, max(1.2, 1.4 * scenery.unit), scenery.ink.muted, f"cut {spots.index}")]


def _hatches(scenery: Scenery, layer: LayerView, xs: Floats, ys: Floats, radius: float) -> list[Item]:
    """Where the lens has nothing to compare with."""
    if layer.alone is None:
        return []
    some, width = layer.alone, max(1.0, 0.08 * radius)
    colour = mix(scenery.ink.background, scenery.ink.muted, 0.8)
    return [hatch(xs[some], ys[some], radius, width, colour, f"no counterpart {layer.index}")]


def _crosses(scenery: Scenery, spots: Spots, dead: np.ndarray, *, beside: bool) -> list[Item]:
    """Through the neuron, or small and `beside` its number."""
    if not dead.any():
        return []
    x, y, arm = spots.xs[dead], spots.ys[dead], 0.5 * spots.radius
    if beside:
        x, y, arm = x - 0.56 * spots.radius, y - 0.56 * spots.radius, 0.17 * spots.radius
    ends = (np.concatenate([x - arm, x - arm]), np.concatenate([y - arm, y + arm]))
    others = (np.concatenate([x + arm, x + arm]), np.concatenate([y + arm, y - arm]))
    width = max(1.5, (0.08 if beside else 0.13) * spots.radius)
    return [lines(*ends, *others, width, scenery.ink.muted, f"dead {spots.index}")]


def _rings(scenery: Scenery, layer: LayerView, spots: Spots, keep: Floats, at: Progress) -> list[Item]:
    """Around each neuron, once the gate has let the gradient through."""
    ring, shown = scenery.lens.ring, at.each(layer.units)
    values = ring.values(layer) if ring is not None and not at.none else None
    if ring is None or values is None:
        return []
    strength = ring.strength_of(values)
    some = strength > 0
    if not isinstance(shown, float):
        some &= shown > 0
    if not some.any():
        return []
    thick = ring_width(spots.radius, scenery.unit)
    share = (0.12 + 0.88 * strength) * shown * keep
    colours = ring.scale.shades(scenery.ink, scenery.ink.background, values, share)
    radius = spots.radius + thick / 2 + 0.5
    return [discs(spots.xs[some], spots.ys[some], radius, NONE, colours[some], thick, f"gradient {layer.index}")]


def _signs(spots: Spots, scale: Scale, values: Floats, fill: Packed, alive: np.ndarray) -> list[Item]:
    """A plus or a minus, drawn with lines, as second cue of the sign."""
    if spots.radius < SIGN_FROM:
        return []
    seen = alive & (scale.strength(values) > 0.12)
    plus = seen & (values > 0)
    arm = 0.42 * spots.radius
    x = np.concatenate([spots.xs[seen] - arm, spots.xs[plus]])
    y = np.concatenate([spots.ys[seen], spots.ys[plus] - arm])
    dx = np.concatenate([np.full(seen.sum(), 2 * arm), np.zeros(plus.sum())])
    dy = np.concatenate([np.zeros(seen.sum()), np.full(plus.sum(), 2 * arm)])
    colours = [readable_on(int(c)) for c in np.concatenate([fill[seen], fill[plus]])]
    if not colours:
        return []
    return [lines(x, y, x + dx, y + dy, max(1.2, 0.16 * spots.radius), colours, f"sign {spots.index}")]


def _focus_ring(scenery: Scenery, layer: LayerView, spots: Spots) -> list[Item]:
    focus, pinned = scenery.focus, scenery.pinned
    items: list[Item] = []
    for ref in {focus, pinned} - {None}:
        if ref is None or ref.layer != layer.index or not 0 <= ref.unit < layer.units:
            continue
        radius = spots.radius + ring_width(spots.radius, scenery.unit) + 3.0 * scenery.unit
        x, y = spots.xs[ref.unit], spots.ys[ref.unit]
        items.append(discs(x, y, radius, NONE, scenery.ink.accent, max(1.5, 2.0 * scenery.unit), "focus"))
    return items


@lately
def _cells(layer: LayerView, scenery: Scenery, terms: Terms | None, told: Told) -> list[Item]:
    column, ink, u = scenery.layout.columns[layer.index], scenery.ink, scenery.unit
    block = column.block
    assert block is not None
    colours = _dimmed(_fills(layer, scenery, terms, told), scenery.emphasis(layer), ink.background)
    gap = 1.0 if block.cell >= 6 else 0.0
    left, top, side = column.xs - block.cell / 2, column.ys - block.cell / 2, block.cell - gap
    frame, *count = _frame(scenery.layout, layer.index, ink)
    items: list[Item] = [frame, rects(left, top, side, side, colours, role=f"neuron {layer.index}")]
    items += pictures(scenery, layer, column.xs - gap / 2, column.ys - gap / 2, side)
    items += _hatches(scenery, layer, column.xs - gap / 2, column.ys - gap / 2, side / 2)
    if (cut := _cut(layer)).any():
        items += _cut_cells(scenery, layer, column, cut)
    items += _cell_gates(scenery, layer, told.gated)
    items += count
    focus = scenery.focus
    if focus is not None and focus.layer == layer.index:
        at = focus.unit
        items.append(rects(left[at], top[at], side, side, NONE, ink.accent, 0.0, max(1.5, 2 * u), role="focus"))
    return items


@once
def _frame(layout: Layout, index: int, ink: Ink) -> list[Item]:
    """Around a block, and below it how many there are."""
    column, u, small = layout.columns[index], layout.metrics.unit, layout.metrics.small
    block = column.block
    assert block is not None
    gap = 1.0 if block.cell >= 6 else 0.0
    around = block.left - 4 * u, block.top - 4 * u, block.width + 8 * u - gap, block.height + 8 * u - gap
    x, y = block.left + block.width / 2, block.top + block.height + 8 * u + small * 0.8
    fill = ink.background if column.near == 1.0 else NONE  # the links within are seen
    told = _told_count(layout, index)
    x = max(x, text_width(told, small) / 2 + 2.0) if index == 0 else x
    return [
        rects(*around, fill, mix(ink.background, ink.line, 0.9), 3 * u, 1.0 / column.near, f"block {index}"),
        *([Text(x, y, told, small, ink.muted, role="count")] if told else []),
    ]


def _told_count(layout: Layout, index: int) -> str:
    """How many neurons a block has, in as many words as do not touch those below the next; of very many layers, every
    so many-th says it.
    """
    column, small = layout.columns[index], layout.metrics.small
    number = f"{len(column.xs):,}"
    whole, room = f"{number} {'neurons' if index else 'inputs'}", column.room - 0.4 * small
    if text_width(whole, small) <= room:
        return whole
    every = math.ceil(text_width(number, small) / max(room, 1.0))
    return number if (index - 1) % every == 0 and (index or every == 1) else ""


def _cut_cells(scenery: Scenery, layer: LayerView, column: Column, cut: np.ndarray) -> list[Item]:
    """Empty, with the two strokes of a cut link."""
    assert column.block is not None
    cell, ink, role = column.block.cell, scenery.ink, f"cut {layer.index}"
    side, x, y = cell - 1.0, column.xs[cut], column.ys[cut]
    at = np.concatenate([x - 0.13 * cell, x + 0.13 * cell]), np.concatenate([y, y])
    return [
        rects(x - cell / 2, y - cell / 2, side, side, ink.background, ink.line, role=role),
        snips(*at, 1.0, 0.0, 0.3 * cell, max(1.0, 0.08 * cell), ink.muted, role),
    ]


def _cell_gates(scenery: Scenery, layer: LayerView, at: Progress) -> list[Item]:
    """At the right of each cell its shut doors, the forward one above, the backward one below: both are a full bar."""
    column = scenery.layout.columns[layer.index]
    block, known = column.block, np.broadcast_to(at.each(layer.units), layer.units)
    if block is None or block.cell < 5 or at.none:
        return []
    thick, tall = max(1.5, 0.18 * block.cell), (block.cell - 1) / 2
    items: list[Item] = []
    for shut, down, name in ((shut_forward(layer), 0.0, "upper"), (shut_backward(layer), tall, "lower")):
        some = shut & (known > 0)
        if some.any():
            x, y = column.xs[some] + block.cell / 2 - 1 - thick, column.ys[some] - block.cell / 2 + down
            colours = mixes(scenery.ink.background, np.full(len(x), scenery.ink.shut, dtype=np.int32), known[some])
            items.append(rects(x, y, thick, tall, colours, role=f"gate shut {name} {layer.index}"))
    return items


@lately
def _input_names(layout: Layout, ink: Ink, names: tuple[str, ...]) -> list[Item]:
    m, column = layout.metrics, layout.columns[0]
    if column.block or len(names) > MANY or (len(names) > 1 and column.ys[1] - column.ys[0] < m.small):
        return []
    x = float(column.x - column.radius - 9 * m.unit)
    return [
        Text(x, float(y), shorten(name, m.small, x - 4), m.small, ink.muted, Align.RIGHT, role="input name")
        for name, y in zip(names, column.ys, strict=True)
    ]
