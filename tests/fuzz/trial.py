"""What must come of any file, whatever stands in it: it is read, or refused with one sentence of the project's own.

In bounded time and memory, without a warning, and with nothing left in the temporary folder. Where something had
to be compiled for it, it is read once more, and that counts. The file that failed is kept in `build/fuzz`, to be tried
again.
"""

import faulthandler
import shutil
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba.core import event

from twostroke.engine.data import load
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.files.disk import FileError
from twostroke.engine.files.session_file import read_session
from twostroke.engine.session.spec_errors import SessionError

KEPT = Path(__file__).parents[2] / "build" / "fuzz"

MOST_SECONDS = 5.0  # of the processor; hundreds of times what is usual
MOST_MEGABYTES = 300.0
LONGEST = 900  # characters of a sentence
HANGS_AFTER = 900.0  # on a slow machine that has to compile, too

REFUSALS = (FileError, SessionError, DataProblem)
FOREIGN = ("Traceback", " object at 0x", "<class ", "Errno", "Error(", "pydantic", "numpy.")
"""What stands in the messages of Python and of libraries."""


class Trial:
    """Puts files into a folder and has them read; `temporary` is that for passing things."""

    def __init__(self, folder: Path) -> None:
        self.folder = self.path = folder
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.written: list[Path] = []

    def write(self, name: str, content: bytes) -> Path:
        """A file of that content."""
        self.path = self.folder / name
        self.path.write_bytes(content)
        self.written.append(self.path)
        return self.path

    def refusal(self, read: Callable[[Path], Any]) -> str:
        """The sentence that refuses the file written last, "" where it is read. AssertionError where neither holds."""
        faulthandler.dump_traceback_later(HANGS_AFTER, exit=True)
        try:
            sentence = _refusal(read, self.path)
            assert not list(self.temporary.iterdir())
            return sentence
        except BaseException as error:
            KEPT.mkdir(parents=True, exist_ok=True)
            error.add_note(f"Kept, to be tried again: {', '.join(shutil.copy(path, KEPT) for path in self.written)}")
            raise
        finally:
            self.written = []
            faulthandler.cancel_dump_traceback_later()


def _refusal(read: Callable[[Path], Any], path: Path) -> str:
    while True:
        compiled = _Compiled()
        memory, began = _peak(), time.process_time()
        with event.install_listener("numba:compile", compiled):
            sentence = _said(read, path)
        if not compiled.anything:
            assert time.process_time() - began < MOST_SECONDS
            assert _peak() - memory < MOST_MEGABYTES
            return sentence


class _Compiled(event.Listener):  # type: ignore[misc]
    """Whether anything was compiled, rather than taken from disk."""

    anything = False

    def on_start(self, event: event.Event) -> None:
        self.anything = True

    def on_end(self, event: event.Event) -> None:
        pass


def _said(read: Callable[[Path], Any], path: Path) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            read(path)
        except REFUSALS as error:
            _check_sentence(str(error))
            return str(error)
    return ""


def _check_sentence(text: str) -> None:
    """One line that says something, and no more than fits."""
    assert text.strip()
    assert text.isprintable(), ascii(text)
    assert len(text) < LONGEST, text
    for sign in FOREIGN:
        assert sign not in text, text


def _peak() -> float:
    """The most memory that the process has had, in MB; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0.0
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def loaded(path: Path) -> None:
    """Read a session and its data."""
    session = read_session(path)
    load(session.data, session.widths[-1], session.network.dtype)
