"""One run of a race: plain data to a row, by the way that `twostroke train` goes; and a batch of them, one by one.

It is done wherever its crew is: in this process, in another, on another machine. All that is kept from run to run is
what makes the next one quicker.
"""

import json
import time
from collections.abc import Callable, Sequence

import numpy as np

from twostroke.engine.compute import jit_cache
from twostroke.engine.data import Dataset
from twostroke.engine.probes.line import hinges_in_data
from twostroke.engine.race.lineup import Job, fingerprint
from twostroke.engine.race.outcome import Row, finished
from twostroke.engine.race.values import RaceProblem
from twostroke.engine.run.loading import load_data
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.run.whole_run import figures, train_for, warm_up
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import parse_session

Stopped = Callable[[], bool]

CHANGED = (
    "The data of this race have changed since it began, or are others on a machine of the cluster. "
    "Bring them back, or begin a new race."
)

_kept: tuple[str, Dataset] | None = None  # the data of the last run, with what names them
_warmed: set[str] = set()  # kinds of session whose kernels this process has


def never() -> bool:
    """What asks whether to stop, where nobody can."""
    return False


@np.errstate(over="ignore", invalid="ignore")  # numbers that are no longer finite are told in a sentence
def run_batch(jobs: Sequence[Job], alone: bool, stopped: Stopped = never) -> tuple[list[Row], float]:
    """Do these runs; `alone`: a second core may help with large products. The rows, and the seconds of their runs.

    Where it is to stop, only those that are done. RaceProblem where the data are not those of the race.
    """
    rows: list[Row] = []
    seconds = 0.0
    for job in jobs:
        session, data = _prepared(job)
        try:
            _warm(job, session, data)
            began = time.perf_counter()
            row = _run(job, session, data, alone, stopped)
            seconds += time.perf_counter() - began
        except MemoryError:
            row = Row(job.vary, job.seed, failure="There was not enough memory for this run.", lasting=False)
        if row is None:
            break
        rows.append(row)
    return rows, seconds


@np.errstate(over="ignore", invalid="ignore")
def compile_for(jobs: Sequence[Job]) -> str:
    """Have everything compiled that these runs need, so that other processes of this machine find it.

    Tells which kernels they are, by the digest of their sources. RaceProblem as of a batch.
    """
    for job in jobs:
        _warm(job, *_prepared(job))
    return jit_cache.fingerprint()


def _run(job: Job, session: Session, data: Dataset, alone: bool, stopped: Stopped) -> Row | None:
    """The row of a run, None where it was stopped."""
    trainer = Trainer(session, dataset=data)
    trainer.alone = alone
    done, seconds = train_for(trainer, job.updates, lambda done: None, stopped)
    if trainer.failure is not None:
        return Row(job.vary, job.seed, failure=trainer.failure.message)
    if done < job.updates:
        return None
    told = figures(job.updates, seconds, trainer.evaluate())
    rate, bends = told["updates_per_second"], hinges_in_data(trainer.network, data)
    return finished(job.vary, job.seed, told["train"], told.get("test"), rate, bends)


def _prepared(job: Job) -> tuple[Session, Dataset]:
    """Session and data of a run. RaceProblem where the data have changed, or are others on this machine.

    Any other error might not find its way back from another process.
    """
    global _kept
    try:
        session = parse_session(job.written, "the session of a run")
        key = json.dumps([job.data, job.session["data"]])
        if _kept is not None and _kept[0] == key:
            return session, _kept[1]
        data = load_data(session)
    except ValueError as error:
        raise RaceProblem(str(error)) from None
    if fingerprint(data) != job.data:
        raise RaceProblem(CHANGED)
    _kept = key, data
    return session, data


def _warm(job: Job, session: Session, data: Dataset) -> None:
    """Have the kernels of a kind of session compiled, once, so that compiling is no part of its rate."""
    if job.kind not in _warmed:
        warm_up(session, data)
        _warmed.add(job.kind)
