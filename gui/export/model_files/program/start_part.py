"""The first parameters of a program: drawn as the session draws them, given as numbers, or those it was saved with."""

from collections.abc import Iterator

import numpy as np

from twostroke.engine.catalogue.initializers import INITIALIZERS
from twostroke.engine.compute.layout import Layer
from twostroke.gui.export.model_files.program.case import Case, parameter_keys, running_keys, variable
from twostroke.gui.export.model_files.program.text import Numbers, Section, digits, number, places_text

DRAWN = {
    "zeros": "np.zeros(({out}, {into}))",
    "normal": "rng.normal({mean}, {std}, ({out}, {into}))",
    "uniform": "rng.uniform({low}, {high}, ({out}, {into}))",
    "xavier_normal": "{gain}rng.normal(0, np.sqrt(2 / ({into} + {out})), ({out}, {into}))",
    "xavier_uniform": "{gain}np.sqrt(6 / ({into} + {out})) * rng.uniform(-1, 1, ({out}, {into}))",
    "he_normal": "{gain}rng.normal(0, np.sqrt(1 / {into}), ({out}, {into}))",
    "he_uniform": "{gain}np.sqrt(3 / {into}) * rng.uniform(-1, 1, ({out}, {into}))",
    "lecun_normal": "{gain}rng.normal(0, np.sqrt(1 / {into}), ({out}, {into}))",
    "lecun_uniform": "{gain}np.sqrt(3 / {into}) * rng.uniform(-1, 1, ({out}, {into}))",
    "orthogonal": "{gain}orthogonal({out}, {into})",
}
"""How weights (out, in) are drawn, by the session's initialisation."""

ORTHOGONAL = (
    "def orthogonal(out, into):",
    '    """Rows or columns of length 1 at right angles, whichever are fewer (Saxe et al. 2014)."""',
    "    q, r = np.linalg.qr(rng.normal(size=(max(out, into), min(out, into))))",
    "    q = q * np.where(np.diag(r) < 0, -1, 1)",
    "    return q if out >= into else q.T",
)


def needed(case: Case, numbers: Numbers) -> None:
    """Tell which arrays the section needs."""
    for key, values in case.beginning.items():
        numbers.need(key, values)


def start_section(case: Case, numbers: Numbers) -> Section:
    """All parameters, under the names that the program has for them."""
    lines: list[str] = []
    given = case.beginning
    if case.state is None:
        lines += _drawing(case)
    for layer in case.layers:
        for key in (*parameter_keys(layer), *running_keys(layer)):
            lines += list(_parameter(case, layer, key, numbers))
    for key, places in _cut(case).items():
        lines += [f"{variable(key)}[{places}] = 0  # cut: these links carry nothing"]
    title = "First parameters" if given or case.state is None else "Parameters"
    return Section(title, tuple(lines))


def _drawing(case: Case) -> Iterator[str]:
    network = case.session.network
    if network.init.name == "zeros":
        return
    if all(key in case.beginning for key in _drawn_keys(case)):
        return
    yield f"# Weights are drawn at random ({INITIALIZERS[network.init.name].title}), always the same from one seed."
    yield f"rng = np.random.default_rng({network.seed})"
    if network.init.name == "orthogonal":
        yield from ORTHOGONAL


def _drawn_keys(case: Case) -> Iterator[str]:
    for layer in case.layers:
        yield f"l{layer.number}.weight"
        if layer.projected:
            yield f"l{layer.number}.skip_weight"


def _parameter(case: Case, layer: Layer, key: str, numbers: Numbers) -> Iterator[str]:
    """The lines that make one array. What is given is drawn all the same where others are drawn after it."""
    name = variable(key)
    if key in case.beginning:
        if key in (drawn := list(_drawn_keys(case))) and case.state is None:
            later = drawn[drawn.index(key) + 1 :]
            if any(other not in case.beginning for other in later) and case.session.network.init.name != "zeros":
                yield f"{_draw(case, layer, key)}  # drawn, and not used: {name} is given"
        yield from numbers.assigned(name, key, "DTYPE")
    elif key.endswith("weight"):
        yield f"{name} = ({_draw(case, layer, key)}).astype(DTYPE)"
    else:
        yield f"{name} = {_at_first(layer, key)}"


def _at_first(layer: Layer, key: str) -> str:
    name = key.split(".", 1)[1]
    if name in ("scale", "running_variance"):
        return f"np.ones({layer.units}, DTYPE)"
    if name.startswith("param."):
        return _learned(layer, name.removeprefix("param."))
    return f"np.zeros({layer.units}, DTYPE)"


def _learned(layer: Layer, name: str) -> str:
    values = np.zeros(layer.units)
    row = layer.learned.index(name)
    for run in layer.runs:
        own = [p.name for p in run.spec.entry.learned]
        if run.row <= row < run.row + len(own):
            values[run.first : run.first + run.units] = run.spec.params[own[row - run.row]]
    if len(set(values)) == 1:
        return f"np.full({layer.units}, {number(values[0])}, DTYPE)"
    return f"np.array([{', '.join(digits(value) for value in values)}], DTYPE)"


def _draw(case: Case, layer: Layer, key: str) -> str:
    init = case.session.network.init
    entry = INITIALIZERS[init.name]
    spec = layer.runs[0].spec if layer is case.last else case.session.network.layers[layer.number - 1].activation
    gain = spec.entry.weight_gain(spec.params) if init.gain == "activation" else entry.gain
    into = layer.skip_units if key.endswith("skip_weight") else layer.into
    numbers = {name: number(getattr(init, name)) for name in ("mean", "std", "low", "high")}
    factor = "" if gain == 1.0 else "np.sqrt(2) * " if gain == 2.0**0.5 else f"{number(gain)} * "
    return DRAWN[init.name].format(out=layer.units, into=into, gain=factor, **numbers)


def _cut(case: Case) -> dict[str, str]:
    """Cut links by key, as indices."""
    from twostroke.engine.session.cutting import cut_links
    from twostroke.engine.session.parameters import place_of

    found: dict[str, list[tuple[int, ...]]] = {}
    for text in cut_links(case.session.network):
        key, index = place_of(text)
        found.setdefault(key, []).append(index)
    return {key: places_text(tuple(map(list, zip(*places, strict=True)))).strip("()") for key, places in found.items()}
