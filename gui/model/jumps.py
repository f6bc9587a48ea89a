"""Where one can jump to in an update: the strokes, the loss, the moments of one neuron. Pure."""

from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.score import Score

OF_A_NEURON = (Phase.SUM, Phase.GATE, Phase.GATE_BACK, Phase.WEIGHTS)
"""Phases in which a neuron does something of its own."""


def loss(score: Score) -> Cursor:
    """Where the prediction has met its target."""
    return Cursor(score.depth).seek(Step(Phase.LOSS))


def _begins(score: Score) -> tuple[Cursor, Cursor]:
    """Where the two strokes begin: with the sample, and when the loss is known."""
    return Cursor(score.depth), Cursor(score.depth, loss(score).index + 1, 0.0)


def next_stroke(score: Score, here: Cursor) -> Cursor | None:
    """Where the next stroke begins; None where that is in the next update."""
    return next((begin for begin in _begins(score) if score.place(begin) > score.place(here)), None)


def previous_stroke(score: Score, here: Cursor) -> Cursor | None:
    """Where this stroke began, or from there the one before; None where that is in the update before."""
    return next((begin for begin in _begins(score)[::-1] if score.place(begin) < score.place(here)), None)


def moments_of(score: Score, who: NeuronRef, by_neuron: bool) -> tuple[Cursor, ...]:
    """When the sum and the gate of a neuron are done, on the way back its gate and its weights; when an input comes.

    By neuron, it is when that neuron is done, else when its layer is.
    """
    if who.layer == 0:
        return (Cursor(score.depth),)
    ends = [Cursor(score.depth).seek(Step(phase, who.layer)) for phase in OF_A_NEURON]
    if not by_neuron:
        return tuple(ends)
    return tuple(score.cursor((end.index, score.parts[end.index].done(who.unit)), by_neuron) for end in ends)


def next_moment_of(score: Score, who: NeuronRef, here: Cursor, by_neuron: bool) -> Cursor:
    """The next of these moments; after the last one, the first."""
    moments = moments_of(score, who, by_neuron)
    return next((each for each in moments if score.place(each) > score.place(here)), moments[0])
