"""The picture of the frame before, of which all is kept that did not change: most of a film's frame rests."""

import math
from collections import deque
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, compress
from operator import itemgetter
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QImage

from twostroke.gui.look.painting import painting
from twostroke.gui.stage.paint.boxes import Box, Boxes, meeting, outermost
from twostroke.gui.stage.paint.camera import STRAIGHT, Camera, placement
from twostroke.gui.stage.paint.dots import lay
from twostroke.gui.stage.paint.extents import extent
from twostroke.gui.stage.paint.pieces import Piece, paint_scene, pieces
from twostroke.gui.stage.scene.items import Polygon, Scene, Text

EDGE = 1
"""Pixels to spare around a piece and its smooth edges."""

REMEMBERED = 18
"""Pictures of which it is known what changed: a film's images come back after so many frames at most."""


@dataclass(frozen=True)
class Framing:
    """How a scene lies in a picture. In another place nothing of it can be kept."""

    scene: tuple[float, float, int]  # width, height and background
    width: float
    height: float
    ratio: float  # pixels of the picture to one of its size
    camera: Camera

    @property
    def rect(self) -> QRectF:
        """All of the picture, in pixels of its size."""
        return QRectF(0, 0, self.width, self.height)

    @cached_property
    def _placed(self) -> tuple[float, float, float]:
        return placement(*self.scene[:2], self.rect)

    def blank(self) -> QImage:
        """A picture for it."""
        picture = QImage(self.rect.size().toSize() * self.ratio, QImage.Format.Format_RGB32)
        picture.setDevicePixelRatio(self.ratio)
        return picture

    def box(self, piece: Piece) -> Box:
        """Left, top, right and bottom of all that painting that piece may touch, in pixels of the picture."""
        item, in_network = piece
        x1, y1, x2, y2 = extent(item)
        if in_network and self.camera != STRAIGHT:
            (x1, y1), (x2, y2) = self.camera.to_screen(x1, y1), self.camera.to_screen(x2, y2)
        scale, dx, dy = self._placed
        left, top, right, bottom = ((at * scale + d) * self.ratio for at, d in ((x1, dx), (y1, dy), (x2, dx), (y2, dy)))
        return math.floor(left) - EDGE, math.floor(top) - EDGE, math.ceil(right) + EDGE, math.ceil(bottom) + EDGE


Pieces = dict[Hashable, Piece]
"""In their order, by what tells them from others."""


class Ground:
    """Keeps the picture of the frame before: for one place on the screen, or for one film.

    It is never needed to be right: a frame is painted alike with and without, whatever was painted before. Where
    something changed, all that reaches into there is painted again, whole and aside, and the dots of that place are
    taken from there. Nothing is cut at an edge, where Qt may paint the rest of a line a shade differently; and what it
    reaches beyond need not be painted again as well. The links have a sheet of their own below all else: they are most
    of the work, and what moves on them or ends at them would have them all painted again. So has what glows below them,
    and rests while they brighten.
    """

    def __init__(self) -> None:
        aside = _Aside()
        self._sheets = _Sheet(aside), _Sheet(aside), _Sheet(aside)
        self._before: list[Pieces] = [{}] * len(self._sheets)
        self.number = 0
        """Of the last picture; of the first one 1."""
        self._renewed: deque[Boxes | None] = deque(maxlen=REMEMBERED)  # of each picture, in which boxes it was other

    def since(self, number: int) -> Boxes | None:
        """In which boxes the last picture is other than that of this number; None where all of it may be."""
        past = self.number - number
        if number <= 0 or past > len(self._renewed):
            return None
        latest = [self._renewed[-1 - back] for back in range(past)]
        boxes = [*chain(*filter(None, latest))]
        return None if None in latest else outermost(boxes) if boxes else ()

    def picture(self, scene: Scene, size: QSizeF, camera: Camera, ratio: float) -> QImage | None:
        """`scene` in a picture of that size, which is good until the next call. None where it is another picture than
        the frame before, as while training runs: it is sooner painted where it is shown."""
        before, self._before = self._before, [*map(_by_id, pieces(scene, camera))]
        if _is_another(before, self._before):
            return None
        place = Framing((scene.width, scene.height, scene.background), size.width(), size.height(), ratio, camera)
        shown: QImage | None = None
        renewed: Boxes | None = ()
        for sheet, some in zip(self._sheets, self._before, strict=True):
            renewed = sheet.show(scene, place, some, shown, renewed)
            shown = sheet.picture if some or shown is not None else None  # a bare colour is laid sooner
        self.number += 1
        self._renewed.append(renewed)
        return shown


def _is_another(before: list[Pieces], now: list[Pieces]) -> bool:
    """Whether most shapes are new. Texts do not tell: many are made anew and say the same."""
    come = [piece for some, others in zip(now, before, strict=True) for piece in _new(some, others)]
    new = _shapes(come)
    return new > 0 and new > sum(_shapes(some.values()) for some in now) / 2


