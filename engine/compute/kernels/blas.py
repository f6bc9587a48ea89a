"""Matrix products by BLAS's gemm, called at its address: no copies, no checks, and a factor and a sum in one go."""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import get_cython_function_address, intrinsic


def gemm_address(dtype: str) -> int:
    """Where SciPy's sgemm or dgemm begins; 0 with the JIT off, where NumPy stands in."""
    if config.DISABLE_JIT:
        return 0
    return int(get_cython_function_address("scipy.linalg.cython_blas", "sgemm" if dtype == "float32" else "dgemm"))


def plain_gemm(
    address: int,
    left: Any,
    left_turned: int,
    right: Any,
    right_turned: int,
    out: Any,
    rows: int,
    inner: int,
    columns: int,
    factor: float,
    keep: float,
) -> Any:
    """out = factor * left right + keep * out; left is (rows, inner), right (inner, columns), out (rows, columns).

    Matrices lie row by row without gaps; a turned one lies as its transpose. Returns 0.
    """
    a = left[: rows * inner].reshape((inner, rows)).T if left_turned else left[: rows * inner].reshape((rows, inner))
    b = right[: inner * columns]
    b = b.reshape((columns, inner)).T if right_turned else b.reshape((inner, columns))
    whole = out[: rows * columns].reshape((rows, columns))
    product = out.dtype.type(factor) * (a @ b)
    whole[:] = product + whole * out.dtype.type(keep) if keep else product
    return 0.0


def native_gemm(
    typing: Any,
    address: Any,
    left: Any,
    left_turned: Any,
    right: Any,
    right_turned: Any,
    out: Any,
    rows: Any,
    inner: Any,
    columns: Any,
    factor: Any,
    keep: Any,
) -> tuple[Any, Callable[..., Any]]:
    """`plain_gemm` in compiled code: a call of Fortran's gemm, which reads matrices by columns and all by reference.

    What it takes for the transposes are the rows here, so out' = right' left'.
    """
    whole = types.intp
    signature = types.float64(whole, left, whole, right, whole, out, whole, whole, whole, types.float64, types.float64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        address, left, left_turned, right, right_turned, out, rows, inner, columns, factor, keep = values
        number = context.get_value_type(signature.args[1].dtype)
        integer, byte = ir.IntType(32), ir.IntType(8)

        def place(value: Any) -> Any:
            return cgutils.alloca_once_value(builder, value)

        def small(value: Any) -> Any:
            return place(builder.trunc(value, integer))

        def is_set(flag: Any) -> Any:
            return builder.icmp_signed("!=", flag, flag.type(0))

        def letter(flag: Any) -> Any:
            return place(builder.select(is_set(flag), byte(ord("T")), byte(ord("N"))))

        def real(value: Any) -> Any:
            return place(value if number == ir.DoubleType() else builder.fptrunc(value, number))

        step_right = builder.select(is_set(right_turned), inner, columns)
        step_left = builder.select(is_set(left_turned), rows, inner)
        sizes = [small(columns), small(rows), small(inner)]
        matrices = [right, small(step_right), left, small(step_left), real(keep), out, small(columns)]
        arguments = [letter(right_turned), letter(left_turned), *sizes, real(factor), *matrices]
        function = ir.FunctionType(ir.VoidType(), [argument.type for argument in arguments]).as_pointer()
        builder.call(builder.inttoptr(address, function), arguments)
        return context.get_constant(types.float64, 0.0)

    return signature, generate


gemm: Any = plain_gemm if config.DISABLE_JIT else intrinsic(native_gemm)
