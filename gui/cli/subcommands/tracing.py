"""`twostroke trace`: every number of one update, as a file, as JSON, or in a few lines to read."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from twostroke.engine.catalogue.activations import CATALOGUE, is_shut
from twostroke.engine.catalogue.optimizers import memories
from twostroke.engine.session.phrases import counted
from twostroke.gui.cli.subcommands import findings
from twostroke.gui.cli.subcommands.results import check_npz, save
from twostroke.gui.cli.subcommands.sessions import find
from twostroke.gui.cli.subcommands.speech import BadInput, WorkFailed, complain, emit_json, note, progress, say
from twostroke.gui.export.refusals import ExportError, ExportRequestError, as_typed
from twostroke.gui.export.takes import check_update, train_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from twostroke.engine.border.tape import LayerTape, Tape
    from twostroke.engine.session.spec import Session

MOST_PRINTED = 10_000_000
"""Numbers that `--json` prints itself: as text and as Python's numbers they take about a gigabyte."""

MANY = 25_000_000
"""Numbers from which it is told beforehand what a trace takes."""

BYTES_PRINTED = 100
"""Of memory, for each number that is printed."""


@np.errstate(over="ignore", invalid="ignore")  # numbers that are no longer finite are told in a sentence
def trace(argument: str, at: int, output: Path | None, as_json: bool) -> None:
    """Lay the tape of update `at` and hand it out."""
    try:
        check_update(at)
    except ExportRequestError as error:
        raise BadInput(as_typed(error)) from error
    check_npz(output)
    found = find(argument)
    found.check_at(at)
    found.check_output(output)
    session = found.session
    _tell_cost(session, printed=as_json and output is None)
    told = findings.tell(session)
    from twostroke.engine.files.session_file import trace_arrays, write_arrays
    from twostroke.engine.run import failures
    from twostroke.engine.run.trainer import Trainer

    trainer = Trainer(session, state=found.state)
    told = findings.with_remarks(told, trainer.dataset)
    try:
        with progress(f"Training to update {at:,}", at) as show:
            train_to(trainer, at, show)
    except ExportError as error:
        raise WorkFailed(str(error)) from error
    tape = trainer.record()
    arrays = trace_arrays(tape, session)
    if output is not None:
        save(lambda path: write_arrays(path, arrays), output)
    where = failures.first_place(tape)
    if where:
        complain(f"Update {at:,} fails: its {where} is no longer a finite number.")
    if as_json:
        emit_json(as_object(tape, arrays, output) | told)
    else:
        say("\n".join(summary(tape)))
        if output is not None:
            say(f"{len(arrays)} arrays in {output}")


def _tell_cost(session: "Session", printed: bool) -> None:
    """Say beforehand what a large trace takes; BadInput where it is to be printed, which would take all memory."""
    numbers = _numbers(session)
    if printed and numbers > MOST_PRINTED:
        raise BadInput(
            f"--json alone would print some {numbers:,} numbers, which takes about "
            f"{numbers * BYTES_PRINTED / 1e9:.1f} GB of memory; expected at most {MOST_PRINTED:,}. "
            "Add -o TRACE.npz: then the numbers go to that file, and --json prints their shapes."
        )
    if numbers > MANY:
        size = numbers * np.dtype(session.network.dtype).itemsize / 1e9
        note(f"A trace of some {numbers:,} numbers, {size:.1f} GB; Ctrl-C ends it.")


def _numbers(session: "Session") -> int:
    """About how many numbers a trace holds: each parameter, its gradient, what the optimizer remembers of it, and what
    it and that become; and of each sample and unit z, a, the gain, and the loss's derivatives by both.
    """
    units = sum(layer.units for layer in session.network.layers)
    each = 3 + 2 * len(memories(session.training.optimizer))
    return each * session.parameter_count + 5 * units * session.training.batch_size


def as_object(tape: "Tape", arrays: "dict[str, NDArray[Any]]", output: Path | None) -> dict[str, Any]:
    """What `--json` prints: scalars, `meta`, and each array's shape; its values too where no file has them."""
    described = {
        key: {"shape": list(array.shape)} | ({"values": array.tolist()} if output is None else {})
        for key, array in arrays.items()
        if key not in ("meta", "loss")
    }
    return {
        "update": tape.update,
        "epoch": tape.epoch,
        "loss": tape.loss,
        "samples": tape.samples,
        "rows": tape.rows.tolist(),
        "file": None if output is None else str(output),
        "meta": json.loads(str(arrays["meta"])),
        "arrays": described,
    }


def summary(tape: "Tape") -> list[str]:
    """The update in a line for each layer."""
    head = f"update {tape.update:,}, epoch {tape.epoch:.2f}: {tape.samples} samples, batch loss {tape.loss:.4f}"
    return [head, *(_line(layer) for layer in tape.layers)]


def _line(layer: "LayerTape") -> str:
    if layer.gain is None:
        gates = "no mask"
    else:
        below = [CATALOGUE[name].shut_below for name in layer.neurons or (layer.activation,)]
        shut = np.count_nonzero(is_shut(layer.gain, below))
        gates = f"{shut} of {layer.gain.size} gates shut"
    norm = float(np.linalg.norm(layer.dloss_dweight))
    return (
        f"{layer.name}, {layer.activation}, {counted(layer.units, 'unit')}: {gates}, gradient of the weights {norm:.3g}"
    )
