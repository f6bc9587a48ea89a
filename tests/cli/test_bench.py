"""bench: how timings become figures, what is printed, and how it fails. Nothing here judges how fast anything is."""

import json
import math
import os
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.terminal import Run
from twostroke.engine.compute import optimizing
from twostroke.engine.compute.kernels import train
from twostroke.engine.compute.network import Network
from twostroke.gui.cli.bench import (
    crossover,
    machine,
    networks,
    peers,
    report,
    rounds,
    starting,
    upkeep,
    work,
)
from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.report import Goal, Section, Table
from twostroke.gui.cli.bench.rounds import Contender, Timings
from twostroke.gui.cli.subcommands import benching
from twostroke.gui.cli.subcommands.speech import BadInput

BRIEF = "0.0001"


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with nothing else to do, whatever else runs beside the tests."""
    monkeypatch.setattr(machine, "load", lambda: 0.0)


@pytest.fixture
def without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)


class FakeClock:
    """Time that passes only where somebody works."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def worker(self, name: str, seconds: float, log: list[tuple[str, int]]) -> Contender:
        def run(count: int) -> None:
            log.append((name, count))
            self.now += count * seconds

        return Contender(name, run)


# -- timing ----------------------------------------------------------------------------------------------------------


def test_ratios_are_medians_of_the_ratios_within_each_round() -> None:
    timings = Timings({"own": (1.0, 5.0, 10.0), "other": (3.0, 30.0, 4.0)})
    assert timings.times("own", "other").median == 3.0  # of 3, 6, 0.4; the ratio of the medians would be 0.8
    assert timings.times("other", "own").median == pytest.approx(1.0 / 3.0)
    assert timings.rate("own").median == 0.2


def test_a_figure_has_quartiles_and_a_relative_spread() -> None:
    found = rounds.figure([4.0, 1.0, 2.0, 3.0, 5.0])
    assert (found.low, found.median, found.high) == (2.0, 3.0, 4.0)
    assert found.spread == pytest.approx(1.0 / 3.0)
    assert rounds.figure([7.0]).spread == 0.0


def test_the_number_of_pieces_fills_the_time() -> None:
    clock = FakeClock()
    log: list[tuple[str, int]] = []
    assert rounds.pieces(clock.worker("a", 0.001, log), 1.0, clock) == 1000
    assert rounds.pieces(clock.worker("a", 9.0, log), 1.0, clock) == 1


def test_rounds_are_interleaved_and_each_run_is_prepared_and_warmed() -> None:
    clock = FakeClock()
    log: list[tuple[str, int]] = []
    quick, slow = clock.worker("quick", 1e-5, log), clock.worker("slow", 4e-5, log)
    prepared: list[int] = []
    quick = Contender(quick.name, quick.run, lambda: prepared.append(len(log)))
    timings = rounds.measure([quick, slow], 0.0016, rounds=3, clock=clock)
    timed = log[-12:]
    assert [name for name, _ in timed] == ["quick", "quick", "slow", "slow"] * 3
    assert [count for _, count in timed[:4]] == [20, 160, 5, 40]
    assert prepared[-3:] == [len(log) - 12, len(log) - 8, len(log) - 4]
    assert timings.seconds["quick"] == pytest.approx((1e-5,) * 3)
    assert timings.times("quick", "slow").median == pytest.approx(4.0)


# -- goals and tables ------------------------------------------------------------------------------------------------


def test_goals_are_told_plainly() -> None:
    good, bad = Goal("tiny", "speed", 3.0, 2.0, True, "×"), Goal("tiny", "time", 3.0, 2.0, False, "×")
    unknown = Goal("tiny", "other", None, 2.0, False)
    assert [goal.verdict for goal in (good, bad, unknown)] == ["reached", "not reached", "not measured"]
    assert report.summary([good, bad, unknown]) == "1 of 2 goals measured are reached. Not reached: tiny: time."
    assert report.summary([good]) == "1 of 1 goals measured are reached."
    assert bad.as_object() == {
        "case": "tiny",
        "what": "time",
        "value": 3.0,
        "bound": 2.0,
        "at_least": False,
        "unit": "×",
        "reached": False,
    }
    rows = report.goal_table([good, bad, unknown]).rows
    assert rows[0] == ("tiny", "speed", "at least 2 ×", "3 ×", "reached")
    assert rows[2][2:] == ("at most 2", "–", "not measured")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1234567.8, "", "1,234,568"),
        (12.34, "×", "12.3 ×"),
        (1.049, "×", "1.05 ×"),
        (0.0312, "%", "3.1 %"),
        (0.9, "%", "90 %"),
        (0.0123, "s", "0.0123 s"),
        (2.0, "", "2"),
        (None, "s", "–"),
    ],
)
def test_amounts_have_three_digits_and_a_unit(value: float | None, unit: str, text: str) -> None:
    assert report.amount(value, unit) == text


