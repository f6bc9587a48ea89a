"""What can be varied, by name, with the titles of its values: what a race offers, and what a lesson sets. No Qt."""

from dataclasses import dataclass

from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.catalogue.initializers import INITIALIZERS
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.catalogue.optimizers import OPTIMIZERS
from twostroke.engine.race.values import Value, text_of

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

TITLES: dict[str, dict[str, str]] = {
    place.key.rpartition(".")[2]: dict(place.choices) for place in PLACES if place.choices
}
"""The titles of values, by the last step of the path to their place, whatever layer it is of."""


def title_of_value(key: str, value: Value) -> str:
    """A value in its place as the lists of the form call it: ReLU; else as a session file writes it."""
    text = text_of(value)
    return TITLES.get(key.removesuffix(".name").rpartition(".")[2], {}).get(text, text)
