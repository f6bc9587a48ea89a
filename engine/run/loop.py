"""What the training thread does, turn after turn.

Full speed is the kernel's own business, in a thread that the interpreter does not hold up (see pilot.py); this one
follows it. Where there is a pace to keep, or an evaluation soon, training goes in chunks of at most about 12 ms, short
enough to answer at once. A snapshot is made only when the window has taken the last one, so a slow screen never slows
training.

Every command is answered, also a refused one: a snapshot says up to which number they are, and carries the answers
that have something to say until one that holds them has been taken.
"""

import logging
import math
import sys
import threading
import time
from collections import deque
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from twostroke.engine.border.commands import (
    Command,
    HoldAt,
    NextTape,
    PreviousTape,
    Record,
    Seek,
    StepBack,
    SwitchBranch,
)
from twostroke.engine.border.snapshot import Answer, Rescued, Status
from twostroke.engine.compute import kept, warmup
from twostroke.engine.files.patience import Cancelled, somebody_waits
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.checkup import Checkup, HealthCheckup, RegionCheckup
from twostroke.engine.run.journal import Journal
from twostroke.engine.run.pace import Cost, Pacer, Rate
from twostroke.engine.run.pilot import Pilot
from twostroke.engine.run.post import Numbered, Post
from twostroke.engine.run.surface_checkup import SurfaceCheckup
from twostroke.engine.run.trainer import BY_WHICH_NOTHING_CHANGES, Trainer

CHUNK_SECONDS = 0.012
EVALUATION_SECONDS = 0.1
FLIGHT_WAIT = 0.025
"""Seconds between two looks at training that runs on by itself, where nobody wants to see it sooner."""

SOONEST = 0.001
"""...and the fewest."""

PACED_WAIT = 0.004
"""Seconds between two looks at the clock while training keeps a pace below full speed."""

BACKLOG_SECONDS = 0.05
"""For so long commands that wait are done before a snapshot tells of them."""

IN_COMPANY = 2
"""Times as long at a bound: there are other networks, which take theirs as well."""

EVALUATION_SHARE = 0.1
"""Evaluations take at most about this share of the time."""

EARLY_SHARE, EARLY_SECONDS = 0.25, 0.01
"""An evaluation that costs no more than these seconds is also due when the updates have grown by this share: most is
learnt at the beginning, of which a tenth of a second would tell nothing."""

STEP_BACK, LONGEST_REST = 3.0, 0.1
"""Times as long as a chunk took, and most seconds, that training rests after it while somebody waits for a file: both
want the same cores."""

_NEED_KERNELS = (Record, NextTape, PreviousTape, Seek, StepBack, SwitchBranch)

NO_MEMORY = "There is not enough memory for this network; make it smaller."

log = logging.getLogger(__name__)


