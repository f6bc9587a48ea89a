"""Loading or compiling the kernels beforehand."""

import gc

import pytest

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
