"""The program in a process of its own, as a user starts it, with a hand that trains as soon as the window is open.

Arguments: the seconds after which training is put aside anew; what else the hand does with the window when work has
been put aside and training has gone on, such as `close`, or -; a file that then is made, where there is a question once
it is asked; then those of the program.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from twostroke.gui.cli import start

if TYPE_CHECKING:
    from twostroke.gui.shell.program import Program

FURTHER = 200  # updates


def train_at_once(period: float, then: str, ready: Path) -> None:
    from twostroke.engine.border.commands import Play
    from twostroke.gui.shell import unsaved
    from twostroke.gui.shell.program import Program

    unsaved.PERIOD = period
    opened = Program.open

    def open_and_train(program: Program) -> None:
        opened(program)
        program.controller.send(Play())
        watch(program, then, ready)

    Program.open = open_and_train  # type: ignore[method-assign]


def watch(program: "Program", then: str, ready: Path) -> None:
    """Do `then` and make `ready` when it has come to that."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QDialog

    timer = QTimer(program.window)
    kept = Path(os.environ["XDG_STATE_HOME"]) / "twostroke" / "unsaved"
    put_aside: list[int] = []
    asked: list[str] = []

    def look() -> None:
        update = program.controller.snapshot.update if program.controller.snapshot else 0
        if not put_aside and any(kept.glob("*/note.json")):
            put_aside.append(update)
        if not put_aside or update < put_aside[0] + FURTHER:
            return
        if then != "-" and not asked:
            asked.append(then)
            QTimer.singleShot(0, getattr(program.window, then))  # which comes back when there is an answer
        dialogs = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QDialog)]
        if then == "-" or any(dialog.isVisible() for dialog in dialogs):
            timer.stop()
            ready.touch()

    timer.timeout.connect(look)
    timer.start(20)


if __name__ == "__main__":
    train_at_once(float(sys.argv.pop(1)), sys.argv.pop(1), Path(sys.argv.pop(1)))
    sys.exit(start.main())
