"""A made-up market: returns that swing, now slowly, now quickly, under noise that comes in storms.

Nothing of it is a real market, but three of its habits are: momentum that turns (a swing whose speed changes at random
moments), volatility that clusters (GARCH(1,1), T. Bollerslev 1986), and a signal that is small beside the noise.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LAGS = 8
SWINGS = (2.0 * np.pi / 20.0, 2.0 * np.pi / 6.0)  # radians a day: 20 days, or 6, from top to top
TURN = 1.0 / 60.0  # chance a day that the other swing begins
AMPLITUDE = 0.5
SPREAD = 2.0
"""Standard deviation of a day's noise at noise 1, four times the height of the swing."""

ALPHA, BETA = 0.15, 0.8  # GARCH: weight of yesterday's shock and of yesterday's variance


def draw_market(rng: np.random.Generator, samples: int, noise: float) -> tuple[Floats, Floats]:
    """The last `LAGS` returns before each day, oldest first, (samples, LAGS), and the day's own (samples,), in order.

    Without noise a return follows from those before it, except on the days on which the swing turns.
    """
    days = samples + LAGS
    returns = _swing(rng, days) + noise * SPREAD * _storms(rng, days)
    windows = np.lib.stride_tricks.sliding_window_view(returns, LAGS)[:samples]
    return np.array(windows), returns[LAGS:]


def _swing(rng: np.random.Generator, days: int) -> Floats:
    """A wave (days,) that changes its speed at random moments without a jump."""
    turns = np.cumsum(rng.random(days) < TURN) % 2
    phase = rng.uniform(0.0, 2.0 * np.pi) + np.cumsum(np.asarray(SWINGS)[turns])
    return np.asarray(AMPLITUDE * np.sin(phase))


def _storms(rng: np.random.Generator, days: int) -> Floats:
    """Noise (days,) of variance 1 over all time, in calm and stormy stretches."""
    shocks = np.empty(days)
    variance = 1.0
    for day, draw in enumerate(rng.standard_normal(days).tolist()):
        shock = variance**0.5 * draw
        shocks[day] = shock
        variance = (1.0 - ALPHA - BETA) + ALPHA * shock * shock + BETA * variance
    return shocks
