"""What a race asks of a Dask cluster, beside one that is made up; real ones are in tests/cli/test_race_cluster.py."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from types import ModuleType
from typing import Any

import pytest

from tests.engine.test_race import session
from twostroke.engine.race.cluster import Cluster, ClusterProblem
from twostroke.engine.race.job import run_batch
from twostroke.engine.race.lineup import line_up
from twostroke.engine.race.racing import race

ADDRESS = "tcp://far:8786"


class KilledWorker(Exception):
    pass


class MadeUp:
    """A client with its executor: what is submitted is done at once; `before` may refuse it."""

    def __init__(self, threads: dict[str, int], before: Callable[[str], None] = lambda name: None) -> None:
        self.threads, self.before = threads, before
        self.sent: list[tuple[str, Any]] = []
        self.closed = False

    def nthreads(self) -> dict[str, int]:
        return self.threads

    def get_executor(self, pure: bool) -> "MadeUp":
        assert not pure
        return self

    def submit(self, work: Callable[..., Any], *given: Any, workers: Sequence[str] | None = None) -> "Future[Any]":
        self.sent.append((work.__name__, workers))
        future: Future[Any] = Future()
        try:
            self.before(work.__name__)
            future.set_result(work(*given))
        except Exception as error:
            future.set_exception(error)
        return future

    def shutdown(self, wait: bool) -> None:
        assert not wait

    def close(self, timeout: float) -> None:
        self.closed = True


@pytest.fixture
def reach(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Has that client at ADDRESS; `kind` is what answers there."""

    def arrange(client: MadeUp, kind: str = "Scheduler") -> None:
        class Remote:
            def __init__(self, address: str, timeout: float) -> None:
                if address != ADDRESS:
                    raise ValueError(address)

            async def __aenter__(self) -> "Remote":
                return self

            async def __aexit__(self, *_: object) -> None:
                pass

            async def identity(self) -> dict[str, str]:
                return {"type": kind}

        for name, parts in {
            "distributed": {"Client": lambda address, **_: client},
            "distributed.core": {"rpc": Remote},
            "distributed.scheduler": {"KilledWorker": KilledWorker},
        }.items():
            module = ModuleType(name)
            vars(module).update(parts)
            monkeypatch.setitem(sys.modules, name, module)

    return arrange


LINEUP = line_up(session(), {"network.activation": ("tanh", "elu")}, 3, 5)
TWO_HOSTS = {"tcp://a:1": 1, "tcp://a:2": 1, "tcp://b:1": 2}


def test_each_host_compiles_once_before_the_batches_go_out(reach: Callable[..., None]) -> None:
    client = MadeUp(TWO_HOSTS)
    reach(client)
    with Cluster(ADDRESS, LINEUP.kinds) as crew:
        assert crew.workers == 4
        assert [name for name, _ in client.sent] == ["compile_for"] * 2
        assert {workers[0].split(":")[1] for _, workers in client.sent} == {"//a", "//b"}
        rows = [row for rows in race(LINEUP.jobs, crew) for row in rows]
    assert {name for name, _ in client.sent[2:]} == {"run_batch"}
    assert client.closed
    alone = {(row.vary, row.seed): row.test for row in run_batch(LINEUP.jobs, True)[0]}
    assert {(row.vary, row.seed): row.test for row in rows} == alone


def test_a_batch_that_the_scheduler_has_given_up_is_tried_run_by_run(reach: Callable[..., None]) -> None:
    falls = iter((True,))

    def before(name: str) -> None:
        if name == "run_batch" and next(falls, False):
            raise KilledWorker

    reach(MadeUp(TWO_HOSTS, before))
    with Cluster(ADDRESS, LINEUP.kinds) as crew:
        rows = [row for rows in race(LINEUP.jobs, crew) for row in rows]
    assert len(rows) == 6
    assert all(row.train for row in rows)


def refused(error: Exception) -> Callable[[str], None]:
    def before(name: str) -> None:
        raise error

    return before


@pytest.mark.parametrize(
    ("client", "words"),
    [
        (MadeUp({}), ("has no worker", f"dask worker {ADDRESS}")),
        (MadeUp(TWO_HOSTS, refused(ImportError("No module named 'twostroke'"))), ("No module named", "Install")),
        (MadeUp(TWO_HOSTS, refused(CancelledError())), ("has gone",)),
    ],
)
def test_a_cluster_that_cannot_is_told(reach: Callable[..., None], client: MadeUp, words: tuple[str, ...]) -> None:
    reach(client)
    with pytest.raises(ClusterProblem) as caught:
        Cluster(ADDRESS, LINEUP.kinds)
    for word in words:
        assert word in str(caught.value)
    assert client.closed


def test_a_host_with_another_version_is_told(reach: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    reach(MadeUp(TWO_HOSTS))
    monkeypatch.setattr("twostroke.engine.race.job.jit_cache", ModuleType("other"))
    monkeypatch.setattr("twostroke.engine.race.job.jit_cache.fingerprint", lambda: "another", raising=False)
    with pytest.raises(ClusterProblem, match="another version"):
        Cluster(ADDRESS, LINEUP.kinds)


def test_who_stops_does_not_wait_for_compilers(reach: Callable[..., None]) -> None:
    client = MadeUp(TWO_HOSTS, refused(ImportError()))
    reach(client)
    with Cluster(ADDRESS, LINEUP.kinds, lambda: True):
        assert len(client.sent) == 2


@pytest.mark.parametrize(("address", "kind"), [("nonsense", "Scheduler"), (ADDRESS, "Worker")])
def test_what_is_no_scheduler_is_told(reach: Callable[..., None], address: str, kind: str) -> None:
    reach(MadeUp(TWO_HOSTS), kind)
    with pytest.raises(ClusterProblem, match="No scheduler of Dask answers") as caught:
        Cluster(address, LINEUP.kinds)
    assert caught.value.of_address


def test_without_the_package_the_line_to_type_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterProblem, match=r"pip install twostroke\[cluster\]"):
        Cluster(ADDRESS, LINEUP.kinds)
