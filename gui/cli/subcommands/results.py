"""Where a command's result goes: a file that is whole or not there."""

import os
from collections.abc import Callable
from pathlib import Path

from twostroke.engine.files.disk import place_problem
from twostroke.engine.session.phrases import listed, shown
from twostroke.gui.cli.signals import whole
from twostroke.gui.cli.subcommands.sessions import ENDINGS
from twostroke.gui.cli.subcommands.speech import BadInput, WorkFailed


def check_npz(output: Path | None) -> None:
    """BadInput where `-o` names something that cannot become an NPZ file. Asked before the work begins."""
    if output is not None:
        _check("-o", output, ".npz", output.suffix.lower() == ".npz")


def check_csv(output: Path | None) -> None:
    """BadInput where `-o` names something that cannot become a CSV file. Asked before the work begins."""
    if output is not None:
        _check("-o", output, ".csv", output.suffix.lower() == ".csv")


def check_session(output: Path | None, option: str = "--save") -> None:
    """BadInput where `option` names something that cannot become a session file. Asked before the work begins."""
    from twostroke.engine.files.session_file import FileError, check_name

    if output is not None:
        _check(option, output, listed(ENDINGS), output.name.endswith(ENDINGS) and output.name not in ENDINGS)
        try:
            check_name(output)
        except FileError as error:
            raise BadInput(str(error)) from error


def _check(option: str, output: Path, ending: str, fits: bool) -> None:
    if not fits:
        raise BadInput(f"{option} {shown(output.name)}: expected a file name that ends in {ending}.")
    check_place(option, output, f"a file name that ends in {ending}")


def check_place(option: str, output: Path, expected: str) -> None:
    """BadInput where nothing can be written there. Asked before the work begins."""
    if os.path.isdir(output):
        raise BadInput(f"{option} {output} is a folder; expected {expected}.")
    problem = place_problem(output)
    if problem:
        raise BadInput(problem)


def save(write: Callable[[Path], None], output: Path) -> None:
    """Write the file; WorkFailed, with the reason, where that is not possible."""
    from twostroke.engine.files.session_file import FileError

    try:
        with whole():
            write(output)
    except FileError as error:
        raise WorkFailed(str(error)) from error
    except OSError as error:
        raise WorkFailed(f"{output} could not be written: {error.strerror or error}.") from error
