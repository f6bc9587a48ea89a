"""What all parts of a session have in common: strict models, and the kinds of value they hold."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_serializer, model_validator

from twostroke.engine.catalogue import activations
from twostroke.engine.catalogue.other_keys import renamed
from twostroke.engine.session.phrases import listed, shown, true_minus
from twostroke.engine.session.settings.elsewhere import named, no_such, translated

WRONG_KIND = "wrong kind"
"""Stands for a sentence that spec_errors makes from the declaration of the field."""


def _number(value: Any) -> Any:
    """Pydantic would take "8" and true for numbers; a file that mixes them up has a mistake in it. 8.0 is 8."""
    if isinstance(value, bool | str | bytes):
        raise ValueError(WRONG_KIND)
    return value


def _flag(value: Any) -> Any:
    """True or false, and not 1 or "yes"."""
    if not isinstance(value, bool):
        raise ValueError(WRONG_KIND)
    return value


Whole = Annotated[int, BeforeValidator(_number)]
Real = Annotated[float, BeforeValidator(_number)]
Flag = Annotated[bool, BeforeValidator(_flag)]


class Part(BaseModel):
    """Base of all parts of a session: frozen, and strict about keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    part: ClassVar[str] = ""
    """What the tables of other libraries' keys call it."""

    @model_validator(mode="before")
    @classmethod
    def _keys_from_elsewhere(cls, value: Any) -> Any:
        return renamed(cls.part, value, value.get("name", "")) if cls.part and isinstance(value, Mapping) else value


def spell_out(value: Any, short: Mapping[str, Mapping[str, Any]]) -> Any:
    """An object with a name, where `short` may know the name as an abbreviation of several settings."""
    value = named(value)
    name = value.get("name") if isinstance(value, Mapping) else None
    return {**value, **short[name], **_without_name(value)} if isinstance(name, str) and name in short else value


def _without_name(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key != "name"}


def brief(part: BaseModel, always: tuple[str, ...]) -> dict[str, Any]:
    """The settings of `part` for a file: those in `always`, and every other one that is not at its default."""
    fields = type(part).model_fields
    others = (key for key in fields if key not in always)
    differ = (k for k in others if getattr(part, k) != fields[k].get_default(call_default_factory=True))
    return {key: getattr(part, key) for key in (*always, *differ)}


def name_or_brief(part: BaseModel) -> Any:
    """For a file: the name alone where all other settings have their defaults, else the name and those that differ."""
    found = brief(part, ("name",))
    return found["name"] if len(found) == 1 else found


class ActivationSpec(BaseModel):
    """An activation's name and the parameters its catalogue entry declares, e.g. `negative_slope`."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)

    name: str = Field("relu", title="Activation", description="the gate of each neuron of the layer")

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, value: Any) -> Any:
        value = translated("activation", value, (*activations.CATALOGUE, *activations.ALIASES))
        if not isinstance(value, Mapping):
            return value
        given = value.get("name", "relu")
        name = activations.meant(given, value) if isinstance(given, str) else ""
        if name not in activations.CATALOGUE:
            raise ValueError(no_such("activation", given, tuple(activations.CATALOGUE)))
        known = {p.name: p for p in activations.CATALOGUE[name].parameters}
        for key in value:
            if key != "name" and key not in known:
                takes = f"it takes {listed(known)}" if known else "it takes no parameters"
                raise ValueError(f"unknown key {shown(key)} of activation {name}; {takes}")
        complete = {key: _checked(p, value.get(key, p.default)) for key, p in known.items()}
        return {"name": name, **complete}

    @property
    def params(self) -> dict[str, float | str]:
        """The parameters by name, complete with defaults."""
        return dict(self.__pydantic_extra__ or {})

    @property
    def entry(self) -> activations.Activation:
        """The catalogue entry."""
        return activations.CATALOGUE[self.name]

    @property
    def numbers(self) -> tuple[float, ...]:
        """The parameters as the kernels take them."""
        return self.entry.numbers(self.params)

    @model_serializer
    def _short(self) -> Any:
        """Written as the name alone where every parameter has its default."""
        defaults = {p.name: p.default for p in self.entry.parameters}
        return self.name if self.params == defaults else {"name": self.name, **self.params}


def _checked(parameter: activations.Parameter, value: Any) -> float | str:
    if parameter.choices:
        if value not in parameter.choices:
            raise ValueError(f"{parameter.name} is {shown(value)}; expected {listed(parameter.choices)}")
        return str(value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not parameter.minimum <= value <= parameter.maximum:
        limits = true_minus(f"{parameter.minimum:g} to {parameter.maximum:g}")
        raise ValueError(f"{parameter.name} is {shown(value)}; expected a number from {limits}")
    return float(value)
