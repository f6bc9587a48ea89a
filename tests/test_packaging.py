"""What is shipped: the wheel has everything, takes no foreign name, and runs away from the checkout."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("engine", "gui", "resources")


def python(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """This Python in a child process."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline from a copy, so that nothing left in `build/` can slip in."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "-q"]
    done = python("-m", "pip", "wheel", *options, "-w", str(folder), str(source), cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def contents(wheel: Path) -> set[str]:
    """Names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_wheel_holds_every_file(contents: set[str]) -> None:
    """All code and all resources; a sub-package that was forgotten would only be missed by users."""
    wanted = {
        f"twostroke/{path.relative_to(ROOT).as_posix()}"
        for name in PACKAGES
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - contents == set()


def test_wheel_takes_no_other_name(contents: set[str]) -> None:
    """Nothing called `gui` or `engine` appears at the top of a user's site-packages."""
    tops = {name.split("/")[0] for name in contents}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"twostroke"}
    assert "twostroke/__init__.py" not in contents


def test_wheel_carries_licences_and_command(wheel: Path, contents: set[str]) -> None:
    """Our licence, the font's licence, and the command `twostroke`."""
    licences = {name.split("/licenses/")[1] for name in contents if "/licenses/" in name}
    assert {"LICENSE", "resources/fonts/Inter-LICENSE.txt"} <= licences
    with zipfile.ZipFile(wheel) as archive:
        entry = next(name for name in contents if name.endswith("entry_points.txt"))
        assert "twostroke = twostroke.gui.cli.start:main" in archive.read(entry).decode()


def test_every_folder_of_code_is_a_package() -> None:
    """setup.py finds packages by their `__init__.py`."""
    for name in PACKAGES:
        for path in (ROOT / name).rglob("*.py"):
            assert (path.parent / "__init__.py").exists(), f"{path.parent} lacks __init__.py"


def test_packaging_folder_shadows_nothing() -> None:
    """`packaging` must stay the library of that name, even for a Python started in the checkout."""
    assert not (ROOT / "packaging" / "__init__.py").exists()
    done = python("-c", "import packaging.version; print(packaging.version.__file__)", cwd=ROOT)
    assert str(ROOT / "packaging") not in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


def test_import_works_elsewhere(tmp_path: Path) -> None:
    """The editable install does not lean on the current folder."""
    done = python(
        "-c", "import twostroke.engine.session.spec, twostroke.gui.model.resolve, twostroke.resources", cwd=tmp_path
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.slow
def test_installed_wheel_runs(wheel: Path, tmp_path: Path) -> None:
    """In an environment of its own, away from the checkout, the wheel's command starts and lists its lessons."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "env")], check=True)
    scripts = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    install = [str(scripts / "python"), "-m", "pip", "install", "-q", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    # Dependencies come from this environment. Its .pth files, and with them the editable install, are not read.
    libraries = {"PYTHONPATH": sysconfig.get_path("purelib")}
    run = {"cwd": tmp_path, "env": {**os.environ, **libraries}, "capture_output": True, "text": True}
    where = "import twostroke.engine.session.spec as m; print(m.__file__)"
    place = subprocess.run([str(scripts / "python"), "-c", where], **run)
    assert str(tmp_path) in place.stdout, place.stdout + place.stderr
    done = subprocess.run([str(scripts / "twostroke"), "lessons"], **run)
    assert done.returncode == 0, done.stderr
    assert "two-strokes" in done.stdout


PAINTS = 20_000
PAINT_CODE = f"""
import sys
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
app = QGuiApplication([])
image = QImage(8, 8, QImage.Format.Format_RGB32)
before = sys.getrefcount(None)
for _ in range({PAINTS}):
    painter = QPainter(image)
    painter.setPen(QColor("red"))
    painter.setBrush(QColor("blue"))
    painter.drawEllipse(QPointF(4, 4), 3, 3)
    painter.end()
    image.fill(0)
    app.processEvents()
print(before - sys.getrefcount(None))
"""


def test_painting_does_not_wear_out_the_interpreter(tmp_path: Path) -> None:
    """PySide6 6.12.0 takes a reference to None with each void call until Python 3.11 dies of it."""
    done = python("-c", PAINT_CODE, cwd=tmp_path, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr[-2000:]
    assert abs(int(done.stdout)) < PAINTS / 10, f"{done.stdout.strip()} references to None lost"
