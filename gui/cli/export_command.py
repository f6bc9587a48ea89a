"""`twostroke export`: to whom what is asked for goes."""

from typing import Annotated

import typer

from twostroke.gui.cli import export_options as asked

Session = Annotated[str, typer.Argument(metavar="SESSION", help="A session file, or the name of a lesson.")]


def export(
    session: Session,
    output: asked.Output,
    size: asked.Size = "1280x720",
    fps: asked.Fps = 30,
    theme: asked.Theme = "light",
    at: asked.At = None,
    updates: asked.Updates = 1,
    seconds_per_update: asked.SecondsPerUpdate = None,
    grain: asked.Grain = "phase",
    row: asked.Row = None,
    moment: asked.Moment = "",
    lens: asked.Lens = "",
    as_: asked.As = "",
    name: asked.Name = "",
    digits: asked.Digits = None,
    neuron: asked.Neuron = None,
    seed: asked.Seed = None,
) -> None:
    """Make a film, a picture or a page to step through, of one update or of several; or work it out on paper."""
    from twostroke.gui.cli.subcommands import exporting, solving

    if as_ in solving.KINDS:
        paper = solving.Options(output, at, row, as_ == solving.SHEET, name, digits, tuple(neuron or ()), seed)
        solving.solution(session, paper)
        return
    exporting.export(
        session,
        exporting.Options(output, size, fps, theme, at, row, updates, seconds_per_update, moment, lens, grain, as_),
    )
