"""The three matrix products of a layer: by loops over lanes for small layers, by BLAS for large ones.

Loops take four rows at a time, whose sums stay in registers (see lanes.py). The order of their terms is written down
here, and the same on every processor.
"""

from numba import njit

from twostroke.engine.compute.kernels.blas import Product, gemm
from twostroke.engine.compute.kernels.halves import HALVED_FROM, WHOLE, in_halves
from twostroke.engine.compute.kernels.lanes import (
    fused,
    load,
    load_half,
    none,
    spread,
    store,
    sum_of,
    total,
    totals,
    width,
)
from twostroke.engine.compute.kernels.memory import number, row

LINE = 16
"""Numbers of float32 in a line of the cache."""


@njit(nogil=True, no_cfunc_wrapper=True)
def weighted_sum(theta, w_at, step, turn, bias_at, work, in_at, out_at, out, into, stride):  # type: ignore[no-untyped-def]
    """Rows out_at...: for each u, bias[u] + sum over j of w[u, j] * row j of in_at.

    w[u, j] = theta[w_at + u * step + j * turn], so that it serves a matrix and its transpose. bias_at < 0: no bias.
    """
    nothing, fours = number(theta, 0.0), out - out % 4
    for s in range(0, stride, width(work)):
        for u in range(0, fours, 4):
            w0, to = row(theta, w_at + u * step), row(work, out_at + u * stride + s)
            w1, w2, w3 = row(w0, step), row(w0, 2 * step), row(w0, 3 * step)
            b0, b1, b2, b3 = nothing, nothing, nothing, nothing
            if bias_at >= 0:
                b = row(theta, bias_at + u)
                b0, b1, b2, b3 = b[0], b[1], b[2], b[3]
            z0, z1, z2, z3 = spread(work, b0), spread(work, b1), spread(work, b2), spread(work, b3)
            for j in range(into):
                a, w = load(work, in_at + j * stride + s), j * turn
                z0, z1, z2, z3 = fused(z0, w0[w], a), fused(z1, w1[w], a), fused(z2, w2[w], a), fused(z3, w3[w], a)
            store(to, 0, z0)
            store(to, stride, z1)
            store(to, 2 * stride, z2)
            store(to, 3 * stride, z3)
        for u in range(fours, out):
            w0 = row(theta, w_at + u * step)
            z0 = spread(work, theta[bias_at + u] if bias_at >= 0 else nothing)
            for j in range(into):
                z0 = fused(z0, w0[j * turn], load(work, in_at + j * stride + s))
            store(work, out_at + u * stride + s, z0)


