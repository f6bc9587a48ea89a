"""Which samples a session learns from."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator, model_validator

from twostroke.engine.data.names import DATASETS, DatasetInfo, dataset_named
from twostroke.engine.phrases import unknown
from twostroke.engine.settings.base import Part, Real, Whole, named


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
        return named(value)

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
