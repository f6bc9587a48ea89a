"""The update of a NumPy program: clipping, penalties, and the optimizer's step."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from twostroke.engine.session.spec import Sgd
from twostroke.gui.export.model_files.program.case import Case, variable
from twostroke.gui.export.model_files.program.text import Numbers, Section, number, places_text
from twostroke.gui.export.model_files.program.update_parts import (
    has_schedule,
    penalties,
    penalty_text,
    rate_lines,
    steps_text,
)


@dataclass(frozen=True)
class Rule:
    """One optimizer: what it remembers of each parameter, and its lines within the loop over all of them."""

    memory: tuple[tuple[str, str], ...]  # name in the program, in the engine
    lines: tuple[str, ...]
    before: tuple[str, ...] = ()  # once an update
    powers: bool = False


SQUARES = "squares[name] = {alpha} * squares[name] + (1 - {alpha}) * g**2"
VELOCITY = "velocity[name] = {momentum} * velocity[name] + "
ADAM = Rule(
    (("mean", "first"), ("squares", "second")),
    (
        "mean[name] = {beta1} * mean[name] + (1 - {beta1}) * g",
        "squares[name] = {beta2} * squares[name] + (1 - {beta2}) * g**2",
        "change = rate * (mean[name] / (1 - power1)) / (np.sqrt(squares[name] / (1 - power2)) + {epsilon})",
    ),
    ("power1, power2 = power1 * {beta1}, power2 * {beta2}  # how much of both means still is their beginning, 0",),
    powers=True,
)

RULES: dict[str, Rule] = {
    "sgd": Rule((), ("change = rate * g",)),
    "momentum": Rule((("velocity", "first"),), (VELOCITY + "g", "change = rate * velocity[name]")),
    "nesterov": Rule(
        (("velocity", "first"),),
        (VELOCITY + "g", "change = rate * (g + {momentum} * velocity[name])  # one step ahead"),
    ),
    "rmsprop": Rule((("squares", "second"),), (SQUARES, "change = rate * g / (np.sqrt(squares[name]) + {epsilon})")),
    "rmsprop, momentum": Rule(
        (("velocity", "first"), ("squares", "second")),
        (SQUARES, VELOCITY + "g / (np.sqrt(squares[name]) + {epsilon})", "change = rate * velocity[name]"),
    ),
    "adagrad": Rule(
        (("squares", "second"),),
        ("squares[name] = squares[name] + g**2", "change = {slowed} * g / (np.sqrt(squares[name]) + {epsilon})"),
    ),
    "adam": ADAM,
    "adamw": Rule(
        ADAM.memory,
        (*ADAM.lines, "change += rate * {weight_decay} * p  # the decay: every parameter shrinks a little"),
        ADAM.before,
        powers=True,
    ),
}
"""By the optimizer's name, and by what it is with a momentum."""


def rule_name(case: Case) -> str:
    """The entry of RULES for the session's optimizer."""
    optimizer: Any = case.training.optimizer
    if isinstance(optimizer, Sgd):
        return "sgd" if optimizer.momentum == 0.0 else "nesterov" if optimizer.nesterov else "momentum"
    return "rmsprop, momentum" if optimizer.name == "rmsprop" and optimizer.momentum else str(optimizer.name)


def needed(case: Case, numbers: Numbers) -> None:
    """Tell which arrays the section needs: what the optimizer remembered when the session was saved."""
    for name, memory in remembered(case):
        for key, values in memory.items():
            numbers.need(f"{name}.{key}", values)


