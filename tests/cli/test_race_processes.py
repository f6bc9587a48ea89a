"""The processes of a race: one that is killed costs its batch, and none outlives who has started them."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.cli.terminal import SMALL, Outcome, write
from tests.cli.test_ending_early import started
from tests.cli.test_race import rows_of, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="asks Linux for the children of a process"),
]
SPAWNED = b"spawn_main"
SCRIPT = """
import os
import sys

from twostroke.gui.cli.start import main

if __name__ == "__main__":
    os.setsid()
    sys.exit(main())
"""
"""The command that is installed, at the head of a group of processes: those that do the runs load it as well."""

LONG = ("--updates", "300000", "-o", "t.csv")


def workers(parent: int) -> list[int]:
    """The processes that do runs for it."""
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError:
        return []
    return [int(child) for child in children if SPAWNED in commanded(int(child))]


def commanded(process: int) -> bytes:
    """The command line of a process; empty where it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def test_a_process_that_is_killed_costs_its_batch(tmp_path: Path) -> None:
    name = write(tmp_path, network=SMALL)
    child = started(tmp_path, "race", name, "--seeds", "40", *LONG, "--json")
    wait_for((tmp_path / "t.csv").exists)
    os.kill(workers(child.pid)[0], signal.SIGKILL)
    assert child.poll() is None
    out, err = child.communicate(timeout=300)
    assert (child.returncode, err) == (0, "")
    runs = Outcome(0, out, "").json["runs"]
    assert [run["seed"] for run in runs] == list(range(1, 41))
    assert all(run["train"] for run in runs)
    assert len(rows_of(tmp_path / "t.csv")) == 40


def test_no_process_outlives_its_race(tmp_path: Path) -> None:
    name = write(tmp_path, network=SMALL)
    child = started(tmp_path, "race", name, "--seeds", "1000", *LONG)
    wait_for((tmp_path / "t.csv").exists)
    own = workers(child.pid)
    assert own
    child.kill()
    child.communicate(timeout=60)
    wait_for(lambda: not any(SPAWNED in commanded(process) for process in own), 30.0)


@pytest.mark.parametrize("wait", [0.0, 0.3, 0.6, 1.0, 1.5, 3.0])
def test_ctrl_c_in_a_terminal_is_one_line(tmp_path: Path, wait: float) -> None:
    """It reaches all of them at once, also while they begin."""
    name = write(tmp_path, network=SMALL)
    script = tmp_path / "twostroke"
    script.write_text(SCRIPT)
    program = (sys.executable, str(script))
    child = started(tmp_path, "race", name, "--seeds", "1000", *LONG, program=program)
    wait_for(lambda: bool(workers(child.pid)))
    own = workers(child.pid)
    time.sleep(wait)
    os.killpg(child.pid, signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out, len(err.splitlines())) == (130, "", 1), err
    assert err.startswith("twostroke: Interrupted.")
    assert not any(SPAWNED in commanded(process) for process in own)
