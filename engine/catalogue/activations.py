"""The catalogue of activation functions: one entry a function, f and f' side by side.

An entry is all there is to say of a function: the session model takes its name and parameters from here, the
kernels compile its arithmetic from here, the inspector draws it and the panels explain it from here.

`pair(z, p)` takes one pre-activation `z` and the unit's parameters `p` (up to `MAX_PARAMETERS` numbers, in the
order in which the entry declares them) and returns `(f(z), f'(z))`. It is written in the subset of Python that Numba
compiles, and it is also called as plain Python, for drawing. `param_gain(z, p)` returns the derivatives of f with
respect to each of its parameters; only learned parameters use it.

For float32 the kernels take an entry's constants (2.0, not 2) as float32, and put versions that vectorise in the place
of `math`'s exp, expm1, log, log1p, tanh and erf, imported by name, and of logistic, normal_cdf and normal_pdf below.

Definitions are those of PyTorch's functions of the same name, down to the value at a kink (ReLU'(0) = 0).
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import erfc, exp, expm1, log1p, tanh
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

MAX_PARAMETERS = 3

SATURATED = 0.01
"""Below this a gate that closes little by little counts as shut."""

Pair = Callable[[float, Sequence[float]], tuple[float, float]]
ParamGain = Callable[[float, Sequence[float]], tuple[float, float, float]]
OfSettings = Callable[[Sequence[float]], float]

# Klambauer et al. 2017, "Self-Normalizing Neural Networks": the fixed point (mean 0, variance 1).
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946

INVERSE_SQRT_2 = 1.0 / math.sqrt(2.0)
INVERSE_SQRT_2PI = 1.0 / math.sqrt(2.0 * math.pi)
SQRT_2_OVER_PI = math.sqrt(2.0 / math.pi)


@dataclass(frozen=True)
class Parameter:
    """One number (or choice) an activation takes. A learned one is kept per unit and trained."""

    name: str
    default: float | str
    minimum: float = -math.inf
    maximum: float = math.inf
    learned: bool = False
    choices: tuple[str, ...] = ()
    help: str = ""
    title: str = ""  # on the screen, where that is not the name
    choice_titles: tuple[str, ...] = ()  # of the choices, where those are not their names

    def as_number(self, value: float | str) -> float:
        """The number that the kernels see: the value itself, or the position of a choice."""
        return float(self.choices.index(str(value))) if self.choices else float(value)

    def title_of(self, choice: str) -> str:
        """What the screen calls a choice."""
        return dict(zip(self.choices, self.choice_titles, strict=False)).get(choice, choice)


@dataclass(frozen=True)
class Activation:
    """One activation function: arithmetic and facts."""

    name: str
    title: str
    formula: str
    derivative: str
    range: tuple[float, float]
    zero_centred: bool
    saturating: bool
    says: str
    used: str
    pair: Pair
    parameters: tuple[Parameter, ...] = ()
    param_gain: ParamGain | None = None
    kinks: tuple[float, ...] = ()
    bends: tuple[float, ...] = ()  # where the formula changes, smoothly but with another round-off
    shut_below: float = SATURATED  # shut where abs(mask) is 0 or below this; 0 for gates that never close gradually
    one_mask: bool = False  # f(z) = f'(z) * z for every z: what carves the signal carves the gradient
    constant_gain: float | None = None  # the derivative, where it is the same for every z
    open_output: str = ""  # what an open gate sends on, where all of them send the same: "z"
    firing: Literal["positive", "half", "always"] = "positive"  # a > 0; abs(a) above half its bound; says nothing
    output_only: bool = False
    aliases: tuple[str, ...] = ()
    extends: str = ""  # that entry's name together with one of this entry's settings means this entry
    init_gain: float | OfSettings = 1.0  # as torch.nn.init.calculate_gain, or of the numbers p
    has_surrogate: Callable[[Sequence[float]], bool] | None = None  # of p: is f' deliberately another function's?

    @property
    def learned(self) -> tuple[Parameter, ...]:
        """The parameters that training changes."""
        return tuple(p for p in self.parameters if p.learned)

    @property
    def fires_above(self) -> tuple[float, bool]:
        """Above which level a unit fires, and whether the level is abs(a)."""
        half = 0.5 * max(abs(end) for end in self.range)
        return {"positive": (0.0, False), "half": (half, True), "always": (-math.inf, False)}[self.firing]

    def numbers(self, values: dict[str, Any]) -> tuple[float, ...]:
        """The parameters as the kernels take them: `MAX_PARAMETERS` numbers, unused ones 0."""
        given = [p.as_number(values.get(p.name, p.default)) for p in self.parameters]
        return tuple(given + [0.0] * (MAX_PARAMETERS - len(given)))

    def weight_gain(self, values: dict[str, Any]) -> float:
        """How much wider than 1 / sqrt(inputs) weights should begin, with these settings."""
        return self.init_gain(self.numbers(values)) if callable(self.init_gain) else self.init_gain

    def exact(self, values: dict[str, Any]) -> bool:
        """Whether with these settings `pair` gives the true derivative."""
        return self.has_surrogate is None or not self.has_surrogate(self.numbers(values))


def logistic(x: float) -> float:
    """1 / (1 + exp(-x)), written so that exp never overflows."""
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    e = exp(x)
    return e / (1.0 + e)


def normal_cdf(x: float) -> float:
    """The standard normal distribution: the chance that a number is below x."""
    return 0.5 * erfc(-x * INVERSE_SQRT_2)


def normal_pdf(x: float) -> float:
    """Its density."""
    return INVERSE_SQRT_2PI * exp(-0.5 * x * x)


def _identity(z: float, p: Sequence[float]) -> tuple[float, float]:
    return z, 1.0


def _step(z: float, p: Sequence[float]) -> tuple[float, float]:
    fired = 1.0 if z > 0.0 else 0.0
    if p[0] == 0.0:
        return fired, 0.0
    s = logistic(z)
    return fired, (1.0 if p[0] == 1.0 else s * (1.0 - s))


def _step_has_surrogate(p: Sequence[float]) -> bool:
    return p[0] != 0.0


def _sigmoid(z: float, p: Sequence[float]) -> tuple[float, float]:
    s = logistic(z)
    return s, s * (1.0 - s)


def _tanh(z: float, p: Sequence[float]) -> tuple[float, float]:
    t = tanh(z)
    return t, 1.0 - t * t


def _relu(z: float, p: Sequence[float]) -> tuple[float, float]:
    return (z, 1.0) if z > 0.0 else (0.0, 0.0)


def _leaky_relu(z: float, p: Sequence[float]) -> tuple[float, float]:
    return (z, 1.0) if z > 0.0 else (p[0] * z, p[0])


def _leaky_init_gain(p: Sequence[float]) -> float:
    return math.sqrt(2.0 / (1.0 + p[0] * p[0]))


def _slope_gain(z: float, p: Sequence[float]) -> tuple[float, float, float]:
    return (0.0 if z > 0.0 else z), 0.0, 0.0


def _elu(z: float, p: Sequence[float]) -> tuple[float, float]:
    return (z, 1.0) if z > 0.0 else (p[0] * expm1(z), p[0] * exp(z))


def _selu(z: float, p: Sequence[float]) -> tuple[float, float]:
    if z > 0.0:
        return SELU_SCALE * z, SELU_SCALE
    return SELU_SCALE * SELU_ALPHA * expm1(z), SELU_SCALE * SELU_ALPHA * exp(z)


def _softplus(z: float, p: Sequence[float]) -> tuple[float, float]:
    soft = (z if z > 0.0 else 0.0) + log1p(exp(-abs(z)))
    # PyTorch's threshold: beyond it the function is the identity to round-off.
    return (z, 1.0) if z > 20.0 else (soft, logistic(z))


def _silu(z: float, p: Sequence[float]) -> tuple[float, float]:
    s = logistic(z)
    return z * s, s * (1.0 + z * (1.0 - s))


def _swish_beta(z: float, p: Sequence[float]) -> tuple[float, float]:
    s = logistic(p[0] * z)
    return z * s, s * (1.0 + p[0] * z * (1.0 - s))


def _swish_beta_gain(z: float, p: Sequence[float]) -> tuple[float, float, float]:
    u = p[0] * z
    return z * (z * logistic(u) * logistic(-u)), 0.0, 0.0


def _gelu(z: float, p: Sequence[float]) -> tuple[float, float]:
    if p[0] == 0.0:
        cdf = normal_cdf(z)
        return z * cdf, cdf + z * normal_pdf(z)
    t = tanh(SQRT_2_OVER_PI * (z + 0.044715 * z * z * z))
    slope = SQRT_2_OVER_PI * (1.0 + 3.0 * 0.044715 * z * z)
    return 0.5 * z * (1.0 + t), 0.5 * (1.0 + t) + 0.5 * z * (1.0 - t * t) * slope


def _quadratic(z: float, p: Sequence[float]) -> tuple[float, float]:
    return (p[0] * z + p[1]) * z + p[2], 2.0 * p[0] * z + p[1]


def _quadratic_gain(z: float, p: Sequence[float]) -> tuple[float, float, float]:
    return z * z, z, 1.0


_ENTRIES = (
    Activation(
        "identity", "identity", "z", "1", (-math.inf, math.inf), True, False,
        "I pass everything on; however many of us you stack, we are one linear layer.",
        "outputs of regression; linear layers", _identity, firing="always",
        shut_below=0.0, one_mask=True, constant_gain=1.0, open_output="z",
    ),
    Activation(
        "step", "step", "1 if z > 0, else 0", "0", (0.0, 1.0), False, True,
        "I decide, yes or no, and tell nobody behind me how close it was.",
        "the first neurons (McCulloch-Pitts, perceptron); not trained by gradient", _step,
        (Parameter("surrogate", "none", choices=("none", "straight_through", "sigmoid"),
                   help="a derivative to learn by in place of 0: 1, or the sigmoid's (Bengio et al. 2013)",
                   choice_titles=("none: f′ = 0", "straight-through", "sigmoid")),),
        kinks=(0.0,), has_surrogate=_step_has_surrogate, shut_below=0.0, constant_gain=0.0, open_output="1",
    ),
    Activation(
        "sigmoid", "sigmoid", "1 / (1 + e⁻ᶻ)", "f · (1 − f) ≤ ¼", (0.0, 1.0), False, True,
        "I answer with a probability, and grow deaf when I am sure.",
        "outputs for two classes; gates of recurrent units", _sigmoid, firing="half",
    ),
    Activation(
        "tanh", "tanh", "tanh z", "1 − f² ≤ 1", (-1.0, 1.0), True, True,
        "I answer between −1 and 1, and grow deaf at both ends.",
        "recurrent networks; small networks", _tanh, firing="half", init_gain=5.0 / 3.0,
    ),
    Activation(
        "relu", "ReLU", "max(0, z)", "1 if z > 0, else 0", (0.0, math.inf), False, False,
        "I respond only when the signal is strong enough, and then I pass it on unchanged.",
        "the default of deep networks", _relu, kinks=(0.0,), init_gain=math.sqrt(2.0),
        shut_below=0.0, one_mask=True, open_output="z",
    ),
    Activation(
        "leaky_relu", "leaky ReLU", "z if z > 0, else s · z", "1 if z > 0, else s", (-math.inf, math.inf),
        False, False, "I respond to strong signals, and whisper the others, so that I can recover.",
        "against dead units", _leaky_relu,
        (Parameter("negative_slope", 0.01, -10.0, 10.0, help="slope for z <= 0", title="slope"),), kinks=(0.0,),
        init_gain=_leaky_init_gain, shut_below=0.0, one_mask=True,
    ),
    Activation(
        "prelu", "PReLU", "z if z > 0, else s · z (s learned)", "1 if z > 0, else s", (-math.inf, math.inf),
        False, False, "I learn how loudly to whisper.",
        "image networks (He et al. 2015)", _leaky_relu,
        (Parameter("negative_slope", 0.25, -10.0, 10.0, True, help="slope for z <= 0 at the start; learned per unit",
                   title="slope"),),
        _slope_gain, (0.0,), init_gain=_leaky_init_gain, shut_below=0.0, one_mask=True,
    ),
    Activation(
        "elu", "ELU", "z if z > 0, else α · (eᶻ − 1)", "1 if z > 0, else α · eᶻ", (-math.inf, math.inf),
        False, False, "I pass the strong, and bend the weak towards a floor.",
        "deep networks without normalization", _elu,
        (Parameter("alpha", 1.0, 0.0, 10.0, help="depth of the floor", title="α"),), kinks=(0.0,),
    ),
    Activation(
        "selu", "SELU", "λ · (z if z > 0, else α · (eᶻ − 1))", "λ · (1 if z > 0, else α · eᶻ)",
        (-SELU_SCALE * SELU_ALPHA, math.inf), False, False,
        "I keep the mean at 0 and the variance at 1, layer after layer.",
        "deep plain networks with LeCun initialisation", _selu, kinks=(0.0,), init_gain=0.75,
    ),
    Activation(
        "softplus", "softplus", "ln(1 + eᶻ)", "1 / (1 + e⁻ᶻ)", (0.0, math.inf), False, False,
        "I am ReLU with a rounded knee.", "quantities that must be positive", _softplus, bends=(20.0,),
    ),
    Activation(
        "silu", "SiLU", "z / (1 + e⁻ᶻ)", "σ · (1 + z · (1 − σ))", (-0.2784645427610738, math.inf), False, False,
        "I am ReLU with a soft gate, and dip below zero before I close.",
        "image networks; also called Swish", _silu, aliases=("swish",),
    ),
    Activation(
        "swish_beta", "Swish, β learned", "z · σ(β · z) (β learned)", "σ · (1 + β · z · (1 − σ))",
        (-math.inf, math.inf), False, False,
        "I learn how softly to close: at β = 0 I am a straight line, at large β I am ReLU.",
        "image networks (Ramachandran et al. 2017)", _swish_beta,
        (Parameter("beta", 1.0, -10.0, 10.0, True, help="sharpness of the knee at the start; learned per unit",
                   title="β"),),
        _swish_beta_gain, extends="silu",
    ),
    Activation(
        "gelu", "GELU", "z · Φ(z)", "Φ(z) + z · φ(z)", (-0.16997120747990369, math.inf), False, False,
        "I weigh the signal by the chance that it is large.", "transformers", _gelu,
        (Parameter("approximate", "none", choices=("none", "tanh"), help="exact, or the form with tanh",
                   title="form", choice_titles=("exact", "tanh")),),
    ),
    Activation(
        "softmax", "softmax", "eᶻⁱ / Σ eᶻʲ", "a matrix: fᵢ · (δᵢⱼ − fⱼ)", (0.0, 1.0), False, True,
        "We share one unit of belief among us.", "outputs for several classes", _identity,
        firing="always", output_only=True,
    ),
    Activation(
        "quadratic", "quadratic", "a · z² + b · z + c (learned)", "2 · a · z + b", (-math.inf, math.inf), False, False,
        "I multiply signals with each other, and explode when I am stacked.",
        "to show why polynomials are not used", _quadratic,
        (
            Parameter("a", 0.1, -10.0, 10.0, True, help="coefficient of z² at the start; learned per unit"),
            Parameter("b", 1.0, -10.0, 10.0, True, help="coefficient of z at the start; learned per unit"),
            Parameter("c", 0.0, -10.0, 10.0, True, help="constant at the start; learned per unit"),
        ),
        _quadratic_gain, firing="always", shut_below=0.0,
    ),
)  # fmt: skip

CATALOGUE: dict[str, Activation] = {entry.name: entry for entry in _ENTRIES}
ALIASES: dict[str, str] = {alias: entry.name for entry in _ENTRIES for alias in entry.aliases}


def meant(name: str, settings: Iterable[str]) -> str:
    """The entry that a session's name stands for beside those settings: "swish" is silu, with `beta` swish_beta."""
    name, given = ALIASES.get(name, name), set(settings)
    extended = (e.name for e in CATALOGUE.values() if e.extends == name and given & {p.name for p in e.parameters})
    return next(extended, name)


