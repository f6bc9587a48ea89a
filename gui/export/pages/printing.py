"""Writers of pages: a step a page, and a storyboard, whose steps are panels with their captions below."""

import math
from collections.abc import Callable
from contextlib import ExitStack

from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtGui import QPaintDevice, QPainter, QPdfWriter

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


class Paper:
    """What is drawn on, page after page. `device`: what makes it of the memory that the file is kept in."""

    def __init__(self, device: Callable[[QBuffer], QPaintDevice]) -> None:
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._device = device(self._buffer)
        self._drawn = ExitStack()
        self.painter = self._drawn.enter_context(painting(self._device))

    def turn(self) -> None:
        """The next page, where there are pages."""
        if isinstance(self._device, QPdfWriter):
            self._device.newPage()

    def content(self) -> bytes:
        """The file. Nothing more can be drawn."""
        self._drawn.close()
        return bytes(self._buffer.data().data())


class PaperWriter:
    """Draws each step when it comes: all at once at the end would take long, when nobody is told of it any more."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._paper: Paper | None = None
        self._count = 0

    def add(self, picture: StepPicture) -> None:
        """Draw the next step."""
        if self._paper is None:
            self._paper = Paper(self._begun(picture))
        self._draw(self._paper, picture, self._count)
        self._count += 1

    def close(self) -> None:
        """Write the file, if all steps are there."""
        if self._paper is None:
            return
        content = self._paper.content()
        if self._count == self._work.frames:
            self._work.path.write_bytes(self._tidy(content))

    def _begun(self, first: StepPicture) -> Callable[[QBuffer], QPaintDevice]:
        """What makes the device, once the first step is there."""
        raise NotImplementedError

    def _draw(self, paper: Paper, picture: StepPicture, number: int) -> None:
        raise NotImplementedError

    def _tidy(self, content: bytes) -> bytes:
        """What is written of what was drawn."""
        return content


class StepPagesWriter(PaperWriter):
    """A page a step, as large as the picture."""

    def _begun(self, first: StepPicture) -> Callable[[QBuffer], QPaintDevice]:
        return lambda buffer: pdf_device(buffer, self._work.size, self._work.title)

    def _draw(self, paper: Paper, picture: StepPicture, number: int) -> None:
        if number:
            paper.turn()
        picture.draw(paper.painter, QRectF(0, 0, *self._work.size))


class StoryboardWriter(PaperWriter):
    """All steps as panels. `sheet`: on one sheet, as SVG, else on pages of A4, as PDF."""

    def __init__(self, work: Work, sheet: bool = False) -> None:
        super().__init__(work)
        self._sheet = sheet

    def _begun(self, first: StepPicture) -> Callable[[QBuffer], QPaintDevice]:
        legend = legend_at(first.view, LEGEND_PIXELS)
        ink = ink_of(palette_of(first.view.choices))
        size, count, title = self._work.size, self._work.frames, self._work.title
        tall = legend.height * (page_grid(size, 0.0).width - 2 * MARGIN) / LEGEND_PIXELS
        grid = sheet_grid(size, tall, count) if self._sheet else page_grid(size, tall)
        self._page, self._pages = _Page(grid, ink, legend, tall), grid.pages(count)
        self._places = [(number, place) for number, places in enumerate(self._pages) for place in places]
        if self._sheet:
            whole = math.ceil(grid.width), math.ceil(grid.height)
            return lambda buffer: svg_device(buffer, whole, title)
        return lambda buffer: pdf_device(buffer, (grid.width, grid.height), title)

    def _draw(self, paper: Paper, picture: StepPicture, number: int) -> None:
        on_page, place = self._places[number]
        if place is self._pages[on_page][0]:
            self._turn(paper, on_page)
        width, height = self._work.size
        seen = picture.compose(PANEL_PIXELS, PANEL_PIXELS * height / width, True)
        self._page.panel(paper.painter, place, *seen, picture.caption)

    def _turn(self, paper: Paper, number: int) -> None:
        if number:
            paper.turn()
        several = len(self._pages) > 1
        self._page.begin(paper.painter, self._work.title, f"{number + 1} / {len(self._pages)}" if several else "")

    def _tidy(self, content: bytes) -> bytes:
        return slimmed(content, self._work.look) if self._sheet else content


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
