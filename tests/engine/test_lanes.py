"""Vectors of lanes: compiled they do what they do as plain Python, and the loops that use them what NumPy does."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numba import njit

from twostroke.engine.compute.kernels import lanes, products, rows

NUMBERS = pytest.mark.parametrize("dtype", ["float32", "float64"])


def drawn(count: int, dtype: str) -> Any:
    return np.random.default_rng(11).normal(size=count).astype(dtype)


def whole(flat: Any, out: Any) -> None:
    """Vectors: what goes through all that makes, mixes and stores them."""
    size = lanes.width(flat)
    a, b = lanes.load(flat, 1), lanes.load(flat, size + 3)
    lanes.store(out, 0, lanes.product(a, b))
    lanes.store(out, size, lanes.sum_of(a, b))
    lanes.store(out, 2 * size, lanes.fused(lanes.spread(flat, flat[2]), flat[5], a))
    lanes.store(out, 3 * size, lanes.fused(a, b, b))
    lanes.store(out, 4 * size, lanes.ones(flat, 5))
    lanes.store(out, 5 * size, lanes.ones(flat, 1_000))


def halves(flat: Any, out: Any) -> None:
    """Half vectors and their sums; what lies between the sums is left alone."""
    half = lanes.width(flat) // 2
    a, b = lanes.load_half(flat, 1), lanes.load_half(flat, half + 1)
    out[40] = lanes.total(a)
    lanes.totals(out, 3, 5, a, b, lanes.sum_of(a, b), lanes.fused(lanes.none(flat), a, b))


@NUMBERS
@pytest.mark.parametrize("task", [whole, halves])
def test_compiled_vectors_are_like_plain_ones(task: Callable[[Any, Any], None], dtype: str) -> None:
    flat = drawn(64, dtype)
    room = 6 * lanes.plain_width(flat)
    compiled, plain = np.zeros(room, dtype), np.zeros(room, dtype)
    njit(task)(flat, compiled)
    names = [name.removeprefix("plain_") for name in vars(lanes) if name.startswith("plain_")]
    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.setattr(lanes, name, getattr(lanes, f"plain_{name}"))
        task(flat, plain)
    assert plain.any()
    np.testing.assert_allclose(compiled, plain, rtol=0, atol=4 * np.finfo(dtype).eps)


def gathered(flat: Any, chosen: Any, out: Any) -> None:
    for s in range(0, out.size, lanes.width(flat)):
        places = lanes.places(flat, chosen, 2 + s, 2 + 18)
        lanes.store(out, s, lanes.gather(flat, places, 3, 1))


@NUMBERS
def test_lanes_beyond_the_last_sample_repeat_it(dtype: str) -> None:
    flat, chosen, out = drawn(90, dtype), np.random.default_rng(2).permutation(30), np.zeros(32, dtype)
    njit(gathered)(flat, chosen, out)
    wanted = chosen[np.minimum(2 + np.arange(32), 20)]
    assert (out == flat.reshape(30, 3)[wanted, 1]).all()


@NUMBERS
@pytest.mark.parametrize("stride", [16, 32, 48, 64, 112])
@pytest.mark.parametrize(("out", "into"), [(1, 1), (2, 3), (4, 4), (5, 2), (7, 9)])
def test_the_products_by_loops_are_those_of_matrices(out: int, into: int, stride: int, dtype: str) -> None:
    """Rows of few vectors and long ones, in fours and what is left over; nothing beyond is written."""
    inputs, signals, theta = into * stride, out * stride, drawn(out * into + out, dtype)
    work = drawn(3 * inputs + 2 * signals, dtype)
    x, dz = work[:inputs].reshape(into, stride).copy(), work[inputs : inputs + signals].reshape(out, stride).copy()
    weights, biases = theta[: out * into].reshape(out, into), theta[out * into :]
    grad, near = (
        np.full(out * into + out + 1, 7.0, dtype),
        {"rtol": 1e-5 if dtype == "float32" else 1e-13, "atol": 1e-5},
    )
    z_at, back_at = inputs + signals, inputs + 2 * signals
    products.weighted_sum(theta, 0, into, 1, out * into, work, 0, z_at, out, into, stride)
    products.weighted_sum(theta, 0, 1, into, -1, work, inputs, back_at, into, out, stride)
    products.weight_gradient(work, inputs, 0, grad, 0, out, into, stride)
    products.lane_sums(work, inputs, grad, out * into, out, stride)
    np.testing.assert_allclose(work[z_at:back_at].reshape(out, stride), weights @ x + biases[:, None], **near)
    np.testing.assert_allclose(work[back_at : back_at + inputs].reshape(into, stride), weights.T @ dz, **near)
    np.testing.assert_allclose(grad[: out * into].reshape(out, into), dz @ x.T, **near)
    np.testing.assert_allclose(grad[out * into : -1], dz.sum(axis=1), **near)
    assert grad[-1] == 7.0
    assert (work[back_at + inputs :] == drawn(work.size, dtype)[back_at + inputs :]).all()


@NUMBERS
def test_rows_are_combined_number_by_number(dtype: str) -> None:
    work = drawn(32 * 5, dtype)
    x, y, old = (work[32 * i : 32 * (i + 1)].copy() for i in range(3))
    rows.add(work, 0, 64, 32)
    rows.multiply(work, 0, 32, 96, 32)
    rows.copy(work, 32, 128, 32)
    assert (work[64:96] == old + x).all()
    assert (work[96:128] == x * y).all()
    assert (work[128:] == y).all()
