"""The lines of Python that a refusal prints, run as they stand."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from twostroke.engine.files.disk import FileError
from twostroke.engine.files.foreign.opening import open_foreign
from twostroke.engine.files.foreign.wishes import Wishes


def lines_for(path: Path) -> str:
    """What the sentence about the file at `path` has in Python."""
    with pytest.raises(FileError) as caught:
        open_foreign(str(path), Wishes())
    said = str(caught.value)
    return re.split(r"\.(?= [A-Z]|$)", said[said.index("import ") :])[0]


def run(lines: str) -> str:
    """What the lines print, in a Python of their own."""
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
