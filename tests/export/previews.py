"""Pictures of files that a page on the web cannot show: drawn by the program, or taken out of the file."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer

from twostroke.gui.cli.subcommands.sessions import find
from twostroke.gui.export.render import ensure_application, ensure_font
from twostroke.gui.export.solution.sheet_pdf import PAGE, laid_out, paint_page
from twostroke.gui.export.solution.sheets import drawing, pictured, solve
from twostroke.gui.look.painting import painting
from twostroke.gui.model.solution.solution import solution_of
from twostroke.gui.model.solution.wishes import Wishes

WIDE = 960
SHARP = 1.5
"""Pixels a point of a page of A4."""

STEP = 9
"""Of which slide the picture is, from 1."""


def slide(folder: Path) -> QImage:
    """The picture that fills it."""
    with ZipFile(folder / "slides.pptx") as deck:
        image = QImage.fromData(deck.read(f"ppt/media/image{STEP}.png"))
    return image.scaledToWidth(WIDE, Qt.TransformationMode.SmoothTransformation)


def panels(folder: Path) -> QImage:
    """The upper part of the sheet, as wide as high."""
    ensure_application()
    renderer = QSvgRenderer(str(folder / "panels.svg"))
    size = renderer.defaultSize().scaled(QSize(WIDE, 10 * WIDE), Qt.AspectRatioMode.KeepAspectRatio)
    image = QImage(size, QImage.Format.Format_RGB32)
    with painting(image, smooth=True) as painter:
        renderer.render(painter)
    return image.copy(0, 0, WIDE, min(WIDE, image.height()))


def first_page(wishes: Wishes) -> QImage:
    """Of a solution or a sheet of the lesson by hand."""
    ensure_application()
    ensure_font()
    found = find("by-hand")
    solved = solve(found.session, found.at, found.row, wishes, found.state)
    document = solution_of(solved.view, solved.measured, wishes)
    page = next(laid_out(document, drawing(pictured(solved.view, wishes))))
    image = QImage((PAGE * SHARP).toSize(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    with painting(image, smooth=True) as painter:
        painter.scale(SHARP, SHARP)
        paint_page(painter, page, 1)
    return image


PREVIEWS: dict[str, Callable[[Path], QImage]] = {
    "slide.png": slide,
    "panels.png": panels,
    "solution.png": lambda folder: first_page(Wishes("Ada Lovelace", 4)),
    "sheet.png": lambda folder: first_page(Wishes("", 4, sheet=True)),
}
