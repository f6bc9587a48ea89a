"""Both strokes of a NumPy program, a line for each thing that happens, layer by layer; and the network in use."""

from collections.abc import Iterator

from twostroke.engine.compute.layout import Layer, Run
from twostroke.gui.export.model_files.program import numpy_gates
from twostroke.gui.export.model_files.program.case import Case, variable
from twostroke.gui.export.model_files.program.numpy_losses import loss_lines
from twostroke.gui.export.model_files.program.text import Section, number


def strokes_section(case: Case) -> Section:
    """The functions of the network: `predict`, and `strokes`, which returns the loss and all gradients."""
    head = ["x", "target"]
    head += ["weight"] if case.class_weights is not None else []
    head += ["update"] if case.dropout else []
    lines = [
        *_constants(case),
        f"def strokes({', '.join(head)}):",
        '    """Forward and backward over one mini-batch: its mean loss, and the gradient of every parameter."""',
        "    # Forward: each layer sums what it is sent, and its gates let some of that through.",
        *_indented(line for layer in case.layers for line in forward(case, layer, training=True)),
        *_indented(loss_lines(case)),
        "    # Backward: the gradient goes the same way back, through the same gates.",
        "    gradients = {}",
        *_indented(line for layer in reversed(case.layers) for line in _backward(case, layer)),
        f"    return {', '.join(_returned(case))}",
        "",
        "def predict(x):",
        f'    """What the network answers, as it is used{_in_use(case)}."""',
        *_indented(line for layer in case.layers for line in forward(case, layer, training=False)),
        f"    return a{case.last.number}",
    ]
    return Section("The network: both strokes", tuple(lines))


def _in_use(case: Case) -> str:
    words = (["nothing is dropped"] if case.dropout else []) + (["the running figures hold"] if case.batch_norm else [])
    return f": {' and '.join(words)}" if words else ""


def _returned(case: Case) -> Iterator[str]:
    yield "loss"
    yield "gradients"
    if case.batch_norm:
        figures = (
            f"({layer.number}, mean{layer.number}, variance{layer.number})"
            for layer in case.layers
            if layer.norm == "batch"
        )
        yield f"[{', '.join(figures)}]"


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)


def _constants(case: Case) -> Iterator[str]:
    """Which units are cut, or pass by their gates."""
    for layer in case.layers:
        n = layer.number
        if layer.cut:
            flags = ", ".join("0" if unit in layer.cut else "1" for unit in range(layer.units))
            yield f"alive{n} = np.array([{flags}], DTYPE)  # 0: a cut neuron, which sends nothing and gets no gradient"
        for stroke, units in (("forward", layer.off_forward), ("backward", layer.off_backward)):
            if units and case.gate_is_on(layer, stroke):
                yield (
                    f"off_{stroke}{n} = np.isin(np.arange({layer.units}), {list(units)})  # gates off on that stroke"
                )


def source(case: Case, number: int, *, training: bool) -> str:
    """What layer `number` sends on; 0 are the inputs."""
    if number == 0:
        return "x"
    return f"o{number}" if training and case.layers[number - 1].dropout else f"a{number}"


# -- forward -----------------------------------------------------------------------------------------------------------


def forward(case: Case, layer: Layer, *, training: bool) -> Iterator[str]:
    """From what the layer is sent to what it sends on."""
    n = layer.number
    sums = f"{source(case, n - 1, training=training)} @ w{n}.T + b{n}"
    if layer.norm != "none":
        yield f"s{n} = {sums}"
        yield from _normalised(layer, training=training)
        sums = f"scale{n} * h{n} + shift{n}"
    if layer.skip is not None:
        sent = source(case, layer.skip, training=training)
        sums += f" + {sent} @ v{n}.T" if layer.projected else f" + {sent}"
    yield f"z{n} = {sums}"
    yield from _gated(case, layer)
    if training and layer.dropout:
        yield f"mask{n} = dropout_mask(update, {n - 1}, {number(layer.dropout)}, len(x), {layer.units})"
        yield f"o{n} = a{n} * mask{n}"


def _normalised(layer: Layer, *, training: bool) -> Iterator[str]:
    n, epsilon = layer.number, number(layer.epsilon)
    if layer.norm == "layer":
        yield f"mean{n} = s{n}.mean(axis=1, keepdims=True)"
        yield f"deviation{n} = np.sqrt(s{n}.var(axis=1, keepdims=True) + {epsilon})"
        yield f"h{n} = (s{n} - mean{n}) / deviation{n}"
    elif training:
        yield f"mean{n}, variance{n} = s{n}.mean(axis=0), s{n}.var(axis=0)"
        yield f"deviation{n} = np.sqrt(variance{n} + {epsilon})"
        yield f"h{n} = (s{n} - mean{n}) / deviation{n}"
    else:
        yield f"h{n} = (s{n} - running_mean{n}) / np.sqrt(running_variance{n} + {epsilon})"


