"""Commands that are under way: each has a number, and whoever asked is told what became of it. No Qt."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack

from twostroke.engine.border.snapshot import Answer, Told


class Ledger:
    """Numbers commands from 1 on, and passes on their answers once, in their order."""

    def __init__(self, refused: Callable[[Answer], object]) -> None:
        """`refused` hears of a refusal of which the user has not been told."""
        self._refused = refused
        self._waiting: dict[int, Told | None] = {}
        self._changes: set[int] = set()
        self._settled = 0
        self.newest = 0  # the number given last

    @property
    def oldest(self) -> int | None:
        """The number of the command that has been under way for longest; None where none is."""
        return next(iter(self._waiting), None)

    @property
    def changing(self) -> bool:
        """Whether a command is under way that changes the session."""
        return bool(self._changes)

    def enter(self, then: Told | None = None, *, changes: bool = False) -> int:
        """The number of a new command; `then` is told its answer. `changes`: whether it changes the session."""
        self.newest += 1
        self._waiting[self.newest] = then
        if changes:
            self._changes.add(self.newest)
        return self.newest

    def settle(self, answered: int, answers: Iterable[Answer]) -> None:
        """All commands up to the number `answered` have been answered: those in `answers` so, the others by being done.

        Answers that have been told before are passed over, as a snapshot may repeat those of the one before.
        """
        said = {answer.number: answer for answer in answers if answer.number > self._settled}
        self._settled = max(self._settled, answered)
        self._changes = {number for number in self._changes if number > answered}
        self._tell_all({number: said.get(number, Answer(number)) for number in self._waiting if number <= answered})

    def lose(self, sentence: str) -> None:
        """The engine is gone: no command under way will be answered any more."""
        self._changes.clear()
        self._settled = self.newest
        self._tell_all({number: Answer(number, refused=sentence) for number in self._waiting})

    def _tell_all(self, answers: dict[int, Answer]) -> None:
        """Each in its turn; one who fails on hearing it keeps no other from theirs."""
        with ExitStack() as last:
            for number, answer in reversed(answers.items()):
                last.callback(self._tell, self._waiting.pop(number), answer)

    def _tell(self, then: Told | None, answer: Answer) -> None:
        told = then(answer) if then is not None else False
        if answer.refused and not told:
            self._refused(answer)
