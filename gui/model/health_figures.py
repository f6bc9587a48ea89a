"""The figures of a layer whose course the panel *Health* shows: what each means, and its fixed scale."""

import math
from dataclasses import dataclass

import numpy as np

from twostroke.engine.border.health import Health, Real
from twostroke.gui.model.numbers import number, percent

Mark = tuple[float, str]


@dataclass(frozen=True)
class Scale:
    """From `low` to `high`, the same for every layer and network; what lies beyond is drawn at the end."""

    low: float
    high: float
    log: bool = False
    marks: tuple[Mark, ...] = ()  # values that are written at it

    def shares(self, values: Real) -> Real:
        """Where values lie, 0 to 1; NaN where nothing is known."""
        with np.errstate(divide="ignore", invalid="ignore"):
            placed = np.log10(np.maximum(values, 0.0)) if self.log else values
        low, high = (math.log10(self.low), math.log10(self.high)) if self.log else (self.low, self.high)
        return np.asarray(np.clip((placed - low) / (high - low), 0.0, 1.0))

    def share(self, value: float) -> float:
        """The same for one; 0 where nothing is known."""
        return float(np.nan_to_num(self.shares(np.array([value])))[0])


WIDE = 32
"""Units of a layer from which on its rank has a logarithmic scale."""

SHARES = Scale(0.0, 1.0, marks=((0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")))


def _decades(low: int, high: int, *marks: tuple[int, str]) -> Scale:
    return Scale(10.0**low, 10.0**high, True, tuple((10.0**power, text) for power, text in marks))


@dataclass(frozen=True)
class Figure:
    """One figure: its name in `COURSE`, or how much is missing to 1 of that; `tip` says in a sentence what it means."""

    id: str
    title: str
    of: str
    tip: str
    scale: Scale
    missing: bool = False  # it is what is missing to 1
    hidden: bool = True  # it is of hidden layers alone
    gradient: bool = False  # it is about gradients, not signals
    usual: float | None = None  # where it usually lies

    def values(self, health: Health) -> Real:
        """(examinations, layers): the course of the layers of `names`."""
        found = health.course.of(self.of)
        found = found[:, :-1] if self.hidden else found
        return 1.0 - found if self.missing else found

    def names(self, health: Health) -> tuple[str, ...]:
        """The layers that have it."""
        names = tuple(layer.name for layer in health.layers)
        return names[:-1] if self.hidden else names

    def scale_of(self, health: Health) -> Scale:
        """Its scale; that of ranks ends at the widest layer, and is logarithmic where that is wide."""
        if self.of != "effective_rank":
            return self.scale
        widest = max((len(layer.firing) for layer in health.layers[:-1]), default=1)
        if widest > WIDE:
            return Scale(1.0, float(widest), True, ((1.0, "1"), (float(widest), f"{widest:,}")))
        return Scale(0.0, float(widest), marks=((0.0, "0"), (float(widest), f"{widest:,}")))

    def text(self, value: float, digits: int | None = None) -> str:
        """The value in words; a share without decimals."""
        if math.isnan(value):
            return "–"
        return percent(value, 0) if self.scale is SHARES else number(value, digits)


FIGURES: tuple[Figure, ...] = (
    Figure(
        "firing", "Firing rate", "active",
        "Share of a layer's units that fire for one sample, in the mean over the training part, in %.", SHARES,
    ),
    Figure(
        "sparsity", "Sparsity", "active",
        "Share of a layer's units that are silent for one sample, in the mean over the training part, in %.", SHARES,
        missing=True,
    ),
    Figure(
        "dead", "Dead units", "dead",
        "Share of a layer's units that fire for no training sample, with a gate that is shut for all, in %.", SHARES,
    ),
    Figure(
        "saturated", "Shut or saturated gates", "saturated",
        "Share of the training samples that find a unit's gate shut, in the mean over the living units, in %.", SHARES,
        gradient=True,
    ),
    Figure(
        "gradient", "Gradient norm", "gradient",
        "‖∂L/∂W‖ of the mean loss over the training part, in loss per weight; one logarithmic scale for all networks.",
        _decades(-8, 2, (-8, "10⁻⁸"), (-3, "10⁻³"), (2, "10²")), hidden=False, gradient=True,
    ),
    Figure(
        "update_ratio", "Update-to-weight ratio", "update_ratio",
        "‖W′ − W‖ / ‖W‖ of the next update, a pure number: by what share of their size weights move. Usual is 10⁻³.",
        _decades(-7, 1, (-7, "10⁻⁷"), (-3, "10⁻³"), (1, "10")), hidden=False, gradient=True, usual=1e-3,
    ),
    Figure(
        "gain_product", "Gain product", "gain_product",
        "What the gates from the last hidden layer back to this one leave of a gradient, in the mean, as a factor.",
        _decades(-8, 2, (-8, "10⁻⁸"), (-4, "10⁻⁴"), (0, "1")), gradient=True,
    ),
    Figure(
        "jacobian", "Jacobian norm", "jacobian",
        "Root mean square of ‖∂z(output)/∂z(layer)‖ over training samples, exact, as a factor: what arrives of a "
        "gradient at the output.",
        _decades(-8, 4, (-8, "10⁻⁸"), (-4, "10⁻⁴"), (0, "1"), (4, "10⁴")), gradient=True,
    ),
    Figure(
        "effective_rank", "Effective rank", "effective_rank",
        "How many directions the activations of the training samples fill, of as many as the widest layer has units.",
        Scale(0.0, 1.0),
    ),
)  # fmt: skip