def _gated(case: Case, layer: Layer) -> Iterator[str]:
    n = layer.number
    if not case.gate_is_on(layer, "forward"):
        yield f"a{n} = z{n}  # the gates are off on this stroke"
    else:
        yield f"a{n} = {numpy_gates.applied(layer, '')}"
        if layer.off_forward:
            yield f"a{n} = np.where(off_forward{n}, z{n}, a{n})"
    if layer.cut:
        yield f"a{n} = a{n} * alive{n}"


# -- backward ----------------------------------------------------------------------------------------------------------


def _backward(case: Case, layer: Layer) -> Iterator[str]:
    """From the gradient at what the layer sends on to those of its parameters."""
    n = layer.number
    if n < case.lowest:
        return
    if layer is not case.last:
        yield from _arriving(case, layer)
    if not (layer is case.last and case.loss.fused):
        yield from _through_gates(case, layer)
    if layer.norm != "none":
        yield from _through_norm(layer)
    for name, value in _gradients(case, layer):
        if name in case.learning:
            yield f'gradients["{variable(name)}"] = {value}'


def _arriving(case: Case, layer: Layer) -> Iterator[str]:
    n = layer.number
    above = case.layers[n]
    terms = [f"{_at_sum(above)} @ w{n + 1}"]
    for target in case.into_skips(n):
        dz = f"dz{target.number}"
        terms.append(f"{dz} @ v{target.number}" if target.projected else dz)
    total = " + ".join(terms)
    if layer.cut:
        total = f"({total}) * alive{n}" if len(terms) > 1 else f"{total} * alive{n}"
    if layer.dropout:
        yield f"do{n} = {total}"
        yield f"da{n} = do{n} * mask{n}"
    else:
        yield f"da{n} = {total}"


def _at_sum(layer: Layer) -> str:
    return f"ds{layer.number}" if layer.norm != "none" else f"dz{layer.number}"


def _through_gates(case: Case, layer: Layer) -> Iterator[str]:
    n = layer.number
    if layer.runs[0].spec.entry.output_only:
        yield f"dz{n} = a{n} * (da{n} - (a{n} * da{n}).sum(axis=1, keepdims=True))"
        return
    if not case.gate_is_on(layer, "backward"):
        yield f"dz{n} = da{n}  # the gates are off on this stroke"
    else:
        identity = [run.spec.name for run in layer.runs] == ["identity"]
        yield f"dz{n} = da{n}" if identity else f"dz{n} = da{n} * {numpy_gates.applied(layer, '_gain')}"
        if layer.off_backward:
            yield f"dz{n} = np.where(off_backward{n}, da{n}, dz{n})"
    yield from _learned(case, layer)


def _learned(case: Case, layer: Layer) -> Iterator[str]:
    """The gradients of learned activation parameters; none reaches them where the gate is off."""
    n, on = layer.number, case.gate_is_on(layer, "backward")
    slopes: dict[str, list[str]] = {}
    for key, value in numpy_gates.learned_slopes(layer):
        slopes.setdefault(key, []).append(value)
    whole = len(layer.runs) == 1 and on
    for key, values in slopes.items():
        if key not in case.learning:
            continue
        place = f'gradients["{variable(key)}"]'
        yield f"{place} = {values[0]}" if whole else f"{place} = np.zeros({layer.units}, DTYPE)"
        if on and not whole:
            for run, value in zip((r for r in layer.runs if _learns(layer, r, key)), values, strict=True):
                yield f"{place}[{run.first}:{run.first + run.units}] = {value}"
        if layer.off_backward and on:
            yield f"{place}[off_backward{n}] = 0"


def _learns(layer: Layer, run: Run, key: str) -> bool:
    name = key.split(".param.", 1)[1]
    return run.row <= layer.learned.index(name) < run.row + len(run.spec.entry.learned)


def _through_norm(layer: Layer) -> Iterator[str]:
    """Mean and variance depend on every number that they were taken from."""
    n = layer.number
    axis = "axis=0" if layer.norm == "batch" else "axis=1, keepdims=True"
    yield f"dh{n} = dz{n} * scale{n}"
    yield f"ds{n} = (dh{n} - dh{n}.mean({axis}) - h{n} * (dh{n} * h{n}).mean({axis})) / deviation{n}"


def _gradients(case: Case, layer: Layer) -> Iterator[tuple[str, str]]:
    """Keys of a layer's parameters but those of its activations, and their gradients."""
    n, ds = layer.number, _at_sum(layer)
    yield f"l{n}.weight", f"{ds}.T @ {source(case, n - 1, training=True)}"
    yield f"l{n}.bias", f"{ds}.sum(axis=0)"
    if layer.norm != "none":
        yield f"l{n}.scale", f"(dz{n} * h{n}).sum(axis=0)"
        yield f"l{n}.shift", f"dz{n}.sum(axis=0)"
    if layer.projected and layer.skip is not None:
        yield f"l{n}.skip_weight", f"dz{n}.T @ {source(case, layer.skip, training=True)}"
