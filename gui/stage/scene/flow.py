"""Pulses: filled discs that carry a signal to the right, hollow rings that carry a gradient to the left.

A pulse that meets a shut gate stops at its door and fades. Nothing else moves in the picture.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.cursor import Moment, Phase
from twostroke.gui.look.colour import signed_shades
from twostroke.gui.model.reach import COMES_IN, upstream_now
from twostroke.gui.model.view import LayerView
from twostroke.gui.stage.scene.close_up import close_up, shrunk
from twostroke.gui.stage.scene.dropped import sign_radius
from twostroke.gui.stage.scene.easing import part, smooth
from twostroke.gui.stage.scene.film import MEETS
from twostroke.gui.stage.scene.gates import opening, shut_backward, shut_forward
from twostroke.gui.stage.scene.items import NONE, Floats, Item, discs
from twostroke.gui.stage.scene.layout import Column
from twostroke.gui.stage.scene.links import Drawn, ends_of
from twostroke.gui.stage.scene.scales import gradient_strength, pulse_radius, signal_strength
from twostroke.gui.stage.scene.stagehand import Stagehand
from twostroke.gui.stage.scene.sums import partial_upstream, travelled

REMAINS = 0.4
"""How much of a stopped pulse is still seen when its phase ends; with the phase it goes."""


def pulses(hand: Stagehand, chosen: tuple[Drawn, ...]) -> list[Item]:
    """Everything that is under way at this moment."""
    moment = hand.film.moment
    if moment is None:
        return []
    layer, fraction = moment.step.layer, moment.fraction
    if moment.term is not None:
        return _of_one(hand, moment)
    match moment.step.phase:
        case Phase.SUM:
            return _on_links(hand, chosen[layer - 1], fraction, forward=True)
        case Phase.GATE:
            return _seen_closer(hand, layer, _through_gate(hand, layer, fraction))
        case Phase.LOSS:
            return _to_loss(hand, fraction)
        case Phase.GATE_BACK:
            return _seen_closer(hand, layer, _back_through_gate(hand, layer, fraction))
        case Phase.SPREAD:
            return [
                *_on_links(hand, chosen[layer - 1], fraction, forward=False),
                *_seen_closer(hand, layer - 1, _gathering(hand, layer, fraction)),
            ]
        case Phase.WEIGHTS | Phase.INPUT | Phase.UPDATE:
            return []


def _of_one(hand: Stagehand, moment: Moment) -> list[Item]:
    """What is under way where neurons take turns: on one link, or at one gate, while others wait."""
    layer, within, unit = moment.step.layer, moment.within, moment.unit
    match moment.step.phase:
        case Phase.SUM:
            return _on_link(hand, moment)
        case Phase.GATE:
            return _seen_closer(hand, layer, _through_gate(hand, layer, within, unit))
        case Phase.GATE_BACK:
            at_gates = _back_through_gate(hand, layer, within, unit) + _waiting(hand, layer, unit)
            return _seen_closer(hand, layer, at_gates)
        case Phase.SPREAD:
            gathered = _seen_closer(hand, layer - 1, _gathering(hand, layer, moment.fraction))
            return _on_link(hand, moment) + gathered
        case _:
            return []


def _on_link(hand: Stagehand, moment: Moment) -> list[Item]:
    """The pulse of one product."""
    if not isinstance(moment.term, int) or moment.unit is None or hand.view.choices.reduced_motion:
        return []
    forward = moment.step.phase is Phase.SUM
    link, target, source = hand.view.links[moment.step.layer - 1], moment.unit, moment.term
    if not forward:
        target, source = source, target
    values, way = (link.signal if forward else link.gradient), smooth(part(moment.within, 0.0, COMES_IN))
    if values is None or not 0 < way < 1:
        return []
    left, right = hand.layout.columns[link.layer - 1], hand.layout.columns[link.layer]
    near, t = max(left.near, right.near), way if forward else 1.0 - way
    (x1, y1), (x2, y2) = (left.out_xs[source], left.link_ys[source]), (right.in_xs[target], right.link_ys[target])
    x, y = np.array([x1 + (x2 - x1) * t]) * near, np.array([y1 + (y2 - y1) * t]) * near
    draw = _filled if forward else _hollow
    role = f"pulse {'signal' if forward else 'gradient'}"
    return shrunk(draw(hand, x, y, values[[target], [source]], 1.0, role), near)


def _waiting(hand: Stagehand, index: int, unit: int | None) -> list[Item]:
    """The gradients that wait at the gates of the neurons behind `unit`; those of the output are still at the loss."""
    layer, column = hand.view.layers[index], close_up(hand.layout.columns[index])
    if unit is None or index == hand.view.depth or column.block is not None or layer.upstream is None:
        return []
    value = np.where(np.arange(layer.units) > unit, layer.upstream, 0.0)
    radius = pulse_radius(gradient_strength(value), hand.layout.pulse)
    return _hollow(hand, _waiting_x(hand, layer, column, radius), column.ys, value, 1.0, f"upstream {index}")


def _seen_closer(hand: Stagehand, layer: int, items: list[Item]) -> list[Item]:
    """What moves at a layer, which may be a close-up."""
    return shrunk(items, hand.layout.columns[layer].near)


def _filled(hand: Stagehand, x: Floats, y: Floats, value: Floats, keep: Floats | float, role: str) -> list[Item]:
    """Discs for signals of that value."""
    ink, strength = hand.ink, signal_strength(value)
    some = (strength > 0) & (np.broadcast_to(keep, strength.shape) > 0)
    if not some.any():
        return []
    share = ((0.55 + 0.45 * strength) * keep)[some]
    colours = signed_shades(ink.background, ink.signal_negative, ink.signal_positive, value[some], share)
    radius = pulse_radius(strength[some], hand.layout.pulse)
    return [discs(np.broadcast_to(x, some.shape)[some], y[some], radius, colours, role=role)]  # no rim: it would bite


def _hollow(hand: Stagehand, x: Floats, y: Floats, value: Floats, keep: Floats | float, role: str) -> list[Item]:
    """Rings for gradients of that value."""
    ink, strength = hand.ink, gradient_strength(value)
    some = (strength > 0) & (np.broadcast_to(keep, strength.shape) > 0)
    if not some.any():
        return []
    share = ((0.5 + 0.5 * strength) * keep)[some]
    colours = signed_shades(ink.background, ink.gradient_negative, ink.gradient_positive, value[some], share)
    radius = pulse_radius(strength[some], hand.layout.pulse)
    thick = np.clip(0.3 * radius, 1.2, 3.0 * hand.unit)
    at = np.broadcast_to(x, some.shape)[some]
    return [discs(at, y[some], np.maximum(radius - thick / 2, 1.0), NONE, colours, thick, role)]


def _on_links(hand: Stagehand, drawn: Drawn, fraction: float, *, forward: bool) -> list[Item]:
    if hand.view.choices.reduced_motion:
        return []
    link = hand.view.links[drawn.layer - 1]
    above, below = link.above, link.below
    ends = ends_of(drawn, hand.layout)
    if forward:
        way = travelled(fraction, below.units)[drawn.source]
        value: Floats = drawn.of(link.weight) * below.output[drawn.source]
    elif (gradient := link.gradient) is None:
        return []
    else:
        way = 1.0 - travelled(fraction, above.units)[drawn.target]
        value = drawn.of(gradient)
    under_way = (way > 0) & (way < 1)
    if not under_way.any():
        return []
    t, value = way[under_way], value[under_way]
    x1, y1, x2, y2 = (each[under_way] for each in (ends.x1, ends.y1, ends.x2, ends.y2))
    x, y = (x1 + (x2 - x1) * t) * ends.near, (y1 + (y2 - y1) * t) * ends.near
    draw = _filled if forward else _hollow
    return shrunk(draw(hand, x, y, value, 1.0, f"pulse {'signal' if forward else 'gradient'}"), ends.near)


def lanes(layer: LayerView, column: Column) -> tuple[Floats, Floats]:
    """How far from the middle a pulse passes the gate, forward and backward, (units,) each.

    Through the middle where the doors agree; where they differ, the signal passes the upper door and the gradient
    the lower one.
    """
    if layer.forward_mask is None or layer.backward_mask is None:
        return np.zeros(layer.units), np.zeros(layer.units)
    differ = np.abs(layer.forward_mask - layer.backward_mask) > 0.02
    half = column.gate_half * 0.39
    up = -half * np.minimum(opening(layer, layer.forward_mask), 1.0)
    down = half * np.minimum(opening(layer, layer.backward_mask), 1.0)
    return np.where(differ, up, 0.0), np.where(differ, down, 0.0)


def _along(points: list[tuple[float, Floats | float]], fraction: float) -> Floats:
    """A path through coordinates at given shares of the phase; smooth between them."""
    for (t0, v0), (t1, v1) in pairwise(points):
        if fraction <= t1:
            share = smooth(part(fraction, t0, t1))
            return np.asarray(v0 + (np.asarray(v1) - v0) * share, dtype=np.float64)
    return np.asarray(points[-1][1], dtype=np.float64)


def _fading(fraction: float) -> float:
    """How much of a stopped pulse is left."""
    return 1.0 - (1.0 - REMAINS) * smooth(part(fraction, MEETS + 0.2, 1.0))


def _among(layer: LayerView, unit: int | None) -> NDArray[np.bool_]:
    """That neuron, or all of them, (units,)."""
    return np.ones(layer.units, dtype=np.bool_) if unit is None else np.arange(layer.units) == unit


def _through_gate(hand: Stagehand, index: int, fraction: float, unit: int | None = None) -> list[Item]:
    """z leaves the neuron and meets its gate: it stops at a shut door, or comes out as a."""
    layer, column = hand.view.layers[index], close_up(hand.layout.columns[index])
    if layer.z is None or column.block is not None or fraction < 0.06:
        return []
    among, lane = _among(layer, unit), lanes(layer, column)[0]
    shut = shut_forward(layer) & among
    radius = pulse_radius(signal_strength(layer.z), hand.layout.pulse)
    face = column.gate_xs - radius
    start = column.xs + 0.3 * column.radius
    still = hand.view.choices.reduced_motion
    stop_x = face if still else _along([(0.06, start), (MEETS, face)], fraction)
    items = _filled(hand, stop_x[shut], column.ys[shut], layer.z[shut], _fading(fraction), f"stopped signal {index}")
    if still:
        return items
    open_x = _along([(0.06, start), (MEETS, column.gate_xs), (0.8, column.out_xs)], fraction)
    y = column.ys + lane * np.sin(np.pi * min(part(fraction, 0.06, 0.8), 1.0))
    value = layer.z if fraction < MEETS + 0.08 else layer.a
    keep = 1.0 - smooth(part(fraction, 0.86, 1.0))
    passing = ~shut & among
    return items + _filled(hand, open_x[passing], y[passing], value[passing], keep, f"pulse signal {index}")


def _back_through_gate(hand: Stagehand, index: int, fraction: float, unit: int | None = None) -> list[Item]:
    """The upstream gradient meets the gate from the right: it stops at a shut door, or comes out as delta."""
    layer, column = hand.view.layers[index], close_up(hand.layout.columns[index])
    if layer.dloss_dz is None or column.block is not None:
        return []
    upstream = layer.upstream if layer.upstream is not None else layer.dloss_dz
    among, lane = _among(layer, unit), lanes(layer, column)[1]
    shut = (shut_backward(layer) | layer.silenced) & among
    radius = pulse_radius(gradient_strength(upstream), hand.layout.pulse)
    waiting = _waiting_x(hand, layer, column, radius)
    is_output = index == hand.view.depth
    face = np.where(layer.silenced, waiting, column.gate_xs + column.gate_width + radius)  # they stop before the gate
    began = 0.3 if is_output else 0.1
    still = hand.view.choices.reduced_motion
    come_x = face if still else _along([(began, waiting), (MEETS, np.minimum(face, waiting))], fraction)
    come_y = column.ys
    if is_output and fraction < began and not still:
        near = hand.layout.columns[index].near
        come_x, come_y = _from_loss(hand, waiting, column.ys, part(fraction, 0.0, began), near)
    items = _hollow(hand, come_x[shut], come_y[shut], upstream[shut], _fading(fraction), f"stopped gradient {index}")
    if still:
        return items
    edge = column.xs + column.radius
    passed_x = come_x if fraction <= MEETS else _along([(MEETS, come_x), (0.72, edge)], fraction)
    y = come_y + lane * np.sin(np.pi * part(fraction, began, 0.72))
    value = upstream if fraction < MEETS + 0.1 else layer.dloss_dz
    keep = 1.0 - smooth(part(fraction, 0.7, 0.86))
    passing = ~shut & among
    return items + _hollow(hand, passed_x[passing], y[passing], value[passing], keep, f"pulse gradient {index}")


def _waiting_x(hand: Stagehand, layer: LayerView, column: Column, radius: Floats) -> Floats:
    """Where the upstream gradient gathers: right of the gate, and of dropout's sign, touching nothing."""
    sign = np.where(layer.silenced, 2 * sign_radius(hand.scenery, column) + radius, 0.0)
    behind = column.gate_xs + column.gate_width + radius + 1.0
    out: Floats = np.maximum(column.out_xs + sign, behind) + 1.5 * hand.unit
    return out


