"""The side of a part that answers (see `parts.py`), in its process."""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from twostroke.gui.cli.bench.parts import Answer
from twostroke.gui.cli.subcommands.speech import BadInput, WorkFailed, unexpected


def _training() -> dict[str, Answer]:
    from twostroke.gui.cli.bench import crew

    return crew.Trained().answers()


def _memory() -> dict[str, Answer]:
    import PySide6.QtCore  # noqa: F401 - before it, nothing can be left out

    from twostroke.gui.shell import sources

    sources.leave_unread()  # as in the program: the texts would be 40 MB
    from twostroke.gui.cli.bench import weighing

    return weighing.answers()


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