def remembered(case: Case) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each memory by its name in the program, with its arrays by key; nothing where the session begins afresh."""
    from twostroke.engine.compute.network import Network

    if case.state is None or "state.first" not in case.state:
        return
    network = Network(case.session)
    for name, memory in RULES[rule_name(case)].memory:
        flat = case.state[f"state.{memory}"]
        found = {
            f"l{layer.number}.{key}": values
            for layer in case.layers
            for key, values in network.layer_parameters(layer.number, flat).items()
        }
        yield name, {key: found[key] for key in case.learning}


def update_section(case: Case, numbers: Numbers) -> Section:
    """The training loop."""
    begin = case.clock[0]
    lines = [
        f"UPDATES = {case.updates}  # how many mini-batches the network learns from",
        *rate_lines(case),
        "parameters = {" + ", ".join(f'"{variable(key)}": {variable(key)}' for key in case.learning) + "}",
        *_memories(case, numbers),
        *_held(case),
        "batches = mini_batches()",
        f"for update in range({f'{begin}, {begin} + ' if begin else ''}UPDATES):",
        *(f"    {line}" for line in _update(case)),
        "    if (update + 1) % max(1, UPDATES // 10) == 0:",
        '        print(f"update {update + 1}: loss of the mini-batch {loss:.6f}")',
    ]
    return Section("Training", tuple(lines))


def _memories(case: Case, numbers: Numbers) -> Iterator[str]:
    rule, optimizer = RULES[rule_name(case)], case.training.optimizer
    if case.state is not None and "state.first" in case.state:
        for name, memory in remembered(case):
            yield f"{name} = {{}}  # as the session was saved"
            for key in memory:
                yield from numbers.assigned(f'{name}["{variable(key)}"]', f"{name}.{key}", "DTYPE")
    else:
        for name, own in rule.memory:
            begin = getattr(optimizer, "initial", 0.0) if own == "second" else 0.0
            made = "np.zeros_like(p)" if begin == 0.0 else f"np.full_like(p, {number(begin)})"
            yield f"{name} = {{name: {made} for name, p in parameters.items()}}"
    if rule.powers:
        powers = (1.0, 1.0) if case.state is None else case.state.get("state.powers", (1.0, 1.0))
        yield f"power1, power2 = {number(powers[0])}, {number(powers[1])}"


def _held(case: Case) -> Iterator[str]:
    if case.held:
        places = ", ".join(f'"{variable(key)}": {places_text(places)}' for key, places in case.held.items())
        yield f"held = {{{places}}}  # single numbers that no update changes: frozen or cut"


def _update(case: Case) -> Iterator[str]:
    rule, steps = RULES[rule_name(case)], steps_text(case)
    settings = _settings(case, steps)
    yield "rows = next(batches)"
    yield from _strokes(case)
    if case.held:
        yield "for name, places in held.items():"
        yield "    gradients[name][places] = 0"
    yield from _clipped(case)
    yield from _penalised(case)
    if has_schedule(case):
        yield f"rate = learning_rate({steps})"
    yield from (line.format(**settings) for line in rule.before)
    yield "for name, p in parameters.items():"
    yield "    g = gradients[name]"
    yield from (f"    {line.format(**settings)}" for line in rule.lines)
    if case.held:
        yield "    if name in held:"
        yield "        change[held[name]] = 0"
    yield "    p -= change"


def _penalised(case: Case) -> Iterator[str]:
    punished = list(penalties(case))
    if punished:
        yield "# Penalties: large weights are drawn back towards 0; biases are spared."
    for key, l1, l2 in punished:
        name = variable(key)
        yield f'gradients["{name}"] += {penalty_text(name, l1, l2, "np.sign")}'


def _settings(case: Case, steps: str) -> dict[str, str]:
    optimizer = case.training.optimizer
    found = {name: number(value) for name, value in dict(optimizer).items() if isinstance(value, float)}
    decay = getattr(optimizer, "decay", 0.0)
    return found | {"slowed": f"rate / (1 + {steps} * {number(decay)})" if decay else "rate"}


def _strokes(case: Case) -> Iterator[str]:
    given = ["x_train[rows]", "y_train[rows]"]
    given += ["class_weight[rows]"] if case.class_weights is not None else []
    given += ["update"] if case.dropout else []
    found = "loss, gradients, figures" if case.batch_norm else "loss, gradients"
    yield f"{found} = strokes({', '.join(given)})"
    if case.batch_norm:
        yield "keep_running(figures, len(rows))"


def running_lines(case: Case) -> Iterator[str]:
    """What moves the running figures; a mini-batch of one sample has no variance, and leaves them as they are."""
    if not case.batch_norm:
        return
    own = [layer for layer in case.layers if layer.norm == "batch"]
    figures = (f"{x.number}: (running_mean{x.number}, running_variance{x.number}, {number(x.momentum)})" for x in own)
    tables = ", ".join(figures)
    yield f"running = {{{tables}}}  # what `predict` takes in place of a mini-batch's figures"
    yield "def keep_running(figures, samples):"
    yield '    """Move the running figures a little towards those of this mini-batch."""'
    if case.single_sample:
        yield "    if samples == 1:"
        yield "        return  # a single sample has no variance"
    yield "    for layer, mean, variance in figures:"
    yield "        running_mean, running_variance, share = running[layer]"
    yield "        running_mean += share * (mean - running_mean)"
    yield "        running_variance += share * (variance * samples / (samples - 1) - running_variance)  # unbiased"


def _clipped(case: Case) -> Iterator[str]:
    limit = number(case.training.clip.limit)
    if case.training.clip.name == "norm":
        yield "norm = np.sqrt(sum((g.astype(float) ** 2).sum() for g in gradients.values()))"
        yield f"shorter = float(min({limit} / (norm + 1e-6), 1))  # the whole gradient is at most so long"
        yield "gradients = {name: g * shorter for name, g in gradients.items()}"
    elif case.training.clip.name == "value":
        yield f"gradients = {{name: np.clip(g, -{limit}, {limit}) for name, g in gradients.items()}}"
