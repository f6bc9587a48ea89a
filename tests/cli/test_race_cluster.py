"""`twostroke race --dask`: a cluster of two processes gives the same table; a worker that is killed costs its batch."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.terminal import SMALL, Outcome, Run, write
from tests.cli.test_ending_early import started
from tests.cli.test_race import posix, rows_of, wait_for

CLUSTER = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, *(worker.pid for worker in cluster.workers.values()), flush=True)
        sys.stdin.read()
"""

WEB = """
from http.server import BaseHTTPRequestHandler, HTTPServer

server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
print(server.server_port, flush=True)
server.serve_forever()
"""


@dataclass(frozen=True)
class Cluster:
    address: str
    workers: tuple[int, ...]  # their processes
    process: subprocess.Popen[str]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster in processes of its own, so that nothing of it stays here."""
    pytest.importorskip("distributed")
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, str(script)], cwd=tmp_path, text=True, **pipes) as process:
        assert process.stdout is not None
        address, *workers = process.stdout.readline().split()
        try:
            yield Cluster(address, tuple(map(int, workers)), process)
        finally:
            process.communicate(timeout=60)


def raced(folder: Path, *arguments: str) -> Outcome:
    child = started(folder, "race", *arguments)
    out, err = child.communicate(timeout=300)
    return Outcome(child.returncode, out, err)


def figures(runs: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return [(run["vary"], run["seed"], run["train"], run["test"]) for run in runs]


OPTIONS = ("--vary", "network.activation=relu,prelu,gelu", "--vary", "network.norm=none,batch", "--seeds", "3")


@pytest.mark.slow
def test_the_table_is_that_of_this_machine(tmp_path: Path, cluster: Cluster) -> None:
    name = write(tmp_path, network=SMALL)
    here = raced(tmp_path, name, *OPTIONS, "--updates", "300", "--json")
    there = raced(tmp_path, name, *OPTIONS, "--updates", "300", "--json", "--dask", cluster.address, "-o", "t.csv")
    assert (there.code, there.err) == (0, "")
    assert figures(there.json["runs"]) == figures(here.json["runs"])
    assert len(rows_of(tmp_path / "t.csv")) == 18


@posix
@pytest.mark.slow
def test_a_worker_that_is_killed_costs_its_batch(tmp_path: Path, cluster: Cluster) -> None:
    name, table = write(tmp_path, network=SMALL), tmp_path / "t.csv"
    options = ("--seeds", "30", "--updates", "300000")
    child = started(tmp_path, "race", name, *options, "--dask", cluster.address, "-o", "t.csv", "--json")
    wait_for(table.exists)
    os.kill(cluster.workers[0], signal.SIGKILL)
    assert child.poll() is None
    out, err = child.communicate(timeout=300)
    assert (child.returncode, err) == (0, "")
    here = raced(tmp_path, name, *options, "--json")
    assert figures(Outcome(0, out, "").json["runs"]) == figures(here.json["runs"])


@posix
@pytest.mark.slow
def test_a_cluster_that_goes_leaves_what_is_finished(tmp_path: Path, cluster: Cluster) -> None:
    name, table = write(tmp_path, network=SMALL), tmp_path / "t.csv"
    options = ("--seeds", "1000", "--updates", "1000000", "--dask", cluster.address, "-o", "t.csv", "--json")
    child = started(tmp_path, "race", name, *options)
    wait_for(table.exists)
    for process in (cluster.process.pid, *cluster.workers):
        os.kill(process, signal.SIGKILL)
    out, err = child.communicate(timeout=120)
    assert (child.returncode, out) == (1, "")
    assert len(err.splitlines()) == 1, err
    assert f"{len(rows_of(table))} of 1,000 runs are done, and in t.csv" in err


@posix
@pytest.mark.slow
def test_ctrl_c_does_not_wait_for_the_workers(tmp_path: Path, cluster: Cluster) -> None:
    name = write(tmp_path, network=SMALL)
    child = started(tmp_path, "race", name, "--seeds", "4", "--updates", "1000000000", "--dask", cluster.address)
    time.sleep(10.0)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, out) == (130, ""), err
    assert err == "twostroke: Interrupted. No run was done by then.\n"


@pytest.mark.slow
def test_nobody_at_an_address_is_told_within_seconds(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    began = time.monotonic()
    outcome = raced(tmp_path, write(tmp_path, network=SMALL), "--updates", "5", "--dask", address)
    outcome.is_one_line_of_trouble(2, "No scheduler of Dask answers", address)
    assert time.monotonic() - began < 30.0


@pytest.mark.slow
def test_what_is_no_scheduler_is_told(tmp_path: Path) -> None:
    """A server that sends something else."""
    pytest.importorskip("distributed")
    with subprocess.Popen(
        [sys.executable, "-c", WEB], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as web:
        assert web.stdout is not None
        address = f"tcp://127.0.0.1:{web.stdout.readline().strip()}"
        outcome = raced(tmp_path, write(tmp_path, network=SMALL), "--updates", "5", "--dask", address)
        web.kill()
    outcome.is_one_line_of_trouble(2, "No scheduler of Dask answers", address)


def test_without_the_package_the_line_to_type_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    outcome = run("race", write(tmp_path, network=SMALL), "--updates", "5", "--dask", "tcp://127.0.0.1:1")
    outcome.is_one_line_of_trouble(1, "pip install twostroke[cluster]")
