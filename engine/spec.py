"""The session: everything that is needed to repeat a run, as frozen models.

Each setting is declared here once, with its range, default and help; validation, the control panel, the command line
and the documentation all read these declarations. `SessionError` (see `spec_errors`) turns what pydantic finds into
sentences a user can act on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_serializer,
    model_validator,
)

from twostroke.engine import activations
from twostroke.engine.data.names import DATASETS, DatasetInfo, Task, dataset_named
from twostroke.engine.phrases import listed, shown, unknown

MAX_UNITS = 4_096
MAX_LAYERS = 64
MAX_PARAMETERS = 20_000_000
"""Weights and biases; with their gradient and Adam's two memories 640 MB at most."""

MAX_ACTIVATIONS = 20_000_000
"""Activations of one mini-batch; with pre-activations, gains and gradients some 800 MB at most."""

SURVEYED_ROWS = 1_000
"""Rows that the figures over the whole data push through the network at once, whatever the mini-batch."""

SESSION_FORMAT: Final = "twostroke-session"
SESSION_VERSION: Final = 1


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
        given = value.get("name", "relu")
        name = activations.ALIASES.get(given, given) if isinstance(given, str) else ""
        if name not in activations.CATALOGUE:
            raise ValueError(unknown("activation", given, tuple(activations.CATALOGUE)))
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
        limits = f"{parameter.minimum:g} to {parameter.maximum:g}".replace("-", "−")
        raise ValueError(f"{parameter.name} is {shown(value)}; expected a number from {limits}")
    return float(value)


class DataSpec(Part):
    """Which samples, and how they are split."""

    name: str = Field("spiral", title="Dataset", description="the samples to learn")
    samples: Whole = Field(
        500,
        ge=10,
        le=100_000,
        title="Samples",
        description="how many to draw; a table always gives all of its own rows",
    )
    noise: Real = Field(
        0.1, ge=0.0, le=1.0, title="Noise", description="0 gives the clean figure, 1 a mess; tables have their own"
    )
    train_share: Real = Field(
        0.5, ge=0.1, le=0.9, title="Training share", description="part of the samples used for training"
    )
    features: tuple[str, ...] = Field(
        (), title="Features", description="inputs made from x and y; empty means the data's own columns"
    )
    seed: Whole = Field(7, ge=0, le=2**31 - 1, title="Data seed", description="draws and splits the samples")

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, value: Any) -> Any:
        return _named(value)

    @field_validator("name")
    @classmethod
    def _canonical(cls, name: str) -> str:
        found = dataset_named(name)
        if found is None:
            raise ValueError(unknown("dataset", name, tuple(DATASETS)))
        return found.name

    @model_validator(mode="after")
    def _known(self) -> DataSpec:
        if self.features and not self.info.features:
            raise ValueError(f"the dataset {self.name} uses its own columns; leave features empty")
        for feature in self.features:
            if feature not in self.info.features:
                raise ValueError(unknown(f"feature of {self.name}", feature, self.info.features))
        if len(set(self.features)) != len(self.features):
            raise ValueError("features name one input twice; name each at most once")
        return self

    @property
    def info(self) -> DatasetInfo:
        """Facts about the dataset that do not need its numbers."""
        return DATASETS[self.name]

    @property
    def inputs(self) -> int:
        """Width of the network's input."""
        return len(self.features) if self.features else self.info.inputs

    @property
    def rows(self) -> int:
        """Samples there are, training and test part together."""
        return self.info.rows or self.samples


class LayerSpec(Part):
    """One hidden layer."""

    units: Whole = Field(8, ge=1, le=MAX_UNITS, title="Units", description="neurons in the layer")
    activation: ActivationSpec = Field(default_factory=ActivationSpec, validate_default=True)

    @model_validator(mode="after")
    def _hidden(self) -> LayerSpec:
        if self.activation.entry.output_only:
            raise ValueError(
                f"{self.activation.name} compares all units of a layer, and is for the output layer only; use relu here"
            )
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
    mean: Real = Field(0.0, ge=-10, le=10, title="Mean", description="of `normal`")
    std: Real = Field(1.0, ge=0, le=10, title="Standard deviation", description="of `normal`")
    low: Real = Field(0.0, ge=-10, le=10, title="Low", description="lower end of `uniform`")
    high: Real = Field(1.0, ge=-10, le=10, title="High", description="upper end of `uniform`")

    @model_validator(mode="before")
    @classmethod
    def _aliases(cls, value: Any) -> Any:
        value = _named(value)
        short = {"xavier": "xavier_uniform", "he": "he_normal", "lecun": "lecun_normal"}
        name = value.get("name") if isinstance(value, Mapping) else None
        return {**value, "name": short[name]} if isinstance(name, str) and name in short else value

    @model_validator(mode="after")
    def _ordered(self) -> Init:
        if self.low > self.high:
            raise ValueError(f"low is {self.low:g}, above high, which is {self.high:g}; expected low <= high")
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
    seed: Whole = Field(
        1, ge=0, le=2**31 - 1, title="Weight seed", description="draws the weights and the sample order"
    )
    dtype: Literal["float32", "float64"] = Field(
        "float32", title="Precision", description="of every number that training computes"
    )


