"""Which libraries of the system Qt lacks for its window, asked of the dynamic linker. Imports no Qt.

Qt itself ends the process where one is missing, and advises to install another.
"""

import ctypes
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

PATIENCE = 10.0  # seconds for the linker's answer

LACKS = re.compile(r"^\s*(\S+) => not found", re.MULTILINE)
FIRST = re.compile(r"^(\S+\.so[.\d]*): cannot open shared object file")


def problem() -> str | None:
    """Why no window can be opened although there is a display, as a sentence; None where nothing is missing."""
    if not sys.platform.startswith("linux"):
        return None
    found = [(plugin, missing(plugin)) for plugin in plugins()]
    if not found or not all(lacking for _, lacking in found):
        return None
    plugin, lacking = found[-1]
    return sentence(plugin.stem.removeprefix("libq"), lacking)


def plugins() -> list[Path]:
    """The plugins of Qt that can open a window here, in the order in which it tries them."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    usual = [name for name, screen in (("wayland", "WAYLAND_DISPLAY"), ("xcb", "DISPLAY")) if os.environ.get(screen)]
    spec = importlib.util.find_spec("PySide6")
    folder = Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else Path()
    paths = [folder / "Qt" / "plugins" / "platforms" / f"libq{name}.so" for name in ([chosen] if chosen else usual)]
    return [path for path in paths if path.exists()]


def missing(library: Path) -> list[str]:
    """What `library` needs, and all that needs in turn, that the linker does not find; else nothing."""
    plain = {**os.environ, "LC_ALL": "C"}
    try:
        asked = subprocess.run(
            ["ldd", str(library)], env=plain, capture_output=True, text=True, errors="replace", timeout=PATIENCE
        )
        return list(dict.fromkeys(LACKS.findall(asked.stdout)))
    except (OSError, subprocess.SubprocessError):
        return _first_missing(library)


def _first_missing(library: Path) -> list[str]:
    """Where there is no ldd: the one over which loading stumbles."""
    try:
        ctypes.CDLL(str(library))
    except OSError as error:
        return FIRST.findall(str(error))
    return []


def sentence(plugin: str, lacking: list[str]) -> str:
    """What is missing, and what packages with it are usually called."""
    names = ", ".join(lacking)
    packages = " ".join(debian_name(library) for library in lacking)
    return (
        f"The window cannot open: Qt's plugin {plugin} needs {names}, which this system lacks. Packages are usually "
        f"called after them: on Debian or Ubuntu {packages}; on Fedora, dnf provides '{lacking[0]}*' tells. "
        "The other commands need no window."
    )


def debian_name(library: str) -> str:
    """As Debian's policy (8.1) names packages of libraries: libxcb-icccm.so.4 is in libxcb-icccm4, libX11.so.6 in
    libx11-6.
    """
    stem, _, version = library.lower().partition(".so")
    joint = "-" if version and stem[-1:].isdigit() else ""
    return stem.replace("_", "-") + joint + version.removeprefix(".")
