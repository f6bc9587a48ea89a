"""Where compiled kernels are kept between runs.

Numba's own choice (beside the source, then the current folder, then home) fails where none of them is writable, and it
does not notice when a function called from another file has changed. So the folder is ours: in the user's cache, and
named by a fingerprint of all sources that end up in machine code.

What lies there is unpickled and run. So it is a folder into which nobody else can have put anything, or a fresh one.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from twostroke.engine.files.leftovers import private_folder
from twostroke.engine.files.trust import own_folder

SOURCES = ("catalogue/activations.py", "compute/kept.py", "compute/kernels/*.py")


def fingerprint() -> str:
    """A short digest of everything that the kernels are compiled from."""
    engine = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(engine.glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _places() -> Iterator[Path]:
    """The user's cache, and a temporary folder of this user that later runs find again."""
    import platformdirs

    yield Path(platformdirs.user_cache_dir("twostroke", appauthor=False))
    owner = os.geteuid() if hasattr(os, "geteuid") else "user"
    yield Path(tempfile.gettempdir()) / f"twostroke-{owner}"


def folder() -> Path | None:
    """The cache folder; a private one of this run where no lasting one is to be trusted, None where there is none."""
    name = f"kernels-{fingerprint()}"
    try:
        found = (own_folder(place / name) for place in _places())
        return next((place for place in found if place), None) or private_folder()
    except OSError:  # not even a temporary folder
        return None


def prepare() -> None:
    """Point Numba at the folder, before it is imported; a choice made outside is respected."""
    if "NUMBA_CACHE_DIR" in os.environ:
        return
    chosen = folder()
    if chosen is not None:
        os.environ["NUMBA_CACHE_DIR"] = str(chosen)
