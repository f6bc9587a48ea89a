"""What was changed in a session, said by acts of lessons: sought until they make of it exactly what was made."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from twostroke.engine.border.commands import Edit
from twostroke.engine.race.varying import OF_ALL_LAYERS, steps_of
from twostroke.engine.session.spec import SETTINGS, Part, Session, same_settings
from twostroke.engine.session.switched_gates import switch_of
from twostroke.gui.model.lessons.acts import doings_of, read_act
from twostroke.gui.model.lessons.doings import Send
from twostroke.gui.model.lessons.record_notes import Written

Places = dict[str, Any]
"""Settings by their paths."""

BY_HAND = ("network.cut", "network.frozen", "gates.off")
"""Settings that have acts of their own."""

DEPTHS = (9, 5, 4, 3, 2)
"""How far down settings are told one by one, before what they belong to is told as a whole."""

MOST_KNOWN = 1000
_KNOWN: dict[tuple[int, int], tuple[Session, Session, tuple[Written, ...] | None]] = {}
"""What has been sought, with its sessions, which so keep their identity: a recording is looked at again and again."""

LAYER = re.compile(r"network\.layers\[\d+\]\.(\w+)(.*)")


def said(before: Session, after: Session) -> tuple[Written, ...] | None:
    """Acts that make `after` of `before`; none where nothing differs, and None where no act can say it."""
    key = id(before), id(after)
    if key not in _KNOWN:
        if len(_KNOWN) >= MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[key] = before, after, _sought(before, after)
    return _KNOWN[key][2]


def _sought(before: Session, after: Session) -> tuple[Written, ...] | None:
    if same_settings(before, after):
        return ()
    for places in _candidates(before, after):
        acts: list[Written] = [{"set": places}] if places else []
        try:
            now = made(before, acts)
            by_hand = list(_by_hand(now, after))
            now = made(now, by_hand)
        except ValueError:
            continue
        if same_settings(now, after):
            return (*acts, *by_hand)
    return None


def made(session: Session, acts: Sequence[Written]) -> Session:
    """The session after acts that change nothing else. ValueError where they cannot be."""
    for written in acts:
        for doing in doings_of(read_act(written), session):
            assert isinstance(doing, Send)
            assert isinstance(doing.command, Edit)
            session = doing.command.made_on(session).session
    return session


# -- settings ----------------------------------------------------------------------------------------------------------


def _told(session: Session) -> dict[str, Any]:
    told = session.model_dump(mode="json", include=set(SETTINGS))
    for key in BY_HAND:
        part, name = key.split(".")
        told[part].pop(name, None)
    return told


def _candidates(before: Session, after: Session) -> Iterator[Places]:
    """Ways to say it, the shortest first."""
    one, other, depth = _told(before), _told(after), len(after.network.layers)
    if len(before.network.layers) != depth:
        yield {"network.depth": depth}
    single = dict(_differing(one, other, "", DEPTHS[0]))
    names = {key: value for key, value in single.items() if key.endswith(".name")}
    usual = {key: _usual(after, key) for key in _gone(one, other, "")}
    for places in (names, {**names, **single}, {**names, **single, **usual}):
        short = {key.removesuffix(".name"): value for key, value in places.items()}
        for way in (_of_all(short, depth), short, _of_all(places, depth), places):
            if way and _can_be_written(way):
                yield way
    for down in DEPTHS[1:]:
        way = {key: _without_none(value) for key, value in _differing(one, other, "", down)}
        if _can_be_written(way):
            yield way


def _gone(before: Any, after: Any, path: str) -> Iterator[str]:
    """What a file would no longer say, by its path: it is as usual again."""
    if isinstance(before, dict) and isinstance(after, dict) and path != "network.parameters":
        for key, value in before.items():
            inner = f"{path}.{key}" if path else key
            if key in after:
                yield from _gone(value, after[key], inner)
            else:
                yield inner
    elif path == "network.layers" and len(before) == len(after):
        for at, value in enumerate(after):
            yield from _gone(before[at], value, f"{path}[{at}]")


def _usual(session: Session, path: str) -> Any:
    """What such a setting is in `session`, which does not say so."""
    found: Any = session
    for step in steps_of(path):
        found = found[step] if isinstance(step, int) else getattr(found, step, None)
    found = getattr(found, "name", None) if isinstance(found, Part) else found
    return list(found) if isinstance(found, tuple) else found


def _differing(before: Any, after: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    """What differs, by its path; not what has gone."""
    if before == after:
        return
    if depth and isinstance(before, dict) and isinstance(after, dict) and path != "network.parameters":
        for key, value in after.items():
            yield from _differing(before.get(key), value, f"{path}.{key}" if path else key, depth - 1)
        return
    if path == "network.layers" and depth and len(before) == len(after):
        for at, value in enumerate(after):
            yield from _differing(before[at], value, f"{path}[{at}]", depth - 1)
        return
    if path == "network.parameters" and not after:
        return  # what fits no longer is dropped by itself
    yield path, after


def _of_all(places: Places, layers: int) -> Places:
    """The same, where what all hidden layers have is said once."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for key, value in places.items():
        match = LAYER.fullmatch(key)
        if match and match[1] in OF_ALL_LAYERS:
            found.setdefault(f"network.{match[1]}{match[2]}", []).append((key, value))
    left = dict(places)
    for key, own in found.items():
        if len(own) == layers and all(value == own[0][1] for _, value in own):
            left = {k: v for k, v in left.items() if k not in dict(own)} | {key: own[0][1]}
    return left


def _can_be_written(places: Places) -> bool:
    """A file has no way to say "nothing"."""
    return all(value is not None for value in places.values())


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(own) for key, own in value.items() if own is not None}
    return [_without_none(own) for own in value] if isinstance(value, list) else value


# -- by hand -----------------------------------------------------------------------------------------------------------


def _by_hand(now: Session, after: Session) -> Iterator[Written]:
    """What has acts of its own: single gates, links, and what is frozen."""
    yield from _gates(now.gates.off, after.gates.off)
    for act, gone, own, wanted in (
        ("cut", "uncut", now.network.cut, after.network.cut),
        ("freeze", "thaw", now.network.frozen, after.network.frozen),
    ):
        for name, places in ((gone, _missing(own, wanted)), (act, _missing(wanted, own))):
            if places:
                yield {name: places if len(places) > 1 else places[0]}


def _gates(now: Sequence[str], wanted: Sequence[str]) -> Iterator[Written]:
    for places, on in ((_missing(now, wanted), True), (_missing(wanted, now), False)):
        for text in places:
            place = switch_of(text)
            assert place is not None  # as a session has it
            layer, unit, stroke = place
            yield {"gates": {stroke: on, "layer": layer, "unit": unit + 1}}


def _missing(these: Sequence[str], those: Sequence[str]) -> list[str]:
    """Which of these are not among those."""
    return [text for text in these if text not in those]
