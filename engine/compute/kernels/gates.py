"""The catalogue's activation functions, compiled one by one, and the call to one of them through its address.

A gate is compiled when a network first uses it, for float32 or float64. The kernels reach it through a table of
addresses, so they are compiled once for all activations, and a new entry of the catalogue needs nothing here.

An entry is plain Python with float64 constants. For float32 its code is compiled with those constants as float32, so
that nothing is widened, and with the functions of `math` replaced by versions that vectorise (see elementary.py).

With Numba's JIT switched off the same loops run as plain Python, and an address is a place in a list.
"""

import hashlib
import math
from collections.abc import Callable
from functools import cache
from types import CellType, FunctionType
from typing import Any

import numpy as np
from llvmlite import ir
from numba import carray, cfunc, config, njit, types
from numba.extending import intrinsic, overload

from twostroke.engine.catalogue import activations
from twostroke.engine.catalogue.activations import MAX_PARAMETERS
from twostroke.engine.compute.kernels import elementary
from twostroke.engine.compute.kernels.memory import native_begin

Function = Callable[..., Any]

_REPLACED: dict[Function, Function] = {getattr(math, f.__name__, f): f for f in elementary.SINGLE}
"""What an entry calls -> what its compiled code calls."""

_PLAIN: list[Function | None] = [None]
"""With the JIT off, the gates by address; 0 stands for none."""

_KEPT: list[Any] = []
"""The compiled gates: their machine code goes with the object."""


def _narrow(value: Any) -> Any:
    """A constant for float32 code."""
    if isinstance(value, tuple):
        return tuple(_narrow(item) for item in value)
    return np.float32(value) if isinstance(value, float) else value


def _read(function: Function) -> dict[str, Any]:
    """The module's names that a function reads, with what they stand for."""
    return {name: function.__globals__[name] for name in function.__code__.co_names if name in function.__globals__}


def _enclosed(function: Function) -> list[Any]:
    """What a function reads of a function around it."""
    return [cell.cell_contents for cell in function.__closure__ or ()]


def fingerprint(value: Any) -> str:
    """What a function computes, as text: its code, and all that it reads. The same for the same source."""
    if not isinstance(value, FunctionType):
        return repr(value)
    code = value.__code__
    parts = [code.co_code.hex(), repr(code.co_names), repr(code.co_consts)]
    return " ".join(parts + [fingerprint(item) for item in (*_read(value).values(), *_enclosed(value))])


def _prepared(value: Any, dtype: str) -> Any:
    """What an entry's code reads, as the compiled code of that precision should see it."""
    if callable(value) and value in _REPLACED:
        return _REPLACED[value]
    if isinstance(value, FunctionType):
        return _scalar(value, dtype)
    return _narrow(value) if dtype == "float32" else value


def _rebuilt(function: Function, dtype: str) -> Function:
    """A function of the catalogue in the given precision, still plain Python."""
    code = function.__code__
    if dtype == "float32":
        code = code.replace(co_consts=_narrow(code.co_consts))
    scope = {name: _prepared(value, dtype) for name, value in _read(function).items()}
    cells = tuple(CellType(_prepared(item, dtype)) for item in _enclosed(function))
    return FunctionType(code, {**function.__globals__, **scope}, function.__name__, None, cells)


def _scalar(function: Function, dtype: str) -> Any:
    """The same, for Numba."""
    return njit(nogil=True, error_model="numpy", **elementary.OPTIONS)(_rebuilt(function, dtype))


# What the two loops read. `_around` gives each loop values of its own in place of these.
formula: Any = None  # pair or param_gain
learned = 0  # how many parameters are trained
zero: Any = 0.0  # in the network's precision
array: Any = carray  # place and size -> array


