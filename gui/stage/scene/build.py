"""From a ViewState to a Scene: pure, and any moment in any order; frame 400 needs no frame 399."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from twostroke.engine.border.cursor import Phase
from twostroke.engine.border.snapshot import Status
from twostroke.gui.look.colour import mix
from twostroke.gui.look.theme import palette_of
from twostroke.gui.model.compared import uncompared
from twostroke.gui.model.line_breaks import kept_together
from twostroke.gui.model.numbers import shown_with
from twostroke.gui.model.once import lately, once
from twostroke.gui.model.user_text import breakable
from twostroke.gui.model.view import LayerView, LinkView, ViewState
from twostroke.gui.model.words import LEFT, RIGHT
from twostroke.gui.stage.scene.chain_path import chain_path
from twostroke.gui.stage.scene.close_up import seen_from
from twostroke.gui.stage.scene.compared_marks import compared_marks
from twostroke.gui.stage.scene.doors_and_cells import NumberTargets
from twostroke.gui.stage.scene.dropped import dropped, has_dropped
from twostroke.gui.stage.scene.film import film_of
from twostroke.gui.stage.scene.flow import pulses
from twostroke.gui.stage.scene.gates import gates, has_negative
from twostroke.gui.stage.scene.headings import Heading, headings, one_line, spoken, stroke_colour
from twostroke.gui.stage.scene.ink import Ink, ink_of
from twostroke.gui.stage.scene.items import (
    Align,
    Item,
    LinkTargets,
    Marks,
    RasterTarget,
    Scene,
    Targets,
    Text,
    Weight,
    same_text,
)
from twostroke.gui.stage.scene.label import label
from twostroke.gui.stage.scene.layout import Layout, bands, layout_of, metrics, shorten, text_width
from twostroke.gui.stage.scene.legend import Notes, Signs, legend, legend_rows
from twostroke.gui.stage.scene.lenses import Lens, lens_for
from twostroke.gui.stage.scene.links import MOST_LINKS, Drawn, ends_of
from twostroke.gui.stage.scene.locks_and_gaps import bias_locks, has_cut, has_frozen, linked
from twostroke.gui.stage.scene.loss import loss_node
from twostroke.gui.stage.scene.neurons import neurons
from twostroke.gui.stage.scene.pairs import choose
from twostroke.gui.stage.scene.shared_legend import Key
from twostroke.gui.stage.scene.sight import Window
from twostroke.gui.stage.scene.skips import lanes, skips
from twostroke.gui.stage.scene.spotlight import spotlight
from twostroke.gui.stage.scene.stagehand import Scenery, Stagehand, focus_of
from twostroke.gui.stage.scene.strips import half_width, most_stretch, raster_targets, strip_words, strips
from twostroke.gui.stage.scene.walked import walked_link, walked_ring


@dataclass(frozen=True)
class Written:
    """Which words stand around a network."""

    caption: bool = True
    legend: bool = True
    title: bool = True  # where there is one; that of the network itself stays away where others say all of it
    stroke: bool = True  # which one it is, beside the title
    at_rest: str = "at rest"  # what stands in place of a stroke where none is seen
    ways: bool = True  # how in the window is seen what a picture lacks
    head: float = 0.0  # room above the network, at least: for a title that somebody else writes there


ALL_WRITTEN = Written()
BARE = Written(caption=False, legend=False, title=False)
"""Caption and legend stand beside the picture."""


BOLD = 1.06
"""How much wider letters may be than an average of them, those of a bold text above all."""

CAPITAL = 0.25
"""How much wider capitals are."""

STROKES = {
    Phase.INPUT: (f"{RIGHT} forward stroke", "input"),
    Phase.SUM: (f"{RIGHT} forward stroke", "sum"),
    Phase.GATE: (f"{RIGHT} forward stroke", "gate"),
    Phase.LOSS: (f"{RIGHT} forward stroke", "loss"),
    Phase.GATE_BACK: (f"{LEFT} backward stroke", "gate"),
    Phase.WEIGHTS: (f"{LEFT} backward stroke", "weight gradients"),
    Phase.SPREAD: (f"{LEFT} backward stroke", "spread"),
    Phase.UPDATE: ("update", "new weights"),
}


def scene_at(
    view: ViewState,
    width: float,
    height: float,
    title: str | None = None,
    near: float = 1.0,
    window: Window | None = None,
    written: Written = ALL_WRITTEN,
) -> Scene:
    """The picture of `view` in `width` × `height` pixels, with `title` in its upper left where one is given.

    `near` says how much it will be magnified: cells of large layers become neurons then. With a `window`, of more links
    than can be drawn those are drawn that cross it. `written`: which words stand around it.
    """
    ink = ink_of(palette_of(view.choices))
    hand = stagehand(view, width, height, title is not None, ink, near, window, written)
    with shown_with(view.choices.digits):
        return _scene(hand, width, height, title, written)


def frame_at(
    view: ViewState, width: float, height: float, title: str | None = None, written: Written = ALL_WRITTEN
) -> Scene:
    """Title, caption and legend alone, as in the picture of `view` of that size, without the work of all else."""
    hand = stagehand(view, width, height, title is not None, written=written)
    with shown_with(view.choices.digits):
        frame = tuple(_frame(hand, title, written))
    targets, b = _targets(hand.layout), hand.layout.bands
    ends = b.header_end, b.strips_top - 5 * hand.unit
    return Scene(width, height, hand.ink.background, (), (), (), (), None, frame, targets, *ends)


def room_at(view: ViewState, width: float, height: float, title: str | None, written: Written) -> tuple[float, float]:
    """From where to where title, caption and legend leave room in a picture of that height."""
    hand = stagehand(view, width, height, title is not None, written=written)
    m, b = hand.layout.metrics, hand.layout.bands
    top = 0.0 if title is None else b.title + 1.1 * m.label
    return top, b.strips_top + b.strips_height + 4 * hand.unit


def key_of(view: ViewState) -> Key:
    """What a legend has to tell of its picture on paper."""
    lens = lens_for(view)
    return Key(lens, _notes(_alive(view), lens, view, None, ways=False), _signs(view))


def _alive(view: ViewState) -> int:
    """How many links there are."""
    return sum(link.alive for link in view.links)


def _scene(hand: Stagehand, width: float, height: float, title: str | None, written: Written) -> Scene:
    chosen = choose(hand)
    total = sum(drawn.total for drawn in chosen)
    drawn_links = sum(len(drawn.source) for drawn in chosen)
    glow, ground = linked(hand)
    world = (
        *skips(hand),
        *chain_path(hand),
        *walked_link(hand),
        *loss_node(hand),
        *gates(hand),
        *neurons(hand),
        *bias_locks(hand),
        *compared_marks(hand),
        *dropped(hand),
        *pulses(hand, chosen),
        *spotlight(hand),
        *walked_ring(hand),
    )
    return Scene(
        width,
        height,
        hand.ink.background,
        ground,
        world,
        _marks(hand),
        tuple(strip_words(hand)),
        label(hand),
        tuple(_frame(hand, title, written)),
        _targets(hand.layout),
        hand.layout.bands.header_end,
        hand.layout.bands.strips_top - 5 * hand.unit,
        tuple(_link_targets(*pair, hand.layout) for pair in zip(hand.view.links, chosen, strict=True)),
        NumberTargets(hand),
        {"links": total, "links_drawn": drawn_links},
        glow,
    )


def _marks(hand: Stagehand) -> tuple[Marks, ...]:
    parts = zip(hand.view.layers, headings(hand), strips(hand), strict=True)
    return tuple(
        _marks_of(layer, hand.scenery, heading, strip, raster_targets(hand, layer)) for layer, heading, strip in parts
    )


@lately
def _marks_of(
    layer: LayerView, scenery: Scenery, heading: Heading, strip: tuple[Item, ...], rasters: tuple[RasterTarget, ...]
) -> Marks:
    column = scenery.layout.columns[layer.index]
    return Marks(
        column.x,
        heading.items,
        strip,
        half_width(scenery, layer),
        most_stretch(scenery, layer),
        rasters,
        heading.run,
        heading.own,
        column.room,
    )


def stagehand(
    view: ViewState,
    width: float,
    height: float,
    has_title: bool,
    ink: Ink | None = None,
    near: float = 1.0,
    window: Window | None = None,
    written: Written = ALL_WRITTEN,
) -> Stagehand:
    """All that the parts of the scene share."""
    ink = ink or ink_of(palette_of(view.choices))
    m = metrics(width, height)
    samples = view.tape.samples if view.tape is not None else 1
    total = _alive(view)
    window = window if total > MOST_LINKS else None
    lens = lens_for(view)
    notes = _notes(total, lens, view, window, written.ways)
    rows = 0 if not written.legend else legend_rows(m, ink, lens, notes, _signs(view))
    b = bands(
        m,
        has_title=has_title,
        has_raster=samples > 1,
        legend_rows=rows,
        two_lines=not one_line(m, spoken(view)),
        lanes=lanes(view),
        has_caption=written.caption,
        head=written.head,
    )
    layout = layout_of(view, m, b)
    layout = layout if near == 1.0 else seen_from(layout, near)
    scenery = _scenery(layout, ink, lens, focus_of(view), view.choices.selected, samples, view.row)
    return Stagehand(view, film_of(view), scenery, window)


_scenery = lru_cache(maxsize=8)(Scenery)  # the same object, which is sooner known to be equal


@once
def _targets(layout: Layout) -> Targets:
    layer = np.concatenate([np.full(len(c.xs), c.index) for c in layout.columns])
    unit = np.concatenate([np.arange(len(c.xs)) for c in layout.columns])
    reach = np.concatenate(
        [np.full(len(c.xs), c.radius * (1.25 if c.apart else 1.0) + 1 / c.near) for c in layout.columns]
    )
    xs, ys = (np.concatenate([getattr(c, name) for c in layout.columns]) for name in ("xs", "ys"))
    return Targets(layer, unit, xs, ys, reach)


@lately
def _link_targets(link: LinkView, drawn: Drawn, layout: Layout) -> LinkTargets:
    if link.cut is not None:  # those are drawn as well, on their own
        target, source = np.nonzero(link.cut)
        drawn = replace(drawn, source=np.append(drawn.source, source), target=np.append(drawn.target, target))
    ends = ends_of(drawn, layout)
    left, right = layout.columns[link.layer - 1], layout.columns[link.layer]
    x1, x2 = ends.x1 if left.near > 1.0 else left.out_x, ends.x2 if right.near > 1.0 else right.in_x
    return LinkTargets(link.layer, drawn.source, drawn.target, x1, ends.y1, x2, ends.y2)


def _notes(total: int, lens: Lens, view: ViewState, window: Window | None, ways: bool) -> Notes:
    lacks = lens.lacks(view)
    told = f"{lacks}: {lens.way}" if lacks and lens.way and ways else lacks
    return Notes(told, _hidden(total, window), "" if lens.compares else uncompared(view))


def _hidden(total: int, window: Window | None) -> str:
    if total <= MOST_LINKS:
        return ""
    if window is not None:
        return f"Up to {MOST_LINKS:,} of {total:,} links drawn, the strongest in view"
    return f"{MOST_LINKS:,} of {total:,} links drawn, the strongest"


def _frame(hand: Stagehand, title: str | None, written: Written) -> list[Item]:
    m, b, ink = hand.layout.metrics, hand.layout.bands, hand.ink
    stroke = _stroke_words(hand, title is not None, written)
    items: list[Item] = [*stroke]
    if title and written.title:
        taken = sum(BOLD * text_width(item.text, item.size) + 2 * m.label for item in stroke)
        room = (m.width - 2 * m.margin - taken) / (BOLD + CAPITAL * sum(map(str.isupper, title)) / len(title))
        short = shorten(title, m.label, room)
        items.insert(0, same_text(m.margin, b.title, short, m.label, ink.muted, Align.LEFT, role="title"))
    if written.caption:
        room = m.width - 2 * m.margin
        caption = _broken(hand.view.caption, m.caption, room)
        wrap = _caption_width(caption, m.caption, room)
        items.append(same_text(m.width / 2, b.caption, caption, m.caption, ink.text, wrap=wrap, role="caption"))
    if written.legend:
        notes = _notes(_alive(hand.view), hand.lens, hand.view, hand.window, written.ways)
        items += legend(m, ink, hand.lens, b.legend_top, notes, _signs(hand.view))
    return items


def _broken(text: str, size: float, room: float) -> str:
    """A word that is longer than a line goes on in the next one."""
    return breakable(text) if any(text_width(word, size) > room for word in text.split()) else text


def _caption_width(text: str, size: float, room: float) -> float:
    """How wide its lines may be: two of about one length where one has no room, so that no word is lonely; wider where
    what belongs together would make three of them.
    """
    length = text_width(text, size)
    if length < room:
        return room
    wide = min(room, 0.6 * length)
    while wide < room and _lines(text, size, wide) > 2:
        wide = min(room, wide + 0.05 * length)
    return wide


@lru_cache(maxsize=64)
def _lines(text: str, size: float, room: float) -> int:
    """In about how many lines a text is set."""
    lines, line = 1, ""
    for word in kept_together(text).split(" "):
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size) > room:
            lines, longer = lines + 1, word
        line = longer
    return lines


@once
def _signs(view: ViewState) -> Signs:
    off, main = any(layer.off for layer in spoken(view)[1:]), view.main
    apart = main is not None and lens_for(view).compares
    return Signs(
        has_dropped(view),
        has_negative(view),
        view.tape is not None,
        has_cut(view),
        has_frozen(view),
        off,
        apart,
        apart and main is not None and main.snapshot is view.snapshot,
        0 if apart else _compared(view),
    )


def _compared(view: ViewState) -> int:
    """With how many digits."""
    return 0 if view.main is None or uncompared(view) else view.choices.digits


def _stroke_words(hand: Stagehand, at_title: bool, written: Written) -> list[Text]:
    """Which stroke this is, in its colour, in the upper right."""
    m, b, ink, moment = hand.layout.metrics, hand.layout.bands, hand.ink, hand.film.moment
    if not (at_title and written.stroke):
        return []
    if moment is None:
        running = hand.view.snapshot.status is Status.RUNNING
        text, colour = ("live" if running else written.at_rest), mix(ink.background, ink.muted, 0.9)
    else:
        stroke, phase = STROKES[moment.step.phase]
        text, colour = f"{stroke} · {phase}", stroke_colour(hand)
    return [Text(m.width - m.margin, b.title, text, m.label, colour, Align.RIGHT, Weight.SEMIBOLD, role="stroke")]
