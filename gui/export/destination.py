"""Where nothing that is exported may go."""

from collections.abc import Iterable
from pathlib import Path

from twostroke.engine.files.disk import FileError
from twostroke.engine.files.in_use import check_free
from twostroke.engine.session.spec import Session
from twostroke.gui.export.refusals import ExportRequestError


def check_spares_data(session: Session, targets: Iterable[Path]) -> None:
    """ExportRequestError where one of `targets` holds the data of the session."""
    try:
        check_free(targets, (), session)
    except FileError as error:
        raise ExportRequestError(str(error)) from error
