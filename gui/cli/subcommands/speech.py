"""How a command speaks: results on stdout, progress and one line of trouble on stderr, and the exit code.

0 done, 1 the work failed, 2 wrong usage or bad input, 130 interrupted. A traceback is for the log file, not the user.
"""

import functools
import json
import logging
import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, Protocol

import typer

from twostroke.engine.files.disk import check_plain, reason
from twostroke.gui.cli.signals import at_last

FAILED, BAD, INTERRUPTED = 1, 2, 130

NOWHERE = "The current folder has been deleted or moved. Go to another one, as with cd, and give the command again."

P = ParamSpec("P")


class BadInput(Exception):
    """What was asked for cannot be; the message is a sentence that names file, key and what was expected."""


class Bar(Protocol):
    """Takes how much is done and, where that has changed, what is being done."""

    def __call__(self, done: int, now: str = "", /) -> None: ...


class WorkFailed(Exception):
    """The work failed; the message is a sentence that says why."""

    code = FAILED


class Ended(WorkFailed):
    """A signal has ended the work before its time; the message says so, and what is left of it."""

    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.code = code


def reported(command: Callable[P, None]) -> Callable[P, None]:
    """The command, with every error turned into one line on stderr and an exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            _leave("Interrupted.", INTERRUPTED)
        except BadInput as error:
            _leave(str(error), BAD)
        except WorkFailed as error:
            _leave(str(error), error.code)
        except MemoryError:
            _leave("There is not enough memory for this. Use fewer or smaller layers, or fewer samples.", FAILED)
        except Exception as error:
            if isinstance(error, FileNotFoundError) and _stands_nowhere():
                _leave(NOWHERE, BAD)
            if _is_of_data(error):
                _leave(f"{kwargs.get('session', 'the session')}: {error}", BAD)
            _leave(unexpected(error), FAILED)
        finally:
            _pass_on()

    return run


def _is_of_data(error: Exception) -> bool:
    """Whether something is wrong with the data that was found only when they were read."""
    from twostroke.engine.data.problems import DataProblem  # brings NumPy, which --version does without

    return isinstance(error, DataProblem)


def _stands_nowhere() -> bool:
    """Whether the current folder is gone: libraries ask for it, some while they are imported."""
    try:
        os.getcwd()
    except OSError:
        return True
    return False


def _pass_on() -> None:
    """Say what was wrong with compiled code on disk, where the command has used any."""
    kept = sys.modules.get("twostroke.engine.compute.kept")
    remark = kept.take_remark() if kept is not None else None
    if remark:
        complain(remark)


def _leave(sentence: str, code: int) -> None:
    complain(sentence)
    raise typer.Exit(code)


def complain(sentence: str) -> None:
    """One line on stderr."""
    typer.echo(f"twostroke: {' '.join(sentence.split())}", file=sys.stderr, err=True)


def note(sentence: str) -> None:
    """A remark on stderr, on a line of its own: no trouble, but something to know."""
    typer.echo(" ".join(sentence.split()), err=True)


def log_path() -> Path:
    """Where tracebacks go."""
    import platformdirs

    return platformdirs.user_log_path("twostroke", appauthor=False) / "command-line.log"


def unexpected(error: Exception) -> str:
    """Write the traceback to the log file; returns the sentence for the user."""
    text = f"Something unexpected went wrong: {type(error).__name__}: {error}."
    path = log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        check_plain(path)
        handler = logging.FileHandler(path, encoding="utf-8", delay=False, errors="backslashreplace")
    except OSError:
        return text
    record = logging.LogRecord(
        "twostroke", logging.ERROR, __file__, 0, " ".join(sys.argv), None, (type(error), error, error.__traceback__)
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    handler.emit(record)
    handler.close()
    return f"{text} The details are in {path}."


@contextmanager
def printing() -> Iterator[None]:
    """WorkFailed, with the reason, where what is printed meanwhile does not arrive, e.g. in a file on a full disk."""
    try:
        yield
    except BrokenPipeError:  # whoever read along has seen enough
        raise
    except OSError as error:
        raise WorkFailed(f"The result could not be printed: {reason(error)}.") from error


def say(text: str) -> None:
    """A result, on stdout as it is: left the choice, typer would write UTF-8 to a page that is plain ASCII."""
    with printing():
        typer.echo(text, file=sys.stdout)


def emit_json(result: dict[str, Any]) -> None:
    """One JSON object on stdout. Numbers that are not finite, which JSON does not know, become null."""
    text = json.dumps(_plain(result), ensure_ascii=False, allow_nan=False)
    say(text if _fits(text) else json.dumps(_plain(result), allow_nan=False))


def _fits(text: str) -> bool:
    """Whether stdout can take every character as it is."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


@contextmanager
def progress(what: str, total: int) -> Iterator[Bar]:
    """A bar on stderr where that is a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda done, now="": None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar, at_last(bar.stop):
        task = bar.add_task(what, total=total)
        yield lambda done, now="": bar.update(task, completed=done, description=now or what)
