"""Texts as outlines of letters, each of which the page has once: they look there as in the program, whatever fonts a
reader has, and no font has to be loaded."""

from dataclasses import replace

from PySide6.QtGui import QPainterPath, QRawFont

from twostroke.gui.export.player.places import whole
from twostroke.gui.stage.paint.outlines import outline
from twostroke.gui.stage.paint.shapes import font, letters_of
from twostroke.gui.stage.scene.items import Text


class Letters:
    """All texts that were asked for, and the letters that they consist of."""

    def __init__(self) -> None:
        self.outlines: list[str] = []  # of each letter, as a path of SVG
        self.words: list[list[int]] = []  # of each text: its size in pixels; then letter, x, y of each
        self._letters: dict[tuple[str, str, int, int], int] = {}
        self._words: dict[Text, int] = {}

    def word(self, text: Text) -> int:
        """The number of a text, wherever it stands and in whichever colour."""
        plain = replace(text, x=0.0, y=0.0, colour=0, role="")
        if plain not in self._words:
            self._words[plain] = len(self.words)
            self.words.append([font(plain).pixelSize(), *self._laid(plain)])
        return self._words[plain]

    def _laid(self, text: Text) -> list[int]:
        placed = ((self._letter(raw, glyph), place) for raw, glyph, place in letters_of(text))
        return [number for letter, place in placed for number in (letter, whole(place.x()), whole(place.y()))]

    def _letter(self, raw: QRawFont, glyph: int) -> int:
        key = raw.familyName(), raw.styleName(), raw.weight(), glyph
        if key not in self._letters:
            self._letters[key] = len(self.outlines)
            self.outlines.append(svg_path(outline(raw, glyph)))
        return self._letters[key]


_COMMANDS = {
    QPainterPath.ElementType.MoveToElement: "M",
    QPainterPath.ElementType.LineToElement: "L",
    QPainterPath.ElementType.CurveToElement: "C",
    QPainterPath.ElementType.CurveToDataElement: " ",
}


def svg_path(path: QPainterPath) -> str:
    """A path in whole numbers, as SVG writes it."""
    elements = (path.elementAt(index) for index in range(path.elementCount()))
    return "".join(f"{_COMMANDS[each.type]}{round(each.x)} {round(each.y)}" for each in elements)
