"""From what is known (snapshot, tape) and what the user chose (cursor, choices) to what is shown. Pure: no Qt.

`resolve` is the only place where that is decided. Every panel, the stage and the exported clip read a ViewState and
nothing else, so they cannot disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.activations import CATALOGUE
from twostroke.engine.cursor import Cursor, Moment
from twostroke.engine.snapshot import LayerState, Snapshot
from twostroke.engine.spec import ActivationSpec, LayerSpec, OutputSpec
from twostroke.engine.tape import Array, LayerTape, Tape
from twostroke.gui.captions import caption_of

GREATEST_LOSS = -1
"""In place of a row of the mini-batch: the sample with the greatest loss, whose gradient is worth seeing."""

SAME_MASK = frozenset({"identity", "relu", "leaky_relu", "prelu"})
"""Functions with f(z) = f'(z) · z: both masks are one by definition, not because two numbers happen to agree."""


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
    batch_row: int = GREATEST_LOSS  # which sample of the tape's mini-batch the neurons show
    reduced_motion: bool = False  # cross-fades instead of travel


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
    forward_mask: Array | None = None
    backward_mask: Array | None = None  # the gain, or 1 where the backward stroke passes by the gate
    dloss_da: Array | None = None
    dloss_dz: Array | None = None
    dead: NDArray[np.bool_] | None = None  # (units,) bool
    param: tuple[tuple[str, Array], ...] = ()  # learned activation parameters
    params: tuple[tuple[str, float | str], ...] = ()  # settings of the activation
    forward_raster: Array | None = None  # (B, units), on a tape
    backward_raster: Array | None = None  # (B, units), on a tape
    masks_equal: bool = False  # forward and backward mask are one, by definition, and both gates are on
    gate_forward: bool = True  # off: the signal passes by the gate
    gate_backward: bool = True  # off: the gradient passes by the gate
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

    def gate(self, unit: int) -> tuple[str, dict[str, float | str]]:
        """Name and settings of one unit's activation."""
        own = self.neurons[unit] if self.neurons else None
        return (self.activation, dict(self.params)) if own is None else (own.name, own.params)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The activations of the layer, each once."""
        return tuple(dict.fromkeys(each.name for each in self.neurons)) or (self.activation,)


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
    row: int  # of the mini-batch: the sample that is shown; 0 while live
    layers: tuple[LayerView, ...]  # layers[0] is the input
    links: tuple[LinkView, ...]  # links[i] lead into layers[i + 1]
    target: Array  # (outputs,)
    loss: float  # of the sample shown
    loss_name: str  # "binary_cross_entropy", ...
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

    @property
    def aim(self) -> float:
        """What the loss asks of a single output: the target, or for hinge −1 and 1 in place of 0 and 1."""
        target = float(self.target[0])
        return 2.0 * target - 1.0 if self.loss_name == "hinge" else target

    @property
    def skip_targets(self) -> tuple[tuple[int, int], ...]:
        """All skip paths as (from layer, into layer)."""
        found = ((layer.skip_from, layer.index) for layer in self.layers)
        return tuple((source, target) for source, target in found if source is not None)


def resolve(snapshot: Snapshot, tape: Tape | None, cursor: Cursor | None, choices: Choices) -> ViewState:
    """The view of `snapshot`, or of `tape` at `cursor` where both are given.

    `choices.batch_row` is clamped to the mini-batch; `GREATEST_LOSS` is looked up in it. Raises ValueError where the
    cursor belongs to another depth.
    """
    if tape is None or cursor is None:
        view = _live(snapshot, choices)
    elif cursor.depth != tape.depth:
        raise ValueError(f"the cursor reads {cursor.depth} layers, and the tape has {tape.depth}")
    else:
        view = _on_tape(snapshot, tape, cursor, choices)
    return replace(view, caption=caption_of(view))


def _live(snapshot: Snapshot, choices: Choices) -> ViewState:
    layers = [_input_view(snapshot.x)]
    for index, state in enumerate(snapshot.layers, start=1):
        layers.append(_layer_live(index, state, spec_of(snapshot, index), layers))
    return ViewState(
        snapshot=snapshot,
        choices=choices,
        tape=None,
        cursor=None,
        row=0,
        layers=_named(snapshot, tuple(layers)),
        links=tuple(LinkView(i, state.weight) for i, state in enumerate(snapshot.layers, start=1)),
        target=snapshot.target,
        loss=snapshot.loss,
        loss_name=snapshot.session.training.loss.name,
        batch_loss=None,
        caption="",
    )


def _on_tape(snapshot: Snapshot, tape: Tape, cursor: Cursor, choices: Choices) -> ViewState:
    row = int(np.argmax(tape.sample_loss)) if choices.batch_row < 0 else min(choices.batch_row, tape.samples - 1)
    layers = [_layer_on_tape(i, layer, row, snapshot) for i, layer in enumerate(tape.layers, start=1)]
    links = [
        LinkView(i, layer.weight, layer.dloss_dweight, layer.weight_next)
        for i, layer in enumerate(tape.layers, start=1)
    ]
    return ViewState(
        snapshot=snapshot,
        choices=choices,
        tape=tape,
        cursor=cursor,
        row=row,
        layers=_named(snapshot, (_input_view(tape.x[row]), *layers)),
        links=tuple(links),
        target=tape.target[row],
        loss=float(tape.sample_loss[row]),
        loss_name=tape.loss_name,
        batch_loss=tape.loss,
        caption="",
    )


def _input_view(x: Array) -> LayerView:
    return LayerView(0, "input", "", "", len(x), (), x)


def spec_of(snapshot: Snapshot, layer: int) -> LayerSpec | OutputSpec:
    """The settings of layer `layer`, from 1."""
    network = snapshot.session.network
    return network.layers[layer - 1] if layer <= len(network.layers) else network.output


def _neurons(spec: LayerSpec | OutputSpec, units: int) -> tuple[ActivationSpec, ...]:
    own = spec.neurons if isinstance(spec, LayerSpec) else ()
    return own if len(own) == units else ()


def _title(activation: str, neurons: tuple[ActivationSpec, ...]) -> str:
    """The name of a layer's gates: "ReLU", "ReLU + tanh", "3 kinds of gates"."""
    titles = dict.fromkeys(CATALOGUE[each.name].title for each in neurons) or [CATALOGUE[activation].title]
    return " + ".join(titles) if len(titles) <= 2 else f"{len(titles)} kinds of gates"


