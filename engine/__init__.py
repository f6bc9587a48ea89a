"""The engine: numbers only. No Qt, no clock; everything here runs and is tested without a screen."""

from twostroke.engine.compute import jit_cache

jit_cache.prepare()  # first of all: whatever imports Numba later must find the cache folder set
