"""Where the keys stand: a ring around a neuron, an outline along a link; and what to say of links and targets."""

from twostroke.engine.border.cursor import Phase
from twostroke.gui.model.choices import LinkRef, NeuronRef, Place, TargetRef
from twostroke.gui.model.known import known
from twostroke.gui.model.numbers import number
from twostroke.gui.model.view import LinkView
from twostroke.gui.model.walk import exists
from twostroke.gui.model.words import NOT_KNOWN, link_name, loss_of_sample, neuron_name
from twostroke.gui.stage.scene.close_up import close_up, shrunk
from twostroke.gui.stage.scene.items import NONE, Item, discs, lines, rects
from twostroke.gui.stage.scene.layout import ring_width, shorten
from twostroke.gui.stage.scene.scales import pen_width, weight_width
from twostroke.gui.stage.scene.stagehand import Stagehand

LEAST_RING = 9.0
"""Least side of the ring around a cell, in units: a layer of many neurons has cells of one pixel."""

GATE_KNOWN = 0.62
"""Share of a gate's phase after which its activation is shown, as in the neurons."""

GRADIENT_KNOWN = 0.72


def walked_ring(hand: Stagehand) -> list[Item]:
    """Around the neuron or the target: light on dark and dark on light, whatever colour is in it."""
    walked = hand.view.choices.walked
    if walked is None or not _is_there(hand, walked.place):
        return []
    u, ink = hand.unit, hand.ink
    wide = max(2.0, 2.4 * u)
    if isinstance(walked.place, TargetRef):
        x, y, width, height = hand.layout.card
        out = 4 * u
        return [
            rects(x - out, y - out, width + 2 * out, height + 2 * out, NONE, ink.text, 10 * u, wide, role="walked"),
        ]
    ref = walked.place if isinstance(walked.place, NeuronRef) else walked.hub
    if isinstance(walked.place, LinkRef):
        wide *= 0.6  # the link itself stands out more
    near = hand.layout.columns[ref.layer].near
    column = close_up(hand.layout.columns[ref.layer])
    x, y = float(column.xs[ref.unit]), float(column.ys[ref.unit])
    if column.block is not None:
        half = max(column.radius + 1.5 * u, LEAST_RING * u / 2)
        outer = half + wide
        return [
            rects(x - outer, y - outer, 2 * outer, 2 * outer, NONE, ink.background, 0.0, wide, role="walked"),
            rects(x - half, y - half, 2 * half, 2 * half, NONE, ink.text, 0.0, wide, role="walked"),
        ]
    radius = column.radius + ring_width(column.radius, u) + 5.5 * u
    return shrunk([discs(x, y, radius, NONE, ink.text, wide, "walked")], near)


def walked_link(hand: Stagehand) -> list[Item]:
    """The link under the mouse, where the keys stand, or which is pinned: outlined, in its full colour; hollow where it
    is cut."""
    choices = hand.view.choices
    place: Place | None = choices.walked.place if choices.walked is not None else choices.pinned_link
    if isinstance(choices.hovered, LinkRef):
        place = choices.hovered
    if not isinstance(place, LinkRef) or not _is_there(hand, place):
        return []
    ink, u = hand.ink, hand.unit
    link = hand.view.links[place.layer - 1]
    weight = _weight(hand, link, place)
    own = max(float(pen_width(weight_width(weight, hand.layout.link_unit))), 1.5)
    colour = ink.signal_negative if weight < 0 else ink.signal_positive if weight > 0 else ink.muted
    ends, near = link_ends(hand, place), near_of(hand, place)
    outline: list[Item] = [
        lines(*ends, (own + 8 * u) / near, ink.background, "walked"),
        lines(*ends, (own + 6 * u) / near, ink.text, "walked"),
        lines(*ends, (own + 2.5 * u) / near, ink.background, "walked"),
    ]
    cut = link.cut is not None and bool(link.cut[place.target, place.source])
    return outline if cut else [*outline, lines(*ends, own / near, colour, "walked")]


def near_of(hand: Stagehand, ref: LinkRef) -> float:
    """How much closer one looks at either end of a link."""
    return max(hand.layout.columns[ref.layer - 1].near, hand.layout.columns[ref.layer].near)


def link_ends(hand: Stagehand, ref: LinkRef) -> tuple[float, float, float, float]:
    """x and y where it begins, and where it ends."""
    left, right = hand.layout.columns[ref.layer - 1], hand.layout.columns[ref.layer]
    x1, x2 = float(left.out_xs[ref.source]), float(right.in_xs[ref.target])
    return x1, float(left.link_ys[ref.source]), x2, float(right.link_ys[ref.target])


