"""What a program is written about: a session with its data, layer by layer, and where it begins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from twostroke.engine.border.tape import Array
from twostroke.engine.catalogue.losses import Loss
from twostroke.engine.compute.layout import Layer, Run, layers_of
from twostroke.engine.data import Dataset
from twostroke.engine.probes.evaluation import class_weights
from twostroke.engine.session.parameters import place_of
from twostroke.engine.session.spec import ActivationSpec, Session, TrainingSpec

Places = tuple[list[int], ...]
"""Indices of single numbers in an array, a list for each axis."""


@dataclass(frozen=True, eq=False)
class Case:
    """The session, the data it learns from, and how far the program trains.

    `state` is that with which the session was saved (see `companion.state_arrays`); None where it begins at update 0.
    """

    session: Session
    dataset: Dataset
    updates: int
    state: Mapping[str, Any] | None = None

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers with weights, from 1."""
        return layers_of(self.session, self.session.widths)

    @property
    def training(self) -> TrainingSpec:
        """How the network learns."""
        return self.session.training

    @property
    def loss(self) -> Loss:
        """What training lowers."""
        return self.training.loss.entry

    @property
    def last(self) -> Layer:
        """The output layer."""
        return self.layers[-1]

    @property
    def classes(self) -> int:
        """How many classes the data tell apart; 0 where they ask for values."""
        return self.dataset.info.classes

    @cached_property
    def class_weights(self) -> Array | None:
        """What each class counts in the loss."""
        return class_weights(self.training.class_weights, self.dataset.label_train, self.classes)

    def gate_is_on(self, layer: Layer, stroke: str) -> bool:
        """Whether the stroke, "forward" or "backward", passes the gates of a layer; at the output it always does."""
        return layer is self.last or bool(getattr(self.session.gates, stroke))

    def into_skips(self, source: int) -> Iterator[Layer]:
        """The layers that a skip path leads to from layer `source`; 0 are the inputs."""
        return (layer for layer in self.layers if layer.skip == source)

    @property
    def batch_norm(self) -> bool:
        """Whether a layer normalizes over the mini-batch."""
        return any(layer.norm == "batch" for layer in self.layers)

    @property
    def dropout(self) -> bool:
        """Whether a layer drops outputs."""
        return any(layer.dropout for layer in self.layers)

    @property
    def single_sample(self) -> bool:
        """Whether the last mini-batch of an epoch holds one sample."""
        return len(self.dataset.x_train) % self.training.batch_size == 1

    # -- what learns -----------------------------------------------------------------------------------------------

    @cached_property
    def learning(self) -> tuple[str, ...]:
        """The parameters that updates change, by the keys of a trace; not those that are frozen as a whole."""
        frozen = self.session.network.frozen
        return tuple(key for layer in self.layers for key in parameter_keys(layer) if key not in frozen)

    @cached_property
    def held(self) -> dict[str, Places]:
        """Single numbers of them that no update changes, frozen or cut."""
        network = self.session.network
        found: dict[str, list[tuple[int, ...]]] = {}
        for text in (*network.frozen, *network.cut):
            key, index = place_of(text)
            if index and key in self.learning and index not in found.setdefault(key, []):
                found[key].append(index)
        return {key: tuple(map(list, zip(*places, strict=True))) for key, places in found.items()}

    @cached_property
    def lowest(self) -> int:
        """The lowest layer in which anything learns: no gradient is needed below."""
        return min((int(key[1 : key.index(".")]) for key in self.learning), default=len(self.layers))

    # -- where it begins -------------------------------------------------------------------------------------------

    @property
    def clock(self) -> tuple[int, int, int, int]:
        """Updates, epoch, place in the epoch and optimizer steps at which it begins."""
        found = (0, 0, 0, 0) if self.state is None else self.state.get("state.clock", (0, 0, 0, 0))
        updates, epoch, position, steps = (int(number) for number in found)
        return updates, epoch, position, steps

    @property
    def seed(self) -> int:
        """Of the sample order and of dropout."""
        return (self.session.network.seed << 32) ^ self.session.data.seed

    @property
    def beginning(self) -> dict[str, Array]:
        """Parameters and running figures that are known as numbers, by key: given ones, or all of a saved session."""
        if self.state is not None:
            return {key: np.asarray(values) for key, values in self.state.items() if not key.startswith("state.")}
        dtype = self.session.network.dtype
        return {key: np.asarray(values, dtype=dtype) for key, values in self.session.network.parameters.items()}


def parameter_keys(layer: Layer) -> Iterator[str]:
    """What updates change in a layer, by the keys of a trace."""
    names = ["weight", "bias", *(f"param.{name}" for name in layer.learned)]
    names += ["scale", "shift"] if layer.norm != "none" else []
    names += ["skip_weight"] if layer.projected else []
    return (f"l{layer.number}.{name}" for name in names)


def running_keys(layer: Layer) -> tuple[str, ...]:
    """Batch normalization's running figures of a layer."""
    return tuple(f"l{layer.number}.running_{name}" for name in ("mean", "variance") if layer.norm == "batch")


VARIABLES = {
    "weight": "w{}",
    "bias": "b{}",
    "scale": "scale{}",
    "shift": "shift{}",
    "skip_weight": "v{}",
    "running_mean": "running_mean{}",
    "running_variance": "running_variance{}",
}
"""What a program calls an array, by its key in a trace without the layer's number."""


def variable(key: str) -> str:
    """What a program calls the array of that key: `w1` for "l1.weight", `alpha_of_1` for what a gate has learned."""
    number, name = key[1:].split(".", 1)
    own = name.removeprefix("param.")
    return VARIABLES[name].format(number) if name in VARIABLES else f"{own.replace('.', '_')}_of_{number}"


def settings_of(run: Run) -> dict[str, float | str]:
    """The settings of a run's activation that are not learned."""
    spec: ActivationSpec = run.spec
    learned = {parameter.name for parameter in spec.entry.learned}
    return {name: value for name, value in spec.params.items() if name not in learned}
