"""Which places of a session a race can vary, and the session with other values in them.

A place is written as its path in a session file, `training.optimizer.learning_rate`; what is said of `network` alone
(`network.units`) holds for all hidden layers, and `network.depth` is their number.
"""

import copy
import re
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from twostroke.engine.catalogue import activations
from twostroke.engine.catalogue.other_keys import key_found
from twostroke.engine.race.values import RaceProblem, Value, text_of
from twostroke.engine.session.phrases import nearest, path, shown
from twostroke.engine.session.renumbering import renumbered, renumbered_gates
from twostroke.engine.session.settings.data_spec import BELONGS
from twostroke.engine.session.spec import (
    MAX_LAYERS,
    OPTIMIZERS,
    ActivationSpec,
    DataSpec,
    GatesSpec,
    LayerSpec,
    NetworkSpec,
    Part,
    Session,
    TrainingSpec,
)

Vary = Mapping[str, Sequence[Value]]
Steps = tuple[str | int, ...]

DEPTH, LAYERS, SEED = "network.depth", "network.layers", "network.seed"

OF_ALL_LAYERS = ("units", "activation", "norm", "dropout", "l1", "l2")
"""Settings of a layer that `network.` stands for, in all hidden layers."""

ROOTS: dict[str, type[Part]] = {"data": DataSpec, "network": NetworkSpec, "training": TrainingSpec, "gates": GatesSpec}


# -- which places there are ------------------------------------------------------------------------------------------


def key_problem(key: str, depth: int) -> str | None:
    """Why a race cannot vary this place in a session of so many hidden layers, as a sentence; None where it can."""
    if key == SEED:
        return f"{SEED} is what --seeds counts on from; leave it out of --vary."
    known = dict(_places(depth))
    if key in known:
        return None
    owner, _, last = key.rpartition(".")
    found = key_found(known.get(owner, ""), "", last)
    if found is not None:
        return f"unknown key {_quoted(key)}; {found.but}." if found.but else _no_key(key, f"{owner}.{found.ours}")
    guess = nearest(key, known)
    return _no_key(key, guess) if guess else f"unknown key {_quoted(key)}; expected a path in the session, as {DEPTH}."


def _no_key(key: str, guess: str) -> str:
    return f"unknown key {_quoted(key)}; did you mean {guess}?"


def _quoted(key: str) -> str:
    return key if re.fullmatch(r"[\w.\[\]]{1,60}", key) else shown(key)


def _places(depth: int) -> Iterator[tuple[str, str]]:
    """All paths, each with what the table of other libraries' keys calls the part that stands there, if any does."""
    yield DEPTH, ""
    for name in OF_ALL_LAYERS:
        yield from _below(f"network.{name}", LayerSpec.model_fields[name].annotation)
    for name, part in ROOTS.items():
        yield from (place for place in _below(name, part) if place[0] != "network")
    for index in range(depth):
        yield from _below(f"{LAYERS}[{index}]", LayerSpec)


def _below(place: str, annotation: Any) -> Iterator[tuple[str, str]]:
    options = _options(annotation)
    yield place, next((option.part for option in options if _is_part(option)), "")
    for option in options:
        if option is ActivationSpec:
            yield f"{place}.name", ""
            yield from ((f"{place}.{p.name}", "") for entry in activations.CATALOGUE.values() for p in entry.parameters)
        elif _is_part(option):
            for key, field in option.model_fields.items():
                yield from _below(f"{place}.{key}", field.annotation)


def _is_part(option: Any) -> bool:
    return isinstance(option, type) and issubclass(option, Part)


def _options(annotation: Any) -> tuple[Any, ...]:
    """The kinds of value that an annotation allows."""
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return tuple(kind for option in get_args(annotation) for kind in _options(option))
    return (annotation,)


# -- the session with other values -----------------------------------------------------------------------------------


def written(session: Session) -> dict[str, Any]:
    """The session as its file says it, without weights; what follows from the rest stays out, where nobody said it."""
    told = session.model_dump(mode="json", exclude={"weights"})
    if "activation" not in session.network.output.model_fields_set:
        del told["network"]["output"]["activation"]
    optimizer, loss = session.training.optimizer, session.training.loss
    said = {"name", *optimizer.model_fields_set}
    told["training"]["optimizer"] = {k: v for k, v in told["training"]["optimizer"].items() if k in said}
    if "name" not in loss.model_fields_set:
        told["training"]["loss"] = {"delta": loss.delta}
    return told


