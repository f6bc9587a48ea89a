"""House rules that no linter knows: what code may not do, how long it may be, and what its files are called."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from tests.project import PACKAGES, ROOT, called, imported, module_of, sources, text_files, within

THREADS = {"Thread", "QThread", "QThreadPool", "QRunnable", "ThreadPoolExecutor", "ProcessPoolExecutor", "Process"}


def test_few_start_threads() -> None:
    """In the engine runner.py, flight.py, second_core.py, race; in the window export, waiting.py, race, preview."""
    starters = {str(path.relative_to(ROOT)) for path in sources(*PACKAGES) if THREADS & set(called(path))}
    others = {name for name in starters if not name.startswith("gui/export/")}
    assert others == {
        "engine/race/local.py",
        "engine/run/flight.py",
        "engine/run/runner.py",
        "engine/run/second_core.py",
        "gui/shell/race/race_work.py",
        "gui/shell/studio/preview.py",
        "gui/shell/waiting.py",
    }


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
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                assert length <= 60, f"{where}:{node.lineno}: {node.name} has {length} lines"


def test_no_two_files_have_nearly_one_name() -> None:
    """Who looks for `snapshot` must not have to choose between it and `snapshots`."""
    for top in ("engine", "gui"):
        files = defaultdict(list)
        for path in sources(top):
            if not path.stem.startswith("__"):
                files[path.stem.removesuffix("s")].append(path.relative_to(ROOT).as_posix())
        assert [sorted(paths) for paths in files.values() if len(paths) > 1] == []


def missing(name: str, files: dict[str, Path]) -> bool:
    """Whether a dotted name begins with a module that there is not; what may follow a module is not looked at."""
    module = name
    while module not in files:
        module = module.rpartition(".")[0]
    inside = name[len(module) + 1 :].split(".")[0]
    if files[module].stem != "__init__" or inside.startswith("__"):
        return False
    return re.search(rf"\b{inside}\b", files[module].read_text("utf-8")) is None


def test_names_of_modules_are_those_of_today() -> None:
    """Also in scripts within strings and in documents, which no import checks."""
    files = {module_of(path): path for path in sources(*PACKAGES)}
    for path in text_files():
        for name in re.findall(r"\btwostroke\.(?:engine|gui|resources)(?:\.\w+)*", path.read_text("utf-8")):
            assert not missing(name, files), f"{path.relative_to(ROOT)} names {name}"


def test_a_name_of_yesterday_is_seen() -> None:
    files = {module_of(path): path for path in sources(*PACKAGES)}
    gone = [".".join(("twostroke", *name)) for name in (("engine", "spec"), ("gui", "panels", "table2", "PANELS"))]
    assert [missing(name, files) for name in gone] == [True, True]
    assert not missing("twostroke.engine.session.spec.Session", files)
