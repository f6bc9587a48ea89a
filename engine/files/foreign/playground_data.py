"""The samples of the TensorFlow Playground, drawn as its page draws them: same seed, same samples in the same order.

Points lie in about [-6, 6]; a class is the value -1 or 1. `noise` is that of the page divided by 100.
"""

import math
from collections.abc import Callable

from twostroke.engine.files.foreign.seedrandom import SeedRandom

Sample = tuple[float, float, float]
"""x, y and what is to be answered."""

CLASSIFY, REGRESS = 500, 1_200
"""How many samples the page draws."""

RADIUS = 5.0
REACH = 6.0
PADDING = 0.3

HILLS = ((-4.0, 2.5, 1.0), (0.0, 2.5, -1.0), (4.0, 2.5, 1.0), (-4.0, -2.5, -1.0), (0.0, -2.5, 1.0), (4.0, -2.5, -1.0))
"""x, y and sign of the hills of `reg-gauss`, each of them a cone of radius 2."""


def _circle(rng: SeedRandom, count: int, noise: float) -> list[Sample]:
    def ring(inner: float, outer: float) -> Sample:
        radius, angle = rng.uniform(inner, outer), rng.uniform(0.0, 2.0 * math.pi)
        x, y = radius * math.sin(angle), radius * math.cos(angle)
        seen_x, seen_y = x + rng.uniform(-RADIUS, RADIUS) * noise, y + rng.uniform(-RADIUS, RADIUS) * noise
        return x, y, 1.0 if math.hypot(seen_x, seen_y) < RADIUS * 0.5 else -1.0

    inside = [ring(0.0, RADIUS * 0.5) for _ in range(count // 2)]
    return inside + [ring(RADIUS * 0.7, RADIUS) for _ in range(count // 2)]


def _xor(rng: SeedRandom, count: int, noise: float) -> list[Sample]:
    def padded() -> float:
        value = rng.uniform(-5.0, 5.0)
        return value + (PADDING if value > 0.0 else -PADDING)

    samples = []
    for _ in range(count):
        x, y = padded(), padded()
        seen_x, seen_y = x + rng.uniform(-5.0, 5.0) * noise, y + rng.uniform(-5.0, 5.0) * noise
        samples.append((x, y, 1.0 if seen_x * seen_y >= 0.0 else -1.0))
    return samples


def _gauss(rng: SeedRandom, count: int, noise: float) -> list[Sample]:
    variance = 0.5 + noise / 0.5 * 3.5

    def cloud(centre: float, label: float) -> list[Sample]:
        return [(_normal(rng, centre, variance), _normal(rng, centre, variance), label) for _ in range(count // 2)]

    return cloud(2.0, 1.0) + cloud(-2.0, -1.0)


def _normal(rng: SeedRandom, mean: float, variance: float) -> float:
    """Marsaglia's polar method, of whose two numbers the page takes the first."""
    s = 2.0
    while s > 1.0:
        v, w = 2.0 * rng.random() - 1.0, 2.0 * rng.random() - 1.0
        s = v * v + w * w
    return mean + math.sqrt(variance) * math.sqrt(-2.0 * math.log(s) / s) * v


def _spiral(rng: SeedRandom, count: int, noise: float) -> list[Sample]:
    n = count // 2

    def arm(turn: float, label: float) -> list[Sample]:
        points = []
        for i in range(n):
            radius, angle = i / n * 5.0, 1.75 * i / n * 2.0 * math.pi + turn
            x = radius * math.sin(angle) + rng.uniform(-1.0, 1.0) * noise
            y = radius * math.cos(angle) + rng.uniform(-1.0, 1.0) * noise
            points.append((x, y, label))
        return points

    return arm(0.0, 1.0) + arm(math.pi, -1.0)


def _values(label: Callable[[float, float], float]) -> Callable[[SeedRandom, int, float], list[Sample]]:
    """Points of the square, with the value of a place that noise has moved."""

    def draw(rng: SeedRandom, count: int, noise: float) -> list[Sample]:
        samples = []
        for _ in range(count):
            x, y = rng.uniform(-REACH, REACH), rng.uniform(-REACH, REACH)
            moved_x, moved_y = rng.uniform(-REACH, REACH) * noise, rng.uniform(-REACH, REACH) * noise
            samples.append((x, y, label(x + moved_x, y + moved_y)))
        return samples

    return draw


def _hills(x: float, y: float) -> float:
    """The cone that is furthest from 0 there."""
    heights = [sign * max(0.0, 1.0 - math.hypot(x - cx, y - cy) / 2.0) for cx, cy, sign in HILLS]
    return max(heights, key=abs)


DATASETS: dict[str, Callable[[SeedRandom, int, float], list[Sample]]] = {
    "circle": _circle,
    "xor": _xor,
    "gauss": _gauss,
    "spiral": _spiral,
    "reg-plane": _values(lambda x, y: (x + y) / 10.0),
    "reg-gauss": _values(_hills),
}
"""The page's datasets, by the names that links give them."""


def draw(name: str, rng: SeedRandom, noise: float) -> list[Sample]:
    """All samples, shuffled as the page does it: the first ones are learnt from, the others test."""
    samples = DATASETS[name](rng, REGRESS if name.startswith("reg-") else CLASSIFY, noise)
    for left in range(len(samples), 0, -1):
        other = int(rng.random() * left)
        samples[left - 1], samples[other] = samples[other], samples[left - 1]
    return samples


FEATURES: dict[str, Callable[[float, float], float]] = {
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "xSquared": lambda x, y: x * x,
    "ySquared": lambda x, y: y * y,
    "xTimesY": lambda x, y: x * y,
    "sinX": lambda x, y: math.sin(x),
    "sinY": lambda x, y: math.sin(y),
}
"""The inputs that the page offers, in the order in which it takes them."""
