"""Which keys walk through the picture, and where they lead: from neuron to neuron, onto links and across them."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from twostroke.gui.model.choices import NeuronRef, Walked
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.walk import FAR, across, at, leap, put, stands, step
from twostroke.gui.model.words import DOWN, LEFT, RIGHT, UP

Widths = tuple[int, ...]

NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)

MOVES: dict[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[Walked, Widths], Walked]] = {
    (Qt.Key.Key_Down, NONE): lambda walked, widths: step(walked, 1, widths),
    (Qt.Key.Key_Up, NONE): lambda walked, widths: step(walked, -1, widths),
    (Qt.Key.Key_Down, SHIFT): lambda walked, widths: leap(walked, FAR, widths),
    (Qt.Key.Key_Up, SHIFT): lambda walked, widths: leap(walked, -FAR, widths),
    (Qt.Key.Key_Home, CTRL): lambda walked, widths: put(walked, 0),
    (Qt.Key.Key_End, CTRL): lambda walked, widths: leap(walked, max(widths), widths),
    (Qt.Key.Key_Left, CTRL): lambda walked, widths: across(walked, -1, widths),
    (Qt.Key.Key_Right, CTRL): lambda walked, widths: across(walked, 1, widths),
}
"""Left and Right alone step through the phases, wherever the focus is."""

SAMPLES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
"""With Ctrl, these keys show the next or the previous sample of the mini-batch."""

OWN_KEYS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter})
"""Keys that the window must leave to the picture; with Ctrl they are nobody else's."""

HINT = f"{UP} {DOWN} neurons     Ctrl+{LEFT} {RIGHT} links and layers     Enter pins     Esc ends"
"""Shown where Tab brought the focus and nothing is walked yet."""


def modifiers_of(event: QKeyEvent) -> Qt.KeyboardModifier:
    """Those that matter: arrows of some keyboards count as keys of the keypad."""
    return event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


def walk(event: QKeyEvent, view: ViewState, before: Walked | None) -> Walked | None:
    """Where a key leads; None where it does not walk.

    From nowhere it leads to what is pinned, else to where the last walk ended, `before`, else to the first neuron of
    the first hidden layer.
    """
    move = MOVES.get((Qt.Key(event.key()), modifiers_of(event)))
    if move is None:
        return None
    widths, choices = view.widths, view.choices
    if choices.walked is not None and stands(choices.walked, widths):
        return move(choices.walked, widths)
    chosen = choices.pinned_link or choices.selected
    for start in (at(chosen, widths) if chosen is not None else None, before):
        if start is not None and stands(start, widths):
            return start
    return at(NeuronRef(1, 0), widths)


def other_sample(event: QKeyEvent, view: ViewState) -> int | None:
    """Which sample of the mini-batch a key leads to, round and round; None where it does not."""
    by = SAMPLES.get(Qt.Key(event.key()), 0)
    if view.tape is None or not by or modifiers_of(event) != CTRL:
        return None
    return (view.row + by) % view.tape.samples
