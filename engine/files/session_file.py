"""Sessions, traces and parameters on disk: read with validation, written atomically.

Every failure is a FileError with one sentence for the user, and leaves the files as they were.
"""

import codecs
import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twostroke.engine.border.tape import LayerTape, Tape
from twostroke.engine.data import own
from twostroke.engine.data.folder import session_folder
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.files import bundle, companion, json_faults
from twostroke.engine.files.archive import read_arrays, write_arrays
from twostroke.engine.files.beside import MAX_COMPANION, MAX_SESSION_BYTES, companion_name, in_folder_of, write_beside
from twostroke.engine.files.disk import PIECE, FileError, read_bytes, replacing, said
from twostroke.engine.files.earlier import with_numbering
from twostroke.engine.files.kinds import WrongFile, recognised
from twostroke.engine.files.patience import go_on
from twostroke.engine.session.phrases import listed, shown
from twostroke.engine.session.spec import Session, WeightsSpec
from twostroke.engine.session.spec_errors import SessionError, parse_session

__all__ = [
    "FileError",
    "check_name",
    "is_archive_name",
    "layer_arrays",
    "read_arrays",
    "read_parameters",
    "read_saved",
    "read_session",
    "session_text",
    "trace_arrays",
    "write_arrays",
    "write_parameters",
    "write_saved",
    "write_session",
    "write_trace",
]

LINE = 80
"""Columns within which a part of a session is written on one line; a list of parts never is."""

MAX_DIGITS = 100
"""Digits of a whole number that are read as one; longer ones are out of every range anyway."""


UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How files begin that Windows' command line writes where it redirects."""


class _DuplicateKey(ValueError):
    """One object of a JSON file names a key twice."""


def read_session(path: str | Path) -> Session:
    """The session in a JSON file. Raises FileError; WrongFile, where it is something else that is known."""
    path = Path(path)
    return _parsed(_json_of(path), path, path.parent)


def _json_of(path: Path) -> bytes:
    kind = recognised(path)
    if kind is not None:
        raise WrongFile(path, kind)
    return read_bytes(path, MAX_SESSION_BYTES)


def _parsed(content: bytes, path: Path, folder: Path) -> Session:
    """The session that is written in `content`, found in the file `path`; its own paths start from `folder`."""
    told = json_in(content, path)
    try:
        with session_folder(folder):
            return parse_session(told, said(path))
    except SessionError as error:
        raise FileError(str(error)) from error
    except RecursionError as error:
        raise FileError(f"{said(path)} is nested too deeply to be a session.") from error


def json_of(path: Path) -> Any:
    """What a file of ours in JSON says, read with care: no key twice, no endless numbers. FileError."""
    return json_in(_json_of(path), path)


def json_in(content: bytes, path: Path) -> Any:
    """The same of what was read from the file."""
    try:
        return _json(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        if content[:2] in UTF_16:
            raise FileError(
                f"{said(path)} is written in UTF-16; expected UTF-8: save it anew in that encoding."
            ) from error
        raise FileError(
            f"{said(path)} is no text: byte {error.start + 1:,} is not UTF-8; save it anew in that encoding."
        ) from error
    except _DuplicateKey as error:
        raise FileError(f"{said(path)}: {error}.") from error
    except json.JSONDecodeError as error:
        raise FileError(f"{said(path)} cannot be read: {json_faults.told(error)}") from error
    except RecursionError as error:
        raise FileError(f"{said(path)} is nested too deeply to be a session.") from error


def _json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_object, parse_int=_whole)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in found if keys.count(key) > 1)
        raise _DuplicateKey(f"the key {shown(twice)} stands twice in one object; remove one of them")
    return found


def _whole(digits: str) -> int | float:
    """Python refuses to read whole numbers of thousands of digits, and takes long over them."""
    return int(digits) if len(digits) <= MAX_DIGITS else float(digits)


def write_session(path: str | Path, session: Session) -> None:
    """Write `session` alone, without weights, stable: the same session gives the same bytes. Raises FileError.

    As readable JSON, or, where `path` ends in `.twostroke`, as an archive with its data.
    """
    path = Path(path)
    if is_archive_name(path):
        _write_archive(path, session, None)
        return
    content = _content(path, session)
    with replacing(path) as stream:
        stream.write(content)


def _content(path: Path, session: Session) -> bytes:
    with session_folder(path.parent):
        return _text(session.model_dump(mode="json"))


def _text(told: Any) -> bytes:
    """Half a character, as of a file whose name is no UTF-8, becomes what JSON has for it, as \\udce9."""
    return session_text(told).encode("utf-8", "backslashreplace")


def session_text(told: Any) -> str:
    """A session, as JSON has it, as it stands in a file."""
    return _pretty(told, 0) + "\n"


def is_archive_name(path: Path) -> bool:
    """Whether what is saved under this name is one file with all that belongs to the session (see `bundle`)."""
    return path.name.lower().endswith(bundle.ENDING)


