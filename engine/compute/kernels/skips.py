"""Skip paths: a layer adds the output of an earlier one before its gate (He et al. 2016), both strokes. Parts."""

from twostroke.engine.compute.kernels.plan import (
    ADDEND,
    D_SKIP,
    D_Z,
    NONE,
    PROJECTED_SKIP,
    SKIP,
    SKIP_INPUT,
    SKIP_UNITS,
    SKIP_WEIGHT,
    SPARE,
    UNITS,
    Z,
)
from twostroke.engine.compute.kernels.products import weight_gradient, weighted_sum
from twostroke.engine.compute.kernels.rows import add


def join(layer, theta, work, stride):  # type: ignore[no-untyped-def]
    """Add the output of an earlier layer, through a projection where widths differ, to rows Z."""
    if layer[SKIP] == PROJECTED_SKIP:
        into = layer[SKIP_UNITS]
        weighted_sum(
            theta,
            layer[SKIP_WEIGHT],
            into,
            1,
            NONE,
            work,
            layer[SKIP_INPUT] * stride,
            layer[ADDEND] * stride,
            layer[UNITS],
            into,
            stride,
        )
    add(work, layer[ADDEND] * stride, layer[Z] * stride, layer[UNITS] * stride)
    return 0.0


def join_back(layer, theta, work, grad, stride):  # type: ignore[no-untyped-def]
    """Rows D_Z also go to the layer that the skip path comes from, and its projection learns."""
    units, into, dz = layer[UNITS], layer[SKIP_UNITS], layer[D_Z] * stride
    source = dz
    if layer[SKIP] == PROJECTED_SKIP:
        weight_gradient(work, dz, layer[SKIP_INPUT] * stride, grad, layer[SKIP_WEIGHT], units, into, stride)
        source = layer[SPARE] * stride
        if layer[D_SKIP] != NONE:
            weighted_sum(theta, layer[SKIP_WEIGHT], 1, into, NONE, work, dz, source, into, units, stride)
    if layer[D_SKIP] != NONE:
        add(work, source, layer[D_SKIP] * stride, into * stride)
    return 0.0


JOIN_KINDS, JOIN_BACK_KINDS = "iffn", "ifffn"
"""The arguments of `join` and `join_back`, for parts.address."""
