"""Views of several networks that are seen together: the same choices, the same sample, the same moment. Pure: no Qt."""

from collections.abc import Iterable
from dataclasses import replace

from twostroke.engine.border.cursor import WEIGHT_OF_PHASE, Cursor, Phase
from twostroke.engine.border.snapshot import Snapshot
from twostroke.gui.model.apart import DIFFERENCE, apart
from twostroke.gui.model.outcome import LETTERS
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.walk import still_there


def beside(view: ViewState, snapshot: Snapshot) -> ViewState:
    """What is shown of another network beside the view of the main one."""
    own = replace(_beside(view, snapshot), main=view)
    return apart(own) if view.choices.lens == DIFFERENCE else own


def told_of(view: ViewState, others: Iterable[ViewState]) -> str:
    """The caption of the main network's view; whose it is, where at this moment another one would be told of others."""
    alike = view.moment is None or all(other.caption == view.caption for other in others)
    return view.caption if alike else f"{LETTERS[0]}: {view.caption}"


def _beside(view: ViewState, snapshot: Snapshot) -> ViewState:
    choices = replace(still_there(view.choices, snapshot.session.widths), trail=())
    tape = snapshot.tape if view.tape is not None else None
    if tape is None or view.cursor is None or view.tape is None:
        return resolve(snapshot, None, None, choices)
    if tuple(tape.rows) == tuple(view.tape.rows):
        choices = replace(choices, batch_row=view.row)
    return resolve(
        snapshot, tape, same_moment(view.cursor, tape.depth, view.widths == snapshot.session.widths), choices
    )


def same_moment(cursor: Cursor, depth: int, alike: bool) -> Cursor:
    """The same moment in a network of another shape: the same phase at the same layer where the depth is the same; else
    the same share of its stroke. One neuron after the other is read only where all widths are `alike`.
    """
    if alike:
        return cursor
    if depth == cursor.depth:
        return Cursor(depth, cursor.index, cursor.fraction)
    stage, share = _stage(cursor)
    return _at(depth, stage, share)


def _stages(depth: int) -> tuple[tuple[int, ...], ...]:
    """The numbers of the steps at the input, forwards, at the loss, backwards, and of the update."""
    phases = [step.phase for step in Cursor(depth).steps]
    loss, last = phases.index(Phase.LOSS), len(phases) - 1
    return (0,), tuple(range(1, loss)), (loss,), tuple(range(loss + 1, last)), (last,)


def _length(depth: int, index: int) -> float:
    return WEIGHT_OF_PHASE[Cursor(depth).steps[index].phase]


def _stage(cursor: Cursor) -> tuple[int, float]:
    """Which part of the film, and which share of it has passed."""
    number, steps = next((i, part) for i, part in enumerate(_stages(cursor.depth)) if cursor.index in part)
    gone = sum(_length(cursor.depth, index) for index in steps if index < cursor.index)
    gone += _length(cursor.depth, cursor.index) * cursor.fraction
    return number, gone / sum(_length(cursor.depth, index) for index in steps)


def _at(depth: int, stage: int, share: float) -> Cursor:
    steps = _stages(depth)[stage]
    left = share * sum(_length(depth, index) for index in steps)
    for index in steps:
        length = _length(depth, index)
        if left <= length * (1 + 1e-9):
            return Cursor(depth, index, min(left / length, 1.0))
        left -= length
    return Cursor(depth, steps[-1])
