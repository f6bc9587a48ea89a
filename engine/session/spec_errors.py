"""From what pydantic finds wrong in a session to sentences a user can act on.

A problem names the key by its path, the value, and what was expected; the expectation is read from the declarations
of `engine/session/spec.py`, so that it cannot say anything else than what is checked.
"""

import math
import re
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from twostroke.engine.catalogue.other_keys import key_found
from twostroke.engine.session.phrases import counted, listed, nearest, path, shown, true_minus
from twostroke.engine.session.settings.elsewhere import no_such
from twostroke.engine.session.settings.given import MAX_GIVEN, TOO_MANY
from twostroke.engine.session.spec import (
    MAX_LAYERS,
    MAX_UNITS,
    OPTIMIZERS,
    SESSION_FORMAT,
    SESSION_VERSION,
    WRONG_KIND,
    ActivationSpec,
    ClassWeights,
    Clip,
    DataSpec,
    Init,
    LossSpec,
    NormSpec,
    Part,
    Schedule,
    Session,
)

Location = tuple[str | int, ...]

RULES: dict[str, type[Part]] = OPTIMIZERS
"""Pydantic puts an optimizer's name into the place of an error, where no file has it."""

GIVEN: Location = ("network", "parameters")

OPTIMIZER: tuple[str, ...] = ("training", "optimizer")

HOMES: tuple[Location, ...] = (
    (), ("data",), ("network",), ("network", "layers", 0), ("network", "output"), ("training",), OPTIMIZER, ("gates",),
    ("view",),
)  # fmt: skip
"""Objects whose keys are looked for where one stands in the wrong place."""

MAX_ENTRIES = MAX_UNITS
"""Entries of one list or object: no list of a session is longer than the activations of a layer's neurons."""

MAX_VALUES = 20_000
"""Values of a whole session: every layer with all parameters of its activation, and some wide layers with an
activation for each neuron."""

MAX_DEPTH = 8
"""Objects within objects: `network.layers[0].activation.name` is the deepest key."""

HALVES = re.compile("[\ud800-\udfff]")
"""Halves of characters, which JSON can write and Unicode has not."""

NAMED = (ActivationSpec, ClassWeights, Clip, DataSpec, Init, LossSpec, NormSpec, Schedule)
"""Parts that a name alone can stand for."""


@dataclass(frozen=True)
class Said:
    """In an annotation: what a field takes, in words, where its type alone does not say it well."""

    words: str


class SessionError(ValueError):
    """A session that cannot be. The message is for the user; `problems` holds one entry for each thing wrong."""

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems or (message,)


def parse_session(data: Any, where: str) -> Session:
    """The session that `data` (as read from JSON) describes; `where` names its origin, e.g. a file, in messages.

    Raises SessionError: the first problem in full, and how many more there are.
    """
    problems = list(_foreign(data)) or list(_unfit(data))
    if not problems:
        try:
            return Session.model_validate(data)
        except ValidationError as error:
            problems = problems_of(error, Session)
    raise SessionError(told(where, problems), tuple(problems))


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """What pydantic found wrong in data for `model`, each as part of a sentence.

    What is missing comes last: a misspelt key explains it.
    """
    found = sorted(error.errors(include_url=False), key=lambda details: details["type"] == "missing")
    return [_problem(details, model) for details in found]


def told(where: str, problems: Sequence[str]) -> str:
    """The first problem in full, with where it is, and how many more there are."""
    first, *others = problems
    text = f"{where}: {first}"
    text += "" if text.endswith("?") else "."
    if others:
        text += f" {counted(len(others), 'more problem follows', 'more problems follow')}."
    return text