def _layer_live(index: int, state: LayerState, spec: LayerSpec | OutputSpec, before: Sequence[LayerView]) -> LayerView:
    """As the network is used: no dropout, and batch normalization by its running figures."""
    backward = _backward_mask(state.gain, state.gate_backward)
    neurons = _neurons(spec, len(state.a))
    normalizer = _normalizer(spec)
    total = state.weight @ before[-1].a + state.bias if normalizer or spec.skip is not None else None
    return LayerView(
        index=index,
        name=state.name,
        activation=state.activation,
        title=_title(state.activation, neurons),
        units=len(state.a),
        unit_names=(),
        a=state.a,
        z=state.z,
        gain=state.gain,
        bias=state.bias,
        forward_mask=None if state.gain is None else state.forward_mask,
        backward_mask=backward,
        dloss_da=state.dloss_da,
        dloss_dz=state.dloss_dz,
        dead=state.dead,
        param=tuple(state.param.items()),
        params=tuple(state.params.items()),
        masks_equal=_one_mask(state, backward, neurons),
        gate_forward=state.gate_forward,
        gate_backward=state.gate_backward,
        fused=state.dloss_da is None,
        neurons=neurons,
        sum=total,
        normalizer=normalizer,
        skip_from=spec.skip,
        skip=_skip_live(state, spec, total, before),
        dropout=spec.dropout if isinstance(spec, LayerSpec) else 0.0,
    )


def _normalizer(spec: LayerSpec | OutputSpec) -> str:
    return spec.norm.name if isinstance(spec, LayerSpec) and spec.norm.name != "none" else ""


def _skip_live(
    state: LayerState, spec: LayerSpec | OutputSpec, total: Array | None, before: Sequence[LayerView]
) -> Array | None:
    """What a skip path adds: the source's output where the widths agree; else the rest, where nothing else is added."""
    if spec.skip is None or total is None or spec.skip >= len(before):
        return None
    if before[spec.skip].units == len(state.a):
        return before[spec.skip].a
    return None if _normalizer(spec) else state.z - total