def _gathering(hand: Stagehand, index: int, fraction: float) -> list[Item]:
    """The upstream gradient of the layer before, summed up right of its gates; a skip path's share comes first."""
    above, below = hand.view.layers[index], hand.view.layers[index - 1]
    column = close_up(hand.layout.columns[index - 1])
    if index == 1 or column.block is not None or above.delta is None or below.upstream is None:
        return []
    weight = hand.view.links[index - 1].weight
    by_skip = any(source == below.index for source, _ in hand.view.skip_targets)
    value = upstream_now(hand.view, index) if hand.film.read(Phase.SPREAD, index) else None
    if value is None:
        value = partial_upstream(weight, above.delta, below.upstream, fraction, by_skip)
    if below.cut is not None:  # nothing comes back to it
        value = np.where(below.cut, 0.0, value)
    radius = pulse_radius(gradient_strength(value), hand.layout.pulse)
    return _hollow(hand, _waiting_x(hand, below, column, radius), column.ys, value, 1.0, f"upstream {index - 1}")


def _card_point(hand: Stagehand) -> tuple[float, float]:
    x, y, _, height = hand.layout.card
    return x, y + height / 2


def _from_loss(hand: Stagehand, to_x: Floats, to_y: Floats, share: float, near: float) -> tuple[Floats, Floats]:
    x, y = (each * near for each in _card_point(hand))
    t = smooth(share)
    return x + (to_x - x) * t, y + (to_y - y) * t


def _to_loss(hand: Stagehand, fraction: float) -> list[Item]:
    """The predictions travel into the loss node."""
    layer, column = hand.view.layers[-1], hand.layout.columns[-1]
    if fraction >= 0.4 or hand.view.choices.reduced_motion:
        return []
    x, y = _card_point(hand)
    t = smooth(part(fraction, 0.0, 0.4))
    start = column.out_xs
    xs, ys = start + (x - start) * t, column.link_ys + (y - column.link_ys) * t
    return _filled(hand, xs, ys, layer.a, 1.0, "pulse signal loss")
