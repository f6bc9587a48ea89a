"""What a hand asks for while it moves, one request at a time: a fast one must not queue up hundreds, each of which the
engine would do. Where the hand has come to meanwhile is asked for next, and nothing of the way there."""

from collections.abc import Callable
from typing import Generic, TypeVar

from twostroke.engine.border.commands import Command
from twostroke.engine.border.snapshot import Answer, Told

Asked = TypeVar("Asked", bound=Command)


class OneAtATime(Generic[Asked]):
    """Asks by `ask`, which passes on a command with whom to tell its answer; `heard` hears each answer."""

    def __init__(
        self, ask: Callable[[Command, Told], object], heard: Callable[[Answer], object] = lambda answer: None
    ) -> None:
        self._ask, self._heard = ask, heard
        self.wanted: Asked | None = None  # next
        self.under_way: Asked | None = None

    @property
    def coming(self) -> Asked | None:
        """What will have been done when all is answered; None where nothing is asked for."""
        return self.wanted or self.under_way

    def want(self, command: Asked) -> None:
        """Ask for this, now or as soon as what is under way has been answered."""
        self.wanted = command
        if self.under_way is None:
            self._next()

    def insist(self, command: Asked) -> None:
        """Ask for this now, also while something is under way, and for nothing after it."""
        self.wanted = command
        self._next()

    def drop(self) -> None:
        """Nothing more is wanted."""
        self.wanted = None

    def _next(self) -> None:
        if self.wanted is not None:
            command, self.wanted = self.wanted, None
            self.under_way = command
            self._ask(command, lambda answer: self._answered(command, answer))

    def _answered(self, command: Asked, answer: Answer) -> bool:
        self._heard(answer)
        if self.under_way is command:
            self.under_way = None
            self._next()
        return False
