"""What a session gives, freezes or cuts by the number of its layer, where layers come and go."""

from collections.abc import Callable, Sequence
from typing import Any

from twostroke.engine.session.parameters import layer_and_name
from twostroke.engine.session.settings.network_spec import NetworkSpec


def renumbered(network: NetworkSpec, moved: Callable[[int], int | None]) -> dict[str, Any]:
    """Those settings under the new numbers of their layers; what names a layer that goes, goes."""
    found: dict[str, Any] = {}
    if network.parameters:
        pairs = ((_renamed(key, moved), own) for key, own in network.parameters.items())
        found["parameters"] = {key: own for key, own in pairs if key}
    for key, named in (("frozen", network.frozen), ("cut", network.cut)):
        if named:
            found[key] = [text for text in (_renamed(old, moved) for old in named) if text]
    return found


def renumbered_gates(off: Sequence[str], moved: Callable[[int], int | None]) -> list[str]:
    """The same of the gates that are switched off."""
    return [text for text in (_renamed(old, moved) for old in off) if text]


def _renamed(text: str, moved: Callable[[int], int | None]) -> str | None:
    number, name = layer_and_name(text)
    new = moved(number)
    return None if new is None else f"l{new}.{name}"
