"""The session: everything that is needed to repeat a run, as frozen models.

Each setting is declared here once, with its range, default and help; validation, the control panel, the command line
and the documentation all read these declarations. `SessionError` (see `spec_errors`) turns what pydantic finds into
sentences a user can act on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_serializer, model_validator

from twostroke.engine import activations
from twostroke.engine.data.names import DATASETS, DatasetInfo, Task, dataset_named

MAX_UNITS = 4_096
MAX_LAYERS = 64
MAX_PARAMETERS = 50_000_000

SESSION_FORMAT = "twostroke-session"
SESSION_VERSION = 1


class Part(BaseModel):
    """Base of all parts of a session: frozen, and strict about keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _named(value: Any) -> Any:
    """A name alone stands for the object with its defaults."""
    return {"name": value} if isinstance(value, str) else value


class ActivationSpec(BaseModel):
    """An activation's name and the parameters its catalogue entry declares, e.g. `negative_slope`."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)

    name: str = Field("relu", title="Activation", description="the gate of each neuron of the layer")

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, value: Any) -> Any:
        value = _named(value)
        if not isinstance(value, Mapping):
            return value
        name = str(value.get("name", "relu"))
        name = activations.ALIASES.get(name, name)
        if name not in activations.CATALOGUE:
            raise ValueError(f"unknown activation {name!r}; expected one of {', '.join(activations.CATALOGUE)}")
        known = {p.name: p for p in activations.CATALOGUE[name].parameters}
        for key in value:
            if key != "name" and key not in known:
                takes = ", ".join(known) or "no parameters"
                raise ValueError(f"unknown key {key!r} of activation {name}; it takes {takes}")
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
            raise ValueError(f"{parameter.name} is {value!r}; expected one of {', '.join(parameter.choices)}")
        return str(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{parameter.name} is {value!r}; expected a finite number")
    if not parameter.minimum <= value <= parameter.maximum:
        raise ValueError(f"{parameter.name} is {value!r}; expected {parameter.minimum:g} to {parameter.maximum:g}")
    return float(value)


class DataSpec(Part):
    """Which samples, and how they are split."""

    name: str = Field("spiral", title="Dataset", description="the samples to learn")
    samples: int = Field(500, ge=10, le=100_000, title="Samples", description="how many to draw; tables have their own")
    noise: float = Field(
        0.1, ge=0.0, le=1.0, title="Noise", description="spread of the samples, as a share of the plane"
    )
    train_share: float = Field(
        0.5, ge=0.1, le=0.9, title="Training share", description="part of the samples used for training"
    )
    features: tuple[str, ...] = Field(
        (), title="Features", description="inputs made from x and y; empty means the data's own columns"
    )
    seed: int = Field(7, ge=0, le=2**31 - 1, title="Data seed", description="draws and splits the samples")

    @field_validator("name")
    @classmethod
    def _canonical(cls, name: str) -> str:
        found = dataset_named(name)
        if found is None:
            raise ValueError(f"unknown dataset {name!r}; expected one of {', '.join(DATASETS)}")
        return found.name

    @model_validator(mode="after")
    def _known(self) -> DataSpec:
        for feature in self.features:
            if feature not in self.info.features:
                raise ValueError(
                    f"dataset {self.name} has no feature {feature!r}; expected {', '.join(self.info.features)}"
                    if self.info.features
                    else f"dataset {self.name} uses its own columns; leave features empty"
                )
        if len(set(self.features)) != len(self.features):
            raise ValueError("features name one input twice")
        return self

    @property
    def info(self) -> DatasetInfo:
        """Facts about the dataset that do not need its numbers."""
        return DATASETS[self.name]

    @property
    def inputs(self) -> int:
        """Width of the network's input."""
        return len(self.features) if self.features else self.info.inputs


class LayerSpec(Part):
    """One hidden layer."""

    units: int = Field(8, ge=1, le=MAX_UNITS, title="Units", description="neurons in the layer")
    activation: ActivationSpec = Field(default_factory=ActivationSpec, validate_default=True)

    @model_validator(mode="after")
    def _hidden(self) -> LayerSpec:
        if self.activation.entry.output_only:
            raise ValueError(f"{self.activation.name} is for the output layer only")
        return self


class OutputSpec(Part):
    """The output layer; its number of units follows from the data."""

    activation: ActivationSpec = Field(default_factory=ActivationSpec, validate_default=True)


