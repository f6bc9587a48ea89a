"""Loops over whole rows of the work array that several organs need."""

from numba import njit

from twostroke.engine.compute.kernels.lanes import load, product, store, sum_of, width
from twostroke.engine.compute.kernels.memory import row


@njit(nogil=True, no_cfunc_wrapper=True)
def multiply(work, x_at, y_at, to, count):  # type: ignore[no-untyped-def]
    """to = x * y, number by number."""
    x, y, out = row(work, x_at), row(work, y_at), row(work, to)
    for i in range(0, count, width(work)):
        store(out, i, product(load(x, i), load(y, i)))


@njit(nogil=True, no_cfunc_wrapper=True)
def copy(work, x_at, to, count):  # type: ignore[no-untyped-def]
    """to = x. A slice assignment would do, but compiles for seconds."""
    x, out = row(work, x_at), row(work, to)
    for i in range(0, count, width(work)):
        store(out, i, load(x, i))


@njit(nogil=True, no_cfunc_wrapper=True)
def add(work, x_at, to, count):  # type: ignore[no-untyped-def]
    """to += x."""
    x, out = row(work, x_at), row(work, to)
    for i in range(0, count, width(work)):
        store(out, i, sum_of(load(out, i), load(x, i)))


@njit(nogil=True, inline="always")
def fill(work, value, to, count):  # type: ignore[no-untyped-def]
    """to = value."""
    out = row(work, to)
    for i in range(count):
        out[i] = value
