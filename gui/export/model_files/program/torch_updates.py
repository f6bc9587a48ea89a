"""The update of a PyTorch program: its loss, its optimizer, and what else happens to the gradient."""

import math
from collections.abc import Iterator
from typing import Any

from twostroke.gui.export.model_files.program.case import Case
from twostroke.gui.export.model_files.program.numpy_updates import RULES, remembered, rule_name
from twostroke.gui.export.model_files.program.text import Numbers, Section, number, places_text
from twostroke.gui.export.model_files.program.torch_network import place
from twostroke.gui.export.model_files.program.update_parts import (
    has_schedule,
    penalties,
    penalty_text,
    rate_lines,
    steps_text,
)

LOSSES: dict[str, tuple[str, ...]] = {
    "mse": ("loss = F.mse_loss(a, target)",),
    "half_squared_error": ('loss = F.mse_loss(a, target, reduction="sum") / (2 * len(a))',),
    "mae": ("loss = F.l1_loss(a, target)",),
    "huber": ("loss = F.huber_loss(a, target, delta={delta})",),
    "binary_cross_entropy": ("loss = F.binary_cross_entropy_with_logits(z, target{each_weight})",),
    "cross_entropy": ("loss = F.cross_entropy(z, target.argmax(dim=1){class_weight})",),
    "hinge": ("each = F.relu(1 - (2 * target - 1) * a)[:, 0]", "loss = {mean}"),
    "hinge of several": ("loss = F.multi_margin_loss(a, target.argmax(dim=1){class_weight})",),
}
"""The lines from z, a and target to the loss, by its name."""

OPTIMIZERS: dict[str, str] = {
    "sgd": "SGD(trained, {rate})",
    "momentum": "SGD(trained, {rate}, momentum={momentum})",
    "nesterov": "SGD(trained, {rate}, momentum={momentum}, nesterov=True)",
    "rmsprop": "RMSprop(trained, {rate}, alpha={alpha}, eps={epsilon})",
    "rmsprop, momentum": "RMSprop(trained, {rate}, alpha={alpha}, eps={epsilon}, momentum={momentum})",
    "adagrad": "Adagrad(trained, {rate}, lr_decay={decay}, initial_accumulator_value={initial}, eps={epsilon})",
    "adam": "Adam(trained, {rate}, betas=({beta1}, {beta2}), eps={epsilon})",
    "adamw": "AdamW(trained, {rate}, betas=({beta1}, {beta2}), eps={epsilon}, weight_decay={weight_decay})",
}
"""PyTorch's own, by the rule's name."""

MEMORIES: dict[str, dict[str, str]] = {
    "momentum": {"velocity": "momentum_buffer"},
    "nesterov": {"velocity": "momentum_buffer"},
    "rmsprop": {"squares": "square_avg"},
    "rmsprop, momentum": {"squares": "square_avg", "velocity": "momentum_buffer"},
    "adagrad": {"squares": "sum"},
    "adam": {"mean": "exp_avg", "squares": "exp_avg_sq"},
    "adamw": {"mean": "exp_avg", "squares": "exp_avg_sq"},
}
"""What PyTorch's optimizers call what they remember."""


def update_section(case: Case, numbers: Numbers) -> Section:
    """The training loop."""
    begin, settings = case.clock[0], _settings(case)
    lines = [
        f"UPDATES = {case.updates}  # how many mini-batches the network learns from",
        *(rate_lines(case) if has_schedule(case) else ()),
        *(_optimizer(case, settings) if case.learning else ()),
        *_memories(case, numbers),
        *_held(case),
        "batches = mini_batches()",
        f"for update in range({f'{begin}, {begin} + ' if begin else ''}UPDATES):",
        *(f"    {line}" for line in _update(case, settings)),
        "    if (update + 1) % max(1, UPDATES // 10) == 0:",
        '        print(f"update {update + 1}: loss of the mini-batch {loss.item():.6f}")',
    ]
    return Section("Training", tuple(lines))


def _optimizer(case: Case, settings: dict[str, str]) -> Iterator[str]:
    yield "trained = [p for p in network.parameters() if p.requires_grad]"
    yield f"optimizer = torch.optim.{OPTIMIZERS[rule_name(case)].format(**settings)}"


def _settings(case: Case) -> dict[str, str]:
    optimizer, weighted = case.training.optimizer, case.class_weights is not None
    found = {name: repr(value) for name, value in dict(optimizer).items() if isinstance(value, float)}  # 0.0, not 0
    return found | {
        "rate": repr(optimizer.learning_rate),
        "delta": number(case.training.loss.delta),
        "each_weight": ", weight=weight[:, None].expand_as(z)" if weighted else "",
        "class_weight": ", weight=torch.from_numpy(by_class)" if weighted else "",
        "mean": "(weight * each).mean()" if weighted else "each.mean()",
    }


