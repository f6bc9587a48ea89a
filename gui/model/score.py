"""The score of one update: all its steps, in them neurons and terms, and where one stops at each grain. Pure.

A place is a step and how many of its beats have passed. A beat is what happens at grain term: one product, a bias, a
gate. A layer of 500 inputs and 500 neurons has a quarter of a million of them, so they are counted and looked up, never
listed: per neuron at most.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.cursor import Cursor, Extra, Phase, Step, TermRef, steps
from twostroke.engine.border.tape import Tape
from twostroke.engine.session.settings.network_spec import NetworkSpec
from twostroke.engine.session.spec import Session
from twostroke.gui.model.cut_and_frozen import Mask, cut_links, cut_units
from twostroke.gui.model.once import lately


class Grain(StrEnum):
    """What one press of an arrow key passes, from the finest to the coarsest; the value is its unit on a button."""

    TERM = "term"  # one product, one bias, one gate
    NEURON = "neuron"
    PHASE = "phase"  # all neurons of a layer
    LAYER = "layer"  # all phases of a layer on one stroke
    UPDATE = "update"

    @property
    def by_neuron(self) -> bool:
        """Whether neurons are read one after the other."""
        return self in (Grain.TERM, Grain.NEURON)

    def coarser(self, by: int) -> "Grain":
        """The grain `by` places on, or before with a negative number; at the ends it stays."""
        every = tuple(Grain)
        return every[min(max(every.index(self) + by, 0), len(every) - 1)]


@dataclass(frozen=True, eq=False)
class Shape:
    """What of a layer with weights decides how many terms it has."""

    units: int
    normalizer: bool = False
    skip: bool = False  # whether a skip path leads into it
    sends_skip: bool = False  # whether one leads out of it
    alive: Mask | None = None  # (units, units before): the links that carry something; None where all do


@dataclass(frozen=True, eq=False)
class Round:
    """The neurons of a step in their order, each with its beats: `first`, its links, `last`. MEAN has no neuron."""

    units: int
    links: int = 0
    first: tuple[Extra, ...] = ()
    last: tuple[Extra, ...] = ()
    alive: Mask | None = None  # (units, links)

    @cached_property
    def counts(self) -> NDArray[np.intp]:
        """Beats of each neuron, (units,)."""
        links = np.full(self.units, self.links) if self.alive is None else np.count_nonzero(self.alive, axis=1)
        return np.asarray(links + len(self.first) + len(self.last), dtype=np.intp)

    def _sources(self, unit: int) -> NDArray[np.intp] | None:
        return None if self.alive is None else np.flatnonzero(self.alive[unit])

    def term(self, unit: int, beat: int) -> TermRef:
        """What neuron `unit` meets at its beat of that number."""
        if beat < len(self.first):
            return self.first[beat]
        beat, sources = beat - len(self.first), self._sources(unit)
        links = self.links if sources is None else len(sources)
        if beat >= links:
            return self.last[beat - links]
        return beat if sources is None else int(sources[beat])

    def beat(self, unit: int, term: TermRef) -> int | None:
        """Which of the neuron's beats that is; None where it has no such one."""
        if isinstance(term, Extra):
            if term in self.first:
                return self.first.index(term)
            return int(self.counts[unit]) - len(self.last) + self.last.index(term) if term in self.last else None
        sources = self._sources(unit)
        if sources is None:
            return len(self.first) + term if 0 <= term < self.links else None
        at = bisect_left(sources, term)
        return len(self.first) + at if at < len(sources) and sources[at] == term else None


@dataclass(frozen=True, eq=False)
class Part:
    """One step of the score. Without rounds it is one beat, in which no neuron acts alone."""

    step: Step
    rounds: tuple[Round, ...] = ()

    @cached_property
    def ends(self) -> NDArray[np.intp]:
        """How many beats have passed when each neuron of each round is done."""
        if not self.rounds:
            return np.ones(1, dtype=np.intp)
        ends = np.cumsum(np.concatenate([each.counts for each in self.rounds]))
        return ends if ends[-1] else np.ones(1, dtype=np.intp)

    @cached_property
    def turns(self) -> NDArray[np.intp]:
        """The same, without neurons that meet nothing."""
        turns = np.unique(self.ends)
        return turns[turns > 0]

    @property
    def beats(self) -> int:
        """How many there are, at least one."""
        return int(self.ends[-1])

    def at(self, beat: int) -> tuple[int | None, TermRef | None]:
        """The neuron and its term at a beat, from 0."""
        row = int(bisect_right(self.ends, beat))
        within = beat - (int(self.ends[row - 1]) if row else 0)
        for each in self.rounds:
            if row < each.units and each.counts[row]:
                term = each.term(row, within)
                return (None if term is Extra.MEAN else row), term
            row -= each.units
        return None, None

    @property
    def _own(self) -> list[Round]:
        """The rounds in which neurons act alone."""
        return [each for each in self.rounds if Extra.MEAN not in each.last]

    def done(self, unit: int) -> int:
        """How many beats have passed when a neuron has met all that it meets; the mean over samples comes later."""
        return int(self.ends[sum(each.units for each in self._own[:-1]) + unit])

    def shares(self, unit: int, passed: float) -> tuple[float, float, float]:
        """After so many beats, which are those of `unit`: how much has passed for those before it, for it, and for
        those behind it, 0 to 1."""
        row, own = 0, self._own
        for number, each in enumerate(own):
            end = int(self.ends[row + unit])
            if passed <= end or number == len(own) - 1:
                within = 1.0 - (end - passed) / max(int(each.counts[unit]), 1)
                return (number + 1) / len(own), (number + min(max(within, 0.0), 1.0)) / len(own), number / len(own)
            row += each.units
        return 1.0, 1.0, 1.0

    def beat(self, unit: int | None, term: TermRef) -> int | None:
        """The beat of a neuron's term; None where there is no such one."""
        row = 0
        for each in self.rounds:
            found = each.beat(unit or 0, term) if (unit or 0) < each.units else None
            if found is not None:
                place = row + (unit or 0)
                return (int(self.ends[place - 1]) if place else 0) + found
            row += each.units
        return None


