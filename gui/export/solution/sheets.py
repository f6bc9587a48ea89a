"""From a session and an update to a worked solution in a file: trains, measures every gradient, writes.

The table SHEETS: to add a kind of file, add an entry.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from twostroke.engine.border import commands
from twostroke.engine.border.cursor import Cursor
from twostroke.engine.border.slopes import Measured
from twostroke.engine.files.disk import FileError, place_problem, replacing
from twostroke.engine.run import failures
from twostroke.engine.session.phrases import listed, shown
from twostroke.engine.session.spec import Session
from twostroke.gui.export.refusals import ExportError, ExportRequestError
from twostroke.gui.export.takes import check_update, row_on, train_to
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.explain.checked_slope import by_of
from twostroke.gui.model.explain.quantities import Quantity
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.solution import html, latex
from twostroke.gui.model.solution.solution import solution_of, to_measure
from twostroke.gui.model.solution.wishes import Wishes
from twostroke.gui.model.solution.written import Document, Glance, no_glance
from twostroke.gui.model.view import ViewState

Progress = Callable[[int], None]
SIZE = (1100, 550)
"""Pixels of the picture beside the text."""


@dataclass(frozen=True)
class Solved:
    """One update with all that its solution needs."""

    view: ViewState  # at the end of the update, where all is known
    measured: Mapping[Quantity, Measured]


@dataclass(frozen=True)
class Sheet:
    """A kind of file."""

    title: str
    ending: str
    write: Callable[[Document, ViewState, Glance], bytes]


def _pdf(document: Document, view: ViewState, glance: Glance) -> bytes:
    from twostroke.gui.export.solution.sheet_pdf import pages

    return pages(document, drawing(view), glance)


def _html(document: Document, view: ViewState, glance: Glance) -> bytes:
    from twostroke.gui.export.solution.svg_element import element

    return html.page(document, element(drawing(view), SIZE, document.title), glance).encode()


def _latex(document: Document, view: ViewState, glance: Glance) -> bytes:
    return latex.source(document).encode()


SHEETS: tuple[Sheet, ...] = (
    Sheet("PDF pages", ".pdf", _pdf),
    Sheet("web page", ".html", _html),
    Sheet("LaTeX source", ".tex", _latex),
)


def sheet_for(target: Path) -> Sheet:
    """The kind that the ending of a path chooses. ExportRequestError where none has it, or nothing can be put there."""
    for known in SHEETS:
        if known.ending == target.suffix.lower():
            problem = place_problem(target)
            if problem:
                raise ExportRequestError(problem)
            return known
    endings = listed([known.ending for known in SHEETS])
    raise ExportRequestError(f"{target}: a worked solution ends in {endings}, not in {shown(target.suffix)}.")


def solve(
    session: Session,
    at: int,
    row: int | None,
    wishes: Wishes,
    state: Mapping[str, Any] | None = None,
    on_progress: Progress = lambda update: None,
) -> Solved:
    """Update `at` of a session, which begins in `state` if there is one, for a sample of its mini-batch;
    with None for the one with the greatest loss.

    ExportError where training fails before, ExportRequestError where there is no such update, sample or neuron.
    """
    from twostroke.engine.probes.one_slope import measure
    from twostroke.engine.run.capture import snapshot_of
    from twostroke.engine.run.trainer import Trainer

    check_update(at)
    trainer = Trainer(session, state=state)
    train_to(trainer, at, on_progress)
    trainer.apply(commands.Record())
    tape = trainer.tape
    assert tape is not None
    where = failures.first_place(tape)
    if where:
        raise ExportError(f"Update {at:,} cannot be worked out: its {where} is no longer a finite number.")
    choices = Choices(theme=Theme.LIGHT, batch_row=row_on(tape, row), digits=wishes.digits)
    view = resolve(snapshot_of(trainer), tape, Cursor(tape.depth).last(), choices)
    measured = {}
    for quantity in () if wishes.sheet else to_measure(view, wishes):
        by = by_of(quantity)
        assert by is not None
        on_progress(at)
        measured[quantity] = measure(trainer.network, tape, by)
    return Solved(view, measured)


def save(target: Path, solved: Solved, wishes: Wishes, glance: Glance = no_glance) -> None:
    """Write the solution. ExportError, as a sentence, where that fails; nothing is left then, nor where `glance`
    raises something."""
    kind = sheet_for(target)
    document = solution_of(solved.view, solved.measured, wishes)
    glance(0.0)
    content = kind.write(document, pictured(solved.view, wishes), glance)
    glance(1.0)
    try:
        with replacing(target) as file:
            file.write(content)
    except FileError as error:
        raise ExportError(str(error)) from error


def pictured(view: ViewState, wishes: Wishes) -> ViewState:
    """What the picture beside the text shows: of a sheet nothing that is to be worked out."""
    return resolve(view.snapshot, view.tape, Cursor(view.depth), view.choices) if wishes.sheet else view


def drawing(view: ViewState) -> Callable[[QPainter, QRectF], None]:
    """A function that draws the picture of `view`."""
    from twostroke.gui.export.render import ensure_application, ensure_font
    from twostroke.gui.stage.paint.painter import paint
    from twostroke.gui.stage.scene.build import scene_at

    ensure_application()
    ensure_font()
    scene = scene_at(view, float(SIZE[0]), float(SIZE[1]))
    return lambda painter, rect: paint(painter, scene, rect)
