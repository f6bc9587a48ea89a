"""A large product in two halves, of its upper and its lower rows: one after the other, or at the same time.

The numbers are the same either way, with a second core and without. BLAS's own threads group the sums otherwise than
one alone, so how many there are would show in the last places; and they wait for each other in every product, where
here the first core does what the second has not begun by then.

A job lies in twelve places of memory, whose address the plan holds: who asks writes the product and then ASKED, a
number that rises; who does it writes that number into TAKEN first, which only one of the two can, and into DONE at the
end. So a job is done by whoever comes first, and the second core may go at any time.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import config, njit, types
from numba.extending import intrinsic

from twostroke.engine.compute.kernels.blas import gemm
from twostroke.engine.compute.kernels.memory import look, native_begin, row, tell

ASKED, TAKEN, DONE, LEFT, RIGHT, RIGHT_TURNED, OUT, ROWS, INNER, COLUMNS, FACTOR, KEEP, PLACES = range(13)

PATIENCE = 2**25
"""Looks in vain after which the second core goes: some hundredths of a second."""

WHOLE, IN_TURN = 0, 1
"""In place of an address: products are not halved, or there is no second core."""

HALVED_FROM = 2**20
"""Multiplications from which on a product is halved. Smaller ones are over before the second core has heard of them."""


_LYING: list[Any] = []
"""With the JIT off, what lies at an address, which is a place in this list, counted from IN_TURN + 1."""


def plain_place(numbers: Any) -> int:
    """The address of a row."""
    _LYING.append(numbers)
    return len(_LYING) + IN_TURN


def plain_job(place: int) -> Any:
    """The job at an address."""
    return _LYING[place - IN_TURN - 1]


def plain_numbers(place: int, like: Any) -> Any:
    """The row at an address, of numbers like those of `like`."""
    return _LYING[place - IN_TURN - 1]


def plain_reals(job: Any) -> Any:
    """The same memory as float64."""
    return job.view("float64")


def plain_take(job: Any, number: int) -> bool:
    """Write `number` into TAKEN, where the one before it is still there. Whether it was."""
    free = bool(job[TAKEN] == number - 1)
    job[TAKEN] = number
    return free


def native_place(typing: Any, numbers: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_place` in compiled code."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ptrtoint(arguments[0], context.get_value_type(types.intp))

    return types.intp(numbers), generate


def native_job(typing: Any, place: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_job` in compiled code: a pointer."""
    kind = types.CPointer(types.int64)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(kind))

    return kind(types.intp), generate


def native_numbers(typing: Any, place: Any, like: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_numbers` in compiled code: a pointer."""
    kind = types.CPointer(like.dtype)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(kind))

    return kind(types.intp, like), generate


def native_reals(typing: Any, job: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_reals` in compiled code: a pointer."""
    kind = types.CPointer(types.float64)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(kind))

    return kind(job), generate


def native_take(typing: Any, job: Any, number: Any) -> tuple[Any, Callable[..., Any]]:
    """`plain_take` in compiled code: one instruction, so that only one of two can."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        begin, number = arguments
        place = native_begin(context, builder, job, begin, context.get_constant(types.intp, TAKEN))
        before = builder.sub(number, ir.Constant(number.type, 1))
        return builder.extract_value(builder.cmpxchg(place, before, number, "acq_rel", "acquire"), 1)

    return types.boolean(job, types.int64), generate


place_of: Any = plain_place if config.DISABLE_JIT else intrinsic(native_place)
job_at: Any = plain_job if config.DISABLE_JIT else intrinsic(native_job)
numbers_at: Any = plain_numbers if config.DISABLE_JIT else intrinsic(native_numbers)
reals_of: Any = plain_reals if config.DISABLE_JIT else intrinsic(native_reals)
take: Any = plain_take if config.DISABLE_JIT else intrinsic(native_take)


@njit(nogil=True, no_cfunc_wrapper=True)
def ask(job, left, right, right_turned, out, rows, inner, columns, factor, keep):  # type: ignore[no-untyped-def]
    """Write down a product for the second core. Returns its number."""
    number, reals = job[ASKED] + 1, reals_of(job)
    job[LEFT], job[RIGHT], job[RIGHT_TURNED], job[OUT] = place_of(left), place_of(right), right_turned, place_of(out)
    job[ROWS], job[INNER], job[COLUMNS] = rows, inner, columns
    reals[FACTOR], reals[KEEP] = factor, keep
    tell(job, ASKED, number)
    return number


@njit(nogil=True, no_cfunc_wrapper=True)
def halved(blas, second, left, right, right_turned, out, rows, inner, columns, factor, keep):  # type: ignore[no-untyped-def]
    """`blas.gemm` with a left matrix that is not turned, in halves where it is large and `second` is not WHOLE."""
    if second == WHOLE or rows * inner * columns < HALVED_FROM:
        gemm(blas, left, 0, right, right_turned, out, rows, inner, columns, factor, keep)
        return
    half = rows // 2
    low_left, low_out = row(left, half * inner), row(out, half * columns)
    number = 0
    if second != IN_TURN:
        job = job_at(second)
        number = ask(job, low_left, right, right_turned, low_out, rows - half, inner, columns, factor, keep)
    gemm(blas, left, 0, right, right_turned, out, half, inner, columns, factor, keep)
    if second != IN_TURN:
        job = job_at(second)
        if not take(job, number):
            while look(job, DONE) != number:
                pass
            return
    gemm(blas, low_left, 0, right, right_turned, low_out, rows - half, inner, columns, factor, keep)


@njit(nogil=True, cache=True, no_cfunc_wrapper=True)
def assist(jobs, blas, like):  # type: ignore[no-untyped-def]
    """Do the halves that are asked for in `jobs` (PLACES,), of numbers like those of `like`, as long as any are."""
    job, seen, vain = row(jobs, 0), jobs[DONE], 0
    while vain < PATIENCE:
        vain += 1
        number = look(job, ASKED)
        if number != seen:
            seen, vain = number, 0
            if take(job, number):
                reals, turned = reals_of(job), job[RIGHT_TURNED]
                left, right, out = numbers_at(job[LEFT], like), numbers_at(job[RIGHT], like), numbers_at(job[OUT], like)
                rows, inner, columns = job[ROWS], job[INNER], job[COLUMNS]
                gemm(blas, left, 0, right, turned, out, rows, inner, columns, reals[FACTOR], reals[KEEP])
                tell(job, DONE, number)
