"""bench, in processes of their own: who trains in which, what they answer, and the memory that they hold."""

import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.cli.terminal import Run
from twostroke.gui.cli.bench import crew, networks, parts, resident, starting, weighing, work
from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.rounds import Contender, Figure, measure
from twostroke.gui.cli.subcommands.speech import WorkFailed


class PaperPart:
    """A part on paper: what it was opened for, and what it was asked."""

    opened: ClassVar[list["PaperPart"]] = []

    def __init__(self, name: str) -> None:
        self.name, self.asked = name, []
        self.opened.append(self)

    def ask(self, *request: Any) -> None:
        self.asked.append(request)

    def __enter__(self) -> "PaperPart":
        return self

    def __exit__(self, *error: object) -> None:
        self.asked.append(("end",))


def test_each_library_trains_in_a_part_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "Part", PaperPart)
    monkeypatch.setattr(PaperPart, "opened", [])
    monkeypatch.setitem(sys.modules, "torch", None)
    with crew.crew(work.CASES["large"]) as (contenders, missing):
        assert missing == ("PyTorch is not installed, so it is not compared.",)
        for contender in contenders:
            contender.prepare()
            contender.run(5)
    asked = {part.asked[0]: part.asked[1:] for part in PaperPart.opened}
    assert list(asked) == [("open", name, "large") for name in (networks.OURS, "NumPy", "scikit-learn")]
    ours, *others = asked.values()
    assert ours[:2] == [("prepare", (networks.OURS, "relu", "sgd")), ("run", (networks.OURS, "relu", "sgd"), 5)]
    assert ("run", (networks.PRODUCTS,), 5) in ours
    for name, theirs in zip(("NumPy", "scikit-learn"), others, strict=True):
        assert {request[0] for request in theirs} == {"run", "end"}
        assert {request[1][0] for request in theirs[:-1]} == {name}
    assert all(requests[-1] == ("end",) for requests in asked.values())


def test_the_seconds_of_another_process_count_and_not_the_way_to_it() -> None:
    clock = iter(range(0, 100_000, 7))  # each look at it is 7 s later
    away = Contender("away", lambda count: 0.001 * count)
    timings = measure([away], 0.01, 3, lambda: float(next(clock)))
    assert timings.seconds["away"] == pytest.approx((0.001,) * 3)


def test_the_order_of_a_round_puts_those_that_are_compared_side_by_side() -> None:
    keys = crew.keys(work.CASES["large"], ["Twostroke", "NumPy", "scikit-learn"])
    assert keys[:4] == [
        ("Twostroke", "relu", "sgd"),
        ("NumPy", "relu", "sgd"),
        ("scikit-learn", "relu", "sgd"),
        ("Twostroke", "tanh", "sgd"),
    ]
    assert ("scikit-learn", "gelu", "sgd") not in keys
    assert (networks.PRODUCTS,) in keys
    assert (networks.PRODUCTS,) not in crew.keys(work.CASES["tiny"], ["Twostroke"])
    assert len(keys) == len(set(keys))


def test_a_part_answers_line_by_line_and_tells_what_failed() -> None:
    with parts.Part("training") as part:
        assert part.ask("open", "NumPy", "tiny") is None
        assert part.ask("run", ["NumPy", "relu", "sgd"], 3) > 0.0
        with pytest.raises(WorkFailed, match="KeyError"):
            part.ask("run", ["nobody", "relu", "sgd"], 3)
        assert part.ask("run", ["NumPy", "tanh", "adam"], 1) > 0.0
        process = part._process
    assert process.returncode == 0


def test_a_part_that_ends_before_its_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "command", lambda name: [sys.executable, "-c", "pass"])
    with parts.Part("training") as part, pytest.raises(WorkFailed, match="has ended before its time"):
        part.ask("open", "NumPy", "tiny")


def test_a_start_finds_compiled_python_and_nothing_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("ANYTHING_ELSE", "stays")
    script = "import json, os, sys; print(json.dumps({'all': 0.0, 'kept': not sys.dont_write_bytecode}))"
    assert starting.spent(starting.Child("x", script, True), tmp_path)["kept"] is True
    found = starting.environment_of(tmp_path / "kernels", tmp_path)
    assert found["ANYTHING_ELSE"] == "stays"
    assert found["NUMBA_CACHE_DIR"] == str(tmp_path / "kernels")
    assert {found[f"XDG_{kind}_HOME"] for kind in ("CONFIG", "DATA", "STATE")} == {
        str(tmp_path / kind) for kind in ("config", "data", "state")
    }


