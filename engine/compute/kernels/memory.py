"""Bare memory: how kernels reach into arrays without counting references.

A slice of an array costs two atomic operations in compiled code, more than the arithmetic on a short row. `row` is a
pointer there: indexing it is one instruction, nothing is checked, and it is valid as long as the caller holds the
array. As plain Python, with the compiler switched off, it is an ordinary slice. All of these functions are written out
where they are used, as instructions; a function of their own would cost compile time at each kind of array.
"""

from collections.abc import Callable
from typing import Any

from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic

FLAG_BYTES = 8
"""A flag between threads is one int64."""


def plain_row(flat: Any, at: int) -> Any:
    """What begins at number `at` of an array (or of another row)."""
    return flat.reshape(-1)[at:]


def plain_number(flat: Any, value: Any) -> Any:
    """`value` in the precision of `flat`."""
    return flat.dtype.type(value)


def plain_look(flags: Any, at: int) -> Any:
    """Flag number `at` as another thread may just have written it, with all that thread wrote before it."""
    return flags[at]


def plain_tell(flags: Any, at: int, value: int) -> None:
    """Write flag number `at` for another thread: it is seen only after all that was written before."""
    flags[at] = value


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


def native_look(typing: Any, flags: Any, at: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_look` in compiled code: one load that is neither kept in a register nor moved."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = native_begin(context, builder, signature.args[0], *arguments)
        return builder.load_atomic(place, "acquire", FLAG_BYTES)

    return flags.dtype(flags, types.intp), generate


def native_tell(typing: Any, flags: Any, at: Any, value: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_tell` in compiled code: one store that is neither delayed nor moved."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = native_begin(context, builder, signature.args[0], *arguments[:2])
        builder.store_atomic(arguments[2], place, "release", FLAG_BYTES)
        return context.get_dummy_value()

    return types.none(flags, types.intp, flags.dtype), generate


row: Any = plain_row if config.DISABLE_JIT else intrinsic(native_row)
number: Any = plain_number if config.DISABLE_JIT else intrinsic(native_number)
look: Any = plain_look if config.DISABLE_JIT else intrinsic(native_look)
tell: Any = plain_tell if config.DISABLE_JIT else intrinsic(native_tell)
