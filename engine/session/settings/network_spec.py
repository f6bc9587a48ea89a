"""The network's layers: units, gates, normalizer, dropout, skip paths, penalties, and how weights begin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from pydantic import Field, SerializerFunctionWrapHandler, field_validator, model_serializer, model_validator

from twostroke.engine.catalogue.initializers import ALIASES, INITIALIZERS, InitName
from twostroke.engine.session.phrases import counted, shown
from twostroke.engine.session.settings.base import (
    ActivationSpec,
    Part,
    Real,
    Whole,
    brief,
    name_or_brief,
)
from twostroke.engine.session.settings.elsewhere import translated
from twostroke.engine.session.settings.given import given

MAX_UNITS = 4_096
MAX_LAYERS = 64


NormName = Literal["none", "batch", "layer"]


class NormSpec(Part):
    """What is done to the weighted sums of a layer before its gates. As torch.nn.BatchNorm1d and LayerNorm."""

    part = "norm"

    name: NormName = Field(
        "none",
        title="Normalizer",
        description="gives the sums mean 0 and variance 1: `batch` each unit over the mini-batch, `layer` each sample "
        "over the units; then a learned scale and shift",
    )
    momentum: Real = Field(
        0.1,
        gt=0,
        le=1,
        title="Norm momentum",
        description="share of the newest mini-batch in `batch`'s running figures",
    )
    epsilon: Real = Field(1e-5, gt=0, le=1, title="Norm epsilon", description="added to the variance")

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, value: Any) -> Any:
        return translated("norm", value, get_args(NormName))

    @model_serializer
    def _short(self) -> Any:
        return name_or_brief(self)


class Penalties(Part):
    """What a layer may have of its own: penalties on its weights, and a skip path."""

    skip: Whole | None = Field(
        None,
        ge=0,
        title="Skip from",
        description="adds the output of that earlier layer before the gate, through a learned projection where widths "
        "differ; 0 is the input",
    )
    l1: Real | None = Field(None, ge=0, le=10, title="Layer L1", description="in place of the training's L1")
    l2: Real | None = Field(None, ge=0, le=10, title="Layer L2", description="in place of the training's L2")


class LayerSpec(Penalties):
    """One hidden layer: weighted sum, normalizer, skip path, gate, dropout."""

    part = "layer"

    units: Whole = Field(8, ge=1, le=MAX_UNITS, title="Units", description="neurons in the layer")
    activation: ActivationSpec = Field(default_factory=ActivationSpec, validate_default=True)
    neurons: tuple[ActivationSpec, ...] = Field(
        (),
        max_length=MAX_UNITS,
        title="Activation of each neuron",
        description="one for each unit; empty: every unit has the layer's",
    )
    norm: NormSpec = Field(default_factory=NormSpec, title="Normalizer")
    dropout: Real = Field(
        0.0, ge=0, lt=1, title="Dropout", description="share of the outputs that an update silences at random"
    )

    @model_validator(mode="before")
    @classmethod
    def _list_of_activations(cls, value: Any) -> Any:
        """A list as `activation` gives each neuron its own; the layer's is then the first."""
        each = value.get("neurons", ()) if isinstance(value, Mapping) else ()
        if not isinstance(each, list | tuple):
            raise ValueError(
                f"neurons is {shown(each)}; how many there are is called units, and neurons is a list with an "
                "activation for each"
            )
        if isinstance(value, Mapping) and isinstance(value.get("activation"), list | tuple) and value["activation"]:
            if value.get("neurons"):
                raise ValueError("activation is a list, and neurons is there too; keep one of them")
            each = value["activation"]
            return {"units": len(each), **value, "activation": each[0], "neurons": tuple(each)}
        return value

    @model_validator(mode="after")
    def _hidden(self) -> LayerSpec:
        for activation in (self.activation, *self.neurons):
            if activation.entry.output_only:
                raise ValueError(
                    f"{activation.name} compares all units of a layer, and is for the output layer only; use relu here"
                )
        if self.neurons and len(self.neurons) != self.units:
            raise ValueError(
                f"neurons names {counted(len(self.neurons), 'activation', 'activations')} for "
                f"{counted(self.units, 'unit', 'units')}; expected one for each"
            )
        return self

    @property
    def gates(self) -> tuple[ActivationSpec, ...]:
        """The activation of each unit."""
        return self.neurons or (self.activation,) * self.units

    @model_serializer
    def _short(self) -> dict[str, Any]:
        return brief(self, ("units", "activation"))


