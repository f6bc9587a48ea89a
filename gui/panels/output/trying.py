"""Trials that a hand asks for while it moves, and what ends them."""

from collections.abc import Callable

from twostroke.engine.border.commands import (
    Command,
    LeaveTrial,
    NextTape,
    Open,
    PinSample,
    PreviousTape,
    Record,
    TryInput,
    TryTestRow,
)
from twostroke.engine.border.snapshot import Told
from twostroke.gui.panels.base.one_at_a_time import OneAtATime

Values = tuple[float, ...]

ENDS = (LeaveTrial, PinSample, TryTestRow, Record, NextTape, PreviousTape, Open)
"""What shows something else in place of a trial: one that is still wanted must not come after it."""


class Trying:
    """Asks by `ask`, which passes on a command with whom to tell its answer."""

    def __init__(self, ask: Callable[[Command, Told], object]) -> None:
        self._requests = OneAtATime[TryInput](ask)

    @property
    def coming(self) -> TryInput | None:
        """What the picture will show; None where it shows it already."""
        return self._requests.coming

    def want(self, values: Values, target: Values | None = None) -> None:
        """Try these raw values."""
        self._requests.want(TryInput(values, target))

    def hear(self, command: Command) -> None:
        """Something has been asked for, by whomever: with what ends a trial, what is wanted has gone."""
        if isinstance(command, ENDS):
            self._requests.drop()
