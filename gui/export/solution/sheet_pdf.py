"""A solution as PDF pages: A4, with formulas as outlines, so that it looks the same everywhere."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from twostroke.gui.export.writers import pdf_device
from twostroke.gui.look.formula_lines import fitted, paint_formula
from twostroke.gui.look.painting import painting, saved
from twostroke.gui.look.theme import FONT_FAMILY, PALETTES
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.solution.written import (
    Checks,
    Document,
    Glance,
    Headway,
    Line,
    Rule,
    Section,
    Text,
    Values,
    no_glance,
)
from twostroke.gui.model.words import unbroken

PAGE = QSizeF(595.0, 842.0)  # A4 in points
MARGIN, FOOT = 56.0, 30.0
WIDTH = PAGE.width() - 2 * MARGIN
GUTTER = 16.0
HALF = (WIDTH - GUTTER) / 2  # what a short line has, so that two of them share a place
BOTTOM = PAGE.height() - MARGIN - FOOT / 2

_LIGHT = PALETTES[Theme.LIGHT]
INK, MUTED, FAINT = (QColor(each) for each in (_LIGHT.text, _LIGHT.muted, _LIGHT.line))
BODY, SMALL, HEADING, TITLE = 10.5, 9.0, 13.5, 19.0  # letters, in points
LETTER = 12.0  # of formulas
OF_GIVEN = LETTER * 0.85  # of what is given beside a blank
INDENT = 14.0
BLANK = 120.0  # width of a line to write on
PICTURE = 0.5  # height of a picture as a part of its width

Draw = Callable[[QPainter, QRectF], None]


@dataclass(frozen=True)
class Piece:
    """What is not broken between pages: how high it is, and what draws it with its upper left corner at a point."""

    height: float
    draw: Callable[[QPainter, QPointF], None]
    before: float = 0.0  # space above, where it does not begin a page
    keeps: bool = False  # with what follows
    opens: bool = False  # a page
    width: float = WIDTH  # that it needs


SETTING = 0.85
"""The share of the work that it is to set all formulas; the rest is to paint the pages."""


def pages(document: Document, picture: Draw | None = None, glance: Glance = no_glance) -> bytes:
    """The file; `picture` is drawn below the title."""
    laid = list(laid_out(document, picture, lambda share: glance(SETTING * share)))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = pdf_device(buffer, (PAGE.width(), PAGE.height()), document.title)
    with painting(writer, smooth=True) as painter:
        for number, page in enumerate(laid, start=1):
            glance(SETTING + (1.0 - SETTING) * number / len(laid))
            if number > 1:
                writer.newPage()
            paint_page(painter, page, number)
    return bytes(buffer.data().data())


def laid_out(
    document: Document, picture: Draw | None = None, glance: Glance = no_glance
) -> Iterator[list[tuple[Piece, float]]]:
    """The pieces of each page, with their heights on it."""
    return _pages(tuple(_pieces(document, picture, Headway(document, glance))))


def paint_page(painter: QPainter, page: list[tuple[Piece, float]], number: int) -> None:
    """One of them, on a ground of `PAGE`."""
    for piece, y in page:
        piece.draw(painter, QPointF(MARGIN, y))
    _foot(painter, number)


def _pages(pieces: tuple[Piece, ...]) -> Iterator[list[tuple[Piece, float]]]:
    """What keeps with the next moves to its page."""
    page: list[tuple[Piece, float]] = []
    y = MARGIN
    for at, piece in enumerate(pieces):
        needed = piece.before + piece.height
        following = at + 1
        while pieces[following - 1].keeps and following < len(pieces):
            needed += pieces[following].before + pieces[following].height
            following += 1
        if page and (piece.opens or y + needed > BOTTOM):
            yield page
            page, y = [], MARGIN
        y += piece.before if page else 0.0
        page.append((piece, y))
        y += piece.height
    yield page


def _pieces(document: Document, picture: Draw | None, headway: Headway) -> Iterator[Piece]:
    yield _words(document.title, TITLE, INK, bold=True)
    yield _words(document.about, BODY, MUTED, before=2.0)
    yield _words(document.origin, SMALL, MUTED, before=1.0)
    if document.name or document.sheet:
        yield _name(document.name)
    if picture is not None:
        yield Piece(
            WIDTH * PICTURE, lambda painter, at: picture(painter, QRectF(at.x(), at.y(), WIDTH, WIDTH * PICTURE)), 10
        )
    for section in document.sections:
        yield from _section(section, document.sheet, headway)
    if document.sheet:
        yield _heading("Key", opens=True)
        yield from _key(document, headway)


def _section(section: Section, blank: bool, headway: Headway) -> Iterator[Piece]:
    make = _blank_line if blank else _worked_line
    yield _heading(section.title)
    waiting: Line | None = None  # a short one, which shares its place with the next one, or has all of it
    for block in section.blocks:
        if not isinstance(block, Line):
            yield from _block(block, headway)
            continue
        headway.next_part()
        piece = make(block, HALF)
        if piece.width > HALF:
            yield from () if waiting is None else (make(waiting, WIDTH),)
            yield piece
            waiting = None
        elif waiting is None:
            waiting = block
        else:
            yield _beside(make(waiting, HALF), piece)
            waiting = None
    if waiting is not None:
        yield make(waiting, WIDTH)


def _block(block: Text | Rule | Values | Checks, headway: Headway) -> Iterator[Piece]:
    if not isinstance(block, Checks):
        headway.next_part()
    match block:
        case Text():
            yield _words(block.text, BODY, INK, before=4.0)
        case Rule():
            yield _formula(block.latex, before=6.0, keeps=True)
        case Values():
            yield _words(block.heading, SMALL, MUTED, before=6.0, keeps=True)
            yield from _flow(block.pairs)
        case Checks():
            yield from _checks(block, headway)


def _worked_line(line: Line, least: float) -> Piece:
    formulas = [_formula(line.rule, before=4.0), _formula(f"= {line.numbers}", before=6.0, indent=INDENT + 10)]
    room = least if max(each.width for each in formulas) <= HALF else WIDTH
    notes = [_words(line.note, SMALL, MUTED, before=4.0, indent=INDENT, room=room)] if line.note else []
    return _stacked([_title(line, room), *formulas, *notes])


def _blank_line(line: Line, least: float) -> Piece:
    pairs = tuple(rf"\text{{Given }}{pair}" if place == 0 else pair for place, pair in enumerate(line.given))
    given = list(_flow(pairs, OF_GIVEN, HALF))
    room = least if len(given) < 2 and all(each.width <= HALF for each in given) else WIDTH
    given = given if room == HALF else list(_flow(pairs, OF_GIVEN))
    return _stacked([_title(line, room), *given, _blank(line.symbol)])


def _title(line: Line, room: float) -> Piece:
    return _words(f"({line.number})  {unbroken(line.title)}", SMALL, MUTED, room=room)


def _stacked(parts: list[Piece]) -> Piece:
    """One below the other, never on two pages."""
    places, y = [], 0.0
    for part in parts:
        places.append(y + part.before)
        y += part.before + part.height

    def draw(painter: QPainter, at: QPointF) -> None:
        for part, place in zip(parts, places, strict=True):
            part.draw(painter, QPointF(at.x(), at.y() + place))

    return Piece(y, draw, 11.0, width=max(part.width for part in parts))


def _beside(left: Piece, right: Piece) -> Piece:
    def draw(painter: QPainter, at: QPointF) -> None:
        left.draw(painter, at)
        right.draw(painter, QPointF(at.x() + HALF + GUTTER, at.y()))

    return Piece(max(left.height, right.height), draw, left.before)


def _checks(checks: Checks, headway: Headway) -> Iterator[Piece]:
    yield _row(("", "by the chain rule", "measured", ""), keeps=True, words=True)
    for row in checks.rows:
        headway.next_part()
        yield _row((row.symbol, row.by_rule, row.measured, row.verdict))


COLUMNS = (0.0, 95.0, 190.0, 285.0)
"""Where those of the proof begin."""


def _row(cells: tuple[str, str, str, str], keeps: bool = False, words: bool = False) -> Piece:
    last = _words(cells[3], SMALL, MUTED, indent=COLUMNS[3])
    formulas = [None if words else fitted(cell, COLUMNS[1] - 6, LETTER * 0.92) for cell in cells[:3]]
    height = max([last.height, SMALL * 1.5, *(found[0].height * found[1] for found in formulas if found)]) + 5.0

    def draw(painter: QPainter, at: QPointF) -> None:
        for x, cell, found in zip(COLUMNS, cells, formulas, strict=False):
            if found is not None:
                painter.setPen(INK)
                paint_formula(
                    painter, *found, QPointF(at.x() + x, at.y() + (height - 5 - found[0].height * found[1]) / 2)
                )
            elif words:
                _words(cell, SMALL, MUTED, indent=x).draw(painter, at)
        last.draw(painter, QPointF(at.x(), at.y() + (height - 5 - last.height) / 2))
        painter.setPen(QPen(FAINT, 0.5))
        painter.drawLine(QPointF(at.x(), at.y() + height - 1.5), QPointF(at.x() + WIDTH, at.y() + height - 1.5))

    return Piece(height, draw, 2.0, keeps)


def _key(document: Document, headway: Headway) -> Iterator[Piece]:
    def numbered() -> Iterator[str]:
        for line in document.lines:
            headway.next_part()
            yield rf"\text{{({line.number})}} \; {line.symbol} = {line.value}"

    yield from _flow(numbered())


def _flow(formulas: Iterable[str], letter: float = LETTER, room: float = WIDTH) -> Iterator[Piece]:
    """Formulas beside each other, in as many lines as they need."""
    line: list[tuple[float, Piece]] = []
    x = 0.0
    for latex in formulas:
        piece = _formula(latex, letter=letter)
        if line and x + piece.width > room:
            yield _in_line(line)
            line, x = [], 0.0
        line.append((x, piece))
        x += piece.width - INDENT + 18.0
    if line:
        yield _in_line(line)


def _in_line(pieces: list[tuple[float, Piece]]) -> Piece:
    height = max(piece.height for _, piece in pieces)

    def draw(painter: QPainter, at: QPointF) -> None:
        for x, piece in pieces:
            piece.draw(painter, QPointF(at.x() + x, at.y() + (height - piece.height) / 2))

    return Piece(height, draw, 3.0, width=max(x + piece.width for x, piece in pieces))


def _formula(
    latex: str, before: float = 0.0, indent: float = INDENT, keeps: bool = False, letter: float = LETTER
) -> Piece:
    """A formula in the lines that it needs; where it cannot be set, its source in words."""
    found = fitted(latex, WIDTH - indent, letter)
    if found is None:
        return _words(latex, SMALL, INK, before, indent=indent, keeps=keeps)
    laid, size = found

    def draw(painter: QPainter, at: QPointF) -> None:
        painter.setPen(INK)
        paint_formula(painter, laid, size, QPointF(at.x() + indent, at.y()))

    return Piece(laid.height * size, draw, before, keeps, width=indent + laid.width * size)


def _blank(symbol: str) -> Piece:
    formula = _formula(f"{symbol} =", before=3.0)
    found = fitted(f"{symbol} =", WIDTH, LETTER)
    width = 0.0 if found is None else found[0].width * found[1]

    def draw(painter: QPainter, at: QPointF) -> None:
        formula.draw(painter, at)
        y, x = at.y() + formula.height * 0.75 + 2, at.x() + INDENT + width + 8
        painter.setPen(QPen(INK, 0.6))
        painter.drawLine(QPointF(x, y), QPointF(x + BLANK, y))

    return Piece(formula.height + 8.0, draw, 3.0, width=INDENT + width + 8 + BLANK)


def _name(name: str) -> Piece:
    words = _words(f"Name:  {name}", BODY, INK, before=8.0)

    def draw(painter: QPainter, at: QPointF) -> None:
        words.draw(painter, at)
        painter.setPen(QPen(FAINT, 0.8))
        painter.drawLine(QPointF(at.x(), at.y() + words.height + 2), QPointF(at.x() + WIDTH, at.y() + words.height + 2))

    return Piece(words.height + 4.0, draw, words.before)


def _heading(text: str, opens: bool = False) -> Piece:
    piece = _words(text, HEADING, INK, before=18.0, bold=True, keeps=True)
    return Piece(piece.height, piece.draw, piece.before, True, opens)


def _words(
    text: str,
    letters: float,
    colour: QColor,
    before: float = 0.0,
    indent: float = 0.0,
    keeps: bool = False,
    bold: bool = False,
    room: float = WIDTH,
) -> Piece:
    font = QFont(FONT_FAMILY)
    font.setPixelSize(max(1, round(letters * SCALE)))
    font.setBold(bold)
    flags = int(Qt.TextFlag.TextWordWrap)
    box = QRectF(0, 0, (room - indent) * SCALE, 1e5)
    height = QFontMetricsF(font).boundingRect(box, flags, text).height() / SCALE

    def draw(painter: QPainter, at: QPointF) -> None:
        with saved(painter):
            painter.translate(at.x() + indent, at.y())
            painter.scale(1 / SCALE, 1 / SCALE)
            painter.setFont(font)
            painter.setPen(colour)
            painter.drawText(box, flags, text)

    return Piece(height, draw, before, keeps, width=room)


SCALE = 20.0
"""Text is laid out this much larger: Qt rounds letters to whole pixels, which here are points."""


def _foot(painter: QPainter, number: int) -> None:
    words = _words(str(number), SMALL, MUTED)
    words.draw(painter, QPointF(PAGE.width() / 2 - 3, PAGE.height() - MARGIN + 6))
