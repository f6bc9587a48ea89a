"""Which samples a session learns from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationError, field_validator, model_serializer
from pydantic import model_validator as validated
from pydantic_core import InitErrorDetails

from twostroke.engine.data import folder, own
from twostroke.engine.data.decoding import Encoding, encoding_called
from twostroke.engine.data.missing import MARKERS
from twostroke.engine.data.names import DATASETS, OWN, DatasetInfo, dataset_named, no_such_dataset
from twostroke.engine.data.painted import Point, read_points
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.data.several_targets import read_targets
from twostroke.engine.data.table_report import TableReport
from twostroke.engine.data.text_table import DELIMITERS
from twostroke.engine.data.typed import Answers, Row, read_answers, read_inputs, read_names
from twostroke.engine.session.phrases import listed, unknown
from twostroke.engine.session.settings.base import Part, Real, Whole, brief
from twostroke.engine.session.settings.elsewhere import named

ALWAYS = ("name", "samples", "noise", "train_share", "features", "seed")
"""Settings that a file always names."""

BELONGS: dict[str, tuple[str, ...]] = {
    "path": ("table", "npz"),
    "target": ("table",),
    "task": ("table", "npz", "points", "rows"),
    "delimiter": ("table",),
    "header": ("table",),
    "missing": ("table",),
    "missing_markers": ("table",),
    "decimal": ("table",),
    "encoding": ("table",),
    "expression": ("expression",),
    "points": ("points",),
    "x": ("rows",),
    "y": ("rows",),
    "x_names": ("rows",),
    "y_names": ("rows",),
}
"""Settings of one's own data -> the datasets that have them. With any other dataset they are refused."""

DEFAULTS: dict[str, dict[str, Any]] = {
    "table": {"scale_target": "standard"},
    "npz": {"scale_target": "standard"},
    "rows": {"scale": "none", "train_share": 1.0},
}
"""Defaults that are other ones for some datasets."""

SCALES = {True: "standard", False: "none"}

Delimiter = Literal["auto", "comma", "semicolon", "tab", "bar", "space"]
SIGNS = {sign: name for name, sign in DELIMITERS.items()}


def _encoding(value: Any) -> Any:
    """As this program calls it; also what Python does."""
    return encoding_called(value) if isinstance(value, str) else value


def _delimiter(value: Any) -> Any:
    """The sign itself may stand for its name."""
    return SIGNS.get(value, value) if isinstance(value, str) else value


def _scale(value: Any) -> Any:
    """True and false may stand for the names."""
    return SCALES[value] if isinstance(value, bool) else value


def _short_number(value: Any) -> Any:
    """Numbers and lists of them, whole ones without a point."""
    if isinstance(value, tuple):
        return [_short_number(item) for item in value]
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


