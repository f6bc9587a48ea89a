"""Writers of pages: a step a page, and a storyboard, whose steps are panels with their captions below."""

import math
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtGui import QPaintDevice, QPainter, QPdfWriter

from twostroke.gui.export.kind import Around, Work
from twostroke.gui.export.pages.below_panels import below, room_below
from twostroke.gui.export.pages.page_grid import A4, MARGIN, Grid, Place, Wanted, page_grid, panels_beside, sheet_grid
from twostroke.gui.export.slim_svg import slimmed
from twostroke.gui.export.steps import StepPicture
from twostroke.gui.export.writers import pdf_device, svg_device
from twostroke.gui.look.painting import painting, saved
from twostroke.gui.look.theme import palette_of
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.paint.camera import Camera
from twostroke.gui.stage.paint.painter import paint
from twostroke.gui.stage.paint.shapes import colour, draw
from twostroke.gui.stage.scene.build import key_of
from twostroke.gui.stage.scene.ink import Ink, ink_of
from twostroke.gui.stage.scene.items import NONE, Align, Scene, Text, Weight, rects
from twostroke.gui.stage.scene.shared_legend import Key, Legend, shared_legend

PANEL_PIXELS = 440.0
"""Width for which a panel is composed, so that what is written in it is legible on paper."""

LEGEND_PIXELS = 720.0
"""The same of the legend."""

LEGEND_SCALE = (A4[0] - 2 * MARGIN) / LEGEND_PIXELS
"""How large it is on the page."""

TITLE, SMALL = 12.0, 9.0
"""Sizes of what is written on the page."""


class _Paper:
    """What steps are drawn on, one after the other. `device`: what makes it of the memory that the file is kept in."""

    def __init__(self, device: Callable[[QBuffer], QPaintDevice]) -> None:
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._device = device(self._buffer)
        self._drawn = ExitStack()
        self._painter = self._drawn.enter_context(painting(self._device))

    def draw(self, picture: StepPicture, number: int) -> None:
        """Step `number`, from 0."""
        raise NotImplementedError

    def end(self) -> None:
        """Nothing more will be drawn."""
        self._drawn.close()

    def content(self) -> bytes:
        """The file, once it has ended."""
        return bytes(self._buffer.data().data())

    def _turn(self) -> None:
        """The next page, where there are pages."""
        if isinstance(self._device, QPdfWriter):
            self._device.newPage()


