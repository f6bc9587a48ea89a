"""Data within a lesson's file, `[files]`: a table as its text, anything else in base64."""

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twostroke.engine.files.data_copy import laid
from twostroke.engine.files.disk import FileError
from twostroke.engine.session.phrases import shown

MOST_FILES = 5
MAX_FILE = 2**21
"""Bytes of one of them."""

EXPECTED = 'the text of a table in three quotes, or { base64 = "..." }'
DATA_PATH = "data.path"

Files = dict[str, Path]
"""Where each lies, by its name."""


def lay_out(written: Mapping[str, Any]) -> Files:
    """Lay the files of a lesson where they can be read. ValueError, with the name of the one, as (name, why)."""
    if len(written) > MOST_FILES:
        raise ValueError("", f"has {len(written):,} files; expected at most {MOST_FILES}")
    found: Files = {}
    for name, told in written.items():
        try:
            found[name] = laid(name, _content(told))
        except FileError as error:
            raise ValueError(name, f"cannot be laid out: {error}") from error
        except ValueError as error:
            raise ValueError(name, f" is {error}") from error
    return found


def _content(told: Any) -> bytes:
    if isinstance(told, str):
        content = told.encode()
    elif isinstance(told, Mapping) and told.keys() == {"base64"} and isinstance(told["base64"], str):
        try:
            content = base64.b64decode("".join(told["base64"].split()), validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("no base64; expected it as the program wrote it") from None
    else:
        raise ValueError(f"{shown(told)}; expected {EXPECTED}")
    if len(content) > MAX_FILE:
        raise ValueError(f"{len(content):,} bytes long; expected at most {MAX_FILE:,}")
    return content
