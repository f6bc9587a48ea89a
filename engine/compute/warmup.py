"""Compiling the kernels before they are needed: one call of each on the smallest network."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numba.core import event

from twostroke.engine.compute import optimizing
from twostroke.engine.compute.kernels import flags, train
from twostroke.engine.compute.kernels import plan as k
from twostroke.engine.compute.kernels.chance import draw_order
from twostroke.engine.compute.network import Network
from twostroke.engine.session.spec import Session

MANY_OBJECTS = 50_000
"""So many more than there were may lie about while kernels are compiled."""

_ready: set[str] = set()


def is_ready(dtype: str) -> bool:
    """Whether this process has the kernels for `dtype` ("float32" or "float64")."""
    return dtype in _ready


def compile_kernels(dtype: str) -> None:
    """Compile, or load from the cache, everything that training and evaluating in `dtype` calls. Idempotent."""
    if is_ready(dtype):
        return
    with _little_search_for_garbage():
        _call_each(dtype)


@contextmanager
def _little_search_for_garbage() -> Iterator[None]:
    """Within the block only what compiling leaves behind is looked for, which would be 60 MB for as long as the program
    runs. What is read from the cache leaves nothing, and to look there as usual was a fifth of its time.
    """
    enabled = gc.isenabled()
    gc.disable()
    sweep = _Sweep()
    try:
        with event.install_listener("numba:compile", sweep):
            yield
        if sweep.compiled:
            gc.collect()
    finally:
        if enabled:
            gc.enable()


class _Sweep(event.Listener):  # type: ignore[misc]
    """Looks for garbage where one function more has been compiled and there are many new objects."""

    compiled = False

    def on_start(self, begun: Any) -> None:
        self.compiled = True

    def on_end(self, done: Any) -> None:
        if gc.get_count()[0] > MANY_OBJECTS:
            gc.collect(1)


def _call_each(dtype: str) -> None:
    session = Session.model_validate({"network": {"layers": [{"units": 1}], "dtype": dtype}})
    network = Network(session)
    feed = network.feed(np.zeros((1, 2)), np.zeros((1, 1)))
    state = optimizing.fresh_state(session, network.theta, network.running)
    network.stroke(feed, np.arange(1), network.buffers(1))
    train.run(network.plan, optimizing.rule(session), feed, state, network.buffers(10), 1, np.zeros(1))
    network.survey(feed)
    log_flags = np.zeros(k.FLAGS, dtype=np.int64)
    flags.write(log_flags, k.UNTIL, flags.read(log_flags, k.UNTIL))
    _ready.add(dtype)
    draw_order(network.layout.seed, 0, 1, feed.order)  # for tapes only, so training need not wait for it
