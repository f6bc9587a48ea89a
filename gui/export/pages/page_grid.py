"""Where panels lie on their pages: A4 for print, one sheet where a file has no pages. Points; pure."""

import math
from dataclasses import dataclass

A4 = 595.0, 842.0
MARGIN, GAP = 30.0, 16.0
HEAD = 24.0
"""Height of the line with the title."""

CAPTION = 34.0
"""Height of three lines below a panel."""

LEAST = 0.88
"""Panels are smaller by so much, where another row of them has room then."""

ACROSS, ACROSS_SHEET = 2, 3
"""Panels beside each other on a page, and on a sheet."""


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

    def pages(self, count: int) -> list[list[Place]]:
        """Where `count` panels lie, page by page, as they are read."""
        each = self.across * self.down
        places = [self._place(panel, panel % each) for panel in range(count)]
        return [places[first : first + each] for first in range(0, count, each)]

    def _place(self, panel: int, on_page: int) -> Place:
        down, across = divmod(on_page, self.across)
        column = _column(self.width, self.across)
        x = MARGIN + across * (column + GAP) + (column - self.panel_width) / 2
        return Place(panel, x, MARGIN + HEAD + down * (self.panel_height + CAPTION))


def page_grid(size: tuple[int, int], legend: float) -> Grid:
    """For pictures of that shape on A4, above a legend of that height."""
    width, height = A4
    column, room = _column(width, ACROSS), height - 2 * MARGIN - HEAD - legend
    tall = _fitted(size, column, room - CAPTION)[1]
    down = max(int(room // (LEAST * tall + CAPTION)), 1)
    return Grid(width, height, ACROSS, down, *_fitted(size, column, room / down - CAPTION))


def sheet_grid(size: tuple[int, int], legend: float, count: int) -> Grid:
    """The same on one sheet, as large as it has to be."""
    column = _column(A4[0], ACROSS)
    across = min(ACROSS_SHEET, count)
    panel_width, panel_height = _fitted(size, column, 2 * column)
    down = math.ceil(count / across)
    width = 2 * MARGIN + max(across, ACROSS) * (column + GAP) - GAP
    height = 2 * MARGIN + HEAD + legend + down * (panel_height + CAPTION)
    return Grid(width, math.ceil(height), max(across, ACROSS), down, panel_width, panel_height)


def _column(width: float, across: int) -> float:
    return (width - 2 * MARGIN - (across - 1) * GAP) / across


def _fitted(size: tuple[int, int], width: float, height: float) -> tuple[float, float]:
    """As large as fits into that room, in the shape of `size`."""
    scale = min(width / size[0], height / size[1])
    return size[0] * scale, size[1] * scale
