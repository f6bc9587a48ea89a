"""What stood at a path when it was last read or written here, so that what others have made of it since is noticed.

Judged by the content: a file that was only touched, or copied back, is the one that was seen.
"""

import hashlib
import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from twostroke.engine.files.bundle import MAX_BUNDLE
from twostroke.engine.files.disk import PIECE, FileError, opened


class Since(Enum):
    """What has become of a file since it was seen."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"
    LINKED = "linked"  # a symbolic link stands in its place, or one that leads elsewhere


@dataclass(frozen=True)
class Seen:
    """A file as it was at one moment."""

    there: bool
    link: str | None  # where the symbolic link led that stood there
    digest: str | None  # of the content; None where it could not be read


def see(path: Path) -> Seen:
    """The file at `path` as it is now. Where somebody waits for it, this can raise Cancelled (see `patience`)."""
    link = os.readlink(path) if os.path.islink(path) else None  # which, unlike Path's, raises nothing
    try:
        with opened(path, MAX_BUNDLE) as stream:
            digest = hashlib.sha256()
            while piece := stream.read(PIECE):
                digest.update(piece)
        return Seen(True, link, digest.hexdigest())
    except FileError:
        return Seen(os.path.lexists(path), link, None)


def since(path: Path, seen: Seen) -> Since:
    """What has become of the file at `path`."""
    now = see(path)
    if now == seen:
        return Since.SAME
    if not now.there:
        return Since.GONE
    return Since.LINKED if now.link is not None and now.link != seen.link else Since.CHANGED
