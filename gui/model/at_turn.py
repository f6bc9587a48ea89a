"""What the neuron meets that is at its turn, in numbers and as a sentence: one product, a bias, a gate. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from twostroke.engine.border.cursor import Extra, Moment, Phase
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.gui.model.choices import LinkRef
from twostroke.gui.model.numbers import UNKNOWN, number, signed
from twostroke.gui.model.on_paper import product_text
from twostroke.gui.model.reach import sums_now, upstream_now
from twostroke.gui.model.switched import gate_on
from twostroke.gui.model.view import LayerView, ViewState
from twostroke.gui.model.words import RIGHT, neuron_name


@dataclass(frozen=True)
class Product:
    """One product on one link: w · a, w · δ or δ · a."""

    link: LinkRef
    phase: Phase
    left: float
    right: float

    @property
    def value(self) -> float:
        """What it comes to."""
        return self.left * self.right

    @property
    def text(self) -> str:
        """ "0.42 · 1.30 = +0.55"."""
        return product_text(self.left, self.right, self.value)


SYMBOLS = {Phase.SUM: "w · a", Phase.SPREAD: "w · δ", Phase.WEIGHTS: "δ · a"}


def product_of(view: ViewState) -> Product | None:
    """The product that is at its turn; None where none is."""
    moment = view.moment
    if moment is None or moment.unit is None or not isinstance(moment.term, int) or moment.step.phase not in SYMBOLS:
        return None
    phase, layer = moment.step.phase, moment.step.layer
    target, source = (moment.term, moment.unit) if phase is Phase.SPREAD else (moment.unit, moment.term)
    link = view.links[layer - 1]
    weight, a = float(link.weight[target, source]), float(link.below.output[source])
    if phase is Phase.SUM:
        return Product(LinkRef(layer, source, target), phase, weight, a)
    if link.above.delta is None:
        return None
    delta = float(link.above.delta[target])
    factors = (weight, delta) if phase is Phase.SPREAD else (delta, a)
    return Product(LinkRef(layer, source, target), phase, *factors)


def sentence_of(view: ViewState, moment: Moment) -> str | None:
    """What happens at the turn of one neuron; None where all of a layer act at the same time."""
    if moment.unit is None:
        return None
    return _SENTENCES[moment.step.phase](view, moment, moment.unit)


def _sum(view: ViewState, moment: Moment, unit: int) -> str:
    layer = view.layers[moment.step.layer]
    who, product, sums = neuron_name(view, layer.index, unit), product_of(view), sums_now(view, layer.index)
    so_far = UNKNOWN if sums is None else number(float(sums[unit]))
    if product is not None:
        term = f"term {product.link.source + 1} of {view.layers[layer.index - 1].units}"
        return f"{who}: {term}, w · a = {product.text}. The sum so far is {so_far}."
    total = "the sum" if layer.sum is not None else "z"
    if moment.term is Extra.BIAS:
        bias = UNKNOWN if layer.bias is None else signed(float(layer.bias[unit]))
        return f"{who}: its bias {bias} comes last, and {total} is {so_far}."
    if moment.term is Extra.NORM:
        then = "" if layer.skip_from is not None else ": that is z"
        return f"{who}: {layer.normalizer} norm makes {so_far} of its sum{then}."
    added = "what" if layer.skip is None else signed(float(layer.skip[unit]))
    return f"{who}: the skip path adds {added}, and z is {so_far}."


def _gate(view: ViewState, moment: Moment, unit: int) -> str:
    layer = view.layers[moment.step.layer]
    who, entry = neuron_name(view, layer.index, unit), CATALOGUE[layer.gate(unit)[0]]
    if layer.z is None:
        return f"{who} meets its gate."
    z, a = number(float(layer.z[unit])), number(float(layer.a[unit]))
    told = (
        f"{who}: a = {entry.title}({z}) = {a}"
        if gate_on(layer, unit, backward=False)
        else f"{who}: the gate is off, a = z = {a}"
    )
    silenced = " Dropout silences it." if layer.silenced[unit] else ""
    return f"{told}.{_shut(layer, unit, forward=True)}{silenced}"


def _shut(layer: LayerView, unit: int, *, forward: bool) -> str:
    """That the gate is shut, or lets something through; nothing where there is none."""
    mask = layer.forward_mask if forward else layer.backward_mask
    if mask is None or not gate_on(layer, unit, backward=not forward):
        return ""
    if layer.shut(mask)[unit]:
        return " The gate is shut."
    if mask[unit] == 1.0:
        return " The gate is open: all of it passes."
    return f" The gate lets {number(float(mask[unit]))} of it through."


def _gate_back(view: ViewState, moment: Moment, unit: int) -> str:
    layer = view.layers[moment.step.layer]
    who, delta = neuron_name(view, layer.index, unit), layer.dloss_dz
    told = UNKNOWN if delta is None else signed(float(delta[unit]))
    if layer.fused or layer.dloss_da is None:
        return f"{who}: loss and {layer.title} are taken as one, δ = ∂L/∂z = {told}."
    if not gate_on(layer, unit, backward=True) or layer.gain is None or delta is None:
        return f"{who}: δ = ∂L/∂a = {told}."
    product = product_text(float(layer.dloss_da[unit]), float(layer.gain[unit]), float(delta[unit]), sign=True)
    return f"{who}: δ = ∂L/∂a · f′(z) = {product}.{_shut(layer, unit, forward=False)}"


def _weights(view: ViewState, moment: Moment, unit: int) -> str:
    layer = view.layers[moment.step.layer]
    who, product = neuron_name(view, layer.index, unit), product_of(view)
    if product is not None:
        source = neuron_name(view, layer.index - 1, product.link.source)
        return f"{source} {RIGHT} {who}: δ · a = {product.text} is {_whose(view)}∂L/∂w of this link."
    delta = UNKNOWN if layer.delta is None else signed(float(layer.delta[unit]))
    return f"{who}: δ itself, {delta}, is {_whose(view)}∂L/∂b of its bias."


def _whose(view: ViewState) -> str:
    share = "share of " if any(layer.normalizer == "batch" for layer in view.layers) else ""
    return f"this sample's {share}" if view.tape is not None and view.tape.samples > 1 else ""


def _spread(view: ViewState, moment: Moment, unit: int) -> str:
    below = view.layers[moment.step.layer - 1]
    who, product, came = neuron_name(view, below.index, unit), product_of(view), upstream_now(view, moment.step.layer)
    so_far = UNKNOWN if came is None else signed(float(came[unit]))
    if product is None:
        return f"{who}: {so_far} has come over the skip path; the terms w · δ join it."
    source = neuron_name(view, moment.step.layer, product.link.target)
    return f"{who}: back from {source} comes w · δ = {product.text}. The gradient so far is {so_far}."


_SENTENCES: dict[Phase, Callable[[ViewState, Moment, int], str]] = {
    Phase.SUM: _sum,
    Phase.GATE: _gate,
    Phase.GATE_BACK: _gate_back,
    Phase.WEIGHTS: _weights,
    Phase.SPREAD: _spread,
}
