"""Flags between a thread in a kernel and one outside of it, for the one outside."""

from numba import njit

from twostroke.engine.compute.kernels.memory import look, tell


@njit(nogil=True, cache=True, no_cfunc_wrapper=True)
def read(flags, at):  # type: ignore[no-untyped-def]
    """Flag number `at`; all that the kernel wrote before it is seen by what follows."""
    return look(flags, at)


@njit(nogil=True, cache=True, no_cfunc_wrapper=True)
def write(flags, at, value):  # type: ignore[no-untyped-def]
    """Set flag number `at`; the kernel sees it only after all that was done before."""
    tell(flags, at, value)
