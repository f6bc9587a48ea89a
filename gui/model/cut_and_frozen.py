"""What a session cuts or freezes of one array, as a mask; None where it names nothing of it."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.session.cutting import UNIT
from twostroke.engine.session.parameters import place_of
from twostroke.engine.session.settings.network_spec import NetworkSpec

Mask = NDArray[np.bool_]


@lru_cache(maxsize=256)  # the same objects in all frames, so that what is drawn of them stays, too
def marked(named: tuple[str, ...], key: str, shape: tuple[int, ...]) -> Mask | None:
    """Which numbers of the array `key` are among `named`."""
    mask = np.zeros(shape, dtype=np.bool_)
    for text in named:
        own, index = place_of(text)
        if own == key and (not index or _within(index, shape)):
            mask[index or ...] = True
    mask.setflags(write=False)
    return mask if mask.any() else None


def _within(index: Sequence[int], shape: Sequence[int]) -> bool:
    """A tape may be of a network of other widths than those of now."""
    return len(index) == len(shape) and all(i < size for i, size in zip(index, shape, strict=True))


def cut_units(network: NetworkSpec, layer: int, units: int) -> Mask | None:
    """Which neurons of `layer` (from 1) are cut."""
    return marked(network.cut, f"l{layer}.{UNIT}", (units,)) if network.cut else None


def cut_links(network: NetworkSpec, layer: int, shape: tuple[int, ...]) -> Mask | None:
    """Which links into `layer` are cut, (out, in)."""
    return marked(network.cut, f"l{layer}.weight", shape) if network.cut else None


def frozen_links(network: NetworkSpec, layer: int, shape: tuple[int, ...]) -> Mask | None:
    """Which links into `layer` are frozen, (out, in)."""
    return marked(network.frozen, f"l{layer}.weight", shape) if network.frozen else None


def frozen_biases(network: NetworkSpec, layer: int, units: int) -> Mask | None:
    """Which biases of `layer` are frozen."""
    return marked(network.frozen, f"l{layer}.bias", (units,)) if network.frozen else None
