"""Has a trainer's training run on by itself, and brings the trainer after it: state, history and count.

The trainer's own state is always one that training has been in, so snapshots and evaluations are taken from it in
peace while the kernel is ahead. Whatever else is asked of the trainer comes after `land`.
"""

import sys
import time

from twostroke.engine.border.snapshot import Status
from twostroke.engine.run.flight import Flight
from twostroke.engine.run.trainer import Trainer

SHORTEST = 64
"""Fewer updates are done at once rather than in a thread."""

PATIENCE, LOOK = 0.02, 0.0002
"""Seconds that a state wished for is waited for, and between two looks."""


class Pilot:
    """One trainer's."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._flight: Flight | None = None
        self._begin = 0

    @property
    def flying(self) -> bool:
        """Whether training runs by itself, ahead of the trainer."""
        return self._flight is not None

    @property
    def left(self) -> int:
        """Updates from where the trainer is to where the flight ends by itself."""
        flight = self._flight
        return 0 if flight is None else min(self._begin + flight.asked, flight.until) - self._trainer.update

    def take_off(self, most: int = sys.maxsize) -> bool:
        """Let training run on where nothing bounds its speed, for `most` updates unless put off. Whether it does."""
        trainer = self._trainer
        if trainer.status is not Status.RUNNING or trainer.pace is not None:
            return False
        updates = trainer.wanted(trainer.prepare())
        if min(most, updates) < SHORTEST:
            return False
        self._begin = trainer.update
        self._flight = Flight(trainer.machine, trainer.state, updates, trainer.stride, self._after(most))
        return True

    def put_off(self, most: int) -> None:
        """Let it run on for `most` updates from where the trainer is, where it would end before."""
        if self._flight is not None:
            self._flight.put_off(self._after(most))

    def _after(self, updates: int) -> int:
        """The update to which so many lead from where the trainer is."""
        return min(self._trainer.update + updates, sys.maxsize)

    def follow(self, fresh: bool = False) -> int:
        """Bring the trainer to the newest state that is known; lands by itself at the end. Returns the updates gone.

        `fresh`: wish for one of this moment, and wait for it a little.
        """
        flight, before = self._flight, self._trainer.update
        if flight is None:
            return 0
        if fresh and not flight.over:
            flight.wish()
            end = time.perf_counter() + PATIENCE
            while not flight.waiting and not flight.over and time.perf_counter() < end:
                time.sleep(LOOK)
        if flight.over:
            self.land()
        else:
            self._catch_up(flight)
        return self._trainer.update - before

    def land(self) -> None:
        """Have it stop after the update under way, with the trainer at that very update."""
        flight, trainer = self._flight, self._trainer
        if flight is None:
            return
        self._flight = None
        sound = flight.stop()
        self._catch_up(flight)
        if sound:
            trainer.come_to(flight.state)
            trainer.settle()
        else:
            trainer.break_off(self._begin + flight.done - trainer.update)

    def _catch_up(self, flight: Flight) -> None:
        for state in flight.states():
            self._trainer.come_to(state)
