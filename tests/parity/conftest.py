"""Collects what was compared with PyTorch and, where asked to, writes docs/parity.md from it.

`make parity` asks by naming the file in TWOSTROKE_PARITY_REPORT; it is written only if every comparison passed.
"""

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine import measures

HEAD = """# Parity with PyTorch

Written by `make parity`, which installs PyTorch into an environment of its own, compares, and fails where a difference
is above the bound of its precision. Each row is one organ; both sides begin with the same parameters and take the same
mini-batches and the same dropout masks. A difference is that of two numbers over their size: the sum of the absolute
values of the terms that the number is the sum of, as the oracle (`tests/engine/naive`) knows them; for parameters, of
what they began with and of every step.

Made with {versions}.

| organ | what is compared | numbers | largest difference, float64 | float32 |
|---|---|---|---|---|
"""
BOUNDS = "\nBounds: {float64:.0e} in float64 and {float32:.0e} in float32.\n"


@dataclass
class Row:
    """One organ."""

    what: str
    count: int = 0
    worst: dict[str, float] = field(default_factory=dict)


ALLOWED = {"float64": 1e-13, "float32": 1e-5}
_rows: dict[str, Row] = {}


class Comparison:
    """Takes two arrays at a time for one organ, and keeps the largest difference."""

    def __call__(self, organ: str, what: str, dtype: str, got: Any, want: Any, size: Any = None) -> None:
        """Compare; a difference is measured against `size`, or against the largest number."""
        worst = measures.distance(np.asarray(got, dtype=dtype), want, size)
        assert worst <= ALLOWED[dtype], f"{organ}, {what}, {dtype}: {worst:.1e}"
        row = _rows.setdefault(organ, Row(what))
        row.count += np.size(got)
        row.worst[dtype] = max(row.worst.get(dtype, 0.0), worst)


@pytest.fixture
def compare() -> Comparison:
    """The comparison that the report is made from."""
    return Comparison()


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """PyTorch's threads are no gain at this size."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed; `make parity` installs it")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def versions() -> str:
    """What was compared, in one line."""
    import torch

    names = {"Python": platform.python_version(), "NumPy": np.__version__, "PyTorch": torch.__version__}
    return ", ".join(f"{name} {version}" for name, version in names.items()) + f", {platform.machine()}"


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the table."""
    where = os.environ.get("TWOSTROKE_PARITY_REPORT")
    if not where or exitstatus != 0 or not _rows:
        return

    def shown(row: Row, dtype: str) -> str:
        return f"{row.worst[dtype]:.1e}" if dtype in row.worst else ""

    lines = [
        f"| {organ} | {row.what} | {row.count:,} | {shown(row, 'float64')} | {shown(row, 'float32')} |"
        for organ, row in _rows.items()
    ]
    text = HEAD.format(versions=versions()) + "\n".join(lines) + "\n" + BOUNDS.format(**ALLOWED)
    Path(where).write_text(text, "utf-8")
