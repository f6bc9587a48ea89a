"""The units of one layer over the training part, with the curve of their gate: what the panel *Health* shows."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.health import Z_END, Health, LayerHealth, Real
from twostroke.engine.catalogue.activations import CATALOGUE, evaluate, is_shut
from twostroke.engine.session.phrases import counted
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.numbers import number, percent
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.words import neuron_name

POINTS = 241

Params = tuple[tuple[str, float | str], ...]


@dataclass(frozen=True, eq=False)
class GateCurve:
    """f and f' from -Z_END to Z_END, and where the gate counts as shut; (POINTS,) each."""

    title: str
    z: Real
    value: Real
    slope: Real
    shut: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Units:
    """The units of layer `number`, 1...depth."""

    number: int
    layer: LayerHealth
    samples: int
    names: tuple[str, ...]  # "neuron 3 of hidden 1"
    curve: GateCurve | None  # None where no curve of one number says what it does: softmax
    pinned: int | None

    def told(self, unit: int) -> str:
        """One unit in a sentence."""
        layer = self.layer
        spread = f"z {number(float(layer.z_mean[unit]))} ± {number(float(layer.z_spread[unit]))}"
        if layer.cut[unit]:
            return f"{self.names[unit]} is cut; {spread}."
        over = f"of {counted(self.samples, 'sample')}"
        shut = float(layer.saturated[unit])
        doors = "" if np.isnan(shut) else f", its gate is shut for {percent(shut, 0)}"
        if layer.dead[unit]:
            return f"{self.names[unit]} is dead: it fires for none {over}{doors}; {spread}."
        return f"{self.names[unit]} fires for {percent(float(layer.firing[unit]), 0)} {over}{doors}; {spread}."


def known_health(view: ViewState) -> Health | None:
    """The last examination, where it is of the network that is shown."""
    health = view.snapshot.health
    if health is None or tuple(len(layer.firing) for layer in health.layers) != view.widths[1:]:
        return None
    return health


def units_of(view: ViewState, health: Health, number: int) -> Units:
    """Those of one layer; the curve is that of the pinned neuron's gate, or of the first's."""
    pinned = view.choices.selected
    own = pinned.unit if pinned is not None and pinned.layer == number else None
    layer = health.layers[number - 1]
    names = tuple(neuron_name(view, number, unit) for unit in range(len(layer.firing)))
    return Units(number, layer, health.samples, names, _curve(view, NeuronRef(number, own or 0)), own)


def _curve(view: ViewState, ref: NeuronRef) -> GateCurve | None:
    shown = view.layers[ref.layer]
    name, settings = shown.gate(ref.unit)
    if CATALOGUE[name].output_only:
        return None
    learned = {key: float(values[ref.unit]) for key, values in shown.param if key in settings}
    return gate_curve(name, tuple(sorted({**settings, **learned}.items())))


@lru_cache(maxsize=32)
def gate_curve(name: str, params: Params) -> GateCurve:
    """The curve of an activation with these settings."""
    z = np.linspace(-Z_END, Z_END, POINTS)
    value, slope = evaluate(name, z, dict(params))
    shut = is_shut(slope, CATALOGUE[name].shut_below)
    return GateCurve(CATALOGUE[name].title, z, value, slope, np.asarray(shut))
