"""How long a thread may keep the interpreter lock while another one waits for it.

The encoder's thread needs the lock only between calls into the codec, for microseconds, but up to six times a frame.
At Python's own 5 ms it waited for the painter each time: a film took 10 to 20 % longer than with short turns, which
cost nothing that could be measured. At 50 µs, which a timer of the system makes 100, a GIF still took 5 % longer.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

TURN = 1e-6  # seconds: the least there is

_lock = threading.Lock()
_users = 0
_usual = 0.0


@contextmanager
def short_turns() -> Iterator[None]:
    """Short turns for all threads of the program, until the last who asked for them has ended."""
    global _users, _usual
    with _lock:
        if _users == 0:
            _usual = sys.getswitchinterval()
            sys.setswitchinterval(TURN)
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                sys.setswitchinterval(_usual)
