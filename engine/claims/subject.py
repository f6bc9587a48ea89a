"""A network at one moment, of which claims speak, and all figures of it, each computed when it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.snapshot import Evaluation
from twostroke.engine.border.tape import LayerTape, Tape
from twostroke.engine.catalogue.activations import is_shut
from twostroke.engine.claims.arithmetic import ClaimError
from twostroke.engine.compute import optimizing
from twostroke.engine.compute.kernels.plan import State
from twostroke.engine.compute.network import Network
from twostroke.engine.compute.record import copy_state, record_update
from twostroke.engine.data import Dataset
from twostroke.engine.files.session_file import layer_arrays
from twostroke.engine.probes import Evaluator
from twostroke.engine.probes.gradcheck import Report, check_network
from twostroke.engine.probes.layers import LayerProbe, layer_probe
from twostroke.engine.probes.line import hinge_probe
from twostroke.engine.probes.linear import linear_probe
from twostroke.engine.probes.regions import region_probe
from twostroke.engine.probes.units import Bounds, UnitProbe, bounds, unit_probe
from twostroke.engine.run.course import Course
from twostroke.engine.session.spec import Session

Place = Callable[[Tape], int]
"""Which sample of a tape's mini-batch is shown."""


CHECKED = 20
"""Gradients of each array of parameters that are compared, at most: a lesson is no place to wait."""


def greatest_loss(tape: Tape) -> int:
    """The sample that a film shows unless another is chosen."""
    return int(np.argmax(tape.sample_loss))


@dataclass(frozen=True, eq=False)
class Subject:
    """A network between two updates, in arrays that later updates do not touch. `update` is that which comes next."""

    session: Session
    dataset: Dataset
    state: State
    place: Place = greatest_loss
    failed: bool = False  # whether training has stopped there at a number that is not finite

    @cached_property
    def network(self) -> Network:
        """It, with the weights of this moment."""
        network = Network(self.session)
        network.theta, network.running = self.state.theta, self.state.running
        return network

    @cached_property
    def _evaluator(self) -> Evaluator:
        return Evaluator(self.network, self.dataset)

    @property
    def update(self) -> int:
        """Updates done."""
        return int(self.state.clock[0])

    @property
    def epoch(self) -> float:
        """Epochs done, with the part of the one under way."""
        return float(self.state.clock[1] + self.state.clock[2] / len(self.dataset.x_train))

    @property
    def depth(self) -> int:
        """Layers with weights, the output among them."""
        return len(self.session.widths) - 1

    @cached_property
    def tape(self) -> Tape:
        """All that the update computes that comes next."""
        return record_update(self.network, optimizing.rule(self.session), self._evaluator.train, self.state)

    @cached_property
    def row(self) -> int:
        """Place in the mini-batch of the sample that is shown."""
        return self.place(self.tape)

    @cached_property
    def evaluation(self) -> Evaluation:
        """Scores over the training part and the test part."""
        return self._evaluator.evaluate(self.network, self.update)

    @cached_property
    def units(self) -> UnitProbe:
        """What each unit does over the training part."""
        return unit_probe(self.network, self.dataset, self.update)

    @cached_property
    def layers(self) -> LayerProbe:
        """What each layer does over the training part, and in the coming update."""
        return layer_probe(self.network, self.dataset, self.update, self.tape)

    @cached_property
    def checked(self) -> Report:
        """The gradients of the coming update beside differences of its loss, in float64."""
        wide = self.session.network.model_copy(update={"dtype": "float64"})
        network = Network(self.session.model_copy(update={"network": wide}))
        network.set_parameters(self.network.parameters())
        return check_network(
            network,
            self.tape.x.astype(np.float64),
            self.tape.target.astype(np.float64),
            None if self.tape.class_weight is None else self.tape.class_weight.astype(np.float64),
            update=self.update,
            elements=CHECKED,
        )

    @cached_property
    def regions(self) -> int:
        """Linear regions of the drawn plane. ValueError where there are none."""
        return region_probe(self.network, self.dataset, self.update).count

    @cached_property
    def hinges(self) -> int:
        """Bends of the curve of a network of one input. ValueError where there are none."""
        return len(hinge_probe(self.network, self.dataset, self.update).hinges.x)

    @cached_property
    def collapse_error(self) -> float:
        """Largest difference of a stack of linear layers and the one map that it is. ValueError where it is none."""
        return linear_probe(self.network, self.dataset, self.update).difference

    def layer(self, number: int) -> LayerTape:
        """One layer of the tape, from 1. ClaimError where there is none."""
        if not 1 <= number <= self.depth:
            raise ClaimError(f"there is no l{number}; expected l1 to l{self.depth}, or out")
        return self.tape.layers[number - 1]

    def arrays(self, number: int) -> dict[str, Any]:
        """The arrays of a layer by their keys in a trace, without its number."""
        return layer_arrays(self.layer(number))

    def limits(self, number: int) -> Bounds:
        """When the units of a layer fire and open."""
        return bounds(self.network, number)

    def shut(self, number: int) -> NDArray[np.bool_]:
        """Which gates are shut, (B, units), for the mini-batch. ClaimError for softmax, whose Jacobian is no mask."""
        gain = self.layer(number).gain
        if gain is None:
            raise ClaimError(f"l{number} has softmax, whose gates neither open nor shut")
        return np.asarray(is_shut(gain, self.limits(number).shut_below))

    def firing(self, number: int) -> NDArray[np.bool_]:
        """Which units fire, (B, units), for the mini-batch."""
        return self.limits(number).fired(self.layer(number).a)


def subject_of(course: Course, place: Place = greatest_loss) -> Subject:
    """The network of a trainer as it is now."""
    return Subject(course.session, course.dataset, copy_state(course.state), place, course.failure is not None)
