"""The paces of live training that the window offers."""

import bisect
import math

PACES: tuple[float | None, ...] = (3.0, 30.0, 300.0, 3000.0, None)
"""Updates per second to choose from; None is full speed."""


def next_pace(pace: float | None, steps: int) -> float | None:
    """The pace `steps` places further on in PACES; one that is not in it lies between its neighbours."""
    places = [math.inf if p is None else p for p in PACES]
    now = math.inf if pace is None else pace
    at = bisect.bisect_left(places, now)
    if places[at] != now and steps > 0:
        at -= 1
    return PACES[min(max(at + steps, 0), len(PACES) - 1)]
