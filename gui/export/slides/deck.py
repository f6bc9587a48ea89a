"""Slides for PowerPoint and its like: one a step, a picture as large as the slide, caption and numbers in its notes."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import groupby
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from twostroke.gui.export.kind import Work
from twostroke.gui.export.steps import StepPicture
from twostroke.gui.export.writers import Png
from twostroke.gui.look.painting import painting
from twostroke.gui.model.user_text import short

WIDE = 12_192_000
"""Width of a slide in English Metric Units, 914,400 an inch: 13.33 inches, as a wide slide has it."""

SHARP = 1_920
"""Pixels across, at least: each has one of its own on a projector of full HD."""

WITH_TITLE = 5
"""The layout of python-pptx's own template that has a title and nothing else."""

LONGEST_TITLE = 255
"""Characters of a presentation's property; of the slides none is so short."""

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold, even escaped."""


class SlidesWriter:
    """Takes steps and makes a presentation of them."""

    def __init__(self, work: Work) -> None:
        from pptx import Presentation
        from pptx.util import Emu

        self._path, self._title = work.path, writable(work.title)
        self._deck: Any = Presentation()
        width, height = work.size
        self._deck.slide_width = Emu(WIDE)
        self._deck.slide_height = Emu(round(WIDE * height / width))
        self._say_what_it_is()
        self._headings = iter(headings([each.title for each in work.around]))
        factor = max(1.0, SHARP / width)
        self._pixels = round(factor * width), round(factor * height)
        self._png = Png(replace(work, size=self._pixels))
        self._depth = QImage.Format.Format_ARGB32_Premultiplied if work.transparent else QImage.Format.Format_RGB32

    def _say_what_it_is(self) -> None:
        """In place of what the template says of itself: whose it was, in which year, and by which program."""
        about = self._deck.core_properties
        about.title = short(self._title, LONGEST_TITLE)[:LONGEST_TITLE]
        about.author = about.last_modified_by = about.comments = ""
        about.created = about.modified = datetime.now(UTC).replace(tzinfo=None)

    def add(self, step: StepPicture) -> None:
        """The next slide."""
        deck = self._deck
        heading = next(self._headings, "") or step.caption
        slide = self._titled_slide(heading, "\n".join((step.told, "", *step.numbers.lines)))
        picture = slide.shapes.add_picture(BytesIO(self._png_of(step)), 0, 0, deck.slide_width, deck.slide_height)
        picture._element.nvPicPr.cNvPr.set("descr", writable(step.caption))  # read to who does not see it

    def _titled_slide(self, heading: str, notes: str) -> Any:
        """One whose title is for the outline and for screen readers: it lies above the slide."""
        deck = self._deck
        slide = deck.slides.add_slide(deck.slide_layouts[WITH_TITLE])
        title = slide.shapes.title
        title.text = writable(heading)
        title.left, title.width, title.height = 0, deck.slide_width, deck.slide_height // 8
        title.top = -title.height
        slide.notes_slide.notes_text_frame.text = writable(notes)
        return slide

    def _png_of(self, step: StepPicture) -> bytes:
        image = QImage(*self._pixels, self._depth)
        image.fill(0)
        with painting(image) as painter:
            step.draw(painter, QRectF(0, 0, *self._pixels))
        return self._png.content(image)

    def close(self) -> None:
        """Write the file."""
        self._deck.save(str(self._path))


def headings(titles: Sequence[str]) -> list[str]:
    """Titles of slides that follow each other; where several have one, each tells which of them it is."""
    found = list[str]()
    for title, run in groupby(titles):
        count = len(list(run))
        found += [title] if count == 1 else [title and f"{title} ({at + 1} of {count})" for at in range(count)]
    return found


def writable(text: str) -> str:
    """Text without what no file of this kind can hold."""
    return UNWRITABLE.sub("", text)