def link_rows(hand: Stagehand, ref: LinkRef) -> list[tuple[str, str]]:
    """What is known of one link now: its name, then pairs of symbol and number."""
    link, film, m = hand.view.links[ref.layer - 1], hand.film, hand.layout.metrics
    rows = [(shorten(link_name(hand.view, ref), 1.06 * m.small, 0.6 * m.width), "")]
    rows.append(("w", number(float(link.weight[ref.target, ref.source]))))
    if link.cut is not None and link.cut[ref.target, ref.source]:
        return [*rows, ("cut", "carries nothing")]
    if link.frozen is not None and link.frozen[ref.target, ref.source]:
        rows.append(("frozen", "no update moves it"))
    gate = film.progress(Phase.GATE, ref.layer - 1, ref.source)
    sent = gate > GATE_KNOWN if ref.layer > 1 else film.progress(Phase.INPUT) > 0.35
    if sent:
        rows.append(("a", number(float(link.below.output[ref.source]))))
    if sent and _has_come(hand, Phase.SUM, ref.layer, ref.target, ref.source):
        rows.append(("w · a", number(float(link.signal[ref.target, ref.source]))))
    return rows + _backward_rows(hand, link, ref)


def _backward_rows(hand: Stagehand, link: LinkView, ref: LinkRef) -> list[tuple[str, str]]:
    film, delta = hand.film, link.above.delta
    if delta is None or film.progress(Phase.GATE_BACK, ref.layer, ref.target) <= GRADIENT_KNOWN:
        return []
    rows = [("δ", number(float(delta[ref.target])))]
    if link.gradient is not None and _has_come(hand, Phase.SPREAD, ref.layer, ref.source, ref.target):
        rows.append(("w · δ", number(float(link.gradient[ref.target, ref.source]))))
    samples = hand.view.tape.samples if hand.view.tape is not None else 1
    if film.live or _has_come(hand, Phase.WEIGHTS, ref.layer, ref.target, ref.source, 0.5):
        own = number(float(delta[ref.target] * link.below.output[ref.source]))
        alone = samples == 1 and not (film.live and hand.view.snapshot.session.training.batch_size > 1)
        rows.append(("∂L/∂w" if alone else "∂L/∂w, this sample", own))
    weighed = film.at(Phase.WEIGHTS, ref.layer)
    averaged = samples > 1 and weighed.unit is None and weighed.share > 0.75
    if link.dloss_dweight is not None and averaged:
        mean = number(float(link.dloss_dweight[ref.target, ref.source]))
        rows.append(("∂L/∂w, mean", f"{mean} (of {samples} samples)"))
    if link.weight_next is not None and film.progress(Phase.UPDATE) > 0:
        rows.append(("w next", number(float(link.weight_next[ref.target, ref.source]))))
    return rows


def _has_come(hand: Stagehand, phase: Phase, layer: int, unit: int, term: int, share: float = 0.0) -> bool:
    """Whether the product of a link is there: with more than that share of its phase, or when its turn has come."""
    if hand.film.read(phase, layer) is not None:
        return known(hand.view, phase, layer, unit, term)
    return hand.film.progress(phase, layer) > share


def target_rows(hand: Stagehand, ref: TargetRef) -> list[tuple[str, str]]:
    """What is known of one output's target now."""
    view, m = hand.view, hand.layout.metrics
    name = f"target of {neuron_name(view, view.depth, ref.unit)}"
    rows = [(shorten(name, 1.06 * m.small, 0.6 * m.width), "")]
    passed = hand.film.progress(Phase.LOSS)
    if passed > 0.35:
        rows.append(("prediction", number(float(view.predictions[ref.unit]))))
    if passed > 0.5:
        target = float(view.truths[ref.unit])
        told = number(view.aim if len(view.target) == 1 and not view.asks_values else target)
        rows.append(("target", told if view.target_known else NOT_KNOWN))
    if passed > 0.7:
        rows.append(("loss", loss_of_sample(view)))
    return rows


def _weight(hand: Stagehand, link: LinkView, ref: LinkRef) -> float:
    moved = link.weight_next is not None and hand.film.progress(Phase.UPDATE) > 0.5
    array = link.weight_next if moved and link.weight_next is not None else link.weight
    return float(array[ref.target, ref.source])


def _is_there(hand: Stagehand, place: NeuronRef | LinkRef | TargetRef) -> bool:
    return exists(place, hand.view.widths)
