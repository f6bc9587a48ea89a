"""What the network answers, beside the stage: over the plane, along the line, or for the sample that is shown."""

from functools import lru_cache

import numpy as np

from twostroke.engine.border.snapshot import DataView, Evaluation
from twostroke.gui.look.colour import Packed, mix, mixes, packed
from twostroke.gui.look.theme import Palette, palette_of
from twostroke.gui.model.numbers import number
from twostroke.gui.model.once import once
from twostroke.gui.model.output_charts import (
    STRENGTH,
    Frame,
    elsewhere,
    line_frame,
    plane_frame,
    signed_level,
    value_scale,
)
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.beside.chart_place import Place, axes, ends, fitted, heading
from twostroke.gui.stage.scene.ink import Ink, ink_of
from twostroke.gui.stage.scene.items import (
    NONE,
    Align,
    Floats,
    Item,
    Pictures,
    Text,
    discs,
    lines,
    rects,
)
from twostroke.gui.stage.scene.layout import shorten, text_width

MAX_POINTS = 400
"""Of each part; more would hide what lies behind them."""

ROW, FEWEST_ANSWERS = 1.2, 3
"""Least height of an answer, in sizes of its text, and how many of them are shown in any case."""

MOST_NAMES = 0.35
"""Share of the width that the names of the answers may take."""

BESIDE_NAMES, LEAST_NAME = 3.4, 5.0
"""What stands beside the names of two classes, and what each of them has, in sizes of the text."""


def output(view: ViewState, place: Place) -> list[Item]:
    """The chart that suits the data."""
    snapshot, palette = view.snapshot, palette_of(view.choices)
    found = snapshot.evaluation
    ink = ink_of(palette)
    if found is None or found.response is None:
        return _answers(view, place, ink)
    middle = snapshot.session.training.loss.entry.threshold
    square = _square(place, snapshot.data) if found.response.ndim == 2 else _on_line(place, snapshot.data)
    chart = _map if found.response.ndim == 2 else _curve
    return [
        *chart(found, snapshot.data, square, palette, middle),
        *_shown(view, square, ink),
    ]


def _on_line(place: Place, data: DataView) -> Place:
    frame = line_frame(data)
    return place.labelled(*ends(frame.bottom, frame.top))


def _square(place: Place, data: DataView) -> Place:
    """The largest place in the middle whose field is a square."""
    frame = plane_frame(data)
    place = place.labelled(*ends(frame.bottom, frame.top))
    f = place.field
    side = min(f.width, f.height)
    return place._replace(width=place.width - (f.width - side), height=place.height - (f.height - side))


