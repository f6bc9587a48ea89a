"""The catalogue's activation functions, compiled one by one, and the call to one of them through its address.

A gate is compiled when a network first uses it. The kernels reach it through a table of addresses, so they are
compiled once for all activations, and a new entry of the catalogue needs nothing here.
"""

from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any

import numpy as np
from llvmlite import ir
from numba import carray, cfunc, njit, types
from numba.extending import intrinsic

from twostroke.engine import activations
from twostroke.engine.activations import MAX_PARAMETERS

_HELPERS = {"logistic": njit(nogil=True)(activations.logistic)}


def _with_scope(function: Callable[..., Any], name: str, scope: dict[str, Any]) -> Any:
    """`function` under another name, seeing also the names in `scope`.

    Numba keeps a compiled function under its name and place, and a closure's content is no part of that; so each
    activation's gate gets a name of its own instead of a closure.
    """
    own = FunctionType(function.__code__, {**function.__globals__, **scope}, name)
    own.__qualname__, own.__module__ = name, __name__
    return own


def _scalar(function: Callable[..., Any]) -> Any:
    """A function of the catalogue for Numba: the same code, seeing compiled versions of the helpers it calls."""
    return njit(nogil=True, error_model="numpy")(_with_scope(function, function.__name__, _HELPERS))


def _apply(z_at, params_at, a_at, gain_at, units, n):  # type: ignore[no-untyped-def]
    """One layer: a = f(z) and gain = f'(z) side by side; arrays (units, n), params (units, MAX_PARAMETERS)."""
    z, a, gain = carray(z_at, (units, n)), carray(a_at, (units, n)), carray(gain_at, (units, n))
    params = carray(params_at, (units, MAX_PARAMETERS))
    for u in range(units):
        p = params[u]
        for s in range(n):
            value, slope = pair(float(z[u, s]), p)  # type: ignore[name-defined]  # noqa: F821
            a[u, s] = value
            gain[u, s] = slope


def _differentiate(z_at, params_at, da_at, out_at, units, n):  # type: ignore[no-untyped-def]
    """One layer's parameter gradients, out (learned, units): the sum over samples of da * df/dp."""
    z, da, out = carray(z_at, (units, n)), carray(da_at, (units, n)), carray(out_at, (learned, units))  # type: ignore[name-defined]  # noqa: F821
    params = carray(params_at, (units, MAX_PARAMETERS))
    for u in range(units):
        p = params[u]
        sum0, sum1, sum2 = 0.0, 0.0, 0.0
        for s in range(n):
            d0, d1, d2 = param_gain(float(z[u, s]), p)  # type: ignore[name-defined]  # noqa: F821
            up = float(da[u, s])
            sum0, sum1, sum2 = sum0 + up * d0, sum1 + up * d1, sum2 + up * d2
        sums = (sum0, sum1, sum2)
        for k in range(learned):  # type: ignore[name-defined]  # noqa: F821
            out[k, u] = sums[k]


def _compile(function: Any, dtype: str) -> Any:
    number = types.CPointer(getattr(types, dtype))
    signature = types.void(number, types.CPointer(types.float64), number, number, types.intp, types.intp)
    return cfunc(signature, cache=True, error_model="numpy")(function)


@cache
def _gate(name: str, dtype: str) -> Any:
    scope = {"pair": _scalar(activations.CATALOGUE[name].pair)}
    return _compile(_with_scope(_apply, f"gate_{name}_{dtype}", scope), dtype)


@cache
def _param_gate(name: str, dtype: str) -> Any:
    entry = activations.CATALOGUE[name]
    assert entry.param_gain is not None
    scope = {"param_gain": _scalar(entry.param_gain), "learned": len(entry.learned)}
    return _compile(_with_scope(_differentiate, f"param_gate_{name}_{dtype}", scope), dtype)


def gate_address(name: str, dtype: str) -> int:
    """Where the compiled f and f' of an activation begin; compiles them at the first call."""
    return int(_gate(name, dtype).address)


def param_gate_address(name: str, dtype: str) -> int:
    """Where the compiled parameter gradients of an activation begin; 0 where it learns none."""
    return int(_param_gate(name, dtype).address) if activations.CATALOGUE[name].learned else 0


@intrinsic
def _call(typingctx, address, first, second, third, fourth, units, n):  # type: ignore[no-untyped-def]
    """Call the function at `address` with four addresses of arrays and two counts."""
    signature = types.void(types.intp, types.intp, types.intp, types.intp, types.intp, types.intp, types.intp)

    def generate(context, builder, sig, args):  # type: ignore[no-untyped-def]
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(types.intp.bitwidth)
        function = ir.FunctionType(ir.VoidType(), [byte] * 4 + [word] * 2).as_pointer()
        pointers = [builder.inttoptr(argument, byte) for argument in args[1:5]]
        builder.call(builder.inttoptr(args[0], function), [*pointers, args[5], args[6]])
        return context.get_dummy_value()

    return signature, generate


@njit(nogil=True)
def call(address, z, params, third, fourth):  # type: ignore[no-untyped-def]
    """Call a gate on one layer's arrays: (z, params, a, gain), or for parameter gradients (z, params, da, out)."""
    _call(
        np.intp(address), z.ctypes.data, params.ctypes.data, third.ctypes.data, fourth.ctypes.data,
        z.shape[0], z.shape[1],
    )  # fmt: skip
