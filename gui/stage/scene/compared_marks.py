"""Beside the main network: a dot at each neuron that shows another number than the same neuron there."""

from twostroke.gui.model.compared import differing, uncompared
from twostroke.gui.model.cut_and_frozen import Mask
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.alike import spots_of
from twostroke.gui.stage.scene.close_up import shrunk
from twostroke.gui.stage.scene.items import Item
from twostroke.gui.stage.scene.layout import ring_width
from twostroke.gui.stage.scene.neurons import numbers_shown
from twostroke.gui.stage.scene.signs import dot
from twostroke.gui.stage.scene.stagehand import Stagehand

DIAGONAL = 0.7071


def compared_marks(hand: Stagehand) -> list[Item]:
    """At the upper right of the neurons; none in a block, whose cells show no numbers."""
    main, items = hand.view.main, list[Item]()
    if main is None or hand.lens.compares or uncompared(hand.view):
        return items
    for column in hand.layout.columns:
        if column.apart and (some := _differing(hand, main, column.index)).any():
            spots = spots_of(column)
            pen = max(hand.unit, 0.8), hand.ink.text, hand.ink.background
            away = DIAGONAL * (spots.radius + ring_width(spots.radius, hand.unit))
            dots = dot(spots.xs[some] + away, spots.ys[some] - away, *pen, f"differs {column.index}")
            items += shrunk([dots], column.near)
    return items


def _differing(hand: Stagehand, main: ViewState, index: int) -> Mask:
    own, others = (numbers_shown(hand, view, index) for view in (hand.view, main))
    return differing(own, others, hand.view.choices.digits)
