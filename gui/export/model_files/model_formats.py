"""The kinds of file that code, models and numbers are written to, and what each can be.

To add one, add an entry to `MODEL_FORMATS` and its function in `model_writers.py`; command line and window find it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from twostroke.engine.files.disk import place_problem
from twostroke.engine.session.phrases import listed, shown
from twostroke.gui.export.model_files.lying_beside import beside
from twostroke.gui.export.refusals import ExportRequestError

if TYPE_CHECKING:  # it loads the engine, which a refusal and `--help` do not need
    from twostroke.gui.export.model_files.subject import Subject

Save = Callable[[], list[Path]]
Write = Callable[["Subject", Path], Save]
"""Does the work, and returns what writes the files then; see `model_writers`."""


@dataclass(frozen=True)
class ModelFormat:
    """One kind of file."""

    title: str
    ending: str
    shapes: Mapping[str, Write]  # what it can be, by the word of --as; the first unless asked otherwise
    code: bool = False  # a program, which trains by itself

    def write(self, shape: str) -> Write:
        """How that shape is written; "" for the usual one. ExportRequestError where there is none such."""
        chosen = shape or next(iter(self.shapes))
        if chosen not in self.shapes:
            sentence = f"The shape is {shown(shape)}; of {self.ending} expected {listed(self.shapes)}."
            raise ExportRequestError(sentence, "The shape", "--as")
        return self.shapes[chosen]

    def files(self, path: Path) -> tuple[Path, ...]:
        """All that may be written for `path`: the numbers of a program can lie beside it."""
        return (path, beside(path)) if self.code else (path,)


# Writers are imported when one is asked for.


def _program(library: str, *, notebook: bool) -> Write:
    def work(subject: "Subject", path: Path) -> Save:
        from twostroke.gui.export.model_files import model_writers as writers
        from twostroke.gui.export.model_files.program import writing

        make = {"numpy": writing.numpy_program, "pytorch": writing.torch_program}[library]
        return writers.program(subject, path, make, notebook=notebook)

    return work


def _programs(*, notebook: bool) -> dict[str, Write]:
    return {library: _program(library, notebook=notebook) for library in ("numpy", "pytorch")}


def _writer(name: str) -> Write:
    def work(subject: "Subject", path: Path) -> Save:
        from twostroke.gui.export.model_files import model_writers as writers

        save: Save = getattr(writers, name)(subject, path)
        return save

    return work


MODEL_FORMATS: tuple[ModelFormat, ...] = (
    ModelFormat("Python program", ".py", _programs(notebook=False), code=True),
    ModelFormat("Jupyter notebook", ".ipynb", _programs(notebook=True), code=True),
    ModelFormat("NumPy arrays", ".npz", {"trace": _writer("trace"), "weights": _writer("weights")}),
    ModelFormat("safetensors weights", ".safetensors", {"weights": _writer("safetensors")}),
    ModelFormat("ONNX model", ".onnx", {"model": _writer("onnx")}),
    ModelFormat("Table of numbers", ".csv", {"numbers": _writer("table")}),
)


def endings() -> tuple[str, ...]:
    """All endings that choose one."""
    return tuple(known.ending for known in MODEL_FORMATS)


def model_format(target: str) -> ModelFormat | None:
    """The format that a path's ending chooses; None where it chooses none of these, or is that of a folder."""
    ending = "" if target.endswith(("/", "\\")) else Path(target).suffix.lower()
    return next((known for known in MODEL_FORMATS if known.ending == ending), None)


def usual_shape(path: Path) -> str:
    """What the name itself asks for: PyTorch, where it ends in .torch.py or .torch.ipynb; "" for nothing."""
    return "pytorch" if [suffix.lower() for suffix in path.suffixes][-2:-1] == [".torch"] else ""


def check_place(path: Path) -> None:
    """ExportRequestError where no file can be written there."""
    problem = place_problem(path)
    if problem:
        raise ExportRequestError(problem)
