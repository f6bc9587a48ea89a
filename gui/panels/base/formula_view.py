"""A formula in a panel: typeset, in as many lines as its width needs; as plain text where it cannot be set."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting, saved
from twostroke.gui.look.typesetting import LONGEST, UNIT, Outline, outline
from twostroke.gui.model.line_breaks import Unbalanced, displayed, follows, loosened, pieces

SIZE = 1.35
"""Letters of a formula, in those of the panel: the mathematical typeface looks smaller."""

SMALLEST = 0.8
"""To this part of its size a formula shrinks before it has to be scrolled."""

INDENT = 1.0  # of the second line and those behind, in letters
GAP = 0.3  # between lines, in letters
DEEPEST = 6
"""How often what is too wide is taken apart: brackets, then a fraction, what is in there, a root."""

MOST_PIECES = 60
"""Beyond, no line of a panel helps; the plain text has all, and a table the terms."""


@dataclass(frozen=True)
class Placed:
    """A piece of a formula; left end of its baseline, in letters."""

    outline: Outline
    x: float
    y: float


@dataclass(frozen=True)
class Laid:
    """A formula in lines; lengths in letters."""

    pieces: tuple[Placed, ...]
    width: float
    height: float


def lay(latex: str, room: float) -> Laid | None:
    """`latex` in lines of at most `room` letters, if it can be broken so; None where it cannot be set."""
    try:
        found = tuple(_fitting(latex, room))
    except (Unbalanced, CannotLay):
        return None
    return _lined(found, room)


class CannotLay(ValueError):
    """A piece cannot be set, or there are too many."""


def _fitting(latex: str, room: float) -> Iterator[Outline]:
    """The pieces of the formula; one that is too wide is taken apart further."""
    for number, piece in enumerate(_limited(latex, False)):
        parts = _apart(piece if number == 0 else follows(piece), room - INDENT * (number > 0), DEEPEST)
        yield from (part for part in parts if part.width > 0)  # what is empty would take a line of its own


def _apart(piece: str, room: float, further: int) -> Iterator[Outline]:
    """A piece, or where it is too wide its parts, so many times `further`."""
    if len(piece) <= LONGEST:
        whole = _outline(displayed(piece))
        if whole.width > room:
            whole = _outline(piece)
        if whole.width <= room or further == 0:
            yield whole
            return
    parts = _limited(loosened(piece), True)
    if further == 0 or (parts == (piece,) and len(piece) > LONGEST):
        raise CannotLay
    if parts == (piece,):  # it cannot be taken apart any further
        yield _outline(piece)
        return
    for number, part in enumerate(parts):
        yield from _apart(part if number == 0 else follows(part), room, further - 1)


def _limited(latex: str, inside: bool) -> tuple[str, ...]:
    found = pieces(latex, inside)
    if len(found) > MOST_PIECES:
        raise CannotLay
    return found


def _outline(piece: str) -> Outline:
    found = outline(piece)
    if found is None:
        raise CannotLay
    return found


def _lined(found: tuple[Outline, ...], room: float) -> Laid:
    lines: list[list[Outline]] = [[]]
    x = 0.0
    for each in found:
        if lines[-1] and x + each.width > room:
            lines.append([])
            x = INDENT
        lines[-1].append(each)
        x += each.width
    placed, width, y = [], 0.0, 0.0
    for number, line in enumerate(lines):
        x = INDENT * (number > 0)
        y += max(each.ascent for each in line)
        for each in line:
            placed.append(Placed(each, x, y))
            x += each.width
        y += max(each.descent for each in line) + GAP
        width = max(width, x)
    return Laid(tuple(placed), width, y - GAP)


def set_in_one_line(latex: str) -> Laid | None:
    """`latex`, however wide it is; None where it cannot be set."""
    return lay(latex, math.inf) if latex else None


@lru_cache(maxsize=256)
def fitted(latex: str, width: float, letter: float) -> tuple[Laid, float] | None:
    """The formula in lines for `width` pixels, and the pixels of its letters, which are `letter` if that suffices.

    It is wider than that where it cannot be broken and would be too small. None where it cannot be set.
    """
    found = None
    for part in (1.0, 0.9, SMALLEST):
        size = letter * part
        laid = lay(latex, width / size)
        if laid is None:
            return None
        found = (laid, size)
        if laid.width * size <= width:
            break
    return found


class FormulaView(Dressed, QWidget):
    """One formula. Its name for screen readers is the plain text."""

    def __init__(self, larger: float = 1.0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._larger = larger
        self._latex = self._plain = ""
        self.bar = QScrollBar(Qt.Orientation.Horizontal, self)
        self.bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.bar.setAccessibleName("Rest of the formula")
        self.bar.valueChanged.connect(self.update)
        self.bar.hide()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_formula(self, latex: str, plain: str) -> None:
        """Show `latex`; `plain` says the same in a line of text."""
        if (latex, plain) == (self._latex, self._plain):
            return
        self._latex, self._plain = latex, plain
        self.setAccessibleName(plain)
        self.bar.setValue(0)
        self.updateGeometry()
        self._place_bar()
        self.update()

    @property
    def is_set(self) -> bool:
        """Whether it is typeset, and not plain text."""
        return self._fitted(self.width()) is not None

    def _fitted(self, width: int) -> tuple[Laid, float] | None:
        letter = self.fontInfo().pixelSize() * SIZE * self._larger
        return fitted(self._latex, float(max(width, 40)), letter) if self._latex else None

    def _place_bar(self) -> None:
        found = self._fitted(self.width())
        over = 0 if found is None else round(found[0].width * found[1] - self.width())
        self.bar.setVisible(over > 0)
        if over > 0:
            self.bar.setRange(0, over)
            self.bar.setPageStep(self.width())
            high = self.bar.sizeHint().height()
            self.bar.setGeometry(0, self.height() - high, self.width(), high)

    # Qt's own names from here on

    def heightForWidth(self, width: int) -> int:
        """All lines, and the scroll bar where a line has no room."""
        found = self._fitted(width)
        if found is None:
            return self._text_box(width).height() if self._plain else 0
        laid, letter = found
        over = laid.width * letter > width
        return int(laid.height * letter + 3) + (self.bar.sizeHint().height() if over else 0)

    def hasHeightForWidth(self) -> bool:
        """A narrow one has more lines."""
        return True

    def sizeHint(self) -> QSize:
        """As high as the present width asks for."""
        return QSize(200, self.heightForWidth(self.width()))

    def _text_box(self, width: int) -> QRect:
        flags = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere
        return self.fontMetrics().boundingRect(QRect(0, 0, max(width, 40), 10_000), int(flags), self._plain)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The lines follow the width."""
        super().resizeEvent(event)
        self._place_bar()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The formula, or its text."""
        found = self._fitted(self.width())
        with painting(self, smooth=True) as painter:
            painter.setPen(QColor(self.palette_.text))
            if found is None:
                flags = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere
                painter.drawText(self.rect(), int(flags), self._plain)
            else:
                paint_formula(painter, *found, QPointF(-self.bar.value() if self.bar.isVisible() else 0, 1.0))


def paint_formula(painter: QPainter, laid: Laid, letter: float, at: QPointF) -> None:
    """Fill the outlines in the colour of the pen; `at` is the upper left corner."""
    for piece in laid.pieces:
        with saved(painter):
            painter.translate(at.x() + piece.x * letter, at.y() + piece.y * letter)
            painter.scale(letter / UNIT, letter / UNIT)
            painter.fillPath(piece.outline.path, painter.pen().brush())