ScorePlace = tuple[int, float]
"""Number of a step, and how many of its beats have passed."""


@dataclass(frozen=True, eq=False)
class Score:
    """The score of an update of `inputs` features through `layers`, over a mini-batch of `samples`."""

    inputs: int
    layers: tuple[Shape, ...]
    samples: int = 1

    @property
    def depth(self) -> int:
        """Layers with weights."""
        return len(self.layers)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All steps, in their order."""
        return tuple(Part(step, self._rounds(step)) for step in steps(self.depth))

    def _rounds(self, step: Step) -> tuple[Round, ...]:
        if step.layer == 0:
            return ()
        here = self.layers[step.layer - 1]
        links = self.layers[step.layer - 2].units if step.layer > 1 else self.inputs
        skip = (Extra.SKIP,) if here.skip else ()
        match step.phase:
            case Phase.SUM if here.normalizer:
                sums = Round(here.units, links, last=(Extra.BIAS,), alive=here.alive)
                return sums, Round(here.units, last=(Extra.NORM, *skip))
            case Phase.SUM:
                return (Round(here.units, links, last=(Extra.BIAS, *skip), alive=here.alive),)
            case Phase.WEIGHTS:
                products = Round(here.units, links, last=(Extra.BIAS,), alive=here.alive)
                return (products, Round(1, last=(Extra.MEAN,))) if self.samples > 1 else (products,)
            case Phase.SPREAD:
                came = (Extra.SKIP,) if self.layers[step.layer - 2].sends_skip else ()
                return (Round(links, here.units, came, alive=None if here.alive is None else here.alive.T),)
            case _:
                return (Round(here.units, last=(Extra.GATE,)),)

    # -- between places and cursors -------------------------------------------------------------------------------

    def place(self, cursor: Cursor) -> ScorePlace:
        """Where `cursor` stands."""
        part = self.parts[cursor.index]
        beat = None if cursor.term is None else part.beat(cursor.unit, cursor.term)
        return cursor.index, cursor.fraction * part.beats if beat is None else beat + cursor.within

    def cursor(self, place: ScorePlace, by_neuron: bool) -> Cursor:
        """The cursor at `place`: neuron by neuron, or else with all of them at the same time."""
        index, passed = place
        part = self.parts[index]
        fraction = min(passed / part.beats, 1.0)
        if not by_neuron or not part.rounds:
            return Cursor(self.depth, index, fraction)
        beat = min(max(int(np.ceil(passed)) - 1, 0), part.beats - 1)
        unit, term = part.at(beat)
        return Cursor(self.depth, index, fraction, unit, term, passed - beat if term is not None else 1.0)

    def at_time(self, time: float, by_neuron: bool) -> Cursor:
        """The cursor at `time` (0 to 1, clamped) of the film."""
        cursor = Cursor(self.depth).at_time(time)
        return self.cursor(self.place(cursor), by_neuron)

    def read(self, cursor: Cursor, by_neuron: bool) -> Cursor:
        """The same place, read in the other way."""
        return self.cursor(self.place(cursor), by_neuron)

    def frame_on(self, cursor: Cursor, grain: Grain, frames: int) -> Cursor | None:
        """The next of the `frames` points between two stops; None at the end."""
        goal = self.after(cursor, grain)
        if goal is None:
            return None
        index, stop = self.place(goal)
        passed = self.place(cursor)[1] if cursor.index == index else 0.0
        start = self._before(index, stop, grain) or 0.0
        frame = int((passed - start) / (stop - start) * frames + 1e-9) + 1
        return self.cursor((index, start + (stop - start) * min(frame / frames, 1.0)), grain.by_neuron)

    def frame_back(self, cursor: Cursor, grain: Grain, frames: int) -> Cursor | None:
        """The point before among the `frames` points between two stops; None at the beginning."""
        index, passed = self.place(cursor)
        start = self._before(index, passed, grain) or 0.0
        stop = self._after(index, start, grain)
        if stop is None:
            return self.before(cursor, grain)
        frame = int(np.ceil((passed - start) / (stop - start) * frames - 1e-9)) - 1
        if frame < 1:
            return self.before(cursor, grain)
        return self.cursor((index, start + (stop - start) * frame / frames), grain.by_neuron)

    # -- stops ----------------------------------------------------------------------------------------------------

    def after(self, cursor: Cursor, grain: Grain) -> Cursor | None:
        """The next stop; None where there is none."""
        index, passed = self.place(cursor)
        stop = self._after(index, passed, grain)
        while stop is None:
            index += 1
            if index == len(self.parts):
                return None
            stop = self._after(index, 0.0, grain)
        return self.cursor((index, stop), grain.by_neuron)

    def before(self, cursor: Cursor, grain: Grain) -> Cursor | None:
        """The stop before; None where there is none."""
        index, passed = self.place(cursor)
        stop = self._before(index, passed, grain)
        while stop is None:
            index -= 1
            if index < 0:
                return None
            stop = self._before(index, np.inf, grain)
        return self.cursor((index, stop), grain.by_neuron)

    def _after(self, index: int, passed: float, grain: Grain) -> float | None:
        """The first stop of a step behind so many beats."""
        part = self.parts[index]
        if grain is Grain.TERM:
            stop = np.floor(passed) + 1
        elif grain is Grain.NEURON:
            at = bisect_right(part.ends, passed)
            stop = part.ends[at] if at < len(part.ends) else np.inf
        else:
            stop = part.beats if index in self._ends[grain] else np.inf
        return float(stop) if passed < stop <= part.beats else None

    def _before(self, index: int, passed: float, grain: Grain) -> float | None:
        """The last stop of a step before so many beats."""
        part = self.parts[index]
        if grain is Grain.TERM:
            stop = min(np.ceil(passed) - 1, part.beats)
        elif grain is Grain.NEURON:
            at = bisect_left(part.ends, passed)
            stop = part.ends[at - 1] if at else 0
        else:
            stop = part.beats if index in self._ends[grain] else 0
        return float(stop) if 0 < stop < passed else None

    @cached_property
    def _ends(self) -> dict[Grain, frozenset[int]]:
        """The steps that end with a stop, at each of the coarse grains."""
        order = [part.step for part in self.parts]
        last = len(order) - 1
        strokes = [(step.layer, step.phase.is_backward) for step in order]
        layers = {at for at, (here, then) in enumerate(pairwise(strokes)) if here != then} | {last}
        return {
            Grain.PHASE: frozenset(range(len(order))),
            Grain.LAYER: frozenset(layers),
            Grain.UPDATE: frozenset((0, last)),  # the sample arrives; every weight has taken its step
        }

    def stops_in(self, index: int, grain: Grain) -> int:
        """How many stops a step has."""
        if grain is Grain.TERM:
            return self.parts[index].beats
        if grain is Grain.NEURON:
            return len(self.parts[index].turns)
        return int(index in self._ends[grain])

    def between(self, index: int, number: int, share: float, grain: Grain) -> Cursor:
        """Where reading stands in a step at that share, 0 to 1, of the way to its stop of that number, from 0; at a
        coarse grain, of the whole step."""
        if not grain.by_neuron:
            return Cursor(self.depth, index, share)
        turns = range(1, self.parts[index].beats + 1) if grain is Grain.TERM else self.parts[index].turns
        start, stop = float(turns[number - 1]) if number else 0.0, float(turns[number])
        return self.cursor((index, stop if share >= 1 else start + (stop - start) * share), by_neuron=True)


@lately
def score_of(tape: Tape, network: NetworkSpec) -> Score:
    """The score of a tape of `network`."""
    sources = {layer.skip_from for layer in tape.layers}
    shapes = tuple(
        Shape(
            layer.units,
            "normalized" in layer.organs,
            layer.skip_from is not None,
            number in sources,
            _alive(network, number, layer.weight.shape),
        )
        for number, layer in enumerate(tape.layers, start=1)
    )
    return Score(tape.x.shape[1], shapes, tape.samples)


def score_of_session(session: Session) -> Score:
    """The score of its updates, before there is a tape: of whole mini-batches."""
    network, widths = session.network, session.widths
    layers = (*network.layers, network.output)
    sources = {layer.skip for layer in layers}
    normalized = {number for number, layer in enumerate(network.layers, start=1) if layer.norm.name != "none"}
    shapes = tuple(
        Shape(units, number in normalized, layer.skip is not None, number in sources, _alive(network, number, shape))
        for number, (layer, units, shape) in enumerate(zip(layers, widths[1:], _shapes(widths), strict=True), start=1)
    )
    return Score(widths[0], shapes, session.training.batch_size)


def _shapes(widths: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [(units, below) for below, units in pairwise(widths)]


def _alive(network: NetworkSpec, layer: int, shape: tuple[int, ...]) -> Mask | None:
    """The links into `layer` that carry something: neither cut nor from a neuron that is cut."""
    links, below = cut_links(network, layer, shape), cut_units(network, layer - 1, shape[1])
    if links is None and below is None:
        return None
    cut = np.zeros(shape, dtype=np.bool_) if links is None else links
    return ~(cut if below is None else cut | below[None, :])