def test_each_program_that_starts_has_a_run_that_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple[str, str]] = []

    def spent(child: starting.Child, warm: Path) -> dict[str, float]:
        begun.append((child.name, child.script))
        return {"all": float(len(begun))}

    monkeypatch.setattr(starting, "spent", spent)
    children = [
        starting.Child("cold", "a", False),
        starting.Child("warm", "a", True),
        starting.Child("bare", "b", True),
    ]
    found = starting.measured(children, 2)
    assert begun[:3] == [("", starting.COMPILE), ("", "a"), ("", "b")]
    assert [name for name, _ in begun[3:]] == ["cold", "warm", "bare"] * 2
    assert found["cold"]["all"].median == 5.5


def test_starts_are_told_as_multiples_of_a_bare_window(monkeypatch: pytest.MonkeyPatch) -> None:
    took = {"cold": 3.0, "warm": 1.5, "bare": 1.0}
    found = {name: {"all": Figure(value, value, value)} for name, value in took.items()}
    monkeypatch.setattr(starting, "measured", lambda children, rounds: found)
    section = starting.window(Options(0.05))
    assert section.data["times"] == took
    assert section.data["cold"]["all"]["median"] == 3.0
    assert [(goal.value, goal.bound, goal.reached) for goal in section.goals] == [(3.0, 2.5, False), (1.5, 2.0, True)]


def test_there_is_no_part_of_another_name(run: Run) -> None:
    run("bench", "--part", "nothing").is_one_line_of_trouble(2, "no part nothing")


def test_the_memory_of_the_window_is_told_with_its_growth() -> None:
    looks = [[float(second), 300.0 + max(0.0, second - 300.0) / 60.0] for second in range(601)]
    data, table, goals, notes = resident.told_of_window(600.0, looks)
    assert data["growth_per_minute"] == pytest.approx(1e6)
    assert (data["first"], data["last"], data["most"]) == (300e6, 305e6, 305e6)
    assert (goals[0].value, goals[0].bound, goals[0].reached) == (305.0, 350.0, True)
    assert goals[1].value == pytest.approx(1.0)
    assert table is not None
    assert notes == ()
    _, _, goals, notes = resident.told_of_window(10.0, looks[:11])
    assert goals[1].value is None
    assert "--window-seconds" in notes[0]
    assert resident.slope_of(looks[:2]) is None
    assert resident.told_of_window(10.0, None) == ({}, None, [], (resident.UNKNOWN,))


def test_the_memory_of_a_large_film_is_told_with_what_a_longer_one_needs() -> None:
    data, table, goals, _ = resident.told_of_film([48, 96], [[200.0, 500.0], [201.0, 520.0]])
    assert data["films"] == [{"frames": 48, "most": 500e6}, {"frames": 96, "most": 520e6}]
    assert table is not None
    assert table.rows == (("48", "500", "300"), ("96", "520", "320"))
    assert (goals[0].value, goals[0].reached) == (20.0, True)
    assert resident.told_of_film([2, 6], [None, None])[3] == (resident.UNKNOWN,)


def test_the_memory_that_is_held_is_that_of_this_process() -> None:
    now, most = weighing.held("VmRSS"), weighing.held("VmHWM")
    if not weighing.STATUS.exists():
        assert (now, most) == (None, None)
        return
    assert now is not None
    assert most is not None
    assert 20.0 < now <= most


@pytest.mark.slow
@pytest.mark.skipif(not weighing.STATUS.exists(), reason="this system does not tell")
def test_a_large_film_is_made_in_a_part() -> None:
    with parts.Part("memory") as part:
        before, most = part.ask("film", 2)
        assert 50.0 < before < most
        looks = part.ask("window", 0.5)
        assert looks[-1][0] >= 0.4
        assert all(mega > 50.0 for _, mega in looks)


def test_the_sources_of_what_is_imported_are_not_read_into_the_memory_that_is_measured() -> None:
    """As in the program."""
    code = (
        "import linecache; from twostroke.gui.cli.bench import serving; serving.PARTS['memory']();"
        "print(len(linecache.cache))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 30
