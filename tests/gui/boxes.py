"""Where what is written in a scene lies, measured with the program's own letters, for tests that nothing meets."""

import itertools
from collections.abc import Iterable
from functools import cache

from PySide6.QtGui import QFont, QFontMetricsF

from twostroke.gui.look.theme import FONT_FAMILY
from twostroke.gui.stage.scene.items import Item, Scene, Text


@cache
def _metrics(size: float, weight: int) -> QFontMetricsF:
    font = QFont(FONT_FAMILY)
    font.setPixelSize(max(round(size), 1))
    font.setWeight(QFont.Weight(weight))
    return QFontMetricsF(font)


def box(text: Text) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of its capitals, as Qt draws it."""
    wide = text.wrap or _metrics(text.size, int(text.weight)).horizontalAdvance(text.text)
    left = text.x - wide * (1 + text.align) / 2
    tall = 0.72 * text.size * (2.4 if text.wrap else 1.0)
    return left, text.y - tall / 2, left + wide, text.y + tall / 2


def run_together(texts: list[Text]) -> list[tuple[str, str]]:
    found = []
    for (one, a), (other, b) in itertools.combinations([(text, box(text)) for text in texts if text.text], 2):
        if min(a[2], b[2]) - max(a[0], b[0]) > 0.5 and min(a[3], b[3]) - max(a[1], b[1]) > 0.5:
            found.append((one.text, other.text))
    return found


def texts(items: Iterable[Item]) -> list[Text]:
    return [item for item in items if isinstance(item, Text)]


def cut_off(scene: Scene) -> list[str]:
    """Texts that reach over an edge of the picture."""
    found = []
    for text in texts(scene.items):
        left, top, right, bottom = box(text)
        if text.text and (min(left, top) < -0.5 or right > scene.width + 0.5 or bottom > scene.height + 0.5):
            found.append(text.text)
    return found