class DataSpec(Part):
    """Which samples, and how they are split."""

    part = "data"

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
        0.5,
        ge=0.1,
        le=1.0,
        title="Training share",
        description="part of the samples used for training; 1 leaves none to test",
    )
    features: tuple[str, ...] = Field(
        (),
        title="Features",
        description="inputs made from x and y, or columns of a table; empty means all that the data have",
    )
    seed: Whole = Field(7, ge=0, le=2**31 - 1, title="Data seed", description="draws and splits the samples")
    path: str = Field("", title="File", description="of a table or of arrays; from the session's folder on")
    target: Annotated[str | tuple[str, ...], BeforeValidator(read_targets)] = Field(
        "",
        title="Target",
        description="the table's column to predict, by name or number, or a list of them; empty means the last",
    )
    task: Literal["auto", "regression", "binary", "classes"] = Field(
        "auto", title="Task", description="whether to predict a value or a class; auto looks at the answers"
    )
    delimiter: Annotated[Delimiter, BeforeValidator(_delimiter)] = Field(
        "auto", title="Delimiter", description="what divides the columns of a table; auto looks at its first rows"
    )
    header: Literal["auto", "yes", "no"] = Field(
        "auto", title="Header", description="whether a table's first row names the columns; auto looks at it"
    )
    missing: Literal["drop_rows", "mean"] = Field(
        "drop_rows",
        title="Missing values",
        description="drop the rows that have one, or take the mean of the column over the training part",
    )
    decimal: Literal["auto", "point", "comma"] = Field(
        "auto", title="Decimal sign", description="in the numbers of a table; auto decides for each column by its cells"
    )
    encoding: Annotated[Encoding, BeforeValidator(_encoding)] = Field(
        "auto", title="Encoding", description="of a table's text; auto looks at its bytes and says what it took"
    )
    missing_markers: Annotated[tuple[Annotated[str, Field(max_length=60)], ...], Field(max_length=100)] = Field(
        MARKERS,
        title="Missing markers",
        description="cells that count as missing values, besides empty ones; capitals or not",
    )
    expression: str = Field(
        "", title="Formula", description="y > f(x) for two classes, y = f(x) or z = f(x, y) for a value"
    )
    points: Annotated[tuple[Point, ...], BeforeValidator(read_points)] = Field(
        (), title="Points", description="points painted by hand, as [x, y, label]; the label is 0 or 1, or a value"
    )
    x: Annotated[tuple[Row, ...], BeforeValidator(read_inputs)] = Field(
        (), title="Inputs by hand", description="rows typed by hand: a list of numbers for each"
    )
    y: Annotated[Answers, BeforeValidator(read_answers)] = Field(
        (), title="Answers by hand", description="one for each row: a number, or a list of them for several outputs"
    )
    x_names: Annotated[tuple[str, ...], BeforeValidator(read_names)] = Field(
        (), title="Names of inputs", description="of the columns of x; empty means x1, x2, ..."
    )
    y_names: Annotated[tuple[str, ...], BeforeValidator(read_names)] = Field(
        (), title="Names of answers", description="of the columns of y"
    )
    scale: Annotated[Literal["standard", "none"], BeforeValidator(_scale)] = Field(
        "standard",
        title="Inputs scaled",
        description="to mean 0 and deviation 1 over the training part; none leaves them as they are",
    )
    scale_target: Annotated[Literal["standard", "none"], BeforeValidator(_scale)] = Field(
        "none",
        title="Target scaled",
        description="a value to predict, for training: to mean 0 and deviation 1 over the training part",
    )
    _found: own.Found | None = PrivateAttr(None)

    @validated(mode="before")
    @classmethod
    def _name_alone(cls, value: Any) -> Any:
        value = named(value)
        name = value.get("name") if isinstance(value, Mapping) else None
        return {**DEFAULTS[name], **value} if isinstance(name, str) and name in DEFAULTS else value

    @field_validator("name")
    @classmethod
    def _canonical(cls, name: str) -> str:
        found = dataset_named(name)
        if found is None and name not in OWN:
            raise ValueError(no_such_dataset(name))
        return found.name if found else name

    @field_validator("path")
    @classmethod
    def _absolute(cls, path: str) -> str:
        return folder.absolute(path) if path else ""

    @validated(mode="after")
    def _known(self) -> DataSpec:
        for key, names in BELONGS.items():
            if self.name not in names and getattr(self, key) != type(self).model_fields[key].default:
                raise ValueError(f"{key} belongs to the dataset {listed(names)}, not to {self.name}; leave it out")
        if len(set(self.features)) != len(self.features):
            raise ValueError("features name one input twice; name each at most once")
        if self.name in OWN:
            self._look()
        if self.name != "table":
            self._check_features()
        return self

    def _look(self) -> None:
        """Find out what one's own data hold, or say at the setting in question why they cannot be used."""
        try:
            self._found = own.find(self)
        except DataProblem as problem:
            error = InitErrorDetails(
                type="value_error",
                loc=(problem.key,),
                input=getattr(self, problem.key),
                ctx={"error": ValueError(problem.text)},
            )
            raise ValidationError.from_exception_data("data", [error]) from problem

    def _check_features(self) -> None:
        if self.features and not self.info.features:
            raise ValueError(f"the dataset {self.name} uses its own columns; leave features empty")
        for feature in self.features:
            if feature not in self.info.features:
                raise ValueError(unknown(f"feature of {self.name}", feature, self.info.features))

    @model_serializer
    def _short(self) -> dict[str, Any]:
        """For a file: what every dataset has, and what else differs from its default."""
        written = brief(self, ALWAYS)
        for key in ("scale", "scale_target"):
            default = DEFAULTS.get(self.name, {}).get(key, type(self).model_fields[key].default)
            written.pop(key, None)
            if getattr(self, key) != default:
                written[key] = getattr(self, key)
        written |= {key: _short_number(written[key]) for key in ("x", "y") if key in written}
        return {**written, "path": folder.for_file(self.path)} if self.path else written

    @property
    def info(self) -> DatasetInfo:
        """Facts about the dataset that do not need its numbers; of one's own data as validation found them.

        No file is read here: the window asks for it with each picture.
        """
        if self.name in DATASETS:
            return DATASETS[self.name]
        if self._found is None or self._found.key != own.key_of(self):
            raise RuntimeError(f"the data {self.name} were copied with other settings, and not validated since")
        return self._found.info

    @property
    def report(self) -> TableReport | None:
        """What was found in one's own table; None for other data."""
        return self._found.report if self._found is not None and self.name == "table" else None

    @property
    def inputs(self) -> int:
        """Width of the network's input."""
        return len(self.features) if self.features and self.info.family != "table" else self.info.inputs

    @property
    def scales_target(self) -> bool:
        """Whether the network learns scaled values instead of those of the data."""
        return self.scale_target == "standard" and self.info.task == "regression"

    @property
    def rows(self) -> int:
        """Samples there are, training and test part together."""
        return self.info.rows or self.samples


def info_of(data: Mapping[str, Any]) -> DatasetInfo | None:
    """The facts about the dataset that a session's `data` describe; None where they describe none."""
    name = data.get("name", "spiral")
    if not isinstance(name, str) or name not in OWN:
        return dataset_named(str(name))
    try:
        return DataSpec.model_validate(data).info
    except ValidationError:
        return None