class Init(Part):
    """How weights begin; biases begin at 0. As PyTorch's `nn.init` functions of the same name."""

    name: Literal[
        "zeros", "normal", "uniform", "xavier_normal", "xavier_uniform", "he_normal", "he_uniform",
        "lecun_normal", "lecun_uniform",
    ] = Field("he_normal", title="Initialisation", description="distribution of the weights at the start")  # fmt: skip
    mean: float = Field(0.0, ge=-10, le=10, title="Mean", description="of `normal`")
    std: float = Field(1.0, ge=0, le=10, title="Standard deviation", description="of `normal`")
    low: float = Field(0.0, ge=-10, le=10, title="Low", description="lower end of `uniform`")
    high: float = Field(1.0, ge=-10, le=10, title="High", description="upper end of `uniform`")

    @model_validator(mode="before")
    @classmethod
    def _aliases(cls, value: Any) -> Any:
        value = _named(value)
        short = {"xavier": "xavier_uniform", "he": "he_normal", "lecun": "lecun_normal"}
        if isinstance(value, Mapping) and value.get("name") in short:
            return {**value, "name": short[value["name"]]}
        return value

    @model_validator(mode="after")
    def _ordered(self) -> Init:
        if self.low > self.high:
            raise ValueError(f"low is {self.low}, above high, which is {self.high}; expected low <= high")
        return self

    @model_serializer
    def _short(self) -> Any:
        given = {k: getattr(self, k) for k in ("mean", "std", "low", "high")}
        same = all(given[k] == type(self).model_fields[k].default for k in given)
        return self.name if same else {"name": self.name, **given}


class NetworkSpec(Part):
    """A dense network."""

    layers: tuple[LayerSpec, ...] = Field(
        (LayerSpec(), LayerSpec()), max_length=MAX_LAYERS, title="Hidden layers", description="from input to output"
    )
    output: OutputSpec = Field(default_factory=OutputSpec)
    init: Init = Field(default_factory=Init, title="Initialisation")
    seed: int = Field(1, ge=0, le=2**31 - 1, title="Weight seed", description="draws the weights and the sample order")
    dtype: Literal["float32", "float64"] = Field(
        "float32", title="Precision", description="of every number that training computes"
    )


class LossSpec(Part):
    """What training lowers; the mean over the mini-batch."""

    name: Literal["mse", "mae", "huber", "binary_cross_entropy", "cross_entropy"] = Field(
        "binary_cross_entropy", title="Loss", description="what training lowers"
    )
    delta: float = Field(1.0, gt=0, le=100, title="Huber delta", description="where `huber` turns from square to line")

    @model_validator(mode="before")
    @classmethod
    def _name(cls, value: Any) -> Any:
        return _named(value)

    @model_serializer
    def _short(self) -> Any:
        return {"name": self.name, "delta": self.delta} if self.name == "huber" and self.delta != 1.0 else self.name


LearningRate = Annotated[
    float,
    Field(gt=0, le=100, title="Learning rate", description="length of a step", json_schema_extra={"scale": "log"}),
]
Share = Annotated[float, Field(ge=0, lt=1)]


class Sgd(Part):
    """Stochastic gradient descent: v = momentum v + g; w -= rate v. As torch.optim.SGD."""

    name: Literal["sgd"] = "sgd"
    learning_rate: LearningRate = 0.03
    momentum: Share = Field(0.0, title="Momentum", description="part of the last step that is kept")


class Adam(Part):
    """Adam (Kingma and Ba 2015), as torch.optim.Adam."""

    name: Literal["adam"] = "adam"
    learning_rate: LearningRate = 0.001
    beta1: Share = Field(0.9, title="beta 1", description="memory of the mean of the gradient")
    beta2: Share = Field(0.999, title="beta 2", description="memory of the mean of its square")
    epsilon: float = Field(1e-8, gt=0, le=1, title="epsilon", description="keeps the division finite")


OptimizerSpec = Annotated[Sgd | Adam, Field(discriminator="name", title="Optimizer", description="rule of the update")]


