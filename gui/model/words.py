"""What things are called, and counts and figures in words, for all panels; how a number is written is in `numbers`.

Pure: no Qt.
"""

import math
import re

from twostroke.engine.border.snapshot import Status, Trial
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.catalogue.initializers import INITIALIZERS
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.catalogue.optimizers import OPTIMIZERS
from twostroke.gui.model.choices import LinkRef
from twostroke.gui.model.numbers import number, percent
from twostroke.gui.model.user_text import short
from twostroke.gui.model.view import ViewState

TITLES: dict[str, str] = {
    "float32": "32 bit",
    "float64": "64 bit",
    "batch": "batch norm",
    "layer": "layer norm",
    "given": "a list",
}
"""Choices in the session that are in no catalogue -> what the screen calls them. Others are shown as they are."""

TITLES_OF: dict[tuple[str, str], str] = {("gain", "activation"): "by activation"}
"""The same for names that mean something else in the setting that is named first."""

FEATURES: dict[str, str] = {"x^2": "x²", "y^2": "y²", "x*y": "x·y", "sin(x)": "sin x", "sin(y)": "sin y"}
"""Inputs made from x and y -> what the screen calls them."""

NOT_KNOWN = "unknown"
"""In place of what nobody can know, such as the target of an input that was typed."""

INFINITE, NO_NUMBER = "infinite", "no number"
"""In place of a loss or a prediction that is computed, and has outgrown every number."""

LEFT, RIGHT = "←", "→"
"""Where the gradient goes, and the signal; also the keys with these arrows."""

NAME = re.compile(r"\b(hidden \d+|input|output)( · \S+)?")
"""The name of a layer, and of a neuron in it as far as its first space."""

UP, DOWN = "↑", "↓"
"""Keys."""

NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def title_of(name: str, of: str = "") -> str:
    """What the screen calls a choice or an activation's parameter; `of` is the setting that it is a choice of."""
    parameters = {parameter.name: parameter for entry in CATALOGUE.values() for parameter in entry.parameters}
    if of in parameters:
        return parameters[of].title_of(name)
    if (of, name) in TITLES_OF:
        return TITLES_OF[of, name]
    for catalogue in (CATALOGUE, LOSSES, OPTIMIZERS, INITIALIZERS, parameters):
        if name in catalogue and catalogue[name].title:
            return catalogue[name].title
    return TITLES.get(name, name.replace("_", " "))


def loss_of_sample(view: ViewState, digits: int | None = None) -> str:
    """The loss of the sample shown: in digits, or in words where it is none; "…" while nothing can be computed."""
    if not view.target_known:
        return NOT_KNOWN
    if math.isfinite(view.loss) or (view.tape is None and view.snapshot.status is Status.COMPILING):
        return number(view.loss, digits)
    return NO_NUMBER if math.isnan(view.loss) else INFINITE


def in_no_update(trial: Trial) -> str:
    """Why what was tried goes where the strokes of an update come, and what to do."""
    return (
        f"{_tried(trial)} is shown no longer: the strokes of an update are those of samples of its mini-batch. Leave "
        "it with Esc, and it can be tried again."
    )


def no_film_of(trial: Trial) -> str:
    """Why an export does not show what was tried."""
    return (
        f"{_tried(trial)} is in no update, so no film or picture shows it. This exports an update, with a sample of "
        "its mini-batch in the neurons."
    )


def _tried(trial: Trial) -> str:
    return "The input that was tried" if trial.row is None else f"Sample {trial.row} of the test part"


def feature_title(name: str) -> str:
    """What the screen calls an input or a class. A column that is called as some choice is, "layer", is not one."""
    return FEATURES.get(name) or short(name)


def in_words(number: int) -> str:
    """The number in words up to twelve, in figures beyond: "three", "1,204"."""
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else f"{number:,}"


def fires_for_none(samples: int) -> str:
    """What dead means, over so many samples of the training set."""
    if samples == 1:
        return "does not fire for the one sample of the training set"
    return f"fires for no sample of the whole training set, none of {samples:,}"


def as_sentence(text: str) -> str:
    """`text` with a capital where it begins with a word of more than one letter, and without marks for code."""
    text = text.replace("`", "")
    first = text.split(maxsplit=1)[0] if text else ""
    return f"{text[0].upper()}{text[1:]}" if (len(first) > 1 and first.isalpha()) or first == "a" else text


TRAIN_LOSS = "train loss"
"""The mean over the training part, as the last evaluation found it."""

BATCH_LOSS = "batch loss"
"""The mean over the mini-batch of the update that is shown, before it changes the weights."""


def scores(view: ViewState) -> str:
    """The figures of the whole data in one line, or why there are none yet."""
    evaluation = view.snapshot.evaluation
    if evaluation is None:
        return "not evaluated yet"
    train, test = evaluation.train, evaluation.test
    parts = {"train": train} if test is None else {"train": train, "test": test}
    if train.accuracy is None:
        return "loss: " + " · ".join(f"{name} {number(part.loss)}" for name, part in parts.items())
    return " · ".join(f"{name} {percent(part.accuracy or 0.0)}" for name, part in parts.items())


def fit(view: ViewState) -> str:
    """How well values are predicted, and of which units the loss is; "" where there is nothing to say."""
    evaluation = view.snapshot.evaluation
    if evaluation is None or not view.asks_values:
        return ""
    parts = (("train", evaluation.train), ("test", evaluation.test))
    known = [f"{name} {number(part.r2)}" for name, part in parts if part is not None and part.r2 is not None]
    squared = f"R²: {' · '.join(known)}" if known else ""
    scaled = "The loss is that of the scaled target" if view.snapshot.data.target_scale else ""
    return ". ".join(sentence for sentence in (squared, scaled) if sentence)


def neuron_name(view: ViewState, layer: int, unit: int) -> str:
    """ "hidden 1 · 3", "input · x", "output · versicolor": units count from 1 on the screen."""
    shown = view.layers[layer]
    name = shown.unit_names[unit] if unit < len(shown.unit_names) else str(unit + 1)
    return shown.name if layer == view.depth and shown.units == 1 else f"{shown.name} · {feature_title(name)}"


def unbroken(text: str) -> str:
    """The same, where no line ends within the name of a layer or of a neuron: "hidden 1 · 3"."""
    return NAME.sub(lambda found: found[0].replace(" ", "\u00a0"), text)


def link_name(view: ViewState, link: LinkRef) -> str:
    """ "input · x → hidden 1 · 3"."""
    source, target = neuron_name(view, link.layer - 1, link.source), neuron_name(view, link.layer, link.target)
    return f"{source} {RIGHT} {target}"


def told_time(seconds: float) -> str:
    """A length as people say it."""
    minutes, left = divmod(round(seconds), 60)
    if not minutes:
        return f"{round(seconds, 1):g} s"
    return f"{minutes} min {left} s" if left else f"{minutes} min"
