"""The activations of a NumPy program: f, its derivative, and the derivatives by what it learns, as text to paste."""

from collections.abc import Iterator
from dataclasses import dataclass

from twostroke.engine.catalogue.activations import SELU_ALPHA, SELU_SCALE
from twostroke.engine.compute.layout import Layer, Run
from twostroke.gui.export.model_files.program.case import Case, settings_of, variable
from twostroke.gui.export.model_files.program.text import number

SIGMOID = '''
def sigmoid(z):
    """1 / (1 + exp(-z)), written so that nothing overflows."""
    return np.exp(-np.logaddexp(0, -z))
'''

NORMAL = '''
def normal_cdf(z):
    """The chance that a standard normal number is below z."""
    return (0.5 * np.vectorize(math.erfc, otypes=[float])(-z / np.sqrt(2))).astype(z.dtype)
'''

INNER = '''
def gelu_inner(z):
    """The argument of tanh in GELU's approximation."""
    return np.sqrt(2 / np.pi).astype(z.dtype) * (z + 0.044715 * z**3)
'''

SELU = f"""
SELU_ALPHA, SELU_SCALE = {SELU_ALPHA!r}, {SELU_SCALE!r}
"""


@dataclass(frozen=True)
class Written:
    """One activation in NumPy: its lines, which need those of `needs`; functions NAME and NAME_gain."""

    value: str
    gain: str
    by: tuple[str, ...] = ()  # NAME_by_PARAMETER, in the order in which the catalogue has what is learned
    needs: tuple[str, ...] = ()


def _of(arguments: str, name: str, value: str, gain: str, *by: tuple[str, str], needs: tuple[str, ...] = ()) -> Written:
    """From expressions of z."""
    return Written(
        f"def {name}({arguments}):\n    return {value}",
        f"def {name}_gain({arguments}):\n    return {gain}",
        tuple(f"def {name}_by_{parameter}({arguments}):\n    return {slope}" for parameter, slope in by),
        needs,
    )


STEP = "(z > 0).astype(z.dtype)"
LEAKY = "np.where(z > 0, z, slope * z)"
LEAKY_GAIN = "np.where(z > 0, 1, slope * np.ones_like(z))"
EXPONENT = "np.minimum(z, 0)"

WRITTEN: dict[str, Written] = {
    "sigmoid": Written(SIGMOID, "def sigmoid_gain(z):\n    s = sigmoid(z)\n    return s * (1 - s)"),
    "tanh": _of("z", "tanh", "np.tanh(z)", "1 - np.tanh(z) ** 2"),
    "relu": _of("z", "relu", "np.maximum(z, 0)", STEP),
    "leaky_relu": _of("z, slope", "leaky_relu", LEAKY, LEAKY_GAIN),
    "prelu": _of("z, slope", "prelu", LEAKY, LEAKY_GAIN, ("negative_slope", "np.where(z > 0, 0, z)")),
    "elu": _of(
        "z, alpha",
        "elu",
        f"np.where(z > 0, z, alpha * np.expm1({EXPONENT}))",
        f"np.where(z > 0, 1, alpha * np.exp({EXPONENT}))",
    ),
    "selu": _of(
        "z",
        "selu",
        f"SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * np.expm1({EXPONENT}))",
        f"SELU_SCALE * np.where(z > 0, 1, SELU_ALPHA * np.exp({EXPONENT}))",
        needs=(SELU,),
    ),
    "softplus": _of("z", "softplus", "np.logaddexp(0, z)", "sigmoid(z)", needs=(SIGMOID,)),
    "silu": _of("z", "silu", "z * sigmoid(z)", "sigmoid(z) * (1 + z * sigmoid(-z))", needs=(SIGMOID,)),
    "swish_beta": _of(
        "z, beta",
        "swish_beta",
        "z * sigmoid(beta * z)",
        "sigmoid(beta * z) * (1 + beta * z * sigmoid(-beta * z))",
        ("beta", "z**2 * sigmoid(beta * z) * sigmoid(-beta * z)"),
        needs=(SIGMOID,),
    ),
    "gelu": _of(
        "z",
        "gelu",
        "z * normal_cdf(z)",
        "normal_cdf(z) + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi).astype(z.dtype)",
        needs=(NORMAL,),
    ),
    "gelu_tanh": _of(
        "z",
        "gelu_tanh",
        "0.5 * z * (1 + np.tanh(gelu_inner(z)))",
        "0.5 * (1 + np.tanh(gelu_inner(z))) + 0.5 * z * (1 - np.tanh(gelu_inner(z)) ** 2) * "
        "np.sqrt(2 / np.pi).astype(z.dtype) * (1 + 0.134145 * z**2)",
        needs=(INNER,),
    ),
    "quadratic": _of(
        "z, a, b, c",
        "quadratic",
        "(a * z + b) * z + c",
        "2 * a * z + b",
        ("a", "z**2"),
        ("b", "z"),
        ("c", "np.ones_like(z)"),
    ),
    "step": _of("z", "step", STEP, "np.zeros_like(z)  # flat everywhere"),
    "step_straight_through": _of("z", "step_straight_through", STEP, "np.ones_like(z)  # a surrogate"),
    "step_sigmoid": _of(
        "z", "step_sigmoid", STEP, "sigmoid(z) * sigmoid(-z)  # a surrogate", needs=(SIGMOID,)
    ),
    "softmax": Written(
        "def softmax(z):\n    e = np.exp(z - z.max(axis=1, keepdims=True))  # less the largest: nothing overflows\n"
        "    return e / e.sum(axis=1, keepdims=True)",
        "",
    ),
}  # fmt: skip
"""By name, and by name and form where an activation has several; identity needs no function."""


