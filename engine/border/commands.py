"""Everything a user can ask of a running session, as frozen dataclasses; the trainer takes nothing else.

On its way a command has a number, and each is answered: see `snapshot.Answer`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from twostroke.engine.border.loss_surface import SurfaceWish
from twostroke.engine.border.slopes import By
from twostroke.engine.session.spec import Session

Typed = tuple[str, float]
"""A number of the network, as "l1.weight[0,1]", and what it becomes."""


@dataclass(frozen=True)
class Edited:
    """What an edit makes of a session, and of numbers of its network.

    `numbers` are those of the network as it stands. At update 0 the session begins with them from now on.
    """

    session: Session
    label: str  # for the undo menu
    dial: str = ""  # of a setting that is turned: neighbouring edits of one dial are one step of undo; "": never
    remark: str = ""  # what else has changed along with it, one sentence for the user
    numbers: tuple[Typed, ...] = ()
    afresh: bool = False  # with fresh weights, at update 0


Change = Callable[..., Edited]
"""A pure function of a session and what to change it to. SessionError, as a sentence, where that cannot be."""


@dataclass(frozen=True)
class Edit:
    """Go on with what `change(session, *arguments)` makes of the session that is in force when its turn comes.

    So two edits add up, whoever made them and however late the first one is done. Weights are kept where their shapes
    allow it, and rebuilt where not. Can be undone. Where the arguments name a layer by its number, `depth` is how many
    hidden layers whoever asks has seen: with another depth the number would mean another layer, and it is refused.
    """

    change: Change
    arguments: tuple[Any, ...] = ()
    depth: int | None = None

    def made_on(self, session: Session) -> Edited:
        """What the edit makes of `session`. ValueError, as a sentence, where it cannot be made."""
        if self.depth not in (None, len(session.network.layers)):
            raise ValueError("The network has other layers by now; look at them, and change the setting again.")
        return self.change(session, *self.arguments)


@dataclass(frozen=True, eq=False)
class Open:
    """Begin anew with `session`, as from a file.

    With a `label` for the undo menu it can be undone: then all that was open comes back, and the snapshot says so by
    its `document`; without one, undo starts again. With `parameters` by the keys of a trace it begins at update 0 with
    those; with a `state` as a companion file holds it (see `companion`), exactly there; with `like`, with the first
    numbers of that session's network wherever the same parameter has the same shape. With `play` it trains at once, at
    most `pace` updates per second.
    """

    session: Session
    parameters: Mapping[str, Any] | None = None
    state: Mapping[str, Any] | None = None
    play: bool = False
    pace: float | None = None
    label: str = ""
    document: int = 0  # by which whoever asks knows this session again
    like: Session | None = None


@dataclass(frozen=True)
class Reset:
    """Back to update 0 with fresh weights of the session's seed. Can be undone."""


@dataclass(frozen=True)
class Play:
    """Train until told otherwise. Leaves the stroke mode."""


@dataclass(frozen=True)
class HoldAt:
    """Train no further than to `update`, and wait there for another bound; None for none.

    Whoever trains goes on as soon as the bound allows it, so several networks keep step. Nothing is answered to it.
    """

    update: int | None


@dataclass(frozen=True, eq=False)
class Adopt:
    """Go on with another network in this session's place, as it stands: `state` as a companion file holds it.

    For undo it is one change of the session, called `label`.
    """

    session: Session
    state: Mapping[str, Any]
    label: str


@dataclass(frozen=True, eq=False)
class Graft:
    """Have the `line` of another network's history, from a `Capture`, as a branch of this one's, called `label`.

    The run itself stays as it is. Undone, the branch goes, and a run that had gone on with it is where it was before.
    """

    line: object
    label: str
    changes: tuple[str, ...] = ()  # in what it differs


@dataclass(frozen=True)
class Pause:
    """Stop after the update under way."""


@dataclass(frozen=True)
class SetPace:
    """Train at most that many updates per second, so that learning can be watched; None for full speed."""

    updates_per_second: float | None


@dataclass(frozen=True)
class Advance:
    """Do that many updates, then stand still. Leaves the stroke mode."""

    updates: int = 1


@dataclass(frozen=True)
class AdvanceEpoch:
    """Do updates until the end of the epoch, then stand still. Leaves the stroke mode."""


