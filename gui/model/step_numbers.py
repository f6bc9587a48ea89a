"""The numbers of one step as a table, for notes, pages and readers of the screen: those that it has just made. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from twostroke.engine.border.cursor import Phase
from twostroke.engine.border.tape import Array
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.known import known, known_units
from twostroke.gui.model.numbers import UNKNOWN, number, shown_with
from twostroke.gui.model.view import LayerView, ViewState
from twostroke.gui.model.weights import Weights, incoming
from twostroke.gui.model.words import RIGHT, loss_of_sample, neuron_name

MOST_ROWS = 24
"""Beyond, they are counted only: nobody reads them."""

Row = tuple[str, ...]


@dataclass(frozen=True)
class NumberTable:
    """What its columns are called, and rows: the name of a neuron or a link, and its numbers as written."""

    heading: Row
    rows: tuple[Row, ...]
    left_out: int = 0  # rows beyond the most

    @property
    def lines(self) -> tuple[str, ...]:
        """A line of text for each row: "hidden 1 · 3: z = 0.5, a = 0.5"."""
        told = [f"{name}: {self._named(values)}" for name, *values in self.rows]
        return (*told, f"and {self.left_out:,} more") if self.left_out else tuple(told)

    def _named(self, values: list[str]) -> str:
        if not self.heading[1:] or not values[-1]:  # the loss, which has one number alone
            return values[0]
        return ", ".join(f"{name} = {value}" for name, value in zip(self.heading[1:], values, strict=True))


NO_NUMBERS = NumberTable((), ())
"""Where nothing is laid on a tape."""


def step_numbers(view: ViewState) -> NumberTable:
    """Those of the step at which the tape of `view` is read; what has not been computed yet stands as "…"."""
    assert view.moment is not None, "numbers of a step are those of a tape"
    step = view.moment.step
    with shown_with(view.choices.digits):
        heading, rows = _TABLES[step.phase](view, step.layer)
        kept = tuple(islice(rows, MOST_ROWS))
        return NumberTable(heading, kept, sum(1 for _ in rows))


Table = tuple[Row, Iterator[Row]]


def _of_neurons(view: ViewState, layer: LayerView, phase: Phase, of: int, columns: dict[str, Array | None]) -> Table:
    """A row for each neuron of `layer`, whose numbers are known when `phase` at layer `of` is over for it."""
    given = {name: values for name, values in columns.items() if values is not None}
    there = known_units(view, phase, of, layer.units)
    rows = (
        (
            neuron_name(view, layer.index, unit),
            *(number(float(values[unit])) if there[unit] else UNKNOWN for values in given.values()),
        )
        for unit in range(layer.units)
    )
    return ("neuron", *given), rows


def _input(view: ViewState, _: int) -> Table:
    first = view.layers[0]
    return _of_neurons(view, first, Phase.INPUT, 0, {"a": first.a})


def _sum(view: ViewState, layer: int) -> Table:
    here = view.layers[layer]
    return _of_neurons(view, here, Phase.SUM, layer, {"sum": here.sum, "bias": here.bias, "z": here.z})


def _gate(view: ViewState, layer: int) -> Table:
    here = view.layers[layer]
    columns = {"z": here.z, "a": here.a, "f′(z)": here.gain, "sent on": here.dropped_output}
    return _of_neurons(view, here, Phase.GATE, layer, columns)


def _loss(view: ViewState, _: int) -> Table:
    out = view.layers[-1]
    heading, rows = _of_neurons(view, out, Phase.LOSS, 0, {"prediction": out.a, "target": view.target})
    loss = loss_of_sample(view) if known(view, Phase.LOSS) else UNKNOWN
    return heading, chain([("loss of the sample", loss, "")], rows)


def _gate_back(view: ViewState, layer: int) -> Table:
    here = view.layers[layer]
    mask = None if here.fused else here.backward_mask
    columns = {"∂L/∂a": here.dloss_da, "backward mask": mask, "∂L/∂z": here.dloss_dz}
    return _of_neurons(view, here, Phase.GATE_BACK, layer, columns)


def _spread(view: ViewState, layer: int) -> Table:
    before = view.layers[layer - 1]
    return _of_neurons(view, before, Phase.SPREAD, layer, {"∂L/∂a": before.upstream})


def _weights(view: ViewState, layer: int) -> Table:
    """The gradient of the sample that is shown, and the mean over the mini-batch."""
    if view.tape is not None and view.tape.samples == 1:
        return ("weight", "∂L/∂w"), _of_weights(view, layer, lambda each: (each.slope,))
    heading = ("weight", "∂L/∂w of the sample", "its mean over the mini-batch")
    return heading, _of_weights(view, layer, lambda each: (each.own, each.slope))


def _update(view: ViewState, _: int) -> Table:
    layers = range(1, view.depth + 1)
    heading = ("weight", "before", "∂L/∂w", "after")
    return heading, (row for layer in layers for row in _of_weights(view, layer, _moved))


def _moved(each: Weights) -> tuple[Array | None, ...]:
    return each.weight, each.slope, each.after


def _of_weights(view: ViewState, layer: int, columns: Callable[[Weights], tuple[Array | None, ...]]) -> Iterator[Row]:
    """A row for all that each neuron of `layer` learns."""
    before = view.layers[layer - 1]
    sources = [neuron_name(view, before.index, unit) for unit in range(before.units)]
    for unit in range(view.layers[layer].units):
        found = incoming(view, NeuronRef(layer, unit), sources)
        target = neuron_name(view, layer, unit)
        for row, name in enumerate(found.names):
            link = f"{name} {RIGHT} {target}" if row < before.units else f"{target}: {name}"
            yield link, *(UNKNOWN if each is None else number(_or_none(each[row])) for each in columns(found))


def _or_none(value: np.floating) -> float | None:
    return None if np.isnan(value) else float(value)


_TABLES: dict[Phase, Callable[[ViewState, int], Table]] = {
    Phase.INPUT: _input,
    Phase.SUM: _sum,
    Phase.GATE: _gate,
    Phase.LOSS: _loss,
    Phase.GATE_BACK: _gate_back,
    Phase.WEIGHTS: _weights,
    Phase.SPREAD: _spread,
    Phase.UPDATE: _update,
}
