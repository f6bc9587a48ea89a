"""The parameters of one neuron as a table, with what is done to them by hand: pure, from a ViewState, without Qt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.cursor import Extra, Phase
from twostroke.engine.border.tape import LayerTape
from twostroke.engine.session.parameters import element
from twostroke.gui.model import by_hand, cutting
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.known import known, known_signals, known_terms
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.words import title_of

Array = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Weights:
    """The table: a row for each link, for the bias, and for what else the neuron learns.

    Columns that are unknown or do not exist are None; a row that has no such number holds NaN there.
    """

    heading: str  # "from" or "to"
    names: tuple[str, ...]
    places: tuple[str, ...]  # as a session names them
    frozen: tuple[bool, ...]
    cut: tuple[bool, ...]
    terms: int  # rows that are terms of the sum
    weight: Array
    carried: Array | None  # w · a; of the terms
    own: Array | None  # dL/dw of the sample that is shown
    slope: Array | None  # its mean over the mini-batch
    after: Array | None
    on_tape: bool


def outgoing(view: ViewState, unit: int) -> Weights:
    """Those of the links that leave an input."""
    layer, link = view.layers[0], view.links[0]
    own = slope = after = None
    if link.dloss_dweight is not None and known(view, Phase.WEIGHTS, 1):
        own = None if link.above.delta is None else link.above.delta * float(layer.output[unit])
        slope = link.dloss_dweight[:, unit]
    if link.weight_next is not None and known(view, Phase.UPDATE):
        after = link.weight_next[:, unit]
    column = link.weight[:, unit]
    places = tuple(element("l1.weight", row, unit) for row in range(len(column)))
    done, carried = _by_hand(view, places), column * float(layer.a[unit])
    names, on_tape = view.layers[1].unit_names, view.tape is not None
    return Weights("to", names, places, *done, len(column), column, carried, own, slope, after, on_tape)


def incoming(view: ViewState, ref: NeuronRef, sources: Sequence[str]) -> Weights:
    """Those of a neuron with weights; `sources` are the names of the units before it."""
    row, link = ref.unit, view.links[ref.layer - 1]
    w, bias = link.weight[row], view.layers[ref.layer].bias
    further = tuple(_further(view, ref))
    own = (0.0 if bias is None else float(bias[row]), *(each.value for each in further))
    places = (
        *(element(f"l{ref.layer}.weight", row, k) for k in range(len(w))),
        element(f"l{ref.layer}.bias", row),
        *(element(each.key, row) for each in further),
    )
    carried = _carried(view, ref, own[0], len(further))
    own_slope = slope = after = None
    if view.tape is not None:
        layer = view.tape.layers[ref.layer - 1]
        own_slope = _come(view, ref, _of_sample(view, ref, len(further)))
        slope = np.concatenate([layer.dloss_dweight[row], _of(layer, row, further, False)])
        if view.tape.samples > 1 and not known(view, Phase.WEIGHTS, ref.layer):
            slope = None  # the mean over the samples comes in the end
        slope = _come(view, ref, slope)
        if known(view, Phase.UPDATE):
            after = np.concatenate([layer.weight_next[row], _of(layer, row, further, True)])
    return Weights(
        "from",
        (*sources, "bias", *(each.title for each in further)),
        places,
        *_by_hand(view, places),
        len(w) + 1,
        np.concatenate([w, np.array(own, dtype=w.dtype)]),
        carried,
        own_slope,
        slope,
        after,
        view.tape is not None,
    )


def _of_sample(view: ViewState, ref: NeuronRef, further: int) -> Array | None:
    """dL/dw of the sample that is shown: δ · a, and δ for the bias; not told of what else is learned."""
    delta = view.layers[ref.layer].delta
    if delta is None:
        return None
    error = float(delta[ref.unit])
    return np.concatenate([error * view.layers[ref.layer - 1].output, [error], np.full(further, np.nan)])


def _carried(view: ViewState, ref: NeuronRef, bias: float, further: int) -> Array | None:
    """w · a of each link, NaN where it is not known yet, and the bias; None where none is known."""
    link, there = view.links[ref.layer - 1], known_signals(view, ref.layer, ref.unit)
    if not there.any():
        return None
    products = np.where(there, link.signal[ref.unit], np.nan)
    return np.concatenate([products, [bias], np.full(further, np.nan)])


def _come(view: ViewState, ref: NeuronRef, slopes: Array | None) -> Array | None:
    """Of the gradients of what a neuron learns those that are known, NaN in place of others; None where none is."""
    if slopes is None or known(view, Phase.WEIGHTS, ref.layer):
        return slopes
    links = view.layers[ref.layer - 1].units
    there = known_terms(view, Phase.WEIGHTS, ref.layer, ref.unit, links)
    if not there.any():
        return None
    bias = known(view, Phase.WEIGHTS, ref.layer, ref.unit, Extra.BIAS)
    rest = np.full(len(slopes) - links - 1, False)
    return np.where(np.concatenate([there, [bias], rest]), slopes, np.nan)


def _by_hand(view: ViewState, places: Sequence[str]) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """Which of them are frozen, and which are cut."""
    session = view.snapshot.session
    return by_hand.frozen_among(session, places), cutting.cut_among(session, places)


class _Learned(NamedTuple):
    """What a neuron learns besides its weights and its bias."""

    key: str  # "l1.param.negative_slope"
    title: str
    value: float


def _further(view: ViewState, ref: NeuronRef) -> Iterator[_Learned]:
    layer = view.layers[ref.layer]
    settings = layer.gate(ref.unit)[1]
    for name, values in layer.param:
        if name in settings:
            yield _Learned(f"l{ref.layer}.param.{name}", title_of(name), float(values[ref.unit]))
    for name, values in layer.organs:
        yield _Learned(f"l{ref.layer}.{name}", name, float(values[ref.unit]))


def _of(layer: LayerTape, row: int, further: Sequence[_Learned], after: bool) -> Array:
    """Gradient of the bias and of what else is learned, or their next values."""
    params = layer.param_next if after else layer.dloss_dparam
    found = [(layer.bias_next if after else layer.dloss_dbias)[row]]
    for each in further:
        name = each.key.split(".", 1)[1]
        organ = f"{name}_next" if after else f"dloss_d{name}"
        values = params.get(name.removeprefix("param."), layer.organs.get(organ))
        found.append(np.nan if values is None else values[row])
    return np.array(found)
