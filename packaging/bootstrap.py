"""Sets up and starts what `make` offers: `run`, the checks, `clean`. Without make, start it with Python.

It exists so that a fresh clone needs one command. It runs before anything is installed, so it uses the standard
library only, and its syntax is old enough that an unsuitable Python can still say which one is needed.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = os.name == "nt"
VENV = ROOT / ".venv"
ENGINE_VENV = ROOT / ".venv-engine"  # without Qt: shows that the engine needs none
PARITY_VENV = ROOT / ".venv-parity"  # the engine beside PyTorch, which is large and which nobody else needs
STAMP = "twostroke-installed.txt"

OLDEST, NEWEST = (3, 11), (3, 13)
NAMES = ("python3.11", "python3.12", "python3.13", "python3", "python")
PROBE = "import sys; print(sys.version_info[0], sys.version_info[1])"

ENGINE_NEEDS = (
    "numpy",
    "numba",
    "scipy",
    "scikit-learn",
    "threadpoolctl",
    "pydantic",
    "safetensors",
    "charset-normalizer",
    "platformdirs",
    "pytest",
    "hypothesis",
)
CHECKS = (
    "test",
    "test-slow",
    "fuzz",
    "kills",
    "lint",
    "parity",
    "exactness",
    "health",
    "lessons",
    "gallery",
    "coverage",
)

# What Qt's plugins link to and PySide6 does not bring: library -> Debian package. What is missing is asked of the
# linker; the table says how packages are called, and what to ask for where there is no plugin to ask about.
DRAWING = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libX11.so.6": "libx11-6",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
WINDOW = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


class SetupError(Exception):
    """Set-up cannot go on; the text is one sentence that says what to do."""


def say(text: str) -> None:
    """A line for the user, in order with what child processes print."""
    print(text, flush=True)


def is_root() -> bool:
    """Whether packages of the system may be installed."""
    return not WINDOWS and os.geteuid() == 0


def is_debian() -> bool:
    """Whether `apt-get` is there."""
    return shutil.which("apt-get") is not None


def install_packages(packages: list[str]) -> bool:
    """Install Debian packages; True where that worked."""
    say("Installing system packages: " + " ".join(packages))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], install):
        if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL).returncode != 0:
            return False
    return True


# --- a Python -----------------------------------------------------------------------------------------------------


def version_of(command: list[str]) -> tuple[int, int] | None:
    """The version of the Python that `command` starts; None where it does not run (as a broken shim)."""
    try:
        done = subprocess.run([*command, "-c", PROBE], capture_output=True, text=True, timeout=60)
        major, minor = done.stdout.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def has_venv(command: list[str]) -> bool:
    """Whether that Python can make virtual environments with pip inside."""
    return subprocess.run([*command, "-c", "import venv, ensurepip"], capture_output=True).returncode == 0


def candidates() -> list[list[str]]:
    """Commands that may start a suitable Python, the one running first."""
    found = [[sys.executable]]
    for name in NAMES:
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            path = shutil.which(name, path=folder) if folder else None
            if path:
                found.append([path])
    if WINDOWS and shutil.which("py"):
        found += [["py", f"-3.{minor}"] for minor in range(OLDEST[1], NEWEST[1] + 1)]
    return found


def find_python() -> tuple[list[str], tuple[int, int]]:
    """A Python of a suitable version that can make virtual environments, and its version."""
    lame: tuple[list[str], tuple[int, int]] | None = None
    for command in candidates():
        version = version_of(command)
        if version is None or not OLDEST <= version <= NEWEST:
            continue
        if has_venv(command):
            return command, version
        lame = lame or (command, version)
    if lame is None:
        raise SetupError(
            "Twostroke needs Python 3.11, 3.12 or 3.13 and finds none; "
            "install one (on Debian: apt-get install python3 python3-venv) and try again."
        )
    package = f"python{lame[1][0]}.{lame[1][1]}-venv"
    if is_root() and is_debian() and install_packages([package]) and has_venv(lame[0]):
        return lame
    raise SetupError(
        f"The Python at {lame[0][0]} cannot make virtual environments; on Debian type: apt-get install -y {package}"
    )


# --- virtual environments -----------------------------------------------------------------------------------------


def python_in(venv: Path) -> Path:
    """The Python of a virtual environment."""
    return venv / ("Scripts/python.exe" if WINDOWS else "bin/python")


def script_in(venv: Path, name: str) -> Path:
    """A command installed in a virtual environment."""
    return venv / (f"Scripts/{name}.exe" if WINDOWS else f"bin/{name}")


def wanted_stamp() -> str:
    """Where the checkout lies, and a digest of the settings: the environment is installed again when either changes."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "setup.py"):
        digest.update((ROOT / name).read_bytes())
    return f"{ROOT}\n{digest.hexdigest()}\n"


