"""The curves beside those of the present: other branches, and what this one knows to come. Pure: no Qt."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.snapshot import Curves, Snapshot
from twostroke.engine.border.tape import Array


def named_beside(snapshot: Snapshot) -> tuple[tuple[str, str, Curves], ...]:
    """Number, name and curves of each other branch; numbers are those of the list of branches, from 1."""
    numbers = {branch.id: (place, branch) for place, branch in enumerate(snapshot.branches, start=1)}
    found = ((*numbers[each.id], each.curves) for each in snapshot.beside if each.id in numbers)
    return tuple((str(place), branch.label, curves) for place, branch, curves in found if not branch.current)


class Thin(NamedTuple):
    """A line beside a curve, with the name that stands at its end; "": the known future of the curve itself."""

    name: str
    update: NDArray[np.int64]
    values: Array
    breaks: tuple[int, ...] = ()


def lines_beside(snapshot: Snapshot, figure: Callable[[Curves], Array]) -> tuple[Thin, ...]:
    """All lines, by their numbers; "" for what this branch knows to come."""
    current = {branch.id for branch in snapshot.branches if branch.current}
    ahead = [("", each.curves) for each in snapshot.beside if each.id in current]
    each = [*((number, curves) for number, _, curves in named_beside(snapshot)), *ahead]
    return tuple(Thin(name, c.update, figure(c), c.breaks) for name, c in each if figure(c).size)


def last_of_all(snapshot: Snapshot) -> int:
    """The last update of which there is anything to show."""
    ends = (each.curves.update[-1] for each in snapshot.beside if each.curves.update.size)
    return max([last_update(snapshot.curves, snapshot.future), *map(int, ends)])


def last_update(curves: Curves, update: int) -> int:
    """The right end of the strip, where the run has come to `update`."""
    return max(int(curves.update[-1]), update) if curves.update.size else update


def largest_loss(snapshot: Snapshot) -> float:
    """The largest training loss of all curves, which share one axis."""
    each = (snapshot.curves, *(one.curves for one in snapshot.beside))
    known = [curves.train_loss[np.isfinite(curves.train_loss)] for curves in each]
    return max([1e-12, *(float(values.max()) for values in known if values.size)])
