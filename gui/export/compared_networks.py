"""Networks that are compared in one picture: a cell each, and one chart of the losses of all of them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from twostroke.gui.export.proportions import WIDE
from twostroke.gui.look.theme import palette_of
from twostroke.gui.model.in_company import beside
from twostroke.gui.model.once import once
from twostroke.gui.model.storyboard.board import Layout, Storyboard
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.beside.chart_place import Place
from twostroke.gui.stage.scene.beside.curves import losses, update_number
from twostroke.gui.stage.scene.beside.output import output
from twostroke.gui.stage.scene.build import Written, frame_at, room_at, scene_at
from twostroke.gui.stage.scene.items import Discs, Floats, Item, Lines, Pictures, Polygon, Rects, Scene, Text
from twostroke.gui.stage.scene.layout import metrics

if TYPE_CHECKING:
    from twostroke.gui.model.storyboard.taken import Taken

USUAL = metrics(1280, 720)
"""What is written in a cell stands in that proportion to the caption, however large the picture is."""

OUTPUT_WIDE, OUTPUT_TALL = 0.3, 0.34
"""Its share of a cell."""

LOSSES_WIDE, LOSSES_TALL = 0.24, 0.2
"""Their share of the picture, where no cell is left for them."""

LEVEL = 1.2
"""A chart is at most so many times as wide as high, or as high as wide."""

NETWORK_ALONE = Written(caption=False, legend=False, stroke=False)


class Box(NamedTuple):
    """A part of the picture."""

    x: float
    y: float
    width: float
    height: float


def side_by_side(
    board: Storyboard, view: ViewState, take: "Taken", size: tuple[float, float], title: str | None, written: Written
) -> Scene:
    """Two beside each other, or two by two; in an upright picture one below the other."""
    width, height = size
    told = replace(view, main=view)  # the marks of the others are told for all of them
    around = frame_at(told, width, height, title, written)
    views = [view, *(beside(view, snapshot) for snapshot in take.beside)]
    top, bottom = room_at(told, width, height, title, written)
    scale = max(1.0, metrics(width, height).unit / USUAL.unit)
    layout = board.picture.layout
    cells, chart = _places(Box(0.0, round(top), width, bottom - round(top)), len(views), layout)
    glow, ground, world, frame = list[Item](), list[tuple[Item, ...]](), list[Item](), list[Item]()
    for each, name, cell in zip(views, take.names, cells, strict=True):
        scene, charts = _network(each, name, layout, cell.width / scale, cell.height / scale)
        glow += _placed(scene.glow, cell, scale)
        ground += [tuple(_placed(group, cell, scale)) for group in scene.ground]
        world += _placed(scene.world, cell, scale)
        frame += _placed((*scene.over, *scene.frame, *scene.label, *charts), cell, scale)
    if chart is not None:
        until = max(max(shot.at, shot.until) for shot in board.shots)
        frame += _placed(_losses(views, until, chart.width / scale, chart.height / scale), chart, scale)
    frame += around.frame
    return replace(around, glow=tuple(glow), ground=tuple(ground), world=tuple(world), frame=tuple(frame), marks=())


def _places(room: Box, count: int, layout: Layout) -> tuple[list[Box], Box | None]:
    """A cell for each network, and where the losses of all of them stand: in a cell that is left, or at the edge."""
    across = 2 if room.width > room.height or count > 2 else 1
    rows = -(-count // across)
    if layout is not Layout.CURVES:
        return _cells(room, across, rows)[:count], None
    if count < across * rows:
        cells = _cells(room, across, rows)
        return cells[:count], cells[count]
    if room.width > WIDE * room.height:
        side = round(LOSSES_WIDE * room.width)
        rest = room._replace(width=room.width - side)
        return _cells(rest, across, rows), room._replace(x=rest.width, width=float(side))
    low = round(LOSSES_TALL * room.height)
    rest = room._replace(height=room.height - low)
    return _cells(rest, across, rows), room._replace(y=rest.y + rest.height, height=float(low))


def _cells(room: Box, across: int, rows: int) -> list[Box]:
    wide, high = float(room.width // across), float(room.height // rows)
    places = [(at % across, at // across) for at in range(across * rows)]
    return [Box(room.x + column * wide, room.y + row * high, wide, high) for column, row in places]


def _network(view: ViewState, name: str, layout: Layout, width: float, height: float) -> tuple[Scene, list[Item]]:
    """One of them, and its output beside or below it."""
    if layout is Layout.STAGE:
        return scene_at(view, width, height, name, written=NETWORK_ALONE), []
    if width > WIDE * height:
        stage = (1 - OUTPUT_WIDE) * width, height
        room = Box(stage[0], 0.0, width - stage[0], height)
    else:
        stage = width, (1 - OUTPUT_TALL) * height
        room = Box(0.0, stage[1], width, height - stage[1])
    return scene_at(view, *stage, name, written=NETWORK_ALONE), output(view, _chart(room, metrics(width, height).small))


def _chart(room: Box, text: float) -> Place:
    """In the middle of a room, with its edges free."""
    width, height = room.width - 1.2 * text, room.height - 0.6 * text
    wide, high = min(width, LEVEL * height), min(height, LEVEL * width)
    return Place(room.x + (width - wide) / 2, room.y + (height - high) / 2, wide, high, text)


def _losses(views: list[ViewState], until: int, width: float, height: float) -> list[Item]:
    """Of all of them, below the number of the update."""
    main, *others = (view.snapshot for view in views)
    palette, text = palette_of(views[0].choices), metrics(width, height).small
    head = 2.6 * text
    room = Box(0.0, head, width, height - head)
    place = _chart(room, text) if width < WIDE * height else Place(0.0, head, width - 1.2 * text, room.height, text)
    above = place._replace(y=place.y - head, height=head)
    return [*update_number(main, above, palette), *losses(main, tuple(others), place, palette, until)]


def _placed(items: Iterable[Item], box: Box, scale: float) -> list[Item]:
    return list(items) if (box.x, box.y, scale) == (0, 0, 1) else [placed(item, box.x, box.y, scale) for item in items]


@once
def placed(item: Item, dx: float, dy: float, scale: float) -> Item:
    """The same elsewhere in the picture, so much larger; the same object for the same item, so that it is not painted
    again.
    """
    if isinstance(item, Lines):
        x1, x2 = item.x1 * scale + dx, item.x2 * scale + dx
        return replace(item, x1=x1, x2=x2, y1=item.y1 * scale + dy, y2=item.y2 * scale + dy, width=item.width * scale)
    if isinstance(item, Polygon):
        return replace(item, points=tuple((x * scale + dx, y * scale + dy) for x, y in item.points))
    if isinstance(item, Text):
        x, y = item.x * scale + dx, item.y * scale + dy
        return replace(item, x=x, y=y, size=item.size * scale, wrap=item.wrap * scale)
    return _of_places(item, item.x * scale + dx, item.y * scale + dy, scale)


def _of_places(item: Discs | Pictures | Rects, x: Floats, y: Floats, scale: float) -> Item:
    if isinstance(item, Discs):
        return replace(item, x=x, y=y, radius=item.radius * scale, ring_width=item.ring_width * scale)
    if isinstance(item, Pictures):
        return replace(item, x=x, y=y, side=item.side * scale)
    return replace(
        item,
        x=x,
        y=y,
        width=item.width * scale,
        height=item.height * scale,
        corner=item.corner * scale,
        border_width=item.border_width * scale,
    )