def form(run: Run) -> str:
    """The entry of WRITTEN that a run's activation is."""
    chosen = {"gelu": run.spec.params.get("approximate"), "step": run.spec.params.get("surrogate")}.get(run.spec.name)
    return run.spec.name if chosen in (None, "none") else f"{run.spec.name}_{chosen}"


def definitions(case: Case) -> Iterator[str]:
    """The functions that the program needs, each once."""
    wanted: dict[str, None] = {}
    for layer in case.layers:
        for run in layer.runs:
            if run.spec.name == "identity" or not uses(case, layer):
                continue
            entry = WRITTEN[form(run)]
            wanted |= dict.fromkeys((*entry.needs, entry.value))
            if needs_gain(case, layer):
                wanted |= dict.fromkeys((entry.gain, *entry.by))
    for text in wanted:
        yield from text.strip().splitlines()


def uses(case: Case, layer: Layer) -> bool:
    """Whether the program calls a layer's activation at all."""
    return case.gate_is_on(layer, "forward") or needs_gain(case, layer)


def needs_gain(case: Case, layer: Layer) -> bool:
    """Whether a gradient meets the gates of a layer, one by one: softmax's meets all at once."""
    softmax = layer.runs[0].spec.entry.output_only
    fused = layer is case.last and case.loss.fused
    return layer.number >= case.lowest and not softmax and not fused and case.gate_is_on(layer, "backward")


def arguments(layer: Layer, run: Run, z: str, units: str) -> str:
    """What a function of the activation is called with: z, settings, what is learned of these units."""
    learned = layer.learned[run.row : run.row + len(run.spec.entry.learned)]
    own = [f"{variable(f'l{layer.number}.param.{name}')}{units}" for name in learned]
    settings = [number(value) for value in settings_of(run).values() if isinstance(value, float)]
    return ", ".join([z, *settings, *own])


def applied(layer: Layer, kind: str) -> str:
    """a, or with kind "_gain" f', of all units of a layer, as an expression of its z."""
    z = f"z{layer.number}"
    if len(layer.runs) == 1:
        return _call(layer, layer.runs[0], z, "", kind)
    parts = [_call(layer, run, f"{z}[:, {_units(run)}]", f"[{_units(run)}]", kind) for run in layer.runs]
    return f"np.concatenate([{', '.join(parts)}], axis=1)"


def _call(layer: Layer, run: Run, z: str, units: str, kind: str) -> str:
    if run.spec.name == "identity":
        return z if not kind else f"np.ones_like({z})"
    return f"{form(run)}{kind}({arguments(layer, run, z, units)})"


def _units(run: Run) -> str:
    return f"{run.first}:{run.first + run.units}"


def learned_slopes(layer: Layer) -> Iterator[tuple[str, str]]:
    """Key of each learned parameter of a layer, and its gradient as an expression of z and da, for each unit."""
    n = layer.number
    for run in layer.runs:
        for parameter, name in zip(run.spec.entry.learned, layer.learned[run.row :], strict=False):
            whole = len(layer.runs) == 1
            units = "" if whole else f"[:, {_units(run)}]"
            own = "" if whole else f"[{_units(run)}]"
            call = f"{form(run)}_by_{parameter.name}({arguments(layer, run, f'z{n}{units}', own)})"
            yield f"l{n}.param.{name}", f"(da{n}{units} * {call}).sum(axis=0)"
