"""Names and keys of other libraries in a session: read as ours where they mean the same; what to say where not."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from twostroke.engine.catalogue.other_keys import renamed
from twostroke.engine.catalogue.other_names import KINDS, OtherName, answer, called, found, in_capitals, taken
from twostroke.engine.session.phrases import nearest, shown, unknown

SLIP = 0.75
"""How like a name must be to be taken for a slip of it; below, names of quite other functions are found."""

CLOSER_SLIP = 0.92
"""The same for names of other libraries, of which there are many."""


def named(value: Any) -> Any:
    """A name alone stands for the object with its defaults."""
    return {"name": value} if isinstance(value, str) else value


def translated(kind: str, value: Any, own: Collection[str]) -> Any:
    """An object with a name, or the name alone, as this program writes it; `own` are the names it has.

    A name that means something else here, and one that is not known, stays. ValueError where a name and a setting
    contradict each other.
    """
    value = named(value)
    if not isinstance(value, Mapping):
        return value
    name = value.get("name")
    if not isinstance(name, str) or name in own:
        return renamed(kind, value, name if isinstance(name, str) else "")
    ours = called(kind, name, own)
    entry = None if in_capitals(name, own) else found(kind, name)
    value = renamed(kind, value, ours)
    if entry is None:
        return {**value, "name": ours}
    return _taken(entry, name, value) if entry.is_taken(value) else value


def _taken(entry: OtherName, name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    for key, meant in entry.settings.items():
        if entry.fixed and value.get(key, meant) != meant:
            raise ValueError(
                f"{name} is {entry.ours} with {key} {shown(meant)}, and {key} is {shown(value[key])} here; "
                f"say {entry.ours}, or leave {key} out"
            )
    return {**entry.settings, **value, "name": entry.ours}


def name_of(kind: str, value: Any, own: Collection[str]) -> str | None:
    """What is called by a name, or by an object with a name; None where there is no name."""
    value = translated(kind, value, own)
    name = value.get("name") if isinstance(value, Mapping) else None
    return None if name is None else str(name)


def no_such(kind: str, word: Any, known: Sequence[str]) -> str:
    """That `word` is no `kind`: what it is elsewhere, else the name that it is a slip of, else all that are known."""
    if kind not in KINDS or not isinstance(word, str):
        return unknown(kind, word, known)
    told = answer(kind, word)
    if told:
        return f"unknown {kind} {shown(word)}; {told}"
    alike = [name for name in known if name[:1] == word[:1].casefold()]
    elsewhere = nearest(word, taken(kind), CLOSER_SLIP)
    return unknown(kind, word, known, [elsewhere] if elsewhere else alike, SLIP)
