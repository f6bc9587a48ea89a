"""A session as a program, in NumPy or PyTorch: its sections, and the numbers that lie beside it."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from numpy.typing import NDArray

from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.session.phrases import counted
from twostroke.gui.export.model_files.program import (
    data_part,
    numpy_gates,
    numpy_strokes,
    numpy_updates,
    order_part,
    start_part,
    torch_network,
    torch_updates,
)
from twostroke.gui.export.model_files.program.case import Case
from twostroke.gui.export.model_files.program.text import Numbers, Program, Section, quoted

Stored = dict[str, NDArray[Any]]


def numpy_program(case: Case, beside: str, notebook: bool = False) -> tuple[Program, Stored]:
    """The program in NumPy alone, and the arrays that it reads from the file `beside`, in the same folder."""
    numbers = _numbers(case)
    sections = [
        *_stored(numbers, beside, notebook=notebook),
        data_part.data_section(case, numbers),
        start_part.start_section(case, numbers),
        *_activations(case),
        numpy_strokes.strokes_section(case),
        order_part.order_section(case),
        *_running(case),
        numpy_updates.update_section(case, numbers),
        report_section(case),
    ]
    imports = ["import itertools", *(["import math"] if "math." in _code(sections) else []), *_path(numbers, notebook)]
    return _program(case, "NumPy", [*imports, "", "import numpy as np"], sections), numbers.stored


def torch_program(case: Case, beside: str, notebook: bool = False) -> tuple[Program, Stored]:
    """The same in PyTorch, whose own modules, losses and optimizers do what they can."""
    numbers = _numbers(case)
    sections = [
        *_stored(numbers, beside, notebook=notebook),
        data_part.data_section(case, numbers),
        start_part.start_section(case, numbers),
        order_part.order_section(case),
        torch_network.network_section(case),
        torch_updates.update_section(case, numbers),
        report_section(case),
    ]
    imports = ["import itertools", *_path(numbers, notebook), "", "import numpy as np", "import torch"]
    imports += ["import torch.nn.functional as F"] if "F." in _code(sections) else []
    imports += ["from torch import nn", "", f"torch.set_default_dtype(torch.{case.session.network.dtype})"]
    return _program(case, "PyTorch and NumPy", imports, sections), numbers.stored


def _numbers(case: Case) -> Numbers:
    """All arrays that the program needs."""
    numbers = Numbers()
    for part in (data_part, start_part, numpy_updates):
        part.needed(case, numbers)
    return numbers


def _path(numbers: Numbers, notebook: bool) -> list[str]:
    return ["from pathlib import Path"] if numbers.stored and not notebook else []


def _program(case: Case, library: str, imports: list[str], sections: list[Section]) -> Program:
    return Program(title(case), about(case, library), tuple(imports), tuple(sections))


def _code(sections: list[Section]) -> str:
    return "\n".join(section.code for section in sections)


def _stored(numbers: Numbers, beside: str, *, notebook: bool) -> list[Section]:
    if not numbers.stored:
        return []
    name = quoted(beside)
    place = name if notebook else f"Path(__file__).with_name({name})"
    lines = (f"with np.load({place}, allow_pickle=False) as file:  # plain arrays", "    stored = dict(file)")
    return [Section("Numbers from the file beside this one", lines)]


def _activations(case: Case) -> list[Section]:
    lines = tuple(numpy_gates.definitions(case))
    return [Section("Activations: what the gates let through, and their derivatives (gains)", lines)] if lines else []


def _running(case: Case) -> list[Section]:
    lines = tuple(numpy_updates.running_lines(case))
    return [Section("Batch normalization in use", lines)] if lines else []


def title(case: Case) -> str:
    """What the network is, in a line."""
    hidden = [counted(layer.units, "unit") for layer in case.layers[:-1]]
    through = f", {', '.join(hidden)} hidden," if hidden else ""
    data = case.dataset.info.title
    return f"{data}: {counted(case.layers[0].into, 'input')}{through} and {counted(case.last.units, 'output')}"


def about(case: Case, library: str) -> tuple[str, ...]:
    """What the program is, and how near it comes to the session it was written from."""
    names = dict.fromkeys(CATALOGUE[run.spec.name].title for layer in case.layers for run in layer.runs)
    begin = case.clock[0]
    where = f" It goes on from update {begin:,}, at which the session was saved." if begin else ""
    return (
        f"Written by Twostroke{_version()} from a session; needs {library} alone. Activations: {', '.join(names)}.",
        "It trains the same network to the same numbers: the same data and first parameters, the same mini-batches",
        f"in the same order.{where}",
    )


def _version() -> str:
    try:
        return f" {version('twostroke')}"
    except PackageNotFoundError:  # a frozen program may lack the metadata
        return ""


def report_section(case: Case) -> Section:
    """How good the network is, over both parts of the data."""
    parts = [("training", "train")] + ([("test", "test")] if len(case.dataset.x_test) else [])
    if case.classes and case.last.units == 1:
        lines = [
            f'print("{said} accuracy", ((predict(x_{part})[:, 0] > {case.loss.threshold:g}) == label_{part}).mean())'
            for said, part in parts
        ]
    elif case.classes:
        lines = [
            f'print("{said} accuracy", (predict(x_{part}).argmax(axis=1) == label_{part}).mean())'
            for said, part in parts
        ]
    else:
        lines = [
            f'print("{said}, mean squared error", ((predict(x_{part}) - y_{part}) ** 2).mean())' for said, part in parts
        ]
    return Section("How good it is", tuple(lines))
