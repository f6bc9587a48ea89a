"""The companion of a session file: weights, the optimizer's memory and the clock, in the safetensors format.

The format is a JSON header before plain numbers: nothing in it can be executed, and other programs read it. The
library checks header, sizes and offsets; here is checked that the numbers are finite and fit the session's network.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.files.array_shapes import check_shape
from twostroke.engine.session.phrases import shown

if TYPE_CHECKING:  # with them comes the compiler, and the window names files before it has one
    from twostroke.engine.compute.kernels.plan import State
    from twostroke.engine.compute.network import Network

MOST_ARRAYS = 2_000
"""A network of 64 layers has some 500."""

DTYPES = {"F32": "<f4", "F64": "<f8", "I64": "<i8"}
"""The kinds of number that are read, as the format and as NumPy call them."""

LATEST = 10**15
"""An update that no run reaches: a century at ten times the speed of today."""

PREFIX = "state."
"""Before the names of what a run needs to go on exactly, besides what `Network.parameters` holds."""

CLOCK = PREFIX + "clock"

Arrays = dict[str, NDArray[Any]]


def to_bytes(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The arrays as the content of a safetensors file; the same arrays give the same bytes."""
    from safetensors.numpy import save

    return bytes(save({key: np.ascontiguousarray(values) for key, values in arrays.items()}))


def from_bytes(content: bytes) -> Arrays:
    """The arrays in the content of a safetensors file. ValueError, as the end of a sentence, where it is not sound."""
    return {key: _array(key, facts) for key, facts in deserialized(content)}


def deserialized(content: bytes) -> list[tuple[str, Mapping[str, Any]]]:
    """Name of each array, and its `dtype`, `shape` and `data` as the library has them. ValueError as above."""
    from safetensors import SafetensorError, deserialize

    try:
        found: list[tuple[str, Mapping[str, Any]]] = deserialize(content)  # type: ignore[no-untyped-call]
    except SafetensorError as error:
        raise ValueError("is no safetensors file, or is damaged") from error
    if len(found) > MOST_ARRAYS:
        raise ValueError(f"holds {len(found):,} arrays; expected at most {MOST_ARRAYS:,}")
    for name, facts in found:
        check_shape(name, facts["shape"])
    return found


def _array(key: str, facts: Mapping[str, Any]) -> NDArray[Any]:
    if facts["dtype"] not in DTYPES:
        raise ValueError(f"holds {shown(key)} as {facts['dtype']}; expected numbers of 32 or 64 bits")
    return np.frombuffer(facts["data"], dtype=DTYPES[facts["dtype"]]).reshape(facts["shape"])


def update_of(arrays: Mapping[str, Any] | None) -> int:
    """The update at which a run begins that goes on from `arrays`; 0 where there are none, or parameters alone."""
    return 0 if arrays is None or CLOCK not in arrays else int(arrays[CLOCK][0])


def state_arrays(network: "Network", state: "State") -> Arrays:
    """Copies of all that training changes, by name: `network`, which is in `state`, and the rest of the state."""
    return network.parameters() | {PREFIX + name: values.copy() for name, values in _memory(state).items()}


def state_from(network: "Network", arrays: Mapping[str, NDArray[Any]]) -> "State":
    """Put `network` into the state in `arrays`, and return that state.

    Parameters alone begin at update 0. ValueError, as the end of a sentence, where something is missing or unfit; the
    network may then be in any state.
    """
    from twostroke.engine.compute import optimizing

    state = optimizing.fresh_state(network.session, network.theta, network.running)
    expected, memory = network.parameters(), _memory(state)
    known = {*expected, *(PREFIX + name for name in memory)}
    for key in arrays:
        if key not in known:
            raise ValueError(f"holds {shown(key)}, which the session's network does not have")
    for key, own in expected.items():
        _fit(key, arrays.get(key), own)
    network.set_parameters(arrays)
    if any(key.startswith(PREFIX) for key in arrays):
        for name, own in memory.items():
            _fit(PREFIX + name, arrays.get(PREFIX + name), own)
            own[:] = arrays[PREFIX + name]
    if (state.clock < 0).any() or (state.clock > LATEST).any() or (state.powers < 0).any() or (state.powers > 1).any():
        raise ValueError("holds a clock that no run can have")
    return state


def _memory(state: "State") -> Arrays:
    """What a run needs to go on exactly, besides the parameters: the state's own arrays, by name."""
    return {name: values for name, values in state._asdict().items() if name not in ("theta", "running")}


def _fit(key: str, given: NDArray[Any] | None, own: NDArray[Any]) -> None:
    """ValueError where `given` cannot take the place of `own`."""
    if given is None:
        raise ValueError(f"lacks {key}, which the session's network has")
    if given.shape != own.shape:
        raise ValueError(f"has {key} in the shape {given.shape}; the session's network has {own.shape}")
    if given.dtype != own.dtype:
        raise ValueError(f"has {key} as {given.dtype}; the session's network has {own.dtype}")
    if given.dtype.kind == "f" and not np.isfinite(given).all():
        raise ValueError(f"has a number in {key} that is not finite")
    if key.endswith(".running_variance") and (given < 0).any():
        raise ValueError(f"has a negative number in {key}; a variance is 0 or more")
