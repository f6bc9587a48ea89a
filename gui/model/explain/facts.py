"""What is known at one moment: the numbers of the tape or, while live, of the sample shown, read in the same way."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from twostroke.engine.border.cursor import Phase, TermRef
from twostroke.engine.border.tape import Array, LayerTape
from twostroke.engine.catalogue.activations import CATALOGUE, Activation
from twostroke.engine.session.spec import LayerSpec, OutputSpec, Session
from twostroke.gui.model.explain.formula import Formula, Number
from twostroke.gui.model.explain.quantities import OF_A_PARAMETER, Kind, Operand, Quantity, Term
from twostroke.gui.model.known import known
from twostroke.gui.model.resolve import spec_of
from twostroke.gui.model.view import LayerView, ViewState
from twostroke.gui.model.words import neuron_name, title_of


@dataclass(frozen=True)
class Rule:
    """How a number follows from others."""

    formula: Formula
    symbols: str = ""  # LaTeX in its place where symbols are written otherwise than numbers: a sum
    terms: tuple[Term, ...] = ()
    note: str = ""
    one_by_one: bool = False  # whether each term has a moment of its own, before that of the whole
    digits: int = 0  # that are needed to see what happens
    torch: Formula | None = None  # what PyTorch has a name of its own for


@dataclass(frozen=True)
class Entry:
    """All there is to say of one kind of number."""

    title: str  # in words
    symbol: "Callable[[Facts, Quantity], str]"
    value: "Callable[[Facts, Quantity], float] | None"  # NaN where there is no such number; None: by the rule
    known: "Callable[[Facts, Quantity], bool]"  # whether it has been computed at the cursor
    rule: "Callable[[Facts, Quantity], Rule | None] | None" = None  # None: nothing on the tape comes before it
    note: "Callable[[Facts, Quantity], str] | None" = None


OF_THE_UPDATE = frozenset({Kind.LOSS, Kind.SAMPLE_WEIGHT, Kind.RATE, Kind.NORM, Kind.CLIP_FACTOR})
"""Kinds that belong to no neuron."""


def always(facts: "Facts", q: Quantity) -> bool:
    """What is there before the update begins."""
    return True


def after(phase: Phase, term: TermRef | None = None) -> "Callable[[Facts, Quantity], bool]":
    """What is known once that phase is over, at its own layer and for its neuron, or once that term has come in."""
    if phase in (Phase.INPUT, Phase.LOSS, Phase.UPDATE):
        return lambda facts, q: known(facts.view, phase)
    return lambda facts, q: known(facts.view, phase, q.layer, q.unit, term)


def after_all(phase: Phase) -> "Callable[[Facts, Quantity], bool]":
    """What is known once that phase is over for the whole layer."""
    return lambda facts, q: known(facts.view, phase, q.layer)


def at_neuron(
    read: Callable[[LayerTape], Array | None], *, own: bool = False, ruled: bool = False
) -> "Callable[[Facts, Quantity], float]":
    """A number of a neuron for one sample, from an array (B, units).

    `own`: of gradients of the mean loss, that of the sample's own. Where the layer has no such array, NaN; `ruled`:
    what the rule says.
    """

    def value(facts: "Facts", q: Quantity) -> float:
        values = read(facts.layer(q.layer))
        if values is None:
            return facts.by_rule(q) if ruled else math.nan
        return float(values[q.row or 0, q.unit]) * (facts.samples if own else 1)

    return value


Value = Callable[["Facts", Quantity], float]


class Facts:
    """The numbers of one view, by quantity."""

    def __init__(self, view: ViewState, table: Mapping[Kind, Entry], digits: int) -> None:
        self.view, self._table, self.digits = view, table, digits
        self._values: dict[Quantity, float | None] = {}

    @property
    def session(self) -> Session:
        """The session whose update this is."""
        return self.view.snapshot.session

    @property
    def on_tape(self) -> bool:
        """Whether an update is shown."""
        return self.view.tape is not None

    @property
    def depth(self) -> int:
        """Layers with weights."""
        return self.view.depth

    @cached_property
    def layers(self) -> tuple[LayerTape, ...]:
        """All layers with weights, with as many rows as there are samples."""
        if self.view.tape is not None:
            return self.view.tape.layers
        return tuple(_live(layer, self.view) for layer in self.view.layers[1:])

    @property
    def samples(self) -> int:
        """Samples in the mini-batch; 1 while live."""
        return 1 if self.view.tape is None else self.view.tape.samples

    def layer(self, index: int) -> LayerTape:
        """A layer with weights, from 1."""
        return self.layers[index - 1]

    def shown(self, index: int) -> LayerView:
        """The same as it is shown, for names and settings; 0 is the input."""
        return self.view.layers[index]

    @cached_property
    def x(self) -> Array:
        """The inputs, (B, inputs)."""
        return self.view.layers[0].a[None, :] if self.view.tape is None else self.view.tape.x

    @cached_property
    def target(self) -> Array:
        """The targets, (B, outputs)."""
        return self.view.target[None, :] if self.view.tape is None else self.view.tape.target

    def outputs(self, index: int) -> Array:
        """What a layer sends on, (B, units); of layer 0 the inputs."""
        return self.x if index == 0 else self.layer(index).output

    def gate(self, index: int, unit: int) -> tuple[Activation, dict[str, float | str]]:
        """A neuron's activation and its settings, learned ones as they began."""
        name, settings = self.shown(index).gate(unit)
        return CATALOGUE[name], settings

    def is_cut(self, index: int, unit: int) -> bool:
        """Whether a neuron is cut."""
        cut = self.shown(index).cut
        return cut is not None and bool(cut[unit])

    def spec(self, index: int) -> LayerSpec | OutputSpec:
        """The settings of a layer with weights."""
        return spec_of(self.view.snapshot, index)

    # Any number by its address.

    def symbol(self, q: Quantity) -> str:
        """Its LaTeX."""
        return self._table[q.kind].symbol(self, q)

    def value(self, q: Quantity) -> float | None:
        """The number; None where it is not known yet, or does not exist here."""
        if q not in self._values:
            self._values[q] = self._found(q)
        return self._values[q]

    def _found(self, q: Quantity) -> float | None:
        entry = self._table[q.kind]
        if not entry.known(self, q):
            return None
        value = entry.value(self, q) if entry.value else self.by_rule(q)
        return None if math.isnan(value) else float(value)

    def rule(self, q: Quantity) -> Rule | None:
        """How it follows from others."""
        rule = self._table[q.kind].rule
        return rule(self, q) if rule else None

    def by_rule(self, q: Quantity) -> float:
        """What its rule makes of the numbers before it."""
        rule = self.rule(q)
        return math.nan if rule is None else rule.formula.value(float)

    def name(self, q: Quantity) -> str:
        """In words, with its place: "weight of input · x → hidden 1 · 2"."""
        where, title = self.place(q), self._table[q.kind].title
        if q.kind in OF_A_PARAMETER:
            own = q.name.removeprefix("param.").rpartition(".")[2]
            named = _called(own) if own else "bias" if q.source is None else "weight"
            title = named if q.kind is Kind.PARAMETER else f"{title} of the {named}"
        if where.startswith(f"{title} "):  # "input · x" says it itself
            return where
        return f"{title} of {where}" if where else title

    def place(self, q: Quantity) -> str:
        """Which neuron or link."""
        if q.kind in OF_THE_UPDATE:
            return "" if q.row is None else self.sample_name(q.row)
        of_layer = q.kind in (Kind.MEAN, Kind.VARIANCE) and q.row is not None
        if of_layer or q.kind is Kind.LAYER_SQUARES:
            own = self.shown(q.layer).name
        else:
            own = neuron_name(self.view, self.depth if q.kind in (Kind.TARGET, Kind.OUTPUT_LOSS) else q.layer, q.unit)
        if q.source is not None:
            own = f"{self.source_name(q)} → {own}"
        return own if q.row is None or q.row == self.view.row else f"{own}, {self.sample_name(q.row)}"

    def sample_name(self, row: int) -> str:
        """Which sample: "sample 3 of the mini-batch", as the raster counts them."""
        return f"sample {row + 1} of the mini-batch" if self.on_tape else "this sample"

    def source_name(self, q: Quantity) -> str:
        """Where a link comes from."""
        before = self.layer(q.layer).skip_from if q.name == "skip_weight" else q.layer - 1
        return neuron_name(self.view, before or 0, q.source or 0)

    def operand(self, q: Quantity) -> Operand:
        """A number that others are computed from."""
        return Operand(self.symbol(q), self.value(q), q, self.name(q))

    def number(self, q: Quantity) -> Number:
        """The same in a formula."""
        return Number(self.operand(q))

    def term(self, a: Quantity, b: Quantity | None, name: str, has_come: bool = True) -> Term:
        """A product, or a number alone, as a term of a sum; `has_come`: whether the product has been computed."""
        first, second = self.operand(a), None if b is None else self.operand(b)
        values = [each.value for each in (first, second) if each is not None]
        product = None if None in values or not has_come else math.prod(v for v in values if v is not None)
        return Term(first, second, product, name)