def test_the_page_holds_command_machine_goals_and_tables() -> None:
    table = Table("Some | title", ("name", "rate"), (("a|b", "1"), ("c", "2")))
    section = Section("tiny", {}, (table,), (Goal("tiny", "speed", 1.0, 2.0, True, "×"),), ("A note.",))
    text = report.markdown("twostroke bench tiny", [("Cores", "2")], [section])
    lines = text.splitlines()
    assert lines[0] == "# Speed"
    assert "    twostroke bench tiny" in lines
    assert "- Cores: 2" in lines
    assert "| name | rate |" in lines
    assert "|---|---:|" in lines
    assert "| a\\|b | 1 |" in lines
    assert "| tiny | speed | at least 2 × | 1 × | not reached |" in lines
    assert text.endswith("## Notes\n\n- A note.\n")


def test_a_busy_machine_is_told() -> None:
    assert machine.warning(0.9, 2) is None
    assert machine.warning(None, 2) is None
    assert machine.warning(3.14, 2) == "The machine was busy: over the minute before, 3.1 processes wanted its 2 cores."


# -- networks --------------------------------------------------------------------------------------------------------


def fake_timings(names: tuple[str, ...], case: str) -> Timings:
    """Ours needs 1 s with relu and SGD, 1.2 s with Adam, 2 s with tanh; the others 10 s, the products 0.8 s."""
    found: dict[Any, tuple[float, ...]] = {}
    for optimizer in work.OPTIMIZERS:
        for activation in (*work.ACTIVATIONS, *work.SMOOTH):
            took = (1.2 if optimizer == "adam" else 1.0) * (2.0 if activation == "tanh" else 1.0)
            found[networks.OURS, activation, optimizer] = (took,) * 3
            if activation in work.ACTIVATIONS:
                found |= {(name, activation, optimizer): (10.0,) * 3 for name in names}
    if work.CASES[case].sgemm:
        found[(networks.PRODUCTS,)] = (0.8,) * 3
    return Timings(found)


def test_goals_of_a_network_come_from_its_timings() -> None:
    section = networks.told(work.CASES["large"], fake_timings(("NumPy", "PyTorch"), "large"))
    values = {goal.what: (goal.value, goal.bound, goal.reached) for goal in section.goals}
    assert values == {
        "times PyTorch's speed, relu, sgd": (10.0, 1.05, True),
        "share of sgemm in an update": (0.8, 0.9, False),
        "Adam's time to SGD's": (1.2, 1.4, True),
        "tanh's time to relu's": (2.0, 1.5, False),
        "sigmoid's time to relu's": (1.0, 1.5, True),
        "gelu's time to relu's": (1.0, 1.5, True),
        "silu's time to relu's": (1.0, 1.5, True),
        "elu's time to relu's": (1.0, 1.5, True),
    }
    table = section.tables[0]
    assert table.columns[2:] == ("Twostroke", "NumPy", "PyTorch", "× NumPy", "× PyTorch")
    assert table.rows[1][-1] == "5 ×"
    json.dumps(section.data)


def test_goals_beside_pytorch_are_not_measured_without_it() -> None:
    section = networks.told(work.CASES["tiny"], fake_timings(("NumPy",), "tiny"))
    assert section.goals[0].bound == 450.0
    assert section.goals[0].reached is None
    assert not any("sgemm" in goal.what for goal in section.goals)


def test_each_network_has_its_goal() -> None:
    found = {name: (case.title, case.times_torch) for name, case in work.CASES.items()}
    assert found == {
        "tiny": ("2-4-2-1, mini-batch 10", 450.0),
        "small": ("2-8-8-8-1, mini-batch 10", 110.0),
        "digits": ("64-32-10, mini-batch 32", 25.0),
        "wide": ("784-128-64-10, mini-batch 64", 2.5),
        "large": ("784-512-512-10, mini-batch 128", 1.05),
    }
    assert all(work.SAMPLES % case.batch == 0 for case in work.CASES.values())


