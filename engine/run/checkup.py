"""Examinations beside the training, one at a time, in a thread of their own: of large networks one takes 0.1 s."""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from twostroke.engine.border.health import Health
from twostroke.engine.compute.kernels.plan import State
from twostroke.engine.compute.record import copy_state, record_update
from twostroke.engine.data import Dataset
from twostroke.engine.health.examine import examine
from twostroke.engine.run.machine import Machine, machine_of
from twostroke.engine.run.trainer import Trainer

SECONDS = 0.5
"""Between two examinations while training runs, at least."""

SHARE = 0.05
"""Examinations take at most about this share of the time."""

LAST_SECONDS = 5.0
"""For so long the end waits for the one under way."""

log = logging.getLogger(__name__)


class Checkup:
    """Of one trainer. `beside` begins a thread; `wake` is called from it when there is something to `take`."""

    def __init__(
        self, trainer: Trainer, beside: Callable[[Callable[[], None]], threading.Thread], wake: Callable[[], None]
    ) -> None:
        self._trainer, self._beside, self._wake = trainer, beside, wake
        self._thread: threading.Thread | None = None  # of the one that is under way, or not taken
        self._over = False
        self._of: tuple[object, ...] = ()  # the line and the setting that are examined
        self._found: Health | None = None
        self._twin: Machine | None = (
            None  # a network of its own, with a feed of its own: training keeps its order there
        )
        self._begun, self._cost = 0.0, 0.0

    def due(self, running: bool) -> bool:
        """Whether to begin another one."""
        trainer = self._trainer
        known = trainer.health is not None and trainer.health.update == trainer.update
        if not trainer.examines or self._thread is not None or known:
            return False
        return not running or time.perf_counter() - self._begun >= max(SECONDS, self._cost / SHARE)

    def begin(self) -> None:
        """Examine the network as it is now."""
        trainer = self._trainer
        if self._twin is None or self._twin.setting is not trainer.setting:
            self._twin = machine_of(trainer.setting)
        self._of, self._begun = self._line, time.perf_counter()
        self._over = False
        self._thread = self._beside(partial(self._examine, self._twin, trainer.dataset, copy_state(trainer.state)))

    def take(self) -> bool:
        """Tell the trainer of an examination that has ended, where it is still about its line. Whether it was."""
        if self._thread is None or not self._over:
            return False
        self._thread = None
        found, self._found = self._found, None
        if found is None or self._of != self._line:
            return False
        self._trainer.admit(found)
        return True

    def end(self) -> None:
        """Wait for the one under way."""
        if self._thread is not None:
            self._thread.join(LAST_SECONDS)

    @property
    def _line(self) -> tuple[object, ...]:
        trainer = self._trainer
        return trainer.generation, trainer.history.branch.id, trainer.setting

    def _examine(self, twin: Machine, dataset: Dataset, state: State) -> None:
        begin = time.thread_time()
        network = twin.network
        network.theta, network.running = state.theta, state.running
        try:
            self._found = examine(network, dataset, record_update(network, twin.rule, twin.feed, state))
        except Exception:  # such as no memory: training has nothing to do with it
            log.exception("the network could not be examined")
        self._cost = time.thread_time() - begin
        self._over = True
        self._wake()
