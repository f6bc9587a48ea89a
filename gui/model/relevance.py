"""Which settings of a part of the session have an effect at present."""

from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel

from twostroke.engine.catalogue.initializers import INITIALIZERS
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.session.spec import ClassWeights, Clip, Init, LossSpec, NormSpec, Schedule, Sgd


def relevant(model: BaseModel) -> tuple[str, ...]:
    """The settings of `model` that have an effect at present, e.g. `mean` and `std` for the `normal` distribution."""
    only = ONLY_WITH.get(type(model), {})
    others = now_and_then(type(model))
    shown = {*only.get(str(getattr(model, "name", "")), ()), *_in_use(model)}
    return tuple(name for name in type(model).model_fields if name not in others or name in shown)


def now_and_then(model: type[BaseModel]) -> frozenset[str]:
    """The settings that do not always have an effect."""
    return frozenset(field for fields in ONLY_WITH.get(model, {}).values() for field in fields)


ONLY_WITH: dict[type[BaseModel], dict[str, tuple[str, ...]]] = {
    Init: {entry.name: entry.settings for entry in INITIALIZERS.values()},
    LossSpec: {entry.name: entry.settings for entry in LOSSES.values()},
    NormSpec: {"batch": ("momentum", "epsilon"), "layer": ("epsilon",)},
    Schedule: {"step": ("every", "factor"), "cosine": ("updates", "minimum"), "": ("warm_up_start",)},
    Clip: {"norm": ("limit",), "value": ("limit",)},
    ClassWeights: {"given": ("values",)},
    Sgd: {"": ("nesterov",)},
}
"""Part -> name chosen in it -> settings that matter with that name; under "" those that depend on something else."""


def places(model: type[BaseModel], names: Sequence[str]) -> dict[str, int]:
    """The row of each setting in a form. Settings of which only one name's are shown take turns in the same rows, so
    that nothing below moves when another name is chosen; what several names share comes first.
    """
    turns = [[f for f in fields if f in names] for name, fields in ONLY_WITH.get(model, {}).items() if name]
    shared = Counter(field for fields in turns for field in fields)
    found: dict[str, int] = {}
    row = 0
    for name in names:
        if name in found:
            continue
        if name not in shared:
            found[name], row = row, row + 1
            continue
        for fields in turns:
            in_order = sorted(fields, key=lambda field: -shared[field])
            found.update({field: row + place for place, field in enumerate(in_order)})
        row += max(len(fields) for fields in turns)
    return found


def _in_use(model: BaseModel) -> tuple[str, ...]:
    if isinstance(model, Schedule):
        return ("warm_up_start",) if model.warm_up else ()
    return ("nesterov",) if isinstance(model, Sgd) and model.momentum else ()