def read_saved(path: str | Path) -> tuple[Session, companion.Arrays | None]:
    """The session in a file, archive or JSON, and the state saved with it (see `companion.state_from`), if any.

    Raises FileError, also where its weights are missing, are not those that were saved, or do not fit.
    """
    path = Path(path)
    if bundle.is_bundle(path):
        return _from_archive(path)
    while True:
        content = _json_of(path)
        try:
            return _with_companion(path, content)
        except FileError:
            if read_bytes(path, MAX_SESSION_BYTES) == content:  # else it has just been saved anew, weights and all
                raise


def _with_companion(path: Path, content: bytes) -> tuple[Session, companion.Arrays | None]:
    session = _parsed(content, path, path.parent)
    named = session.weights
    session = session.model_copy(update={"weights": WeightsSpec()})
    if not named.file:
        return session, None
    weights = in_folder_of(path, named.file)
    advice = f"Bring back the file that was saved with {said(path)}, or take the key weights out of the latter."
    try:
        found = read_bytes(weights, MAX_COMPANION)
    except FileError as error:
        raise FileError(f"{error} {advice}") from error
    return _state(session, found, named.sha256, weights, advice)


def _from_archive(path: Path) -> tuple[Session, companion.Arrays | None]:
    found = bundle.read_bundle(path)
    session = _parsed(found.session, path, found.folder)
    named = session.weights
    session = session.model_copy(update={"weights": WeightsSpec()})
    weights, advice = Path(f"{path}/{bundle.WEIGHTS}"), "Bring back another copy of the archive."
    if found.weights is None:
        if named.file:
            raise FileError(f"{said(weights)} is missing, with which the session was saved. {advice}")
        return session, None
    return _state(session, found.weights, named.sha256, weights, advice)


def _state(session: Session, content: bytes, sha256: str, path: Path, advice: str) -> tuple[Session, companion.Arrays]:
    """The session and the state in the content of a companion, if it is the one with this digest and fits."""
    from twostroke.engine.compute.network import Network

    if _digest(path, content) != sha256:
        raise FileError(f"{said(path)} is not the file that was saved with the session: its digest differs. {advice}")
    try:
        arrays = companion.from_bytes(content)
        session = with_numbering(session, arrays)
        companion.state_from(Network(session), arrays)
    except ValueError as error:
        raise FileError(f"{said(path)} {error}. {advice}") from error
    return session, arrays


def _digest(path: Path, content: bytes) -> str:
    """SHA-256 of what was read from `path`, in hexadecimal digits. Raises Cancelled."""
    digest = hashlib.sha256()
    for at in range(0, len(content), PIECE):
        digest.update(memoryview(content)[at : at + PIECE])
        go_on(said(Path(path.name)))
    return digest.hexdigest()


