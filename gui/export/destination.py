"""What every request for an export has: where the result goes, as which kind of file, and how large."""

from collections.abc import Iterable
from pathlib import Path

from twostroke.engine.files.disk import FileError
from twostroke.engine.files.in_use import check_free
from twostroke.engine.session.spec import Session
from twostroke.gui.export import formats
from twostroke.gui.export.kind import Format
from twostroke.gui.export.refusals import ExportRequestError


class Destination:
    """For frozen requests, which have `target`, a path as it is typed, and `shape`, as `Format.shape` has it."""

    target: str
    shape: str

    @property
    def path(self) -> Path:
        """Where the result goes."""
        return Path(self.target)

    @property
    def format(self) -> Format:
        """The kind of file."""
        return formats.format_for(self.target, self.shape)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height that the result has."""
        return formats.fitted_size(*self._wanted_size, self.format)

    @property
    def _wanted_size(self) -> tuple[int, int]:
        raise NotImplementedError


def check_spares_data(session: Session, targets: Iterable[Path]) -> None:
    """ExportRequestError where one of `targets` holds the data of the session."""
    try:
        check_free(targets, (), session)
    except FileError as error:
        raise ExportRequestError(str(error)) from error