@njit(nogil=True, inline="always")
def _four_totals(one, rows, stride, to, step):  # type: ignore[no-untyped-def]
    """to[0], to[step], ...: of four neighbouring rows, the sum over lanes of each times the row `one`."""
    r0, r1, r2, r3 = rows, row(rows, stride), row(rows, 2 * stride), row(rows, 3 * stride)
    t0, t1, t2, t3 = none(one), none(one), none(one), none(one)
    for s in range(0, stride, width(one) // 2):
        a = load_half(one, s)
        t0, t1 = fused(t0, a, load_half(r0, s)), fused(t1, a, load_half(r1, s))
        t2, t3 = fused(t2, a, load_half(r2, s)), fused(t3, a, load_half(r3, s))
    totals(to, 0, step, t0, t1, t2, t3)


@njit(nogil=True, no_cfunc_wrapper=True)
def weight_gradient(work, dz_at, in_at, grad, w_at, out, into, stride):  # type: ignore[no-untyped-def]
    """grad[w_at...] as (out, into): for each u and j the sum over lanes of row u of dz times row j of the input.

    Four neighbours at a time, whose sums are folded together.
    """
    fours = into - into % 4
    for u in range(out):
        dz = row(work, dz_at + u * stride)
        for j in range(0, fours, 4):
            _four_totals(dz, row(work, in_at + j * stride), stride, row(grad, w_at + u * into + j), 1)
    for j in range(fours, into):
        a = row(work, in_at + j * stride)
        for u in range(0, out - 3, 4):
            _four_totals(a, row(work, dz_at + u * stride), stride, row(grad, w_at + u * into + j), into)
        for u in range(out - out % 4, out):
            dz, t0 = row(work, dz_at + u * stride), none(work)
            for s in range(0, stride, width(work) // 2):
                t0 = fused(t0, load_half(dz, s), load_half(a, s))
            grad[w_at + u * into + j] = total(t0)


@njit(nogil=True, no_cfunc_wrapper=True)
def lane_sums(work, at, out, out_at, units, stride):  # type: ignore[no-untyped-def]
    """out[out_at + u] = the sum over the lanes of row u."""
    half = width(work) // 2
    for u in range(0, units - 3, 4):
        r0 = row(work, at + u * stride)
        r1, r2, r3 = row(r0, stride), row(r0, 2 * stride), row(r0, 3 * stride)
        t0, t1, t2, t3 = load_half(r0, 0), load_half(r1, 0), load_half(r2, 0), load_half(r3, 0)
        for s in range(half, stride, half):
            t0, t1 = sum_of(t0, load_half(r0, s)), sum_of(t1, load_half(r1, s))
            t2, t3 = sum_of(t2, load_half(r2, s)), sum_of(t3, load_half(r3, s))
        totals(row(out, out_at + u), 0, 1, t0, t1, t2, t3)
    for u in range(units - units % 4, units):
        r0 = row(work, at + u * stride)
        t0 = load_half(r0, 0)
        for s in range(half, stride, half):
            t0 = sum_of(t0, load_half(r0, s))
        out[out_at + u] = total(t0)


@njit(nogil=True, no_cfunc_wrapper=True)
def inputs_first(out, into):  # type: ignore[no-untyped-def]
    """How many inputs of a layer are in the first half of a product; 0 where its units are halved instead.

    The longer side of the weights is halved, as both halves go through all of the other. Whole lines of the cache, so
    that two cores do not write into one.
    """
    return -(-into // (2 * LINE)) * LINE if into >= max(out, 4 * LINE) else 0


@njit(nogil=True, no_cfunc_wrapper=True)
def add_bias(theta, bias_at, z, out, stride):  # type: ignore[no-untyped-def]
    """Add each unit's bias to its row."""
    for u in range(out):
        lanes, b = row(z, u * stride), theta[bias_at + u]
        for s in range(stride):
            lanes[s] += b


@njit(nogil=True, no_cfunc_wrapper=True)
def add_rest(theta, bias_at, z, rest, out, stride):  # type: ignore[no-untyped-def]
    """Add each unit's bias to its row, and what the second half of the inputs gives."""
    for u in range(out):
        lanes, others, b = row(z, u * stride), row(rest, u * stride), theta[bias_at + u]
        for s in range(stride):
            lanes[s] += others[s] + b


def blas_sum(blas, second, theta, w_at, bias_at, work, in_at, out_at, spare_at, out, into, stride, by_sample):  # type: ignore[no-untyped-def]
    """As `weighted_sum`, for a weight matrix (out, into); `by_sample`: the input lies as (stride, into).

    Rows spare_at... (out, stride) are room for the second half of the inputs.
    """
    w, x, z, rest = row(theta, w_at), row(work, in_at), row(work, out_at), row(work, spare_at)
    step, next_input = (into, 1) if by_sample else (stride, stride)
    first = inputs_first(out, into)
    if second == WHOLE or out * into * stride < HALVED_FROM:
        gemm(blas, Product(w, 0, into, x, by_sample, step, z, stride, out, into, stride, 1.0, 0.0))
    elif first:
        low_w, low_x, left = row(w, first), row(x, first * next_input), into - first
        one = Product(w, 0, into, x, by_sample, step, z, stride, out, first, stride, 1.0, 0.0)
        other = Product(low_w, 0, into, low_x, by_sample, step, rest, stride, out, left, stride, 1.0, 0.0)
        in_halves(blas, second, one, other)
        add_rest(theta, bias_at, z, rest, out, stride)
        return 0.0
    else:
        half = out // 2
        low_w, low_z, left = row(w, half * into), row(z, half * stride), out - half
        one = Product(w, 0, into, x, by_sample, step, z, stride, half, into, stride, 1.0, 0.0)
        other = Product(low_w, 0, into, x, by_sample, step, low_z, stride, left, into, stride, 1.0, 0.0)
        in_halves(blas, second, one, other)
    add_bias(theta, bias_at, z, out, stride)
    return 0.0


def blas_gradient(blas, second, work, dz_at, in_at, to, at, out, into, stride, by_sample, factor, keep):  # type: ignore[no-untyped-def]
    """to[at...] as (out, into) = keep times itself + factor times what `weight_gradient` gives."""
    dz, x, dw = row(work, dz_at), row(work, in_at), row(to, at)
    turned, step, next_input = (0, into, 1) if by_sample else (1, stride, stride)
    first = inputs_first(out, into)
    if second == WHOLE or out * into * stride < HALVED_FROM:
        gemm(blas, Product(dz, 0, stride, x, turned, step, dw, into, out, stride, into, factor, keep))
    elif first:
        low_x, low_dw, left = row(x, first * next_input), row(dw, first), into - first
        one = Product(dz, 0, stride, x, turned, step, dw, into, out, stride, first, factor, keep)
        other = Product(dz, 0, stride, low_x, turned, step, low_dw, into, out, stride, left, factor, keep)
        in_halves(blas, second, one, other)
    else:
        half = out // 2
        low_dz, low_dw, left = row(dz, half * stride), row(dw, half * into), out - half
        one = Product(dz, 0, stride, x, turned, step, dw, into, half, stride, into, factor, keep)
        other = Product(low_dz, 0, stride, x, turned, step, low_dw, into, left, stride, into, factor, keep)
        in_halves(blas, second, one, other)
    return 0.0


def blas_spread(blas, theta, w_at, work, dz_at, to, out, into, stride):  # type: ignore[no-untyped-def]
    """Rows to... = the transposed weights times the rows of dz."""
    w, dz = row(theta, w_at), row(work, dz_at)
    gemm(blas, Product(w, 1, into, dz, 0, stride, row(work, to), stride, into, out, stride, 1.0, 0.0))
    return 0.0


BLAS_SUM_KINDS, BLAS_GRADIENT_KINDS, BLAS_SPREAD_KINDS = "nnfnnfnnnnnnn", "nnfnnfnnnnnxx", "nfnfnnnnn"
"""The arguments of the products by BLAS, for parts.address."""
