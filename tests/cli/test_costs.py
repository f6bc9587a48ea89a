"""Sizes that a session may have but that take long: the cost is told before the work, and bounded."""

import re
from typing import Any

import numpy as np
import pytest

from tests.cli.terminal import SMALL, Run, write
from twostroke.engine.probes import gradcheck
from twostroke.gui.cli.subcommands import checking, tracing

COST = re.compile(r"About (\d+) gradients to compare, some [\d,]+ s; Ctrl-C ends it\.")


@pytest.fixture
def huge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks count as huge from a few multiplications on."""
    monkeypatch.setattr(gradcheck, "HUGE", 1.0)
    monkeypatch.setattr(gradcheck, "WORK", 1.0)


def test_the_check_of_a_huge_network_is_a_stated_sample(run: Run, tmp_path: Any, huge: None) -> None:
    name = write(tmp_path, network={"layers": [{"units": 6, "activation": "tanh"}]})
    told = run("check", name, "--json")
    assert told.code == 0
    assert told.json["sample"] == {"of": 25, "most_of_each_tensor": 3, "seed": 0}
    assert [tensor["checked"] for tensor in told.json["tensors"]] == [3, 3, 3, 1]
    assert "a sample of its 25 gradients: of each tensor at most 3, drawn with seed 0." in run("check", name).out
    assert run("check", name, "--json").json == told.json


def test_the_check_of_a_small_network_says_nothing_of_samples_or_costs(run: Run, tmp_path: Any) -> None:
    told = run("check", write(tmp_path, network=SMALL), "--json")
    assert told.code == 0
    assert "sample" not in told.json
    assert not COST.search(told.err)


def test_a_long_check_tells_its_cost_first(run: Run, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "LONG", 0.0)
    told = run("check", write(tmp_path, network=SMALL), "--json")
    found = COST.search(told.err)
    assert found is not None
    assert int(found[1]) == told.json["checked"] + told.json["skipped"]


def test_the_bar_of_a_check_reaches_its_end(tmp_path: Any) -> None:
    from twostroke.gui.cli.subcommands.sessions import find

    seen: list[tuple[int, int]] = []
    (tmp_path / "mine").mkdir()
    session = find(str(tmp_path / "mine" / write(tmp_path / "mine", network=SMALL))).session
    gradcheck.check(session, watch=lambda done, total, seconds: seen.append((done, total)))
    assert seen == [(done, seen[0][1]) for done in range(seen[0][1] + 1)]


def test_a_trace_too_large_to_print_is_refused_before_the_work(run: Run, tmp_path: Any) -> None:
    name = write(tmp_path, network={"layers": [{"units": 2_048, "activation": "relu"}] * 2})
    run("trace", name, "--at", "0", "--json").is_one_line_of_trouble(2, "numbers, which takes about 1.", "-o TRACE.npz")


def test_a_large_trace_tells_its_size_and_goes_to_a_file(
    run: Run, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("MANY", "MOST_PRINTED"):
        monkeypatch.setattr(tracing, limit, 100)
    told = run("trace", write(tmp_path, network=SMALL), "--at", "0", "--json", "-o", "trace.npz")
    assert told.code == 0
    assert re.search(r"A trace of some [\d,]+ numbers, 0\.0 GB; Ctrl-C ends it\.", told.err)
    assert all("values" not in array for array in told.json["arrays"].values())
    with np.load("trace.npz") as arrays:
        assert "l1.weight" in arrays
