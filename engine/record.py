"""Laying the tape of one update: the update is done on a copy of the state, by the very kernels that train."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from twostroke.engine import activations
from twostroke.engine.kernels import train
from twostroke.engine.kernels.plan import Feed, Rule, State
from twostroke.engine.network import Network, Pass
from twostroke.engine.tape import Array, LayerTape, Tape

T = TypeVar("T", bound=np.generic)


def layer_name(layer: int, depth: int) -> str:
    """What layer 1...depth is called on the screen: "hidden 1", ..., "output"."""
    return "output" if layer == depth else f"hidden {layer}"


def copy_state(state: State) -> State:
    """A state that later updates do not touch."""
    return State(*(array.copy() for array in state))


def frozen(array: NDArray[T]) -> NDArray[T]:
    """The array itself, read-only from now on."""
    array.setflags(write=False)
    return array


def upcoming_rows(feed: Feed, rule: Rule, state: State) -> tuple[NDArray[np.int64], int, int]:
    """Rows of the mini-batch that the next update will take, its epoch, and its place in the epoch's order."""
    count = feed.x.shape[0]
    epoch, position = int(state.clock[1]), int(state.clock[2])
    if position >= count:
        epoch, position = epoch + 1, 0
    if feed.order_epoch[0] != epoch:
        train.draw_order(rule.seed[0], epoch, rule.shuffle[0], feed.order)
        feed.order_epoch[0] = epoch
    return feed.order[position : position + int(rule.batch[0])].copy(), epoch, position


def record_update(network: Network, rule: Rule, feed: Feed, state: State) -> Tape:
    """The tape of the update that follows `state`, which is left as it is.

    Where training would meet a number that is not finite, so does the tape.
    """
    rows, epoch, position = upcoming_rows(feed, rule, state)
    n = rows.size
    buffers = network.buffers(n)
    value = train.both_strokes(network.plan, feed, rows, state.theta, buffers)
    after = copy_state(state)
    train.run(network.plan, rule, feed, after, network.buffers(n), 1, np.zeros(1))
    return Tape(
        update=int(state.clock[0]),
        epoch=epoch + position / feed.x.shape[0],
        x=frozen(feed.x[rows]),
        target=frozen(feed.target[rows]),
        rows=frozen(rows),
        loss=float(value),
        sample_loss=frozen(buffers.sample_loss),
        layers=tuple(
            _layer_tape(network, layer, network.layer_pass(buffers, layer, n), state.theta, buffers.grad, after.theta)
            for layer in range(1, network.depth + 1)
        ),
        loss_name=network.session.training.loss.name,
    )


def _layer_tape(
    network: Network, layer: int, passed: Pass, theta: Array, gradient: Array, theta_next: Array
) -> LayerTape:
    def copies(view: Callable[..., Array], *name: str) -> list[Array]:
        return [frozen(view(layer, *name, flat).copy()) for flat in (theta, gradient, theta_next)]

    weight, dweight, weight_next = copies(network.weight)
    bias, dbias, bias_next = copies(network.bias)
    spec = network.activations[layer - 1]
    learned = {p.name: copies(network.param, p.name) for p in spec.entry.learned}
    return LayerTape(
        name=layer_name(layer, network.depth),
        activation=spec.name,
        weight=weight,
        bias=bias,
        z=frozen(passed.z),
        a=frozen(passed.a),
        gain=None if passed.gain is None else frozen(passed.gain),
        forward_mask=frozen(gate_mask(network, layer, passed, theta)),
        dloss_da=None if passed.dloss_da is None else frozen(passed.dloss_da),
        dloss_dz=frozen(passed.dloss_dz),
        dloss_dweight=dweight,
        dloss_dbias=dbias,
        weight_next=weight_next,
        bias_next=bias_next,
        gate_forward=bool(network.plan.gate_forward[layer - 1]),
        gate_backward=bool(network.plan.gate_backward[layer - 1]),
        param={name: three[0] for name, three in learned.items()},
        dloss_dparam={name: three[1] for name, three in learned.items()},
        param_next={name: three[2] for name, three in learned.items()},
    )


def gate_mask(network: Network, layer: int, passed: Pass, theta: Array | None = None) -> Array:
    """The forward mask of `layer` for what it computed, (n, out); 1 where the signal passes by the gate."""
    if not network.plan.gate_forward[layer - 1]:
        return np.ones_like(passed.a)
    gain = passed.a if passed.gain is None else passed.gain
    numbers = network.numbers(layer, theta)
    return activations.forward_mask(network.activations[layer - 1].name, passed.z, passed.a, gain, numbers)
