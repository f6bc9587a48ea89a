"""Compiling the kernels before they are needed: one call of each on the smallest network."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from twostroke.engine.compute import optimizing
from twostroke.engine.compute.kernels import flags, train
from twostroke.engine.compute.kernels import plan as k
from twostroke.engine.compute.kernels.chance import draw_order
from twostroke.engine.compute.network import Network
from twostroke.engine.session.spec import Session

_ready: set[str] = set()


def is_ready(dtype: str) -> bool:
    """Whether this process has the kernels for `dtype` ("float32" or "float64")."""
    return dtype in _ready


def compile_kernels(dtype: str) -> None:
    """Compile, or load from the cache, everything that training and evaluating in `dtype` calls. Idempotent."""
    if is_ready(dtype):
        return
    with _no_search_for_garbage():
        _call_each(dtype)


@contextmanager
def _no_search_for_garbage() -> Iterator[None]:
    """Within the block. It was a fifth of the time with a cache and a tenth without; then there are 60 MB more."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _call_each(dtype: str) -> None:
    session = Session.model_validate({"network": {"layers": [{"units": 1}], "dtype": dtype}})
    network = Network(session)
    feed = network.feed(np.zeros((1, 2)), np.zeros((1, 1)))
    state = optimizing.fresh_state(session, network.theta, network.running)
    network.stroke(feed, np.arange(1), network.buffers(1))
    train.run(network.plan, optimizing.rule(session), feed, state, network.buffers(10), 1, np.zeros(1))
    network.survey(feed)
    log_flags = np.zeros(k.FLAGS, dtype=np.int64)
    flags.write(log_flags, k.STOP, flags.read(log_flags, k.STOP))
    _ready.add(dtype)
    draw_order(network.layout.seed, 0, 1, feed.order)  # for tapes only, so training need not wait for it
