"""A journal of what was done in the window, as the scenes of a lesson: neighbours are one act, what was undone is none.

The acts come to the very moments at which the scenes were ended, bit for bit, with a window and without one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from twostroke.engine.border import commands as c
from twostroke.engine.border.cursor import Phase
from twostroke.engine.border.done import Done
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import PINNED
from twostroke.gui.model.lessons import record_items as r
from twostroke.gui.model.lessons.acts import doings_of, read_act
from twostroke.gui.model.lessons.record_notes import Shown, Standing, Written


@dataclass(frozen=True)
class RecordedScene:
    """One scene: its acts as a file has them."""

    acts: tuple[Written, ...]
    title: str = ""
    say: str = ""


@dataclass(frozen=True)
class Recording:
    """The session in which the lesson begins, and its scenes. `lost`: what no act could say, a sentence each."""

    session: Session
    scenes: tuple[RecordedScene, ...]
    lost: tuple[str, ...] = ()


def recorded(base: Session, journal: Sequence[Done]) -> Recording:
    """What was done from update 0 of `base` on. The last scene may be under way: what it has by now is its acts."""
    base, journal = _with_what_cannot_be_set(base, _straightened(journal))
    scenes: list[RecordedScene] = []
    lost: list[str] = []
    at, before, known = 0, Standing(batch_row=PINNED), False
    for own, standing in _scenes(journal):
        items, at = r.items(own, at)
        items = r.with_changes_joined(items)
        acts = _written(items, own[-1].after if own else base)
        if standing is not None:
            acts += _ending(acts, standing, before if known else None)
            before, known = standing, True
        lost += r.lost(items)
        told = standing or Standing()
        if standing is None and scenes and not acts:
            break  # nothing has been done since the last scene ended
        scenes.append(RecordedScene(tuple(acts), told.title, told.say))
    return Recording(base, tuple(scenes), tuple(lost))


# -- undo ------------------------------------------------------------------------------------------------------------


def _straightened(journal: Sequence[Done]) -> list[Done]:
    """What was done, without what was undone before anything came of it."""
    line: list[Done] = []
    taken: dict[int, tuple[list[Done], Done]] = {}  # by the change that was taken back: all that was done by then
    for done in journal:
        change = done.change
        if isinstance(done.command, c.Undo) and change is not None and _can_go(line, done):
            taken[change] = line, done
            line = _without(line, done)
        elif isinstance(done.command, c.Redo) and _undone_last(line, done):
            line = [*line[:-1], _nothing(done)]
        elif isinstance(done.command, c.Redo) and change in taken and _can_come(*taken[change], line, done):
            line = [*taken.pop(change)[0], _nothing(done)]
        else:
            line = [*line, done]
    return line


def _without(line: Sequence[Done], undo: Done) -> list[Done]:
    """What was done before the change that is taken back, and what is seen since."""
    place = next(place for place, each in enumerate(line) if each.change == undo.change)
    return [*line[:place], *(_beside(each, undo) for each in line[place:] if _is_note(each)), _nothing(undo)]


def _can_go(line: Sequence[Done], done: Done) -> bool:
    """Whether undoing it leaves nothing of what was done since: a change that kept the weights leaves all training."""
    place = next((place for place, each in enumerate(line) if each.change == done.change), None)
    if place is None or _ends(line[place:]):
        return False
    if not done.kept:
        return True
    same_epoch = done.before.data == done.after.data or not done.at  # which undo does not bring back
    return same_epoch and all(each.at == each.came_to == done.at for each in line[place:])


def _undone_last(line: Sequence[Done], done: Done) -> bool:
    """Whether nothing was done between an undo and making it again."""
    return bool(line) and isinstance(line[-1].command, c.Undo) and line[-1].change == done.change is not None


def _can_come(before: Sequence[Done], undone: Done, line: Sequence[Done], done: Done) -> bool:
    """Whether making it again leaves nothing of what was done since it was undone."""
    return (not done.kept or done.at == undone.came_to) and _ends(before) == _ends(line)


def _ends(line: Sequence[Done]) -> int:
    """Scenes that have ended."""
    return sum(isinstance(_what(done), Standing) for done in line)


def _what(done: Done) -> object:
    """What a note says; None of a command."""
    return done.command.what if isinstance(done.command, c.Note) else None


def _is_note(done: Done) -> bool:
    return isinstance(_what(done), Shown)


def _beside(note: Done, undo: Done) -> Done:
    """A note that stays where what was done beside it goes."""
    return replace(note, before=undo.after, after=undo.after, at=undo.came_to, came_to=undo.came_to, seconds=0.0)


def _nothing(done: Done) -> Done:
    """In its place, where nothing is done any more."""
    return replace(done, command=c.Pause(), before=done.after, at=done.came_to, change=None)


# -- scenes ----------------------------------------------------------------------------------------------------------


def _scenes(journal: Sequence[Done]) -> Iterator[tuple[list[Done], Standing | None]]:
    own: list[Done] = []
    for done in journal:
        own.append(done)
        what = _what(done)
        if isinstance(what, Standing):
            yield own, what
            own = []
    if own:
        yield own, None


def _with_what_cannot_be_set(base: Session, line: list[Done]) -> tuple[Session, list[Done]]:
    """The lesson begins with changes that no act can say, where they were made before the first update."""
    first = next((at for at, done in enumerate(line) if done.came_to or not r.only_changes(done)), len(line))
    last = max((at + 1 for at, done in enumerate(line[:first]) if r.cannot_be_said(done)), default=0)
    if not last:
        return base, line
    view = {"view": base.view}
    begun = line[last - 1].after
    notes = [replace(each, before=begun, after=begun) for each in line[:last] if _is_note(each)]
    return begun.model_copy(update=view), [*notes, *line[last:]]


def _written(items: Sequence[r.Item], session: Session) -> list[Written]:
    found = [act for item in r.merged(items) for act in item.acts()]
    return [act for act in found if not r.IS_SHOWN & act.keys() or _still_there(act, session)]


def _still_there(act: Written, session: Session) -> bool:
    """Whether what is shown is there when the scene ends."""
    try:
        doings_of(read_act(act), session)
    except ValueError:
        return False
    return True


# -- where a scene stands ----------------------------------------------------------------------------------------------

LAYS = frozenset(("play", "step"))
GOES_ALONG = frozenset(("seek", "back"))
FORWARD_PHASES = (Phase.INPUT, Phase.SUM, Phase.GATE)
STOOD_AT = {"forward": "loss", "backward": "update", "update": "update"}
"""Where a film ends."""


def _ending(acts: list[Written], standing: Standing, before: Standing | None) -> list[Written]:
    """What is left to do to stand where the scene was ended."""
    laid = before is not None and before.moment is not None
    there = before.moment if before is not None else None
    for act in acts:
        (name,) = act
        if name in LAYS:
            laid, there = True, STOOD_AT.get(str(act[name]), str(act[name]))
        elif name in GOES_ALONG:
            there = None
        elif name not in r.IS_SHOWN and name not in ("compare", "end_compare"):
            laid, there = False, None
    if standing.moment is None:
        return [{"leave_stroke": True}] if laid else []
    _break_off(acts, standing.moment)
    step: list[Written] = [] if there == standing.moment else [{"step": standing.moment}]
    if standing.lacks_pinned:
        return [{"sample": 0}, *step, {"pin": standing.sample}] if step else []
    if standing.batch_row >= 0 and (before is None or step or standing.batch_row != before.batch_row):
        return [*step, {"sample": standing.batch_row}]
    return step


def _break_off(acts: list[Written], moment: str) -> None:
    """A film that was stopped before its end is the moment where it stands."""
    place = next((at for at in range(len(acts) - 1, -1, -1) if not r.IS_SHOWN & acts[at].keys()), None)
    stroke = acts[place].get("play") if place is not None else None
    phase = Phase(moment.split(":")[0])
    if place is not None and (
        (stroke == "forward" and phase in FORWARD_PHASES) or (stroke == "backward" and moment != "update")
    ):
        del acts[place]
