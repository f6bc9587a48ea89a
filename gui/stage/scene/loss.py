"""The loss node: prediction, target and loss; here the backward stroke begins."""

import numpy as np

from twostroke.engine.border.cursor import Phase
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.gui.look.colour import mix
from twostroke.gui.model.numbers import FEWEST_DIGITS, USUAL_DIGITS, brief, digits_now, number
from twostroke.gui.model.once import lately
from twostroke.gui.model.words import NO_NUMBER, NOT_KNOWN, loss_of_sample
from twostroke.gui.stage.scene.easing import part, smooth
from twostroke.gui.stage.scene.figures import figure_width
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import Align, Item, Weight, lines, rects, same_text
from twostroke.gui.stage.scene.layout import Layout, shorten, text_width
from twostroke.gui.stage.scene.stagehand import Stagehand

LEAST = 11.0
"""No text is smaller, in pixels."""

CUT = 0.84
"""Share of the room that a name has which is cut: its letters may be wide."""

LARGE = 1e4
"""From here on `brief` writes powers of ten: a prediction and its target are written alike."""

ROUND = 100.0
"""Below, `brief` keeps the first decimal; a larger prediction has a short name instead, and all its figures."""

Rows = tuple[tuple[str, str], tuple[str, str]]
"""Name and value of the prediction, and of the target."""


def loss_node(hand: Stagehand) -> list[Item]:
    """The card, what leads to it, and the names of the classes with the target among them."""
    film = hand.film
    predicted = part(film.progress(Phase.LOSS), 0.35, 0.45)
    target = part(film.progress(Phase.LOSS), 0.5, 0.65)
    known = part(film.progress(Phase.LOSS), 0.7, 0.85)
    return [*_ways(hand, target), *_class_names(hand, target), *_card(hand, predicted, target, known)]


def _ways(hand: Stagehand, target: float) -> list[Item]:
    """Thin lines from the outputs to the card; that of the right class stands out once it is known."""
    column, scenery = hand.layout.columns[-1], hand.scenery
    start = column.out_x
    if hand.view.layers[-1].units > 1 and column.block is None:
        start += _names_width(hand)
    items = _ways_to_card(scenery.layout, start, scenery.ink)
    if target > 0 and hand.view.layers[-1].units > 1 and not hand.view.asks_values and hand.view.target_known:
        right = int(np.argmax(hand.view.target))
        return [*items, *_aimed_way(scenery.layout, start, right, scenery.ink, smooth(target))]
    return items


@lately
def _ways_to_card(layout: Layout, start: float, ink: Ink) -> list[Item]:
    x, y, _, height = layout.card
    wide = max(1.0, layout.metrics.unit)
    return [lines(start, layout.columns[-1].link_ys, x, y + height / 2, wide, ink.outline, role="way loss")]


@lately
def _aimed_way(layout: Layout, start: float, unit: int, ink: Ink, shown: float) -> list[Item]:
    """From the output of the right class."""
    x, y, _, height = layout.card
    bright = mix(ink.background, ink.text, 0.85 * shown)
    wide = 1.6 * max(1.0, layout.metrics.unit)
    return [lines(start, layout.columns[-1].link_ys[unit], x, y + height / 2, wide, bright, role="target mark")]


def _names_width(hand: Stagehand) -> float:
    m = hand.layout.metrics
    widest = max(text_width(name, m.small) for name in hand.view.layers[-1].unit_names)
    return min(widest, 0.09 * m.width) + 16 * m.unit


def _class_names(hand: Stagehand, target: float) -> list[Item]:
    last, column, m, ink = hand.view.layers[-1], hand.layout.columns[-1], hand.layout.metrics, hand.ink
    if last.units < 2 or column.block is not None or column.ys[1] - column.ys[0] < m.small:
        return []
    items: list[Item] = []
    right = -1 if hand.view.asks_values or not hand.view.target_known else int(np.argmax(hand.view.target))
    left = column.out_x + 4 * m.unit
    for unit, name in enumerate(last.unit_names):
        aimed = unit == right and target > 0
        colour = mix(ink.muted, ink.text, smooth(target)) if aimed else ink.muted
        text = shorten(name, m.small, 0.09 * m.width)
        weight = Weight.SEMIBOLD if aimed else Weight.REGULAR
        items.append(
            same_text(left, float(column.ys[unit]), text, m.small, colour, Align.LEFT, weight, role="class name")
        )
    return items


def _card(hand: Stagehand, predicted: float, target: float, known: float) -> list[Item]:
    m, ink, (x, y, width, height) = hand.layout.metrics, hand.ink, hand.layout.card
    active = hand.film.now(Phase.LOSS) or hand.film.now(Phase.GATE_BACK, hand.view.depth)
    items: list[Item] = [*_bare_card(hand.layout, ink, active)]
    pad, rows = 10 * m.unit, _rows(hand)
    step = (height - 2 * pad) / 4.2
    for at, ((key, value), shown) in enumerate(zip(rows, (predicted, target), strict=True)):
        row_y = y + pad + step * (at + 0.5)
        items.append(same_text(x + pad, row_y, key, m.small, ink.muted, Align.LEFT, role="loss"))
        if shown > 0:
            colour = mix(ink.surface, ink.text, shown)
            spare = CUT if value.endswith("…") else 1.0
            size = _fitting(value, m.label, spare * _room(hand, key, m.small))
            items.append(
                same_text(x + width - pad, row_y, value, size, colour, Align.RIGHT, Weight.MEDIUM, role="loss")
            )
    big_y = y + pad + step * 3.35
    items.append(same_text(x + pad, big_y, "loss", m.label, ink.muted, Align.LEFT, Weight.MEDIUM, role="loss"))
    if known > 0:
        colour = mix(ink.surface, ink.text, known)
        text = _loss_text(hand, _room(hand, "loss", m.label)) if hand.view.target_known else "?"
        size = _fitting(text, m.label * 1.45, _room(hand, "loss", m.label))
        items.append(same_text(x + width - pad, big_y, text, size, colour, Align.RIGHT, Weight.SEMIBOLD, role="loss"))
    title = LOSSES[hand.view.loss_name].full_title
    scaled = ["of the scaled target"] if hand.view.snapshot.data.target_scale else []
    titles = [title, *scaled, *_of_what(hand)]
    for line, text in enumerate(titles, start=1):
        below = y + height + m.small * (1.3 * line - 0.3)
        if below + 0.6 * m.small > m.height:  # of a small picture, beside which a large one says it
            break
        items.append(same_text(x + width / 2, below, text, m.small, ink.muted, role="loss name"))
    return items


