"""Training as far as an export asks for, and what is taken there."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from twostroke.engine.border import commands
from twostroke.engine.border.snapshot import Snapshot
from twostroke.engine.border.tape import Tape
from twostroke.engine.run import failures
from twostroke.engine.session.phrases import shown
from twostroke.gui.export.refusals import ExportError, ExportRequestError
from twostroke.gui.model.choices import GREATEST_LOSS, row_of
from twostroke.gui.model.storyboard.limits import MOST_UPDATES

if TYPE_CHECKING:
    from twostroke.engine.run.trainer import Trainer

CHUNK_SECONDS = 0.1


def check_update(at: int) -> None:
    """ExportRequestError where there is no update of that number."""
    if not 0 <= at <= MOST_UPDATES:
        sentence = f"The update is {shown(at)}; expected an update from 0 to {MOST_UPDATES:,}."
        raise ExportRequestError(sentence, "The update", "--at")


def check_row(row: int, samples: int) -> None:
    """ExportRequestError where a mini-batch of so many samples has none in that row."""
    if not 0 <= row < samples:
        sentence = f"The row is {shown(row)}; this mini-batch has the rows 0 to {samples - 1}."
        raise ExportRequestError(sentence, "The row", "--row")


def row_on(tape: Tape, row: int | None) -> int:
    """The row itself, or without one that of the greatest loss. ExportRequestError where the tape has no such row."""
    if row is None:
        return row_of(tape, GREATEST_LOSS, GREATEST_LOSS)
    check_row(row, tape.samples)
    return row


def train_to(trainer: "Trainer", update: int, on_progress: Callable[[int], None] = lambda update: None) -> None:
    """Train up to `update`, in chunks short enough to be interrupted. ExportError where a number is not finite."""
    chunk = 1
    while trainer.update < update:
        began = time.perf_counter()
        wanted = min(chunk, update - trainer.update)
        if trainer.advance(wanted) < wanted:
            assert trainer.failure is not None
            raise ExportError(f"Update {update:,} cannot be reached. {trainer.failure.message}")
        if time.perf_counter() - began < CHUNK_SECONDS / 2:
            chunk *= 2
        on_progress(trainer.update)


def with_tape(trainer: "Trainer", rows: tuple[int, ...] = ()) -> Snapshot:
    """A snapshot with the tape of the coming update, of `rows` or its own samples. ExportError where a number on it is
    not finite.
    """
    from twostroke.engine.run.capture import snapshot_of

    trainer.apply(commands.Record(rows=rows))
    snapshot = snapshot_of(trainer)
    trainer.apply(commands.LeaveStroke())
    assert snapshot.tape is not None
    where = failures.first_place(snapshot.tape)
    if where:
        raise ExportError(
            f"Update {snapshot.tape.update:,} cannot be shown: its {where} is no longer a finite number. "
            "Ask for an earlier update, or try a smaller learning rate or another activation."
        )
    return snapshot
