"""Two directions through the space of all parameters: those of the way a run took, or random ones."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twostroke.engine.border.loss_surface import Plane, Real
from twostroke.engine.compute.network import Network

LEVEL = 1e-6
"""Share of the first singular value below which the second one is round-off: the path is a straight line."""

PARALLEL = 1e-9
"""How near the cosine of two directions may come to 1."""

DRAWS = 32
"""Of few weights, each alone in its unit, every second draw or so is parallel to the one before."""


def moving(network: Network) -> NDArray[np.bool_]:
    """Which parameters an update may change: those that are neither frozen nor cut."""
    found = np.ones(network.theta.size, dtype=np.bool_)
    found[network.layout.frozen] = found[network.layout.cut] = False
    return found


def plane_of_path(states: Real, origin: ArrayLike) -> tuple[Plane, float]:
    """The plane through `origin` along the two leading principal components of the states (m, parameters), and the
    share of their variance that lies in these.

    Signs are chosen so that the first state lies at the left, below. ValueError where the states span no plane.
    """
    if len(states) < 3:
        raise ValueError("the run has fewer than three states so far; train on, or choose random directions")
    if (states == states[0]).all():
        raise ValueError("no update of the run has changed any parameter, so it has no path")
    _, sizes, rows = np.linalg.svd(states - states.mean(axis=0), full_matrices=False)
    if len(sizes) < 2 or not sizes[1] > LEVEL * sizes[0]:
        raise ValueError("the states of the run lie on one straight line; train on, or choose random directions")
    middle = np.asarray(origin, dtype=np.float64)
    rows[:2, (states == states[0]).all(axis=0)] = 0.0  # but for round-off it is: they did not move
    first, second = (row if float(row @ (states[0] - middle)) <= 0.0 else -row for row in rows[:2])
    return Plane(middle, first, second), float((sizes[:2] ** 2).sum() / (sizes**2).sum())


def random_plane(network: Network, origin: ArrayLike, seed: int) -> tuple[Plane, tuple[float, float]]:
    """The plane through `origin` along two random directions, and how long they were drawn.

    Each unit's weights get normal numbers, as long together as those weights are (Li et al. 2018, "Visualizing the Loss
    Landscape of Neural Nets": filter-wise). As there, biases, normalizers and learned slopes stay as they are; so does
    what is frozen or cut. ValueError where there are no two directions.
    """
    middle, rng = np.asarray(origin, dtype=np.float64), np.random.default_rng(seed)
    free = moving(network)
    first, length = _of_length_1(_by_unit(network, middle, free, rng))
    if not length > 0.0:
        raise ValueError("no weight that could move differs from 0, and random directions are as long as weights")
    for _ in range(DRAWS):
        second, other = _of_length_1(_by_unit(network, middle, free, rng))
        if abs(float(first @ second)) <= 1.0 - PARALLEL:
            return Plane(middle, first, second), (length, other)
    raise ValueError("there is only one weight that could move, so there are no two directions")


def _of_length_1(vector: Real) -> tuple[Real, float]:
    """The direction, and how long it was."""
    length = float(np.linalg.norm(vector))
    return (vector / length if length > 0.0 else vector), length


def _by_unit(network: Network, theta: Real, free: NDArray[np.bool_], rng: np.random.Generator) -> Real:
    found = np.zeros_like(theta)
    mask = free.astype(np.float64)
    for layer in range(1, network.depth + 1):
        for of in (network.weight, network.skip_weight):
            drawn, moves, weight = of(layer, found), of(layer, mask), of(layer, theta)
            drawn[:] = moves * rng.standard_normal(drawn.shape)
            length = np.linalg.norm(drawn, axis=1, keepdims=True)
            own = np.linalg.norm(moves * weight, axis=1, keepdims=True)
            drawn *= np.divide(own, length, out=np.zeros_like(own), where=length > 0.0)
    return found