@pytest.mark.parametrize("optimizer", work.OPTIMIZERS)
@pytest.mark.parametrize("activation", work.ACTIVATIONS)
@pytest.mark.parametrize("name", ["small", "digits"])
def test_numpy_makes_the_same_updates(name: str, activation: str, optimizer: str) -> None:
    """What is compared does the same work: after two updates the weights agree to round-off."""
    case = work.CASES[name]
    setting = work.Setting(case, activation, optimizer)
    session = work.session_of(setting)
    network = Network(session, widths=case.widths)
    x, y = (part[: case.batch] for part in work.samples_of(case))
    state = optimizing.fresh_state(session, network.theta, network.running)
    before = network.theta.copy()
    buffers = network.buffers(case.batch)
    train.run(network.plan, optimizing.rule(session), network.feed(x, y), state, buffers, 2, np.zeros(1))
    loop = peers.NumpyLoop(setting)
    for _ in range(2):
        loop.update(x, y)
    own = [part for n in range(1, network.depth + 1) for part in (network.weight(n).T, network.bias(n))]
    moved = float(np.abs(network.theta - before).max())
    for ours, theirs in zip(own, loop.parameters, strict=True):
        assert theirs.dtype == np.float32
        assert np.abs(ours - theirs).max() < 0.01 * moved + 1e-7


