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
    trained: Trained = field(default_factory=Trained)
