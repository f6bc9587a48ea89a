"""What `twostroke export` can be asked for."""

from typing import Annotated

import typer

from twostroke.gui.cli.number_options import real, whole
from twostroke.gui.export.formats import endings
from twostroke.gui.export.model_files import model_formats as model_files
from twostroke.gui.model.storyboard.limits import SIZES

Output = Annotated[
    str,
    typer.Option(
        "-o",
        metavar="OUT",
        help=f"The ending chooses: {' '.join(endings())}, or a folder for a PNG sequence; of code, models and numbers: "
        f"{' '.join(model_files.endings())}.",
    ),
]
Size = Annotated[str, typer.Option(metavar="WIDTHxHEIGHT", help=f"In pixels, or {', '.join(SIZES)}.")]
Fps = Annotated[int, whole("--fps", "Frames a second, 1 to 120.")]
Theme = Annotated[
    str, typer.Option(metavar="light|dark|projector", help="projector: black on white, of high contrast, for a hall.")
]
Palette = Annotated[
    str,
    typer.Option(
        metavar="orange-blue|blue-red|grey",
        help="Colours of negative and positive numbers; grey: they can be told apart in print without colours, too.",
    ),
]
At = Annotated[int | None, whole("--at", "First update shown, or up to which code trains; as the lesson says, or 0.")]
Updates = Annotated[int, whole("--updates", "How many updates to show.")]
SecondsPerUpdate = Annotated[
    float | None,
    real(
        "--seconds-per-update",
        "Length of each update; 12, or with --grain term or neuron as long as the window takes.",
    ),
]
Grain = Annotated[
    str,
    typer.Option(
        metavar="term|neuron|phase|layer|update",
        help="What a film shows at a time: it rests after each. By term and by neuron, neurons take turns.",
    ),
]
Row = Annotated[int | None, whole("--row", "Sample of the mini-batch that the neurons show; as the lesson says, or 0.")]
Moment = Annotated[
    str,
    typer.Option(
        metavar="PHASE:LAYER",
        help="Where a picture is taken, e.g. gate_back:1 (the default), and where a film stands still; sum:1:0.5 in "
        "the middle of a phase; of one neuron or one term, counted from 1, sum:1:neuron=2, sum:1:neuron=2:term=3 or "
        "term=bias.",
    ),
]
Lens = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="What circles and links show: strokes, activation, gain, change or another lens; as the session says, "
        "or strokes.",
    ),
]
As = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="film|steps|storyboard|iframe|solution|sheet",
        help="What is made of an ending that stands for several things. film: of .pptx slides that begin with one. "
        "steps: of .pdf a page for each. storyboard: all steps as panels for print (.pdf .svg). iframe: the "
        "player (.html) as an element to paste into a page or a notebook. solution: the update worked out on "
        "paper (.pdf .html .tex); sheet: the same as an exercise, with blanks and a key. pytorch: of code "
        "(.py .ipynb); weights: of numbers (.npz).",
    ),
]

# Of solutions and sheets.
Name = Annotated[str, typer.Option(metavar="NAME", help="Of the student, on a solution or a sheet.")]
Digits = Annotated[int | None, whole("--digits", "Digits of a solution's numbers, 2 to 9; as the session says, or 4.")]
Neuron = Annotated[
    list[str] | None,
    typer.Option(
        metavar="l2[3]",
        help="A neuron to be worked out, several times for several; of a small network all are, of a large one those "
        "with the strongest error signals.",
    ),
]
Seed = Annotated[int | None, whole("--seed", "First weights of a solution or a sheet, for one student.")]

# Of films that are more than updates one after the other.
Show = Annotated[
    str,
    typer.Option(
        metavar="forward|backward|update|training|lesson",
        help="One stroke alone, the whole update, or training from --at to --until: every so many-th update, so that "
        "it lasts --seconds; of a lesson all its scenes, with what they say below.",
    ),
]
Until = Annotated[int | None, whole("--until", "The last update of a training.")]
Seconds = Annotated[float | None, real("--seconds", "Length of the stroke, update or training.")]
Compare = Annotated[
    list[str] | None,
    typer.Option(
        metavar="activation=tanh",
        help="Another network beside this one, which differs in that alone; several times for up to three. With "
        ",matched it begins with the same numbers wherever the shapes agree.",
    ),
]
Layout = Annotated[
    str, typer.Option(metavar="stage|output|curves", help="The stage alone, with its output, or with both and curves.")
]
Title = Annotated[str, typer.Option(metavar="TEXT", help="What stands above the picture.")]
Captions = Annotated[bool, typer.Option("--captions/--no-captions", help="What happens, below the picture.")]
Legend = Annotated[bool, typer.Option("--legend/--no-legend", help="What marks and colours mean.")]
Transparent = Annotated[
    bool, typer.Option("--transparent", help="Without a background (.png .apng .webp .webm .svg .pdf .pptx, a folder).")
]
Subtitles = Annotated[str, typer.Option(metavar="srt|vtt", help="The captions as a file beside the film, too.")]
MaxMb = Annotated[float | None, real("--max-mb", "How large a GIF may be; it shows fewer frames, then gets smaller.")]
