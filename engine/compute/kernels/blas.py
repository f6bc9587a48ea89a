"""Matrix products by BLAS's gemm, called at its address: no copies, no checks, and a factor and a sum in one go."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import get_cython_function_address, intrinsic


def gemm_address(dtype: str) -> int:
    """Where SciPy's sgemm or dgemm begins; 0 with the JIT off, where NumPy stands in."""
    if config.DISABLE_JIT:
        return 0
    return int(get_cython_function_address("scipy.linalg.cython_blas", "sgemm" if dtype == "float32" else "dgemm"))


class Product(NamedTuple):
    """out = factor * left right + keep * out; left is (rows, inner), right (inner, columns), out (rows, columns).

    Each lies row by row from where it begins, its rows `step` numbers apart; a turned one lies as its transpose.
    """

    left: Any
    left_turned: int
    left_step: int
    right: Any
    right_turned: int
    right_step: int
    out: Any
    out_step: int
    rows: int
    inner: int
    columns: int
    factor: float
    keep: float


def _lying(flat: Any, rows: int, columns: int, step: int) -> Any:
    """The (rows, columns) that lie in `flat` from its beginning."""
    return np.lib.stride_tricks.as_strided(flat, (rows, columns), (step * flat.itemsize, flat.itemsize))


def plain_gemm(address: int, product: Product) -> Any:
    """Work the product out. Returns 0."""
    rows, inner, columns = product.rows, product.inner, product.columns
    left, right, step, out = product.left, product.right, product.left_step, product.out
    a = _lying(left, inner, rows, step).T if product.left_turned else _lying(left, rows, inner, step)
    step = product.right_step
    b = _lying(right, columns, inner, step).T if product.right_turned else _lying(right, inner, columns, step)
    whole = _lying(out, rows, columns, product.out_step)
    found = out.dtype.type(product.factor) * (a @ b)
    whole[:] = found + whole * out.dtype.type(product.keep) if product.keep else found
    return 0.0


def native_gemm(typing: Any, address: Any, product: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_gemm` in compiled code: a call of Fortran's gemm, which reads matrices by columns and all by reference.

    What it takes for the transposes are the rows here, so out' = right' left'.
    """

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        given = dict(zip(Product._fields, cgutils.unpack_tuple(builder, values[1]), strict=True))
        kinds = dict(zip(Product._fields, product.types, strict=True))
        integer, byte = ir.IntType(32), ir.IntType(8)

        def place(value: Any) -> Any:
            return cgutils.alloca_once_value(builder, value)

        def small(name: str) -> Any:
            return place(context.cast(builder, given[name], kinds[name], types.int32))

        def letter(name: str) -> Any:
            turned = context.cast(builder, given[name], kinds[name], types.int32)
            is_set = builder.icmp_signed("!=", turned, integer(0))
            return place(builder.select(is_set, byte(ord("T")), byte(ord("N"))))

        def real(name: str) -> Any:
            return place(context.cast(builder, given[name], kinds[name], kinds["out"].dtype))

        sizes = [small("columns"), small("rows"), small("inner")]
        matrices = [given["right"], small("right_step"), given["left"], small("left_step")]
        result = [real("keep"), given["out"], small("out_step")]
        turned = [letter("right_turned"), letter("left_turned")]
        arguments = [*turned, *sizes, real("factor"), *matrices, *result]
        function = ir.FunctionType(ir.VoidType(), [argument.type for argument in arguments]).as_pointer()
        builder.call(builder.inttoptr(values[0], function), arguments)
        return context.get_constant(types.float64, 0.0)

    return types.float64(types.intp, product), generate


gemm: Any = plain_gemm if config.DISABLE_JIT else intrinsic(native_gemm)
