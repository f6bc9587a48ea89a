"""What a gate costs here: nanoseconds for one number, f and f' together, as the kernels compute them.

Each function is timed beside identity, burst after burst by turns, so that whatever else the machine does meets both;
the shortest burst counts, which other work disturbs least. What was found is kept with the versions it belongs to.
"""

import json
import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.compute.kernels import criteria, gates, parts
from twostroke.engine.compute.kernels.gates import call_gate
from twostroke.engine.compute.kernels.memory import row
from twostroke.engine.compute.this_machine import processor, versions
from twostroke.engine.files.disk import FileError, read_bytes, replacing
from twostroke.engine.files.trust import own_folder

UNITS, LANES = 16, 64
"""A layer of so many units, and a mini-batch of so many samples: all of it lies in the nearest cache."""

APART = UNITS * LANES + 80
"""From z to a, and from there to the gain: not a whole page of memory, or writing would wait for reading."""

ALIGNED = 64
"""Bytes: where the arrays begin is the same for all functions, or chance would decide which one is faster."""

DTYPE = "float32"

CLOCK, BURST = (time.thread_time, 2e-4) if os.name == "posix" else (time.perf_counter, 2e-3)
"""What this thread itself takes: beside a window it may wait for the interpreter in between. Windows counts that in
steps of 16 ms, too long for a burst; there a burst lasts longer, and the shortest had nothing to wait for. Seconds of
one burst: long beside the clock's steps, short beside the turns that the system gives to others.
"""

ROUNDS = 15

FORMAT = "twostroke-gate-costs"
LIMIT = 1_000_000
"""Bytes of the file that are read at most."""

BASE = "identity"


@dataclass(frozen=True)
class GateCost:
    """One function. Both figures are nanoseconds a number."""

    name: str
    nanoseconds: float
    identity: float  # taken at the same time

    @property
    def times(self) -> float:
        """How many times as much as identity."""
        return self.nanoseconds / self.identity


@njit(nogil=True)
def _gates(times, address, work, params, apart, units, stride):  # type: ignore[no-untyped-def]
    """One gate again and again."""
    for _ in range(times):
        call_gate(address, work, 0, apart, 2 * apart, params, 0, units, stride)


@njit(nogil=True)
def _shares(times, address, work, params, apart, units, stride):  # type: ignore[no-untyped-def]
    """The same for softmax, which has spare rows where others have their gain."""
    for _ in range(times):
        parts.call(address, (row(work, 0), 0, apart, 2 * apart, units, stride))


def folder() -> Path | None:
    """Where the figures are kept: with what else this machine can find again by itself; None where nothing can be."""
    import platformdirs

    return own_folder(Path(platformdirs.user_cache_dir("twostroke", appauthor=False)))


def costs(names: tuple[str, ...], place: Path | None) -> Iterator[GateCost]:
    """What each function costs: at once where it is known from an earlier time, else as soon as it has been measured.

    `place` is the folder in which figures are kept, None for none. Takes some hundredths of a second a function, and
    compiles what has not been compiled.
    """
    known = _read(place)
    found = {name: known[_key(name)] for name in names if _key(name) in known}
    yield from found.values()
    missing = [name for name in names if name not in found]
    for name in missing:
        found[name] = measured(name)
        _write(place, known | {_key(each): cost for each, cost in found.items()})
        yield found[name]


def measured(name: str) -> GateCost:
    """Measure one function now."""
    this, base = _burst(name), _burst(BASE)
    turns = [(this(), base()) for _ in range(ROUNDS)]
    own, beside = (min(part) for part in zip(*turns, strict=True))
    return GateCost(name, own, own if name == BASE else beside)


def _burst(name: str) -> Callable[[], float]:
    """What does one burst and returns its nanoseconds a number."""
    entry = CATALOGUE[name]
    work = _aligned(3 * APART)
    work[: UNITS * LANES] = np.random.default_rng(1).standard_normal(UNITS * LANES)  # above and below 0 by chance
    params = np.tile(np.array(entry.numbers({}), dtype=DTYPE), UNITS)
    if entry.output_only:
        loop, address = _shares, parts.address(criteria.softmax, criteria.SOFTMAX_KINDS, DTYPE)
    else:
        loop, address = _gates, gates.gate_address(name, DTYPE)

    def seconds(times: int) -> float:
        begin = CLOCK()
        loop(times, address, work, params, APART, UNITS, LANES)
        return CLOCK() - begin

    seconds(1)  # which compiles
    often = 1
    while min(seconds(often) for _ in range(3)) < BURST and often < 2**20:
        often *= 2
    return lambda: seconds(often) / often / (UNITS * LANES) * 1e9


def _aligned(count: int) -> NDArray[Any]:
    """Zeros that begin at a whole multiple of ALIGNED bytes."""
    whole = np.zeros(count * np.dtype(DTYPE).itemsize + ALIGNED, dtype=np.uint8)
    begin = -whole.ctypes.data % ALIGNED
    return whole[begin:][: count * np.dtype(DTYPE).itemsize].view(DTYPE)


def _key(name: str) -> str:
    """What a figure is kept under: the name of the function and what it computes."""
    return f"{name} {gates.fingerprint(CATALOGUE[name].pair)}"


def _made_for() -> dict[str, Any]:
    return {"processor": processor(), "versions": versions()}


def _read(place: Path | None) -> dict[str, GateCost]:
    """What was kept for this processor and these versions; nothing where the file is not what was written."""
    if place is None:
        return {}
    try:
        kept = json.loads(read_bytes(place / "gate-costs.json", LIMIT))
        if kept["format"] != FORMAT or kept["made_for"] != _made_for():
            return {}
        found = {
            str(key): GateCost(str(c["name"]), float(c["nanoseconds"]), float(c["identity"]))
            for key, c in kept["costs"].items()
        }
    except (FileError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return {key: cost for key, cost in found.items() if _is_sound(cost)}


def _is_sound(cost: GateCost) -> bool:
    return all(math.isfinite(each) and each > 0.0 for each in (cost.nanoseconds, cost.identity))


def _write(place: Path | None, known: dict[str, GateCost]) -> None:
    """Keep them; a disk that is full only costs measuring again."""
    if place is None:
        return
    kept = {"format": FORMAT, "made_for": _made_for(), "costs": {key: asdict(cost) for key, cost in known.items()}}
    try:
        with replacing(place / "gate-costs.json") as stream:
            stream.write(json.dumps(kept, indent=1).encode())
    except (FileError, OSError):
        pass
