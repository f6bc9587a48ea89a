"""How the time of a film is shared among the stops of an update: the clock of who cannot press a key. Pure."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil

from twostroke.engine.border.cursor import WEIGHT_OF_PHASE, Cursor, Phase
from twostroke.gui.model.player import SECONDS_PER_WEIGHT, WEIGHT_OF_GRAIN, Speed
from twostroke.gui.model.score import Grain, Score

HOLD_OF_PHASE: dict[Phase, float] = {Phase.GATE: 0.8, Phase.LOSS: 0.9, Phase.GATE_BACK: 0.9, Phase.UPDATE: 0.6}
"""How long the picture stands still after a phase, in the unit of WEIGHT_OF_PHASE: the turning points of the film."""

HOLD_OF_STOP = 0.9
"""...and at the stops of a coarser grain."""

REST = 0.3
"""Share of the time of a term or a neuron in which it is seen as it is then."""

SECONDS = 12.0
"""Length of an update whose neurons act at the same time."""

MOST_SECONDS = 600.0


@dataclass(frozen=True)
class Span:
    """One step of the film: so many `ways` to stops, each of which it moves along and then holds; then it rests. Times
    in the unit of WEIGHT_OF_PHASE."""

    ways: int
    move: float
    hold: float
    rest: float

    @property
    def way(self) -> float:
        """Time of one of them."""
        return self.move + self.hold

    @property
    def moving(self) -> float:
        """...and of all."""
        return self.ways * self.way


@dataclass(frozen=True)
class Reel:
    """The film of an update that rests at the stops of `grain`."""

    score: Score
    grain: Grain

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """One for each step."""
        return tuple(self._span(index) for index in range(len(self.score.parts)))

    def _span(self, index: int) -> Span:
        part, stops = self.score.parts[index], self.score.stops_in(index, self.grain)
        phase = part.step.phase
        if self.grain in (Grain.LAYER, Grain.UPDATE):
            return Span(1, WEIGHT_OF_PHASE[phase], 0.0, HOLD_OF_STOP if stops else 0.0)
        rest = HOLD_OF_PHASE.get(phase, 0.0)
        if not self.grain.by_neuron:
            return Span(1, WEIGHT_OF_PHASE[phase], 0.0, rest)
        weight = WEIGHT_OF_GRAIN[self.grain] if part.rounds else WEIGHT_OF_PHASE[phase]
        return Span(stops, weight * (1 - REST), weight * REST, rest)

    @cached_property
    def _whole(self) -> float:
        return sum(span.moving + span.rest for span in self.spans)

    @cached_property
    def arrivals(self) -> tuple[float, ...]:
        """When each stop is reached, as a share (0 to 1) of the time."""
        found, passed = [], 0.0
        for index, span in enumerate(self.spans):
            stops = range(self.score.stops_in(index, self.grain))
            found += [(passed + number * span.way + span.move) / self._whole for number in stops]
            passed += span.moving + span.rest
        return tuple(found)

    @cached_property
    def stops(self) -> int:
        """How many there are."""
        return sum(self.score.stops_in(index, self.grain) for index in range(len(self.score.parts)))

    @property
    def seconds(self) -> float:
        """The length that suits it: by terms and neurons each stop takes as long as a press of a key in the window at
        normal speed, up to MOST_SECONDS in all."""
        if not self.grain.by_neuron:
            return SECONDS
        return float(min(ceil(self._whole * SECONDS_PER_WEIGHT[Speed.NORMAL]), MOST_SECONDS))

    def at(self, share: float) -> Cursor:
        """Where reading stands when `share` (0 to 1) of the time has passed, rests included."""
        left = min(max(share, 0.0), 1.0) * self._whole
        for index, span in enumerate(self.spans):
            if left < span.moving:
                number, within = divmod(left, span.way)
                to = min(int(number), span.ways - 1)
                return self.score.between(index, to, min(within / span.move, 1.0), self.grain)
            left -= span.moving + span.rest
            if left < 0:
                return self._end_of(index)
        return self._end_of(len(self.spans) - 1)

    def _end_of(self, index: int) -> Cursor:
        return self.score.between(index, self.spans[index].ways - 1, 1.0, self.grain)