def is_ready(venv: Path) -> bool:
    """Whether the environment holds what the project asks for today."""
    stamp = venv / STAMP
    return python_in(venv).exists() and stamp.exists() and stamp.read_text("utf-8") == wanted_stamp()


def is_usable(venv: Path) -> bool:
    """Whether the environment can be brought up to date: its Python runs, and it was not copied from elsewhere."""
    version = version_of([str(python_in(venv))])
    stamp = venv / STAMP
    at_home = not stamp.exists() or stamp.read_text("utf-8").startswith(f"{ROOT}\n")
    return version is not None and OLDEST <= version <= NEWEST and at_home


def create(venv: Path) -> None:
    """Make the environment, unless a usable one is there."""
    if is_usable(venv):
        return
    command, version = find_python()
    say(f"Creating {venv.name} with Python {version[0]}.{version[1]}")
    if subprocess.run([*command, "-m", "venv", "--clear", str(venv)]).returncode != 0:
        raise SetupError(f"Could not create {venv}; see the lines above, and check that the folder can be written.")


def pip_install(venv: Path, *arguments: str) -> None:
    """`pip install` inside an environment, quietly."""
    command = [str(python_in(venv)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, cwd=ROOT).returncode != 0:
        raise SetupError("Installing failed; see the lines above, check the network, and try again.")


def ensure_environment() -> None:
    """`.venv`: the project, editable, with its tools."""
    if is_ready(VENV):
        return
    create(VENV)
    say("Installing Twostroke and its tools into .venv (a minute or two, the first time only)")
    pip_install(VENV, "-e", ".[dev]")
    (VENV / STAMP).write_text(wanted_stamp(), "utf-8")


def requirements(names: tuple[str, ...]) -> list[str]:
    """The lines of pyproject.toml for these distributions."""
    quoted = re.findall(r'^ {4}"([A-Za-z0-9-]+)([^"]*)",$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    found = {name: name + rest for name, rest in quoted}
    return [found[name] for name in names]


def engine_requirements() -> list[str]:
    """What the engine and its tests need."""
    return requirements(ENGINE_NEEDS)


def ensure_lean_environment(venv: Path, names: tuple[str, ...]) -> None:
    """The project with these distributions only, and so without PySide6 and pyqtgraph."""
    if is_ready(venv):
        return
    create(venv)
    say(f"Installing {', '.join(names)} into {venv.name} (the first time only)")
    pip_install(venv, *requirements(names))
    pip_install(venv, "--no-deps", "-e", ".")
    (venv / STAMP).write_text(wanted_stamp(), "utf-8")


def ensure_engine_environment() -> None:
    """`.venv-engine`: what the engine and its tests need."""
    ensure_lean_environment(ENGINE_VENV, ENGINE_NEEDS)


def ensure_parity_environment() -> None:
    """`.venv-parity`: the same and PyTorch.

    PyTorch's usual Linux build brings gigabytes for graphics cards. Where pip's settings name a folder that holds
    another build (`find-links`), that one is taken.
    """
    if not is_ready(PARITY_VENV):
        create(PARITY_VENV)
        options = ["-m", "pip", "install", "--quiet", "--no-index", "--no-deps", *requirements(("torch",))]
        subprocess.run([str(python_in(PARITY_VENV)), *options], capture_output=True)
    ensure_lean_environment(PARITY_VENV, (*ENGINE_NEEDS, "torch"))


# --- libraries of the system --------------------------------------------------------------------------------------


def missing_libraries(table: dict[str, str]) -> list[str]:
    """Libraries of `table` that cannot be loaded."""
    missing = []
    for library in table:
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(library)
    return missing


def lacking(table: dict[str, str], plugin: str) -> list[str]:
    """Libraries that the dynamic linker does not find for a plugin of Qt, with all that it needs in turn.

    Where it cannot be asked - no plugin yet, no ldd - those of `table`.
    """
    found = list(VENV.glob(f"lib/python*/site-packages/PySide6/Qt/plugins/platforms/{plugin}.so"))
    if not found or shutil.which("ldd") is None:
        return missing_libraries(table)
    environment = {**os.environ, "LC_ALL": "C"}
    asked = subprocess.run(["ldd", str(found[0])], env=environment, capture_output=True, text=True)
    return list(dict.fromkeys(re.findall(r"(\S+) => not found", asked.stdout)))


def package_of(library: str, table: dict[str, str]) -> str:
    """The Debian package of a library: as the table has it, else after Debian's rule (policy 8.1)."""
    stem, _, version = library.lower().partition(".so.")
    return table.get(library, stem + ("-" if version and stem[-1:].isdigit() else "") + version)


def ensure_libraries(table: dict[str, str], plugin: str = "") -> None:
    """On Linux, install or name the libraries that Qt needs from the system."""
    missing = lacking(table, plugin) if sys.platform.startswith("linux") else []
    if not missing:
        return
    packages = sorted({package_of(library, table) for library in missing})
    if is_root() and is_debian() and install_packages(packages) and not lacking(table, plugin):
        return
    sudo = "" if is_root() else "sudo "
    raise SetupError(
        f"Qt needs {', '.join(missing)}. On Debian or Ubuntu type: {sudo}apt-get install -y {' '.join(packages)}"
    )


def has_display() -> bool:
    """Whether a window can be opened."""
    if not sys.platform.startswith("linux"):
        return True
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    return bool(chosen or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def needs_x11() -> bool:
    """Whether it is an X server that the window will be on."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    return chosen.startswith("xcb") if chosen else not os.environ.get("WAYLAND_DISPLAY")


# --- commands -----------------------------------------------------------------------------------------------------


def run(arguments: list[str]) -> int:
    """Open the window; where there is no display, render the first lesson."""
    ensure_environment()
    program = str(script_in(VENV, "twostroke"))
    if has_display():
        ensure_libraries({**DRAWING, **WINDOW}, "libqxcb" if needs_x11() else "")
        return subprocess.run([program, *arguments], cwd=ROOT).returncode
    ensure_libraries(DRAWING, "libqoffscreen")
    say("There is no display here: rendering the first lesson to build/two-strokes.mp4 instead.")
    (ROOT / "build").mkdir(exist_ok=True)
    export = [program, "export", "two-strokes", "-o", str(ROOT / "build" / "two-strokes.mp4")]
    return subprocess.run(export, cwd=ROOT).returncode


def check(what: str, arguments: list[str]) -> int:
    """Run the checks of checks.py in the environment."""
    ensure_environment()
    if what in ("test", "test-slow", "fuzz", "kills"):
        ensure_libraries(DRAWING, "libqoffscreen")
    if what == "test":
        ensure_engine_environment()
    if what == "parity":
        ensure_parity_environment()
    command = [str(python_in(VENV)), str(ROOT / "packaging" / "checks.py"), what, *arguments]
    return subprocess.run(command, cwd=ROOT).returncode


def clean() -> int:
    """Remove what building and testing left behind; the environments stay."""
    rubbish = [ROOT / name for name in ("build", "dist", "twostroke.egg-info", ".hypothesis", ".import_linter_cache")]
    rubbish += [ROOT / f".{tool}_cache" for tool in ("pytest", "mypy", "ruff")]
    for top in ("engine", "gui", "resources", "tests", "packaging"):
        rubbish += (ROOT / top).rglob("__pycache__")
    for path in rubbish:
        shutil.rmtree(path, ignore_errors=True)
    return 0


def main(arguments: list[str]) -> int:
    """The exit code of the command named by the first argument."""
    what, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    try:
        if what == "run":
            return run(rest)
        if what in CHECKS:
            return check(what, rest)
        if what == "clean":
            return clean()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(f"Usage: python packaging/bootstrap.py run|{'|'.join(CHECKS)}|clean", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
