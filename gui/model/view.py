"""What is shown, resolved: every number a panel, the stage or an exported picture may draw, and nothing else.

Panels, stage and export read a ViewState and nothing else, so they cannot disagree; `resolve` makes it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.cursor import Cursor, Moment
from twostroke.engine.border.snapshot import Snapshot, Trial
from twostroke.engine.border.tape import Array, Tape
from twostroke.engine.catalogue.activations import CATALOGUE, Activation, is_shut
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.session.spec import ActivationSpec
from twostroke.gui.model.choices import PINNED, Choices
from twostroke.gui.model.cut_and_frozen import Mask
from twostroke.gui.model.score import Score, score_of


@dataclass(frozen=True, eq=False)
class NormView:
    """What a normalizer did to the sums of one layer for one sample, on a tape; (units,) each."""

    mean: Array  # of the unit over the mini-batch, or of the sample over the units
    variance: Array
    normalized: Array  # (sum − mean) / root of (variance + epsilon)
    scale: Array
    shift: Array


@dataclass(frozen=True, eq=False)
class LayerView:
    """One layer for one sample. Index 0 is the input layer, which has only `a`. None where there is no such number.

    Gradients are those of the shown sample's own loss. On a tape that is B times the row in the tape, where gradients
    are those of the mean over B samples; so the numbers here are the same live and on a tape, and the error signal of
    a fused output is prediction minus target.
    """

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
    bias_next: Array | None = None  # on a tape
    forward_mask: Array | None = None
    backward_mask: Array | None = None  # the gain, or 1 where the backward stroke passes by the gate
    dloss_da: Array | None = None
    dloss_dz: Array | None = None
    dead: NDArray[np.bool_] | None = None  # (units,) bool
    dead_over: int = 0  # samples of the training set, over all of which that is said
    firing: Array | None = None  # (units,): share of the training part for which each fires, as last evaluated
    response: Array | None = None  # (units, side, side): what each sends on over the plane, the first row at the bottom
    incoming: Array | None = None  # (units, rows, columns): the weights from the pixels of a picture; else None
    param: tuple[tuple[str, Array], ...] = ()  # learned activation parameters
    params: tuple[tuple[str, float | str], ...] = ()  # settings of the activation
    organs: tuple[tuple[str, Array], ...] = ()  # what a normalizer learns: scale and shift
    forward_raster: Array | None = None  # (B, units), on a tape
    backward_raster: Array | None = None  # (B, units), on a tape
    masks_equal: bool = False  # forward and backward mask are one, by definition, and both gates are on
    gate_forward: bool = True  # off: the signal passes by the gate
    gate_backward: bool = True  # off: the gradient passes by the gate
    off_forward: Mask | None = None  # (units,): whose own gate the signal passes by; None where it is none
    off_backward: Mask | None = None  # the same of the gradient
    fused: bool = False  # loss and activation are differentiated together: dL/dz without dL/da
    neurons: tuple[ActivationSpec, ...] = ()  # each unit's activation, where they differ
    sum: Array | None = None  # weighted sum and bias, where z is not that: a normalizer or a skip path follows
    normalizer: str = ""  # "batch" or "layer"
    norm: NormView | None = None  # on a tape
    skip_from: int | None = None  # the layer whose output is added to make z; 0 is the input
    skip: Array | None = None  # what is added; None also where it is not known while live
    dropout: float = 0.0  # share of the outputs that an update silences
    dropout_mask: Array | None = None  # on a tape: 0, or 1 / (1 - share)
    dropped_output: Array | None = None  # on a tape: a · dropout_mask
    dloss_doutput: Array | None = None  # on a tape with dropout: the gradient before it meets that mask
    dloss_dsum: Array | None = None  # on a tape with a normalizer: the gradient behind it
    cut: Mask | None = None  # (units,): which send nothing and get no gradient; None where none is cut
    frozen_bias: Mask | None = None  # (units,): whose biases no update changes; None where all learn
    a_apart: Array | None = None  # through the lens Difference: a less the main network's; NaN where that has none
    delta_apart: Array | None = None  # the same of dloss_dz
    alone: Mask | None = None  # (units,): what has no counterpart there; None where all have

    @property
    def crossed(self) -> Mask:
        """Dead neurons, which have a cross, (units,)."""
        return np.zeros(self.units, dtype=np.bool_) if self.dead is None else np.asarray(self.dead, dtype=np.bool_)

    @property
    def crossed_out(self) -> Mask:
        """Those whose cross stands in place of their number, (units,). Of a single sample it stands beside it: what one
        works out on paper has to be read.
        """
        return self.crossed & (self.dead_over != 1)

    @property
    def crossed_beside(self) -> Mask:
        """Those whose cross stands beside their number, (units,)."""
        return self.crossed & (self.dead_over == 1)

    @property
    def output(self) -> Array:
        """What the layer sends on, (units,): a, after dropout on a tape."""
        return self.a if self.dropped_output is None else self.dropped_output

    @property
    def upstream(self) -> Array | None:
        """The gradient that arrives from the layers behind: at the output, which is `a` without dropout."""
        return self.dloss_da if self.dloss_doutput is None else self.dloss_doutput

    @property
    def delta(self) -> Array | None:
        """The gradient at the weighted sum: it meets the activations to make dL/dw, and goes back along the links."""
        return self.dloss_dz if self.dloss_dsum is None else self.dloss_dsum

    @property
    def silenced(self) -> NDArray[np.bool_]:
        """Which neurons dropout silences in this update for this sample, (units,)."""
        return np.zeros(self.units, dtype=np.bool_) if self.dropout_mask is None else self.dropout_mask == 0

    def shut(self, mask: Array) -> NDArray[np.bool_]:
        """Which gates are shut for this sample, where they let through as much as `mask` (units,) says."""
        each = [spec.name for spec in self.neurons] or [self.activation]
        return is_shut(mask, [CATALOGUE[name].shut_below for name in each])

    def gate(self, unit: int) -> tuple[str, dict[str, float | str]]:
        """Name and settings of one unit's activation."""
        own = self.neurons[unit] if self.neurons else None
        return (self.activation, dict(self.params)) if own is None else (own.name, own.params)

    @property
    def entry(self) -> Activation | None:
        """What the catalogue says of the gates; None at the input, and where the neurons' are of several kinds."""
        return CATALOGUE.get(self.kinds[0]) if len(self.kinds) == 1 else None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The activations of the layer, each once."""
        return tuple(dict.fromkeys(each.name for each in self.neurons)) or (self.activation,)


@dataclass(frozen=True)
class Steps:
    """How an update moves the weights of some links."""

    moved: int  # weights that change at all
    total: int
    largest: float


@dataclass(frozen=True, eq=False)
class LinkView:
    """The links from layer `below` into the next one, `above`."""

    below: LayerView
    above: LayerView
    weight: Array  # (out, in)
    dloss_dweight: Array | None = None  # on a tape: of the mini-batch
    weight_next: Array | None = None  # on a tape
    cut: Mask | None = None  # (out, in): which carry nothing; None where none is cut
    frozen: Mask | None = None  # (out, in): which no update changes; None where all learn
    apart: Array | None = None  # through the lens Difference: weight less the main network's; NaN where that has none
    next_apart: Array | None = None  # on a tape: the same of weight_next
    alone: Mask | None = None  # (out, in): which have no counterpart there; None where all have

    @property
    def layer(self) -> int:
        """The layer that they lead into, 1...depth."""
        return self.above.index

    @property
    def signal(self) -> Array:
        """What each carries forward, w · a, (out, in)."""
        return self.weight * self.below.output[None, :]

    @property
    def gradient(self) -> Array | None:
        """What each carries back, w · δ, (out, in); nothing to a neuron that is cut."""
        if self.above.delta is None:
            return None
        carried = self.weight * self.above.delta[:, None]
        return carried if self.below.cut is None else np.where(self.below.cut[None, :], 0.0, carried)

    @property
    def alive(self) -> int:
        """How many are not cut."""
        return self.weight.size - (0 if self.cut is None else int(np.count_nonzero(self.cut)))

    @cached_property
    def learns(self) -> bool:
        """Whether any of them has a gradient, on a tape."""
        return self.dloss_dweight is not None and bool(np.any(self.dloss_dweight))

    @cached_property
    def steps(self) -> Steps | None:
        """What the update does to them; None where no tape tells."""
        if self.weight_next is None:
            return None
        size = np.abs(self.weight_next - self.weight)
        return Steps(int(np.count_nonzero(size)), size.size, float(size.max(initial=0.0)))


@dataclass(frozen=True, eq=False)
class ViewState:
    """Everything that is shown, resolved."""

    snapshot: Snapshot
    choices: Choices
    tape: Tape | None  # None while live
    cursor: Cursor | None  # None while live
    row: int  # of the mini-batch: the sample that is shown; 0 while live
    layers: tuple[LayerView, ...]  # layers[0] is the input
    links: tuple[LinkView, ...]  # links[i] lead into layers[i + 1]
    target: Array  # (outputs,)
    loss: float  # of the sample shown
    loss_name: str  # "binary_cross_entropy", ...
    caption: str  # one sentence: what is happening now
    main: "ViewState | None" = None  # of the network beside which this one is seen; None for that one itself

    @property
    def moment(self) -> Moment | None:
        """The point of the film; None while live."""
        return self.cursor.moment if self.cursor else None

    @property
    def score(self) -> Score | None:
        """In which order the tape is read; None while live."""
        return None if self.tape is None else score_of(self.tape, self.snapshot.session.network)

    @property
    def depth(self) -> int:
        """Layers with weights."""
        return len(self.links)

    @property
    def widths(self) -> tuple[int, ...]:
        """Neurons of each layer, the input's first."""
        return tuple(layer.units for layer in self.layers)

    @property
    def aim(self) -> float:
        """What the loss asks of a single output: the target, or for hinge −1 and 1 in place of 0 and 1."""
        return LOSSES[self.loss_name].aim(float(self.target[0]))

    @property
    def asks_values(self) -> bool:
        """Whether the data ask for values, not for classes."""
        return self.snapshot.data.info.task == "regression"

    @property
    def predictions(self) -> Array:
        """What the network answers, in the units of the data: (outputs,)."""
        return self._in_units(self.layers[-1].a)

    @property
    def truths(self) -> Array:
        """What is right, in the units of the data: (outputs,)."""
        return self._in_units(self.target)

    def _in_units(self, values: Array) -> Array:
        """A tape may be of other data than those of now, with outputs of their own."""
        fits = self.snapshot.data.info.outputs == len(values)
        return self.snapshot.data.values(values) if self.asks_values and fits else values

    @property
    def trial(self) -> Trial | None:
        """What is shown in place of a sample of the training part."""
        return self.snapshot.trial if self.tape is None else None

    @property
    def target_known(self) -> bool:
        """Whether anybody knows the right answer: to an input that was typed or drawn nobody does who was not told."""
        return self.trial is None or self.trial.target_known

    @property
    def shown_row(self) -> int | None:
        """Row of the training part that is shown: the pinned one, or one of a mini-batch; None for what is tried."""
        if self.tape is None:
            return self.snapshot.sample if self.trial is None else None
        return int(self.tape.rows[self.row])

    @property
    def shown_raw(self) -> Array | None:
        """What is shown in the units of the data, (raw inputs,); None where a tape is of other data by now."""
        if self.trial is not None:
            return self.trial.values
        row, raw = self.shown_row, self.snapshot.data.train_raw
        return raw[row] if row is not None and row < len(raw) else None

    @property
    def follows_pin(self) -> bool:
        """Whether the sample on the tape is the one that the user has pinned, and shown because of that."""
        if self.tape is None or self.choices.batch_row != PINNED:
            return False
        return int(self.tape.rows[self.row]) == self.snapshot.sample

    @property
    def skip_targets(self) -> tuple[tuple[int, int], ...]:
        """All skip paths as (from layer, into layer)."""
        found = ((layer.skip_from, layer.index) for layer in self.layers)
        return tuple((source, target) for source, target in found if source is not None)
