"""`twostroke export` of all that is seen: a storyboard out of a file, or the one that options ask for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from twostroke.engine.session.phrases import shown
from twostroke.gui.cli.subcommands.exporting import carry_out, one_of, parse_palette, parse_size, parse_theme
from twostroke.gui.cli.subcommands.sessions import find, lesson_of
from twostroke.gui.cli.subcommands.speech import BadInput, WorkFailed, progress
from twostroke.gui.cli.subcommands.typed_compare import company_of
from twostroke.gui.export.board_request import BoardRequest, make_board_job
from twostroke.gui.export.board_takes import BoardTakes, takes_of
from twostroke.gui.export.formats import check_target, format_for
from twostroke.gui.export.refusals import ExportError, ExportRequestError, as_typed
from twostroke.gui.export.takes import check_row, check_update
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.lessons import LessonError
from twostroke.gui.model.score import Grain, score_of_session
from twostroke.gui.model.storyboard.board import Layout, Picture, Show, Storyboard, StoryboardError
from twostroke.gui.model.storyboard.limits import LEAST_SECONDS, MOST_SECONDS
from twostroke.gui.model.storyboard.of_lesson import storyboard_of
from twostroke.gui.model.storyboard.of_session import Asked, shots_of, show_of
from twostroke.gui.model.storyboard.of_taken import taken_shot
from twostroke.gui.model.storyboard.storyboard_file import ENDING, open_storyboard
from twostroke.gui.model.storyboard.taken import Taken
from twostroke.gui.stage.scene.lenses import LENSES

OF_PICTURE = frozenset({"size", "fps", "theme", "palette", "layout", "captions", "legend", "transparent"})

LESSON = "lesson"
"""--show of all its scenes."""

OF_SHOTS = (
    "at",
    "updates",
    "seconds_per_update",
    "seconds",
    "grain",
    "row",
    "moment",
    "lens",
    "show",
    "until",
    "compare",
)
"""Options that a storyboard file says itself."""


@dataclass(frozen=True)
class Options:
    """The options of the command line, as typed; `given`: which of them were."""

    session: str
    output: str
    size: str
    fps: int
    theme: str
    palette: str
    at: int | None
    updates: int
    seconds_per_update: float | None
    grain: str
    row: int | None
    moment: str
    lens: str
    as_: str
    show: str
    until: int | None
    seconds: float | None
    compare: tuple[str, ...] | None
    layout: str
    title: str
    captions: bool
    legend: bool
    transparent: bool
    subtitles: str
    max_mb: float | None
    given: frozenset[str]
    name: str = ""
    digits: int | None = None
    neuron: tuple[str, ...] | None = None
    seed: int | None = None


def film(source: str, options: Options) -> None:
    """Export a storyboard, or the one that the options describe."""
    try:
        board = _board(source, options)
        request = BoardRequest(options.output, board, options.as_, options.subtitles, options.max_mb)
        takes = _takes(request, options.row)
        if len(board.shots) == 1 and not board.is_played and takes(0).tape is not None:
            board = replace(board, shots=(taken_shot(board.shots[0], takes(0)),))
            request, takes = replace(request, board=board), takes_of(board)
        job = make_board_job(request, takes)
        if isinstance(takes, BoardTakes):
            takes.on_progress = job.look
        carry_out(job, request)
    except (ExportRequestError, StoryboardError) as error:
        raise BadInput(as_typed(error)) from error
    except ExportError as error:
        raise WorkFailed(str(error)) from error


def _board(source: str, options: Options) -> Storyboard:
    if options.show == LESSON:
        return _lesson(source, options)
    return _from_file(source, options) if source.endswith(ENDING) else _from_options(source, options)


def _takes(request: BoardRequest, row: int | None) -> Callable[[int], Taken]:
    """What is shown; training has come to the first of it, whose mini-batch has the row that is asked for."""
    instants = request.film.instants
    if not instants:
        return takes_of(request.board)
    first = instants[0].update
    with progress(f"Training to update {first:,}", first) as show:
        takes = takes_of(request.board, show)
        tape = takes(0).tape
    if tape is not None and row is not None:
        check_row(row, tape.samples)
    return takes


def _lesson(source: str, options: Options) -> Storyboard:
    """All scenes of a lesson, which is played once for that."""
    said = [name for name in OF_SHOTS if name in options.given and name != "show"]
    if said:
        raise BadInput(f"--{said[0].replace('_', '-')} does not go with --show {LESSON}: its scenes say what is shown.")
    found = lesson_of(source)
    picture = replace(_picture(options, Picture(), OF_PICTURE), title=True)
    check_target(Path(options.output), format_for(options.output, options.as_))
    try:
        board = storyboard_of(found, picture)
    except LessonError as error:
        raise WorkFailed(str(error)) from error
    return replace(board, title=options.title or board.title)


def _from_file(source: str, options: Options) -> Storyboard:
    said = [name for name in OF_SHOTS if name in options.given]
    if said:
        option = said[0].replace("_", "-")
        raise BadInput(f"--{option} stands in {Path(source).name}; change it there.")
    board = open_storyboard(Path(source))
    title = options.title if "title" in options.given else board.title
    return replace(board, title=title, picture=_picture(options, board.picture, options.given))


def _picture(options: Options, picture: Picture, given: frozenset[str]) -> Picture:
    """With what was asked for otherwise."""
    changes: dict[str, object] = {name: getattr(options, name) for name in ("fps", "captions", "legend", "transparent")}
    changes = {name: value for name, value in changes.items() if name in given}
    if "size" in given:
        changes["width"], changes["height"] = parse_size(options.size)
    if "theme" in given:
        changes["theme"] = parse_theme(options.theme)
    if "palette" in given:
        changes["colours"] = parse_palette(options.palette)
    if "layout" in given:
        changes["layout"] = Layout(one_of("--layout", options.layout, Layout))
    return replace(picture, **changes)  # type: ignore[arg-type]


def _from_options(source: str, options: Options) -> Storyboard:
    found = find(source)
    session = found.session
    show = show_of(options.show)
    usual = found.start if show is Show.TRAINING else found.at
    at = usual if options.at is None else options.at
    check_update(at)
    found.check_at(at)
    found.check_output(Path(options.output))
    row = found.row if options.row is None else options.row
    lens = one_of("--lens", options.lens, [each.id for each in LENSES]) if options.lens else session.view.lens
    check_row(row, session.training.batch_size)
    asked = Asked(
        show=show,
        at=at,
        until=options.until,
        updates=options.updates,
        seconds=_seconds(options),
        grain=Grain(one_of("--grain", options.grain, Grain)),
        lens=lens or Choices.lens,
        row=row,
        moment=options.moment,
    )
    picture = replace(_picture(options, Picture(), OF_PICTURE), title=bool(options.title))
    return Storyboard(
        title=options.title,
        session=session,
        shots=shots_of(asked, score_of_session(session)),
        picture=picture,
        compare=company_of(tuple(options.compare or ()), session),
        digits=session.view.digits or Choices.digits,
        state=found.state,
    )


def _seconds(options: Options) -> float | None:
    """Of each update, of a stroke or a training."""
    each = options.seconds_per_update is not None
    if each and options.seconds is not None:
        raise BadInput("--seconds does not go with --seconds-per-update: both say how long an update takes.")
    seconds = options.seconds_per_update if each else options.seconds
    if seconds is not None and not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        name = "--seconds-per-update" if each else "--seconds"
        raise BadInput(f"{name} is {shown(seconds)}; expected {LEAST_SECONDS:g} to {MOST_SECONDS:g}.")
    return seconds
