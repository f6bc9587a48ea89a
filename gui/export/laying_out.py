"""Where stage, output and curves stand in a picture of a storyboard: one scene of all of them."""

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from twostroke.gui.export.compared_networks import side_by_side
from twostroke.gui.export.proportions import WIDE, Contents, composed_for
from twostroke.gui.look.theme import palette_of
from twostroke.gui.model.storyboard.board import Layout, Show, Storyboard
from twostroke.gui.model.storyboard.shot_frames import BoardFrame
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.paint.camera import STRAIGHT, Camera
from twostroke.gui.stage.scene.beside.chart_place import Place
from twostroke.gui.stage.scene.beside.curves import curves, update_number
from twostroke.gui.stage.scene.beside.output import output
from twostroke.gui.stage.scene.build import Written, frame_at, room_at, scene_at, stagehand
from twostroke.gui.stage.scene.close_up import nearness, numbered
from twostroke.gui.stage.scene.items import Item, Scene, rects
from twostroke.gui.stage.scene.layout import metrics
from twostroke.gui.stage.scene.leaving import Glide, as_it_leaves
from twostroke.gui.stage.scene.links import MOST_LINKS
from twostroke.gui.stage.scene.sight import window_of
from twostroke.gui.stage.scene.zoomed import Zoom

if TYPE_CHECKING:
    from twostroke.gui.model.choices import NeuronRef
    from twostroke.gui.model.storyboard.taken import Taken

CHARTS_WIDE, CHARTS_TALL = 0.29, 0.42
"""Their share of it."""

ALONE = 1.2
"""A chart by itself is at most so many times as wide as high."""

CLOSE = 0.13
"""Radius of a neuron that is looked at, as a share of the stage's height..."""

CLOSEST = 8.0
"""...unless that is magnified more than this."""

Box = tuple[float, float, float, float]
"""Left, top, width, height."""


class _Shown(NamedTuple):
    """What is laid out."""

    board: Storyboard
    view: ViewState
    frame: BoardFrame


def laid_out(
    board: Storyboard,
    view: ViewState,
    take: "Taken",
    frame: BoardFrame,
    width: float,
    height: float,
    bare: bool = False,
) -> tuple[Scene, Camera]:
    """The picture of a frame in that shape, and how its network is looked at.

    It is composed for as many pixels as its letters need (see `proportions`), and to be drawn in so many as are asked
    for.
    """
    width, height = composed_for(width, height, _contents(board, take, bare))
    shown, picture, shot = _Shown(board, view, frame), board.picture, board.shots[frame.shot]
    title = (shot.title or board.title) if picture.title and not bare else None
    at_rest = _at_rest(view, shot.show)
    written = Written(picture.captions and not bare, picture.legend and not bare, at_rest=at_rest, ways=False)
    if take.beside:
        return side_by_side(board, view, take, (width, height), title, written), STRAIGHT
    if picture.layout is Layout.STAGE:
        return _stage(shown, width, height, title, written)
    around = frame_at(view, width, height, title, written)
    stage, charts = _boxes(width, *room_at(view, width, height, title, written))
    own = Written(caption=False, legend=False, title=False, stroke=False, head=stage[1])
    scene, camera = _stage(shown, stage[2], stage[1] + stage[3], title, own)
    items = _charts(shown, charts, metrics(width, height).small)
    cover = [] if camera == STRAIGHT else [_cover(charts, width, scene.background)]
    written_on = (*scene.frame, *cover, *items, *around.frame)
    part = (scene.width, scene.height)
    return replace(scene, width=width, height=height, frame=written_on, part=part), camera


def _contents(board: Storyboard, take: "Taken", bare: bool) -> Contents:
    picture = board.picture
    wordless = bare or not (picture.captions or picture.legend)
    return Contents(1 + len(take.beside), picture.layout is not Layout.STAGE, wordless)


def _stage(shown: _Shown, width: float, height: float, title: str | None, written: Written) -> tuple[Scene, Camera]:
    """The network in that size, as its shot looks at it."""
    view = shown.view
    glide = _looked_at(shown, width, height, title, written)
    if glide is None:
        return scene_at(view, width, height, title, written=written), STRAIGHT
    few, now = sum(link.alive for link in view.links) <= MOST_LINKS, glide.now
    window = None if few else window_of(now, width, height)
    scene = scene_at(view, width, height, title, nearness(now.by), window, written)
    return as_it_leaves(scene, glide), Camera(now.by, now.x, now.y)


