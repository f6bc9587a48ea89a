"""Where compiled kernels are kept between runs.

Numba's own choice (beside the source, then the current folder, then home) fails where none of them is writable, and it
does not notice when a function called from another file has changed. So the folder is ours: in the user's cache, and
named by a fingerprint of all sources that end up in machine code.
"""

import hashlib
import os
import sys
import tempfile
from pathlib import Path

SOURCES = ("catalogue/activations.py", "compute/kernels/*.py")


def fingerprint() -> str:
    """A short digest of everything that the kernels are compiled from."""
    engine = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(engine.glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def folder() -> Path:
    """The cache folder: the user's, or where that cannot be written a temporary one of this user."""
    import platformdirs

    name = f"kernels-{fingerprint()}"
    usual = Path(platformdirs.user_cache_dir("twostroke", appauthor=False)) / name
    if _writable(usual):
        return usual
    owner = os.getuid() if hasattr(os, "getuid") else "user"
    return Path(tempfile.gettempdir()) / f"twostroke-{owner}" / name


def prepare() -> None:
    """Point Numba at the folder. Must run before Numba is imported; a choice made outside is respected."""
    if "NUMBA_CACHE_DIR" in os.environ or "numba" in sys.modules:
        return
    os.environ["NUMBA_CACHE_DIR"] = str(folder())
