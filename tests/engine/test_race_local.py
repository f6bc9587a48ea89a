"""A race in processes of this machine, as a window has it done: from a thread, beside other work, until it stops."""

import errno
import multiprocessing
import os
import sys
import threading

import pytest

from tests.engine.test_race import session
from twostroke.engine.race.job import run_batch
from twostroke.engine.race.lineup import line_up
from twostroke.engine.race.local import POLITE, Local
from twostroke.engine.race.outcome import Row
from twostroke.engine.race.racing import RaceFailed, race


def test_a_thread_has_the_rows_as_they_come() -> None:
    lineup = line_up(session(), {"network.activation": ("tanh", "elu")}, 4, 50)
    came: list[int] = []
    found: list[Row] = []

    def work() -> None:
        with Local("float32", workers=2) as crew:
            for rows in race(lineup.jobs, crew):
                came.append(len(rows))
                found.extend(rows)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(120.0)
    assert len(came) > 1
    figures = {(row.vary, row.seed): (row.train, row.test) for row in found}
    assert figures == {(row.vary, row.seed): (row.train, row.test) for row in run_batch(lineup.jobs, True)[0]}


@pytest.mark.compiled
def test_a_race_that_is_stopped_hands_out_what_is_done() -> None:
    lineup = line_up(session(), {"training.batch_size": (10, 20)}, 20, 10**6)
    done: list[Row] = []
    with Local("float32", workers=2) as crew:
        stop = threading.Event()
        for rows in race(lineup.jobs, crew, stop.is_set):
            done += rows
            stop.set()
    assert 0 < len(done) < len(lineup.jobs)
    assert all(row.train for row in done)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no nice")
def test_beside_a_window_it_steps_back() -> None:
    with Local("float32", beside_window=True, workers=1) as crew:
        assert crew._executor.submit(os.nice, 0).result(120.0) == min(19, os.nice(0) + POLITE)


@pytest.mark.compiled
def test_who_leaves_early_leaves_nothing_behind() -> None:
    """Only the first rows are taken; the guard against threads that are left sees to the rest."""
    lineup = line_up(session(), {}, 30, 10**6)
    with Local("float32", workers=1) as crew:
        runs = race(lineup.jobs, crew)
        assert next(runs)
        runs.close()


@pytest.mark.parametrize("error", [
    OSError(errno.ENOSPC, "No space left on device"),
    FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp', '/var/tmp']"),
    ImportError("This platform lacks a functioning sem_open implementation"),
])  # fmt: skip
@pytest.mark.parametrize("lacking", ["RawValue", "Lock"])
def test_where_processes_share_no_memory_a_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch, lacking: str, error: Exception
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(type(multiprocessing.get_context("spawn")), lacking, refuse)
    with pytest.raises(RaceFailed, match=r"cannot begin on this machine: .+/dev/shm"):
        Local("float32", workers=1)


def test_where_no_process_can_begin_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    with Local("float32", workers=1) as crew:
        monkeypatch.setattr(crew._context.Process, "_Popen", staticmethod(refuse))
        lineup = line_up(session(), {}, 1, 1)
        with pytest.raises(RaceFailed, match="resource temporarily unavailable"):
            list(race(lineup.jobs, crew))
