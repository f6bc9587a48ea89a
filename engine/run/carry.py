"""What stays of a run when its session changes: weights, learned parameters, the optimizer's memory, the clock."""

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import Array
from twostroke.engine.compute import optimizing
from twostroke.engine.compute.kernels.plan import State
from twostroke.engine.compute.network import Network
from twostroke.engine.compute.record import copy_state
from twostroke.engine.data import Dataset
from twostroke.engine.session.spec import Session


def fresh_state(network: Network) -> State:
    """The state before the first update."""
    return optimizing.fresh_state(network.session, network.theta, network.running)


def begin_like(network: Network, other: Network) -> None:
    """Give `network` the numbers of `other` wherever the same parameter has the same shape; before its first update."""
    for layer in range(1, min(network.depth, other.depth) + 1):
        theirs = other.layer_parameters(layer)
        for name, values in network.layer_parameters(layer).items():
            if name in theirs and theirs[name].shape == values.shape:
                values[:] = theirs[name]


def keeps_weights(old: Session, new: Session) -> bool:
    """Whether the weights of `old` can stay under `new`: same shapes, same precision, same beginning.

    Parameters that the session gives and then gives no more, as they fit no longer, change nothing that was learned.
    """
    return (
        old.widths == new.widths
        and old.network.dtype == new.network.dtype
        and old.network.init == new.network.init
        and old.network.seed == new.network.seed
        and new.network.parameters.items() <= old.network.parameters.items()
    )


def carry_over(old: Network, new: Network, state: State, dropped: State | None, *, same_data: bool) -> State:
    """The state for `new` with the weights of `old`, whose shapes are the same.

    Learned activation parameters stay where the layer keeps its activation, and the optimizer's memory stays where
    the optimizer stays; elsewhere they come from `dropped`, a state of `new`, or begin anew where there is none. So
    do the weights of links that are cut no more; those of links that are cut now become 0. On other data the epoch
    begins anew.
    """
    fresh = copy_state(fresh_state(new) if dropped is None else dropped)
    same_rule = old.session.training.optimizer.name == new.session.training.optimizer.name
    mended = _mended(old, new)
    for target, source in zip(fresh[:3], state[:3], strict=True):
        if target is not fresh.theta and not same_rule:
            continue
        own = target[mended]
        _carry_parameters(old, new, source, target)
        target[mended] = own
    fresh.theta[new.layout.cut] = 0.0
    for layer in range(1, min(old.depth, new.depth) + 1):
        figures = old.running_figures(layer, state.running)
        for name, values in new.running_figures(layer, fresh.running).items():
            values[:] = figures.get(name, values)
    fresh.clock[:3] = state.clock[:3]
    if same_rule:
        fresh.clock[3] = state.clock[3]
        fresh.powers[:] = state.powers
    if not same_data:
        fresh.clock[2] = 0
    return fresh


def _mended(old: Network, new: Network) -> NDArray[np.intp]:
    """Where in the new theta the weights lie whose links were cut and are no more: it may be laid out otherwise."""
    was, still = np.zeros_like(old.theta), np.zeros_like(new.theta)
    was[old.layout.cut] = 1.0
    _carry_parameters(old, new, was, still)
    still[new.layout.cut] = 0.0
    return np.flatnonzero(still)


def _carry_parameters(old: Network, new: Network, source: Array, target: Array) -> None:
    """Branches of a run may be of other shapes; what only one of two has is carried nowhere."""
    for layer in range(1, min(old.depth, new.depth) + 1):
        _carry_layer(old, new, layer, source, target)


def _carry_layer(old: Network, new: Network, layer: int, source: Array, target: Array) -> None:
    """Take over what the layer has in both networks; learned activation parameters where the activation is the same."""
    given = old.layer_parameters(layer, source)
    same_gates = old.layers[layer - 1].runs == new.layers[layer - 1].runs
    same_gates |= old.activations[layer - 1].name == new.activations[layer - 1].name
    for name, values in new.layer_parameters(layer, target).items():
        if name in given and given[name].shape == values.shape and (same_gates or not name.startswith("param.")):
            values[:] = given[name]


def share_data(one: Session, other: Session) -> bool:
    """Whether two sessions have the same data, as their networks see them."""
    return (one.data, one.outputs, one.network.dtype) == (other.data, other.outputs, other.network.dtype)


def sharing(session: Session, before: Session) -> Session:
    """The same session, whose parts are those of the one before where they are equal: history and undo keep both."""
    parts = {name: getattr(before, name) for name in Session.model_fields}
    return session.model_copy(update={name: part for name, part in parts.items() if getattr(session, name) == part})


def with_valid_sample(session: Session, dataset: Dataset) -> Session:
    """A pinned sample beyond the end of the training part becomes the first one."""
    if session.view.sample < dataset.x_train.shape[0]:
        return session
    return with_sample(session, 0)


def with_sample(session: Session, row: int) -> Session:
    """The same session with that row pinned."""
    return session.model_copy(update={"view": session.view.model_copy(update={"sample": row})})
