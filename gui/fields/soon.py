"""What is to be done a little later, unless what it is done for is gone by then."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def soon(owner: QObject, what: Callable[[], object], ms: int = 0) -> None:
    """Call `what` once control is back with Qt, or after `ms`, while `owner` lives.

    `QTimer.singleShot` with an owner does the same, but where the owner goes first it never lets go of `what`, and with
    it of all that is named there (PySide6 6.11): a dialog that closes while one of its fields has the keys.
    """
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.timeout.connect(what)
    timer.timeout.connect(timer.deleteLater)
    timer.start(ms)
