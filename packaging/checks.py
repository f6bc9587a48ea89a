"""The checks behind `make test` and its like, one after the other, each with a heading; the first failure ends the run.

Started by bootstrap.py with the Python of `.venv`, from the top of the checkout.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from bootstrap import ENGINE_VENV, PARITY_VENV, ROOT, VENV, python_in, say, script_in

EDITOR = ROOT / "packaging" / "editor"
TYPES = ROOT / "build" / "types"
SMOKE_SECONDS = 180
BESIDE = "tests/gui/test_[a-d]*.py"
"""Those tests of the window are done beside its others, so that two cores have about as much to do."""
FUZZ_MINUTES = 5.0
FUZZ_CASES = "10"  # times as many cases as `make test` tries
KILLS, PAIRS = "500", "300"  # of saves, for each kind of session file
ENGINE_COVERED, KERNELS_COVERED = 95, 100  # per cent of lines
COMPILED = ROOT / "build" / "coverage-kernels"
COMPILING = "(wider_layers and prelu) or (overflows and momentum) or second_core_does"
SLOW_AS_PYTHON = (
    "--ignore=tests/engine/test_activations.py",
    "--ignore=tests/engine/test_organs_training.py",
    "--ignore=tests/engine/test_repeatable.py",
    "--deselect=tests/engine/test_kernels.py::test_nothing_is_allocated_per_update",
    "--deselect=tests/engine/test_runner.py::test_a_window_that_never_looks_does_not_slow_training",
    "--deselect=tests/engine/test_runner.py::test_advance_gives_exactly_what_the_trainer_gives",
    "--deselect=tests/engine/test_spec_errors.py::test_hostile_sessions_are_refused_quickly_and_in_little_memory",
    "--deselect=tests/engine/test_trainer.py::test_chunks_do_not_matter",
    "--deselect=tests/engine/test_trainer_history.py::test_the_way_back_is_short",
)

OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}

Check = Callable[[list[str]], int]


def tool(*command: str, environment: dict[str, str] | None = None) -> int:
    """Exit code of `python -m ...` in `.venv`."""
    full = [str(python_in(VENV)), "-m", *command]
    return subprocess.run(full, cwd=ROOT, env={**os.environ, **(environment or {})}).returncode


def lint(_: list[str]) -> int:
    """Mistakes that ruff knows."""
    return tool("ruff", "check", ".")


def layout(_: list[str]) -> int:
    """Whether all files are formatted."""
    return tool("ruff", "format", "--check", ".")


def packages() -> Path:
    """A folder in which the packages lie under their installed names: mypy does not follow an editable install.

    packaging/editor links to them. Where a checkout has no links, as on Windows for most users, it is made of copies.
    """
    names = ("engine", "gui", "resources")
    if all((EDITOR / "twostroke" / name).is_dir() for name in names):
        return EDITOR
    shutil.rmtree(TYPES, ignore_errors=True)
    for name in names:
        shutil.copytree(ROOT / name, TYPES / "twostroke" / name)
    return TYPES


def types(_: list[str]) -> int:
    """Types of the engine and of the window."""
    wanted = ["-p", "twostroke.engine", "-p", "twostroke.gui"]
    return tool("mypy", "--strict", *wanted, environment={"MYPYPATH": str(packages())})


def imports(_: list[str]) -> int:
    """The import rules of pyproject.toml."""
    return subprocess.run([str(script_in(VENV, "lint-imports")), "--no-logo"], cwd=ROOT).returncode


def tests(arguments: list[str]) -> int:
    """All tests that take seconds: most of the window's, and beside them, on another core, the others.

    The engine's are run where PySide6 and pyqtgraph are not installed. With arguments, which are pytest's, all are run
    in one go, in `.venv`.
    """
    chosen = ["-m", "not slow", "--ignore=tests/parity"]
    if arguments:
        return tool("pytest", *chosen, *arguments, environment=OFFSCREEN)
    if not lacks_qt():
        say("PySide6 or pyqtgraph is installed in .venv-engine; remove that folder and try again.")
        return 1
    with tempfile.TemporaryFile() as told:
        window = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob(BESIDE))
        elsewhere = ["--ignore=tests/gui", "--ignore=tests/engine", "tests"]
        others = Others([[*chosen, *elsewhere], [*chosen, *window]], told)
        others.start()
        code = tool("pytest", *chosen, f"--ignore-glob={BESIDE}", "tests/gui", environment=OFFSCREEN)
        others.join()
        told.seek(0)
        say(told.read().decode(errors="replace"))
    return code or others.code


class Others(threading.Thread):
    """The tests of the engine, and then those that each of `runs` tells pytest; what they print goes to a file."""

    def __init__(self, runs: list[list[str]], told: IO[bytes]) -> None:
        super().__init__()
        self.code = 0
        self._told = told
        self._commands = (
            (ENGINE_VENV, ["-m", "not slow", "tests/engine"]),
            *((VENV, chosen) for chosen in runs),
        )

    def run(self) -> None:
        for venv, chosen in self._commands:
            command = [str(python_in(venv)), "-m", "pytest", *chosen]
            done = subprocess.run(
                command, cwd=ROOT, env={**os.environ, **OFFSCREEN}, stdout=self._told, stderr=subprocess.STDOUT
            )
            self.code = self.code or done.returncode


def lacks_qt() -> bool:
    """Whether neither PySide6 nor pyqtgraph is in the engine's own environment."""
    absent = "import importlib.util as u, sys; sys.exit(any(u.find_spec(m) for m in ('PySide6', 'pyqtgraph')))"
    return subprocess.run([str(python_in(ENGINE_VENV)), "-c", absent]).returncode == 0


