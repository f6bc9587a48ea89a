"""All that a diagnosis may know of a network, and a few figures of its data that several illnesses ask for."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.health import Health, LayerHealth, Real
from twostroke.engine.border.snapshot import Curves, Evaluation, Failure
from twostroke.engine.catalogue.activations import Activation
from twostroke.engine.data import Dataset
from twostroke.engine.health.constant import constant_loss
from twostroke.engine.session.cutting import cut_links
from twostroke.engine.session.parameters import place_of
from twostroke.engine.session.spec import Session
from twostroke.engine.session.switched_gates import BACKWARD, FORWARD, off_units

LATEST = 5
"""Examinations over which what one mini-batch does is taken, as a median: one alone may be far off."""

LARGE_STEP = 0.02
"""Of the weights' size: updates above this are too large, where about 1e-3 is usual."""

FAR_INPUT = 10.0
"""Root mean square of an input above which nothing is as training expects it, which is about 1."""


@dataclass(frozen=True, eq=False)
class Case:
    """A network in training. `health` holds the course up to now."""

    session: Session
    dataset: Dataset
    health: Health
    evaluation: Evaluation | None
    curves: Curves
    failure: Failure | None = None
    changed: int = 0  # the update since which the network is trained as it is now

    @property
    def update(self) -> int:
        """How many updates the network has behind it."""
        return self.health.update

    @property
    def hidden(self) -> tuple[LayerHealth, ...]:
        """All layers but the last."""
        return self.health.layers[:-1]

    @property
    def rate(self) -> float:
        """The learning rate."""
        return float(self.session.training.optimizer.learning_rate)

    @property
    def epochs(self) -> float:
        """How often every sample has been seen."""
        return self.update * self.session.training.batch_size / max(1, len(self.dataset.x_train))

    def functions(self, layer: int, some: NDArray[np.bool_] | None = None) -> tuple[Activation, ...]:
        """Those of the neurons of hidden layer 1..., or of `some` of them, (units,), each once."""
        gates = self.session.network.layers[layer - 1].gates
        chosen = gates if some is None else [gate for gate, one in zip(gates, some.tolist(), strict=True) if one]
        return tuple({gate.name: gate.entry for gate in chosen}.values())

    def passes_gates(self, layer: int, stroke: str) -> NDArray[np.bool_]:
        """Which gates of hidden layer 1... that stroke passes, (units,): those that are off on it do nothing to it."""
        gates = self.session.gates
        on = np.full(self.session.widths[layer], {FORWARD: gates.forward, BACKWARD: gates.backward}[stroke])
        on[list(off_units(gates.off, layer, stroke))] = False
        return on

    @property
    def follows_another(self) -> bool:
        """Whether some gates are on one stroke only: weights follow what is not the gradient of the loss."""
        numbers = range(1, len(self.hidden) + 1)
        return any((self.passes_gates(at, FORWARD) != self.passes_gates(at, BACKWARD)).any() for at in numbers)

    def held(self, layer: int) -> bool:
        """Whether no update moves a weight of layer 1..., as all of them are frozen or cut."""
        network, widths = self.session.network, self.session.widths
        held = np.zeros((widths[layer], widths[layer - 1]), dtype=np.bool_)
        for key, index in map(place_of, (*network.frozen, *cut_links(network))):
            if key == f"l{layer}.weight":
                held[index] = True
        return bool(held.all())

    @property
    def left(self) -> float:
        """The training loss as a share of `constant_loss`; 0 where no input is needed to be right, 1 if unknown."""
        if self.evaluation is None:
            return 1.0
        return self.evaluation.train.loss / self.constant_loss if self.constant_loss > 0.0 else 0.0

    @cached_property
    def input_sizes(self) -> Real:
        """Root mean square of each input over the training part, as the network sees it: (inputs,)."""
        return np.asarray(np.sqrt(np.square(self.dataset.x_train.astype(np.float64)).mean(axis=0)))

    @cached_property
    def target_size(self) -> float:
        """Root mean square of the values to predict, of the output where it is largest; 0 where there are classes."""
        if self.session.task != "regression":
            return 0.0
        return float(np.sqrt(np.square(self.dataset.target_train.astype(np.float64)).mean(axis=0)).max(initial=0.0))

    @cached_property
    def usual_ratios(self) -> Real:
        """Of each layer at each examination, (n, layers), the median of the latest update-to-weight ratios up to it."""
        ratios = self.health.course.of("update_ratio")
        first = [np.median(ratios[:end], axis=0) for end in range(1, min(LATEST, len(ratios) + 1))]
        if len(ratios) < LATEST:
            return np.array(first).reshape(ratios.shape)
        windows = np.lib.stride_tricks.sliding_window_view(ratios, LATEST, axis=0)
        return np.vstack([*first, np.median(windows, axis=-1)])

    @property
    def latest_ratio(self) -> Real:
        """The newest of these; NaN before there are enough."""
        if len(self.usual_ratios) < LATEST:
            return np.full(len(self.health.layers), np.nan)
        return np.asarray(self.usual_ratios[-1])

    @cached_property
    def ratio_since_change(self) -> Real:
        """The same of those of them that came after the last change of a setting; of the newest where none did."""
        course = self.health.course
        ratios = course.of("update_ratio")[course.update > self.changed][-LATEST:]
        if not len(ratios):
            return np.array([layer.update_ratio for layer in self.health.layers])
        return np.asarray(np.median(ratios, axis=0))

    @property
    def largest_step(self) -> tuple[float, int]:
        """The largest update-to-weight ratio so far that is finite, and the update at which it was seen."""
        course = self.health.course
        each = np.where(np.isfinite(course.of("update_ratio")), course.of("update_ratio"), 0.0).max(axis=1, initial=0.0)
        at = int(each.argmax()) if each.size else 0
        return (float(each[at]), int(course.update[at])) if each.size else (0.0, 0)

    @cached_property
    def constant_loss(self) -> float:
        """The training loss of the best answer that looks at no input: what has to be beaten."""
        return constant_loss(self.session.training, self.dataset)

    def since(self, ill: NDArray[np.bool_], of: NDArray[np.int64] | None = None) -> int:
        """The first update of the last unbroken run of examinations that are `ill`, (n,) bool; of now where none is.

        `of`: their updates, where these are not examinations.
        """
        well = np.flatnonzero(~ill)
        first = int(well[-1]) + 1 if well.size else 0
        updates = self.health.course.update if of is None else of
        return int(updates[first]) if first < len(updates) else self.update
