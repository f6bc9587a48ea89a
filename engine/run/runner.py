"""The training thread: commands in through a queue, the newest snapshot out through a one-place mailbox.

Full speed is the kernel's own business, in a thread that the interpreter does not hold up (see pilot.py); this one
follows it. Where there is a pace to keep, or an evaluation soon, training goes in chunks of at most about 12 ms, short
enough to answer at once. A snapshot is made only when the window has taken the last one, so a slow screen never slows
training.

Every command is answered, also a refused one: a snapshot says up to which number they are, and carries the answers
that have something to say until one that holds them has been taken.
"""

import logging
import math
import queue
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from twostroke.engine.border.commands import Command, NextTape, PreviousTape, Record, Seek, StepBack, SwitchBranch
from twostroke.engine.border.snapshot import Answer, Progress, Rescued, Snapshot, Status
from twostroke.engine.compute import kept, warmup
from twostroke.engine.files.patience import Cancelled, Patience, somebody_waits, waiting
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.pilot import Pilot
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

CHUNK_SECONDS = 0.012
EVALUATION_SECONDS = 0.1
FLIGHT_WAIT = 0.004
"""Seconds between two looks at training that runs on by itself."""

PACED_WAIT = 0.004
"""Seconds between two looks at the clock while training keeps a pace below full speed."""

BACKLOG_SECONDS = 0.05
"""For so long commands that wait are done before a snapshot tells of them."""

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

Numbered = tuple[int, Command]

log = logging.getLogger(__name__)


class Runner:
    """Runs one Trainer in a thread of its own. `start` it once and `stop` it once."""

    def __init__(self, session: Session, state: Mapping[str, Any] | None = None) -> None:
        """`state`: what the network begins with, as a companion file holds it; None for a fresh one."""
        self._session, self._state = session, state
        self._commands: queue.SimpleQueue[Numbered | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._mailbox: Snapshot | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._main, name="twostroke-training", daemon=True)
        self._taken = 0
        self._patience: Patience | None = None  # with the command that is being done
        self.error: BaseException | None = None
        self.rescued: Rescued | None = None  # after an error, where the network is sound

    def start(self) -> None:
        """Begin; the first snapshot comes before the kernels are compiled."""
        self._thread.start()

    def send(self, command: Command, number: int = 0) -> None:
        """Ask for something; returns at once. Numbers rise; what has none to tell it by has 0."""
        self._commands.put((number, command))

    def take(self) -> Snapshot | None:
        """The newest snapshot, once; None where there is no newer one than the last taken."""
        with self._lock:
            snapshot, self._mailbox = self._mailbox, None
            if snapshot is not None:
                self._taken = snapshot.serial
        return snapshot

    @property
    def reading(self) -> Progress | None:
        """What is being read for a command; None where nothing is."""
        patience = self._patience
        return Progress(patience.what, patience.share) if patience is not None and patience.what else None

    def cancel(self) -> None:
        """Refuse the command that is being done, where it reads a file."""
        patience = self._patience
        if patience is not None:
            patience.end()

    def stop(self, timeout: float = 10.0) -> None:
        """End the thread after the chunk under way. Compiling cannot be broken off: its thread ends by itself."""
        self._stopping.set()
        self.cancel()
        self._commands.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout)

    @property
    def alive(self) -> bool:
        """Whether the training thread runs."""
        return self._thread.is_alive()

    # -- in the thread -------------------------------------------------------------------------------------------

    def _main(self) -> None:
        loop: _Loop | None = None
        try:
            loop = _Loop(self, Trainer(self._session, state=self._state))
            loop.run()
        except BaseException as error:
            log.exception("the training thread ended")
            self.rescued = rescued(loop) if loop is not None else None
            self.error = error

    def offer(self, snapshot: Snapshot) -> None:
        """Put `snapshot` into the mailbox, in place of one that has not been taken."""
        with self._lock:
            self._mailbox = snapshot

    @property
    def mailbox_empty(self) -> bool:
        """Whether the window has taken the last snapshot."""
        with self._lock:
            return self._mailbox is None

    @contextmanager
    def patiently(self) -> Iterator[None]:
        """Within the block, what is read can be watched and cancelled from outside."""
        self._patience = Patience()
        if self.stopping:
            self._patience.end()
        try:
            with waiting(self._patience):
                yield
        finally:
            self._patience = None

    @property
    def taken(self) -> int:
        """The serial of the last snapshot that the window has taken."""
        with self._lock:
            return self._taken

    @property
    def stopping(self) -> bool:
        """Whether the thread has been asked to end."""
        return self._stopping.is_set()

    def rest(self, seconds: float) -> None:
        """Do nothing for so long, unless the thread is asked to end."""
        if seconds:
            self._stopping.wait(seconds)

    def next_command(self, wait: float | None) -> Numbered | None:
        """The next command; waits up to `wait` seconds (None: for as long as it takes, 0: not at all)."""
        try:
            return self._commands.get(block=wait != 0, timeout=wait)
        except queue.Empty:
            return None


