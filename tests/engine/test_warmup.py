"""Loading or compiling the kernels beforehand."""

import gc
import weakref
from collections.abc import Callable

import pytest
from numba.core import event

from twostroke.engine.compute import warmup


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether garbage was looked for meanwhile, in place of the kernels; there is no memory for those of float64."""
    found: list[bool] = []

    def call_each(dtype: str) -> None:
        found.append(gc.isenabled())
        if dtype == "float64":
            raise MemoryError

    monkeypatch.setattr(warmup, "_ready", set())
    monkeypatch.setattr(warmup, "_call_each", call_each)
    return found


def test_no_garbage_is_looked_for_meanwhile(seen: list[bool]) -> None:
    warmup.compile_kernels("float32")
    assert gc.isenabled()
    with pytest.raises(MemoryError):
        warmup.compile_kernels("float64")
    assert gc.isenabled()
    assert seen == [False, False]


def test_who_has_put_that_off_still_has(seen: list[bool]) -> None:
    """As the window, while it starts."""
    gc.disable()
    try:
        warmup.compile_kernels("float32")
        assert not gc.isenabled()
    finally:
        gc.enable()


class Knot:
    """Garbage that only a search finds."""

    def __init__(self) -> None:
        self.itself = self


def knotted() -> weakref.ref[Knot]:
    return weakref.ref(Knot())


def compiled() -> None:
    """Numba has compiled one function more."""
    with event.trigger_event("numba:compile"):
        pass


def during(monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]) -> None:
    monkeypatch.setattr(warmup, "_ready", set())
    monkeypatch.setattr(warmup, "_call_each", lambda dtype: work())
    warmup.compile_kernels("float32")


def test_what_compiling_leaves_behind_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is much of it meanwhile, and all of it at the end."""
    monkeypatch.setattr(warmup, "MANY_OBJECTS", 1_000)
    found: list[weakref.ref[Knot]] = []

    def work() -> None:
        found.append(knotted())
        compiled()
        assert found[0]() is not None
        some: list[list[int]] = [[] for _ in range(2_000)]
        compiled()
        assert found[0]() is None
        found.append(knotted())
        del some

    during(monkeypatch, work)
    assert len(found) == 2
    assert found[1]() is None


def test_where_nothing_is_compiled_nothing_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept on disk leaves nothing behind, and the start waits for it."""
    searches: list[int] = []
    monkeypatch.setattr(warmup.gc, "collect", lambda generation=2: searches.append(generation))
    during(monkeypatch, lambda: None)
    assert searches == []
    during(monkeypatch, compiled)
    assert searches == [2]
