"""`twostroke open`: what a link or a file of another program becomes, printed or written as a session."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from twostroke.engine.files.disk import FileError, said
from twostroke.engine.session.phrases import counted
from twostroke.gui.cli.subcommands.results import check_session, save
from twostroke.gui.cli.subcommands.speech import BadInput, emit_json, note, say

if TYPE_CHECKING:
    from twostroke.engine.files.foreign.conversion import Conversion
    from twostroke.engine.session.spec import Session


@dataclass(frozen=True)
class Options:
    """What may be said besides the link or file."""

    output: Path | None = None
    activation: str = ""
    last: str = ""  # the activation of the output layer
    data: str = ""
    as_json: bool = False


def open_(argument: str, options: Options) -> None:
    """Print the session, or write it where asked to; say on stderr what is guessed or not taken over."""
    from twostroke.engine.data.folder import session_folder
    from twostroke.engine.files.foreign.conversion import as_text
    from twostroke.engine.files.foreign.opening import open_foreign
    from twostroke.engine.files.foreign.wishes import Wishes

    check_session(options.output, "-o")
    try:
        found = open_foreign(argument, Wishes(options.activation, options.last, options.data))
    except FileError as error:
        raise BadInput(str(error)) from error
    if options.output is not None:
        save(lambda path: _write(path, found), options.output)
        _tell(found, found.session, options)
        return
    with session_folder(Path()):
        whole = as_text(found)
    if whole is None:
        count = sum(values.size for values in (found.weights or {}).values())
        raise BadInput(
            f"{counted(count, 'weight')} do not fit into the text of a session; write it with -o NAME.twostroke."
        )
    _tell(found, whole, options)


def _write(path: Path, found: "Conversion") -> None:
    from twostroke.engine.files.session_file import write_saved, write_session

    if found.weights is None:
        write_session(path, found.session)
    else:
        write_saved(path, found.session, found.weights)


def _tell(found: "Conversion", session: "Session", options: Options) -> None:
    from twostroke.engine.data.folder import session_folder
    from twostroke.engine.files.session_file import session_text

    folder = options.output.parent if options.output is not None else Path()
    with session_folder(folder):
        told = session.model_dump(mode="json")
    if options.as_json:
        emit_json({"session": told, "remarks": list(found.remarks)})
        return
    for sentence in found.remarks:
        note(sentence)
    if options.output is None:
        say(session_text(told).rstrip("\n"))
    else:
        say(f"{found.title} is written to {said(options.output)}.")
