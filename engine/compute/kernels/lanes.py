"""Vectors: so many neighbouring lanes of a row as one processor register holds, as values of their own.

Loops that Numba is to vectorise by itself cost more than the arithmetic where rows are short: it tests whether arrays
overlap, and keeps each sum in memory. A vector stays in a register from the first term of a sum to the last. It holds
64 bytes (`width` numbers), which is all LANES of float32 (a row may be read so, as its length is a multiple); a half
one 32. What the processor lacks in width, the compiler makes of several registers. Products are added without rounding
between the two where the processor can.

As plain Python, with the compiler switched off, a vector is a small array.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

from twostroke.engine.compute.kernels.memory import native_begin

BYTES = 64


class Vector(types.Type):
    """So many numbers of one kind."""

    def __init__(self, dtype: Any, count: int) -> None:
        super().__init__(f"Vector({dtype}, {count})")
        self.dtype, self.count = dtype, count


@register_model(Vector)
class VectorModel(models.PrimitiveModel):
    """The compiler's own vectors."""

    def __init__(self, manager: Any, kind: Vector) -> None:
        super().__init__(manager, kind, ir.VectorType(manager.lookup(kind.dtype).get_value_type(), kind.count))


def plain_width(flat: Any) -> int:
    """How many numbers of `flat` are one vector."""
    return BYTES // int(flat.itemsize)


def plain_load(flat: Any, at: int) -> Any:
    """The vector that begins at flat[at]."""
    return flat[at : at + plain_width(flat)].copy()


