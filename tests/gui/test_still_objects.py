"""What the program has loaded is left out of collections once it can train."""

import gc
from dataclasses import replace

from tests.gui.examples import example_session, example_snapshot
from tests.gui.paper_engine import PaperEngine
from twostroke.engine.border.snapshot import Status
from twostroke.gui.drive.bridge import Bridge
from twostroke.gui.shell.still_objects import leave_still


def test_objects_are_left_still_once_and_not_before_all_is_loaded(qapp: object) -> None:
    bridge, ready = Bridge(example_session(), engine=PaperEngine), example_snapshot(example_session(), update=0)
    leave_still(bridge)
    try:
        before = gc.get_freeze_count()
        bridge.snapshot_arrived.emit(replace(ready, status=Status.COMPILING))
        assert gc.get_freeze_count() == before
        bridge.snapshot_arrived.emit(ready)
        frozen = gc.get_freeze_count()
        assert frozen > before + 10_000
        more = [[number] for number in range(5_000)]
        bridge.snapshot_arrived.emit(ready)
        assert gc.get_freeze_count() < frozen + len(more)
    finally:
        bridge.stop()
        gc.unfreeze()
