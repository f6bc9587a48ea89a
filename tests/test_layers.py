"""The import rules: the contracts of pyproject.toml, proof that each can fail, and what contracts cannot say."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import grimp
import pytest
from grimp import ImportGraph
from importlinter.api import read_configuration
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.protected import ProtectedContract

ROOT = Path(__file__).parents[1]
PACKAGES = ("engine", "gui", "resources")
SCRIPTS = Path(sys.executable).parent


def sources(*folders: str) -> list[Path]:
    """All Python files below the folders, each of which has some: a rule about a folder that moved guards nothing."""
    found = {folder: sorted((ROOT / folder).rglob("*.py")) for folder in folders}
    assert all(found.values()), f"no Python files below {', '.join(f for f, paths in found.items() if not paths)}"
    return sorted(path for paths in found.values() for path in paths)


def module_of(path: Path) -> str:
    """The name under which a file of the project is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(("twostroke", *(parts[:-1] if parts[-1] == "__init__" else parts)))


def imported(path: Path) -> Iterator[str]:
    """What a file imports, as full names: `from a import b` gives `a.b`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, allowed: tuple[str, ...]) -> bool:
    """Whether `name` is one of the allowed modules or inside it."""
    return any(name == item or name.startswith(item + ".") for item in allowed)


def lint(config: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """import-linter on a configuration."""
    command = [str(SCRIPTS / "lint-imports"), "--no-logo", "--no-cache", "--config", str(config)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def test_contracts_are_kept() -> None:
    """The project as it is obeys its contracts."""
    done = lint(ROOT / "pyproject.toml", ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


VIOLATIONS = [
    ("engine", "engine.run.trainer", "PySide6"),
    ("engine", "engine.data.names", "gui.model.resolve"),
    ("engine", "engine.session.spec", "resources"),
    ("kernels", "engine.compute.kernels", "scipy"),
    ("model", "gui.stage.scene.build", "PySide6"),
    ("model", "gui.model.resolve", "pyqtgraph"),
    ("model", "gui.look.theme", "PySide6"),
    ("picture", "gui.stage.scene.build", "engine.run.trainer"),
    ("picture", "gui.model.resolve", "engine.compute.network"),
    ("paint", "gui.stage.paint", "engine.border.cursor"),
    ("runner", "gui.model.resolve", "engine.run.runner"),
]
CONTRACT_TYPES = {"forbidden": ForbiddenContract, "protected": ProtectedContract}


@pytest.fixture(scope="module")
def graph() -> ImportGraph:
    """All imports of the project."""
    roots = [f"twostroke.{name}" for name in PACKAGES]
    return grimp.build_graph(*roots, include_external_packages=True, cache_dir=None)


@pytest.mark.parametrize(("contract", "importer", "module"), VIOLATIONS)
def test_each_contract_can_fail(graph: ImportGraph, contract: str, importer: str, module: str) -> None:
    """One forbidden import more, and the contract that forbids it is broken."""
    configuration = read_configuration(str(ROOT / "pyproject.toml"))
    options = next(item for item in configuration["contracts_options"] if item["id"] == contract)
    rule = CONTRACT_TYPES[options["type"]](options["name"], configuration["session_options"], options)
    imported = f"twostroke.{module}" if module.split(".")[0] in PACKAGES else module
    spoilt = deepcopy(graph)
    if imported not in spoilt.modules:
        spoilt.add_module(imported, is_squashed=True)
    assert rule.check(deepcopy(spoilt), verbose=False).kept
    spoilt.add_import(importer=f"twostroke.{importer}", imported=imported, line_number=1, line_contents="import")
    assert not rule.check(spoilt, verbose=False).kept


def test_contracts_name_modules_that_exist() -> None:
    """A contract about a module that was renamed would guard nothing."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    existing = {module_of(path) for path in sources(*PACKAGES)}
    named = set(re.findall(r"twostroke(?:\.\w+)+", text.split("[tool.importlinter]")[1]))
    assert named - existing == set()


def test_kernels_import_arithmetic_only() -> None:
    """Kernels see NumPy, Numba, math, the catalogue of activations and each other."""
    arithmetic = (
        "numpy",
        "numba",
        "llvmlite",
        "math",
        "twostroke.engine.compute.kernels",
        "twostroke.engine.catalogue.activations",
    )
    language = ("typing", "collections.abc", "dataclasses", "enum", "functools", "types", "hashlib")
    for path in sources("engine/compute/kernels"):
        for name in imported(path):
            assert within(name, arithmetic + language), f"{path.relative_to(ROOT)} imports {name}"


