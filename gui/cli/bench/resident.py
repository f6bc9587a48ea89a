"""Memory that a process really holds: with the window open while it trains, and while it makes a film in 4K.

Measured in a process of its own that does nothing else (`weighing.py`).
"""

from typing import Any

import numpy as np

from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.parts import Part
from twostroke.gui.cli.bench.report import Goal, Table, amount

MEGABYTE = 1_000_000.0
WINDOW_RUNS = 200
"""Training in the window is so many times as long as other runs: 10 s, unless asked otherwise."""

NETWORK = "small"
WINDOW_GOAL, SLOPE_GOAL = 350.0, 1.0
"""Megabytes, and megabytes a minute in the second half."""

LONG = 300.0
"""Seconds from which on the slope says something: before, what is made once still comes."""

FILM_SIZE = (3840, 2160)
FILM_FRAMES = (96, 192)
"""Of a film that fills queue and encoder, which 60 frames do, and of one twice as long, which must not hold more."""

FILM_GROWTH = 100.0
"""Megabytes: three frames, and what the encoder keeps of them, by which the longer film may need more in passing."""

UNKNOWN = "This system does not tell how much memory a process holds."


Told = tuple[dict[str, Any], Table | None, list[Goal], tuple[str, ...]]
"""Figures for JSON, a table, goals and notes."""


def of_window(options: Options) -> Told:
    """What the program holds while the window is open and trains."""
    seconds = options.in_window(WINDOW_RUNS)
    with Part("memory") as part:
        looks = part.ask("window", seconds)
    return told_of_window(seconds, looks)


def told_of_window(seconds: float, looks: list[list[float]] | None) -> Told:
    """Looks as a table, goals and JSON. Pure."""
    if looks is None:
        return {}, None, [], (UNKNOWN,)
    first, last, most = looks[0][1], looks[-1][1], max(mega for _, mega in looks)
    slope = slope_of(looks)
    data = {
        "seconds": seconds,
        "first": first * MEGABYTE,
        "last": last * MEGABYTE,
        "most": most * MEGABYTE,
        "growth_per_minute": None if slope is None else slope * MEGABYTE,
    }
    row = (NETWORK, amount(round(seconds, 1)), *(amount(round(mega)) for mega in (first, last, most)), amount(slope))
    columns = ("network", "seconds", "MB at first", "at last", "at most", "MB a minute, second half")
    long = slope if seconds >= LONG else None
    goals = [
        Goal("memory", f"window, {NETWORK}, MB held", last, WINDOW_GOAL, False),
        Goal("memory", f"window, {NETWORK}, MB a minute in the second half", long, SLOPE_GOAL, False),
    ]
    title = "Memory of the whole program, window open, training at full speed"
    note = f"Growth of the window's memory is judged from {LONG:g} seconds on (--window-seconds 600)."
    return data, Table(title, columns, (row,)), goals, () if seconds >= LONG else (note,)


def slope_of(looks: list[list[float]]) -> float | None:
    """Megabytes a minute in the second half, by least squares; None of fewer than three looks."""
    later = [look for look in looks if look[0] >= looks[-1][0] / 2]
    if len(later) < 3:
        return None
    seconds, mega = np.asarray(later, dtype=np.float64).T
    return 60.0 * float(np.polyfit(seconds, mega, 1)[0])


def of_film(options: Options) -> Told:
    """What a film in 4K holds at most, and one twice as long, each the first that its process makes."""
    frames = [max(2, round(count * options.share)) for count in FILM_FRAMES]
    return told_of_film(frames, [_of_first_film(count) for count in frames])


def _of_first_film(frames: int) -> list[float] | None:
    """Megabytes at most, before it and after it. What an earlier film had left behind would count for this one."""
    with Part("memory") as part:
        found: list[float] | None = part.ask("film", frames)
    return found


def told_of_film(frames: list[int], found: list[list[float] | None]) -> Told:
    """Peaks before and after each film as a table, a goal and JSON. Pure."""
    known = [each for each in found if each is not None]
    if len(known) < len(frames):
        return {}, None, [], (UNKNOWN,)
    width, height = FILM_SIZE
    before, peaks = known[0][0], [peak for _, peak in known]
    rows = tuple(
        (f"{count}", amount(round(peak)), amount(round(peak - before)))
        for count, peak in zip(frames, peaks, strict=True)
    )
    data = {
        "size": list(FILM_SIZE),
        "before": before * MEGABYTE,
        "films": [{"frames": count, "most": peak * MEGABYTE} for count, peak in zip(frames, peaks, strict=True)],
    }
    goal = Goal("export", "4K, MB by which a film twice as long needs more", peaks[-1] - peaks[0], FILM_GROWTH, False)
    title = f"Memory of an export at {width} × {height}, MB"
    return data, Table(title, ("frames", "at most", "of it for the film"), rows, names=0), [goal], ()
