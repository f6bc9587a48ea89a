"""What each function costs on this machine, measured in a thread of its own while the catalogue is looked at."""

import logging

from PySide6.QtCore import QObject, QTimer, Signal

from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.gui.shell.waiting import Job

LOOK_MS = 60
"""Between looks at what has been found."""

END_SECONDS = 10.0
"""For so long the end waits for the function that is being measured, and may have to be compiled first."""

NOTE = (
    "Cost: nanoseconds for f and f′ of one number in 32 bit, a mini-batch of 64 on a layer of 16 units, beside "
    "identity; of softmax f alone. Shortest of {rounds} bursts, on {processor}."
)

log = logging.getLogger(__name__)


class Measuring(QObject):
    """`found` carries nanoseconds by function, times identity by function, and on what that was measured."""

    found = Signal(dict, dict, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job[None] | None = None
        self._costs: dict[str, tuple[float, float]] = {}
        self._note, self._told = "", 0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def begin(self) -> None:
        """Measure what is not known yet, or go on with it."""
        under_way = self._job is not None and not self._job.patience.ended
        if not under_way and any(name not in self._costs for name in CATALOGUE):
            job: Job[None] = Job(lambda: self._measure(job), waited_for=False)
            self._job = job
            job.start()
            self._timer.start()

    def pause(self) -> None:
        """Nobody looks: stop behind the function that is being measured."""
        if self._job is not None:
            self._job.leave()

    def end(self) -> None:
        """Stop, and wait for it."""
        self.pause()
        self._timer.stop()
        if self._job is not None:
            self._job.wait(END_SECONDS)

    def _measure(self, job: "Job[None]") -> None:
        from twostroke.engine.compute import gate_costs  # with the compiler, for which the window does not wait
        from twostroke.engine.compute.this_machine import processor

        self._note = NOTE.format(rounds=gate_costs.ROUNDS, processor=processor())
        for cost in gate_costs.costs(tuple(CATALOGUE), gate_costs.folder()):
            self._costs[cost.name] = (cost.nanoseconds, cost.times)
            if job.patience.ended:
                return

    def _look(self) -> None:
        """Tell what is new."""
        if self._job is not None and self._job.over():
            self._finish(self._job)
        known = dict(self._costs)
        if len(known) != self._told:
            self._told = len(known)
            nanoseconds = {name: cost[0] for name, cost in known.items()}
            self.found.emit(nanoseconds, {name: cost[1] for name, cost in known.items()}, self._note)

    def _finish(self, job: "Job[None]") -> None:
        self._job = None
        self._timer.stop()
        try:
            job.result()
        except Exception:  # the page is as good without
            log.exception("the functions could not be measured")
