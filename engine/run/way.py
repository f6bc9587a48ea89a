"""States spread over the way that a run took: checkpoints as they are, and replays in between where these are cheap."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.compute.kernels import train
from twostroke.engine.compute.kernels.plan import State
from twostroke.engine.run.machine import Machine, Setting, machine_of
from twostroke.engine.run.stretch import Line
from twostroke.engine.session.parameters import shapes
from twostroke.engine.session.settings.given import Shape

MOST = 64
"""States that are taken, at most, ..."""

MOST_BYTES, LEAST = 32 * 2**20, 8
"""...and of large networks fewer, so that they take no more memory in float64; these at least."""

NEAR = 0.25
"""Of the updates from one state to the next: a checkpoint so near is taken in place of a replay."""

REPLAYED = 1_000_000_000
"""Parameters times samples that all replays together may go through, some seconds; else checkpoints alone are taken."""

AT_ONCE = 20_000_000
"""...and so many between two looks at whether anybody still wants to know: some hundredths of a second."""


def spread(begin: int, end: int, kept: Sequence[int], most: int, affordable: int) -> list[int]:
    """Updates to take, evenly from `begin` to `end`, where those in `kept` need no replay and the others together no
    more than `affordable` updates.
    """
    wanted = np.unique(np.rint(np.linspace(begin, end, most)).astype(np.int64))
    if not len(kept):
        return [int(update) for update in wanted]
    there = np.asarray(kept, dtype=np.int64)
    nearest = there[np.abs(wanted[:, None] - there).argmin(axis=1)]
    apart = (end - begin) / max(1, most - 1)
    mixed = np.unique(np.where(np.abs(nearest - wanted) <= NEAR * apart, nearest, wanted))
    chosen = mixed if _replayed(mixed, there) <= affordable else np.unique(nearest)
    return [int(update) for update in chosen]


def _replayed(updates: NDArray[np.int64], kept: NDArray[np.int64]) -> int:
    """How many updates replays do to reach these, each from what is kept or was reached before it."""
    starts = np.union1d(updates, kept)
    places = np.searchsorted(starts, updates)
    before = starts[np.maximum(places - 1, 0)]
    return int(np.where(np.isin(updates, kept), 0, updates - before).sum())


class Way:
    """States of `line`, reached with machines of its own; `twin` is that of the last setting. `look` may raise."""

    def __init__(self, line: Line[Setting], twin: Machine, look: Callable[[], None]) -> None:
        self._line, self._twin, self._look = line, twin, look
        self._machine = twin

    def states(self) -> list[State]:
        """From the first update since which the network has had the parameters that it has now; rising."""
        begin = self._begin()
        if begin is None:
            return []
        size = self._twin.network.theta.size
        most = max(LEAST, min(MOST, MOST_BYTES // (8 * size)))
        kept = [update for update in self._line.kept() if update >= begin]
        affordable = REPLAYED // self._cost(self._twin)
        found = []
        for update in spread(begin, self._line.end, kept, most, affordable):
            self._look()
            try:
                found.append(self._line.at(update, self._replay))
            except ValueError:  # the data of those updates are gone
                continue
        return found

    def _begin(self) -> int | None:
        """Parameters come and go with organs and learned slopes; None where the line has had others to its end."""
        now, begin = _shapes(self._twin.setting), None
        for stretch in reversed(self._line.path):
            if _shapes(stretch.setting) != now:
                break
            begin = max(stretch.begin, self._line.past)
        return begin

    @staticmethod
    def _cost(machine: Machine) -> int:
        """Of one update."""
        return machine.network.theta.size * machine.setting.session.training.batch_size

    def _replay(self, setting: Setting, state: State, updates: int) -> None:
        if updates and self._machine.setting is not setting:
            self._machine = machine_of(setting)
        machine, part = self._machine, max(1, AT_ONCE // self._cost(self._machine))
        while updates:
            self._look()
            asked = min(part, updates)
            done = train.run(
                machine.network.plan, machine.rule, machine.feed, state, machine.buffers, asked, np.zeros(1)
            )
            if done < asked:
                raise ValueError("a past update could not be repeated")
            updates -= asked


def _shapes(setting: Setting) -> dict[str, Shape]:
    network = setting.session.network
    return shapes(network, setting.session.widths)
