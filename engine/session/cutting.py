"""What a session cuts: links, `l2.weight[1,0]`, and hidden units, `l1.unit[1]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from twostroke.engine.session.parameters import layer_and_name, place_of, range_problem, shapes
from twostroke.engine.session.phrases import nearest, shown
from twostroke.engine.session.settings.given import Shape
from twostroke.engine.session.settings.network_spec import NetworkSpec

LINKS = ("weight", "skip_weight")
UNIT = "unit"


def cut_links(network: NetworkSpec) -> tuple[str, ...]:
    """The cut links, as places of numbers."""
    return tuple(text for text in network.cut if not place_of(text)[0].endswith(f".{UNIT}"))


def cut_units(network: NetworkSpec, layer: int) -> tuple[int, ...]:
    """The cut units of `layer` (from 1), in rising order."""
    found = (place_of(text) for text in network.cut)
    return tuple(sorted({index[0] for key, index in found if key == f"l{layer}.{UNIT}"}))


def cut_problem(network: NetworkSpec, widths: Sequence[int]) -> str | None:
    """What is wrong with what the session cuts, as part of a sentence."""
    return next(_problems(network, widths), None)


def cut_fitting(network: NetworkSpec, widths: Sequence[int], cut: Sequence[str]) -> list[str]:
    """Those of the cut links and units that the network has, and that can be cut there."""
    known = _can_be_cut(network, widths)
    return [text for text in cut if _problem(text, network, known) is None]


def _problems(network: NetworkSpec, widths: Sequence[int]) -> Iterator[str]:
    known = _can_be_cut(network, widths) if network.cut else {}
    for i, text in enumerate(network.cut):
        problem = _problem(text, network, known)
        if problem:
            yield f"network.cut[{i}] is {shown(text)}{problem}"


def _can_be_cut(network: NetworkSpec, widths: Sequence[int]) -> dict[str, Shape]:
    found = {f"l{number}.{UNIT}": (units,) for number, units in enumerate(widths[1:-1], start=1)}
    return found | {key: shape for key, shape in shapes(network, widths).items() if layer_and_name(key)[1] in LINKS}


def _problem(text: str, network: NetworkSpec, known: Mapping[str, Shape]) -> str | None:
    """What is wrong with one entry, as what follows it in a sentence."""
    try:
        key, index = place_of(text)
    except ValueError:
        return '; expected a link, "l2.weight[1,0]", or a hidden unit, "l1.unit[1]"'
    layers = len(network.layers)
    if key == f"l{layers + 1}.{UNIT}":
        return ", a unit of the output layer, which the loss needs; cut the links into it, or a hidden unit"
    if key not in known:
        guess = nearest(key, known)
        some = 'expected a link, "l2.weight[1,0]", or a hidden unit, "l1.unit[1]"'
        return ", which is no link or hidden unit of the network; " + (f"did you mean {guess}?" if guess else some)
    number, name = layer_and_name(key)
    if name == UNIT and network.layers[number - 1].norm.name == "layer":
        return (
            f", in a layer whose normalizer, layer, weighs each unit against all others; "
            f"use the normalizer batch or none in layers[{number - 1}]"
        )
    return range_problem(index, known[key])
