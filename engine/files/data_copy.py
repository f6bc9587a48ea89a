"""Data that came within another file, laid where they can be read by a path: in a folder of the user's own.

It is named by the digest of what is in it, so no name that a file gives says where something goes, nothing is ever
written over with something else, and the same data are the same path again.
"""

import hashlib
import re
from pathlib import Path

import platformdirs

from twostroke.engine.files.disk import FileError, read_bytes, replacing
from twostroke.engine.files.leftovers import private_folder
from twostroke.engine.files.trust import own_folder

NAME = re.compile(r"(?![. ])[^/\\:*?\"<>|\x00-\x1f\x7f]{1,120}(?<![. ])")
"""What a file may be called everywhere; hidden ones and folders are none."""


def laid(name: str, content: bytes) -> Path:
    """The file of that name with that content, laid there now or before. ValueError where no file is called so."""
    if not NAME.fullmatch(name):
        raise ValueError("no name of a file; expected one such as prices.csv")
    digest = hashlib.sha256(content).hexdigest()
    wanted = Path(platformdirs.user_data_dir("twostroke", appauthor=False)) / "data" / digest[:32]
    path = (own_folder(wanted) or private_folder()) / name
    if not _holds(path, content):
        with replacing(path) as stream:
            stream.write(content)
    return path


def _holds(path: Path, content: bytes) -> bool:
    try:
        return read_bytes(path, len(content)) == content
    except FileError:
        return False
