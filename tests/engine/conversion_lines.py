"""The lines of Python that a refusal prints, run as they stand."""

import contextlib
import io
import re
import runpy
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


def run(lines: str, folder: Path) -> str:
    """What the lines print, run as a program that lies in the folder."""
    program = folder / "convert.py"
    program.write_text(lines, "utf-8")
    with contextlib.redirect_stdout(io.StringIO()) as said:
        runpy.run_path(str(program))
    return said.getvalue()
