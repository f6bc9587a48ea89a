"""Missing libraries of the system are named before Qt ends the process; the dynamic linker is asked, no list."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from twostroke.gui.shell import app, display, libraries

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Qt brings all it needs elsewhere")


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library that needs another, which needs a third; the third is gone."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("there is no compiler to make a library with")
    (tmp_path / "empty.c").write_text("int nothing(void) { return 0; }\n")
    link = [compiler, "-shared", "-fPIC", "-Wl,--no-as-needed", f"-L{tmp_path}", f"-Wl,-rpath,{tmp_path}", "empty.c"]
    for name, needs in (("absent", ()), ("between", ("-labsent",)), ("qxcb", ("-lbetween",))):
        version = ".4" if name == "absent" else ""
        command = [*link, *needs, "-o", f"lib{name}.so", f"-Wl,-soname,lib{name}.so{version}"]
        subprocess.run(command, cwd=tmp_path, check=True)
        if name == "absent":
            shutil.copy(tmp_path / "libabsent.so", tmp_path / "libabsent.so.4")
    (tmp_path / "libabsent.so.4").unlink()
    monkeypatch.setattr(libraries, "plugins", lambda: [tmp_path / "libqxcb.so"])
    monkeypatch.setattr(display, "has_display", lambda: True)
    return tmp_path / "libqxcb.so"


@LINUX
def test_what_is_missing_further_down_is_named(plugin: Path) -> None:
    assert libraries.missing(plugin) == ["libabsent.so.4"]
    said = app.display_problem()
    assert said is not None
    assert "plugin xcb needs libabsent.so.4, which this system lacks" in said
    assert "Debian or Ubuntu libabsent4;" in said


@LINUX
def test_without_ldd_loading_tells(plugin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert libraries.missing(plugin) == ["libabsent.so.4"]


@LINUX
def test_where_nothing_is_missing_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where Qt falls back to another plugin, and where there is no such plugin."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    (found,) = libraries.plugins()
    assert found.name == "libqoffscreen.so"
    assert libraries.problem() is None
    assert app.display_problem() is None
    monkeypatch.setattr(libraries, "plugins", lambda: [Path("one"), Path("two")])
    monkeypatch.setattr(libraries, "missing", lambda plugin: ["liba.so.1"] if plugin.name == "one" else [])
    assert libraries.problem() is None
    monkeypatch.setattr(libraries, "plugins", list)
    assert libraries.problem() is None


def test_the_plugins_follow_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert libraries.plugins() == []
    monkeypatch.setenv("QT_QPA_PLATFORM", "nonsense:option=1")
    assert libraries.plugins() == []


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_elsewhere_nobody_is_asked(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(libraries, "plugins", lambda: pytest.fail("asked"))
    assert libraries.problem() is None


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libX11.so.6", "libx11-6"),
        ("libGL.so.1", "libgl1"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
    ],
)
def test_packages_are_called_after_libraries(library: str, package: str) -> None:
    assert libraries.debian_name(library) == package
