"""A race's picture as a file, by the writers of the export."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from twostroke.gui.export.formats import FORMATS
from twostroke.gui.export.job import ExportJob
from twostroke.gui.export.kind import Format, Needs, Work
from twostroke.gui.look.painting import painting
from twostroke.gui.look.theme import Palette
from twostroke.gui.shell.race.number_picture import NumberPlan
from twostroke.gui.shell.race.spread_picture import Plan

SHARPNESS = 2
"""Pixels for one on the screen: a picture is projected, or printed."""

STILLS: tuple[Format, ...] = tuple(kind for kind in FORMATS if not kind.moving and not kind.stepwise)


def still_for(path: Path) -> Format | None:
    """The kind of picture that the ending of a name chooses."""
    return next((kind for kind in STILLS if kind.ending == path.suffix.lower()), None)


def save_picture(path: Path, kind: Format, plan: Plan | NumberPlan, palette: Palette) -> None:
    """Write the picture there, whole or not at all. ExportError."""
    size = round(plan.width), round(plan.height)
    if kind.needs is Needs.IMAGE:
        size = size[0] * SHARPNESS, size[1] * SHARPNESS
        picture: Any = _image(plan, palette, size)
    else:
        picture = _drawing(plan, palette)

    def opened(beside: Path) -> Any:
        return kind.open(Work(beside, kind, size, 1, 1, f"{plan.figure.title}: {plan.title}", lambda: ()))

    job = ExportJob(lambda _: picture, 1, opened, path)
    job.start()
    job.finish()


def _image(plan: Plan | NumberPlan, palette: Palette, size: tuple[int, int]) -> QImage:
    image = QImage(*size, QImage.Format.Format_RGB32)
    with painting(image, smooth=True) as painter:
        painter.scale(SHARPNESS, SHARPNESS)
        plan.draw(painter, palette)
    return image


def _drawing(plan: Plan | NumberPlan, palette: Palette) -> Any:
    def draw(painter: QPainter, _: QRectF) -> None:
        plan.draw(painter, palette, outlined=True)

    return draw