class _Loop:
    """What the thread does, turn after turn."""

    def __init__(self, runner: Runner, trainer: Trainer) -> None:
        self.runner = runner
        self.trainer = trainer
        self.pilot = Pilot(trainer)
        self.held: list[Numbered] = []
        self.answered = 0
        self.answers: list[tuple[int, Answer]] = []  # each with the serial of the first snapshot that held it
        self.compiler: threading.Thread | None = None
        self.compile_error: BaseException | None = None
        self.chunk = 1
        self.rate = _Rate()
        self.pacer = _Pacer()
        self.changed = True
        self.followed_at = 0.0
        self.offered: int | None = None  # the update that the last snapshot shows
        self.evaluated_at = 0.0
        self.costs: deque[float] = deque(maxlen=3)  # seconds of the latest evaluations

    def run(self) -> None:
        self._see_to_kernels()
        try:
            while not self.runner.stopping:
                self._take_commands()
                self._see_to_kernels()
                if self.trainer.kernels_ready and not self.held:
                    self._train()
                    self._evaluate_if_due()
                self._offer_if_due()
        finally:
            self.pilot.land()

    def _take_commands(self) -> None:
        at_work = bool(self.held) or self.trainer.status is Status.RUNNING
        busy = self.changed or (self.trainer.kernels_ready and at_work)
        wait: float | None = 0 if busy else None
        if self.pilot.flying:
            wait = FLIGHT_WAIT
        elif not busy and not self.trainer.kernels_ready:
            wait = 0.02
        elif busy and not self.changed and self.trainer.pace is not None:
            wait = PACED_WAIT
        command = self.runner.next_command(wait)
        while command is not None:
            self.held.append(command)
            command = self.runner.next_command(0)
        if self.held:
            self.pilot.land()
        end = time.perf_counter() + BACKLOG_SECONDS
        while self.held and not self.runner.stopping and time.perf_counter() < end:
            if not self.trainer.kernels_ready and isinstance(self.held[0][1], _NEED_KERNELS):
                return
            self._apply(*self.held.pop(0))
            self._see_to_kernels()

    def _apply(self, number: int, command: Command) -> None:
        try:
            with self.runner.patiently():
                answer = self.trainer.apply(command, number)
        except (ValueError, MemoryError, Cancelled) as error:
            answer = Answer(number, refused=str(error) or NO_MEMORY)
        self.answered = max(self.answered, number)
        if answer.refused or answer.remark or answer.captured is not None:
            self.answers.append((self.trainer.serial + 1, answer))
        self.changed = True

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
            self.compiler = threading.Thread(
                target=self._compile, args=(dtype,), name="twostroke-compiling", daemon=True
            )
            self.compiler.start()

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
            done = self.pilot.follow(fresh=self.runner.mailbox_empty)
            self.rate.add(done, begin - self.followed_at)
            self.followed_at = begin
        elif self._may_run_on() and self.pilot.take_off():
            self.followed_at = begin
        else:
            self._train_at_once(begin)
        if self.trainer.status is not Status.RUNNING:
            self.changed = True

    def _may_run_on(self) -> bool:
        """Whether nobody waits for a file, and no evaluation is due before a whole chunk is done."""
        limit = self._until_early()
        return not somebody_waits() and (limit is None or limit > CHUNK_SECONDS * (self.rate.per_second or math.inf))

    def _train_at_once(self, begin: float) -> None:
        limit = self._until_early()
        chunk = self.chunk if limit is None else min(self.chunk, max(1, limit))
        updates = self.trainer.wanted(self.pacer.allowed(self.trainer.pace, chunk))
        if updates == 0:
            return
        done = self.trainer.advance(updates)
        spent = time.perf_counter() - begin
        rest = min(STEP_BACK * spent, LONGEST_REST) if somebody_waits() else 0.0
        pace = self.trainer.pace
        self.rate.add(done, spent + rest if pace is None else self.pacer.spend(done, pace))
        if done == self.chunk:
            self.chunk = max(1, min(4 * self.chunk, int(self.chunk * CHUNK_SECONDS / max(spent, 1e-6))))
        self.runner.rest(rest)

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
        self.changed = True

    def _pause(self) -> float:
        """Seconds between two evaluations. One that a busy machine has held up must not put off the next for long."""
        return max(EVALUATION_SECONDS, min(self.costs, default=0.0) / EVALUATION_SHARE)

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
        if running and (not self.runner.mailbox_empty or (self.trainer.update == self.offered and not self.changed)):
            return
        if not running and not self.changed:
            return
        snapshot = snapshot_of(self.trainer, self.rate.per_second if running else 0.0)
        self.offered = snapshot.update
        self.runner.offer(replace(snapshot, answered=self.answered, answers=self.untold()))
        self.changed = False

    def untold(self) -> tuple[Answer, ...]:
        """The answers that no snapshot has held that was taken."""
        taken = self.runner.taken
        self.answers = [(serial, answer) for serial, answer in self.answers if serial > taken]
        return tuple(answer for _, answer in self.answers)


