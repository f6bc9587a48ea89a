"""An editor finds its way in a fresh checkout: pyright, which many ask, leads from our names to the tree's files.

Each test works on a copy, with a function in it that stands nowhere else: neither an installed Twostroke nor another
checkout can pass for the tree.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("engine", "gui", "resources")
LINKS = ROOT / "packaging" / "editor" / "twostroke"
MARKED = ("twostroke.engine.data.names", "twostroke.gui.model.words", "twostroke.gui.shell.main_window")
MARK = "\n\ndef stands_only_here() -> tuple[int, str]:\n    return 1, __name__\n"

pytestmark = pytest.mark.skipif(
    os.name == "nt" and not (LINKS / "gui").is_dir(), reason="this checkout was made without symbolic links"
)


def modules() -> list[str]:
    """Full names of all modules."""
    files = [
        path.relative_to(ROOT).with_suffix("") for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))
    ]
    return [".".join(("twostroke", *file.parts)).removesuffix(".__init__") for file in files]


def pyright(folder: Path, *files: str) -> dict[str, Any]:
    """What pyright says, started as an editor starts it: in the checkout, with nothing set up but an interpreter."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MYPYPATH")}
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, *files]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def messages(said: dict[str, Any], rule: str | None) -> list[str]:
    """What it says under that rule; under none, what it was asked to reveal."""
    return [one["message"] for one in said["generalDiagnostics"] if one.get("rule") == rule]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the tree, links as links, with marks and with a probe that imports all there is."""
    for name in (*PACKAGES, "packaging"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, symlinks=True, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    probe = [f"import {name}" for name in modules()]
    for name in MARKED:
        file = tmp_path.joinpath(*name.split(".")[1:]).with_suffix(".py")
        file.write_text(file.read_text("utf-8") + MARK, "utf-8")
        probe.append(f"reveal_type({name}.stands_only_here)")
    (tmp_path / "gui" / "probe.py").write_text("\n".join(probe) + "\n", "utf-8")
    return tmp_path


def found(checkout: Path) -> tuple[bool, bool]:
    """Whether pyright finds all modules, and whether they are those of this checkout."""
    said = pyright(checkout, "gui/probe.py")
    missing = [message for message in messages(said, "reportMissingImports") if "twostroke" in message]
    revealed = messages(said, None)
    marks = [message for message in revealed if message.endswith('is "() -> tuple[int, str]"')]
    assert len(revealed) == len(MARKED)
    return not missing, len(marks) == len(MARKED)


def test_an_editor_finds_every_module_of_this_tree(checkout: Path) -> None:
    assert found(checkout) == (True, True)


@pytest.mark.parametrize("gone", ["links", "configuration"])
def test_it_is_links_and_configuration_that_lead_there(checkout: Path, gone: str) -> None:
    """Without either, nothing is found, or another Twostroke that happens to be installed."""
    if gone == "links":
        shutil.rmtree(checkout / "packaging" / "editor")
    else:
        text = (checkout / "pyproject.toml").read_text("utf-8")
        (checkout / "pyproject.toml").write_text(text.replace("extraPaths", "stubPath"), "utf-8")
    assert found(checkout)[1] is False


def test_no_file_is_looked_at_twice(tmp_path: Path) -> None:
    """The links are a way in, not more of the project: what is wrong in a file is said of the file itself."""
    for name in PACKAGES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "wrong.py").write_text("import nowhere\n")
    shutil.copytree(ROOT / "packaging" / "editor", tmp_path / "packaging" / "editor", symlinks=True)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    said = pyright(tmp_path)["generalDiagnostics"]
    assert sorted(one["file"] for one in said) == [str(tmp_path / name / "wrong.py") for name in PACKAGES]


@pytest.mark.parametrize("name", PACKAGES)
def test_links_lead_into_whatever_checkout_they_are_in(name: str) -> None:
    assert not Path(os.readlink(LINKS / name)).is_absolute()
    assert (LINKS / name).samefile(ROOT / name)
