"""The network of a PyTorch program: a module with one line for each thing that happens; gradients come by autograd."""

from collections.abc import Iterator

from twostroke.engine.compute.layout import Layer, Run
from twostroke.gui.export.model_files.program.case import Case, parameter_keys, running_keys, settings_of, variable
from twostroke.gui.export.model_files.program.numpy_gates import form
from twostroke.gui.export.model_files.program.text import Section, number

FIRED = "({z} > 0).to({z}.dtype)"

WRITTEN: dict[str, str] = {
    "identity": "{z}",
    "sigmoid": "torch.sigmoid({z})",
    "tanh": "torch.tanh({z})",
    "relu": "F.relu({z})",
    "leaky_relu": "F.leaky_relu({z}, {negative_slope})",
    "prelu": "F.prelu({z}, {negative_slope})",
    "elu": "F.elu({z}, {alpha})",
    "selu": "F.selu({z})",
    "softplus": "F.softplus({z})",
    "silu": "F.silu({z})",
    "swish_beta": "{z} * torch.sigmoid({beta} * {z})",
    "gelu": "F.gelu({z})",
    "gelu_tanh": 'F.gelu({z}, approximate="tanh")',
    "quadratic": "({a} * {z} + {b}) * {z} + {c}",
    "step": f"{FIRED} + 0 * {{z}}",
    "step_straight_through": f"{{z}} + ({FIRED} - {{z}}).detach()",
    "step_sigmoid": f"torch.sigmoid({{z}}) + ({FIRED} - torch.sigmoid({{z}})).detach()",
    "softmax": "torch.softmax({z}, dim=1)",
}
"""By name, and by name and form where it has several. What is detached changes the value, not the gradient."""

MODULES = {
    "weight": "l{}.weight",
    "bias": "l{}.bias",
    "scale": "norm{}.weight",
    "shift": "norm{}.bias",
    "skip_weight": "skip{}.weight",
    "running_mean": "norm{}.running_mean",
    "running_variance": "norm{}.running_var",
}
"""Where a module has an array, by its key in a trace without the layer's number."""


def place(key: str) -> str:
    """Where the module has the array of that key, as in its state_dict: "norm1.weight" for "l1.scale"."""
    layer, name = key[1:].split(".", 1)
    return MODULES[name].format(layer) if name in MODULES else variable(key)


def network_section(case: Case) -> Section:
    """The module, with the first parameters."""
    lines = [
        "class Network(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        *(f"        {line}" for layer in case.layers for line in _members(layer)),
        "",
        f"    def forward(self, x{', update=None' if case.dropout else ''}):",
        '        """z and a of the output layer."""',
        *(f"        {line}" for layer in case.layers for line in _forward(case, layer)),
        f"        return z{case.last.number}, a{case.last.number}",
        "",
        "network = Network()",
        "first = {",
        *(f'    "{place(key)}": {variable(key)},' for layer in case.layers for key in _keys(layer)),
        "}",
        "network.load_state_dict({name: torch.from_numpy(p) for name, p in first.items()}, strict=False)",
        *_frozen(case),
        "",
        "def predict(x):",
        '    """What the network answers, as it is used."""',
        "    network.eval()",
        "    with torch.no_grad():",
        "        return network(torch.from_numpy(x))[1].numpy()",
    ]
    return Section("The network", tuple(lines))


def _keys(layer: Layer) -> Iterator[str]:
    yield from parameter_keys(layer)
    yield from running_keys(layer)


def _frozen(case: Case) -> Iterator[str]:
    for layer in case.layers:
        for key in parameter_keys(layer):
            if key not in case.learning:
                yield f"network.{place(key)}.requires_grad_(False)  # frozen"