def rescued(loop: _Loop) -> Rescued | None:
    """What is left after an error, where every number of it is finite; None where it is not to be trusted."""
    try:
        captured = loop.trainer.captured()
    except Exception:
        log.exception("nothing could be rescued")
        return None
    state = captured.state or {}
    if not all(np.isfinite(values).all() for values in state.values()):
        return None
    return Rescued(captured, loop.trainer.changed, loop.answered, loop.untold())


class _Pacer:
    """How many updates a pace allows by now. Time in which nothing was asked for is not made up for."""

    LONGEST = 0.1

    def __init__(self) -> None:
        self._asked_at = 0.0
        self._credit = 0.0
        self._spent_at = 0.0

    def allowed(self, pace: float | None, limit: int) -> int:
        """Updates that may be done now, at most `limit`."""
        if pace is None:
            return limit
        now = time.perf_counter()
        self._credit += pace * min(now - self._asked_at, self.LONGEST)
        self._credit = min(self._credit, max(1.0, pace * self.LONGEST))
        self._asked_at = now
        return min(limit, int(self._credit))

    def spend(self, updates: int, pace: float) -> float:
        """These updates were done. Returns the seconds they took, with the wait before them."""
        self._credit -= updates
        now = time.perf_counter()
        since, self._spent_at = now - self._spent_at, now
        return min(since, updates / pace + self.LONGEST)


class _Rate:
    """Updates per second of training time, smoothed over about half a second."""

    def __init__(self) -> None:
        self._updates = 0.0
        self._seconds = 0.0

    def add(self, updates: int, seconds: float) -> None:
        fade = 0.5 ** (seconds / 0.5)
        self._updates = self._updates * fade + updates
        self._seconds = self._seconds * fade + seconds

    @property
    def per_second(self) -> float:
        return self._updates / self._seconds if self._seconds else 0.0
