"""What is copied from image to image without a painter, and which rectangles of a picture have to be."""

import random

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage

from twostroke.gui.look.painting import painting
from twostroke.gui.stage.paint import boxes
from twostroke.gui.stage.paint.boxes import Box, meeting, outermost
from twostroke.gui.stage.paint.dots import dots, lay, seen

WIDE, TALL = 40, 30
INSIDE, OVER_THE_EDGE = (3, 4, 17, 11), [(-5, -9, 6, 3), (35, 2, 60, 9), (-3, 25, 90, 44), (12, -8, 14, 80)]
OUTSIDE = [(-9, 3, -2, 8), (40, 0, 44, 9), (3, -7, 9, -1), (0, 30, 40, 31), (50, 50, 60, 60), (-30, -30, -20, -20)]


def plain(colour: int) -> QImage:
    image = QImage(WIDE, TALL, QImage.Format.Format_RGB32)
    image.fill(colour)
    return image


def motley(seed: int = 1) -> QImage:
    image, chance = plain(0), random.Random(seed)
    for y in range(TALL):
        for x in range(WIDE):
            image.setPixel(x, y, 0xFF000000 | chance.randrange(1 << 24))
    return image


def painted(onto: QImage, below: QImage | int, some: list[Box]) -> QImage:
    """The same by Qt's own means."""
    with painting(onto) as painter:
        for left, top, right, bottom in some:
            box = QRect(left, top, right - left, bottom - top)
            if isinstance(below, int):
                painter.fillRect(box, QColor.fromRgb(0xFF000000 | below))
            else:
                inside = box & below.rect()
                painter.drawImage(inside, below, inside)
    return onto


@pytest.mark.parametrize("below", [motley(2), 0x123456], ids=["image", "colour"])
@pytest.mark.parametrize("some", [[], [INSIDE], OVER_THE_EDGE, [INSIDE, *OVER_THE_EDGE, *OUTSIDE]])
def test_boxes_are_laid_as_a_painter_lays_them(qapp: object, below: QImage | int, some: list[Box]) -> None:
    onto = motley()
    lay(onto, below, some)
    assert onto == painted(motley(), below, some)


@pytest.mark.parametrize("box", OUTSIDE)
def test_outside_nothing_is_laid(box: Box) -> None:
    onto = motley()
    lay(onto, 0xFF8000, [box])
    assert onto == motley()


def test_a_copy_that_lives_on_keeps_its_dots() -> None:
    onto = motley()
    kept = QImage(onto)
    lay(onto, 0x123456, [(0, 0, WIDE, TALL)])
    assert (onto, kept) == (plain(0xFF123456), motley())


def test_what_is_only_read_goes_on_sharing_its_memory() -> None:
    image = motley()
    copy = QImage(image)
    at = seen(image).ctypes.data
    assert at == seen(copy).ctypes.data
    assert at != dots(image).ctypes.data
    assert at == seen(copy).ctypes.data


def by_hand(some: list[Box], changed: list[Box]) -> list[bool]:
    """Which meet, dot by dot."""
    covered = [{(x, y) for x in range(a, c) for y in range(b, d)} for a, b, c, d in some]
    reached = {(x, y) for a, b, c, d in changed for x in range(a, c) for y in range(b, d)}
    return [bool(own & reached) for own in covered]


def some_boxes(chance: random.Random, count: int) -> list[Box]:
    corners = [(chance.randrange(24), chance.randrange(24)) for _ in range(count)]
    return [(x, y, x + chance.randint(1, 6), y + chance.randint(1, 6)) for x, y in corners]


@pytest.mark.parametrize("few_pairs", [0, boxes.FEW_PAIRS], ids=["NumPy", "Python"])
@pytest.mark.parametrize("seed", range(12))
def test_those_that_meet_what_changed_are_found(few_pairs: int, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "FEW_PAIRS", few_pairs)
    chance = random.Random(seed)
    some, changed = some_boxes(chance, 12), some_boxes(chance, seed % 4)
    assert meeting(some, changed) == by_hand(some, changed)
    assert meeting([], changed) == []


@pytest.mark.parametrize("few_pairs", [0, boxes.FEW_PAIRS], ids=["NumPy", "Python"])
def test_the_outermost_cover_all_others_and_none_of_themselves(few_pairs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "FEW_PAIRS", few_pairs)

    def within(box: Box, other: Box) -> bool:
        return box[0] >= other[0] and box[1] >= other[1] and box[2] <= other[2] and box[3] <= other[3]

    for seed in range(20):
        some = some_boxes(random.Random(seed), 20)
        found = outermost([*some, *some])
        assert len(found) == len(set(found))
        assert set(found) <= set(some)
        assert all(any(within(box, other) for other in found) for box in some)
        assert not any(within(box, other) for box in found for other in found if box != other)