def is_shut(mask: ArrayLike, below: ArrayLike) -> NDArray[np.bool_]:
    """Which gates are shut: `mask` is what they let through of signal or gradient, `below` their `shut_below`."""
    size = np.abs(mask)
    return np.asarray((size == 0.0) | (size < np.asarray(below, dtype=np.float64)))


def evaluate(
    name: str, z: ArrayLike, values: dict[str, Any] | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """f(z) and f'(z) for an array `z`, as plain Python in float64: for curves on the screen, not for training."""
    entry = CATALOGUE[name]
    p = entry.numbers(values or {})
    flat = np.asarray(z, dtype=np.float64)
    pairs = [entry.pair(float(item), p) for item in flat.ravel()]
    both = np.array(pairs, dtype=np.float64).reshape((*flat.shape, 2))
    return both[..., 0], both[..., 1]


def forward_mask(name: str, z: ArrayLike, a: ArrayLike, gain: ArrayLike, p: ArrayLike) -> NDArray[np.floating[Any]]:
    """What the gate did to the signal, for arrays of one layer: z, a, gain (B, units); p (units, MAX_PARAMETERS).

    a/z where f(0) = 0, with the limit f'(0) at z = 0; otherwise the firing level, which is `a` itself.
    """
    z, a, gain, p = np.asarray(z), np.asarray(a), np.asarray(gain), np.asarray(p)
    entry = CATALOGUE[name]
    if entry.output_only:
        return a.copy()
    settings = p if entry.learned else p[:1]  # what is not learned is the same for all units
    through_origin = np.array([entry.pair(0.0, row)[0] == 0.0 for row in settings.tolist()], dtype=bool)
    with np.errstate(invalid="ignore", over="ignore"):  # where training has run away, and step's 1/z beside 0
        ratio = np.divide(a, z, out=gain.copy(), where=through_origin & (z != 0.0))
    return np.where(through_origin, ratio, a).astype(a.dtype)