def _values(z_at, params_at, a_at, gain_at, units, stride, step):  # type: ignore[no-untyped-def]
    """One layer: a = f(z) and gain = f'(z), flat arrays of `units` rows of `stride`; `step` is not used."""
    # Settings that are not learned are the same for all units, so the layer is one long row.
    rows, length = (units, stride) if learned > 0 else (1, units * stride)
    z, params = array(z_at, units * stride), array(params_at, units * MAX_PARAMETERS)
    a, gain = array(a_at, units * stride), array(gain_at, units * stride)
    for u in range(rows):
        first, last, at = u * length, (u + 1) * length, u * MAX_PARAMETERS
        p = params[at], params[at + 1], params[at + 2]
        z_row, a_row, gain_row = z[first:last], a[first:last], gain[first:last]
        for s in range(length):
            value, slope = formula(z_row[s], p)
            a_row[s] = value
            gain_row[s] = slope


def _sums(z_at, params_at, da_at, grad_at, units, stride, step):  # type: ignore[no-untyped-def]
    """One layer's parameter gradients: grad[k * step + u] is the sum over the lanes of da * df/dp_k."""
    z, params = array(z_at, units * stride), array(params_at, units * MAX_PARAMETERS)
    da, grad = array(da_at, units * stride), array(grad_at, (learned - 1) * step + units)
    for u in range(units):
        first, last, at = u * stride, (u + 1) * stride, u * MAX_PARAMETERS
        p = params[at], params[at + 1], params[at + 2]
        z_row, da_row = z[first:last], da[first:last]
        sum0, sum1, sum2 = zero, zero, zero
        for s in range(stride):
            d0, d1, d2 = formula(z_row[s], p)
            sum0, sum1, sum2 = sum0 + da_row[s] * d0, sum1 + da_row[s] * d1, sum2 + da_row[s] * d2
        sums = sum0, sum1, sum2
        for k in range(learned):
            grad[k * step + u] = sums[k]


def _around(loop: Function, name: str, **scope: Any) -> Any:
    """One of the two loops under a name of its own, with what it reads: formula, learned, zero, array."""
    own = FunctionType(loop.__code__, {**globals(), **scope}, name)
    own.__qualname__, own.__module__ = name, __name__
    return own


def native(loop: Function, function: Function, learned: int, name: str, dtype: str, *, on_disk: bool = True) -> Any:
    """The machine code of a loop around a function of the catalogue.

    Numba keeps it on disk under the loop's name and place, and what the loop reads is no part of that. So the name
    holds a fingerprint of the function.
    """
    digest = hashlib.sha256(f"{learned} {fingerprint(function)}".encode()).hexdigest()[:12]
    own = _around(
        loop,
        f"{name}_{dtype}_{digest}",
        formula=_scalar(function, dtype),
        learned=learned,
        zero=np.dtype(dtype).type(0.0),
        array=carray,
    )
    number = types.CPointer(getattr(types, dtype))
    signature = types.void(*[number] * 4, *[types.intp] * 3)
    # Sums over the lanes may be taken in any order, so that they vectorise; the function itself is compiled exactly.
    in_any_order = {"reassoc", "nsz"} if loop is _sums else False
    return cfunc(signature, cache=on_disk, error_model="numpy", fastmath=in_any_order)(own)


def _plain(loop: Function, function: Function, learned: int, name: str) -> Function:
    """The same in plain Python: z, params, ... are arrays, and every number is a Python float."""
    same = _rebuilt(function, "float64")
    own = _around(
        loop,
        name,
        learned=learned,
        zero=0.0,
        array=lambda values, size: values[:size],
        formula=lambda z, p: same(float(z), [float(value) for value in p]),
    )

    def run(*arguments: Any) -> None:
        with np.errstate(all="ignore"):  # compiled code says nothing of overflow either
            own(*arguments)

    return run


@cache
def _address(loop: Function, function: Function, learned: int, name: str, dtype: str, compiled: bool) -> int:
    if compiled:
        gate = native(loop, function, learned, name, dtype)
        _KEPT.append(gate)
        return int(gate.address)
    _PLAIN.append(_plain(loop, function, learned, name))
    return len(_PLAIN) - 1


