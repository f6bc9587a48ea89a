"""The catalogue of activation functions as a page shows it: what each is, in words; which are wanted, in which order.

All of it comes from the entries of the engine's catalogue: one that is added there is on the page.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.catalogue.activations import Activation, evaluate, forward_mask, logistic
from twostroke.engine.catalogue.other_names import ENTRIES
from twostroke.engine.session.phrases import layer_name
from twostroke.engine.session.settings.network_spec import NetworkSpec
from twostroke.gui.model.explain.facts import constant
from twostroke.gui.model.explain.functions import FORMULAS, Gate, slope, value
from twostroke.gui.model.explain.notation import Symbols
from twostroke.gui.model.explain.symbols import LETTERS
from twostroke.gui.model.numbers import number, plain
from twostroke.gui.model.words import title_of

HALF = 4.0
"""Curves reach from −4 to 4, those of all functions alike."""

POINTS = 161

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Filter:
    """Something that a function is or is not."""

    id: str
    title: str
    denied: str  # the title where it is not
    holds: Callable[[Activation], bool]


FILTERS = (
    Filter("saturating", "saturating", "not saturating", lambda e: e.saturating),
    Filter("zero_centred", "zero-centred", "not zero-centred", lambda e: e.zero_centred),
    Filter("learned", "learned", "nothing learned", lambda e: bool(e.learned)),
    Filter("bounded", "bounded", "unbounded", lambda e: all(map(math.isfinite, e.range))),
    Filter("smooth", "smooth", "with a kink", lambda e: not e.kinks),
    Filter("one_mask", "one mask", "two masks", lambda e: e.one_mask),
    Filter("output_only", "output only", "for hidden layers", lambda e: e.output_only),
)

Costs = Mapping[str, float]
"""Function -> nanoseconds for one number, as far as that is known."""


@dataclass(frozen=True)
class Sorting:
    """An order of the page."""

    id: str
    title: str
    key: Callable[[Activation, Costs], tuple[float | str, ...]]


SORTINGS = (
    Sorting("catalogue", "as in the lists", lambda e, costs: ()),
    Sorting("name", "by name", lambda e, costs: (e.title.lower(),)),
    Sorting("cost", "by cost here", lambda e, costs: (costs.get(e.name, math.inf),)),
    Sorting("gain", "by largest gain", lambda e, costs: (largest_gain(e),)),
    Sorting("range", "by range", lambda e, costs: (e.range[1] - e.range[0], e.range[0])),
)


def wanted(
    entries: Mapping[str, Activation], text: str, filters: Mapping[str, bool], sorting: str, costs: Costs
) -> list[str]:
    """Names of those that have every word of `text`, and are what `filters` say or are not, in that order."""
    words = text.lower().split()
    asked = [(each.holds, filters[each.id]) for each in FILTERS if each.id in filters]
    found = [
        entry
        for entry in entries.values()
        if all(holds(entry) is on for holds, on in asked) and all(word in _haystack(entry) for word in words)
    ]
    key = next(each.key for each in SORTINGS if each.id == sorting)
    return [entry.name for entry in sorted(found, key=lambda entry: key(entry, costs))]


def _haystack(entry: Activation) -> str:
    parts = (entry.name, entry.title, *entry.aliases, *also_called(entry.name), entry.says, entry.used, entry.formula)
    return " ".join(parts).lower()


def also_called(activation: str) -> tuple[str, ...]:
    """Other names of an activation that mean the same to the last number."""
    found = (each for each in ENTRIES if each.kind == "activation" and each.ours == activation and not each.but)
    return tuple(name for each in found for name in each.names)


# -- what is written ---------------------------------------------------------------------------------------------


def facts(entry: Activation) -> tuple[tuple[str, str], ...]:
    """Name and text of each line of a card, but the cost, which has to be measured."""
    return (
        ("range", range_text(entry)),
        ("kind", kind_text(entry)),
        ("learned", ", ".join(title_of(p.name) for p in entry.learned) or "nothing"),
        ("masks", masks_text(entry)),
        ("used", entry.used),
    )


def range_text(entry: Activation) -> str:
    """ "−1 to 1", "0 to ∞"."""
    low, high = (number(end) if math.isinf(end) else plain(round(end, 4)) for end in entry.range)
    return f"{low} to {high}"


def kind_text(entry: Activation) -> str:
    """Whether it is zero-centred, and whether it saturates."""
    centred = "zero-centred" if entry.zero_centred else "not zero-centred"
    return f"{'saturating' if entry.saturating else 'not saturating'}, {centred}"


def masks_text(entry: Activation) -> str:
    """Whether what carves the signal is what carves the gradient."""
    if entry.output_only:
        return "none: each output depends on all z"
    if entry.one_mask:
        return "one for both strokes: f′ = a/z"
    if _pair_at_zero(entry) == 0.0:
        return "two: forward a/z, backward f′"
    return "two: forward a, backward f′"


def _pair_at_zero(entry: Activation) -> float:
    return entry.pair(0.0, entry.numbers({}))[0]


def cost_text(nanoseconds: float | None, times: float | None) -> str:
    """What one number costs."""
    if nanoseconds is None or times is None:
        return "being measured …"
    return f"{number(nanoseconds, 2)} ns, {number(times, 2)} × identity"


def in_use(network: NetworkSpec, name: str) -> str:
    """Where the network has the function: "hidden 1, hidden 3, output"; "" for nowhere."""
    places = [
        layer_name(at)
        for at, layer in enumerate(network.layers, start=1)
        if any(gate.name == name for gate in layer.gates)
    ]
    return ", ".join(places + (["output"] if network.output.activation.name == name else []))


SOFTMAX = (
    (r"\frac{e^{z_i}}{\sum_j e^{z_j}}", r"f_i \, (\delta_{ij} - f_j)"),
    "of one of two units, the other at z = 0",
)
"""Its formulas, and of what its curve is: alone it has none."""


def formulas(entry: Activation) -> tuple[str, str]:
    """f and f' in LaTeX; "" where the catalogue's own text is all there is."""
    if entry.name in FORMULAS:
        letters = {p.name: LETTERS.get(p.name, p.name) for p in entry.parameters if not p.choices}
        letters |= {p.name: p.name for p in entry.parameters if p.name in ("a", "b", "c")}  # as the catalogue has them
        symbols = {name: constant(_command(letter), 0.0, name) for name, letter in letters.items()}
        settings = {p.name: p.default for p in entry.parameters}
        gate = Gate(entry, constant("z", 0.0, "z"), None, symbols, settings)
        return f"f(z) = {value(gate).write(Symbols())}", f"f'(z) = {slope(gate).write(Symbols())}"
    if entry.name == "softmax":
        f, slopes = SOFTMAX[0]
        return f"f_i = {f}", rf"\frac{{\partial f_i}}{{\partial z_j}} = {slopes}"
    return "", ""


def _command(letter: str) -> str:
    return rf"\{letter}" if letter in ("beta", "alpha") else letter


def curve_note(entry: Activation) -> str:
    """What one has to know of a curve that is not simply f."""
    return SOFTMAX[1] if entry.output_only else ""


# -- what is drawn -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Curve:
    """A function over z, with its settings as they begin. (POINTS,) each."""

    z: Array
    f: Array
    slope: Array
    forward: Array | None  # masks; None where it has none
    backward: Array | None


@cache
def curve_of(entry: Activation) -> Curve:
    """What a card draws. Of a function of the whole layer, the share of one of two units."""
    z = np.linspace(-HALF, HALF, POINTS)
    if entry.output_only:
        f = np.array([logistic(float(each)) for each in z])
        return Curve(z, f, f * (1.0 - f), None, None)
    f, gain = evaluate(entry.name, z)
    settings = np.array([entry.numbers({})])
    forward = forward_mask(entry.name, z[:, None], f[:, None], gain[:, None], settings)[:, 0]
    return Curve(z, f, gain, np.asarray(forward, dtype=np.float64), gain)


def largest_gain(entry: Activation) -> float:
    """The largest |f'| that is drawn."""
    return float(np.abs(curve_of(entry).slope).max())
