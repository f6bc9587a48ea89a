"""Files that this program's export has written of a session: the session that they name, with their numbers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.data.folder import session_folder
from twostroke.engine.files import companion
from twostroke.engine.files.disk import FileError, said
from twostroke.engine.files.foreign.conversion import Conversion
from twostroke.engine.files.session_file import json_in
from twostroke.engine.session.spec_errors import SessionError, parse_session


def conversion_of(told: str, arrays: Mapping[str, NDArray[Any]], path: Path, *, exact: bool = True) -> Conversion:
    """The session `told` (JSON), whose data lie beside `path`, with the parameters in `arrays`, by keys of a trace.

    Not `exact`: arrays of other names are left out, and numbers are taken into the network's precision.
    Raises FileError.
    """
    from twostroke.engine.compute.network import Network

    where = said(path)
    try:
        with session_folder(path.parent):
            session = parse_session(_read(told, path), where)
        network = Network(session)
        if not exact:
            own = network.parameters()
            arrays = {key: _cast(arrays[key], own[key].dtype) for key in own if key in arrays}
        companion.state_from(network, arrays)
    except SessionError as error:
        raise FileError(str(error)) from error
    except FileError:
        raise
    except (ValueError, RecursionError) as error:
        raise FileError(f"{where} {error}.") from error
    return Conversion(session, path.stem, (), arrays)


def _cast(values: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Numbers in another precision, where some may not be finite; what is no number stays, and is refused as such."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(values, dtype) if values.dtype.kind == "f" else values


def _read(told: str, path: Path) -> Any:
    try:
        return json_in(told.encode("utf-8", "replace"), path)
    except FileError as error:
        raise FileError(f"{said(path)} names a session that cannot be read: it is damaged.") from error
