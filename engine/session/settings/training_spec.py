"""How a network learns: loss, optimizer, schedule of the learning rate, clipping, penalties."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_serializer, model_validator

from twostroke.engine.catalogue import optimizers
from twostroke.engine.catalogue.losses import LOSSES, Loss, LossName
from twostroke.engine.session.settings.base import Flag, Part, Real, Whole, brief, name_or_brief, spell_out
from twostroke.engine.session.settings.elsewhere import named, translated


class LossSpec(Part):
    """What training lowers; the mean over the mini-batch."""

    part = "loss"

    name: LossName = Field("binary_cross_entropy", title="Loss", description="what training lowers")
    delta: Real = Field(1.0, gt=0, le=100, title="Huber delta", description="where `huber` turns from square to line")

    @property
    def entry(self) -> Loss:
        """The catalogue entry."""
        return LOSSES[self.name]

    @model_validator(mode="before")
    @classmethod
    def _name(cls, value: Any) -> Any:
        return translated("loss", value, tuple(LOSSES))

    @model_serializer
    def _short(self) -> Any:
        return name_or_brief(self)


LearningRate = Annotated[
    Real,
    Field(gt=0, le=100, title="Learning rate", description="length of a step", json_schema_extra={"scale": "log"}),
]
Share = Annotated[Real, Field(ge=0, lt=1)]
Momentum = Annotated[Share, Field(title="Momentum", description="part of the last step that is kept")]
Beta1 = Annotated[Share, Field(title="beta 1", description="memory of the mean of the gradient")]
Beta2 = Annotated[Share, Field(title="beta 2", description="memory of the mean of its square")]
Epsilon = Annotated[Real, Field(gt=0, le=1, title="epsilon", description="keeps the division finite")]


class Sgd(Part):
    """Stochastic gradient descent: v = momentum v + g; w -= rate v. As torch.optim.SGD."""

    part = "optimizer"

    name: Literal["sgd"] = "sgd"
    learning_rate: LearningRate = 0.03
    momentum: Momentum = 0.0
    nesterov: Flag = Field(False, title="Nesterov", description="w -= rate (g + momentum v): looks one step ahead")

    @model_validator(mode="after")
    def _looks_ahead(self) -> "Sgd":
        if self.nesterov and self.momentum == 0.0:
            raise ValueError("nesterov needs a momentum above 0, for example 0.9")
        return self

    @model_serializer
    def _short(self) -> dict[str, Any]:
        return brief(self, ("name", "learning_rate", "momentum"))


class RmsProp(Part):
    """RMSProp (Tieleman and Hinton 2012): divides by the root of a moving mean of g². As torch.optim.RMSprop."""

    part = "optimizer"

    name: Literal["rmsprop"] = "rmsprop"
    learning_rate: LearningRate = 0.01
    alpha: Share = Field(0.99, title="alpha", description="memory of the mean of the squared gradient")
    epsilon: Epsilon = 1e-8
    momentum: Momentum = 0.0


class Adagrad(Part):
    """Adagrad (Duchi et al. 2011): divides by the root of the sum of all g² so far. As torch.optim.Adagrad."""

    part = "optimizer"

    name: Literal["adagrad"] = "adagrad"
    learning_rate: LearningRate = 0.01
    decay: Real = Field(0.0, ge=0, le=10, title="Decay", description="rate / (1 + decay · steps so far)")
    initial: Real = Field(0.0, ge=0, le=100, title="Initial sum", description="what the sum of g² begins with")
    epsilon: Epsilon = 1e-10


class Adam(Part):
    """Adam (Kingma and Ba 2015), as torch.optim.Adam."""

    part = "optimizer"

    name: Literal["adam"] = "adam"
    learning_rate: LearningRate = 0.001
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8


class AdamW(Part):
    """Adam with the decay of weights beside the gradient (Loshchilov and Hutter 2019), as torch.optim.AdamW."""

    part = "optimizer"

    name: Literal["adamw"] = "adamw"
    learning_rate: LearningRate = 0.001
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8
    weight_decay: Real = Field(
        0.01, ge=0, le=10, title="Weight decay", description="each step first shrinks every parameter by rate · decay"
    )


OptimizerSpec = Annotated[
    Sgd | RmsProp | Adagrad | Adam | AdamW,
    Field(discriminator="name", title="Optimizer", description="rule of the update"),
]
OPTIMIZERS: dict[str, type[Part]] = {"sgd": Sgd, "rmsprop": RmsProp, "adagrad": Adagrad, "adam": Adam, "adamw": AdamW}
"""Optimizers by name."""


class Schedule(Part):
    """How the learning rate changes from update to update, as torch.optim.lr_scheduler does with one step an update.

    With t the number of optimizer steps since the warm-up: `step` is StepLR, rate · factorᵗ⁄ᵉᵛᵉʳʸ (whole steps);
    `cosine` is CosineAnnealingLR, from the rate to `minimum` along half a cosine of `updates`, and stays there.
    The warm-up is LinearLR, from rate · warm_up_start to the rate.
    """

    part = "schedule"

    name: Literal["constant", "step", "cosine"] = Field(
        "constant", title="Schedule", description="how the learning rate changes with the updates"
    )
    every: Whole = Field(1_000, ge=1, le=10**9, title="Every", description="updates between two steps of `step`")
    factor: Real = Field(0.1, gt=0, le=1, title="Factor", description="by which `step` multiplies the rate")
    updates: Whole = Field(10_000, ge=1, le=10**9, title="Length", description="updates that `cosine` takes")
    minimum: Real = Field(0.0, ge=0, le=100, title="Minimum", description="learning rate at which `cosine` ends")
    warm_up: Whole = Field(0, ge=0, le=10**9, title="Warm-up", description="updates in which the rate first grows")
    warm_up_start: Real = Field(
        0.01, gt=0, le=1, title="Warm-up from", description="share of the rate with which the warm-up begins"
    )

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, value: Any) -> Any:
        return spell_out(value, {"warm_up": {"name": "constant", "warm_up": 500}})

    @model_serializer
    def _short(self) -> Any:
        return name_or_brief(self)


class Clip(Part):
    """A bound for the gradient of the loss, before penalties: torch.nn.utils.clip_grad_norm_ and clip_grad_value_."""

    part = "clip"

    name: Literal["none", "norm", "value"] = Field(
        "none", title="Gradient clipping", description="`norm` shortens the whole gradient, `value` cuts each number"
    )
    limit: Real = Field(1.0, gt=0, le=1e6, title="Limit", description="largest norm, or largest size of each number")

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, value: Any) -> Any:
        return named(value)

    @model_serializer
    def _short(self) -> Any:
        return name_or_brief(self)


class ClassWeights(Part):
    """How much each class counts in the loss, as the `weight` of PyTorch's losses."""

    name: Literal["none", "balanced", "given"] = Field(
        "none",
        title="Class weights",
        description="`balanced`: rare classes count more, samples / (classes · samples of the class); `given`: a list",
    )
    values: tuple[Annotated[Real, Field(ge=0, le=1_000_000)], ...] = Field(
        (), max_length=1_000, title="Weight of each class", description="for `given`"
    )

    @model_validator(mode="before")
    @classmethod
    def _list_alone(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and value.get("values"):
            value = {"name": "given", **value}
        return {"name": "given", "values": value} if isinstance(value, list | tuple) else named(value)

    @model_validator(mode="after")
    def _complete(self) -> "ClassWeights":
        if self.name != "given" and self.values:
            raise ValueError(f"class_weights are {self.name}, and values are there too; leave the values out")
        if self.name == "given" and (not self.values or min(self.values) < 0 or max(self.values) <= 0):
            raise ValueError("given class weights are a list of numbers from 0, not all of them 0, one for each class")
        return self

    @model_serializer
    def _short(self) -> Any:
        return list(self.values) if self.name == "given" else self.name


class TrainingSpec(Part):
    """How the network learns."""

    part = "training"

    loss: LossSpec = Field(default_factory=LossSpec, title="Loss")
    optimizer: OptimizerSpec = Field(default_factory=Sgd)
    schedule: Schedule = Field(default_factory=Schedule, title="Schedule")
    clip: Clip = Field(default_factory=Clip, title="Gradient clipping")
    class_weights: ClassWeights = Field(default_factory=ClassWeights, title="Class weights")
    batch_size: Whole = Field(10, ge=1, le=65_536, title="Batch size", description="samples in one update")
    shuffle: Flag = Field(True, title="Shuffle", description="a new order of the samples each epoch")
    l1: Real = Field(0.0, ge=0, le=10, title="L1", description="adds l1 · sign(w) to the gradient of each weight")
    l2: Real = Field(0.0, ge=0, le=10, title="L2", description="adds l2 · w to the gradient of each weight")

    @model_validator(mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and "optimizer" in value:
            optimizer = spell_out(value["optimizer"], optimizers.VARIANTS)
            if isinstance(optimizer, Mapping) and "name" not in optimizer:
                optimizer = {"name": "sgd", **optimizer}
            optimizer = translated("optimizer", optimizer, tuple(OPTIMIZERS))
            return {**value, "optimizer": optimizer}
        return value

    @model_serializer
    def _short(self) -> dict[str, Any]:
        return brief(self, ("loss", "optimizer", "batch_size", "shuffle", "l1", "l2"))
