"""States packed for the history: bit for bit the same, and hardly larger than their numbers."""

import sys

import numpy as np
import pytest

from twostroke.engine.compute.kernels.plan import State
from twostroke.engine.run.packing import Form, pack, state_bytes


def state_of(dtype: str, size: int, running: int = 0) -> State:
    """Any bits at all, so also numbers that are not finite."""
    draw = np.random.default_rng(size)
    arrays = [np.frombuffer(draw.bytes(size * np.dtype(dtype).itemsize), dtype).copy() for _ in range(3)]
    return State(*arrays, np.zeros(running, dtype), np.arange(4), np.array([0.9, -0.0]))


@pytest.mark.parametrize("running", [0, 5])
@pytest.mark.parametrize("size", [1, 3, 177])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_state_comes_back_bit_for_bit(dtype: str, size: int, running: int) -> None:
    state = state_of(dtype, size, running)
    found = Form.of(state).unpack(pack(state))
    for name, kept, array in zip(State._fields, found, state, strict=True):
        assert (kept.dtype, kept.shape, kept.tobytes()) == (array.dtype, array.shape, array.tobytes()), name
        assert kept.flags.writeable, name
        assert kept.flags.aligned, name
        assert kept.flags.owndata, name


def test_a_packed_state_takes_hardly_more_than_its_numbers() -> None:
    state = state_of("float32", 177)
    numbers = sum(array.nbytes for array in state)
    assert numbers <= sys.getsizeof(pack(state)) < state_bytes(state) < numbers + 200
