"""What a file is, by its content, where a session is expected and something else is given: and what to do with it.

Only the beginning of a file is looked at, and of a zip file its directory. An entry of `KINDS` says all there is to say
of a kind; they are asked in order. JSON is nobody's here: it is for whoever reads sessions.
"""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from twostroke.engine.files.archive import member_names
from twostroke.engine.files.disk import FileError, opened, said

HEAD = 65_536
"""Bytes that are looked at."""

LINES = 8
"""Lines of a text that have to agree for a table."""

ZIP_START, ZIP_LEAST = b"PK\x03\x04", 30


@dataclass(frozen=True)
class Looked:
    """What there is to judge by."""

    path: Path
    head: bytes
    size: int
    members: frozenset[str]  # of a zip file

    @cached_property
    def text(self) -> str | None:
        """The beginning as text, in whatever encoding; None where it is none."""
        if self.head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return self.head[: len(self.head) // 2 * 2].decode("utf-16", "replace")
        return None if b"\0" in self.head else self.head.decode("utf-8-sig", "replace")

    @property
    def is_json(self) -> bool:
        """Whether it begins as JSON does."""
        return (self.text or "").lstrip()[:1] in ("{", "[")

    def has(self, *endings: str) -> bool:
        """Whether the file's name has one of these endings."""
        return self.path.name.lower().endswith(endings)


@dataclass(frozen=True)
class FileKind:
    """One kind of file that is no session."""

    title: str
    use: str  # a sentence: what to do with it
    fits: Callable[[Looked], bool]
    dataset: str = ""  # the `data.name` under which a session reads it
    model: str = ""  # what reads it as the network of a session, see `foreign.opening`

    def use_of(self, path: Path) -> str:
        """What to do with the file at `path`, which stands in lines of Python as one can paste them."""
        return self.use.replace('"FILE"', repr(str(path)))

    def not_as_expected(self, path: Path, expected: str) -> str:
        """What the file at `path` is in place of what was expected, and what to do; without the point at its end."""
        return f"{said(path)} is {self.title}; expected {expected}. {self.use_of(path).removesuffix('.')}"


class WrongFile(FileError):
    """A file of another kind than was expected."""

    def __init__(self, path: Path, kind: FileKind) -> None:
        super().__init__(f"{said(path)} is {kind.title}, not a session. {kind.use_of(path)}")
        self.kind = kind


def _begins(*marks: bytes) -> Callable[[Looked], bool]:
    return lambda looked: looked.head.startswith(marks)


def _holds(*names: str) -> Callable[[Looked], bool]:
    """Whether a zip file has a member whose path ends so."""
    return lambda looked: any(member.endswith(names) for member in looked.members)


def _is_zip(looked: Looked) -> bool:
    return looked.head.startswith(ZIP_START) and looked.size >= ZIP_LEAST


def _is_arrays(looked: Looked) -> bool:
    return {"x.npy", "y.npy"} <= looked.members


def _is_safetensors(looked: Looked) -> bool:
    length = int.from_bytes(looked.head[:8], "little")
    return looked.head[8:9] == b"{" and 2 <= length <= looked.size - 8


def _is_onnx(looked: Looked) -> bool:
    """A protocol buffer: the version of the format (field 1), then the producer's name (field 2) or the next fields."""
    head = looked.head
    plausible = head[:1] == b"\x08" and 0 < int.from_bytes(head[1:2], "little") < 64
    return plausible and (head[2:3] == b"\x12" or looked.has(".onnx"))


def _is_old_torch(looked: Looked) -> bool:
    """PyTorch before 1.6: a pickle of its magic number first."""
    return looked.head.startswith(b"\x80\x02\x8a\x0al\xfc\x9cF\xf9")


def _is_pickle(looked: Looked) -> bool:
    head = looked.head
    if looked.has(".joblib", ".pkl", ".pickle"):
        return looked.text is None or "\ufffd" in looked.text
    return head[:1] == b"\x80" and head[1:2] in (b"\2", b"\3", b"\4", b"\5") and not looked.has(".mp3")


def _is_film(looked: Looked) -> bool:
    head = looked.head
    riff = head[:4] == b"RIFF" and head[8:12] in (b"AVI ", b"WEBP")
    return riff or head[4:8] == b"ftyp" or head.startswith((b"\x1aE\xdf\xa3", b"GIF87a", b"GIF89a"))


def _is_picture(looked: Looked) -> bool:
    marks = (b"\x89PNG", b"\xff\xd8\xff", b"BM", b"II*\0", b"MM\0*", b"%PDF", b"%!PS")
    text = (looked.text or "").lstrip()[:400].lower()
    return looked.head.startswith(marks) or "<svg" in text


def _is_notebook(looked: Looked) -> bool:
    return looked.is_json and (b'"cell_type"' in looked.head or (looked.has(".ipynb") and b'"cells"' in looked.head))


def _is_page(looked: Looked) -> bool:
    return (looked.text or "").lstrip()[:100].lower().startswith(("<!doctype html", "<html", "<?xml"))


def _is_program(looked: Looked) -> bool:
    text = looked.text
    if text is None or looked.is_json:
        return False
    code = re.compile(r"(import \w|from [\w.]+ import |def \w+\(|class \w+[(:]|#!.*python)")
    return looked.has(".py") or sum(bool(code.match(line)) for line in text.splitlines()[:200]) >= 2


def _is_table(looked: Looked) -> bool:
    """Lines of a text with the same number of delimiters each; one line is enough where the name says table."""
    text = looked.text
    if text is None or looked.is_json or not text.strip():
        return False
    if looked.has(".csv", ".tsv", ".tab"):
        return True
    lines = [line for line in text.splitlines()[: LINES + 1] if line.strip()][:LINES]
    if len(lines) < 3:
        return False
    return any(_agree(lines, delimiter) for delimiter in ",;\t|")


def _agree(lines: list[str], delimiter: str) -> bool:
    try:
        widths = {len(row) for row in csv.reader(lines, delimiter=delimiter)}
    except csv.Error:
        return False
    return len(widths) == 1 and widths.pop() > 1


OPENS = "File, Open of the window, or twostroke open on the command line, makes a session of it."
CONVERTS = "Where it comes from somebody you trust, convert it in Python:"
TORCH = (
    'import torch, safetensors.torch; f = "FILE"; m = torch.load(f, "cpu", weights_only=True); m = next((m[k] for k in '
    '("state_dict", "model_state_dict", "model") if k in m), m) if isinstance(m, dict) else m; m = getattr(m, '
    '"state_dict", lambda: m)(); safetensors.torch.save_file({k: v.contiguous().clone() for k, v in m.items()}, '
    'f + ".safetensors"). A whole module asks for weights_only=False'
)
TORCH_EXPORTED = (
    'import torch, safetensors.torch; f = "FILE"; m = torch.export.load(f).state_dict; safetensors.torch.save_file('
    '{k: v.contiguous().clone() for k, v in m.items()}, f + ".safetensors")'
)
SKLEARN = (
    'import joblib, numpy; f = "FILE"; m = joblib.load(f); m = getattr(m, "best_estimator_", m); m = getattr(m, '
    '"steps", [[m]])[-1][-1]; numpy.savez(f + ".npz", **{f"l{i}.{k}": a.T for k, v in (("weight", m.coefs_), ("bias", '
    'm.intercepts_)) for i, a in enumerate(v, 1)}); print("--activation", m.activation, "--output", '
    "m.out_activation_). That prints what to open it with; steps of a Pipeline before the last are left out"
)
KERAS = 'import keras; f = "FILE"; keras.models.load_model(f).save(f + ".keras")'
AS_CSV = "Save it as CSV with the program that wrote it, and open that."

KINDS: tuple[FileKind, ...] = (
    FileKind(
        "a pair of arrays",
        f'In a session, set data.name to "npz" and data.path to this file. {OPENS}',
        _is_arrays,
        "npz",
    ),
    FileKind("a trace", OPENS, _holds("meta.npy"), model="npz"),
    FileKind("a file of parameters", OPENS, _holds("l1.weight.npy"), model="npz"),
    FileKind(
        "an archive of arrays",
        "As data it has to hold the arrays x (rows × inputs) and y (one answer a row).",
        lambda looked: bool(looked.members) and all(member.endswith(".npy") for member in looked.members),
    ),
    FileKind("a spreadsheet", AS_CSV, _holds("xl/workbook.xml", "content.xml", "xl/workbook.bin")),
    FileKind("a Keras model", OPENS, _holds("model.weights.h5", "model.weights.json"), model="keras"),
    FileKind(
        "a PyTorch model", f"It holds a pickle, which could run code. {CONVERTS} {TORCH}.", _holds("data.pkl")
    ),
    FileKind(
        "a PyTorch program (torch.export)",
        f"It can hold a pickle, which could run code. {CONVERTS} {TORCH_EXPORTED}.",
        _holds("models/model.json"),
    ),
    FileKind("a document", AS_CSV, _holds("word/document.xml", "ppt/presentation.xml")),
    FileKind(
        "a zip file whose list of members cannot be read",
        "It is cut short, was changed, or holds too many files; copy it again, or make it again.",
        lambda looked: _is_zip(looked) and not looked.members,
    ),
    FileKind("a zip file", "Unpack it, and open what is in it.", _is_zip),
    FileKind(
        "a file of weights (safetensors)",
        f"Where it belongs to a session of the same name, which ends in .twostroke.json, open that. {OPENS}",
        _is_safetensors,
        model="safetensors",
    ),
    FileKind("an ONNX model", OPENS, _is_onnx, model="onnx"),
    FileKind(
        "an HDF5 file, as Keras 2 writes models", f"{CONVERTS} {KERAS}.", _begins(b"\x89HDF\r\n\x1a\n")
    ),
    FileKind("a PyTorch model", f"It is a pickle, which could run code. {CONVERTS} {TORCH}.", _is_old_torch),
    FileKind(
        "a pickle",
        "A pickle could run code, and is never read. Write rows as CSV. Of scikit-learn's MLPClassifier or "
        f"MLPRegressor that you trust, write the weights, in Python: {SKLEARN}.",
        _is_pickle,
    ),
    FileKind(
        "a single array (NPY)",
        "As data, write the arrays x (rows × inputs) and y (one answer a row) with numpy.savez.",
        _begins(b"\x93NUMPY"),
    ),
    FileKind("a film or an animation", "It shows a run; open the session that it was made from.", _is_film),
    FileKind("a picture", "It shows a moment; open the session that it was made from.", _is_picture),
    FileKind("a spreadsheet", AS_CSV, _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    FileKind("a table in a form that is not read", AS_CSV, _begins(b"PAR1", b"ARROW1", b"SQLite format 3\0")),
    FileKind(
        "a packed file", "Unpack it, and open what is in it.",
        _begins(b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd"),
    ),
    FileKind("a notebook", "Run it with Jupyter; what it trains can be described in a session.", _is_notebook),
    FileKind("a web page", "Open it in a browser.", _is_page),
    FileKind("a program", "Run it with Python; what it trains can be described in a session.", _is_program),
    FileKind(
        "a table",
        f'In a session, set data.name to "table" and data.path to this file. {OPENS}',
        _is_table,
        "table",
    ),
)  # fmt: skip


def recognised(path: Path) -> FileKind | None:
    """The kind of the file at `path`; None where it may be a session, is of no known kind, or cannot be read."""
    try:
        with opened(path, 2**60) as stream:
            size = stream.seek(0, 2)
            stream.seek(0)
            head = stream.read(HEAD)
            members = member_names(stream) if head.startswith(ZIP_START) else frozenset[str]()
    except FileError:
        return None
    looked = Looked(path, head, size, members)
    return next((kind for kind in KINDS if kind.fits(looked)), None)
