"""The numbers that the sample shown is made of, and what it becomes when a hand gives one of them another value.

An input and a target are tried: the network shows what it makes of them, and the data stay as they are. Where rows
have been typed by hand, the row itself can be changed as well. Pure: no Qt.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from twostroke.engine.border.commands import Edited, TryInput
from twostroke.engine.border.snapshot import DataView
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.model import edits
from twostroke.gui.model.choices import NeuronRef, TargetRef
from twostroke.gui.model.even_values import FINE, STEP
from twostroke.gui.model.numbers import plain
from twostroke.gui.model.typed_rows import rows_of
from twostroke.gui.model.user_text import short
from twostroke.gui.model.view import ViewState

Part = NeuronRef | TargetRef
"""Of a sample: an input neuron, or what is asked of an output."""


@dataclass(frozen=True)
class Given:
    """A sample in the units of the data; of a class, `target` holds its number."""

    values: tuple[float, ...]
    target: tuple[float, ...] | None  # None where nobody knows it
    tried: bool  # whether it is in no data, so that its target was given by hand


@dataclass(frozen=True)
class Numbered:
    """One of its numbers: what it is called, its value (None where nobody knows it), how far one step turns it."""

    name: str
    value: float | None
    step: float


def raw_names(data: DataView) -> tuple[str, ...]:
    """What the raw inputs are called: a table's columns; x and y, from which features may be made."""
    inputs = data.train_raw.shape[1]
    if data.info.family == "table" and len(data.feature_names) == inputs:
        return data.feature_names
    return ("x", "y")[:inputs] if inputs <= 2 else tuple(str(place + 1) for place in range(inputs))


def part_of_sample(place: object) -> Part | None:
    """`place`, where it is a number of the sample and none of the network."""
    return place if isinstance(place, TargetRef) or (isinstance(place, NeuronRef) and place.layer == 0) else None


def given_by(command: TryInput) -> Given:
    """The sample that a command shows."""
    return Given(command.values, command.target, True)


def given(view: ViewState) -> Given | None:
    """The sample that is shown; None where a tape is of other data by now."""
    raw = view.shown_raw
    if raw is None:
        return None
    tried = view.trial is not None and view.trial.row is None
    return Given(tuple(map(float, raw)), _target(view) if view.target_known else None, tried)


def _target(view: ViewState) -> tuple[float, ...]:
    if view.asks_values:
        return tuple(map(float, view.truths))
    return (float(np.argmax(view.target) if len(view.target) > 1 else view.target[0]),)


def numbered(view: ViewState, sample: Given, part: Part) -> Numbered:
    """That number of the sample. ValueError, as a sentence, where it is made of others."""
    if isinstance(part, NeuronRef):
        column = _column(view, part.unit)
        name = short(raw_names(view.snapshot.data)[column])
        return Numbered(name, sample.values[column], _step(view.snapshot.data.train_raw[:, column]))
    if not view.asks_values:
        known = None if sample.target is None else sample.target[0]
        return Numbered(f"class (0 to {view.snapshot.data.info.classes - 1})", known, 1.0)
    labels = view.snapshot.data.train_label.reshape(len(view.snapshot.data.train_label), -1)
    known = None if sample.target is None else sample.target[part.unit]
    outputs = view.snapshot.data.output_names
    name = f"target {short(outputs[part.unit])}" if len(outputs) > 1 else "target"
    return Numbered(name, known, _step(labels[:, part.unit]))


def _column(view: ViewState, unit: int) -> int:
    """Which raw input the network's input `unit` is."""
    own, names = view.snapshot.data.feature_names, raw_names(view.snapshot.data)
    if own == names:
        return unit
    if own[unit] not in names:
        made_of = " and ".join(names)
        raise ValueError(f"The input {own[unit]} is made of {made_of}, which can be tried in the panel Output.")
    return names.index(own[unit])


def _step(values: object) -> float:
    """A power of ten, some tens of which span the values; a tenth where they do not differ."""
    span = float(np.ptp(np.asarray(values, dtype=np.float64)))
    return 10.0 ** (math.floor(math.log10(span)) - 1) if 0 < span < math.inf else STEP


def finer(step: float) -> float:
    """What turns a number that goes by `step` more finely; a class is whole."""
    return step if step == 1.0 else step * FINE / STEP


def with_number(view: ViewState, sample: Given, part: Part, value: float) -> TryInput:
    """What shows the sample with another value of that number. Another input asks for another target: it is known only
    where it was given by hand.
    """
    if isinstance(part, NeuronRef):
        column = _column(view, part.unit)
        values = (*sample.values[:column], value, *sample.values[column + 1 :])
        return TryInput(values, sample.target if sample.tried else None)
    if not view.asks_values:
        return TryInput(sample.values, (_class(view, value),))
    before = sample.target if sample.target is not None else tuple(map(float, view.predictions))
    return TryInput(sample.values, (*before[: part.unit], value, *before[part.unit + 1 :]))


def _class(view: ViewState, value: float) -> float:
    return float(min(max(round(value), 0), view.snapshot.data.info.classes - 1))


def typed_row(view: ViewState) -> int | None:
    """The row of those typed by hand that is shown; None where it is no such row, or where a part is left to test."""
    data, spec = view.snapshot.data, view.snapshot.session.data
    row = view.shown_row
    whole = spec.name == "rows" and len(data.train_raw) == len(spec.x)
    return row if whole and row is not None and row < len(spec.x) else None


def column_in_rows(view: ViewState, part: Part) -> int:
    """Its column among those typed by hand: first the inputs, then the answers."""
    if isinstance(part, NeuronRef):
        return _column(view, part.unit)
    inputs: int = view.snapshot.data.train_raw.shape[1]
    return inputs + (part.unit if view.asks_values else 0)


def in_row(view: ViewState, part: Part, row: int, number: Numbered) -> Numbered:
    """That number as it stands in the row: of a class its label, which need not be its number."""
    if isinstance(part, NeuronRef) or view.asks_values:
        return number
    rows = rows_of(view.snapshot.session.data)
    return Numbered("class", float(rows.cells[row][column_in_rows(view, part)]), 1.0)


def set_cell(session: Session, row: int, column: int, value: float) -> Edited:
    """Another number in one cell of the rows typed by hand; neighbouring edits of it are one step of undo."""
    if session.data.name != "rows" or row >= len(session.data.x):
        raise SessionError("The data are other ones by now; look at them, and change the number again.")
    rows = rows_of(session.data)
    edit = edits.set_rows(session, rows.put(row, column, ((value,),)))
    label = f"Set {short(rows.names[column])} of row {row + 1} to {plain(value)}"
    return replace(edit, label=label, dial=f"cell {row} {column}")
