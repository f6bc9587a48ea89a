"""Real measurements that are installed with scikit-learn, so that they need no network and no download."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of a table (n, columns), the class of each (n,), and what columns and classes are called."""

    rows: NDArray[np.float64]
    labels: NDArray[np.int64]
    columns: tuple[str, ...]
    classes: tuple[str, ...]


PROVENANCE: dict[str, str] = {
    "iris": "150 irises measured by E. Anderson, published by R. A. Fisher (1936)",
    "wine": "178 Italian wines of three growers, analysed by M. Forina et al. (1991)",
    "breast_cancer": "569 tumours of patients in Wisconsin, by W. H. Wolberg et al. (1995)",
    "digits": "1,797 digits written by 13 people, collected by E. Alpaydin and C. Kaynak (1998)",
}
"""Who measured what; all four are kept by the UCI Machine Learning Repository and come with scikit-learn."""


@cache
def table(name: str) -> Table:
    """The table of that name, read once."""
    from sklearn import datasets  # 0.8 s to import: only sessions that use a table pay for it

    load: dict[str, Any] = {
        "iris": datasets.load_iris,
        "wine": datasets.load_wine,
        "breast_cancer": datasets.load_breast_cancer,
        "digits": datasets.load_digits,
    }
    found = load[name]()
    columns = tuple(str(column).removesuffix(" (cm)").replace("_", " ") for column in found.feature_names)
    if name == "digits":
        columns = tuple(f"row {row + 1}, column {column + 1}" for row in range(8) for column in range(8))
    classes = tuple(str(label).replace("class_", "grower ") for label in found.target_names)
    return Table(np.asarray(found.data, np.float64), np.asarray(found.target, np.int64), columns, classes)
