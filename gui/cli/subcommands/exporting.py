"""What is typed for an export, and the work that is watched until it is done or interrupted. Needs no display."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from twostroke.engine.session.phrases import counted, nearest, shown
from twostroke.gui.cli.signals import noted
from twostroke.gui.cli.subcommands.speech import BadInput, Ended, progress, say
from twostroke.gui.model.choices import Colours, Theme
from twostroke.gui.model.storyboard.storyboard_file import size_of

if TYPE_CHECKING:
    from twostroke.gui.export.board_request import BoardRequest
    from twostroke.gui.export.job import ExportJob

GLANCE = 0.1  # seconds between looks at the job


def carry_out(job: "ExportJob", request: "BoardRequest") -> None:
    """Run the job that `request` asked for, and say what was made."""
    began = time.perf_counter()
    path = _watch(job, f"Exporting {request.path.name}{request.told_length}")
    frames, (width, height) = job.smaller or (len(request.frames), request.size)
    made = f"{counted(frames, request.format.made_of)}{request.told_length}"
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
