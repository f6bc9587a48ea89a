"""What is looked at when one number of a tape is nudged: the loss, or of a gate what it sends on."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from twostroke.engine.border.slopes import By, Kink
from twostroke.engine.border.tape import Tape
from twostroke.engine.compute.network import Network
from twostroke.engine.probes.replay import Nudge, Nudged, Real, Replay, Rows, function, kinks_of, run_of
from twostroke.engine.probes.straight import wide

GONE = "This network has no such number by now; look at it, and check another one."


@dataclass(frozen=True)
class Looked:
    """`look(step)`: what is looked at with the number nudged by so much, and the kinks that lie on the way there; of no
    step, those of which the tape's own precision sees another side.
    """

    look: Callable[[float], tuple[float, tuple[Kink, ...]]]
    unit: float  # a power of ten that steps count in, so that all of them are small beside what they change


def gate_looked_at(network: Network, tape: Tape, by: By) -> Looked:
    """f(z) of one gate."""
    row, entry = by.row or 0, run_of(network, by.layer, by.unit).spec.entry
    z, numbers = float(tape.layers[by.layer - 1].z[row, by.unit]), network.numbers(by.layer)[by.unit]
    kinks = (*entry.kinks, *entry.bends)
    if entry.output_only:
        raise ValueError("Softmax has no gate of its own: each output depends on every z.")
    is_cut = by.unit in network.layers[by.layer - 1].cut

    def look(step: float) -> tuple[float, tuple[Kink, ...]]:
        if is_cut:
            return 0.0, ()
        crossed = any((z > kink) != (z + step > kink) for kink in kinks)
        value = float(function(entry.name, tuple(numbers.tolist()), np.array(z + step)))
        return value, (Kink(by.layer, by.unit, row),) if crossed else ()

    return Looked(look, _unit(abs(z)))


def loss_looked_at(network: Network, tape: Tape, by: By) -> Looked:
    """The mean loss; where a sample is named, B times that, or what of it can change."""
    replay = Replay(network, tape)
    together = any(layer.norm == "batch" for layer in network.layers[by.layer - 1 :])
    rows = slice(None) if by.row is None or together else slice(by.row, by.row + 1)
    nudge = _nudge(replay, by, rows)
    still = replay.nudged(nudge, 0.0, rows)
    share = 1.0 / tape.samples if by.row is None else 1.0

    def look(step: float) -> tuple[float, tuple[Kink, ...]]:
        moved = replay.nudged(nudge, step, rows) if step else still
        kinks = _crossed(moved, still) if step else _seen_otherwise(still)
        return share * math.fsum(replay.losses(moved).tolist()), tuple(kinks)

    return Looked(look, 1.0 / _unit(float(np.abs(nudge.along).max(initial=0.0))))


def _unit(size: float) -> float:
    """The power of ten next to `size`; 1 for ordinary sizes and for 0."""
    return 10.0 ** round(math.log10(size)) if size > 0.0 and not 0.1 < size < 10.0 else 1.0


def _crossed(moved: Nudged, still: Nudged) -> Iterator[Kink]:
    """Kinks between the two."""
    replay, first = still.replay, still.rows.start or 0
    for number in range(still.nudge.layer, replay.network.depth + 1):
        yield from _apart(replay.network, number, moved.z(number), still.z(number), first)
    apart = replay.loss_sides(moved) != replay.loss_sides(still)
    yield from (Kink(0, 0, first + int(row)) for row in np.flatnonzero(apart.any(axis=1)))


def _seen_otherwise(still: Nudged) -> Iterator[Kink]:
    """Gates, and losses, so near their kink that the tape's own precision has them on the other side."""
    replay, first = still.replay, still.rows.start or 0
    for number in range(still.nudge.layer, replay.network.depth + 1):
        own = wide(replay.tape.layers[number - 1].z[still.rows])
        yield from _apart(replay.network, number, own, still.z(number), first)
    apart = replay.loss_sides(still, wide(replay.tape.layers[-1].output[still.rows])) != replay.loss_sides(still)
    yield from (Kink(0, 0, first + int(row)) for row in np.flatnonzero(apart.any(axis=1)))


def _apart(network: Network, number: int, one: Real, other: Real, first: int) -> Iterator[Kink]:
    """Gates of a layer that have a kink between one z and the other."""
    for units, kink in kinks_of(network, number):
        for row, place in np.argwhere((one[:, units] > kink) != (other[:, units] > kink)).tolist():
            yield Kink(number, int(units[place]), first + row)


def _nudge(replay: Replay, by: By, rows: Rows) -> Nudge:
    place, along, parameter = _direction(replay, by)
    if by.row is not None:
        along = np.where(np.arange(along.size) == by.row, along, 0.0)
    if _is_cut(replay.network, by):
        along = np.zeros_like(along)
    return Nudge(place, by.layer, by.unit, along[rows], parameter)


def _direction(replay: Replay, by: By) -> tuple[str, Real, int]:
    """Where the nudge meets the signal, how each sample meets it, and which parameter of an activation it is."""
    layer, ones = replay.network.layers[by.layer - 1], np.ones(replay.tape.samples)
    if by.place != "parameter":
        return by.place, ones, 0
    if by.name in ("weight", "skip_weight"):
        before = by.layer - 1 if by.name == "weight" else layer.skip
        if before is None or not 0 <= (by.source or 0) < replay.network.widths[before]:
            raise ValueError(GONE)
        return "sum" if by.name == "weight" else "z", replay.outputs[before][:, by.source or 0], 0
    if by.name in ("scale", "shift"):
        normalized = replay.stages[by.layer - 1].normalized
        if normalized is None:
            raise ValueError(GONE)
        return "z", normalized[:, by.unit] if by.name == "scale" else ones, 0
    if by.name == "bias":
        return "sum", ones, 0
    return "parameter", ones, _number_of(replay.network, by)


def _number_of(network: Network, by: By) -> int:
    """Which of its activation's parameters `by` is."""
    names, run = network.layers[by.layer - 1].learned, run_of(network, by.layer, by.unit)
    own = names[run.row : run.row + len(run.spec.entry.learned)]
    name = by.name.removeprefix("param.")
    if name not in own:
        raise ValueError(GONE)
    return own.index(name)


def _is_cut(network: Network, by: By) -> bool:
    """Whether it is a number of a cut neuron, or the weight of a cut link, by which nothing changes."""
    if by.unit in network.layers[by.layer - 1].cut:
        return True
    if by.source is None or not network.layout.cut.size:
        return False
    place = network.layer_parameters(by.layer, np.arange(network.theta.size, dtype=np.float64))[by.name]
    return bool(np.isin(place[by.unit, by.source], network.layout.cut))
