"""`explain`: the account of any number of a view, from what its kind's entry says of it."""

from collections.abc import Mapping
from dataclasses import replace

from twostroke.gui.model.explain import (
    backward,
    clipping,
    comparing,
    forward,
    gating,
    gradients,
    normalizing,
    rates,
    stepping,
)
from twostroke.gui.model.explain import digits as shown
from twostroke.gui.model.explain.facts import Entry, Facts, Rule
from twostroke.gui.model.explain.formula import Number
from twostroke.gui.model.explain.notation import Notation, Plain, Symbols, Torch
from twostroke.gui.model.explain.quantities import OF_A_SAMPLE, Account, Kind, Quantity
from twostroke.gui.model.view import ViewState

EXPLAINERS: Mapping[Kind, Entry] = {
    kind: entry
    for part in (forward, normalizing, gating, comparing, backward, gradients, rates, clipping, stepping)
    for kind, entry in part.ENTRIES.items()
}
"""All kinds of numbers."""


def explain(view: ViewState, quantity: Quantity, digits: int) -> Account:
    """How `quantity` came about, with numbers of about so many digits (2 to 9).

    A number of a sample is, where no row is named, that of the sample shown. Raises KeyError for a kind that nothing is
    known of, IndexError where the network has no such neuron or sample.
    """
    facts = Facts(view, EXPLAINERS, digits)
    if quantity.row is None and quantity.kind in OF_A_SAMPLE:
        quantity = replace(quantity, row=view.row)
    entry, value, symbol = EXPLAINERS[quantity.kind], facts.value(quantity), facts.symbol(quantity)
    rule = facts.rule(quantity)
    written = _Written(symbol, value, rule, digits)
    notes = (rule.note if rule else "", entry.note(facts, quantity) if entry.note else "")
    return Account(
        quantity,
        facts.name(quantity),
        symbol,
        value,
        written.rule,
        written.numbers,
        tuple(dict.fromkeys(rule.formula.operands)) if rule else (),
        rule.terms if rule else (),
        written.text,
        written.torch(view.snapshot.session.network.dtype),
        " ".join(filter(None, notes)),
    )


class _Written:
    """A rule and its numbers in all notations."""

    def __init__(self, symbol: str, value: float | None, rule: Rule | None, digits: int) -> None:
        self.symbol, self.value, self._rule = symbol, value, rule
        self.digits = digits = max(digits, rule.digits if rule else 0)
        enough = shown.MOST
        self._equal = True
        if rule is not None and value is not None:
            found = shown.digits_that_add_up(rule.formula.value, value, digits)
            unknown = any(each.value is None for each in rule.formula.operands)
            self._equal, enough = found is not None or unknown, found or (digits if unknown else shown.MOST)
        elif rule is not None:
            enough = digits
        self._enough = enough

    @property
    def rule(self) -> str:
        """LaTeX in symbols."""
        if self._rule is None:
            return self.symbol
        symbols = self._rule.symbols or self._rule.formula.write(Symbols())
        return symbols if symbols == self.symbol else f"{self.symbol} = {symbols}"

    @property
    def numbers(self) -> str:
        """LaTeX with numbers."""
        sign = "=" if self._equal else r"\approx"
        return self._line(Notation, sign)

    @property
    def text(self) -> str:
        """The same on a plain line."""
        return self._line(Plain, "=" if self._equal else "≈")

    def _line(self, notation: type[Notation], sign: str) -> str:
        result = notation(self.digits).number(self.value)
        if self._rule is None or isinstance(self._rule.formula, Number):
            return result
        return f"{self._rule.formula.write(notation(self._enough))} {sign} {result}"

    def torch(self, dtype: str) -> str:
        """A line of PyTorch."""
        how = Torch(dtype)
        if self._rule is None:
            return how.number(self.value)
        return (self._rule.torch or self._rule.formula).write(how)
