"""How the training went, beside the stage: the number of the update, and loss and accuracy up to it."""

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.snapshot import Snapshot
from twostroke.gui.look.colour import packed
from twostroke.gui.look.theme import Palette
from twostroke.gui.model.numbers import number, percent
from twostroke.gui.model.once import once
from twostroke.gui.model.outcome import LETTERS
from twostroke.gui.model.update_axis import update_text
from twostroke.gui.stage.scene.beside.chart_place import Place, axes, ends, fitted, heading
from twostroke.gui.stage.scene.ink import Ink, ink_of
from twostroke.gui.stage.scene.items import Align, Floats, Item, Lines, Text, Weight, discs, lines

Whole = NDArray[np.int64]
Span = tuple[int, int]
"""First and last update of an axis."""

ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)

ACCURACY = "Accuracy"

DASH, GAP = 0.55, 0.4
"""Of the curve of the test part, in sizes of the text."""


@once
def update_number(snapshot: Snapshot, place: Place, palette: Palette) -> tuple[Item, ...]:
    """Which update the picture shows."""
    ink, y = ink_of(palette), place.y + place.height / 2
    text = f"Update {snapshot.update:,}"
    size = min(fitted(text, 1.7 * place.text, place.right - place.field.x), 0.7 * place.height)
    return (Text(place.field.x, y, text, size, ink.text, Align.LEFT, Weight.SEMIBOLD, role="update number"),)


@once
def curves(snapshot: Snapshot, place: Place, palette: Palette, until: int) -> tuple[Item, ...]:
    """Loss, and accuracy or R² where there is room, over an axis from the first update that is known to `until`."""
    ink, c = ink_of(palette), snapshot.curves
    across = _across(until, snapshot)
    values = snapshot.session.task == "regression"
    second = ("R²", c.train_r2, c.test_r2) if values else (ACCURACY, c.train_accuracy, c.test_accuracy)
    charts = [("Loss", c.train_loss, c.test_loss)]
    if place.height > 15 * place.text and second[1].size:
        charts.append(second)
    room = place.height / len(charts)
    items: list[Item] = []
    for at, (title, train, test) in enumerate(charts):
        own = place._replace(y=place.y + at * room, height=room)
        items += _chart(own, ink, title, c.update, train, test, across)
    return tuple(items)


@once
def losses(
    main: Snapshot, others: tuple[Snapshot, ...], place: Place, palette: Palette, until: int
) -> tuple[Item, ...]:
    """Of the training part, of networks that are compared: the main one in the colour of text, the others in the hues
    of classes, with their letters.
    """
    ink = ink_of(palette)
    found = [(each.curves.update, each.curves.train_loss) for each in (main, *others)]
    hues = [palette.class_hue(at) for at in range(1, len(found))]
    colours = [ink.text, *map(packed, hues)]
    top, across = _top("Loss", *(values for _, values in found)), _across(until, main, *others)
    written = [ink.text, *(packed(palette.words(hue)) for hue in hues)]
    named = [(f"— {letter}", colour) for letter, colour in zip(LETTERS, written, strict=False)]
    up = ends(0.0, top)
    place = place.labelled(*up)
    items = heading(place, ink, "Loss, training part" if place.width > 36 * place.text else "Loss", *named)
    items += axes(place, ink, (update_text(across[0]), update_text(until)), up)
    for (update, values), colour in reversed(list(zip(found, colours, strict=True))):
        items += _line(place, ink, update, values, (0.0, top), across, colour, False) if values.size else []
    return tuple(items)


def _across(until: int, *snapshots: Snapshot) -> Span:
    """From where training is known: that of a session that was trained before begins there."""
    begun = [int(each.curves.update[0]) if each.curves.update.size else each.update for each in snapshots]
    return min(begun), until


def _chart(place: Place, ink: Ink, title: str, update: Whole, train: Floats, test: Floats, across: Span) -> list[Item]:
    span = _lowest(train, test) if title == "R²" else 0.0, _top(title, train, test)
    is_share = title == ACCURACY
    up = ends(100 * span[0], 100 * span[1]) if is_share else ends(*span)
    place = place.labelled(*up)
    now = [(f"train {_told(train, is_share)}", ink.text)]
    now += [(f"test {_told(test, is_share)}", ink.muted)] if test.size else []
    items = heading(place, ink, title, *now, named=True)
    items += axes(place, ink, (update_text(across[0]), update_text(across[1])), up)
    for values, colour, dashed in ((test, ink.muted, True), (train, ink.text, False)):
        if values.size:
            items += _line(place, ink, update, values, span, across, colour, dashed)
    return items


def _told(values: Floats, is_share: bool) -> str:
    """The last of them; a share as the window tells it."""
    if not values.size:
        return "…"
    return percent(float(values[-1])) if is_share else number(float(values[-1]))


def _lowest(*known_so_far: Floats) -> float:
    """R² is below 0 where a network is worse than the mean of the targets, without a limit: −1 is shown then."""
    return -1.0 if any((values < 0).any() for values in known_so_far) else 0.0


def _top(title: str, *known_so_far: Floats) -> float:
    """1 for shares; else a round number above all that is known so far."""
    if title != "Loss":
        return 1.0
    known = np.concatenate(known_so_far).astype(np.float64)
    known = known[np.isfinite(known)]
    if not known.size:
        return 1.0
    highest = float(known.max())
    scale = 10.0 ** np.floor(np.log10(max(highest, 1e-12)))
    return float(next((step * scale for step in ROUND if step * scale >= highest), highest))


def _line(
    place: Place,
    ink: Ink,
    update: Whole,
    values: Floats,
    span: tuple[float, float],
    across: Span,
    colour: int,
    dashed: bool,
) -> list[Item]:
    f, width = place.field, max(1.2, 0.13 * place.text)
    known = np.isfinite(values)
    if not known.any():
        return []
    begin, end = across
    x = f.x + f.width * (update[known] - begin) / max(end - begin, 1)
    low, high = span
    y = f.bottom - f.height * np.clip((values[known] - low) / (high - low), 0.0, 1.0)
    items: list[Item] = []
    if len(x) > 1:
        pieces = _dashes(x, y, place.text) if dashed else (x[:-1], y[:-1], x[1:], y[1:])
        items.append(_curve(pieces, width, colour))
    items.append(discs(x[-1:], y[-1:], 0.26 * place.text, colour, ink.background, 1.0, "now"))
    return items


def _curve(ends: tuple[Floats, Floats, Floats, Floats], width: float, colour: int) -> Lines:
    return lines(*ends, width, colour, "curve")


def _dashes(x: Floats, y: Floats, text: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Both ends of each dash along a curve through these points."""
    way = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    begin = np.arange(0.0, max(way[-1], 1e-9), (DASH + GAP) * text)
    end = np.minimum(begin + DASH * text, way[-1])
    (x1, y1), (x2, y2) = ((np.interp(at, way, x), np.interp(at, way, y)) for at in (begin, end))
    return x1, y1, x2, y2
