"""What there is to say of one neuron at one moment: pure, from a ViewState, without Qt.

While a tape is read, only what has been computed at the cursor is told; the rest stands as "…".
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.cursor import Extra, Phase
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.session.phrases import MINUS, counted
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.explain.digits import Digits
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.known import known, known_signals, known_sources
from twostroke.gui.model.numbers import UNKNOWN, number, percent, signed
from twostroke.gui.model.on_paper import digits_of, factor, product_text
from twostroke.gui.model.switched import gate_on
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.weights import Weights, incoming, outgoing
from twostroke.gui.model.words import as_sentence, feature_title, fires_for_none, loss_of_sample, neuron_name

FIRST_TERMS = 3
INPUT_TIP = "As the network sees it: after feature transforms and scaling"
ACCOUNTS = {
    "bias": Kind.BIAS,
    "sum": Kind.SUM,
    "norm": Kind.NORMALIZED,
    "scale": Kind.Z,
    "skip": Kind.SKIP,
    "z": Kind.Z,
    "a": Kind.A,
    "gain": Kind.GAIN,
    "dropout": Kind.OUTPUT,
    "target": Kind.TARGET,
    "sample loss": Kind.LOSS,
    "∂L/∂out": Kind.OUTPUT_UPSTREAM,
    "∂L/∂a": Kind.UPSTREAM,
    "δ": Kind.DELTA,
    "∂L/∂sum": Kind.SUM_DELTA,
}
"""Name of a line -> the number whose account it leads to."""

DELTA = "The error signal ∂L/∂z, of the loss of the sample shown"

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Line:
    """One line: a number's name, and the number."""

    name: str
    text: str
    tip: str = ""
    strong: bool = False
    quantity: Quantity | None = None  # whose account this line leads to


@dataclass(frozen=True, eq=False)
class CurvePoint:
    """The activation and where the layer's units stand on it."""

    activation: str
    params: tuple[tuple[str, float | str], ...]
    layer: str
    z: float | None
    units_z: Array | None


@dataclass(frozen=True)
class Door:
    """One of a gate's two doors: what it lets through, None where that is not known yet."""

    mask: float | None = None
    shut: bool = False


@dataclass(frozen=True, eq=False)
class Inspection:
    """All that the inspector shows."""

    title: str
    about: str
    lines: tuple[Line, ...]
    doors: tuple[Door, Door] | None  # forward and backward; None: this neuron has no gate
    note: str
    weights: Weights | None
    curve: CurvePoint | None


def inspect(view: ViewState, ref: NeuronRef) -> Inspection:
    """What there is to say of neuron `ref`, which must exist in `view`."""
    return _input(view, ref.unit) if ref.layer == 0 else _Neuron(view, ref).inspection()


def suggestion(view: ViewState) -> NeuronRef:
    """A neuron worth a look: the first of hidden 1 that is not dead."""
    dead = view.layers[1].dead
    alive = np.flatnonzero(np.logical_not(dead)) if dead is not None else np.zeros(0, dtype=int)
    return NeuronRef(1, int(alive[0]) if len(alive) else 0)


def _input(view: ViewState, unit: int) -> Inspection:
    a = float(view.layers[0].a[unit])
    lines = (
        Line("a", number(a), INPUT_TIP, True, Quantity(Kind.INPUT, 0, unit, row=view.row)),
        Line("feeds", f"{counted(view.layers[1].units, 'unit')} of {view.layers[1].name}"),
    )
    return Inspection(
        neuron_name(view, 0, unit), "An input: it has no gate", lines, None, "", outgoing(view, unit), None
    )


