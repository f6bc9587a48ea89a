"""What the start leaves out: looking for garbage, and reading the sources of what is imported."""

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from twostroke.engine.compute import warmup
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.program import Program

MANY = 10_000  # objects, of the hundreds of thousands that are imported


@pytest.fixture
def program(qapp: object, tmp_path: Path) -> Iterator[Program]:
    warmup.compile_kernels("float32")  # before any thread starts, so that none is left compiling
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    with Program(preferences=Preferences(settings)) as program:
        yield program
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_no_garbage_is_looked_for_until_the_kernels_are_there(program: Program, qtbot: QtBot) -> None:
    assert not gc.isenabled()
    program.open()
    qtbot.waitUntil(gc.isenabled, timeout=60_000)
    assert gc.get_freeze_count() > MANY


def test_garbage_is_looked_for_where_no_kernels_come(program: Program, qtbot: QtBot) -> None:
    """As where an engine cannot begin, or compiling takes long."""
    program.controller.taken.disconnect(program._garbage.take)
    program.open()
    assert not gc.isenabled()
    qtbot.waitUntil(gc.isenabled, timeout=60_000)
    assert gc.get_freeze_count() > MANY


def test_no_sources_are_read() -> None:
    """PySide would read that of each module; what it has read, Python keeps."""
    code = (
        "from twostroke.gui.shell import app; app.hurry()\n"
        "import linecache, twostroke.gui.shell.program\n"
        "print(sorted(linecache.cache))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    read = [name for name in done.stdout.split("'") if "numpy" in name or "engine" in name]
    assert read == []
