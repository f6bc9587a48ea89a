"""What ends the window from outside: a signal, or the end of the user's session on this machine."""

import signal
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

Handler = Callable[[int, Any], None]

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Ending:
    """Hears signals from now on, except those that the program was started to ignore, until `remove`.

    They may come at any moment: raised within Qt's calls into Python, one could end in a crash. `leave` is called from
    the event loop, with the exit code that tells of the first of them; Ctrl-C is a way to close a window, as any other.
    """

    def __init__(self, app: QApplication, leave: Callable[[int], None], on_interrupt: Handler | None = None) -> None:
        """With `on_interrupt`, Ctrl-C does that, and other signals are left alone."""
        self._app, self._leave = app, leave
        self._came = False
        if on_interrupt is not None:
            self._before = {signal.SIGINT: signal.signal(signal.SIGINT, on_interrupt)}
            return
        numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
        heeded = [n for n in numbers if n == signal.SIGINT or signal.getsignal(n) is not signal.SIG_IGN]
        self._before = {number: signal.signal(number, self.come) for number in heeded}

    def come(self, number: int = signal.SIGINT, _: object = None) -> None:
        """A signal has come."""
        if not self._came:
            self._came = True
            code = 0 if number == signal.SIGINT else 128 + number
            QTimer.singleShot(0, self._app, lambda: self._leave(code))

    def remove(self) -> None:
        """From now on signals are again whose they were."""
        for number, handler in self._before.items():
            signal.signal(number, handler or signal.SIG_DFL)
