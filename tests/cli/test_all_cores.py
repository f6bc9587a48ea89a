"""Work on all cores: one job that ends its process must not keep the others from their results."""

import signal
from concurrent.futures import BrokenExecutor, Future
from typing import Any

import pytest

from twostroke.gui.cli.subcommands import all_cores
from twostroke.gui.cli.subcommands.all_cores import done_by_all
from twostroke.gui.cli.subcommands.speech import Ended

JOBS = [(name,) for name in ("one", "two", "bad", "four")]


class Fallen:
    """Processes of which one falls with the job "bad", and with it all that was handed out by then."""

    def __init__(self, dtype: str) -> None:
        self.calls: list[str] = []

    def __enter__(self) -> "Fallen":
        return self

    def __exit__(self, *_: object) -> None:
        assert len(self.calls) == 2 * len(JOBS)

    def call(self, work: Any, name: str) -> "Future[str]":
        self.calls.append(name)
        found: Future[str] = Future()
        if len(self.calls) <= len(JOBS) or name == "bad":
            found.set_exception(BrokenExecutor())
        else:
            found.set_result(work(name))
        return found


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(all_cores, "usable", lambda: 2)


def test_what_falls_with_a_bad_job_is_done_again_and_the_bad_one_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(all_cores, "Local", Fallen)
    shown: list[int] = []
    found = done_by_all(str.upper, JOBS, shown.append, lambda name: f"{name} is lost", many=2)
    assert found == ["ONE", "TWO", "bad is lost", "FOUR"]
    assert shown == [1, 2, 3, 4]


def test_a_signal_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(Fallen):
        def __exit__(self, *_: object) -> None:
            assert self.calls

        def call(self, work: Any, name: str) -> "Future[str]":
            self.calls.append(name)
            signal.raise_signal(signal.SIGTERM)
            return Future()

    monkeypatch.setattr(all_cores, "Local", Endless)
    with pytest.raises(Ended) as ended:
        done_by_all(str.upper, JOBS, lambda done: None, str, many=2)
    assert ended.value.code == 128 + signal.SIGTERM


def test_few_jobs_are_done_here() -> None:
    assert done_by_all(str.upper, JOBS, lambda done: None, str, many=5) == ["ONE", "TWO", "BAD", "FOUR"]
