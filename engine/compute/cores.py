"""How many cores BLAS takes: one, but for networks so large that a second one pays.

The threads of BLAS meet at the end of every product and spin in between. Beside a window that paints, each product
would wait for the core that the window has, and frames for the threads: of a network of 784-128-64-10 a quarter of the
speed was left, at 20 frames a second. How sums are grouped depends on the count, so it follows from the session alone:
numbers are the same with a window and without one. What a second core can do for such a network is in halves.py.
"""

import os
import threading
from functools import cache

from threadpoolctl import ThreadpoolController

ONE_UP_TO = 2**24
"""Multiplications in a product that one core does by itself."""

_now: int | None = None  # cores that the libraries have been told to take; None before that
_lock = threading.Lock()


def usable() -> int:
    """Cores that this process may run on, which are fewer than the machine has where a container says so."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


@cache
def _libraries() -> tuple[ThreadpoolController, int]:
    """Those in the process, and the cores they take by themselves. Theirs are loaded with the first plan."""
    found = ThreadpoolController().select(user_api="blas")
    return found, max((each["num_threads"] for each in found.info()), default=1)


def share(multiplications: int) -> None:
    """Have BLAS take the cores that products of at most this size deserve: from now on, in the whole process."""
    global _now
    with _lock:
        libraries, most = _libraries()
        wanted = 1 if multiplications <= ONE_UP_TO else most
        if wanted != _now:
            libraries.limit(limits=wanted)
            _now = wanted