def write_saved(path: str | Path, session: Session, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write `session` with `arrays` (see `companion.state_arrays`), whole or not at all. Raises FileError.

    Where `path` ends in `.twostroke`, as one archive with its data; else as JSON with a companion beside it.
    """
    path = Path(path)
    content = companion.to_bytes(arrays)
    if is_archive_name(path):
        _write_archive(path, session, content)
        return

    def told(name: str, sha256: str) -> bytes:
        return _content(path, session.model_copy(update={"weights": _companion_of(path, name, sha256)}))

    write_beside(path, content, told)


def check_name(path: Path) -> None:
    """That a session can be saved with weights under this name, before there are any. Raises FileError."""
    if not is_archive_name(path):
        digest = "0" * 64
        _companion_of(path, companion_name(path, digest), digest)


def _companion_of(path: Path, name: str, sha256: str) -> WeightsSpec:
    try:
        return WeightsSpec(file=name, sha256=sha256)
    except ValueError as error:
        raise FileError(f"{said(path)}: no file with weights can be called like that; choose a plain name.") from error


def _write_archive(path: Path, session: Session, weights: bytes | None) -> None:
    told = session.model_dump(mode="json")
    name = bundle.data_name(session.data.path)
    if name:
        _check_data(path, session)
        told["data"]["path"] = name
    if weights is not None:
        told["weights"] = {"file": bundle.WEIGHTS, "sha256": hashlib.sha256(weights).hexdigest()}
    data = (name, Path(session.data.path)) if name else None
    bundle.write_bundle(path, _text(told), weights, data)


def _check_data(path: Path, session: Session) -> None:
    """That the data are still those of the session, so that what is saved can be opened. Raises FileError."""
    try:
        own.check(session.data)
    except DataProblem as problem:
        raise FileError(
            f"{said(path)} has not been written: {problem.text}. It would hold the data as well; bring them back, or "
            "save a readable session (.twostroke.json), which only names them."
        ) from problem


def _pretty(value: Any, indent: int) -> str:
    """JSON with small parts on one line, so that a layer is a line and a change of one is one line of a diff."""
    short = json.dumps(value, ensure_ascii=False, allow_nan=False)
    plain = not isinstance(value, dict | list) or not value
    parts = isinstance(value, list) and any(isinstance(item, dict) for item in value)
    if plain or (indent and indent + len(short) <= LINE and not parts):
        return short
    inner, outer = " " * (indent + 2), " " * indent
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + _pretty(item, indent + 2) for item in value) + f"\n{outer}]"
    lines = [f"{inner}{json.dumps(key)}: {_pretty(item, indent + 2)}" for key, item in value.items()]
    return "{\n" + ",\n".join(lines) + f"\n{outer}}}"


def write_trace(path: str | Path, tape: Tape, session: Session) -> None:
    """Write every array that one update of `session` computed to an NPZ archive. Raises FileError."""
    write_arrays(path, trace_arrays(tape, session))


def trace_arrays(tape: Tape, session: Session) -> dict[str, NDArray[Any]]:
    """The arrays of a trace by key, with the session, the update and the program's version as JSON in `meta`."""
    meta = {"session": session.model_dump(mode="json"), "update": tape.update, "version": _version()}
    arrays: dict[str, NDArray[Any]] = {"x": tape.x, "target": tape.target, "loss": np.asarray(tape.loss, np.float64)}
    if tape.class_weight is not None:
        arrays["class_weight"] = tape.class_weight
    if tape.optimizer_steps is not None and _counts_steps(tape, session):
        arrays["optimizer_steps"] = np.asarray(tape.optimizer_steps)
    for number, layer in enumerate(tape.layers, start=1):
        arrays |= {f"l{number}.{key}": value for key, value in layer_arrays(layer).items()}
    arrays["meta"] = np.asarray(json.dumps(meta))
    return arrays


def _counts_steps(tape: Tape, session: Session) -> bool:
    """Whether the new parameters depend on how many steps were done before."""
    schedule = session.training.schedule
    return any(layer.memory for layer in tape.layers) or schedule.name != "constant" or schedule.warm_up > 0


def layer_arrays(layer: LayerTape) -> dict[str, NDArray[Any]]:
    """One layer's arrays by key; without those that the layer has not."""
    keys = (
        "weight",
        "bias",
        "z",
        "a",
        "gain",
        "forward_mask",
        "dloss_da",
        "dloss_dz",
        "dloss_dweight",
        "dloss_dbias",
        "weight_next",
        "bias_next",
    )
    found = {key: getattr(layer, key) for key in keys if getattr(layer, key) is not None}
    for group in ("param", "dloss_dparam", "param_next"):
        found |= {f"{group}.{name}": values for name, values in getattr(layer, group).items()}
    return found | layer.organs | layer.memory


def _version() -> str:
    try:
        return version("twostroke")
    except PackageNotFoundError:  # a frozen program may lack the metadata
        return "unknown"


def write_parameters(path: str | Path, parameters: Mapping[str, ArrayLike]) -> None:
    """Write weights, biases and learned activation parameters under the keys of a trace. Raises FileError."""
    write_arrays(path, parameters)


def read_parameters(path: str | Path, session: Session) -> dict[str, NDArray[Any]]:
    """Parameters for the network of `session`, by the keys of a trace and of the session's dtype. Raises FileError.

    Takes an archive of parameters, or a trace, of which it reads the parameters before the update.
    """
    from twostroke.engine.compute.network import Network

    path = Path(path)
    arrays = read_arrays(path)
    expected = {key: values.shape for key, values in Network(session).parameters().items()}
    missing = [key for key in expected if key not in arrays]
    if missing:
        widths = "-".join(str(width) for width in session.widths)
        raise FileError(f"{said(path)} lacks {missing[0]}, which the session's network ({widths}) needs.")
    extra = [key for key in arrays if key not in expected]
    if extra and "meta" not in arrays:
        raise FileError(f"{said(path)} holds {shown(extra[0])}, which the session's network does not have.")
    return {key: _parameter(path, key, arrays[key], shape, session) for key, shape in expected.items()}


def _parameter(
    path: Path, key: str, given: NDArray[Any], shape: tuple[int, ...], session: Session
) -> NDArray[np.floating[Any]]:
    if given.shape != shape:
        raise FileError(f"{said(path)}: {key} has the shape {_shape(given.shape)}; expected {_shape(shape)}.")
    if given.dtype.kind not in "iuf":
        raise FileError(f"{said(path)}: {key} holds no numbers; expected {listed(('float32', 'float64'))}.")
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.ascontiguousarray(given, dtype=session.network.dtype)
    if not np.isfinite(values).all():
        raise FileError(f"{said(path)}: {key} holds a value that is not a finite {session.network.dtype} number.")
    return values


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(str(axis) for axis in shape) if shape else "of a single number"
