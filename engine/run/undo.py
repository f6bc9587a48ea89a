"""Sessions as undo keeps them, within a bound of memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from twostroke.engine.compute.kernels.plan import State
from twostroke.engine.data import Dataset
from twostroke.engine.run.grafting import Grafted
from twostroke.engine.run.history import History
from twostroke.engine.run.machine import Setting
from twostroke.engine.session.spec import Session

UNDO_BYTES = 256 * 2**20
"""Memory that weights kept for undo may take."""

UNDO_STEPS = 500
"""Changes that can be taken back: each also keeps its session, some tens of kilobytes that no array's size tells."""


@dataclass(frozen=True, eq=False)
class Left:
    """What else was left when another session was opened. The data stay, as their file may be another one by then."""

    document: int
    opened: Session
    pace: float | None
    dataset: Dataset

    @property
    def nbytes(self) -> int:
        """Memory that it takes."""
        data = self.dataset
        return data.x_train.nbytes + data.x_test.nbytes + data.raw_train.nbytes + data.raw_test.nbytes


@dataclass(frozen=True, eq=False)
class Memento:
    """A session as undo keeps it, with the state in which it was left.

    Where the change kept the weights (`kept`), undoing it keeps the weights as they have become since, and only what
    the change had dropped comes back from `state`; otherwise all of `state` does, with `history` where the change
    replaced the network, and else on the line that there is.
    """

    label: str
    session: Session
    state: State
    history: History[Setting] | None  # of the network that the change replaced
    kept: bool
    touched: bool  # whether `state` may be another than that of the line of `history`
    changes: tuple[str, ...]  # what had been changed by then since the line of `history` was last gone on with
    left: Left | None = None  # where the change opened another session
    grafted: Grafted | None = None  # where it only added a branch

    @property
    def nbytes(self) -> int:
        """Memory that it takes."""
        kept = (part.nbytes for part in (self.history, self.left) if part is not None)
        return sum(array.nbytes for array in self.state) + sum(kept)


class UndoStack:
    """Mementos, the newest on top. The oldest ones go where there are too many; the newest always stays."""

    def __init__(self) -> None:
        self._mementos: list[Memento] = []
        self._sizes: list[int] = []  # in bytes; a history that is kept here does not grow
        self._total = 0

    def __len__(self) -> int:
        return len(self._mementos)

    def __iter__(self) -> Iterator[Memento]:
        return iter(self._mementos)

    @property
    def top(self) -> Memento | None:
        """The newest one; None where there is none."""
        return self._mementos[-1] if self._mementos else None

    @property
    def label(self) -> str | None:
        """What the newest one would take back."""
        return self._mementos[-1].label if self._mementos else None

    def push(self, memento: Memento) -> None:
        """Keep one more."""
        self._mementos.append(memento)
        self._sizes.append(memento.nbytes)
        self._total += self._sizes[-1]
        while len(self._sizes) > 1 and (self._total > UNDO_BYTES or len(self._sizes) > UNDO_STEPS):
            self._total -= self._sizes[0]
            del self._mementos[0], self._sizes[0]

    def pop(self) -> Memento:
        """Take the newest one away."""
        self._total -= self._sizes.pop()
        return self._mementos.pop()

    def relabel(self, label: str) -> None:
        """The newest one's change has gone on."""
        self._mementos[-1] = replace(self._mementos[-1], label=label)

    def clear(self) -> None:
        """Forget all."""
        self._mementos.clear()
        self._sizes.clear()
        self._total = 0


def taken_back(changes: tuple[str, ...], label: str, undoing: bool) -> tuple[str, ...]:
    """What has been changed when the change `label` is undone, or is done again."""
    label, opposite = (f"Undo {label}", label) if undoing else (label, f"Undo {label}")
    return changes[:-1] if changes[-1:] == (opposite,) else added(changes, label)


def added(changes: tuple[str, ...], label: str) -> tuple[str, ...]:
    """As many of the latest as can be undone: each step of undo holds those before it, which would grow without end."""
    return (*changes, label)[-UNDO_STEPS:]
