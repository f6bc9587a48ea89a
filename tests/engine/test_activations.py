"""Every activation, plain and compiled in both precisions, beside the oracle, differences and known values."""

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numba import config, njit
from numpy.typing import NDArray

from tests.engine import measures, naive
from twostroke.engine.catalogue import activations
from twostroke.engine.compute.kernels import gates
from twostroke.engine.session.spec import ActivationSpec

CASES: list[tuple[str, dict[str, Any]]] = [
    ("identity", {}),
    ("step", {"surrogate": "none"}),
    ("step", {"surrogate": "straight_through"}),
    ("step", {"surrogate": "sigmoid"}),
    ("sigmoid", {}),
    ("tanh", {}),
    ("relu", {}),
    ("leaky_relu", {"negative_slope": 0.01}),
    ("leaky_relu", {"negative_slope": -2.0}),
    ("prelu", {"negative_slope": 0.25}),
    ("prelu", {"negative_slope": 1.5}),
    ("elu", {"alpha": 1.0}),
    ("elu", {"alpha": 2.5}),
    ("elu", {"alpha": 0.0}),
    ("selu", {}),
    ("softplus", {}),
    ("silu", {}),
    ("gelu", {"approximate": "none"}),
    ("gelu", {"approximate": "tanh"}),
    ("swish_beta", {"beta": 1.0}),
    ("swish_beta", {"beta": -0.4}),
    ("swish_beta", {"beta": 3.0}),
    ("quadratic", {"a": 0.1, "b": 1.0, "c": 0.0}),
    ("quadratic", {"a": -0.7, "b": 0.3, "c": 2.0}),
]
every = pytest.mark.parametrize(("name", "params"), CASES)
EXACT = [case for case in CASES if activations.CATALOGUE[case[0]].exact(case[1])]
every_exact = pytest.mark.parametrize(("name", "params"), EXACT)
LEARNED = [case for case in CASES if case[0] in naive.LEARNED]
both_ways = pytest.mark.parametrize("compiled", [True, False], ids=["compiled", "plain"])
both_precisions = pytest.mark.parametrize("dtype", ["float32", "float64"])

SPECIAL = [0.0, -0.0, 1e-30, -1e-30, 1e-8, -1e-8, 50.0, -50.0, 100.0, -100.0, 1000.0, -1000.0, 19.999, 20.001]
WIDE = np.array([*SPECIAL, *np.linspace(-50.0, 50.0, 401), *np.linspace(-3.0, 3.0, 121)])


