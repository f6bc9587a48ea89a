"""Saving is one act: processes are killed at any moment of it, and two save at once; a session can always be opened.

A few times in `make test-slow`, some hundred times in `make kills`.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from twostroke.engine.compute import optimizing
from twostroke.engine.compute.network import Network
from twostroke.engine.files.companion import state_arrays
from twostroke.engine.files.session_file import read_saved, write_saved
from twostroke.engine.session.spec import Session

KILLS = int(os.environ.get("TWOSTROKE_KILLS", "10"))
PAIRS = int(os.environ.get("TWOSTROKE_PAIRS", "10"))

NAMES = ("a.twostroke.json", "a.twostroke")
WIDE, NARROW = 2_000, 120
"""Units of two layers: with Adam's memory, 48 MB and 0.4 MB."""

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="needs fork and SIGKILL")]


class Saves:
    """Versions of one session that are told apart by every one of their weights."""

    def __init__(self, path: Path, units: int) -> None:
        self.path = path
        layers = [{"units": units}, {"units": units}]
        self.session = Session.model_validate({"network": {"layers": layers}, "training": {"optimizer": "adam"}})
        network = Network(self.session)
        state = optimizing.fresh_state(self.session, network.theta, network.running)
        self.arrays = state_arrays(network, state)

    def write(self, version: int) -> None:
        """Save that version."""
        told = {key: np.full_like(values, version) for key, values in self.arrays.items() if key != "state.powers"}
        write_saved(self.path, self.session, {**self.arrays, **told})

    def version(self) -> int:
        """The version that can be read. AssertionError where its numbers are of several."""
        arrays: Any = read_saved(self.path)[1]
        found = {number for key, values in arrays.items() if key != "state.powers" for number in np.unique(values)}
        assert len(found) == 1
        return int(found.pop())


def child(work: Callable[[], object]) -> int:
    """A process that does this work, and nothing else. Returns its id."""
    own = os.fork()
    if own == 0:
        try:
            work()
        finally:
            os._exit(0)
    return own


@pytest.mark.parametrize("name", NAMES)
def test_kills_while_48_mb_are_saved(tmp_path: Path, name: str) -> None:
    """At moments all over a save; what can be read is of before or of after it, and not more than one save is left."""
    saves = Saves(tmp_path / name, WIDE)
    saves.write(0)
    size = sum(entry.stat().st_size for entry in tmp_path.iterdir())
    assert size > 48_000_000
    began = time.perf_counter()
    os.waitpid(child(lambda: saves.write(1)), 0)
    whole, rng, last, ended = time.perf_counter() - began, random.Random(1), 1, 0
    for version in range(2, KILLS + 2):
        saving = child(lambda version=version: saves.write(version))
        time.sleep(rng.uniform(0.0, 1.2 * whole))
        os.kill(saving, signal.SIGKILL)
        ended += os.WIFEXITED(os.waitpid(saving, 0)[1])
        found = saves.version()
        assert found in (last, version)
        last = found
    saves.write(KILLS + 2)
    assert saves.version() == KILLS + 2
    print(f"{name}: {KILLS - ended} kills and {ended} saves that were done before, 0 unreadable")
    assert sum(entry.stat().st_size for entry in tmp_path.iterdir()) < 3 * size


@pytest.mark.parametrize("name", NAMES)
def test_two_that_save_at_once(tmp_path: Path, name: str) -> None:
    """Whoever is last, all of it is his."""
    saves = Saves(tmp_path / name, NARROW)
    for pair in range(PAIRS):
        versions = (2 * pair, 2 * pair + 1)
        for one in [child(lambda version=version: saves.write(version)) for version in versions]:
            os.waitpid(one, 0)
        assert saves.version() in versions
    print(f"{name}: {PAIRS} pairs of saves, 0 unreadable")
