"""How long it takes until one can begin: in processes of their own, with an empty and with a filled kernel cache."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twostroke.engine.files.leftovers import temporary_folder
from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.report import Goal, Section, Table, amount
from twostroke.gui.cli.bench.rounds import Figure, figure
from twostroke.gui.cli.subcommands.speech import WorkFailed

ROUNDS = 3
PATIENCE = 600.0
COLD_SECONDS, WARM_SECONDS = 6.0, 0.3
TIMES_BARE = {"cold": 2.5, "warm": 2.0}

COMPILE = """
import json, time
began = time.time()
from twostroke.engine.compute import warmup
from twostroke.engine.session.spec import Session
from twostroke.engine.run.trainer import Trainer
imported = time.time()
warmup.compile_kernels("float32")
compiled = time.time()
Trainer(Session()).advance(1)
print(json.dumps({"imports": imported - began, "kernels": compiled - imported, "training": time.time() - imported,
                  "all": time.time()}))
"""

PAINTED = """
import json, os, time
from PySide6.QtCore import QEvent, QObject, QTimer

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, painted)
        return False

def painted():
    print(json.dumps({"all": time.time()}), flush=True)
    os._exit(0)  # what runs beside the window, like the compiler, is not waited for
"""

WINDOW = (
    """
from twostroke.gui.shell import app
app.hurry()
"""
    + PAINTED
    + """
import sys
from PySide6.QtCore import QSettings
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.program import Program

program = Program(preferences=Preferences(QSettings(sys.argv[1], QSettings.Format.IniFormat)))
watch = Watch()
program.window.welcoming.prepare()
program.window.welcoming.page.installEventFilter(watch)
program.open()
program.app.exec()
"""
)

BARE = (
    PAINTED
    + """
from PySide6.QtWidgets import QApplication, QMainWindow
import pyqtgraph

app = QApplication([])
window = QMainWindow()
plot = pyqtgraph.PlotWidget()
plot.plot([1, 2, 3])
window.setCentralWidget(plot)
watch = Watch()
plot.viewport().installEventFilter(watch)
window.show()
app.exec()
"""
)


@dataclass(frozen=True)
class Child:
    """A small program, and whether it finds kernels in its cache."""

    name: str
    script: str
    cached: bool


def environment_of(kernels: Path, folder: Path) -> dict[str, str]:
    """What a child finds: these compiled kernels, folders of its own in place of the user's, and no screen.

    Python may keep its compiled files, as where a user starts the program: a shell that forbids it would have it
    compile all of Twostroke at every start, and nothing of the libraries beside it.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    own = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "STATE")}
    return {**kept, **own, "NUMBA_CACHE_DIR": str(kernels), "QT_QPA_PLATFORM": "offscreen"}


def spent(child: Child, warm: Path) -> dict[str, float]:
    """Run the program; the seconds that it tells of, and as "all" those from before its process began."""
    with temporary_folder() as folder:
        environment = environment_of(warm if child.cached else folder / "kernels", folder)
        began = time.time()
        done = subprocess.run(
            [sys.executable, "-c", child.script, str(folder / "settings.ini")],
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    try:
        told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise WorkFailed(f"The start could not be measured: {last}.") from None
    return told | {"all": told["all"] - began}


def measured(children: Sequence[Child], rounds: int) -> dict[str, dict[str, Figure]]:
    """Run all programs in turn, so many times. A run of each before them fills the caches and is not counted."""
    if getattr(sys, "frozen", False):
        raise WorkFailed("The start can only be measured where Twostroke runs from Python, not as a single program.")
    found: dict[str, list[dict[str, float]]] = {child.name: [] for child in children}
    with temporary_folder() as warm:
        for script in dict.fromkeys((COMPILE, *(child.script for child in children))):
            spent(Child("", script, True), warm)
        for _ in range(rounds):
            for child in children:
                found[child.name].append(spent(child, warm))
    return {name: {key: figure([run[key] for run in runs]) for key in runs[0]} for name, runs in found.items()}


def compiling(options: Options) -> Section:
    """From the start of Python to kernels that are ready and to the first update."""
    found = measured([Child("cold", COMPILE, False), Child("warm", COMPILE, True)], ROUNDS)
    titles = {
        "imports": "imports",
        "kernels": "kernels",
        "training": "kernels and first update",
        "all": "all, with Python",
    }
    rows = tuple((name, *(_seconds(each[key]) for key in titles)) for name, each in found.items())
    table = Table("From start to training, seconds", ("kernel cache", *titles.values()), rows)
    goals = (
        Goal("compile", "cold, until training starts", found["cold"]["training"].median, COLD_SECONDS, False, "s"),
        Goal("compile", "warm, until training starts", found["warm"]["training"].median, WARM_SECONDS, False, "s"),
    )
    return Section("compile", _plain(found), (table,), goals, ("Imports do not count towards the start of training.",))


def window(options: Options) -> Section:
    """From the start of Python to a window that is painted, beside a bare one."""
    found = measured([Child("cold", WINDOW, False), Child("warm", WINDOW, True), Child("bare", BARE, True)], ROUNDS)
    titles = {"cold": "Twostroke, cold", "warm": "Twostroke, warm", "bare": "bare PySide6 and pyqtgraph"}
    bare = found["bare"]["all"].median
    times = {name: found[name]["all"].median / bare for name in titles}
    rows = tuple((title, _seconds(found[name]["all"]), amount(times[name], "×")) for name, title in titles.items())
    table = Table("From start to the first painted window, seconds", ("window", "seconds", "× bare"), rows)
    goals = tuple(
        Goal("start", f"{name}, times a bare window", times[name], goal, False, "×")
        for name, goal in TIMES_BARE.items()
    )
    return Section("start", _plain(found) | {"times": times}, (table,), goals)


def _plain(found: dict[str, dict[str, Figure]]) -> dict[str, Any]:
    return {name: {key: value.as_object() for key, value in each.items()} for name, each in found.items()}


def _seconds(found: Figure) -> str:
    return f"{found.median:.2f} ±{found.spread * found.median:.2f}"
