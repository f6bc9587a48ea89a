"""The laws that weights are drawn from, as the functions of torch.nn.init; LeCun's has the variance 1/fan_in."""

import math
from collections.abc import Mapping
from typing import Any


def activation_gain(name: str, params: Mapping[str, Any] | None = None) -> float:
    """torch.nn.init.calculate_gain for the activations that it knows."""
    if name in ("leaky_relu", "prelu"):
        slope = float((params or {"negative_slope": 0.01})["negative_slope"])
        return math.sqrt(2.0 / (1.0 + slope**2))
    return {"identity": 1.0, "sigmoid": 1.0, "tanh": 5.0 / 3.0, "relu": math.sqrt(2.0), "selu": 0.75}[name]


def init_law(settings: Any, fan_in: int, fan_out: int, gain: float | None = None) -> tuple[str, float, float]:
    """("uniform", low, high) or ("normal", mean, standard deviation); `gain` in place of the name's own."""
    given = {"name": settings} if isinstance(settings, str) else dict(settings)
    name = given["name"]
    if name == "zeros":
        return "uniform", 0.0, 0.0
    if name == "normal":
        return "normal", given.get("mean", 0.0), given.get("std", 1.0)
    if name == "uniform":
        return "uniform", given.get("low", 0.0), given.get("high", 1.0)
    family, law = name.split("_")
    own = math.sqrt(2.0) if family == "he" else 1.0
    fan = {"xavier": (fan_in + fan_out) / 2.0, "he": fan_in, "lecun": fan_in}[family]
    variance = (own if gain is None else gain) ** 2 / fan
    if law == "normal":
        return "normal", 0.0, math.sqrt(variance)
    bound = math.sqrt(3.0 * variance)  # a uniform law on [-b, b] has the variance b²/3
    return "uniform", -bound, bound
