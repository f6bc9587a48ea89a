"""What a question of a lesson has for an answer, and whether a given one is right: the truth is computed."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from twostroke.engine.claims.arithmetic import ClaimError
from twostroke.engine.claims.language import Claim, Vocabulary, evaluate, number_of
from twostroke.engine.session.phrases import counted
from twostroke.gui.model.lessons.script import Ask
from twostroke.gui.model.numbers import exact, number

DIGITS = 4
"""Of a number that is told: one more than pictures have."""


@dataclass(frozen=True)
class Truth:
    """The answer. `value`: a number; of choices their number from 1; of neurons, from 1, all that are right."""

    value: float | int | tuple[int, ...]
    told: str  # as the reveal says it


def truth(ask: Ask, words: Vocabulary) -> Truth:
    """The answer at this moment. ClaimError where the expression gives none."""
    if ask.number is not None:
        value = number_of(ask.number, words)
        return Truth(value, number(value, DIGITS))
    if ask.answer is not None:
        choice = number_of(ask.answer, words)
        if choice not in range(1, len(ask.choices) + 1):
            raise ClaimError(f"the answer is {choice:g}; expected one of the choices, 1 to {len(ask.choices)}")
        return Truth(int(choice), ask.choices[int(choice) - 1])
    assert ask.click is not None  # as the file is read
    units = _neurons(ask.click, words)
    return Truth(units, f"neuron {' or '.join(map(str, units))} of layer {ask.layer}")


def _neurons(click: Claim, words: Vocabulary) -> tuple[int, ...]:
    """The neurons, from 1, that an expression names by their places from 0, or by a mask."""
    value = evaluate(click, words)
    if isinstance(value, np.ndarray) and value.dtype == np.bool_ and value.ndim == 1:
        found = tuple(int(unit) + 1 for unit in np.flatnonzero(value))
        if not found:
            raise ClaimError(f"none of {counted(value.size, 'neuron')} is right, so none can be clicked")
        return found
    unit = number_of(click, words)
    if unit < 0 or unit != int(unit):
        raise ClaimError(f"the neuron to click is {unit:g}; expected its place from 0, or a mask")
    return (int(unit) + 1,)


def told_answer(ask: Ask, answer: Any) -> str:
    """What somebody answered, in words."""
    if ask.number is not None:
        return exact(float(answer))
    return ask.choices[int(answer) - 1] if ask.choices else f"neuron {answer} of layer {ask.layer}"


def is_right(ask: Ask, answer: Any, true: Truth) -> bool:
    """Whether `answer` - a number, the number of a choice, or that of a neuron, from 1 - is right."""
    if isinstance(true.value, tuple):
        return answer in true.value
    if ask.number is None:
        return bool(answer == true.value)
    return within(float(answer), float(true.value), ask.tolerance, ask.relative)


def within(answer: float, value: float, tolerance: float, relative: float) -> bool:
    """Whether a number that was typed is near enough: by as much as was said, and in any case by round-off."""
    return bool(abs(answer - value) <= max(tolerance, relative * abs(value), 1e-9 * max(1.0, abs(value))))
