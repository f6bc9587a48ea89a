"""What the program has loaded by the time it can train stays until it ends; Python's collector need not look at it.

There are about a million such objects, most of them the compiler's. Going through them holds up all threads: 160 ms
every few seconds of training, of which a class sees a picture that stops.
"""

import gc

from twostroke.engine.border.snapshot import Snapshot, Status
from twostroke.gui.drive.bridge import Bridge


def leave_still(bridge: Bridge) -> None:
    """With the first snapshot that comes with compiled kernels, leave out of collections what there is by then."""

    def arrived(snapshot: Snapshot) -> None:
        if snapshot.status is not Status.COMPILING:
            bridge.snapshot_arrived.disconnect(arrived)
            gc.freeze()

    bridge.snapshot_arrived.connect(arrived)
