"""Training that runs on by itself in a thread of its own, while another one follows it.

The kernel need not come back to the interpreter, whose lock the window may hold for the length of a frame: it goes on
until it is told to stop, and writes its state into a log every so many updates and whenever it is asked. What is read
there is of one moment, between two updates.
"""

import sys
import threading
from collections.abc import Iterator

import numpy as np

from twostroke.engine.compute.kernels import flags, train
from twostroke.engine.compute.kernels import plan as k
from twostroke.engine.compute.kernels.plan import Log, State
from twostroke.engine.compute.record import copy_state
from twostroke.engine.run.machine import Machine

LOG_BYTES = 8 * 2**20
"""Memory that the states in a log take, about."""

FEWEST_SLOTS, MOST_SLOTS = 3, 64


class Flight:
    """Does `updates` updates on a copy of `state`, in a thread; the log has a state every `every` updates.

    It ends sooner at update `until`, unless that has been put off by then. One thread owns it, which takes the states
    and stops it once; `state` and `done` are to be read after that.
    """

    def __init__(self, machine: Machine, state: State, updates: int, every: int, until: int = sys.maxsize) -> None:
        self.asked, self.until = updates, until
        self.done = 0
        self.state = copy_state(state)
        self._log = _log_for(state, every)
        self._log.flags[k.UNTIL] = until
        self._slots = int(self._log.flags[k.SLOTS])
        self._taken = 0
        self._error: BaseException | None = None
        self._machine = machine
        self._thread = threading.Thread(target=self._run, name="twostroke-kernel", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        machine, value = self._machine, np.zeros(1)
        try:
            self.done = train.run(
                machine.network.plan,
                machine.rule,
                machine.feed,
                self.state,
                machine.buffers,
                self.asked,
                value,
                self._log,
            )
        except BaseException as error:
            self._error = error

    @property
    def over(self) -> bool:
        """Whether it has ended by itself: all was done, or a number turned not finite."""
        return not self._thread.is_alive()

    def put_off(self, until: int) -> None:
        """Let it run on until that update, where it would end before."""
        if until > self.until:
            self.until = until
            flags.write(self._log.flags, k.UNTIL, until)

    def wish(self) -> None:
        """Have the state written after the update under way."""
        flags.write(self._log.flags, k.WISHED, 1)

    @property
    def waiting(self) -> int:
        """States that have been written and not been taken."""
        return int(flags.read(self._log.flags, k.WRITTEN)) - self._taken

    def states(self) -> Iterator[State]:
        """The states written since the last call, in order, each a copy."""
        for _ in range(self.waiting):
            yield self._slot(self._taken % self._slots)
            self._taken += 1
            flags.write(self._log.flags, k.TAKEN, self._taken)

    def _slot(self, slot: int) -> State:
        return State(
            *(
                room[slot * own.size : (slot + 1) * own.size].copy()
                for room, own in zip(self._log.states, self.state, strict=True)
            )
        )

    def stop(self) -> bool:
        """End it after the update under way. Whether `state` is sound: no number has turned not finite.

        What was raised in the thread is raised here.
        """
        flags.write(self._log.flags, k.UNTIL, 0)
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self.done == self.asked or bool(self._log.flags[k.STOPPED])


def _log_for(state: State, every: int) -> Log:
    size = sum(array.nbytes for array in state)
    slots = max(FEWEST_SLOTS, min(MOST_SLOTS, LOG_BYTES // size))
    found = np.zeros(k.FLAGS, dtype=np.int64)
    found[k.SLOTS], found[k.INTERVAL] = slots, every
    return Log(found, State(*(np.zeros(slots * array.size, dtype=array.dtype) for array in state)))
