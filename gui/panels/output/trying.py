"""Trials asked for one at a time: a fast hand must not queue up hundreds. Where it has come to meanwhile is next."""

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
from twostroke.engine.border.snapshot import Answer, Told

Values = tuple[float, ...]

ENDS = (LeaveTrial, PinSample, TryTestRow, Record, NextTape, PreviousTape, Open)
"""What shows something else in place of a trial: one that is still wanted must not come after it."""


class Trying:
    """Asks by `ask`, which passes on a command with whom to tell its answer."""

    def __init__(self, ask: Callable[[Command, Told], object]) -> None:
        self._ask = ask
        self._wanted: TryInput | None = None
        self._under_way: TryInput | None = None

    @property
    def coming(self) -> TryInput | None:
        """What the picture will show; None where it shows it already."""
        return self._wanted or self._under_way

    def want(self, values: Values, target: Values | None = None) -> None:
        """Try these raw values, now or as soon as the ones before have been answered."""
        self._wanted = TryInput(values, target)
        if self._under_way is None:
            self._send()

    def hear(self, command: Command) -> None:
        """Something has been asked for, by whomever: with what ends a trial, what is wanted has gone."""
        if isinstance(command, ENDS):
            self._wanted = None

    def _send(self) -> None:
        if self._wanted is not None:
            self._under_way, self._wanted = self._wanted, None
            self._ask(self._under_way, self._answered)

    def _answered(self, answer: Answer) -> bool:
        self._under_way = None
        self._send()
        return False