def gate_address(name: str, dtype: str) -> int:
    """Where the f and f' of an activation begin, for `call_gate`; compiles them at the first call."""
    entry = activations.CATALOGUE[name]
    return _address(_values, entry.pair, len(entry.learned), f"gate_{name}", dtype, not config.DISABLE_JIT)


def param_gate_address(name: str, dtype: str) -> int:
    """Where the parameter gradients of an activation begin, for `call_param_gate`; 0 where it learns none."""
    entry = activations.CATALOGUE[name]
    if entry.param_gain is None:
        return 0
    return _address(_sums, entry.param_gain, len(entry.learned), f"param_gate_{name}", dtype, not config.DISABLE_JIT)


@intrinsic
def _place(typingctx, array, at):  # type: ignore[no-untyped-def]
    """Where in memory array[at] lies."""

    def generate(context, builder, sig, args):  # type: ignore[no-untyped-def]
        begin = native_begin(context, builder, sig.args[0], *args)
        return builder.ptrtoint(begin, ir.IntType(types.intp.bitwidth))

    return types.intp(array, types.intp), generate


@intrinsic
def _jump(typingctx, address, z, params, third, fourth, units, stride, step):  # type: ignore[no-untyped-def]
    """Call the machine code at `address` with the places of four arrays and three counts."""

    def generate(context, builder, sig, args):  # type: ignore[no-untyped-def]
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(types.intp.bitwidth)
        function = ir.FunctionType(ir.VoidType(), [byte] * 4 + [word] * 3).as_pointer()
        places = [builder.inttoptr(argument, byte) for argument in args[1:5]]
        builder.call(builder.inttoptr(args[0], function), [*places, *args[5:]])
        return context.get_dummy_value()

    return types.void(*[types.intp] * 8), generate


def _run(address, z, z_at, params, params_at, third, third_at, fourth, fourth_at, units, stride, step):  # type: ignore[no-untyped-def]
    """Call a gate on the parts of four arrays that begin at those places."""
    gate = _PLAIN[address]
    gate(z[z_at:], params[params_at:], third[third_at:], fourth[fourth_at:], units, stride, step)


overload(_run)(
    lambda address, z, z_at, params, params_at, third, third_at, fourth, fourth_at, units, stride, step: (
        lambda address, z, z_at, params, params_at, third, third_at, fourth, fourth_at, units, stride, step: _jump(
            address,
            _place(z, z_at),
            _place(params, params_at),
            _place(third, third_at),
            _place(fourth, fourth_at),
            units,
            stride,
            step,
        )
    )
)


@njit(nogil=True)
def call_gate(address, work, z_at, a_at, gain_at, params, params_at, units, stride):  # type: ignore[no-untyped-def]
    """a = f(z) and gain = f'(z) for `units` rows of `stride` lanes that lie one after the other.

    `work` and `params` are flat and of the network's precision; row u of z begins at work[z_at + u * stride], and so
    with a and gain, which must not overlap z. Unit u's MAX_PARAMETERS numbers begin at
    params[params_at + u * MAX_PARAMETERS]; what is not learned must be the same for all units of a call.
    """
    _run(address, work, z_at, params, params_at, work, a_at, work, gain_at, units, stride, 0)


@njit(nogil=True)
def call_param_gate(address, work, z_at, da_at, params, params_at, grad, grad_at, grad_step, units, stride):  # type: ignore[no-untyped-def]
    """grad[grad_at + k * grad_step + u] = the sum over unit u's lanes of da * df/dp_k, for each learned parameter k.

    Rows and parameters as for `call_gate`; lanes without a sample must have da = 0 and a finite z.
    """
    _run(address, work, z_at, params, params_at, work, da_at, grad, grad_at, units, stride, grad_step)
