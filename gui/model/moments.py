"""The moment of a single picture, as it is written: on the command line, in the dialog. Neurons and terms count from 1,
as on the screen.
"""

import re
from dataclasses import dataclass

from twostroke.engine.border.cursor import Cursor, Extra, Phase, Step, TermRef
from twostroke.gui.model.score import Part, Score


class MomentError(ValueError):
    """A moment that there is not; the message is a sentence for the user."""


FORM = "PHASE:LAYER:neuron=N:term=T"
SEEN_DIGITS = 3
"""Of a fraction where it is read by people: no picture shows less than a thousandth of a step."""

MOST_QUOTED = 60
"""Characters of a moment that are repeated where there is none such."""

MOST_NAMED = 12
"""Terms that are told one by one where they do not follow each other."""


@dataclass(frozen=True)
class _Written:
    """What stands in a moment; None for what does not."""

    phase: Phase
    layer: int | None = None
    neuron: int | None = None
    term: TermRef | None = None
    fraction: float = 1.0

    @property
    def by_neuron(self) -> bool:
        return self.neuron is not None or self.term is not None


def telling_cursor(depth: int) -> Cursor:
    """The moment a single picture shows unless asked otherwise: the gradient at the gates of hidden 1."""
    return Cursor(depth).seek(Step(Phase.GATE_BACK, 1))


def written_moment(cursor: Cursor, digits: int | None = None) -> str:
    """Where `cursor` stands, as `parse_moment` reads it; with so many digits of what has passed of a step, or all."""
    step, unit, term = cursor.moment.step, cursor.unit, cursor.term
    passed = cursor.fraction if term is None else cursor.within
    passed = passed if digits is None else round(passed, digits)
    told = [step.phase.value]
    if step.layer or passed < 1:
        told.append(f"{step.layer}")
    if unit is not None:
        told.append(f"neuron={unit + 1}")
    if term is not None and not (term is Extra.GATE and passed >= 1):
        told.append(f"term={_name(term)}")
    return ":".join(told if passed >= 1 else [*told, f"{passed}"])


def parse_moment(text: str, score: Score) -> Cursor:
    """`PHASE`, `PHASE:LAYER` or `PHASE:LAYER:FRACTION`, as in "gate_back:1"; of a layer whose neurons take turns also
    `PHASE:LAYER:neuron=N`, with `:term=T` and a fraction of that, as in "sum:1:neuron=2:term=3:0.5".

    MomentError where there is no such moment.
    """
    try:
        told = _read(text)
    except ValueError:
        raise MomentError(
            f"There is no moment {_quoted(text)}. Expected PHASE, PHASE:LAYER or PHASE:LAYER:FRACTION, with a phase "
            f"out of {', '.join(Phase)}, a layer from 1 to {score.depth} and a fraction from 0 to 1, as in "
            "gate_back:1; or of one neuron or term, counted from 1, as in sum:1:neuron=2 or sum:1:neuron=2:term=bias."
        ) from None
    try:
        index = _index(told, score)
        if not told.by_neuron:
            return Cursor(score.depth, index, told.fraction)
        return score.cursor((index, _passed(told, score.parts[index])), by_neuron=True)
    except _NoSuch as no:
        raise MomentError(f"There is no moment {_quoted(text)}: {no}") from None


def _quoted(text: str) -> str:
    """As it was written, shortened where that is much."""
    return repr(text if len(text) <= MOST_QUOTED else f"{text[: MOST_QUOTED - 1]}…")


class _NoSuch(Exception):
    """What this network has instead, as the end of a sentence."""


def _read(text: str) -> _Written:
    """ValueError where it is not of that form."""
    head, *rest = (part.strip() for part in text.split(":"))
    phase = Phase(head)
    layer = int(rest.pop(0)) if rest and rest[0].isdecimal() else None
    neuron, term = _named("neuron", rest), _named("term", rest)
    fraction = float(rest.pop(0)) if rest else 1.0
    if rest or not 0.0 <= fraction <= 1.0:
        raise ValueError
    return _Written(phase, layer, None if neuron is None else int(neuron) - 1, _term(term), fraction)


