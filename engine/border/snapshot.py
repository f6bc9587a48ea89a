"""The one type that crosses the border between the training thread and the window: frozen, numbered, read-only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.done import Done
from twostroke.engine.border.health import Health
from twostroke.engine.border.loss_surface import LossSurface
from twostroke.engine.border.slopes import Measured
from twostroke.engine.border.tape import Array, Tape
from twostroke.engine.border.tiling import Regions
from twostroke.engine.data.names import DatasetInfo
from twostroke.engine.session.spec import Session


class Status(StrEnum):
    """What the engine is doing."""

    COMPILING = "compiling"  # kernels are being compiled; the window is usable
    PAUSED = "paused"
    RUNNING = "running"
    STROKE = "stroke"  # standing still at one update, its tape laid
    FAILED = "failed"  # stopped at a number that is not finite; the last finite state is kept


@dataclass(frozen=True, eq=False)
class LayerState:
    """One layer now, with what the pinned sample makes of it. Shapes as in LayerTape, without the batch axis.

    While the kernels are being compiled the gradients are not known yet, and of an input whose target nobody knows
    they never are: they hold NaN.
    """

    name: str  # "hidden 1", ..., "output"
    activation: str
    weight: Array  # (out, in)
    bias: Array  # (out,)
    param: dict[str, Array]  # learned activation parameters, (out,) each
    params: dict[str, float | str]  # the activation's settings as in the session
    z: Array  # (out,)
    a: Array  # (out,)
    gain: Array | None  # (out,)
    forward_mask: Array  # (out,)
    dloss_da: Array | None  # (out,)
    dloss_dz: Array  # (out,)
    gate_forward: bool
    gate_backward: bool
    dead: NDArray[np.bool_]  # (out,) fires for no sample of the whole training part; as of the last evaluation
    off_forward: NDArray[np.bool_] | None = None  # (out,): units whose own gate is off on that stroke; None: none
    off_backward: NDArray[np.bool_] | None = None
    organs: dict[str, Array] = field(default_factory=dict)  # what a normalizer learns and remembers: scale, shift,
    #                               running_mean, running_variance, (out,) each; skip_weight (out, width of its source)


@dataclass(frozen=True, eq=False)
class Scores:
    """Figures over one part of the data."""

    loss: float
    accuracy: float | None  # None where the task is not classes
    confusion: NDArray[np.int64] | None  # [true class, predicted class]
    r2: float | None = None  # None where the task is classes, and where the values do not differ
    predicted: NDArray[np.int64] | None = None  # (n,) the class that each sample is taken for; None as accuracy
    output: Array | None = None  # (n, outputs) of the network for each sample; None where nobody took them
    losses: Array | None = None  # (n,) of each sample as the loss counts it, with class weights

    @property
    def rarest(self) -> int | None:
        """The class with the fewest samples of those that have any; None where there are no classes."""
        if self.confusion is None or not self.confusion.any():
            return None
        counts = self.confusion.sum(axis=1)
        there = np.flatnonzero(counts)
        return int(there[counts[there].argmin()])

    @property
    def rare_recall(self) -> float | None:
        """The share of its samples that are taken for what they are."""
        rare = self.rarest
        if self.confusion is None or rare is None:
            return None
        return float(self.confusion[rare, rare] / self.confusion[rare].sum())


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Figures over the whole data, taken now and then because they cost more than an update."""

    update: int
    train: Scores
    test: Scores | None  # None where all samples are learnt from
    dead: tuple[NDArray[np.bool_], ...]  # per layer, (out,)
    firing: tuple[Array, ...]  # per layer, (out,): share of the training part for which each unit fires
    response: Array | None  # plane: (GRID, GRID), row 0 at the bottom; line: (CURVE,); None for tables
    gradient_norms: tuple[float, ...]  # per layer: ||dL/dW|| (Frobenius) of the mean loss over the training part
    #                                    (at most its first 1,000 rows)
    maps: tuple[Array | None, ...] | None = None  # per layer, the inputs first; see `probes.maps`. None where unasked
    lines: tuple[Array | None, ...] | None = None  # per layer 1...depth; see `probes.portraits`. None where unasked,
    liked: tuple[NDArray[np.int64] | None, ...] | None = None  # and where the data are no line, or no pictures


@dataclass(frozen=True, eq=False)
class Curves:
    """The course of the training so far, one entry per evaluation."""

    update: NDArray[np.int64]
    train_loss: Array
    test_loss: Array  # empty where there is no test part
    train_accuracy: Array  # empty where the task is not classes
    test_accuracy: Array
    breaks: tuple[int, ...] = ()  # entries to which no line leads from the one before: nobody knows what lies between
    train_r2: Array = field(default_factory=lambda: np.zeros(0))  # empty for classes, and for equal values
    test_r2: Array = field(default_factory=lambda: np.zeros(0))
    rare_recall: Array = field(default_factory=lambda: np.zeros(0))  # of the training part's rarest class; else empty


