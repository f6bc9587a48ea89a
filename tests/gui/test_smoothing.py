"""Means of the last points of a curve."""

import numpy as np

from twostroke.gui.model.smoothing import running_mean


def slowly(values: np.ndarray, breaks: tuple[int, ...], length: int) -> list[float]:
    found = []
    for at, value in enumerate(values):
        begin = max([0, at - length + 1, *(each for each in breaks if each <= at)])
        known = [each for each in values[begin : at + 1].tolist() if np.isfinite(each)]
        found.append(sum(known) / len(known) if np.isfinite(value) else value)
    return found


def test_each_is_the_mean_of_the_last_ones_up_to_a_gap() -> None:
    rng = np.random.default_rng(5)
    for length in (1, 2, 5, 50):
        values = rng.normal(size=120) * 10.0 ** rng.integers(-8, 8, 120)
        values[[3, 40, 41]] = np.nan, np.inf, np.nan
        for breaks in ((), (7,), (1, 40, 119)):
            mean = running_mean(values, breaks, length)
            np.testing.assert_allclose(mean, slowly(values, breaks, length), rtol=1e-9)


def test_a_great_value_leaves_no_round_off_behind() -> None:
    mean = running_mean(np.array([1e20, 1.0, 1.0, 1.0]), (), 2)
    assert mean[2:].tolist() == [1.0, 1.0]


def test_nothing_has_no_mean() -> None:
    assert running_mean(np.zeros(0), (3,), 10).size == 0
