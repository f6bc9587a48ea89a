"""What one scene of a recording consists of, before it is written: neighbours of a kind become one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from twostroke.engine.border import commands as c
from twostroke.engine.border.done import Done
from twostroke.engine.run.carry import keeps_weights
from twostroke.engine.session.spec import Session, same_settings
from twostroke.gui.model.lessons.record_notes import Did, Shown, Written
from twostroke.gui.model.lessons.said_edits import said

IS_SHOWN = frozenset(
    ("lens", "digits", "grain", "neuron", "link", "account", "open", "fold", "pin", "sample", "look_at")
)
"""Acts that change what is seen, and no number."""

LEAST_SECONDS, MOST_SECONDS = 1.0, 20.0
"""Of training that was watched: shorter ones need no telling, and nobody waits longer for a scene."""

CANNOT = "No act can say “{what}”; what was recorded goes on without it."

BROUGHT_BACK = (
    "Undo has brought back numbers from before that change, which no act can do. Redo it, and change the setting by "
    "hand instead."
)


@dataclass
class Item:
    """Something done, which `takes` what follows it where both are one."""

    def acts(self) -> list[Written]:
        """As a file has it."""
        return []

    def takes(self, other: "Item") -> bool:
        """Become both, if that can be."""
        return False


@dataclass
class Trained(Item):
    """Updates, and the seconds for which somebody looked on."""

    updates: int
    seconds: float = 0.0

    def acts(self) -> list[Written]:
        seconds = round(min(self.seconds, MOST_SECONDS) * 2) / 2
        if seconds < LEAST_SECONDS:
            return [{"train": self.updates}]
        return [{"train": {"updates": self.updates, "seconds": seconds}}]

    def takes(self, other: Item) -> bool:
        if not isinstance(other, Trained):
            return False
        self.updates, self.seconds = self.updates + other.updates, self.seconds + other.seconds
        return True


@dataclass
class Typed(Item):
    """Numbers that were typed or turned, the last value of each."""

    numbers: dict[str, float]

    def acts(self) -> list[Written]:
        return [{"type": self.numbers}]

    def takes(self, other: Item) -> bool:
        if not isinstance(other, Typed):
            return False
        self.numbers |= other.numbers
        return True


@dataclass
class Went(Item):
    """Along the history: to an update, or so many updates back."""

    name: str
    value: int

    def acts(self) -> list[Written]:
        return [{self.name: self.value}]

    def takes(self, other: Item) -> bool:
        if not isinstance(other, Went) or (other.name == "back" and self.name == "seek"):
            return False
        self.value = self.value + other.value if other.name == "back" else other.value
        self.name = other.name
        return True


@dataclass
class Act(Item):
    """Something that is an act by itself."""

    written: Written

    def acts(self) -> list[Written]:
        return [self.written]

    def takes(self, other: Item) -> bool:
        return isinstance(other, Act) and "play" in self.written and self.written == other.written


@dataclass
class Seen(Item):
    """What is seen, by its slot."""

    slot: str
    written: Written
    undone: Written | None = None

    def acts(self) -> list[Written]:
        return [self.written]


@dataclass
class Changed(Item):
    """Changes of the session that nothing came in between."""

    steps: list[Done] = field(default_factory=list)

    def acts(self) -> list[Written]:
        first, last = self.steps[0].before, self.steps[-1].after
        rebuilt = any(is_rebuilt(step) for step in self.steps)
        if not rebuilt and len(self.steps) > 1 and self.steps[0].at and _forgets(self.steps):
            return [act for step in self.steps for act in said(step.before, step.after) or ()]
        acts = list(said(first, last) or ())
        return [*acts, {"reset": True}] if rebuilt and keeps_weights(first, last) else acts

    def takes(self, other: Item) -> bool:
        if not isinstance(other, Changed):
            return False
        self.steps += other.steps
        return True


# -- from what was done ------------------------------------------------------------------------------------------------


def items(line: Iterable[Done], update: int) -> tuple[list[Item], int]:
    """What was done from that update on, one thing after the other, and the update where it ends."""
    found: list[Item] = []
    for done in line:
        if done.at > update:
            found.append(Trained(done.at - update, done.seconds))
        if isinstance(done.command, c.LeaveTrial):
            _leave_trial(found, done.after)
        else:
            found += _of(done)
        update = done.came_to
    return found, update


def _of(done: Done) -> list[Item]:
    match done.command:
        case c.Edit() | c.Undo() | c.Redo() | c.Reset():
            return _change(done)
        case c.Seek():
            return [Went("seek", done.came_to)] if done.came_to != done.at else []
        case c.StepBack() | c.PreviousTape():
            return [Went("back", done.at - done.came_to)] if done.at > done.came_to else []
        case c.PinSample(row):
            return [Seen("pin", {"pin": row})]
        case c.TryInput(values):
            return [Act({"try": list(values)})]
        case c.Note(Shown(slot, act, undone)):
            return [Seen(slot, act, undone)]
        case c.Note(Did(act)):
            return [Act(act)]
    return [Trained(done.came_to - done.at)] if done.came_to > done.at else []


def _change(done: Done) -> list[Item]:
    numbers = typed(done)
    if numbers:
        return [Typed(dict(numbers))]
    return [Changed([done])] if is_rebuilt(done) or not same_settings(done.before, done.after) else []


def typed(done: Done) -> tuple[c.Typed, ...]:
    """The numbers of the network that it gave another value."""
    if not isinstance(done.command, c.Edit) or done.before.data != done.after.data:
        return ()
    return done.command.made_on(done.before).numbers


def is_rebuilt(done: Done) -> bool:
    """Whether it drew fresh weights."""
    return isinstance(done.command, c.Reset) or (done.change is not None and not done.kept)


def _leave_trial(found: list[Item], session: Session) -> None:
    """What was tried in this scene was a glance; else the pinned sample is shown again."""
    for place in range(len(found) - 1, -1, -1):
        item = found[place]
        if isinstance(item, Act) and "try" in item.written:
            del found[place]
            return
        if not isinstance(item, Seen):
            break
    found.append(Seen("pin", {"pin": session.view.sample}))


def only_changes(done: Done) -> bool:
    """Whether it is a change of the session or of what is seen, and nothing else."""
    if isinstance(done.command, c.Note):
        return isinstance(done.command.what, Shown)
    return isinstance(done.command, c.Edit | c.Undo | c.Redo | c.Pause | c.SetPace) and not typed(done)


def cannot_be_said(done: Done) -> bool:
    """Whether it changes the session in a way that no act can say."""
    changes = isinstance(done.command, c.Edit | c.Undo | c.Redo)
    return changes and not typed(done) and said(done.before, done.after) is None


def lost(found: Iterable[Item]) -> list[str]:
    """What of it no act can say, a sentence each."""
    changes = [item for item in found if isinstance(item, Changed)]
    unsaid = [own for own in changes if said(own.steps[0].before, own.steps[-1].after) is None]
    told = [CANNOT.format(what=label_of(own.steps[-1])) for own in unsaid]
    return told + [BROUGHT_BACK for own in changes if any(map(_brings_back, own.steps))]


def _brings_back(done: Done) -> bool:
    """Whether the network was given back what it had before a change that has been trained with since."""
    if not isinstance(done.command, c.Undo | c.Redo):
        return False
    return is_rebuilt(done) or any(kept(done.before) != kept(done.after) for kept in REMEMBERED)


def label_of(done: Done) -> str:
    """A change as the undo menu calls it."""
    return done.command.made_on(done.before).label if isinstance(done.command, c.Edit) else "a change that was undone"


# -- merging -----------------------------------------------------------------------------------------------------------


def with_changes_joined(found: Sequence[Item]) -> list[Item]:
    """The same, where changes of the session that follow each other are one."""
    kept: list[Item] = []
    for item in found:
        if isinstance(item, Changed):
            _add_change(kept, item)
        else:
            kept.append(item)
    return kept


def merged(found: Sequence[Item]) -> list[Item]:
    """The same, where neighbours of a kind are one, and what comes to nothing is gone."""
    kept = _last_seen([item for item in found if item.acts()])
    joined: list[Item] = []
    for item in kept:
        if not (joined and joined[-1].takes(item)):
            joined.append(item)
    return joined


def _add_change(kept: list[Item], item: Changed) -> None:
    """Into the changes before, where only what is seen was changed since."""
    before = next((each for each in reversed(kept) if not isinstance(each, Seen)), None)
    if before is None or not before.takes(item):
        kept.append(Changed(list(item.steps)))


def _last_seen(found: Sequence[Item]) -> list[Item]:
    """Of what is seen, what was chosen last before the next thing was done; not what is as it was."""
    kept: list[Item] = []
    for item in found:
        if isinstance(item, Seen):
            first = _take_seen(kept, item.slot)
            undone = first.undone if first is not None else item.undone
            if item.written != undone:
                kept.append(Seen(item.slot, item.written, undone))
        else:
            kept.append(item)
    return kept


def _take_seen(kept: list[Item], slot: str) -> Seen | None:
    for place in range(len(kept) - 1, -1, -1):
        item = kept[place]
        if not isinstance(item, Seen):
            return None
        if item.slot == slot:
            del kept[place]
            return item
    return None


# -- what changes make the network forget ------------------------------------------------------------------------------

REMEMBERED: tuple[Callable[[Session], object], ...] = (
    lambda session: session.training.optimizer.name,
    lambda session: tuple(layer.gates for layer in session.network.layers),
    lambda session: tuple(layer.norm.name for layer in session.network.layers),
    lambda session: session.network.cut,
)
"""Settings by which memories, learned parameters or cut weights go with each change; undo brings them back."""


def _data(session: Session) -> object:
    return session.data


def _forgets(steps: Sequence[Done]) -> bool:
    """Whether something was changed and set back, which is not the same as nothing."""
    for remembered in (*REMEMBERED, _data):  # with other data the epoch begins anew
        first = remembered(steps[0].before)
        if remembered(steps[-1].after) == first and any(remembered(step.after) != first for step in steps):
            return True
    return False
