"""Reading `NAME.storyboard.toml`, checked by pydantic. What is wrong is told with file, line and key."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field

from twostroke.engine.border.cursor import Cursor
from twostroke.engine.data.folder import session_folder
from twostroke.engine.files.companion import update_of
from twostroke.engine.files.disk import FileError, read_bytes
from twostroke.engine.files.session_file import read_saved
from twostroke.engine.session.phrases import listed, nearest, path, shown
from twostroke.engine.session.settings.base import WRONG_KIND, Flag, Part, Real, Whole
from twostroke.engine.session.settings.view_spec import GrainName, LensName
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import Said, SessionError
from twostroke.gui.model.choices import GREATEST_LOSS, Choices, Colours, LinkRef, NeuronRef, Theme
from twostroke.gui.model.differences import Difference
from twostroke.gui.model.lessons.acts import difference_of
from twostroke.gui.model.lessons.addresses import is_link, is_neuron, link_of, neuron_of
from twostroke.gui.model.lessons.script import LessonError, Source
from twostroke.gui.model.lessons.shelf import lesson
from twostroke.gui.model.lessons.toml_text import Text, read_part, read_session, text_of
from twostroke.gui.model.lessons.where import Place
from twostroke.gui.model.moments import MomentError, parse_moment
from twostroke.gui.model.score import Grain, score_of_session
from twostroke.gui.model.storyboard.board import (
    MOST_BESIDE,
    Layout,
    Picture,
    Shot,
    Show,
    Storyboard,
    StoryboardError,
)
from twostroke.gui.model.storyboard.checks import check_board
from twostroke.gui.model.storyboard.limits import LEAST_SECONDS, MOST_FPS, MOST_SECONDS, MOST_SHOTS, MOST_UPDATES, SIZES
from twostroke.gui.model.storyboard.scenes import LessonBoard, SceneShot, lesson_beside
from twostroke.gui.model.storyboard.shot_frames import usual_seconds

Ref = TypeVar("Ref")

ENDING = ".storyboard.toml"
FORMAT, VERSION = "twostroke-storyboard", 1
MAX_BYTES = 2**20
GREATEST = "greatest loss"
"""In place of a row: of each mini-batch the sample with the greatest loss."""

OF_SCENES = frozenset({"scene", "show", "seconds", "title", "caption"})
"""What can be said of a scene."""

SIZE = re.compile(r"\s*(\d{1,6})\s*[x×X]\s*(\d{1,6})\s*", re.ASCII)


class _Picture(Part):
    size: Text = "1280x720"
    fps: Whole = Field(30, ge=1, le=MOST_FPS)
    theme: Literal["light", "dark", "projector"] = "light"
    palette: Literal["orange-blue", "blue-red", "grey"] = "orange-blue"
    layout: Literal["stage", "output", "curves"] = "stage"
    title: Flag = True
    captions: Flag = True
    legend: Flag = True
    transparent: Flag = False


def _row(value: Any) -> int:
    if value == GREATEST:
        return GREATEST_LOSS
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(WRONG_KIND)
    return value


class _Shot(Part):
    show: Text = "update"
    at: Whole | None = Field(None, ge=0, le=MOST_UPDATES)
    until: Whole | None = Field(None, ge=0, le=MOST_UPDATES)
    grain: GrainName = "phase"
    seconds: Real | None = Field(None, ge=LEAST_SECONDS, le=MOST_SECONDS)
    speed: Real | None = Field(None, ge=0.05, le=100)
    title: Text = ""
    caption: Text = ""
    camera: Text = ""
    neuron: Text = ""
    link: Text = ""
    lens: LensName | None = None
    row: Annotated[int | None, BeforeValidator(_row), Said(f'a whole number from 0, or "{GREATEST}"')] = None
    scene: Whole | None = Field(None, ge=1)


def _name_or_table(value: Any) -> Any:
    if not isinstance(value, str | dict):
        raise ValueError(WRONG_KIND)
    return value


A_SESSION = "a lesson, the file of a session, or a table with its settings"


class _File(Part):
    """A storyboard as it is written."""

    format: Text
    version: Whole = VERSION
    title: Text = ""
    session: Annotated[Any, BeforeValidator(_name_or_table), Said(A_SESSION)] = None
    lesson: Text = ""
    picture: Annotated[_Picture, Said("a table")] = _Picture()
    compare: Annotated[tuple[Any, ...], Said("a list of differences in square brackets")] = ()
    shots: Annotated[tuple[_Shot, ...], Said("tables, each under [[shots]]")] = ()


def open_storyboard(path: Path) -> Storyboard:
    """The storyboard in a file; where its shots are scenes, their lesson is played. StoryboardError names the file, the
    line, the key and what was expected."""
    found = read_storyboard(path)
    return found.played() if isinstance(found, LessonBoard) else found


def read_storyboard(path: Path) -> Storyboard | LessonBoard:
    """As `open_storyboard`, and plays no lesson, which takes a while."""
    try:
        content = read_bytes(path, MAX_BYTES)
    except FileError as error:
        raise StoryboardError(str(error)) from error
    return parse_storyboard(content, path.name, path.parent)


def parse_storyboard(content: bytes, name: str, folder: Path) -> Storyboard | LessonBoard:
    """The storyboard that is written in the bytes of a file called `name` in `folder`. StoryboardError as above."""
    source = Source(name, text_of(content, name, StoryboardError))
    written = read_part(source, _File, StoryboardError)
    if written.format != FORMAT or written.version != VERSION:
        wanted = f'expected format = "{FORMAT}" and version = {VERSION}'
        raise StoryboardError(f"{source.where(('format',))}: this is no storyboard of this version; {wanted}.")
    if not 0 < len(written.shots) <= MOST_SHOTS:
        raise StoryboardError(f"{name} has {len(written.shots):,} shots; expected 1 to {MOST_SHOTS}, under [[shots]].")
    reader = _Reader(source, folder)
    if "lesson" in written.model_fields_set:
        return reader.scenes(written)
    if "session" not in written.model_fields_set:
        raise StoryboardError(f"{source.where(())}: the key session is missing; expected {A_SESSION}.")
    return reader.board(written)


def size_of(text: str) -> tuple[int, int]:
    """Width and height from "1280x720", or a name of SIZES. ValueError, as the end of a sentence, where it is none."""
    named, found = SIZES.get(text.strip().lower()), SIZE.fullmatch(text)
    if named:
        return named
    if found is None:
        raise ValueError(f"expected WIDTHxHEIGHT, as in 1280x720, or one of {', '.join(SIZES)}")
    return int(found[1]), int(found[2])


@dataclass(frozen=True)
class _Start:
    """Where the session begins, and what is shown of it unless a shot says otherwise."""

    session: Session
    at: int = 0
    row: int = 0
    begins: int = 0  # with the weights that it was saved with
    state: Mapping[str, Any] | None = None


class _Reader:
    """From what a file says to what it means; knows where it is, to say so."""

    def __init__(self, source: Source, folder: Path) -> None:
        self.source, self.folder = source, folder

    def wrong(self, place: Place, problem: str) -> StoryboardError:
        """What is wrong at a place, as a sentence."""
        end = "" if problem.endswith(("?", ".")) else "."
        return StoryboardError(f"{self.source.where(place)}: {path(place)}{problem}{end}")

    def board(self, written: _File) -> Storyboard:
        """The whole of it."""
        start = self._start(written.session)
        board = Storyboard(
            title=written.title,
            session=start.session,
            shots=self._shots(written.shots, start),
            picture=self._picture(written.picture),
            compare=self._compared(written.compare, start.session),
            digits=start.session.view.digits or Choices.digits,
            state=start.state,
        )
        try:
            check_board(board)
        except StoryboardError as error:
            raise StoryboardError(f"{self.source.name}: {error}") from error
        return board

    def scenes(self, written: _File) -> LessonBoard:
        """Those of a lesson."""
        for key in ("session", "compare"):
            if key in written.model_fields_set:
                raise self.wrong((key,), " stands beside lesson, whose scenes say what is shown; leave one of them out")
        try:
            found = lesson_beside(written.lesson, self.folder)
        except LessonError as error:
            raise self.wrong(("lesson",), f": {error}") from error
        shots = tuple(self._scene(each, ("shots", place)) for place, each in enumerate(written.shots))
        title = written.title if "title" in written.model_fields_set else None
        return LessonBoard(found, self.source.name, title, self._picture(written.picture), shots)

    def _scene(self, written: _Shot, place: tuple[str | int, ...]) -> SceneShot:
        given = written.model_fields_set
        for key in sorted(given - OF_SCENES):
            raise self.wrong((*place, key), " goes with shots of a session; a scene shows what is played in it")
        if written.scene is None:
            raise self.wrong(place, " shows no scene; expected the number of one, as in scene = 1")
        if "show" in given and written.show != Show.TRAINING:
            raise self.wrong(
                (*place, "show"), f' is {shown(written.show)}; expected "{Show.TRAINING}", or leave it out for the end'
            )
        title, caption = (getattr(written, key) if key in given else None for key in ("title", "caption"))
        where = f"{self.source.where(place)}: {path(place)}"
        return SceneShot(where, written.scene, "show" in given, written.seconds, title, caption)

    def _picture(self, written: _Picture) -> Picture:
        try:
            width, height = size_of(written.size)
        except ValueError as error:
            raise self.wrong(("picture", "size"), f" is {shown(written.size)}; {error}") from error
        settings = written.model_dump(exclude={"size", "theme", "palette", "layout"})
        theme, colours, layout = Theme(written.theme), Colours(written.palette), Layout(written.layout)
        return Picture(width, height, theme=theme, colours=colours, layout=layout, **settings)

    # -- the session ---------------------------------------------------------------------------------------------

    def _start(self, written: str | Mapping[str, Any]) -> _Start:
        if isinstance(written, Mapping):
            with session_folder(self.folder):
                return _Start(read_session(self.source, written, StoryboardError))
        file = self.folder / written
        if os.path.lexists(file) and not os.path.isdir(file):
            return self._saved(file)
        try:
            found = lesson(written)
        except LessonError as error:
            beside = " There is no such file beside the storyboard, either." if written else ""
            raise self.wrong(("session",), f": {error}{beside}") from error
        return _Start(found.session, found.at, found.row)

    def _saved(self, file: Path) -> _Start:
        try:
            session, state = read_saved(str(file))
        except (FileError, SessionError) as error:
            raise self.wrong(("session",), f": {error}") from error
        at = update_of(state)
        return _Start(session, at, 0, at, state)

    def _compared(self, written: tuple[Any, ...], session: Session) -> tuple[Difference, ...]:
        if len(written) > MOST_BESIDE:
            raise self.wrong(("compare",), f" has {len(written)} differences; expected at most {MOST_BESIDE}")
        return tuple(self._difference(each, session, ("compare", place)) for place, each in enumerate(written))

    def _difference(self, written: Any, session: Session, place: Place) -> Difference:
        try:
            return difference_of(written, session)
        except ValueError as error:
            raise self.wrong(place, f": {error}") from error

    # -- shots ---------------------------------------------------------------------------------------------------

    def _shots(self, written: tuple[_Shot, ...], start: _Start) -> tuple[Shot, ...]:
        shots: list[Shot] = []
        for place, each in enumerate(written):
            training = each.show == Show.TRAINING
            first = start.begins if training else start.at
            usual = shots[-1].goes_on_at(training=training) if shots else first
            shots.append(self._shot(each, ("shots", place), usual, start))
        return tuple(shots)

    def _shot(self, written: _Shot, place: tuple[str | int, ...], usual: int, start: _Start) -> Shot:
        session = start.session
        if written.scene is not None:
            raise self.wrong((*place, "scene"), ' goes with lesson = "two-strokes" or another one, in place of session')
        show, moment = self._show(written, place, session)
        at = usual if written.at is None else written.at
        grain = Grain(written.grain)
        row = start.row if written.row is None else written.row
        if at < start.begins:
            raise self.wrong(
                (*place, "at"), f" is {at:,}; expected {start.begins:,}, where the session begins, or more"
            )
        if row >= session.training.batch_size:
            raise self.wrong((*place, "row"), f" is {shown(row)}; expected less than the batch size, which is "
                             f"{session.training.batch_size:,}")  # fmt: skip
        return Shot(
            show=show,
            at=at,
            seconds=self._seconds(written, place, usual_seconds(show, score_of_session(session), grain)),
            until=self._until(written, place, show, at),
            moment=moment,
            grain=grain,
            caption=written.caption,
            title=written.title,
            camera=self._neuron(written.camera, (*place, "camera"), session),
            neuron=self._neuron(written.neuron, (*place, "neuron"), session),
            link=self._link(written.link, (*place, "link"), session),
            lens=written.lens or session.view.lens or Choices.lens,
            row=row,
        )

    def _show(self, written: _Shot, place: tuple[str | int, ...], session: Session) -> tuple[Show, Cursor | None]:
        strokes = [each.value for each in Show if each is not Show.MOMENT]
        if written.show in strokes:
            return Show(written.show), None
        try:
            return Show.MOMENT, parse_moment(written.show, score_of_session(session))
        except MomentError as error:
            guess = nearest(written.show, strokes)
            said = f"did you mean {guess}?" if guess else f"expected {listed(strokes)}, or a moment. {error}"
            raise self.wrong((*place, "show"), f" is {shown(written.show)}; {said}") from error

    def _until(self, written: _Shot, place: tuple[str | int, ...], show: Show, at: int) -> int:
        if show is not Show.TRAINING:
            if written.until is not None:
                raise self.wrong((*place, "until"), f' goes with show = "{Show.TRAINING}" alone')
            return at
        if written.until is None:
            raise self.wrong(
                place, f" shows {Show.TRAINING}; expected until, the last update, as in until = {at + 1000}"
            )
        if written.until <= at:
            raise self.wrong((*place, "until"), f" is {written.until:,}; expected more than {at:,}, where it begins")
        return written.until

    def _seconds(self, written: _Shot, place: tuple[str | int, ...], usual: float) -> float:
        if written.seconds is not None and written.speed is not None:
            raise self.wrong((*place, "speed"), " stands beside seconds; expected one of them")
        found = written.seconds or usual / (written.speed or 1.0)
        if not LEAST_SECONDS <= found <= MOST_SECONDS:
            raise self.wrong((*place, "speed"), f" is {shown(written.speed)}, with which this shot takes {found:g} s; "
                             f"expected {LEAST_SECONDS:g} to {MOST_SECONDS:g}")  # fmt: skip
        return found

    def _neuron(self, text: str, place: Place, session: Session) -> NeuronRef | None:
        if text and not is_neuron(text):
            raise self.wrong(place, f' is {shown(text)}; expected a neuron, as in "l2[3]", "x[1]" or "out[1]"')
        return self._there(neuron_of, text, place, session)

    def _link(self, text: str, place: Place, session: Session) -> LinkRef | None:
        if text and not is_link(text):
            raise self.wrong(place, f' is {shown(text)}; expected a link, as in "l2.weight[0,1]"')
        return self._there(link_of, text, place, session)

    def _there(self, of: Callable[[str, Session], Ref], text: str, place: Place, session: Session) -> Ref | None:
        """What is meant by an address; None for an empty one."""
        try:
            return of(text, session) if text else None
        except ValueError as error:
            raise self.wrong(place, f": {error}") from error
