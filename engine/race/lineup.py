"""Which runs a race has: every combination of values, each from as many seeds, known before the first one begins."""

import hashlib
import itertools
import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twostroke.engine.data import Dataset
from twostroke.engine.data.folder import session_folder
from twostroke.engine.files.disk import said
from twostroke.engine.race.values import RaceProblem, Value, combination
from twostroke.engine.race.varying import DEPTH, Vary, key_problem, varied, vary_problem
from twostroke.engine.run.loading import load_data
from twostroke.engine.session.phrases import shown
from twostroke.engine.session.spec import SETTINGS, Session
from twostroke.engine.session.spec_errors import parse_session

MOST_UPDATES = 10**12
MOST_SEED = 2**31 - 1
MOST_RUNS = 100_000

FIXED_COST, COST_OF_UPDATE = 1e7, 1e3
"""What a run takes besides its products, in multiplications: its beginning and figures, and each update."""


@dataclass(frozen=True)
class Job:
    """One run, as plain data: it can be sent to another process or machine."""

    vary: tuple[Value, ...]  # the values of this run, in the order of the race's keys
    seed: int
    session: Mapping[str, Any]  # as a session file says it, but for the seed; shared by all that differ in nothing else
    updates: int
    data: str  # what its data must be (`fingerprint`)
    kind: str  # of all runs that need the same kernels
    cost: float  # about how long it takes, beside the others

    @property
    def written(self) -> dict[str, Any]:
        """Its session as a file says it."""
        return {**self.session, "network": {**self.session["network"], "seed": self.seed}}


@dataclass(frozen=True)
class Lineup:
    """All runs of a race: combination by combination, seed by seed."""

    keys: tuple[str, ...]
    jobs: tuple[Job, ...]
    updates: int
    race: str  # tells this race apart from those of other sessions, keys and lengths
    remarks: tuple[str, ...]  # what has become of the data, each a sentence

    @property
    def kinds(self) -> list[Job]:
        """A run of each kind."""
        return list({job.kind: job for job in self.jobs}.values())


@dataclass(frozen=True)
class _Data:
    digest: str
    remarks: tuple[str, ...]


def line_up(session: Session, vary: Vary, seeds: int, updates: int, file: Path | None = None) -> Lineup:
    """The race of `session`, which is in `file`, over all combinations of the values in `vary`.

    Raises RaceProblem, SessionError or DataProblem, each a sentence, where any of its runs cannot be.
    """
    _check_numbers(session, vary, seeds, updates)
    _check_keys(session, vary)
    known: dict[str, _Data] = {}
    base = _data_of(session, known)
    jobs: list[Job] = []
    for values in itertools.product(*vary.values()):
        chosen = dict(zip(vary, values, strict=True))
        own = _session_of(session, chosen, file)
        data, cost = _data_of(own, known), cost_of(own, updates)
        told = own.model_dump(mode="json", exclude={"weights"})
        del told["network"]["seed"]
        kind = _digest(told)
        for seed in range(session.network.seed, session.network.seed + seeds):
            jobs.append(Job(values, seed, told, updates, data.digest, kind, cost))
    remarks = dict.fromkeys(remark for data in known.values() for remark in data.remarks)
    return Lineup(tuple(vary), tuple(jobs), updates, _race(session, vary, updates, base), tuple(remarks))


def _check_numbers(session: Session, vary: Vary, seeds: int, updates: int) -> None:
    first = session.network.seed
    if not 1 <= seeds <= MOST_SEED - first + 1:
        most = min(MOST_RUNS, MOST_SEED - first + 1)
        raise RaceProblem(f"--seeds is {shown(seeds)}; expected a whole number from 1 to {most:,}.")
    if not 0 <= updates <= MOST_UPDATES:
        raise RaceProblem(f"--updates is {shown(updates)}; expected 0 to {MOST_UPDATES:,}.")
    runs = seeds
    for values in vary.values():
        runs *= len(values)
    if runs > MOST_RUNS:
        raise RaceProblem(f"This race has {runs:,} runs; expected at most {MOST_RUNS:,}. Use fewer values or seeds.")


def _check_keys(session: Session, vary: Vary) -> None:
    depths = [value for value in vary.get(DEPTH, ()) if isinstance(value, int) and 0 <= value <= 64]
    depth = max([len(session.network.layers), *depths])
    for key, values in vary.items():
        problem = key_problem(key, depth) or vary_problem(key, values)
        if problem:
            raise RaceProblem(problem)


def _session_of(session: Session, chosen: Mapping[str, Value], file: Path | None) -> Session:
    """The session of one combination. What is wrong with it is told with its values."""
    where = "the session" if file is None else said(file)
    named = f"{where} with {combination(chosen)}" if chosen else where
    try:
        told = varied(session, chosen)
        with nullcontext() if file is None else session_folder(file.parent):  # paths that are varied start from there
            return parse_session(told, named)
    except RaceProblem as problem:
        raise RaceProblem(f"{named}: {problem}.") from problem


def _data_of(session: Session, known: dict[str, _Data]) -> _Data:
    """What is known of a session's data, which are read once. DataProblem where they cannot be."""
    network, loss = session.network, session.training.loss.name
    key = json.dumps([session.data.model_dump(mode="json"), session.outputs, network.dtype, loss])
    if key not in known:
        data = load_data(session)
        known[key] = _Data(fingerprint(data), data.remarks)
    return known[key]


def cost_of(session: Session, updates: int) -> float:
    """About how long a run takes, beside others, in multiplications."""
    rows = min(session.training.batch_size, session.data.rows)
    return FIXED_COST + updates * (COST_OF_UPDATE + 3.0 * session.parameter_count * rows)


def _race(session: Session, vary: Vary, updates: int, data: _Data) -> str:
    """A digest of all that the runs of a race have in common but for their seeds."""
    told = {part: getattr(session, part).model_dump(mode="json") for part in SETTINGS}
    del told["network"]["seed"]
    told["data"].pop("path", None)  # the data are known by their content
    return _digest([told, sorted(vary), updates, data.digest])[:16]


def fingerprint(data: Dataset) -> str:
    """Tells data apart, with the test part."""
    digest = hashlib.sha256(data.digest)
    for array in (data.x_test, data.target_test):
        digest.update(str((array.shape, array.dtype.str)).encode())
        digest.update(array.data)
    return digest.hexdigest()


def _digest(told: Any) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
