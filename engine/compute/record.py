"""Laying the tape of one update: the update is done on a copy of the state, by the very kernels that train."""

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import Array, LayerTape, Tape
from twostroke.engine.catalogue import activations
from twostroke.engine.catalogue.optimizers import memories
from twostroke.engine.compute import optimizing
from twostroke.engine.compute.kernels import plan as k
from twostroke.engine.compute.kernels import train
from twostroke.engine.compute.kernels.chance import draw_order
from twostroke.engine.compute.kernels.plan import Buffers, Feed, Rule, State
from twostroke.engine.compute.layout import seed_of
from twostroke.engine.compute.network import Network, Pass
from twostroke.engine.session.phrases import layer_name
from twostroke.engine.session.spec import Session

T = TypeVar("T", bound=np.generic)


def copy_state(state: State) -> State:
    """A state that later updates do not touch."""
    return State(*(array.copy() for array in state))


def frozen(array: NDArray[T]) -> NDArray[T]:
    """The array itself, read-only from now on."""
    array.setflags(write=False)
    return array


def upcoming_rows(network: Network, feed: Feed, rule: Rule, state: State) -> tuple[NDArray[np.int64], int, int]:
    """Rows of the mini-batch that the next update will take, its epoch, and its place in the epoch's order."""
    count = feed.x.shape[0]
    epoch, position = int(state.clock[k.EPOCH]), int(state.clock[k.POSITION])
    if position >= count:
        epoch, position = epoch + 1, 0
    if feed.order_epoch[0] != epoch:
        draw_order(network.layout.seed, epoch, rule.codes[k.SHUFFLE], feed.order)
        feed.order_epoch[0] = epoch
    return feed.order[position : position + int(rule.codes[k.BATCH])].copy(), epoch, position


def awaited(row: int, session: Session, samples: int, clock: NDArray[np.int64]) -> tuple[int, int]:
    """The next update whose mini-batch holds `row` of the `samples` of the training part, from where a state's `clock`
    stands, and the row's place in it.
    """
    codes, seed, order = optimizing.rule(session).codes, seed_of(session), np.empty(samples, dtype=np.int64)
    update, epoch, position = int(clock[k.UPDATES]), int(clock[k.EPOCH]), int(clock[k.POSITION])
    batch = int(codes[k.BATCH])
    while True:
        draw_order(seed, epoch, codes[k.SHUFFLE], order)
        ahead = int(np.flatnonzero(order == row)[0]) - position
        if ahead >= 0:
            return update + ahead // batch, ahead % batch
        update, epoch, position = update - (position - samples) // batch, epoch + 1, 0


def record_update(
    network: Network, rule: Rule, feed: Feed, state: State, shown: NDArray[np.int64] | None = None
) -> Tape:
    """The tape of the update that follows `state`, which is left as it is.

    With rows `shown`, both strokes are those of these samples; the gradient of the parameters and their update stay
    those of the mini-batch that comes. Where training would meet a number that is not finite, so does the tape.
    """
    own, epoch, position = upcoming_rows(network, feed, rule, state)
    buffers = network.buffers(own.size)
    update = int(state.clock[k.UPDATES])
    used = memories(network.session.training.optimizer)
    after = _updated(network, rule, feed, state, buffers, used)
    value = train.both_strokes(network.plan, feed, own, state.theta, state.running, buffers, update)
    gradient, rows = buffers.grad, own
    gradient[network.layout.cut] = 0.0
    if shown is not None and not np.array_equal(shown, own):
        rows, buffers = shown.copy(), network.buffers(shown.size)
        value = train.both_strokes(network.plan, feed, rows, state.theta, state.running, buffers, update)
    n = rows.size
    return Tape(
        update=update,
        epoch=epoch + position / feed.x.shape[0],
        x=frozen(feed.x[rows]),
        target=frozen(feed.target[rows]),
        rows=frozen(rows),
        loss=float(value),
        sample_loss=frozen(buffers.sample_loss[:n].copy()),
        layers=tuple(
            replace(
                _layer_tape(network, layer, network.layer_pass(buffers, layer, n), state, gradient, after),
                memory=_memory(network, layer, used, state, after),
            )
            for layer in range(1, network.depth + 1)
        ),
        loss_name=network.session.training.loss.name,
        class_weight=frozen(feed.weight[rows]) if feed.weight.size else None,
        optimizer_steps=int(state.clock[k.STEPS_DONE]),
    )


