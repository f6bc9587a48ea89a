"""exp, log, tanh, erf and their like in float32, over the whole range of numbers, beside float64."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numba import config, njit
from numpy.typing import NDArray
from scipy import special

from twostroke.engine.compute.kernels import elementary

Function = Callable[..., Any]


def logistic64(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Written with one exponential that cannot overflow, apart from the program's."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


# The reference in float64, and how many ulp the float32 version may err.
REFERENCES: dict[str, tuple[Function, float]] = {
    "exp": (np.exp, 2.0),
    "expm1": (np.expm1, 2.0),
    "log": (np.log, 2.0),
    "log1p": (np.log1p, 2.0),
    "tanh": (np.tanh, 2.0),
    "erf": (special.erf, 2.0),
    "logistic": (logistic64, 2.0),
    "normal_cdf": (special.ndtr, 8.0),
    "normal_pdf": (lambda x: np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi), 2.0),
}
every = pytest.mark.parametrize("name", list(REFERENCES))

EDGES = np.array(
    [0.0, 1e-45, 1.1754942e-38, 1.1754944e-38, 2.0**-25, 2.0**-24, 0.55, 0.85, 1.0, 2.0, 4.0, 10.0, 14.5, 16.6,
     17.4, 18.0, 87.33654, 88.02969, 88.72283, 88.722839, 88.7229, 89.0, 103.97207, 103.97208, 104.0, 12.9, 13.1, 1e10,
     3.4028235e38, math.inf, math.sqrt(0.5), math.sqrt(2.0), 0.41421354, 0.41421357, 0.29289320, 0.34657359, 1.0397208,
     0.99999994, 1.0000001],
    dtype=np.float32,
)  # fmt: skip


def loop(function: Function, **options: Any) -> Function:
    """A compiled loop over an array."""

    def run(x: Any, out: Any) -> None:
        for i in range(x.size):
            out[i] = function(x[i])

    run.__annotations__.clear()
    return njit(error_model="numpy", **options)(run)  # type: ignore[no-any-return]


@pytest.fixture(scope="module", autouse=True)
def compiling() -> Iterator[None]:
    """These loops are compiled even where all else runs with the JIT off."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "DISABLE_JIT", 0)
        yield


@pytest.fixture(scope="module")
def loops(compiling: None) -> dict[str, Function]:
    """One compiled loop for each function."""
    return {name: loop(getattr(elementary, name)) for name in REFERENCES}


def blocks(step: int) -> Any:
    """Every `step`-th float32 by its bits, in four blocks, and then the edges with their neighbours."""
    for begin in range(0, 2**32, 2**30):
        yield np.arange(begin, begin + 2**30, step, dtype=np.uint64).astype(np.uint32).view(np.float32)
    with np.errstate(over="ignore"):  # the greatest number's neighbour
        near = np.concatenate([EDGES, np.nextafter(EDGES, np.float32(0)), np.nextafter(EDGES, np.float32(np.inf))])
    yield np.concatenate([near, -near, np.array([np.nan, -np.nan], dtype=np.float32)])
    yield np.random.default_rng(5).normal(0.0, 4.0, 200_000).astype(np.float32)  # where networks live


def errors(got: NDArray[np.float32], want: NDArray[np.float64]) -> NDArray[np.float64]:
    """In units of the last place that a float32 near `want` has, also a subnormal one; infinite where NaN."""
    _, exponent = np.frexp(np.abs(want))
    place = np.ldexp(1.0, np.maximum(exponent - 24, -149))
    return np.nan_to_num(np.abs(got - want) / place, nan=np.inf)


SMALLEST = 2.0**-126
FLUSHED = {"exp": SMALLEST, "logistic": SMALLEST, "normal_cdf": 2.0**-121, "normal_pdf": 2.0**-121}
"""Below this a result is 0, and may already be so a little above."""


def worst_error(run: Function, name: str, step: int) -> float:
    """The largest error in ulp. Signs of zero, infinities, NaN, and what is flushed to 0 must be right."""
    reference, flushed = REFERENCES[name][0], FLUSHED.get(name, 0.0)
    worst = 0.0
    for x in blocks(step):
        got = np.empty_like(x)
        run(x, got)
        with np.errstate(all="ignore"):
            want = reference(x.astype(np.float64))
            rounded = want.astype(np.float32)
        finite = np.isfinite(rounded)
        assert np.all(np.isnan(got) | (got == 0.0) | (np.abs(got) >= SMALLEST)) or not flushed
        got = np.where((np.abs(want) < flushed) & (got == 0.0), rounded, got)
        assert np.array_equal(got[~finite], rounded[~finite], equal_nan=True)
        zero = (rounded == 0) & (got == 0) & ~np.isnan(got)
        assert np.array_equal(np.signbit(got[zero]), np.signbit(rounded[zero]))
        worst = max(worst, float(errors(got[finite], want[finite]).max(initial=0.0)))
    return worst


