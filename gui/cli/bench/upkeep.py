"""What training costs besides itself: snapshots for the screen, and memory."""

import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np

from twostroke.engine.run.capture import snapshot_of
from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.report import Goal, Section, Table, amount
from twostroke.gui.cli.bench.resident import of_window
from twostroke.gui.cli.bench.rounds import Contender, measure
from twostroke.gui.cli.bench.work import whole_sessions

if TYPE_CHECKING:
    from twostroke.engine.run.trainer import Trainer
    from twostroke.engine.session.spec import Session

FRAMES = 60
"""Snapshots a second."""

SNAPSHOT_SHARE = 0.03
UPDATES = (2_000, 100_000)
"""Updates before the first and before the second look at the memory."""

GROWTH = 2**19
"""Bytes by which Python's own bookkeeping may grow between the two looks: some objects stay to be used again."""

HISTORY_BYTES = 2**20
"""A history so small that it is full at the first look."""


def snapshot(options: Options) -> Section:
    """What sixty snapshots a second cost, as a share of a core."""
    from twostroke.engine.run.trainer import Trainer

    with whole_sessions() as sessions:
        trainers = {name: Trainer(session) for name, session in sessions.items()}
        contenders = [_photographed(name, trainer) for name, trainer in trainers.items()]
        timings = measure(contenders, options.seconds)
    shares = {name: FRAMES / timings.rate(name).median for name in trainers}
    rows = tuple((name, amount(1e6 / timings.rate(name).median), amount(share, "%")) for name, share in shares.items())
    return Section(
        "snapshot",
        {name: {"seconds": share / FRAMES, "share": share} for name, share in shares.items()},
        (Table("Snapshots", ("network", "microseconds", "60 a second"), rows),),
        tuple(
            Goal("snapshot", f"{name}, of a core", share, SNAPSHOT_SHARE, False, "%") for name, share in shares.items()
        ),
    )


def _photographed(name: str, trainer: "Trainer") -> Contender:
    trainer.advance(10)
    trainer.evaluate()

    def run(count: int) -> None:
        for _ in range(count):
            snapshot_of(trainer)

    return Contender(name, run)


def memory(options: Options) -> Section:
    """Whether memory grows with the updates, and whether the kernel allocates."""
    updates = UPDATES if options.seconds >= 0.01 else (20, 40)
    with whole_sessions() as sessions:
        found = {name: memory_of(session, updates) for name, session in sessions.items() if name != "wide"}
    rows = tuple(
        (name, *(f"{each[key]:,}" for key in ("first", "last", "growth", "allocations", "peak")))
        for name, each in found.items()
    )
    first, last = (f"bytes after {updates:,}" for updates in updates)
    columns = ("network", f"{first} updates", f"{last}", "grown by", "allocations an update", "bytes in passing")
    goals = [
        goal
        for name, each in found.items()
        for goal in (
            Goal("memory", f"{name}, growth", each["growth"], GROWTH, False, "bytes"),
            Goal("memory", f"{name}, allocations an update", each["allocations"], 0, False),
        )
    ]
    note = "The history of past updates, which keeps to a limit of its own, is not counted."
    window, table, more, notes = of_window(options)
    tables = (Table("Memory", columns, rows), *filter(None, [table]))
    return Section("memory", {**found, "window": window}, tables, (*goals, *more), (note, *notes))


def memory_of(session: "Session", updates: tuple[int, int]) -> dict[str, Any]:
    """Bytes that a trainer holds, without its history, after some updates and after many; the kernel's allocations."""
    from twostroke.engine.run.trainer import Trainer

    Trainer(session, history_bytes=HISTORY_BYTES).advance(2)  # whatever is loaded or compiled once
    tracemalloc.start()
    try:
        trainer = Trainer(session, history_bytes=HISTORY_BYTES)
        held = []
        for until in updates:
            trainer.advance(until - trainer.update)
            held.append(tracemalloc.get_traced_memory()[0] - trainer.history.nbytes)
        peak = _peak(trainer, updates[0])
    finally:
        tracemalloc.stop()
    allocations = _allocations(trainer, 1 + updates[0]) - _allocations(trainer, 1)
    return {
        "first": held[0],
        "last": held[1],
        "growth": held[1] - held[0],
        "allocations": allocations / updates[0],
        "peak": peak,
    }


def _train(trainer: "Trainer", updates: int) -> None:
    """Training without the trainer around it."""
    from twostroke.engine.compute.kernels import train

    machine = trainer.machine
    done = train.run(
        machine.network.plan, machine.rule, machine.feed, trainer.state, machine.buffers, updates, np.zeros(1)
    )
    assert done == updates


def _peak(trainer: "Trainer", updates: int) -> int:
    """Bytes that NumPy and Python take and give back while the kernel runs."""
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    _train(trainer, updates)
    return tracemalloc.get_traced_memory()[1] - before


def _allocations(trainer: "Trainer", updates: int) -> int:
    """Arrays that compiled code makes in one call of the kernel."""
    from numba.core.runtime import _nrt_python, rtsys

    _nrt_python.memsys_enable_stats()
    try:
        before = rtsys.get_allocation_stats().alloc
        _train(trainer, updates)
        return int(rtsys.get_allocation_stats().alloc - before)
    finally:
        _nrt_python.memsys_disable_stats()
