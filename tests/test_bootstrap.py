"""packaging/bootstrap.py decides well on machines other than this one."""

import importlib.util
import os
import stat
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def bootstrap() -> ModuleType:
    """The script as a module of its own."""
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", ROOT / "packaging" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def script(path: Path, text: str) -> Path:
    """An executable file."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.skipif(os.name == "nt", reason="shell scripts stand in for Pythons")
def test_broken_and_old_pythons_are_passed_over(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shim that fails, a Python that is too old, then a good one: the good one is taken."""
    script(tmp_path / "python3.11", "echo 'pyenv: python3.11: command not found' >&2; exit 127")
    script(tmp_path / "python3.12", "echo 3 9")
    good = script(tmp_path / "python3", f'exec "{sys.executable}" "$@"')
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bootstrap.sys, "executable", str(tmp_path / "python3.12"))
    command, version = bootstrap.find_python()
    assert command == [str(good)]
    assert version == sys.version_info[:2]


def test_no_python_is_said_in_one_sentence(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a suitable Python the message names the versions and what to do."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bootstrap.sys, "executable", str(tmp_path / "nothing"))
    with pytest.raises(bootstrap.SetupError, match=r"3\.11, 3\.12 or 3\.13.*install one"):
        bootstrap.find_python()


def test_python_without_venv_names_the_package(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian keeps `ensurepip` in a package of its own."""
    monkeypatch.setattr(bootstrap, "has_venv", lambda command: False)
    monkeypatch.setattr(bootstrap, "is_root", lambda: False)
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    with pytest.raises(bootstrap.SetupError, match=f"apt-get install -y {package}"):
        bootstrap.find_python()


def test_missing_library_is_named_with_the_command(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ordinary user gets one line to type."""
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap, "is_root", lambda: False)
    with pytest.raises(bootstrap.SetupError, match=r"libnowhere\.so\.7\..*sudo apt-get install -y libnowhere7$"):
        bootstrap.ensure_libraries({"libnowhere.so.7": "libnowhere7"})


def test_the_linker_is_asked_what_a_plugin_lacks(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a list: what the table does not know is named too, with the package that Debian's rule gives."""
    plugins = tmp_path / "lib" / "python3.11" / "site-packages" / "PySide6" / "Qt" / "plugins" / "platforms"
    plugins.mkdir(parents=True)
    (plugins / "libqxcb.so").write_text("")
    answer = "\tlibc.so.6 => /lib/libc.so.6 (0x1)\n\tlibxkbcommon-x11.so.0 => not found\n\tlibb.so.2 => not found\n"
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap, "is_root", lambda: False)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    done = subprocess.CompletedProcess([], 1, stdout=answer)
    monkeypatch.setattr(bootstrap.subprocess, "run", lambda *_, **__: done)
    with pytest.raises(bootstrap.SetupError) as caught:
        bootstrap.ensure_libraries({"libb.so.2": "libbee2", "libnowhere.so.7": "libnowhere7"}, "libqxcb")
    assert "Qt needs libxkbcommon-x11.so.0, libb.so.2." in str(caught.value)
    assert str(caught.value).endswith("apt-get install -y libbee2 libxkbcommon-x11-0")


def test_missing_library_is_installed_for_root(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root on Debian need not type anything."""
    installed: list[str] = []
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap, "is_root", lambda: True)
    monkeypatch.setattr(bootstrap, "is_debian", lambda: True)
    monkeypatch.setattr(bootstrap, "install_packages", lambda packages: installed.extend(packages) or True)
    monkeypatch.setattr(bootstrap, "missing_libraries", lambda table: [] if installed else list(table))
    bootstrap.ensure_libraries({"liba.so.1": "liba1", "libb.so.2": "liba1"})
    assert installed == ["liba1"]


def test_environment_is_installed_again_when_it_must_be(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ready as stamped; not after pyproject.toml changed, nor after the checkout was copied."""
    checkout, elsewhere, venv = tmp_path / "a", tmp_path / "b", tmp_path / "venv"
    for folder in (checkout, elsewhere):
        folder.mkdir()
        for name in ("pyproject.toml", "setup.py"):
            (folder / name).write_text(name)
    monkeypatch.setattr(bootstrap, "ROOT", checkout)
    monkeypatch.setattr(bootstrap, "python_in", lambda venv: Path(sys.executable))
    venv.mkdir()
    assert not bootstrap.is_ready(venv)
    (venv / bootstrap.STAMP).write_text(bootstrap.wanted_stamp())
    assert bootstrap.is_ready(venv)
    (checkout / "pyproject.toml").write_text("changed")
    assert not bootstrap.is_ready(venv)
    assert bootstrap.is_usable(venv)
    monkeypatch.setattr(bootstrap, "ROOT", elsewhere)
    assert not bootstrap.is_usable(venv)


def test_engine_needs_come_from_pyproject(bootstrap: ModuleType) -> None:
    """The environment without Qt gets the same versions, and no Qt."""
    lines = bootstrap.engine_requirements()
    assert any(line.startswith("numba>=") for line in lines)
    assert len(lines) == len(bootstrap.ENGINE_NEEDS)
    assert not any("pyside" in line.lower() or "pyqtgraph" in line.lower() for line in lines)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "wayland-0"}, True), ({"DISPLAY": ""}, False)],
)
def test_display_is_recognised(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: bool
) -> None:
    """X11 and Wayland count; an empty name does not."""
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert bootstrap.has_display() is expected


def test_wrong_usage_says_what_there_is() -> None:
    """An unknown command ends with code 2 and the list of commands."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "bootstrap.py"), "dance"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "run|test|test-slow|fuzz|kills|lint|parity|exactness|health|lessons|gallery|coverage|clean" in done.stderr
