"""The guards of tests/qt_guards.py and tests/conftest.py must fail what they are there to fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

SUBJECT = """
import logging, threading, time
import pytest
from PySide6.QtCore import QTimer, qWarning
from PySide6.QtWidgets import QWidget
from tests import conftest, qt_guards
from tests.conftest import no_thread_left
from tests.qt_guards import expect_message, nothing_left

conftest.THREAD_GRACE = qt_guards.GRACE = 0.5  # nothing here is on its way out
kept = []

def test_quiet(qapp, qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()

def test_qt_warning(qapp):
    qWarning("the pipe is on fire")

def test_log_record(qapp):
    logging.getLogger("somewhere").warning("the well is dry")

def test_expected(qapp, expect_message):
    expect_message("wanted")
    qWarning("wanted by the test")

def test_expected_in_vain(qapp, expect_message):
    expect_message("never said")

def test_timer(qapp):
    kept.append(QTimer())
    kept[-1].start(10)

def test_widget(qapp):
    kept.append(QWidget())
    kept[-1].setWindowTitle("Forgotten")

def test_thread():
    threading.Thread(target=time.sleep, args=(4,), name="sleeper", daemon=True).start()
"""


def run(folder: Path, subject: str) -> str:
    """What pytest says of these tests."""
    (folder / "test_subject.py").write_text(subject)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", str(folder)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
    )
    return done.stdout


KEEPER = """
import threading, weakref
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget
from tests.qt_guards import expect_message, nothing_kept, nothing_left

proxies = [weakref.proxy(set()), weakref.proxy(threading.current_thread())]

class Pane(QWidget):
    pass

class Sender(QObject):
    def __init__(self, pane):
        super().__init__()
        self.pane = pane
        self.timer = QTimer(self)
        self.timer.timeout.connect({heard})

def test_pane(qapp):
    pane = Pane()
    Sender(pane)
    pane.deleteLater()
"""


@pytest.mark.parametrize(
    ("heard", "held"), [("lambda: self.pane.show()", True), ("self.deleteLater", False)], ids=["lambda", "method"]
)
def test_a_widget_that_is_held_though_it_is_gone_fails_the_run(tmp_path: Path, heard: str, held: bool) -> None:
    out = run(tmp_path, KEEPER.format(heard=heard))
    assert ("held though Qt has deleted it: 1 times widget Pane (deleted" in out) == held, out
    assert ("1 error" in out) == held


def test_guards_fail_noise_and_leaks(tmp_path: Path) -> None:
    """Each kind of noise and of leak ends in an error that names it; quiet tests pass."""
    out = run(tmp_path, SUBJECT)
    assert "Qt: the pipe is on fire" in out
    assert "log, somewhere: the well is dry" in out
    assert "messages that never came:\nnever said" in out
    assert "timer, started at" in out
    assert "widget QWidget (Forgotten" in out
    assert "sleeper, started at" in out
    errors = {line.split("::")[1].split()[0] for line in out.splitlines() if line.startswith("ERROR ")}
    assert errors == {
        "test_qt_warning",
        "test_log_record",
        "test_expected_in_vain",
        "test_timer",
        "test_widget",
        "test_thread",
    }, out
