"""Names, shares and counts as people read them, beside the numbers of `gui.numbers`, for all panels. Pure: no Qt."""

import math

from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.gui.model.numbers import MINUS, UNKNOWN, number, power
from twostroke.gui.model.view import ViewState

__all__ = [
    "MINUS",
    "TITLES",
    "UNKNOWN",
    "as_sentence",
    "count",
    "neuron_name",
    "number",
    "percent",
    "plain",
    "power",
    "scores",
    "signed",
    "title_of",
]

TITLES: dict[str, str] = {
    "mse": "squared error",
    "mae": "absolute error",
    "huber": "Huber",
    "binary_cross_entropy": "binary cross-entropy",
    "cross_entropy": "cross-entropy",
    "sgd": "SGD",
    "adam": "Adam",
    "zeros": "zeros",
    "normal": "normal",
    "uniform": "uniform",
    "xavier_normal": "Xavier normal",
    "xavier_uniform": "Xavier uniform",
    "he_normal": "He normal",
    "he_uniform": "He uniform",
    "lecun_normal": "LeCun normal",
    "lecun_uniform": "LeCun uniform",
    "float32": "32 bit",
    "float64": "64 bit",
    "rmsprop": "RMSProp",
    "adagrad": "Adagrad",
    "adamw": "AdamW",
    "straight_through": "straight-through",
    "beta": "β",
    "batch": "batch norm",
    "layer": "layer norm",
    "orthogonal": "orthogonal",
    "given": "a list",
    "negative_slope": "slope",
    "alpha": "α",
    "approximate": "form",
    "x^2": "x²",
    "y^2": "y²",
    "x*y": "x·y",
    "sin(x)": "sin x",
    "sin(y)": "sin y",
}
"""Names of choices in the session -> what the screen calls them. A name that is missing is shown as it is."""

TITLES_OF: dict[tuple[str, str], str] = {
    ("approximate", "none"): "exact",
    ("surrogate", "none"): "none: f′ = 0",
    ("gain", "activation"): "by activation",
}
"""The same for names that mean something else in the setting that is named first."""


def title_of(name: str, of: str = "") -> str:
    """What the screen calls a choice of the session; `of` is the setting that it is a choice of."""
    if (of, name) in TITLES_OF:
        return TITLES_OF[of, name]
    return CATALOGUE[name].title if name in CATALOGUE else TITLES.get(name, name.replace("_", " "))


def signed(value: float, digits: int = 3) -> str:
    """As `number`, with a plus sign before positive ones."""
    text = number(value, digits)
    return text if value <= 0 or not math.isfinite(value) else f"+{text}"


def plain(value: float) -> str:
    """A setting's number: as short as it can be written, with the true minus sign."""
    return f"{value:.6g}".replace("-", MINUS)


def percent(share: float, places: int = 1) -> str:
    """A share as "98.4 %"."""
    return f"{100 * share:.{places}f} %"


def count(n: int, thing: str) -> str:
    """ "1 unit", "8 units"."""
    return f"{n:,} {thing}{'' if n == 1 else 's'}"


def as_sentence(text: str) -> str:
    """`text` with a capital where it begins with a word of more than one letter, and without marks for code."""
    text = text.replace("`", "")
    first = text.split(maxsplit=1)[0] if text else ""
    return f"{text[0].upper()}{text[1:]}" if (len(first) > 1 and first.isalpha()) or first == "a" else text


def scores(view: ViewState) -> str:
    """The figures of the whole data in one line, or why there are none yet."""
    evaluation = view.snapshot.evaluation
    if evaluation is None:
        return "not evaluated yet"
    train, test = evaluation.train, evaluation.test
    if train.accuracy is None or test.accuracy is None:
        return f"loss: train {number(train.loss)} · test {number(test.loss)}"
    return f"train {percent(train.accuracy)} · test {percent(test.accuracy)}"


def neuron_name(view: ViewState, layer: int, unit: int) -> str:
    """ "hidden 1 · 3", "input · x", "output · versicolor": units count from 1 on the screen."""
    shown = view.layers[layer]
    name = shown.unit_names[unit] if unit < len(shown.unit_names) else str(unit + 1)
    return shown.name if layer == view.depth and shown.units == 1 else f"{shown.name} · {title_of(name)}"
