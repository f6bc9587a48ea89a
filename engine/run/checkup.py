"""Examinations beside training, one of each kind at a time, in a thread of its own: some take 0.1 s."""

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

import numpy as np

from twostroke.engine.border.health import Health
from twostroke.engine.border.tiling import Regions
from twostroke.engine.compute.kernels.plan import State
from twostroke.engine.compute.record import copy_state, record_update
from twostroke.engine.data import Dataset
from twostroke.engine.health.examine import examine
from twostroke.engine.probes.line import hinge_probe
from twostroke.engine.probes.regions import region_probe
from twostroke.engine.run.machine import Machine, machine_of
from twostroke.engine.run.trainer import Trainer

SECONDS = 0.5
"""Between two examinations while training runs, at least."""

REST = 0.5
"""Seconds for which a network stands still before it is examined there, and for which nobody has asked for anything:
whoever stops, steps or goes on is to see that first, and an examination takes a core."""

SHARE = 0.02
"""Examinations take at most about this share of the time."""

LAST_SECONDS = 5.0
"""For so long the end waits for the one under way."""

log = logging.getLogger(__name__)

Found = TypeVar("Found")


class Stopped(Exception):
    """Nobody wants to know any more what is being examined."""


class Checkup(ABC, Generic[Found]):
    """Of one trainer. `beside` begins a thread; `wake` is called from it when there is something to `take`.

    A subclass says what is wanted and known by now, examines a network that nobody else has, and passes on what it
    found.
    """

    def __init__(
        self, trainer: Trainer, beside: Callable[[Callable[[], None]], threading.Thread], wake: Callable[[], None]
    ) -> None:
        self._trainer, self._beside, self._wake = trainer, beside, wake
        self._thread: threading.Thread | None = None  # of the one that is under way, or not taken
        self._over = False
        self._of: tuple[object, ...] = ()  # where the network that is examined stood
        self._found: Found | None = None
        self._twin: Machine | None = None  # with a network and a feed of its own: in a feed training keeps its order
        self._begun, self._cost = 0.0, 0.0
        self._heard = 0.0  # when the user asked for something last
        self._place: tuple[object, ...] = ()  # where the network was seen last, ...
        self._since = 0.0  # ...and since when
        self._given_up: tuple[object, ...] = ()  # where that has failed
        self._stop = threading.Event()  # set where nobody wants it any more; what takes long looks at it

    def due_in(self, running: bool) -> float | None:
        """Seconds until another one is to begin; None where none is."""
        if self._thread is not None or not self.wanted(self._trainer):
            return None
        now, place = time.perf_counter(), self._here
        if place == self._given_up:
            return None
        if place != self._place:
            self._place, self._since = place, now
        at = self._begun + max(SECONDS, self._cost / SHARE) if running else self._since + REST
        return max(0.0, max(at, self._heard + REST) - now)

    def hear(self) -> None:
        """The user has asked for something."""
        self._heard = time.perf_counter()

    def begin(self) -> None:
        """Examine the network as it is now."""
        trainer = self._trainer
        if self._twin is None or self._twin.setting is not trainer.setting:
            self._twin = machine_of(trainer.setting)
        self._of, self._begun = self._here, time.perf_counter()
        self._over = False
        self._stop.clear()
        self._thread = self._beside(
            partial(self._examine, self._twin, trainer.dataset, copy_state(trainer.state), trainer.update)
        )

    def take(self) -> bool:
        """Tell the trainer of an examination that has ended, where it is still about its line. Whether it was."""
        if self._thread is None or not self._over:
            return False
        self._thread = None
        found, self._found = self._found, None
        if found is None and not self._stop.is_set():
            self._given_up = self._of
        if found is None or self._of[:-1] != self._here[:-1]:
            return False
        self.pass_on(self._trainer, found)
        return True

    def end(self) -> None:
        """Wait for the one under way."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(LAST_SECONDS)

    @property
    def _here(self) -> tuple[object, ...]:
        """The line, the setting and, at last, the update at which the network stands."""
        trainer = self._trainer
        return trainer.generation, trainer.history.branch.id, trainer.setting, trainer.update

    @abstractmethod
    def wanted(self, trainer: Trainer) -> bool:
        """Whether somebody looks, and what is known is not of now."""

    @abstractmethod
    def examined(self, twin: Machine, dataset: Dataset, state: State, update: int) -> Found:
        """What there is to say of that state, whose network `twin` has."""

    @abstractmethod
    def pass_on(self, trainer: Trainer, found: Found) -> None:
        """Tell the trainer."""

    def _examine(self, twin: Machine, dataset: Dataset, state: State, update: int) -> None:
        begin = time.thread_time()
        network = twin.network
        network.theta, network.running = state.theta, state.running
        try:
            self._found = self.examined(twin, dataset, state, update)
        except Stopped:
            pass
        except Exception:  # such as no memory: training has nothing to do with it
            log.exception("the network could not be examined")
        self._cost = time.thread_time() - begin
        self._over = True
        self._wake()


class HealthCheckup(Checkup[Health]):
    """How the network is doing."""

    def wanted(self, trainer: Trainer) -> bool:
        """While a panel shows it."""
        return trainer.examines and (trainer.health is None or trainer.health.update != trainer.update)

    def examined(self, twin: Machine, dataset: Dataset, state: State, update: int) -> Health:
        """All figures of the layers."""
        return examine(twin.network, dataset, record_update(twin.network, twin.rule, twin.feed, state))

    def pass_on(self, trainer: Trainer, found: Health) -> None:
        """With what is wrong."""
        trainer.admit(found)


class RegionCheckup(Checkup[Regions]):
    """How the gates part the line, or the plane: on a grid of 128 x 128 points, some hundredths of a second."""

    def wanted(self, trainer: Trainer) -> bool:
        """While the map shows them."""
        return trainer.parts and (trainer.regions is None or trainer.regions.update != trainer.update)

    def examined(self, twin: Machine, dataset: Dataset, state: State, update: int) -> Regions:
        """The regions, or the sentence that says why there are none."""
        try:
            if twin.network.widths[0] == 1:
                return _parted_line(twin, dataset, update)
            found = region_probe(twin.network, dataset, update)
        except ValueError as error:
            return Regions(update, 0, None, str(error))
        return Regions(update, found.count, found.region)

    def pass_on(self, trainer: Trainer, found: Regions) -> None:
        """As they are."""
        trainer.regions = found


def _parted_line(twin: Machine, dataset: Dataset, update: int) -> Regions:
    """Between n hinges and the two ends lie n + 1 regions. ValueError as `hinge_probe`."""
    if not np.isfinite(twin.network.theta).all():
        raise ValueError("some weights are no finite numbers; reset the network, or go back to an earlier update")
    found = hinge_probe(twin.network, dataset, update).hinges.x
    return Regions(update, len(found) + 1, None, hinges=found)
