"""The file that a learner hands in: the session, how many updates it was trained for, and the numbers that were typed.

It holds no weights and no figures: whoever grades it trains the session anew. Nothing that it says of itself counts.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Any

from twostroke.engine.files.disk import FileError, replacing, said
from twostroke.engine.files.session_file import json_of
from twostroke.engine.session.phrases import nearest, shown
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError, parse_session

FORMAT, VERSION = "twostroke-handin", 1
ENDING = ".handin.json"
LONGEST_NAME = 200
FROM_FILES = ("table", "npz")
"""Data that a session names by a file, which is read when the session is."""


class HandInError(ValueError):
    """What is no hand-in, or not one for this task; the message says why, as a sentence without the file's name."""


@dataclass(frozen=True)
class HandIn:
    """What one learner hands in. `answers`: what was typed, by the number of the scene, from 1."""

    lesson: str
    learner: str
    session: Session
    updates: int
    answers: Mapping[int, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As the file has it. Of data in a file it says the name alone: where learners keep it is nobody's business."""
        session = self.session.model_dump(mode="json", exclude={"weights", "view"})
        if session["data"]["name"] in FROM_FILES:
            session["data"] = _by_name(session["data"])
        return {
            "format": FORMAT,
            "version": VERSION,
            "lesson": self.lesson,
            "learner": self.learner,
            "updates": self.updates,
            "answers": {str(scene): value for scene, value in sorted(self.answers.items())},
            "session": session,
        }


def write_hand_in(path: Path, hand_in: HandIn) -> None:
    """Write it, whole or not at all. FileError."""
    with replacing(path) as stream:
        stream.write(json.dumps(hand_in.as_json(), indent=1, ensure_ascii=False).encode("utf-8", "backslashreplace"))


def read_hand_in(path: Path, own_data: Mapping[str, Any]) -> HandIn:
    """What is in the file. HandInError, also where its data are in a file that is not that of the task.

    `own_data`: those of the task. Their file is the only one that is read, wherever the learner had it.
    """
    try:
        content = json_of(path)
    except FileError as error:
        raise HandInError(str(error).replace(said(path), "It", 1)) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise HandInError(
            f"It is no hand-in; expected a file that Hand in… or `twostroke handin` has written ({ENDING})."
        )
    for key in content:
        _check_key(key)
    if content.get("version") != VERSION or type(content["version"]) is not int:
        raise HandInError(f"Its version is {shown(content.get('version'))}; this program reads {VERSION}.")
    return HandIn(
        lesson=_text(content, "lesson"),
        learner=_text(content, "learner"),
        session=_session(content.get("session"), own_data),
        updates=_count(content.get("updates")),
        answers=_answers(content.get("answers", {})),
    )


KEYS = ("format", "version", "lesson", "learner", "updates", "answers", "session")


def _check_key(key: str) -> None:
    if key not in KEYS:
        guess = nearest(key, KEYS)
        raise HandInError(f"It has the unknown key {shown(key)}" + (f"; did you mean {guess}?" if guess else "."))


def _text(content: Mapping[str, Any], key: str) -> str:
    value = content.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NAME:
        raise HandInError(f"Its {key} is {shown(value)}; expected a text of 1 to {LONGEST_NAME} letters.")
    return value.strip()


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise HandInError(f"Its updates are {shown(value)}; expected a whole number, 0 or more.")
    return value


def _answers(value: Any) -> dict[int, float]:
    if not isinstance(value, dict) or len(value) > 1_000:
        raise HandInError(f"Its answers are {shown(value)}; expected an object of numbers by scenes.")
    found: dict[int, float] = {}
    for key, answer in value.items():
        if not (key.isascii() and key.isdigit() and len(key) < 6):
            raise HandInError(f"Its answers name the scene {shown(key)}; expected its number.")
        if isinstance(answer, bool) or not isinstance(answer, int | float) or not math.isfinite(answer):
            raise HandInError(f"Its answer to scene {key} is {shown(answer)}; expected a number.")
        found[int(key)] = float(answer)
    return found


def _session(value: Any, own_data: Mapping[str, Any]) -> Session:
    if not isinstance(value, dict):
        raise HandInError(f"Its session is {shown(value)}; expected an object, as in a session file.")
    data = value.get("data")
    if isinstance(data, dict) and data.get("name") in FROM_FILES:
        if _by_name(data) != _by_name(own_data):
            raise HandInError("Its data are in a file that is not that of the task.")
        value = {**value, "data": own_data}
    try:
        return parse_session(value, "Its session")
    except SessionError as error:
        raise HandInError(str(error)) from error
    except RecursionError:
        raise HandInError("Its session is nested too deeply.") from None


def _by_name(data: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of data, with the name of their file instead of its path, as any system writes one."""
    path = data.get("path")
    return {**data, "path": PureWindowsPath(path).name if isinstance(path, str) else path}