def _updated(network: Network, rule: Rule, feed: Feed, state: State, buffers: Buffers, used: tuple[str, ...]) -> State:
    """The state after the update, without what the optimizer does not use of its memory: that is the larger part."""
    after = copy_state(state)
    train.run(network.plan, rule, feed, after, buffers, 1, np.zeros(1))
    unused = {name: getattr(after, name)[:0].copy() for name in ("first", "second") if name not in used}
    return after._replace(**unused)


def _memory(network: Network, layer: int, used: tuple[str, ...], before: State, after: State) -> dict[str, Array]:
    """What the optimizer remembers of a layer; the state after the update is the tape's own and needs no copies."""
    found = {}
    for memory in used:
        for name, values in network.layer_parameters(layer, getattr(before, memory)).items():
            found[f"{memory}.{name}"] = frozen(values.copy())
        for name, values in network.layer_parameters(layer, getattr(after, memory)).items():
            found[f"{memory}_next.{name}"] = frozen(values)
    return found


def _layer_tape(network: Network, layer: int, passed: Pass, before: State, gradient: Array, after: State) -> LayerTape:
    now = {name: frozen(values.copy()) for name, values in network.layer_parameters(layer, before.theta).items()}
    slope, then = (  # nobody else has these, so that they need no copies
        {name: frozen(values) for name, values in network.layer_parameters(layer, flat).items()}
        for flat in (gradient, after.theta)
    )
    organs = {name: frozen(values) for name, values in passed.organs.items()}
    for name in ("scale", "shift", "skip_weight"):
        if name in now:
            organs |= {name: now[name], f"dloss_d{name}": slope[name], f"{name}_next": then[name]}
    for suffix, state in (("", before), ("_next", after)):
        figures = network.running_figures(layer, state.running)
        organs |= {name + suffix: frozen(values.copy()) for name, values in figures.items()}
    return LayerTape(
        name=layer_name(layer, network.depth),
        activation=network.activations[layer - 1].name,
        weight=now["weight"],
        bias=now["bias"],
        z=frozen(passed.z),
        a=frozen(passed.a),
        gain=None if passed.gain is None else frozen(passed.gain),
        forward_mask=frozen(gate_mask(network, layer, passed, before.theta)),
        dloss_da=None if passed.dloss_da is None else frozen(passed.dloss_da),
        dloss_dz=frozen(passed.dloss_dz),
        dloss_dweight=slope["weight"],
        dloss_dbias=slope["bias"],
        weight_next=then["weight"],
        bias_next=then["bias"],
        gate_forward=network.is_forward(layer),
        gate_backward=network.is_backward(layer),
        off_forward=network.passed_by(layer, backward=False),
        off_backward=network.passed_by(layer, backward=True),
        param=_learned(now),
        dloss_dparam=_learned(slope),
        param_next=_learned(then),
        neurons=network.neuron_activations(layer),
        skip_from=network.layers[layer - 1].skip,
        organs=organs,
    )


def _learned(parameters: dict[str, Array]) -> dict[str, Array]:
    """The learned activation parameters among a layer's parameters."""
    return {key.removeprefix("param."): value for key, value in parameters.items() if key.startswith("param.")}


def gate_mask(network: Network, layer: int, passed: Pass, theta: Array | None = None) -> Array:
    """The forward mask of `layer` for what it computed, (n, out); 1 where the signal passes by the gate.

    Of cut units it is 0 all the same.
    """
    mask = _open_mask(network, layer, passed, theta)
    mask[:, list(network.layers[layer - 1].cut)] = 0.0
    return mask


def _open_mask(network: Network, layer: int, passed: Pass, theta: Array | None) -> Array:
    """The same of units that are not cut."""
    if not network.is_forward(layer):
        return np.ones_like(passed.a)
    gain = passed.a if passed.gain is None else passed.gain
    numbers, by = network.numbers(layer, theta), network.passed_by(layer, backward=False)
    parts = []
    for run in network.layers[layer - 1].runs:
        own = slice(run.first, run.first + run.units)
        parts.append(
            activations.forward_mask(run.spec.name, passed.z[:, own], passed.a[:, own], gain[:, own], numbers[own])
        )
    mask = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
    return mask if by is None else np.where(by, np.ones_like(mask), mask)
