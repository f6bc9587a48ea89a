"""How quantities are called in LaTeX: the layer above, the neuron below, both counted from 1 as on the screen."""

from collections.abc import Callable
from dataclasses import replace

from twostroke.gui.model.explain.facts import Facts
from twostroke.gui.model.explain.quantities import Quantity

Symbol = Callable[[Facts, Quantity], str]

LETTERS = {
    "weight": "w",
    "bias": "b",
    "scale": r"\gamma",
    "shift": r"\beta",
    "skip_weight": "u",
    "negative_slope": "s",
    "alpha": r"\alpha",
    **dict(zip("abc", "ABC", strict=True)),  # of the quadratic unit: a and b are the activation and the bias
}
"""Those of parameters, learned or set, where it is not the name."""


def index(*places: int) -> str:
    """Neurons counted from 1: "23", with a comma where one has two digits: "2,13"."""
    shown = [str(place + 1) for place in places]
    return ("" if all(len(each) == 1 for each in shown) else ",").join(shown)


def of_sample(facts: Facts, q: Quantity) -> str:
    """Says which sample of the mini-batch, where it is not the one that is shown."""
    return "" if q.row is None or q.row == facts.view.row else f"[{q.row + 1}]"


def neuron(letter: str) -> Symbol:
    """A number of a neuron: z of layer 1."""
    return lambda facts, q: f"{letter}^{{({q.layer})}}_{{{index(q.unit)}}}{of_sample(facts, q)}"


def link(letter: str) -> Symbol:
    """A number of a link."""
    return lambda facts, q: f"{letter}^{{({q.layer})}}_{{{index(q.unit, q.source or 0)}}}{of_sample(facts, q)}"


def sent(facts: Facts, layer: int, unit: int | str) -> str:
    """What a neuron sends on: x of an input, a, or o where dropout follows."""
    place = unit if isinstance(unit, str) else index(unit)
    if layer == 0:
        return f"x_{{{place}}}"
    letter = "o" if "output" in facts.layer(layer).organs else "a"
    return f"{letter}^{{({layer})}}_{{{place}}}"


def fixed(symbol: str) -> Symbol:
    """One symbol, with its sample."""
    return lambda facts, q: symbol + of_sample(facts, q)


def pair_index(unit: int, running: str) -> str:
    """A neuron and a running index: "2k", "12,k"."""
    place = index(unit)
    return f"{place}{',' if len(place) > 1 else ''}{running}"


def slope_by(symbol: Symbol, loss: str = "L") -> Symbol:
    """The derivative of the loss by something."""

    def slope(facts: Facts, q: Quantity) -> str:
        by = symbol(facts, replace(q, row=None))
        return rf"\frac{{\partial {loss}{of_sample(facts, q)}}}{{\partial {by}}}"

    return slope
