"""The catalogue's activation functions, compiled, and the dispatch among them by code.

Both are built from the catalogue, so that a new entry there needs nothing here.
"""

from functools import reduce
from types import FunctionType
from typing import Any

from numba import njit

from twostroke.engine import activations

_HELPERS = {"logistic": njit(nogil=True)(activations.logistic)}


def _compiled(function: Any) -> Any:
    """`function` for Numba: the same code, seeing compiled versions of the helpers it calls."""
    scope = {**function.__globals__, **_HELPERS}
    return njit(nogil=True, error_model="numpy")(FunctionType(function.__code__, scope, function.__name__))


def _gate(pair: Any) -> Any:
    """Kernel over one layer: a = f(z) and gain = f'(z) side by side; arrays (units, n), params (units, 3)."""
    scalar = _compiled(pair)

    @njit(nogil=True, error_model="numpy")
    def apply(z, params, a, gain):  # type: ignore[no-untyped-def]
        units, n = z.shape
        for u in range(units):
            p = params[u]
            for s in range(n):
                value, slope = scalar(float(z[u, s]), p)
                a[u, s] = value
                gain[u, s] = slope

    return apply


def _param_gate(param_gain: Any) -> Any:
    """Kernel over one layer: gradient of its learned parameters, out (k, units) = sum over samples of da * df/dp."""
    scalar = _compiled(param_gain)

    @njit(nogil=True, error_model="numpy")
    def apply(z, params, da, out):  # type: ignore[no-untyped-def]
        units, n = z.shape
        for u in range(units):
            p = params[u]
            sums = (0.0, 0.0, 0.0)
            for s in range(n):
                d = scalar(float(z[u, s]), p)
                up = float(da[u, s])
                sums = (sums[0] + up * d[0], sums[1] + up * d[1], sums[2] + up * d[2])
            for k in range(out.shape[0]):
                out[k, u] = sums[k]

    return apply


@njit(nogil=True)
def _nothing(code, z, params, first, second):  # type: ignore[no-untyped-def]
    return


def _link(rest: Any, entry: tuple[int, Any]) -> Any:
    """One link of the dispatch: this code's kernel, or the rest of the chain."""
    own, kernel = entry

    @njit(nogil=True)
    def dispatch(code, z, params, first, second):  # type: ignore[no-untyped-def]
        if code == own:
            kernel(z, params, first, second)
        else:
            rest(code, z, params, first, second)

    return dispatch


apply_gate = reduce(
    _link,
    [(activations.CODES[e.name], _gate(e.pair)) for e in activations.CATALOGUE.values() if not e.output_only],
    _nothing,
)
"""apply_gate(code, z, params, a, gain)"""

param_gradient = reduce(
    _link,
    [(activations.CODES[e.name], _param_gate(e.param_gain)) for e in activations.CATALOGUE.values() if e.param_gain],
    _nothing,
)
"""param_gradient(code, z, params, da, out)"""