def plain_load_half(flat: Any, at: int) -> Any:
    """The half vector that begins at flat[at]."""
    return flat[at : at + plain_width(flat) // 2].copy()


def plain_store(flat: Any, at: int, vector: Any) -> None:
    """Put the vector where flat[at] is."""
    flat[at : at + vector.size] = vector


def plain_spread(flat: Any, value: Any) -> Any:
    """A vector of numbers of the kind of `flat` that all are `value`."""
    return np.full(plain_width(flat), value, dtype=flat.dtype)


def plain_none(flat: Any) -> Any:
    """A half vector of zeros."""
    return np.zeros(plain_width(flat) // 2, dtype=flat.dtype)


def plain_fused(total: Any, left: Any, right: Any) -> Any:
    """total + left * right; `left` may be one number for all."""
    return total + left * right


def plain_product(left: Any, right: Any) -> Any:
    """left * right."""
    return left * right


def plain_sum_of(left: Any, right: Any) -> Any:
    """left + right."""
    return left + right


def plain_ones(flat: Any, count: int) -> Any:
    """A vector of `count` times 1 and then 0, of the kind of `flat`."""
    return (np.arange(plain_width(flat)) < count).astype(flat.dtype)


def plain_places(flat: Any, chosen: Any, at: int, last: int) -> Any:
    """The numbers chosen[at], chosen[at + 1], ... as far as `last`, which is repeated, as many as `flat` has lanes."""
    return chosen[np.minimum(np.arange(at, at + plain_width(flat)), last)]


def plain_gather(flat: Any, places: Any, step: int, at: int) -> Any:
    """The vector of flat[place * step + at] for each of the places."""
    return flat[places * step + at]


def plain_total(half: Any) -> Any:
    """The sum of the numbers of a half vector."""
    while half.size > 1:
        half = half[half.size // 2 :] + half[: half.size // 2]
    return half[0]


def plain_totals(flat: Any, at: int, step: int, h0: Any, h1: Any, h2: Any, h3: Any) -> None:
    """flat[at], flat[at + step], ... = the `total` of each of four half vectors."""
    for k, half in enumerate((h0, h1, h2, h3)):
        flat[at + k * step] = plain_total(half)


def native_count(flat: Any) -> int:
    return BYTES * 8 // int(flat.dtype.bitwidth)


def native_width(typing: Any, flat: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_width` in compiled code: a constant."""
    count = native_count(flat)
    return types.intp(flat), lambda context, *_: context.get_constant(types.intp, count)


def native_loaded(flat: Any, at: Any, count: int) -> tuple[Any, Callable[..., Any]]:
    kind = Vector(flat.dtype, count)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = native_begin(context, builder, signature.args[0], *arguments)
        vector = context.get_value_type(kind)
        return builder.load(builder.bitcast(place, vector.as_pointer()), align=flat.dtype.bitwidth // 8)

    return kind(flat, types.intp), generate


def native_load(typing: Any, flat: Any, at: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_load` in compiled code."""
    return native_loaded(flat, at, native_count(flat))


def native_load_half(typing: Any, flat: Any, at: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_load_half` in compiled code."""
    return native_loaded(flat, at, native_count(flat) // 2)


def native_store(typing: Any, flat: Any, at: Any, vector: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_store` in compiled code."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = native_begin(context, builder, signature.args[0], *arguments[:2])
        place = builder.bitcast(place, arguments[2].type.as_pointer())
        builder.store(arguments[2], place, align=flat.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.none(flat, types.intp, vector), generate


def native_splat(builder: Any, value: Any, vector: Any) -> Any:
    one = builder.insert_element(ir.Constant(vector, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(ir.IntType(32), vector.count), None))


def native_spread(typing: Any, flat: Any, value: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_spread` in compiled code."""
    kind = Vector(flat.dtype, native_count(flat))

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return native_splat(builder, arguments[1], context.get_value_type(kind))

    return kind(flat, flat.dtype), generate


def native_none(typing: Any, flat: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_none` in compiled code."""
    kind = Vector(flat.dtype, native_count(flat) // 2)
    return kind(flat), lambda context, *_: ir.Constant(context.get_value_type(kind), None)


def native_fused(typing: Any, total: Any, left: Any, right: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_fused` in compiled code."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        total, left, right = arguments
        vector = total.type
        left = left if left.type == vector else native_splat(builder, left, vector)
        name = f"llvm.fmuladd.v{vector.count}f{signature.args[0].dtype.bitwidth}"
        fused = cgutils.get_or_insert_function(builder.module, ir.FunctionType(vector, [vector] * 3), name)
        return builder.call(fused, [left, right, total])

    return total(total, left, right), generate


def native_product(typing: Any, left: Any, right: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_product` in compiled code."""
    return left(left, right), lambda context, builder, signature, arguments: builder.fmul(*arguments)


def native_sum_of(typing: Any, left: Any, right: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_sum_of` in compiled code."""
    return left(left, right), lambda context, builder, signature, arguments: builder.fadd(*arguments)


def native_ones(typing: Any, flat: Any, count: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_ones` in compiled code."""
    kind = Vector(flat.dtype, native_count(flat))

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole = ir.VectorType(ir.IntType(32), kind.count)
        most = builder.select(
            builder.icmp_signed("<", arguments[1], ir.Constant(arguments[1].type, kind.count)),
            arguments[1],
            ir.Constant(arguments[1].type, kind.count),
        )
        limit = native_splat(builder, builder.trunc(most, ir.IntType(32)), whole)
        below = builder.icmp_signed("<", ir.Constant(whole, list(range(kind.count))), limit)
        return builder.uitofp(below, context.get_value_type(kind))

    return kind(flat, types.intp), generate


def native_places(typing: Any, flat: Any, chosen: Any, at: Any, last: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_places` in compiled code."""
    kind = Vector(types.intp, native_count(flat))

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _, chosen, at, last = arguments
        found = ir.Constant(context.get_value_type(kind), ir.Undefined)
        for lane in range(kind.count):
            own = builder.add(at, ir.Constant(at.type, lane))
            own = builder.select(builder.icmp_signed("<", own, last), own, last)
            place = builder.load(native_begin(context, builder, signature.args[1], chosen, own))
            found = builder.insert_element(found, place, ir.Constant(ir.IntType(32), lane))
        return found

    return kind(flat, chosen, types.intp, types.intp), generate


def native_gather(typing: Any, flat: Any, places: Any, step: Any, at: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_gather` in compiled code."""
    kind = Vector(flat.dtype, places.count)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        flat, places, step, at = arguments
        begin = native_begin(context, builder, signature.args[0], flat, at)
        places = builder.mul(places, native_splat(builder, step, places.type))
        found = ir.Constant(context.get_value_type(kind), ir.Undefined)
        for lane in range(kind.count):
            index = ir.Constant(ir.IntType(32), lane)
            number = builder.load(builder.gep(begin, [builder.extract_element(places, index)]))
            found = builder.insert_element(found, number, index)
        return found

    return kind(flat, places, types.intp, types.intp), generate


def native_shuffle(builder: Any, left: Any, right: Any, places: list[int]) -> Any:
    """Those numbers of two vectors, one after the other, in a vector of their own."""
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(places)), places)
    return builder.shuffle_vector(left, right, mask)


def native_fold(builder: Any, vector: Any, down_to: int) -> Any:
    """Upper half onto lower half, until so many numbers are left."""
    while vector.type.count > down_to:
        half = vector.type.count // 2
        low = native_shuffle(builder, vector, vector, list(range(half)))
        vector = builder.fadd(native_shuffle(builder, vector, vector, list(range(half, 2 * half))), low)
    return vector


def native_total(typing: Any, half: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_total` in compiled code."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.extract_element(native_fold(builder, arguments[0], 1), ir.Constant(ir.IntType(32), 0))

    return half.dtype(half), generate


def native_totals(
    typing: Any, flat: Any, at: Any, step: Any, h0: Any, h1: Any, h2: Any, h3: Any
) -> tuple[Any, Callable[..., Any]]:
    """`plain_totals` in compiled code: the last folds of all four at once."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        at, step = arguments[1:3]
        a, b, c, d = (native_fold(builder, half, 4) for half in arguments[3:])
        low, high = [0, 1, 4, 5], [2, 3, 6, 7]
        ab = builder.fadd(native_shuffle(builder, a, b, high), native_shuffle(builder, a, b, low))
        cd = builder.fadd(native_shuffle(builder, c, d, high), native_shuffle(builder, c, d, low))
        sums = builder.fadd(
            native_shuffle(builder, ab, cd, [1, 3, 5, 7]), native_shuffle(builder, ab, cd, [0, 2, 4, 6])
        )
        for k in range(4):
            place = native_begin(context, builder, signature.args[0], arguments[0], at)
            builder.store(builder.extract_element(sums, ir.Constant(ir.IntType(32), k)), place)
            at = builder.add(at, step)
        return context.get_dummy_value()

    return types.none(flat, types.intp, types.intp, h0, h1, h2, h3), generate


def _chosen(plain: Any, native: Any) -> Any:
    return plain if config.DISABLE_JIT else intrinsic(native)


width: Any = _chosen(plain_width, native_width)
load: Any = _chosen(plain_load, native_load)
load_half: Any = _chosen(plain_load_half, native_load_half)
store: Any = _chosen(plain_store, native_store)
spread: Any = _chosen(plain_spread, native_spread)
none: Any = _chosen(plain_none, native_none)
fused: Any = _chosen(plain_fused, native_fused)
product: Any = _chosen(plain_product, native_product)
total: Any = _chosen(plain_total, native_total)
ones: Any = _chosen(plain_ones, native_ones)
places: Any = _chosen(plain_places, native_places)
gather: Any = _chosen(plain_gather, native_gather)
totals: Any = _chosen(plain_totals, native_totals)
sum_of: Any = _chosen(plain_sum_of, native_sum_of)
