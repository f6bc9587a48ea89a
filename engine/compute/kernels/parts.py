"""Parts: kernels that only some networks need, each compiled when a network first uses it, and called by address.

So the core that every network runs through stays small and is soon compiled on a new machine, while a loss, an
optimizer, a normalizer or a product by BLAS costs its own fraction of a second, once. A part is a plain function of
rows (see memory.py), whole numbers and float64s that returns a float64. With Numba's JIT switched off it is called as
it is, and its address is a place in a list.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from llvmlite import ir
from numba import cfunc, config, types
from numba.extending import intrinsic

_PLAIN: list[Callable[..., Any] | None] = [None]
"""With the JIT off, the parts by address; 0 stands for none."""

_KEPT: list[Any] = []
"""The compiled parts: their machine code goes with the object."""

LOOSE = frozenset({"contract", "reassoc", "nsz"})
"""Freedom to sum lanes in any order and to fuse a product with a sum."""


@cache
def address(function: Callable[..., Any], kinds: str, dtype: str, loose: bool = False) -> int:
    """Where `function` begins, compiled for "float32" or "float64" at the first call.

    `kinds` names its arguments by a letter each: `f` a row of the network's numbers, `i` of int64, `d` of float64,
    `n` a whole number, `x` a float64.
    """
    if config.DISABLE_JIT:
        _PLAIN.append(function)
        return len(_PLAIN) - 1
    types_of = {
        "f": types.CPointer(getattr(types, dtype)),
        "i": types.CPointer(types.int64),
        "d": types.CPointer(types.float64),
        "n": types.intp,
        "x": types.float64,
    }
    signature = types.float64(*(types_of[kind] for kind in kinds))
    part = cfunc(signature, cache=True, error_model="numpy", fastmath=set(LOOSE) if loose else False)(function)
    _KEPT.append(part)
    return int(part.address)


def plain_call(address: int, arguments: tuple[Any, ...]) -> Any:
    """Call the part at `address`."""
    part = _PLAIN[address]
    assert part is not None
    return part(*arguments)


def native_call(typing: Any, address: Any, arguments: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_call` in compiled code: a jump."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        given, kinds = [], []
        for place, kind in enumerate(signature.args[1].types):
            value = builder.extract_value(values[1], place)
            if isinstance(kind, types.Integer | types.Boolean | types.Literal):
                value, kind = context.cast(builder, value, kind, types.intp), types.intp
            given.append(value)
            kinds.append(context.get_value_type(kind))
        function = ir.FunctionType(ir.DoubleType(), kinds).as_pointer()
        return builder.call(builder.inttoptr(values[0], function), given)

    return types.float64(types.intp, arguments), generate


call: Any = plain_call if config.DISABLE_JIT else intrinsic(native_call)
