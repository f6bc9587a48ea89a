"""Bare memory: how kernels reach into arrays without counting references.

A slice of an array costs two atomic operations in compiled code, more than the arithmetic on a short row. `row` is a
pointer there: indexing it is one instruction, nothing is checked, and it is valid as long as the caller holds the
array. As plain Python, with the compiler switched off, it is an ordinary slice. Both functions are written out
where they are used, as instructions; a function of their own would cost compile time at each kind of array.
"""

from collections.abc import Callable
from typing import Any

from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic


def plain_row(flat: Any, at: int) -> Any:
    """What begins at number `at` of an array (or of another row)."""
    return flat.reshape(-1)[at:]


def plain_number(flat: Any, value: Any) -> Any:
    """`value` in the precision of `flat`."""
    return flat.dtype.type(value)


def native_begin(context: Any, builder: Any, kind: Any, flat: Any, at: Any) -> Any:
    """The address of number `at` of an array or pointer."""
    if isinstance(kind, types.Array):
        flat = cgutils.create_struct_proxy(kind)(context, builder, flat).data
    return builder.gep(flat, [at])


def native_row(typing: Any, flat: Any, at: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_row` in compiled code: a pointer."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return native_begin(context, builder, signature.args[0], *arguments)

    return types.CPointer(flat.dtype)(flat, types.intp), generate


def native_number(typing: Any, flat: Any, value: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_number` in compiled code."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.cast(builder, arguments[1], signature.args[1], signature.return_type)

    return flat.dtype(flat, value), generate


row: Any = plain_row if config.DISABLE_JIT else intrinsic(native_row)
number: Any = plain_number if config.DISABLE_JIT else intrinsic(native_number)
