"""Numbers that a user types into the network itself, and when they become the session's beginning."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from twostroke.engine.border.commands import Typed
from twostroke.engine.border.tape import Array
from twostroke.engine.compute.kernels.plan import State
from twostroke.engine.compute.network import Network
from twostroke.engine.session.parameters import layer_and_name, place_of
from twostroke.engine.session.settings.given import MAX_GIVEN
from twostroke.engine.session.spec import Session

NOT_HELD = (
    f"A session file gives at most {MAX_GIVEN:,} numbers: this one is in the network as it stands and is saved with "
    "the weights, but Reset draws it again."
)


def put(network: Network, state: State, numbers: Iterable[Typed]) -> None:
    """Give single numbers of `state` other values."""
    for place, value in numbers:
        key, index = place_of(place)
        _part(network, state, key)[index] = value


def begun_with(session: Session, network: Network, state: State, numbers: Iterable[Typed]) -> Session:
    """The session whose update 0 has the arrays of `state` in which numbers were typed: Reset comes back to them.

    The same session where these are more numbers than a file holds.
    """
    given, state = dict(session.network.parameters), _mended(session, network, state)
    for place, _ in numbers:
        key = place_of(place)[0]
        given[key] = _readable(_part(network, state, key))
    if sum(np.size(own) for own in given.values()) > MAX_GIVEN:
        return session
    return session.model_copy(update={"network": session.network.model_copy(update={"parameters": given})})


def _mended(session: Session, network: Network, state: State) -> State:
    """The state with the weights that cut links begin with when they are cut no more."""
    cut = network.layout.cut
    if not len(cut):
        return state
    whole = session.model_copy(update={"network": session.network.model_copy(update={"cut": ()})})
    theta = state.theta.copy()
    theta[cut] = Network(whole, widths=network.widths).theta[cut]
    return state._replace(theta=theta)


def _part(network: Network, state: State, key: str) -> Array:
    layer, name = layer_and_name(key)
    return (network.layer_parameters(layer, state.theta) | network.running_figures(layer, state.running))[name]


def _readable(values: Array) -> tuple[object, ...]:
    """Each number as short as its precision allows: 0.1, where float32 holds 0.100000001490116."""
    if values.ndim > 1:
        return tuple(_readable(row) for row in values)
    return tuple(float(str(value)) for value in values)