def _layer_on_tape(index: int, layer: LayerTape, row: int, snapshot: Snapshot) -> LayerView:
    samples, organs = len(layer.z), layer.organs
    backward = _backward_mask(layer.gain, layer.gate_backward)
    spec = spec_of(snapshot, index)
    neurons = _neurons(spec, layer.units)

    def own(name: str, times: int = 1) -> Array | None:
        return organs[name][row] * times if name in organs else None

    state = snapshot.layers[index - 1] if index <= len(snapshot.layers) else None
    return LayerView(
        index=index,
        name=layer.name,
        activation=layer.activation,
        title=_title(layer.activation, neurons),
        units=layer.units,
        unit_names=(),
        a=layer.a[row],
        z=layer.z[row],
        gain=None if layer.gain is None else layer.gain[row],
        bias=layer.bias,
        forward_mask=None if layer.gain is None else layer.forward_mask[row],
        backward_mask=None if backward is None else backward[row],
        dloss_da=None if layer.dloss_da is None else layer.dloss_da[row] * samples,
        dloss_dz=layer.dloss_dz[row] * samples,
        dead=state.dead if state is not None and len(state.dead) == layer.units else None,
        param=tuple(layer.param.items()),
        params=tuple(state.params.items()) if state is not None else (),
        forward_raster=None if layer.gain is None else layer.forward_mask,
        backward_raster=backward,
        masks_equal=_one_mask(layer, backward, neurons),
        gate_forward=layer.gate_forward,
        gate_backward=layer.gate_backward,
        fused=layer.dloss_da is None,
        neurons=neurons,
        sum=own("sum"),
        normalizer=_normalizer(spec) if "normalized" in organs else "",
        norm=_norm_view(layer, row),
        skip_from=layer.skip_from,
        skip=own("skip"),
        dropout=spec.dropout if isinstance(spec, LayerSpec) else 0.0,
        dropout_mask=own("dropout_mask"),
        dropped_output=own("output"),
        dloss_doutput=own("dloss_doutput", samples),
        dloss_dsum=own("dloss_dsum", samples),
    )


def _norm_view(layer: LayerTape, row: int) -> NormView | None:
    organs = layer.organs
    if "normalized" not in organs:
        return None
    by_unit = "running_mean" in organs  # batch normalization; the other one takes figures of each sample
    mean, variance = (
        organs[name] if by_unit else np.full(layer.units, organs[name][row]) for name in ("norm_mean", "norm_variance")
    )
    return NormView(mean, variance, organs["normalized"][row], organs["scale"], organs["shift"])


def _backward_mask(gain: Array | None, passes_gate: bool) -> Array | None:
    """What the gradient is multiplied by; None for softmax, whose Jacobian is no mask."""
    if gain is None:
        return None
    return gain if passes_gate else np.ones_like(gain)


def _one_mask(layer: LayerState | LayerTape, backward: Array | None, neurons: tuple[ActivationSpec, ...]) -> bool:
    """Whether both strokes meet one mask: by definition, and in the numbers to the precision of float32."""
    kinds = {each.name for each in neurons} or {layer.activation}
    if backward is None or not kinds <= SAME_MASK or not (layer.gate_forward and layer.gate_backward):
        return False
    return bool(np.allclose(layer.forward_mask, backward, rtol=1e-5, atol=1e-6))


def _named(snapshot: Snapshot, layers: tuple[LayerView, ...]) -> tuple[LayerView, ...]:
    """The layers with names for their units: features at the input, classes at the output, numbers elsewhere."""
    features, classes = snapshot.data.feature_names, snapshot.data.class_names

    def names(layer: LayerView) -> tuple[str, ...]:
        if layer.index == 0 and len(features) == layer.units:
            return features
        if layer.index == len(layers) - 1 and len(classes) == layer.units:
            return classes
        return tuple(str(unit + 1) for unit in range(layer.units))

    return tuple(replace(layer, unit_names=names(layer)) for layer in layers)