class _Neuron:
    """Collects what there is to say of one neuron with weights."""

    def __init__(self, view: ViewState, ref: NeuronRef) -> None:
        self.view, self.ref, self.unit = view, ref, ref.unit
        self.layer = view.layers[ref.layer]
        self.link = view.links[ref.layer - 1]
        self.before = view.layers[ref.layer - 1]
        self.is_output = ref.layer == view.depth
        self.is_cut = self.layer.cut is not None and bool(self.layer.cut[ref.unit])

    def inspection(self) -> Inspection:
        entry = CATALOGUE[self.layer.gate(self.unit)[0]]
        lines = (
            *self._sum_lines(),
            *self._organ_lines(),
            *self._forward_lines(),
            *self._dropout_lines(),
            *self._backward_lines(),
        )
        return Inspection(
            neuron_name(self.view, self.ref.layer, self.unit),
            f"{entry.title}: f(z) = {entry.formula}",
            tuple(map(self._leading, lines)),
            self._doors(),
            ". ".join(filter(None, (self._note(), self._frozen()))),
            self._weights(),
            self._curve(),
        )

    def _leading(self, line: Line) -> Line:
        """The line, with the number that it tells of."""
        kind = ACCOUNTS.get(line.name)
        if line.quantity is not None or kind is None:
            return line
        layer, row = (0 if kind in (Kind.TARGET, Kind.LOSS) else self.ref.layer), self.view.row
        unit = 0 if kind is Kind.LOSS else self.unit
        return replace(line, quantity=Quantity(kind, layer, unit, row=None if kind is Kind.BIAS else row))

    def _of_term(self, k: int) -> Quantity:
        return Quantity(Kind.TERM, self.ref.layer, self.unit, k, self.view.row)

    # Forward stroke

    def _sum_lines(self) -> list[Line]:
        w, a = self.link.weight[self.unit], self.before.output
        arrived = known_signals(self.view, self.ref.layer, self.unit)
        sent = known_sources(self.view, self.ref.layer - 1)
        lines = []
        shown, digits = self._shown_terms, self._sum_digits
        for k in range(shown):
            if self.link.cut is not None and self.link.cut[self.unit, k]:
                cut = Line(self._source(k), "cut: carries nothing", "On either stroke", quantity=self._of_term(k))
                lines.append(cut)
                continue
            weight, signal = float(w[k]), float(a[k])
            text = (
                product_text(weight, signal, weight * signal, fewest=digits.operands)
                if arrived[k]
                else f"{number(weight)} · {factor(number(signal)) if sent[k] else UNKNOWN} = {UNKNOWN}"
            )
            lines.append(Line(self._source(k), text, self._term(), quantity=self._of_term(k)))
        if shown < len(w):
            rest = float(np.dot(w[shown:], a[shown:]))
            told = f"{len(w) - shown} more = {signed(rest, digits.operands) if arrived.all() else UNKNOWN}"
            whole = Kind.Z if self.layer.sum is None else Kind.SUM
            all_terms = Quantity(whole, self.ref.layer, self.unit, row=self.view.row)
            lines.append(Line("and", told, "All terms are in its account", quantity=all_terms))
        bias = self.layer.bias
        b = math.nan if bias is None else float(bias[self.unit])
        lines.append(Line("bias", signed(b, digits.operands)))
        return lines

    @cached_property
    def _shown_terms(self) -> int:
        count = self.before.units
        return count if count <= FIRST_TERMS + 1 else FIRST_TERMS

    @cached_property
    def _sum_digits(self) -> Digits:
        """With how many the terms and their sum are written, so that they add up."""
        total = self._at(self.layer.z if self.layer.sum is None else self.layer.sum)
        terms = self.link.weight[self.unit].astype(float) * self.before.output
        shown, rest = terms[: self._shown_terms], float(terms[self._shown_terms :].sum())
        parts = [*map(float, shown), rest, self._at(self.layer.bias) or 0.0]
        return digits_of(lambda read: sum(map(read, parts)), math.nan if total is None else total)

    def _term(self) -> str:
        dropped = self.before.dropout_mask is not None
        return "weight · activation, which is 0 where dropout silences it" if dropped else "weight · activation"

    def _organ_lines(self) -> list[Line]:
        """From the weighted sum to z, where a normalizer or a skip path lies between."""
        if self.layer.sum is None:
            return []
        summed = self._over(Phase.SUM, Extra.BIAS)
        total = self._at(self.layer.sum)
        told = _told(total, summed, digits=self._sum_digits.result)
        lines = [Line("sum", f"sum = {told}", "All terms and the bias", True)]
        if self.layer.normalizer:
            lines += self._norm_lines(_told(total, summed), self._over(Phase.SUM, Extra.NORM))
        if self.layer.skip_from is not None:
            source = self.view.layers[self.layer.skip_from]
            from_ = (
                f"{source.name} · {source.unit_names[self.unit]}" if source.units == self.layer.units else source.name
            )
            tip = "What the skip path adds, through learned weights where the widths differ"
            added = f"{_told(self._at(self.layer.skip), self._over(Phase.SUM, Extra.SKIP), True)} from {from_}"
            known_here = self.layer.skip is not None or self.view.tape is not None
            lines.append(Line("skip", added if known_here else f"from {from_}, by learned weights", tip))
        return lines

    def _norm_lines(self, total: str, summed: bool) -> list[Line]:
        kind, norm = self.layer.normalizer, self.layer.norm
        if norm is None:  # live: the normalizer's own numbers are not known here
            figures = "by its running figures" if kind == "batch" else "over the units of the layer"
            return [Line("norm", f"{kind} norm, {figures}", "Its numbers are in its account")]
        mean, normalized = self._at(norm.mean), self._at(norm.normalized)
        scale, shift = self._at(norm.scale), self._at(norm.shift)
        over = "of this neuron over the mini-batch" if kind == "batch" else "of this sample over the layer's neurons"
        spread = None if norm.variance is None else float(np.sqrt(norm.variance[self.unit]))
        told, scaled = _told(normalized, summed), (scale or 0.0) * (normalized or 0.0) + (shift or 0.0)
        less = _added(-(mean or 0.0)) if summed else f"− {UNKNOWN}"
        return [
            Line(
                "norm",
                f"({total} {less}) / {_told(spread, summed)} = {told}",
                f"{kind.capitalize()} norm: less the mean, divided by the root of the variance {over}",
            ),
            Line(
                "scale",
                f"{number(scale or 0.0)} · {factor(told)} {_added(shift or 0.0)} = {_told(scaled, summed)}",
                "Learned scale and shift",
            ),
        ]

    def _dropout_lines(self) -> list[Line]:
        share, mask = self.layer.dropout, self._at(self.layer.dropout_mask)
        if mask is None:
            return [Line("dropout", "off here: a goes on as it is", "An update silences at random")] if share else []
        gated = self._over(Phase.GATE)
        a, sent = _told(self._at(self.layer.a), gated), _told(self._at(self.layer.output), gated)
        tip = f"One mask for both strokes: 0, or 1 / (1 − {number(share)}) for those that stay"
        silenced = ": silenced" if mask == 0 and gated else ""
        return [Line("dropout", f"{a} · {number(mask)} = {sent}{silenced}", tip, True)]

    def _source(self, k: int) -> str:
        image = self.view.snapshot.data.info.image
        if self.before.index == 0 and image and not self.view.snapshot.session.data.features:
            return f"px {k // image[1] + 1},{k % image[1] + 1}"
        name = feature_title(self.before.unit_names[k])
        return name if self.before.index == 0 else f"{self.before.name.replace('hidden ', 'h')}·{name}"

    def _forward_lines(self) -> list[Line]:
        z, a = self._at(self.layer.z), self._at(self.layer.a)
        summed, gated = self._over(Phase.SUM), self._over(Phase.GATE)
        entry = CATALOGUE[self.layer.gate(self.unit)[0]]
        z_text = _told(z, summed, digits=self._sum_digits.result if self.layer.sum is None else None)
        on = gate_on(self.layer, self.unit, backward=False)
        function = entry.title if on else "gate off: a = z"
        call = f"{function}({z_text})" if on else function
        slope = f"f′({z_text})"
        if self.is_cut:
            call = slope = "cut"
        lines = [
            Line("z", f"{self._z_is()} = {z_text}", "Pre-activation: what meets the gate", True),
            Line("a", f"{call} = {_told(a, gated)}", f"f(z) = {entry.formula}", True),
        ]
        if self.layer.gain is not None:
            text = f"{slope} = {_told(self._at(self.layer.gain), gated)}"
            lines.append(Line("gain", text, f"f′(z) = {entry.derivative}"))
        return lines

    def _z_is(self) -> str:
        """What z is made of, in words."""
        if self.layer.sum is None:
            return "sum"
        first = "norm" if self.layer.normalizer else "sum"
        return first if self.layer.skip_from is None else f"{first} + skip"

    # Backward stroke

    def _backward_lines(self) -> list[Line]:
        return self._output_lines() if self.is_output else self._hidden_lines()

    def _hidden_lines(self) -> list[Line]:
        upstream = self._at(self.layer.dloss_da)
        arrived = known(self.view, Phase.SPREAD, self.ref.layer + 1, self.unit)
        told = _told(upstream, arrived, True)
        sent_back, mask = _told(self._at(self.layer.upstream), arrived, True), self._at(self.layer.dropout_mask)
        lines = [self._arriving(sent_back)]
        if mask is not None:
            lines.append(
                Line("∂L/∂a", f"{sent_back} · {number(mask)} = {told}", "Dropout's mask, as on the way forward")
            )
        passed = self._over(Phase.GATE_BACK)
        delta, gain = self._at(self.layer.dloss_dz), self._at(self.layer.gain)
        on = gate_on(self.layer, self.unit, backward=True)
        times = f"{told} · {factor(_told(gain, passed))}" if on else f"{told} (gate off)"
        text = f"{times} = {_told(delta, passed, True)}"
        if passed and on and upstream is not None and gain is not None and delta is not None:
            text = product_text(upstream, gain, delta, sign=True)
        lines.append(Line("δ", text, self._delta_tip(), True))
        if self.layer.dloss_dsum is not None:
            whole = known(self.view, Phase.GATE_BACK, self.ref.layer)  # a normalizer mixes those of all its neurons
            behind = _told(self._at(self.layer.dloss_dsum), whole, True)
            lines.append(Line("∂L/∂sum", f"through the norm: {behind}", "What meets the activations, and goes back"))
        return lines

    def _arriving(self, told: str) -> Line:
        """What the layers behind send back to this neuron."""
        paths = [target for source, target in self.view.skip_targets if source == self.ref.layer]
        also = "".join(f", and over the skip path into {self.view.layers[target].name}" for target in paths)
        name = "∂L/∂a" if self.layer.dropout_mask is None else "∂L/∂out"
        what = f"{'cut' if self.is_cut else 'Σ w · δ'}{' + skip' if paths and not self.is_cut else ''} = {told}"
        return Line(name, what, f"From the units of {self.view.layers[self.ref.layer + 1].name}{also}")

    def _delta_tip(self) -> str:
        """What δ is; under batch normalization the samples of a mini-batch act on each other."""
        later = self.view.layers[self.ref.layer :]
        if self.view.tape is None or all(layer.normalizer != "batch" for layer in later):
            return DELTA
        return f"{DELTA}, and its part in those of the others, which it meets in batch norm"

    def _output_lines(self) -> list[Line]:
        compared = known(self.view, Phase.LOSS)
        passed = self._over(Phase.GATE_BACK)
        target = float(self.view.target[self.unit])
        lines = [
            Line("target", number(self.view.aim if self.layer.units == 1 else target)),
            Line("sample loss", loss_of_sample(self.view) if compared else UNKNOWN, "Of the sample shown", True),
        ]
        if self.view.snapshot.data.target_scale and len(self.view.truths) == self.layer.units:
            told = f"{number(self._own(self.view.predictions))} for {number(self._own(self.view.truths))}"
            lines.insert(0, Line("units", told, "Prediction and target in the units of the data", True))
        upstream, delta = self._at(self.layer.dloss_da), self._at(self.layer.dloss_dz)
        if upstream is not None:
            lines.append(Line("∂L/∂a", _told(upstream, compared, True), "Slope of the loss at this output"))
        lines.append(Line("δ", f"{self._difference(target, delta)}{_told(delta, passed, True)}", DELTA, True))
        return lines

    def _own(self, values: Array) -> float:
        return float(values[self.unit])

    def _difference(self, target: float, delta: float | None) -> str:
        """The short cut of fused losses, δ = a − target; its mean where each output has a loss of its own."""
        if not self.layer.fused or delta is None:
            return ""
        difference = float(self.layer.a[self.unit]) - target
        slope = LOSSES[self.view.loss_name].slope_at_z.format(a="a")
        for share, told in ((1, f"{slope} = "), (self.layer.units, f"({slope}) / {self.layer.units} = ")):
            if np.isclose(difference / share, delta, rtol=1e-3, atol=1e-6):
                return told
        return ""

    # The rest

    def _at(self, values: Array | None) -> float | None:
        return None if values is None else float(values[self.unit])

    def _over(self, phase: Phase, term: Extra | None = None) -> bool:
        """Whether that phase is over for this neuron, or it has met `term` in it."""
        return known(self.view, phase, self.ref.layer, self.unit, term)

    def _doors(self) -> tuple[Door, Door] | None:
        if self.layer.gain is None:
            return None
        return (
            self._door(self.layer.forward_mask, Phase.GATE),
            self._door(self.layer.backward_mask, Phase.GATE_BACK),
        )

    def _door(self, masks: Array | None, phase: Phase) -> Door:
        if masks is None or not self._over(phase):
            return Door()
        return Door(float(masks[self.unit]), bool(self.layer.shut(masks)[self.unit]))

    def _note(self) -> str:
        if self.is_cut:
            return "Cut: it sends nothing, and gets no gradient"
        if self.layer.gain is None:
            return f"{as_sentence(self.layer.title)} has no gate of its own: each output depends on every z."
        name, settings = self.layer.gate(self.unit)
        entry = CATALOGUE[name]
        if not entry.exact(settings):
            everywhere = "" if entry.constant_gain is None else " everywhere"
            return f"Its f′ is a surrogate to learn by: the true derivative is {entry.derivative}{everywhere}."
        evaluation = self.view.snapshot.evaluation
        if self.is_output or evaluation is None:
            return ""
        if tuple(map(len, evaluation.firing)) != tuple(layer.units for layer in self.view.layers[1:]):
            return ""  # an evaluation of another network
        firing, dead = evaluation.firing[self.ref.layer - 1], evaluation.dead[self.ref.layer - 1]
        return firing_sentence(float(firing[self.unit]), bool(dead[self.unit]), self.layer.dead_over)

    def _frozen(self) -> str:
        """What of its parameters no update changes."""
        links, biases = self.link.frozen, self.layer.frozen_bias
        count = 0 if links is None else int(np.count_nonzero(links[self.unit]))
        parts = [f"{count:,} of {counted(self.before.units, 'weight')}"] if count else []
        parts += ["the bias"] if biases is not None and biases[self.unit] else []
        return f"Frozen: {' and '.join(parts)}" if parts else ""

    def _weights(self) -> Weights:
        return incoming(self.view, self.ref, [self._source(k) for k in range(self.before.units)])

    def _curve(self) -> CurvePoint | None:
        if self.layer.gain is None:
            return None
        z = self._at(self.layer.z)
        summed = self._over(Phase.SUM) and z is not None and bool(np.isfinite(z))
        name, settings = self.layer.gate(self.unit)
        learned = {key: float(values[self.unit]) for key, values in self.layer.param if key in settings}
        alike = [unit for unit in range(self.layer.units) if self.layer.gate(unit)[0] == name]
        units_z = self.layer.z if len(alike) == self.layer.units or self.layer.z is None else self.layer.z[alike]
        return CurvePoint(
            name,
            tuple((settings | learned).items()),
            self.layer.name,
            z if summed else None,
            units_z if summed and known(self.view, Phase.SUM, self.ref.layer) else None,
        )


def _told(value: float | None, is_known: bool, sign: bool = False, digits: int | None = None) -> str:
    """The number, or "…" where it is not computed yet."""
    if not is_known or value is None or np.isnan(value):
        return UNKNOWN
    return signed(value, digits) if sign else number(value, digits)


def _added(value: float) -> str:
    """The number as a term behind others: "+ 0.4", "− 0.4"."""
    return f"{MINUS if value < 0 else '+'} {number(abs(value))}"


def firing_sentence(share: float, dead: bool, samples: int) -> str:
    """ "Fires for 43 % of the training set", or that the unit is dead."""
    if dead:
        return f"Dead: {fires_for_none(samples)}"
    return f"Fires for {percent(share, 0)} of the training set"
