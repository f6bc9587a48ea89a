"""What the acts of lessons consist of: a few kinds of doing, which whoever plays a lesson can do, and nothing else.

A lesson is played in the window (over the controller) and without one (`alone`). Both get the same doings, in the same
order, each when the one before is done: so they come to the same moment.
"""

from collections.abc import Callable
from dataclasses import dataclass

from twostroke.engine.border.commands import Command
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.differences import Difference
from twostroke.gui.model.explain.quantities import Quantity
from twostroke.gui.model.player import Stroke
from twostroke.gui.model.score import Grain


@dataclass(frozen=True)
class Send:
    """A command to the engine. It is done when it is answered and training stands still again.

    `seconds`: how long training takes where somebody looks on; 0 for as fast as it can.
    """

    command: Command
    seconds: float = 0.0


@dataclass(frozen=True)
class Restart:
    """The session of the lesson, from its first update on."""


@dataclass(frozen=True)
class Choose:
    """A change of what is shown."""

    change: Callable[[Choices], Choices]


@dataclass(frozen=True)
class Stand:
    """One moment of the coming update, as `moments` reads it; from there, of the update that is looked at."""

    moment: str


@dataclass(frozen=True)
class PlayStroke:
    """A stroke of the coming update as a film; both where there is none. Without a window it stands at the end."""

    stroke: Stroke | None


@dataclass(frozen=True)
class Take:
    """What one press of an arrow passes."""

    grain: Grain


@dataclass(frozen=True)
class Panel:
    """A panel of the window, by its id in PANELS, unfolded or folded."""

    id: str
    unfolded: bool


@dataclass(frozen=True)
class Point:
    """A soft frame around what is to be looked at: "l2[3]", "loss", "panel:data"; "" for none."""

    at: str


@dataclass(frozen=True)
class Explain:
    """The account of a number. One of a sample is that of the sample shown (`row` is left open)."""

    quantity: Quantity


@dataclass(frozen=True)
class Compare:
    """Another network beside the main one."""

    difference: Difference


@dataclass(frozen=True)
class EndCompare:
    """The main network alone again."""


@dataclass(frozen=True)
class Remember:
    """This moment by a name, for claims."""

    name: str


Doing = Send | Restart | Choose | Stand | PlayStroke | Take | Panel | Point | Explain | Compare | EndCompare | Remember
