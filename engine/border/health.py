"""How a network is: figures of every layer over the whole training part, their course, and what is wrong with it."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]

Z_END, Z_BINS = 6.0, 48
"""Pre-activations are counted in so many bins of one width from -Z_END to Z_END; what lies beyond is in the last."""

COURSE = ("active", "dead", "saturated", "gradient", "update_ratio", "gain_product", "jacobian", "effective_rank")
"""The figures of a layer whose course is kept, in the order of `HealthCourse.figures`."""


@dataclass(frozen=True, eq=False)
class LayerHealth:
    """One layer, as the network is used, over the training part. See `probes.layers` and `probes.units`."""

    name: str  # "hidden 1", ..., "output"
    active: float  # share of the units that fire for one sample, in the mean; what is missing to 1 is the sparsity
    gradient: float  # ||dL/dW|| (Frobenius) of the mean loss of all samples
    update_ratio: float  # ||W' - W|| / ||W|| of the update that comes next
    gain_product: float  # what the gates from the last hidden layer back to this one leave of a gradient
    jacobian: float  # root mean square of ||d z(output) / d z(this layer)||
    effective_rank: float  # how many directions the activations fill
    firing: Real  # (units,) share of the samples for which the unit fires
    dead: NDArray[np.bool_]  # (units,) it fires for no sample, its gate is shut for all, and it is not cut
    cut: NDArray[np.bool_]  # (units,)
    saturated: Real  # (units,) share of the samples that find its gate shut; NaN for softmax
    z_mean: Real  # (units,)
    z_spread: Real  # (units,) standard deviation
    z_counts: NDArray[np.int64]  # (units, Z_BINS) samples

    @property
    def dead_share(self) -> float:
        """Of the units that are not cut; NaN where all are."""
        there = self.dead[~self.cut]
        return float(there.mean()) if there.size else np.nan

    @property
    def course(self) -> tuple[float, ...]:
        """The figures of COURSE. Saturated is the mean over the units that are neither dead nor cut."""
        alive = self.saturated[~self.dead & ~self.cut]
        return (
            self.active,
            self.dead_share,
            float(alive.mean()) if alive.size else np.nan,
            self.gradient,
            self.update_ratio,
            self.gain_product,
            self.jacobian,
            self.effective_rank,
        )


@dataclass(frozen=True, eq=False)
class Collapse:
    """The one affine map, x -> weight x + bias, that a network of several layers is up to z of its output layer."""

    weight: Real  # (outputs, inputs)
    bias: Real  # (outputs,)
    product: bool  # whether `weight` is nothing but the product of the layers' own weights
    difference: float  # largest |z of the network - z of the map| over outputs and samples of the training part
    largest: float  # largest |z| there, with which the difference is to be compared


@dataclass(frozen=True, eq=False)
class HealthCourse:
    """How the figures of the layers went, an entry an examination, in rising order of the updates."""

    update: NDArray[np.int64]  # (n,)
    figures: Real  # (n, layers, len(COURSE))

    def of(self, name: str) -> Real:
        """(n, layers) of one of COURSE."""
        return np.asarray(self.figures[:, :, COURSE.index(name)])


class Cause(StrEnum):
    """What a finding comes from here; what usually helps depends on it."""

    RATE = "rate"
    INIT = "init"
    INPUTS = "inputs"
    TARGETS = "targets"
    ACTIVATION = "activation"
    DEPTH = "depth"
    IMBALANCE = "imbalance"
    CAPACITY = "capacity"
    SHRINKING = "shrinking"  # of the weights, by penalties or decay
    SLOWNESS = "slowness"  # a rate that is too low
    HAND = "hand"  # what has been cut or frozen
    GATES = "gates"  # that are left out on one stroke


@dataclass(frozen=True)
class Measure:
    """A figure that an illness is known by, whether it is beyond its limit or not."""

    illness: str  # id in the table of illnesses
    figure: float
    limit: float
    below: bool = False  # whether it is ill below its limit, and not above
    layer: int | None = None  # 1...depth; None where it concerns the whole network

    @property
    def beyond(self) -> bool:
        """Whether it is ill."""
        return self.figure < self.limit if self.below else self.figure > self.limit


@dataclass(frozen=True)
class Finding:
    """Something that is wrong, with its evidence."""

    measure: Measure
    title: str  # a few words: "Dead units in hidden 2"
    measured: str  # a sentence: what was measured, over what, and the figure
    since: int  # the update at which it was first seen, without a break up to now
    cause: Cause
    why: str  # a sentence or two: why it happens here
    worst: int | None = None  # where it concerns the whole network: the layer that shows it most; None where none does

    @property
    def place(self) -> int | None:
        """The layer to look at."""
        return self.worst if self.measure.layer is None else self.measure.layer

    @property
    def key(self) -> tuple[str, int | None]:
        """By which a finding is known again."""
        return self.measure.illness, self.measure.layer


@dataclass(frozen=True, eq=False)
class Health:
    """A network after `update` updates."""

    update: int
    samples: int  # of the training part
    layers: tuple[LayerHealth, ...]
    measures: tuple[Measure, ...] = ()
    findings: tuple[Finding, ...] = ()
    course: HealthCourse = field(
        default_factory=lambda: HealthCourse(np.zeros(0, dtype=np.int64), np.zeros((0, 0, len(COURSE))))
    )
    collapse: Collapse | None = None  # None where the layers are not one linear map, or are only one
