"""Parts of the bench in processes of their own, so that the threads and the memory of one are no concern of another.

The program is started anew with `bench --part`; a request is a line of JSON on its input, the answer one on its output.
Its input ends with the process that asks, and so does it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any

from twostroke.gui.cli.subcommands.speech import BadInput, WorkFailed, unexpected

Answer = Callable[..., Any]
GRACE = 10.0
"""Seconds in which a part that is told to end does so."""


def _training() -> dict[str, Answer]:
    from twostroke.gui.cli.bench import crew

    return crew.Trained().answers()


def _memory() -> dict[str, Answer]:
    from twostroke.gui.cli.bench import resident

    return resident.answers()


PARTS: dict[str, Callable[[], dict[str, Answer]]] = {"training": _training, "memory": _memory}
"""What each part answers to, by the name of the request."""


def serve(name: str) -> None:
    """Be that part, until the input ends."""
    if name not in PARTS:
        raise BadInput(f"There is no part {name} of the bench.")
    told = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer
    answers = PARTS[name]()
    for line in sys.stdin:
        told.write(json.dumps(_answer(answers, json.loads(line))) + "\n")
        told.flush()


def _answer(answers: dict[str, Answer], request: list[Any]) -> dict[str, Any]:
    try:
        return {"answer": answers[request[0]](*request[1:])}
    except WorkFailed as error:
        return {"failed": str(error)}
    except Exception as error:
        return {"failed": unexpected(error)}


def command(name: str) -> list[str]:
    """What starts that part: this program, by its interpreter or as a single file."""
    itself = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "twostroke.gui.cli"]
    return [*itself, "bench", "--part", name]


class Part:
    """A part that runs. A context manager: leaving it ends the process."""

    def __init__(self, name: str) -> None:
        self._process = subprocess.Popen(
            command(name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )

    def ask(self, *request: Any) -> Any:
        """What it answers. WorkFailed, with its own sentence, where it cannot."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = ""
        if not line:
            raise WorkFailed("A process that was to be measured has ended before its time.")
        answer = json.loads(line)
        if "failed" in answer:
            raise WorkFailed(answer["failed"])
        return answer["answer"]

    def __enter__(self) -> "Part":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        process = self._process
        try:
            process.communicate(timeout=GRACE)  # ends its input
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