class OutputSpec(Penalties):
    """The output layer; its number of units follows from the data."""

    activation: ActivationSpec = Field(default_factory=ActivationSpec, validate_default=True)

    @model_serializer
    def _short(self) -> dict[str, Any]:
        return brief(self, ("activation",))


class Init(Part):
    """How weights begin; biases begin at 0. As PyTorch's `nn.init` functions of the same name."""

    part = "init"

    name: InitName = Field("he_normal", title="Initialisation", description="distribution of the weights at the start")
    mean: Real = Field(0.0, ge=-10, le=10, title="Mean", description="of `normal`")
    std: Real = Field(1.0, ge=0, le=10, title="Standard deviation", description="of `normal`")
    low: Real = Field(0.0, ge=-10, le=10, title="Low", description="lower end of `uniform`")
    high: Real = Field(1.0, ge=-10, le=10, title="High", description="upper end of `uniform`")
    gain: Literal["usual", "activation"] = Field(
        "usual",
        title="Gain",
        description="`usual`: the name's own, root 2 for he and 1 for the others; `activation`: the one that suits "
        "each layer's activation, as torch.nn.init.calculate_gain; `zeros`, `normal` and `uniform` take none",
    )

    @model_validator(mode="before")
    @classmethod
    def _aliases(cls, value: Any) -> Any:
        value = translated("init", value, (*INITIALIZERS, *ALIASES))
        name = value.get("name") if isinstance(value, Mapping) else None
        return {**value, "name": ALIASES[name]} if isinstance(name, str) and name in ALIASES else value

    @model_validator(mode="after")
    def _ordered(self) -> Init:
        if self.low > self.high:
            raise ValueError(f"low is {self.low:g}, above high, which is {self.high:g}; expected low <= high")
        return self

    @model_serializer
    def _short(self) -> Any:
        return name_or_brief(self)


class NetworkSpec(Part):
    """A dense network."""

    part = "network"

    layers: tuple[LayerSpec, ...] = Field(
        (LayerSpec(), LayerSpec()), max_length=MAX_LAYERS, title="Hidden layers", description="from input to output"
    )
    output: OutputSpec = Field(default_factory=OutputSpec)
    init: Init = Field(default_factory=Init, title="Initialisation")
    seed: Whole = Field(
        1, ge=0, le=2**31 - 1, title="Weight seed", description="draws the weights and the sample order"
    )
    dtype: Literal["float32", "float64"] = Field(
        "float32", title="Precision", description="of every number that training computes"
    )
    parameters: dict[str, Any] = Field(
        {},
        title="Parameters",
        description="those that update 0 starts from, by the keys of a trace; `init` draws the others",
    )
    frozen: tuple[str, ...] = Field(
        (),
        title="Frozen",
        description="parameters that no update changes, by key, or one number of them, as l1.weight[0,1]",
    )
    cut: tuple[str, ...] = Field(
        (),
        title="Cut",
        description="links that carry nothing on either stroke, as l2.weight[1,0], and hidden units that send nothing "
        "and get no gradient, as l1.unit[1]",
    )

    @field_validator("parameters", mode="before")
    @classmethod
    def _given(cls, value: Any) -> dict[str, Any]:
        return given(value)

    @model_serializer(mode="wrap")
    def _without_what_is_not_given(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        told: dict[str, Any] = write(self)
        for key in ("parameters", "frozen", "cut"):
            if not getattr(self, key):
                told.pop(key, None)
        return told

    @model_validator(mode="after")
    def _skips(self) -> NetworkSpec:
        for number, layer in enumerate((*self.layers, self.output), start=1):
            if layer.skip is not None and layer.skip >= number:
                place = f"layers[{number - 1}]" if number <= len(self.layers) else "output"
                reach = "0, the input" if number == 1 else f"a layer from 0, the input, to {number - 1}"
                raise ValueError(f"{place}.skip is {layer.skip}, which is not an earlier layer; expected {reach}")
        return self