def varied(session: Session, chosen: Mapping[str, Value]) -> dict[str, Any]:
    """The session, as a file would say it, with these values in their places. Raises RaceProblem.

    What stands for more comes first: a layer's own value counts, whatever all layers have.
    """
    told = written(session)
    for key in sorted(chosen, key=_rank):
        value = copy.deepcopy(chosen[key])
        if key == DEPTH:
            _set_depth(told, session.network, value)
            continue
        steps = steps_of(key)
        for place in _everywhere(told, steps) if _of_all_layers(steps) else (steps,):
            _put(told, place, value)
    return told


def _rank(key: str) -> tuple[int, int]:
    steps = steps_of(key)
    level = 0 if key == LAYERS or len(steps) == 1 else 1 if key == DEPTH else 2 if _of_all_layers(steps) else 3
    return level, len(steps)


def steps_of(key: str) -> Steps:
    """`network.layers[0].units` is ("network", "layers", 0, "units")."""
    return tuple(int(step) if step.isdecimal() else step for step in re.findall(r"\w+", key))


def _of_all_layers(steps: Steps) -> bool:
    return steps[0] == "network" and steps[1:2] != () and steps[1] in OF_ALL_LAYERS


def _everywhere(told: Mapping[str, Any], steps: Steps) -> Iterator[Steps]:
    layers = told["network"]["layers"]
    for index in range(len(layers) if isinstance(layers, list) else 0):
        yield ("network", "layers", index, *steps[1:])


def _set_depth(told: dict[str, Any], network: NetworkSpec, value: Value) -> None:
    """So many hidden layers: the first ones, or the last one again. What names the output by its number follows."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or value not in range(MAX_LAYERS + 1):
        raise RaceProblem(f"{DEPTH} is {shown(value)}; expected a whole number from 0 to {MAX_LAYERS}")
    value = int(value)  # 2.0 is 2, as in a file
    layers = told["network"]["layers"]
    if not isinstance(layers, list):
        return
    before = len(layers)
    last = layers[-1] if layers else {}
    told["network"]["layers"] = [*layers[:value], *(copy.deepcopy(last) for _ in range(value - before))]

    def moved(layer: int) -> int | None:
        return value + 1 if layer > before else layer if layer <= value else None

    if len(network.layers) == before:
        told["network"] |= renumbered(network, moved)
        if told.get("gates", {}).get("off"):
            told["gates"]["off"] = renumbered_gates(told["gates"]["off"], moved)
    output = told["network"]["output"]
    if output.get("skip") is not None and output["skip"] > value:
        del output["skip"]


def _put(told: dict[str, Any], steps: Steps, value: Value) -> None:
    *way, last = steps
    owner: Any = told
    for place, step in enumerate(way):
        if step == "activation" and "neurons" in owner:
            whole = path(steps[: place + 1])
            raise RaceProblem(f"{whole} is not used, as each neuron has its own; vary {whole} as a whole")
        owner = _into(owner, steps[: place + 1])
    if last == "activation":
        owner.pop("neurons", None)  # all of them have it
    if last == "units" and isinstance(value, int) and "neurons" in owner:
        added = [owner["activation"]] * max(0, value - len(owner["neurons"]))
        owner["neurons"] = [*owner["neurons"], *added][: max(0, value)]
    if last == "name" and isinstance(value, str):
        for key in [key for key in owner if not _belongs(key, str(way[-1]), value)]:
            del owner[key]
    owner[last] = value


def _into(owner: Any, place: Steps) -> Any:
    """What stands in a place, as an object: a name alone stands for one, and nothing for its defaults."""
    step = place[-1]
    if isinstance(step, int):
        if not isinstance(owner, list) or step >= len(owner):
            raise RaceProblem(f"there is no {path(place)} then")
        inner: Any = owner[step]
    else:
        inner = owner.get(step) or {}
    if isinstance(inner, str):
        inner = {"name": inner}
    if step == "class_weights" and isinstance(inner, list):
        inner = {"values": inner}
    if not isinstance(inner, dict) and step != "layers":
        raise RaceProblem(f"{path(place)} is {shown(inner)}; expected an object in braces")
    owner[step] = inner
    return inner


def _belongs(key: str, part: str, name: str) -> bool:
    """Whether a setting may stay where the name beside it changes."""
    if part == "optimizer" and name in OPTIMIZERS:
        return key in OPTIMIZERS[name].model_fields
    if part == "data":
        return name in BELONGS.get(key, (name,))
    if part == "activation" and name in activations.CATALOGUE:
        return key == "name" or key in {p.name for p in activations.CATALOGUE[name].parameters}
    return True


def vary_problem(key: str, values: Sequence[Value]) -> str | None:
    """What is wrong with the values for a place, as a sentence; None where nothing is."""
    if not values or "" in values:
        return f"{key} has an empty value; expected {key}=A,B,C."
    told = [text_of(value) for value in values]
    twice = next((text for text in told if told.count(text) > 1), None)
    return f"{key} has the value {twice} twice; expected each once." if twice else None