def _at_rest(view: ViewState, show: Show) -> str:
    return f"training · update {view.snapshot.update:,}" if show is Show.TRAINING else "at rest"


def _boxes(width: float, top: float, bottom: float) -> tuple[Box, Box]:
    """Where the stage and the charts are, between `top` and `bottom`."""
    tall = bottom - top
    if width > WIDE * tall:
        side = round(CHARTS_WIDE * width)
        return (0.0, top, width - side, tall), (width - side, top, float(side), tall)
    low = round(CHARTS_TALL * tall)
    return (0.0, top, width, tall - low), (0.0, bottom - low, width, float(low))


@lru_cache(maxsize=4)  # so that it rests from frame to frame
def _cover(charts: Box, width: float, background: int) -> Item:
    """A magnified network must not run into what stands beside it."""
    left, top, _, height = charts
    above = top if left else 0.0
    return rects(left, top - above, width - left, height + above, background, role="cover")


def _charts(shown: _Shown, box: Box, text: float) -> list[Item]:
    board, view = shown.board, shown.view
    palette = palette_of(view.choices)
    left, top, width, height = box
    pad = 1.2 * text
    wide = width > WIDE * height
    if wide and board.picture.layout is Layout.OUTPUT:  # one chart alone, in the middle
        side = min(width, ALONE * height)
        left, width = left + (width - side) / 2, side
    edge = 0.0 if left else 0.5 * pad  # letters do not touch that of the picture
    head = Place(left + edge, top, width - edge, 2.6 * text, text)
    room = Place(left + edge, top + 2.6 * text, width - edge - pad, height - 2.6 * text - 0.6 * text, text)
    items: list[Item] = list(update_number(view.snapshot, head, palette))
    if board.picture.layout is Layout.OUTPUT:
        return [*items, *output(view, room)]
    until = max(max(shot.at, shot.until) for shot in board.shots)
    if wide:
        half = min(room.width / 2, ALONE * room.height)
        first, second = room._replace(width=half), room._replace(x=left + pad + half, width=room.width - half - pad)
    else:
        first = room._replace(height=0.5 * room.height)
        second = room._replace(y=room.y + 0.5 * room.height, height=0.5 * room.height)
    return [*items, *output(view, first), *curves(view.snapshot, second, palette, until)]


# -- cameras -----------------------------------------------------------------------------------------------------------


def _looked_at(shown: _Shown, width: float, height: float, title: str | None, written: Written) -> Glide | None:
    """How the network is seen in a frame, and between which places; None where all of it is."""
    shots, frame = shown.board.shots, shown.frame
    now, before = shots[frame.shot].camera, shots[max(frame.shot - 1, 0)].camera
    if now is None and (before is None or frame.glide >= 1.0):
        return None
    hand = stagehand(shown.view, width, height, title is not None, written=written)
    bands = hand.layout.bands
    top, bottom = bands.header_end, bands.strips_top - 5 * hand.unit

    def on(neuron: "NeuronRef | None") -> tuple[float, float, float]:
        """The zoom, and the point that is in the middle."""
        if neuron is None:
            return 1.0, width / 2, (top + bottom) / 2
        column = hand.layout.columns[neuron.layer]
        zoom = min(max(CLOSE * (bottom - top) / column.radius, 1.5, numbered(column.radius)), CLOSEST)
        return zoom, float(column.xs[neuron.unit]), float(column.ys[neuron.unit])

    def about(zoom: float, x: float, y: float) -> Zoom:
        return Zoom(zoom, width / 2 - x * zoom, (top + bottom) / 2 - y * zoom)

    begin, end, share = on(before), on(now), frame.glide
    zoom = begin[0] ** (1 - share) * end[0] ** share
    x, y = (begin[at] * (1 - share) + end[at] * share for at in (1, 2))
    return Glide(about(zoom, x, y), about(*begin), about(*end), share)
