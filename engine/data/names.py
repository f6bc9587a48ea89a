"""What is known of each dataset before any of its numbers: the session model validates against this table."""

import re
from dataclasses import dataclass
from typing import Literal

from twostroke.engine.session.phrases import shown, unknown

Task = Literal["regression", "binary", "classes"]
Family = Literal["plane", "line", "table"]

FEATURES: tuple[str, ...] = ("x", "y", "x^2", "y^2", "x*y", "sin(x)", "sin(y)")
"""Inputs that can be made from a point of the plane."""

LINE_FEATURES: tuple[str, ...] = ("x", "x^2", "sin(x)")
"""Inputs that can be made from a point of the line."""


@dataclass(frozen=True)
class DatasetInfo:
    """One dataset: where it lives (plane, line or table), what it asks, how wide it is."""

    name: str
    title: str
    family: Family
    task: Task
    inputs: int
    classes: int = 0
    image: tuple[int, int] | None = None
    help: str = ""
    rows: int = 0  # of a table; the others are drawn, as many as one likes
    columns: tuple[str, ...] = ()  # of one's own table: the columns that can be inputs
    outputs: int = 1  # values that each row asks for, where the task is regression
    output_names: tuple[str, ...] = ()  # of these values, where they have names

    @property
    def features(self) -> tuple[str, ...]:
        """Inputs a user can choose from: of a table the columns that can be used, none where all always are."""
        return {"plane": FEATURES, "line": LINE_FEATURES, "table": self.columns}[self.family]

    @property
    def picture(self) -> Family:
        """Over what the answers are drawn: typed rows with two inputs lie in a plane, where one figure answers them."""
        flat = self.inputs == 2 and self.outputs == 1 and self.classes in (0, 2)
        return "plane" if self.name == "rows" and flat else self.family


@dataclass(frozen=True)
class OwnSource:
    """A dataset that its user brings along; what it holds is known only when it has been read."""

    name: str
    title: str
    help: str


def _plane(name: str, title: str, help: str, task: Task = "binary") -> DatasetInfo:
    return DatasetInfo(name, title, "plane", task, 2, 2 if task == "binary" else 0, help=help)


def _line(name: str, title: str, help: str) -> DatasetInfo:
    return DatasetInfo(name, title, "line", "regression", 1, help=help)


_INFOS = (
    _plane("circle", "Circle", "a disc inside a ring"),
    _plane("xor", "Exclusive or", "opposite quarters of the plane belong together"),
    _plane("gauss", "Two clouds", "two Gaussian clouds"),
    _plane("spiral", "Spiral", "two arms wound around each other"),
    _plane("moons", "Moons", "two interleaved half circles"),
    _plane("checkerboard", "Checkerboard", "a board of four by four fields"),
    _plane("fraud", "Fraud", "a few frauds, 1 in 25, beside a crowd of ordinary cases"),
    _line("parabola", "Parabola", "y = x²"),
    _line("sine", "Sine", "y = sin(πx)"),
    _line("absolute", "Absolute value", "y = |x|"),
    _line("step", "Step", "y = 1 where x > 0, else 0"),
    _plane("reg-plane", "Tilted plane", "a value that grows along the diagonal", "regression"),
    _plane("reg-gauss", "Gaussian hills", "a value with hills and hollows", "regression"),
    DatasetInfo("market", "Market", "table", "regression", 8,
                help="a noisy series: the next return from the last 8, tested on later days"),
    DatasetInfo("iris", "Iris", "table", "classes", 4, 3, help="150 flowers, 4 measures, 3 species", rows=150),
    DatasetInfo("wine", "Wine", "table", "classes", 13, 3, help="178 wines, 13 analyses, 3 growers", rows=178),
    DatasetInfo("breast_cancer", "Breast cancer", "table", "binary", 30, 2,
                help="569 tumours, 30 measures, benign or not", rows=569),
    DatasetInfo("digits", "Digits", "table", "classes", 64, 10, (8, 8),
                help="1,797 handwritten digits, 8 × 8 pixels", rows=1797),
)  # fmt: skip

DATASETS: dict[str, DatasetInfo] = {info.name: info for info in _INFOS}
"""Datasets that their name alone describes."""

OWN: dict[str, OwnSource] = {
    source.name: source
    for source in (
        OwnSource("expression", "Formula", "points labelled by a formula of your own"),
        OwnSource("points", "Painted points", "points of the plane, painted by hand"),
        OwnSource("rows", "Rows by hand", "a truth table or the sample of a textbook, typed by hand"),
        OwnSource("table", "Own table", "a CSV or TSV file: one row a sample, one column to predict"),
        OwnSource("npz", "Own arrays", "an NPZ file with the arrays x and y"),
    )
}
"""Datasets that need more than their name: a formula, points, a file."""


def dataset_named(name: str) -> DatasetInfo | None:
    """The dataset of that name; `-` and `_` are taken for the same. None for one's own, and where there is none."""
    folded = name.replace("-", "_")
    return next((info for info in _INFOS if info.name.replace("-", "_") == folded), None)


_DIGITS = "the nearest here is digits, whose pictures have 8 × 8 pixels"
_NOT_HERE = "it does not come with the program: save it as CSV, and open that as a table"
OF_OTHERS: dict[str, str] = {
    **dict.fromkeys(("mnist", "mnist784", "fashionmnist", "emnist", "kmnist", "olivettifaces"), _DIGITS),
    **dict.fromkeys(("blobs", "gaussian", "gaussians"), "the nearest here is gauss, which has two groups"),
    **dict.fromkeys(
        ("boston", "bostonhousing", "californiahousing", "housing", "diabetes", "titanic", "adult", "penguins", "imdb",
         "cifar10", "cifar100", "covtype", "linnerud"),
        _NOT_HERE,
    ),
}  # fmt: skip
"""What to say of datasets that other libraries have, by their names without joints and without load, make or fetch."""


def no_such_dataset(name: str) -> str:
    """That there is no dataset of that name, and what there is."""
    plain = re.sub(r"^(?:load|make|fetch)_|[_\W]", "", name[:80].casefold())
    if plain in OF_OTHERS:
        return f"unknown dataset {shown(name)}; {OF_OTHERS[plain]}"
    return unknown("dataset", name, (*DATASETS, *OWN))