def slow_tests(arguments: list[str]) -> int:
    """The tests that take longer."""
    chosen = ["-m", "slow", "--ignore=tests/parity"]
    return tool("pytest", *chosen, *arguments, environment=OFFSCREEN)


def fuzz(arguments: list[str]) -> int:
    """Hypothesis' tests with many more cases, another seed each round, until the time is over or a case fails.

    The first argument may be a number of minutes; the others are pytest's.
    """
    minutes = FUZZ_MINUTES
    if arguments and arguments[0].replace(".", "", 1).isdigit():
        minutes, arguments = float(arguments[0]), arguments[1:]
    end, round_number = time.monotonic() + 60.0 * minutes, 0
    while round_number == 0 or time.monotonic() < end:
        round_number += 1
        seed = secrets.randbelow(2**32)
        say(f"\nround {round_number}: --hypothesis-seed={seed}")
        chosen = ["-m", "hypothesis", "-q", "-x", f"--hypothesis-seed={seed}", "--ignore=tests/parity", *arguments]
        environment = {"QT_QPA_PLATFORM": "offscreen", "TWOSTROKE_CASES": FUZZ_CASES}
        if tool("pytest", *chosen, environment=environment) != 0:
            again = script_in(VENV, "pytest").relative_to(ROOT)
            say(f"The same again: TWOSTROKE_CASES={FUZZ_CASES} {again} --hypothesis-seed={seed} and the test's name")
            return 1
    say(f"{round_number} rounds, nothing found")
    return 0


def kills(arguments: list[str]) -> int:
    """Saves that are killed, and saves at once, some hundred times."""
    chosen = ["-m", "slow", "-s", "tests/engine/test_kills.py", *arguments]
    return tool("pytest", *chosen, environment={"TWOSTROKE_KILLS": KILLS, "TWOSTROKE_PAIRS": PAIRS})


def parity(arguments: list[str]) -> int:
    """The engine beside PyTorch; a whole run writes docs/parity.md."""
    report = {} if arguments else {"TWOSTROKE_PARITY_REPORT": str(ROOT / "docs" / "parity.md")}
    command = [str(python_in(PARITY_VENV)), "-m", "pytest", "tests/parity", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **report}).returncode


def exactness(arguments: list[str]) -> int:
    """The engine beside the oracle and central differences; writes docs/exactness.md."""
    return tool("tests.engine.exactness", *arguments)


def health(arguments: list[str]) -> int:
    """Healthy and ill sessions, diagnosed and treated; writes docs/health.md."""
    return tool("tests.gui.health_table", *arguments)


