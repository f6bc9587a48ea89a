"""The import rules: the contracts of pyproject.toml, proof that each can fail, and what contracts cannot say."""

import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import grimp
import pytest
from grimp import ImportGraph
from importlinter import Contract
from importlinter.api import read_configuration
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract

from tests.project import PACKAGES, ROOT, imported, module_of, sources, within

SCRIPTS = Path(sys.executable).parent


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
    ("rooms of the window", "gui.shell.about", "gui.cli.smoke"),
    ("rooms of the window", "gui.panels.table", "gui.shell.banner"),
    ("rooms of the window", "gui.export.render", "gui.shell.preferences"),
    ("rooms of the window", "gui.export.render", "gui.panels.table"),
    ("rooms of the window", "gui.drive.bridge", "gui.panels.table"),
    ("rooms of the window", "gui.panels.table", "gui.drive.controller"),
    ("rooms of the window", "gui.stage.stage", "gui.drive.controller"),
    ("rooms of the window", "gui.look.style", "gui.stage.stage"),
    ("rooms of the window", "gui.model.view", "gui.look.theme"),
    ("rooms of the engine", "engine.files.companion", "engine.run.carry"),
    ("rooms of the engine", "engine.run.trainer", "engine.race.lineup"),
    ("rooms of the engine", "engine.run.trainer", "engine.claims.language"),
    ("rooms of the engine", "engine.claims.language", "engine.race.lineup"),
    ("rooms of the engine", "engine.compute.network", "engine.probes.units"),
    ("rooms of the engine", "engine.catalogue.activations", "engine.session.spec"),
    ("described", "engine.border.cursor", "engine.compute.network"),
    ("described", "engine.session.spec", "engine.compute.kernels.plan"),
    ("described", "engine.data.own", "engine.files.companion"),  # which computes
]
CONTRACT_TYPES = {"forbidden": ForbiddenContract, "layers": LayersContract, "protected": ProtectedContract}


@pytest.fixture(scope="module")
def graph() -> ImportGraph:
    """All imports of the project."""
    roots = [f"twostroke.{name}" for name in PACKAGES]
    return grimp.build_graph(*roots, include_external_packages=True, cache_dir=None)


def rule_of(contract: str) -> Contract:
    """The contract of that id."""
    configuration = read_configuration(str(ROOT / "pyproject.toml"))
    options = next(item for item in configuration["contracts_options"] if item["id"] == contract)
    return CONTRACT_TYPES[options["type"]](options["name"], configuration["session_options"], options)


@pytest.mark.parametrize(("contract", "importer", "module"), VIOLATIONS)
def test_each_contract_can_fail(graph: ImportGraph, contract: str, importer: str, module: str) -> None:
    """One forbidden import more, and the contract that forbids it is broken."""
    rule = rule_of(contract)
    imported = f"twostroke.{module}" if module.split(".")[0] in PACKAGES else module
    spoilt = deepcopy(graph)
    if imported not in spoilt.modules:
        spoilt.add_module(imported, is_squashed=True)
    assert rule.check(deepcopy(spoilt), verbose=False).kept
    spoilt.add_import(importer=f"twostroke.{importer}", imported=imported, line_number=1, line_contents="import")
    assert not rule.check(spoilt, verbose=False).kept


def test_every_contract_is_shown_to_fail() -> None:
    known = {item["id"] for item in read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]}
    assert known == {contract for contract, _, _ in VIOLATIONS}


@pytest.mark.parametrize("top", ["engine", "window"])
def test_a_new_room_has_to_find_its_place(graph: ImportGraph, top: str) -> None:
    rule = rule_of(f"rooms of the {top}")
    spoilt = deepcopy(graph)
    spoilt.add_module(f"twostroke.{'gui' if top == 'window' else top}.attic")
    assert not rule.check(spoilt, verbose=False).kept


def on_circles(graph: ImportGraph) -> set[str]:
    """Modules that lie on a circle of imports, or between two: all that stays when ends are taken away."""
    left = set(graph.modules)
    while ends := {
        name
        for name in left
        if not graph.find_modules_directly_imported_by(name) & left
        or not graph.find_modules_that_directly_import(name) & left
    }:
        left -= ends
    return left


def test_no_circle_of_imports(graph: ImportGraph) -> None:
    """Not even of imports within functions, or for the types only: whoever reads has to begin somewhere."""
    assert on_circles(graph) == set()


def test_a_circle_of_imports_is_seen(graph: ImportGraph) -> None:
    spoilt = deepcopy(graph)
    spoilt.add_import(importer="twostroke.engine.data.names", imported="twostroke.engine.run.trainer")
    assert {"twostroke.engine.data.names", "twostroke.engine.run.trainer"} <= on_circles(spoilt)


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
    """Painting sees QtCore, QtGui and what gives Qt's objects their place in memory, scenes and itself."""
    look = ("twostroke.gui.look.theme", "twostroke.gui.look.painting")
    ours = ("twostroke.gui.stage.scene", "twostroke.gui.stage.paint", *look)
    allowed = ("PySide6.QtCore", "PySide6.QtGui", "shiboken6", "numpy", *ours)
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


def test_the_window_waits_for_no_compiler() -> None:
    """What is imported before it is painted: neither the kernels, with Numba and SciPy, nor what only some need."""
    later = ("numba", "llvmlite", "scipy", "sklearn", "av", "pyqtgraph", "typer", "rich", "tomlkit", "pptx")
    ours = (
        "twostroke.engine.compute",
        "twostroke.engine.files.foreign.opening",
        "twostroke.engine.race.lineup",
        "twostroke.gui.export.formats",
        "twostroke.gui.shell.race",
        "twostroke.gui.shell.studio",
    )
    code = (
        "import sys, twostroke.gui.shell.program\n"
        f"print([m for m in sys.modules if m.split('.')[0] in {later} or m.startswith({ours})])"
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