class _PaperWriter:
    """Draws each step when it comes: all at once at the end would take long, when nobody is told of it any more."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._paper: _Paper | None = None
        self._count = 0

    def add(self, picture: StepPicture) -> None:
        """Draw the next step."""
        self._paper = self._paper or self._begun(picture)
        self._paper.draw(picture, self._count)
        self._count += 1

    def close(self) -> None:
        """Write the file, if all steps are there."""
        if self._paper is None:
            return
        self._paper.end()
        if self._count == self._work.frames:
            self._work.path.write_bytes(self._paper.content())

    def _begun(self, first: StepPicture) -> _Paper:
        """What is drawn on, once the first step is there."""
        raise NotImplementedError


class StepPagesWriter(_PaperWriter):
    """A page a step, as large as the picture."""

    def _begun(self, first: StepPicture) -> _Paper:
        return _StepPages(self._work)


class StoryboardWriter(_PaperWriter):
    """All steps as panels. `sheet`: on one sheet, as SVG, else on pages of A4, as PDF."""

    def __init__(self, work: Work, sheet: bool = False) -> None:
        super().__init__(work)
        self._sheet = sheet

    def _begun(self, first: StepPicture) -> _Paper:
        return _Panels(self._work, first, self._sheet)


class _StepPages(_Paper):
    def __init__(self, work: Work) -> None:
        super().__init__(lambda buffer: pdf_device(buffer, work.size, work.title))
        self._size = work.size

    def draw(self, picture: StepPicture, number: int) -> None:
        if number:
            self._turn()
        picture.draw(self._painter, QRectF(0, 0, *self._size))


class _Panels(_Paper):
    def __init__(self, work: Work, first: StepPicture, sheet: bool) -> None:
        self._work, self._sheet = work, sheet
        self._around = work.around or (Around(),) * work.frames
        self._ink, self._first = ink_of(palette_of(first.view.choices)), first
        room = partial(room_below, around=self._around, told=work.told)
        beside = panels_beside(self._composed(first)[0].width / PANEL_PIXELS)
        wanted = Wanted(work.size, work.frames, self._expected, room, beside)
        grid = sheet_grid(wanted) if sheet else page_grid(wanted)
        size = math.ceil(grid.width), math.ceil(grid.height)
        super().__init__(partial(_on_sheet, size, work.title) if sheet else partial(_on_pages, grid, work.title))
        self._page = _Page(grid, self._ink)
        self._pages = grid.pages(work.frames)
        self._places = [(number, place) for number, places in enumerate(self._pages) for place in places]
        self._keys = dict[int, Key]()  # of the panels of this page

    def draw(self, picture: StepPicture, number: int) -> None:
        on_page, place = self._places[number]
        if place is self._pages[on_page][0]:
            self._begin(on_page)
        grid = self._page.grid
        self._page.panel(self._painter, place, *self._composed(picture))
        box = place.x, place.y + grid.panel_height, grid.cell, grid.below
        title = self._around[number].title
        draw(self._painter, below(number + 1, title, picture.caption, self._work.told, box, self._ink))
        self._keys[number + 1] = key_of(picture.marked)

    def _composed(self, picture: StepPicture) -> tuple[Scene, Camera]:
        width, height = self._work.size
        return picture.compose(PANEL_PIXELS, PANEL_PIXELS * height / width, True)

    def _begin(self, number: int) -> None:
        if number:
            self._end_page()
            self._turn()
        several = len(self._pages) > 1
        self._page.begin(self._painter, self._work.title, f"{number + 1} / {len(self._pages)}" if several else "")

    def _end_page(self) -> None:
        """With the legend of what stands on it."""
        if self._work.told.legend:
            self._page.legend(self._painter, self._legend_of(self._keys), len(self._keys))
        self._keys.clear()

    def _expected(self, panels: range) -> float:
        """How high the legend of some panels will be, by the first of all: others may have signs that it lacks."""
        if not self._work.told.legend:
            return 0.0
        keys = {panel + 1: _expected_key(self._first.marked, self._around[panel]) for panel in panels}
        return self._legend_of(keys).height * LEGEND_SCALE

    def _legend_of(self, keys: dict[int, Key]) -> Legend:
        """With the numbers of the panels, where not all of all pages are seen through one lens."""
        several = len({around.lens for around in self._around}) > 1
        return shared_legend(keys, self._ink, LEGEND_PIXELS, numbered=several)

    def end(self) -> None:
        if self._keys:
            self._end_page()
        super().end()

    def content(self) -> bytes:
        return slimmed(super().content(), self._work.look) if self._sheet else super().content()


def _expected_key(view: ViewState, around: Around) -> Key:
    """Of a picture that is like `view`, but for its lens, and for showing an update or none."""
    choices = replace(view.choices, lens=around.lens or view.choices.lens)
    lens, notes, signs = key_of(replace(view, choices=choices, tape=view.tape if around.taped else None))
    return Key(lens, notes, signs._replace(pulses=around.taped))


def _on_sheet(size: tuple[int, int], title: str, buffer: QBuffer) -> QPaintDevice:
    return svg_device(buffer, size, title, cut=True)


def _on_pages(grid: Grid, title: str, buffer: QBuffer) -> QPaintDevice:
    return pdf_device(buffer, (grid.width, grid.height), title)


class _Page:
    """Draws one page after the other."""

    def __init__(self, grid: Grid, ink: Ink) -> None:
        self.grid, self._ink = grid, ink

    def begin(self, painter: QPainter, title: str, number: str) -> None:
        """What is on it besides panels."""
        grid, ink = self.grid, self._ink
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.fillRect(QRectF(0, 0, math.ceil(grid.width), math.ceil(grid.height)), colour(ink.background))
        y = MARGIN + TITLE / 2
        right = grid.width - grid.margin
        draw(painter, [Text(grid.margin, y, title, TITLE, ink.text, Align.LEFT, Weight.SEMIBOLD)])
        draw(painter, [Text(right, y, number, SMALL, ink.muted, Align.RIGHT)])

    def legend(self, painter: QPainter, legend: Legend, panels: int) -> None:
        """At the foot of the page, below so many panels."""
        grid = self.grid
        wide, high = grid.width - 2 * grid.margin, grid.foot(panels)
        scale = min(LEGEND_SCALE, wide / LEGEND_PIXELS, high / legend.height)
        free = min(wide, LEGEND_SCALE * LEGEND_PIXELS) - scale * LEGEND_PIXELS
        with saved(painter):
            painter.translate(grid.margin + free / 2, grid.height - MARGIN - scale * legend.height)
            painter.scale(scale, scale)
            draw(painter, legend.items)

    def panel(self, painter: QPainter, place: Place, scene: Scene, camera: Camera) -> None:
        """One panel."""
        grid, ink = self.grid, self._ink
        paint(painter, scene, QRectF(place.x, place.y, grid.panel_width, grid.panel_height), camera)
        edge = rects(place.x, place.y, grid.panel_width, grid.panel_height, NONE, ink.line, border_width=0.5)
        draw(painter, [edge])
