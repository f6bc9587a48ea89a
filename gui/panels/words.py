"""Numbers and names as people read them: one place, so that every panel writes them alike. Pure: no Qt."""

import math

from twostroke.engine.activations import CATALOGUE
from twostroke.gui.view_model import ViewState

MINUS = "\u2212"
UNKNOWN = "…"
"""Stands for a number that has not been computed yet."""

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

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
    "none": "exact",
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


def title_of(name: str) -> str:
    """What the screen calls a choice of the session."""
    return CATALOGUE[name].title if name in CATALOGUE else TITLES.get(name, name.replace("_", " "))


def number(value: float, digits: int = 3) -> str:
    """`value` with about `digits` digits and the true minus sign; very small and very large ones as a power of ten.

    From 0.1 to 1 it is cut at the same place as from 1 to 10; below, two digits are kept.
    """
    if math.isnan(value):  # not known yet: the engine never shows a state that has become NaN
        return "…"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    size = abs(value)
    if size == 0:
        return "0"
    if size < 10.0 ** (-digits) or size >= 1e6:
        return power(value)
    exponent = math.floor(math.log10(size))
    places = digits - 1 - exponent if exponent >= 0 else digits - 2 - exponent
    return f"{value:,.{max(places, 0)}f}".replace("-", MINUS)


def power(value: float, places: int = 1) -> str:
    """`value` as 1.2 · 10ⁿ."""
    mantissa, exponent = f"{value:.{places}e}".split("e")
    return f"{mantissa.replace('-', MINUS)}·10{str(int(exponent)).translate(SUPERSCRIPT)}"


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