def _foreign(data: Any) -> Iterator[str]:
    """Whether `data` is a session of this version at all."""
    if not isinstance(data, Mapping):
        yield f"expected a session, which is an object in braces, and found {shown(data)}"
        return
    if "format" not in data:
        yield f'the key format is missing; a session begins with "format": "{SESSION_FORMAT}"'
    elif data["format"] != SESSION_FORMAT:
        yield f'format is {shown(data["format"])}; expected "{SESSION_FORMAT}"'
    elif "version" not in data:
        yield f'the key version is missing; this program writes "version": {SESSION_VERSION}'
    else:
        version = data["version"]
        whole = isinstance(version, int | float) and not isinstance(version, bool) and math.isfinite(version)
        if whole and version > SESSION_VERSION:
            yield (
                f"version is {shown(version)}, made by a newer version of the program; "
                f"this one reads version {SESSION_VERSION}"
            )
        elif not whole or version != SESSION_VERSION:
            yield f"version is {shown(version)}; expected {SESSION_VERSION}"


def _unfit(data: Any) -> Iterator[str]:
    """The first place where `data` is larger than any session, or no text; found before a model is built of it."""
    waiting: list[tuple[Location, Any]] = [((), data)]
    seen = given = 0
    while waiting:
        place, value = waiting.pop()
        if place[:2] == GIVEN:
            given += not isinstance(value, Mapping | list | tuple)
        else:
            seen += 1
        if given > MAX_GIVEN:
            yield f"network.parameters has {TOO_MANY}"
            return
        if not isinstance(value, Mapping | list | tuple):
            continue
        if len(place) > MAX_DEPTH:
            yield f"{path(place[:3])} is nested more than {MAX_DEPTH} levels deep; a session is not"
            return
        limit = MAX_LAYERS if place[-1:] == ("layers",) else MAX_GIVEN if place[:2] == GIVEN else MAX_ENTRIES
        if len(value) > limit:
            beyond = f"{len(value):,} entries; expected at most {limit:,}" if place[:2] != GIVEN else TOO_MANY
            yield f"{path(place) or 'the session'} has {beyond}"
            return
        if seen > MAX_VALUES:
            yield f"the session has more than {MAX_VALUES:,} values; expected far fewer"
            return
        for key, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            if isinstance(key, str) and not _is_text(key):
                yield f"{path(place) or 'the session'} has the key {shown(key)}, which is no text"
                return
            waiting.append(((*place, key if isinstance(key, int) else str(key)), item))


def _is_text(key: str) -> bool:
    """Whether a key is Unicode; JSON can also write halves of characters."""
    return HALVES.search(key) is None


def _problem(details: ErrorDetails, root: type[BaseModel]) -> str:
    """One thing that is wrong, as part of a sentence."""
    place = tuple(part for i, part in enumerate(details["loc"]) if details["loc"][:i] != OPTIMIZER or part not in RULES)
    kind, value = details["type"], details["input"]
    if kind == "extra_forbidden":
        return _unknown_key(place, _model(details["loc"][:-1], root))
    if kind.startswith("union_tag"):
        name = value.get("name") if isinstance(value, Mapping) else value
        return f"{path(place)}: {no_such('optimizer', name, tuple(RULES))}"
    if kind == "value_error" and str(details["ctx"]["error"]) != WRONG_KIND:
        said = str(details["ctx"]["error"])
        return f"{path(place)}: {said}" if place else said
    annotation, limits = _declaration(details["loc"], root)
    if kind == "missing":
        return f"the key {path(place)} is missing; expected {_expected(annotation, limits)}"
    if kind == "literal_error" and isinstance(value, str):
        owner = place[:-1] if place[-1] == "name" else place
        return f"{path(owner)}: {no_such(str(owner[-1]), value, get_args(_bare(annotation)))}"
    return f"{path(place)} is {shown(value)}; expected {_expected(annotation, limits)}"


def _unknown_key(place: Location, owner: type[BaseModel]) -> str:
    """That a key is not known, with the nearest one that is."""
    known = tuple(field.alias or name for name, field in owner.model_fields.items())
    key = str(place[-1])
    elsewhere = key_found(*_entry_of(owner), key)
    if elsewhere is not None and elsewhere.but:
        return f"unknown key {path(place)}; {elsewhere.but}"
    homes = [home for home in _homes().get(key, ()) if home != path(place)]  # other optimizers know it there
    guess = nearest(key, known)
    said = f"did you mean {guess}?" if guess else f"expected {listed(known)}"
    if place == ("network", "output", "units"):
        said = "the number of outputs follows from the data"
    elif homes and issubclass(owner, Part):
        said = f"it is {listed(homes)} here"
    return f"unknown key {path(place)}; {said}"


