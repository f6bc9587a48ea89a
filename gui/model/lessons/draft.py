"""A lesson that is being written: its text, of which each field is a part, with undo. Comments and order stay.

A field is text as one types it: acts and claims one a line, a question and a task as lines of `key = value`, as in the
file. What cannot be read there is kept as it was typed, so nothing is lost, and reading the lesson says what is wrong.
"""

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from twostroke.gui.model.lessons.lesson_writing import inline, text_item

TEXTS = ("title", "say", "notes", "try")
LINES = ("do", "assert")
TABLES = ("ask", "task")
LESSON_LINES = ("sources", "leaves_out")
NEW_SCENE = {"title": "New scene", "say": "What this scene says."}
MOST_STEPS = 200

TROUBLE = re.compile(r"scenes\[(\d+)\]\.(do|assert|ask|task|title|say|notes|try)(?:\[(\d+)\])?")
SCENE = re.compile(r"\bscene (\d+) cannot\b")


class Draft:
    """Where a scene is named, it is by its number, from 0. TOMLKitError where `text` is no TOML at all."""

    def __init__(self, text: str) -> None:
        self._document: Any = tomlkit.parse(text)
        self._past: list[str] = []
        self._future: list[str] = []

    @property
    def text(self) -> str:
        """As the file would have it."""
        return tomlkit.dumps(self._document)

    # -- undo ----------------------------------------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is something to make again."""
        return bool(self._future)

    def undo(self) -> None:
        """Take back the last change."""
        self._travel(self._past, self._future)

    def redo(self) -> None:
        """Make it again."""
        self._travel(self._future, self._past)

    def _travel(self, source: list[str], other: list[str]) -> None:
        if source:
            other.append(self.text)
            self._document = tomlkit.parse(source.pop())

    def _keep(self, before: str) -> None:
        if before != self.text:
            self._past = [*self._past, before][-MOST_STEPS:]
            self._future = []

    # -- the lesson ------------------------------------------------------------------------------------------------

    def lesson_field(self, key: str) -> str:
        """The text of a field of the lesson."""
        value = self._document.get(key, "")
        return "\n".join(map(str, value)) if isinstance(value, list) else str(value)

    def set_lesson_field(self, key: str, typed: str) -> None:
        """Have another text there."""
        before = self.text
        value = _lines(typed) if key in LESSON_LINES else typed.strip()
        if value or key == "title":
            item = inline(value) if isinstance(value, list) else text_item(value)
            if key in self._document:
                self._document[key] = item
            else:  # before the tables, behind which it would be a part of them
                self._document = _with_first(self._document, key, item)
        else:
            self._document.pop(key, None)
        self._keep(before)

    # -- scenes ------------------------------------------------------------------------------------------------------

    @property
    def titles(self) -> list[str]:
        """The scenes, in their order."""
        return [str(scene.get("title", "")) for scene in self._scenes]

    @property
    def _scenes(self) -> Any:
        return self._document.get("scenes", [])

    def field(self, scene: int, key: str) -> str:
        """The text of a field of a scene."""
        value = self._scenes[scene].get(key, "")
        if key in LINES and isinstance(value, list):
            return "\n".join(_line(key, each) for each in value)
        if key in TABLES and isinstance(value, Mapping):
            return "\n".join(f"{name} = {_toml(each)}" for name, each in value.items())
        return str(value).strip("\n")

    def set_field(self, scene: int, key: str, typed: str) -> None:
        """Have another text there; an empty one takes the key away."""
        before, table = self.text, self._scenes[scene]
        if not typed.strip():
            table.pop(key, None)
        elif self.field(scene, key) != typed.strip("\n"):
            _put(table, key, _value(key, typed))
        self._keep(before)

    def add(self, after: int, like: int | None = None) -> int:
        """A new scene behind that one, or one like another; its number."""
        made = NEW_SCENE if like is None else copy.deepcopy(self._scenes[like])
        tables = list(self._scenes)
        return self._arrange([*tables[: after + 1], made, *tables[after + 1 :]], after + 1)

    def delete(self, scene: int) -> int:
        """Without that scene; the number of the one in its place."""
        tables = [each for at, each in enumerate(self._scenes) if at != scene]
        return self._arrange(tables, min(scene, len(tables) - 1))

    def move(self, scene: int, by: int) -> int:
        """That scene so many places further on; its number."""
        tables = list(self._scenes)
        there = min(max(scene + by, 0), len(tables) - 1)
        tables.insert(there, tables.pop(scene))
        return self._arrange(tables, there)

    def _arrange(self, scenes: Sequence[Any], there: int) -> int:
        """Each as it is written, with its comments."""
        before = self.text
        array = tomlkit.aot()
        for scene in scenes:
            array.append(scene if isinstance(scene, tomlkit.items.Table) else _table(scene))
        self._document.pop("scenes", None)
        if scenes:
            self._document.append("scenes", array)
        self._keep(before)
        return there


