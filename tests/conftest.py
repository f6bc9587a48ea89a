"""What every test runs under: no screen, no settings of the user, the same random cases, no thread left behind.

Nothing here imports Qt: the engine's tests run where it is not installed.
"""

import gc
import os
import tempfile
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

from tests import cases, origins

# Before anything imports Qt or asks for a folder.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
_HOME = tempfile.TemporaryDirectory(prefix="twostroke-tests-")
for _kind in ("CONFIG", "DATA", "STATE"):
    os.environ[f"XDG_{_kind}_HOME"] = os.path.join(_HOME.name, _kind.lower())

_USUAL = {"deadline": None, "print_blob": True, "max_examples": 100 * cases.TIMES}
settings.register_profile("same cases", derandomize=True, **_USUAL)
settings.register_profile("seeded", derandomize=False, database=None, **_USUAL)
settings.load_profile("same cases")
# Hypothesis also draws constants from those of our modules that are imported, so that the cases would change with what
# else is tested in the same run, and a seed would not bring them back.
providers._get_local_constants = lambda: providers._local_constants

THREAD_GRACE = 20.0  # seconds in which a thread that was told to stop must have ended, on a busy machine


def pytest_configure(config: pytest.Config) -> None:
    """A seed that is given counts: where cases are the same each time, Hypothesis would pass it over."""
    if config.getoption("--hypothesis-seed") is not None:
        settings.load_profile("seeded")


def pytest_collection_finish(session: pytest.Session) -> None:
    """What has been loaded by now stays: going through it again in each search for garbage takes longer than a test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_thread_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that leaves a thread running fails, and says where the thread was started."""
    started = origins.watch(monkeypatch, threading.Thread, "start")
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + THREAD_GRACE
    left = [t for t in threading.enumerate() if t not in before and not isinstance(t, threading._DummyThread)]
    for thread in left:
        thread.join(max(0.0, deadline - time.monotonic()))
    running = [f"{t.name}, started at {started.get(t, 'an unknown place')}" for t in left if t.is_alive()]
    if running:
        pytest.fail("left running: " + "; ".join(running), pytrace=False)
