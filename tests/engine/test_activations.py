"""Every activation, plain and compiled in both precisions, beside the oracle, differences and known values."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.engine import measures, naive
from twostroke.engine import activations
from twostroke.engine.network import Network
from twostroke.engine.spec import Session

CASES: list[tuple[str, dict[str, Any]]] = [
    ("identity", {}), ("step", {}), ("sigmoid", {}), ("tanh", {}), ("relu", {}),
    ("leaky_relu", {"negative_slope": 0.01}), ("leaky_relu", {"negative_slope": -2.0}),
    ("prelu", {"negative_slope": 0.25}), ("prelu", {"negative_slope": 1.5}),
    ("elu", {"alpha": 1.0}), ("elu", {"alpha": 2.5}), ("elu", {"alpha": 0.0}), ("selu", {}), ("softplus", {}),
    ("silu", {}), ("gelu", {"approximate": "none"}), ("gelu", {"approximate": "tanh"}),
    ("quadratic", {"a": 0.1, "b": 1.0, "c": 0.0}), ("quadratic", {"a": -0.7, "b": 0.3, "c": 2.0}),
]  # fmt: skip
every = pytest.mark.parametrize(("name", "params"), CASES)
both_precisions = pytest.mark.parametrize("dtype", ["float32", "float64"])

SPECIAL = [0.0, -0.0, 1e-30, -1e-30, 1e-8, -1e-8, 50.0, -50.0, 100.0, -100.0, 1000.0, -1000.0, 19.999, 20.001]
WIDE = np.array([*SPECIAL, *np.linspace(-50.0, 50.0, 401), *np.linspace(-3.0, 3.0, 121)])


def wanted(name: str, params: dict[str, Any], z: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """f and f' of the oracle."""
    f = [naive.activate(name, float(v), params) for v in z]
    return np.array(f), np.array([naive.slope(name, float(v), params) for v in z])


