"""`twostroke export`: one or more updates as a film, a picture or a folder of pictures. Needs no display."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from twostroke.engine.session.phrases import counted, nearest, shown
from twostroke.engine.session.spec import Session
from twostroke.gui.cli.signals import noted
from twostroke.gui.cli.subcommands import exporting_models
from twostroke.gui.cli.subcommands.sessions import find
from twostroke.gui.cli.subcommands.speech import BadInput, Ended, WorkFailed, progress, say
from twostroke.gui.export.model_files.model_formats import model_format
from twostroke.gui.export.refusals import ExportError, ExportRequestError, as_typed
from twostroke.gui.export.request import ExportRequest, check_grain, make_job
from twostroke.gui.export.takes import SessionTakes, check_row, check_update
from twostroke.gui.model.choices import Choices, Colours, Theme
from twostroke.gui.model.score import Grain, score_of, score_of_session
from twostroke.gui.model.storyboard.storyboard_file import size_of
from twostroke.gui.stage.scene.lenses import lens_of

if TYPE_CHECKING:
    from twostroke.gui.export.board_request import BoardRequest
    from twostroke.gui.export.job import ExportJob

GLANCE = 0.1  # seconds between looks at the job


@dataclass(frozen=True)
class Options:
    """The options of the command line, as given."""

    output: str
    size: str = "1280x720"
    fps: int = 30
    theme: str = "light"
    palette: str = "orange-blue"
    at: int | None = None  # None: as the lesson says, or 0
    row: int | None = None  # likewise
    updates: int = 1
    seconds: float | None = None
    moment: str = ""
    lens: str = ""  # as the session says, or that of strokes
    grain: str = Grain.PHASE
    shape: str = ""  # --as


def export(argument: str, options: Options) -> None:
    """Export what the session does in update `at` and those after it; with some endings code, a model or numbers."""
    chosen = model_format(options.output)
    if chosen is not None:
        exporting_models.export(argument, options.output, chosen, options.shape, options.at, options.row)
        return
    found = find(argument)
    at = found.at if options.at is None else options.at
    row = found.row if options.row is None else options.row
    try:
        check_update(at)
        found.check_at(at)
        found.check_output(Path(options.output))
        request = _request(options, found.session, row)
        with progress(f"Training to update {at:,}", at) as show:
            takes = SessionTakes(found.session, at, show, found.state, lens_of(request.lens).maps)
        first = takes(0)
        check_row(row, first.tape.samples)
        if options.updates == 1:
            request = replace(request, score=score_of(first.tape, first.snapshot.session.network))
        job = make_job(request, takes)
        takes.on_progress = job.look
        carry_out(job, request)
    except ExportRequestError as error:
        raise BadInput(as_typed(error)) from error
    except ExportError as error:
        raise WorkFailed(str(error)) from error


def _request(options: Options, session: Session, row: int) -> ExportRequest:
    width, height = parse_size(options.size)
    return ExportRequest(
        target=options.output,
        score=score_of_session(session),
        width=width,
        height=height,
        fps=options.fps,
        updates=options.updates,
        seconds=options.seconds,
        grain=check_grain(options.grain),
        theme=parse_theme(options.theme),
        colours=parse_palette(options.palette),
        batch_row=row,
        moment=options.moment,
        digits=session.view.digits or Choices.digits,
        lens=options.lens or session.view.lens or Choices.lens,
        shape=options.shape,
    )


def carry_out(job: "ExportJob", request: "ExportRequest | BoardRequest") -> None:
    """Run the job that `request` asked for, and say what was made."""
    began = time.perf_counter()
    path = _watch(job, f"Exporting {request.path.name}{request.told_length}")
    width, height = request.size
    made = f"{counted(len(request.frames), request.format.made_of)}{request.told_length}"
    say(f"{path}: {made}, {width} × {height}, in {time.perf_counter() - began:.1f} s")
    if path is not None and request.format.hint is not None:
        say(request.format.hint(path, len(request.frames)))


def _watch(job: "ExportJob", what: str) -> Path | None:
    """Run the job; when interrupted, let it clean up first."""
    with noted() as interrupted, progress(what, job.frames) as show:
        job.start()
        while not job.wait(GLANCE):
            show(job.done, job.remark)
            if interrupted.is_set():
                job.cancel()
    if interrupted.is_set() and job.cancelled:
        raise Ended(interrupted.saying, interrupted.code)
    return job.finish()


def parse_size(text: str) -> tuple[int, int]:
    """Width and height from "1280x720" or a name of such. BadInput where it is not of that form."""
    try:
        return size_of(text)
    except ValueError as error:
        raise BadInput(f"--size is {shown(text)}; {error}.") from error


def parse_theme(text: str) -> Theme:
    """The theme of that name. BadInput where there is none."""
    return Theme(one_of("--theme", text, Theme))


def parse_palette(text: str) -> Colours:
    """The colours of that name. BadInput where there are none."""
    return Colours(one_of("--palette", text, Colours))


def one_of(option: str, text: str, known: Iterable[str]) -> str:
    """`text`, which is one of the names that an option takes. BadInput where it is none."""
    names = [str(each) for each in known]
    if text not in names:
        guess = nearest(text, names)
        meant = f"did you mean {guess}? There are" if guess else "expected one of"
        raise BadInput(f"{option} is {shown(text)}; {meant} {', '.join(names)}.")
    return text