def _loss_text(hand: Stagehand, room: float) -> str:
    """With as many digits as have room."""
    texts = [loss_of_sample(hand.view, digits) for digits in range(digits_now(), FEWEST_DIGITS - 1, -1)]
    return next((text for text in texts if _wide(text, LEAST) <= room), texts[-1])


@lately
def _bare_card(layout: Layout, ink: Ink, active: bool) -> list[Item]:
    """The card with the rule between the numbers and the loss."""
    u, (x, y, width, height) = layout.metrics.unit, layout.card
    border = ink.accent if active else mix(ink.line, ink.muted, 0.4)
    border_width = (1.8 if active else 1.1) * max(u, 0.9)
    pad = 10 * u
    rule_y = y + pad + (height - 2 * pad) / 4.2 * 2.25
    return [
        rects(x, y, width, height, ink.surface, border, 8 * u, border_width, "loss card"),
        lines(x + pad, rule_y, x + width - pad, rule_y, 1.0, ink.line, role="loss rule"),
    ]


def _of_what(hand: Stagehand) -> tuple[str, ...]:
    """Whose loss it is, in lines; what is tried is named."""
    trial = hand.view.trial
    if trial is None:
        return ("of this sample",)
    return ("test input,", "not in the data") if trial.row is None else (f"of test sample {trial.row}",)


def _rows(hand: Stagehand) -> Rows:
    """What is predicted and what is right, as far as that is known; for classes their names."""
    predicted, (key, right) = _compared(hand)
    return predicted, (key, right if hand.view.target_known else NOT_KNOWN)


def _compared(hand: Stagehand) -> Rows:
    last, target = hand.view.layers[-1], hand.view.target
    if last.units == 1:
        value = float(hand.view.predictions[0])
        aim = float(hand.view.truths[0]) if hand.view.asks_values else hand.view.aim
        if np.isnan(value):
            return ("ŷ", NO_NUMBER), ("y", brief(aim))
        long = _in_full(hand, ("prediction", "target"), value, aim)
        if long is None and abs(value) < ROUND and abs(aim) < LARGE:
            long = ("prediction", brief(value)), ("target", number(aim))
        return long or _in_full(hand, ("ŷ", "y"), value, aim) or _brief(value, aim)
    if hand.view.asks_values:
        return _several(hand, ("outputs", "targets")) or _several(hand, ("ŷ", "y")) or _how_many(last.units)
    names = (last.unit_names[int(np.argmax(values))] for values in (last.a, target))
    rows = zip(("guess", "target"), names, strict=True)
    guess, right = ((key, _short(name, _room(hand, key, hand.layout.metrics.small))) for key, name in rows)
    return guess, right


def _short(name: str, room: float) -> str:
    """A name in the smallest letters; one that has to be cut leaves room for wide ones."""
    size = 0.9 * LEAST
    return name if text_width(name, size) <= room else shorten(name, size, CUT * room)


def _in_full(hand: Stagehand, keys: tuple[str, str], value: float, aim: float) -> Rows | None:
    """A prediction and its target behind `keys`, with as many of the digits asked for as have room, but no fewer than
    usual; None where they do not fit.
    """
    small, most = hand.layout.metrics.small, digits_now()
    for digits in range(most, min(most, USUAL_DIGITS) - 1, -1):
        rows = (keys[0], number(value, digits)), (keys[1], number(aim, digits))
        if all(_wide(text, LEAST) <= _room(hand, key, small) for key, text in rows):
            return rows
    return None


def _brief(value: float, aim: float) -> Rows:
    return ("ŷ", brief(value)), ("y", number(aim) if abs(aim) < LARGE else brief(aim))


def _several(hand: Stagehand, keys: tuple[str, str]) -> Rows | None:
    """Several predictions and targets, a line of the card each, behind `keys`; None where they do not fit."""
    above, below = (
        (key, ", ".join(brief(float(value)) for value in values))
        for key, values in zip(keys, (hand.view.predictions, hand.view.truths), strict=True)
    )
    small = hand.layout.metrics.small
    fit = all(text_width(text, LEAST) <= _room(hand, key, small) for key, text in (above, below))
    return (above, below) if fit else None


def _how_many(units: int) -> Rows:
    return ("outputs", f"{units} values"), ("targets", f"{units} values")


def _room(hand: Stagehand, key: str, size: float) -> float:
    """How wide what stands right of `key` on the card may be."""
    unit = hand.layout.metrics.unit
    return hand.layout.card[2] - 25 * unit - text_width(key, size)


def _fitting(text: str, size: float, room: float) -> float:
    """The size, `size` at most, at which `text` fits."""
    return max(min(size, size * room / _wide(text, size)), LEAST)


def _wide(text: str, size: float) -> float:
    """How wide it is: figures are wider than letters."""
    return max(text_width(text, size), figure_width(text, size) if text[:1] in "−0123456789" else 0.0)