def compiled(name: str, params: dict[str, Any], z: NDArray[Any], dtype: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """f and f' as training computes them: one neuron of weight 1 and bias 0 fed with z."""
    session = Session.model_validate(
        {
            "data": {"name": "sine"},
            "network": {"layers": [], "output": {"activation": {"name": name, **params}}, "dtype": dtype},
            "training": {"loss": "mse"},
        }
    )
    network = Network(session)
    network.weight(1)[:] = 1.0
    [(seen, a, gain)] = network.forward_all(z[:, None])
    assert np.array_equal(seen[:, 0], z.astype(dtype))
    assert gain is not None
    return a[:, 0], gain[:, 0]


@every
def test_plain_python_agrees_with_the_oracle_over_a_wide_range(name: str, params: dict[str, Any]) -> None:
    """f to 15 digits of f or z, f' to 15 digits of 1 (1 - s loses digits where s is near 1, in PyTorch too)."""
    f, slope = activations.evaluate(name, WIDE, params)
    want_f, want_slope = wanted(name, params, WIDE)
    assert np.isfinite(f).all()
    assert np.isfinite(slope).all()
    assert np.all(np.abs(f - want_f) <= 1e-15 * (np.abs(want_f) + np.abs(WIDE)) * 2)
    assert np.all(np.abs(slope - want_slope) <= 1e-15 * (np.abs(want_slope) + 1.0) * 4)


@every
@both_precisions
def test_compiled_gates_agree_with_the_oracle(name: str, params: dict[str, Any], dtype: str) -> None:
    """To the last places of the precision that training uses, at the z that this precision holds.

    f relative to itself; f' relative to 1, because 1 - tanh² and 1 - sigmoid lose digits where they are small. (In
    float32 as in PyTorch: both take f rounded to float32.)
    """
    z = WIDE.astype(dtype)
    f, slope = compiled(name, params, z, dtype)
    assert f.dtype == slope.dtype == np.dtype(dtype)
    exact = z.astype(np.float64)
    # The learned parameters too are held in the session's precision.
    held = {k: float(np.dtype(dtype).type(v)) if k in naive.LEARNED.get(name, ()) else v for k, v in params.items()}
    want_f, want_slope = wanted(name, held, exact)
    place = float(np.finfo(dtype).eps)
    assert np.isfinite(f).all()
    assert np.isfinite(slope).all()
    assert np.all(np.abs(f - want_f) <= 2 * place * np.abs(want_f) + 4e-15 * (1.0 + np.abs(exact)))
    assert np.all(np.abs(slope - want_slope) <= place * (1.0 + np.abs(want_slope)) + 4e-15)


@every
def test_derivative_is_the_slope_of_the_function(name: str, params: dict[str, Any]) -> None:
    """f' against differences of f itself, clear of the kinks."""
    z = np.array([v for v in np.linspace(-12.0, 12.0, 241) if abs(v) > 0.01])
    _, slope = activations.evaluate(name, z, params)
    measured = [
        measures.central_difference(lambda v: float(activations.evaluate(name, [v], params)[0][0]), float(v)) for v in z
    ]
    assert np.max(np.abs(slope - measured)) < 2e-10


@every
def test_the_oracle_itself_is_consistent(name: str, params: dict[str, Any]) -> None:
    """The oracle's f' against differences of its f."""
    z = np.array([v for v in np.linspace(-12.0, 12.0, 97) if abs(v) > 0.01])
    for v in z:
        measured = measures.central_difference(lambda u: naive.activate(name, u, params), float(v))
        assert naive.slope(name, float(v), params) == pytest.approx(measured, abs=2e-10)


# Values of published definitions, worked out apart from both: f(1), f(-1), f'(1), f'(-1).
SQRT_E = math.sqrt(math.e)
PHI = 1.0 / math.sqrt(2.0 * math.pi * math.e)  # density of the normal distribution at 1
CDF = 0.8413447460685429  # its distribution function at 1, from tables
KNOWN = {
    "identity": (1.0, -1.0, 1.0, 1.0),
    "step": (1.0, 0.0, 0.0, 0.0),
    "sigmoid": (0.7310585786300049, 0.2689414213699951, 0.19661193324148185, 0.19661193324148185),
    "tanh": (0.7615941559557649, -0.7615941559557649, 0.41997434161402614, 0.41997434161402614),
    "relu": (1.0, 0.0, 1.0, 0.0),
    "leaky_relu": (1.0, -0.01, 1.0, 0.01),
    "prelu": (1.0, -0.25, 1.0, 0.25),
    "elu": (1.0, -0.6321205588285577, 1.0, 0.36787944117144233),
    "selu": (1.0507009873554805, -1.1113307378125625, 1.0507009873554805, 0.6467686030348140),
    "softplus": (1.3132616875182228, 0.31326168751822286, 0.7310585786300049, 0.2689414213699951),
    "silu": (0.7310585786300049, -0.2689414213699951, 0.9276705118714867, 0.07232948812851325),
    "gelu": (CDF, CDF - 1.0, CDF + PHI, 1.0 - CDF - PHI),
    "quadratic": (1.1, -0.9, 1.2, 0.8),
}


@pytest.mark.parametrize("name", list(KNOWN))
def test_known_values(name: str) -> None:
    """The catalogue and the oracle give the published numbers with the default parameters."""
    f1, f_1, d1, d_1 = KNOWN[name]
    f, slope = activations.evaluate(name, [1.0, -1.0])
    assert np.allclose([*f, *slope], [f1, f_1, d1, d_1], rtol=0, atol=3e-16 * 4)
    p = naive.DEFAULTS[name]
    oracle = [naive.activate(name, v, p) for v in (1.0, -1.0)] + [naive.slope(name, v, p) for v in (1.0, -1.0)]
    assert np.allclose(oracle, [f1, f_1, d1, d_1], rtol=0, atol=3e-16 * 4)


def test_known_values_of_gelu_with_tanh() -> None:
    """The approximate form differs from the exact one in the fourth digit."""
    f, _ = activations.evaluate("gelu", [1.0, -1.0], {"approximate": "tanh"})
    assert np.allclose(f, [0.8411919906082768, -0.15880800939172324], rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("name", "at_zero"),
    [("relu", 0.0), ("leaky_relu", 0.01), ("prelu", 0.25), ("elu", 1.0), ("step", 0.0),
     ("selu", 1.0507009873554805 * 1.6732632423543772)],
)  # fmt: skip
@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_the_value_at_the_kink_is_pytorchs(name: str, at_zero: float, zero: float) -> None:
    """At 0 the left side's derivative counts."""
    f, slope = activations.evaluate(name, [zero])
    assert f[0] == 0.0
    assert slope[0] == pytest.approx(at_zero, rel=1e-15)


@every
def test_facts_of_the_catalogue_are_true(name: str, params: dict[str, Any]) -> None:
    """The range holds every value, kinks are where the left and right derivative or value differ."""
    entry = activations.CATALOGUE[name]
    if params == naive.DEFAULTS[name]:
        f, _ = activations.evaluate(name, WIDE, params)
        low, high = entry.range
        assert f.min() >= low - 1e-12
        assert f.max() <= high + 1e-12
    for kink in entry.kinks:
        (left, right), (down, up) = activations.evaluate(name, [kink - 1e-9, kink + 1e-9], params)
        flat = name == "elu" and params["alpha"] == 1.0  # ELU with alpha 1 bends there in its second derivative only
        assert flat or abs(right - left) > 0.1 or abs(up - down) > 1e-3


def test_the_catalogue_is_complete() -> None:
    """The 14 functions, and the oracle knows the same defaults."""
    assert set(activations.CATALOGUE) == set(naive.DEFAULTS)
    for name, entry in activations.CATALOGUE.items():
        assert {p.name: p.default for p in entry.parameters} == naive.DEFAULTS[name]
        assert tuple(p.name for p in entry.learned) == naive.LEARNED.get(name, ())


@pytest.mark.parametrize(("name", "params"), [case for case in CASES if case[0] in naive.LEARNED])
def test_derivatives_by_learned_parameters(name: str, params: dict[str, Any]) -> None:
    """df/dp against the oracle, and the oracle against differences in p."""
    entry = activations.CATALOGUE[name]
    assert entry.param_gain is not None
    for z in [v for v in WIDE if abs(v) <= 50.0]:
        got = entry.param_gain(float(z), entry.numbers(params))
        for k, parameter in enumerate(naive.LEARNED[name]):
            want = naive.param_slope(name, parameter, float(z))
            assert got[k] == want
            measured = measures.central_difference(
                lambda v, z=z, parameter=parameter: naive.activate(name, float(z), {**params, parameter: v}),
                params[parameter],
            )
            assert measured == pytest.approx(want, abs=1e-9 * (1 + z * z))


@every
@both_precisions
def test_forward_mask(name: str, params: dict[str, Any], dtype: str) -> None:
    """a/z where f(0) = 0, with f'(0) at z = 0; otherwise a."""
    z = WIDE.astype(dtype)[:, None]
    f, slope = (v.astype(dtype) for v in activations.evaluate(name, z, params))
    numbers = np.array([activations.CATALOGUE[name].numbers(params)])
    mask = activations.forward_mask(name, z, f, slope, numbers)
    want = [naive.forward_mask(name, float(z[i, 0]), float(f[i, 0]), params) for i in range(len(z))]
    assert np.isfinite(mask).all()
    assert np.allclose(
        mask[:, 0], want, rtol=2 * float(np.finfo(dtype).eps), atol=2 * float(np.finfo(dtype).smallest_subnormal)
    )


@pytest.mark.parametrize("name", ["identity", "relu", "leaky_relu", "prelu"])
def test_both_masks_are_one(name: str) -> None:
    """For these four the forward mask is f'(z) itself, at every z."""
    z = WIDE[:, None]
    f, slope = activations.evaluate(name, z)
    mask = activations.forward_mask(name, z, f, slope, np.array([activations.CATALOGUE[name].numbers({})]))
    assert np.allclose(mask, slope, rtol=3e-16, atol=0)


def test_the_forward_mask_divides_only_where_it_must() -> None:
    """A firing level is no quotient: beside the smallest z, a/z would overflow."""
    tiny = np.array([[-2.3e-43]], dtype=np.float32)
    level, gain = np.array([[0.5]], dtype=np.float32), np.array([[0.25]], dtype=np.float32)
    assert activations.forward_mask("sigmoid", tiny, level, gain, np.zeros((1, 3))) == 0.5
