"""Parts of the bench in processes of their own, so that the threads and the memory of one are no concern of another.

The program is started anew with `bench --part`; a request is a line of JSON on its input, the answer one on its output.
Its input ends with the process that asks, and so does it. `serving.py` is the other side.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any

from twostroke.gui.cli.subcommands.speech import WorkFailed

Answer = Callable[..., Any]
GRACE = 10.0
"""Seconds in which a part that is told to end does so."""


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