@every
def test_error_over_the_whole_range(name: str, loops: dict[str, Function], record_property: Any) -> None:
    """Every 3001st float32 and the edges."""
    worst = worst_error(loops[name], name, 3001)
    record_property("max_ulp", worst)
    assert worst < REFERENCES[name][1]


@pytest.mark.slow
@every
def test_error_at_more_points(name: str, loops: dict[str, Function]) -> None:
    """The same at 8 million points."""
    worst = worst_error(loops[name], name, 512)
    print(f"{name}: {worst:.2f} ulp")
    assert worst < REFERENCES[name][1]


@every
def test_subnormal_numbers(name: str, loops: dict[str, Function]) -> None:
    """A result below 2^-126 is 0 where e^x makes it, and exact where a subnormal x gives it."""
    x = np.array([-88.0, -100.0, -13.3, 1e-40, -1e-40, 3e-45], dtype=np.float32)
    got = np.empty_like(x)
    loops[name](x, got)
    if name in FLUSHED:
        assert np.all(got[:2] == 0.0)
    if name in ("normal_cdf", "normal_pdf"):
        assert got[2] == 0.0
    if name in ("expm1", "log1p", "tanh"):
        assert np.array_equal(got[3:], x[3:])


def test_the_measure_sees_an_error() -> None:
    """A function that is two places off fails."""
    x = np.float32(1.5)
    off = np.array([np.nextafter(np.nextafter(x, np.float32(2)), np.float32(2))])
    assert errors(off, np.array([1.5])) == 2.0
    assert errors(np.array([3e-45], np.float32), np.array([1.4e-45]))[0] > 0.9


@every
def test_float64_is_the_c_librarys(name: str, loops: dict[str, Function]) -> None:
    """In double precision nothing is approximated."""
    x = np.array([-700.0, -20.0, -3.0, -0.5, -0.0, 0.0, 1e-9, 0.7, 3.0, 20.0, 700.0])
    x = np.abs(x) + (name == "log") if name.startswith("log") and name != "logistic" else x
    got = np.empty_like(x)
    loops[name](x, got)
    want = REFERENCES[name][0](x)
    assert np.allclose(got, want, rtol=1e-13, atol=1e-300)


@every
def test_plain_python_gives_what_compiled_code_gives(name: str, loops: dict[str, Function]) -> None:
    """Also where the functions of `math` raise an exception: at overflow and at logarithms of 0 and less."""
    x = np.array([-2.0, -1.0, -0.3, 0.0, 0.2, 1.0, 5.0, 800.0, 1e300, np.inf, np.nan])
    compiled = np.empty_like(x)
    loops[name](x, compiled)
    plain = [getattr(elementary, name)(float(v)) for v in x]
    assert np.allclose(plain, compiled, rtol=1e-15, atol=0, equal_nan=True)


@every
def test_the_float32_versions_also_run_uncompiled(name: str, loops: dict[str, Function]) -> None:
    """Number by number, with the very same bits."""
    x = np.concatenate([EDGES, -EDGES, np.array([np.nan, 0.3, -0.3, -2.7, 33.0], dtype=np.float32)])
    compiled = np.empty_like(x)
    loops[name](x, compiled)
    single = elementary.SINGLE[getattr(elementary, name)]
    with np.errstate(all="ignore"):
        plain = np.array([single(v) for v in x])
    assert plain.dtype == np.float32
    assert np.array_equal(plain, compiled, equal_nan=True)


@every
def test_fastmath_of_the_caller_changes_nothing(name: str, loops: dict[str, Function]) -> None:
    """Reordered arithmetic would take the reductions apart."""
    x = np.abs(np.random.default_rng(1).normal(0.0, 5.0, 1000)).astype(np.float32)
    exact, fast = np.empty_like(x), np.empty_like(x)
    loops[name](x, exact)
    loop(getattr(elementary, name), fastmath=True)(x, fast)
    assert np.array_equal(exact, fast)


@every
def test_loops_vectorise(name: str, loops: dict[str, Function]) -> None:
    """The compiled loop over float32 works on vectors of floats; one around `math` calls a library."""
    run: Any = loops[name]
    x = np.zeros(16, dtype=np.float32)
    run(x, x.copy())
    [float32] = [code for signature, code in run.inspect_llvm().items() if signature[0].dtype.name == "float32"]
    assert "fmul <" in float32
    assert "@expf" not in float32


@every
def test_a_number_is_the_same_in_any_place_of_an_array(name: str, loops: dict[str, Function]) -> None:
    """In a vector or in what is left over at the end: no machine-dependent contraction."""
    x = np.full(61, 0.7321, dtype=np.float32)
    got = np.empty_like(x)
    loops[name](x, got)
    assert np.unique(got).size == 1
