"""The numbers of what is shown, in full, as one table: a row a neuron, then a row a link. For spreadsheets. Pure.

Gradients of neurons are those of the sample that is shown, as in the picture; of weights and biases those of the mean
over the mini-batch. What the cursor has not passed yet is left empty, and so is what a row does not have.
"""

import csv
import io
from collections.abc import Iterator, Sequence

import numpy as np

from twostroke.engine.border.cursor import Phase
from twostroke.engine.border.tape import Array
from twostroke.gui.model.cut_and_frozen import Mask
from twostroke.gui.model.known import known, known_units
from twostroke.gui.model.user_text import harmless
from twostroke.gui.model.view import LayerView, LinkView, ViewState

NEURON = (
    "activation",
    "z",
    "a",
    "forward_mask",
    "gain",
    "dloss_da",
    "dloss_dz",
    "bias",
    "dloss_dbias",
    "bias_next",
)
LINK = ("weight", "signal", "dloss_dweight", "weight_next")
HEADING = ("row", "layer", "neuron", "name", "from_layer", "from_neuron", *NEURON, *LINK)
"""Layers count from 0, the inputs, and neurons from 0, as in a trace."""

MOST_ROWS = 1_000_000
"""Links beyond are too many for any spreadsheet."""


def rows(view: ViewState) -> Iterator[tuple[str, ...]]:
    """HEADING, then all rows as text, every number with all its digits."""
    yield HEADING
    for layer in view.layers:
        yield from _neurons(view, layer)
    for link in view.links:
        yield from _links(view, link)


def count(view: ViewState) -> int:
    """How many rows there are, without the heading."""
    return sum(layer.units for layer in view.layers) + sum(link.weight.size for link in view.links)


def as_csv(view: ViewState) -> str:
    """Comma-separated values (RFC 4180)."""
    return _joined(view, ",")


def as_tsv(view: ViewState) -> str:
    """Separated by tabs, as spreadsheets take it from the clipboard."""
    return _joined(view, "\t")


def _joined(view: ViewState, delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows(view))
    return text.getvalue()


def _neurons(view: ViewState, layer: LayerView) -> Iterator[tuple[str, ...]]:
    n, units = layer.index, layer.units
    columns = [_column(values, there, units) for values, there in _of_neurons(view, layer)]
    for unit in range(units):
        name = harmless(layer.unit_names[unit]) if layer.unit_names else ""
        kind = layer.gate(unit)[0] if n else ""
        yield "neuron", str(n), str(unit), name, "", "", kind, *(c[unit] for c in columns), *[""] * len(LINK)


def _of_neurons(view: ViewState, layer: LayerView) -> Iterator[tuple[Array | None, Mask]]:
    """The columns of NEURON behind the first, and for which units each is known."""
    n, units = layer.index, layer.units
    nothing = np.zeros(units, dtype=np.bool_)
    if n == 0:
        yield from ((None, nothing), (layer.a, known_units(view, Phase.INPUT, 0, units)))
        yield from [(None, nothing)] * (len(NEURON) - 3)
        return
    gate, back = known_units(view, Phase.GATE, n, units), known_units(view, Phase.GATE_BACK, n, units)
    last = n == view.depth
    arrived = np.full(units, known(view, Phase.LOSS)) if last else known_units(view, Phase.SPREAD, n + 1, units)
    tape = None if view.tape is None else view.tape.layers[n - 1]
    yield layer.z, known_units(view, Phase.SUM, n, units)
    yield layer.a, gate
    yield layer.forward_mask, gate
    yield layer.gain, gate
    yield layer.dloss_da, arrived
    yield layer.dloss_dz, back
    yield layer.bias, np.ones(units, dtype=np.bool_)
    yield None if tape is None else tape.dloss_dbias, np.full(units, known(view, Phase.WEIGHTS, n))
    yield layer.bias_next, np.full(units, known(view, Phase.UPDATE))


def _column(values: Array | None, there: Mask, units: int) -> list[str]:
    if values is None:
        return [""] * units
    plain = values + values.dtype.type(0)  # no -0.0, which spreadsheets show and nobody understands
    return [str(value) if shown else "" for value, shown in zip(plain, there, strict=True)]


def _links(view: ViewState, link: LinkView) -> Iterator[tuple[str, ...]]:
    below, above = link.below, link.above
    sent = known_units(view, Phase.GATE, below.index, below.units) if below.index else np.ones(below.units, np.bool_)
    size = link.weight.shape
    columns = [
        _cells(link.weight, np.ones(size, np.bool_)),
        _cells(link.signal, np.broadcast_to(sent, size)),
        _cells(link.dloss_dweight, np.full(size, known(view, Phase.WEIGHTS, link.layer))),
        _cells(link.weight_next, np.full(size, known(view, Phase.UPDATE))),
    ]
    for j, i in np.ndindex(*size):
        ends = "link", str(above.index), str(j), "", str(below.index), str(i)
        yield *ends, *[""] * len(NEURON), *(column[j][i] if column else "" for column in columns)


def _cells(values: Array | None, there: Mask) -> Sequence[Sequence[str]]:
    if values is None:
        return ()
    return [_column(row, shown, len(row)) for row, shown in zip(values, there, strict=True)]
