"""The parameters of one neuron as a table, with what is done to them by hand: pure, from a ViewState, without Qt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.cursor import Phase, Step
from twostroke.engine.border.tape import LayerTape
from twostroke.engine.session.parameters import element
from twostroke.gui.model import by_hand, cutting
from twostroke.gui.model.choices import NeuronRef
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


def known(view: ViewState, phase: Phase, layer: int = 0) -> bool:
    """Whether `phase` at `layer` is over at the cursor; always, where no tape is read."""
    cursor = view.cursor
    if cursor is None:
        return True
    return (cursor.index, cursor.fraction) >= (cursor.steps.index(Step(phase, layer)), 1.0)


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
    row, link, before = ref.unit, view.links[ref.layer - 1], view.layers[ref.layer - 1]
    w, bias = link.weight[row], view.layers[ref.layer].bias
    further = tuple(_further(view, ref))
    own = (0.0 if bias is None else float(bias[row]), *(each.value for each in further))
    places = (
        *(element(f"l{ref.layer}.weight", row, k) for k in range(len(w))),
        element(f"l{ref.layer}.bias", row),
        *(element(each.key, row) for each in further),
    )
    carried = None
    if ref.layer == 1 or known(view, Phase.GATE, ref.layer - 1):
        carried = np.concatenate([w * before.output, own[:1], np.full(len(further), np.nan)])
    own_slope = slope = after = None
    if view.tape is not None:
        layer = view.tape.layers[ref.layer - 1]
        if known(view, Phase.WEIGHTS, ref.layer):
            own_slope = _of_sample(view, ref, len(further))
            slope = np.concatenate([layer.dloss_dweight[row], _of(layer, row, further, False)])
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
