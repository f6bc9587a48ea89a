"""Starts the window and ends it in order: first the training thread, then the widgets.

Qt is imported inside the functions, so that asking about the display costs nothing.
"""

import os
import sys
from pathlib import Path

NO_DISPLAY = (
    "There is no display to open a window on. Use twostroke export, for instance: "
    "twostroke export two-strokes -o two-strokes.mp4"
)
WRONG_USAGE = 2


def display_problem() -> str | None:
    """Why no window can be opened, as a sentence; None where one can. Imports no Qt."""
    from twostroke.gui.cli.subcommands.display import has_display

    return None if has_display() else NO_DISPLAY


def run(path: Path | None = None, smoke: bool = False, grab: Path | None = None) -> int:
    """Open the window on `path`, or on the first lesson, until it is closed. Returns the exit code.

    With `smoke` the window is driven through one update and closed; with `grab` it is driven to a telling moment and
    its picture is written to that file.
    """
    problem = display_problem()
    if problem and not (smoke or grab):
        print(problem, file=sys.stderr)
        return WRONG_USAGE
    if problem:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if smoke or grab:
        from twostroke.gui.cli.smoke import run_smoke

        return run_smoke(path, grab)
    from twostroke.gui.shell.program import run_program

    return run_program(path)
