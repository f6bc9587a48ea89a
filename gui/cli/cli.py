"""The command `twostroke`: opens the window, or runs a sub-command that needs none.

Heavy imports wait until they are needed: `--help` and `--version` load neither Qt nor Numba.
"""

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from twostroke.engine.files.disk import place_problem, reason
from twostroke.engine.session.phrases import shown
from twostroke.gui.cli import export_command
from twostroke.gui.cli.bench.options import USUAL_SECONDS, Options
from twostroke.gui.cli.number_options import real, whole
from twostroke.gui.cli.signals import ENDINGS
from twostroke.gui.cli.subcommands.speech import FAILED, INTERRUPTED, BadInput, Ended, complain, reported

WINDOW = "window"
"""The hidden command behind `twostroke FILE`."""

SESSIONS = (".twostroke", ".twostroke.json")
"""How the names of sessions end."""

Session = export_command.Session
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Smoke = Annotated[
    bool, typer.Option("--smoke", help="Open the window, train, step one update forward and back, and quit.")
]
Grab = Annotated[
    Path | None,
    typer.Option("--grab", metavar="FILE.png", help="Open the window, write its picture in mid-stroke, and quit."),
]


class FileContext(typer.Context):
    """Of the command behind a file: "twostroke" is its whole name, for nobody has typed the other."""

    @property
    def command_path(self) -> str:
        """What usage and hints call the command."""
        return self.parent.command_path if self.parent else ""


class OpenFile(TyperCommand):
    """The command behind a file."""

    context_class = FileContext


def _as_file(argument: str, options: set[str]) -> str:
    """A dash before a file's name as part of the name, where there is such a file and no such option.

    `-oNAME` is the option -o, but where NAME is a session's, which no -o takes.
    """
    short = {name for name in options if len(name) == 2 and not argument.endswith(SESSIONS)}
    is_option = argument.split("=")[0] in options or argument[:2] in short or argument in ("-", "--")
    if argument.startswith("-") and not is_option and os.path.lexists(argument):
        return os.path.join(os.curdir, argument)
    return argument


def _is_link(argument: str) -> bool:
    """Whether it is a link to another program's page, not a file."""
    if "#" not in argument and "://" not in argument:
        return False
    from twostroke.engine.files.foreign.playground_link import is_link

    return is_link(argument) and not os.path.lexists(argument)


class FileOrCommand(TyperGroup):
    """A group whose first argument may also be a file to open in the window."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """A file may have a name that begins with a dash."""
        known = {name for command in (self, *self.commands.values()) for part in command.params for name in part.opts}
        return super().parse_args(ctx, [_as_file(argument, known) for argument in args])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """A name that is no sub-command is taken for a file."""
        if args[0] in self.commands and not self.commands[args[0]].hidden:
            return super().resolve_command(ctx, args)
        if len(args) == 1 or os.path.exists(args[0]) or _is_link(args[0]):
            return WINDOW, self.commands[WINDOW], args
        return super().resolve_command(ctx, args)  # a slip of the pen: the group names the nearest command


app = typer.Typer(
    name="twostroke",
    cls=FileOrCommand,
    add_completion=False,
    invoke_without_command=True,
    subcommand_metavar="[FILE] | COMMAND ...",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_versions(wanted: bool) -> None:
    if wanted:
        from twostroke.gui.shell import versions

        typer.echo("\n".join(versions.lines()))
        raise typer.Exit


@app.callback()
@reported
def root(
    ctx: typer.Context,
    smoke: Smoke = False,
    grab: Grab = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_versions, is_eager=True, help="Print versions and quit."),
    ] = False,
) -> None:
    """Watch a neural network fire forward and learn backward, through one and the same gate.

    Without a command, opens the window; with a session FILE, opens that, with a table as its data; with a LINK to the
    TensorFlow Playground, what that becomes.
    """
    if ctx.invoked_subcommand is None:
        _open_window(None, smoke, grab)
    for wanted, name in ((smoke, "--smoke"), (grab, "--grab")):
        if wanted and ctx.invoked_subcommand != WINDOW:
            raise BadInput(f"{name} opens the window; it cannot go with {ctx.invoked_subcommand}.")
    ctx.obj = (smoke, grab)


@app.command(WINDOW, cls=OpenFile, hidden=True)
@reported
def window(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE")],
    smoke: Smoke = False,
    grab: Grab = None,
) -> None:
    """Open a session file in the window; a table, or arrays, become its data, a link a session."""
    smoke_before, grab_before = ctx.obj
    _open_window(file, smoke or smoke_before, grab or grab_before)


def _check_picture(target: Path) -> None:
    """BadInput where no picture can be written to `target`."""
    if target.suffix.lower() != ".png":
        raise BadInput(f"{shown(target.name)} cannot be written; expected a file name that ends in .png.")
    problem = place_problem(target)
    if problem:
        raise BadInput(problem)


def _check_link(link: str) -> None:
    """BadInput where no session can be made of it."""
    from twostroke.engine.files.disk import FileError
    from twostroke.engine.files.foreign.opening import open_foreign
    from twostroke.engine.files.foreign.wishes import Wishes

    try:
        open_foreign(link, Wishes())
    except FileError as error:
        raise BadInput(str(error)) from error


def _open_window(file: str | None, smoke: bool, grab: Path | None) -> None:
    from twostroke.gui.cli.subcommands import sessions

    if grab is not None:
        _check_picture(grab)
    link = file if file is not None and _is_link(file) else None
    if link is not None:
        _check_link(link)
    elif file is not None:
        if not os.path.exists(file):
            close = sessions.file_like(file)
            hint = f"Did you mean {close}?" if close else "See twostroke --help."
            raise BadInput(f"There is no file or command {shown(file)}. {hint}")
        if smoke or grab or not sessions.is_for_window(file):
            sessions.read(file)  # so that a bad file is told here, not in a window that opens first
    from twostroke.gui.shell import app as window_app

    path = link or (None if file is None else Path(file))
    if smoke or grab:
        window_app.hurry()
        from twostroke.gui.cli.smoke import run_smoke

        raise typer.Exit(run_smoke(path, grab))
    problem = window_app.display_problem()
    if problem:
        if file is not None and link is None:
            sessions.read(file)  # what to do with a table where there is no window
        raise BadInput(problem)
    code = window_app.run(path)
    if code in ENDINGS:
        raise Ended(ENDINGS[code], code)
    raise typer.Exit(code)


app.command("export")(reported(export_command.export))


@app.command("open")
@reported
def open_(
    source: Annotated[
        str,
        typer.Argument(
            metavar="LINK|FILE",
            help="A link to the TensorFlow Playground (in quotes), a model (.safetensors, .onnx, .keras), or a table.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", metavar="NAME.twostroke", help="Write the session here, rather than print it."),
    ] = None,
    activation: Annotated[
        str, typer.Option(metavar="NAME", help="Of the hidden layers, where the file does not say (.safetensors).")
    ] = "",
    last: Annotated[
        str, typer.Option("--output", metavar="NAME", help="Of the output layer, where the file does not say.")
    ] = "",
    data: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="What a model learns from: a dataset, a table or arrays.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Print or write the session that a link or a file of another program becomes; the window opens them, too."""
    from twostroke.gui.cli.subcommands import opening

    opening.open_(source, opening.Options(output, activation, last, data, as_json))