def wanted(name: str, params: dict[str, Any], z: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """f and f' of the oracle."""
    f = [naive.activate(name, float(v), params) for v in z]
    return np.array(f), np.array([naive.slope(name, float(v), params) for v in z])


Caller = Callable[..., None]


def caller(monkeypatch: pytest.MonkeyPatch, function: Any, compiled: bool) -> Caller:
    """A function of gates.py as machine code or as plain Python, whether the JIT is off or not."""
    monkeypatch.setattr(config, "DISABLE_JIT", 0 if compiled else 1)
    plain = getattr(function, "py_func", function)
    if not compiled:
        return plain  # type: ignore[no-any-return]
    return function if hasattr(function, "py_func") else njit(function)  # type: ignore[no-any-return]


def held(params: dict[str, Any], dtype: str) -> dict[str, Any]:
    """The parameters as the network's precision holds them."""
    return {k: v if isinstance(v, str) else float(np.dtype(dtype).type(v)) for k, v in params.items()}


def through_gate(
    call: Caller, name: str, params: dict[str, Any], z: NDArray[Any], dtype: str
) -> tuple[NDArray[Any], NDArray[Any]]:
    """f and f' as training computes them: z on one row, filled up to 16 lanes, with other numbers around."""
    lanes = -(-z.size // 16) * 16
    work = np.full(4 * lanes, 7.0, dtype=dtype)
    row = np.zeros(lanes, dtype=dtype)
    row[: z.size] = z
    work[5 : 5 + lanes] = row
    numbers = np.array([9.0, *activations.CATALOGUE[name].numbers(params)], dtype=dtype)
    a_at, gain_at = lanes + 9, 2 * lanes + 20
    call(gates.gate_address(name, dtype), work, 5, a_at, gain_at, numbers, 1, 1, lanes)
    assert np.array_equal(work[5 : 5 + lanes], row)
    around = np.concatenate([work[:5], work[5 + lanes : a_at], work[a_at + lanes : gain_at], work[gain_at + lanes :]])
    assert np.all(around == 7.0)
    return work[a_at : a_at + z.size], work[gain_at : gain_at + z.size]


def magnitude(name: str, params: dict[str, Any], z: NDArray[Any], f: NDArray[Any]) -> NDArray[Any]:
    """What the round-off of f is relative to: f, or the largest number on the way where others cancel."""
    if name == "quadratic":
        return np.abs(params["a"] * z * z) + np.abs(params["b"] * z) + abs(params["c"])
    if name == "swish_beta":  # the logistic function's argument has a round-off of its own
        return np.abs(f) * (1.0 + np.abs(params["beta"] * z))
    return np.abs(z) if params.get("approximate") == "tanh" else np.abs(f)


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
@both_ways
def test_gates_agree_with_the_oracle(
    monkeypatch: pytest.MonkeyPatch, name: str, params: dict[str, Any], dtype: str, compiled: bool
) -> None:
    """To the last places of the precision that training uses, at the z that this precision holds.

    f relative to itself; f' relative to 1, because 1 - tanh² and 1 - sigmoid lose digits where they are small. (In
    float32 as in PyTorch: both take f rounded to float32.)
    """
    z = WIDE.astype(dtype)
    f, slope = through_gate(caller(monkeypatch, gates.call_gate, compiled), name, params, z, dtype)
    assert f.dtype == slope.dtype == np.dtype(dtype)
    exact, p = z.astype(np.float64), held(params, dtype)
    want_f, want_slope = wanted(name, p, exact)
    place = float(np.finfo(dtype).eps)
    assert np.isfinite(f).all()
    assert np.isfinite(slope).all()
    near_0 = 4e-15 if dtype == "float64" else 1e-37
    assert np.all(np.abs(f - want_f) <= 4 * place * magnitude(name, p, exact, want_f) + near_0 * (1.0 + np.abs(exact)))
    assert np.all(np.abs(slope - want_slope) <= 4 * place * (1.0 + np.abs(want_slope)) + near_0)


@pytest.mark.parametrize(("name", "params"), LEARNED)
@both_precisions
@both_ways
def test_each_unit_has_its_learned_parameters(
    monkeypatch: pytest.MonkeyPatch, name: str, params: dict[str, Any], dtype: str, compiled: bool
) -> None:
    """Several rows in one call: values and derivatives by the learned parameters, as sums over the lanes."""
    units, stride, filled = 3, 32, 20
    rng = np.random.default_rng(3)
    z, da = rng.normal(0.0, 2.0, (2, units, stride)).astype(dtype)
    da[:, filled:] = 0.0
    entry, names = activations.CATALOGUE[name], naive.LEARNED[name]
    settings = [held({k: v + 0.3 * u for k, v in params.items()}, dtype) for u in range(units)]
    numbers = np.array([entry.numbers(one) for one in settings], dtype=dtype).ravel()
    work = np.concatenate([z.ravel(), da.ravel(), np.zeros(2 * z.size)]).astype(dtype)
    grad = np.full(2 + len(names) * (units + 4), 7.0, dtype=dtype)
    size = z.size
    call = caller(monkeypatch, gates.call_gate, compiled)
    call(gates.gate_address(name, dtype), work, 0, 2 * size, 3 * size, numbers, 0, units, stride)
    call = caller(monkeypatch, gates.call_param_gate, compiled)
    address = gates.param_gate_address(name, dtype)
    call(address, work, 0, size, numbers, 0, grad, 2, units + 4, units, stride)
    a = work[2 * size : 3 * size].reshape(z.shape)
    place = float(np.finfo(dtype).eps)
    for u in range(units):
        assert np.allclose(a[u], wanted(name, settings[u], z[u].astype(np.float64))[0], rtol=8 * place, atol=8 * place)
        for k, parameter in enumerate(names):
            terms = [
                float(da[u, s]) * naive.param_slope(name, parameter, float(z[u, s]), settings[u]) for s in range(stride)
            ]
            allowed = 8 * place * sum(abs(term) for term in terms)
            assert abs(float(grad[2 + k * (units + 4) + u]) - sum(terms)) <= allowed
    untouched = np.ones(grad.size, dtype=bool)
    for k in range(len(names)):
        untouched[2 + k * (units + 4) : 2 + k * (units + 4) + units] = False
    assert np.all(grad[untouched] == 7.0)


@pytest.mark.parametrize("name", ["relu", "gelu", "tanh"])
def test_units_without_learned_parameters_share_one_loop(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The settings of the first unit hold for all rows of a call."""
    z = np.random.default_rng(1).normal(0.0, 2.0, 4 * 16).astype(np.float32)
    work = np.concatenate([z, np.zeros(2 * z.size, dtype=np.float32)])
    numbers = np.zeros(4 * activations.MAX_PARAMETERS, dtype=np.float32)
    call = caller(monkeypatch, gates.call_gate, True)
    call(gates.gate_address(name, "float32"), work, 0, z.size, 2 * z.size, numbers, 0, 4, 16)
    f, slope = through_gate(call, name, {}, z, "float32")
    assert np.array_equal(work[z.size :], np.concatenate([f, slope]))


@both_ways
def test_only_learned_parameters_have_an_address(monkeypatch: pytest.MonkeyPatch, compiled: bool) -> None:
    """0 stands for none."""
    monkeypatch.setattr(config, "DISABLE_JIT", 0 if compiled else 1)
    assert gates.param_gate_address("leaky_relu", "float32") == 0
    assert gates.param_gate_address("prelu", "float32") != 0


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "tanh", "sigmoid", "elu", "selu", "silu", "gelu", "swish_beta"])
def test_float32_gates_work_on_vectors_of_float32(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """No constant of an entry widens them, and no call of a library keeps the loop from vectorising."""
    monkeypatch.setattr(config, "DISABLE_JIT", 0)
    entry = activations.CATALOGUE[name]
    gate = gates.native(gates._values, entry.pair, len(entry.learned), f"gate_{name}", "float32", on_disk=False)
    code = gate.inspect_llvm()
    assert "double" not in code
    assert re.search(r"store <(4|8|16) x float>", code)


@every_exact
def test_derivative_is_the_slope_of_the_function(name: str, params: dict[str, Any]) -> None:
    """f' against differences of f itself, clear of the kinks."""
    z = np.array([v for v in np.linspace(-12.0, 12.0, 241) if abs(v) > 0.01])
    _, slope = activations.evaluate(name, z, params)
    measured = [
        measures.central_difference(lambda v: float(activations.evaluate(name, [v], params)[0][0]), float(v)) for v in z
    ]
    assert np.max(np.abs(slope - measured)) < 2e-10


@every_exact
def test_the_oracle_itself_is_consistent(name: str, params: dict[str, Any]) -> None:
    """The oracle's f' against differences of its f."""
    z = np.array([v for v in np.linspace(-12.0, 12.0, 97) if abs(v) > 0.01])
    for v in z:
        measured = measures.central_difference(lambda u: naive.activate(name, u, params), float(v))
        assert naive.slope(name, float(v), params) == pytest.approx(measured, abs=2e-10)


# Values of published definitions, worked out apart from both: f(1), f(-1), f'(1), f'(-1).
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
    "swish_beta": (0.7310585786300049, -0.2689414213699951, 0.9276705118714867, 0.07232948812851325),
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
    [
        ("relu", 0.0),
        ("leaky_relu", 0.01),
        ("prelu", 0.25),
        ("elu", 1.0),
        ("step", 0.0),
        ("selu", 1.0507009873554805 * 1.6732632423543772),
    ],
)
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


@every
def test_what_the_catalogue_says_of_the_gates_is_true(name: str, params: dict[str, Any]) -> None:
    """Both masks are one exactly where an entry says so, and so is a gain that never changes."""
    entry, z = activations.CATALOGUE[name], WIDE
    usual = params == naive.DEFAULTS[name]
    if entry.output_only:
        return
    f, slope = activations.evaluate(name, z, params)
    if entry.one_mask or usual:
        assert np.array_equal(f, slope * z) is entry.one_mask
    if usual:
        assert (np.ptp(slope) == 0.0) == (entry.constant_gain is not None)
        assert entry.constant_gain is None or slope[0] == entry.constant_gain
    if entry.open_output:
        is_open = ~activations.is_shut(f, entry.shut_below)
        assert np.array_equal(f[is_open], {"z": z, "1": np.ones_like(z)}[entry.open_output][is_open])


@pytest.mark.parametrize("name", [name for name, entry in activations.CATALOGUE.items() if not entry.output_only])
def test_only_a_gate_that_closes_little_by_little_is_called_shut_before_it_is(name: str) -> None:
    """Far out the gain falls below the bound, and goes on falling towards 0; others are shut at 0 or never.

    -15: softsign's 1 / (1 + abs(z))² is below the bound only beyond -9; at -20 tanh's is 0 by round-off.
    """
    entry = activations.CATALOGUE[name]
    _, slope = activations.evaluate(name, [-15.0, -9.0, -7.0, -5.0])
    falls = bool((np.diff(np.abs(slope)) > 0.0).all() and abs(slope[0]) < activations.SATURATED)
    assert falls is (entry.shut_below > 0.0)


def test_shut_is_0_or_below_the_bound() -> None:
    """Also for float32, whose 0.01 is a little less: one answer for one number, whatever array it comes in."""
    masks = np.array([0.0, -0.0, 0.0099, -0.0099, 0.01, 0.0101, -1.0, np.nan])
    assert activations.is_shut(masks, 0.0).tolist() == [True, True] + [False] * 6
    assert activations.is_shut(masks, 0.01).tolist() == [True] * 4 + [False] * 4
    single = masks.astype(np.float32)
    assert activations.is_shut(single, 0.01).tolist() == activations.is_shut(single.astype(np.float64), 0.01).tolist()
    assert activations.is_shut(masks[2:4], [0.0, 0.01]).tolist() == [False, True]


def test_the_catalogue_is_complete() -> None:
    """The oracle knows the same functions and defaults."""
    assert set(activations.CATALOGUE) == set(naive.DEFAULTS)
    for name, entry in activations.CATALOGUE.items():
        assert {p.name: p.default for p in entry.parameters} == naive.DEFAULTS[name]
        assert tuple(p.name for p in entry.learned) == naive.LEARNED.get(name, ())


@pytest.mark.parametrize(("name", "params"), LEARNED)
def test_derivatives_by_learned_parameters(name: str, params: dict[str, Any]) -> None:
    """df/dp against the oracle, and the oracle against differences in p."""
    entry = activations.CATALOGUE[name]
    assert entry.param_gain is not None
    for z in [v for v in WIDE if abs(v) <= 50.0]:
        got = entry.param_gain(float(z), entry.numbers(params))
        for k, parameter in enumerate(naive.LEARNED[name]):
            want = naive.param_slope(name, parameter, float(z), params)
            assert got[k] == pytest.approx(want, rel=1e-13, abs=1e-300)
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


def test_step_without_and_with_a_surrogate() -> None:
    """The value is 0 or 1 in any case; the entry says which derivative is true."""
    entry = activations.CATALOGUE["step"]
    for surrogate, slope in {"none": 0.0, "straight_through": 1.0, "sigmoid": 0.25}.items():
        f, found = activations.evaluate("step", [-1e-9, 1e-9], {"surrogate": surrogate})
        assert list(f) == [0.0, 1.0]
        assert found == pytest.approx([slope, slope])
        assert entry.exact({"surrogate": surrogate}) == (surrogate == "none")
    assert entry.exact({})
    assert all(entry.exact({}) for entry in activations.CATALOGUE.values())


@pytest.mark.parametrize(
    ("given", "name", "params"),
    [
        ("swish", "silu", {}),
        ({"name": "swish"}, "silu", {}),
        ({"name": "swish", "beta": 1.5}, "swish_beta", {"beta": 1.5}),
        ({"name": "silu", "beta": 0.5}, "swish_beta", {"beta": 0.5}),
        ("swish_beta", "swish_beta", {"beta": 1.0}),
    ],
)
def test_swish_with_a_beta_learns_it(given: Any, name: str, params: dict[str, float]) -> None:
    """Without one it is SiLU."""
    spec = ActivationSpec.model_validate(given)
    assert (spec.name, spec.params) == (name, params)
    assert ActivationSpec.model_validate(spec.model_dump(mode="json")) == spec


def test_a_setting_that_no_swish_has_is_refused() -> None:
    with pytest.raises(ValueError, match='unknown key "gamma" of activation silu'):
        ActivationSpec.model_validate({"name": "swish", "gamma": 1.5})


# torch.nn.init.calculate_gain of PyTorch's documentation; 1 where it defines none.
GAINS = [
    ("identity", {}, 1.0),
    ("sigmoid", {}, 1.0),
    ("tanh", {}, 5.0 / 3.0),
    ("relu", {}, 2.0**0.5),
    ("leaky_relu", {}, (2.0 / (1.0 + 0.01**2)) ** 0.5),
    ("leaky_relu", {"negative_slope": 1.0}, 1.0),
    ("prelu", {}, (2.0 / (1.0 + 0.25**2)) ** 0.5),
    ("selu", {}, 0.75),
    ("gelu", {}, 1.0),
    ("swish_beta", {}, 1.0),
]


@pytest.mark.parametrize(("name", "params", "gain"), GAINS)
def test_gain_of_the_first_weights(name: str, params: dict[str, Any], gain: float) -> None:
    assert activations.CATALOGUE[name].weight_gain(params) == pytest.approx(gain, rel=1e-15)
