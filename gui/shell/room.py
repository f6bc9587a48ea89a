"""How much room there is: on the screen, and which columns it leaves beside the picture, as the user wants each."""

from collections.abc import Mapping, Sequence
from enum import Enum

from PySide6.QtCore import QSize

from twostroke.gui.panels.table import Side

FRAME = QSize(8, 40)  # what a title bar and borders take of the screen, generously
SIDES = (Side.LEFT, Side.RIGHT)
WIDTHS = {Side.LEFT: 264, Side.RIGHT: 316}
NARROWEST = {side: width - 24 for side, width in WIDTHS.items()}
EDGE = 14  # px of the strip that folds a column, which stays when it is folded
COMFORTABLE = 560  # px of the picture; with less, a network of four layers is a stamp
SMALLEST_PICTURE = 360


class Wish(Enum):
    """What the user wants of a column."""

    AUTO = "auto"  # to be there as long as the picture has its room
    OPEN = "open"  # to be there although the picture gets small
    FOLDED = "folded"


Wishes = Mapping[Side, Wish]
AS_USUAL: Wishes = dict.fromkeys(SIDES, Wish.AUTO)


def shown(width: float, wishes: Wishes, order: Sequence[Side] = SIDES) -> frozenset[Side]:
    """The columns that a window of `width` shows. `order`: which of two comes first where there is room for one.

    A column that the user has folded keeps its place in this: the other one must not spring up instead.
    """
    room = width - len(SIDES) * EDGE
    found = set()
    for side in sorted(order, key=lambda side: wishes[side] is not Wish.OPEN):
        wish = wishes[side]
        if wish is Wish.OPEN and room - NARROWEST[side] < SMALLEST_PICTURE:
            continue
        room -= NARROWEST[side] if wish is Wish.OPEN else WIDTHS[side]
        if wish is Wish.OPEN or (wish is Wish.AUTO and room >= COMFORTABLE):
            found.add(side)
    return frozenset(found)
