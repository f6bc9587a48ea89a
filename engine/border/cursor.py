"""The order in which one update is read: phase by phase, layer by layer, forward and back again. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Phase(StrEnum):
    """What happens at one stage of an update."""

    INPUT = "input"  # the sample arrives
    SUM = "sum"  # pulses w * a travel into a layer, z fills up
    GATE = "gate"  # z becomes a; the gate opens or shuts
    LOSS = "loss"  # prediction meets target
    GATE_BACK = "gate_back"  # the upstream gradient meets the gate: delta = dL/da * gain
    WEIGHTS = "weights"  # delta * a lands on each link as dL/dw
    SPREAD = "spread"  # w * delta travels back to the layer before
    UPDATE = "update"  # every w becomes w_next

    @property
    def is_backward(self) -> bool:
        """Whether the gradient is on its way."""
        return self in (Phase.GATE_BACK, Phase.WEIGHTS, Phase.SPREAD)


@dataclass(frozen=True)
class Step:
    """One phase at one layer. Layers count from 1; 0 for phases that concern no layer (input, loss, update)."""

    phase: Phase
    layer: int = 0


@cache  # asked for hundreds of times a frame; there are few depths
def steps(depth: int) -> tuple[Step, ...]:
    """All steps of one update of a network with `depth` layers of weights, in the order in which they happen."""
    forward = [Step(phase, layer) for layer in range(1, depth + 1) for phase in (Phase.SUM, Phase.GATE)]
    backward = [
        Step(phase, layer)
        for layer in range(depth, 0, -1)
        for phase in (Phase.GATE_BACK, Phase.WEIGHTS, Phase.SPREAD)
        if not (phase is Phase.SPREAD and layer == 1)  # nothing learns behind the inputs
    ]
    return (Step(Phase.INPUT), *forward, Step(Phase.LOSS), *backward, Step(Phase.UPDATE))


WEIGHT_OF_PHASE: dict[Phase, float] = {
    Phase.INPUT: 0.6,
    Phase.SUM: 1.6,
    Phase.GATE: 1.0,
    Phase.LOSS: 1.2,
    Phase.GATE_BACK: 1.0,
    Phase.WEIGHTS: 1.0,
    Phase.SPREAD: 1.6,
    Phase.UPDATE: 1.2,
}
"""Share of the film's time that each phase takes; a journey needs longer than a door."""


class Extra(StrEnum):
    """What a neuron meets at a step besides its terms w · a or w · δ."""

    BIAS = "bias"  # the last term of a sum; its gradient follows those of the links
    NORM = "norm"  # the normalizer scales the sum anew, once all neurons of the layer have theirs
    SKIP = "skip"  # what a skip path adds to z, or what comes back over it
    GATE = "gate"  # the gate, on either stroke
    MEAN = "mean"  # the products of all samples become one gradient: of the whole layer at once


TermRef = int | Extra
"""One term: the unit at the other end of its link, or what else is met."""


@dataclass(frozen=True)
class Moment:
    """A point of the film: a step and how much of it has passed, 0 to 1.

    With `term` the step is read neuron by neuron: those before `unit` are done, later ones are not known yet, and of
    `unit` the terms before `term` are there, and `within` of it has passed. `unit` counts from 0, in the layer of the
    step, at SPREAD in the one that receives; it is None for MEAN. Without `term` all neurons act at the same time.
    """

    step: Step
    fraction: float = 1.0
    unit: int | None = None
    term: TermRef | None = None
    within: float = 1.0


@dataclass(frozen=True)
class Cursor:
    """Where reading stands on the tape of a network of `depth` layers: step `index`, of which `fraction` has passed.

    `unit`, `term` and `within` as in a `Moment`; `fraction` then counts the terms of the step that are done.
    """

    depth: int
    index: int = 0
    fraction: float = 1.0
    unit: int | None = None
    term: TermRef | None = None
    within: float = 1.0

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps of the update."""
        return steps(self.depth)

    @property
    def moment(self) -> Moment:
        """The point of the film."""
        return Moment(self.steps[self.index], self.fraction, self.unit, self.term, self.within)

    @property
    def at_start(self) -> bool:
        """Whether there is no step before this one."""
        return self.index == 0

    @property
    def at_end(self) -> bool:
        """Whether there is no step after this one."""
        return self.index == len(self.steps) - 1

    def next(self) -> "Cursor":
        """The end of the next step; the last one stays where it is."""
        return Cursor(self.depth, min(self.index + 1, len(self.steps) - 1))

    def previous(self) -> "Cursor":
        """The end of the step before; the first one stays where it is."""
        return Cursor(self.depth, max(self.index - 1, 0))

    def seek(self, step: Step, fraction: float = 1.0) -> "Cursor":
        """That step. Raises ValueError where the network has no such step."""
        return Cursor(self.depth, self.steps.index(step), min(max(fraction, 0.0), 1.0))

    def first(self) -> "Cursor":
        """The end of the first step."""
        return Cursor(self.depth)

    def last(self) -> "Cursor":
        """The end of the last step."""
        return Cursor(self.depth, len(self.steps) - 1)

    @property
    def time(self) -> float:
        """How far the film has come, 0 to 1, with the phases to scale."""
        lengths = [WEIGHT_OF_PHASE[s.phase] for s in self.steps]
        return (sum(lengths[: self.index]) + lengths[self.index] * self.fraction) / sum(lengths)

    def at_time(self, time: float) -> "Cursor":
        """The point at `time` (0 to 1, clamped) of the film; the inverse of `time`."""
        lengths = [WEIGHT_OF_PHASE[s.phase] for s in self.steps]
        if time >= 1.0:
            return self.last()
        left = max(time, 0.0) * sum(lengths)
        for index, length in enumerate(lengths):
            if left <= length:
                return Cursor(self.depth, index, left / length)
            left -= length
        return self.last()
