"""What a race is asked for in the window: places by name, values as they are typed, seeds, updates; and the command
that does the same. Pure: no Qt.
"""

import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.catalogue.initializers import INITIALIZERS
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.catalogue.optimizers import OPTIMIZERS
from twostroke.engine.race.kept_rows import key_of
from twostroke.engine.race.lineup import COST_OF_UPDATE, Job, Lineup, cost_of
from twostroke.engine.race.values import RaceProblem, Value, text_of, values_of
from twostroke.engine.session.phrases import counted
from twostroke.engine.session.spec import Session

Choices = tuple[tuple[str, str], ...]
"""Values as a session writes them, each with its title."""


@dataclass(frozen=True)
class Place:
    """What can be varied, by name. `values` is what is chosen, or typed, before the user changes it."""

    key: str
    title: str
    values: str
    choices: Choices = ()  # where it is one of a list


ACTIVATIONS: Choices = tuple((name, entry.title) for name, entry in CATALOGUE.items() if not entry.output_only)
INITS: Choices = tuple((name, entry.title) for name, entry in INITIALIZERS.items())
RULES: Choices = tuple((name, entry.title) for name, entry in OPTIMIZERS.items())
COSTS: Choices = tuple((name, entry.title) for name, entry in LOSSES.items())

PLACES: tuple[Place, ...] = (
    Place("network.activation", "Activation", "relu,tanh,gelu", ACTIVATIONS),
    Place("network.units", "Units of each layer", "4, 8, 16"),
    Place("network.layers[0].units", "Units of the first layer", "1, 2, 3, 5, 8, 13, 21, 34"),
    Place("network.depth", "Depth: hidden layers", "1, 2, 3"),
    Place("network.init", "Initialisation", "normal,xavier_normal,he_normal", INITS),
    Place("training.optimizer", "Optimizer", "sgd,adam", RULES),
    Place("training.optimizer.learning_rate", "Learning rate", "0.003, 0.01, 0.03, 0.1"),
    Place("training.batch_size", "Batch size", "5, 10, 50"),
    Place("network.norm", "Normalizer", "none,batch,layer", (("none", "None"), ("batch", "Batch"), ("layer", "Layer"))),
    Place("network.dropout", "Dropout", "0, 0.2, 0.5"),
    Place("network.l2", "L2", "0, 0.001, 0.01"),
    Place("training.loss", "Loss", "", COSTS),
    Place("gates.forward", "Gates, forward", "true, false"),
    Place("gates.backward", "Gates, backward", "true, false"),
    Place("data.noise", "Noise of the data", "0, 0.1, 0.3"),
)
"""The others are named by their path in a session file."""

HINGES = "network.layers[0].units"
HINGES_TITLE = "Error against the number of hinges"
HINGES_SEEDS = 5


TITLES: dict[str, dict[str, str]] = {
    place.key.rpartition(".")[2]: dict(place.choices) for place in PLACES if place.choices
}
"""The titles of values, by the last step of the path to their place, whatever layer it is of."""


def title_of_value(key: str, value: Value) -> str:
    """A value in its place as the lists of the form call it: ReLU; else as a session file writes it."""
    text = text_of(value)
    return TITLES.get(key.removesuffix(".name").rpartition(".")[2], {}).get(text, text)


@dataclass(frozen=True)
class Terms:
    """What a race is asked for, as it was typed: (key, values) of one or two places, and numbers."""

    vary: tuple[tuple[str, str], ...]
    seeds: int
    updates: int

    def parsed(self) -> dict[str, tuple[Value, ...]]:
        """As `line_up` takes it. RaceProblem where that cannot be."""
        found: dict[str, tuple[Value, ...]] = {}
        for key, text in self.vary:
            if key in found:
                raise RaceProblem(f"{key} is to be varied twice; choose another place, or nothing, for the second.")
            found[key] = values_of(text)
        return found

    @classmethod
    def of_hinges(cls, updates: int) -> "Terms":
        """What a curve's error is with more and more units in its first layer, after so many updates each."""
        values = next(place.values for place in PLACES if place.key == HINGES)
        return cls(((HINGES, values),), HINGES_SEEDS, updates)

    def command(self, file: str, table: str = "") -> str:
        """What does the same without the window, for the shell of this system."""
        words = ["twostroke", "race", file]
        for key, text in self.vary:
            words += ["--vary", f"{key}={','.join(map(text_of, values_of(text)))}"]
        words += ["--seeds", str(self.seeds), "--updates", str(self.updates)]
        words += ["-o", table] if table else []
        return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def seconds_for(jobs: Sequence[Job], session: Session, updates_per_second: float, workers: int) -> float | None:
    """About how long these runs take, by the speed of the session's own network; None where that is not known."""
    if updates_per_second <= 0.0:
        return None
    least = cost_of(session, 1) - cost_of(session, 0)
    pace = 1.0 / (updates_per_second * max(least, COST_OF_UPDATE))
    return sum(job.cost for job in jobs) * pace / workers


def said_of(lineup: Lineup, left: int, seconds: float | None) -> str:
    """How many runs there are, how many are left to do, and about how long they take."""
    combinations = len({key_of(job)[0] for job in lineup.jobs})
    runs = counted(len(lineup.jobs), "run")
    whole = f"{runs}: {counted(combinations, 'combination')}" if combinations > 1 else runs
    done = len(lineup.jobs) - left
    rest = f", {done:,} of them done" if done else ""
    return f"{whole}{rest}. {about(seconds)}" if left else f"{whole}, all done."


def about(seconds: float | None) -> str:
    """A time that is estimated, as a sentence."""
    if seconds is None:
        return "How long it takes is told when the first runs are done."
    if seconds < 10:
        return "A few seconds."
    if seconds < 90:
        return f"About {round(seconds, -1):.0f} seconds."
    if seconds < 5_400:
        return f"About {seconds / 60:.0f} minutes."
    return f"About {seconds / 3_600:.0f} hours."
