"""A lesson as text, to be read and changed by hand: TOML that keeps its comments."""

from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.items import Array, InlineTable, Item, Table

from twostroke.engine.session.spec import SETTINGS, Session
from twostroke.engine.session.spec_errors import SessionError, parse_session
from twostroke.gui.model.lessons.record_notes import Written
from twostroke.gui.model.lessons.recorded import RecordedScene, Recording

LINE = 100
"""Characters of a list that stands on one line."""


def written_recording(name: str, title: str, recording: Recording) -> str:
    """The text of a lesson that was recorded, as a file called `name`.toml."""
    document = tomlkit.document()
    document.add("name", tomlkit.item(name))
    document.add("title", tomlkit.item(title))
    document.add(tomlkit.nl())
    document.add("session", session_table(recording.session))
    scenes = tomlkit.aot()
    for number, scene in enumerate(recording.scenes, 1):
        scenes.append(_scene(scene, number))
    document.add("scenes", scenes)
    return tomlkit.dumps(document)


def _scene(scene: RecordedScene, number: int) -> Table:
    table = tomlkit.table()
    title = scene.title.strip() or f"Scene {number}"
    table.add("title", tomlkit.item(title))
    table.add("say", text_item(scene.say.strip() or f"{title}."))
    if scene.acts:
        table.add("do", acts_item(scene.acts))
    return table


def session_table(session: Session) -> Table:
    """What differs from the default session, where that says it all; else all of it."""
    for told in (_brief(session.model_dump(mode="json", exclude_defaults=True)), _brief(session.model_dump())):
        told = {key: value for key, value in told.items() if key in (*SETTINGS, "view")}
        if _says_it_all(told, session):
            told = _least(told, session)
            break
    table = tomlkit.table()
    for key, value in told.items():
        table.add(key, inline(value))
    return table


def _least(told: dict[str, Any], session: Session) -> dict[str, Any]:
    """Without what follows from the rest: whole parts of the session first, then single settings of one."""
    for key in tuple(told):
        fewer = {own: value for own, value in told.items() if own != key}
        told = fewer if _says_it_all(fewer, session) else told
    for part, settings in tuple(told.items()):
        for key in tuple(settings) if isinstance(settings, dict) else ():
            fewer = {**told, part: {own: value for own, value in told[part].items() if own != key}}
            told = fewer if _says_it_all(fewer, session) else told
    return told


def _says_it_all(told: Mapping[str, Any], session: Session) -> bool:
    try:
        whole = {"format": session.format, "version": session.version, **told}
        return parse_session(whole, "session").model_dump() == session.model_dump()
    except SessionError:
        return False


def _brief(value: Any) -> Any:
    """Without what is nothing, which TOML cannot say."""
    if isinstance(value, Mapping):
        return {key: _brief(own) for key, own in value.items() if own is not None}
    return [_brief(own) for own in value] if isinstance(value, list | tuple) else value


def text_item(text: str) -> Item:
    """A text in quotes, in three where it has several lines."""
    return block(f"{text}\n") if "\n" in text else _item(text)


def block(text: str) -> Item:
    """A text of several lines in three quotes, whose first line stands below them."""
    written = tomlkit.string(text.lstrip("\n"), multiline=True).as_string()
    return tomlkit.value(f'"""\n{written[3:]}')


def _item(value: Any) -> Item:
    found: Item = tomlkit.item(value)
    return found


def acts_item(acts: Sequence[Written]) -> Array:
    """One act a line."""
    array = tomlkit.array()
    for act in acts:
        array.append(inline(act))
    return array.multiline(len(acts) > 1)


def inline(value: Any) -> Item:
    """A value on one line; a long list one entry a line."""
    if isinstance(value, Mapping):
        table: InlineTable = tomlkit.inline_table()
        for key, own in value.items():
            table.append(key, inline(own))
        return table
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        for own in value:
            array.append(inline(own))
        return array
    return _item(value)
