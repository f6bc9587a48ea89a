"""`twostroke export` with an ending of code, of a model or of numbers: .py, .ipynb, .npz, .safetensors, .csv."""

from pathlib import Path

from twostroke.engine.files.disk import FileError
from twostroke.gui.cli.signals import whole
from twostroke.gui.cli.subcommands.sessions import find
from twostroke.gui.cli.subcommands.speech import BadInput, WorkFailed, progress, say
from twostroke.gui.export.model_files.model_formats import ModelFormat, check_place, usual_shape
from twostroke.gui.export.model_files.subject import Subject
from twostroke.gui.export.refusals import ExportError, ExportRequestError, as_typed


def export(argument: str, output: str, chosen: ModelFormat, shape: str, at: int | None, row: int | None) -> None:
    """Write `output`, of that format, about the session `argument` as it is at update `at`."""
    path = Path(output)
    try:
        write = chosen.write(shape or usual_shape(path))
        check_place(path)
        found = find(argument)
        found.check_output(*chosen.files(path))
        if at is not None:
            found.check_at(at)
        row = found.row if row is None else row
        aim = found.at if at is None else at
        with progress(f"Training to update {aim:,}", aim) as show:
            subject = Subject(found.session, found.state, at, found.at, row, show)
            save = write(subject, path)
        with whole():
            written = save()
    except ExportRequestError as error:
        raise BadInput(as_typed(error)) from error
    except (ExportError, FileError) as error:
        raise WorkFailed(str(error)) from error
    say(" and ".join(str(each) for each in written))
