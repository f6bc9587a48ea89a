"""What is written of a session, a function for each kind of file.

Each does the work first, which may take long and be interrupted, and returns what writes the files then, whole or not
at all, and says which they are. The work raises ExportError or ExportRequestError, writing FileError.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from twostroke.engine.border.cursor import Cursor, steps
from twostroke.engine.files.archive import write_arrays, write_into
from twostroke.engine.files.disk import parts_of, replacing, settle
from twostroke.engine.files.session_file import trace_arrays
from twostroke.engine.run.loading import load_data
from twostroke.gui.export.model_files.lying_beside import beside
from twostroke.gui.export.model_files.onnx_model import metadata, onnx_bytes
from twostroke.gui.export.model_files.program import writing
from twostroke.gui.export.model_files.program.case import Case
from twostroke.gui.export.model_files.program.text import Program
from twostroke.gui.export.model_files.subject import Subject
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.export.takes import row_on
from twostroke.gui.model import number_table
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve

Make = Callable[[Case, str, bool], tuple[Program, writing.Stored]]
Save = Callable[[], list[Path]]


def program(subject: Subject, path: Path, make: Make, *, notebook: bool) -> Save:
    """The program, and beside it its numbers where they are many; both or neither."""
    made, stored = make(subject.case, beside(path).name, notebook)
    content = (made.notebook if notebook else made.python).encode("utf-8")
    return partial(_both, content, stored, path) if stored else partial(_content, content, path)


def _both(content: bytes, stored: dict[str, NDArray[Any]], path: Path) -> list[Path]:
    with parts_of(beside(path), path) as (numbers, own):
        write_into(numbers.stream, stored)
        own.stream.write(content)
        for part in (numbers, own):
            part.complete()
        for part in (numbers, own):
            part.take_place()
    settle(path.parent)
    return [path, beside(path)]


def _content(content: bytes, path: Path) -> list[Path]:
    with replacing(path) as stream:
        stream.write(content)
    return [path]


def _arrays(arrays: dict[str, NDArray[Any]], path: Path) -> list[Path]:
    write_arrays(path, arrays)
    return [path]


def trace(subject: Subject, path: Path) -> Save:
    """Every array of the update, under the keys of a trace."""
    return partial(_arrays, trace_arrays(subject.tape, subject.session), path)


def weights(subject: Subject, path: Path) -> Save:
    """The parameters alone, under the keys of a trace."""
    return partial(_arrays, subject.network.parameters(), path)


def safetensors(subject: Subject, path: Path) -> Save:
    """The same in the safetensors format; the session and the update stand in its metadata."""
    from safetensors.numpy import save

    told = {"session": json.dumps(subject.session.model_dump(mode="json")), "update": str(subject.update)}
    return partial(_content, save(subject.network.parameters(), metadata=told), path)


def onnx(subject: Subject, path: Path) -> Save:
    """The network as it is used, from raw samples to answers in the units of the data."""
    data = load_data(subject.session)
    told = metadata(data, subject.session.model_dump(mode="json"), subject.update)
    return partial(_content, onnx_bytes(subject.network, data, told), path)


def table(subject: Subject, path: Path) -> Save:
    """What the whole update says of one sample: a row a neuron, then a row a link."""
    tape = subject.tape
    end = Cursor(tape.depth, len(steps(tape.depth)) - 1)
    view = resolve(subject.snapshot, tape, end, Choices(batch_row=row_on(tape, subject.row)))
    if number_table.count(view) > number_table.MOST_ROWS:
        raise ExportRequestError(
            f"The table would have {number_table.count(view):,} rows, more than a spreadsheet reads; "
            "choose .npz, which holds them as arrays."
        )
    return partial(_content, number_table.as_csv(view).encode("utf-8"), path)
