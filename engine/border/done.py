"""What has been done to a network, command by command, for whoever asked that a journal be kept."""

from dataclasses import dataclass

from twostroke.engine.border.commands import Command
from twostroke.engine.session.spec import Session


@dataclass(frozen=True, eq=False)
class Done:
    """One command, with the session before and after it, and the updates from which and to which it led.

    What lies between `came_to` of one and `at` of the next was trained. `change` is the number of the change that the
    command made, took back or made again, as undo counts them since the journal began (None: none, or one from before);
    `kept` says whether that change kept the weights.
    """

    command: Command
    before: Session
    after: Session
    at: int
    came_to: int
    change: int | None = None
    kept: bool = True
    seconds: float = 0.0  # for which training had been running without end when it came
