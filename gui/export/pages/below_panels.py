"""What is written below a panel: its number, the title of its shot, and what happens in it."""

from collections.abc import Iterable

from PySide6.QtGui import QTextLayout, QTextOption

from twostroke.gui.export.kind import Around, Told
from twostroke.gui.model.line_breaks import kept_together
from twostroke.gui.stage.paint.shapes import font
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import Align, Item, Text, Weight

SIZE, LINE = 9.0, 11.0
"""Of the letters, and from line to line."""

AIR, AIR_BELOW = 5.0, 7.0
"""Between a panel and what is written below it, and from there to the next panel."""

INDENT = 2.2 * SIZE
"""Room of the number."""

USUAL = 2
"""Lines of a caption that is not known beforehand; a third one has room, too."""

MOST = 8
"""Lines of a title: more than a page has room for say no more."""


def room_below(width: float, around: Iterable[Around], told: Told) -> float:
    """How high what is written below panels of that width will be."""
    captions = {each: _known(each, width) if told.caption else 0 for each in set(around)}
    lines = [len(_title(each.title, width, told)) + count for each, count in captions.items()]
    return AIR + AIR_BELOW + LINE * max(1, *lines, USUAL if told.caption else 1)


def _known(around: Around, width: float) -> int:
    return max(USUAL, len(lines_of(around.caption, width - INDENT)))


def below(
    number: int, title: str, caption: str, told: Told, box: tuple[float, float, float, float], ink: Ink
) -> list[Item]:
    """The shapes of it. `box`: where it has room: left, top, width, height."""
    left, top, width, height = box
    heading = _title(title, width, told)
    lines = [*heading, *(lines_of(caption, width - INDENT) if told.caption else [])]
    y = top + min(AIR, max((height - LINE * len(lines)) / 2, 0.0)) + LINE / 2
    items: list[Item] = [Text(left, y, f"{number}", SIZE, ink.text, Align.LEFT, Weight.SEMIBOLD, role="number")]
    for at, line in enumerate(lines):
        weight, role = (Weight.SEMIBOLD, "title") if at < len(heading) else (Weight.REGULAR, "caption")
        items.append(Text(left + INDENT, y + at * LINE, line, SIZE, ink.text, Align.LEFT, weight, role=role))
    return items


def _title(text: str, width: float, told: Told) -> list[str]:
    if not told.title:
        return []
    lines = lines_of(text, width - INDENT, Weight.SEMIBOLD)
    return lines if len(lines) <= MOST else [*lines[: MOST - 1], f"{lines[MOST - 1][:-2].rstrip()}…"]


def lines_of(text: str, width: float, weight: Weight = Weight.REGULAR) -> list[str]:
    """In lines of at most that width, broken between words where they are no longer than a line."""
    layout = QTextLayout(kept_together(text), font(Text(0.0, 0.0, "", SIZE, 0, weight=weight)))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    units = kept_together(text).encode("utf-16-le", "surrogatepass")  # as Qt counts
    found = list[str]()
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        begin, end = line.textStart(), line.textStart() + line.textLength()
        found.append(units[2 * begin : 2 * end].decode("utf-16-le", "surrogatepass").rstrip())
    layout.endLayout()
    return [line for line in found if line]