def lessons(arguments: list[str]) -> int:
    """All lessons from twenty seeds; writes docs/lessons-proof.md."""
    return tool("tests.lessons.proof_table", *arguments)


def cards(_: list[str]) -> int:
    """The pictures on the cards of the welcome, drawn anew; writes resources/cards."""
    return tool("tests.lessons.card_pictures")


def gallery(arguments: list[str]) -> int:
    """What can be exported, each kind once; writes docs/gallery.md."""
    return tool("tests.export.gallery", *arguments, environment=OFFSCREEN)


def compiled_coverage(_: list[str]) -> int:
    """A few tests that compile everything anew: some lines of the kernels write machine code, and run only then."""
    shutil.rmtree(COMPILED, ignore_errors=True)
    COMPILED.mkdir(parents=True)
    files = (f"tests/engine/test_{name}.py" for name in ("network", "optimizers", "second_core"))
    chosen = [*files, "-q", "-k", COMPILING]
    return tool("coverage", "run", "-m", "pytest", *chosen, environment={"NUMBA_CACHE_DIR": str(COMPILED)})


def plain_coverage(arguments: list[str]) -> int:
    """The engine's tests with the JIT off: what is compiled otherwise is then seen line by line.

    As plain Python, arithmetic that wraps around or leaves the finite numbers on purpose would warn.
    """
    chosen = ["tests/engine", "-m", "not slow and not compiled", "-q", "-W", "ignore::RuntimeWarning", *SLOW_AS_PYTHON]
    whole = ["coverage", "run", "--append", "-m", "pytest", *chosen, *arguments]
    return tool(*whole, environment={"NUMBA_DISABLE_JIT": "1"})


def coverage_report(_: list[str]) -> int:
    """Shares of lines run, with the lines that were not."""
    return tool("coverage", "report", "--skip-covered", f"--fail-under={ENGINE_COVERED}")


def kernels_report(_: list[str]) -> int:
    """The same of the kernels alone, which have to be covered whole."""
    return tool("coverage", "report", "--include=engine/compute/kernels/*", f"--fail-under={KERNELS_COVERED}")


def smoke(_: list[str]) -> int:
    """The real window, once, without a screen: it must say nothing and end well."""
    command = [str(script_in(VENV, "twostroke")), "--smoke"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SMOKE_SECONDS)
    except subprocess.TimeoutExpired:
        say(f"twostroke --smoke did not end within {SMOKE_SECONDS} s")
        return 1
    said = done.stdout + done.stderr
    if said:
        say(f"twostroke --smoke ought to be silent, but said:\n{said}")
    return done.returncode or int(bool(said))


LINT: tuple[tuple[str, Check], ...] = (
    ("ruff check", lint),
    ("ruff format --check", layout),
    ("mypy --strict", types),
    ("import-linter", imports),
)
CHECKS: dict[str, tuple[tuple[str, Check], ...]] = {
    "lint": LINT,
    "test": (*LINT, ("pytest", tests), ("twostroke --smoke", smoke)),
    "test-slow": (("pytest, slow tests", slow_tests),),
    "fuzz": (("pytest, fresh cases", fuzz),),
    "kills": (("pytest, killed saves", kills),),
    "parity": (("pytest, beside PyTorch", parity),),
    "exactness": (("exactness report", exactness),),
    "health": (("health report", health),),
    "lessons": (("lessons from twenty seeds", lessons), ("pictures of the lessons", cards)),
    "gallery": (("gallery of exports", gallery),),
    "coverage": (
        ("pytest while compiling", compiled_coverage),
        ("pytest with the JIT off", plain_coverage),
        ("coverage of the engine", coverage_report),
        ("coverage of the kernels", kernels_report),
    ),
}


def main(what: str, arguments: list[str]) -> int:
    """Exit code of the first check that fails, 0 if none does."""
    lines = []
    for heading, check in CHECKS[what]:
        say(f"\n=== {heading}")
        start = time.perf_counter()
        code = check(arguments)
        lines.append(f"{heading}: {time.perf_counter() - start:.1f} s")
        if code != 0:
            say(f"\n=== FAILED: {heading} (exit code {code})")
            return code
    say("\n=== All passed. " + ", ".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