def _named(key: str, rest: list[str]) -> str | None:
    """What is given by that name, if it comes next; taken off `rest` then."""
    found = re.fullmatch(rf"{key}\s*=?\s*(\w+)", rest[0]) if rest else None
    if found is None:
        return None
    rest.pop(0)
    return found[1]


def _term(text: str | None) -> TermRef | None:
    if text is None:
        return None
    return int(text) - 1 if text.isdecimal() else Extra(text)


def _index(told: _Written, score: Score) -> int:
    """The number of its step."""
    steps = [part.step for part in score.parts]
    places = sorted(step.layer for step in steps if step.phase is told.phase)
    layer = places[0] if told.layer is None and places else told.layer
    if layer not in places:
        raise _NoSuch(_where(told.phase, places))
    return steps.index(Step(told.phase, layer))


def _where(phase: Phase, places: list[int]) -> str:
    """At which layers a phase happens."""
    if not places:  # only the spread can be missing
        return "a network without hidden layers has no spread. Choose another phase, as in gate_back:1."
    if places == [0]:
        return f"input, loss and update take no layer. Write {phase}, or {phase}:0:0.5 for the middle of it."
    if len(places) == 1:
        return f"{phase} happens only at layer {places[0]} of this network. Write {phase}:{places[0]}."
    return f"{phase} happens at layers {places[0]} to {places[-1]} of this network, as in {phase}:{places[0]}."


def _passed(told: _Written, part: Part) -> float:
    """How many beats of a step have passed then."""
    here = _written_step(part.step)
    if not part.rounds:
        raise _NoSuch(f"at {told.phase} no neuron has a turn of its own. Write {told.phase}.")
    if told.term is Extra.MEAN:
        return _mean(told, part) + told.fraction
    units = part.rounds[0].units
    if told.neuron is None or not 0 <= told.neuron < units:
        those = "there is neuron 1 alone" if units == 1 else f"neurons 1 to {units} have their turn"
        raise _NoSuch(f"at {here} {those}, as in {here}:neuron=1.")
    if told.term is None:
        if told.fraction < 1:
            raise _NoSuch(f"a fraction is one of a phase or of a term. Write {here}:neuron={told.neuron + 1}.")
        if not any(each.counts[told.neuron] for each in part.rounds if Extra.MEAN not in each.last):
            raise _NoSuch(_met(part, told.neuron))
        return float(part.done(told.neuron))
    beat = part.beat(told.neuron, told.term)
    if beat is None:
        raise _NoSuch(_met(part, told.neuron))
    return beat + told.fraction


def _mean(told: _Written, part: Part) -> int:
    """The beat at which the mean over the samples is taken."""
    beat = part.beat(None, Extra.MEAN)
    if beat is None:
        raise _NoSuch("the mean is taken at weights alone, of mini-batches with two samples or more.")
    if told.neuron is not None:
        here = _written_step(part.step)
        raise _NoSuch(f"the mean is that of the whole layer. Write {here}:term=mean.")
    return beat


def _met(part: Part, unit: int) -> str:
    """Which terms a neuron meets at a step."""
    own = [each for each in part.rounds if Extra.MEAN not in each.last]
    terms = [each.term(unit, beat) for each in own for beat in range(int(each.counts[unit]))]
    if not terms:
        return f"neuron {unit + 1} meets nothing there, as all its links are cut."
    links = [term + 1 for term in terms if isinstance(term, int)]
    extras = [f"{term}" for term in terms if isinstance(term, Extra)]
    if len(links) > 1 and links[-1] - links[0] == len(links) - 1:
        named = [f"{links[0]} to {links[-1]}"]
    else:
        named = [f"{link}" for link in links[:MOST_NAMED]] + (["…"] if len(links) > MOST_NAMED else [])
    here = f"{_written_step(part.step)}:neuron={unit + 1}:term={_name(terms[0])}"
    *first, last = [*named, *extras]
    told = f"terms {', '.join(first)} and {last}" if first else f"term {last}"
    return f"neuron {unit + 1} meets the {told} there, as in {here}."


def _written_step(step: Step) -> str:
    return f"{step.phase}:{step.layer}"


def _name(term: TermRef) -> str:
    return f"{term}" if isinstance(term, Extra) else f"{term + 1}"
