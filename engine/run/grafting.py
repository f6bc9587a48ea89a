"""A line of one run's history in that of another: a network that was compared becomes a branch of the run."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from twostroke.engine.run.history import Branch
from twostroke.engine.run.machine import Setting
from twostroke.engine.run.stretch import Stretch

S = TypeVar("S")


def copied(branch: Branch[S], end: int, setting_of: Callable[[S], S] = lambda setting: setting) -> Branch[S]:
    """The line as far as `end`, which nothing that is done with the first one changes; its settings by `setting_of`."""
    leaf: Stretch[S] | None = None
    for stretch, left in branch.parts():
        if stretch.begin > end:
            break
        count = bisect_right(stretch.updates, min(left, end))
        kept = stretch.updates[:count], stretch.states[:count]
        own = setting_of(stretch.setting)
        leaf = Stretch(own, stretch.begin, leaf, stretch.own, *kept, stretch.form, stretch.each)
    assert leaf is not None, "it begins behind its end"
    curves, health = branch.curves.copy(end), branch.health.copy(end)
    return Branch(branch.id, branch.label, branch.path()[0].begin, end, leaf, curves, branch.changes, health)


@dataclass(frozen=True, eq=False)
class Grafted:
    """What undo has to know of a branch that came from another run."""

    branch: Branch[Setting]
    line: int  # id of the branch that was gone on with then
    update: int  # at which the run stood there
