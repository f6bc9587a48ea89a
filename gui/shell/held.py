"""What is known of a session that was opened: its name, its file, and what of it no file holds."""

from dataclasses import dataclass, field
from pathlib import Path

from twostroke.engine.files.seen import Seen
from twostroke.gui.model.lessons import Lesson
from twostroke.gui.shell.trained import Trained

UNTITLED = "Untitled"


@dataclass(eq=False)
class Held:
    """An open session, as the document keeps it. The session itself is the engine's."""

    title: str = UNTITLED
    path: Path | None = None
    seen: Seen | None = None  # the file when it was last read or written here
    with_weights: bool = False  # whether saving writes the network as well, as it is then
    lesson: Lesson | None = None
    unsaved: bool = False  # whether there is something to save that the engine does not know of
    lost: bool = False  # whether a fault has taken its network, and none has been trained since
    trained: Trained = field(default_factory=Trained)


class Opened:
    """All sessions that have been opened, by number: undo brings back one that was left, and another one is current."""

    def __init__(self) -> None:
        self._held = {0: Held()}
        self._current = self._newest = 0

    @property
    def now(self) -> Held:
        """The session that is open."""
        return self._held[self._current]

    def number(self) -> int:
        """A number for one that is to be opened."""
        self._newest += 1
        return self._newest

    def add(self, number: int, held: Held) -> None:
        """The engine has opened it."""
        self._held[number] = held
        self._current = number

    def follow(self, number: int) -> bool:
        """The engine has this one open; whether that is another than before."""
        before = self.now
        if number in self._held:
            self._current = number
        return self.now is not before

    def begin_anew(self) -> None:
        """A new engine goes on with the one that is open, and knows no other."""
        self._held, self._current = {0: self.now}, 0
