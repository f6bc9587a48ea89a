"""The program in a process of its own, as a user starts it, with a hand that trains as soon as the window is open.

Arguments: the seconds after which training is put aside anew; what else the hand does with the window when work has
been put aside, such as `close`, or -; then those of the program.
"""

import sys

from twostroke.gui.cli import start


def train_at_once(period: float, then: str) -> None:
    from PySide6.QtCore import QTimer

    from twostroke.engine.border.commands import Play
    from twostroke.gui.shell import unsaved
    from twostroke.gui.shell.program import Program

    unsaved.PERIOD = period
    opened = Program.open

    def open_and_train(program: Program) -> None:
        opened(program)
        program.controller.send(Play())
        if then != "-":
            QTimer.singleShot(3_000, getattr(program.window, then))

    Program.open = open_and_train  # type: ignore[method-assign]


if __name__ == "__main__":
    train_at_once(float(sys.argv.pop(1)), sys.argv.pop(1))
    sys.exit(start.main())