@dataclass(frozen=True, eq=False)
class DataView:
    """What the window shows of the data; the same object as long as the data stays the same."""

    info: DatasetInfo
    feature_names: tuple[str, ...]  # of the network's inputs
    class_names: tuple[str, ...]
    train_raw: Array  # (n, raw inputs): before feature transforms and scaling; points of the plane or line
    train_label: Array  # (n,): class number, or the value for regression; (n, outputs) for several values
    test_raw: Array
    test_label: Array
    extent: tuple[float, float]  # of plane and line: lower and upper end of the drawn square
    provenance: str
    output_names: tuple[str, ...] = ()  # of several values
    remarks: tuple[str, ...] = ()  # what has become of the data, each a sentence
    target_scale: tuple[Array, Array] | None = None  # centre and spread (outputs,) where values are scaled for training

    def values(self, output: Array) -> NDArray[np.float64]:
        """What outputs or targets of the network (..., outputs) say in the units of the data."""
        centre, spread = self.target_scale or (0.0, 1.0)
        return np.asarray(output, dtype=np.float64) * spread + centre


@dataclass(frozen=True, eq=False)
class Trial:
    """An input that is shown in place of the pinned sample, and is no sample of the training part."""

    values: Array  # (raw inputs,)
    row: int | None = None  # of the test part; None: typed or drawn, in no data
    target: Array | None = None  # that a user gave it there: a value for each output, or the number of a class

    @property
    def target_known(self) -> bool:
        """Whether anybody knows the right answer: to what is in no data nobody does who was not told."""
        return self.row is not None or self.target is not None


@dataclass(frozen=True, eq=False)
class Failure:
    """Where the first number that is not finite appeared."""

    update: int
    where: str  # e.g. "pre-activation z of hidden 2"
    message: str  # one sentence for the user: what, where, what to try


@dataclass(frozen=True)
class BranchView:
    """One line of the history, for the window."""

    id: int
    label: str  # e.g. "From update 1,200: set learning rate to 0.1"; of many changes the first ones
    start: int  # the update at which it leaves the line that it came from
    end: int  # the last update known on it
    current: bool  # whether it is the one that is shown
    changes: tuple[str, ...] = ()  # all that was changed where it leaves that line


@dataclass(frozen=True, eq=False)
class BranchCurves:
    """The curves of a branch beside those that a snapshot shows: another one's, or what this one knows to come."""

    id: int  # of the branch
    curves: Curves


@dataclass(frozen=True)
class Progress:
    """A file that the engine reads at present for a command."""

    what: str
    share: float  # that is done, 0 to 1; 0 as long as that is not known


@dataclass(frozen=True, eq=False)
class Captured:
    """A session with all that training changes, as it was at one instant between two updates."""

    session: Session
    state: Mapping[str, NDArray[Any]] | None  # as a companion file holds it; None where it was not asked for
    line: object = None  # the line of the history that it stands on, for a `Graft` and nobody else; None likewise
    curves: Curves | None = None  # the course of its training up to then; None likewise


@dataclass(frozen=True, eq=False)
class Answer:
    """What became of one command."""

    number: int = 0
    refused: str = ""  # why it was not done, one sentence for the user; "" where it was
    remark: str = ""  # what else it has changed
    captured: Captured | None = None  # what a Capture asked for
    measured: Measured | None = None  # what a Check asked for
    journal: tuple[Done, ...] | None = None  # what a Note asked for

    @property
    def has_something_to_say(self) -> bool:
        """Whether it tells more than that the command was done."""
        found = (self.captured, self.measured, self.journal)
        return bool(self.refused or self.remark) or any(each is not None for each in found)


@dataclass(frozen=True, eq=False)
class Rescued:
    """What is left of an engine that has failed: the network, and what it had done by then."""

    captured: Captured
    changed: bool  # whether there are settings that have not been saved
    answered: int  # as in a snapshot
    answers: tuple[Answer, ...]


Told = Callable[[Answer], bool]
"""Hears an answer. True: the user has been told of a refusal."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All that a window needs to show a running session."""

    generation: int  # grows whenever the network is replaced; late snapshots of older ones are dropped
    serial: int  # grows with every snapshot
    status: Status
    session: Session
    update: int
    epoch: float
    updates_since_last: int
    updates_per_second: float
    sample: int  # the pinned row of the training part
    x: Array  # (inputs,) the pinned sample, or the trial, as the network sees it
    target: Array  # (outputs,), NaN where it is not known, as of most typed trials
    loss: float  # of the sample shown; NaN where it is not known
    layers: tuple[LayerState, ...]
    data: DataView
    evaluation: Evaluation | None
    curves: Curves
    tape: Tape | None  # in stroke mode
    failure: Failure | None
    undo_label: str | None  # what undo would take back
    redo_label: str | None
    changed: bool  # settings differ from those that were opened or last saved
    pace: float | None = None  # updates per second at most, as asked for; None for full speed
    notice: str | None = None  # what the engine has to tell by itself, such as why it stands still: one sentence
    past: int = 0  # the smallest update of this line that can be gone back to
    future: int = 0  # the largest update known on this line
    branches: tuple[BranchView, ...] = ()
    beside: tuple[BranchCurves, ...] = ()  # see BranchCurves; the same object while nothing of it changes
    trial: Trial | None = None  # what is shown in place of the pinned sample
    document: int = 0  # which session is open, as Open has called it; 0 where nobody has
    health: Health | None = None  # of the last examination on this line; None where nobody watches
    regions: Regions | None = None  # as they were counted last on this line; None where nobody watches
    surface: LossSurface | None = None  # as it was computed last; None where nobody watches
    on_surface: tuple[float, float, float] | None = None  # where on it the network is now, and how far from it
    seconds_per_update: float = 0.0  # that training takes, without what it waits for; 0.0 where nothing was done yet
    answered: int = 0  # all commands up to this number have been answered; the snapshot shows what they did
    answers: tuple[Answer, ...] = ()  # those with something to say, since the last snapshot that was taken
