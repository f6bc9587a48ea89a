"""Where panels lie on their pages: A4 for print, one sheet where a file has no pages. Points; pure."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

A4 = 595.0, 842.0
MARGIN, GAP = 30.0, 16.0
HEAD = 24.0
"""Height of the line with the title."""

CAPTION = 34.0
"""Height of a caption below a panel, of three lines at most."""

LEAST = 0.88
"""Panels are smaller by so much, where another row of them has room then."""

LEAST_PANEL, LEAST_CELL = 60.0, 110.0
"""Height of a panel at least, whatever stands below it, and width of that."""

ACROSS, ACROSS_SHEET = 2, 3
"""Panels beside each other on a page, and on a sheet."""

FULL = 1.5
"""Pictures that need so many times as many pixels as a panel has for letters of full size lie one below the other, each
as wide as the page: letters of those with charts would be 3 points high, which nobody reads on paper."""


def panels_beside(needed: float) -> int:
    """How many panels lie beside each other on a page. `needed`: for how many times the pixels of a panel a picture is
    composed."""
    return 1 if needed > FULL else ACROSS


@dataclass(frozen=True)
class Place:
    """Where a panel lies: its upper left corner."""

    panel: int
    x: float
    y: float


@dataclass(frozen=True)
class Grid:
    """Panels of one size on pages of one size."""

    width: float  # of a page
    height: float
    across: int
    down: int  # rows on a page
    panel_width: float
    panel_height: float
    below: float = CAPTION  # room for what is written there

    def pages(self, count: int) -> list[list[Place]]:
        """Where `count` panels lie, page by page, as they are read."""
        parts = _parts(count, self.across, self.down)
        return [[self._place(panel, panel - part.start) for panel in part] for part in parts]

    @property
    def cell(self) -> float:
        """Width of what is written below a panel."""
        return _cell(self.panel_width)

    @property
    def margin(self) -> float:
        """At the left and at the right of all that stands on a page: narrow panels stand together."""
        free = self.width - 2 * MARGIN - self.across * self.cell - (self.across - 1) * GAP
        return MARGIN + min(max(free, 0.0) / (self.across + 1), MARGIN)

    def foot(self, panels: int) -> float:
        """How much room is left on a page, below so many panels and what is written there."""
        rows = _rows(range(panels), self.across)
        return self.height - 2 * MARGIN - HEAD - rows * (self.panel_height + self.below)

    def _place(self, panel: int, on_page: int) -> Place:
        """The first one of a row begins at the left margin, and the last one ends at the right."""
        down, across = divmod(on_page, self.across)
        x = self.margin + across * (self.width - 2 * self.margin - self.cell) / max(self.across - 1, 1)
        return Place(panel, x, MARGIN + HEAD + down * (self.panel_height + self.below))


@dataclass(frozen=True)
class Wanted:
    """Panels that are to lie on pages."""

    size: tuple[int, int]  # of each picture: its shape counts
    count: int
    legend: Callable[[range], float]  # how high that of some panels is, which stands below them
    below: Callable[[float], float] = lambda width: CAPTION  # how much room is below a panel of that width
    beside: int = ACROSS  # how many lie beside each other


def page_grid(wanted: Wanted) -> Grid:
    """Pages of A4."""
    size, count, beside, below = wanted.size, wanted.count, wanted.beside, wanted.below
    width, height = A4
    column, room = _column(width, beside), height - 2 * MARGIN - HEAD
    least = LEAST * _fitted(size, column, room - below(column))[1] + below(LEAST * column)
    for down in range(max(int(room // least), 1), 0, -1):
        legends = max(map(wanted.legend, _parts(count, beside, down)), default=0.0)
        if down == 1 or down * least <= room - legends:
            break
    down = max((_rows(part, beside) for part in _parts(count, beside, down)), default=1)
    each, text = (room - legends) / down, below(column)
    while True:
        panel = _fitted(size, column, max(each - text, LEAST_PANEL))
        if below(_cell(panel[0])) <= text:
            return Grid(width, height, beside, down, *panel, text)
        text = below(_cell(panel[0]))


def sheet_grid(wanted: Wanted) -> Grid:
    """One sheet, as large as it has to be: panels as wide as on a page."""
    count, column = wanted.count, _column(A4[0], wanted.beside)
    wide = max(min(ACROSS_SHEET, count), wanted.beside)
    panel_width, panel_height = _fitted(wanted.size, column, 2 * column)
    down, text = math.ceil(count / wide), wanted.below(_cell(panel_width))
    width = 2 * MARGIN + wide * (column + GAP) - GAP
    height = 2 * MARGIN + HEAD + wanted.legend(range(count)) + down * (panel_height + text)
    return Grid(width, math.ceil(height), wide, down, panel_width, panel_height, text)


def _cell(panel_width: float) -> float:
    return max(panel_width, LEAST_CELL)


def _parts(count: int, across: int, most: int) -> list[range]:
    """The panels of each page, of `most` rows at most: the rows are shared out evenly, so that none stands alone."""
    rows = _rows(range(count), across)
    pages = math.ceil(rows / most)
    each, more = divmod(rows, max(pages, 1))
    begins = [(page * each + min(page, more)) * across for page in range(pages + 1)]
    return [range(first, min(after, count)) for first, after in pairwise(begins)]


def _rows(panels: range, across: int) -> int:
    return math.ceil(len(panels) / across)


def _column(width: float, across: int) -> float:
    return (width - 2 * MARGIN - (across - 1) * GAP) / across


def _fitted(size: tuple[int, int], width: float, height: float) -> tuple[float, float]:
    """As large as fits into that room, in the shape of `size`."""
    scale = min(width / size[0], height / size[1])
    return size[0] * scale, size[1] * scale
