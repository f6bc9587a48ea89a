"""BLAS is there without the package around it, and the package all the same for who wants it."""

import subprocess
import sys

import pytest

from twostroke.engine.compute import blas_alone

CODE = """
import sys
import numpy as np
import twostroke.engine.run.trainer
from twostroke.engine.compute import warmup
from twostroke.engine.compute.kernels.blas import gemm_address
alone = gemm_address("float64")
assert alone
warmup.compile_kernels("float32")
print("scipy.linalg" in sys.modules)
import scipy.linalg
from scipy.linalg import cython_blas
assert gemm_address("float64") == alone
assert cython_blas is sys.modules["scipy.linalg.cython_blas"]
assert np.allclose(scipy.linalg.inv([[2.0]]), 0.5)
import sklearn.linear_model
"""


@pytest.mark.compiled
def test_the_rest_of_linalg_is_not_imported_until_somebody_wants_it() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_is_already_there_stays() -> None:
    """Also where another thread has asked for it first."""
    import scipy.linalg.cython_blas as before

    blas_alone.load()
    assert sys.modules[blas_alone.NAME] is before


def test_a_module_that_does_not_load_alone_is_left_to_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(spec: object) -> None:
        raise ImportError

    monkeypatch.delitem(sys.modules, blas_alone.NAME)
    monkeypatch.setattr(blas_alone, "module_from_spec", fail)
    blas_alone.load()
    assert blas_alone.NAME not in sys.modules


def test_where_it_is_not_found_numba_looks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a program packed in some other way."""

    class Nowhere:
        @staticmethod
        def find_spec(name: str, folders: list[str]) -> None:
            return None

    monkeypatch.delitem(sys.modules, blas_alone.NAME)
    monkeypatch.setattr(blas_alone, "PathFinder", Nowhere)
    blas_alone.load()
    assert blas_alone.NAME not in sys.modules
