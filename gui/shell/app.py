"""Starts the window and ends it in order: first the training thread, then the widgets.

Qt is imported inside the functions, so that asking about the display costs nothing.
"""

import gc
import sys
from pathlib import Path

NO_DISPLAY = (
    "There is no display to open a window on. Use twostroke export, for instance: "
    "twostroke export two-strokes -o two-strokes.mp4"
)
WRONG_USAGE = 2


def display_problem() -> str | None:
    """Why no window can be opened, as a sentence; None where one can. Imports no Qt."""
    from twostroke.gui.shell import display, libraries

    return libraries.problem() if display.has_display() else NO_DISPLAY


def hurry() -> None:
    """Leave out what would slow down the imports of the window: see `garbage.py`, which ends it, and `sources.py`."""
    gc.disable()
    import PySide6.QtCore  # noqa: F401 - before it, nothing can be left out

    from twostroke.gui.shell import sources

    sources.leave_unread()


def run(path: Path | str | None = None) -> int:
    """Open the window on `path`, or a link, or on the first lesson, until it is closed. Returns the exit code."""
    problem = display_problem()
    if problem:
        print(problem, file=sys.stderr)
        return WRONG_USAGE
    hurry()
    from twostroke.gui.shell.program import run_program

    return run_program(path)
