"""The session: everything that is needed to repeat a run, as frozen models.

Each setting is declared once, here and in `engine/settings/`, with its range, default and help; validation, the
control panel, the command line and the documentation all read these declarations. `SessionError` (see `spec_errors`)
turns what pydantic finds into sentences a user can act on.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from twostroke.engine.data.names import Task
from twostroke.engine.session.cutting import cut_problem
from twostroke.engine.session.parameters import frozen_problem, parameters_problem
from twostroke.engine.session.phrases import shown
from twostroke.engine.session.settings.base import WRONG_KIND, ActivationSpec, Flag, Part, Real, Whole
from twostroke.engine.session.settings.data_spec import DataSpec
from twostroke.engine.session.settings.network_spec import (
    MAX_LAYERS,
    MAX_UNITS,
    Init,
    LayerSpec,
    NetworkSpec,
    NormSpec,
    OutputSpec,
)
from twostroke.engine.session.settings.pairing import (
    FITTING,
    class_weight_problem,
    fill_output_and_loss,
    pairing_problem,
)
from twostroke.engine.session.settings.training_spec import (
    OPTIMIZERS,
    Adagrad,
    Adam,
    AdamW,
    ClassWeights,
    Clip,
    LossSpec,
    RmsProp,
    Schedule,
    Sgd,
    TrainingSpec,
)
from twostroke.engine.session.settings.view_spec import ViewSpec
from twostroke.engine.session.switched_gates import off_problem

__all__ = [
    "FITTING",
    "MAX_ACTIVATIONS",
    "MAX_LAYERS",
    "MAX_PARAMETERS",
    "MAX_UNITS",
    "OPTIMIZERS",
    "SESSION_FORMAT",
    "SESSION_VERSION",
    "SURVEYED_ROWS",
    "WRONG_KIND",
    "ActivationSpec",
    "Adagrad",
    "Adam",
    "AdamW",
    "ClassWeights",
    "Clip",
    "DataSpec",
    "Flag",
    "GatesSpec",
    "Init",
    "LayerSpec",
    "LossSpec",
    "NetworkSpec",
    "NormSpec",
    "OutputSpec",
    "Part",
    "Real",
    "RmsProp",
    "Schedule",
    "Session",
    "Sgd",
    "TrainingSpec",
    "ViewSpec",
    "WeightsSpec",
    "Whole",
    "pairing_problem",
]

MAX_PARAMETERS = 20_000_000
"""Weights and biases; with their gradient and Adam's two memories 640 MB at most."""

MAX_ACTIVATIONS = 20_000_000
"""Activations of one mini-batch; with pre-activations, gains and gradients some 800 MB at most."""

SURVEYED_ROWS = 1_000
"""Rows that the figures over the whole data push through the network at once, whatever the mini-batch."""

SESSION_FORMAT: Final = "twostroke-session"
SESSION_VERSION: Final = 1


