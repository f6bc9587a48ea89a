"""SciPy's BLAS without the rest of `scipy.linalg`, which nobody here calls: 23 MB, and 0.15 s of the start.

Numba asks for `scipy.linalg.cython_blas` before it compiles or loads anything, and for gemm's address. Where that is
there already, the package around it is not imported; whoever does import it later gets all of it, and this BLAS in it.
"""

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path

import scipy

NAME = "scipy.linalg.cython_blas"


def load() -> None:
    """Where it lies in SciPy's folder and can be loaded alone. Otherwise Numba imports it as it always does."""
    spec = PathFinder.find_spec(NAME, [str(Path(folder) / "linalg") for folder in scipy.__path__])
    if NAME in sys.modules or spec is None or spec.loader is None:
        return
    try:
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    except ImportError:  # of a SciPy that needs its package for it
        sys.modules.pop(NAME, None)
    else:
        sys.modules[NAME] = module