def place_of_trouble(problem: str) -> tuple[int, str, int | None] | None:
    """Scene, field and line, from 0, that the sentence of a LessonError is about; None where it is about none."""
    found = TROUBLE.search(problem)
    if found is not None:
        return int(found[1]), found[2], None if found[3] is None else int(found[3])
    scene = SCENE.search(problem)
    return (int(scene[1]) - 1, "do", None) if scene is not None else None


# -- between text and TOML -------------------------------------------------------------------------------------------


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]


def _line(key: str, value: Any) -> str:
    """One act or one claim on its line."""
    if key == "do" and isinstance(value, Mapping) and len(value) == 1:
        ((name, own),) = value.items()
        return f"{_key(name)} = {_toml(own)}"
    return str(value) if isinstance(value, str) else _toml(value)


def _value(key: str, typed: str) -> Any:
    """What a field says, as a file has it; what cannot be read as it was typed."""
    if key in LINES:
        return [_act(line) if key == "do" else _claim(line) for line in _lines(typed)]
    if key in TABLES:
        try:
            return dict(tomlkit.parse(typed).unwrap())
        except TOMLKitError:
            return typed.strip("\n")
    return typed.strip("\n")


def _act(line: str) -> Any:
    text = line.rstrip(",").strip()
    text = text[1:-1].strip() if text.startswith("{") and text.endswith("}") else text
    try:
        return tomlkit.parse(text).unwrap() or line
    except TOMLKitError:
        return line


def _claim(line: str) -> Any:
    if not line.startswith("{"):
        return line
    try:
        return tomlkit.value(line).unwrap()
    except TOMLKitError:
        return line


def _toml(value: Any) -> str:
    item = text_item(str(value)) if isinstance(value, str) else inline(_plain(value))
    return item.as_string()


def _key(name: str) -> str:
    return name if re.fullmatch(r"[\w-]+", name, re.ASCII) else f'"{name}"'


def _plain(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value


def _table(scene: Any) -> Any:
    """A scene that is none yet, or stands in braces."""
    table = tomlkit.table()
    for key, value in _plain(scene).items():
        _put(table, key, value)
    return table


def _put(table: Any, key: str, value: Any) -> None:
    """In its place, where it has one; what is a table is one on lines of its own."""
    item: Any
    if key in TABLES and isinstance(value, Mapping):
        item = tomlkit.table()
        for name, own in value.items():
            item.add(name, text_item(own) if isinstance(own, str) else inline(own))
    elif key in LINES and isinstance(value, list):
        array = tomlkit.array()
        for each in value:
            array.append(inline(each))
        item = array.multiline(len(value) > 1)
    else:
        item = text_item(value) if isinstance(value, str) else inline(value)
    if key in table and not isinstance(item, tomlkit.items.Table):
        table[key] = item
        return
    table.pop(key, None)
    tables = {name: table.pop(name) for name in TABLES if name in table and not isinstance(item, tomlkit.items.Table)}
    table.add(key, item)
    for name, own in tables.items():  # what stands behind a table would be a part of it
        table.add(name, own)


def _with_first(document: Any, key: str, item: Any) -> Any:
    made = tomlkit.document()
    made.add(key, item)
    return tomlkit.parse(tomlkit.dumps(made) + tomlkit.dumps(document))