@app.command("train")
@reported
def train(
    session: Session,
    updates: Annotated[int, whole("--updates", "How many updates to do.")],
    output: Annotated[Path | None, typer.Option("-o", metavar="OUT.npz", help="Write the parameters here.")] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--save",
            metavar="NAME.twostroke",
            help="Save the session here: all in one file, or as NAME.twostroke.json with its weights beside it.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Train without a window; a session that was saved with weights goes on from there."""
    from twostroke.gui.cli.subcommands import training

    training.train(session, updates, output, keep, as_json)


@app.command("race")
@reported
def race(
    session: Session,
    updates: Annotated[int, whole("--updates", "How many updates each run does.")],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=A,B,C",
            help="A place in the session and its values, such as network.activation=relu,tanh or "
            "training.optimizer.learning_rate=0.1,0.01; network.activation and network.units stand for all hidden "
            "layers, network.depth is their number and repeats the last one. Several make every combination.",
        ),
    ] = None,
    seeds: Annotated[
        int, whole("--seeds", "How many runs of each combination: network.seed from the session's on; the data stay.")
    ] = 1,
    dask: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Have the runs done by the Dask cluster whose scheduler is there, as tcp://host:8786.",
        ),
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", metavar="TABLE.csv", help="Write a row here as each run ends; a later call goes on from there."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Train a session with other values in some places, from several seeds each, and compare what comes of it.

    Every run gives the numbers that twostroke train gives for that session and seed. All cores take part. Prints
    medians and quartiles over the seeds; --json has every run.
    """
    from twostroke.gui.cli.subcommands import racing

    racing.race(session, racing.Options(vary or (), seeds, updates, dask, output, as_json))


@app.command("trace")
@reported
def trace(
    session: Session,
    at: Annotated[int, whole("--at", "Which update, counted from 0.")],
    output: Annotated[Path | None, typer.Option("-o", metavar="FILE.npz", help="Write the arrays here.")] = None,
    as_json: Json = False,
) -> None:
    """Show one update in full: every number from the inputs to the new weights.

    With --json and without -o the object carries all values; with -o it carries the shapes and names the file.
    """
    from twostroke.gui.cli.subcommands import tracing

    tracing.trace(session, at, output, as_json)


@app.command("check")
@reported
def check(
    session: Session,
    updates: Annotated[int, whole("--updates", "Train so many updates first.")] = 0,
    as_json: Json = False,
) -> None:
    """Compare every analytic gradient with central differences, in double precision."""
    from twostroke.gui.cli.subcommands import checking

    checking.check(session, updates, as_json)


@app.command("probe")
@reported
def probe(
    session: Session,
    updates: Annotated[int, whole("--updates", "Train so many updates first.")] = 0,
    as_json: Json = False,
) -> None:
    """Look at the whole data: what fires, what is dead, what learns, and how the network bends.

    Firing, saturation and size of each unit; gradient, step, gains and effective rank of each layer; the linear map of
    a linear stack and of one activation pattern, the linear regions of a plane, the hinges of a line.
    """
    from twostroke.gui.cli.subcommands import probing

    probing.probe(session, updates, as_json)


@app.command("bench")
@reported
def bench(
    cases: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CASE ...]",
            help="tiny small digits wide large, which are the default; crossover snapshot memory stage live input "
            "frame heavy export compile start; or all.",
        ),
    ] = None,
    seconds: Annotated[float, real("--seconds", "Length of each timed run.")] = USUAL_SECONDS,
    window: Annotated[
        float | None,
        real(
            "--window-seconds", "Length of training in the window, for live, heavy and memory; as usual unless given."
        ),
    ] = None,
    network: Annotated[
        list[str] | None,
        typer.Option("--network", metavar="NAME", help="small, digits or wide: measure pictures of it alone."),
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", metavar="FILE.md", help="Also write the tables as a page.")
    ] = None,
    part: Annotated[str, typer.Option(hidden=True)] = "",
    as_json: Json = False,
) -> None:
    """Measure how fast this machine is, beside NumPy, scikit-learn and, where it is installed, PyTorch."""
    from twostroke.gui.cli.subcommands import benching

    if part:
        benching.serve(part)
        return
    benching.bench(cases or [], Options(seconds, window, tuple(network or ())), as_json, markdown)


lessons_app = typer.Typer(invoke_without_command=True, rich_markup_mode=None, pretty_exceptions_enable=False)
app.add_typer(lessons_app, name="lessons")


@lessons_app.callback()
@reported
def lessons(ctx: typer.Context, as_json: Json = False) -> None:
    """List the lessons, or prove what they say."""
    if ctx.invoked_subcommand is None:
        from twostroke.gui.cli.subcommands import listing

        listing.list_lessons(as_json)


@lessons_app.command("run")
@reported
def run_lessons(
    lesson: Annotated[
        str | None, typer.Argument(metavar="[NAME|FILE.toml]", help="A lesson of the program, or a file of your own.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All lessons of the program.")] = False,
    seeds: Annotated[int, whole("--seeds", "Seeds of the network, from that of the session on.")] = 1,
    as_json: Json = False,
) -> None:
    """Play a lesson without a window, and check each of its assertions; exit code 1 where one fails.

    Its questions are answered, too, as their truth is computed. An assertion that has to hold only for some seeds says
    so in the file.
    """
    from twostroke.gui.cli.subcommands import proving

    proving.run(lesson, every, seeds, as_json)


@app.command("grade")
@reported
def grade(
    task: Annotated[Path, typer.Argument(metavar="TASK.toml", help="A lesson with tasks.")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="With one file of each learner.")],
    table: Annotated[Path | None, typer.Option("--csv", metavar="MARKS.csv", help="Write a row for each file.")] = None,
    as_json: Json = False,
) -> None:
    """Grade what learners have handed in: each session is trained anew, and no figure in a file counts."""
    from twostroke.gui.cli.subcommands import grading

    if table is None and not as_json:
        raise BadInput("Say where the marks are to go: --csv MARKS.csv, or --json.")
    grading.grade(task, folder, table, as_json)


@app.command("handin")
@reported
def hand_in(
    session: Annotated[str, typer.Argument(metavar="SESSION", help="The learner's session.")],
    task: Annotated[Path, typer.Option("--task", metavar="TASK.toml", help="The lesson with tasks that it is for.")],
    learner: Annotated[str, typer.Option("--name", help="Who hands it in.")],
    out: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="What to write: NAME.handin.json.")],
    updates: Annotated[
        int | None,
        whole("--updates", "For how many updates it is trained; those with which it was saved unless given."),
    ] = None,
    answers: Annotated[
        list[str] | None, typer.Option("--answer", metavar="SCENE=NUMBER", help="A number to type; for each such task.")
    ] = None,
) -> None:
    """Write the one file that a learner hands in, and say what it gets."""
    from twostroke.gui.cli.subcommands import grading

    grading.hand_in(session, task, learner, updates, answers or [], out)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line (`sys.argv` unless given). Returns the exit code."""
    try:
        app(args=arguments, prog_name="twostroke")
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else FAILED if leave.code else 0
    except KeyboardInterrupt:
        complain("Interrupted.")
        return INTERRUPTED
    except OSError as error:  # from --help and --version; everything else is `reported`
        complain(f"The text could not be printed: {reason(error)}.")
        return FAILED
    return 0