@dataclass(frozen=True)
class Record:
    """Enter the stroke mode: stand still and lay the tape of the update that comes next. The weights stay.

    With `pinned`, training first goes on to the update whose mini-batch holds the pinned sample, where this one's does
    not. Every sample comes once an epoch, so that is less than two epochs away.

    With `rows` of the training part, the tape shows these samples in place of those of the update's mini-batch, as
    networks need it that are compared and do not take the samples in one order. The update on it is the one that comes.
    """

    pinned: bool = False
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class NextTape:
    """Do the update on the tape and lay the tape of the one after it."""


@dataclass(frozen=True)
class PreviousTape:
    """Go back by one update in stroke mode, and lay its tape again. At the beginning of the history, the tape stays."""


@dataclass(frozen=True)
class Seek:
    """Stand at any update of this line, past or known future, exactly as it was. The stroke mode lays its tape."""

    update: int


@dataclass(frozen=True)
class StepBack:
    """Stand that many updates earlier, or at the beginning of the history."""

    updates: int = 1


@dataclass(frozen=True)
class SwitchBranch:
    """Stand at the end of another branch."""

    id: int


@dataclass(frozen=True)
class DropBranch:
    """Forget a branch, which is not the one that is shown."""

    id: int


@dataclass(frozen=True)
class LeaveStroke:
    """Drop the tape; the weights stay."""


@dataclass(frozen=True)
class PinSample:
    """Make row `row` of the training part the one that the stage shows."""

    row: int


@dataclass(frozen=True)
class TryInput:
    """Show what the network makes of raw `values`, one for each raw input of the data, in place of the pinned sample.

    It stays until another sample is pinned or tried, a tape is laid, the data change, or `LeaveTrial`. Leaves the
    stroke mode; training goes on or stands still as before. With a `target` in the units of the data - a value for each
    output, or the number of a class - its loss and gradients are known as well.
    """

    values: tuple[float, ...]
    target: tuple[float, ...] | None = None


@dataclass(frozen=True)
class TryTestRow:
    """The same with a sample of the test part, whose target is known."""

    row: int


@dataclass(frozen=True)
class LeaveTrial:
    """Show the pinned sample again."""


@dataclass(frozen=True)
class MarkSaved:
    """`session` has been written to a file: what counts as changed is measured against it from now on."""

    session: Session


@dataclass(frozen=True)
class Capture:
    """Answer with the session as it is when its turn comes, to be saved; with `state`, with all that training changes.

    The answer's `captured` holds it. With `line`, also the way there, for a `Graft`.
    """

    state: bool = True
    line: bool = False


@dataclass(frozen=True)
class Watch:
    """What to take from now on, and what no longer: it costs time, and is not always looked at."""

    maps: bool = False  # what each neuron answers to, with the figures: `Evaluation.maps`, `lines`, `liked`
    health: bool = False  # examinations
    regions: bool = False  # how the gates part the plane of inputs
    surface: SurfaceWish | None = None  # the loss over a plane of parameters, once the network stands still


@dataclass(frozen=True)
class Check:
    """Measure a slope of the tape's loss: the answer's `measured` holds it. `update` says of which tape.

    Nothing changes by it.
    """

    by: By
    update: int


@dataclass(frozen=True)
class KeepJournal:
    """Begin a journal of all that is done from now on, or keep none any more. Nothing changes by it."""

    on: bool


@dataclass(frozen=True, eq=False)
class Note:
    """Have what the window has to say stand in the journal, in its turn among the commands. Nothing changes by it.

    The answer's `journal` holds all of it, this note last; None where none is kept.
    """

    what: object = None  # None: nothing to say, only to be answered


@dataclass(frozen=True)
class Undo:
    """Take back the last change of the session, weights and all."""


@dataclass(frozen=True)
class Redo:
    """Make the change again that was taken back last."""


Command = (
    Edit
    | Open
    | Adopt
    | Graft
    | Reset
    | Play
    | HoldAt
    | Pause
    | Advance
    | AdvanceEpoch
    | Record
    | NextTape
    | PreviousTape
    | Seek
    | StepBack
    | SwitchBranch
    | DropBranch
    | SetPace
    | LeaveStroke
    | PinSample
    | TryInput
    | TryTestRow
    | LeaveTrial
    | MarkSaved
    | Capture
    | Watch
    | Check
    | KeepJournal
    | Note
    | Undo
    | Redo
)