def _on(frame: Frame, place: Place, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    f = place.field
    across = (x - frame.left) / ((frame.right - frame.left) or 1.0)
    up = (y - frame.bottom) / ((frame.top - frame.bottom) or 1.0)
    return f.x + across * f.width, f.bottom - up * f.height


# -- over the plane ----------------------------------------------------------------------------------------------------


@once
def _map(found: Evaluation, data: DataView, place: Place, palette: Palette, middle: float) -> tuple[Item, ...]:
    return (*_response(found, data, place, palette, middle), *_points_of_plane(data, place, palette, middle))


def _ends(data: DataView, palette: Palette) -> tuple[int, int]:
    """The colours of the lowest and of the highest output."""
    low, high = map(packed, _hues(data, palette))
    return low, high


def _hues(data: DataView, palette: Palette) -> tuple[str, str]:
    if data.info.task == "regression":
        return palette.signal_negative, palette.signal_positive
    return palette.class_hue(0), palette.class_hue(1)


def _response(found: Evaluation, data: DataView, place: Place, palette: Palette, middle: float) -> list[Item]:
    assert found.response is not None
    level = np.nan_to_num(signed_level(found.response[::-1], data, middle))
    background = packed(palette.background)
    low, high = (mix(background, end, STRENGTH) for end in _ends(data, palette))
    colours = mixes(background, np.where(level < 0, np.int32(low), np.int32(high)), np.abs(level))
    f = place.field
    x, y, side = (np.array([value]) for value in (f.x, f.y, f.width))
    return [Pictures(x, y, side, colours[None], smooth=True, role="map")]


@once
def _points_of_plane(data: DataView, place: Place, palette: Palette, middle: float) -> tuple[Item, ...]:
    ink, frame = ink_of(palette), plane_frame(data)
    told = ends(frame.left, frame.right)
    key = _key(data, palette, place)
    items: list[Item] = [*heading(place, ink, "Output", *key), *axes(place, ink, told, told)]
    for raw, label, filled in _parts(data):
        x, y = _on(frame, place, raw[:, 0], raw[:, 1])
        items += _marks(x, y, label, data, place, palette, filled)
    return tuple(items)


def _parts(data: DataView) -> tuple[tuple[Floats, Floats, bool], ...]:
    """Samples and labels of the test part, hollow, and of the training part, filled."""
    parts = ((data.test_raw, data.test_label, False), (data.train_raw, data.train_label, True))
    steps = (max(1, -(-len(label) // MAX_POINTS)) for _, label, _ in parts)
    return tuple((raw[::s], label[::s], filled) for (raw, label, filled), s in zip(parts, steps, strict=True))


def _marks(
    x: Floats, y: Floats, label: Floats, data: DataView, place: Place, palette: Palette, filled: bool
) -> list[Item]:
    """Circles; of two classes the second has squares."""
    ink, radius = ink_of(palette), max(2.2, 0.2 * place.text)
    low, high = _ends(data, palette)
    if data.info.task == "regression":
        level = label / value_scale(data)
        colour = mixes(ink.muted, np.where(level < 0, np.int32(low), np.int32(high)), np.abs(level))
        return [_round(x, y, radius, colour, ink, filled)] if len(x) else []
    first = label == 0
    side = 0.89 * radius
    items: list[Item] = [_round(x[first], y[first], radius, np.full(first.sum(), low, np.int32), ink, filled)]
    x, y = x[~first], y[~first]
    fill, border = (high, ink.background) if filled else (NONE, high)
    items.append(rects(x - side, y - side, 2 * side, 2 * side, fill, border, border_width=0.8 if filled else 1.2))
    return items


def _round(x: Floats, y: Floats, radius: float, colour: Packed, ink: Ink, filled: bool) -> Item:
    if filled:
        return discs(x, y, radius, colour, ink.background, 0.8)
    return discs(x, y, radius - 0.4, NONE, colour, 1.2)


def _key(data: DataView, palette: Palette, place: Place) -> tuple[tuple[str, int], ...]:
    """Which colour stands for what."""
    low, high = (packed(palette.words(hue)) for hue in _hues(data, palette))
    if data.info.task == "regression":
        end = value_scale(data)
        return (number(-end, 2), low), (number(end, 2), high)
    names = data.class_names if len(data.class_names) == 2 else ("0", "1")
    wide, field = place.width / place.text, place.field.width / place.text
    room = min(0.5 * (wide - BESIDE_NAMES), max(0.5 * (field - BESIDE_NAMES), LEAST_NAME))
    short = [shorten(name, 1.0, room) for name in names]
    return (f"● {short[0]}", low), (f"■ {short[1]}", high)


# -- along the line ----------------------------------------------------------------------------------------------------


@once
def _curve(found: Evaluation, data: DataView, place: Place, palette: Palette, middle: float) -> tuple[Item, ...]:
    assert found.response is not None
    ink, frame, f = ink_of(palette), line_frame(data), place.field
    x, y = _on(frame, place, np.linspace(frame.left, frame.right, len(found.response)), found.response)
    y = np.clip(np.nan_to_num(y, nan=f.bottom), f.y, f.bottom)
    items: list[Item] = list(_points_of_line(data, place, palette))
    for colour, width in ((ink.background, 0.34), (ink.text, 0.18)):
        items.append(lines(x[:-1], y[:-1], x[1:], y[1:], max(1.0, width * place.text), colour, "fitted curve"))
    told = elsewhere(found.response, frame)
    if told is not None:
        at = f.y + place.text if told[1] else f.bottom - place.text
        size = fitted(told[0], place.text, 0.96 * f.width)
        items.append(Text(f.x + f.width / 2, at, told[0], size, ink.text, role="beside"))
    return tuple(items)


@once
def _points_of_line(data: DataView, place: Place, palette: Palette) -> tuple[Item, ...]:
    ink, frame = ink_of(palette), line_frame(data)
    items: list[Item] = heading(place, ink, "Output")
    items += axes(place, ink, ends(frame.left, frame.right), ends(frame.bottom, frame.top))
    for raw, label, filled in _parts(data):
        if len(label):
            x, y = _on(frame, place, raw[:, 0], label)
            items.append(_round(x, y, max(2.2, 0.2 * place.text), np.full(len(x), ink.muted, np.int32), ink, filled))
    return tuple(items)


def _shown(view: ViewState, place: Place, ink: Ink) -> list[Item]:
    """A ring around the sample that is shown."""
    raw, row, data = view.shown_raw, view.shown_row, view.snapshot.data
    if raw is None or row is None or row >= len(data.train_label):
        return []
    plane = len(raw) == 2
    up = raw[1] if plane else data.train_label[row]
    x, y = _on(plane_frame(data) if plane else line_frame(data), place, np.array([raw[0]]), np.array([up]))
    return list(_ring(float(x[0]), float(y[0]), place.text, ink))


@lru_cache(maxsize=64)  # a new one would have the whole chart painted again in each frame
def _ring(x: float, y: float, text: float, ink: Ink) -> tuple[Item, ...]:
    radius = 0.55 * text
    return (
        discs(x, y, radius, NONE, ink.background, 0.32 * text),
        discs(x, y, radius, NONE, ink.text, 0.16 * text, "shown sample"),
    )


# -- for the sample ----------------------------------------------------------------------------------------------------


def _answers(view: ViewState, place: Place, ink: Ink) -> list[Item]:
    """The outputs as bars, the right answer marked; of more than there is room for, the largest."""
    every, f, size = view.layers[-1].a, place.field, place.text
    units = _of_interest(view, max(int(f.height / (ROW * size)), FEWEST_ANSWERS))
    names = [view.layers[-1].unit_names[unit] if len(every) > 1 else "output" for unit in units]
    rows = [_told(view, unit) for unit in units]
    widest = [max(text_width(text, size) for text in texts) for texts in (names, [told for told, _ in rows])]
    left = place.x + max(6.4 * size, min(widest[0] + 1.6 * size, MOST_NAMES * place.width))
    right = f.right - max(4 * size, widest[1] + 0.6 * size)
    row = min(f.height / len(units), 2.4 * size)
    ys = f.y + (np.arange(len(units)) + 0.5) * row
    more = [(f"{len(units)} of {len(every)}", ink.muted)] if len(units) < len(every) else []
    items: list[Item] = heading(place, ink, "Output for this sample", *more)
    values = np.nan_to_num(every[units].astype(np.float64))
    items.append(_bars(tuple(values.tolist()), view.asks_values, (left, right), tuple(ys.tolist()), row, ink))
    for name, (told, is_right), y in zip(names, rows, ys.tolist(), strict=True):
        colour, short = ink.text if is_right else ink.muted, shorten(name, size, left - place.x - size)
        items.append(Text(left - 0.6 * size, y, short, size, colour, Align.RIGHT, role="beside"))
        items.append(Text(f.right, y, told, size, colour, Align.RIGHT, role="beside"))
    if len(view.target) == 1 and view.target_known:
        told = f"target {number(float(view.target[0]))}"
        items.append(Text(f.right, float(ys[-1]) + row, told, size, ink.muted, Align.RIGHT, role="beside"))
    return items


def _of_interest(view: ViewState, most: int) -> list[int]:
    """Which units have room: all, or those of the largest outputs, with the right answer, in their order."""
    values = np.nan_to_num(view.layers[-1].a)
    if len(values) <= most:
        return list(range(len(values)))
    large = np.argsort(-values, kind="stable").tolist()
    large.sort(key=lambda unit: not _is_right(view, unit))  # stable: the right one is the first
    return sorted(large[:most])


def _is_right(view: ViewState, unit: int) -> bool:
    return not view.asks_values and len(view.target) > 1 and bool(view.target[unit] == 1)


def _told(view: ViewState, unit: int) -> tuple[str, bool]:
    right = _is_right(view, unit)
    return f"{number(float(view.layers[-1].a[unit]))}{' ✓' if right else ''}", right


@lru_cache(maxsize=64)  # so that it rests from frame to frame
def _bars(
    outputs: tuple[float, ...], any_size: bool, span: tuple[float, float], ys: tuple[float, ...], row: float, ink: Ink
) -> Item:
    values = np.array(outputs)
    low, high = min(0.0, float(values.min())), max(1e-9, float(values.max()))
    high = high if any_size else max(high, 1.0)
    (left, right), length = span, high - low
    zero, tips = left + (0.0 - low) / length * (right - left), left + (values - low) / length * (right - left)
    fill = np.where(values < 0, np.int32(ink.signal_negative), np.int32(ink.signal_positive))
    x, width = np.minimum(zero, tips), np.maximum(np.abs(tips - zero), 1.0)
    return rects(x, np.array(ys) - 0.3 * row, width, 0.6 * row, fill, role="answer")
