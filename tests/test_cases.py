"""The cases that hypothesis tries: the same each time, others by a seed, and the same again by the same seed."""

import importlib.util
import os
import subprocess
import sys
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases

ROOT = Path(__file__).parents[1]


@cases(20)
@given(number=st.floats(), text=st.text())
def test_some_cases(number: float, text: str) -> None:
    """Only shows what is tried."""
    print(number, ascii(text))


def tried(*arguments: str, times: str = "1") -> list[str]:
    """The cases of the test above in a run of its own."""
    command = [sys.executable, "-m", "pytest", "-s", "-q", "-k", "some_cases", __file__, *arguments]
    environment = {**os.environ, "TWOSTROKE_CASES": times}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if line.count("'") >= 2 or line.count('"') >= 2]


def test_the_same_cases_each_time_and_others_by_a_seed() -> None:
    """Also where more of the program is imported, whose constants hypothesis would draw from too."""
    usual, one, other = tried(), tried("--hypothesis-seed=1"), tried("--hypothesis-seed=2", times="3")
    assert (len(usual), len(one), len(other)) == (20, 20, 60)
    assert tried("tests/engine/test_cursor.py") == usual
    assert tried("tests/engine/test_cursor.py", "--hypothesis-seed=1") == one
    assert usual != one != other[:20] != usual


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """packaging/checks.py, which is no package."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    spec = importlib.util.spec_from_file_location("checks_under_test", ROOT / "packaging" / "checks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("minutes", "codes", "rounds"), [("3", [0] * 9, 3), ("0", [0], 1), ("9", [0, 0, 2], 3)])
def test_make_fuzz(
    checks: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    minutes: str,
    codes: list[int],
    rounds: int,
) -> None:
    """Rounds of a minute until the time is over or one fails; each has a seed of its own, which is told."""
    clock, seeds, given_codes = [0.0], [], iter(codes)

    def tool(*command: str, environment: dict[str, Any]) -> int:
        assert environment["TWOSTROKE_CASES"] == "10"
        assert command[-2:] == ("-k", "organs")
        seeds.append(next(part for part in command if "seed" in part))
        clock[0] += 60.0
        return next(given_codes)

    monkeypatch.setattr(checks, "tool", tool)
    monkeypatch.setattr(checks, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    assert checks.fuzz([minutes, "-k", "organs"]) == (codes[rounds - 1] != 0)
    assert len(set(seeds)) == len(seeds) == rounds
    told = capsys.readouterr().out
    assert all(seed in told for seed in seeds)
    assert told.count(seeds[-1]) == (2 if codes[rounds - 1] else 1)


def test_make_test_runs_each_test_of_the_window_once(checks: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """On one core or on the other, where pytest is told so."""
    given: list[list[str]] = []

    def noted(command: list[str], **_: Any) -> SimpleNamespace:
        given.append(command[command.index("pytest") + 1 :])
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(checks, "lacks_qt", lambda: True)
    monkeypatch.setattr(checks, "subprocess", SimpleNamespace(run=noted, STDOUT=subprocess.STDOUT))
    assert checks.tests([]) == 0
    assert len(given) == 4
    done = Counter(name for arguments in given for name in collected(arguments))
    every = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    assert done == Counter({name for name in every if not name.startswith("tests/parity/")})


def collected(arguments: list[str]) -> list[str]:
    """The files that pytest looks into for tests, as its options for that are documented."""
    places = [ROOT / each for each in arguments if each.startswith("tests")]
    files = [path for place in places for path in ([place] if place.is_file() else place.rglob("test_*.py"))]
    names = [path.relative_to(ROOT).as_posix() for path in files]
    left = [each.partition("=")[2] for each in arguments if each.startswith("--ignore=")]
    globs = [each.partition("=")[2] for each in arguments if each.startswith("--ignore-glob=")]
    return [
        name
        for name in names
        if not any(name.startswith(f"{place}/") for place in left) and not any(fnmatch(name, each) for each in globs)
    ]