class TrainingSpec(Part):
    """How the network learns."""

    loss: LossSpec = Field(default_factory=LossSpec, title="Loss")
    optimizer: OptimizerSpec = Field(default_factory=Sgd)
    batch_size: int = Field(10, ge=1, le=65_536, title="Batch size", description="samples in one update")
    shuffle: bool = Field(True, title="Shuffle", description="a new order of the samples each epoch")
    l1: float = Field(0.0, ge=0, le=10, title="L1", description="adds l1 · sign(w) to the gradient of each weight")
    l2: float = Field(0.0, ge=0, le=10, title="L2", description="adds l2 · w to the gradient of each weight")

    @model_validator(mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and "optimizer" in value:
            optimizer = _named(value["optimizer"])
            if isinstance(optimizer, Mapping) and "name" not in optimizer:
                optimizer = {"name": "sgd", **optimizer}
            return {**value, "optimizer": optimizer}
        return value


class GatesSpec(Part):
    """Which stroke passes the gates of the hidden layers."""

    forward: bool = Field(True, title="Forward stroke", description="off: a = z, while the gradient still meets f'(z)")
    backward: bool = Field(
        True, title="Backward stroke", description="off: dL/dz = dL/da, while the signal still meets f"
    )


class ViewSpec(Part):
    """What the picture is about; it never changes a number."""

    sample: int = Field(0, ge=0, le=100_000, title="Pinned sample", description="row of the training part")


class Session(Part):
    """Data, network, training, gates and view: all that is needed to repeat a run bit for bit."""

    format: Literal["twostroke-session"] = SESSION_FORMAT
    version: Literal[1] = SESSION_VERSION
    data: DataSpec = Field(default_factory=DataSpec, title="Data")
    network: NetworkSpec = Field(default_factory=NetworkSpec, title="Network")
    training: TrainingSpec = Field(default_factory=TrainingSpec, title="Training")
    gates: GatesSpec = Field(default_factory=GatesSpec, title="Gates")
    view: ViewSpec = Field(default_factory=ViewSpec, title="View")

    @model_validator(mode="before")
    @classmethod
    def _fitting_defaults(cls, value: Any) -> Any:
        return _fill_output_and_loss(value)

    @model_validator(mode="after")
    def _possible(self) -> Session:
        problem = pairing_problem(self.task, self.outputs, self.network.output.activation.name, self.training.loss.name)
        if problem:
            raise ValueError(problem)
        if self.parameter_count > MAX_PARAMETERS:
            raise ValueError(
                f"the network has {self.parameter_count:,} weights; expected at most {MAX_PARAMETERS:,}: "
                "use fewer or smaller layers"
            )
        return self

    @property
    def task(self) -> Task:
        """What kind of answer the data asks for."""
        return self.data.info.task

    @property
    def outputs(self) -> int:
        """Units of the output layer: one per class; one for a number or for two classes (two under softmax)."""
        classes = self.data.info.classes
        if self.task == "regression":
            return 1
        return 1 if classes == 2 and self.network.output.activation.name != "softmax" else classes

    @property
    def widths(self) -> tuple[int, ...]:
        """Inputs, hidden units, outputs."""
        return (self.data.inputs, *(layer.units for layer in self.network.layers), self.outputs)

    @property
    def parameter_count(self) -> int:
        """Weights and biases."""
        w = self.widths
        return sum(w[i + 1] * (w[i] + 1) for i in range(len(w) - 1))


FITTING = {"regression": ("identity", "mse"), "binary": ("sigmoid", "binary_cross_entropy"),
           "classes": ("softmax", "cross_entropy")}  # fmt: skip
"""Task -> output activation and loss that are taken where a session names neither."""


def _fill_output_and_loss(value: Any) -> Any:
    """Where a session leaves out the output activation or the loss, take the ones that fit the data and each other."""
    if not isinstance(value, Mapping):
        return value
    data, network, training = (value.get(key, {}) for key in ("data", "network", "training"))
    data = data.model_dump() if isinstance(data, DataSpec) else data
    if not (isinstance(data, Mapping) and isinstance(network, Mapping) and isinstance(training, Mapping)):
        return value
    output = network.get("output", {})
    output = _named(output)
    if isinstance(output, Mapping) and "name" in output:  # "softmax" alone, for {"activation": "softmax"}
        output = {"activation": output}
    given_activation = _name_of(output.get("activation")) if isinstance(output, Mapping) else None
    given_loss = _name_of(training.get("loss"))
    info = dataset_named(str(data.get("name", "spiral")))
    activation, loss = FITTING[info.task if info else "binary"]
    if given_activation is None and given_loss is not None:
        activation = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}.get(given_loss, activation)
        if given_loss in ("mse", "mae", "huber") and activation == "softmax":
            activation = "sigmoid"
    if given_loss is None and given_activation is not None:
        by_output = {"softmax": "cross_entropy", "sigmoid": "binary_cross_entropy"}
        loss = by_output.get(given_activation, "mse") if not info or info.task != "regression" else "mse"
    if given_activation is None and isinstance(output, Mapping):
        network = {**network, "output": {**output, "activation": activation}}
    elif isinstance(output, Mapping):
        network = {**network, "output": output}
    if given_loss is None:
        training = {**training, "loss": loss}
    return {**value, "network": network, "training": training}


def _name_of(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("name")
    if isinstance(value, ActivationSpec | LossSpec):
        value = value.name
    return None if value is None else activations.ALIASES.get(str(value), str(value))


def pairing_problem(task: Task, outputs: int, activation: str, loss: str) -> str | None:
    """Why an output activation, a loss and a task cannot go together, with a proposal; None where they can."""
    if activation == "softmax" and task == "regression":
        return "network.output.activation softmax needs classes, and this data asks for a number; use identity"
    if loss == "cross_entropy" and task == "regression":
        return "training.loss cross_entropy needs classes, and this data asks for a number; use mse"
    if loss == "binary_cross_entropy" and task == "regression":
        return "training.loss binary_cross_entropy needs classes, and this data asks for a number; use mse"
    if loss == "cross_entropy" and activation != "softmax":
        return f"training.loss cross_entropy needs the output activation softmax, not {activation}; use softmax"
    if loss == "binary_cross_entropy" and activation != "sigmoid":
        better = "cross_entropy" if activation == "softmax" else "mse"
        return (
            f"training.loss binary_cross_entropy needs the output activation sigmoid, not {activation}; "
            f"use sigmoid, or the loss {better}"
        )
    return None