class LossSpec(Part):
    """What training lowers; the mean over the mini-batch."""

    name: Literal["mse", "mae", "huber", "binary_cross_entropy", "cross_entropy"] = Field(
        "binary_cross_entropy", title="Loss", description="what training lowers"
    )
    delta: Real = Field(1.0, gt=0, le=100, title="Huber delta", description="where `huber` turns from square to line")

    @model_validator(mode="before")
    @classmethod
    def _name(cls, value: Any) -> Any:
        return _named(value)

    @model_serializer
    def _short(self) -> Any:
        return {"name": self.name, "delta": self.delta} if self.name == "huber" and self.delta != 1.0 else self.name


LearningRate = Annotated[
    Real,
    Field(gt=0, le=100, title="Learning rate", description="length of a step", json_schema_extra={"scale": "log"}),
]
Share = Annotated[Real, Field(ge=0, lt=1)]


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
    epsilon: Real = Field(1e-8, gt=0, le=1, title="epsilon", description="keeps the division finite")


OptimizerSpec = Annotated[Sgd | Adam, Field(discriminator="name", title="Optimizer", description="rule of the update")]


class TrainingSpec(Part):
    """How the network learns."""

    loss: LossSpec = Field(default_factory=LossSpec, title="Loss")
    optimizer: OptimizerSpec = Field(default_factory=Sgd)
    batch_size: Whole = Field(10, ge=1, le=65_536, title="Batch size", description="samples in one update")
    shuffle: Flag = Field(True, title="Shuffle", description="a new order of the samples each epoch")
    l1: Real = Field(0.0, ge=0, le=10, title="L1", description="adds l1 · sign(w) to the gradient of each weight")
    l2: Real = Field(0.0, ge=0, le=10, title="L2", description="adds l2 · w to the gradient of each weight")

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

    forward: Flag = Field(True, title="Forward stroke", description="off: a = z, while the gradient still meets f'(z)")
    backward: Flag = Field(
        True, title="Backward stroke", description="off: dL/dz = dL/da, while the signal still meets f"
    )


class ViewSpec(Part):
    """What the picture is about; it never changes a number."""

    sample: Whole = Field(0, ge=0, le=100_000, title="Pinned sample", description="row of the training part")


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
        if self.activation_count > MAX_ACTIVATIONS:
            raise ValueError(
                f"a mini-batch has {self.activation_count:,} activations; expected at most {MAX_ACTIVATIONS:,}: "
                "use a smaller training.batch_size or smaller layers"
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

    @property
    def activation_count(self) -> int:
        """Activations that the largest batch of rows fills; a batch never holds more rows than there are."""
        rows = min(max(self.training.batch_size, SURVEYED_ROWS), self.data.rows)
        return rows * sum(self.widths[1:])


FITTING = {"regression": ("identity", "mse"), "binary": ("sigmoid", "binary_cross_entropy"),
           "classes": ("softmax", "cross_entropy")}  # fmt: skip
"""Task -> output activation and loss that are taken where a session names neither."""


def _fill_output_and_loss(value: Any) -> Any:
    """Where a session leaves out the output activation or the loss, take the ones that fit the data and each other."""
    if not isinstance(value, Mapping):
        return value
    data, network, training = (value.get(key, {}) for key in ("data", "network", "training"))
    data = data.model_dump() if isinstance(data, DataSpec) else _named(data)
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
        better = "identity" if loss in ("mse", "mae", "huber") else "identity, and the loss mse"
        return f"network.output.activation softmax needs classes, and this data asks for a number; use {better}"
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