def _new(some: Pieces, others: Pieces) -> list[Piece]:
    """Those that are not among the others."""
    return [some[key] for key in some.keys() - others.keys()]


def _shapes(some: Collection[Piece]) -> int:
    """How many are no texts."""
    return len(some) - [*map(type, map(_ITEM, some))].count(Text)


class _Aside:
    """A picture to paint on of which only some dots are of use: what lies around them is left of whatever was there."""

    def __init__(self) -> None:
        self._picture = QImage()
        self._lies: Framing | None = None

    def picture(self, place: Framing) -> QImage:
        """One of that size."""
        if self._lies != place:
            self._lies, self._picture = place, place.blank()
        return self._picture


class _Change(NamedTuple):
    """What there is to do for a picture to show other pieces than before."""

    boxes: Boxes = ()  # in which it is another one
    pieces: Sequence[Piece] = ()  # all that reach into them
    beyond: bool = False  # whether some of these reach further


class _Sheet:
    """Some of the pieces of a picture on what lies below them: a bare background, or the picture of another sheet."""

    def __init__(self, aside: _Aside) -> None:
        self.picture = QImage()
        self._aside = aside
        self._lies: Framing | None = None  # for which the picture was made
        self._place: Framing | None = None  # the same; None where the picture is not complete
        self._pieces: Pieces = {}
        self._boxes: dict[Hashable, Box] = {}  # by the same keys, as far as they were needed

    def show(
        self, scene: Scene, place: Framing, now: Pieces, below: QImage | None, renewed: Boxes | None
    ) -> Boxes | None:
        """Have the picture show these pieces of `scene`, where `renewed` boxes of what lies below are other than in the
        last call. Returns which boxes of the picture are; None stands for all of it."""
        whole, self._place = self._place, None  # until all is done: what is left half done is painted anew
        if [*now] != [*self._pieces]:
            now = _as_before(self._pieces, now)
        change = self._change(place, now, renewed) if renewed is not None and place == whole else None
        self._pieces = now
        todo = self._all_of(place, now) if change is None else change
        if todo.boxes:
            onto = self._aside.picture(place) if todo.beyond else self.picture
            lay(onto, scene.background if below is None else below, todo.boxes)
            if todo.pieces:
                with painting(onto) as painter:
                    paint_scene(painter, scene, todo.pieces, place.rect, place.camera)
            if todo.beyond:
                lay(self.picture, onto, todo.boxes)
        self._place = place
        return None if change is None else change.boxes

    def _all_of(self, place: Framing, now: Pieces) -> _Change:
        """All that a picture for that place shows, which is begun."""
        self._boxes = {}
        if self._lies != place:
            self._lies, self.picture = place, place.blank()
        return _Change([(0, 0, self.picture.width(), self.picture.height())], [*now.values()])

    def _change(self, place: Framing, now: Pieces, renewed: Boxes) -> _Change | None:
        """Since before. None where others lie above each other than before."""
        before = self._pieces
        if not renewed and [*now] == [*before]:
            return _Change()
        gone, come = before.keys() - now.keys(), now.keys() - before.keys()
        stay, stayed = [key for key in now if key in before], [key for key in before if key in now]
        if stay != stayed:
            return None
        changed = [*renewed, *self._boxes_of(place, before, gone), *self._boxes_of(place, now, come)]
        for key in gone:
            del self._boxes[key]
        if not changed:
            return _Change()
        met = {*compress(stay, meeting(self._boxes_of(place, now, stay), changed))}
        return _Change(outermost(changed), [now[key] for key in now if key in come or key in met], bool(met))

    def _boxes_of(self, place: Framing, some: Pieces, keys: Collection[Hashable]) -> list[Box]:
        for key in keys:
            if key not in self._boxes:
                self._boxes[key] = place.box(some[key])
        return [*map(self._boxes.__getitem__, keys)]


_ITEM = itemgetter(0)  # of a piece
_TOLD_APART = Text, Polygon
"""What may be made anew and be as before."""


def _by_id(some: list[Piece]) -> Pieces:
    """By the id of the item; where one comes twice, of which could not be told which one went, by the place as well."""
    found: Pieces = dict(zip(map(id, map(_ITEM, some)), some, strict=True))
    return found if len(found) == len(some) else {(at, id(piece[0])): piece for at, piece in enumerate(some)}


def _as_before(before: Pieces, now: Pieces) -> Pieces:
    """The pieces of now, with the objects of before for texts and polygons that are equal to one that went: from here
    on it goes by objects."""
    gone = {piece: piece for piece in _new(before, now) if isinstance(piece[0], _TOLD_APART)}
    if not gone:
        return now
    come = [piece for piece in _new(now, before) if isinstance(piece[0], _TOLD_APART)]
    old = {id(piece[0]): gone[piece] for piece in come if piece in gone}
    return _by_id([old.get(id(piece[0]), piece) for piece in now.values()]) if old else now
