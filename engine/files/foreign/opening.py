"""What another program's link or file becomes, whatever it is: the one place that knows all of them."""

from collections.abc import Callable
from pathlib import Path

from twostroke.engine.files.disk import FileError, said
from twostroke.engine.files.foreign.conversion import Conversion, converted
from twostroke.engine.files.foreign.playground_link import is_link
from twostroke.engine.files.foreign.stack import assemble
from twostroke.engine.files.foreign.wishes import Wishes
from twostroke.engine.files.kinds import FileKind, WrongFile, recognised

Reader = Callable[[Path, Wishes], Conversion]


def open_foreign(argument: str, wishes: Wishes) -> Conversion:
    """The session that a link or a file becomes. Raises FileError, one sentence."""
    if is_link(argument):
        from twostroke.engine.files.foreign.playground import from_link

        _check_nothing_wished(wishes, "a link says all of it")
        return from_link(argument)
    path = Path(argument)
    kind = recognised(path)
    if kind is None:
        raise FileError(_nothing_known(path))
    reader = _reader_of(kind)
    if reader is None:
        raise WrongFile(path, kind)
    return reader(path, wishes)


def opens(path: Path) -> bool:
    """Whether the file is another program's model, of which a session can be made."""
    kind = recognised(path)
    return kind is not None and bool(kind.model)


def _reader_of(kind: FileKind) -> Reader | None:
    return _data if kind.dataset else MODELS.get(kind.model)


def _of_onnx(path: Path, wishes: Wishes) -> Conversion:
    from twostroke.engine.files.foreign.onnx_graph import read_model, session_within

    own = session_within(path) if wishes == Wishes() else None
    if own is not None:
        return own
    return assemble(read_model(path), wishes, path)


def _of_weights(path: Path, wishes: Wishes) -> Conversion:
    from twostroke.engine.files.foreign.weights_file import read_model, session_within

    own = session_within(path) if wishes == Wishes() else None
    if own is not None:
        return own
    return assemble(read_model(path), wishes, path)


def _of_keras(path: Path, wishes: Wishes) -> Conversion:
    from twostroke.engine.files.foreign.keras_layers import read_model

    return assemble(read_model(path), wishes, path)


def _of_arrays(path: Path, wishes: Wishes) -> Conversion:
    from twostroke.engine.files.foreign.arrays_file import read_model, session_within

    own = session_within(path) if wishes == Wishes() else None
    if own is not None:
        return own
    return assemble(read_model(path), wishes, path)


MODELS: dict[str, Reader] = {"npz": _of_arrays, "onnx": _of_onnx, "safetensors": _of_weights, "keras": _of_keras}
"""What reads a model, by `FileKind.model`."""


def _data(path: Path, wishes: Wishes) -> Conversion:
    """A table or arrays, as the data of a session with the usual network."""
    kind = recognised(path)
    _check_nothing_wished(wishes, "a file of data has no network")
    name = kind.dataset if kind is not None else ""
    return converted({"data": {"name": name, "path": str(path)}, "network": {}}, {}, path.stem, said(path))


def _check_nothing_wished(wishes: Wishes, why: str) -> None:
    for option in ("activation", "output", "data"):
        if getattr(wishes, option):
            raise FileError(f"--{option} cannot go with this: {why}.")


def _nothing_known(path: Path) -> str:
    from twostroke.engine.files.disk import opened

    with opened(path, 2**60):  # raises where there is none
        pass
    return (
        f"{said(path)} is nothing that becomes a session; expected a link to the TensorFlow Playground, a model "
        "(.safetensors, .onnx, .keras, .npz), or a table (.csv). A session is opened with twostroke FILE."
    )
