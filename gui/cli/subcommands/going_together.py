"""Which options of `twostroke export` go together: what would be passed over is refused."""

from pathlib import Path

from twostroke.gui.cli.subcommands.speech import BadInput
from twostroke.gui.export.formats import ON_PAPER, format_for
from twostroke.gui.export.model_files.model_formats import model_format
from twostroke.gui.export.refusals import ExportRequestError, as_typed
from twostroke.gui.model.storyboard.storyboard_file import ENDING

ALWAYS = frozenset({"session", "output", "as_", "at", "row"})
OF_PAPER = frozenset({"name", "digits", "neuron", "seed"})


def check_together(source: str, output: str, shape: str, given: frozenset[str]) -> None:
    """BadInput where an option was given that means nothing to what is made."""
    board, path = Path(source).name if source.endswith(ENDING) else "", Path(output)
    if shape in ON_PAPER:
        if board:
            raise BadInput(f"--as {shape} is of one update of a session, not of {board}; name its session instead.")
        _refuse(given - ALWAYS - OF_PAPER, f"--as {shape}, which is worked out on paper")
    elif model_format(output) is not None:
        held = f"{path.name} holds code, a model or numbers"
        if board:
            raise BadInput(f"{board} says what is seen, but {held}; name its session instead.")
        _refuse(given - ALWAYS, f"{path.suffix}: {held}")
    elif OF_PAPER & given:
        _check_shape(output, shape)
        raise BadInput(
            f"--{min(OF_PAPER & given)} goes with {' and '.join(f'--as {each}' for each in ON_PAPER)} alone."
        )


def _check_shape(output: str, shape: str) -> None:
    """Said first: a shape that is misspelt may be one with which the other options go."""
    try:
        format_for(output, shape)
    except ExportRequestError as error:
        raise BadInput(as_typed(error)) from error


def _refuse(others: frozenset[str], what: str) -> None:
    if others:
        raise BadInput(f"--{min(others).replace('_', '-')} does not go with {what}.")