class Loop:
    """Trains, obeys and tells."""

    def __init__(self, post: Post, trainer: Trainer) -> None:
        self.post = post
        self.trainer = trainer
        trainer.alone = False
        self.journal = Journal(trainer)
        self.pilot = Pilot(trainer)
        self.checkups: tuple[Checkup[Any], ...] = tuple(
            kind(trainer, post.beside, post.look) for kind in (HealthCheckup, RegionCheckup, SurfaceCheckup)
        )
        self.held: list[Numbered] = []
        self.answered = 0
        self.answers: list[tuple[int, Answer]] = []  # each with the serial of the first snapshot that held it
        self.compiler: threading.Thread | None = None
        self.compile_error: BaseException | None = None
        self.chunk = 1
        self.rate = Rate()
        self.cost = Cost()
        self.pacer = Pacer()
        self.changed = True
        self.followed_at = 0.0
        self.offered: int | None = None  # the update that the last snapshot shows
        self.evaluated_at = 0.0
        self.costs: deque[float] = deque(maxlen=3)  # seconds of the latest evaluations

    def run(self) -> None:
        """Until the thread is asked to end."""
        self._see_to_kernels()
        try:
            while not self.post.stopping:
                self.turn()
        finally:
            self.pilot.land()
            for checkup in self.checkups:
                checkup.end()

    def turn(self) -> None:
        """Commands, training, a snapshot and figures, as far as each is due."""
        self._take_commands()
        self._see_to_kernels()
        if self.trainer.kernels_ready and not self.held:
            if self.changed and self._runs_on():
                self._offer_if_due()  # what was asked for is answered before the next updates
            self._train()
            if self.trainer.status is Status.RUNNING or self.trainer.evaluation is not None:
                self._offer_if_due()  # the window waits for it, and not for other figures than there are
            self._evaluate_if_due()
            self._examine_if_due()
        self._offer_if_due()

    def _take_commands(self) -> None:
        at_work = bool(self.held) or self.trainer.wanted(1) > 0
        busy = self.changed or (self.trainer.kernels_ready and at_work)
        wait = 0 if busy else self._until_examined() if self.trainer.kernels_ready else None
        if self.pilot.flying or (self.changed and not at_work and self._held_up()):
            wait = self._flight_wait()
        elif not busy and not self.trainer.kernels_ready:
            wait = 0.02
        elif busy and not self.changed and self.trainer.pace is not None:
            wait = PACED_WAIT
        command = self.post.next_command(wait)
        while command is not None:
            self.held.append(command)
            command = self.post.next_command(0)
        if self.held:
            self.pilot.land()
        end = time.perf_counter() + BACKLOG_SECONDS
        while self.held and not self.post.stopping and time.perf_counter() < end:
            if not self.trainer.kernels_ready and isinstance(self.held[0][1], _NEED_KERNELS):
                return
            self._apply(*self.held.pop(0))
            self._see_to_kernels()

    def _apply(self, number: int, command: Command) -> None:
        try:
            with self.post.patiently():
                answer = self.journal.apply(command, number)
        except (ValueError, MemoryError, Cancelled) as error:
            answer = Answer(number, refused=str(error) or NO_MEMORY)
        self.answered = max(self.answered, number)
        if answer.has_something_to_say:
            self.answers.append((self.trainer.serial + 1, answer))
        self.changed |= not isinstance(command, HoldAt)
        if not isinstance(command, BY_WHICH_NOTHING_CHANGES):
            for checkup in self.checkups:
                checkup.hear()

    def _see_to_kernels(self) -> None:
        """Compile beside the window where this precision has no kernels yet."""
        remark = kept.take_remark()
        if remark is not None:
            self.trainer.notice, self.changed = remark, True
        dtype = self.trainer.session.network.dtype
        ready = warmup.is_ready(dtype)
        if ready != self.trainer.kernels_ready:
            self.trainer.kernels_ready = ready
            self.changed = True
        if not ready and (self.compiler is None or not self.compiler.is_alive()):
            if self.compile_error is not None:
                raise self.compile_error
            self.compiler = self.post.beside(partial(self._compile, dtype))

    def _compile(self, dtype: str) -> None:
        try:
            warmup.compile_kernels(dtype)
            _ = self.trainer.network.plan  # what only this network needs
        except BaseException as error:
            self.compile_error = error

    def _train(self) -> None:
        """Have training run on by itself, or do what may be done now."""
        begin = time.perf_counter()
        if somebody_waits():
            self.pilot.land()
        if self.pilot.flying:
            done = self.pilot.follow(fresh=self.post.mailbox_empty)
            self.rate.add(done, begin - self.followed_at)
            self.cost.add(done, begin - self.followed_at)
            self.followed_at = begin
        elif self._may_run_on() and self.pilot.take_off(self._until_early() or sys.maxsize):
            self.followed_at = begin
        else:
            self._train_at_once(begin)
        if self.trainer.status is not Status.RUNNING:
            self.changed = True

    def _may_run_on(self) -> bool:
        """Whether nobody waits for a file, no bound is near, and no evaluation is due before somebody would look."""
        limit, bound = self._until_early(), self.trainer.bound
        if somebody_waits() or (bound is not None and bound - self.trainer.update <= self._most()):
            return False
        return limit is None or limit > FLIGHT_WAIT * (self.rate.per_second or math.inf)

    def _most(self) -> int:
        """Updates that are done at once. At a bound the clock says little of that: each turn is short, and waits."""
        cost = self.cost.of_update
        return max(1, int(CHUNK_SECONDS / cost)) if self.trainer.bound is not None and cost else self.chunk

    def _flight_wait(self) -> float:
        """Seconds to the next look; one that ends by itself sooner is not left standing."""
        rate = self.rate.per_second
        return min(FLIGHT_WAIT, max(SOONEST, self.pilot.left / rate)) if rate else FLIGHT_WAIT

    def _train_at_once(self, begin: float) -> None:
        limit, most = self._until_early(), self._most()
        chunk = most if limit is None else min(most, max(1, limit))
        updates = self.trainer.wanted(self.pacer.allowed(self.trainer.pace, chunk))
        if updates == 0:
            return
        work = time.thread_time()
        done = self.trainer.advance(updates)
        work = time.thread_time() - work
        self.cost.add(done, work)
        spent = time.perf_counter() - begin
        rest = min(STEP_BACK * spent, LONGEST_REST) if somebody_waits() else 0.0
        pace = self.trainer.pace
        self.rate.add(done, self._took(spent + rest) if pace is None else self.pacer.spend(done, pace))
        if done == self.chunk:
            self.chunk = max(1, min(4 * self.chunk, int(self.chunk * CHUNK_SECONDS / max(spent, 1e-6))))
        self.post.rest(rest)

    def _took(self, seconds: float) -> float:
        """Seconds that updates took which kept the core busy for so many; at a bound they have been waited for."""
        since, self.followed_at = self.followed_at, time.perf_counter()
        return seconds if self.trainer.bound is None else max(seconds, self.followed_at - since)

    def _evaluate_if_due(self) -> None:
        """At most ten times a second while running; at once when standing still on a new state."""
        trainer = self.trainer
        last = trainer.evaluation
        if last is not None and last.update == trainer.update:
            return
        now = time.perf_counter()
        if trainer.status is Status.RUNNING and now - self.evaluated_at < self._pause() and not self._early():
            return
        work = time.thread_time()  # not what a busy machine has made of it
        trainer.evaluate()
        self.evaluated_at = time.perf_counter()
        # A network's first evaluation may wait for things that no later one does: it says nothing of the cost.
        if last is None:
            self.costs.clear()
        else:
            self.costs.append(time.thread_time() - work)
        self.pilot.put_off(self._until_early() or sys.maxsize)
        self.changed = True

    def _examine_if_due(self) -> None:
        for checkup in self.checkups:
            if checkup.take():
                self.changed = True
            if checkup.due_in(self.trainer.status is Status.RUNNING) == 0.0:
                checkup.begin()

    def _until_examined(self) -> float | None:
        """Seconds until the network is to be examined, if nothing happens; None where it is not to be."""
        running = self.trainer.status is Status.RUNNING
        due = (checkup.due_in(running) for checkup in self.checkups)
        return min((seconds for seconds in due if seconds is not None), default=None)

    def _pause(self) -> float:
        """Seconds between two evaluations. One that a busy machine has held up must not put off the next for long."""
        others = 1 if self.trainer.bound is None else IN_COMPANY
        return others * max(EVALUATION_SECONDS, min(self.costs, default=0.0) / EVALUATION_SHARE)

    def _until_early(self) -> int | None:
        """Updates until the next evaluation by their number; None where none is due by that."""
        last = self.trainer.evaluation
        if last is None or min(self.costs, default=0.0) > EARLY_SECONDS:
            return None
        return last.update + 1 + int(EARLY_SHARE * last.update) - self.trainer.update

    def _early(self) -> bool:
        until = self._until_early()
        return until is not None and until <= 0

    def _offer_if_due(self) -> None:
        running = self.trainer.status is Status.RUNNING and self.trainer.kernels_ready
        if running and not self.changed and self._short_of_bound():
            return
        if running and (not self.post.mailbox_empty or (self.trainer.update == self.offered and not self.changed)):
            return
        if not running and not self.changed:
            return
        snapshot = snapshot_of(self.trainer, self.rate.per_second if running else 0.0)
        self.offered = snapshot.update
        cost = self.cost.of_update
        self.post.offer(replace(snapshot, answered=self.answered, answers=self.untold(), seconds_per_update=cost))
        self.changed = False

    def _runs_on(self) -> bool:
        """Whether training goes on until something else is asked for."""
        trainer = self.trainer
        return trainer.status is Status.RUNNING and trainer.pending is None and trainer.bound is None

    def _held_up(self) -> bool:
        """Whether there is something to show at a bound, and the window has not taken the last snapshot yet."""
        return self.trainer.status is Status.RUNNING and self.trainer.kernels_ready and not self.post.mailbox_empty

    def _short_of_bound(self) -> bool:
        """Whether training will be at its bound in a moment: who waits for that has no use for a picture before."""
        trainer = self.trainer
        return trainer.bound is not None and not self.pilot.flying and trainer.wanted(1) > 0

    def untold(self) -> tuple[Answer, ...]:
        """The answers that no snapshot has held that was taken."""
        taken = self.post.taken
        self.answers = [(serial, answer) for serial, answer in self.answers if serial > taken]
        return tuple(answer for _, answer in self.answers)

    def rescued(self) -> Rescued | None:
        """What is left after an error, where every number of it is finite; None where it is not to be trusted."""
        try:
            captured = self.trainer.captured()
        except Exception:
            log.exception("nothing could be rescued")
            return None
        state = captured.state or {}
        if not all(np.isfinite(values).all() for values in state.values()):
            return None
        return Rescued(captured, self.trainer.changed, self.answered, self.untold())