def test_peers_see_every_sample_once_an_epoch() -> None:
    order = peers.Order(32)
    epoch = np.concatenate([next(order) for _ in range(work.SAMPLES // 32)])
    assert sorted(epoch.tolist()) == list(range(work.SAMPLES))
    again = np.concatenate([next(order) for _ in range(work.SAMPLES // 32)])
    assert (again != epoch).any()


def test_the_products_are_those_of_one_update() -> None:
    """Three for each layer but the first, which spreads nothing further."""
    calls: list[tuple[int, ...]] = []

    def product(a: Any, b: Any, out: Any) -> Any:
        assert a.shape[1] == b.shape[0]
        assert out.shape == (a.shape[0], b.shape[1])
        assert out.flags.c_contiguous
        return lambda: calls.append((*a.shape, b.shape[1]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks, "product", product)
        networks.products(work.Case("c", (5, 4, 3), 2, 1.0)).run(1)
    assert calls == [(4, 5, 2), (4, 2, 5), (3, 4, 2), (3, 2, 4), (4, 3, 2)]


# -- crossover -------------------------------------------------------------------------------------------------------


def test_the_crossover_lies_between_two_rungs() -> None:
    assert crossover.crossing([10.0, 100.0, 1000.0], [0.5, 2.0, 3.0]) == pytest.approx(math.sqrt(1000.0))
    assert crossover.crossing([10.0, 100.0, 1000.0], [1.5, 0.5, 2.0]) == pytest.approx(math.sqrt(1e5))
    assert crossover.crossing([10.0, 100.0], [1.2, 2.0]) == 10.0
    assert crossover.crossing([10.0, 100.0], [2.0, 0.9]) is None


def test_the_ladder_is_told_beside_the_bound_of_the_program() -> None:
    found: dict[Any, tuple[float, ...]] = {}
    for batch in crossover.BATCHES:
        for width in crossover.WIDTHS:
            found[width, batch, crossover.LOOPS] = (float(width * width),)
            found[width, batch, crossover.BLAS] = (1000.0,)
    section = crossover.told(Timings(found))
    assert [ladder["batch"] for ladder in section.data["ladders"]] == list(crossover.BATCHES)
    for ladder in section.data["ladders"]:
        assert ladder["crossover"] == pytest.approx(
            1000.0 * {10: 16, 32: 32, 128: 128}[ladder["batch"]]
        )  # in whole vectors
    works = [rung["work"] for rung in section.data["ladders"][0]["rungs"]]
    assert all(a < b for a, b in pairwise(works))
    taken = {(row[0], row[1]): row[-1] for row in section.tables[0].rows}
    assert taken["10", "4 × 4"] == crossover.LOOPS
    assert taken["128", "96 × 96"] == crossover.BLAS


def test_a_rung_trains_with_the_products_asked_for() -> None:
    for blas in (False, True):
        contender = crossover.square(8, 10, blas)
        contender.run(2)
        assert contender.name == (8, 10, crossover.BLAS if blas else crossover.LOOPS)


# -- upkeep ----------------------------------------------------------------------------------------------------------


def test_snapshots_are_told_as_a_share_of_a_core() -> None:
    section = upkeep.snapshot(Options(float(BRIEF)))
    assert set(section.data) == {"small", "digits", "wide"}
    for figures, goal in zip(section.data.values(), section.goals, strict=True):
        assert figures["share"] == pytest.approx(60 * figures["seconds"])
        assert goal.value == figures["share"]
        assert (goal.bound, goal.at_least) == (0.03, False)


def test_memory_is_counted_and_the_kernel_allocates_nothing() -> None:
    with work.whole_sessions() as sessions:
        found = upkeep.memory_of(sessions["small"], (50, 100))
        assert found["allocations"] == 0
        assert 0 < found["first"] < 10_000_000
        assert found["growth"] == found["last"] - found["first"]
        kept: list[Any] = []
        with pytest.MonkeyPatch.context() as patch:
            real = train.run
            patch.setattr(train, "run", lambda *given: kept.append(np.zeros(50_000)) or real(*given))
            assert upkeep.memory_of(sessions["small"], (50, 100))["growth"] >= 400_000


# -- the command -----------------------------------------------------------------------------------------------------


def test_cases_are_measured_once_and_in_order() -> None:
    assert benching.choose([]) == ("tiny", "small", "digits", "wide", "large")
    assert benching.choose(["large", "tiny", "tiny"]) == ("tiny", "large")
    assert benching.choose(["all"]) == (*benching.NETWORKS, *benching.OTHERS)
    with pytest.raises(BadInput, match="Did you mean digits"):
        benching.choose(["tiny", "digit"])


def test_an_unknown_case_is_bad_input_with_the_list(run: Run) -> None:
    run("bench", "enormous").is_one_line_of_trouble(2, "enormous", *benching.NETWORKS, *benching.OTHERS, "all")


@pytest.mark.parametrize("seconds", ["0", "-1", "61", "nan"])
def test_seconds_have_a_range(run: Run, seconds: str) -> None:
    run("bench", "tiny", "--seconds", seconds).is_one_line_of_trouble(2, "--seconds", "0.0001 to 60")


@pytest.mark.parametrize("length", ["0", "36001", "nan"])
def test_the_length_in_the_window_has_a_range(run: Run, length: str) -> None:
    run("bench", "live", "--window-seconds", length).is_one_line_of_trouble(2, "--window-seconds", "0.1 to 36,000")


def test_an_unknown_network_is_bad_input(run: Run) -> None:
    run("bench", "live", "--network", "tiny").is_one_line_of_trouble(2, '"tiny"', "small, digits", "wide")


def test_shorter_runs_do_a_share_and_the_window_has_a_length_of_its_own() -> None:
    assert [Options(seconds).share for seconds in (0.025, 0.05, 1.0)] == [0.5, 1.0, 1.0]
    assert Options(0.1).in_window(20) == 2.0
    assert Options(0.1, 60.0).in_window(20) == 60.0


def test_the_page_names_the_command_that_made_it() -> None:
    asked = Options(0.05, 60.0, ("small", "wide"))
    command = benching.command(["live"], asked, Path("docs/bench.md"))
    assert command == (
        "twostroke bench live --window-seconds 60 --network small --network wide --markdown docs/bench.md"
    )
    assert benching.command(["all"], Options(0.1), Path("b.md")) == "twostroke bench all --seconds 0.1 --markdown b.md"


def test_a_page_ends_in_md_and_has_a_place(run: Run) -> None:
    run("bench", "tiny", "--markdown", "page.txt").is_one_line_of_trouble(2, "page.txt", ".md")
    run("bench", "tiny", "--markdown", "nowhere/page.md").is_one_line_of_trouble(2, "nowhere")


def test_bench_has_help_that_names_the_cases(run: Run) -> None:
    outcome = run("bench", "--help")
    assert outcome.code == 0
    for word in (*benching.NETWORKS, *benching.OTHERS, "--seconds", "--markdown", "--json"):
        assert word in outcome.out


def test_bench_as_json_without_pytorch(run: Run, quiet: None, without_torch: None) -> None:
    outcome = run("bench", "tiny", "--seconds", BRIEF, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    result = outcome.json
    assert set(result) == {"machine", "seconds", "cases", "goals", "notes"}
    assert {"Processor", "Cores", "Python", "NumPy", "Numba", "PyTorch"} <= set(result["machine"])
    assert result["notes"] == ["PyTorch is not installed, so it is not compared."]
    tiny = result["cases"]["tiny"]
    assert (tiny["widths"], tiny["batch"], tiny["unit"]) == ([2, 4, 2, 1], 10, "updates per second")
    settings = [(each["activation"], each["optimizer"]) for each in tiny["results"]]
    assert settings == [(a, o) for o in ("sgd", "adam") for a in ("relu", "tanh", "gelu")]
    for each in tiny["results"]:
        others = {"NumPy"} if each["activation"] == "gelu" else {"NumPy", "scikit-learn"}
        assert set(each["rates"]) == {"Twostroke", *others}
        assert set(each["ratios"]) == others
        assert all(0 < f["low"] <= f["median"] <= f["high"] for f in each["rates"].values())
    assert set(tiny["times"]) == {"adam / sgd", *(f"{name} / relu" for name in work.SMOOTH)}
    beside_torch, *rest = result["goals"]
    assert (beside_torch["value"], beside_torch["reached"]) == (None, None)
    assert all(isinstance(goal["reached"], bool) for goal in rest)


def test_bench_prints_tables_and_writes_a_page_beside_a_broken_pytorch(
    run: Run, quiet: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "torch.py").write_text("raise OSError('a library is missing')")
    monkeypatch.syspath_prepend(str(tmp_path / "broken"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "broken"), os.environ.get("PYTHONPATH", "")]))
    outcome = run("bench", "tiny", "--seconds", BRIEF, "--markdown", "page.md")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[-1] == "PyTorch cannot be imported, so it is not compared: a library is missing"
    for word in ("2-4-2-1, mini-batch 10", "scikit-learn", "× NumPy", "Goals", "at least 450 ×", "not measured"):
        assert word in outcome.out
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert f"    twostroke bench tiny --seconds {BRIEF} --markdown page.md" in page
    assert "## tiny: 2-4-2-1, mini-batch 10, updates per second" in page
    assert "a library is missing" in page
    assert str(tmp_path) not in page


@pytest.mark.slow
@pytest.mark.parametrize("case", ["stage", "live", "beside", "input", "frame", "export"])
def test_pictures_are_measured(run: Run, quiet: None, case: str) -> None:
    outcome = run("bench", case, "--seconds", "0.001", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    figures = outcome.json["cases"][case]
    assert {"small", "digits", "wide"} <= set(figures)
    expected = {
        "stage": {"live", "film"},
        "live": {"headless", "live", "share", "frames_per_second", "window"},
        "beside": {"frames_per_second", "updates_per_second", "longest_gap"},
        "input": {"median", "p95", "longest", "inputs", "kinds"},
        "frame": {"live", "film"},
        "export": {"export", "encoder", "share"},
    }
    assert set(figures["digits"]) == expected[case]


@pytest.mark.slow
def test_the_window_alone_of_one_network_is_measured_for_as_long_as_asked(run: Run, quiet: None) -> None:
    outcome = run("bench", "live", "--network", "small", "--seconds", "0.001", "--window-seconds", "0.6", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    figures = outcome.json["cases"]["live"]
    assert set(figures) == {"small"}
    window = figures["small"]["window"]
    assert set(window) == {"live", "share", "frames_per_second", "longest_gap", "seconds", "size"}
    assert 0.6 <= window["seconds"] < 6.0
    assert 0.0 < window["longest_gap"] <= window["seconds"]
    assert [goal["what"] for goal in outcome.json["goals"]] == [
        "small, share of headless",
        "small, frames a second",
        "small, longest gap between two frames",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("script", [starting.WINDOW, starting.BARE])
def test_a_window_tells_when_it_is_painted(script: str, tmp_path: Path) -> None:
    assert starting.spent(starting.Child("x", script, True), str(tmp_path))["all"] > 0.0


@pytest.mark.slow
def test_kernels_tell_when_they_are_ready(tmp_path: Path) -> None:
    told = starting.spent(starting.Child("x", starting.COMPILE, False), str(tmp_path))
    assert set(told) == {"imports", "kernels", "training", "all"}
    assert 0.0 < told["kernels"] <= told["training"] <= told["all"]


def test_a_child_that_fails_is_told_in_a_sentence(tmp_path: Path) -> None:
    child = starting.Child("x", "raise SystemExit('no kernels today')", True)
    with pytest.raises(Exception, match=r"could not be measured: no kernels today\."):
        starting.spent(child, str(tmp_path))


@pytest.mark.parametrize("turned_left", [False, True])
@pytest.mark.parametrize("turned_right", [False, True])
def test_a_product_is_that_of_numpy_and_copies_nothing(turned_left: bool, turned_right: bool) -> None:
    rng = np.random.default_rng(0)
    left, right = (rng.standard_normal(shape, dtype=np.float32) for shape in ((3, 4), (4, 5)))
    left = np.ascontiguousarray(left.T).T if turned_left else left
    right = np.ascontiguousarray(right.T).T if turned_right else right
    out = np.zeros((3, 5), dtype=np.float32)
    multiply = networks.product(left, right, out)
    multiply()
    np.testing.assert_allclose(out, left @ right, rtol=1e-5)
    taken = (*multiply.args[1:], multiply.keywords["c"])
    assert all(matrix.flags.f_contiguous for matrix in taken), "SciPy would copy what lies row by row"
    assert all(np.shares_memory(*pair) for pair in zip(taken, (right, left, out), strict=True))
