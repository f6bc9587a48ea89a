"""Random numbers that depend on a counter alone, so that any epoch and any update is known without those before it."""

import numpy as np
from numba import njit

from twostroke.engine.compute.kernels.memory import number, row


@njit(nogil=True, no_cfunc_wrapper=True)
def mix(value):  # type: ignore[no-untyped-def]
    """SplitMix64 (Steele, Lea and Flood 2014): a well-mixed 64-bit number from a counter."""
    value = value + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@njit(nogil=True, no_cfunc_wrapper=True)
def shuffled(seed, epoch, shuffle, order, count):  # type: ignore[no-untyped-def]
    """The order of the samples in `epoch`: a Fisher-Yates shuffle that depends on seed and epoch alone."""
    for i in range(count):
        order[i] = i
    if not shuffle:
        return
    key = mix(np.uint64(seed) ^ mix(np.uint64(epoch)))
    for i in range(count - 1, 0, -1):
        key = mix(key)
        j = np.int64(key % np.uint64(i + 1))
        order[i], order[j] = order[j], order[i]


@njit(nogil=True, cache=True, no_cfunc_wrapper=True)
def draw_order(seed, epoch, shuffle, order):  # type: ignore[no-untyped-def]
    """The same for callers outside of the kernels: order (N,)."""
    shuffled(seed, epoch, shuffle, order, order.size)


def draw_mask(seed, update, layer, share, work, at, count):  # type: ignore[no-untyped-def]
    """Dropout's mask (Srivastava et al. 2014): 0 with probability `share`, else 1 / (1 - share)."""
    mask = row(work, at)
    zero, kept = number(work, 0.0), number(work, 1.0 / (1.0 - share))
    bound = np.uint64(share * 9007199254740992.0)  # 2**53: the upper 53 bits are a number of [0, 1)
    key = mix(mix(np.uint64(seed) ^ np.uint64(0xD1B54A32D192ED03)) ^ mix(np.uint64(update))) + np.uint64(layer)
    key = mix(key)
    for i in range(count):
        mask[i] = zero if (mix(key + np.uint64(i)) >> np.uint64(11)) < bound else kept
    return 0.0


MASK_KINDS = "nnnxfnn"
"""The arguments of `draw_mask`, for parts.address."""