@cache
def _homes() -> dict[str, tuple[str, ...]]:
    """Each key of a session, and the places that know it."""
    found: dict[str, tuple[str, ...]] = {}
    for place in HOMES:
        models = RULES.values() if place == OPTIMIZER else [_model(tuple(p for p in place if p != 0), Session)]
        for key in {field.alias or name: None for model in models for name, field in model.model_fields.items()}:
            if key != "name":
                found[key] = (*found.get(key, ()), path((*place, key)))
    return found


def _entry_of(owner: type[BaseModel]) -> tuple[str, str]:
    """What the table of other libraries' keys calls a model, and the entry of a catalogue that it is of, if any."""
    name = owner.model_fields["name"].default if "name" in owner.model_fields else ""
    return (owner.part if issubclass(owner, Part) else ""), str(name)


def _model(location: Location, root: type[BaseModel]) -> type[BaseModel]:
    """The model of the object at a place that pydantic names (with the optimizer's name behind `optimizer`)."""
    found: Any = root
    for part in location:
        if isinstance(part, int):
            continue  # an entry of a list: the list's declaration has already led to the entry's model
        found = RULES[part] if part in RULES else _bare(_field(found, part).annotation)
        while get_origin(found) is tuple:
            found = _bare(get_args(found)[0])
    model: type[BaseModel] = found
    return model


def _field(model: type[BaseModel], key: str) -> FieldInfo:
    """The field that a file calls `key`, which may be a word that no Python name can be."""
    fields = model.model_fields
    return fields[key] if key in fields else next(field for field in fields.values() if field.alias == key)


def _declaration(location: Location, root: type[BaseModel]) -> tuple[Any, tuple[Any, ...]]:
    """Type and limits of the value at a place."""
    *parents, last = location
    if isinstance(last, int):
        entry = get_args(_declaration(tuple(parents), root)[0])[0]
        remarks = get_args(entry)[1:] if get_origin(entry) is Annotated else ()
        return entry, tuple(limit for remark in remarks for limit in getattr(remark, "metadata", (remark,)))
    field = _field(_model(tuple(parents), root), last)
    return field.annotation, tuple(field.metadata)


def _expected(annotation: Any, limits: tuple[Any, ...]) -> str:
    """What a field takes, in words: kind and range."""
    for said in (limit for limit in limits if isinstance(limit, Said)):
        return said.words
    annotation = _bare(annotation)
    if annotation in (int, float):
        return f"{'a whole number' if annotation is int else 'a number'} {_range(limits)}".rstrip()
    if annotation is bool:
        return "true or false"
    if annotation is str:
        most = next((limit.max_length for limit in limits if isinstance(limit, MaxLen)), None)
        return f"a name in quotes, of at most {most:,} characters" if most else "a name in quotes"
    if get_origin(annotation) is Literal:
        return listed(str(name) for name in get_args(annotation))
    if get_origin(annotation) is tuple:
        return "a list in square brackets"
    if annotation in NAMED or get_args(annotation):
        return "a name in quotes, or an object with a name and settings"
    return "an object in braces"


def _bare(annotation: Any) -> Any:
    """A type without the remarks around it, and without the None that leaving it out stands for."""
    if get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation):
        annotation = next(option for option in get_args(annotation) if option is not type(None))
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _range(limits: tuple[Any, ...]) -> str:
    """The limits of a number: "from 1 to 4,096", "above 0 and at most 100"."""
    low = high = ""
    for limit in limits:
        if isinstance(limit, Ge):
            low = f"from {_limit(limit.ge)}"
        elif isinstance(limit, Gt):
            low = f"above {_limit(limit.gt)}"
        elif isinstance(limit, Le):
            high = f"to {_limit(limit.le)}" if low.startswith("from") else f"and at most {_limit(limit.le)}"
        elif isinstance(limit, Lt):
            high = f"to below {_limit(limit.lt)}"
    return f"{low} {high}".strip()


def _limit(value: Any) -> str:
    text = f"{value:,}" if isinstance(value, int) else f"{value:g}"
    return true_minus(text)
