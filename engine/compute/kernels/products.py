"""The three matrix products of a layer: by loops over lanes for small layers, by BLAS for large ones.

Loops take four terms at a time, so that a row is read and written a quarter as often. Sums over lanes may be taken
in any order (`reassoc`): in vectors, and with less round-off than one after the other.
"""

from numba import njit

from twostroke.engine.compute.kernels.blas import gemm
from twostroke.engine.compute.kernels.memory import number, row

LOOSE = {"contract", "reassoc", "nsz"}


@njit(nogil=True, fastmath=LOOSE, no_cfunc_wrapper=True)
def weighted_sum(theta, w_at, step, turn, bias_at, work, in_at, out_at, out, into, stride):  # type: ignore[no-untyped-def]
    """Rows out_at...: for each u, bias[u] + sum over j of w[u, j] * row j of in_at.

    w[u, j] = theta[w_at + u * step + j * turn], so that it serves a matrix and its transpose. bias_at < 0: no bias.
    """
    for u in range(out):
        z = row(work, out_at + u * stride)
        begin = theta[bias_at + u] if bias_at >= 0 else number(theta, 0.0)
        for s in range(stride):
            z[s] = begin
        w = w_at + u * step
        for j in range(0, into - 3, 4):
            w0, w1 = theta[w + j * turn], theta[w + (j + 1) * turn]
            w2, w3 = theta[w + (j + 2) * turn], theta[w + (j + 3) * turn]
            at = in_at + j * stride
            a0, a1 = row(work, at), row(work, at + stride)
            a2, a3 = row(work, at + 2 * stride), row(work, at + 3 * stride)
            for s in range(stride):
                z[s] += (w0 * a0[s] + w1 * a1[s]) + (w2 * a2[s] + w3 * a3[s])
        for j in range(into - into % 4, into):
            w0, at = theta[w + j * turn], in_at + j * stride
            a0 = row(work, at)
            for s in range(stride):
                z[s] += w0 * a0[s]


@njit(nogil=True, fastmath=LOOSE, no_cfunc_wrapper=True)
def weight_gradient(work, dz_at, in_at, grad, w_at, out, into, stride):  # type: ignore[no-untyped-def]
    """grad[w_at...] as (out, into): for each u and j the sum over lanes of row u of dz times row j of the input."""
    for u in range(out):
        dz, to = row(work, dz_at + u * stride), row(grad, w_at + u * into)
        for j in range(0, into - 3, 4):
            at = in_at + j * stride
            a0, a1 = row(work, at), row(work, at + stride)
            a2, a3 = row(work, at + 2 * stride), row(work, at + 3 * stride)
            t0, t1, t2, t3 = number(work, 0.0), number(work, 0.0), number(work, 0.0), number(work, 0.0)
            for s in range(stride):
                d = dz[s]
                t0, t1, t2, t3 = t0 + d * a0[s], t1 + d * a1[s], t2 + d * a2[s], t3 + d * a3[s]
            to[j], to[j + 1], to[j + 2], to[j + 3] = t0, t1, t2, t3
        for j in range(into - into % 4, into):
            a0 = row(work, in_at + j * stride)
            t0 = number(work, 0.0)
            for s in range(stride):
                t0 += dz[s] * a0[s]
            to[j] = t0


@njit(nogil=True, fastmath=LOOSE, no_cfunc_wrapper=True)
def lane_sums(work, at, out, out_at, units, stride):  # type: ignore[no-untyped-def]
    """out[out_at + u] = the sum over the lanes of row u."""
    for u in range(units):
        lanes = row(work, at + u * stride)
        total = number(work, 0.0)
        for s in range(stride):
            total += lanes[s]
        out[out_at + u] = total


def blas_sum(blas, theta, w_at, bias_at, work, in_at, out_at, out, into, stride, by_sample):  # type: ignore[no-untyped-def]
    """As `weighted_sum`, for a weight matrix (out, into); `by_sample`: the input lies as (stride, into)."""
    gemm(blas, row(theta, w_at), 0, row(work, in_at), by_sample, row(work, out_at), out, into, stride, 1.0, 0.0)
    for u in range(out):
        lanes = row(work, out_at + u * stride)
        b = theta[bias_at + u]
        for s in range(stride):
            lanes[s] += b
    return 0.0


def blas_gradient(blas, work, dz_at, in_at, to, at, out, into, stride, by_sample, factor, keep):  # type: ignore[no-untyped-def]
    """to[at...] as (out, into) = keep times itself + factor times what `weight_gradient` gives."""
    gemm(blas, row(work, dz_at), 0, row(work, in_at), 1 - by_sample, row(to, at), out, stride, into, factor, keep)
    return 0.0


def blas_spread(blas, theta, w_at, work, dz_at, to, out, into, stride):  # type: ignore[no-untyped-def]
    """Rows to... = the transposed weights times the rows of dz."""
    gemm(blas, row(theta, w_at), 1, row(work, dz_at), 0, row(work, to), into, out, stride, 1.0, 0.0)
    return 0.0


BLAS_SUM_KINDS, BLAS_GRADIENT_KINDS, BLAS_SPREAD_KINDS = "nfnnfnnnnnn", "nfnnfnnnnnxx", "nfnfnnnnn"
"""The arguments of the products by BLAS, for parts.address."""