def _members(layer: Layer) -> Iterator[str]:
    n, units = layer.number, layer.units
    yield f"self.l{n} = nn.Linear({layer.into}, {units})"
    if layer.norm == "batch":
        yield f"self.norm{n} = nn.BatchNorm1d({units}, {number(layer.epsilon)}, {number(layer.momentum)})"
    elif layer.norm == "layer":
        yield f"self.norm{n} = nn.LayerNorm({units}, {number(layer.epsilon)})"
    if layer.projected:
        yield f"self.skip{n} = nn.Linear({layer.skip_units}, {units}, bias=False)"
    for name in layer.learned:
        yield f"self.{variable(f'l{n}.param.{name}')} = nn.Parameter(torch.zeros({units}))"
    if layer.cut:
        flags = ", ".join("0.0" if unit in layer.cut else "1.0" for unit in range(units))
        yield f"self.alive{n} = torch.tensor([{flags}])  # 0: a cut neuron, which sends nothing and gets no gradient"
    for stroke, off in (("forward", layer.off_forward), ("backward", layer.off_backward)):
        if off:
            yield f"self.off_{stroke}{n} = torch.isin(torch.arange({units}), torch.tensor({list(off)}))"


def _forward(case: Case, layer: Layer) -> Iterator[str]:
    n = layer.number
    sums = f"self.l{n}({_sent(case, n - 1)})"
    if layer.norm != "none":
        yield f"s{n} = {sums}"
        sums = f"self.norm{n}(s{n})"
        if layer.norm == "batch" and case.single_sample:
            yield "alone = self.training and len(x) == 1  # a single sample is its own mean: nothing is left of it"
            sums = f"self.norm{n}.bias + 0 * self.norm{n}.weight * s{n} if alone else {sums}"
    if layer.skip is not None:
        sent = _sent(case, layer.skip)
        sums = f"({sums})" if " if " in sums else sums
        sums += f" + self.skip{n}({sent})" if layer.projected else f" + {sent}"
    yield f"z{n} = {sums}"
    yield from _gated(case, layer)
    if layer.cut:
        yield f"a{n} = a{n} * self.alive{n}"
    if layer.dropout:
        yield f"o{n} = a{n}"
        yield "if update is not None:"
        mask = f"dropout_mask(update, {n - 1}, {number(layer.dropout)}, len(x), {layer.units})"
        yield f"    o{n} = a{n} * torch.from_numpy({mask})"


def _sent(case: Case, layer: int) -> str:
    if layer == 0:
        return "x"
    return f"o{layer}" if case.layers[layer - 1].dropout else f"a{layer}"


def _gated(case: Case, layer: Layer) -> Iterator[str]:
    """a by autograd: a number that is detached is there on the forward stroke alone."""
    n = layer.number
    forward, backward = (case.gate_is_on(layer, stroke) for stroke in ("forward", "backward"))
    if not forward and not backward:
        yield f"a{n} = z{n}  # the gates are off on both strokes"
        return
    yield f"a{n} = {_applied(layer)}"
    if not forward:
        yield f"a{n} = a{n} + (z{n} - a{n}).detach()  # the gates are off forwards: the signal passes by"
    elif layer.off_forward:
        yield f"a{n} = torch.where(self.off_forward{n}, a{n} + (z{n} - a{n}).detach(), a{n})"
    if not backward:
        yield f"a{n} = z{n} + (a{n} - z{n}).detach()  # the gates are off backwards: the gradient passes by"
    elif layer.off_backward:
        yield f"a{n} = torch.where(self.off_backward{n}, z{n} + (a{n} - z{n}).detach(), a{n})"


def _applied(layer: Layer) -> str:
    z = f"z{layer.number}"
    if len(layer.runs) == 1:
        return _call(layer, layer.runs[0], z, "")
    parts = []
    for run in layer.runs:
        units = f"{run.first}:{run.first + run.units}"
        parts.append(_call(layer, run, f"{z}[:, {units}]", f"[{units}]"))
    return f"torch.cat([{', '.join(parts)}], dim=1)"


def _call(layer: Layer, run: Run, z: str, units: str) -> str:
    numbers = {name: number(value) for name, value in settings_of(run).items() if isinstance(value, float)}
    for parameter, name in zip(run.spec.entry.learned, layer.learned[run.row :], strict=False):
        numbers[parameter.name] = f"self.{variable(f'l{layer.number}.param.{name}')}{units}"
    return WRITTEN[form(run)].format(z=z, **numbers)