def _called(parameter: str) -> str:
    """What a parameter is called; a and b alone would pass for the activation and the bias."""
    title = title_of(parameter)
    return f"coefficient {title}" if title in ("a", "b", "c") else title


def zero(name: str) -> Number:
    """Nothing, for a reason."""
    return constant("0", 0.0, name)


def constant(symbol: str, value: float, name: str) -> Number:
    """A number that the session sets."""
    return Number(Operand(symbol, value, None, name))


def _live(layer: LayerView, view: ViewState) -> LayerTape:
    """A layer for the one sample that is shown, as if it were a mini-batch; NaN for what only an update has."""
    link = view.links[layer.index - 1]
    unknown = np.broadcast_to(np.nan, (1, layer.units))

    def row(values: Array | None) -> Array:
        return unknown if values is None else values[None, :]

    no_weights, no_biases = np.broadcast_to(np.nan, link.weight.shape), unknown[0]
    organs = dict(view.snapshot.layers[layer.index - 1].organs)
    organs |= {name: row(values) for name, values in (("sum", layer.sum), ("skip", layer.skip)) if values is not None}
    return LayerTape(
        name=layer.name,
        activation=layer.activation,
        weight=link.weight,
        bias=no_biases if layer.bias is None else layer.bias,
        z=row(layer.z),
        a=row(layer.a),
        gain=None if layer.gain is None else layer.gain[None, :],
        forward_mask=row(layer.forward_mask),
        dloss_da=None if layer.dloss_da is None else layer.dloss_da[None, :],
        dloss_dz=row(layer.dloss_dz),
        dloss_dweight=no_weights,
        dloss_dbias=no_biases,
        weight_next=no_weights,
        bias_next=no_biases,
        gate_forward=layer.gate_forward,
        gate_backward=layer.gate_backward,
        off_forward=layer.off_forward,
        off_backward=layer.off_backward,
        param=dict(layer.param),
        skip_from=layer.skip_from,
        organs=organs,
    )
