"""`twostroke export --as solution` and `--as sheet`: one update worked out on paper."""

import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from twostroke.engine.session.phrases import shown
from twostroke.engine.session.spec import Session
from twostroke.gui.cli.subcommands.sessions import find
from twostroke.gui.cli.subcommands.speech import BadInput, WorkFailed, progress, say
from twostroke.gui.export.refusals import ExportError, ExportRequestError, as_typed
from twostroke.gui.export.solution.sheets import save, sheet_for, solve
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.lessons.addresses import is_neuron, neuron_of
from twostroke.gui.model.numbers import FEWEST_DIGITS, MOST_DIGITS
from twostroke.gui.model.solution.wishes import LONGEST_NAME, Wishes

PARTS = 1_000


@dataclass(frozen=True)
class Options:
    """The options of the command line, as given."""

    output: str
    at: int | None = None
    row: int | None = None
    sheet: bool = False
    name: str = ""
    digits: int | None = None
    neurons: tuple[str, ...] = ()
    seed: int | None = None


def solution(argument: str, options: Options) -> None:
    """Work out update `at` of a session, or set it as an exercise."""
    found = find(argument)
    at = found.at if options.at is None else options.at
    row = found.row if options.row is None else options.row
    target, began = Path(options.output), time.perf_counter()
    try:
        session = _of_seed(found.session, options.seed, found.state is not None)
        wishes = wishes_of(options, session)
        sheet_for(target)
        found.check_at(at)
        found.check_output(target)
        with progress(f"Training to update {at:,}", at) as show:
            solved = solve(session, at, row, wishes, found.state, show)
        with progress("Writing", PARTS) as show:
            save(target, solved, wishes, lambda share: show(round(PARTS * share)))
    except ExportRequestError as error:
        raise BadInput(as_typed(error)) from error
    except ExportError as error:
        raise WorkFailed(str(error)) from error
    say(f"{target}: update {at:,}, in {time.perf_counter() - began:.1f} s")


def _of_seed(session: Session, seed: int | None, trained: bool) -> Session:
    """With weights that are drawn for one student."""
    if seed is None:
        return session
    if trained:
        raise BadInput("--seed draws the first weights; this session was saved with its own. Take one without weights.")
    if not 0 <= seed < 2**32:
        raise BadInput(f"--seed is {shown(seed)}; expected 0 to {2**32 - 1:,}.")
    network = session.network.model_copy(update={"seed": seed})
    return session.model_copy(update={"network": network})


def wishes_of(options: Options, session: Session) -> Wishes:
    """What is asked for. BadInput where it makes no sense."""
    if len(options.name) > LONGEST_NAME or any(unicodedata.category(c) == "Cc" for c in options.name):
        raise BadInput(f"--name is one line of at most {LONGEST_NAME} characters.")
    digits = session.view.digits or max(4, Choices.digits) if options.digits is None else options.digits
    if not FEWEST_DIGITS <= digits <= MOST_DIGITS:
        raise BadInput(f"--digits is {shown(digits)}; expected {FEWEST_DIGITS} to {MOST_DIGITS}.")
    neurons = tuple(_neuron(text, session) for text in options.neurons)
    return Wishes(options.name.strip(), digits, neurons, options.sheet)


def _neuron(text: str, session: Session) -> tuple[int, int]:
    if not is_neuron(text) or text.startswith("x"):
        raise BadInput(f"--neuron is {shown(text)}; expected a neuron such as l2[3], the third of hidden 2, or out[1].")
    try:
        found = neuron_of(text, session)
    except ValueError as error:
        raise BadInput(f"--neuron {text}: {error}") from error
    return found.layer, found.unit