def test_paint_imports_qt_and_scenes_only() -> None:
    """Painting sees QtCore, QtGui, scenes and itself."""
    look = ("twostroke.gui.look.theme", "twostroke.gui.look.painting")
    ours = ("twostroke.gui.stage.scene", "twostroke.gui.stage.paint", *look)
    allowed = ("PySide6.QtCore", "PySide6.QtGui", "numpy", *ours)
    for path in sources("gui/stage/paint"):
        for name in imported(path):
            library = name.split(".")[0] in sys.stdlib_module_names
            assert library or within(name, allowed), f"{path.relative_to(ROOT)} imports {name}"


def test_packages_are_imported_under_their_installed_names() -> None:
    """`import engine` works in the checkout by accident, and nowhere else."""
    for path in sources(*PACKAGES, "tests"):
        for name in imported(path):
            assert name.split(".")[0] not in PACKAGES, f"{path.relative_to(ROOT)} imports {name}"


def test_engine_runs_without_qt() -> None:
    """Importing every module of the engine loads no Qt."""
    names = [module_of(path) for path in sources("engine")]
    code = (
        f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('PySide6', 'shiboken6', 'pyqtgraph')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_engine_starts_quickly() -> None:
    """SciPy and scikit-learn cost most of a second; they are imported where they are used."""
    code = (
        "import sys, twostroke.engine.run.trainer; print([m for m in ('scipy.stats', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def called(path: Path) -> Iterator[str]:
    """Names of everything a file calls: `f` of `f()` and of `a.f()`, and classes it derives from."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        targets = [node.func] if isinstance(node, ast.Call) else node.bases if isinstance(node, ast.ClassDef) else []
        for target in targets:
            if isinstance(target, ast.Name):
                yield target.id
            elif isinstance(target, ast.Attribute):
                yield target.attr


THREADS = {"Thread", "QThread", "QThreadPool", "QRunnable", "ThreadPoolExecutor", "ProcessPoolExecutor", "Process"}


def test_only_the_runner_starts_a_training_thread() -> None:
    """In the engine runner.py alone starts a thread; in the window the export does, and waiting.py, for files."""
    starters = {str(path.relative_to(ROOT)) for path in sources(*PACKAGES) if THREADS & set(called(path))}
    others = {name for name in starters if not name.startswith("gui/export/")}
    assert others == {"engine/run/runner.py", "gui/shell/waiting.py"}


def test_nothing_runs_text_or_unpickles() -> None:
    """A file from a stranger must not be able to run code."""
    forbidden_modules = ("pickle", "cPickle", "dill", "shelve", "marshal", "joblib", "cloudpickle")
    for path in sources(*PACKAGES):
        where = path.relative_to(ROOT)
        for name in imported(path):
            assert not within(name, forbidden_modules), f"{where} imports {name}"
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "compile", "__import__"), f"{where}:{node.lineno}"
            for keyword in node.keywords:
                if keyword.arg == "allow_pickle":
                    assert getattr(keyword.value, "value", True) is False, f"{where}:{node.lineno} allows pickle"


def text_files() -> Iterator[Path]:
    """All text files of the project itself."""
    hidden = {".ci/run", ".gitignore"}
    for path in sorted(ROOT.rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        top = name.split("/")[0]
        if not path.is_file() or (top.startswith(".") and name not in hidden) or "__pycache__" in name:
            continue
        if top in ("build", "dist", "twostroke.egg-info") or path.suffix in (".ttf", ".png", ".npz", ".mp4", ".gif"):
            continue
        yield path


def test_no_file_names_a_machine() -> None:
    """No path of one machine and no host of a package registry: the project works anywhere."""
    paths = [f"/{folder}/" for folder in ("root", "home", "work", "opt", "Users")] + ["C:" + "\\Users"]
    hosts = ["py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js", "deb.debi" + "an.org"]
    for path in text_files():
        text = path.read_text("utf-8")
        for word in paths + hosts:
            found = re.search(rf"(?<![\w.]){re.escape(word)}", text)
            assert not found, f"{path.relative_to(ROOT)} mentions {word}"


def test_files_stay_short() -> None:
    """A file over 500 lines has more than one reason to change; a function over 60 lines does too much."""
    for path in sources(*PACKAGES, "tests", "packaging"):
        text = path.read_text("utf-8")
        where = path.relative_to(ROOT)
        assert text.count("\n") <= 500, f"{where} has {text.count(chr(10))} lines"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                assert length <= 60, f"{where}:{node.lineno}: {node.name} has {length} lines"
