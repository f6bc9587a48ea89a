"""From what is known (snapshot, tape) and what the user chose (cursor, choices) to what is shown.

`resolve` is the only place where that is decided.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from twostroke.engine.border.cursor import Cursor
from twostroke.engine.border.snapshot import LayerState, Snapshot
from twostroke.engine.border.tape import Array, LayerTape, Tape
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.session.spec import ActivationSpec, LayerSpec, OutputSpec
from twostroke.gui.model import cut_and_frozen
from twostroke.gui.model.captions import caption_of
from twostroke.gui.model.choices import Choices, row_of
from twostroke.gui.model.numbers import shown_with
from twostroke.gui.model.switched import has_switches
from twostroke.gui.model.user_text import short
from twostroke.gui.model.view import LayerView, LinkView, NormView, ViewState


def resolve(snapshot: Snapshot, tape: Tape | None, cursor: Cursor | None, choices: Choices) -> ViewState:
    """The view of `snapshot`, or of `tape` at `cursor` where both are given.

    `choices.batch_row` is clamped to the mini-batch; `GREATEST_LOSS` and `PINNED` are looked up in it. Raises
    ValueError where the cursor belongs to another depth.
    """
    if tape is None or cursor is None:
        view = _live(snapshot, choices)
    elif cursor.depth != tape.depth:
        raise ValueError(f"the cursor reads {cursor.depth} layers, and the tape has {tape.depth}")
    else:
        view = _on_tape(snapshot, tape, cursor, choices)
    with shown_with(choices.digits):
        return replace(view, caption=caption_of(view))


def _live(snapshot: Snapshot, choices: Choices) -> ViewState:
    layers = [_input_view(snapshot, snapshot.x)]
    for index, state in enumerate(snapshot.layers, start=1):
        layers.append(_layer_live(snapshot, index, state, layers))
    named = _named(snapshot, tuple(layers))
    return ViewState(
        snapshot=snapshot,
        choices=choices,
        tape=None,
        cursor=None,
        row=0,
        layers=named,
        links=tuple(
            _link(snapshot, LinkView(*ends, state.weight))
            for ends, state in zip(pairwise(named), snapshot.layers, strict=True)
        ),
        target=snapshot.target,
        loss=snapshot.loss,
        loss_name=snapshot.session.training.loss.name,
        caption="",
    )


def _on_tape(snapshot: Snapshot, tape: Tape, cursor: Cursor, choices: Choices) -> ViewState:
    row = row_of(tape, choices.batch_row, snapshot.sample)
    layers, links = _of_tape(snapshot, tape, row)
    return ViewState(
        snapshot=snapshot,
        choices=choices,
        tape=tape,
        cursor=cursor,
        row=row,
        layers=layers,
        links=links,
        target=tape.target[row],
        loss=float(tape.sample_loss[row]),
        loss_name=tape.loss_name,
        caption="",
    )


@lru_cache(maxsize=5)  # of four networks in the window, and of an export; a film changes only the cursor
def _of_tape(snapshot: Snapshot, tape: Tape, row: int) -> tuple[tuple[LayerView, ...], tuple[LinkView, ...]]:
    """Layers and links of one sample on a tape: the same objects for all moments of its film."""
    layers = [_layer_on_tape(i, layer, row, snapshot) for i, layer in enumerate(tape.layers, start=1)]
    named = _named(snapshot, (_input_view(snapshot, tape.x[row]), *layers))
    links = tuple(
        _link(snapshot, LinkView(*ends, layer.weight, layer.dloss_dweight, layer.weight_next))
        for ends, layer in zip(pairwise(named), tape.layers, strict=True)
    )
    return named, links


def _link(snapshot: Snapshot, link: LinkView) -> LinkView:
    """With what the session cuts and freezes of the links."""
    network, shape = snapshot.session.network, link.weight.shape
    if not (network.cut or network.frozen):
        return link
    cut, frozen = (of(network, link.layer, shape) for of in (cut_and_frozen.cut_links, cut_and_frozen.frozen_links))
    return replace(link, cut=cut, frozen=frozen)


def _input_view(snapshot: Snapshot, x: Array) -> LayerView:
    return LayerView(0, "input", "", "", len(x), (), x, response=_response(snapshot, 0, len(x)))


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


def _layer_live(snapshot: Snapshot, index: int, state: LayerState, before: Sequence[LayerView]) -> LayerView:
    """As the network is used: no dropout, and batch normalization by its running figures."""
    spec = spec_of(snapshot, index)
    backward = _backward_mask(state)
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
        dead_over=len(snapshot.data.train_label),
        firing=_firing(snapshot, index, len(state.a)),
        response=_response(snapshot, index, len(state.a)),
        incoming=_incoming(snapshot, index, state.weight),
        param=tuple(state.param.items()),
        params=tuple(state.params.items()),
        organs=tuple((name, state.organs[name]) for name in ("scale", "shift") if name in state.organs),
        masks_equal=_one_mask(state, backward, neurons),
        gate_forward=state.gate_forward,
        gate_backward=state.gate_backward,
        off_forward=state.off_forward,
        off_backward=state.off_backward,
        fused=state.dloss_da is None,
        neurons=neurons,
        sum=total,
        normalizer=normalizer,
        skip_from=spec.skip,
        skip=_skip_live(state, spec, total, before),
        dropout=spec.dropout if isinstance(spec, LayerSpec) else 0.0,
    )


def _firing(snapshot: Snapshot, layer: int, units: int) -> Array | None:
    """How often each unit of a layer fires, as last evaluated; a tape may be of another network than that of now."""
    known = () if snapshot.evaluation is None else snapshot.evaluation.firing
    return known[layer - 1] if layer <= len(known) and len(known[layer - 1]) == units else None


def _response(snapshot: Snapshot, layer: int, units: int) -> Array | None:
    """What each unit of a layer sends on over the plane, as last evaluated."""
    known = snapshot.evaluation.maps if snapshot.evaluation is not None else None
    found = known[layer] if known is not None and layer < len(known) else None
    return found if found is not None and len(found) == units else None


def _incoming(snapshot: Snapshot, layer: int, weight: Array) -> Array | None:
    """The weights of the first layer as pictures, where its inputs are the pixels of one."""
    image = snapshot.data.info.image
    if layer != 1 or image is None or weight.shape[1] != image[0] * image[1]:
        return None
    return weight.reshape(len(weight), *image)


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
    backward = _backward_mask(layer)
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
        bias_next=layer.bias_next,
        forward_mask=None if layer.gain is None else layer.forward_mask[row],
        backward_mask=None if backward is None else backward[row],
        dloss_da=None if layer.dloss_da is None else layer.dloss_da[row] * samples,
        dloss_dz=layer.dloss_dz[row] * samples,
        dead=state.dead if state is not None and len(state.dead) == layer.units else None,
        dead_over=len(snapshot.data.train_label),
        firing=_firing(snapshot, index, layer.units),
        response=_response(snapshot, index, layer.units),
        incoming=_incoming(snapshot, index, layer.weight),
        param=tuple(layer.param.items()),
        params=tuple(state.params.items()) if state is not None else (),
        organs=tuple((name, organs[name]) for name in ("scale", "shift") if name in organs),
        forward_raster=None if layer.gain is None else layer.forward_mask,
        backward_raster=backward,
        masks_equal=_one_mask(layer, backward, neurons),
        gate_forward=layer.gate_forward,
        gate_backward=layer.gate_backward,
        off_forward=layer.off_forward,
        off_backward=layer.off_backward,
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


def _backward_mask(layer: LayerState | LayerTape) -> Array | None:
    """What the gradient is multiplied by; None for softmax, whose Jacobian is no mask."""
    gain = layer.gain
    if gain is None or (layer.gate_backward and layer.off_backward is None):
        return gain
    return np.ones_like(gain) if layer.off_backward is None else np.where(layer.off_backward, np.ones_like(gain), gain)


def _one_mask(layer: LayerState | LayerTape, backward: Array | None, neurons: tuple[ActivationSpec, ...]) -> bool:
    """Whether both strokes meet one mask: by definition, and in the numbers to the precision of float32."""
    kinds = {each.name for each in neurons} or {layer.activation}
    one = all(CATALOGUE[name].one_mask for name in kinds)
    if backward is None or not one or not (layer.gate_forward and layer.gate_backward) or has_switches(layer):
        return False
    mask = layer.forward_mask
    return np.array_equal(mask, backward) or bool(np.allclose(mask, backward, rtol=1e-5, atol=1e-6))


def _named(snapshot: Snapshot, layers: tuple[LayerView, ...]) -> tuple[LayerView, ...]:
    """The layers with names for their units: features at the input, answers at the output, numbers elsewhere.

    These are for the screen: what a user has named at length is shortened.
    """
    data, features = snapshot.data, _short(snapshot.data.feature_names)
    answers = _short(data.class_names or (data.output_names if len(data.output_names) > 1 else ()))

    def names(layer: LayerView) -> tuple[str, ...]:
        if layer.index == 0 and len(features) == layer.units:
            return features
        if layer.index == len(layers) - 1 and len(answers) == layer.units:
            return answers
        return tuple(str(unit + 1) for unit in range(layer.units))

    network = snapshot.session.network
    return tuple(
        replace(
            layer,
            unit_names=names(layer),
            cut=cut_and_frozen.cut_units(network, layer.index, layer.units),
            frozen_bias=cut_and_frozen.frozen_biases(network, layer.index, layer.units),
        )
        for layer in layers
    )


@lru_cache(maxsize=8)
def _short(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(short(name) for name in names)
