"""When garbage is looked for: not at the start, and never among what was there by its end."""

import gc

from PySide6.QtCore import QObject, QTimer

from twostroke.engine.border.snapshot import Snapshot, Status

MOST_MS = 2000
"""For so long nothing is thrown away. Compiling, where there is no cache, takes longer and leaves much behind."""


class Garbage(QObject):
    """Until the kernels are there nobody looks for garbage: what is imported and built at the start is there to stay.

    What is there by then is not looked at later either. With Numba's it is 200,000 objects, and a search through all
    of them would hold a frame up by 80 ms. Until `stop`, which goes back to what Python does by itself.
    """

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._settled = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(MOST_MS)
        self._timer.timeout.connect(self.leave_alone)

    def open(self) -> None:
        """The window is there."""
        self._timer.start()

    def take(self, snapshot: Snapshot) -> None:
        """A snapshot has come."""
        if not self._settled and snapshot.status is not Status.COMPILING:
            self._settled = True
            self.leave_alone()

    def leave_alone(self) -> None:
        """Look for garbage from now on, among what comes from now on."""
        self._timer.stop()
        gc.freeze()
        gc.enable()

    def stop(self) -> None:
        """As in any other program."""
        self._settled = True
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
