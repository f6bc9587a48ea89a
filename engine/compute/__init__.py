"""How an update is computed: where each number lies, views by layer and name, and the compiled kernels below."""

from twostroke.engine.compute import jit_cache

jit_cache.prepare()  # first of all: Numba must find the cache folder set

from twostroke.engine.compute import blas_alone, kept  # noqa: E402

kept.install()
blas_alone.load()
