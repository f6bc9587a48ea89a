"""The path of the chain of gains whose account is open: its links, and the way to the loss, along which it is read."""

from twostroke.gui.look.colour import mix
from twostroke.gui.model.choices import LinkRef
from twostroke.gui.model.explain.chain_links import links_of_chain
from twostroke.gui.stage.scene.items import Item, lines
from twostroke.gui.stage.scene.scales import pen_width, weight_width
from twostroke.gui.stage.scene.stagehand import Stagehand
from twostroke.gui.stage.scene.walked import link_ends, near_of

ROLE = "chain"


def chain_path(hand: Stagehand) -> list[Item]:
    """Nothing where no chain is open."""
    links = links_of_chain(hand.view)
    if not links:
        return []
    x, y, _, height = hand.layout.card
    column, last = hand.layout.columns[-1], links[-1]
    to_loss: list[Item] = []
    if last.layer == hand.view.depth:
        start = float(column.out_xs[last.target]), float(column.link_ys[last.target])
        to_loss = [lines(*start, x, y + height / 2, 3.0 * hand.unit, _around(hand), ROLE)]
    return [*to_loss, *(item for link in links for item in _marked(hand, link))]


def _around(hand: Stagehand) -> int:
    """Neither blue nor orange, which are signs."""
    return mix(hand.ink.background, hand.ink.text, 0.8)


def _marked(hand: Stagehand, ref: LinkRef) -> list[Item]:
    """The link in its full colour, between two lines."""
    ink, u, ends, near = hand.ink, hand.unit, link_ends(hand, ref), near_of(hand, ref)
    weight = float(hand.view.links[ref.layer - 1].weight[ref.target, ref.source])
    own = max(float(pen_width(weight_width(weight, hand.layout.link_unit))), 1.5)
    colour = ink.signal_negative if weight < 0 else ink.signal_positive if weight > 0 else ink.muted
    return [
        lines(*ends, (own + 7 * u) / near, _around(hand), ROLE),
        lines(*ends, (own + 3 * u) / near, ink.background, ROLE),
        lines(*ends, own / near, colour, ROLE),
    ]