def _update(case: Case, settings: dict[str, str]) -> Iterator[str]:
    several = case.loss.name == "hinge" and case.last.units > 1
    lines = LOSSES["hinge of several" if several else case.loss.name]
    yield "rows = next(batches)"
    yield "x, target = torch.from_numpy(x_train[rows]), torch.from_numpy(y_train[rows])"
    if any("weight[" in line.format(**settings) or "(weight *" in line.format(**settings) for line in lines):
        yield "weight = torch.from_numpy(class_weight[rows])"
    yield "network.train()"
    yield f"z, a = network(x{', update' if case.dropout else ''})"
    yield from (line.format(**settings) for line in lines)
    if case.learning:
        yield from _learned(case)


def _learned(case: Case) -> Iterator[str]:
    """From the loss to new parameters."""
    yield "optimizer.zero_grad()"
    if _may_be_unreached(case):
        yield "if loss.requires_grad:  # else gates that let no gradient through lie before all that learns"
        yield "    loss.backward()"
    else:
        yield "loss.backward()"
    yield from _changed_gradients(case)
    if has_schedule(case):
        yield "for group in optimizer.param_groups:"
        yield f'    group["lr"] = learning_rate({steps_text(case)})'
    yield "optimizer.step()"
    if case.held:
        yield "with torch.no_grad():"
        yield "    for p, places, values in held:"
        yield "        p[places] = values"


def _changed_gradients(case: Case) -> Iterator[str]:
    if _unreached(case) or _may_be_unreached(case):
        yield "for p in trained:"
        yield "    p.grad = torch.zeros_like(p) if p.grad is None else p.grad  # behind gates that are off"
    if case.held:
        yield "for p, places, _ in held:"
        yield "    p.grad[places] = 0"
    limit = number(case.training.clip.limit)
    if case.training.clip.name == "norm":
        yield f"nn.utils.clip_grad_norm_(trained, {limit})"
    elif case.training.clip.name == "value":
        yield f"nn.utils.clip_grad_value_(trained, {limit})"
    for key, l1, l2 in penalties(case):
        w = f"network.{place(key)}"
        yield f"{w}.grad += {penalty_text(f'{w}.detach()', l1, l2, 'torch.sign')}  # a penalty for large weights"
    if case.held and list(penalties(case)):
        yield "for p, places, _ in held:"
        yield "    p.grad[places] = 0"


def _unreached(case: Case) -> bool:
    """Whether there are learned activation parameters that autograd does not reach."""
    return any(layer.learned and not case.gate_is_on(layer, "backward") for layer in case.layers)


def _may_be_unreached(case: Case) -> bool:
    """Whether all that learns lies behind gates; the output's own parameters are always reached."""
    begin = f"l{case.last.number}."
    return not any(key.startswith(begin) for key in case.learning)


def _held(case: Case) -> Iterator[str]:
    if not case.held:
        return
    yield "held = []  # single numbers that no update changes: frozen or cut"
    for key, places in case.held.items():
        p = f"network.{place(key)}"
        yield f"held.append(({p}, {places_text(places)}, {p}.detach()[{places_text(places)}].clone()))"


def _memories(case: Case, numbers: Numbers) -> Iterator[str]:
    """What the optimizer remembered when the session was saved."""
    rule = rule_name(case)
    found = dict(remembered(case))
    if not found or rule not in MEMORIES:
        return
    steps = _steps(case)
    for key in case.learning:
        p = f"network.{place(key)}"
        yield f'optimizer.state[{p}]["step"] = torch.tensor({steps}.0)  # as the session was saved'
        for name, memory in found.items():
            assert key in memory
            yield from numbers.assigned("kept", f"{name}.{key}", "DTYPE")
            yield f'optimizer.state[{p}]["{MEMORIES[rule][name]}"] = torch.from_numpy(kept)'


def _steps(case: Case) -> int:
    """The optimizer's steps so far; Adam's by how far its means have come, which may have begun later."""
    optimizer: Any = case.training.optimizer
    if RULES[rule_name(case)].powers and case.state is not None and "state.powers" in case.state:
        powers = zip(case.state["state.powers"], (optimizer.beta1, optimizer.beta2), strict=True)
        found = [round(math.log(power) / math.log(beta)) for power, beta in powers if beta > 0 and 0 < power < 1]
        if found:
            return found[-1]
    return case.clock[3]