class GatesSpec(Part):
    """Which stroke passes the gates of the hidden layers."""

    forward: Flag = Field(True, title="Forward stroke", description="off: a = z, while the gradient still meets f'(z)")
    backward: Flag = Field(
        True, title="Backward stroke", description="off: dL/dz = dL/da, while the signal still meets f"
    )
    off: tuple[str, ...] = Field(
        (),
        title="Gates switched off",
        description='of single hidden neurons on one stroke, "l1.unit[2].backward"; the others stay on',
    )

    @model_serializer(mode="wrap")
    def _without_what_is_not_there(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        told: dict[str, Any] = write(self)
        if not self.off:
            told.pop("off", None)
        return told


class WeightsSpec(Part):
    """The file beside the session's that holds its weights, and its digest; both empty where there is none."""

    file: str = Field("", title="Weights", description="a safetensors file in the folder of the session's")
    sha256: str = Field("", title="Digest", description="SHA-256 of that file, in hexadecimal digits")

    @model_validator(mode="after")
    def _sound(self) -> WeightsSpec:
        plain = self.file.isprintable() and not {*self.file} & {*"/\\"} and self.file.endswith(".safetensors")
        if self.file and not plain:
            raise ValueError(f"file is {shown(self.file)}; expected the name of a .safetensors file in the same folder")
        if bool(self.file) != (len(self.sha256) == 64 and {*self.sha256} <= {*"0123456789abcdef"}):
            raise ValueError("sha256 belongs to no file; expected the 64 hexadecimal digits that the program wrote")
        return self


class Session(Part):
    """Data, network, training, gates and view: all that is needed to repeat a run bit for bit."""

    format: Literal["twostroke-session"] = SESSION_FORMAT
    version: Literal[1] = SESSION_VERSION
    data: DataSpec = Field(default_factory=DataSpec, title="Data")
    network: NetworkSpec = Field(default_factory=NetworkSpec, title="Network")
    training: TrainingSpec = Field(default_factory=TrainingSpec, title="Training")
    gates: GatesSpec = Field(default_factory=GatesSpec, title="Gates")
    view: ViewSpec = Field(default_factory=ViewSpec, title="View")
    weights: WeightsSpec = Field(default_factory=WeightsSpec, title="Weights")

    @model_serializer(mode="wrap")
    def _without_empty_weights(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        told: dict[str, Any] = write(self)
        if not self.weights.file:
            told.pop("weights", None)
        return told

    @model_validator(mode="wrap")
    @classmethod
    def _fitting_defaults(cls, value: Any, validate: ModelWrapValidatorHandler[Session]) -> Session:
        """What is filled in does not count as set (`model_fields_set`): it follows when the rest changes."""
        value, filled = fill_output_and_loss(value)
        session = validate(value)
        if "output" in filled:
            session.network.output.model_fields_set.discard("activation")
        if "loss" in filled:
            session.training.loss.model_fields_set.discard("name")
        return session

    @model_validator(mode="after")
    def _possible(self) -> Session:
        problem = pairing_problem(self.task, self.network.output.activation.name, self.training.loss.name)
        problem = problem or class_weight_problem(self.data.info, self.training)
        if problem:
            raise ValueError(problem)
        if self.training.batch_size == 1 and any(layer.norm.name == "batch" for layer in self.network.layers):
            raise ValueError(
                "training.batch_size is 1, and a mini-batch of one sample has no variance for the normalizer batch; "
                "use 2 or more, or the normalizer layer"
            )
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
        for problem_of in (parameters_problem, frozen_problem, cut_problem):
            problem = problem_of(self.network, self.widths)
            if problem:
                raise ValueError(problem)
        problem = off_problem(self.gates.off, self.widths)
        if problem:
            raise ValueError(problem)
        return self

    @property
    def task(self) -> Task:
        """What kind of answer the data asks for."""
        return self.data.info.task

    @property
    def outputs(self) -> int:
        """Units of the output layer: one per class, or per value; one for two classes (two under softmax)."""
        classes = self.data.info.classes
        if self.task == "regression":
            return self.data.info.outputs
        return 1 if classes == 2 and not self.network.output.activation.entry.output_only else classes

    @property
    def widths(self) -> tuple[int, ...]:
        """Inputs, hidden units, outputs."""
        return (self.data.inputs, *(layer.units for layer in self.network.layers), self.outputs)

    @property
    def parameter_count(self) -> int:
        """All that training changes, except the learned parameters of activations."""
        w = self.widths
        layers = (*self.network.layers, self.network.output)
        count = sum(w[i + 1] * (w[i] + 1) for i in range(len(w) - 1))
        count += sum(2 * layer.units for layer in self.network.layers if layer.norm.name != "none")
        return count + sum(
            w[number] * w[layer.skip]
            for number, layer in enumerate(layers, start=1)
            if layer.skip is not None and w[number] != w[layer.skip]
        )

    @property
    def activation_count(self) -> int:
        """Activations that the largest batch of rows fills; a batch never holds more rows than there are."""
        rows = min(max(self.training.batch_size, SURVEYED_ROWS), self.data.rows)
        return rows * sum(self.widths[1:])


SETTINGS = ("data", "network", "training", "gates")
"""Parts of a session that are settings; its view and its file of weights are not."""


def same_settings(one: Session, other: Session) -> bool:
    """Whether two sessions differ in nothing that changes a number."""
    return all(getattr(one, part) == getattr(other, part) for part in SETTINGS)
