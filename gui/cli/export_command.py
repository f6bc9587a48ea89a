"""`twostroke export`: to whom what is asked for goes."""

from typing import Annotated

import typer

from twostroke.gui.cli import export_options as asked

Session = Annotated[str, typer.Argument(metavar="SESSION", help="A session file, or the name of a lesson.")]


Source = Annotated[
    str, typer.Argument(metavar="SOURCE", help="A session file, the name of a lesson, or a NAME.storyboard.toml.")
]


def export(
    ctx: typer.Context,
    session: Source,
    output: asked.Output,
    size: asked.Size = "1280x720",
    fps: asked.Fps = 30,
    theme: asked.Theme = "light",
    palette: asked.Palette = "orange-blue",
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
    show: asked.Show = "update",
    until: asked.Until = None,
    seconds: asked.Seconds = None,
    compare: asked.Compare = None,
    layout: asked.Layout = "stage",
    title: asked.Title = "",
    captions: asked.Captions = True,
    legend: asked.Legend = True,
    transparent: asked.Transparent = False,
    subtitles: asked.Subtitles = "",
    max_mb: asked.MaxMb = None,
) -> None:
    """Make a film, a picture or a page to step through, of one update or of several; or work it out on paper."""
    from twostroke.gui.cli.subcommands import exporting_models, filming, going_together, solving
    from twostroke.gui.export.formats import ON_PAPER
    from twostroke.gui.export.model_files.model_formats import model_format

    given = frozenset(name for name in ctx.params if _typed(ctx, name))
    going_together.check_together(session, output, as_, given)
    if as_ in ON_PAPER:
        paper = solving.Options(output, at, row, as_ == "sheet", name, digits, tuple(neuron or ()), seed)
        solving.solution(session, paper)
        return
    chosen = model_format(output)
    if chosen is not None:
        exporting_models.export(session, output, chosen, as_, at, row)
        return
    filming.film(session, filming.Options(**{**ctx.params, "given": given}))


def _typed(ctx: typer.Context, name: str) -> bool:
    """Whether an option was given, rather than left as it is."""
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
