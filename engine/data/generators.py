"""Made-up samples of the plane and the line, drawn from a generator and nothing else.

The clean figures lie within [-1, 1]. `noise` runs from 0 (the clean figure) to 1 (a mess): each figure has its own
`SPREAD`, the standard deviation of the Gaussian jitter at noise 1, so that the same slider position looks about
equally noisy on all of them. A spiral whose arms lie 0.24 apart bears less than two clouds 1.4 apart.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Generator = np.random.Generator

SPIRAL_TURNS = 1.75
SPIRAL_INNER = 0.15  # radius at which the arms begin; at 0 they would be one point
CLOUD_SPREAD = 0.15  # of the clouds of `gauss` at noise 0

CROWDS, CROWD_RADIUS = ((-0.45, -0.4), (0.45, 0.4)), 0.42
FRAUDS, FRAUD_RADIUS = ((0.0, 0.0), (-0.5, 0.55), (0.5, -0.55)), 0.1
FRAUD_SHARE = 0.04  # a network that never says "fraud" is right 24 times in 25

SPREAD: dict[str, float] = {
    "circle": 0.5,
    "xor": 0.5,
    "gauss": 0.7,
    "spiral": 0.25,
    "moons": 0.5,
    "checkerboard": 0.2,
    "fraud": 0.3,
    "parabola": 0.5,
    "sine": 0.5,
    "absolute": 0.5,
    "step": 0.5,
    "reg-plane": 0.5,
    "reg-gauss": 0.5,
}
"""Standard deviation of the jitter at noise 1: of both coordinates for classes, of the value for regression."""

HILLS: tuple[tuple[float, float, float], ...] = (
    (-0.65, 0.4, 1.0),
    (0.0, 0.4, -1.0),
    (0.65, 0.4, 1.0),
    (-0.65, -0.4, -1.0),
    (0.0, -0.4, 1.0),
    (0.65, -0.4, -1.0),
)
"""x, y and height of the hills (and hollows) of `reg-gauss`."""

HILL_RADIUS = 0.25


def _strata(rng: Generator, n: int) -> Floats:
    """`n` numbers of [0, 1) in ascending order, one from each of `n` equal parts: random without gaps or clumps."""
    return (np.arange(n) + rng.random(n)) / n


def _ring(rng: Generator, n: int, inner: float, outer: float) -> Floats:
    """`n` points (n, 2), evenly by area, between two radii."""
    radius = np.sqrt(rng.uniform(inner**2, outer**2, n))
    angle = rng.uniform(0.0, 2.0 * np.pi, n)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _circle(rng: Generator, n: int, label: int) -> Floats:
    return _ring(rng, n, 0.0, 0.5) if label else _ring(rng, n, 0.7, 1.0)


def _xor(rng: Generator, n: int, label: int) -> Floats:
    """Quarters in turn, a little apart from the axes; class 1 where x and y have the same sign."""
    side = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    x, y = rng.uniform(0.06, 1.0, (2, n))
    return np.column_stack([side * x, side * y if label else -side * y])


def _gauss(rng: Generator, n: int, label: int) -> Floats:
    return (0.5 if label else -0.5) + CLOUD_SPREAD * rng.standard_normal((n, 2))


def _spiral(rng: Generator, n: int, label: int) -> Floats:
    """Archimedean arms; the second is the first turned by half a turn."""
    way = _strata(rng, n)
    radius = SPIRAL_INNER + (1.0 - SPIRAL_INNER) * way
    angle = 2.0 * np.pi * SPIRAL_TURNS * way + np.pi * label
    return np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])


def _moons(rng: Generator, n: int, label: int) -> Floats:
    """Half circles of radius 2/3, the lower one shifted into the mouth of the upper."""
    angle = np.pi * _strata(rng, n)
    x, y = np.cos(angle), np.sin(angle)
    moon = np.column_stack([1.0 - x, 0.5 - y] if label else [x, y])
    return (moon - (0.5, 0.25)) / 1.5


def _checkerboard(rng: Generator, n: int, label: int) -> Floats:
    """Four by four fields, a little apart; the eight of one class are filled in turn."""
    field = np.arange(n) % 8
    row = field // 2
    column = 2 * (field % 2) + (row + label) % 2
    corner = np.column_stack([column, row]) * 0.5 - 1.0
    return corner + rng.uniform(0.03, 0.47, (n, 2))


def _fraud(rng: Generator, n: int, label: int) -> Floats:
    """Two discs of ordinary cases; frauds in three small ones, one between and one on either side of them."""
    centres, radius = (FRAUDS, FRAUD_RADIUS) if label else (CROWDS, CROWD_RADIUS)
    return np.asarray(centres)[np.arange(n) % len(centres)] + _ring(rng, n, 0.0, radius)


CLASSES: dict[str, Callable[[Generator, int, int], Floats]] = {
    "circle": _circle,
    "xor": _xor,
    "gauss": _gauss,
    "spiral": _spiral,
    "moons": _moons,
    "checkerboard": _checkerboard,
    "fraud": _fraud,
}
"""Dataset -> clean points (n, 2) of one class (0 or 1)."""


def _hills(x: Floats) -> Floats:
    """Sum of Gaussian bells; neighbours alternate in sign, so the sum stays within [-1, 1]."""
    total = np.zeros(len(x))
    for cx, cy, height in HILLS:
        distance2 = (x[:, 0] - cx) ** 2 + (x[:, 1] - cy) ** 2
        total += height * np.exp(-0.5 * distance2 / HILL_RADIUS**2)
    return total


VALUES: dict[str, Callable[[Floats], Floats]] = {
    "parabola": lambda x: x[:, 0] ** 2,
    "sine": lambda x: np.sin(np.pi * x[:, 0]),
    "absolute": lambda x: np.abs(x[:, 0]),
    "step": lambda x: (x[:, 0] > 0.0).astype(np.float64),
    "reg-plane": lambda x: 0.5 * (x[:, 0] + x[:, 1]),
    "reg-gauss": _hills,
}
"""Dataset -> the clean value (n,) at points (n, inputs)."""


def draw_classes(name: str, rng: Generator, samples: int, noise: float) -> tuple[Floats, Labels]:
    """Points (samples, 2) and their classes (samples,), which differ in number by one at most.

    Only frauds are rare; but two there are, so that both parts of the data have one.
    """
    second = max(2, round(FRAUD_SHARE * samples)) if name == "fraud" else samples // 2
    counts = (samples - second, second)
    points = np.concatenate([CLASSES[name](rng, count, label) for label, count in enumerate(counts)])
    jitter = noise * SPREAD[name] * rng.standard_normal(points.shape)
    return points + jitter, np.repeat(np.array([0, 1], dtype=np.int64), counts)


def draw_values(name: str, rng: Generator, samples: int, noise: float, inputs: int) -> tuple[Floats, Floats]:
    """Points (samples, inputs) of [-1, 1] and a noisy value (samples,) at each."""
    points = rng.uniform(-1.0, 1.0, (samples, inputs)) if inputs > 1 else 2.0 * _strata(rng, samples)[:, None] - 1.0
    jitter = noise * SPREAD[name] * rng.standard_normal(samples)
    return points, VALUES[name](points) + jitter
