"""Which settings of a part of the session have an effect at present."""

from pydantic import BaseModel

from twostroke.engine.catalogue.initializers import INITIALIZERS
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.session.spec import ClassWeights, Clip, Init, LossSpec, NormSpec, Schedule, Sgd


def relevant(model: BaseModel) -> tuple[str, ...]:
    """The settings of `model` that have an effect at present, e.g. `mean` and `std` for the `normal` distribution."""
    only = ONLY_WITH.get(type(model), {})
    others = {field for fields in only.values() for field in fields}
    shown = {*only.get(str(getattr(model, "name", "")), ()), *_in_use(model)}
    return tuple(name for name in type(model).model_fields if name not in others or name in shown)


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


def _in_use(model: BaseModel) -> tuple[str, ...]:
    if isinstance(model, Schedule):
        return ("warm_up_start",) if model.warm_up else ()
    return ("nesterov",) if isinstance(model, Sgd) and model.momentum else ()
