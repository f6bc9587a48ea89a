"""Where a function of the catalogue can be used in a network, and by which edit it gets there."""

from dataclasses import dataclass

from twostroke.engine.border.commands import Change
from twostroke.engine.catalogue.activations import CATALOGUE, Activation
from twostroke.engine.session.phrases import layer_name
from twostroke.engine.session.settings.network_spec import NetworkSpec
from twostroke.gui.model import edits

ALL = "all hidden layers"
OUTPUT = "output"

MOST_KEYS = 9
"""Layers that have a key of their own: those whose number is one figure."""


@dataclass(frozen=True)
class Place:
    """One layer, or all hidden ones (None)."""

    layer: int | None
    title: str
    key: str = ""
    output: bool = False

    def edit(self, name: str) -> tuple[Change, tuple[object, ...]]:
        """What uses the function `name` there."""
        return (edits.set_output, (name,)) if self.output else (edits.set_activation, (self.layer, name))


def places(network: NetworkSpec, entry: Activation) -> tuple[Place, ...]:
    """All places for a function; what is for outputs alone goes nowhere else."""
    hidden = [] if entry.output_only else [_hidden(network, at) for at in range(1, len(network.layers) + 1)]
    every = [Place(None, ALL, "A")] if hidden else []
    return (*hidden, *every, _output(network))


def place_of(network: NetworkSpec, layer: int, entry: Activation) -> Place | None:
    """The place that is layer `layer` of the picture; None where the function cannot be used there."""
    depth = len(network.layers) + 1
    if layer == depth:
        return _output(network)
    return _hidden(network, layer) if 1 <= layer < depth and not entry.output_only else None


def _hidden(network: NetworkSpec, layer: int) -> Place:
    now = {gate.name for gate in network.layers[layer - 1].gates}
    told = CATALOGUE[now.pop()].title if len(now) == 1 else "mixed"
    return Place(layer, f"{layer_name(layer)} (now {told})", str(layer) if layer <= MOST_KEYS else "")


def _output(network: NetworkSpec) -> Place:
    now = CATALOGUE[network.output.activation.name].title
    return Place(len(network.layers) + 1, f"{OUTPUT} (now {now})", "O", output=True)
