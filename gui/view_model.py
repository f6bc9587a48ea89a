"""From what is known (snapshot, tape) and what the user chose (cursor, choices) to what is shown. Pure: no Qt.

`resolve` is the only place where that is decided. Every panel, the stage and the exported clip read a ViewState and
nothing else, so they cannot disagree.
"""

from dataclasses import dataclass
from enum import StrEnum

from twostroke.engine.cursor import Cursor, Moment
from twostroke.engine.snapshot import Snapshot
from twostroke.engine.tape import Array, Tape


class Theme(StrEnum):
    """Colours of the whole window."""

    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True)
class NeuronRef:
    """One neuron: layer 0 is the input, the last one the output; `unit` counts from 0."""

    layer: int
    unit: int


@dataclass(frozen=True)
class Choices:
    """What the user chose about the picture; none of it changes a number."""

    theme: Theme = Theme.DARK
    selected: NeuronRef | None = None
    hovered: NeuronRef | None = None
    batch_row: int = 0  # which sample of the tape's mini-batch the neurons show
    reduced_motion: bool = False  # cross-fades instead of travel


@dataclass(frozen=True, eq=False)
class LayerView:
    """One layer for one sample. Index 0 is the input layer, which has only `a`. None where there is no such number."""

    index: int
    name: str  # "input", "hidden 1", "output"
    activation: str  # catalogue name; "" for the input
    title: str  # "ReLU"; "" for the input
    units: int
    unit_names: tuple[str, ...]  # feature names, class names, or "1", "2", ...
    a: Array  # (units,)
    z: Array | None = None
    gain: Array | None = None
    bias: Array | None = None
    forward_mask: Array | None = None
    backward_mask: Array | None = None  # the gain, or 1 where the backward stroke passes by the gate
    dloss_da: Array | None = None
    dloss_dz: Array | None = None
    dead: Array | None = None  # (units,) bool
    param: tuple[tuple[str, Array], ...] = ()  # learned activation parameters
    params: tuple[tuple[str, float | str], ...] = ()  # settings of the activation
    forward_raster: Array | None = None  # (B, units), on a tape
    backward_raster: Array | None = None  # (B, units), on a tape
    masks_equal: bool = False  # forward and backward mask agree for every sample shown


@dataclass(frozen=True, eq=False)
class LinkView:
    """The links into layer `layer` (1...depth)."""

    layer: int
    weight: Array  # (out, in)
    dloss_dweight: Array | None = None  # on a tape: of the mini-batch
    weight_next: Array | None = None  # on a tape


@dataclass(frozen=True, eq=False)
class ViewState:
    """Everything that is shown, resolved."""

    snapshot: Snapshot
    choices: Choices
    tape: Tape | None  # None while live
    cursor: Cursor | None  # None while live
    layers: tuple[LayerView, ...]  # layers[0] is the input
    links: tuple[LinkView, ...]  # links[i] lead into layers[i + 1]
    target: Array  # (outputs,)
    loss: float  # of the sample shown
    batch_loss: float | None  # of the mini-batch, on a tape
    caption: str  # one sentence: what is happening now

    @property
    def moment(self) -> Moment | None:
        """The point of the film; None while live."""
        return self.cursor.moment if self.cursor else None

    @property
    def depth(self) -> int:
        """Layers with weights."""
        return len(self.links)


def resolve(snapshot: Snapshot, tape: Tape | None, cursor: Cursor | None, choices: Choices) -> ViewState:
    """The view of `snapshot`, or of `tape` at `cursor` where a tape is laid."""
