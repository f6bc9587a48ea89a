"""A lesson and its data as one file: what its session reads from files is put into the lesson's own."""

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import tomlkit

from twostroke.engine.files.disk import read_bytes
from twostroke.gui.model.lessons.data_inside import DATA_PATH, MAX_FILE
from twostroke.gui.model.lessons.lesson_writing import block


def with_data(text: str, folder: Path) -> str:
    """The same lesson with the data inside that it reads from files, which lie in `folder` unless they say where.

    FileError where one cannot be read, or is too large.
    """
    document = tomlkit.parse(text)
    inside = document.get("files", {})
    for owner, key in _named(document):
        path = Path(folder, str(owner[key]))
        if str(owner[key]) in inside:
            continue
        content = read_bytes(path, MAX_FILE)
        if "files" not in document:
            document.add("files", tomlkit.table())
        document["files"][path.name] = _told(content)
        owner[key] = path.name
    return tomlkit.dumps(document)


def _named(document: Any) -> Iterator[tuple[Any, str]]:
    """Where a lesson names a file of data: its session, and acts that set it."""
    data = document.get("session", {}).get("data", {})
    if isinstance(data, Mapping) and data.get("path"):
        yield data, "path"
    for scene in document.get("scenes", ()):
        for act in scene.get("do", ()):
            places = act.get("set") if isinstance(act, Mapping) else None
            if isinstance(places, Mapping) and places.get(DATA_PATH):
                yield places, DATA_PATH


def _told(content: bytes) -> Any:
    """As text where it is some: with the ends of lines that TOML has."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        text = ""
    if text and all(sign.isprintable() or sign in "\n\t" for sign in text):
        return block(text)
    table = tomlkit.inline_table()
    table.append("base64", base64.b64encode(content).decode())
    return table
