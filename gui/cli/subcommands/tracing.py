"""`twostroke trace`: every number of one update, as a file, as JSON, or in a few lines to read."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from twostroke.engine.catalogue.activations import CATALOGUE, is_shut
from twostroke.engine.session.phrases import counted
from twostroke.gui.cli.subcommands import findings
from twostroke.gui.cli.subcommands.results import check_npz, save
from twostroke.gui.cli.subcommands.sessions import find
from twostroke.gui.cli.subcommands.speech import BadInput, WorkFailed, complain, emit_json, progress, say
from twostroke.gui.export.refusals import ExportError, ExportRequestError
from twostroke.gui.export.takes import check_update, train_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from twostroke.engine.border.tape import LayerTape, Tape


@np.errstate(over="ignore", invalid="ignore")  # numbers that are no longer finite are told in a sentence
def trace(argument: str, at: int, output: Path | None, as_json: bool) -> None:
    """Lay the tape of update `at` and hand it out."""
    try:
        check_update(at)
    except ExportRequestError as error:
        raise BadInput(str(error)) from error
    check_npz(output)
    found = find(argument)
    found.check_at(at)
    session = found.session
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
    head = f"update {tape.update:,}, epoch {tape.epoch:.2f}: {tape.samples} samples, loss {tape.loss:.4f}"
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
