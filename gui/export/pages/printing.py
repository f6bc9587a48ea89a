"""Writers of pages: a step a page, and a storyboard, whose steps are panels with their captions below."""

import math

from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtGui import QPainter, QPdfWriter

from twostroke.gui.export.kind import Work
from twostroke.gui.export.pages.page_grid import CAPTION, MARGIN, Grid, Place, page_grid, sheet_grid
from twostroke.gui.export.slim_svg import slimmed
from twostroke.gui.export.steps import StepPicture
from twostroke.gui.export.writers import pdf_device, svg_device
from twostroke.gui.look.painting import painting
from twostroke.gui.look.theme import palette_of
from twostroke.gui.stage.paint.camera import Camera
from twostroke.gui.stage.paint.painter import paint
from twostroke.gui.stage.paint.shapes import colour, draw
from twostroke.gui.stage.scene.build import legend_at
from twostroke.gui.stage.scene.ink import Ink, ink_of
from twostroke.gui.stage.scene.items import NONE, Align, Item, Scene, Text, Weight, rects

PANEL_PIXELS = 440.0
"""Width for which a panel is composed, so that what is written in it is legible on paper."""

LEGEND_PIXELS = 720.0
"""The same of the legend."""

TITLE, SMALL = 12.0, 9.0
"""Sizes of what is written on the page."""


class StepPagesWriter:
    """A page a step, as large as the picture."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._drawn: list[StepPicture] = []

    def add(self, picture: StepPicture) -> None:
        """The next page."""
        self._drawn.append(picture)

    def close(self) -> None:
        """Write the file, if all pages are there."""
        if len(self._drawn) == self._work.frames:
            self._work.path.write_bytes(self._content())

    def _content(self) -> bytes:
        buffer = _open_buffer()
        writer = pdf_device(buffer, self._work.size, self._work.title)
        with painting(writer) as painter:
            for number, picture in enumerate(self._drawn):
                if number:
                    writer.newPage()
                picture.draw(painter, QRectF(0, 0, *self._work.size))
        return bytes(buffer.data().data())


class StoryboardWriter:
    """All steps as panels. `sheet`: on one sheet, as SVG, else on pages of A4, as PDF."""

    def __init__(self, work: Work, sheet: bool = False) -> None:
        self._work, self._sheet = work, sheet
        self._panels: list[tuple[Scene, Camera, str]] = []
        self._first: StepPicture | None = None

    def add(self, picture: StepPicture) -> None:
        """The next panel."""
        width, height = self._work.size
        self._first = self._first or picture
        seen = picture.compose(PANEL_PIXELS, PANEL_PIXELS * height / width, True)
        self._panels.append((*seen, picture.caption))

    def close(self) -> None:
        """Write the file, if all panels are there."""
        if self._first is not None and len(self._panels) == self._work.frames:
            self._work.path.write_bytes(self._content(self._first))

    def _content(self, first: StepPicture) -> bytes:
        legend = legend_at(first.view, LEGEND_PIXELS)
        ink = ink_of(palette_of(first.view.choices))
        tall = legend.height * (page_grid(self._work.size, 0.0).width - 2 * MARGIN) / LEGEND_PIXELS
        if self._sheet:
            return self._on_sheet(_Page(sheet_grid(self._work.size, tall, len(self._panels)), ink, legend, tall))
        return self._on_pages(_Page(page_grid(self._work.size, tall), ink, legend, tall))

    def _on_pages(self, page: "_Page") -> bytes:
        buffer = _open_buffer()
        writer = pdf_device(buffer, (page.grid.width, page.grid.height), self._work.title)
        with painting(writer) as painter:
            self._draw(page, painter, writer)
        return bytes(buffer.data().data())

    def _on_sheet(self, page: "_Page") -> bytes:
        buffer = _open_buffer()
        size = math.ceil(page.grid.width), math.ceil(page.grid.height)
        with painting(svg_device(buffer, size, self._work.title)) as painter:
            self._draw(page, painter, None)
        return slimmed(bytes(buffer.data().data()))

    def _draw(self, page: "_Page", painter: QPainter, paged: QPdfWriter | None) -> None:
        pages = page.grid.pages(len(self._panels))
        for number, places in enumerate(pages):
            if number and paged is not None:
                paged.newPage()
            page.begin(painter, self._work.title, f"{number + 1} / {len(pages)}" if len(pages) > 1 else "")
            for place in places:
                page.panel(painter, place, *self._panels[place.panel])


class _Page:
    """Draws one page after the other."""

    def __init__(self, grid: Grid, ink: Ink, legend: Scene, legend_height: float) -> None:
        self.grid, self._ink, self._legend, self._legend_height = grid, ink, legend, legend_height

    def begin(self, painter: QPainter, title: str, number: str) -> None:
        """What is on it besides panels."""
        grid, ink = self.grid, self._ink
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.fillRect(QRectF(0, 0, math.ceil(grid.width), math.ceil(grid.height)), colour(ink.background))
        y = MARGIN + TITLE / 2
        right = grid.width - MARGIN
        draw(painter, [Text(MARGIN, y, title, TITLE, ink.text, Align.LEFT, Weight.SEMIBOLD)])
        draw(painter, [Text(right, y, number, SMALL, ink.muted, Align.RIGHT)])
        top = grid.height - MARGIN - self._legend_height
        paint(painter, self._legend, QRectF(MARGIN, top, grid.width - 2 * MARGIN, self._legend_height))

    def panel(self, painter: QPainter, place: Place, scene: Scene, camera: Camera, caption: str) -> None:
        """One panel, with its number and what happens in it."""
        grid, ink = self.grid, self._ink
        paint(painter, scene, QRectF(place.x, place.y, grid.panel_width, grid.panel_height), camera)
        middle, indent = place.y + grid.panel_height + CAPTION / 2 - 2, 2.2 * SMALL
        items: list[Item] = [
            rects(place.x, place.y, grid.panel_width, grid.panel_height, NONE, ink.line, border_width=0.5),
            Text(place.x, middle, f"{place.panel + 1}", SMALL, ink.text, Align.LEFT, Weight.SEMIBOLD),
            Text(place.x + indent, middle, caption, SMALL, ink.text, Align.LEFT, wrap=grid.panel_width - indent),
        ]
        draw(painter, items)


def _open_buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer
