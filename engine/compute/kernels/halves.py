"""A large product in two halves (see products.py): one after the other, or at the same time.

The numbers are the same either way, with a second core and without. BLAS's own threads group the sums otherwise than
one alone, so how many there are would show in the last places; and they wait for each other in every product, where
here the first core does what the second has not begun by then.

A job lies in fifteen places of memory, whose address the plan holds: who asks writes the product and then ASKED, a
number that rises; who does it writes that number into TAKEN first, which only one of the two can, and into DONE at the
end. So a job is done by whoever comes first, and the second core may go at any time.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import config, njit, types
from numba.extending import intrinsic

from twostroke.engine.compute.kernels.blas import Product, gemm
from twostroke.engine.compute.kernels.memory import look, native_begin, row, tell

ASKED, TAKEN, DONE, LEFT, LEFT_STEP, RIGHT, RIGHT_TURNED, RIGHT_STEP = range(8)
OUT, OUT_STEP, ROWS, INNER, COLUMNS, FACTOR, KEEP, PLACES = range(8, 16)

PATIENCE = 2**25
"""Looks in vain after which the second core goes: some hundredths of a second."""

WHOLE, IN_TURN = 0, 1
"""In place of the address of jobs: products are not halved, or there is no second core."""

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
def ask(job, half):  # type: ignore[no-untyped-def]
    """Write down a half, whose left matrix is not turned, for the second core. Returns its number."""
    number, reals = job[ASKED] + 1, reals_of(job)
    job[LEFT], job[LEFT_STEP] = place_of(half.left), half.left_step
    job[RIGHT], job[RIGHT_TURNED], job[RIGHT_STEP] = place_of(half.right), half.right_turned, half.right_step
    job[OUT], job[OUT_STEP] = place_of(half.out), half.out_step
    job[ROWS], job[INNER], job[COLUMNS] = half.rows, half.inner, half.columns
    reals[FACTOR], reals[KEEP] = half.factor, half.keep
    tell(job, ASKED, number)
    return number


@njit(nogil=True, no_cfunc_wrapper=True)
def asked(job, like):  # type: ignore[no-untyped-def]
    """The half that is written down, of numbers like those of `like`."""
    left, right, out = numbers_at(job[LEFT], like), numbers_at(job[RIGHT], like), numbers_at(job[OUT], like)
    reals, sizes = reals_of(job), (job[ROWS], job[INNER], job[COLUMNS])
    right_lies = right, job[RIGHT_TURNED], job[RIGHT_STEP]
    return Product(left, 0, job[LEFT_STEP], *right_lies, out, job[OUT_STEP], *sizes, reals[FACTOR], reals[KEEP])


@njit(nogil=True, no_cfunc_wrapper=True)
def in_halves(blas, second, one, other):  # type: ignore[no-untyped-def]
    """Work out both: `other` by the second core, where there is one that begins with it before `one` is done."""
    number = 0
    if second != IN_TURN:
        number = ask(job_at(second), other)
    gemm(blas, one)
    if second != IN_TURN:
        job = job_at(second)
        if not take(job, number):
            while look(job, DONE) != number:
                pass
            return
    gemm(blas, other)


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
                gemm(blas, asked(job, like))
                tell(job, DONE, number)
